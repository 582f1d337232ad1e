"""What makes two answers the same, and how a sequence of requests is put to both parties."""

import copy
import json
import re
import uuid

from tests.oracle.exceptions import plain_numbers, reason_for
from tests.oracle.operations import OTHER, Request
from tests.oracle.sides import Answer
from tests.oracle.strategies import Table
from tests.oracle.wordings import CONSTRAINTS

SETS = {"SS", "NS", "BS"}


def ask(side, request: Request) -> list[Answer]:
    """The answer, or the answers to every page when the request sets a Limit, and to every segment of a Scan."""
    operation, parameters = request
    if "TotalSegments" in parameters and "Segment" not in parameters:
        segments = range(parameters["TotalSegments"])
        return [page for each in segments for page in ask(side, (operation, parameters | {"Segment": each}))]
    answers = [side(operation, **parameters)]
    while operation in ("Query", "Scan") and (last := answers[-1].result.get("LastEvaluatedKey")):
        answers.append(side(operation, **parameters, ExclusiveStartKey=last))
        if len(answers) > 50:
            raise AssertionError(f"{operation} never ends: {parameters}")
    return answers


def comparable(request: Request, answers: list[Answer]) -> dict:
    """What both parties must agree on: a plain structure without the freedoms that the API leaves.

    Sets have no order, a Scan's items and a batch's have none, and neither have equal sort keys in an
    index; a Scan's pages may be cut at other items, but their sums agree.
    """
    operation, parameters = request
    if error := next((answer for answer in answers if answer.error), None):
        return {
            "error": error.error,
            "message": _unordered_words(error.message),
            "more": _sorted(error.result),
        }
    if operation in ("Query", "Scan"):
        results = [answer.result for answer in answers]
        found = [item for result in results for item in result.get("Items", [])]
        # A table's items come in an order of each party's own, and so do equal keys of an index.
        own_order = "Limit" in parameters and (operation == "Scan" or "IndexName" in parameters)
        alike = [] if own_order or "TotalSegments" in parameters else results[:1]
        told = {
            "items": _in_no_order(found)
            if operation == "Scan" or "IndexName" in parameters
            else _sorted(found),
            "count": sum(result["Count"] for result in results),
            "scanned": sum(result["ScannedCount"] for result in results),
            "capacity": [_sorted(page["ConsumedCapacity"]) for page in alike if "ConsumedCapacity" in page],
            "has items": ["Items" in result for result in results[:1]],
        }
        # The last page of a segment may be empty, depending on what else is in it.
        if "TotalSegments" not in parameters:
            told["pages"] = len(results)
        return told
    result = dict(answers[0].result)
    if operation == "BatchGetItem":
        result["Responses"] = {name: _in_no_order(found) for name, found in result["Responses"].items()}
    for field in ("ConsumedCapacity",):
        if isinstance(result.get(field), list):
            result[field] = sorted(result[field], key=lambda used: used["TableName"])
    if operation in ("BatchWriteItem", "TransactWriteItems") and "ItemCollectionMetrics" in result:
        result["ItemCollectionMetrics"] = {
            name: _in_no_order(found) for name, found in result["ItemCollectionMetrics"].items()
        }
    return _sorted(result)


def _sorted(value):
    """The same structure with every set in order, so that equal sets are equal."""
    if isinstance(value, dict):
        return {
            key: sorted(found) if key in SETS and isinstance(found, list) else _sorted(found)
            for key, found in sorted(value.items())
        }
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _in_no_order(found: list) -> list:
    def by_value(item) -> str:
        item = copy.deepcopy(item)
        plain_numbers(item)
        return json.dumps(item)

    return sorted((_sorted(item) for item in found), key=by_value)


def _unordered_words(message: str) -> str:
    """Several unused placeholders, or attributes not projected, are named in no order: `keys: {:b, :a}`."""
    if "does not project" in message:
        message = message.replace("[", "{").replace("]", "}")
    return re.sub(r"\{([^{}]*)\}", lambda m: "{" + ", ".join(sorted(m[1].split(", "))) + "}", message)


# -- the run ----------------------------------------------------------------------------------------------


class Disagreement(AssertionError):
    """Both parties' answers to the last request of a sequence."""

    def __init__(self, table: Table, asked: list[Request], lab: dict, local: dict):
        self.table, self.asked, self.lab, self.local = table, asked, lab, local
        lines = [f"on {json.dumps(table.create())}"]
        lines += [f"   {operation} {json.dumps(parameters)}" for operation, parameters in asked]
        different = [key for key in {**lab, **local} if lab.get(key) != local.get(key)]
        for name, told in (("lab", lab), ("DynamoDB Local", local)):
            lines.append(f"{name}: " + json.dumps({key: told.get(key) for key in different}))
        super().__init__("\n".join(lines))


def agree(lab, local, table: Table, sequence: list[Request], excuses: dict | None = None) -> int:
    """Run the sequence on both sides and return how many operations agreed; Disagreement otherwise.

    What the tables hold in the end is compared too: a refused write must have changed nothing.
    """
    asked = 0
    sequence = [*sequence, *(("Scan", {"TableName": name}) for name in (table.name, OTHER.name))]
    for side in (lab, local):
        side.empty()
        for each in (table, OTHER):
            made = side("CreateTable", **each.create())
            assert made.error is None, made
    run = uuid.uuid4().hex
    for number, request in enumerate(sequence, 1):
        ours, theirs = (comparable(request, ask(side, _for_this_run(request, run))) for side in (lab, local))
        asked += 1
        if ours != theirs:
            reason = reason_for(request, ours, theirs)
            if reason is None:
                raise Disagreement(table, sequence[:number], ours, theirs)
            if excuses is not None:
                excuses[reason] = excuses.get(reason, 0) + 1
            # Did one of them write and the other not? DynamoDB Local may write first and then refuse, too.
            apart = ("error" in ours) != ("error" in theirs) or reason == CONSTRAINTS
            if apart and request[0] not in READS:
                break
    return asked


def _for_this_run(request: Request, run: str) -> Request:
    """The request with a token of this run: both parties remember those of earlier runs."""
    operation, parameters = request
    if token := parameters.get("ClientRequestToken"):
        parameters = parameters | {"ClientRequestToken": f"{token}{run}"}
    return operation, parameters


READS = {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}

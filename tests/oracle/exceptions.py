"""Where DynamoDB Local is not the one to follow: each exception named, with its reason.

DynamoDB Local is the referee, and it errs too. `wordings` has the refusals that it tells in other words; here
are the answers in which a field differs and AWS's documentation says otherwise. Each rule makes both answers
alike in that one respect, and only when they differ as it says.
"""

import copy
import re
from collections.abc import Callable
from decimal import Context, Decimal

from tests.oracle.wordings import BY_ITSELF, wording

_EXACT = Context(prec=40)
Said = dict  # what `compare.comparable` makes of a party's answers
Rule = Callable[[str, dict, Said, Said], None]
RULES: dict[str, Rule] = {}


def exception(reason: str):
    """Register a rule(operation, request, lab, local), which changes what both said."""

    def keep(rule: Rule) -> Rule:
        RULES[reason] = rule
        return rule

    return keep


def reason_for(request: tuple[str, dict], lab: Said, local: Said) -> str | None:
    """Why this disagreement is none, or None when it is one."""
    if reason := wording(lab, local):
        return reason
    ours, theirs = copy.deepcopy(lab), copy.deepcopy(local)
    reasons = []
    for reason, rule in RULES.items():
        before = copy.deepcopy((ours, theirs))
        rule(*request, ours, theirs)
        if before != (ours, theirs):
            reasons.append(reason)
        if ours == theirs:
            return " ".join(reasons)
    return None


def used(lab: Said, local: Said) -> list[tuple[dict, dict]]:
    """Pairs of what both say that one table has consumed."""
    ours, theirs = (said.get("ConsumedCapacity", said.get("capacity", [])) for said in (lab, local))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [(ours, theirs)]
    return list(zip(ours, theirs, strict=False))


def charge(bill: dict, units: float, index: str | None = None) -> None:
    """Put so many units more (or less) on the bill, and on its part for the table or the index."""
    parts = {name: part for kind in INDEX_KINDS for name, part in bill.get(kind, {}).items()}
    part = bill.get("Table", {}) if index is None else parts.get(index, {})
    for told in (bill, part):
        told |= {field: total + units for field, total in told.items() if field.endswith("CapacityUnits")}


def units_of(bill: dict, index: str | None = None) -> float:
    """What the bill tells of the table or of an index. A total is only asked where there is no index."""
    if index is None:
        return bill.get("Table", bill)["CapacityUnits"]
    return sum(bill.get(kind, {}).get(index, {}).get("CapacityUnits", 0) for kind in INDEX_KINDS)


INDEX_KINDS = ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")


# -- what reads cost --------------------------------------------------------------------------------------


@exception("Developer Guide, read-write-operations: a read that finds nothing costs the minimum.")
def _(operation, request, lab, local):
    for ours, theirs in used(lab, local):
        if operation in ("Query", "Scan") and theirs["CapacityUnits"] == 0:
            charge(theirs, 1.0 if request.get("ConsistentRead") else 0.5, request.get("IndexName"))
        elif operation == "BatchGetItem":
            asked = request["RequestItems"][ours["TableName"]]
            missing = len(asked["Keys"]) - len(lab["Responses"].get(ours["TableName"], []))
            charge(theirs, (1.0 if asked.get("ConsistentRead") else 0.5) * missing)


@exception(
    "Developer Guide, LSI: what an index holds is read from it, what it lacks is fetched item by item."
)
def _(operation, request, lab, local):
    """DynamoDB Local fetches for every projection of a Query, and a Scan pays for the items of the table."""
    index = request.get("IndexName", "")
    for ours, theirs in used(lab, local) if index else []:
        projected = "ProjectionExpression" in request or "AttributesToGet" in request
        if operation == "Query" and index.startswith("lsi") and projected and units_of(ours) == 0:
            charge(theirs, -units_of(theirs))
        if operation == "Scan" and units_of(theirs) == 0 and units_of(theirs, index) >= units_of(ours, index):
            charge(theirs, units_of(ours, index) - units_of(theirs, index), index)
            charge(theirs, units_of(ours))


@exception("API Reference, ConsumedCapacity: a transaction tells its reads by table, too.")
def _(operation, request, lab, local):
    if operation == "TransactGetItems":
        for ours, theirs in used(lab, local):
            if "ReadCapacityUnits" not in theirs.get("Table", {}):
                ours.get("Table", {}).pop("ReadCapacityUnits", None)


# -- what writes cost -------------------------------------------------------------------------------------


@exception(
    "Developer Guide, read-write-operations: deleting what is not there costs one unit, in a batch too."
)
def _(operation, request, lab, local):
    if operation == "BatchWriteItem":
        for ours, theirs in used(lab, local):
            deletes = sum("DeleteRequest" in each for each in request["RequestItems"][ours["TableName"]])
            if 0 < (more := units_of(theirs) - units_of(ours)) <= deletes:
                charge(theirs, -more)


@exception(
    "Developer Guide, GSI: an item that is in an index neither before nor after a write costs it nothing."
)
def _(operation, request, lab, local):
    """DynamoDB Local charges for an item that has the first of an index's two keys, and not the second."""
    if operation in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"):
        for ours, theirs in used(lab, local):
            charged = theirs.get("GlobalSecondaryIndexes", {})
            for name in [name for name in charged if name.count("-") == 2]:
                more = units_of(theirs, name) - units_of(ours, name)
                if units_of(ours, name) == 0:
                    charge(theirs, -more, name)
                    del charged[name]
                elif operation == "BatchWriteItem" and more > 0:
                    charge(theirs, -more, name)
            if charged == {}:
                theirs.pop("GlobalSecondaryIndexes", None)


@exception("Developer Guide, LSI: the overhead of 100 bytes for an entry is stored, and not written.")
def _(operation, request, lab, local):
    """DynamoDB Local charges an entry of a local index, and of no global one, as if it were 100 bytes larger."""
    writes = {"PutItem": 1, "UpdateItem": 1, "DeleteItem": 1}
    if operation == "BatchWriteItem":
        writes = {operation: max(map(len, request["RequestItems"].values()))}
    for ours, theirs in used(lab, local) if operation in writes else []:
        for name in ours.get("LocalSecondaryIndexes", {}):
            one, other = units_of(ours, name), units_of(theirs, name)
            # A write touches at most two entries of an index, and each costs at least one unit.
            if one < other <= one + min(2 * writes[operation], one):
                charge(theirs, one - other, name)


@exception("Developer Guide, transaction-apis: each write in a transaction costs two units a KB.")
def _(operation, request, lab, local):
    """DynamoDB Local doubles twice, indexes too, and takes actions that cost the same for one."""
    if operation == "TransactWriteItems":
        for ours, theirs in used(lab, local):
            actions = [
                kind
                for action in request["TransactItems"]
                for kind, one in action.items()
                if one["TableName"] == ours["TableName"]
            ]
            replay = "ReadCapacityUnits" in ours
            if replay == ("ReadCapacityUnits" in theirs) and _doubled(
                ours, theirs, actions, 1 if replay else 2
            ):
                theirs.clear(), theirs.update(ours)


def _doubled(ours: dict, theirs: dict, actions: list[str], factor: int) -> bool:
    """Whether DynamoDB Local's units are what it makes of ours: those of one action at least, of all at most.

    It does not double the deletion of what is not there twice, and counts a ConditionCheck in steps of 4 KB.
    """
    share = factor / len(actions) / (2 if "Delete" in actions else 1)
    least = min(share * units_of(ours), 2 * factor)  # or one small action, where another is large
    within = least <= units_of(theirs) <= factor * units_of(ours)
    for kind in INDEX_KINDS:
        overhead = 2 * len(actions) if kind.startswith("Local") else 0
        within &= ours.get(kind, {}).keys() == theirs.get(kind, {}).keys()
        for name in ours.get(kind, {}):
            one, other = units_of(ours, name), units_of(theirs, name) / 4
            within &= one / len(actions) <= other <= one + min(overhead, one)
    return within


# -- what conditions see ----------------------------------------------------------------------------------


@exception("Developer Guide, SecondaryIndexes: the filter of a Scan sees what the index holds.")
def _(operation, request, lab, local):
    """DynamoDB Local looks into the table for what the index does not project."""
    filtered = "IndexName" in request and {"FilterExpression", "ScanFilter"} & request.keys()
    fewer, more = sorted((lab, local), key=lambda said: said.get("count", 0))
    if (
        operation == "Scan"
        and filtered
        and all(item in more.get("items", []) for item in fewer.get("items", []))
    ):
        for said in (lab, local):
            said.pop("items", None), said.pop("count", None), said.pop("capacity", None)


@exception("A condition may not reach into a key, in a ConditionCheck as in a write.")
def _(operation, request, lab, local):
    """DynamoDB Local judges such a ConditionCheck as if nothing were there, and then the other items."""
    reasons = lab.get("more", {}).get("CancellationReasons", [])
    for action, ours in zip(request.get("TransactItems", []), reasons, strict=False):
        inside = ours.get("Message", "").startswith("Key attributes must be scalars")
        if inside and "ConditionCheck" in action and local.get("error", lab["error"]) == lab["error"]:
            local.clear(), local.update(copy.deepcopy(lab))


@exception("A key that does not fit cancels a transaction before any item is looked at.")
def _(operation, request, lab, local):
    """DynamoDB Local may judge other items first, and tells what it finds there."""
    reasons = [one for one in lab.get("more", {}).get("CancellationReasons", []) if one["Code"] != "None"]
    misfit = len(reasons) == 1 and re.match(BY_ITSELF, reasons[0].get("Message", ""))
    if misfit and len(request.get("TransactItems", [])) > 1 and "error" in local:
        local.clear(), local.update(copy.deepcopy(lab))


@exception("Developer Guide, ql-reference.delete: of an item that is not there, a DELETE succeeds.")
def _(operation, request, lab, local):
    """DynamoDB Local judges its condition as if an empty item were there."""
    deletes = operation == "ExecuteStatement" and request["Statement"].upper().startswith("DELETE")
    if deletes and "error" not in lab and local.get("error") == "ConditionalCheckFailedException":
        local.clear(), local.update(copy.deepcopy(lab))


# -- where pages end --------------------------------------------------------------------------------------


@exception("API Reference, LastEvaluatedKey: it does not mean that more is left.")
def _(operation, request, lab, local):
    """DynamoDB Local does not go on where the key condition shows that nothing can follow."""
    if operation == "Query" and "Limit" in request and lab.get("pages") == local.get("pages", 0) + 1:
        local["pages"] += 1


# -- what else is told ------------------------------------------------------------------------------------


@exception("API Reference, UpdateItem: UPDATED_OLD and UPDATED_NEW tell only what the update names.")
def _(operation, request, lab, local):
    """DynamoDB Local tells the whole attribute of which a part is named."""
    if operation == "UpdateItem" and request.get("ReturnValues", "").startswith("UPDATED_"):
        for name, ours in lab.get("Attributes", {}).items():
            theirs = local.get("Attributes", {}).get(name, {})
            if ours != theirs and part_of(ours, theirs):
                local["Attributes"][name] = ours


def part_of(part: dict, whole: dict) -> bool:
    """Whether a map or a list is the other with members left out, at any depth."""
    if part.keys() != whole.keys() or not part.keys() <= {"M", "L"}:
        return part == whole
    if "M" in part:
        return all(
            name in whole["M"] and part_of(value, whole["M"][name]) for name, value in part["M"].items()
        )
    rest = iter(whole["L"])
    return all(any(part_of(member, other) for other in rest) for member in part["L"])


@exception("API Reference, ReturnConsumedCapacity: nothing is told unless asked for.")
def _(operation, request, lab, local):
    if "ReturnConsumedCapacity" not in request and "ConsumedCapacity" not in lab:
        local.pop("ConsumedCapacity", None)


@exception("API Reference, ReturnItemCollectionMetrics: DynamoDB Local does not know it.")
def _(operation, request, lab, local):
    if "ReturnItemCollectionMetrics" in request and "ItemCollectionMetrics" not in local:
        lab.pop("ItemCollectionMetrics", None)


@exception("API Reference, ExecuteStatement: the error is DuplicateItemException.")
def _(operation, request, lab, local):
    if local.get("error") == "DuplicateItem":
        local["error"] = "DuplicateItemException"


@exception("A cancelled transaction's reasons have the words that the same mistake has elsewhere.")
def _(operation, request, lab, local):
    """And DynamoDB Local ends the message of a failed ConditionCheck, and of no other, with a full stop."""
    both = [said.get("more", {}).get("CancellationReasons", []) for said in (lab, local)]
    for ours, theirs in zip(*both, strict=False):
        if "Message" in theirs:
            theirs["Message"] = theirs["Message"].rstrip(".")
        if wording({"message": ours.get("Message")}, {"message": theirs.get("Message")}):
            theirs.clear(), theirs.update(ours)
    if both[0] == both[1] != []:
        local["message"] = lab["message"]  # which only lists their codes


@exception("Developer Guide, HowItWorks.NamingRulesDataTypes: numbers lose needless zeros, nested ones, too.")
def _(operation, request, lab, local):
    plain_numbers(local)


def plain_numbers(value) -> None:
    """Write numbers as the service does, where DynamoDB Local keeps a nested or updated one as it was sent."""
    if isinstance(value, list):
        for each in value:
            plain_numbers(each)
    elif isinstance(value, dict):
        for kind, inside in value.items():
            if kind == "N":
                value[kind] = _plain(inside)
            elif kind == "NS":
                value[kind] = sorted(_plain(each) for each in inside)
            else:
                plain_numbers(inside)


def _plain(number: str) -> str:
    exact = Decimal(number).normalize(_EXACT)
    return f"{exact:f}" if exact else "0"

"""PartiQL, statement by statement, on the lab and on DynamoDB Local, whose PartiQL is the service's own library."""

import json
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import local, sides, statements
from tests.oracle.exceptions import plain_numbers
from tests.oracle.test_oracle import LONG, SCALE

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]

asked = {"statements": 0, "excused": {}}

# What DynamoDB Local says (and the lab does not), with the reason why it is not followed.
EXCUSES = {
    r"The request processing has failed because of an unknown error": "DynamoDB Local fails inside.",
    r"One or more parameter values were invalid: Condition parameter type does not match schema type": (
        "DynamoDB Local judges what a scan's filter says of a key by the key's type."
    ),
    r"Transaction cancelled.*ValidationError.*": "DynamoDB Local calls a duplicate item a ValidationError, and gives fewer reasons.",
    r"EXISTS can only be used in ExecuteTransaction.*": "DynamoDB Local takes every expression for an EXISTS.",
    r"Unsupported data type for IS operator": "The lab knows the types that DynamoDB has, and reads no others.",
    r"The left hand side argument to IS must be": "The lab takes a parameter for the value that it is.",
    r"MISSING must be compared using IS operator.*": "MISSING in the place of a name, as no one writes it.",
    r"ExecuteTransaction API does not support both read and write .*": "The lab first tells what is wrong with a statement.",
    r"The arguments? to (AND/OR|NOT) must be ": "The lab says of all of WHERE that it must be true or false.",
    r"Must have hash key in ORDER BY clause .*": "People quote it of the service; DynamoDB Local orders within each value.",
    r"Read and write requests together in the same batch .*": "The lab first tells what is wrong with a statement.",
    r"Unsupported operation: Path": "Two names and a dot where one table stands, as no one writes it.",
    r"Unexpected path component at ": "The lab tells where an expression begins, DynamoDB Local where its operator is.",
    r"The BETWEEN operator requires .*": "The lab shows numbers as they are kept.",
    r"Two document paths overlap .*": "Of three changes DynamoDB Local names a pair that does not overlap.",
    r"Unsupported token in expression: UNKNOWN.*": "A change within an expression, as no one writes it.",
    r"ValidationError .*": "DynamoDB Local cancels a transaction without reasons.",
    r"Only single item select is supported": "The service names the operation and the primary key.",
    r"The provided expression refers to an attribute .*|An operand in the update expression .*|"
    r"The document path provided .*": "API Reference, ExecuteTransaction: what an item shows cancels the transaction.",
}


@pytest.fixture(scope="module")
def parties(local_port):
    connection = local.Local(local_port, account="statements")
    yield sides.Lab("444444444444"), sides.Local(connection)
    connection.close()


def furnish(side) -> None:
    side.empty()
    for table in statements.TABLES:
        names = {name for part in (table, *table.get("GlobalSecondaryIndexes", []), *table.get("LocalSecondaryIndexes", []))
                 for name in (key["AttributeName"] for key in part["KeySchema"])}  # fmt: skip
        types = [{"AttributeName": name, "AttributeType": statements.KINDS[name]} for name in sorted(names)]
        made = side("CreateTable", AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST", **table)
        assert made.error is None, made
        for item in statements.ROWS[table["TableName"]]:
            side("PutItem", TableName=table["TableName"], Item=item)


def told(request: statements.Request, answer: sides.Answer) -> dict:
    """What must agree. The lab has the parser's words for a malformed statement, Local the statement itself."""
    text = json.dumps(answer.result)
    text = re.sub(r"(Statement wasn't well formed), can't be processed: [^\n]*?(?=\"\})", r"\1", text)
    text = text.replace("Cannot do operations on a non-existent table", "Requested resource not found")
    result = json.loads(text)
    plain_numbers(result)
    if answer.error:
        message = answer.message.partition(", can't be processed")[0].replace(
            "Cannot do operations on a non-existent table", "Requested resource not found"
        )
        kind = "DuplicateItemException" if answer.error == "DuplicateItem" else answer.error
        return {"error": kind, "message": message}
    for field in ("NextToken", "LastEvaluatedKey"):
        result.pop(field, None)
    asked_for = json.dumps(request)
    if "ORDER BY sk" not in asked_for or "by-colour" in asked_for or " IN " in asked_for:
        result["Items"] = sorted(map(json.dumps, in_order(result.get("Items", []))))
    return in_order(result)


def in_order(value):
    """The same with the members of maps and sets in order."""
    if isinstance(value, dict):
        return {
            key: sorted(inside) if key in ("SS", "NS", "BS") else in_order(inside)
            for key, inside in sorted(value.items())
        }
    return [in_order(inside) for inside in value] if isinstance(value, list) else value


def excuse(asked_for: str, ours: sides.Answer, theirs: sides.Answer) -> str | None:
    messages = [ours.message, theirs.message] + [
        response.get("Error", {}).get("Message", "") for response in theirs.result.get("Responses", [])
    ]
    messages = [
        re.sub(r"^Validation failed in TransactStatements\[\d+\]: ", "", message) for message in messages
    ]
    malformed = [side.message.startswith("Statement wasn't well formed") for side in (ours, theirs)]
    if ours.error == theirs.error == "ValidationException" and any(malformed) and not all(malformed):
        return "The lab knows no more of SQL than DynamoDB speaks, and tells what is not supported where it meets it."
    numbers = [
        re.findall(r"^Validation failed in TransactStatements\[(\d+)\]", side.message)
        for side in (ours, theirs)
    ]
    if all(numbers) and numbers[0] != numbers[1]:
        return "Of two wrong statements of a transaction, either is told."
    if LONG and ours.error and ours.error == theirs.error:
        return "Of several mistakes in a statement, either is told."
    failed = ["ConditionalCheckFailed" in str((side, side.result)) for side in (ours, theirs)]
    if "DELETE FROM" in asked_for and failed == [False, True]:
        return "Developer Guide, ql-reference.delete: of an item that is not there, a DELETE succeeds."
    for pattern, reason in EXCUSES.items():
        if any(re.fullmatch(f"({pattern}).*", message) for message in messages):
            return reason
    return None


@settings(
    max_examples=45 * SCALE, derandomize=not LONG, database=None, deadline=None, print_blob=LONG,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
)  # fmt: skip
@given(requests=st.lists(statements.requests(), min_size=6, max_size=10))
def test_statements_agree(parties, requests):
    for side in parties:
        furnish(side)
    for operation, parameters in requests:
        ours, theirs = (side(operation, **parameters) for side in parties)
        asked["statements"] += len(parameters.get("Statements", parameters.get("TransactStatements", [1])))
        if "contains duplicates" in theirs.message:
            return  # DynamoDB Local writes before it refuses
        if told((operation, parameters), ours) == told((operation, parameters), theirs):
            continue
        reason = excuse(json.dumps(parameters), ours, theirs)
        assert reason, (
            f"{operation} {json.dumps(parameters)}\nlab: {ours} {ours.result}\nLocal: {theirs} {theirs.result}"
        )
        asked["excused"][reason] = asked["excused"].get(reason, 0) + 1
        return  # what the tables hold may differ from here


def test_enough_was_asked(parties, capsys):
    with capsys.disabled():
        print(f"\n{asked['statements']} PartiQL statements asked of the lab and of DynamoDB Local")
        for reason, times in sorted(asked["excused"].items(), key=lambda pair: -pair[1]):
            print(f"  excused {times} times: {reason}")
    assert asked["statements"] >= 250

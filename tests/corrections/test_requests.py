"""Requests that DynamoDB does not accept: what the service model says, and who is heard first.

Single refusals with their words are in `refusals/`; here are the rules that no single request shows.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.corrections import requests
from helpers.corrections.errors import Refused
from helpers.corrections.requests import shapes
from tests.corrections.probes import s, table
from tests.oracle.sides import Lab, target

OPERATIONS = sorted(
    operation
    for name in ("dynamodb", "dynamodbstreams")
    for operation in shapes.service(name).operation_names
)


@pytest.fixture(scope="module")
def lab():
    side = Lab("444444444444")
    side.empty()
    table(side, "Orders")
    table(side, "Sorted", sort=True)
    yield side
    side.empty()


def refused(operation: str, request) -> str:
    """The message for a request, before any table is looked at."""
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    with pytest.raises(Refused) as caught:
        requests.validate(*requests.parse(target(operation), body), lambda name: None)
    return f"{caught.value.kind}: {caught.value.message}"


def named(operation: str) -> dict:
    """What an operation demands before it looks at anything else."""
    if operation in requests.ON_TABLES:
        return {"TableName": "Orders"}
    return {"ResourceArn": "arn:aws:dynamodb:us-east-1:1:table/T"} if operation in requests.ON_TAGS else {}


def lower(name: str) -> str:
    return name[0].lower() + name[1:]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_request_names_every_required_member_at_once(operation):
    required = set(shapes.input_shape(operation).required_members) - named(operation).keys()
    if not required:
        return
    message = refused(operation, named(operation))
    for name in required:
        assert (
            f"Value null at '{lower(name)}' failed to satisfy constraint: Member must not be null" in message
        )
    assert f"{message.count('Value null')} validation error" in message


def members_of(kind: str):
    return [
        (operation, name, member)
        for operation in OPERATIONS
        for name, member in shapes.input_shape(operation).members.items()
        if member.type_name == kind
    ]


@pytest.mark.parametrize("operation", requests.ON_TABLES)
def test_a_table_operation_asks_for_its_table_before_anything_else(operation):
    """In words of its own: aws-sdk-java issues 344 and 977 quote the service."""
    words = "The parameter 'TableName' is required but was not present in the request"
    assert refused(operation, {"BillingMode": "FREE"}) == f"ValidationException: {words}"
    words = "TableName must be at least 3 characters long and at most 255 characters long"
    for name in ("", "ab", "x" * 256):
        assert (
            refused(operation, {"TableName": name, "BillingMode": "FREE"}) == f"ValidationException: {words}"
        )


@pytest.mark.parametrize("operation", requests.ON_TAGS)
def test_a_tag_operation_asks_for_its_resource_before_anything_else(operation):
    assert refused(operation, {"Tags": []}) == "ValidationException: Invalid TableArn"


# A table class is refused in words of its own: refusals/control_tables.jsonl.
ENUMERATED = [m for m in members_of("string") if m[2].enum and m[1] != "TableClass"]


@pytest.mark.parametrize(("operation", "name", "member"), ENUMERATED)
def test_a_value_that_an_enumeration_does_not_have_is_refused_with_all_that_it_has(operation, name, member):
    message = refused(operation, {**named(operation), name: "NOT_IN_IT"})
    assert f"Value 'NOT_IN_IT' at '{lower(name)}' failed to satisfy constraint" in message
    listed = message.partition(f"at '{lower(name)}'")[2].partition("[")[2].partition("]")[0]
    assert sorted(listed.split(", ")) == sorted(member.enum)


@pytest.mark.parametrize(("operation", "name", "member"), members_of("integer") + members_of("long"))
def test_a_number_below_its_range_is_refused(operation, name, member):
    least = member.metadata.get("min")
    if least is not None:
        message = refused(operation, {**named(operation), name: least - 1})
        assert f"Value '{least - 1}' at '{lower(name)}'" in message
        assert f"Member must have value greater than or equal to {least}" in message


@given(st.sampled_from(OPERATIONS), st.data())
def test_a_member_of_the_wrong_json_type_cannot_be_read(operation, data):
    members = shapes.input_shape(operation).members
    if not members:
        return
    name = data.draw(st.sampled_from(sorted(members)))
    kind = members[name].type_name
    wrong = {"string": 1, "boolean": "yes", "list": "x", "map": [], "structure": "x"}.get(kind, "x")
    assert refused(operation, {name: wrong}).startswith("SerializationException: ")


@given(st.binary(max_size=30))
def test_a_body_that_is_not_json_cannot_be_read(body):
    try:
        json.loads(body)
    except ValueError:
        assert refused("GetItem", body) == "SerializationException: "


@pytest.mark.parametrize(
    "body",
    [
        b'{"TableName": "Orders", "Limit": NaN}',
        b'{"TableName": "Orders", "Limit": 1e400}',
        b'{"TableName": "Half a pair: \\ud800"}',
        b'{"ExclusiveStartKey": {"pk": ' + b'{"L": [' * 3000,
        b'{"ExclusiveStartKey": {"pk": ' + b'{"L": [' * 900 + b"]}" * 900 + b"}}",
        b"\xff\xfe",
        b"",
    ],
    ids=["not a number", "too large", "half a character", "never closed", "too deep", "not utf-8", "nothing"],
)
def test_a_body_that_no_sdk_would_send_is_refused_and_not_a_crash(body):
    assert refused("Scan", body) == "SerializationException: "


@pytest.mark.parametrize(
    "target", ["DynamoDB_20120810.FetchItem", "DynamoDB_20120810.GetRecords", "DynamoDB_20111205.GetItem", ""]
)
def test_an_operation_that_there_is_not_is_unknown(target):
    with pytest.raises(Refused) as caught:
        requests.parse(target, b"{}")
    assert caught.value.kind == "UnknownOperationException"


def test_at_most_ten_constraints_are_reported():
    tags = [{"Key": "", "Value": "v"}] * 30
    message = refused("TagResource", {"ResourceArn": "arn:aws:dynamodb:us-east-1:1:table/T", "Tags": tags})
    assert "10 validation errors detected" in message
    assert message.count("failed to satisfy constraint") == 10


# Who is heard first. Each request below has two mistakes; the first of the list is the one that is told.

ITEM_MISTAKES = [
    ("a constraint of the model", {"ReturnConsumedCapacity": "x"}, "1 validation error detected"),
    ("mixed parameters", {"Expected": {}, "ConditionExpression": "zz = :v"}, "Can not use both"),
    ("a value that is none", {"Item": {"pk": s("a"), "n": {"N": "x"}}}, "cannot be converted"),
    ("return values it cannot give", {"ReturnValues": "ALL_NEW"}, "ReturnValues can only be"),
    ("an item that is too large", {"Item": {"pk": s("a"), "b": s("x" * 410_000)}}, "Item size has exceeded"),
    ("a syntax error", {"ConditionExpression": "zz ="}, "Syntax error"),
    (
        "an unused placeholder",
        {"ConditionExpression": "zz = yy", "ExpressionAttributeNames": {"#a": "a"}},
        "unused in expressions",
    ),
    ("a table that does not exist", {"TableName": "Nowhere"}, "Requested resource not found"),
    ("an item without its key", {"Item": {"zz": s("a")}}, "Missing the key pk"),
]
PAIRS = [
    (first, second)
    for at, first in enumerate(ITEM_MISTAKES)
    for second in ITEM_MISTAKES[at + 1 :]
    if not set(first[1]) & set(second[1])
]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda mistake: mistake[0])
def test_of_two_mistakes_the_earlier_check_speaks(lab, first, second):
    if "Expected" in first[1] and "ConditionExpression" in second[1]:
        pytest.fail("the pair says the same thing twice")
    request = {"TableName": "Orders", "Item": {"pk": s("a")}, **second[1], **first[1]}
    assert first[2] in lab("PutItem", **request).message


# Keys, tables by ARN, transactions


def test_a_table_may_be_named_by_its_arn(lab):
    arn = lab("DescribeTable", TableName="Orders").result["Table"]["TableArn"]
    assert lab("PutItem", TableName=arn, Item={"pk": s("by arn")}).error is None
    assert lab("GetItem", TableName="Orders", Key={"pk": s("by arn")}).result["Item"] == {"pk": s("by arn")}
    assert lab("BatchGetItem", RequestItems={arn: {"Keys": [{"pk": s("by arn")}]}}).result["Responses"]


@pytest.mark.parametrize("size", [2047, 2048])
def test_a_partition_key_of_2048_bytes_is_accepted(lab, size):
    assert lab("PutItem", TableName="Orders", Item={"pk": s("x" * size)}).error is None


def test_a_partition_key_of_2049_bytes_is_not(lab):
    answer = lab("PutItem", TableName="Orders", Item={"pk": s("x" * 2049)})
    assert "Size of hashkey has exceeded the maximum size limit of2048 bytes" in answer.message


def test_nothing_of_a_batch_with_one_bad_item_is_written(lab):
    good, bad = {"PutRequest": {"Item": {"pk": s("good")}}}, {"PutRequest": {"Item": {"zz": s("bad")}}}
    assert lab("BatchWriteItem", RequestItems={"Orders": [good, bad]}).error == "ValidationException"
    assert lab("GetItem", TableName="Orders", Key={"pk": s("good")}).result == {}


def test_what_a_table_rejects_of_a_transaction_is_a_reason_at_its_place(lab):
    put = {"Put": {"TableName": "Orders", "Item": {"pk": s("in transaction")}}}
    bad = {"Put": {"TableName": "Orders", "Item": {"pk": {"N": "1"}}}}
    answer = lab("TransactWriteItems", TransactItems=[put, bad])
    assert answer.error == "TransactionCanceledException"
    reasons = answer.result["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ValidationError"]
    assert "Type mismatch for key pk" in reasons[1]["Message"]
    assert lab("GetItem", TableName="Orders", Key={"pk": s("in transaction")}).result == {}


def test_numbers_and_sets_come_back_in_dynamodbs_own_form(lab):
    item = {"pk": s("form"), "n": {"N": "0012.50"}, "big": {"N": "1e3"}, "set": {"NS": ["10", "9", "1.0"]}}
    lab("PutItem", TableName="Orders", Item=item)
    stored = lab("GetItem", TableName="Orders", Key={"pk": s("form")}).result["Item"]
    assert stored["n"] == {"N": "12.5"}
    assert stored["big"] == {"N": "1000"}
    assert stored["set"] == {"NS": ["1", "9", "10"]}


@pytest.mark.parametrize("value", [{"L": []}, {"M": {}}, {"BOOL": False}, {"N": "0"}])
def test_a_key_of_a_wrong_type_is_not_an_empty_one(lab, value):
    get = {"Get": {"TableName": "Orders", "Key": {"pk": value}}}
    answer = lab("TransactGetItems", TransactItems=[get])
    assert answer.error == "TransactionCanceledException"
    assert answer.result["CancellationReasons"][0]["Message"] == (
        "The provided key element does not match the schema"
    )


def test_an_operation_without_an_output_answers_without_a_body(lab):
    silent = [name for name in OPERATIONS if not shapes.has_answer(name)]
    assert silent == ["TagResource", "UntagResource"]
    arn = lab("DescribeTable", TableName="Orders").result["Table"]["TableArn"]
    body = json.dumps({"ResourceArn": arn, "Tags": [{"Key": "team", "Value": "sales"}]}).encode()
    status, headers, answer = lab.answers(target("TagResource"), body, lab.region, lab.account)
    assert (status, headers["Content-Length"], answer) == (200, "0", b"")

"""Batches and transactions: each for itself, or all or nothing, and once for one token."""

import pytest
from botocore.exceptions import ClientError

from helpers.corrections.items import transactions
from tests.corrections.tables import N, S, create

A, B, C = ({"pk": S(letter), "sk": N(1)} for letter in "abc")


@pytest.fixture
def client(started):
    return create()


def stored(client) -> list[dict]:
    return sorted(client.scan(TableName="Orders")["Items"], key=str)


def put(item: dict, **more) -> dict:
    return {"Put": {"TableName": "Orders", "Item": item, **more}}


def add(key: dict, amount: int, **more) -> dict:
    return {
        "Update": {
            "TableName": "Orders",
            "Key": key,
            "UpdateExpression": "ADD cents :n",
            "ExpressionAttributeValues": {":n": N(amount)},
            **more,
        }
    }


def delete(key: dict, **more) -> dict:
    return {"Delete": {"TableName": "Orders", "Key": key, **more}}


def reasons(client, *actions, operation="transact_write_items") -> list[dict]:
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        getattr(client, operation)(TransactItems=list(actions))
    found = cancelled.value.response["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in found)
    assert cancelled.value.response["Error"]["Message"].endswith(f"specific reasons [{codes}]")
    return found


def test_a_batch_gives_back_what_it_finds_and_says_nothing_of_the_rest(client):
    client.batch_write_item(RequestItems={"Orders": [{"PutRequest": {"Item": one}} for one in (A, B)]})
    client.batch_write_item(RequestItems={"Orders": [{"DeleteRequest": {"Key": B}}]})
    answer = client.batch_get_item(RequestItems={"Orders": {"Keys": [A, B, C]}})
    assert answer["Responses"] == {"Orders": [A]} and answer["UnprocessedKeys"] == {}


def test_a_batch_gives_back_16_megabytes_and_the_keys_of_what_is_left(client):
    many = [{"pk": S("big"), "sk": N(number)} for number in range(60)]
    for key in many:
        client.put_item(TableName="Orders", Item={**key, "text": S("x" * 390_000)})
    asked = {"Keys": many, "ProjectionExpression": "pk, sk"}
    answer = client.batch_get_item(RequestItems={"Orders": asked})
    left = answer["UnprocessedKeys"]["Orders"]
    assert left["ProjectionExpression"] == "pk, sk"
    assert answer["Responses"]["Orders"] + left["Keys"] == many
    assert 390_000 * len(answer["Responses"]["Orders"]) < 16 * 2**20 < 390_000 * 60


def test_a_transaction_with_one_failed_condition_does_nothing_and_tells_every_reason(client):
    client.put_item(TableName="Orders", Item=A)
    failing = {"ConditionExpression": "attribute_not_exists(pk)"}
    found = reasons(
        client,
        put(B),
        put(A, **failing, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        delete(C, ConditionExpression="attribute_exists(pk)"),
    )
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert found == [{"Code": "None"}, {**failed, "Item": A}, failed]
    assert stored(client) == [A]


def test_what_only_an_item_can_show_is_a_reason_too(client):
    client.put_item(TableName="Orders", Item={**A, "cents": S("text")})
    found = reasons(client, add(A, 1), add(B, 1), delete(C, ConditionExpression="attribute_exists(pk)"))
    assert [reason["Code"] for reason in found] == ["ValidationError", "None", "ConditionalCheckFailed"]
    assert "incorrect data type" in found[0]["Message"]
    assert len(stored(client)) == 1


def test_keys_are_looked_at_before_items_and_the_first_wrong_one_is_the_only_reason(client):
    client.put_item(TableName="Orders", Item={**A, "cents": S("text")})
    failing = delete(C, ConditionExpression="attribute_exists(pk)")
    found = reasons(client, add(A, 1), put({"pk": S("d")}), put({"pk": S("e")}), failing)
    assert [reason["Code"] for reason in found] == ["None", "ValidationError", "None", "None"]
    assert "Missing the key sk" in found[1]["Message"]


def test_a_transaction_sees_the_items_as_they_were_before_it(client):
    client.transact_write_items(
        TransactItems=[put(A), add(B, 5, ConditionExpression="attribute_not_exists(pk)")]
    )
    assert stored(client) == [A, {**B, "cents": N(5)}]
    answers = client.transact_get_items(
        TransactItems=[{"Get": {"TableName": "Orders", "Key": key}} for key in (B, C, A)]
    )["Responses"]
    assert answers == [{"Item": {**B, "cents": N(5)}}, {}, {"Item": A}]


def test_a_read_by_a_wrong_key_is_a_reason(client):
    get = {"Get": {"TableName": "Orders", "Key": {"pk": S("a")}}}
    (found,) = reasons(client, get, operation="transact_get_items")
    assert found == {
        "Code": "ValidationError",
        "Message": "The provided key element does not match the schema",
    }


def test_a_token_is_good_once_for_ten_minutes_and_for_one_content(client, monkeypatch):
    def write(amount):
        client.transact_write_items(TransactItems=[add(A, amount)], ClientRequestToken="token")

    clock = [1000.0]
    monkeypatch.setattr(transactions.time, "monotonic", lambda: clock[0])
    write(1)
    write(1)
    assert stored(client) == [{**A, "cents": N(1)}]
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        write(2)
    clock[0] += 599
    write(1)
    assert stored(client) == [{**A, "cents": N(1)}]
    clock[0] += 2
    write(2)
    assert stored(client) == [{**A, "cents": N(3)}]


def test_a_transaction_that_was_cancelled_does_not_use_up_its_token(client):
    request = {
        "TransactItems": [add(A, 1, ConditionExpression="attribute_exists(pk)")],
        "ClientRequestToken": "token",
    }
    with pytest.raises(ClientError):
        client.transact_write_items(**request)
    client.put_item(TableName="Orders", Item=A)
    client.transact_write_items(**request)
    assert stored(client) == [{**A, "cents": N(1)}]

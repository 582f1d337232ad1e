"""GetItem, PutItem, UpdateItem and DeleteItem, as a client sees them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.corrections.tables import N, S, create, index

KEY = {"pk": S("a"), "sk": N(1)}
RED = {**KEY, "colour": S("red"), "count": N(1)}


@pytest.fixture
def client(started):
    return create()


def get(client, key=KEY):
    return client.get_item(TableName="Orders", Key=key).get("Item")


def test_a_put_replaces_the_whole_item(client):
    client.put_item(TableName="Orders", Item=RED)
    client.put_item(TableName="Orders", Item={**KEY, "size": N(2)})
    assert get(client) == {**KEY, "size": N(2)}


def test_a_missing_item_has_no_item_and_an_empty_projection_an_empty_one(client):
    client.put_item(TableName="Orders", Item=RED)
    assert "Item" not in client.get_item(TableName="Orders", Key={**KEY, "sk": N(2)})
    assert client.get_item(TableName="Orders", Key=KEY, ProjectionExpression="nothing")["Item"] == {}


@pytest.mark.parametrize(
    ("wanted", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", RED),
        ("UPDATED_OLD", {"colour": S("red")}),
        ("ALL_NEW", {**RED, "colour": S("blue"), "size": N(3)}),
        ("UPDATED_NEW", {"colour": S("blue"), "size": N(3)}),
    ],
)
def test_return_values_are_of_the_item_or_of_what_was_updated(client, wanted, attributes):
    client.put_item(TableName="Orders", Item=RED)
    answer = client.update_item(
        TableName="Orders",
        Key=KEY,
        UpdateExpression="SET colour = :c, size_ = :s".replace("size_", "#s"),
        ExpressionAttributeNames={"#s": "size"},
        ExpressionAttributeValues={":c": S("blue"), ":s": N(3)},
        ReturnValues=wanted,
    )
    assert answer.get("Attributes") == attributes


@pytest.mark.parametrize("write", ["put_item", "delete_item"])
def test_put_and_delete_give_back_what_they_replace_if_there_was_something(client, write):
    content = {"Item": RED} if write == "put_item" else {"Key": KEY}
    request = {"TableName": "Orders", **content, "ReturnValues": "ALL_OLD"}
    assert "Attributes" not in getattr(client, write)(**request)
    client.put_item(TableName="Orders", Item=RED)
    assert getattr(client, write)(**request)["Attributes"] == RED


def test_an_update_of_nothing_makes_the_item(client):
    client.update_item(TableName="Orders", Key=KEY)
    assert get(client) == KEY


@pytest.mark.parametrize("wanted", ["NONE", "ALL_OLD"])
def test_a_failed_condition_changes_nothing_and_shows_the_item_only_if_asked(client, wanted):
    client.put_item(TableName="Orders", Item=RED)
    with pytest.raises(ClientError) as refused:
        client.put_item(
            TableName="Orders",
            Item=KEY,
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure=wanted,
        )
    assert refused.value.response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }
    assert refused.value.response.get("Item") == (RED if wanted == "ALL_OLD" else None)
    assert get(client) == RED


def test_an_update_that_makes_an_item_too_large_changes_nothing(client):
    client.put_item(TableName="Orders", Item=RED)
    with pytest.raises(ClientError, match="Item size to update has exceeded the maximum allowed size"):
        client.update_item(
            TableName="Orders",
            Key=KEY,
            UpdateExpression="SET big = :b",
            ExpressionAttributeValues={":b": S("x" * 400 * 1024)},
        )
    assert get(client) == RED


def test_an_items_400_KB_are_for_its_entries_in_local_indexes_too(started):
    client = create(attributes={"colour": "S"}, LocalSecondaryIndexes=[index("by-colour", "pk", "colour")])
    big = {**KEY, "text": S("x" * 250 * 1024)}
    client.put_item(TableName="Orders", Item=big)
    with pytest.raises(ClientError, match="Item size has exceeded"):
        client.batch_write_item(
            RequestItems={
                "Orders": [
                    {"PutRequest": {"Item": {**RED, "sk": N(5)}}},
                    {"PutRequest": {"Item": {**big, "colour": S("red")}}},
                ]
            }
        )
    assert client.scan(TableName="Orders")["Items"] == [big]


def test_what_is_given_out_is_not_what_is_kept(client):
    """The lab answers in this process: a caller who changes an answer must not change the table."""
    client.put_item(TableName="Orders", Item=RED)
    get(client)["colour"]["S"] = "changed"
    assert get(client) == RED


def test_writers_in_threads_lose_nothing(client):
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": N(1)}}

    def write(number: int) -> None:
        client.update_item(TableName="Orders", Key=KEY, **add)
        client.put_item(TableName="Orders", Item={**KEY, "sk": N(100 + number)})

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(100)))
    assert get(client)["n"] == N(100)
    assert client.scan(TableName="Orders")["Count"] == 101


def test_item_collection_metrics_come_from_tables_with_a_local_index_only(client):
    request = {"Item": RED, "ReturnItemCollectionMetrics": "SIZE"}
    assert "ItemCollectionMetrics" not in client.put_item(TableName="Orders", **request)
    create("Local", attributes={"colour": "S"}, LocalSecondaryIndexes=[index("by-colour", "pk", "colour")])
    metrics = client.put_item(TableName="Local", **request)["ItemCollectionMetrics"]
    assert metrics == {"ItemCollectionKey": {"pk": S("a")}, "SizeEstimateRangeGB": [0.0, 1.0]}

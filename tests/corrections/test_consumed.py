"""ConsumedCapacity: each number below is worked out by hand from the Developer Guide's rules."""

import pytest
from botocore.exceptions import ClientError

from tests.corrections.tables import N, S, create, index

INDEXES = {"ReturnConsumedCapacity": "INDEXES"}
TOTAL = {"ReturnConsumedCapacity": "TOTAL"}


def item(number: int, kilobytes: float = 0.1, **more) -> dict:
    """An item of a little under so many KB."""
    return {"pk": S("a"), "sk": N(number), "text": S("x" * int(kilobytes * 1024 - 60)), **more}


@pytest.fixture
def client(started):
    return create(
        attributes={"colour": "S", "weight": "N"},
        GlobalSecondaryIndexes=[index("by-colour", "colour", projection="INCLUDE", include=("note",))],
        LocalSecondaryIndexes=[index("by-weight", "pk", "weight", projection="KEYS_ONLY")],
    )


def put(client, one: dict) -> dict:
    return client.put_item(TableName="Orders", Item=one, **INDEXES)["ConsumedCapacity"]


def units(answer: dict) -> float:
    return answer["ConsumedCapacity"]["CapacityUnits"]


def test_a_write_costs_the_larger_image_and_each_index_it_touches(client):
    assert put(client, item(1, 2.5)) == {
        "TableName": "Orders",
        "CapacityUnits": 3.0,
        "Table": {"CapacityUnits": 3.0},
    }
    assert put(client, item(1, colour=S("red"), weight=N(5))) == {
        "TableName": "Orders",
        "CapacityUnits": 5.0,
        "Table": {"CapacityUnits": 3.0},
        "GlobalSecondaryIndexes": {"by-colour": {"CapacityUnits": 1.0}},
        "LocalSecondaryIndexes": {"by-weight": {"CapacityUnits": 1.0}},
    }


@pytest.mark.parametrize(
    ("change", "in_the_index"),
    [
        ("SET colour = :v", 2.0),  # out at one place, in at another
        ("SET note = :v", 1.0),  # projected
        ("SET other_ = :v", None),  # not projected
        ("REMOVE colour", 1.0),  # out
    ],
)
def test_an_update_costs_an_index_what_it_changes_there(client, change, in_the_index):
    put(client, item(1, colour=S("red"), note=S("a")))
    values = {"ExpressionAttributeValues": {":v": S("new")}} if ":v" in change else {}
    answer = client.update_item(
        TableName="Orders", Key={"pk": S("a"), "sk": N(1)}, UpdateExpression=change, **values, **INDEXES
    )
    found = answer["ConsumedCapacity"].get("GlobalSecondaryIndexes", {}).get("by-colour", {})
    assert found.get("CapacityUnits") == in_the_index


def test_a_write_without_effect_costs_and_leaves_the_indexes_alone(client):
    put(client, item(1, 1.5, colour=S("red")))
    assert put(client, item(1, 1.5, colour=S("red")))["CapacityUnits"] == 2.0
    assert units(client.delete_item(TableName="Orders", Key={"pk": S("z"), "sk": N(1)}, **TOTAL)) == 1.0


def test_a_miss_costs_and_a_projection_does_not_save(client):
    put(client, item(1, 8.5))
    key = {"pk": S("a"), "sk": N(1)}
    get = {"TableName": "Orders", **TOTAL}
    assert units(client.get_item(Key={**key, "sk": N(9)}, **get)) == 0.5
    assert units(client.get_item(Key={**key, "sk": N(9)}, ConsistentRead=True, **get)) == 1.0
    assert units(client.get_item(Key=key, ProjectionExpression="pk", **get)) == 1.5
    assert units(client.get_item(Key=key, ConsistentRead=True, **get)) == 3.0


@pytest.mark.parametrize("more", [{}, {"Select": "COUNT"}, {"FilterExpression": "attribute_exists(nothing)"}])
def test_a_filter_or_a_count_does_not_make_a_query_cheaper(client, more):
    for number in range(10):
        put(client, item(number, 3))  # 30 KB together: 7.5 steps of 4 KB
    query = {
        "TableName": "Orders",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": S("a")},
    }
    assert units(client.query(**query, **more, **TOTAL)) == 4.0
    assert units(client.query(**query, **more, **TOTAL, ConsistentRead=True)) == 8.0
    assert units(client.scan(TableName="Orders", **more, **TOTAL)) == 4.0


def test_a_query_of_an_index_consumes_the_index_and_a_local_one_fetches_from_the_table(client):
    for number in range(4):
        put(client, item(number, 3, colour=S("red"), weight=N(number)))
    by_colour = {
        "IndexName": "by-colour",
        "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": S("red")},
    }
    by_weight = {
        "IndexName": "by-weight",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": S("a")},
    }
    assert client.query(TableName="Orders", **by_colour, **INDEXES)["ConsumedCapacity"] == {
        "TableName": "Orders",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"by-colour": {"CapacityUnits": 0.5}},
    }
    assert units(client.query(TableName="Orders", **by_weight, **TOTAL)) == 0.5
    fetched = client.query(TableName="Orders", **by_weight, **INDEXES, Select="ALL_ATTRIBUTES")
    assert fetched["ConsumedCapacity"]["Table"] == {"CapacityUnits": 2.0}
    assert fetched["Items"][0]["text"] == item(0, 3)["text"]


def test_batches_cost_item_by_item_and_are_told_by_table(client):
    create("Others", sort=None)
    writes = {
        "Orders": [{"PutRequest": {"Item": item(number, 1.5)}} for number in range(3)],
        "Others": [{"DeleteRequest": {"Key": {"pk": S("nobody")}}}],
    }
    written = client.batch_write_item(RequestItems=writes, **TOTAL)["ConsumedCapacity"]
    assert {one["TableName"]: one["CapacityUnits"] for one in written} == {"Orders": 6.0, "Others": 1.0}
    keys = {
        "Orders": {"Keys": [{"pk": S("a"), "sk": N(number)} for number in range(5)]},
        "Others": {"Keys": [{"pk": S("nobody")}], "ConsistentRead": True},
    }
    read = client.batch_get_item(RequestItems=keys, **TOTAL)["ConsumedCapacity"]
    assert {one["TableName"]: one["CapacityUnits"] for one in read} == {"Orders": 2.5, "Others": 1.0}


def test_a_transaction_costs_twice_and_its_replay_as_much_as_reading_in_one(client):
    request = {
        "TransactItems": [
            {"Put": {"TableName": "Orders", "Item": item(1, 1.5, colour=S("red"))}},
            {
                "ConditionCheck": {
                    "TableName": "Orders",
                    "Key": {"pk": S("a"), "sk": N(2)},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
        ],
        "ClientRequestToken": "once",
    }
    (first,) = client.transact_write_items(**request, **INDEXES)["ConsumedCapacity"]
    assert first["Table"] == {"CapacityUnits": 6.0, "WriteCapacityUnits": 6.0}
    assert first["GlobalSecondaryIndexes"]["by-colour"]["CapacityUnits"] == 1.0
    (second,) = client.transact_write_items(**request, **TOTAL)["ConsumedCapacity"]
    assert second == {"TableName": "Orders", "CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}
    gets = [{"Get": {"TableName": "Orders", "Key": {"pk": S("a"), "sk": N(n)}}} for n in (1, 7)]
    (read,) = client.transact_get_items(TransactItems=gets, **TOTAL)["ConsumedCapacity"]
    assert read == {"TableName": "Orders", "CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}


def test_a_table_named_by_its_arn_is_named_so_in_the_answer(client):
    arn = client.describe_table(TableName="Orders")["Table"]["TableArn"]
    key = {"pk": S("a"), "sk": N(1)}
    one = client.put_item(TableName=arn, Item=key, **TOTAL)["ConsumedCapacity"]
    batch = client.batch_get_item(RequestItems={arn: {"Keys": [key]}}, **TOTAL)
    gets = [{"Get": {"TableName": arn, "Key": key}}]
    (read,) = client.transact_get_items(TransactItems=gets, **TOTAL)["ConsumedCapacity"]
    assert {one["TableName"], batch["ConsumedCapacity"][0]["TableName"], read["TableName"]} == {arn}
    assert batch["Responses"] == {arn: [key]}


def test_nobody_is_told_who_did_not_ask(client):
    put(client, item(1))
    assert "ConsumedCapacity" not in client.scan(TableName="Orders")
    with pytest.raises(ClientError) as refused:
        client.delete_item(
            TableName="Orders",
            Key={"pk": S("a"), "sk": N(1)},
            ConditionExpression="attribute_not_exists(pk)",
            **TOTAL,
        )
    assert "ConsumedCapacity" not in refused.value.response

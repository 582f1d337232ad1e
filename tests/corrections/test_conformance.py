"""What a client that knows DynamoDB well expects of it: behaviour that takes more than one call.

Each expectation is AWS's documentation's, or what DynamoDB Local answers where the documentation is silent.
Single refused requests are in `refusals/`, costs in `test_consumed.py` and in the ledger.
"""

import pytest

from tests.corrections.probes import (
    ALL_OF_PK,
    get,
    index,
    n,
    put,
    s,
    schema,
    table,
    types,
    update,
)  # fmt: skip
from tests.oracle.sides import Lab


@pytest.fixture
def lab():
    side = Lab("444444444444")
    side.empty()
    yield side
    side.empty()


# -- sizes and counts -------------------------------------------------------------------------------------


def test_a_key_may_have_2048_and_1024_bytes_and_no_more(lab):
    table(lab, sort=True)

    def key(partition: int, sort: int):
        item = {"pk": s("x" * partition), "sk": s("x" * sort)}
        return str(lab("PutItem", TableName="Orders", Item=item))

    words = "ValidationException: One or more parameter values were invalid: "
    assert key(2048, 1024) == "accepted"
    assert key(2049, 1) == words + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
    assert key(1, 1025) == (
        words + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    )


def test_an_item_may_have_400_kb_names_included(lab):
    table(lab)
    room = 400 * 1024 - len("pk") - len("a") - len("text")
    assert str(put(lab, text=s("x" * room))) == "accepted"
    told = put(lab, text=s("x" * (room + 1)))
    assert str(told) == "ValidationException: Item size has exceeded the maximum allowed size"


def test_an_update_may_not_grow_an_item_beyond_400_kb(lab):
    table(lab)
    put(lab, text=s("x" * 300_000))
    told = update(lab, "SET more = :v", ExpressionAttributeValues={":v": s("x" * 200_000)})
    assert str(told) == "ValidationException: Item size to update has exceeded the maximum allowed size"


def test_values_nest_32_levels_deep_and_no_deeper(lab):
    table(lab)

    def nested(levels: int) -> dict:
        value = n(1)
        for _ in range(levels):
            value = {"M": {"x": value}}
        return value

    assert str(put(lab, deep=nested(31))) == "accepted"
    assert str(put(lab, deep=nested(33))) == (
        "ValidationException: Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def test_in_takes_100_operands_and_no_more(lab):
    table(lab)
    put(lab, a=n(1))

    def ask(operands: int):
        marks = {f":v{number}": n(number) for number in range(operands)}
        request = {"FilterExpression": f"a IN ({', '.join(marks)})", "ExpressionAttributeValues": marks}
        return str(lab("Scan", TableName="Orders", **request))

    assert ask(100) == "accepted"
    assert ask(101) == (
        "ValidationException: Invalid FilterExpression: "
        "The IN operator is provided with too many operands; number of operands: 101"
    )


def test_an_expression_may_have_4096_bytes_and_no_more(lab):
    table(lab)

    def ask(size: int):
        expression = "attribute_exists(a)".ljust(size)
        return str(lab("Scan", TableName="Orders", FilterExpression=expression))

    assert ask(4096) == "accepted"
    assert ask(4097) == (
        "ValidationException: Invalid FilterExpression: Expression size has exceeded the maximum allowed "
        "size; expression size: 4097"
    )


def test_numbers_keep_38_digits_and_lose_needless_zeros(lab):
    table(lab)
    digits = "1234567890" * 3 + "12345678"
    for written, read in {
        digits: digits,
        "0." + digits: "0." + digits,
        "-007.500": "-7.5",
        "1E+3": "1000",
        "0e10": "0",
        "1e-130": "0." + "0" * 129 + "1",
        "9.9999999999999999999999999999999999999E+125": "9" * 38 + "0" * 88,
    }.items():
        put(lab, number=n(written))
        assert get(lab).result["Item"]["number"]["N"] == read


def test_arithmetic_keeps_38_digits(lab):
    table(lab)
    put(lab, number=n("0.1"))
    update(lab, "SET #n = #n + :v", ExpressionAttributeNames={"#n": "number"},
           ExpressionAttributeValues={":v": n("0.2")})  # fmt: skip
    assert get(lab).result["Item"]["number"] == n("0.3")


# -- batches ----------------------------------------------------------------------------------------------


def _keys(count: int) -> list[dict]:
    return [{"pk": s(str(number))} for number in range(count)]


def test_a_batch_get_takes_100_keys_over_all_tables(lab):
    table(lab)
    table(lab, "Other")
    assert str(lab("BatchGetItem", RequestItems={"Orders": {"Keys": _keys(100)}})) == "accepted"
    both = {"Orders": {"Keys": _keys(51)}, "Other": {"Keys": _keys(50)}}
    told = lab("BatchGetItem", RequestItems=both)
    assert str(told) == "ValidationException: Too many items requested for the BatchGetItem call"
    told = lab("BatchGetItem", RequestItems={"Orders": {"Keys": _keys(101)}})
    assert told.message.startswith("1 validation error detected: Value '[")
    assert told.message.endswith(
        "' at 'requestItems.Orders.member.keys' failed to satisfy constraint: "
        "Member must have length less than or equal to 100"
    )


def test_a_batch_write_takes_25_requests_over_all_tables(lab):
    table(lab)
    table(lab, "Other")
    puts = [{"PutRequest": {"Item": key}} for key in _keys(26)]
    assert str(lab("BatchWriteItem", RequestItems={"Orders": puts[:25]})) == "accepted"
    told = lab("BatchWriteItem", RequestItems={"Orders": puts[:13], "Other": puts[:13]})
    assert str(told) == "ValidationException: Too many items requested for the BatchWriteItem call"
    told = lab("BatchWriteItem", RequestItems={"Orders": puts})
    assert told.message.startswith("1 validation error detected: Value '{Orders=[")
    assert told.message.endswith(
        "' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
    )


def test_a_refused_batch_write_writes_nothing(lab):
    table(lab)
    puts = [{"PutRequest": {"Item": {"pk": s("a")}}}, {"PutRequest": {"Item": {"pk": n(1)}}}]
    assert lab("BatchWriteItem", RequestItems={"Orders": puts}).error == "ValidationException"
    assert lab("Scan", TableName="Orders").result["Count"] == 0


def test_a_batch_get_stops_at_16_mb_and_names_the_rest(lab):
    table(lab)
    for number in range(50):
        item = {"pk": s(str(number)), "text": s("x" * 390_000)}
        lab("PutItem", TableName="Orders", Item=item)
    result = lab("BatchGetItem", RequestItems={"Orders": {"Keys": _keys(50)}}).result
    got, left = len(result["Responses"]["Orders"]), len(result["UnprocessedKeys"]["Orders"]["Keys"])
    assert got + left == 50
    assert got == pytest.approx(16 * 1024 * 1024 / 390_000, abs=1)


def test_a_batch_get_leaves_out_what_is_not_there(lab):
    table(lab)
    put(lab)
    result = lab("BatchGetItem", RequestItems={"Orders": {"Keys": [{"pk": s("a")}, {"pk": s("b")}]}}).result
    assert result == {"Responses": {"Orders": [{"pk": s("a")}]}, "UnprocessedKeys": {}}


# -- transactions -----------------------------------------------------------------------------------------


def _put(pk: str, **more) -> dict:
    return {"Put": {"TableName": "Orders", "Item": {"pk": s(pk)}, **more}}


NEW_ONLY = {"ConditionExpression": "attribute_not_exists(pk)"}


def test_a_cancelled_transaction_changes_nothing_and_names_each_reason(lab):
    table(lab)
    put(lab, city=s("Rome"))
    told = lab("TransactWriteItems", TransactItems=[_put("b"), _put("a", **NEW_ONLY)])
    assert str(told) == (
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
        "reasons [None, ConditionalCheckFailed]"
    )
    assert told.result["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"},
    ]
    assert get(lab, "b").result == {}


def test_a_cancelled_transaction_shows_the_old_item_when_asked(lab):
    table(lab)
    put(lab, city=s("Rome"))
    wanted = _put("a", **NEW_ONLY, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    told = lab("TransactWriteItems", TransactItems=[wanted])
    assert told.result["CancellationReasons"][0]["Item"] == {"pk": s("a"), "city": s("Rome")}


def test_a_transaction_names_an_item_once(lab):
    table(lab)
    told = lab("TransactWriteItems", TransactItems=[_put("a"), _put("a")])
    assert str(told) == (
        "ValidationException: Transaction request cannot include multiple operations on one item"
    )


def test_each_kind_of_transaction_item_works_beside_the_others(lab):
    table(lab)
    for key in "abc":
        lab("PutItem", TableName="Orders", Item={"pk": s(key), "total": n(1)})
    key_of = {"TableName": "Orders"}
    told = lab(
        "TransactWriteItems",
        TransactItems=[
            {"Update": {**key_of, "Key": {"pk": s("a")}, "UpdateExpression": "ADD #t :one",
                        "ExpressionAttributeNames": {"#t": "total"},
                        "ExpressionAttributeValues": {":one": n(1)}}},
            {"Delete": {**key_of, "Key": {"pk": s("b")}}},
            {"ConditionCheck": {**key_of, "Key": {"pk": s("c")}, "ConditionExpression": "attribute_exists(pk)"}},
            _put("d"),
        ],
    )  # fmt: skip
    assert (str(told), told.result) == ("accepted", {})
    found = {item["pk"]["S"]: item for item in lab("Scan", TableName="Orders").result["Items"]}
    assert sorted(found) == ["a", "c", "d"]
    assert found["a"]["total"] == n(2)


def test_an_update_inside_a_transaction_that_cannot_be_done_cancels_it(lab):
    table(lab)
    put(lab, city=s("Rome"))
    add = {
        "TableName": "Orders", "Key": {"pk": s("a")}, "UpdateExpression": "ADD city :one",
        "ExpressionAttributeValues": {":one": n(1)},
    }  # fmt: skip
    told = lab("TransactWriteItems", TransactItems=[{"Update": add}])
    assert told.error == "TransactionCanceledException"
    assert told.result["CancellationReasons"] == [
        {
            "Code": "ValidationError",
            "Message": "An operand in the update expression has an incorrect data type",
        }
    ]


def test_a_repeated_token_is_answered_again_and_applied_once(lab):
    table(lab)
    put(lab, count_=n(0))
    add = {
        "TableName": "Orders", "Key": {"pk": s("a")}, "UpdateExpression": "ADD count_ :one",
        "ExpressionAttributeValues": {":one": n(1)},
    }  # fmt: skip
    for _ in range(3):
        told = lab("TransactWriteItems", TransactItems=[{"Update": add}], ClientRequestToken="once")
        assert str(told) == "accepted"
    assert get(lab).result["Item"]["count_"] == n(1)


def test_a_token_with_another_transaction_is_refused(lab):
    table(lab)
    lab("TransactWriteItems", TransactItems=[_put("a")], ClientRequestToken="once")
    told = lab("TransactWriteItems", TransactItems=[_put("b")], ClientRequestToken="once")
    assert told.error == "IdempotentParameterMismatchException"
    assert get(lab, "b").result == {}


def test_a_transactional_get_keeps_the_order_and_leaves_holes(lab):
    table(lab)
    put(lab)
    wanted = [{"Get": {"TableName": "Orders", "Key": {"pk": s(key)}}} for key in "ba"]
    assert lab("TransactGetItems", TransactItems=wanted).result == {
        "Responses": [{}, {"Item": {"pk": s("a")}}]
    }


# -- reading ----------------------------------------------------------------------------------------------


def test_a_page_ends_at_1_mb_and_the_next_goes_on(lab):
    table(lab, sort=True)
    for number in range(30):
        item = {"pk": s("a"), "sk": s(f"{number:02}"), "text": s("x" * 100_000)}
        lab("PutItem", TableName="Orders", Item=item)
    first = lab("Query", TableName="Orders", **ALL_OF_PK).result
    assert first["Count"] == pytest.approx(1024 * 1024 / 100_000, abs=1)
    rest = lab("Query", TableName="Orders", ExclusiveStartKey=first["LastEvaluatedKey"], **ALL_OF_PK).result
    assert rest["Items"][0]["sk"]["S"] == f"{first['Count']:02}"


def test_a_limit_counts_items_before_the_filter(lab):
    table(lab, sort=True)
    for number in range(5):
        lab("PutItem", TableName="Orders", Item={"pk": s("a"), "sk": s(str(number)), "number": n(number)})
    asked = {
        "KeyConditionExpression": "pk = :pk",
        "FilterExpression": "#n > :two",
        "ExpressionAttributeNames": {"#n": "number"},
        "ExpressionAttributeValues": {":pk": s("a"), ":two": n(2)},
    }
    told = lab("Query", TableName="Orders", Limit=3, **asked).result
    assert (told["Count"], told["ScannedCount"], told["Items"]) == (0, 3, [])
    assert told["LastEvaluatedKey"] == {"pk": s("a"), "sk": s("2")}


def test_a_global_index_page_key_holds_both_keys(lab):
    gsi = index("gsi", city="HASH")
    table(lab, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi])
    for key in "ab":
        lab("PutItem", TableName="Orders", Item={"pk": s(key), "city": s("Rome")})
    asked = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": s("Rome")}}
    told = lab("Query", TableName="Orders", IndexName="gsi", Limit=1, **asked).result
    assert sorted(told["LastEvaluatedKey"]) == ["city", "pk"]


def test_sort_keys_are_ordered_as_bytes_and_as_numbers(lab):
    table(lab, sort=True)
    texts = ["Z", "a", "aa", "é", "\U0001f600", "\uffff"]
    for text in reversed(texts):
        lab("PutItem", TableName="Orders", Item={"pk": s("a"), "sk": s(text)})
    found = lab("Query", TableName="Orders", **ALL_OF_PK).result["Items"]
    assert [item["sk"]["S"] for item in found] == sorted(texts, key=str.encode)

    numbers = ["-10", "-1.5", "0", "0.001", "2", "10"]
    keys = {"KeySchema": schema(pk="HASH", sk="RANGE"), "AttributeDefinitions": types(pk="S", sk="N")}
    table(lab, "Numbers", **keys)
    for number in reversed(numbers):
        lab("PutItem", TableName="Numbers", Item={"pk": s("a"), "sk": n(number)})
    found = lab("Query", TableName="Numbers", **ALL_OF_PK).result["Items"]
    assert [item["sk"]["N"] for item in found] == numbers


def test_the_segments_of_a_parallel_scan_cover_the_table_once(lab):
    table(lab)
    for number in range(50):
        lab("PutItem", TableName="Orders", Item={"pk": s(str(number))})
    segments = [
        lab("Scan", TableName="Orders", Segment=each, TotalSegments=4).result["Items"] for each in range(4)
    ]
    found = [item["pk"]["S"] for segment in segments for item in segment]
    assert sorted(found, key=int) == [str(number) for number in range(50)]


def test_a_projection_keeps_the_shape_of_nested_values(lab):
    table(lab)
    put(
        lab,
        trip={"M": {"from": s("JFK"), "to": s("LGA"), "stops": {"L": [n(1), n(2), n(3)]}}},
        tags={"SS": ["x"]},
    )
    told = get(lab, ProjectionExpression="trip.stops[2], trip.stops[0], #t.#f, nowhere",
               ExpressionAttributeNames={"#t": "trip", "#f": "from"})  # fmt: skip
    assert told.result["Item"] == {"trip": {"M": {"from": s("JFK"), "stops": {"L": [n(1), n(3)]}}}}


# -- writing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("NONE", None),
        ("ALL_OLD", {"pk": s("a"), "x": n(1), "y": n(1)}),
        ("ALL_NEW", {"pk": s("a"), "x": n(2), "z": n(3)}),
        ("UPDATED_OLD", {"x": n(1), "y": n(1)}),
        ("UPDATED_NEW", {"x": n(2), "z": n(3)}),
    ],
)
def test_each_kind_of_return_values(lab, asked, given):
    table(lab)
    put(lab, x=n(1), y=n(1))
    values = {":x": n(2), ":z": n(3)}
    told = update(lab, "SET x = :x, z = :z REMOVE y", ExpressionAttributeValues=values, ReturnValues=asked)
    assert told.result.get("Attributes") == given


def test_a_failed_condition_can_return_the_item_that_failed_it(lab):
    table(lab)
    put(lab, city=s("Rome"))
    told = lab("PutItem", TableName="Orders", Item={"pk": s("a")}, **NEW_ONLY,
               ReturnValuesOnConditionCheckFailure="ALL_OLD")  # fmt: skip
    assert told.error == "ConditionalCheckFailedException"
    assert told.result["Item"] == {"pk": s("a"), "city": s("Rome")}


def test_an_update_of_nothing_makes_an_item_of_its_key(lab):
    table(lab)
    assert str(lab("UpdateItem", TableName="Orders", Key={"pk": s("a")})) == "accepted"
    assert get(lab).result["Item"] == {"pk": s("a")}


def test_the_last_member_of_a_set_takes_the_attribute_with_it(lab):
    table(lab)
    put(lab, tags={"SS": ["x", "y"]})
    update(lab, "DELETE tags :all", ExpressionAttributeValues={":all": {"SS": ["x", "y", "z"]}})
    assert get(lab).result["Item"] == {"pk": s("a")}


def test_an_update_reads_the_item_as_it_was(lab):
    table(lab)
    put(lab, x=n(1), y=n(2))
    update(lab, "SET x = y, y = x")
    assert get(lab).result["Item"] == {"pk": s("a"), "x": n(2), "y": n(1)}


def test_list_elements_set_beyond_the_end_are_appended_and_removed_ones_close_up(lab):
    table(lab)
    put(lab, list_={"L": [n(0), n(1), n(2)]})
    update(lab, "SET list_[9] = :v", ExpressionAttributeValues={":v": n(9)})
    assert get(lab).result["Item"]["list_"] == {"L": [n(0), n(1), n(2), n(9)]}
    update(lab, "REMOVE list_[0], list_[2]")
    assert get(lab).result["Item"]["list_"] == {"L": [n(1), n(9)]}


# -- tables, tags, time to live ---------------------------------------------------------------------------


def test_a_new_table_describes_itself_in_full(lab):
    gsi = index("gsi", "KEYS_ONLY", city="HASH")
    made = table(lab, AttributeDefinitions=types(pk="S", city="S"), GlobalSecondaryIndexes=[gsi]).result
    assert made["TableDescription"]["TableStatus"] in ("CREATING", "ACTIVE")
    described = lab("DescribeTable", TableName="Orders").result["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["TableArn"] == "arn:aws:dynamodb:us-east-1:444444444444:table/Orders"
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert described["DeletionProtectionEnabled"] is False
    assert "LocalSecondaryIndexes" not in described
    assert [len(described["TableId"]), described["ItemCount"], described["TableSizeBytes"]] == [36, 0, 0]
    (one,) = described["GlobalSecondaryIndexes"]
    assert one["IndexArn"] == described["TableArn"] + "/index/gsi"
    assert (one["IndexStatus"], one["Projection"]) == ("ACTIVE", {"ProjectionType": "KEYS_ONLY"})


def test_tables_are_listed_in_order_page_by_page(lab):
    for name in ("Zebra", "Ant", "Mouse"):
        table(lab, name)
    first = lab("ListTables", Limit=2).result
    assert first == {"TableNames": ["Ant", "Mouse"], "LastEvaluatedTableName": "Mouse"}
    assert lab("ListTables", ExclusiveStartTableName="Mouse").result == {"TableNames": ["Zebra"]}


def test_a_protected_table_is_not_deleted(lab):
    table(lab, DeletionProtectionEnabled=True)
    told = lab("DeleteTable", TableName="Orders")
    assert str(told) == (
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )
    lab("UpdateTable", TableName="Orders", DeletionProtectionEnabled=False)
    assert str(lab("DeleteTable", TableName="Orders")) == "accepted"


def test_an_index_made_later_holds_the_items_that_were_there(lab):
    table(lab)
    put(lab, city=s("Rome"))
    new = {"Create": index("gsi", city="HASH")}
    told = lab("UpdateTable", TableName="Orders", AttributeDefinitions=types(pk="S", city="S"),
               GlobalSecondaryIndexUpdates=[new])  # fmt: skip
    assert str(told) == "accepted"
    asked = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": s("Rome")}}
    assert lab("Query", TableName="Orders", IndexName="gsi", **asked).result["Count"] == 1
    lab("UpdateTable", TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "gsi"}}])
    told = lab("Query", TableName="Orders", IndexName="gsi", **asked)
    assert str(told) == "ValidationException: The table does not have the specified index: gsi"


def test_tags_come_back_and_go(lab):
    arn = table(lab, Tags=[{"Key": "team", "Value": "bank"}]).result["TableDescription"]["TableArn"]
    lab(
        "TagResource",
        ResourceArn=arn,
        Tags=[{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "x"}],
    )
    listed = lab("ListTagsOfResource", ResourceArn=arn).result["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in listed} == {"team": "x", "stage": "test"}
    lab("UntagResource", ResourceArn=arn, TagKeys=["team"])
    listed = lab("ListTagsOfResource", ResourceArn=arn).result["Tags"]
    assert listed == [{"Key": "stage", "Value": "test"}]


def test_time_to_live_is_turned_on_once_and_described(lab):
    table(lab)
    before = lab("DescribeTimeToLive", TableName="Orders").result
    assert before == {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    on = {"Enabled": True, "AttributeName": "expires"}
    told = lab("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)
    assert told.result == {"TimeToLiveSpecification": on}
    told = lab("UpdateTimeToLive", TableName="Orders", TimeToLiveSpecification=on)
    assert str(told) == "ValidationException: TimeToLive is already enabled"
    after = lab("DescribeTimeToLive", TableName="Orders").result["TimeToLiveDescription"]
    assert after["TimeToLiveStatus"] in ("ENABLING", "ENABLED")
    assert after["AttributeName"] == "expires"


# -- streams ----------------------------------------------------------------------------------------------


def _records(lab) -> list[dict]:
    arn = lab("DescribeTable", TableName="Orders").result["Table"]["LatestStreamArn"]
    shards = lab("DescribeStream", StreamArn=arn).result["StreamDescription"]["Shards"]
    start = {"StreamArn": arn, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    cursor = lab("GetShardIterator", **start).result["ShardIterator"]
    return lab("GetRecords", ShardIterator=cursor).result["Records"]


def test_a_stream_tells_each_change_and_no_write_that_changed_nothing(lab):
    view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table(lab, StreamSpecification=view)
    put(lab, city=s("Rome"))
    put(lab, city=s("Rome"))
    update(lab, "SET city = :c", ExpressionAttributeValues={":c": s("Oslo")})
    lab("DeleteItem", TableName="Orders", Key={"pk": s("nobody")})
    lab("DeleteItem", TableName="Orders", Key={"pk": s("a")})
    told = [
        (record["eventName"], record["dynamodb"].get("OldImage", {}).get("city"),
         record["dynamodb"].get("NewImage", {}).get("city"))
        for record in _records(lab)
    ]  # fmt: skip
    assert told == [
        ("INSERT", None, s("Rome")),
        ("MODIFY", s("Rome"), s("Oslo")),
        ("REMOVE", s("Oslo"), None),
    ]


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_a_stream_shows_the_images_of_its_view(lab, view, images):
    table(lab, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    put(lab, x=n(1))
    put(lab, x=n(2))
    change = _records(lab)[1]["dynamodb"]
    assert {field for field in change if field.endswith("Image")} == images
    assert (change["Keys"], change["StreamViewType"]) == ({"pk": s("a")}, view)


# -- PartiQL ----------------------------------------------------------------------------------------------


def _run(lab, statement: str, *parameters):
    more = {"Parameters": list(parameters)} if parameters else {}
    return lab("ExecuteStatement", Statement=statement, **more)


def test_partiql_reads_and_writes_by_key(lab):
    table(lab)
    assert str(_run(lab, "INSERT INTO Orders VALUE {'pk': 'a', 'total': 1, 'tags': <<'x'>>}")) == "accepted"
    assert _run(lab, "SELECT * FROM Orders WHERE pk=?", s("a")).result["Items"] == [
        {"pk": s("a"), "total": n(1), "tags": {"SS": ["x"]}}
    ]
    _run(lab, "UPDATE Orders SET total = total + 1 SET city = 'Rome' REMOVE tags WHERE pk = 'a'")
    assert _run(lab, "SELECT total, city FROM Orders WHERE pk = 'a'").result["Items"] == [
        {"total": n(2), "city": s("Rome")}
    ]
    _run(lab, "DELETE FROM Orders WHERE pk = 'a'")
    assert _run(lab, "SELECT * FROM Orders").result["Items"] == []


def test_partiql_never_overwrites_and_never_upserts(lab):
    table(lab)
    put(lab, city=s("Rome"))
    told = _run(lab, "INSERT INTO Orders VALUE {'pk': 'a'}")
    assert str(told) == "DuplicateItemException: Duplicate primary key exists in table"
    told = _run(lab, "UPDATE Orders SET x = 1 WHERE pk = 'nobody'")
    assert str(told) == "ConditionalCheckFailedException: The conditional request failed"
    assert lab("Scan", TableName="Orders").result["Items"] == [{"pk": s("a"), "city": s("Rome")}]


def test_a_partiql_batch_answers_statement_by_statement(lab):
    table(lab)
    put(lab)
    told = lab("BatchExecuteStatement", Statements=[
        {"Statement": "SELECT * FROM Orders WHERE pk = 'a'"},
        {"Statement": "SELECT * FROM Nowhere WHERE pk = 'a'"},
    ]).result["Responses"]  # fmt: skip
    assert told[0] == {"TableName": "Orders", "Item": {"pk": s("a")}}
    assert told[1]["Error"]["Code"] == "ResourceNotFound"


def test_a_partiql_transaction_is_all_or_nothing(lab):
    table(lab)
    put(lab)
    told = lab("ExecuteTransaction", TransactStatements=[
        {"Statement": "INSERT INTO Orders VALUE {'pk': 'b'}"},
        {"Statement": "INSERT INTO Orders VALUE {'pk': 'a'}"},
    ])  # fmt: skip
    assert told.error == "TransactionCanceledException"
    assert [reason["Code"] for reason in told.result["CancellationReasons"]] == ["None", "DuplicateItem"]
    assert lab("Scan", TableName="Orders").result["Count"] == 1


# -- the legacy parameters --------------------------------------------------------------------------------


def _is(operator: str, *values) -> dict:
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


def test_the_legacy_parameters_do_what_their_expressions_do(lab):
    table(lab, sort=True)
    for number in range(5):
        item = {"pk": s("a"), "sk": s(str(number)), "number": n(number), "text": s("abc")}
        lab("PutItem", TableName="Orders", Item=item)
    told = lab(
        "Query", TableName="Orders", AttributesToGet=["sk"],
        KeyConditions={"pk": _is("EQ", s("a")), "sk": _is("BETWEEN", s("1"), s("3"))},
        QueryFilter={"number": _is("GT", n(1)), "text": _is("CONTAINS", s("b"))},
    ).result  # fmt: skip
    assert (told["Items"], told["ScannedCount"]) == ([{"sk": s("2")}, {"sk": s("3")}], 3)
    told = lab(
        "Scan", TableName="Orders", ConditionalOperator="OR",
        ScanFilter={"number": _is("IN", n(0), n(4)), "text": {"ComparisonOperator": "NULL"}},
    ).result  # fmt: skip
    assert sorted(item["sk"]["S"] for item in told["Items"]) == ["0", "4"]


def test_the_legacy_writes_put_add_delete_and_expect(lab):
    table(lab)
    put(lab, x=n(1), y=n(1), tags={"SS": ["p", "q"]}, z=n(1))
    asked = {
        "Key": {"pk": s("a")},
        "AttributeUpdates": {
            "x": {"Action": "ADD", "Value": n(4)},
            "y": {"Action": "DELETE"},
            "tags": {"Action": "DELETE", "Value": {"SS": ["p"]}},
            "z": {"Value": s("put")},
        },
        "Expected": {"x": {"Value": n(1)}, "no": {"Exists": False}},
        "ReturnValues": "ALL_NEW",
    }
    told = lab("UpdateItem", TableName="Orders", **asked)
    assert told.result["Attributes"] == {"pk": s("a"), "x": n(5), "tags": {"SS": ["q"]}, "z": s("put")}
    assert str(lab("UpdateItem", TableName="Orders", **asked)) == (
        "ConditionalCheckFailedException: The conditional request failed"
    )


# -- what is not a request --------------------------------------------------------------------------------


def test_an_unknown_operation_is_refused(lab):
    assert lab("MakeCoffee").error == "UnknownOperationException"


def test_json_that_is_none_is_a_serialization_error(lab):
    status, _, body = lab.answers("DynamoDB_20120810.ListTables", b"{", lab.region, lab.account)
    assert status == 400
    assert b"SerializationException" in body


def test_a_value_of_the_wrong_json_type_is_a_serialization_error(lab):
    table(lab)
    told = lab("GetItem", TableName="Orders", Key={"pk": {"S": 5}})
    assert str(told) == "SerializationException: NUMBER_VALUE cannot be converted to String"

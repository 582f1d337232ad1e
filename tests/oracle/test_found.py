"""Each disagreement that the generated sequences found, as a small question of its own to both parties."""

import uuid

import pytest

from helpers.rules import wire_size
from tests.corrections.probes import (
    ALL_OF_PK,
    INDEXES,
    TOTAL,
    by_index,
    get,
    index,
    n,
    put,
    s,
    table,
    types,
    units,
    update,
)
from tests.oracle import sides


@pytest.fixture(params=["lab", pytest.param("DynamoDB Local", marks=pytest.mark.oracle)])
def side(request):
    """The lab and DynamoDB Local in turn, empty."""
    in_lab = request.param == "lab"
    party = sides.Lab() if in_lab else sides.Local(request.getfixturevalue("dynamodb_local"))
    party.empty()
    yield party
    party.empty()


@pytest.fixture
def indexed(side):
    """Orders (pk, sk) with the local index lsi (pk, a) and the global index gsi (b), both KEYS_ONLY."""
    table(
        side,
        sort=True,
        AttributeDefinitions=types(pk="S", sk="S", a="S", b="S"),
        LocalSecondaryIndexes=[index("lsi", "KEYS_ONLY", pk="HASH", a="RANGE")],
        GlobalSecondaryIndexes=[index("gsi", "KEYS_ONLY", b="HASH")],
    )
    return side


KEY = {"pk": s("p"), "sk": s("s")}
NO_PARTS = "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "


@pytest.mark.parametrize(
    ("path", "which"), [("pk.x", "Key: pk"), ("sk[0]", "Key: sk"), ("a.x", "IndexKey: a")]
)
def test_no_expression_reaches_into_a_key(indexed, path, which):
    orders = {"TableName": "Orders"}
    condition = {"ConditionExpression": f"attribute_exists({path})"}
    projection = {"ProjectionExpression": path}
    for told in (
        indexed("GetItem", Key=KEY, **orders, **projection),
        indexed("BatchGetItem", RequestItems={"Orders": {"Keys": [KEY], **projection}}),
        indexed("Scan", **orders, **projection),
        indexed("Scan", **orders, FilterExpression=f"attribute_exists({path})"),
        indexed("Query", **orders, **ALL_OF_PK, **projection),
        indexed("Query", **orders, **ALL_OF_PK, FilterExpression=f"attribute_exists({path})"),
        indexed("PutItem", Item=KEY, **orders, **condition),
        indexed("DeleteItem", Key=KEY, **orders, **condition),
        indexed("UpdateItem", Key=KEY, **orders, UpdateExpression=f"SET c = {path}"),
    ):
        assert str(told) == NO_PARTS + which


def test_a_querys_filter_names_only_what_the_index_holds(indexed):
    for name, key in (("lsi", "pk"), ("gsi", "b")):
        asked = {
            "KeyConditionExpression": f"{key} = :v",
            "FilterExpression": "attribute_exists(c)",
            "ExpressionAttributeValues": {":v": s("x")},
        }
        assert str(indexed("Query", TableName="Orders", IndexName=name, **asked)) == (
            "ValidationException: One or more parameter values were invalid: "
            f"Secondary index {name} does not project one or more filter attributes: [c]"
        )


def test_an_empty_key_of_an_index_is_refused_by_its_name(indexed):
    asked = {"KeyConditionExpression": "b = :v", "ExpressionAttributeValues": {":v": s("")}}
    assert str(indexed("Query", TableName="Orders", IndexName="gsi", **asked)) == (
        "ValidationException: One or more parameter values are not valid. A value specified for a secondary "
        "index key is not supported. The AttributeValue for a key attribute cannot contain an empty string "
        "value. IndexName: gsi, IndexKey: b"
    )


def test_an_update_that_a_keys_only_index_does_not_see_costs_it_nothing(indexed):
    indexed("PutItem", TableName="Orders", Item={**KEY, "a": s("x"), "b": s("x")})
    asked = {"UpdateExpression": "SET c = :v", "ExpressionAttributeValues": {":v": n(1)}}
    assert by_index(indexed("UpdateItem", TableName="Orders", Key=KEY, **asked, **INDEXES)) == "table 1"


@pytest.mark.parametrize(
    ("written", "read"),
    [("1e3", "1000"), ("007", "7"), ("-0", "0"), (".5", "0.5"), ("+5", "5"), ("-1.50E+2", "-150")],
)
def test_numbers_come_back_in_one_form(side, written, read):
    table(side)
    put(side, number=n(written), set={"NS": [written]})
    item = get(side).result["Item"]
    assert (item["number"], item["set"]) == (n(read), {"NS": [read]})


def test_a_sets_members_are_compared_as_numbers(side):
    table(side)
    assert (
        str(put(side, tags={"NS": ["1", "1.0"]}))
        == "ValidationException: Input collection contains duplicates"
    )


def test_values_of_different_types_compare_as_false_and_as_different(side):
    table(side)
    put(side, word=s("w"))
    for condition, told in (
        ("word < :one", "ConditionalCheckFailedException: The conditional request failed"),
        ("word <> :one", "accepted"),
    ):
        asked = {"ConditionExpression": condition, "ExpressionAttributeValues": {":one": n(1)}}
        assert str(side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **asked)) == told


@pytest.mark.parametrize(
    ("operator", "operand"),
    [("<", {"SS": ["a"]}), (">=", {"NS": ["1"]}), ("<=", {"NULL": True}), (">", {"L": []})],
)
def test_what_has_no_order_is_refused_as_an_operand_before_an_item_is_looked_at(side, operator, operand):
    table(side)
    asked = {"ConditionExpression": f"word {operator} :v", "ExpressionAttributeValues": {":v": operand}}
    assert str(side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **asked)) == (
        "ValidationException: Invalid ConditionExpression: Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {next(iter(operand))}"
    )


@pytest.mark.parametrize(
    ("verb", "operand", "kind"),
    [("ADD", s("x"), "STRING"), ("ADD", {"B": b"x"}, "BINARY"), ("ADD", {"L": []}, "LIST"),
     ("DELETE", n(1), "NUMBER"), ("DELETE", {"BOOL": True}, "BOOLEAN"), ("DELETE", {"NULL": True}, "NULL")],
)  # fmt: skip
def test_add_and_delete_name_the_types_that_they_do_not_take(side, verb, operand, kind):
    table(side)
    assert str(update(side, f"{verb} a :v", ExpressionAttributeValues={":v": operand})) == (
        "ValidationException: Invalid UpdateExpression: Incorrect operand type for operator or function; "
        f"operator: {verb}, operand type: {kind}, typeSet: ALLOWED_FOR_{verb}_OPERAND"
    )


def test_an_expressions_mistake_is_told_before_its_condition_is_judged(side):
    table(side)
    asked = {"ConditionExpression": "attribute_exists(gone)", "ExpressionAttributeValues": {":v": n(1)}}
    assert update(side, "SET a = :v REMOVE a", **asked).message.startswith(
        "Invalid UpdateExpression: Two document paths overlap with each other"
    )


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [("a", "a", ("[a]", "[a]")), ("a.b", "a", ("[a, b]", "[a]")), ("a", "a[0]", ("[a]", "[a, [0]]"))],
)
def test_two_overlapping_paths_are_shown_in_their_order(side, one, two, shown):
    table(side)
    told = update(side, f"SET {one} = :v, {two} = :v", ExpressionAttributeValues={":v": n(1)})
    assert told.message == (
        "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of "
        f"these paths; path one: {shown[0]}, path two: {shown[1]}"
    )


def test_a_refused_write_changes_nothing(side):
    table(side)
    put(side, x=n(1), word=s("w"))
    update(side, "SET x = :v, word = word + :v", ExpressionAttributeValues={":v": n(5)})
    assert get(side).result["Item"] == {"pk": s("a"), "x": n(1), "word": s("w")}


def test_a_batch_tells_nothing_that_was_not_asked(side):
    table(side)
    told = side("BatchGetItem", RequestItems={"Orders": {"Keys": [{"pk": s("a")}]}})
    assert told.result == {"Responses": {"Orders": []}, "UnprocessedKeys": {}}
    told = side("BatchWriteItem", RequestItems={"Orders": [{"PutRequest": {"Item": {"pk": s("a")}}}]})
    assert told.result == {"UnprocessedItems": {}}


def test_a_delete_of_an_item_is_charged_by_its_size(side):
    table(side)
    put(side, text=s("x" * 3000))
    assert units(side("DeleteItem", TableName="Orders", Key={"pk": s("a")}, **TOTAL)) == "3 units"


def test_a_query_of_a_local_index_pays_for_each_item_that_it_fetches(side):
    lsi = index("lsi", "KEYS_ONLY", pk="HASH", a="RANGE")
    kinds = types(pk="S", sk="S", a="S")
    table(side, sort=True, AttributeDefinitions=kinds, LocalSecondaryIndexes=[lsi])
    for number in range(3):
        item = {"pk": s("a"), "sk": s(str(number)), "a": s("a"), "text": s("x" * 5000)}
        side("PutItem", TableName="Orders", Item=item)
    told = side("Query", TableName="Orders", IndexName="lsi", Select="ALL_ATTRIBUTES", **ALL_OF_PK, **INDEXES)
    assert by_index(told) == "lsi 0.5, table 3"


def test_a_query_that_finds_something_is_charged_by_what_it_read(side):
    table(side, sort=True)
    for number in range(3):
        side("PutItem", TableName="Orders", Item={"pk": s("a"), "sk": s(str(number)), "text": s("x" * 3000)})
    asked = {
        **ALL_OF_PK,
        "FilterExpression": "attribute_not_exists(#t)",
        "ExpressionAttributeNames": {"#t": "text"},
    }
    assert units(side("Query", TableName="Orders", **asked, **TOTAL)) == "1.5 units"


def test_null_is_true_or_refused(side):
    table(side)
    assert put(side, nothing={"NULL": False}).message == (
        "One or more parameter values were invalid: Null attribute value types must have the value of true"
    )


@pytest.mark.parametrize("size, holds", [(3, False), (4, True), (9, False)])
def test_the_size_of_a_text_is_its_length_in_utf_16(side, size, holds):
    table(side)
    put(side, pk=s("a"), text=s("é€😀"))
    found = side(
        "Scan",
        TableName="Orders",
        FilterExpression="size(#t) = :n",
        ExpressionAttributeNames={"#t": "text"},
        ExpressionAttributeValues={":n": n(size)},
    )
    assert found.result["Count"] == int(holds)


# -- where DynamoDB Local ends pages, knows tokens and measures as the service does -------------------------


def sized(size: int, sk: str = "s", **more) -> dict:
    """An item of exactly so many bytes."""
    item = {"pk": s("a"), "sk": s(sk), "text": s(""), **more}
    return item | {"text": s("x" * (size - wire_size(item)))}


@pytest.mark.parametrize("off, read", [(-1, 5), (0, 4), (1, 4)])
def test_the_item_that_makes_it_a_megabyte_ends_the_page(side, off, read):
    table(side, sort=True)
    for number in range(5):
        side("PutItem", TableName="Orders", Item=sized(2**18 + (off if number == 3 else 0), str(number)))
    assert side("Query", TableName="Orders", Select="COUNT", **ALL_OF_PK).result["Count"] == read


@pytest.mark.parametrize("size, told", [(400 * 1024, "accepted"), (400 * 1024 + 1, "exceeded")])
def test_an_item_has_400_kilobytes_to_the_byte(side, size, told):
    table(side, sort=True)
    item = sized(size)
    key, text = {"pk": item["pk"], "sk": item["sk"]}, {":t": item["text"]}
    asked = {"UpdateExpression": "SET #t = :t", "ExpressionAttributeNames": {"#t": "text"}}
    for answer in (
        side("PutItem", TableName="Orders", Item=item),
        side("UpdateItem", TableName="Orders", Key=key, ExpressionAttributeValues=text, **asked),
        side("BatchWriteItem", RequestItems={"Orders": [{"PutRequest": {"Item": item}}]}),
    ):
        assert told in str(answer)


@pytest.mark.parametrize("size, read", [(1_000, 2), (5_000, 4), (9_000, 6)])
def test_a_token_used_again_costs_reading_the_item_in_a_transaction(side, size, read):
    table(side, sort=True)
    put_it = [{"Put": {"TableName": "Orders", "Item": sized(size)}}]
    asked = {"TransactItems": put_it, "ClientRequestToken": uuid.uuid4().hex, **TOTAL}
    side("TransactWriteItems", **asked)
    (used,) = side("TransactWriteItems", **asked).result["ConsumedCapacity"]
    assert used == {"TableName": "Orders", "CapacityUnits": read, "ReadCapacityUnits": read}


@pytest.mark.parametrize("wrong", [{"pk": {"B": b""}}, {"b": {"B": b""}}])
def test_an_empty_key_of_another_type_is_a_reason_to_cancel(indexed, wrong):
    item = {**KEY, **wrong}
    told = indexed("TransactWriteItems", TransactItems=[{"Put": {"TableName": "Orders", "Item": item}}])
    assert str(told).startswith("TransactionCanceledException: ") and "[ValidationError]" in told.message


# -- where it does not: the lab's answer, and its own -------------------------------------------------------


def of(side, lab: str, local: str) -> str:
    return lab if isinstance(side, sides.Lab) else local


def test_an_entry_of_a_local_index_is_written_without_the_overhead_that_it_is_stored_with(side):
    kinds = types(pk="S", sk="S", a="S", b="S")
    lsi, gsi = index("lsi", pk="HASH", a="RANGE"), index("gsi", b="HASH")
    table(
        side, sort=True, AttributeDefinitions=kinds, LocalSecondaryIndexes=[lsi], GlobalSecondaryIndexes=[gsi]
    )
    item = sized(1024 - 99, a=s("a"), b=s("b"))
    asked = {"TableName": "Orders", **INDEXES}
    for told in (
        side("PutItem", Item=item, **asked),
        side("DeleteItem", Key={"pk": item["pk"], "sk": item["sk"]}, **asked),
    ):
        assert by_index(told) == of(side, "gsi 1, lsi 1, table 1", "gsi 1, lsi 2, table 1")


def test_of_two_mistakes_that_only_the_item_shows_one_is_told(side):
    table(side)
    put(side, number=n("9" * 38))
    told = update(side, "SET x = gone, y = #n + :v", ExpressionAttributeNames={"#n": "number"},
                  ExpressionAttributeValues={":v": n("0.5")})  # fmt: skip
    lab = "The provided expression refers to an attribute that does not exist in the item"
    assert told.message == of(side, lab, "DynamoDB only supports precision up to 38 digits")


@pytest.mark.parametrize("only", ["REMOVE a", "DELETE a :a", "REMOVE b DELETE a :a"])
def test_an_update_that_only_removes_makes_no_item(side, only):
    table(side)
    values = {"ExpressionAttributeValues": {":a": {"SS": ["x"]}}} if ":a" in only else {}
    told = update(side, only, ReturnValues="ALL_NEW", **values, **TOTAL)
    assert units(told) == "1 units"
    made = {"Attributes": {"pk": s("a")}}, {"Item": {"pk": s("a")}}
    alone = told.result.keys() - {"ConsumedCapacity"}
    answers = {name: told.result[name] for name in alone}, get(side).result
    assert answers == of(side, ({}, {}), made)


@pytest.mark.parametrize("which, lab, local", [("OLD", "o", "ou"), ("NEW", "n", "nu")])
def test_of_an_attribute_in_which_a_part_is_updated_only_the_part_is_told(side, which, lab, local):
    table(side)
    put(side, deep={"M": {"x": s("o"), "y": s("u")}})
    told = update(
        side, "SET deep.x = :n", ExpressionAttributeValues={":n": s("n")}, ReturnValues=f"UPDATED_{which}"
    )
    parts = told.result["Attributes"]["deep"]["M"]
    assert "".join(parts[name]["S"] for name in sorted(parts)) == of(side, lab, local)


def test_a_page_that_ends_with_its_size_does_not_know_that_nothing_follows(side):
    table(side, sort=True)
    for number in range(4):
        side("PutItem", TableName="Orders", Item=sized(2**18, str(number)))
    last = side("Query", TableName="Orders", Select="COUNT", **ALL_OF_PK).result.get("LastEvaluatedKey")
    assert str(last and last["sk"]["S"]) == of(side, "3", "None")

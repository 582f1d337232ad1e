"""Each disagreement that the generated sequences found, as a small question of its own to both parties."""

import pytest

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

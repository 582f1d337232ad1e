"""Query and Scan: order, key conditions, pages, segments, indexes."""

from itertools import count

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corrections.tables import N, S, create, index

OPERATORS = {
    "sk = :x": lambda n, x, y: n == x,
    "sk < :x": lambda n, x, y: n < x,
    "sk <= :x": lambda n, x, y: n <= x,
    "sk > :x": lambda n, x, y: n > x,
    "sk >= :x": lambda n, x, y: n >= x,
    "sk BETWEEN :x AND :y": lambda n, x, y: x <= n <= y,
}


def fill(client, numbers, **more) -> None:
    for number in numbers:
        client.put_item(TableName="Orders", Item={"pk": S("a"), "sk": N(number)} | more)


def pages(client, operation: str, **request) -> list[list[dict]]:
    return [page["Items"] for page in client.get_paginator(operation).paginate(TableName="Orders", **request)]


def of_a(**more) -> dict:
    values = {":p": S("a"), **more.pop("values", {})}
    return {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": values, **more}


@pytest.fixture
def numbered(started):
    """A client, and a partition of its own for each generated case."""
    return create(), (S(f"case {number}") for number in count())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.integers(-3, 3)), st.sampled_from(list(OPERATORS)), st.integers(-3, 3), st.integers(0, 3),
    st.booleans(), st.integers(1, 4),
)  # fmt: skip
def test_a_query_reads_in_order_what_its_condition_names_page_by_page(
    numbered, numbers, text, x, width, forward, limit
):
    client, partitions = numbered
    partition = next(partitions)
    fill(client, numbers, pk=partition)
    values = {":p": partition, ":x": N(x)} | ({":y": N(x + width)} if ":y" in text else {})
    request = of_a(values=values, ScanIndexForward=forward, Limit=limit)
    request["KeyConditionExpression"] += f" AND {text}"
    read = pages(client, "query", **request)
    expected = sorted((n for n in numbers if OPERATORS[text](n, x, x + width)), reverse=not forward)
    assert [int(one["sk"]["N"]) for page in read for one in page] == expected
    assert all(len(page) == limit for page in read[:-1])


@pytest.mark.parametrize("prefix", ["", "b", "ab", "\uffff", "é"])
def test_begins_with_reads_exactly_what_begins_so(started, prefix):
    client = create(sort="S")
    names = ["a", "ab", "abc", "b", "ba", "é", "éa", "\uffff", "\uffffz", "\U0001f600"]
    for name in names:
        client.put_item(TableName="Orders", Item={"pk": S("a"), "sk": S(name)})
    request = of_a(values={":x": S(prefix)})
    request["KeyConditionExpression"] += " AND begins_with(sk, :x)"
    if not prefix:
        with pytest.raises(ClientError, match="empty string"):
            client.query(TableName="Orders", **request)
        return
    ((found),) = pages(client, "query", **request)
    assert [one["sk"]["S"] for one in found] == sorted(
        (n for n in names if n.startswith(prefix)), key=str.encode
    )


@pytest.mark.parametrize("off, read", [(-1, 5), (0, 4), (1, 4)])
def test_a_page_ends_with_the_item_that_makes_it_a_megabyte_whatever_passes_the_filter(started, off, read):
    client = create()
    overhead = len("pkasktext") + 2  # a number of one digit takes two bytes
    fill(client, range(1, 4), text=S("x" * (256 * 1024 - overhead)))
    fill(client, range(4, 9), text=S("x" * (256 * 1024 - overhead + off)))
    whole = client.query(TableName="Orders", **of_a())
    assert (whole["Count"], whole["LastEvaluatedKey"]["sk"]) == (read, N(read))
    nothing = of_a(values={":n": N(1)}, FilterExpression="nothing = :n")
    counted = client.query(TableName="Orders", **nothing, Select="COUNT")
    assert (counted["Count"], counted["ScannedCount"], "Items" in counted) == (0, read, False)


def test_limit_counts_what_is_read_not_what_passes_the_filter(started):
    client = create()
    fill(client, range(10))
    page = client.query(
        TableName="Orders",
        **of_a(values={":n": N(1)}, FilterExpression="nothing = :n", Limit=4),
    )
    assert (page["Items"], page["Count"], page["ScannedCount"]) == ([], 0, 4)
    assert page["LastEvaluatedKey"] == {"pk": S("a"), "sk": N(3)}


def test_a_page_that_fills_its_limit_with_the_last_item_does_not_know_that_it_was_the_last(started):
    client = create()
    fill(client, range(3))
    last = client.query(TableName="Orders", **of_a(Limit=3))["LastEvaluatedKey"]
    rest = client.query(TableName="Orders", **of_a(Limit=3, ExclusiveStartKey=last))
    assert rest["Items"] == [] and "LastEvaluatedKey" not in rest
    assert "LastEvaluatedKey" not in client.query(TableName="Orders", **of_a(Limit=4))


def test_a_scan_reads_everything_once_in_any_number_of_segments(started):
    client = create(sort=None)
    for number in range(50):
        client.put_item(TableName="Orders", Item={"pk": S(f"p{number}")})
    (whole,) = pages(client, "scan")
    assert len(whole) == 50 and whole != sorted(whole, key=str)
    for total in (1, 2, 7):
        parts = [
            [one for page in pages(client, "scan", Segment=n, TotalSegments=total, Limit=3) for one in page]
            for n in range(total)
        ]
        assert [one for part in parts for one in part] == whole


def test_a_segment_refuses_a_start_that_another_segment_reached(started):
    client = create(sort=None)
    client.put_item(TableName="Orders", Item={"pk": S("a")})
    refusals = 0
    for segment in (0, 1):
        try:
            client.scan(
                TableName="Orders", Segment=segment, TotalSegments=2, ExclusiveStartKey={"pk": S("a")}
            )
        except ClientError as refused:
            assert "correct Segment" in str(refused)
            refusals += 1
    assert refusals == 1


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"pk": S("b"), "sk": N(5)}, "outside query boundaries"),
        ({"pk": S("a"), "sk": N(1)}, "does not match the range key predicate"),
    ],
)
def test_a_query_refuses_a_start_it_could_not_have_given(started, start, message):
    client = create()
    request = of_a(values={":x": N(3)}, ExclusiveStartKey=start)
    request["KeyConditionExpression"] += " AND sk > :x"
    with pytest.raises(ClientError, match=message):
        client.query(TableName="Orders", **request)


def test_a_scan_refuses_a_start_that_is_more_than_a_key(started):
    client = create()
    more = {"pk": S("a"), "sk": N(1), "colour": S("red")}
    told = "The provided starting key is invalid: The provided key element does not match the schema"
    with pytest.raises(ClientError, match=told):
        client.scan(TableName="Orders", ExclusiveStartKey=more)


@pytest.mark.parametrize("name", [None, "by-number"])
def test_a_query_with_its_whole_key_is_not_restarted_elsewhere(started, name):
    client = create(GlobalSecondaryIndexes=[index("by-number", "pk", "sk")])
    request = of_a(values={":x": N(3)}, ExclusiveStartKey={"pk": S("b"), "sk": N(3)})
    request |= {"IndexName": name} if name else {}
    request["KeyConditionExpression"] += " AND sk = :x"
    with pytest.raises(ClientError, match="at most one row and cannot be restarted"):
        client.query(TableName="Orders", **request)


def test_an_index_is_read_in_its_own_order_and_pages_through_equal_keys(started):
    client = create(
        attributes={"colour": "S", "weight": "N"},
        GlobalSecondaryIndexes=[index("by-colour", "colour", "weight", projection="KEYS_ONLY")],
    )
    for number in range(9):
        colour = {"colour": S("red"), "weight": N(number % 3)} if number < 6 else {}
        client.put_item(TableName="Orders", Item={"pk": S("a"), "sk": N(number), "text": S("x"), **colour})
    request = {
        "IndexName": "by-colour",
        "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": S("red")},
    }
    read = [one for page in pages(client, "query", **request, Limit=1) for one in page]
    assert [int(one["weight"]["N"]) for one in read] == [0, 0, 1, 1, 2, 2]
    assert {frozenset(one) for one in read} == {frozenset({"pk", "sk", "colour", "weight"})}
    first = client.query(TableName="Orders", **request, Limit=1)
    assert first["LastEvaluatedKey"] == first["Items"][0]
    assert client.scan(TableName="Orders", IndexName="by-colour")["Count"] == 6


def test_an_index_made_later_holds_what_was_there_and_a_dropped_one_costs_nothing(started):
    client = create()
    fill(client, range(3), colour=S("red"))
    made = index("by-colour", "colour")
    client.update_table(
        TableName="Orders",
        AttributeDefinitions=[
            {"AttributeName": n, "AttributeType": t} for n, t in (("pk", "S"), ("sk", "N"), ("colour", "S"))
        ],
        GlobalSecondaryIndexUpdates=[{"Create": made}],
    )
    request = {
        "IndexName": "by-colour",
        "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": S("red")},
    }
    assert client.query(TableName="Orders", **request)["Count"] == 3
    client.update_table(
        TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-colour"}}]
    )
    written = client.put_item(
        TableName="Orders",
        Item={"pk": S("a"), "sk": N(9), "colour": S("red")},
        ReturnConsumedCapacity="INDEXES",
    )
    assert "GlobalSecondaryIndexes" not in written["ConsumedCapacity"]

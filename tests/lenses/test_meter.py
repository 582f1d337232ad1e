"""The meter reports what the service reports, changes nothing for the caller, and leaves nothing behind."""

import json
import re
import threading
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from helpers.engines import wiring
from helpers.lenses.calls import calls
from helpers.lenses.meter import meter
from helpers.rules import item_size, query_units, read_units, write_units

PADDING = "y" * 300


@pytest.fixture
def table(started):
    table = boto3.resource("dynamodb").create_table(
        TableName="Flights",
        KeySchema=[{"AttributeName": "origin", "KeyType": "HASH"}, {"AttributeName": "departure", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("origin", "departure", "dest")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_dest",
                "KeySchema": [{"AttributeName": "dest", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )  # fmt: skip
    with table.batch_writer() as batch:
        for item in FLIGHTS:
            batch.put_item(Item=item)
    return table


def flight(number):
    return {
        "origin": "JFK",
        "departure": f"2013-07-08T{number:04}",
        "dest": f"D{number % 5}",
        "number": number,
        "padding": PADDING,
    }


FLIGHTS = [flight(number) for number in range(100)]
EVERYTHING = sum(map(item_size, FLIGHTS))


# What the service reports, on the lab


def test_the_same_question_by_get_query_and_scan(table):
    with meter() as spent:
        table.get_item(Key={"origin": "JFK", "departure": "2013-07-08T0007"})
        table.query(KeyConditionExpression=Key("origin").eq("JFK") & Key("departure").eq("2013-07-08T0007"))
        table.scan(FilterExpression=Attr("number").eq(7))
    get, query, scan = spent.calls
    assert [call.operation for call in spent.calls] == ["GetItem", "Query", "Scan"]
    assert get.read_units == query.read_units == 0.5
    assert scan.read_units == query_units(EVERYTHING)
    assert [call.items_read for call in spent.calls] == [1, 1, 100]
    assert [call.items_returned for call in spent.calls] == [1, 1, 1]
    assert [call.thrown_away for call in spent.calls] == [0, 0, 99]
    assert spent.read_units == 1 + query_units(EVERYTHING)
    assert spent.write_units == 0


def test_strong_reads_cost_twice_for_the_same_kilobytes(table):
    with meter() as spent:
        table.scan()
        table.scan(ConsistentRead=True)
    eventual, strong = spent.calls
    assert strong.read_units == 2 * eventual.read_units
    assert strong.kb == eventual.kb == -(-EVERYTHING // 4096) * 4
    assert (eventual.strong, strong.strong) == (False, True)
    assert [line.split("  ")[0] for line in repr(spent).splitlines()[4:6]] == ["Scan", "Scan (strong)"]


def test_a_query_of_an_index_names_it(table):
    with meter() as spent:
        table.query(IndexName="by_dest", KeyConditionExpression=Key("dest").eq("D3"))
    (call,) = spent.calls
    assert call.index == "by_dest"
    assert call.indexes == {"by_dest": query_units(sum(item_size(f) for f in FLIGHTS if f["dest"] == "D3"))}


def test_a_write_counts_what_it_does_to_the_index(table):
    with meter() as spent:
        table.put_item(Item=flight(500))
        table.delete_item(Key={"origin": "JFK", "departure": "nowhere"})
    put, delete = spent.calls
    assert put.write_units == write_units(None, item_size(flight(500))) + 1
    assert put.indexes == {"by_dest": 1}
    assert put.index == "by_dest"
    assert put.kb == 2
    assert delete.write_units == 1
    assert spent.read_units == 0


def test_a_miss_costs_and_reads_nothing(table):
    with meter() as spent:
        table.get_item(Key={"origin": "JFK", "departure": "never"})
    (call,) = spent.calls
    assert (call.items_read, call.items_returned, call.read_units) == (0, 0, read_units(0))


def test_batches_and_transactions(table):
    client = table.meta.client
    keys = [{"origin": "JFK", "departure": f"2013-07-08T{number:04}"} for number in (1, 2, 3)]
    missing = {"origin": "JFK", "departure": "never"}
    with meter() as spent:
        client.batch_get_item(RequestItems={"Flights": {"Keys": [*keys, missing]}})
        client.batch_get_item(RequestItems={"Flights": {"Keys": keys, "ConsistentRead": True}})
        client.transact_get_items(
            TransactItems=[{"Get": {"TableName": "Flights", "Key": key}} for key in keys]
        )
    eventual, strong, transaction = spent.calls
    assert (eventual.items_read, eventual.read_units) == (3, 2)
    assert (strong.items_read, strong.read_units, strong.kb) == (3, 3, 12)
    assert (transaction.items_read, transaction.read_units, transaction.kb) == (3, 6, 12)
    assert {call.table for call in spent.calls} == {"Flights"}


def test_each_page_of_a_paginator_is_a_call(table):
    client = boto3.client("dynamodb")
    with meter() as spent:
        pages = list(
            client.get_paginator("scan").paginate(TableName="Flights", PaginationConfig={"PageSize": 30})
        )
    assert sum(page["Count"] for page in pages) == 100
    assert [call.items_read for call in spent.calls] == [30, 30, 30, 10]


def test_calls_that_are_not_about_items_are_left_out(table):
    client = boto3.client("dynamodb")
    with meter() as spent:
        client.describe_table(TableName="Flights")
        client.get_waiter("table_exists").wait(TableName="Flights")
        boto3.client("sts").get_caller_identity()
    assert spent.calls == []


def test_a_failed_call_is_listed_and_its_units_are_not_made_up(table):
    with meter() as spent, pytest.raises(ClientError):
        table.put_item(Item=FLIGHTS[0], ConditionExpression="attribute_not_exists(origin)")
    (call,) = spent.calls
    assert call.error == "ConditionalCheckFailedException"
    assert call.write_units is None
    assert "PutItem failed" in repr(spent)
    assert "ConditionalCheckFailedException" in repr(spent)


def test_counting_is_a_read_too(table):
    with meter() as spent:
        table.query(KeyConditionExpression=Key("origin").eq("JFK"), Select="COUNT")
    assert spent.read_units == query_units(EVERYTHING)


# What the caller sees


@pytest.mark.parametrize("client", [True, False])
def test_the_caller_sees_what_he_would_see_without_a_meter(table, client):
    ask = boto3.client("dynamodb").scan if client else table.scan
    request = {"TableName": "Flights"} if client else {}
    with meter():
        response = ask(**request)
    assert "ConsumedCapacity" not in response
    assert response["Items"] == ask(**request)["Items"]
    assert response.keys() == ask(**request).keys()


def test_the_callers_own_dict_is_not_changed(table):
    request = {"Key": {"origin": "JFK", "departure": "x"}}
    with meter():
        table.get_item(**request)
    assert request == {"Key": {"origin": "JFK", "departure": "x"}}


@pytest.mark.parametrize("asked", ["TOTAL", "INDEXES"])
def test_capacity_that_the_caller_asked_for_stays_as_it_was_asked_for(table, asked):
    def query():
        return table.query(
            IndexName="by_dest", KeyConditionExpression=Key("dest").eq("D1"), ReturnConsumedCapacity=asked
        )

    plain = query()["ConsumedCapacity"]
    with meter() as spent:
        assert query()["ConsumedCapacity"] == plain
    assert spent.read_units == plain["CapacityUnits"]


def test_asking_for_none_is_not_asking(table):
    with meter() as spent:
        response = table.scan(ReturnConsumedCapacity="NONE")
    assert "ConsumedCapacity" not in response
    assert spent.read_units > 0


# Around it


def test_an_outer_meter_counts_what_an_inner_one_counts(table):
    with meter() as outer:
        table.scan()
        with meter() as inner:
            assert "ConsumedCapacity" not in table.scan()
        table.scan()
    assert len(inner) == 1
    assert len(outer) == 3
    assert outer.read_units == 3 * inner.read_units


def test_a_call_recorder_inside_a_meter_sees_the_call_as_it_was_written(table):
    with meter(), calls() as made:
        table.scan()
    assert made[0].parameters == {"TableName": "Flights"}
    assert "ConsumedCapacity" not in made[0].response


def test_calls_of_all_threads_are_counted(table):
    def read():
        client = boto3.session.Session(region_name="us-east-1").client("dynamodb")
        for _ in range(5):
            client.get_item(TableName="Flights", Key={"origin": {"S": "JFK"}, "departure": {"S": "x"}})

    threads = [threading.Thread(target=read) for _ in range(4)]
    with meter() as spent:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(spent), spent.read_units) == (20, 10)


def test_a_block_that_raises_leaves_nothing_behind(table):
    layers = list(wiring._call_layers)
    with pytest.raises(ZeroDivisionError), meter() as spent:
        assert len(wiring._call_layers) == len(layers) + 1
        raise ZeroDivisionError
    assert wiring._call_layers == layers
    table.scan()
    assert len(spent) == 0


def test_clients_made_before_and_inside_are_metered(table):
    before = boto3.client("dynamodb")
    with meter() as spent:
        before.scan(TableName="Flights")
        boto3.client("dynamodb").scan(TableName="Flights")
        table.scan()
    assert len(spent) == 3


# How it is read, on canned answers


def canned(*answers):
    """An engine that gives these answers, one a request, with capacity only where it is asked for."""
    left = list(answers)

    def answer(request, network):
        body = dict(left.pop(0))
        if "ReturnConsumedCapacity" not in json.loads(request.body):
            body.pop("ConsumedCapacity", None)
        return AWSResponse(request.url, 200, {}, Raw(json.dumps(body).encode()))

    wiring.attach(answer, wiring.attached()[1])


class Raw:
    def __init__(self, content):
        self.content = content

    def stream(self, **_):
        yield self.content


def test_a_repeated_transaction_is_paid_for_as_a_read(started):
    canned({"ConsumedCapacity": [{"TableName": "T", "CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}]})
    client = boto3.client("dynamodb")
    with meter() as spent:
        client.transact_write_items(
            TransactItems=[{"Put": {"TableName": "T", "Item": {"pk": {"S": "a"}}}}],
            ClientRequestToken="again",
        )
    assert (spent.read_units, spent.write_units) == (4, 0)


def test_only_the_tables_part_of_a_transaction_is_doubled(started):
    consumed = {
        "TableName": "T",
        "CapacityUnits": 5.0,
        "WriteCapacityUnits": 5.0,
        "Table": {"CapacityUnits": 4.0, "WriteCapacityUnits": 4.0},
        "GlobalSecondaryIndexes": {"by_x": {"CapacityUnits": 1.0, "WriteCapacityUnits": 1.0}},
    }
    canned({"ConsumedCapacity": [consumed]})
    with meter() as spent:
        boto3.client("dynamodb").transact_write_items(
            TransactItems=[{"Put": {"TableName": "T", "Item": {"pk": {"S": "a"}}}}]
        )
    assert spent.write_units == 5
    assert spent.calls[0].kb == 2 + 1


def test_a_batch_over_two_tables_adds_them_up(started):
    canned(
        {
            "Responses": {"A": [{"pk": {"S": "1"}}], "B": [{"pk": {"S": "2"}}]},
            "ConsumedCapacity": [
                {"TableName": "A", "CapacityUnits": 0.5},
                {"TableName": "B", "CapacityUnits": 1.0},
            ],
        }
    )
    keys = {"Keys": [{"pk": {"S": "1"}}]}
    with meter() as spent:
        boto3.client("dynamodb").batch_get_item(
            RequestItems={"A": keys, "B": {**keys, "ConsistentRead": True}}
        )
    (call,) = spent.calls
    assert (call.table, call.items_read, call.read_units, call.kb) == ("A, B", 2, 1.5, 8)


@pytest.mark.parametrize(
    ("statement", "read", "written"),
    [("SELECT * FROM T", 0.5, 0), ("  insert into T value {'pk': 'a'}", 0, 0.5), ("DELETE FROM T WHERE pk = 'a'", 0, 0.5)],
)  # fmt: skip
def test_partiql_reads_or_writes_as_its_statement_says(started, statement, read, written):
    canned({"Items": [], "ConsumedCapacity": {"TableName": "T", "CapacityUnits": 0.5}})
    with meter() as spent:
        boto3.client("dynamodb").execute_statement(Statement=statement)
    assert (spent.read_units, spent.write_units) == (read, written)
    assert spent.calls[0].table == "T"


def test_a_service_that_reports_nothing_is_not_guessed_for(started):
    canned({"Count": 0, "ScannedCount": 0, "Items": []})
    with meter() as spent:
        boto3.client("dynamodb").scan(TableName="T")
    assert spent.calls[0].read_units is None
    assert spent.read_units == 0


# How it looks


def numbers(rows):
    return [{"Count": kept, "ScannedCount": read, "ConsumedCapacity": {"TableName": "T", "CapacityUnits": units}} for read, kept, units in rows]  # fmt: skip


def scans(*rows):
    canned(*numbers(rows))
    client = boto3.client("dynamodb")
    with meter() as spent:
        for _ in rows:
            client.scan(TableName="T")
    return spent


def test_the_table_has_a_row_a_call_and_a_total(started):
    lines = repr(scans((100, 40, 12.5), (60, 60, 7.5))).splitlines()
    assert lines[0] == "2 calls: 20 read units."
    assert lines[2].split("  ")[0] == "call"
    assert lines[2].split()[-2:] == ["read", "units"]
    assert lines[4].split() == ["Scan", "T", "100", "40", "100", "12.5"]
    assert lines[5].split() == ["Scan", "T", "60", "60", "60", "7.5"]
    assert lines[6].split() == ["total", "160", "100", "160", "20"]


def test_html_and_text_say_the_same(started):
    spent = scans((6759, 1, 400.0))
    bundle = spent._repr_mimebundle_()
    for figure in ("6,759", "400"):
        assert figure in bundle["text/html"]
        assert figure in bundle["text/plain"]
    assert 'aria-label="1 call: 400 read units."' in bundle["text/html"]


def test_many_calls_alike_share_a_row(started):
    text = repr(scans(*[(1, 1, 0.5)] * 40))
    assert "Scan × 40" in text
    assert len(text.splitlines()) == 6
    assert "40 calls: 20 read units." in text


def test_a_bar_is_as_long_as_the_units_and_filled_for_what_was_returned(started):
    picture = scans((200, 20, 25.0), (20, 20, 2.5), (200, 20, 50.0)).bars()
    assert picture.alt == "420 items read, 60 returned, 360 thrown away, for 77.5 read units."
    assert [line.strip() for line in picture.text.splitlines()[3:8:2]] == [
        "#" * 2 + "." * 14,
        "#" * 2,
        "#" * 3 + "." * 27,
    ]
    assert "200 read, 20 returned, 180 thrown away" in picture.html


def test_the_pages_of_one_question_share_a_bar(table):
    with meter() as spent:
        pages = table.meta.client.get_paginator("scan").paginate(
            TableName="Flights", FilterExpression=Attr("number").eq(7), PaginationConfig={"PageSize": 30}
        )
        list(pages)
        table.scan()
        table.scan(ConsistentRead=True)
    units = [f"{number:g} read units" for number in (spent.read_units - 3 * query_units(EVERYTHING), query_units(EVERYTHING), 2 * query_units(EVERYTHING))]  # fmt: skip
    told = spent.bars().text.splitlines()[2:8:2]
    assert told == [
        f"Scan, 4 pages: {units[0]}; 100 read, 1 returned, 99 thrown away",
        f"Scan: {units[1]}; 100 read, 100 returned, 0 thrown away",
        f"Scan (strong): {units[2]}; 100 read, 100 returned, 0 thrown away",
    ]


def test_no_bar_has_a_width_in_pixels_that_a_narrow_page_would_cut_off(started):
    html = scans((6759, 1, 215.0)).bars().html
    assert "width:100%" in html and not re.findall(r"(?<!-)width:\d{3,}px", html)


def test_reads_that_found_nothing_show_their_zeros(table):
    with meter() as spent:
        table.get_item(Key={"origin": "JFK", "departure": "never"})
    assert repr(spent).splitlines()[4].split() == ["GetItem", "Flights", "0", "0", "4", "0.5"]


def test_kilobytes_of_reads_and_of_writes_are_not_added_up(table):
    with meter() as spent:
        table.get_item(Key={"origin": "JFK", "departure": "never"})
        table.delete_item(Key={"origin": "JFK", "departure": "never"})
    head, _, get, delete, total = (line.split() for line in repr(spent).splitlines()[2:7])
    assert head[4:7] == ["returned", "KB", "paid"]
    assert get[4:] == ["4", "0.5", "0"] and delete[2:] == ["1", "0", "1"]
    assert total == ["total", "0", "0", "0.5", "1"]


def test_a_frame_has_a_row_a_call(started):
    frame = scans((100, 40, 12.5), (60, 60, 7.5)).frame()
    assert list(frame["items_read"]) == [100, 60]
    assert frame["read_units"].sum() == 20


def test_nothing_spent_can_be_shown(started):
    with meter() as spent:
        pass
    assert repr(spent) == "The meter saw no data call."
    assert "no call that reads" in spent.bars().text
    assert spent.frame().empty


def test_units_are_plain_numbers(table):
    with meter() as spent:
        table.get_item(Key={"origin": "JFK", "departure": "x"})
    assert not isinstance(spent.read_units, Decimal)

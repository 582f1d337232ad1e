"""The throttle lens: DynamoDB's own errors, botocore's own retries, nobody waits."""

import random
import threading
import time

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.retries import bucket
from hypothesis import given
from hypothesis import strategies as st

from helpers.lenses.admission import Bucket
from helpers.lenses.throttle import throttle

MODES = ["legacy", "standard", "adaptive"]
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})


@pytest.fixture
def orders(started):
    boto3.client("dynamodb").create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "order_id", "AttributeType": "S"},
            {"AttributeName": "status", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_status",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return "Orders"


def client(config: Config = ONCE):
    return boto3.client("dynamodb", config=config)


def put(made, number: int, **attributes):
    return made.put_item(TableName="Orders", Item={"order_id": {"S": f"ORD-{number:03d}"}, **attributes})


def refusal(call) -> dict:
    with pytest.raises(ClientError) as refused:
        call()
    return refused.value.response


def test_a_throttled_write_gets_the_error_of_the_service(orders):
    made = client()
    with throttle(orders, write_units=1):
        put(made, 1)
        error = refusal(lambda: put(made, 2))
    assert error["Error"]["Code"] == "ProvisionedThroughputExceededException"
    assert error["Error"]["Message"].startswith(
        "The level of configured provisioned throughput for the table"
    )
    reason = error["ThrottlingReasons"][0]
    assert reason["reason"] == "TableWriteProvisionedThroughputExceeded"
    assert reason["resource"].endswith(":table/Orders")
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_exception_is_the_modelled_one(orders):
    made = client()
    with throttle(orders, write_units=1):
        put(made, 1)
        with pytest.raises(made.exceptions.ProvisionedThroughputExceededException):
            put(made, 2)


@pytest.mark.parametrize(
    "mode, reason, words",
    [
        ("on-demand", "TableReadKeyRangeThroughputExceeded", "check if you have a hot key"),
        ("maximum", "TableReadMaxOnDemandThroughputExceeded", "maximum OnDemandThroughput"),
    ],
)
def test_an_on_demand_table_answers_throttling_exception(orders, mode, reason, words):
    made = client()
    with throttle(orders, read_units=0.5, mode=mode):
        get = {"TableName": orders, "Key": {"order_id": {"S": "ORD-001"}}}
        made.get_item(**get)
        error = refusal(lambda: made.get_item(**get))
    assert error["Error"]["Code"] == "ThrottlingException" and words in error["Error"]["Message"]
    assert error["throttlingReasons"][0]["reason"] == reason


def test_a_starved_index_throttles_writes_to_the_table(orders):
    made = client()
    with throttle(orders, index="by_status", write_units=1):
        put(made, 1, status={"S": "OPEN"})
        error = refusal(lambda: put(made, 2, status={"S": "OPEN"}))
        made.get_item(TableName=orders, Key={"order_id": {"S": "ORD-001"}})
    assert error["ThrottlingReasons"][0]["reason"] == "IndexWriteProvisionedThroughputExceeded"
    assert error["ThrottlingReasons"][0]["resource"].endswith("table/Orders/index/by_status")


def test_a_throttled_write_never_reaches_the_table(orders):
    made = client()
    with throttle(orders, write_units=1):
        put(made, 1)
        refusal(lambda: put(made, 2))
    assert made.scan(TableName=orders)["Count"] == 1


@pytest.mark.parametrize("mode", MODES)
def test_botocores_own_retries_finish_the_work_without_waiting(orders, mode, monkeypatch):
    def never(seconds):
        raise AssertionError(f"slept {seconds} real seconds")

    monkeypatch.setattr(time, "sleep", never)
    made = client(Config(retries={"mode": mode, "total_max_attempts": 10}))
    with throttle(orders, write_units=2) as limits:
        for number in range(20):
            put(made, number)
    assert made.scan(TableName=orders)["Count"] == 20
    assert limits.throttled > 0
    assert limits.clock.now >= (20 - 2) / 2  # units come at 2 a second, after the 2 at hand
    assert limits.waited == pytest.approx(limits.clock.now - 0.005 * len(limits.attempts))


@pytest.mark.parametrize("mode", MODES)
def test_a_client_made_before_the_block_is_throttled_too_and_works_after_it(orders, mode):
    made = client(Config(retries={"mode": mode, "total_max_attempts": 10}))
    put(made, 0)
    with throttle(orders, write_units=2) as limits:
        for number in range(8):
            put(made, number)
    assert limits.throttled > 0
    began = time.monotonic()
    put(made, 9)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("mode", MODES)
def test_the_same_code_waits_equally_long_each_time(orders, mode):
    def waits():
        with throttle(orders, write_units=3) as limits:
            made = client(Config(retries={"mode": mode, "total_max_attempts": 10}))
            for number in range(12):
                put(made, number)
        return [round(attempt.waited, 6) for attempt in limits.attempts]

    assert waits() == waits()


def test_legacy_back_off_doubles(orders):
    made = client(Config(retries={"mode": "legacy", "total_max_attempts": 5}))
    with throttle(orders, write_units=0.1) as limits:
        put(made, 1)
        refusal(lambda: put(made, 2))
    waits = [attempt.waited for attempt in limits.attempts if attempt.call == 2]
    assert waits == pytest.approx([0, 0.05, 0.1, 0.2, 0.4])


def test_attempts_of_one_call_share_its_number(orders):
    made = client(Config(retries={"mode": "standard", "total_max_attempts": 4}))
    with throttle(orders, write_units=0.1) as limits:
        put(made, 1)
        refusal(lambda: put(made, 2))
    assert [(attempt.call, attempt.number) for attempt in limits.attempts] == [
        (1, 1), (2, 1), (2, 2), (2, 3), (2, 4)
    ]  # fmt: skip


def test_an_item_of_three_kb_takes_three_units(orders):
    made = client()
    with throttle(orders, write_units=4) as limits:
        put(made, 1, note={"S": "x" * 2_900})
    assert limits.attempts[0].units == 3
    assert limits.attempts[0].units_left == 1


def test_a_large_item_is_paid_off_before_the_next_is_served(orders):
    made = client()
    with throttle(orders, write_units=2) as limits:
        put(made, 1, note={"S": "x" * 9_000})
        refusal(lambda: put(made, 2))
        limits.sleep(4.2)
        put(made, 3)
    assert [attempt.throttled for attempt in limits.attempts] == [False, True, False]


def test_a_batch_that_fits_in_part_leaves_the_rest_unprocessed(orders):
    made = client()
    requests = [{"PutRequest": {"Item": {"order_id": {"S": f"ORD-{n:03d}"}}}} for n in range(10)]
    with throttle(orders, write_units=4) as limits:
        left = made.batch_write_item(RequestItems={orders: requests})["UnprocessedItems"]
        assert left == {orders: requests[4:]}
        limits.sleep(1)
        left = made.batch_write_item(RequestItems=left)["UnprocessedItems"]
    assert left == {orders: requests[8:]}
    assert made.scan(TableName=orders)["Count"] == 8
    assert [attempt.answer for attempt in limits.attempts] == ["in part", "in part"]


def test_a_batch_read_returns_the_keys_it_did_not_reach(orders):
    made = client()
    keys = [{"order_id": {"S": f"ORD-{n:03d}"}} for n in range(6)]
    with throttle(orders, read_units=1):
        left = made.batch_get_item(RequestItems={orders: {"Keys": keys}})["UnprocessedKeys"]
    assert left[orders]["Keys"] == keys[2:]


def test_the_batch_writer_of_the_resource_finishes_by_itself(orders):
    with throttle(orders, write_units=5), boto3.resource("dynamodb").Table(orders).batch_writer() as batch:
        for number in range(40):
            batch.put_item({"order_id": f"ORD-{number:03d}"})
    assert client().scan(TableName=orders)["Count"] == 40


def test_a_throttled_transaction_is_cancelled_with_a_reason_for_each_item(orders):
    made = client()
    with throttle(orders, write_units=2):
        put(made, 1)
        put(made, 2)
        items = [{"Put": {"TableName": orders, "Item": {"order_id": {"S": n}}}} for n in ("A", "B")]
        error = refusal(lambda: made.transact_write_items(TransactItems=items))
    assert error["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in error["CancellationReasons"]] == [
        "ProvisionedThroughputExceeded"
    ] * 2


def test_partiql_is_throttled_by_its_table(orders):
    made = client()
    with throttle(orders, write_units=1):
        put(made, 1)
        statement = "INSERT INTO \"Orders\" VALUE {'order_id': 'ORD-002'}"
        assert refusal(lambda: made.execute_statement(Statement=statement))["ThrottlingReasons"]
        made.execute_statement(Statement='SELECT * FROM "Orders"')


def test_other_tables_and_other_operations_pass(orders):
    made = client()
    with throttle(orders, write_units=0.01) as limits:
        put(made, 1)
        for _ in range(3):
            made.describe_table(TableName=orders)
            made.scan(TableName=orders)
        with pytest.raises(made.exceptions.ResourceNotFoundException):
            made.put_item(TableName="Order", Item={"order_id": {"S": "1"}})
    assert len(limits.attempts) == 1


@pytest.mark.parametrize("index, other", [(None, "by_status"), ("by_status", None)])
def test_a_read_is_paid_by_the_table_or_by_the_index_it_asks(orders, index, other):
    made = client()

    def scan(name):
        return made.scan(TableName=orders, **({"IndexName": name} if name else {}))

    with throttle(orders, index=index, read_units=0.5) as limits:
        scan(index)
        for _ in range(3):
            scan(other)
        refusal(lambda: scan(index))
    assert len(limits.attempts) == 2


def test_callers_see_consumed_capacity_only_if_they_asked(orders):
    made = client()
    with throttle(orders, write_units=10):
        assert "ConsumedCapacity" not in put(made, 1)
        asked = made.put_item(
            TableName=orders, Item={"order_id": {"S": "ORD-002"}}, ReturnConsumedCapacity="TOTAL"
        )
    assert asked["ConsumedCapacity"] == {"TableName": orders, "CapacityUnits": 1.0}


def test_a_failed_condition_is_paid_for(orders):
    made = client()
    put(made, 1)
    with throttle(orders, write_units=1):
        once = {
            "ConditionExpression": "attribute_not_exists(order_id)",
            "Item": {"order_id": {"S": "ORD-001"}},
        }
        assert refusal(lambda: made.put_item(TableName=orders, **once))["Error"]["Code"].startswith(
            "Conditional"
        )
        assert refusal(lambda: put(made, 2))["ThrottlingReasons"]


def test_a_meter_inside_or_outside_counts_the_same_units(orders):
    from helpers.lenses import meter

    made = client(Config(retries={"mode": "standard", "total_max_attempts": 10}))
    with meter() as outside, throttle(orders, write_units=2) as limits, meter() as inside:
        for number in range(4):
            put(made, number, note={"S": "x" * 1_500})
    assert outside.write_units == inside.write_units == sum(each.units for each in limits.attempts) == 8


def test_a_burst_serves_what_was_saved_and_no_more(orders):
    made = client()
    with throttle(orders, write_units=1, burst_seconds=5) as limits:
        for number in range(5):
            put(made, number)
        refusal(lambda: put(made, 6))
        limits.sleep(1_000)
        for number in range(5):
            put(made, number)
        refusal(lambda: put(made, 6))


def test_nothing_is_left_behind_when_a_cell_raises(orders):
    random.seed(42)  # not what the lens seeds with
    before = botocore.endpoint.time, bucket.time, bucket.TokenBucket._sleep_amount
    send, state = URLLib3Session.send, random.getstate()
    with pytest.raises(RuntimeError), throttle(orders, write_units=1):
        raise RuntimeError
    assert (botocore.endpoint.time, bucket.time, bucket.TokenBucket._sleep_amount) == before
    assert URLLib3Session.send == send and random.getstate() == state


def test_threads_share_the_bucket_and_each_finishes(orders):
    made = client(Config(retries={"mode": "standard", "total_max_attempts": 20}))
    with throttle(orders, write_units=4) as limits:
        workers = [
            threading.Thread(target=lambda n=n: [put(made, n * 10 + i) for i in range(5)]) for n in range(4)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert client().scan(TableName=orders)["Count"] == 20
    assert sum(not attempt.throttled for attempt in limits.attempts) == 20


def test_blocks_may_be_nested(orders):
    made = client()
    with throttle(orders, write_units=1), throttle(orders, read_units=0.5):
        put(made, 1)
        made.scan(TableName=orders)
        refusal(lambda: put(made, 2))
        refusal(lambda: made.scan(TableName=orders))


def test_the_picture_tells_attempts_and_back_off(orders):
    made = client(Config(retries={"mode": "legacy", "total_max_attempts": 5}))
    with throttle(orders, write_units=0.1) as limits:
        put(made, 1)
        refusal(lambda: put(made, 2))
    shown = limits._repr_mimebundle_()
    assert "0.050 0.100 0.200 0.400" in shown["text/plain"] and "✗✗✗✗✗" in shown["text/plain"]
    assert "aria-label" in shown["text/html"] and "0.050 0.100 0.200 0.400" in shown["text/html"]
    assert len(limits.frame()) == 6


@pytest.mark.parametrize("wrong", [{}, {"write_units": 0}, {"write_units": 1, "mode": "free"}])
def test_limits_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError), throttle("Orders", **wrong):
        pass


@given(
    st.floats(0.1, 100),
    st.floats(0, 300),
    st.lists(st.tuples(st.floats(0, 50), st.floats(0, 500)), max_size=40),
)
def test_a_bucket_never_gives_more_than_came_in(units, burst, asked):
    tokens, now, spent = Bucket(units, burst), 0.0, 0.0
    for wait, cost in asked:
        now += wait
        if tokens.has(1, now):
            tokens.left -= cost
            spent += cost
        assert tokens.left <= tokens.size + 1e-6
        # What is owed is at most one request.
        assert spent <= tokens.size + units * now + max(cost for _, cost in asked) + 1e-6

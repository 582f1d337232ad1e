"""A model of a replica that is behind: what is old, what is newest, and what the lens leaves alone."""

import threading

import boto3
import pytest
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import lab
from helpers.lenses.replicas import replicas

KEY = {"pk": "account"}


@pytest.fixture
def table(started):
    return make()


def make(name="Accounts"):
    return boto3.resource("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "owner")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def put(table, balance):
    table.put_item(Item={**KEY, "owner": "ann", "balance": balance})


def read(table, **options):
    return table.get_item(Key=KEY, **options).get("Item", {}).get("balance")


def test_a_read_is_the_state_of_two_writes_ago(table):
    with replicas(lag=2):
        seen = []
        for balance in (1, 2, 3, 4):
            put(table, balance)
            seen.append((read(table), read(table, ConsistentRead=True)))
    assert seen == [(None, 1), (None, 2), (1, 3), (2, 4)]


def test_what_was_there_before_is_there_for_both(table):
    put(table, 1)
    with replicas(lag=2):
        assert read(table) == read(table, ConsistentRead=True) == 1


@given(lag=st.integers(0, 4), balances=st.lists(st.integers(0, 9), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_replica_is_always_exactly_the_lag_behind(table, lag, balances):
    table.delete_item(Key=KEY)
    with replicas(lag=lag):
        for count, balance in enumerate(balances, 1):
            put(table, balance)
            assert read(table) == ([None] * lag + balances)[count - 1]
            assert read(table, ConsistentRead=True) == balance


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.get_item(Key=KEY).get("Item"),
        lambda t: t.query(KeyConditionExpression=Key("pk").eq("account"))["Items"],
        lambda t: t.scan()["Items"],
        lambda t: t.query(IndexName="by_owner", KeyConditionExpression=Key("owner").eq("ann"))["Items"],
        lambda t: t.meta.client.batch_get_item(RequestItems={t.name: {"Keys": [KEY]}})["Responses"][t.name],
        lambda t: t.meta.client.execute_statement(Statement=f'SELECT * FROM "{t.name}"')["Items"],
    ],
)
def test_reads_that_may_be_old_are_old(table, ask):
    with replicas(lag=1) as model:
        put(table, 1)
        assert not ask(table)
        model.catch_up()
        assert ask(table)


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.get_item(Key=KEY, ConsistentRead=True).get("Item"),
        lambda t: t.query(KeyConditionExpression=Key("pk").eq("account"), ConsistentRead=True)["Items"],
        lambda t: t.scan(ConsistentRead=True)["Items"],
        lambda t: t.meta.client.transact_get_items(TransactItems=[{"Get": {"TableName": t.name, "Key": KEY}}])["Responses"][0],
        lambda t: t.meta.client.batch_get_item(
            RequestItems={t.name: {"Keys": [KEY], "ConsistentRead": True}}
        )["Responses"][t.name],
        lambda t: t.meta.client.execute_statement(
            Statement=f'SELECT * FROM "{t.name}"', ConsistentRead=True
        )["Items"],
    ],
)  # fmt: skip
def test_reads_that_must_be_new_are_new(table, ask):
    with replicas(lag=5):
        put(table, 1)
        assert ask(table)


def test_a_global_index_cannot_be_read_consistently(table):
    with replicas(), pytest.raises(ClientError, match="not supported on global secondary indexes"):
        table.query(IndexName="by_owner", KeyConditionExpression=Key("owner").eq("ann"), ConsistentRead=True)


def test_a_write_sees_the_newest_state(table):
    """Conditions and updates are evaluated where the write goes, never on a replica."""
    with replicas(lag=3):
        put(table, 1)
        answer = table.update_item(
            Key=KEY,
            UpdateExpression="SET balance = balance + :one",
            ConditionExpression="balance = :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        assert answer["Attributes"] == {"balance": 2}
        assert read(table) is None


def test_a_write_that_failed_is_no_write(table):
    put(table, 1)
    with replicas(lag=1):
        put(table, 2)
        for _ in range(5):
            with pytest.raises(ClientError):
                table.put_item(Item=KEY, ConditionExpression="attribute_not_exists(pk)")
        assert read(table) == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda t: t.delete_item(Key=KEY),
        lambda t: t.meta.client.batch_write_item(RequestItems={t.name: [{"DeleteRequest": {"Key": KEY}}]}),
        lambda t: t.meta.client.transact_write_items(TransactItems=[{"Delete": {"TableName": t.name, "Key": KEY}}]),
        lambda t: t.meta.client.execute_statement(Statement=f"DELETE FROM \"{t.name}\" WHERE pk = 'account'"),
    ],
)  # fmt: skip
def test_every_kind_of_write_reaches_the_replica_late(table, write):
    put(table, 1)
    with replicas(lag=1) as model:
        write(table)
        assert read(table, ConsistentRead=True) is None
        assert read(table) == 1
        model.catch_up()
        assert read(table) is None


def test_a_table_made_inside_is_there_at_once(started):
    with replicas(lag=3):
        table = make("Fresh")
        assert table.scan()["Items"] == []
        put(table, 1)
        table.delete()
        table = make("Fresh")
        put(table, 2)
        assert (read(table), read(table, ConsistentRead=True)) == (None, 2)


def test_the_lab_is_as_the_block_left_it(table):
    with replicas(lag=9):
        put(table, 7)
    assert read(table) == 7


def test_a_block_that_raises_leaves_no_replica_behind(table):
    from moto.dynamodb.models import dynamodb_backends

    accounts = set(dynamodb_backends)
    with pytest.raises(ZeroDivisionError), replicas():
        put(table, 1)
        raise ZeroDivisionError
    assert set(dynamodb_backends) == accounts
    assert read(table) == 1


def test_the_model_says_what_it_is_and_who_answered(table):
    with replicas(lag=2) as model:
        put(table, 1)
        read(table)
        read(table, ConsistentRead=True)
    assert repr(model).splitlines() == [
        "Model: reads that need not be consistent are 2 writes behind.",
        "GetItem: replica, 1 write behind",
        "GetItem: leader, the newest state",
    ]


def test_a_sandbox_inside_is_left_alone(table):
    put(table, 1)
    with replicas(lag=1), lab.sandbox():
        inner = make()
        put(inner, 2)
        assert read(inner) == 2


def test_models_nest(table):
    with replicas(lag=1):
        put(table, 1)
        with replicas(lag=0):
            put(table, 2)
            assert read(table) == 2


def test_writes_of_many_threads_arrive_in_one_order(table):
    def write(start):
        own = boto3.session.Session(region_name="us-east-1").resource("dynamodb").Table("Accounts")
        for number in range(start, start + 10):
            put(own, number)

    with replicas(lag=4) as model:
        threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        model.catch_up()
        assert read(table) == read(table, ConsistentRead=True)


@pytest.mark.parametrize("lag", [-1, 1.5, "2", True, None])
def test_a_lag_is_a_count(started, lag):
    with pytest.raises(ValueError, match="lag"), replicas(lag=lag):
        pass


def test_without_the_moto_engine_it_says_why_not():
    with pytest.raises(lab.LabError, match="moto"), replicas():
        pass

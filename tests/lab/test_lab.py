"""The lab is empty at the start, isolated in a sandbox, and gone at the end."""

import threading

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from helpers import lab


def make(name="Orders", client=None):
    client = client or boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=name)


def names(client=None):
    return (client or boto3.client("dynamodb")).list_tables()["TableNames"]


def test_a_started_lab_is_empty_and_says_what_it_is():
    assert repr(lab.start()) == "Lab: moto (in this process), Region us-east-1, 0 tables"


def test_the_display_counts_the_tables():
    started = lab.start()
    make("Orders")
    assert repr(started).endswith("1 table")
    make("Customers")
    assert repr(started).endswith("2 tables")


def test_a_second_start_empties_the_lab():
    lab.start()
    make()
    lab.start()
    assert names() == []


def test_clients_and_resources_made_before_the_lab_work_in_it():
    client = boto3.client("dynamodb", region_name="us-east-1")
    resource = boto3.resource("dynamodb", region_name="us-east-1")
    lab.start()
    make(client=client)
    assert [table.name for table in resource.tables.all()] == ["Orders"]
    assert names() == ["Orders"]


def test_a_client_outlives_a_restart():
    lab.start()
    client = boto3.client("dynamodb")
    make(client=client)
    lab.start()
    assert names(client) == []


def test_stop_gives_boto3_back_without_an_account():
    lab.start()
    make()
    lab.stop()
    with pytest.raises(BotoCoreError):
        boto3.client("dynamodb", region_name="us-east-1").list_tables()


def test_stop_restores_the_environment(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    import os

    before = dict(os.environ)
    lab.start()
    assert "AWS_PROFILE" not in os.environ
    lab.stop()
    assert dict(os.environ) == before


def test_stop_and_stop_again_do_nothing():
    lab.stop()
    lab.stop()


@pytest.mark.parametrize("call", [lab.reset, lambda: lab.load("customer_products")])
def test_what_needs_a_lab_says_to_run_the_first_cell(call):
    with pytest.raises(lab.LabError, match=r"Run the first cell of the notebook: lab\.start\(\)"):
        call()


def test_reset_empties_and_goes_on():
    lab.start()
    make()
    lab.reset()
    assert names() == []
    make()


def test_an_unknown_engine_is_refused_and_the_running_lab_stays():
    lab.start()
    make()
    with pytest.raises(lab.LabError, match="no engine 'dynalite'"):
        lab.start("dynalite")
    assert names() == ["Orders"]


def test_an_engine_named_in_the_environment_is_started(monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAB_ENGINE", "moto")
    assert lab.start().engine == "moto"


def test_a_sandbox_is_empty_and_out_of_reach_of_the_lab():
    lab.start()
    client = boto3.client("dynamodb")
    make("Mine", client)
    with lab.sandbox():
        assert names(client) == []
        make("Mine", client)
        client.delete_table(TableName="Mine")
        make("Scratch", client)
    assert names(client) == ["Mine"]


def test_a_sandbox_can_begin_with_a_copy():
    lab.start()
    make("Mine")
    table = boto3.resource("dynamodb").Table("Mine")
    table.put_item(Item={"pk": "a", "n": 1})
    with lab.sandbox(copy=True):
        table.put_item(Item={"pk": "b"})
        table.delete_item(Key={"pk": "a"})
        assert [item["pk"] for item in table.scan()["Items"]] == ["b"]
    assert [item["pk"] for item in table.scan()["Items"]] == ["a"]


def test_sandboxes_nest():
    lab.start()
    make("Outer")
    with lab.sandbox():
        make("Middle")
        with lab.sandbox():
            assert names() == []
        with lab.sandbox(copy=True):
            make("Inner")
            assert sorted(names()) == ["Inner", "Middle"]
        assert names() == ["Middle"]
    assert names() == ["Outer"]


def test_a_reset_in_a_sandbox_empties_the_sandbox_alone():
    lab.start()
    make("Mine")
    with lab.sandbox():
        make("Scratch")
        lab.reset()
        assert names() == []
    assert names() == ["Mine"]


def test_a_sandbox_ends_when_its_block_raises():
    lab.start()
    make("Mine")
    with pytest.raises(ZeroDivisionError), lab.sandbox():
        1 / 0  # noqa: B018
    assert names() == ["Mine"]


def test_threads_write_to_one_lab_without_losing_anything():
    lab.start()
    make()
    table = boto3.resource("dynamodb").Table("Orders")

    def write(thread):
        for i in range(20):
            table.put_item(Item={"pk": f"{thread}-{i}"})

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert table.scan()["Count"] == 80


def test_other_services_answer_too():
    lab.start()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="drop-zone")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["drop-zone"]
    lab.start()
    assert s3.list_buckets()["Buckets"] == []


def test_streams_can_be_read():
    lab.start()
    client, streams = boto3.client("dynamodb"), boto3.client("dynamodbstreams")
    make()
    client.update_table(
        TableName="Orders", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    )
    client.put_item(TableName="Orders", Item={"pk": {"S": "a"}})
    arn = client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    assert [r["eventName"] for r in streams.get_records(ShardIterator=iterator)["Records"]] == ["INSERT"]


def test_errors_of_dynamodb_reach_the_caller():
    lab.start()
    with pytest.raises(ClientError) as failed:
        boto3.client("dynamodb").describe_table(TableName="Nowhere")
    assert failed.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize("twice", [True, False])
def test_a_table_that_exists_or_is_missing_says_what_to_run_and_keeps_dynamodbs_words(twice):
    lab.start()
    with pytest.raises(ClientError) as failed:
        if twice:
            make()
            make()
        else:
            boto3.client("dynamodb").delete_table(TableName="Orders")
    assert "first cell, lab.start()" in failed.value.__notes__[0]
    assert "lab.start()" not in str(failed.value)

"""Streams: which writes leave a record, what is in it, and where an iterator stands."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError

from helpers import lab
from tests.corrections.tables import N, S, create

KEY = {"pk": S("a"), "sk": N(1)}


def stream_of(view: str):
    client = create(StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    streams = boto3.client("dynamodbstreams", region_name="us-east-1")
    arn = client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
    return client, streams, arn


def iterator(streams, arn: str, kind: str = "TRIM_HORIZON", **more) -> str:
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    request = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": kind, **more}
    return streams.get_shard_iterator(**request)["ShardIterator"]


def records(streams, arn: str, *how, **more) -> list[dict]:
    return streams.get_records(ShardIterator=iterator(streams, arn, *how, **more))["Records"]


def write_three(client) -> None:
    client.put_item(TableName="Orders", Item={**KEY, "n": N(1)})
    client.put_item(TableName="Orders", Item={**KEY, "n": N(1)})  # changes nothing
    change = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": N(2)}}
    client.update_item(TableName="Orders", Key=KEY, **change)
    client.delete_item(TableName="Orders", Key=KEY)
    client.delete_item(TableName="Orders", Key=KEY)  # nothing there


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_each_change_leaves_one_record_with_the_images_of_its_view(started, view, shown):
    client, streams, arn = stream_of(view)
    write_three(client)
    found = records(streams, arn)
    assert [record["eventName"] for record in found] == ["INSERT", "MODIFY", "REMOVE"]
    modify = found[1]["dynamodb"]
    assert modify["Keys"] == KEY and modify["StreamViewType"] == view
    images = {"NewImage": {**KEY, "n": N(2)}, "OldImage": {**KEY, "n": N(1)}}
    assert {name: modify[name] for name in images if name in modify} == {n: images[n] for n in shown}
    # Keys: pk + a, sk + 1 in 2 bytes each and 2 for the number; an image: 3 more for n.
    assert modify["SizeBytes"] == 7 + 10 * len(shown)
    assert found[1]["eventVersion"] == "1.1" and found[1]["awsRegion"] == "us-east-1"


def test_iterators_stand_where_they_are_told_to(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    latest = iterator(streams, arn, "LATEST")
    write_three(client)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records(streams, arn)]
    assert numbers == sorted(numbers, key=int) and len(set(numbers)) == 3
    assert len(streams.get_records(ShardIterator=latest)["Records"]) == 3
    assert records(streams, arn, "LATEST") == []
    assert len(records(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=numbers[1])) == 2
    assert len(records(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[1])) == 1
    page = streams.get_records(ShardIterator=iterator(streams, arn), Limit=2)
    rest = streams.get_records(ShardIterator=page["NextShardIterator"])
    assert [len(page["Records"]), len(rest["Records"])] == [2, 1]


def test_a_stream_that_was_switched_off_can_be_read_to_its_end(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    write_three(client)
    client.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    client.put_item(TableName="Orders", Item=KEY)
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["StreamStatus"] == "DISABLED" and described["StreamViewType"] == "KEYS_ONLY"
    page = streams.get_records(ShardIterator=iterator(streams, arn))
    assert len(page["Records"]) == 3 and "NextShardIterator" not in page


def test_a_stream_switched_on_again_is_another_one_and_the_old_one_stays_readable(started):
    client, streams, old = stream_of("KEYS_ONLY")
    write_three(client)
    client.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    client.update_table(
        TableName="Orders", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    )
    client.put_item(TableName="Orders", Item=KEY)
    new = client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
    assert new != old and len(records(streams, old)) == 3 and len(records(streams, new)) == 1
    assert len(streams.list_streams(TableName="Orders")["Streams"]) == 2


def test_a_stream_outlives_its_table(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    write_three(client)
    client.delete_table(TableName="Orders")
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    assert len(records(streams, arn)) == 3


def test_a_stream_has_no_other_shard(started):
    _, streams, arn = stream_of("KEYS_ONLY")
    other = {"ShardId": "shardId-00000000000000000000-00000000", "ShardIteratorType": "LATEST"}
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.get_shard_iterator(StreamArn=arn, **other)


def test_streams_are_listed_by_table_and_page_by_page(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    create("Plain")
    create("Another", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    assert [one["StreamArn"] for one in streams.list_streams(TableName="Orders")["Streams"]] == [arn]
    first = streams.list_streams(Limit=1)
    second = streams.list_streams(ExclusiveStartStreamArn=first["LastEvaluatedStreamArn"])
    names = [one["TableName"] for page in (first, second) for one in page["Streams"]]
    assert sorted(names) == ["Another", "Orders"]


def test_a_copied_lab_has_its_own_stream(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    with lab.sandbox(copy=True):
        client.put_item(TableName="Orders", Item=KEY)
        assert (
            len(records(streams, client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"])) == 1
        )
    assert records(streams, arn) == []


def test_an_iterator_lives_for_fifteen_minutes(started, monkeypatch):
    client, streams, arn = stream_of("KEYS_ONLY")
    write_three(client)
    first = iterator(streams, arn)
    start = time.time()
    monkeypatch.setattr("helpers.corrections.streams.time.time", lambda: start + 14 * 60)
    following = streams.get_records(ShardIterator=first)["NextShardIterator"]
    monkeypatch.setattr("helpers.corrections.streams.time.time", lambda: start + 16 * 60)
    assert streams.get_records(ShardIterator=following)["Records"] == []
    with pytest.raises(streams.exceptions.ExpiredIteratorException):
        streams.get_records(ShardIterator=first)


def test_an_answer_has_at_most_a_megabyte_of_records(started):
    client, streams, arn = stream_of("NEW_IMAGE")
    for number in range(4):
        client.put_item(TableName="Orders", Item={"pk": S("a"), "sk": N(number), "text": S("x" * 300 * 1024)})
    page = streams.get_records(ShardIterator=iterator(streams, arn))
    rest = streams.get_records(ShardIterator=page["NextShardIterator"])
    assert [len(page["Records"]), len(rest["Records"])] == [3, 1]


def test_the_only_shard_has_no_children(started):
    _, streams, arn = stream_of("KEYS_ONLY")
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    children = {"Type": "CHILD_SHARDS", "ShardId": shard["ShardId"]}
    assert streams.describe_stream(StreamArn=arn, ShardFilter=children)["StreamDescription"]["Shards"] == []


def test_a_table_tells_of_its_last_stream_after_it_was_switched_off(started):
    client, _, arn = stream_of("KEYS_ONLY")
    client.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    table = client.describe_table(TableName="Orders")["Table"]
    assert table["LatestStreamArn"] == arn and "StreamSpecification" not in table


def test_a_refused_change_leaves_the_stream_as_it_was(started):
    client, streams, arn = stream_of("KEYS_ONLY")
    write_three(client)
    client.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    with pytest.raises(ClientError, match="StreamViewType must be specified"):
        client.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": True})
    assert client.describe_table(TableName="Orders")["Table"]["LatestStreamArn"] == arn
    assert len(streams.list_streams()["Streams"]) == 1


def test_shards_are_told_from_any_id_on(started):
    _, streams, arn = stream_of("KEYS_ONLY")

    def after(start: str) -> int:
        page = streams.describe_stream(StreamArn=arn, ExclusiveStartShardId=start)
        return len(page["StreamDescription"]["Shards"])

    assert (after("a" * 28), after("z" * 28)) == (1, 0)

"""DynamoDB Streams: the records as DynamoDB writes them, and the four operations that read them.

A stream has one shard, moto's: a list on its Table. Shard iterators carry their position and their age in themselves,
so nothing is remembered for them. Source: API Reference, DynamoDB Streams; Developer Guide, "Change data capture".
"""

from __future__ import annotations

import base64
import copy
import json
import re
import time
import uuid
from datetime import UTC
from typing import Any

from helpers.rules import wire_size

from .errors import Refused, invalid_if, missing_if, refuse_if
from .items.storage import Change
from .paging import listed

RECORDS, RECORD_BYTES, STREAMS, SHARDS = 1000, 1 << 20, 100, 100  # the most, and the default, of one answer
ITERATOR_SECONDS = 15 * 60
STREAM_ARN = re.compile(r"arn:aws[^:]*:dynamodb:[^:]+:\d+:table/[^/]+/stream/[^/]+")


def record(table: Any, change: Change) -> None:
    """Tell the table's stream, if it has one. A write that changes nothing leaves no record."""
    if not table.stream_specification["StreamEnabled"] or change.old == change.new:
        return
    view, image = table.stream_specification["StreamViewType"], change.new or change.old
    keys = {name: image[name] for name in table.table_key_attrs}
    told = {
        "ApproximateCreationDateTime": float(int(time.time())),  # DynamoDB gives whole seconds
        "Keys": keys,
        "SequenceNumber": str(_end(table)),
        "SizeBytes": wire_size(keys),
        "StreamViewType": view,
    }
    for age, item, entry in (("New", change.new, change.after), ("Old", change.old, change.before)):
        if entry and age.upper() in view:
            told[f"{age}Image"] = item
            told["SizeBytes"] += entry.size
    event = "INSERT" if change.before is None else "REMOVE" if change.after is None else "MODIFY"
    table.stream_shard.items.append(
        {
            "eventID": uuid.uuid4().hex,
            "eventName": event,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": table.region_name,
            "dynamodb": told,
        }
    )


def switch(table: Any, request: dict, backend: Any) -> None:
    """Enable or disable a table's stream. moto has one a table, so an older one makes room."""
    asked = request.get("StreamSpecification")
    if asked and asked["StreamEnabled"]:
        outlive(table, backend)
        table.set_stream_specification(asked)
        table.latest_stream_label = f"{table.latest_stream_label}.000"[:23]  # to the millisecond
    elif asked:
        table.stream_specification["StreamEnabled"] = False


def outlive(table: Any, backend: Any) -> None:
    """Keep a stream readable, closed, when its table is deleted or gets another: for a day, on AWS (DG Streams)."""
    if table.stream_shard:
        closed = copy.copy(table)
        closed.items = None
        closed.stream_specification = {**table.stream_specification, "StreamEnabled": False}
        _closed(backend).append(closed)


def _closed(backend: Any) -> list:
    return backend.__dict__.setdefault("closed_streams", [])


def handle(operation: str, request: dict, backend: Any) -> dict:
    """One of the four operations of DynamoDB Streams. backend: moto's, of one account and Region."""
    for name in ("StreamArn", "ExclusiveStartStreamArn"):
        refuse_if(name in request and not STREAM_ARN.fullmatch(request[name]), f"Invalid {name}")
    tables = [*_closed(backend), *backend.tables.values()]
    return _OPERATIONS[operation](request, {_arn(table): table for table in tables if table.stream_shard})


def list_streams(request: dict, streams: dict) -> dict:
    most = f"Limit cannot be greater than the maximum allowed size: {STREAMS}"
    invalid_if(request.get("Limit", 1) > STREAMS, most)
    wanted = [arn for arn, table in streams.items() if request.get("TableName", table.name) == table.name]
    arns, more = listed(wanted, request, "ExclusiveStartStreamArn", "LastEvaluatedStreamArn")
    told = [{"StreamArn": arn, **_names(streams[arn])} for arn in arns]
    return {"Streams": told, **more}


def describe_stream(request: dict, streams: dict) -> dict:
    invalid_if(request.get("Limit", 1) > SHARDS, f"Limit cannot be greater than the maximum: {SHARDS}")
    arn = request["StreamArn"]
    table = _stream(arn, streams)
    shard, enabled = table.stream_shard, table.stream_specification["StreamEnabled"]
    numbers = {"StartingSequenceNumber": str(shard.starting_sequence_number)}
    if not enabled:
        numbers["EndingSequenceNumber"] = str(_end(table))
    shards = [{"ShardId": shard.id, "SequenceNumberRange": numbers}]
    if request.get("ExclusiveStartShardId", "") >= shard.id or "ShardFilter" in request:
        shards = []  # the id to start after need not exist; the only shard has no children
    return {
        "StreamDescription": {
            "StreamArn": arn,
            **_names(table),
            "StreamStatus": "ENABLED" if enabled else "DISABLED",
            "StreamViewType": table.stream_specification["StreamViewType"],
            "CreationRequestDateTime": round(shard.created_on.replace(tzinfo=UTC).timestamp(), 3),
            "KeySchema": table.schema,
            "Shards": shards,
        }
    }


def get_shard_iterator(request: dict, streams: dict) -> dict:
    table = _stream(request["StreamArn"], streams)
    shard, kind, number = table.stream_shard, request["ShardIteratorType"], request.get("SequenceNumber")
    first, end = shard.starting_sequence_number, _end(table)
    missing_if(request["ShardId"] != shard.id, ": Shard does not exist")
    if kind.endswith("SEQUENCE_NUMBER"):
        invalid_if(number is None, "Invalid SequenceNumber")
        invalid_if(not number.isdigit() or int(number) > end, "Invalid SequenceNumber for the shard")
        trimmed = "The operation attempted to read past the oldest stream record in a shard."
        refuse_if(int(number) < first, trimmed, "TrimmedDataAccessException")
        position = int(number) + (kind == "AFTER_SEQUENCE_NUMBER")
    else:
        invalid_if(number is not None, "SequenceNumber should not be passed for this iterator type")
        position = end if kind == "LATEST" else first
    if kind == "AT_TIMESTAMP":
        moments = [one["dynamodb"]["ApproximateCreationDateTime"] for one in shard.items]
        position += sum(moment < request.get("Timestamp", 0) for moment in moments)
    return {"ShardIterator": _iterator(table, position)}


def get_records(request: dict, streams: dict) -> dict:
    limit = request.get("Limit", RECORDS)
    invalid_if(limit > RECORDS, f"Limit should be less than or equal to {RECORDS}")
    table, position = _position(request["ShardIterator"], streams)
    first = position - table.stream_shard.starting_sequence_number
    records, room = [], RECORD_BYTES
    for one in table.stream_shard.items[first:][:limit]:
        room -= one["dynamodb"]["SizeBytes"]
        if records and room < 0:
            break
        records.append(one)
    answer: dict = {"Records": records}
    position += len(records)
    if table.stream_specification["StreamEnabled"] or position < _end(table):  # a closed shard ends
        answer["NextShardIterator"] = _iterator(table, position)
    return answer


_OPERATIONS = {
    "ListStreams": list_streams,
    "DescribeStream": describe_stream,
    "GetShardIterator": get_shard_iterator,
    "GetRecords": get_records,
}


def _names(table: Any) -> dict:
    return {"TableName": table.name, "StreamLabel": table.latest_stream_label}


def _end(table: Any) -> int:
    """The sequence number of the next record."""
    return table.stream_shard.starting_sequence_number + len(table.stream_shard.items)


def _arn(table: Any) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"


def _stream(arn: str, streams: dict) -> Any:
    missing_if(arn not in streams, f": Stream: {arn} not found")
    return streams[arn]


def _iterator(table: Any, position: int) -> str:
    issued = json.dumps([position, time.time()]).encode()
    return f"{_arn(table)}|1|{base64.b64encode(issued).decode()}"


def _position(iterator: str, streams: dict) -> tuple[Any, int]:
    try:
        arn, _, issued = iterator.split("|")
        position, when = map(int, json.loads(base64.b64decode(issued, validate=True)))
    except (ValueError, TypeError, OverflowError):
        raise Refused("Invalid ShardIterator") from None
    table = _stream(arn, streams)
    too_old = "The provided iterator exceeds the maximum age allowed."
    refuse_if(time.time() > when + ITERATOR_SECONDS, too_old, "ExpiredIteratorException")
    return table, position

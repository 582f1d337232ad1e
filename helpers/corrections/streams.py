"""DynamoDB Streams: the records as DynamoDB writes them, and the four operations that read them.

A stream has one shard, moto's: a list on its Table. Shard iterators carry their position and their age in themselves,
so nothing is remembered for them. Source: API Reference, DynamoDB Streams; Developer Guide, "Change data capture".
"""

from __future__ import annotations

import base64
import copy
import json
import time
import uuid
from datetime import UTC
from typing import Any

from helpers.rules import wire_size

from .errors import Refused, invalid, invalid_if
from .items.storage import Change
from .paging import listed

VIEWS = {"NewImage": ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"), "OldImage": ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")}
RECORDS, RECORD_BYTES, STREAMS, SHARDS = 1000, 1 << 20, 100, 100  # the most, and the default, of one answer
ITERATOR_SECONDS = 15 * 60


class Record:
    """One change of one item. moto asks only for `to_json()`."""

    def __init__(self, table: Any, change: Change):
        shard, view = table.stream_shard, table.stream_specification["StreamViewType"]
        image = change.new or change.old
        keys = {name: image[name] for name in table.table_key_attrs}
        told = {
            "ApproximateCreationDateTime": float(int(time.time())),  # DynamoDB gives whole seconds
            "Keys": keys,
            "SequenceNumber": str(shard.starting_sequence_number + len(shard.items)),
            "SizeBytes": wire_size(keys),
            "StreamViewType": view,
        }
        images = {"NewImage": (change.new, change.after), "OldImage": (change.old, change.before)}
        for name, (item, entry) in images.items():
            if entry and view in VIEWS[name]:
                told[name] = item
                told["SizeBytes"] += entry.size
        inserted, removed = change.before is None, change.after is None
        self.record = {
            "eventID": uuid.uuid4().hex,
            "eventName": "INSERT" if inserted else "REMOVE" if removed else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": table.region_name,
            "dynamodb": told,
        }

    def to_json(self) -> dict:
        return self.record


def record(table: Any, change: Change) -> None:
    """Tell the table's stream, if it has one. A write that changes nothing leaves no record."""
    if not _enabled(table) or change.old == change.new:
        return
    table.stream_shard.items.append(Record(table, change))
    for arn, mapping in table.lambda_event_source_mappings.items():
        from moto.awslambda.utils import get_backend

        functions = get_backend(table.account_id, arn.split(":")[3])
        functions.send_dynamodb_items(arn, table.stream_shard.items[-1:], mapping.event_source_arn)


def handle(operation: str, request: dict, backend: Any) -> dict:
    """One of the four operations of DynamoDB Streams. backend: moto's, of one account and Region."""
    tables = [*backend.tables.values(), *_closed(backend)]
    return _OPERATIONS[operation](request, [table for table in tables if table.stream_shard])


def switch(table: Any, on: bool, backend: Any) -> None:
    """Before moto enables or disables a table's stream. moto has one a table, so an older one makes room."""
    if on:
        outlive(table, backend)
        table.stream_shard = table.latest_stream_label = None  # else moto enables no other
    else:
        table.stream_shard.view = _view(table)


def outlive(table: Any, backend: Any) -> None:
    """Keep a stream readable, closed, when its table is deleted or gets another: for a day, on AWS (DG Streams)."""
    if table.stream_shard:
        table.stream_shard.view = _view(table)
        closed = copy.copy(table)
        closed.items, closed.stream_specification = None, {"StreamEnabled": False}
        _closed(backend).append(closed)


def _closed(backend: Any) -> list:
    return backend.__dict__.setdefault("closed_streams", [])


def list_streams(request: dict, tables: list) -> dict:
    most = f"Limit cannot be greater than the maximum allowed size: {STREAMS}"
    invalid_if(request.get("Limit", 1) > STREAMS, most)
    streams = {_arn(table): table for table in tables if request.get("TableName") in (None, table.name)}
    arns, more = listed(streams, request, "ExclusiveStartStreamArn", "LastEvaluatedStreamArn")
    told = [
        {"StreamArn": arn, "TableName": streams[arn].name, "StreamLabel": streams[arn].latest_stream_label}
        for arn in arns
    ]
    return {"Streams": told, **more}


def describe_stream(request: dict, tables: list) -> dict:
    invalid_if(request.get("Limit", 1) > SHARDS, f"Limit cannot be greater than the maximum: {SHARDS}")
    table = _table_of(request["StreamArn"], tables)
    shard = table.stream_shard
    numbers = {"StartingSequenceNumber": str(shard.starting_sequence_number)}
    if not _enabled(table):
        numbers["EndingSequenceNumber"] = str(_end(table))
    shards = [{"ShardId": shard.id, "SequenceNumberRange": numbers}]
    if request.get("ExclusiveStartShardId") == shard.id or "ShardFilter" in request:
        shards = []  # the only shard comes before no other, and has no children
    return {
        "StreamDescription": {
            "StreamArn": _arn(table),
            "StreamLabel": table.latest_stream_label,
            "StreamStatus": "ENABLED" if _enabled(table) else "DISABLED",
            "StreamViewType": _view(table),
            "CreationRequestDateTime": round(shard.created_on.replace(tzinfo=UTC).timestamp(), 3),
            "TableName": table.name,
            "KeySchema": table.schema,
            "Shards": shards,
        }
    }


def get_shard_iterator(request: dict, tables: list) -> dict:
    table = _table_of(request["StreamArn"], tables)
    shard, kind = table.stream_shard, request["ShardIteratorType"]
    if request["ShardId"] != shard.id:
        raise Refused("Requested resource not found: Shard does not exist", "ResourceNotFoundException")
    number = request.get("SequenceNumber")
    if kind.endswith("SEQUENCE_NUMBER"):
        invalid_if(number is None, "Invalid SequenceNumber")
        invalid_if(not number.isdigit() or int(number) > _end(table), "Invalid SequenceNumber for the shard")
        if int(number) < shard.starting_sequence_number:
            trimmed = "The operation attempted to read past the oldest stream record in a shard."
            raise Refused(trimmed, "TrimmedDataAccessException")
        position = int(number) + (kind == "AFTER_SEQUENCE_NUMBER")
    elif number is not None:
        raise invalid("SequenceNumber should not be passed for this iterator type")
    elif kind == "AT_TIMESTAMP":
        records = [entry.to_json()["dynamodb"] for entry in shard.items]
        since = request.get("Timestamp", 0)
        earlier = sum(change["ApproximateCreationDateTime"] < since for change in records)
        position = shard.starting_sequence_number + earlier
    else:
        position = shard.starting_sequence_number if kind == "TRIM_HORIZON" else _end(table)
    return {"ShardIterator": _iterator(table, position)}


def get_records(request: dict, tables: list) -> dict:
    limit = request.get("Limit", RECORDS)
    invalid_if(limit > RECORDS, f"Limit should be less than or equal to {RECORDS}")
    table, position = _position(request["ShardIterator"], tables)
    first = position - table.stream_shard.starting_sequence_number
    records, room = [], RECORD_BYTES
    for entry in table.stream_shard.items[first:][:limit]:
        room -= entry.record["dynamodb"]["SizeBytes"]
        if records and room < 0:
            break
        records.append(entry.record)
    answer: dict = {"Records": records}
    position += len(records)
    if _enabled(table) or position < _end(table):  # a closed shard ends
        answer["NextShardIterator"] = _iterator(table, position)
    return answer


_OPERATIONS = {
    "ListStreams": list_streams,
    "DescribeStream": describe_stream,
    "GetShardIterator": get_shard_iterator,
    "GetRecords": get_records,
}


def _enabled(table: Any) -> bool:
    return bool(table.stream_specification and table.stream_specification.get("StreamEnabled"))


def _view(table: Any) -> str:
    """The view type; moto forgets it when the stream is disabled, the shard does not."""
    return table.stream_specification["StreamViewType"] if _enabled(table) else table.stream_shard.view


def _end(table: Any) -> int:
    """The sequence number of the next record."""
    return table.stream_shard.starting_sequence_number + len(table.stream_shard.items)


def _arn(table: Any) -> str:
    return f"{table.table_arn}/stream/{table.latest_stream_label}"


def _table_of(arn: str, tables: list) -> Any:
    for table in tables:
        if _arn(table) == arn:
            return table
    raise Refused(f"Requested resource not found: Stream: {arn} not found", "ResourceNotFoundException")


def _iterator(table: Any, position: int) -> str:
    issued = json.dumps([position, time.time()]).encode()
    return f"{_arn(table)}|1|{base64.b64encode(issued).decode()}"


def _position(iterator: str, tables: list) -> tuple[Any, int]:
    try:
        arn, _, issued = iterator.split("|")
        position, when = json.loads(base64.b64decode(issued, validate=True))
    except (ValueError, TypeError):
        raise Refused("Invalid ShardIterator") from None
    table = _table_of(arn, tables)
    if time.time() > when + ITERATOR_SECONDS:
        too_old = "The provided iterator exceeds the maximum age allowed."
        raise Refused(too_old, "ExpiredIteratorException")
    return table, position

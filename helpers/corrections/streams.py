"""Stream records as DynamoDB writes them. moto keeps the shard and hands the records out."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from .storage import Entry


class Record:
    """One change of one item. moto asks only for `to_json()`."""

    def __init__(self, table: Any, before: Entry | None, after: Entry | None):
        image = (after or before).item
        keys = Entry({name: image[name] for name in table.table_key_attrs})
        view = table.stream_specification["StreamViewType"]
        change = {
            "ApproximateCreationDateTime": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
            "Keys": keys.item,
            "SequenceNumber": str(table.stream_shard.starting_sequence_number + len(table.stream_shard.items)),
            "SizeBytes": keys.size,
            "StreamViewType": view,
        }
        for name, entry in (("NewImage", after), ("OldImage", before)):
            if entry and view in (name_of_view(name), "NEW_AND_OLD_IMAGES"):
                change[name] = entry.item
                change["SizeBytes"] += entry.size
        self.record = {
            "eventID": uuid.uuid4().hex,
            "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": table.region_name,
            "dynamodb": change,
        }

    def to_json(self) -> dict:
        return self.record


def name_of_view(image: str) -> str:
    return {"NewImage": "NEW_IMAGE", "OldImage": "OLD_IMAGE"}[image]


def record(table: Any, before: Entry | None, after: Entry | None) -> None:
    """Tell the table's stream, if it has one. A write that changes nothing leaves no record."""
    shard = table.stream_shard
    if shard is None or (before and before.item) == (after and after.item):
        return
    shard.items.append(Record(table, before, after))
    if table.lambda_event_source_mappings:
        _deliver(table, shard)


def _deliver(table: Any, shard: Any) -> None:
    """Hand the records to the Lambda functions that moto has mapped to this stream, as moto does."""
    from moto.awslambda.utils import get_backend

    for arn, mapping in table.lambda_event_source_mappings.items():
        backend = get_backend(table.account_id, arn.split(":")[3])
        if backend.send_dynamodb_items(arn, shard.items, mapping.event_source_arn):
            shard.items = []

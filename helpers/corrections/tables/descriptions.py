"""What DynamoDB tells of a table: `TableDescription`, with the members in it that the service would give."""

import time
import uuid
from datetime import UTC, datetime

from ..errors import Refused
from ..items.storage import Index, store_of

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
NOTED = ("BillingModeSummary", "TableClassSummary", "OnDemandThroughput", "RestoreSummary")


def noted(table) -> dict:
    """What moto's table or index has no place for, kept with it."""
    return table.__dict__.setdefault("noted", {})


def existing(request: dict, backend):
    """moto's table, or DynamoDB's word that there is none."""
    name = request["TableName"]
    if name not in backend.tables:
        raise Refused(f"Requested resource not found: Table: {name} not found", "ResourceNotFoundException")
    return backend.tables[name]


def now() -> float:
    """As DynamoDB tells a time: in seconds, to the millisecond."""
    return round(time.time(), 3)


def seconds(moment: datetime) -> float:
    """moto keeps UTC without saying so, and Python would take it for local time."""
    return round(moment.replace(tzinfo=UTC).timestamp(), 3)


def describe(table, status: str = "ACTIVE", index_status: str = "ACTIVE") -> dict:
    store = store_of(table)
    description = {
        "AttributeDefinitions": table.attr,
        "TableName": table.name,
        "KeySchema": table.schema,
        "TableStatus": status,
        "CreationDateTime": seconds(table.created_at),
        "ProvisionedThroughput": throughput(table),
        "TableSizeBytes": store.size,
        "ItemCount": len(store),
        "TableArn": table.table_arn,
        "TableId": noted(table).setdefault("TableId", str(uuid.uuid4())),
        "DeletionProtectionEnabled": bool(table.deletion_protection_enabled),
    }
    description.update({member: noted(table)[member] for member in NOTED if member in noted(table)})
    if table.indexes:
        description["LocalSecondaryIndexes"] = [
            describe_index(table, index, store.indexes[index.name]) for index in table.indexes
        ]
    if table.global_indexes:
        description["GlobalSecondaryIndexes"] = [
            {
                **describe_index(table, index, store.indexes[index.name]),
                "IndexStatus": index_status,
                "ProvisionedThroughput": throughput(index),
                "WarmThroughput": index.warm_throughput,
                **noted(index),
            }
            for index in table.global_indexes
        ]
    description["WarmThroughput"] = table.warm_throughput
    if table.latest_stream_label:
        description["LatestStreamLabel"] = table.latest_stream_label
        description["LatestStreamArn"] = f"{table.table_arn}/stream/{table.latest_stream_label}"
    if table.stream_specification and table.stream_specification["StreamEnabled"]:
        description["StreamSpecification"] = table.stream_specification
    if table.sse_specification and table.sse_specification.get("Enabled"):
        description["SSEDescription"] = {
            "Status": "ENABLED",
            "SSEType": "KMS",
            "KMSMasterKeyArn": table.sse_specification["KMSMasterKeyId"],
        }
    return description


def describe_index(table, index, held: Index) -> dict:
    entries = held.entries.values()
    return {
        "IndexName": index.name,
        "KeySchema": index.schema,
        "Projection": index.projection,
        "IndexSizeBytes": sum(entry.size for entry in entries),
        "ItemCount": len(entries),
        "IndexArn": f"{table.table_arn}/index/{index.name}",
    }


def throughput(owner) -> dict:
    """Of a table or a global index; without units where it is billed on demand."""
    return {"NumberOfDecreasesToday": 0, **dict.fromkeys(UNITS, 0), **owner.throughput}

"""What DynamoDB tells of a table: `TableDescription`, made of what moto tells and put right."""

import time
import uuid
from datetime import UTC, datetime
from functools import cache

from ..errors import missing_if
from ..items.storage import store_of
from ..requests import shapes

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
# For what a table or index is warm: its units, or this much where it has none.
WARM = {"ReadUnitsPerSecond": (UNITS[0], 12000), "WriteUnitsPerSecond": (UNITS[1], 4000)}


def noted(owner) -> dict:
    """The members of a description that moto's table or index has no place for, kept with it."""
    return owner.__dict__.setdefault("noted", {})


def existing(request: dict, backend):
    """moto's table, or DynamoDB's word that there is none."""
    name = request["TableName"]
    missing_if(name not in backend.tables, f": Table: {name} not found")
    return backend.tables[name]


def now() -> float:
    """As DynamoDB tells a time: in seconds, to the millisecond."""
    return round(time.time(), 3)


def seconds(moment: datetime) -> float:
    """moto keeps UTC without saying so, and Python would take it for local time."""
    return round(moment.replace(tzinfo=UTC).timestamp(), 3)


def told_as(shape: str, answer: dict) -> dict:
    """What of an answer a shape of the service model has a place for: no empty members, and times in seconds."""
    return _told_as(_shape(shape), answer)


@cache
def _shape(name: str):
    return shapes.service("dynamodb").shape_for(name)


def _told_as(shape, value):
    if shape.type_name == "list":
        return [_told_as(shape.member, member) for member in value]
    if shape.type_name == "structure":
        given = {name: member for name, member in value.items() if member not in (None, [])}
        return {name: _told_as(inner, given[name]) for name, inner in shape.members.items() if name in given}
    return seconds(value) if isinstance(value, datetime) else value


def describe(table, status: str = "ACTIVE", index_status: str = "ACTIVE") -> dict:
    store = store_of(table)

    def of_index(index) -> dict:
        entries = store.indexes[index.name].entries.values()
        return {
            **index.describe(),
            **noted(index),
            "IndexStatus": index_status,
            "IndexSizeBytes": sum(entry.size for entry in entries),
            "ItemCount": len(entries),
            "IndexArn": f"{table.table_arn}/index/{index.name}",
        }

    description = {
        **table.describe()["TableDescription"],
        "BillingModeSummary": None,  # told of tables that were on demand once
        **noted(table),
        **capacity(table),
        "TableStatus": status,
        "TableId": table.__dict__.setdefault("id", str(uuid.uuid4())),
        "TableSizeBytes": store.size,
        "LocalSecondaryIndexes": [of_index(index) for index in table.indexes],
        "GlobalSecondaryIndexes": [{**of_index(index), **capacity(index)} for index in table.global_indexes],
    }
    return told_as("TableDescription", description)


def capacity(owner) -> dict:
    """Of a table or a global index: 0 units where it is billed on demand, and warm for what is provisioned at least."""
    units, warm = owner.throughput, owner.warm_throughput
    least = {name: max(units[unit] or most, warm.get(name, 0)) for name, (unit, most) in WARM.items()}
    return {
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **units},
        "WarmThroughput": {**warm, **least},
    }

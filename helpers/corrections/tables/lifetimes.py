"""CreateTable, DescribeTable, ListTables, DeleteTable."""

from .. import streams
from ..errors import Refused
from ..paging import listed
from . import definitions
from .descriptions import UNITS, describe, existing, noted, now
from .tags import check_tags

WARM = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}
LEFT = (
    *(
        "TableName",
        "TableStatus",
        "ProvisionedThroughput",
        "TableSizeBytes",
        "ItemCount",
        "TableArn",
        "TableId",
    ),
    *("BillingModeSummary", "DeletionProtectionEnabled"),
)


def create_table(request: dict, forward, backend) -> dict:
    definitions.check_table(request)
    name = request["TableName"]
    if name in backend.tables:
        raise Refused(f"Table already exists: {name}", "ResourceInUseException")
    check_tags(request.get("Tags", []))
    forward(request)
    table = backend.tables[name]
    keep(request, table)
    for index, asked in zip(table.global_indexes, request.get("GlobalSecondaryIndexes", []), strict=True):
        keep_units(asked, index)
    return {"TableDescription": describe(table, "CREATING", "CREATING")}


def keep(request: dict, table) -> None:
    """What moto lets go of in CreateTable and UpdateTable."""
    if table.latest_stream_label:
        table.latest_stream_label = f"{table.latest_stream_label}.000"[:23]  # to the millisecond
    mode, kept = request.get("BillingMode"), noted(table)
    if mode == "PAY_PER_REQUEST":
        kept["BillingModeSummary"] = {"BillingMode": mode, "LastUpdateToPayPerRequestDateTime": now()}
    elif mode and "BillingModeSummary" in kept:
        kept["BillingModeSummary"] = {**kept["BillingModeSummary"], "BillingMode": mode}
    if "TableClass" in request:
        kept["TableClassSummary"] = {"TableClass": request["TableClass"]}
    keep_units(request, table)


def keep_units(asked: dict, owner) -> None:
    """Of a table or a global index. It is warm for what is provisioned at least, or for what on demand starts with."""
    if "OnDemandThroughput" in asked:
        noted(owner)["OnDemandThroughput"] = asked["OnDemandThroughput"]
    warm = owner.warm_throughput
    for unit, (name, first) in zip(UNITS, WARM.items(), strict=True):
        warm[name] = max(owner.throughput[unit] or first, warm.get(name, 0))


def describe_table(request: dict, forward, backend) -> dict:
    return {"Table": describe(existing(request, backend))}


def list_tables(request: dict, forward, backend) -> dict:
    names, more = listed(backend.tables, request, "ExclusiveStartTableName", "LastEvaluatedTableName")
    return {"TableNames": names, **more}


def delete_table(request: dict, forward, backend) -> dict:
    table = existing(request, backend)
    if table.deletion_protection_enabled:
        raise Refused(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    description = describe(table, "DELETING")
    forward(request)
    streams.outlive(table, backend)
    backend.resource_policies.pop(table.table_arn, None)
    return {"TableDescription": {name: description[name] for name in LEFT if name in description}}


OPERATIONS = {
    "CreateTable": create_table,
    "DescribeTable": describe_table,
    "ListTables": list_tables,
    "DeleteTable": delete_table,
}

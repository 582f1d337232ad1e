"""CreateTable, DescribeTable, ListTables, DeleteTable; DescribeLimits."""

from helpers.rules import limits

from .. import streams
from ..errors import refuse_if
from ..paging import listed
from . import definitions
from .descriptions import UNITS, describe, existing, noted, now
from .tags import check_tags

# What is still told of a table that is being deleted.
LEFT = (
    "TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount", "TableArn", "TableId",
    "BillingModeSummary", "DeletionProtectionEnabled",
)  # fmt: skip


def create_table(request: dict, forward, backend) -> dict:
    definitions.check_table(request)
    name = request["TableName"]
    refuse_if(name in backend.tables, f"Table already exists: {name}", "ResourceInUseException")
    check_tags(request.get("Tags", []))
    forward({**request, "StreamSpecification": None})  # that is for `streams`
    table = backend.tables[name]
    streams.switch(table, request, backend)
    keep(request, table, made=table.created_at)
    for index, asked in zip(table.global_indexes, request.get("GlobalSecondaryIndexes", []), strict=True):
        keep(asked, index)
    return {"TableDescription": describe(table, "CREATING", "CREATING")}


def keep(asked: dict, owner, made=None) -> None:
    """What moto lets go of when a table or a global index is made, changed or restored. made: when, if it is new."""
    kept, mode, changed = noted(owner), asked.get("BillingMode"), None if made else now()
    if "OnDemandThroughput" in asked:
        kept["OnDemandThroughput"] = asked["OnDemandThroughput"]
    if "TableClass" in asked:
        kept["TableClassSummary"] = {"TableClass": asked["TableClass"], "LastUpdateDateTime": changed}
    if "SSESpecification" in asked:
        encryption = asked["SSESpecification"]
        key = owner._get_default_encryption_key(owner.account_id, owner.region_name)
        owner.sse_specification = {"KMSMasterKeyId": key, **encryption}
    if mode == "PAY_PER_REQUEST":
        kept["BillingModeSummary"] = {"BillingMode": mode, "LastUpdateToPayPerRequestDateTime": made or now()}
        for one in (owner, *owner.global_indexes):
            one.throughput = {**one.throughput, **dict.fromkeys(UNITS, 0)}
    elif mode and "BillingModeSummary" in kept:
        kept["BillingModeSummary"] = {**kept["BillingModeSummary"], "BillingMode": mode}


def describe_table(request: dict, forward, backend) -> dict:
    return {"Table": describe(existing(request, backend))}


def list_tables(request: dict, forward, backend) -> dict:
    names, more = listed(backend.tables, request, "ExclusiveStartTableName", "LastEvaluatedTableName")
    return {"TableNames": names, **more}


def delete_table(request: dict, forward, backend) -> dict:
    table = existing(request, backend)
    refuse_if(
        table.deletion_protection_enabled,
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
    description = describe(table, "DELETING")
    forward(request)
    streams.outlive(table, backend)
    backend.resource_policies.pop(table.table_arn, None)
    return {"TableDescription": {name: description[name] for name in LEFT if name in description}}


def describe_limits(request: dict, forward, backend) -> dict:
    """A new account's quotas; whether a request keeps within them is not looked at."""
    return {
        f"{whose}Max{kind}CapacityUnits": getattr(limits, f"{whose}_MAX_{kind}_UNITS".upper())
        for whose in ("Account", "Table")
        for kind in ("Read", "Write")
    }

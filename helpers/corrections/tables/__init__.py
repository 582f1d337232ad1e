"""Tables, indexes, tags, TTL, limits: where moto's control plane answers differently from DynamoDB.

    handle(operation, request, forward, find) -> answer

`request` is what `requests.validate` returned. `forward(request)` sends the (possibly changed) request for
the same operation to moto and returns moto's answer as a dict, or raises `Refused`. `find(table_name)` is moto's table
or None. Operations that need no correction are forwarded as they are.

A table is CREATING in the answer to CreateTable and ACTIVE when next described: nothing here takes time, and what a
waiter waits for has happened.
"""

import time
import uuid
from datetime import UTC

from ..errors import Refused, invalid
from ..requests.actions import table_name
from . import definitions

LIMITS = {
    "AccountMaxReadCapacityUnits": 80000,
    "AccountMaxWriteCapacityUnits": 80000,
    "TableMaxReadCapacityUnits": 40000,
    "TableMaxWriteCapacityUnits": 40000,
}
TAGS = 50
TTL_SECONDS = 3600  # API UpdateTimeToLive: further changes are refused while one is under way


def handle(operation: str, request: dict, forward, find) -> dict:
    correct = CORRECTED.get(operation)
    if correct:
        return correct(request, forward, find)
    if operation in NOTHING_YET:
        return NOTHING_YET[operation]
    try:
        return forward(request)
    except NotImplementedError:
        raise Refused(f"The lab does not offer {operation}", "UnknownOperationException") from None


def existing(request: dict, find):
    table = find(request["TableName"])
    if table is None:
        raise Refused(
            f"Requested resource not found: Table: {request['TableName']} not found",
            "ResourceNotFoundException",
        )
    return table


# What DynamoDB tells of a table


def describe(table, status: str = "ACTIVE", index_status: str = "ACTIVE") -> dict:
    """`TableDescription`, with the members in it that the service would give."""
    store = table.items
    description = {
        "AttributeDefinitions": table.attr,
        "TableName": table.name,
        "KeySchema": table.schema,
        "TableStatus": status,
        # moto keeps UTC without saying so, and Python would take it for local time.
        "CreationDateTime": table.created_at.replace(tzinfo=UTC).timestamp(),
        "ProvisionedThroughput": throughput(table),
        "TableSizeBytes": getattr(store, "size", 0),
        "ItemCount": len(store),
        "TableArn": table.table_arn,
        "TableId": noted(table).setdefault("TableId", str(uuid.uuid4())),
        "DeletionProtectionEnabled": bool(table.deletion_protection_enabled),
    }
    description.update({member: noted(table)[member] for member in TOLD if member in noted(table)})
    if table.indexes:
        description["LocalSecondaryIndexes"] = [describe_index(table, index) for index in table.indexes]
    if table.global_indexes:
        description["GlobalSecondaryIndexes"] = [
            {
                **describe_index(table, index),
                "IndexStatus": index_status,
                "ProvisionedThroughput": throughput(index),
                "WarmThroughput": index.warm_throughput,
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
            "KMSMasterKeyArn": table.sse_specification.get("KMSMasterKeyId"),
        }
    return description


def describe_index(table, index) -> dict:
    held = getattr(table.items, "indexes", {}).get(index.name)
    entries = held.entries.values() if held else ()
    return {
        "IndexName": index.name,
        "KeySchema": index.schema,
        "Projection": index.projection,
        "IndexSizeBytes": sum(entry.size for entry in entries),
        "ItemCount": len(entries),
        "IndexArn": f"{table.table_arn}/index/{index.name}",
    }


def throughput(owner) -> dict:
    units = {name: owner.throughput.get(name, 0) for name in ("ReadCapacityUnits", "WriteCapacityUnits")}
    return {"NumberOfDecreasesToday": 0, **units}


KEPT = ("BillingModeSummary", "TableClassSummary", "OnDemandThroughput")
TOLD = (*KEPT, "RestoreSummary")


def noted(table) -> dict:
    """What moto's table has no place for, kept with it."""
    return table.__dict__.setdefault("noted", {})


# CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable


def create_table(request: dict, forward, find) -> dict:
    definitions.check_create(request)
    if find(request["TableName"]):
        raise Refused(f"Table already exists: {request['TableName']}", "ResourceInUseException")
    check_tags(request.get("Tags", []))
    forward(request)
    table = find(request["TableName"])
    note(request, table)
    return {"TableDescription": describe(table, "CREATING", "CREATING")}


def note(request: dict, table) -> None:
    if table.latest_stream_label:
        table.latest_stream_label = f"{table.latest_stream_label}.000"[:23]  # to the millisecond
    if request.get("BillingMode") == "PAY_PER_REQUEST":
        noted(table)["BillingModeSummary"] = {
            "BillingMode": "PAY_PER_REQUEST",
            "LastUpdateToPayPerRequestDateTime": time.time(),
        }
    elif "BillingModeSummary" in noted(table) and "BillingMode" in request:
        noted(table)["BillingModeSummary"] = {
            **noted(table)["BillingModeSummary"],
            "BillingMode": "PROVISIONED",
        }
    if "TableClass" in request:
        noted(table)["TableClassSummary"] = {"TableClass": request["TableClass"]}
    if "OnDemandThroughput" in request:
        noted(table)["OnDemandThroughput"] = request["OnDemandThroughput"]


def describe_table(request: dict, forward, find) -> dict:
    return {"Table": describe(existing(request, find))}


def list_tables(request: dict, forward, find) -> dict:
    """In order of name; ExclusiveStartTableName need not exist."""
    names = sorted(forward({"Limit": 10**6})["TableNames"])
    limit = request.get("Limit", 100)
    rest = [name for name in names if name > request.get("ExclusiveStartTableName", "")]
    more = {"LastEvaluatedTableName": rest[limit - 1]} if len(rest) > limit else {}
    return {"TableNames": rest[:limit], **more}


def update_table(request: dict, forward, find) -> dict:
    definitions.check_update(request, find(request["TableName"]))
    table = existing(request, find)
    gone = [
        update["Delete"]["IndexName"]
        for update in request.get("GlobalSecondaryIndexUpdates", [])
        if "Delete" in update
    ]
    created = [
        update["Create"]["IndexName"]
        for update in request.get("GlobalSecondaryIndexUpdates", [])
        if "Create" in update
    ]
    before = describe(table)
    types = {one["AttributeName"]: one for one in [*table.attr, *request.get("AttributeDefinitions", [])]}
    forward({**request, "AttributeDefinitions": list(types.values())})
    used = {
        key["AttributeName"] for one in (table, *table.indexes, *table.global_indexes) for key in one.schema
    }
    table.attr = [one for one in types.values() if one["AttributeName"] in used]
    if request.get("BillingMode") == "PAY_PER_REQUEST":
        for owner in (table, *table.global_indexes):
            owner.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    note(request, table)
    description = describe(table, "UPDATING")
    for index in description.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] in created:
            index.update(IndexStatus="CREATING", Backfilling=False, IndexSizeBytes=0, ItemCount=0)
    leaving = [one for one in before.get("GlobalSecondaryIndexes", []) if one["IndexName"] in gone]
    if leaving:
        description.setdefault("GlobalSecondaryIndexes", []).extend(
            {**one, "IndexStatus": "DELETING"} for one in leaving
        )
    return {"TableDescription": description}


def delete_table(request: dict, forward, find) -> dict:
    table = existing(request, find)
    if table.deletion_protection_enabled:
        raise Refused(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    description = describe(table, "DELETING")
    forward(request)
    told = ("TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount", "TableArn")
    more = ("TableId", "BillingModeSummary", "DeletionProtectionEnabled")
    return {"TableDescription": {name: description[name] for name in told + more if name in description}}


# Backups are moto's. A table that comes from one has its source's billing mode, and is described like any other.


def restore(request: dict, forward, find) -> dict:
    summary = forward(request)["TableDescription"]["RestoreSummary"]
    table = find(request["TargetTableName"])
    source = find(table_name(summary["SourceTableArn"]))
    if source:
        table.billing_mode, table.warm_throughput = source.billing_mode, dict(source.warm_throughput)
        noted(table).update({name: noted(source)[name] for name in KEPT if name in noted(source)})
    noted(table)["RestoreSummary"] = summary
    return {"TableDescription": describe(table, "CREATING", "CREATING")}


# Tags


def check_tags(tags: list) -> None:
    names = [tag["Key"] for tag in tags]
    for name in names:
        if name.lower().startswith("aws:"):
            raise invalid("Tag keys starting with 'aws:' are reserved for system use")
    if len(set(names)) < len(names):
        raise invalid("Duplicate tag keys found")
    if len(names) > TAGS:
        raise Refused("Too many tags: a resource can have at most 50 tags")


def tagged(request: dict, find):
    """The table that ResourceArn names."""
    arn = request["ResourceArn"]
    if not arn.startswith("arn:aws:dynamodb:") or ":table/" not in arn:
        raise Refused(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    table = find(table_name(arn))
    if table is None or table.table_arn != arn:
        raise Refused(
            f"Requested resource not found: ResourcArn: {arn} not found", "ResourceNotFoundException"
        )
    return table


def tag_resource(request: dict, forward, find) -> dict:
    if not request["Tags"]:
        raise Refused("Atleast one Tag needs to be provided as Input.")
    table = tagged(request, find)
    check_tags(request["Tags"])
    tags = {tag["Key"]: tag for tag in [*table.tags, *request["Tags"]]}
    check_tags(list(tags.values()))
    table.tags = list(tags.values())
    return {}


def untag_resource(request: dict, forward, find) -> dict:
    if not request["TagKeys"]:
        raise Refused("Atleast one Tag Key needs to be provided as Input.")
    table = tagged(request, find)
    table.tags = [tag for tag in table.tags if tag["Key"] not in request["TagKeys"]]
    return {}


def list_tags(request: dict, forward, find) -> dict:
    return {"Tags": tagged(request, find).tags}


# Time to live, limits, endpoints


def update_ttl(request: dict, forward, find) -> dict:
    table = existing(request, find)
    asked, now = request["TimeToLiveSpecification"], table.ttl
    enabled = now["TimeToLiveStatus"] == "ENABLED"
    if enabled and asked["AttributeName"] != now["AttributeName"]:
        raise Refused(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {now['AttributeName']}"
        )
    if enabled == asked["Enabled"]:
        raise Refused(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
    if time.monotonic() < noted(table).get("ttl settled", 0):
        raise Refused("Time to live has been modified multiple times within a fixed interval")
    noted(table)["ttl settled"] = time.monotonic() + TTL_SECONDS
    table.ttl = {"TimeToLiveStatus": "ENABLED" if asked["Enabled"] else "DISABLED"}
    if asked["Enabled"]:
        table.ttl["AttributeName"] = asked["AttributeName"]
    return {"TimeToLiveSpecification": asked}


def describe_ttl(request: dict, forward, find) -> dict:
    return {"TimeToLiveDescription": existing(request, find).ttl}


# Features that moto does not have, so nothing of theirs can exist.
NOTHING_YET = {
    "ListContributorInsights": {"ContributorInsightsSummaries": []},
    "ListGlobalTables": {"GlobalTables": []},
    "ListImports": {"ImportSummaryList": []},
}
CORRECTED = {
    "CreateTable": create_table,
    "DescribeTable": describe_table,
    "ListTables": list_tables,
    "UpdateTable": update_table,
    "DeleteTable": delete_table,
    "RestoreTableFromBackup": restore,
    "RestoreTableToPointInTime": restore,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsOfResource": list_tags,
    "UpdateTimeToLive": update_ttl,
    "DescribeTimeToLive": describe_ttl,
    "DescribeLimits": lambda request, forward, find: LIMITS,
}

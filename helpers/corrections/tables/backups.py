"""Backups on demand, and restoring a table from them or to a point in time.

moto keeps the copies; what is told of them is DynamoDB's. A restore to a point in time gives the table as it is now.
Sources: API CreateBackup, DescribeBackup, ListBackups, RestoreTableFromBackup, RestoreTableToPointInTime.
"""

from ..errors import Refused, invalid_if, refuse_if
from ..paging import listed
from ..requests.actions import table_name
from . import definitions
from .changes import drop_unused
from .descriptions import UNITS, describe, noted, now, seconds
from .lifetimes import keep

KEPT = ("BillingModeSummary", "TableClassSummary", "OnDemandThroughput")


def picked(names: str, one: dict) -> dict:
    return {name: one[name] for name in names.split() if name in one}


# Backups


def create_backup(request: dict, forward, backend) -> dict:
    arn = forward(request)["BackupDetails"]["BackupArn"]
    return {"BackupDetails": {**details(backend.backups[arn]), "BackupStatus": "CREATING"}}


def found(request: dict, backend):
    arn = request["BackupArn"]
    if arn not in backend.backups:
        raise Refused(f"Backup not found: {arn}", "BackupNotFoundException")
    return backend.backups[arn]


def details(backup) -> dict:
    return {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": describe(backup.table)["TableSizeBytes"],
        "BackupStatus": backup.status,
        "BackupType": backup.type,
        "BackupCreationDateTime": seconds(backup.creation_date_time),
    }


def description(backup) -> dict:
    table = backup.table
    told = describe(table)
    source = picked("TableName TableId TableArn TableSizeBytes KeySchema ItemCount OnDemandThroughput", told)
    source["TableCreationDateTime"] = told["CreationDateTime"]
    source["ProvisionedThroughput"] = picked(" ".join(UNITS), told["ProvisionedThroughput"])
    source["BillingMode"] = table.billing_mode
    features = picked("SSEDescription", told)
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        members = "IndexName KeySchema Projection ProvisionedThroughput OnDemandThroughput"
        if kind in told:
            features[kind] = [picked(members, index) for index in told[kind]]
    for index in features.get("GlobalSecondaryIndexes", ()):
        index["ProvisionedThroughput"] = picked(" ".join(UNITS), index["ProvisionedThroughput"])
    if "StreamSpecification" in told:
        features["StreamDescription"] = told["StreamSpecification"]
    if "AttributeName" in table.ttl:
        features["TimeToLiveDescription"] = table.ttl
    return {
        "BackupDetails": details(backup),
        "SourceTableDetails": source,
        "SourceTableFeatureDetails": features,
    }


def describe_backup(request: dict, forward, backend) -> dict:
    return {"BackupDescription": description(found(request, backend))}


def delete_backup(request: dict, forward, backend) -> dict:
    backup = found(request, backend)
    forward(request)
    return {"BackupDescription": description(backup)}


def list_backups(request: dict, forward, backend) -> dict:
    """All are of the type USER."""
    from_, to = request.get("TimeRangeLowerBound", 0), request.get("TimeRangeUpperBound", float("inf"))
    wanted = [
        arn
        for arn, backup in backend.backups.items()
        if request.get("TableName", backup.table.name) == backup.table.name
        and from_ <= seconds(backup.creation_date_time) < to
        and request.get("BackupType", "USER") in ("USER", "ALL")
    ]
    arns, more = listed(wanted, request, "ExclusiveStartBackupArn", "LastEvaluatedBackupArn")
    return {"BackupSummaries": [summary(backend.backups[arn]) for arn in arns], **more}


def summary(backup) -> dict:
    return {**picked("TableName TableId TableArn", describe(backup.table)), **details(backup)}


# Restoring


def restore_backup(request: dict, forward, backend) -> dict:
    return restore(found(request, backend).table, request, forward, backend)


def restore_moment(request: dict, forward, backend) -> dict:
    name = request.get("SourceTableName") or table_name(request.get("SourceTableArn", ""))
    invalid_if(not name, "Either SourceTableName or SourceTableArn must be specified")
    refuse_if(name not in backend.tables, f"Table not found: {name}", "TableNotFoundException")
    source = backend.tables[name]
    recovery = source.continuous_backups["PointInTimeRecoveryDescription"]
    refuse_if(
        recovery["PointInTimeRecoveryStatus"] != "ENABLED",
        f"Point in time recovery is not enabled for table '{name}'",
        "PointInTimeRecoveryUnavailableException",
    )
    moment = request.get("RestoreDateTime")
    invalid_if(
        bool(request.get("UseLatestRestorableTime")) == (moment is not None),
        "Either RestoreDateTime or UseLatestRestorableTime must be specified, and not both",
    )
    refuse_if(
        moment is not None and not int(recovery["EarliestRestorableDateTime"]) <= moment <= now(),
        "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime "
        "and LatestRestorableDateTime.",
        "InvalidRestoreTimeException",
    )
    return restore(source, {**request, "SourceTableName": name}, forward, backend)


def restore(source, request: dict, forward, backend) -> dict:
    """A table as its source is, or as the request would rather have it."""
    mode, units = request.get("BillingModeOverride"), request.get("ProvisionedThroughputOverride")
    if mode:
        definitions.check_billing(mode, units)
    summary = forward(request)["TableDescription"]["RestoreSummary"]
    table = backend.tables[request["TargetTableName"]]
    table.billing_mode, table.warm_throughput = mode or source.billing_mode, dict(source.warm_throughput)
    noted(table).update({name: noted(source)[name] for name in KEPT if name in noted(source)})
    noted(table)["RestoreSummary"] = {**summary, "RestoreInProgress": True}
    if units or mode:
        table.throughput = units or dict.fromkeys(UNITS, 0)
    keep({"BillingMode": mode, **given(request, "OnDemandThroughput")}, table)
    for kind, held in (("LocalSecondaryIndex", "indexes"), ("GlobalSecondaryIndex", "global_indexes")):
        if f"{kind}Override" in request:
            wanted = {index["IndexName"] for index in request[f"{kind}Override"]}
            setattr(table, held, [index for index in getattr(table, held) if index.name in wanted])
    drop_unused(table)
    told = describe(table, "CREATING", "CREATING")
    noted(table)["RestoreSummary"] = {**summary, "RestoreInProgress": False}
    return {"TableDescription": told}


def given(request: dict, name: str) -> dict:
    return {name: request[f"{name}Override"]} if f"{name}Override" in request else {}


OPERATIONS = {
    "CreateBackup": create_backup,
    "DescribeBackup": describe_backup,
    "DeleteBackup": delete_backup,
    "ListBackups": list_backups,
    "RestoreTableFromBackup": restore_backup,
    "RestoreTableToPointInTime": restore_moment,
}

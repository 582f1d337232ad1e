"""Backups on demand, and restoring a table from them or to a point in time.

moto keeps the copies; what is told of them is DynamoDB's. A restore to a point in time gives the table as it is now.
Sources: API CreateBackup, DescribeBackup, ListBackups, RestoreTableFromBackup, RestoreTableToPointInTime.
"""

from ..errors import invalid_if, refuse_if
from ..paging import listed
from ..requests.actions import table_name
from . import definitions
from .changes import drop_unused
from .descriptions import describe, noted, now, told_as
from .lifetimes import keep


def found(kind: str, name: str, held: dict):
    """One of moto's tables, backups, exports or imports; kind: Table, Backup, Export or Import."""
    refuse_if(name not in held, f"{kind} not found: {name}", f"{kind}NotFoundException")
    return held[name]


def facts(backup) -> dict:
    """All that can be told of a backup and of its table then, whichever part of an answer it belongs to."""
    table, told = backup.table, describe(backup.table)
    return {
        **told,
        **backup.details,
        "BackupSizeBytes": told["TableSizeBytes"],
        "TableCreationDateTime": told["CreationDateTime"],
        "BillingMode": table.billing_mode,
        "StreamDescription": told.get("StreamSpecification"),
        "TimeToLiveDescription": table.ttl if "AttributeName" in table.ttl else None,
    }


def description(backup) -> dict:
    parts = ("BackupDetails", "SourceTableDetails", "SourceTableFeatureDetails")
    return {"BackupDescription": told_as("BackupDescription", dict.fromkeys(parts, facts(backup)))}


def create_backup(request: dict, forward, backend) -> dict:
    arn = forward(request)["BackupDetails"]["BackupArn"]
    told = {**facts(backend.backups[arn]), "BackupStatus": "CREATING"}
    return {"BackupDetails": told_as("BackupDetails", told)}


def describe_backup(request: dict, forward, backend) -> dict:
    return description(found("Backup", request["BackupArn"], backend.backups))


def delete_backup(request: dict, forward, backend) -> dict:
    backup = found("Backup", request["BackupArn"], backend.backups)
    forward(request)
    return description(backup)


def list_backups(request: dict, forward, backend) -> dict:
    """All are of the type USER."""
    from_, to = request.get("TimeRangeLowerBound", 0), request.get("TimeRangeUpperBound", float("inf"))
    told = {arn: told_as("BackupSummary", facts(backup)) for arn, backup in backend.backups.items()}
    wanted = [
        arn
        for arn, backup in told.items()
        if request.get("TableName", backup["TableName"]) == backup["TableName"]
        and from_ <= backup["BackupCreationDateTime"] < to
        and request.get("BackupType", "USER") in ("USER", "ALL")
    ]
    arns, more = listed(wanted, request, "ExclusiveStartBackupArn", "LastEvaluatedBackupArn")
    return {"BackupSummaries": [told[arn] for arn in arns], **more}


# Restoring


def restore_backup(request: dict, forward, backend) -> dict:
    return restore(found("Backup", request["BackupArn"], backend.backups).table, request, forward, backend)


def restore_moment(request: dict, forward, backend) -> dict:
    name = request.get("SourceTableName") or table_name(request.get("SourceTableArn", ""))
    source = found("Table", name, backend.tables)
    recovery = source.continuous_backups["PointInTimeRecoveryDescription"]
    disabled = f"Point in time recovery is not enabled for table '{name}'"
    is_disabled = recovery["PointInTimeRecoveryStatus"] != "ENABLED"
    refuse_if(is_disabled, disabled, "PointInTimeRecoveryUnavailableException")
    latest, moment = request.get("UseLatestRestorableTime", False), request.get("RestoreDateTime")
    one = "Either RestoreDateTime or UseLatestRestorableTime must be specified, and not both"
    invalid_if(latest == (moment is not None), one)
    between = "RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime."
    refuse_if(
        not latest and not int(recovery["EarliestRestorableDateTime"]) <= moment <= now(),
        f"An invalid restore time was specified. {between}",
        "InvalidRestoreTimeException",
    )
    return restore(source, {**request, "SourceTableName": name}, forward, backend)


def restore(source, request: dict, forward, backend) -> dict:
    """A table as its source is, or as the request would rather have it."""
    other = {
        name.removesuffix("Override"): value for name, value in request.items() if name.endswith("Override")
    }
    mode, units = other.get("BillingMode", source.billing_mode), other.get("ProvisionedThroughput")
    if units or "BillingMode" in other:
        definitions.check_billing(mode, units)
    forward(request)
    table = backend.tables[request["TargetTableName"]]
    table.billing_mode, table.throughput = mode, units or table.throughput
    table.sse_specification, table.warm_throughput = source.sse_specification, dict(source.warm_throughput)
    noted(table).update(noted(source))
    keep(other, table)
    for kind, held in (("LocalSecondaryIndex", "indexes"), ("GlobalSecondaryIndex", "global_indexes")):
        if kind in other:
            wanted = {index["IndexName"] for index in other[kind]}
            setattr(table, held, [index for index in getattr(table, held) if index.name in wanted])
    drop_unused(table)
    told = describe(table, "CREATING", "CREATING")
    told["RestoreSummary"]["RestoreInProgress"] = True
    return {"TableDescription": told}


# What moto does and knows, but for what is not there


def export_table(request: dict, forward, backend) -> dict:
    return forward({"S3Prefix": "", **request})


def list_exports(request: dict, forward, backend) -> dict:
    told = [one.response() for one in backend.table_exports.values()]
    wanted = [one for one in told if request.get("TableArn", one["TableArn"]) == one["TableArn"]]
    return {"ExportSummaries": [told_as("ExportSummary", one) for one in wanted]}


def describe_export(request: dict, forward, backend) -> dict:
    found("Export", request["ExportArn"], backend.table_exports)
    return forward(request)


def describe_import(request: dict, forward, backend) -> dict:
    found("Import", request["ImportArn"], backend.table_imports)
    return forward(request)

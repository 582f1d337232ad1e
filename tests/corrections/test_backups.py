"""Backups and restores: what is told of them, and what a restored table is like."""

import boto3
import pytest

from tests.corrections.tables import N, S, create, index

PROVISIONED = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}


@pytest.fixture
def client(started):
    made = create(attributes={"colour": "S"}, GlobalSecondaryIndexes=[index("by-colour", "colour")])
    made.put_item(TableName="Orders", Item={"pk": S("a"), "sk": N(1), "colour": S("red")})
    return made


def back_up(client, name: str = "before") -> str:
    return client.create_backup(TableName="Orders", BackupName=name)["BackupDetails"]["BackupArn"]


def recover(client) -> None:
    client.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def test_a_backup_is_being_created_when_it_is_answered_and_then_available(client):
    details = client.create_backup(TableName="Orders", BackupName="before")["BackupDetails"]
    assert (details["BackupStatus"], details["BackupSizeBytes"]) == ("CREATING", 16)
    backup = client.describe_backup(BackupArn=details["BackupArn"])["BackupDescription"]
    assert backup["BackupDetails"] == {**details, "BackupStatus": "AVAILABLE"}


def test_a_backup_knows_what_its_table_was(client):
    arn, table = back_up(client), client.describe_table(TableName="Orders")["Table"]
    client.delete_table(TableName="Orders")
    backup = client.describe_backup(BackupArn=arn)["BackupDescription"]
    assert backup["SourceTableDetails"] == {
        **{name: table[name] for name in ("TableName", "TableId", "TableArn", "KeySchema")},
        "TableCreationDateTime": table["CreationDateTime"],
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "BillingMode": "PAY_PER_REQUEST",
        "TableSizeBytes": 16,  # pk a: 3, sk 1: 4, colour red: 9
        "ItemCount": 1,
    }
    (feature,) = backup["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"]
    assert (feature["IndexName"], feature["Projection"]) == ("by-colour", {"ProjectionType": "ALL"})


def test_a_deleted_backup_answers_once_more_and_is_gone(client):
    arn = back_up(client)
    deleted = client.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert deleted["BackupStatus"] == "DELETED"
    with pytest.raises(client.exceptions.BackupNotFoundException):
        client.delete_backup(BackupArn=arn)


def test_backups_are_listed_in_pages_by_table_type_and_time(client):
    create("Other")
    arns = sorted(back_up(client, name) for name in ("first", "second", "third"))
    client.create_backup(TableName="Other", BackupName="another")

    def listed(**by):
        return [one["BackupArn"] for one in client.list_backups(**by)["BackupSummaries"]]

    assert len(listed()) == 4 and listed(TableName="Orders") == arns
    first = client.list_backups(TableName="Orders", Limit=2)
    assert first["LastEvaluatedBackupArn"] == arns[1]
    assert listed(TableName="Orders", ExclusiveStartBackupArn=arns[1]) == arns[2:]
    assert "LastEvaluatedBackupArn" not in client.list_backups(TableName="Orders", Limit=3)
    assert listed(TableName="Orders", BackupType="ALL") == arns and listed(BackupType="SYSTEM") == []
    summaries = client.list_backups(TableName="Orders")["BackupSummaries"]
    middle = summaries[1]["BackupCreationDateTime"]
    assert (
        arns[0] not in listed(TimeRangeLowerBound=middle) or summaries[0]["BackupCreationDateTime"] == middle
    )
    assert arns[2] not in listed(TimeRangeUpperBound=middle)


def test_a_table_is_restored_otherwise_than_it_was(client):
    restored = client.restore_table_from_backup(
        TargetTableName="Restored",
        BackupArn=back_up(client),
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride=PROVISIONED,
        GlobalSecondaryIndexOverride=[],
    )["TableDescription"]
    assert restored["TableStatus"] == "CREATING" and restored["RestoreSummary"]["RestoreInProgress"]
    table = client.describe_table(TableName="Restored")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert "GlobalSecondaryIndexes" not in table and len(table["AttributeDefinitions"]) == 2
    assert table["ItemCount"] == 1 and not table["RestoreSummary"]["RestoreInProgress"]


@pytest.mark.parametrize("moment", [{}, {"RestoreDateTime": 1}, {"RestoreDateTime": 5_000_000_000}])
def test_a_point_in_time_is_between_the_earliest_and_now(client, moment):
    recover(client)
    kind = "InvalidRestoreTimeException" if moment else "ValidationException"
    with pytest.raises(client.exceptions.ClientError, match=kind):
        client.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Restored", **moment)


def test_a_table_is_restored_by_its_arn(client):
    recover(client)
    arn = client.describe_table(TableName="Orders")["Table"]["TableArn"]
    client.restore_table_to_point_in_time(
        SourceTableArn=arn, TargetTableName="Restored", UseLatestRestorableTime=True
    )
    assert client.describe_table(TableName="Restored")["Table"]["ItemCount"] == 1


def test_a_restored_table_is_encrypted_as_its_source_was(client):
    client.update_table(TableName="Orders", SSESpecification={"Enabled": True})
    arn = back_up(client)
    client.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    source, restored = (client.describe_table(TableName=name)["Table"] for name in ("Orders", "Restored"))
    assert restored["SSEDescription"] == source["SSEDescription"]


def test_a_table_restored_on_demand_has_no_units_in_its_indexes_either(client):
    units = {"Update": {"IndexName": "by-colour", "ProvisionedThroughput": PROVISIONED}}
    client.update_table(
        TableName="Orders",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=PROVISIONED,
        GlobalSecondaryIndexUpdates=[units],
    )
    request = {"BackupArn": back_up(client), "BillingModeOverride": "PAY_PER_REQUEST"}
    restored = client.restore_table_from_backup(TargetTableName="Restored", **request)["TableDescription"]
    for owner in (restored, *restored["GlobalSecondaryIndexes"]):
        assert owner["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_exports_need_no_prefix_and_are_listed_of_one_table_or_of_all(client):
    recover(client)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="exports")
    table = client.describe_table(TableName="Orders")["Table"]["TableArn"]
    made = client.export_table_to_point_in_time(TableArn=table, S3Bucket="exports")["ExportDescription"]

    def listed(**request) -> list:
        return [one["ExportArn"] for one in client.list_exports(**request)["ExportSummaries"]]

    assert listed() == listed(TableArn=table) == [made["ExportArn"]]
    assert listed(TableArn=f"{table}2") == []

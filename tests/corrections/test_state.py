"""The store is part of moto's Table: whatever copies, restores, exports or forgets tables takes the items along."""

import gzip
import json
import time

import boto3
import pytest

from helpers import lab
from helpers.corrections.items.storage import store_of
from tests.corrections.tables import N, S, create, index

ITEMS = [{"pk": S("a"), "sk": N(number), "colour": S("red")} for number in range(3)]
BY_COLOUR = {
    "IndexName": "by-colour",
    "KeyConditionExpression": "colour = :c",
    "ExpressionAttributeValues": {":c": S("red")},
}


@pytest.fixture
def client(started):
    made = create(attributes={"colour": "S"}, GlobalSecondaryIndexes=[index("by-colour", "colour")])
    for item in ITEMS:
        made.put_item(TableName="Orders", Item=item)
    return made


def held(client, name: str = "Orders") -> list[dict]:
    by_index = client.query(TableName=name, **BY_COLOUR)["Items"]
    whole = client.scan(TableName=name)["Items"]
    assert by_index == whole
    return whole


def test_a_deleted_table_takes_its_items_along(client):
    client.delete_table(TableName="Orders")
    create(attributes={"colour": "S"}, GlobalSecondaryIndexes=[index("by-colour", "colour")])
    assert held(client) == []


def test_a_reset_lab_is_empty(client):
    lab.reset()
    assert client.list_tables()["TableNames"] == []


def test_a_copied_sandbox_starts_with_the_items_and_keeps_its_changes_to_itself(client):
    with lab.sandbox(copy=True):
        assert held(client) == ITEMS
        client.delete_item(TableName="Orders", Key={"pk": S("a"), "sk": N(0)})
        assert held(client) == ITEMS[1:]
    assert held(client) == ITEMS


def test_a_backup_keeps_what_the_table_was(client):
    backup = client.create_backup(TableName="Orders", BackupName="before")["BackupDetails"]["BackupArn"]
    client.delete_item(TableName="Orders", Key={"pk": S("a"), "sk": N(0)})
    client.restore_table_from_backup(TargetTableName="Restored", BackupArn=backup)
    assert held(client, "Restored") == ITEMS
    client.put_item(TableName="Restored", Item={"pk": S("z"), "sk": N(1), "colour": S("red")})
    assert held(client) == ITEMS[1:]


def test_a_table_can_be_restored_to_a_point_in_time(client):
    client.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
    )
    assert held(client, "Restored") == ITEMS


def test_a_table_is_exported_to_s3_and_imported_from_there(client):
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="exports")
    client.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    table = client.describe_table(TableName="Orders")["Table"]
    export = client.export_table_to_point_in_time(
        TableArn=table["TableArn"], S3Bucket="exports", S3Prefix="run", ExportFormat="DYNAMODB_JSON"
    )["ExportDescription"]["ExportArn"]
    wait(lambda: client.describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"])
    (written,) = [one["Key"] for one in s3.list_objects_v2(Bucket="exports")["Contents"]]
    lines = gzip.decompress(s3.get_object(Bucket="exports", Key=written)["Body"].read()).splitlines()
    assert [json.loads(line)["Item"] for line in lines] == ITEMS
    imported = client.import_table(
        S3BucketSource={"S3Bucket": "exports", "S3KeyPrefix": "run"},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": "Imported",
            "KeySchema": table["KeySchema"],
            "AttributeDefinitions": table["AttributeDefinitions"],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [index("by-colour", "colour")],
        },
    )["ImportTableDescription"]["ImportArn"]
    wait(lambda: client.describe_import(ImportArn=imported)["ImportTableDescription"]["ImportStatus"])
    assert held(client, "Imported") == ITEMS


def wait(status, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while status() == "IN_PROGRESS" and time.monotonic() < end:
        time.sleep(0.01)
    assert status() == "COMPLETED"


def test_moto_counts_the_items(client):
    from moto.dynamodb.models import dynamodb_backends

    from helpers.engines.moto import ACCOUNT

    table = dynamodb_backends[ACCOUNT]["us-east-1"].tables["Orders"]
    assert len(table) == len(ITEMS) == len(store_of(table))

"""Answers of the control plane and of streams against the service model: no other members, and the right types."""

import pytest

from helpers.corrections.requests import shapes
from tests.corrections.probes import index, n, s, schema, types
from tests.oracle.sides import STREAMS, Lab

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
EVENTS = {
    "TableName": "Events",
    "KeySchema": schema(pk="HASH", sk="RANGE"),
    "AttributeDefinitions": types(pk="S", sk="N", kind="S", city="S"),
    "ProvisionedThroughput": UNITS,
    "LocalSecondaryIndexes": [index("by_kind", "KEYS_ONLY", pk="HASH", kind="RANGE")],
    "GlobalSecondaryIndexes": [{**index("by_city", city="HASH"), "ProvisionedThroughput": UNITS}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "SSESpecification": {"Enabled": True},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "Tags": [{"Key": "a", "Value": "1"}],
}
PYTHON = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float),
    "map": dict,
    "structure": dict,
    "list": list,
}


def faults(answer, shape, where=""):
    """What in an answer is not as the service model has it."""
    kind = shape.type_name
    wrong_bool = isinstance(answer, bool) != (kind == "boolean")
    if not isinstance(answer, PYTHON[kind]) or wrong_bool:
        yield f"{where}: {answer!r} is no {kind}"
    elif kind == "structure":
        yield from (f"{where}.{name}: unknown" for name in answer if name not in shape.members)
        yield from (f"{where}.{name}: missing" for name in shape.required_members if name not in answer)
        for name in answer.keys() & shape.members.keys():
            yield from faults(answer[name], shape.members[name], f"{where}.{name}")
    elif kind == "list":
        for member in answer:
            yield from faults(member, shape.member, f"{where}[]")
    elif answer not in shape.metadata.get("enum", [answer]):
        yield f"{where}: {answer!r} is not in the enumeration"


@pytest.fixture
def ask():
    lab = Lab("888888888888")
    lab.empty()

    def asked(operation: str, **request) -> dict:
        answer = lab(operation, **request)
        assert answer.error is None, answer
        service = shapes.service("dynamodbstreams" if operation in STREAMS else "dynamodb")
        output = service.operation_model(operation).output_shape
        found = list(faults(answer.result, output)) if output else list(answer.result)
        assert not found, (operation, found)
        return answer.result

    yield asked
    lab.empty()


def test_tables(ask):
    arn = ask("CreateTable", **EVENTS)["TableDescription"]["TableArn"]
    ask("DescribeTable", TableName="Events")
    ask("ListTables")
    ask("UpdateTable", TableName="Events", ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 4})
    ask("UpdateTable", TableName="Events", BillingMode="PAY_PER_REQUEST")
    ask("UpdateTable", TableName="Events", OnDemandThroughput={"MaxReadRequestUnits": 9})
    ask("UpdateTable", TableName="Events", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_city"}}])
    ask(
        "UpdateTimeToLive",
        TableName="Events",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"},
    )
    ask("DescribeTimeToLive", TableName="Events")
    ask("TagResource", ResourceArn=arn, Tags=[{"Key": "b", "Value": ""}])
    ask("ListTagsOfResource", ResourceArn=arn)
    ask("UntagResource", ResourceArn=arn, TagKeys=["a"])
    ask("PutResourcePolicy", ResourceArn=arn, Policy="{}")
    ask("GetResourcePolicy", ResourceArn=arn)
    ask("DeleteResourcePolicy", ResourceArn=arn)
    ask("DeleteTable", TableName="Events")


def test_backups(ask):
    ask("CreateTable", **EVENTS)
    backup = ask("CreateBackup", TableName="Events", BackupName="before")["BackupDetails"]["BackupArn"]
    ask("DescribeBackup", BackupArn=backup)
    ask("ListBackups")
    ask("RestoreTableFromBackup", TargetTableName="Again", BackupArn=backup)
    ask("DescribeTable", TableName="Again")
    ask("DeleteBackup", BackupArn=backup)
    recovery = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    ask("UpdateContinuousBackups", TableName="Events", PointInTimeRecoverySpecification=recovery)
    ask("DescribeContinuousBackups", TableName="Events")
    last = {"SourceTableName": "Events", "UseLatestRestorableTime": True}
    ask("RestoreTableToPointInTime", TargetTableName="OnceMore", **last)


def test_streams(ask):
    arn = ask("CreateTable", **EVENTS)["TableDescription"]["LatestStreamArn"]
    ask("PutItem", TableName="Events", Item={"pk": s("a"), "sk": n(1)})
    ask("ListStreams")
    (shard,) = ask("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    begin = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    records = ask("GetRecords", **ask("GetShardIterator", **begin))
    assert len(records["Records"]) == 1


def test_limits_and_endpoints(ask):
    ask("DescribeLimits")
    ask("DescribeEndpoints")

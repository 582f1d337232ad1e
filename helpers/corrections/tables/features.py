"""Operations of which moto knows little or nothing.

A feature that moto lacks cannot be switched on here, so it is described as off, and nothing of it is found.
"""

from ..errors import Refused
from ..requests.actions import table_name
from .descriptions import existing

LIMITS = {
    "AccountMaxReadCapacityUnits": 80000,
    "AccountMaxWriteCapacityUnits": 80000,
    "TableMaxReadCapacityUnits": 40000,
    "TableMaxWriteCapacityUnits": 40000,
}


def always(answer: dict):
    return lambda request, forward, backend: answer


def off(answer):
    """answer: makes it from the name of a table, which must exist."""
    return lambda request, forward, backend: answer(existing(request, backend).name)


def no_global_table(request: dict, forward, backend) -> dict:
    name = request["GlobalTableName"]
    message = f"Global table not found: Global table with name: '{name}' does not exist."
    raise Refused(message, "GlobalTableNotFoundException")


def no_bulk_operation(request: dict, forward, backend) -> dict:
    raise Refused("Requested resource not found", "ResourceNotFoundException")


def delete_policy(request: dict, forward, backend) -> dict:
    """Idempotent: no error where there is none (API DeleteResourcePolicy)."""
    arn = request["ResourceArn"]
    policy = backend.resource_policies.get(arn)
    if policy is None and "ExpectedRevisionId" not in request:
        existing({"TableName": table_name(arn)}, backend)
        return {}
    forward(request)
    return {"RevisionId": policy.revision_id}


OPERATIONS = {
    "DescribeLimits": always(LIMITS),
    "DeleteResourcePolicy": delete_policy,
    "ListContributorInsights": always({"ContributorInsightsSummaries": []}),
    "DescribeContributorInsights": off(
        lambda name: {"TableName": name, "ContributorInsightsStatus": "DISABLED"}
    ),
    "DescribeKinesisStreamingDestination": off(
        lambda name: {"TableName": name, "KinesisDataStreamDestinations": []}
    ),
    "DescribeTableReplicaAutoScaling": off(
        lambda name: {
            "TableAutoScalingDescription": {"TableName": name, "TableStatus": "ACTIVE", "Replicas": []}
        }
    ),
    "ListGlobalTables": always({"GlobalTables": []}),
    "DescribeGlobalTable": no_global_table,
    "DescribeGlobalTableSettings": no_global_table,
    "UpdateGlobalTable": no_global_table,
    "UpdateGlobalTableSettings": no_global_table,
    "ListBulkOperations": always({"BulkOperationsSummaryList": []}),
    "DescribeBulkOperation": no_bulk_operation,
    "CancelBulkOperation": no_bulk_operation,
}

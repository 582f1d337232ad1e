"""The words in which DynamoDB throttles. Sources: see throttle.py."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.lenses.throttle import Limits

TRANSACTIONS = {"TransactWriteItems", "TransactGetItems", "ExecuteTransaction"}

_TABLE_IS_FULL = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
_INDEX_IS_FULL = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
    "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes "
    "with the UpdateTable API"
)
_KEY_IS_HOT = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or "
    "index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
_MAXIMUM_IS_REACHED = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"

# Why a request is throttled: the exception, what it says of a table and of an index, the end of its reason.
MODES = {
    "provisioned": (
        "ProvisionedThroughputExceededException", _TABLE_IS_FULL, _INDEX_IS_FULL, "ProvisionedThroughputExceeded"
    ),
    "on-demand": ("ThrottlingException", _KEY_IS_HOT, _KEY_IS_HOT, "KeyRangeThroughputExceeded"),
    "maximum": (
        "ThrottlingException", _MAXIMUM_IS_REACHED, _MAXIMUM_IS_REACHED, "MaxOnDemandThroughputExceeded"
    ),
}  # fmt: skip

_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"


def refusal(limits: "Limits", operation: str, kind: str, body: dict[str, Any], table: str) -> dict[str, Any]:
    """The body of the error that answers a throttled request. kind: "Read" or "Write". table: its ARN."""
    exception, of_table, of_index, limit = MODES[limits.mode]
    message = of_index if limits.index else of_table
    if operation in TRANSACTIONS:
        return _cancelled(body, limits, message)
    reason = {
        "reason": ("Index" if limits.index else "Table") + kind + limit,
        "resource": f"{table}/index/{limits.index}" if limits.index else table,
    }
    # The service model writes the list of a ThrottlingException with a small t.
    name = "throttlingReasons" if exception == "ThrottlingException" else "ThrottlingReasons"
    return {"__type": _NAMESPACE + exception, "message": message, name: [reason]}


def tables_of(body: dict[str, Any]) -> list[str]:
    """The tables that a request names, without PartiQL."""
    if "TableName" in body:
        names = [body["TableName"]]
    elif "RequestItems" in body:
        names = list(body["RequestItems"])
    else:
        names = [action["TableName"] for item in body.get("TransactItems", []) for action in item.values()]
    return [name.rpartition("/")[2] for name in names]


def _cancelled(body: dict[str, Any], limits: "Limits", message: str) -> dict[str, Any]:
    """A transaction is not throttled but cancelled, with a reason for each item. botocore does not retry it."""
    code = "ProvisionedThroughputExceeded" if limits.mode == "provisioned" else "ThrottlingError"
    if "TransactItems" in body:
        ours = [limits.table in tables_of({"TransactItems": [item]}) for item in body["TransactItems"]]
    else:
        ours = [limits.table in each.get("Statement", "") for each in body["TransactStatements"]]
    reasons = [{"Code": code, "Message": message} if hit else {"Code": "None"} for hit in ours]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return {
        "__type": _NAMESPACE + "TransactionCanceledException",
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "CancellationReasons": reasons,
    }

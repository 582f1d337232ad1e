"""What DynamoDB checks before it does anything: from a raw HTTP body to a request that can be executed.

    operation, request = parse(target, body)            # "DynamoDB_20120810.GetItem", b"{...}"
    request = validate(operation, request, describe)    # describe(table_name) -> moto's table or None

Both raise `Refused`. `validate` works in DynamoDB's order: constraints of the service model (all reported
together), parameters that exclude each other, attribute values, expressions, then the table
(`ResourceNotFoundException`) and what its key schema rejects. It returns a new request in which

* `TableName` is a name (an ARN is cut down to it) and numbers are in DynamoDB's canonical form;
* keys in lower case carry the parsed expressions, so that whoever executes never sees the difference
  between expressions and the older parameters (`Expected`, `QueryFilter`, `AttributeUpdates` ...):

  ===================  =====================================================================
  Get, TransactGet     `projection`
  BatchGetItem         `projection` in each entry of RequestItems
  Put, Delete          `condition`
  Update               `condition`, `update`
  ConditionCheck       `condition`        (transactions: inside each action, e.g. `item["Put"]["condition"]`)
  Query                `key_condition` ({attribute: (operator, values)}), `filter`, `projection`
  Scan                 `filter`, `projection`
  ===================  =====================================================================

  Each is always present, None where the caller gave none (`update` and `key_condition` never are None).
  See `expressions` for what they offer.

Control-plane operations come back as they are; `tables` executes them.

    check_action(kind, one, table)      # what only the table's keys can tell of one action of a transaction
    check_item(item, table, message)    # an item as an update leaves it: index keys, 400 KB
"""

import json

from . import groups, reads, shapes
from .actions import check_action, existing, one_action, table_name
from .errors import Refused


def parse(target: str, body: bytes) -> tuple[str, dict]:
    """The operation and its parameters, of the right JSON types and without nulls."""
    service, _, operation = target.partition(".")
    shape = shapes.input_shape(operation)
    if service not in ("DynamoDB_20120810", "DynamoDBStreams_20120810") or shape is None:
        raise Refused("", "UnknownOperationException")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("", "SerializationException") from None
    return operation, shapes.typed(given, shape) if isinstance(given, dict) else {}


# What the service asks for in words of its own when it is missing: before anything else, by operation.
DEMANDED = {
    "CreateTable": ("TableName", "The parameter 'TableName' is required but was not present in the request"),
    "TagResource": ("ResourceArn", "Invalid TableArn"),
}
DEMANDED |= dict.fromkeys(("DescribeTable", "UpdateTable", "DeleteTable"), DEMANDED["CreateTable"])
DEMANDED |= dict.fromkeys(("UntagResource", "ListTagsOfResource"), DEMANDED["TagResource"])


def validate(operation: str, request: dict, describe) -> dict:
    parameter, demand = DEMANDED.get(operation, (None, ""))
    if parameter and parameter not in request:
        raise Refused(demand)
    shapes.check(request, shapes.input_shape(operation))
    request = dict(request)
    if "TableName" in request:
        request["TableName"] = table_name(request["TableName"])
    check = CHECKS.get(operation)
    return check(request, describe) if check else request


def get_item(request: dict, describe) -> dict:
    request = one_action("GetItem", request)
    check_action("GetItem", request, existing(request["TableName"], describe))
    return request


def write(operation: str):
    def check(request: dict, describe) -> dict:
        request = one_action(operation, request)
        check_action(operation, request, existing(request["TableName"], describe))
        return request

    return check


CHECKS = {
    "GetItem": get_item,
    "PutItem": write("PutItem"),
    "UpdateItem": write("UpdateItem"),
    "DeleteItem": write("DeleteItem"),
    "Query": reads.query,
    "Scan": reads.scan,
    "BatchGetItem": groups.batch_get,
    "BatchWriteItem": groups.batch_write,
    "TransactGetItems": groups.transact_get,
    "TransactWriteItems": groups.transact_write,
}

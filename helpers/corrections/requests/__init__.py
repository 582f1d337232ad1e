"""What DynamoDB checks before it does anything: from a raw HTTP body to a request that can be executed.

    operation, request = parse(target, body)            # "DynamoDB_20120810.GetItem", b"{...}"
    request = validate(operation, request, describe)    # describe(table_name) -> moto's table or None

Both raise `Refused`. `validate` works in DynamoDB's order: constraints of the service model (all reported
together), parameters that exclude each other, attribute values, expressions, then the table
(`ResourceNotFoundException`) and what its key schema rejects. It returns a new request in which

* `TableName` is a name (an ARN is cut down to it) and numbers are in DynamoDB's canonical form;
* keys in lower case carry the parsed expressions (see `expressions`), so that whoever executes never sees the
  difference between expressions and the older parameters (`Expected`, `QueryFilter`, `AttributeUpdates` ...):

      condition           Put, Update, Delete, ConditionCheck     update      Update, never None
      filter              Query, Scan                             projection  Get, Query, Scan
      key_condition       Query, never None: {attribute: (operator, values)}

  Each is always present, None where the caller gave none; in batches and transactions, inside each entry.

Control-plane operations come back as they are; `tables` executes them.
"""

import json
from functools import partial

from ..errors import Refused, refuse_if
from . import groups, reads, shapes
from .actions import check_action, existing, one_action, table_name

APIS = {"DynamoDB_20120810": "dynamodb", "DynamoDBStreams_20120810": "dynamodbstreams"}
ON_TABLES = (
    "CreateTable",
    "DescribeTable",
    "UpdateTable",
    "DeleteTable",
    "UpdateTimeToLive",
    "DescribeTimeToLive",
)
ON_TAGS = ("TagResource", "UntagResource", "ListTagsOfResource")


def parse(target: str, body: bytes) -> tuple[str, dict]:
    """The operation and its parameters, of the right JSON types and without nulls."""
    api, _, operation = target.partition(".")
    known = api in APIS and operation in shapes.service(APIS[api]).operation_names
    refuse_if(not known, "", "UnknownOperationException")
    shape = shapes.input_shape(operation)
    try:
        given = json.loads(body, parse_constant=_no_number)
        if b"\\ud" in body.lower():
            json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no character
        return operation, shapes.typed(given, shape) if isinstance(given, dict) else {}
    except (ValueError, OverflowError, RecursionError):
        raise Refused("", "SerializationException") from None


def _no_number(name: str):
    raise ValueError(f"JSON has no {name}")


def validate(operation: str, request: dict, describe) -> dict:
    check_subject(operation, request)
    shapes.check(request, shapes.input_shape(operation))
    request = dict(request)
    if "TableName" in request:
        request["TableName"] = table_name(request["TableName"])
    check = CHECKS.get(operation)
    return check(request, describe) if check else request


def check_subject(operation: str, request: dict) -> None:
    """What operations on tables say in words of their own, before the model's constraints."""
    refuse_if(operation in ON_TAGS and "ResourceArn" not in request, "Invalid TableArn")
    if operation not in ON_TABLES:
        return
    missing = "TableName" not in request
    refuse_if(missing, "The parameter 'TableName' is required but was not present in the request")
    refuse_if(
        not 3 <= len(table_name(request["TableName"])) <= 255,
        "TableName must be at least 3 characters long and at most 255 characters long",
    )
    classes = shapes.service("dynamodb").shape_for("TableClass").enum
    refuse_if(
        request.get("TableClass", classes[0]) not in classes,
        "Invalid table-class parameter provided. Please try again with a valid table-class value: "
        f"[{', '.join(classes)}].",
    )


def single(operation: str, request: dict, describe) -> dict:
    request = one_action(operation, request)
    check_action(operation, request, existing(request["TableName"], describe))
    return request


CHECKS = {
    **{name: partial(single, name) for name in ("GetItem", "PutItem", "UpdateItem", "DeleteItem")},
    **{name: partial(reads.check, name) for name in ("Query", "Scan")},
    "BatchGetItem": groups.batch_get,
    "BatchWriteItem": groups.batch_write,
    "TransactGetItems": groups.transaction,
    "TransactWriteItems": groups.transact_write,
}

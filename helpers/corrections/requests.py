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
import re

from helpers.rules import wire_size

from . import expressions, grammar, keys, legacy, shapes
from .errors import Refused
from .values import checked, checked_item

ITEM_BYTES = 400 * 1024
BATCH_GETS, BATCH_WRITES = 100, 25
TRANSACTION_BYTES = 4 * 1024 * 1024
TOO_LARGE = "Item size has exceeded the maximum allowed size"
ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}

# What each operation takes: (older parameters, expressions), both in the order in which messages list them.
PARAMETERS = {
    "GetItem": (("AttributesToGet",), ("ProjectionExpression",)),
    "PutItem": (("Expected", "ConditionalOperator"), ("ConditionExpression",)),
    "DeleteItem": (("Expected", "ConditionalOperator"), ("ConditionExpression",)),
    "UpdateItem": (
        ("AttributeUpdates", "Expected", "ConditionalOperator"),
        ("UpdateExpression", "ConditionExpression"),
    ),
    "Query": (
        ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
        ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
    ),
    "Scan": (
        ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
        ("ProjectionExpression", "FilterExpression"),
    ),
}
PARAMETERS["ConditionCheck"] = PARAMETERS["DeleteItem"]


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


def table_name(name: str) -> str:
    """The name of a table that may be given by its ARN: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME."""
    return name.partition(":table/")[2].partition("/")[0] or name if name.startswith("arn:") else name


def existing(name: str, describe):
    table = describe(name)
    if table is None:
        raise Refused("Requested resource not found", "ResourceNotFoundException")
    return table


# Expressions and their placeholders


def refuse_mixing(operation: str, one: dict) -> None:
    older, newer = (
        [name for name in names if name in one and not (name == "ConditionalOperator" and not one[name])]
        for names in PARAMETERS[operation]
    )
    if "KeyConditionExpression" not in newer:
        older = [name for name in older if name != "KeyConditions"]
    if older and newer:
        raise Refused(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(older)}}} Expression parameters: {{{', '.join(newer)}}}"
        )
    refuse_placeholders_alone(operation, one)


def refuse_placeholders_alone(operation: str, one: dict) -> None:
    takers = PARAMETERS[operation][1]
    if "ExpressionAttributeNames" in one and not any(name in one for name in takers):
        raise Refused("ExpressionAttributeNames can only be specified when using expressions")
    takers = [name for name in takers if name != "ProjectionExpression"]
    if "ExpressionAttributeValues" in one and takers and not any(name in one for name in takers):
        raise Refused(
            "ExpressionAttributeValues can only be specified when using expressions: "
            f"{' and '.join(takers)} {'is' if len(takers) == 1 else 'are'} null"
        )


def placeholders(one: dict) -> tuple[dict, dict]:
    """ExpressionAttributeNames and ExpressionAttributeValues, the values in DynamoDB's own form."""
    names, values = one.get("ExpressionAttributeNames"), one.get("ExpressionAttributeValues")
    check_keys("ExpressionAttributeNames", names, "#")
    for key, name in (names or {}).items():
        problem = "Empty attribute name" if not name else name_too_long(name)
        if problem:
            raise Refused(f"ExpressionAttributeNames contains invalid value: {problem} for key {key}")
    check_keys("ExpressionAttributeValues", values, ":")
    good = {}
    for key, value in (values or {}).items():
        try:
            good[key] = checked(value)
        except Refused as refused:
            raise Refused(
                f"ExpressionAttributeValues contains invalid value: {refused.message} for key {key}"
            ) from None
    return names or {}, good


def name_too_long(name: str) -> str:
    long = len(name.encode()) >= 65536
    return "Attribute name is too large, must be less than 65536 bytes" if long else ""


def check_keys(parameter: str, given: dict | None, sign: str) -> None:
    if given is None:
        return
    if not given:
        raise Refused(f"{parameter} must not be empty")
    for key in given:
        if not re.fullmatch(rf"{sign}[A-Za-z0-9_]+", key):
            raise Refused(f'{parameter} contains invalid key: Syntax error; key: "{key}"')


def check_use(one: dict, names: dict, values: dict) -> None:
    """Every placeholder must be used by some expression of the request."""
    texts = [one[name] for name in grammar.PARAMETERS if name in one]
    used = frozenset().union(*map(grammar.placeholders, texts))
    for parameter, given in (("Names", names), ("Values", values)):
        unused = ", ".join(key for key in given if key not in used)
        if unused:
            raise Refused(
                f"Value provided in ExpressionAttribute{parameter} unused in expressions: keys: {{{unused}}}"
            )


def older(operation: str, one: dict) -> dict:
    """What the older parameters say, as the objects that expressions become."""
    found = {}
    if operation in ("GetItem", "Query", "Scan"):
        found["projection"] = legacy.projection(one["AttributesToGet"]) if "AttributesToGet" in one else None
    if operation in ("Query", "Scan"):
        found["filter"] = older_condition(legacy.conditions(one.get(f"{operation}Filter", {})), one)
    elif operation != "GetItem":
        found["condition"] = older_condition(legacy.expected(one.get("Expected", {})), one)
    if operation == "UpdateItem":
        found["update"] = legacy.update(one.get("AttributeUpdates", {}))
    return found


def older_condition(given: dict, one: dict):
    operator = one.get("ConditionalOperator")
    if operator and len(given) < 2:
        rule = "cannot be used without Filter or Expected"
        if given:
            rule = "can only be used when Filter or Expected has two or more elements"
        raise Refused(f"ConditionalOperator {rule}")
    return legacy.condition(given, operator) if given else None


def newer(one: dict) -> dict:
    """The expressions of a request, parsed and bound under lower-case names."""
    names, values = placeholders(one)
    found = {}
    if "UpdateExpression" in one:
        found["update"] = expressions.update(one["UpdateExpression"], names, values)
    for parameter, name in (("ConditionExpression", "condition"), ("FilterExpression", "filter")):
        if parameter in one:
            found[name] = expressions.condition(one[parameter], names, values, parameter)
    if "ProjectionExpression" in one:
        found["projection"] = expressions.projection(one["ProjectionExpression"], names)
    if "KeyConditionExpression" in one:
        expressions.condition(one["KeyConditionExpression"], names, values, "KeyConditionExpression")
    check_use(one, names, values)
    if "KeyConditionExpression" in one:
        found["key_condition"] = expressions.key_condition(one["KeyConditionExpression"], names, values)
    return found


# One item


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


def one_action(operation: str, one: dict) -> dict:
    """Everything that can be said of one action without its table."""
    refuse_mixing(operation, one)
    content = "Item" if operation == "PutItem" else "Key"
    one = {**one, content: checked_item(one[content])}
    allowed = {"PutItem": ("NONE", "ALL_OLD"), "DeleteItem": ("NONE", "ALL_OLD")}.get(operation)
    if allowed and one.get("ReturnValues", "NONE") not in allowed:
        raise Refused("ReturnValues can only be ALL_OLD or NONE")
    if operation == "PutItem":
        one["size"] = check_size(one["Item"], TOO_LARGE)
    return {**one, **older(operation, one), **newer(one)}


def check_action(operation: str, one: dict, table) -> None:
    """What the keys of the table and its indexes reject. operation: also the name of a transaction's action."""
    operation = ACTIONS.get(operation, operation)
    if operation == "PutItem":
        keys.check_item(one["Item"], table)
        check_parts(one, table)
        return
    keys.check_key(one["Key"], table)
    if operation == "UpdateItem":
        keys.check_update(one["update"].paths, table)
    check_parts(one, table)
    if operation == "UpdateItem":
        given = {name: change.get("Value") for name, change in one.get("AttributeUpdates", {}).items()}
        keys.check_index_keys({name: value for name, value in given.items() if value}, table)


def check_parts(one: dict, table) -> None:
    """Refuses expressions that reach into a key attribute."""
    for name in ("condition", "filter", "projection"):
        if one.get(name):
            keys.check_paths(one[name].paths, table)
    if one.get("update"):
        keys.check_paths(one["update"].mentioned, table)


def check_item(item: dict, table, message: str = TOO_LARGE) -> int:
    """Refuses an item that an update may not leave behind; its size in bytes."""
    keys.check_index_keys(item, table, updated=True)
    return check_size(item, message)


def check_size(item: dict, message: str) -> int:
    size = wire_size(item)
    if size > ITEM_BYTES:
        raise Refused(message)
    return size


# Query and Scan


def reading(operation: str, request: dict) -> dict:
    """What Query and Scan have in common, before their table is looked at."""
    refuse_mixing(operation, request)
    request = {**request, **older(operation, request)}
    if "ExclusiveStartKey" in request:
        request["ExclusiveStartKey"] = checked_item(request["ExclusiveStartKey"])
    check_segments(request)
    request.update(newer(request))
    check_select(request)
    return request


def query(request: dict, describe) -> dict:
    request = reading("Query", request)
    if "key_condition" not in request:
        if "KeyConditions" not in request:
            raise Refused(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        request["key_condition"] = legacy.conditions(request["KeyConditions"])
    if len(request["key_condition"]) not in range(1, 9):
        raise Refused("Conditions can be of length 1 or 2 only")
    table = existing(request["TableName"], describe)
    schema = check_index(request, table, "querying")
    keys.check_start(request, schema)
    keys.check_conditions(request["key_condition"], schema)
    check_parts(request, table)
    if request["filter"]:
        check_filter(request, schema, table)
    return request


def check_filter(request: dict, schema: keys.Schema, table) -> None:
    """A query's filter names no key of what is queried, and only what an index holds."""
    named = [path[0] for path in request["filter"].paths]
    what = "Filter Expression" if "FilterExpression" in request else "QueryFilter"
    for name in named:
        if name in schema.names:
            raise Refused(
                f"{what} can only contain non-primary key attributes: Primary key attribute: {name}"
            )
    if missing := keys.not_projected(named, schema, table):
        raise keys.invalid(
            f"Secondary index {schema.index} does not project one or more filter attributes: [{missing}]"
        )


def scan(request: dict, describe) -> dict:
    request = reading("Scan", request)
    table = existing(request["TableName"], describe)
    schema = check_index(request, table, "scanning")
    keys.check_start(request, schema)
    check_parts(request, table)
    return request


def check_segments(request: dict) -> None:
    segment, total = request.get("Segment"), request.get("TotalSegments")
    given, missing = ("TotalSegments", "Segment") if segment is None else ("Segment", "TotalSegments")
    if (segment is None) != (total is None):
        which = f"parameter {given}" if given == "TotalSegments" else f"{given} parameter"
        raise Refused(
            f"The {missing} parameter is required but was not present in the request when {which} is present"
        )
    if segment is not None and segment >= total:
        raise Refused(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def check_select(request: dict) -> None:
    select = request.get("Select")
    wanted = next((name for name in ("ProjectionExpression", "AttributesToGet") if name in request), None)
    if select == "SPECIFIC_ATTRIBUTES" and not wanted:
        raise Refused(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select not in (None, "SPECIFIC_ATTRIBUTES") and wanted:
        what = "only the Count" if select == "COUNT" else select
        raise Refused(f"Cannot specify the {wanted} when choosing to get {what}")
    if select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in request:
        raise Refused("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")


def check_index(request: dict, table, doing: str) -> keys.Schema:
    """The schema of what is read; refuses what a global index cannot do."""
    name = request.get("IndexName")
    if name is None:
        return keys.schema_of(table)
    index = keys.index_of(table, name)
    if index is None:
        raise Refused(f"The table does not have the specified index: {name}")
    schema = keys.schema_of(table, index)
    if index not in table.global_indexes:
        return schema
    if request.get("ConsistentRead"):
        raise Refused("Consistent reads are not supported on global secondary indexes")
    if index.projection.get("ProjectionType") != "ALL":
        if request.get("Select") == "ALL_ATTRIBUTES":
            raise legacy.invalid(
                f"Select type ALL_ATTRIBUTES is not supported for global secondary index {name} "
                "because its projection type is not ALL"
            )
        asked = [path[0] for path in request["projection"].paths] if request["projection"] else []
        if missing := keys.not_projected(asked, schema, table):
            raise legacy.invalid(f"Global secondary index {name} does not project [{missing}]")
    return schema


# Batches and transactions


def batch_get(request: dict, describe) -> dict:
    asked = {table_name(name): one for name, one in request["RequestItems"].items()}
    if sum(len(one["Keys"]) for one in asked.values()) > BATCH_GETS:
        raise Refused("Too many items requested for the BatchGetItem call")
    for one in asked.values():
        refuse_mixing("GetItem", one)
    asked = {
        name: {**one, "Keys": list(map(checked_item, one["Keys"])), **older("GetItem", one), **newer(one)}
        for name, one in asked.items()
    }
    for one in asked.values():
        check_duplicates(one["Keys"])
    for name, one in asked.items():
        table = existing(name, describe)
        for key in one["Keys"]:
            keys.check_key(key, table)
        check_parts(one, table)
    return {**request, "RequestItems": asked}


def check_duplicates(given: list) -> None:
    seen = [json.dumps(key, sort_keys=True) for key in given]
    if len(set(seen)) < len(seen):
        raise Refused("Provided list of item keys contains duplicates")


def batch_write(request: dict, describe) -> dict:
    asked = {table_name(name): writes for name, writes in request["RequestItems"].items()}
    asked = {name: [batch_action(write) for write in writes] for name, writes in asked.items()}
    if sum(map(len, asked.values())) > BATCH_WRITES:
        raise Refused("Too many items requested for the BatchWriteItem call")
    tables = {name: existing(name, describe) for name in asked}
    for name, writes in asked.items():
        table = tables[name]
        places = []
        for write in writes:
            if "PutRequest" in write:
                item = write["PutRequest"]["Item"]
                keys.check_item(item, table, batch=True)
                places.append({name: item[name] for name in keys.schema_of(table).names})
            else:
                keys.check_key(write["DeleteRequest"]["Key"], table)
                places.append(write["DeleteRequest"]["Key"])
        check_duplicates(places)
    return {**request, "RequestItems": asked}


def batch_action(write: dict) -> dict:
    if len(write) != 1:
        raise Refused(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    ((kind, one),) = write.items()
    content = "Item" if kind == "PutRequest" else "Key"
    one = {**one, content: checked_item(one[content])}
    if kind == "PutRequest":
        one["size"] = check_size(one["Item"], TOO_LARGE)
    return {kind: {**one, "condition": None}}


def transact_get(request: dict, describe) -> dict:
    actions = [{"Get": action_of("Get", item["Get"])} for item in request["TransactItems"]]
    check_actions(actions, describe)
    return {**request, "TransactItems": actions}


def transact_write(request: dict, describe) -> dict:
    actions = []
    for item in request["TransactItems"]:
        if not item:
            raise Refused(
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
            )
        if len(item) > 1:
            raise Refused("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, one),) = item.items()
        actions.append({kind: action_of(kind, one)})
    size = sum(wire_size(one.get("Item") or one["Key"]) for item in actions for one in item.values())
    if size > TRANSACTION_BYTES:
        raise Refused(f"Transaction payload size cannot exceed 4MB. Payload Size: {size}")
    check_actions(actions, describe)
    return {**request, "TransactItems": actions}


def action_of(kind: str, one: dict) -> dict:
    one = {**one, "TableName": table_name(one["TableName"])}
    return one_action(ACTIONS.get(kind, kind), one)


def check_actions(actions: list, describe) -> None:
    """Every table exists, and no item is named twice. What its keys reject is a reason of its own, not an error."""
    places = []
    for item in actions:
        ((kind, one),) = item.items()
        names = keys.schema_of(existing(one["TableName"], describe)).names
        content = one["Item"] if kind == "Put" else one["Key"]
        places.append([one["TableName"], {name: content[name] for name in names if name in content}])
    seen = [json.dumps(place, sort_keys=True) for place in places]
    if len(set(seen)) < len(seen):
        raise Refused("Transaction request cannot include multiple operations on one item")


CHECKS = {
    "GetItem": get_item,
    "PutItem": write("PutItem"),
    "UpdateItem": write("UpdateItem"),
    "DeleteItem": write("DeleteItem"),
    "Query": query,
    "Scan": scan,
    "BatchGetItem": batch_get,
    "BatchWriteItem": batch_write,
    "TransactGetItems": transact_get,
    "TransactWriteItems": transact_write,
}

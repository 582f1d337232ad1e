"""What botocore's service model says about a request, and how DynamoDB complains when it does not hold.

Nothing about a single operation is written here: types, required members, lengths, ranges, patterns and
enumerations all come from the model (data/dynamodb/2012-08-10/service-2.json), which AWS generates from its own.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from functools import cache
from operator import ge, le

from ..errors import Refused
from .plain import plain

REPORTED = 10  # at most so many constraints in one answer
JAVA = {
    "string": "java.lang.String",
    "boolean": "java.lang.Boolean",
    "integer": "java.lang.Integer",
    "long": "java.lang.Long",
    "double": "java.lang.Double",
    "float": "java.lang.Float",
    "timestamp": "java.util.Date",
    "blob": "java.nio.ByteBuffer",
}


# The order in which the service reports a structure's members, seen in its answers: the model does not tell.
# Members that are not named follow in the model's order.
_REPORTED_FIRST = {
    "GetItemInput": "ReturnConsumedCapacity AttributesToGet TableName Key",
    "PutItemInput": "ReturnConsumedCapacity TableName Item ConditionalOperator Expected ReturnValues",
    "DeleteItemInput": "ReturnConsumedCapacity TableName ReturnValues ReturnItemCollectionMetrics Key",
    "UpdateItemInput": "ReturnConsumedCapacity TableName ReturnItemCollectionMetrics ReturnValues Key",
    "QueryInput": "Select IndexName ReturnConsumedCapacity TableName QueryFilter ConditionalOperator "
    "AttributesToGet Limit KeyConditions",
    "ScanInput": "Select IndexName TotalSegments ReturnConsumedCapacity TableName ScanFilter ConditionalOperator "
    "Segment Limit AttributesToGet",
    "BatchGetItemInput": "ReturnConsumedCapacity RequestItems",
    "BatchWriteItemInput": "ReturnConsumedCapacity ReturnItemCollectionMetrics RequestItems",
    "ListTablesInput": "Limit ExclusiveStartTableName",
    "CreateTableInput": "AttributeDefinitions TableName BillingMode ProvisionedThroughput KeySchema",
    "ProvisionedThroughput": "WriteCapacityUnits ReadCapacityUnits",
}
# Optional in the model only because a replica takes them from its source table.
_ALSO_REQUIRED = {"CreateTableInput": ("AttributeDefinitions", "KeySchema")}


@cache
def service(name: str):
    from botocore.session import get_session

    return get_session().get_service_model(name)


@cache
def input_shape(operation: str):
    """The shape of an operation's request; None for an operation that there is not."""
    model = _model(operation)
    return model and model.input_shape


@cache
def has_answer(operation: str) -> bool:
    """Whether anything is answered: TagResource and UntagResource have no output, and their answer has no body."""
    return _model(operation).output_shape is not None


def _model(operation: str):
    for name in ("dynamodb", "dynamodbstreams"):
        if operation in service(name).operation_names:
            return service(name).operation_model(operation)
    return None


@cache
def table_name():
    return service("dynamodb").shape_for("TableName")


# JSON types


def typed(value, shape, within: str = "structure"):
    """The value with nulls and unknown members left out; refused where its JSON type is not the shape's.

    within: the type of what holds it, which decides what a scalar in a structure's place is called.
    """
    kind = shape.type_name
    if isinstance(value, list) and kind != "list":
        generic = "" if kind == "map" else "class "
        raise _unreadable(f"Unrecognized collection type {generic}{_java_type(shape)}")
    if isinstance(value, dict) and kind not in ("map", "structure"):
        raise _unreadable("Start of structure or map found where not expected")
    if kind not in ("list", "map", "structure"):
        return _scalar(value, kind)
    if not isinstance(value, (list, dict)):
        inside = kind == "structure" and within != "structure"
        raise _unreadable("Unexpected value type in payload" if inside else "Unexpected field type")
    if kind == "list":
        return [typed({} if member is None else member, shape.member, kind) for member in value]
    if kind == "map":
        if shape.value.name == "AttributeValue" and (passed := plain(value)) is not None:
            return passed
        return {key: typed(v, shape.value, kind) for key, v in value.items() if v is not None}
    members = _members(shape)
    return {
        key: typed(member, members[key])
        for key, member in value.items()
        if member is not None and key in members
    }


@cache
def _members(shape) -> dict:
    first = _REPORTED_FIRST.get(shape.name, "").split()
    return {name: shape.members[name] for name in dict.fromkeys([*first, *shape.members])}


@cache
def _required(shape) -> frozenset:
    return frozenset((*shape.required_members, *_ALSO_REQUIRED.get(shape.name, ())))


def _scalar(value, kind: str):
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "boolean":
        if isinstance(value, bool) or value in ("true", "false"):
            return value in (True, "true")
        if isinstance(value, str):
            raise _unreadable("Unexpected token received from parser")
    elif kind == "blob":
        return _blob(value)
    elif kind != "string" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if kind in ("integer", "long") else value
    found = {bool: str(value).upper(), str: "STRING", int: "NUMBER", float: "DECIMAL"}[type(value)]
    raise _unreadable(f"{found}_VALUE cannot be converted to {JAVA[kind].rpartition('.')[2]}")


def _blob(value):
    if not isinstance(value, str):
        raise _unreadable("only base-64-encoded strings are convertible to bytes")
    if len(value) % 4:
        raise _unreadable(f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}")
    try:
        b64decode(value, validate=True)
    except NotBase64:
        raise _unreadable("Invalid Base64 character in the encoded bytes") from None
    return value


def _java_type(shape) -> str:
    if shape.type_name == "map":
        return f"java.util.Map<java.lang.String, {_java_type(shape.value)}>"
    if shape.type_name == "list":
        return f"java.util.List<{_java_type(shape.member)}>"
    return JAVA.get(shape.type_name) or f"com.amazonaws.dynamodb.v20120810.{shape.name}"


def _unreadable(message: str) -> Refused:
    return Refused(message, "SerializationException")


# Constraints


def check(request: dict, shape) -> None:
    """Refuse a request that violates the model, naming every violation at once."""
    found = list(_violations(request, shape, ""))[:REPORTED]
    if found:
        plural = "s" if len(found) > 1 else ""
        raise Refused(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def violation(value: str, where: str, constraint: str) -> str:
    return f"Value {value} at '{where}' failed to satisfy constraint: {constraint}"


def _violations(value, shape, where: str):
    """What is wrong with a value and with what it holds."""
    if shape.name == "AttributeValue":
        return
    for holds, constraint in _constraints(shape):
        if not holds(value):
            yield violation(f"'{java_text(value, shape)}'", where, constraint)
    kind = shape.type_name
    if kind == "structure":
        required = _required(shape)
        for name, member in _members(shape).items():
            if name in value:
                yield from _violations(value[name], member, _inside(where, name))
            elif name in required:
                yield violation("null", _inside(where, name), "Member must not be null")
    elif kind == "list":
        for at, member in enumerate(value, 1):
            yield from _violations(member, shape.member, f"{where}.{at}.member")
    elif kind == "map" and shape.value.name != "AttributeValue":
        yield from _map_violations(value, shape, where)
    elif shape.name == "TableArn" and value and not value.startswith("arn:"):
        # A table may be named by its ARN; whatever is not one is a table's name.
        yield from _violations(value, table_name(), where)


def _inside(where: str, name: str) -> str:
    return f"{where}.{name[0].lower()}{name[1:]}".lstrip(".")


def _map_violations(value: dict, shape, where: str):
    """Of tables' names and of lists it is the map that is told, with all that they should be."""
    of_lists, told = shape.value.type_name == "list", []
    if shape.key.name == "TableArn":
        told = [("keys", table_name() if name[:4] != "arn:" else shape.key, name) for name in value]
    if of_lists:
        told += [("value", shape.value, member) for member in value.values()]
    for what, inner, member in told:
        rules = _constraints(inner)
        if not all(holds(member) for holds, _ in rules):
            listed = ", ".join(constraint for _, constraint in reversed(rules))
            constraint = f"Map {what} must satisfy constraint: [{listed}]"
            yield violation(f"'{java_text(value, shape)}'", where, constraint)
    for key, member in value.items():
        inner, place = shape.value, f"{where}.{key}.member"
        for at, element in enumerate(member if of_lists else (), 1):
            yield from _violations(element, inner.member, f"{place}.{at}.member")
        if not of_lists:
            yield from _violations(member, inner, place)


@cache
def _constraints(shape) -> list:
    """[(test, what DynamoDB calls the constraint), ...] of one shape alone."""
    found, metadata = [], shape.metadata
    if allowed := metadata.get("enum"):
        # Sets are printed in the order of a Java hash table with 32 places, the newest first in each place.
        listed = sorted(allowed, key=lambda name: (_java_hash(name) % 32, -allowed.index(name)))
        constraint = f"Member must satisfy enum value set: [{', '.join(listed)}]"
        found.append((allowed.__contains__, constraint))
    pattern = metadata.get("pattern", "")
    if pattern and "\\p{" not in pattern and "\\u" not in pattern:
        constraint = f"Member must satisfy regular expression pattern: {pattern}"
        found.append((re.compile(pattern).fullmatch, constraint))
    number = shape.type_name in ("integer", "long", "double", "float")
    what, measure = ("value", lambda value: value) if number else ("length", len)
    for bound, within, words in (("min", ge, "greater"), ("max", le, "less")):
        if (limit := metadata.get(bound)) is not None:
            constraint = f"Member must have {what} {words} than or equal to {limit}"
            found.append((lambda value, w=within, limit=limit: w(measure(value), limit), constraint))
    return found


def _java_hash(text: str) -> int:
    value = 0
    for character in text:
        value = 31 * value + ord(character)
    return value


def java_text(value, shape) -> str:
    """A value as Java prints it: [a, b], {k=v}, KeySchemaElement(attributeName=a, keyType=HASH)."""
    if shape.type_name == "list":
        return f"[{', '.join(java_text(member, shape.member) for member in value)}]"
    if shape.type_name == "map":
        return "{" + ", ".join(f"{key}={java_text(v, shape.value)}" for key, v in value.items()) + "}"
    if shape.type_name == "structure":
        members = (
            f"{name[0].lower()}{name[1:]}={java_text(value[name], member) if name in value else 'null'}"
            for name, member in shape.members.items()
            if shape.name != "AttributeValue" or name in value
        )
        return f"{shape.name}({', '.join(members)})"
    return str(value).lower() if isinstance(value, bool) else str(value)

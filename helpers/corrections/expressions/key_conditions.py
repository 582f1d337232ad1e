"""Which part of a table or an index a query reads: KeyConditionExpression, checked against the key schema.

key_condition(text, names, values) -> {attribute: (operator, [typed, ...])}, as the older KeyConditions says it
check(conditions, schema, start)    equality for the partition key, a range for the sort key
"""

from ..errors import Refused, invalid
from ..keys import Schema, check_not_empty, check_start
from . import grammar
from .conditions import Binder

INDEXABLE = ("EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH")
COUNT = "Conditions can be of length 1 or 2 only"
NOT_SUPPORTED = "Query key condition not supported"
_NAMES = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_MIRROR = {"EQ": "EQ", "LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE"}


def key_condition(text: str, names=None, values=None) -> dict:
    """{attribute: (operator, [typed, ...])}, as the older KeyConditions says it."""
    what = "KeyConditionExpression"
    tree = grammar.parse(text, what)
    binder, conditions = Binder(what, names, values), {}
    for node in key_terms(tree):
        sign = node[1] if node[0] == "call" else node[0]
        if sign not in (*_NAMES, "BETWEEN", "begins_with"):
            raise Refused(f"Invalid operator used in KeyConditionExpression: {sign}")
        parts = node[2] if node[0] == "call" else node[1:]
        if any(part[0] == "call" for part in parts):
            raise Refused("KeyConditionExpressions cannot contain nested operations")
        operands = [binder.operand(part) for part in parts]
        paths = [operand.path for operand in operands if operand.path]
        if paths and len(paths[0]) > 1:
            raise Refused("KeyConditionExpressions cannot have conditions on nested attributes")
        if len(paths) > 1:
            raise bad_key_condition("Multiple attribute names used in one condition")
        if not paths:
            raise bad_key_condition("No key attribute specified")
        operator = _NAMES.get(sign, sign.upper())
        if operands[0].path is None:
            if sign not in _NAMES:
                raise bad_key_condition(f"{sign} operator must have the key attribute as its first operand")
            operator = _MIRROR[operator]
        if paths[0][0] in conditions:
            raise Refused("KeyConditionExpressions must only contain one condition per key")
        conditions[paths[0][0]] = (operator, [operand.value for operand in operands if operand.value])
    return conditions


def key_terms(node: tuple):
    if node[0] != "AND":
        yield node
    else:
        for part in node[1:]:
            yield from key_terms(part)


def bad_key_condition(reason: str) -> Refused:
    return Refused(f"Invalid condition in KeyConditionExpression: {reason}")


def check(conditions: dict | None, schema: Schema, start: dict | None = None) -> None:
    """Equality for the partition key, a range for the sort key; start, an ExclusiveStartKey, has them all, too.

    conditions: None for a Scan. The service goes through the key schema once and looks at both, so that the
    first attribute's mistake is told.
    """
    given = conditions or {}
    if len(given) > max(2, len(schema.names)):
        raise Refused(COUNT)
    named = schema.names[: max(len(given), len(schema.partition))] if given else ()
    for name in schema.names:
        check_start(start, name, schema)
        if len(given) > len(schema.names):
            raise Refused(NOT_SUPPORTED)
        if name in named:
            check_one(name, given, schema)
            if given[name][0] != "EQ" and (name in schema.partition or name != named[-1]):
                raise Refused(NOT_SUPPORTED)


def check_one(name: str, conditions: dict, schema: Schema) -> None:
    if name not in conditions:
        raise Refused(f"Query condition missed key schema element: {name}")
    operator, values = conditions[name]
    if operator not in INDEXABLE:
        raise Refused("Attempted conditional constraint is not an indexable operation")
    for value in values:
        if schema.types[name] not in value:
            raise invalid("Condition parameter type does not match schema type")
        check_not_empty(name, value, schema.index)

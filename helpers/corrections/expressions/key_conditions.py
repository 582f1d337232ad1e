"""Which part of a table or an index a query reads: KeyConditionExpression, checked against the key schema.

key_condition(text, names, values) -> {attribute: (operator, [typed, ...])}, as the older KeyConditions says it
check(conditions, schema, start)    equality for the partition key, a range for the sort key
"""

from ..errors import invalid_if, refuse_if
from ..keys import Schema, check_not_empty, check_start
from . import grammar
from .conditions import Binder

INDEXABLE = ("EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH")
COUNT = "Conditions can be of length 1 or 2 only"
NOT_SUPPORTED = "Query key condition not supported"
_NAMES = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_MIRROR = {"EQ": "EQ", "LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE"}
_BAD = "Invalid condition in KeyConditionExpression: "


def key_condition(text: str, names=None, values=None) -> dict:
    """{attribute: (operator, [typed, ...])}, as the older KeyConditions says it."""
    what = "KeyConditionExpression"
    binder, conditions = Binder(what, names, values), {}
    for node in key_terms(grammar.parse(text, what)):
        sign, nodes = grammar.parts(node)
        refuse_if(sign not in (*_NAMES, "BETWEEN", "begins_with"), f"Invalid operator used in {what}: {sign}")
        refuse_if(
            any(one[0] == "call" for one in nodes), "KeyConditionExpressions cannot contain nested operations"
        )
        operands = [binder.operand(one) for one in nodes]
        paths = [operand.path for operand in operands if operand.path]
        refuse_if(
            paths and len(paths[0]) > 1, "KeyConditionExpressions cannot have conditions on nested attributes"
        )
        refuse_if(len(paths) > 1, _BAD + "Multiple attribute names used in one condition")
        refuse_if(not paths, _BAD + "No key attribute specified")
        operator = _NAMES.get(sign, sign.upper())
        if operands[0].path is None:
            first = f"{_BAD}{sign} operator must have the key attribute as its first operand"
            refuse_if(sign not in _NAMES, first)
            operator = _MIRROR[operator]
        name = paths[0][0]
        refuse_if(name in conditions, "KeyConditionExpressions must only contain one condition per key")
        conditions[name] = (operator, [operand.value for operand in operands if operand.value])
    return conditions


def key_terms(node: tuple):
    if node[0] != "AND":
        yield node
    else:
        for part in node[1:]:
            yield from key_terms(part)


def check(conditions: dict | None, schema: Schema, start: dict | None = None) -> None:
    """Equality for the partition key, a range for the sort key; start, an ExclusiveStartKey, has them all, too.

    conditions: None for a Scan. The service goes through the key schema once and looks at both, so that the
    first attribute's mistake is told.
    """
    given = conditions or {}
    refuse_if(len(given) > max(2, len(schema.names)), COUNT)
    if given and len(schema.names) > min(1, len(schema.partition)) + min(1, len(schema.sort)):
        check_equalities(given, schema)
    named = schema.names[: max(len(given), len(schema.partition))] if given else ()
    for name in schema.names:
        check_start(start, name, schema)
        refuse_if(len(given) > len(schema.names), NOT_SUPPORTED)
        if name in named:
            check_one(name, given, schema)
            ranged = given[name][0] != "EQ"
            refuse_if(ranged and (name in schema.partition or name != named[-1]), NOT_SUPPORTED)


def check_equalities(conditions: dict, schema: Schema) -> None:
    """Of an index whose key has several attributes in one part, which the service tells in other words."""
    others = {name for name in schema.names if conditions.get(name, ("",))[0] != "EQ"}
    all_hash = "All HASH key attributes of the index must have an equality condition"
    refuse_if(others.intersection(schema.partition), f"{NOT_SUPPORTED}: {all_hash}")
    ranges = [at for at, name in enumerate(schema.sort) if name in conditions]
    first = schema.sort[: ranges[-1]] if ranges else ()
    before_last = "All RANGE key attributes before the last one given must have an equality condition"
    refuse_if(others.intersection(first), f"{NOT_SUPPORTED}: {before_last}")


def check_one(name: str, conditions: dict, schema: Schema) -> None:
    refuse_if(name not in conditions, f"Query condition missed key schema element: {name}")
    operator, values = conditions[name]
    refuse_if(operator not in INDEXABLE, "Attempted conditional constraint is not an indexable operation")
    for value in values:
        invalid_if(schema.types[name] not in value, "Condition parameter type does not match schema type")
        check_not_empty(name, value, schema.index)

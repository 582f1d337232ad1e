"""The parameters that expressions replaced in 2014, turned into the same objects as

API Reference, "Legacy Conditional Parameters". Values are checked wire dicts.

    condition(conditions, operator) -> Condition        QueryFilter, ScanFilter, and Expected after `expected`
    expected(conditions) -> {attribute: (operator, [typed, ...])}
    conditions(given) -> the same of KeyConditions, QueryFilter and ScanFilter
    update(attribute_updates) -> Update                 AttributeUpdates
    projection(attributes) -> Projection                AttributesToGet
"""

from ..errors import Refused, invalid
from ..expressions import conditions as expressions
from ..expressions.conditions import Condition
from ..expressions.documents import Projection
from ..expressions.grammar import COMPARATORS as SIGNS
from ..expressions.updates import COMBINING, REMOVED, Update
from ..values import ORDERED, SETS, checked, comparable, kind_of

ARGUMENTS = {"NULL": (0, 0), "NOT_NULL": (0, 0), "BETWEEN": (2, 2), "IN": (1, None)}
ALLOWED = {
    **dict.fromkeys(("LT", "LE", "GT", "GE", "BETWEEN", "IN"), ORDERED),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), (*ORDERED, "BOOL", "NULL")),
    "BEGINS_WITH": ("S", "B"),
}
SAME = {
    **{
        older: f"#a {sign} :0"
        for older, sign in zip(("EQ", "NE", "LT", "LE", "GT", "GE"), SIGNS, strict=True)
    },
    "BETWEEN": "#a BETWEEN :0 AND :1",
    "NULL": "attribute_not_exists(#a)",
    "NOT_NULL": "attribute_exists(#a)",
    "BEGINS_WITH": "begins_with(#a, :0)",
    "CONTAINS": "contains(#a, :0)",
    "NOT_CONTAINS": "attribute_exists(#a) AND NOT contains(#a, :0)",
}


def conditions(given: dict) -> dict:
    """{attribute: (operator, values)} of {attribute: {"ComparisonOperator", "AttributeValueList"}}."""
    return {
        name: compared(one["ComparisonOperator"], one.get("AttributeValueList", []))
        for name, one in given.items()
    }


def compared(operator: str, values: list) -> tuple:
    values = [checked(value) for value in values]
    fewest, most = ARGUMENTS.get(operator, (1, 1))
    if len(values) < fewest or (most is not None and len(values) > most):
        raise invalid(f"Invalid number of argument(s) for the {operator} ComparisonOperator")
    for value in values:
        if kind_of(value) not in ALLOWED.get(operator, (kind_of(value),)):
            raise invalid(
                f"ComparisonOperator {operator} is not valid for {kind_of(value)} AttributeValue type"
            )
    if len({kind_of(value) for value in values}) > 1:
        raise invalid("AttributeValues inside AttributeValueList must be of same type")
    if operator == "BETWEEN" and comparable(values[0]) > comparable(values[1]):
        raise Refused(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
    return operator, values


def expected(given: dict) -> dict:
    """Expected says it in two ways: Value with Exists, or ComparisonOperator with AttributeValueList."""
    return {name: _expected(name, one) for name, one in given.items()}


def _expected(name: str, one: dict) -> tuple:
    value, values = one.get("Value"), one.get("AttributeValueList")
    operator, exists = one.get("ComparisonOperator"), one.get("Exists")
    problem = None
    if value is not None and values is not None:
        problem = "Value and AttributeValueList cannot be used together"
    elif operator and exists is not None:
        problem = "Exists and ComparisonOperator cannot be used together"
    elif values is not None and not operator:
        problem = "AttributeValueList can only be used with a ComparisonOperator"
    elif operator and operator not in ("NULL", "NOT_NULL") and value is None and values is None:
        problem = f"Value or AttributeValueList must be used with ComparisonOperator: {operator}"
    elif not operator and exists is False and value is not None:
        problem = "Value cannot be used when Exists is false"
    elif not operator and exists is not False and value is None:
        problem = f"Value must be provided when Exists is {'null' if exists is None else 'true'}"
    if problem:
        raise invalid(f"{problem} for Attribute: {name}")
    if operator:
        return compared(operator, values if values is not None else [value] if value else [])
    return ("NULL", []) if exists is False else ("EQ", [checked(value)])


def condition(given: dict, operator: str | None) -> Condition:
    tests = [_test(name, *one) for name, one in given.items()]
    every = any if operator == "OR" else all
    return Condition(lambda item: every(test(item) for test in tests), [(name,) for name in given])


def _test(name: str, operator: str, values: list):
    """One condition as a function item -> bool: that of the expression which says the same."""
    if operator == "IN":  # has no limit of its own, as an expression has
        return lambda item: item.get(name) in values
    placed = {f":{at}": value for at, value in enumerate(values)}
    return expressions.condition(SAME[operator], {"#a": name}, placed).test


def projection(attributes: list[str]) -> Projection:
    for at, name in enumerate(attributes):
        if name in attributes[:at]:
            raise invalid(f"Duplicate value in attribute name: {name}")
    return Projection([(name,) for name in attributes], {name: (name,) for name in attributes})


def update(given: dict) -> Update:
    values, changes = {}, {}
    for name, one in given.items():
        if one.get("Value") is not None:
            values[name] = checked(one["Value"])
        changes[(name,)] = _change(name, one.get("Action", "PUT"), values.get(name))
    return Update(changes, {name: (name,) for name in given}, values)


def _change(name: str, action: str, value: dict | None):
    if value is None:
        if action != "DELETE":
            raise invalid("Only DELETE action is allowed when no attribute value is specified")
        return lambda item: REMOVED
    kind = kind_of(value)
    if action == "PUT":
        return lambda item: value
    if kind not in (*SETS, "N", "L") if action == "ADD" else kind not in SETS:
        how = "" if action == "ADD" else " with value"
        raise invalid(f"{action} action{how} is not supported for the type {kind}")
    change = COMBINING[action]((name,), value)

    def matching(item):
        if name in item and kind_of(item[name]) != kind:
            raise Refused("Type mismatch for attribute to update")
        return change(item)

    return matching

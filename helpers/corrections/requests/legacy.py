"""The parameters that expressions replaced in 2014, turned into the same objects as

API Reference, "Legacy Conditional Parameters". Values are checked wire dicts.

    condition(conditions, operator) -> Condition        QueryFilter, ScanFilter, and Expected after `expected`
    expected(conditions) -> {attribute: (operator, [typed, ...])}
    conditions(given) -> the same of KeyConditions, QueryFilter and ScanFilter
    update(attribute_updates) -> Update                 AttributeUpdates
    projection(attributes) -> Projection                AttributesToGet
"""

from ..errors import invalid, invalid_if, refuse_if
from ..expressions.conditions import TESTS, Condition
from ..expressions.documents import Projection
from ..expressions.updates import REMOVED, Update, combining
from ..values import ORDERED, SETS, check_name, checked, comparable, kind_of

ARGUMENTS = {"NULL": (0, 0), "NOT_NULL": (0, 0), "BETWEEN": (2, 2), "IN": (1, None)}  # fewest and most
ALLOWED = {
    **dict.fromkeys(("LT", "LE", "GT", "GE", "BETWEEN", "IN"), ORDERED),
    **dict.fromkeys(("CONTAINS", "NOT_CONTAINS"), (*ORDERED, "BOOL", "NULL")),
    "BEGINS_WITH": ("S", "B"),
}
# The operator or function of an expression that says the same.
SAME = {
    "EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "BETWEEN": "BETWEEN", "IN": "IN",
    "NULL": "attribute_not_exists", "NOT_NULL": "attribute_exists", "BEGINS_WITH": "begins_with",
    "CONTAINS": "contains", "NOT_CONTAINS": "contains",
}  # fmt: skip


def conditions(given: dict) -> dict:
    """{attribute: (operator, values)} of {attribute: {"ComparisonOperator", "AttributeValueList"}}."""
    return {
        name: compared(one["ComparisonOperator"], one.get("AttributeValueList", []))
        for name, one in given.items()
    }


def compared(operator: str, values: list) -> tuple:
    values = [checked(value) for value in values]
    fewest, most = ARGUMENTS.get(operator, (1, 1))
    invalid_if(
        len(values) < fewest or (most is not None and len(values) > most),
        f"Invalid number of argument(s) for the {operator} ComparisonOperator",
    )
    kinds = list(map(kind_of, values))
    for kind in kinds:
        invalid_if(
            kind not in ALLOWED.get(operator, kinds),
            f"ComparisonOperator {operator} is not valid for {kind} AttributeValue type",
        )
    invalid_if(len(set(kinds)) > 1, "AttributeValues inside AttributeValueList must be of same type")
    refuse_if(
        operator == "BETWEEN" and comparable(values[0]) > comparable(values[1]),
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    )
    return operator, values


def expected(given: dict) -> dict:
    """Expected says it in two ways: Value with Exists, or ComparisonOperator with AttributeValueList."""
    return {name: _expected(name, one) for name, one in given.items()}


def _expected(name: str, one: dict) -> tuple:
    check_name(name)
    value, values = one.get("Value"), one.get("AttributeValueList")
    operator, exists = one.get("ComparisonOperator"), one.get("Exists")
    has_value, has_values = value is not None, values is not None
    must = f"Value must be provided when Exists is {'null' if exists is None else 'true'}"
    of_operator = f"Value or AttributeValueList must be used with ComparisonOperator: {operator}"
    for wrong, problem in (
        (has_value and has_values, "Value and AttributeValueList cannot be used together"),
        (operator and exists is not None, "Exists and ComparisonOperator cannot be used together"),
        (has_values and not operator, "AttributeValueList can only be used with a ComparisonOperator"),
        (operator not in (None, "NULL", "NOT_NULL") and not (has_value or has_values), of_operator),
        (not operator and exists is False and has_value, "Value cannot be used when Exists is false"),
        (not operator and exists is not False and not has_value, must),
    ):
        invalid_if(wrong, f"{problem} for Attribute: {name}")
    if operator:
        return compared(operator, values if has_values else [value] if value else [])
    return ("NULL", []) if exists is False else ("EQ", [checked(value)])


def condition(given: dict, operator: str | None) -> Condition:
    tests = [_test(name, *one) for name, one in given.items()]
    every = any if operator == "OR" else all
    return Condition(lambda item: every(test(item) for test in tests), [(name,) for name in given])


def _test(name: str, operator: str, values: list):
    """One condition as a function item -> bool."""
    test = TESTS[SAME[operator]]
    if operator == "NOT_CONTAINS":
        return lambda item: name in item and not test(item[name], *values)
    return lambda item: test(item.get(name), *values)


def projection(attributes: list[str]) -> Projection:
    for at, name in enumerate(attributes):
        invalid_if(name in attributes[:at], f"Duplicate value in attribute name: {name}")
    return Projection([(name,) for name in attributes], {name: (name,) for name in attributes})


def update(given: dict) -> Update:
    values, changes = {}, {}
    for name, one in given.items():
        check_name(name)
        if one.get("Value") is not None:
            values[name] = checked(one["Value"])
        changes[(name,)] = _change(name, one.get("Action", "PUT"), values.get(name))
    creates = not given or any(one.get("Action") != "DELETE" for one in given.values())
    return Update(changes, {name: (name,) for name in given}, values, creates=creates)


def _change(name: str, action: str, value: dict | None):
    if value is None:
        without = "Only DELETE action is allowed when no attribute value is specified"
        invalid_if(action != "DELETE", without)
        return lambda item: REMOVED
    kind = kind_of(value)
    if action == "PUT":
        return lambda item: value
    if kind not in (*SETS, "N", "L") if action == "ADD" else kind not in SETS:
        how = "" if action == "ADD" else " with value"
        raise invalid(f"{action} action{how} is not supported for the type {kind}")
    return combining(action, (name,), value, "Type mismatch for attribute to update")

"""Parameters of one request that belong together: expressions with their placeholders, and what they replaced."""

import re

from helpers.rules import limits

from ..errors import Refused, refuse_if
from ..expressions import conditions, grammar, key_conditions, updates
from ..values import check_name, checked
from . import legacy

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
# What each expression is called once it is read, in the order in which the service reads them.
EXPRESSIONS = {
    "update": ("UpdateExpression", updates.update),
    "condition": ("ConditionExpression", conditions.condition),
    "key_condition": ("KeyConditionExpression", conditions.condition),
    "filter": ("FilterExpression", conditions.condition),
    "projection": ("ProjectionExpression", conditions.projection),
}
PARAMETERS["ConditionCheck"] = PARAMETERS["DeleteItem"]


def refuse_mixing(operation: str, one: dict) -> None:
    """Older parameters beside expressions, and placeholders without any."""
    older, newer = ([name for name in names if name in one] for names in PARAMETERS[operation])
    if "KeyConditionExpression" not in newer:
        older = [name for name in older if name != "KeyConditions"]
    if older and newer:
        raise Refused(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(older)}}} Expression parameters: {{{', '.join(newer)}}}"
        )
    names = "ExpressionAttributeNames" in one
    refuse_if(names and not newer, "ExpressionAttributeNames can only be specified when using expressions")
    if "ExpressionAttributeValues" in one:
        takers = [name for name in PARAMETERS[operation][1] if name != "ProjectionExpression"]
        if takers and not any(name in one for name in takers):
            raise Refused(
                "ExpressionAttributeValues can only be specified when using expressions: "
                f"{' and '.join(takers)} {'is' if len(takers) == 1 else 'are'} null"
            )


def placed(one: dict, parameter: str, sign: str, check) -> dict:
    """ExpressionAttributeNames or ExpressionAttributeValues, the values in DynamoDB's own form."""
    given, good = one.get(parameter, {}), {}
    refuse_if(parameter in one and not given, f"{parameter} must not be empty")
    for key in given:
        problem = f'Syntax error; key: "{key}"'
        if not key:
            problem = "The expression attribute map contains an empty key;"
        elif len(key) > limits.PLACEHOLDER_MAX_CHARACTERS:
            problem = "The expression attribute map contains a key that is too long;"
            problem += f" size of key: {len(key)}" if sign == "#" else ""
        elif re.fullmatch(rf"{sign}[A-Za-z0-9_]+", key):
            continue
        raise Refused(f"{parameter} contains invalid key: {problem}")
    for key, value in given.items():
        try:
            good[key] = check(value)
        except Refused as refused:
            raise Refused(f"{parameter} contains invalid value: {refused.message} for key {key}") from None
    return good


def check_use(texts: list[str], names: dict, values: dict) -> None:
    """Every placeholder must be used by some expression of the request."""
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
    if operation == "UpdateItem":
        found["update"] = legacy.update(one.get("AttributeUpdates", {}))
    if operation in ("Query", "Scan"):
        found["filter"] = older_condition(legacy.conditions(one.get(f"{operation}Filter", {})), one)
    elif operation != "GetItem":
        found["condition"] = older_condition(legacy.expected(one.get("Expected", {})), one)
    if operation in ("GetItem", "Query", "Scan"):
        found["projection"] = legacy.projection(one["AttributesToGet"]) if "AttributesToGet" in one else None
    return found


def older_condition(given: dict, one: dict):
    operator = one.get("ConditionalOperator")
    if operator and len(given) < 2:
        alone = "cannot be used without Filter or Expected"
        of_one = "can only be used when Filter or Expected has two or more elements"
        raise Refused(f"ConditionalOperator {of_one if given else alone}")
    return legacy.condition(given, operator) if given else None


def newer(one: dict) -> dict:
    """The expressions of a request, parsed and bound under lower-case names."""
    given = [(name, *read) for name, read in EXPRESSIONS.items() if read[0] in one]
    if not given:
        return {}
    names = placed(one, "ExpressionAttributeNames", "#", check_name)
    values = placed(one, "ExpressionAttributeValues", ":", checked)
    found = {name: read(one[parameter], names, values, parameter) for name, parameter, read in given}
    check_use([one[parameter] for _, parameter, _ in given], names, values)
    if "key_condition" in found:
        found["key_condition"] = key_conditions.key_condition(one["KeyConditionExpression"], names, values)
    return found

"""Attribute values as they cross the wire: {"S": "a"}, {"N": "1.5"}, {"L": [...]}; binary is base64 text.

`checked` refuses what DynamoDB refuses and brings a value into the form in which DynamoDB gives it back:
numbers without needless zeros, sets in order. Everything else here expects values in that form.
Source: Developer Guide, "Supported data types and naming rules" and "Service, account, and table quotas".
"""

import operator
import re
from base64 import b64decode
from decimal import Context, Decimal

from helpers.rules import limits

from .errors import INVALID, Refused, refuse_if

TYPES = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL")
ORDERED = ("S", "N", "B")
SETS = ("SS", "NS", "BS")
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
NULL_IS_TRUE = INVALID + "Null attribute value types must have the value of true"
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
# The words for a set without members, and for one in which two are equal.
NO_MEMBERS = {
    "SS": INVALID + "An string set  may not be empty",
    "NS": INVALID + "An number set  may not be empty",
    "BS": INVALID + "Binary sets should not be empty",
}
EQUAL_MEMBERS = {
    "SS": INVALID + "Input collection [{}] contains duplicates.",
    "NS": "Input collection contains duplicates",
    "BS": INVALID + "Input collection [{}]of type BS contains duplicates.",
}
# What is no value at all; ExclusiveStartKey tells it in words of its own.
NO_VALUE = (EMPTY, SEVERAL, NULL_IS_TRUE, NO_MEMBERS["SS"], NO_MEMBERS["BS"])
EXACT = Context(prec=300)  # more digits than a sum of two numbers in range can have
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,10})?", re.ASCII)
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,36}", re.ASCII)


def canonical(text: str) -> str:
    """A number as DynamoDB gives it back: "1e2" becomes "100", "01.50" becomes "1.5"."""
    if _PLAIN_INTEGER.fullmatch(text):
        return text
    if not _NUMBER.fullmatch(text):
        told = f": {text}" if text else ""
        raise Refused(f"The parameter cannot be converted to a numeric value{told}")
    return number_text(Decimal(text))


def number_text(number: Decimal, summed: bool = False) -> str:
    """The canonical text of a number; refuses what DynamoDB cannot hold (38 digits, 1E-130 to 9.99E+125).

    A zero is judged by the exponent with which it is written; a sum of too many digits counts as an overflow.
    """
    out_of_range = "Number {}. Attempting to store a number with magnitude {} than supported range"
    power = number.adjusted()
    refuse_if(power > limits.NUMBER_MAX_POWER_OF_TEN, out_of_range.format("overflow", "larger"))
    refuse_if(power < limits.NUMBER_MIN_POWER_OF_TEN, out_of_range.format("underflow", "smaller"))
    if not number:
        return "0"
    digits = len("".join(map(str, number.as_tuple().digits)).strip("0"))
    too_long = "Attempting to store more than 38 significant digits in a Number"
    refuse_if(
        digits > limits.NUMBER_MAX_DIGITS, out_of_range.format("overflow", "larger") if summed else too_long
    )
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def checked(value: dict, depth: int = 1) -> dict:
    """The value in DynamoDB's own form; raises `Refused` for what cannot be an attribute value."""
    given = [kind for kind in TYPES if value.get(kind) is not None]
    refuse_if(not given, EMPTY)
    contents = [_content(kind, value[kind], depth) for kind in given]
    refuse_if(len(given) > 1, SEVERAL)
    return {given[0]: contents[0]}


def _content(kind: str, content, depth: int):
    if kind == "N":
        return canonical(content)
    if kind in SETS:
        return _members(kind, content)
    refuse_if(kind == "NULL" and content is not True, NULL_IS_TRUE)
    if kind not in ("L", "M"):
        return content
    refuse_if(depth >= limits.NESTING_MAX_LEVELS, TOO_DEEP)
    if kind == "M":
        return _attributes(content, depth + 1)
    return [checked(member, depth + 1) for member in content]


def _members(kind: str, members: list[str]) -> list[str]:
    refuse_if(not members, NO_MEMBERS[kind])
    if kind == "NS":
        members = list(map(canonical, members))
    if len(set(members)) < len(members):
        raise Refused(EQUAL_MEMBERS[kind].format(", ".join(members)))
    return in_order(kind, members)


class Plain(dict):
    """Attributes that `plain` has passed, with their size in bytes as `helpers.rules.wire_size` gives it."""

    __slots__ = ("size",)


def checked_item(item: dict) -> dict:
    return item if item.__class__ is Plain else _attributes(item, 1)


def _attributes(attributes: dict, depth: int) -> dict:
    for name in attributes:
        check_name(name)
    return {name: checked(value, depth) for name, value in attributes.items()}


def check_name(name: str) -> str:
    """The name of an attribute: not empty, under 64 KB."""
    refuse_if(not name, "Empty attribute name")
    too_large = "Attribute name is too large, must be less than 65536 bytes"
    refuse_if(len(name.encode()) > limits.ATTRIBUTE_NAME_MAX_BYTES, too_large)
    return name


def kind_of(value: dict) -> str:
    return next(iter(value))


def comparable(value: dict) -> bytes | Decimal:
    """What DynamoDB orders keys and comparisons by: bytes for S and B, a number for N."""
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


def in_order(kind: str, members) -> list[str]:
    """The members of a set in the order in which it is kept."""
    return sorted(members, key=lambda member: comparable({kind[0]: member}))


def plus(left: dict, right: dict) -> dict:
    """The sum of two numbers, exact: DynamoDB refuses one that needs more than 38 digits."""
    return {"N": number_text(EXACT.add(Decimal(left["N"]), Decimal(right["N"])), summed=True)}


def minus(left: dict, right: dict) -> dict:
    return {"N": number_text(EXACT.subtract(Decimal(left["N"]), Decimal(right["N"])), summed=True)}


# How values compare


_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def ordered(sign: str, left: dict, right: dict) -> bool:
    """What has another type, or one that has no order, is neither below nor above."""
    kind = kind_of(left)
    return kind in ORDERED and kind in right and _SIGNS[sign](comparable(left), comparable(right))


def starts_with(whole: dict, start: dict) -> bool:
    kind = kind_of(whole)
    return kind in ("S", "B") and kind in start and comparable(whole).startswith(comparable(start))


def contains(whole: dict, part: dict) -> bool:
    """A substring of S or B, a member of a set, an element of a list."""
    kind = kind_of(whole)
    if kind == "L":
        return part in whole["L"]
    if kind in SETS:
        return part.get(kind[0]) in whole[kind]
    return kind in ("S", "B") and kind in part and comparable(part) in comparable(whole)


def size_of(value: dict) -> dict | None:
    """UTF-16 units of S, bytes of B, members of sets, lists and maps; numbers, booleans and null have no size."""
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    if kind == "S":
        return {"N": str(len(content.encode("utf-16-le")) // 2)}
    return {"N": str(len(comparable(value) if kind == "B" else content))}

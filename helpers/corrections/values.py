"""Attribute values as they cross the wire: {"S": "a"}, {"N": "1.5"}, {"L": [...]}; binary is base64 text.

`checked` refuses what DynamoDB refuses and brings a value into the form in which DynamoDB gives it back:
numbers without needless zeros, sets in order. Everything else here expects values in that form.
Source: Developer Guide, "Supported data types and naming rules" and "Service, account, and table quotas".
"""

import operator
import re
from base64 import b64decode
from decimal import Context, Decimal

from .errors import INVALID, Refused

TYPES = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL")
DIGITS = 38
LARGEST, SMALLEST = 125, -130  # exponent of the leading digit
NESTING = 32
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
NULL_IS_TRUE = INVALID + "Null attribute value types must have the value of true"
NO_STRINGS = INVALID + "An string set  may not be empty"
NO_BINARIES = INVALID + "Binary sets should not be empty"
# What is no value at all; ExclusiveStartKey tells it in words of its own.
NO_VALUE = (EMPTY, SEVERAL, NULL_IS_TRUE, NO_STRINGS, NO_BINARIES)
NAME_BYTES = 65535
ORDERED = ("S", "N", "B")
SETS = ("SS", "NS", "BS")
EXACT = Context(prec=300)  # more digits than a sum of two numbers in range can have
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?", re.ASCII)
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,36}", re.ASCII)


def canonical(text: str) -> str:
    """A number as DynamoDB gives it back: "1e2" becomes "100", "01.50" becomes "1.5"."""
    if _PLAIN_INTEGER.fullmatch(text):
        return text
    if not text:
        raise Refused("The parameter cannot be converted to a numeric value")
    if not _NUMBER.fullmatch(text):
        raise Refused(f"The parameter cannot be converted to a numeric value: {text}")
    return number_text(Decimal(text))


def number_text(number: Decimal) -> str:
    """The canonical text of a number; refuses what DynamoDB cannot hold (38 digits, 1E-130 to 9.99E+125)."""
    if not number:
        return "0"
    if not SMALLEST <= number.adjusted() <= LARGEST:
        what, size = ("overflow", "larger") if number.adjusted() > LARGEST else ("underflow", "smaller")
        raise Refused(
            f"Number {what}. Attempting to store a number with magnitude {size} than supported range"
        )
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > DIGITS:
        raise Refused("Attempting to store more than 38 significant digits in a Number")
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def checked(value: dict, depth: int = 1) -> dict:
    """The value in DynamoDB's own form; raises `Refused` for what cannot be an attribute value."""
    given = [kind for kind in TYPES if value.get(kind) is not None]
    if not given:
        raise Refused(EMPTY)
    results = [_CHECKS[kind](value[kind], depth) for kind in given]
    if len(given) > 1:
        raise Refused(SEVERAL)
    return {given[0]: results[0]}


class Plain(dict):
    """Attributes that `plain` has passed, with their size in bytes as `helpers.rules.wire_size` gives it."""

    __slots__ = ("size",)


def checked_item(item: dict) -> dict:
    if item.__class__ is Plain:
        return item
    for name in item:
        check_name(name)
    return {name: checked(value) for name, value in item.items()}


def check_name(name: str) -> str:
    """The name of an attribute: not empty, under 64 KB."""
    if not name:
        raise Refused("Empty attribute name")
    if len(name) > NAME_BYTES // 4 and len(name.encode()) > NAME_BYTES:
        raise Refused("Attribute name is too large, must be less than 65536 bytes")
    return name


def _as_it_is(value, depth):
    return value


def _null(value, depth):
    if value is not True:
        raise Refused(NULL_IS_TRUE)
    return True


# Of each kind of set: its words for no members and for members that are equal, and the order it is kept in.
_SETS = {
    "SS": (
        NO_STRINGS,
        INVALID + "Input collection [{}] contains duplicates.",
        str.encode,
    ),
    "NS": (INVALID + "An number set  may not be empty", "Input collection contains duplicates", Decimal),
    "BS": (
        NO_BINARIES,
        INVALID + "Input collection [{}]of type BS contains duplicates.",
        b64decode,
    ),
}


def _set_of(kind: str):
    none, twice, order = _SETS[kind]

    def check(members, depth):
        if not members:
            raise Refused(none)
        members = list(map(canonical, members)) if kind == "NS" else members
        if len(set(members)) < len(members):
            raise Refused(twice.format(", ".join(members)))
        return sorted(members, key=order)

    return check


def _list(members, depth):
    _check_depth(depth)
    return [checked(member, depth + 1) for member in members]


def _map(members, depth):
    _check_depth(depth)
    for name in members:
        check_name(name)
    return {name: checked(member, depth + 1) for name, member in members.items()}


def _check_depth(depth):
    if depth >= NESTING:
        raise Refused(
            "Nesting Levels have exceeded supported limits: "
            "Attributes in the item have nested levels beyond supported limit"
        )


_CHECKS = {
    "S": _as_it_is,
    "N": lambda text, depth: canonical(text),
    "B": _as_it_is,
    "BOOL": _as_it_is,
    "NULL": _null,
    **{kind: _set_of(kind) for kind in SETS},
    "L": _list,
    "M": _map,
}


def kind_of(value: dict) -> str:
    return next(iter(value))


def comparable(value: dict) -> bytes | Decimal:
    """What DynamoDB orders keys and comparisons by: bytes for S and B, a number for N."""
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


def plus(left: dict, right: dict) -> dict:
    """The sum of two numbers, exact: DynamoDB refuses one that needs more than 38 digits."""
    return {"N": number_text(EXACT.add(Decimal(left["N"]), Decimal(right["N"])))}


def minus(left: dict, right: dict) -> dict:
    return {"N": number_text(EXACT.subtract(Decimal(left["N"]), Decimal(right["N"])))}


# How values compare


_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def ordered(sign: str, left: dict | None, right: dict | None) -> bool:
    """A comparison. A missing attribute is unequal to everything and neither below nor above anything."""
    if sign == "=":
        return left is not None and left == right
    if sign == "<>":
        return left is None or left != right
    if left is None or right is None:
        return False
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in ORDERED:
        return False
    return _SIGNS[sign](comparable(left), comparable(right))


def starts_with(whole: dict | None, start: dict | None) -> bool:
    if whole is None or start is None or kind_of(whole) != kind_of(start) or kind_of(whole) not in ("S", "B"):
        return False
    return comparable(whole).startswith(comparable(start))


def contains(whole: dict | None, part: dict | None) -> bool:
    """A substring of S or B, a member of a set, an element of a list."""
    if whole is None or part is None:
        return False
    kind = kind_of(whole)
    if kind == "L":
        return part in whole["L"]
    if kind in SETS:
        return kind_of(part) == kind[0] and part[kind[0]] in whole[kind]
    return kind in ("S", "B") and kind == kind_of(part) and comparable(part) in comparable(whole)


def size_of(value: dict | None) -> dict | None:
    """UTF-16 units of S, bytes of B, members of sets, lists and maps; numbers, booleans and null have no size."""
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    if kind == "S":
        return {"N": str(len(content.encode("utf-16-le", "surrogatepass")) // 2)}
    return {"N": str(len(comparable(value) if kind == "B" else content))}

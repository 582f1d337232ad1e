"""How many bytes an item is, as DynamoDB counts them for capacity units and for the 400 KB limit.

An item is the sum of its attributes: the name in UTF-8 and the value.

    S            its UTF-8 bytes                    B   its raw bytes
    BOOL, NULL   1                                  N   see `number_size`
    SS, NS, BS   the sum of the members
    L, M         3, and for each element 1 more than its own size; the keys of a map count

Source: Developer Guide, "DynamoDB item sizes and formats". The guide gives numbers "approximately";
`number_size` has the exact rule.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import Decimal
from functools import lru_cache

from . import limits

_NUMBER = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_TOO_DEEP = f"is nested deeper than {limits.NESTING_MAX_LEVELS} levels"


def item_size(item: Mapping[str, object]) -> int:
    """Bytes of an item given as Python values, as boto3's resource takes and returns them.

    Values: str, bytes, bytearray, boto3's Binary, int, Decimal, bool, None, list, tuple, dict, and sets of
    str, of numbers or of bytes. Anything that DynamoDB does not accept raises TypeError or ValueError with the
    path of the value, e.g. `address.lines[2]`. The 400 KB limit is not checked: see `limits.ITEM_MAX_BYTES`.
    """
    return _from_the_top(_python_attributes, item)


def wire_size(item: Mapping[str, Mapping[str, object]]) -> int:
    """Bytes of an item given as typed values, `{"pk": {"S": "a"}}`, as boto3's client and the wire have it.

    Binary is bytes, as in boto3, or a str in base64, as in JSON. Errors as in `item_size`.
    """
    return _from_the_top(_wire_attributes, item)


@lru_cache(maxsize=1 << 16)  # tables repeat their numbers: years, prices, counters
def number_size(number: str) -> int:
    """Bytes of a number in any decimal notation: 1, and 1 for each pair of digits, and 1 if it is negative.

    Pairs are aligned on the decimal point, and pairs of zeros at either end are not stored: 1200 is one pair
    (12), 110 two (1, 10), 1.5 two (1, 50), 0.015 two (01, 50). So integer and fraction digits round up apart.
    Zero is 1 byte; no number is more than 21. The guide's "1 byte per two significant digits and 1 byte" is
    one too little where a pair is split and for a negative number. Measured, on DynamoDB Local too.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise ValueError(f"{number!r} is not a number")
    sign, whole, fraction, bare_fraction, exponent = match.groups()
    fraction = fraction or bare_fraction or ""
    digits = ((whole or "") + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return 1
    if len(significant) > limits.NUMBER_MAX_DIGITS:
        raise ValueError(f"has {len(significant)} significant digits, more than {limits.NUMBER_MAX_DIGITS}")
    # The powers of ten of the last and of the first significant digit.
    lowest = int(exponent or 0) - len(fraction) + len(digits) - len(significant)
    highest = lowest + len(significant) - 1
    if not limits.NUMBER_MIN_POWER_OF_TEN <= highest <= limits.NUMBER_MAX_POWER_OF_TEN:
        raise ValueError("is outside 1E-130 to 9.9999999999999999999999999999999999999E+125")
    pairs = highest // 2 - lowest // 2 + 1
    return min(1 + pairs + (sign == "-"), limits.NUMBER_MAX_BYTES)


class _Malformed(Exception):
    """Something DynamoDB does not accept; on the way out, each container adds where in it that is."""

    def __init__(self, kind: type[Exception], reason: str, where: str = ""):
        self.kind, self.reason, self.path = kind, reason, [where] if where else []

    def inside(self, where: str) -> "_Malformed":
        self.path.append(where)
        return self


def _from_the_top(size_of: Callable[[Mapping, int], int], item: Mapping) -> int:
    if not isinstance(item, Mapping):
        raise TypeError(f"an item is a dict of attributes, not {_a(item)}")
    try:
        return size_of(item, 1)
    except _Malformed as problem:
        path = "".join(reversed(problem.path)).removeprefix(".")
        raise problem.kind(f"{path}: {problem.reason}" if path else problem.reason) from None


def _step(name: object) -> str:
    name = str(name)
    return f".{name}" if len(name) <= 80 else f".{name[:80]}…"


def _a(value: object) -> str:
    return f"a value of type {type(value).__name__}"


def _text(text: str) -> int:
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise _Malformed(ValueError, "is not valid Unicode: it holds half of a surrogate pair") from None


def _name(name: object) -> int:
    if not isinstance(name, str):
        raise _Malformed(TypeError, f"names are strings, not {_a(name)}")
    size = _text(name)
    if not 1 <= size <= limits.ATTRIBUTE_NAME_MAX_BYTES:
        raise _Malformed(ValueError, f"a name has 1 to {limits.ATTRIBUTE_NAME_MAX_BYTES} bytes, not {size}")
    return size


def _number(number: object) -> int:
    if not isinstance(number, str):
        raise _Malformed(TypeError, f"a typed number is a string of digits, not {_a(number)}")
    try:
        return number_size(number)
    except ValueError as problem:
        raise _Malformed(ValueError, str(problem)) from None


def _list(values: Iterable, level: int, size_of: Callable[[object, int], int]) -> int:
    if level >= limits.NESTING_MAX_LEVELS:
        raise _Malformed(ValueError, _TOO_DEEP)
    size = limits.DOCUMENT_OVERHEAD_BYTES
    index = 0
    try:
        for value in values:
            size += limits.DOCUMENT_ELEMENT_OVERHEAD_BYTES + size_of(value, level + 1)
            index += 1
    except _Malformed as problem:
        raise problem.inside(f"[{index}]") from None
    return size


def _map(entries: Mapping, level: int, size_of: Callable[[Mapping, int], int]) -> int:
    if level >= limits.NESTING_MAX_LEVELS:
        raise _Malformed(ValueError, _TOO_DEEP)
    overhead = limits.DOCUMENT_OVERHEAD_BYTES + limits.DOCUMENT_ELEMENT_OVERHEAD_BYTES * len(entries)
    return overhead + size_of(entries, level + 1)


# Python values


def _python_attributes(attributes: Mapping, level: int) -> int:
    size, name = 0, None
    try:
        for name, value in attributes.items():
            size += _name(name) + _python_value(value, level)
    except _Malformed as problem:
        raise problem.inside(_step(name)) from None
    return size


def _python_value(value: object, level: int) -> int:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int | Decimal):
        return _python_number(value)
    if isinstance(value, Mapping):
        return _map(value, level, _python_attributes)
    if isinstance(value, list | tuple):
        return _list(value, level, _python_value)
    if isinstance(value, Set):
        return _python_set(value)
    raw = _raw_bytes(value)
    if raw is not None:
        return len(raw)
    if isinstance(value, float):
        raise _Malformed(TypeError, f"{value!r} is a float: DynamoDB's numbers are decimal, use Decimal")
    raise _Malformed(TypeError, f"{_a(value)} has no DynamoDB type")


def _python_number(number: int | Decimal) -> int:
    if isinstance(number, int) and abs(number) >= 10 ** (limits.NUMBER_MAX_POWER_OF_TEN + 1):
        raise _Malformed(ValueError, "is larger than 9.9999999999999999999999999999999999999E+125")
    return _number(format(number, "d") if isinstance(number, int) else str(number))


def _raw_bytes(value: object) -> bytes | bytearray | None:
    """The bytes of a binary value, boto3's `Binary` included (known by its `.value`: no boto3 here)."""
    if not isinstance(value, bytes | bytearray):
        value = getattr(value, "value", None)
    return value if isinstance(value, bytes | bytearray) else None


def _python_set(members: Set) -> int:
    if not members:
        raise _Malformed(ValueError, "is an empty set: leave the attribute out")
    if all(isinstance(member, str) for member in members):
        return sum(map(_text, members))
    if all(isinstance(member, int | Decimal) and not isinstance(member, bool) for member in members):
        return sum(map(_python_number, members))
    binary = [_raw_bytes(member) for member in members]
    if None not in binary:
        return sum(map(len, binary))
    kinds = ", ".join(sorted({type(member).__name__ for member in members}))
    raise _Malformed(TypeError, f"a set holds only strings, only numbers or only bytes, not {kinds}")


# Typed values. The loop below runs for every attribute of every item that a query reads: strings and numbers,
# nearly all of them, are measured in place.


def _wire_attributes(attributes: Mapping, level: int) -> int:
    size, name = 0, None
    try:
        for name, value in attributes.items():
            size += _name(name)
            if value.__class__ is dict and len(value) == 1:
                for kind, content in value.items():
                    if kind == "S" and content.__class__ is str:
                        size += len(content) if content.isascii() else _text(content)
                    elif kind == "N" and content.__class__ is str:
                        size += _number(content)
                    else:
                        size += _wire_content(kind, content, level)
            else:
                size += _wire_value(value, level)
    except _Malformed as problem:
        raise problem.inside(_step(name)) from None
    return size


def _wire_value(value: object, level: int) -> int:
    if not isinstance(value, Mapping):
        raise _Malformed(TypeError, f'a typed value looks like {{"S": "text"}}, not {_a(value)}')
    if len(value) != 1:
        raise _Malformed(ValueError, f"a typed value has exactly one type, not {len(value)}")
    ((kind, content),) = value.items()
    return _wire_content(kind, content, level)


def _wire_content(kind: object, content: object, level: int) -> int:
    size_of = _WIRE.get(kind) if isinstance(kind, str) else None
    if size_of is None:
        raise _Malformed(ValueError, f"{kind!r} is no type: one of {', '.join(_WIRE)}")
    return size_of(content, level)


def _wire_text(content: object, level: int = 0) -> int:
    if not isinstance(content, str):
        raise _Malformed(TypeError, f"S is a string, not {_a(content)}")
    return _text(content)


def _wire_number(content: object, level: int = 0) -> int:
    return _number(content)


def _wire_bytes(content: object) -> bytes | bytearray:
    if isinstance(content, str):
        try:
            return b64decode(content, validate=True)
        except ValueError:
            raise _Malformed(ValueError, f"{content[:40]!r} is not base64") from None
    raw = _raw_bytes(content)
    if raw is None:
        raise _Malformed(TypeError, f"B is bytes, or a string in base64, not {_a(content)}")
    return raw


def _wire_bool(content: object, level: int) -> int:
    if not isinstance(content, bool):
        raise _Malformed(TypeError, f"BOOL is True or False, not {_a(content)}")
    return 1


def _wire_null(content: object, level: int) -> int:
    if content is not True:
        raise _Malformed(ValueError, "NULL is True and nothing else")
    return 1


def _wire_list(content: object, level: int) -> int:
    if not isinstance(content, list | tuple):
        raise _Malformed(TypeError, f"L is a list, not {_a(content)}")
    return _list(content, level, _wire_value)


def _wire_map(content: object, level: int) -> int:
    if not isinstance(content, Mapping):
        raise _Malformed(TypeError, f"M is a dict, not {_a(content)}")
    return _map(content, level, _wire_attributes)


def _wire_set(kind: str, size_of: Callable[[object], int], identity: Callable[[object], object]) -> Callable:
    def size_of_set(members: object, level: int) -> int:
        if not isinstance(members, list | tuple | Set):
            raise _Malformed(TypeError, f"{kind} is a list of members, not {_a(members)}")
        if not members:
            raise _Malformed(ValueError, f"{kind} is empty: leave the attribute out")
        size = sum(map(size_of, members))
        if len({identity(member) for member in members}) != len(members):
            raise _Malformed(ValueError, f"{kind} holds a member twice")
        return size

    return size_of_set


_WIRE = {
    "S": _wire_text,
    "N": _wire_number,
    "B": lambda content, level: len(_wire_bytes(content)),
    "BOOL": _wire_bool,
    "NULL": _wire_null,
    "L": _wire_list,
    "M": _wire_map,
    "SS": _wire_set("SS", _wire_text, str),
    "NS": _wire_set("NS", _wire_number, Decimal),
    "BS": _wire_set("BS", lambda member: len(_wire_bytes(member)), lambda member: bytes(_wire_bytes(member))),
}

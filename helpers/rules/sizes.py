"""How many bytes an item is, as DynamoDB counts them for capacity units and for the 400 KB limit.

An item is the sum of its attributes: the name in UTF-8 and the value.

    S            its UTF-8 bytes                    B   its raw bytes
    BOOL, NULL   1                                  N   see `number_size`
    SS, NS, BS   the sum of the members
    L, M         3, and for each element 1 more than its own size; the keys of a map count

Source: Developer Guide, "DynamoDB item sizes and formats". The guide gives numbers "approximately";
`number_size` has the exact rule.
"""

from collections.abc import Mapping, Set
from decimal import Decimal

from . import limits
from .measuring import (
    Malformed,
    described,
    from_the_top,
    list_size,
    map_size,
    name_size,
    numeral_size,
    raw_bytes,
    step,
    text_size,
)


def item_size(item: Mapping[str, object]) -> int:
    """Bytes of an item given as Python values, as boto3's resource takes and returns them.

    Values: str, bytes, bytearray, boto3's Binary, int, Decimal, bool, None, list, tuple, dict, and sets of
    str, of numbers or of bytes. Anything that DynamoDB does not accept raises TypeError or ValueError with the
    path of the value, e.g. `address.lines[2]`. The 400 KB limit is not checked: see `limits.ITEM_MAX_BYTES`.
    """
    return from_the_top(_python_attributes, item)


def _python_attributes(attributes: Mapping, level: int) -> int:
    size, name = 0, None
    try:
        for name, value in attributes.items():
            size += name_size(name) + _python_value(value, level)
    except Malformed as problem:
        raise problem.inside(step(name)) from None
    return size


def _python_value(value: object, level: int) -> int:
    if isinstance(value, str):
        return text_size(value)
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int | Decimal):
        return _python_number(value)
    if isinstance(value, Mapping):
        return map_size(value, level, _python_attributes)
    if isinstance(value, list | tuple):
        return list_size(value, level, _python_value)
    if isinstance(value, Set):
        return _python_set(value)
    raw = raw_bytes(value)
    if raw is not None:
        return len(raw)
    if isinstance(value, float):
        raise Malformed(TypeError, f"{value!r} is a float: DynamoDB's numbers are decimal, as Decimal('1.5')")
    raise Malformed(TypeError, f"{described(value)} has no DynamoDB type: store a string or a number")


def _python_number(number: int | Decimal) -> int:
    if isinstance(number, int) and abs(number) >= 10 ** (limits.NUMBER_MAX_POWER_OF_TEN + 1):
        raise Malformed(ValueError, "is larger than 9.9999999999999999999999999999999999999E+125")
    return numeral_size(format(number, "d") if isinstance(number, int) else str(number))


def _python_set(members: Set) -> int:
    if not members:
        raise Malformed(ValueError, "is an empty set: leave the attribute out")
    if all(isinstance(member, str) for member in members):
        return sum(map(text_size, members))
    if all(isinstance(member, int | Decimal) and not isinstance(member, bool) for member in members):
        return sum(map(_python_number, members))
    binary = [raw_bytes(member) for member in members]
    if None not in binary:
        return sum(map(len, binary))
    kinds = ", ".join(sorted({type(member).__name__ for member in members}))
    raise Malformed(TypeError, f"a set is of strings, of numbers or of bytes, not of {kinds}: use a list")

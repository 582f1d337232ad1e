"""Items that need no second look: of the right JSON types and in DynamoDB's own form, found in one walk.

Nearly every item is such a one. The walk measures it, too, and `Plain` carries the size along, so that a load of
ten thousand items is not walked through once for its types, once for its form and once for its size.
Whatever is not plain (binary, sets, numbers with needless zeros, and every mistake) takes the long way.
"""

from functools import lru_cache

from helpers.rules import limits, number_size

from ..errors import Refused
from ..values import Plain, canonical

NESTING, DOCUMENT_BYTES = limits.NESTING_MAX_LEVELS, limits.DOCUMENT_OVERHEAD_BYTES


def plain(attributes: dict) -> Plain | None:
    """The same attributes as `Plain`, or None where they are to take the long way."""
    size = _attributes(attributes, 1)
    if size is None:
        return None
    passed = Plain(attributes)
    passed.size = size
    return passed


def _attributes(attributes: dict, depth: int) -> int | None:
    size = 0
    for name, value in attributes.items():
        if not name or len(name) > 255 or not name.isascii():
            return None
        measured = _value(value, depth)
        if measured is None:
            return None
        size += len(name) + measured
    return size


def _value(value: dict, depth: int) -> int | None:
    if value.__class__ is not dict or len(value) != 1:
        return None
    for kind, content in value.items():
        if kind == "S":
            return len(content) if content.__class__ is str and content.isascii() else None
        if kind == "N":
            return _number(content) if content.__class__ is str else None
        if kind == "BOOL":
            return 1 if content.__class__ is bool else None
        if kind == "NULL":
            return 1 if content is True else None
        if kind == "M" and content.__class__ is dict and depth < NESTING:
            inside = _attributes(content, depth + 1)
            return None if inside is None else DOCUMENT_BYTES + len(content) + inside
        if kind == "L" and content.__class__ is list and depth < NESTING:
            sizes = [_value(member, depth + 1) for member in content]
            return None if None in sizes else DOCUMENT_BYTES + len(content) + sum(sizes)
    return None


@lru_cache(maxsize=1 << 16)
def _number(text: str) -> int | None:
    """The size of a number that is written as DynamoDB writes it."""
    try:
        return number_size(text) if canonical(text) == text else None
    except Refused:
        return None

"""The same for typed values, `{"pk": {"S": "a"}}`: an item as it crosses the wire. See `sizes` for the rules."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from decimal import Decimal

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


def wire_size(item: Mapping[str, Mapping[str, object]]) -> int:
    """Bytes of an item given as typed values, `{"pk": {"S": "a"}}`, as boto3's client and the wire have it.

    Binary is bytes, as in boto3, or a str in base64, as in JSON. Errors as in `item_size`.
    """
    return from_the_top(_wire_attributes, item)


def _wire_attributes(attributes: Mapping, level: int) -> int:
    # This loop runs for every attribute of every item that a query reads: strings and numbers, nearly all of
    # them, are measured in place.
    size, name = 0, None
    try:
        for name, value in attributes.items():
            size += name_size(name)
            if value.__class__ is dict and len(value) == 1:
                for kind, content in value.items():
                    if kind == "S" and content.__class__ is str:
                        size += len(content) if content.isascii() else text_size(content)
                    elif kind == "N" and content.__class__ is str:
                        size += numeral_size(content)
                    else:
                        size += _wire_content(kind, content, level)
            else:
                size += _wire_value(value, level)
    except Malformed as problem:
        raise problem.inside(step(name)) from None
    return size


def _wire_value(value: object, level: int) -> int:
    if not isinstance(value, Mapping):
        raise Malformed(TypeError, f'a typed value looks like {{"S": "text"}}, not {described(value)}')
    if len(value) != 1:
        raise Malformed(ValueError, f"a typed value has exactly one type, not {len(value)}")
    ((kind, content),) = value.items()
    return _wire_content(kind, content, level)


def _wire_content(kind: object, content: object, level: int) -> int:
    size_of = _WIRE.get(kind) if isinstance(kind, str) else None
    if size_of is None:
        raise Malformed(ValueError, f"{kind!r} is no type: one of {', '.join(_WIRE)}")
    return size_of(content, level)


def _wire_text(content: object, level: int = 0) -> int:
    if not isinstance(content, str):
        raise Malformed(TypeError, f"S is a string, not {described(content)}")
    return text_size(content)


def _wire_number(content: object, level: int = 0) -> int:
    return numeral_size(content)


def wire_bytes(content: object) -> bytes:
    """The bytes of a typed value's B, or of one member of its BS."""
    if isinstance(content, str):
        try:
            return b64decode(content, validate=True)
        except ValueError:
            raise Malformed(ValueError, f"{content[:40]!r} is not base64") from None
    raw = raw_bytes(content)
    if raw is None:
        raise Malformed(TypeError, f"B is bytes, or a string in base64, not {described(content)}")
    return bytes(raw)


def _wire_bool(content: object, level: int) -> int:
    if not isinstance(content, bool):
        raise Malformed(TypeError, f"BOOL is True or False, not {described(content)}")
    return 1


def _wire_null(content: object, level: int) -> int:
    if content is not True:
        raise Malformed(ValueError, "NULL is True and nothing else")
    return 1


def _wire_list(content: object, level: int) -> int:
    if not isinstance(content, list | tuple):
        raise Malformed(TypeError, f"L is a list, not {described(content)}")
    return list_size(content, level, _wire_value)


def _wire_map(content: object, level: int) -> int:
    if not isinstance(content, Mapping):
        raise Malformed(TypeError, f"M is a dict, not {described(content)}")
    return map_size(content, level, _wire_attributes)


def _wire_set(kind: str, size_of: Callable[[object], int], identity: Callable[[object], object]) -> Callable:
    def size_of_set(members: object, level: int) -> int:
        if not isinstance(members, list | tuple):
            raise Malformed(TypeError, f"{kind} is a list of members, not {described(members)}")
        if not members:
            raise Malformed(ValueError, f"{kind} is empty: leave the attribute out")
        size = sum(map(size_of, members))
        if len({identity(member) for member in members}) != len(members):
            raise Malformed(ValueError, f"{kind} holds a member twice")
        return size

    return size_of_set


_WIRE = {
    "S": _wire_text,
    "N": _wire_number,
    "B": lambda content, level: len(wire_bytes(content)),
    "BOOL": _wire_bool,
    "NULL": _wire_null,
    "L": _wire_list,
    "M": _wire_map,
    "SS": _wire_set("SS", _wire_text, str),
    "NS": _wire_set("NS", _wire_number, Decimal),
    "BS": _wire_set("BS", lambda member: len(wire_bytes(member)), wire_bytes),
}

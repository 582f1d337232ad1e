"""How a value is named, ordered and written: the same in every picture, the same on every run.

Values are Python's, as boto3's resource gives them. An item in the client's typed form ({"age": {"N": "41"}}) is
read as well.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import combining, east_asian_width

TYPES = {
    "S": "string",
    "N": "number",
    "B": "binary",
    "BOOL": "boolean",
    "NULL": "null",
    "L": "list",
    "M": "map",
    "SS": "string set",
    "NS": "number set",
    "BS": "binary set",
}

LONGEST = 48  # characters of a value before it is shortened
LONGEST_TITLE = 1000  # characters of it in the tooltip


def type_code(value: Any) -> str:
    """DynamoDB's letters for the type of a Python value: "S", "N", … or Python's name where there is no such type."""
    if isinstance(value, bool):
        return "BOOL"
    if isinstance(value, str):
        return "S"
    if isinstance(value, int | Decimal):
        return "N"
    if value is None:
        return "NULL"
    if raw_bytes(value) is not None:
        return "B"
    if isinstance(value, Mapping):
        return "M"
    if isinstance(value, list | tuple):
        return "L"
    if isinstance(value, set | frozenset):
        members = {type_code(member) for member in value}
        return f"{members.pop()}S" if len(members) == 1 and members <= {"S", "N", "B"} else "set"
    return type(value).__name__


def type_words(code: str) -> str:
    """The type in words: number (N) for "N"; what DynamoDB has no letters for keeps Python's name."""
    return f"{TYPES[code]} ({code})" if code in TYPES else f"{code}, not a DynamoDB type"


def raw_bytes(value: Any) -> bytes | None:
    """The bytes of a binary value, boto3's own `Binary` included; None for anything else."""
    value = getattr(value, "value", value) if type(value).__name__ == "Binary" else value
    return bytes(value) if isinstance(value, bytes | bytearray) else None


def literal(value: Any) -> str:
    """The value as Python writes it, without the noise of Decimal('…') and with sets in order."""
    if isinstance(value, str):
        return f'"{visible(value)}"'
    if isinstance(value, Decimal):
        return number_text(value)
    raw = raw_bytes(value)
    if raw is not None:
        return repr(raw)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{visible(str(name))}: {literal(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(part) for part in value) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(literal(part) for part in sorted(value, key=order)) + "}" if value else "set()"
    return visible(repr(value))


def label(value: Any) -> str:
    """The value on its own, where its type is told beside it: a string needs no quotes unless it would look empty."""
    if isinstance(value, str) and value.strip() == value and value:
        return visible(value)
    return literal(value)


def number_text(value: Decimal) -> str:
    """1500, not 1.5E+3; the exponent only where the digits would run on for more than DynamoDB's 38."""
    plain = format(value, "f") if value.is_finite() and abs(value.adjusted()) < 38 else str(value)
    return plain if len(plain) <= 45 else str(value)


def visible(text: str) -> str:
    """The text with every character that cannot be seen written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def width_of(text: str) -> int:
    """Columns the text takes in a terminal: two for each wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and "…": at most `longest` columns."""
    if width_of(text) <= longest:
        return text
    start = text[: longest - 1]
    while width_of(start) > longest - 1:
        start = start[:-1]
    return f"{start}…"


def tooltip(text: str, longest: int = LONGEST) -> str | None:
    """The whole of what `shorten` cut, for a title; None where nothing was. The very long is cut here too."""
    if width_of(text) <= longest:
        return None
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE]}… ({len(text):,} characters)"


def order(value: Any) -> tuple:
    """A sort key in DynamoDB's order: numbers by value, strings and binary by their bytes.

    Source: Developer Guide, "Naming rules and data types": strings are ordered by their UTF-8 bytes.
    Values of different types, which one key never holds, come one type after another.
    """
    code = type_code(value)
    if code == "S":
        return code, value.encode("utf-8", "surrogatepass")
    if code == "N":
        return code, value
    if code == "B":
        return code, raw_bytes(value)
    return code, literal(value)


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as Python values, whether it came from a resource or, typed, from a client.

    Typed means that every attribute is a map of one entry named S, N, B, … that holds such a value. An item of a
    resource could look like that too, but only if it had nothing else in it.
    """
    if item and all(_is_typed(value) for value in item.values()):
        return {name: _untyped(value) for name, value in item.items()}
    return dict(item)


def attribute_order(items: Iterable[Mapping[str, Any]], first: Iterable[str]) -> list[str]:
    """Every attribute name of the items: the keys first, then in the order in which they appear."""
    names = dict.fromkeys(name for item in items for name in item)
    leading = [name for name in first if name in names]
    return leading + [name for name in names if name not in leading]


def _is_typed(value: Any) -> bool:
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((code, content),) = value.items()
    if code == "S":
        return isinstance(content, str)
    if code == "N":
        return _is_number(content)
    if code == "B":
        return raw_bytes(content) is not None
    if code in ("BOOL", "NULL"):
        return isinstance(content, bool)
    if code == "M":
        return isinstance(content, Mapping) and all(_is_typed(part) for part in content.values())
    if code == "L":
        return isinstance(content, list) and all(_is_typed(part) for part in content)
    if not isinstance(content, list | set | tuple):
        return False
    return code in ("SS", "BS") or code == "NS" and all(map(_is_number, content))


def _is_number(text: Any) -> bool:
    try:
        return isinstance(text, str) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _untyped(value: Mapping[str, Any]) -> Any:
    ((code, content),) = value.items()
    if code == "N":
        return Decimal(content)
    if code == "NULL":
        return None
    if code == "M":
        return {name: _untyped(part) for name, part in content.items()}
    if code == "L":
        return [_untyped(part) for part in content]
    if code == "NS":
        return {Decimal(part) for part in content}
    if code in ("SS", "BS"):
        return set(content)
    return content

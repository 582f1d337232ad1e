"""How two values differ, in one sentence; and how a value is written in a verdict, the same on every run."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary

LONGEST = 300  # characters of a value before it is cut
DIGITS = 38  # of a number in DynamoDB; a longer one is written as it is


def written(value: Any, longest: int = LONGEST) -> str:
    """The value as Python would have it typed: sets in order, no memory address, cut when long.

    A whole Decimal is written as the int that it equals: 42 beside Decimal('42') would look like a difference.
    """
    text = _written(value)
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"


def difference(got: Any, expected: Any, what: str = "the answer") -> str | None:
    """The first difference as a sentence, or None where the values are equal. Sets and dicts have no order.

    An int and a Decimal of the same value are equal, as they are in DynamoDB; a bool and a number are not.
    """
    if _same(got, expected):
        return None
    if got is None:
        return f"{what} is None. Is a return missing?" if what == "the answer" else f"{what} is None."
    return of_another_kind(got, expected, what) or _of_one_kind(got, expected, what)


def of_another_kind(got: Any, expected: Any, what: str) -> str | None:
    """The sentence that says that a value is text and no number, say; None where both are of one kind."""
    if _kind(got) == _kind(expected):
        return None
    if _is_typed(got):
        return f"{what} is in the client's form, {_written(got)}: write the Python value alone."
    return f"{what} is {_kind(got)}, not {_kind(expected)}{_short(got)}."


def _of_one_kind(got: Any, expected: Any, what: str) -> str:
    if isinstance(expected, Mapping):
        return _of_dicts(got, expected, what)
    if isinstance(expected, list | tuple):
        return _of_lists(got, expected, what)
    if isinstance(expected, set | frozenset):
        return _of_sets(got, expected, what)
    return f"{what} is {written(got, 80)}, not {written(expected, 80)}."


def _of_dicts(got: Mapping, expected: Mapping, what: str) -> str:
    missing = [name for name in expected if name not in got]
    if missing and "ResponseMetadata" in got:
        return f"{what} has no {_names(missing)}: it is the whole response of the call. Take out what is asked for."
    if missing:
        return f"{what} has no {_names(missing)}."
    extra = [name for name in got if name not in expected]
    if extra:
        return f"{what} has {_names(extra)}, which does not belong there."
    name = next(name for name in expected if not _same(got[name], expected[name]))
    return difference(got[name], expected[name], f"{written(name)} of {what}") or ""


def _of_lists(got: list | tuple, expected: list | tuple, what: str) -> str:
    if len(got) != len(expected):
        return f"{what} has {_count(len(got))}, not {len(expected)}."
    if all(any(_same(each, other) for other in got) for each in expected):
        return f"{what} has the right elements in the wrong order."
    at = next(i for i, pair in enumerate(zip(got, expected, strict=True)) if not _same(*pair))
    return difference(got[at], expected[at], f"element {at} of {what}") or ""


def _of_sets(got: set | frozenset, expected: set | frozenset, what: str) -> str:
    same_text = {str(each): each for each in got - expected}
    for each in sorted(expected - got, key=str):
        if str(each) in same_text:
            return difference(same_text[str(each)], each, f"an element of {what}") or ""
    if expected - got:
        return f"{what} misses {_names(expected - got)}."
    return f"{what} has {_names(got - expected)}, which does not belong there."


def _same(got: Any, expected: Any) -> bool:
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return got.keys() == expected.keys() and all(_same(got[name], expected[name]) for name in expected)
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(got, bool) != isinstance(expected, bool):
        return False
    try:
        return bool(got == expected)
    except Exception:  # whatever a learner's own class does
        return False


_TYPES = {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"}
_KINDS = (
    (bool, "a boolean"),
    (int | float | Decimal, "a number"),
    (str, "text"),
    (bytes | bytearray | Binary, "bytes"),
    (Mapping, "a dict"),
    (list | tuple, "a list"),
    (set | frozenset, "a set"),
)


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), type(value).__name__)


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and set(value) <= _TYPES


def _short(value: Any) -> str:
    text = _written(value)
    return f": {text}" if len(text) <= 40 and not isinstance(value, bool) else ""


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(name)}: {_written(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_written, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(_written, value))) + "}" if value else "set()"
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < DIGITS and value == int(value):
        return str(int(value))
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return f"<{type(value).__name__}>" if " at 0x" in text else text


def _names(names: Any) -> str:
    shown = sorted(map(_written, names))
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def _count(number: int) -> str:
    return "1 element" if number == 1 else f"{number} elements"

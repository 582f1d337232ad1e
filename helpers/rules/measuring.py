"""What the sizes of Python values and of typed values have in common: names, text, numbers, containers, refusals."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from . import limits
from .numerals import number_size

_TOO_DEEP = f"is nested deeper than {limits.NESTING_MAX_LEVELS} levels: make it an item of its own"


class Malformed(Exception):
    """Something DynamoDB does not accept; on the way out, each container adds where in it that is."""

    def __init__(self, kind: type[Exception], reason: str, where: str = ""):
        self.kind, self.reason, self.path = kind, reason, [where] if where else []

    def inside(self, where: str) -> "Malformed":
        self.path.append(where)
        return self


def from_the_top(size_of: Callable[[Mapping, int], int], item: Mapping) -> int:
    if not isinstance(item, Mapping):
        raise TypeError(f"an item is a dict of attributes, not {described(item)}")
    try:
        return size_of(item, 1)
    except Malformed as problem:
        path = "".join(reversed(problem.path)).removeprefix(".")
        raise problem.kind(f"{path}: {problem.reason}" if path else problem.reason) from None


def step(name: object) -> str:
    name = str(name).encode(errors="backslashreplace").decode() or "''"
    return f".{name}" if len(name) <= 80 else f".{name[:80]}…"


def described(value: object) -> str:
    return f"a value of type {type(value).__name__}"


def text_size(text: str) -> int:
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise Malformed(ValueError, "is not valid Unicode: it holds half of a surrogate pair") from None


@lru_cache(maxsize=1 << 12)  # items repeat their names
def name_size(name: object) -> int:
    if not isinstance(name, str):
        raise Malformed(TypeError, f"names are strings, not {described(name)}")
    size = text_size(name)
    if not 1 <= size <= limits.ATTRIBUTE_NAME_MAX_BYTES:
        raise Malformed(ValueError, f"a name has 1 to {limits.ATTRIBUTE_NAME_MAX_BYTES} bytes, not {size}")
    return size


def numeral_size(number: object) -> int:
    if not isinstance(number, str):
        raise Malformed(TypeError, f"a typed number is a string of digits, not {described(number)}")
    try:
        return number_size(number)
    except ValueError as problem:
        raise Malformed(ValueError, str(problem)) from None


def list_size(values: Iterable, level: int, size_of: Callable[[object, int], int]) -> int:
    if level >= limits.NESTING_MAX_LEVELS:
        raise Malformed(ValueError, _TOO_DEEP)
    size = limits.DOCUMENT_OVERHEAD_BYTES
    index = 0
    try:
        for value in values:
            size += limits.DOCUMENT_ELEMENT_OVERHEAD_BYTES + size_of(value, level + 1)
            index += 1
    except Malformed as problem:
        raise problem.inside(f"[{index}]") from None
    return size


def map_size(entries: Mapping, level: int, size_of: Callable[[Mapping, int], int]) -> int:
    if level >= limits.NESTING_MAX_LEVELS:
        raise Malformed(ValueError, _TOO_DEEP)
    overhead = limits.DOCUMENT_OVERHEAD_BYTES + limits.DOCUMENT_ELEMENT_OVERHEAD_BYTES * len(entries)
    return overhead + size_of(entries, level + 1)


def raw_bytes(value: object) -> bytes | bytearray | None:
    """The bytes of a binary value, boto3's `Binary` included (known by its name: no boto3 here)."""
    if isinstance(value, bytes | bytearray):
        return value
    kinds = [f"{kind.__module__}.{kind.__name__}" for kind in type(value).__mro__]
    return value.value if "boto3.dynamodb.types.Binary" in kinds else None

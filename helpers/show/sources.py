"""Where pictures get their items: a list of them, or a small table of the lab."""

from collections.abc import Iterable, Mapping
from typing import Any

from .values import literal, order, plain, shorten, visible

MOST = 50  # items a picture draws; it says how many it left out

ROLES = ("partition key", "sort key")


def read(source: Any, key: Iterable[str] = ()) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The items, and what each key attribute is: ({...} a list, {"customer_id": "partition key", ...}).

    A boto3 Table is scanned, whole, and its items come in key order so that the picture is the same on every engine
    (a Scan's own order is DynamoDB's business). Its key is its own; `key` serves where the items are a list.
    """
    if hasattr(source, "key_schema") and hasattr(source, "scan"):
        kinds = {part["KeyType"]: part["AttributeName"] for part in source.key_schema}
        names = [kinds[kind] for kind in ("HASH", "RANGE") if kind in kinds]
        items = sorted(_scan(source), key=lambda item: [order(item[name]) for name in names])
    else:
        names = [key] if isinstance(key, str) else list(key)
        items = [source] if isinstance(source, Mapping) else list(source)
    if len(names) > len(ROLES):
        raise ValueError(f"a key is a partition key and at most one sort key, not {len(names)} attributes")
    for item in items:
        if not isinstance(item, Mapping):
            raise TypeError(f"an item is a dict of its attributes, not {literal(item)}")
    return [plain(item) for item in items], dict(zip(names, ROLES, strict=False))


def _scan(table: Any) -> list[dict[str, Any]]:
    items, page = [], table.scan()
    items += page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
        items += page["Items"]
    return items


def counted(number: int, noun: str) -> str:
    """1 item, 2 items."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def key_sentence(roles: Mapping[str, str]) -> str:
    """What the key is made of, as the end of a sentence."""
    return ", ".join(f"{role} {shorten(visible(name))}" for name, role in roles.items())


def left_out(total: int, most: int) -> str:
    """What a picture says when it does not draw every item."""
    return f"… and {counted(total - most, 'more item')}" if total > most else ""

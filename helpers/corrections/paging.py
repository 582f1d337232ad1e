"""Lists that come in pages: tables, streams, backups."""

from collections.abc import Iterable


def listed(names: Iterable[str], request: dict, start: str, more: str) -> tuple[list, dict]:
    """(one page of the names in order, what the answer adds when there are others)

    start: the member of the request that names what to start after, which need not exist. more: that of the answer.
    """
    rest = sorted(name for name in names if name > request.get(start, ""))
    size = request.get("Limit", 100)
    return rest[:size], {more: rest[size - 1]} if len(rest) > size else {}

"""Lists that come in pages: tables, streams, backups, exports, imports."""

from collections.abc import Iterable


def listed(names: Iterable[str], request: dict, start: str, more: str, limit: str = "Limit", most: int = 100):
    """(one page of the names in order, what the answer adds when there are others)

    start, limit: members of the request. The name to start after need not exist. more: the answer's member.
    """
    rest = sorted(name for name in names if name > request.get(start, ""))
    size = request.get(limit, most)
    return rest[:size], {more: rest[size - 1]} if len(rest) > size else {}

"""Query and Scan: which entries are read, where a page ends, and what of it is returned.

What is read and paid for is decided before the filter and the projection (DG Query.FilterExpression).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.rules import limits, query_units, read_units

from ..errors import Refused
from ..values import comparable
from .consumed import Bill
from .storage import HASH_SPACE, TOP, Entry, Index, Store, Top, Tree, store_of, token


def query(request: dict, table: Any) -> dict:
    bill = Bill(request)
    return bill.on(query_page(request, table, bill))


def scan(request: dict, table: Any) -> dict:
    bill = Bill(request)
    return bill.on(scan_page(request, table, bill))


def query_page(request: dict, table: Any, bill: Bill) -> dict:
    tree = tree_of(store_of(table), request)
    low, high = stretch(tree, request["key_condition"])
    after = start_of(request, tree, low, high)
    forward = request.get("ScanIndexForward", True)
    return _page(request, table, bill, tree, tree.between(low, high, after, forward))


def stretch(tree: Tree, conditions: dict[str, tuple[str, list[dict]]]) -> tuple[tuple, tuple]:
    """From where to where a query reads: all between two places. conditions: {attribute: (operator, values)}."""
    start: tuple = (token([conditions[name][1][0] for name in tree.partition]),)
    for name in tree.sort:
        operator, values = conditions.get(name, ("", []))
        if operator == "EQ":
            start = (*start, comparable(values[0]))
        elif operator:
            return _stretch_of(operator, start, [comparable(value) for value in values])
    return start, (*start, TOP)


def _stretch_of(operator: str, start: tuple, values: list) -> tuple[tuple, tuple]:
    first, last = (*start, values[0]), (*start, values[-1])
    if operator == "BEGINS_WITH":
        end = _after_all_with(values[0])
        return first, (*start, TOP if end is None else end)
    return {
        "LT": (start, first),
        "LE": (start, (*first, TOP)),
        "GT": ((*first, TOP), (*start, TOP)),
        "GE": (first, (*start, TOP)),
        "BETWEEN": (first, (*last, TOP)),
    }[operator]


def _after_all_with(prefix: bytes) -> bytes | None:
    """The first bytes that sort after everything that begins with `prefix`; None where there are none."""
    cut = prefix.rstrip(b"\xff")
    return cut[:-1] + bytes([cut[-1] + 1]) if cut else None


def scan_page(request: dict, table: Any, bill: Bill) -> dict:
    tree = tree_of(store_of(table), request)
    segment, segments = request.get("Segment", 0), request.get("TotalSegments", 1)
    low, high = (_share(segment, segments),), (_share(segment + 1, segments),)
    after = start_of(request, tree, low, high)
    return _page(request, table, bill, tree, tree.between(low, high, after, True))


def _share(segment: int, segments: int) -> bytes | Top:
    """Where a segment of a parallel scan begins: each reads one stretch of the hash space."""
    return TOP if segment == segments else (HASH_SPACE * segment // segments).to_bytes(16)


def tree_of(store: Store, request: dict) -> Tree:
    name = request.get("IndexName")
    return store.indexes[name] if name else store.table


def start_of(request: dict, tree: Tree, low: tuple, high: tuple) -> tuple | None:
    """The place after which the page begins: one that the query or the segment could have reached."""
    key = request.get("ExclusiveStartKey")
    if not key:
        return None
    place = tree.place(key)
    if low <= place < high:
        return place
    if "TotalSegments" in request:
        raise Refused(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
            f"correct Segment. TotalSegments: {request['TotalSegments']} Segment: {request['Segment']}"
        )
    if not low[1:] <= place[1:] < high[1:]:
        raise Refused("The provided starting key does not match the range key predicate")
    if len(low) > 1 and high == (*low, TOP):  # a sort key is given, too
        raise Refused("The query can return at most one row and cannot be restarted")
    raise Refused("The provided starting key is outside query boundaries based on provided conditions")


def _page(request: dict, table: Any, bill: Bill, tree: Tree, entries: Iterator[Entry]) -> dict:
    limit, page_filter = request.get("Limit"), request.get("filter")
    read: list[Entry] = []
    size, last = 0, None
    for entry in entries:
        read.append(entry)
        size += entry.size
        if len(read) == limit or size >= limits.PAGE_MAX_BYTES:
            last = entry
            break
    fetched = read
    consistency = bill.consistency(request)
    index = tree if isinstance(tree, Index) else None
    if bill.wanted:
        bill.add(table.name, query_units(size, consistency), index)
    if index and _needs_the_table(request, index):
        base = store_of(table).table
        fetched = [base.entries[base.place(entry.item)] for entry in read]
        if bill.wanted:
            bill.add(table.name, sum(read_units(entry.size, consistency) for entry in fetched))
    if page_filter:
        fetched = [entry for entry in fetched if page_filter.matches(entry.item)]
    answer: dict = {}
    if request.get("Select") != "COUNT":
        projection = request.get("projection")
        answer["Items"] = [projection.of(entry.item) for entry in fetched] if projection else fetched
    answer.update(Count=len(fetched), ScannedCount=len(read))
    if last:
        names = index.key_names if index else [*tree.partition, *tree.sort]
        item = last.item
        answer["LastEvaluatedKey"] = {name: item[name] for name in names}
    return answer


def _needs_the_table(request: dict, index: Index) -> bool:
    """A local index fetches from the table what it does not hold (DG LSI, "Reading data")."""
    if not index.local or index.projection == "ALL" or request.get("Select") == "COUNT":
        return False
    if request.get("Select") == "ALL_ATTRIBUTES":
        return True
    projection = request.get("projection")
    return bool(projection) and any(path[0] not in index.projected for path in projection.paths)

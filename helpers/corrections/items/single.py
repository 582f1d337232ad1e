"""GetItem, PutItem, UpdateItem, DeleteItem. A write is planned first and committed then, so that batches and
transactions are made of the same two steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from helpers.rules import read_units, wire_size

from ..errors import Refused
from ..requests.actions import ITEM_BYTES, TOO_LARGE, check_item
from ..streams import record
from .consumed import Bill
from .storage import Change, Entry, Store, store_of

TOO_LARGE_UPDATE = "Item size to update has exceeded the maximum allowed size"


@dataclass
class Plan:
    """A write that may go ahead: its condition holds, and what it leaves is not too large."""

    table: Any
    store: Store
    change: Change
    writes: bool = True  # a ConditionCheck does not


def plan(kind: str, request: dict, table: Any) -> Plan:
    """kind: "Put", "Update", "Delete" or "ConditionCheck". Raises `Refused` where the condition fails."""
    store = store_of(table)
    place = store.table.place(request["Item"] if kind == "Put" else request["Key"])
    before = store.table.entries.get(place)
    change = Change(place, before, None, None)
    check(request, change)
    if kind == "Put":
        change.new, change.after = request["Item"], Entry(request["Item"], request.get("size"))
    elif kind == "Update" and (before or request["update"].creates):
        change.new = request["update"].apply(change.old or request["Key"])
        unchanged = before and change.new == change.old
        size = before.size if unchanged else check_item(change.new, table, TOO_LARGE_UPDATE)
        change.after = before if unchanged else Entry(change.new, size)
    elif kind == "ConditionCheck":
        change.after, change.new = before, change.old
    if change.after is not before and table.indexes:
        check_with_local_indexes(change, store, TOO_LARGE if kind == "Put" else TOO_LARGE_UPDATE)
    return Plan(table, store, change, kind != "ConditionCheck")


def check(request: dict, change: Change) -> None:
    """The condition of a write, against the item as it is."""
    condition = request.get("condition")
    if condition is None or condition.matches(change.old):
        return
    wanted = change.old and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    fields = {"Item": change.old} if wanted else {}
    raise Refused("The conditional request failed", "ConditionalCheckFailedException", **fields)


def check_with_local_indexes(change: Change, store: Store, message: str) -> None:
    """The 400 KB of an item are for its entries in local indexes, too (DG ServiceQuotas, "Item size")."""
    copies = [index.project(change.new) for index in store.indexes.values() if index.local]
    if change.after and change.after.size + sum(wire_size(copy) for copy in copies if copy) > ITEM_BYTES:
        raise Refused(message)


def commit(planned: Plan, bill: Bill) -> None:
    """Do it, tell the indexes and the stream, and write it on the bill."""
    change, images = planned.change, ()
    if change.after is not change.before:
        images = planned.store.write(change)
        record(planned.table, change)
    bill.add_write(planned.table.name, change.before, change.after, images)


def get_item(request: dict, table: Any) -> dict:
    bill = Bill(request)
    return bill.on(read(request, table, bill))


def read(request: dict, table: Any, bill: Bill) -> dict:
    """One item by its key, {} where there is none."""
    entry = store_of(table).table.at(request["Key"])
    if bill.wanted:
        bill.add(table.name, read_units(entry.size if entry else 0, bill.consistency(request)))
    if entry is None:
        return {}
    projection = request.get("projection")
    return {"Item": projection.of(entry.item) if projection else entry.item}


def write(kind: str, request: dict, table: Any) -> dict:
    bill = Bill(request)
    planned = plan(kind, request, table)
    commit(planned, bill)
    answer = {}
    if attributes := returned(planned, request):
        answer["Attributes"] = attributes
    if metrics := collection_metrics(planned, request):
        answer["ItemCollectionMetrics"] = metrics
    return bill.on(answer)


put_item, update_item, delete_item = (partial(write, kind) for kind in ("Put", "Update", "Delete"))


def returned(planned: Plan, request: dict) -> dict | None:
    """The `Attributes` that ReturnValues asks for."""
    what = request.get("ReturnValues", "NONE")
    if what == "NONE":
        return None
    item = planned.change.old if what.endswith("_OLD") else planned.change.new
    return item if item is None or what.startswith("ALL_") else request["update"].updated(item)


def collection_metrics(planned: Plan, request: dict) -> dict | None:
    """Only a table with a local index has item collections that can be too large (10 GB), so only it tells."""
    if (
        request.get("ReturnItemCollectionMetrics") != "SIZE"
        or not planned.table.indexes
        or not planned.writes
    ):
        return None
    key = planned.table.hash_key_attr
    item = request.get("Item") or request["Key"]
    # The estimate is a range of whole gigabytes; what fits in this process is in the first.
    return {"ItemCollectionKey": {key: item[key]}, "SizeEstimateRangeGB": [0.0, 1.0]}


def add_metrics(metrics: dict[str, list], planned: Plan, request: dict) -> None:
    """The same for many writes: each item collection once, by table."""
    found = collection_metrics(planned, request)
    if found and found not in metrics.setdefault(planned.table.name, []):
        metrics[planned.table.name].append(found)

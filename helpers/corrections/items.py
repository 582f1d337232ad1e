"""GetItem, PutItem, UpdateItem, DeleteItem. A write is planned first and committed then, so that batches and
transactions are made of the same two steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.rules import read_units

from .consumed import Bill
from .errors import Refused
from .requests import ITEM_BYTES, TOO_LARGE, check_item
from .storage import Entry, Store, store_of
from .streams import record


TOO_LARGE_UPDATE = "Item size to update has exceeded the maximum allowed size"


@dataclass
class Plan:
    """A write that may go ahead: its condition holds. `after` is None for a deletion."""

    table: Any
    store: Store
    place: tuple
    before: Entry | None
    after: Entry | None
    writes: bool = True


def plan(kind: str, request: dict, table: Any) -> Plan:
    """kind: "Put", "Update", "Delete" or "ConditionCheck". Raises `Refused` where the condition fails."""
    store = store_of(table)
    place = store.table.place(request["Item"] if kind == "Put" else request["Key"])
    before = store.table.entries.get(place)
    check(request, before)
    after = before
    if kind == "Put":
        after = Entry(request["Item"], request.get("size"))
    elif kind == "Delete":
        after = None
    elif kind == "Update":
        item = request["update"].apply(before.item if before else request["Key"])
        if before is None or item != before.item:
            after = Entry(item, check_item(item, table, TOO_LARGE_UPDATE))
    if after is not before and after and table.indexes:
        check_with_local_indexes(after, store, TOO_LARGE if kind == "Put" else TOO_LARGE_UPDATE)
    return Plan(table, store, place, before, after, kind != "ConditionCheck")


def check_with_local_indexes(entry: Entry, store: Store, message: str) -> None:
    """The 400 KB of an item are for its entries in local indexes, too (DG ServiceQuotas, "Item size")."""
    copies = [index.project(entry) for index in store.indexes.values() if index.local]
    if entry.size + sum(copy.size for copy in copies if copy) > ITEM_BYTES:
        raise Refused(message)


def check(request: dict, before: Entry | None) -> None:
    """The condition of a write, against the item as it is."""
    condition = request.get("condition")
    if condition is None or condition.matches(before.item if before else None):
        return
    wanted = before and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    fields = {"Item": before.item} if wanted else {}
    raise Refused("The conditional request failed", "ConditionalCheckFailedException", **fields)


def commit(planned: Plan, bill: Bill) -> None:
    """Do it, tell the indexes and the stream, and write it on the bill."""
    changes = ()
    if planned.writes and planned.after is not planned.before:
        changes = planned.store.write(planned.place, planned.after)
        record(planned.table, planned.before, planned.after)
    bill.add_write(planned.table.name, planned.before, planned.after, changes)


def get_item(request: dict, table: Any) -> dict:
    bill = Bill(request)
    return bill.on(read(request, table, request.get("ConsistentRead"), bill))


def read(request: dict, table: Any, consistency: str | bool | None, bill: Bill) -> dict:
    """One item by its key, {} where there is none. `consistency`: a ConsistentRead, or "transactional"."""
    store = store_of(table)
    entry = store.table.entries.get(store.table.place(request["Key"]))
    if bill.wanted:
        bill.add(table.name, read_units(entry.size if entry else 0, kind_of_read(consistency)))
    if entry is None:
        return {}
    projection = request.get("projection")
    return {"Item": projection.of(entry.item) if projection else entry.item}


def kind_of_read(consistency: str | bool | None) -> str:
    return consistency if isinstance(consistency, str) else "strong" if consistency else "eventual"


def put_item(request: dict, table: Any) -> dict:
    return _write("Put", request, table)


def delete_item(request: dict, table: Any) -> dict:
    return _write("Delete", request, table)


def update_item(request: dict, table: Any) -> dict:
    return _write("Update", request, table)


def _write(kind: str, request: dict, table: Any) -> dict:
    bill = Bill(request)
    planned = plan(kind, request, table)
    commit(planned, bill)
    answer = {}
    attributes = returned(planned, request)
    if attributes:
        answer["Attributes"] = attributes
    metrics = collection_metrics(planned, request)
    if metrics:
        answer["ItemCollectionMetrics"] = metrics
    return bill.on(answer)


def returned(planned: Plan, request: dict) -> dict | None:
    """The `Attributes` that ReturnValues asks for."""
    what = request.get("ReturnValues", "NONE")
    entry = planned.before if what.endswith("_OLD") else planned.after if what.endswith("_NEW") else None
    if entry is None:
        return None
    return entry.item if what.startswith("ALL_") else request["update"].updated(entry.item)


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

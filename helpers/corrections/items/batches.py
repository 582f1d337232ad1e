"""BatchGetItem and BatchWriteItem: many items, each read and written for itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.rules import limits

from .consumed import Bill
from .single import add_metrics, commit, plan, read
from .storage import store_of


def batch_get_item(request: dict, find: Callable[[str], Any]) -> dict:
    bill = Bill(request)
    responses: dict[str, list] = {}
    unprocessed: dict[str, dict] = {}
    size = 0
    for name, asked in request["RequestItems"].items():
        table = find(name)
        found = responses.setdefault(name, [])
        for key in asked["Keys"]:
            entry = store_of(table).table.at(key)
            # What is beyond comes back as UnprocessedKeys (API BatchGetItem).
            if size + (entry.size if entry else 0) > limits.BATCH_GET_MAX_BYTES:
                rest = {part: value for part, value in asked.items() if part != "projection"}
                unprocessed.setdefault(name, {**rest, "Keys": []})["Keys"].append(key)
                continue
            size += entry.size if entry else 0
            found += read({**asked, "Key": key}, table, bill).values()
    return bill.on({"Responses": responses, "UnprocessedKeys": unprocessed}, several=True)


def batch_write_item(request: dict, find: Callable[[str], Any]) -> dict:
    bill = Bill(request)
    metrics: dict[str, list] = {}
    writes = [
        (kind.removesuffix("Request"), one, find(name))
        for name, several in request["RequestItems"].items()
        for write in several
        for kind, one in write.items()
    ]
    # Planned first: what is refused is refused before anything is written.
    plans = [plan(kind, one, table) for kind, one, table in writes]
    for planned, (_, one, _) in zip(plans, writes, strict=True):
        commit(planned, bill)
        add_metrics(metrics, planned, {**request, **one})
    answer = {"UnprocessedItems": {}, **({"ItemCollectionMetrics": metrics} if metrics else {})}
    return bill.on(answer, several=True)

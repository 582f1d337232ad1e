"""A run: the clock is walked second by second, and a minute's requests are counted together.

Assumptions: a request that finds no room is throttled and not tried again; within one second all kinds of requests
have the same luck; an index must have room for a write at the moment of the write, where the service has a queue in
between; splits happen at the end of a minute.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .load import MINUTE, Load
from .partitions import PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, Partitions, order_on_the_line, position
from .result import Recorder
from .throughput import READ, SLACK, WRITE, ration

if TYPE_CHECKING:
    from .table import Index, PartitionedTable

LIMITS = np.array([PARTITION_READ_UNITS, PARTITION_WRITE_UNITS], dtype=float)


class Store:
    """The partitions and buckets of the table, or of one index, during a run."""

    def __init__(
        self, table, load, key, sort, whole_collections, stored_bytes, index: "Index | None" = None, number=-1
    ):
        self.index = index
        codes, names = load.codes(key)
        asked = load.asks(number)
        if index is None and len(codes[asked]) and codes[asked].min() < 0:
            raise ValueError(f"column {key!r} has rows without a value")
        hashes = np.array([position(name) for name in names])
        sorts = key_of_item = None
        if sort is not None and not whole_collections:
            # An item is a pair of partition key and sort key; a code for each pair that occurs.
            ranks = np.unique(load.sorted(load.column(sort).to_numpy()), return_inverse=True)[1]
            pairs, codes = np.unique(codes * np.int64(ranks.max() + 1) + ranks, return_inverse=True)
            key_of_item, sorts = np.divmod(pairs, ranks.max() + 1)
        place, line = order_on_the_line(hashes, sorts, key_of_item, whole_collections)
        # Of each row; -1 is no place, for an item that is not in this index, or a row that does not ask here.
        self.place = np.full(len(codes), -1, dtype=np.int32)
        self.place[asked] = np.append(place, -1)[codes[asked]]
        self.throughput = table.throughput()
        count = table.partitions_at_start
        self.partitions = Partitions(line, count, stored_bytes)
        self.throughput.start(count)
        self.recorder = Recorder(self.partitions, load.seconds)
        self.bytes_at_place = np.zeros(len(line))

    def cost(self, kinds: np.ndarray) -> np.ndarray:
        """Units of one request of each kind here."""
        if self.index is None or self.index.units_per_write is None:
            return kinds[:, 1]
        return np.where(kinds[:, 0] == WRITE, self.index.units_per_write, kinds[:, 1])


@dataclass
class _Cells:
    """A minute's requests, counted: one row for each second, kind and partition (of the table and each index)."""

    second: np.ndarray
    kind: np.ndarray
    partition: list[np.ndarray]
    requests: np.ndarray


def _count(load: Load, stores: list[Store], rows: slice, start: int, seconds: int) -> _Cells:
    """Count requests into cells. The only work done for each request is in here, and is numpy's."""
    shape = [seconds, len(load.kinds)] + [len(store.partitions) + 1 for store in stores]
    code = (load.second[rows] - start) * np.int64(shape[1]) + load.kind[rows]
    for store in stores:
        owner = np.append(store.partitions.owner, len(store.partitions))
        code = code * np.int64(len(store.partitions) + 1) + owner[store.place[rows]]
    requests = None if load.requests is None else load.requests[rows]
    if np.prod(shape, dtype=float) <= max(4 * len(code), 200_000):
        counts = np.bincount(code, requests, int(np.prod(shape)))
        cell = np.flatnonzero(counts)
        counts = counts[cell]
    else:
        cell, inverse = np.unique(code, return_inverse=True)
        counts = np.bincount(inverse, requests, len(cell))
    second, kind, *partition = np.unravel_index(cell, shape)
    return _Cells(second, kind, list(partition), counts.astype(np.int64))


def serve_minute(load: Load, stores: list[Store], start: int, end: int, table: "PartitionedTable") -> None:
    """Serve the requests of seconds start to end, note what happened, then split what has to."""
    seconds = end - start
    rows = slice(load.bounds[start // MINUTE], load.bounds[start // MINUTE + 1])
    cells = _count(load, stores, rows, start, seconds)
    operation = load.kinds[cells.kind, 0].astype(np.int64)
    costs = [
        np.where(part < len(store.partitions), store.cost(load.kinds)[cells.kind], 0.0)
        for store, part in zip(stores, cells.partition, strict=True)
    ]

    # What one partition can serve in a second is kept nowhere, so a whole minute is decided at once.
    served = cells.requests
    for number, store in enumerate(stores):
        limits = np.repeat(LIMITS, len(store.partitions) + 1)
        group = operation * (len(store.partitions) + 1) + cells.partition[number]
        room = np.tile(limits, seconds)
        left = ration(served, costs[number], cells.kind, cells.second * len(limits) + group, room)
        if left is not served:
            store.recorder.throttled_by_partition(start, seconds, cells.second, operation, served - left)
        served = left

    # A row that is not in an index costs it nothing, so any bucket may be asked.
    groups = [
        store.throughput.group(np.minimum(part, len(store.partitions) - 1), operation)
        for store, part in zip(stores, cells.partition, strict=True)
    ]
    served = _spend(stores, cells, operation, served, costs, groups, start, seconds)

    for number, store in enumerate(stores):
        inside = cells.partition[number] < len(store.partitions)
        store.recorder.minute(
            start, seconds, cells.second[inside], cells.partition[number][inside], operation[inside],
            (cells.requests[inside], served[inside], (served * costs[number])[inside]),
        )  # fmt: skip
    _grow(load, stores, cells, served, rows, start, end, table)


def _spend(stores, cells, operation, served, costs, groups, start, seconds) -> np.ndarray:
    """Let the buckets of the table and its indexes pay; returns what is served."""
    asked = [
        np.bincount(cells.second * len(s.throughput.bucket.rate) + group, served * cost,
                    seconds * len(s.throughput.bucket.rate)).reshape(seconds, -1)
        for s, group, cost in zip(stores, groups, costs, strict=True)
    ]  # fmt: skip
    if all((a <= s.throughput.bucket.rate + SLACK).all() for s, a in zip(stores, asked, strict=True)):
        # No second asks for more than it is given: nothing is throttled, and the order does not matter.
        for store, units in zip(stores, asked, strict=True):
            store.recorder.kept(start, store.throughput.bucket.coast(units))
        return served
    served = served.copy()
    begins = np.searchsorted(cells.second, np.arange(seconds + 1))
    for second in range(seconds):
        now = slice(begins[second], begins[second + 1])
        for store, group, cost in zip(stores, groups, costs, strict=True):
            wanted = served[now]
            left = ration(wanted, cost[now], cells.kind[now], group[now], store.throughput.bucket.room())
            if left is not wanted:
                store.recorder.throttled_by_throughput(start + second, operation[now], wanted - left)
                served[now] = left
        for store, group, cost in zip(stores, groups, costs, strict=True):
            bucket = store.throughput.bucket
            bucket.spend(np.bincount(group[now], served[now] * cost[now], len(bucket.rate)))
            store.recorder.kept(start + second, bucket.kept[np.newaxis])
    return served


def _grow(load, stores, cells, served, rows, start, end, table) -> None:
    """At the end of a minute: store what was written, and split for size, for heat and for throughput."""
    seconds = end - start
    _keep_bytes(load, stores[0], cells, served, rows, start, seconds)
    for store in stores:
        partitions, throughput = store.partitions, store.throughput
        units = store.recorder.units_a_second()
        split = []
        hot = partitions.note_heat(units[:, READ], units[:, WRITE], seconds)
        if table.split_for_size:
            split += partitions.split_for_size(store.bytes_at_place, end)
        if table.split_for_heat and len(hot):
            split += _split_hot(load, store, np.setdiff1d(hot, split), rows, start, end)
        for partition in split:
            throughput.partition_split(partition)
        wanted = throughput.minute_passed(start, end, units.sum(axis=0))
        while len(partitions) < wanted and throughput.mode == "on-demand":
            for partition in range(len(partitions)):
                partitions.split_in_the_middle(partition, end)
        store.recorder.stored(end)


def _keep_bytes(load, store, cells, served, rows, start, seconds) -> None:
    """Add what the served writes brought: within a second and partition, the served share of each write."""
    if load.adds is None or rows.start == rows.stop:
        return
    count = len(store.partitions)
    write = load.kinds[cells.kind, 0] == WRITE
    cell = cells.second[write] * count + cells.partition[0][write]
    asked = np.bincount(cell, cells.requests[write], seconds * count)
    share = np.bincount(cell, served[write], seconds * count) / np.maximum(asked, 1)
    place = np.maximum(store.place[rows], 0)  # a read of an index has none, and adds nothing
    owner = store.partitions.owner[place]
    number = 1 if load.requests is None else load.requests[rows]
    new = load.adds[rows] * number * load.write[rows] * share[(load.second[rows] - start) * count + owner]
    store.partitions.stored += np.bincount(owner, new, count)
    store.bytes_at_place += np.bincount(place, new, len(store.bytes_at_place))


def _split_hot(load, store, hot, rows, start, end) -> list[int]:
    """Try to split each hot partition where its heat divides."""
    place = store.place[rows]
    kind = load.kind[rows]
    heat = (store.cost(load.kinds) / LIMITS[load.kinds[:, 0].astype(int)])[kind]
    if load.requests is not None:
        heat = heat * load.requests[rows]
    late = load.second[rows] - start >= (end - start) / 2
    owner = np.append(store.partitions.owner, -1)[place]
    done = []
    for partition in hot:
        mine = owner == partition
        if store.partitions.split_for_heat(partition, place[mine], heat[mine], late[mine], end):
            done.append(int(partition))
    return done

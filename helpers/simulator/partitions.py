"""Where items live: keys on a line, cut into partitions that split and never merge.

An item's place on the line is the hash of its partition key and, within one item collection, the order of
its sort key. A partition is a stretch of the line. That picture is enough to let the rules below follow by
themselves: one item cannot be cut in two, a local secondary index keeps a collection in one piece, and a cut
behind a growing sort key helps nobody.

Sources. DG: Amazon DynamoDB Developer Guide. ATC: Elhemali et al., "Amazon DynamoDB: A Scalable, Predictably
Performant, and Fully Managed NoSQL Database Service", USENIX ATC 2022.
"""

import hashlib
from math import ceil

import numpy as np

#: Units a second that one partition serves at most, reads and writes independently of each other.
#: DG "Best practices for designing and using partition keys effectively"; DG "Key range throughput exceeded", which
#: says that the two are independent (some articles of AWS count "a linear combination of both").
PARTITION_READ_UNITS = 3_000
PARTITION_WRITE_UNITS = 1_000
#: What one partition stores. DG "Partitions and data distribution" and "Quotas"; 1 GB = 1024^3 bytes.
PARTITION_BYTES = 10 * 1024**3

#: Assumption: AWS says that a partition splits when its consumed throughput crosses "a certain threshold"
#: (ATC 4.4), not which one.
HEAT_THRESHOLD = 0.8
#: Assumption: "Partition splits usually complete in the order of minutes" (ATC 4.4). Here: after five.
SPLIT_AFTER_SECONDS = 300
#: Assumption: a cut is worth making when the hotter half keeps at most this share of the heat. ATC 4.4 says
#: only that splits which cannot help (one hot item, keys accessed in sequence) are detected and avoided.
HOTTER_HALF_AT_MOST = 0.9


def position(key: object) -> float:
    """Where a partition key falls on the line from 0 to 1.

    Assumption: AWS calls its function "an internal hash function" and does not publish it. Any good hash
    spreads keys alike; this is MD5, which the Dynamo paper of 2007 used.
    """
    digest = hashlib.md5(str(key).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def partitions_needed(read_units: float, write_units: float, stored_bytes: float = 0) -> int:
    """The fewest partitions that can serve these units a second and hold these bytes.

    Assumption: AWS publishes no formula today. This is the least that the limits of one partition allow.
    """
    return max(
        1,
        ceil(read_units / PARTITION_READ_UNITS),
        ceil(write_units / PARTITION_WRITE_UNITS),
        ceil(stored_bytes / PARTITION_BYTES),
    )


def order_on_the_line(
    hashes: np.ndarray, sorts: np.ndarray | None, key_of_item: np.ndarray | None, whole_collections: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Give every item its place: (place of each item, hash at each place).

    hashes: position of each partition key. sorts: the order of each item's sort key, None if there is none.
    key_of_item: which key each item has, None if an item is a key. whole_collections: items of one collection
    share a place, as with a local secondary index.
    """
    item_hashes = hashes if key_of_item is None else hashes[key_of_item]
    if sorts is None or whole_collections:
        line, place = np.unique(item_hashes, return_inverse=True)
        return place, line
    order = np.lexsort((sorts, item_hashes))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place, item_hashes[order]


class Partitions:
    """The partitions of one table or index.

    `edges` holds, for each stretch of the line, the hash at which it begins; `starts` the first place in it;
    `ids` the number of the partition that owns it. A partition keeps its number when it splits; the new half
    gets the next one.
    """

    def __init__(self, line: np.ndarray, count: int, stored_bytes: float = 0):
        self.line = line
        self.edges = np.arange(count) / count
        self.starts = np.searchsorted(line, self.edges)
        self.ids = np.arange(count)
        self.stored = np.full(count, stored_bytes / count, dtype=float)
        self.parent = np.full(count, -1)
        self.born = np.zeros(count, dtype=int)
        self.hot_seconds = np.zeros(count, dtype=int)
        self._own()

    def __len__(self) -> int:
        return len(self.stored)

    def _own(self) -> None:
        """Note for every place which partition owns it."""
        sizes = np.diff(np.append(self.starts, len(self.line)))
        self.owner = np.repeat(self.ids, sizes).astype(np.int32)

    def bounds(self, partition: int) -> tuple[int, int, int]:
        """(stretch, first place, place after the last) of one partition."""
        stretch = int(np.flatnonzero(self.ids == partition)[0])
        end = self.starts[stretch + 1] if stretch + 1 < len(self.starts) else len(self.line)
        return stretch, int(self.starts[stretch]), int(end)

    def split(self, partition: int, place: int, edge: float, left_share: float, second: int) -> None:
        """Cut a partition before `place`; `left_share` of what it stores stays."""
        stretch, _, _ = self.bounds(partition)
        new = len(self)
        self.edges = np.insert(self.edges, stretch + 1, edge)
        self.starts = np.insert(self.starts, stretch + 1, place)
        self.ids = np.insert(self.ids, stretch + 1, new)
        self.stored = np.append(self.stored, self.stored[partition] * (1 - left_share))
        self.stored[partition] *= left_share
        self.parent = np.append(self.parent, partition)
        self.born = np.append(self.born, second)
        self.hot_seconds = np.append(self.hot_seconds, 0)
        self.hot_seconds[partition] = 0
        self._own()

    def split_in_the_middle(self, partition: int, second: int) -> None:
        """Cut a partition at the middle of its hash range: how capacity is added where nothing is known."""
        stretch, first, end = self.bounds(partition)
        upper = self.edges[stretch + 1] if stretch + 1 < len(self.edges) else 1.0
        middle = (self.edges[stretch] + upper) / 2
        place = int(np.searchsorted(self.line[first:end], middle)) + first
        self.split(partition, place, middle, 0.5, second)

    def split_for_size(self, bytes_at_place: np.ndarray, second: int) -> list[int]:
        """Halve what each overfull partition stores, if a cut can; returns the partitions that split.

        A collection in one piece goes on growing here; the service refuses writes that would pass 10 GB of a
        collection with a local index (DG "Local secondary indexes", item collection size limit).

        bytes_at_place: what the run has added at each place. What was stored before the run lies evenly.
        """
        done = []
        for partition in np.flatnonzero(self.stored > PARTITION_BYTES):
            _, first, end = self.bounds(partition)
            added = bytes_at_place[first:end]
            if added.sum() < self.stored[partition] / 2:
                self.split_in_the_middle(partition, second)
            elif cut := best_cut(added):
                self.split(
                    partition, first + cut, self.line[first + cut], added[:cut].sum() / added.sum(), second
                )
            else:
                continue
            done.append(int(partition))
        return done

    def note_heat(self, read_units: np.ndarray, write_units: np.ndarray, seconds: int) -> np.ndarray:
        """Partitions that have been near their limit for long enough to split.

        read_units, write_units: what each partition served, on average a second, in the last `seconds`.
        """
        hot = (read_units >= HEAT_THRESHOLD * PARTITION_READ_UNITS) | (
            write_units >= HEAT_THRESHOLD * PARTITION_WRITE_UNITS
        )
        self.hot_seconds = np.where(hot, self.hot_seconds + seconds, 0)
        return np.flatnonzero(self.hot_seconds >= SPLIT_AFTER_SECONDS)

    def split_for_heat(
        self, partition: int, places: np.ndarray, heat: np.ndarray, late: np.ndarray, second: int
    ) -> bool:
        """Cut a hot partition where it halves the heat, if that would help; says whether it did.

        places, heat: the requests it got of late and what each asked of its limit. late: which of them came
        in the second half of that time. The cut is chosen on the first half and must relieve the second: one
        rule that turns down a single hot item and a key range accessed in sequence alike.
        """
        self.hot_seconds[partition] = 0
        _, first, end = self.bounds(partition)
        if end - first < 2:
            return False
        early_heat = np.bincount(places[~late] - first, heat[~late], end - first)
        late_heat = np.bincount(places[late] - first, heat[late], end - first)
        cut = best_cut(early_heat)
        if not cut or late_heat.sum() == 0:
            return False
        left = late_heat[:cut].sum() / late_heat.sum()
        if max(left, 1 - left) > HOTTER_HALF_AT_MOST:
            return False
        self.split(partition, first + cut, self.line[first + cut], 0.5, second)
        return True


def best_cut(weights: np.ndarray) -> int:
    """Before which index to cut so that the heavier side is lightest; 0 where no cut leaves less than all.

    >>> best_cut(np.array([1, 1, 2]))
    2
    >>> best_cut(np.array([0, 7, 0]))
    0
    """
    left = np.cumsum(weights)[:-1]
    total = weights.sum()
    if not len(left) or total == 0:
        return 0
    heavier = np.maximum(left, total - left)
    cut = int(np.argmin(heavier))
    return cut + 1 if heavier[cut] < total else 0

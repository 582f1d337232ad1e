"""How much a table may spend each second: buckets, bursts, adaptive capacity and the on-demand ladder.

Sources: see partitions.py for DG (Developer Guide) and ATC (the 2022 paper).
"""

import numpy as np

from .partitions import partitions_needed

#: Unused capacity is kept for this long. DG "DynamoDB burst and adaptive capacity": "up to five minutes (300
#: seconds) of unused read and write capacity"; ATC 4.1.1.
BURST_SECONDS = 300
#: What a new on-demand table serves. DG "DynamoDB on-demand capacity mode", initial throughput.
NEW_ON_DEMAND_READ_UNITS = 12_000
NEW_ON_DEMAND_WRITE_UNITS = 4_000
#: On-demand serves this many times the previous peak at once. Same page; ATC 4.5.
PEAK_GROWTH = 2
#: "throttling can occur if you exceed double your previous peak within 30 minutes". Same page.
PEAK_SETTLES_SECONDS = 1_800
#: Default quota for one table, reads and writes each; can be raised. DG "Quotas", throughput defaults.
TABLE_QUOTA_UNITS = 40_000

READ, WRITE = 0, 1
#: Sums of units are compared with this slack: shares such as 100 / 3 have no exact binary form.
SLACK = 1e-9


def ration(
    requests: np.ndarray, cost: np.ndarray, kind: np.ndarray, group: np.ndarray, room: np.ndarray
) -> np.ndarray:
    """How many requests of each row are served when each group of rows shares `room` units.

    requests: how many in each row, whole numbers. cost: units of one request. kind: requests of one kind cost
    the same. group: index into room. Where a group asks for more than its room, every kind in it gets the same
    share, rounded down: the model does not say which caller is lucky within a second. The rows of one group
    and kind are rounded together, so that a thousand rows of one request still get their share.
    """
    asked = np.bincount(group, requests * cost, len(room))
    over = asked > room + SLACK
    if not over.any():
        return requests
    # Requests that cost nothing here (a read, for an index) are never in the way.
    rows = np.flatnonzero(over[group] & (cost > 0))
    batch = group[rows] * (int(kind.max()) + 1) + kind[rows]
    order = np.argsort(batch, kind="stable")
    rows, batch = rows[order], batch[order]
    first = np.append(True, batch[1:] != batch[:-1])
    wanted = requests[rows]
    running = np.cumsum(wanted)
    running -= (running - wanted)[first][np.cumsum(first) - 1]
    upto = np.floor(running * (room / np.maximum(asked, SLACK))[group[rows]] + SLACK).astype(requests.dtype)
    served = requests.copy()
    served[rows] = np.where(first, upto, upto - np.append(0, upto[:-1]))
    return served


class Bucket:
    """Token buckets: each second a bucket gets `rate` units; of what is left over it keeps at most `size`.

    rate, size, kept: arrays of one length, units. Buckets start empty: AWS does not say what a new table has.
    """

    def __init__(self, rate: np.ndarray, seconds_kept: float):
        self.rate = np.asarray(rate, dtype=float)
        self.seconds_kept = seconds_kept
        self.kept = np.zeros_like(self.rate)

    @property
    def size(self) -> np.ndarray:
        return self.rate * self.seconds_kept

    def room(self) -> np.ndarray:
        """Units that can be spent in this second."""
        return self.rate + self.kept

    def spend(self, units: np.ndarray) -> None:
        """Take what this second spent."""
        self.kept = np.clip(self.kept + self.rate - units, 0, self.size)

    def coast(self, units: np.ndarray) -> np.ndarray:
        """Take what several seconds spent, none of them more than the rate; returns what each second kept.

        units: a row for each second. The buckets only fill, so that one sum says it all.
        """
        kept = np.minimum(self.kept + np.cumsum(self.rate - units, axis=0), self.size)
        self.kept = kept[-1]
        return kept


class Provisioned:
    """Capacity bought in advance: so many units a second.

    adaptive: throughput goes to whichever partition needs it, at once, within the table's total and the
    partition's maximum (DG "burst and adaptive capacity"; ATC 4.2, global admission control). Without it every
    partition holds a fixed, equal part of the table's throughput, and halves it when it splits, which is how
    the service began (ATC 4). burst: keep 300 seconds of what is not used.
    """

    mode = "provisioned"

    def __init__(self, read_units: float, write_units: float, burst: bool, adaptive: bool):
        self.units = np.array([read_units, write_units], dtype=float)
        self.seconds_kept = BURST_SECONDS if burst else 0
        self.adaptive = adaptive

    def start(self, partitions: int) -> None:
        parts = 1 if self.adaptive else partitions
        self.bucket = Bucket(np.repeat(self.units / parts, parts), self.seconds_kept)

    def group(self, partition: np.ndarray, operation: np.ndarray) -> np.ndarray:
        """Which bucket pays for a request."""
        if self.adaptive:
            return operation
        return operation * (len(self.bucket.rate) // 2) + partition

    def partition_split(self, partition: int) -> None:
        """A partition's fixed part is divided between its halves (ATC 4)."""
        if self.adaptive:
            return
        for name in ("rate", "kept"):
            halves = getattr(self.bucket, name).reshape(2, -1)
            halves[:, partition] /= 2
            setattr(self.bucket, name, np.column_stack([halves, halves[:, partition]]).ravel())

    def minute_passed(self, start: int, end: int, units_a_second: np.ndarray) -> int:
        """Partitions that the throughput calls for now."""
        return partitions_needed(*self.units)


class OnDemand:
    """Pay for each request: serves twice the previous peak at once, more after 30 minutes.

    warm_read_units, warm_write_units: warm throughput, what the table serves from its first second (DG
    "Understanding DynamoDB warm throughput"); it can only raise the start. quota: units a second that the
    account allows one table. Assumptions: a peak is the mean of one minute; no burst is kept beyond the limit; and
    where AWS says that throttling can occur, it does.
    """

    mode = "on-demand"
    adaptive = True

    def __init__(self, warm_read_units: float = 0, warm_write_units: float = 0, quota=TABLE_QUOTA_UNITS):
        new = [NEW_ON_DEMAND_READ_UNITS, NEW_ON_DEMAND_WRITE_UNITS]
        self.quota = np.broadcast_to(np.asarray(quota, dtype=float), 2)
        self.start_units = np.maximum(new, [warm_read_units, warm_write_units])
        self.units = np.minimum(self.start_units, self.quota)

    def start(self, partitions: int) -> None:
        self.peaks: list[tuple[int, np.ndarray]] = []
        self.bucket = Bucket(np.minimum(self.start_units, self.quota), 0)

    def group(self, partition: np.ndarray, operation: np.ndarray) -> np.ndarray:
        return operation

    def partition_split(self, partition: int) -> None:
        pass

    def minute_passed(self, start: int, end: int, units_a_second: np.ndarray) -> int:
        """Remember the traffic of the minute from start to end; let peaks that are 30 minutes old raise the limit."""
        self.peaks.append((start, units_a_second))
        while self.peaks and self.peaks[0][0] <= end - PEAK_SETTLES_SECONDS:
            _, peak = self.peaks.pop(0)
            self.bucket.rate = np.minimum(np.maximum(self.bucket.rate, PEAK_GROWTH * peak), self.quota)
        return partitions_needed(*self.bucket.rate)

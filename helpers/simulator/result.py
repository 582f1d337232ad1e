"""What a run of the model gives: pandas frames, by second and by partition."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .partitions import Partitions
from .throughput import READ, WRITE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Recorder:
    """Notes what happens during a run, in plain arrays; a minute is a block of rows (second, partition, operation).

    Partitions are added as the run goes on, so that a later block may be wider.
    """

    def __init__(self, partitions: Partitions, seconds: int):
        self.partitions = partitions
        self.seconds = seconds
        self.blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.stores: list[tuple[int, np.ndarray]] = []
        # Requests turned away: second, operation.
        self.partition_said_no = np.zeros((seconds, 2), dtype=np.int64)
        self.throughput_said_no = np.zeros((seconds, 2), dtype=np.int64)
        self.kept_units = np.zeros((seconds, 2))
        self.partition_count = np.zeros(seconds, dtype=np.int64)

    def throttled_by_partition(self, start, seconds, second, operation, requests) -> None:
        said_no = np.bincount(second * 2 + operation, requests, seconds * 2).reshape(seconds, 2)
        self.partition_said_no[start : start + seconds] += said_no.astype(np.int64)

    def throttled_by_throughput(self, second, operation, requests) -> None:
        self.throughput_said_no[second] += np.bincount(operation, requests, 2).astype(np.int64)

    def kept(self, start: int, kept: np.ndarray) -> None:
        """Unused capacity in hand after each second; kept has a column for each bucket, reads first."""
        self.kept_units[start : start + len(kept)] = kept.reshape(len(kept), 2, -1).sum(axis=2)

    def minute(self, start, seconds, second, partition, operation, values) -> None:
        """values: (requests asked, requests served, units spent) of each cell."""
        shape = (seconds, len(self.partitions), 2)
        cell = np.ravel_multi_index((second, partition, operation), shape)
        types = (np.int32, np.int32, np.float32)
        self.blocks.append(
            tuple(
                np.bincount(cell, value, np.prod(shape)).reshape(shape).astype(kind)
                for value, kind in zip(values, types, strict=True)
            )
        )
        self.partition_count[start : start + seconds] = len(self.partitions)

    def units_a_second(self) -> np.ndarray:
        """Units spent in the last minute, on average a second, for each partition and operation."""
        return self.blocks[-1][2].mean(axis=0, dtype=float)

    def stored(self, second: int) -> None:
        self.stores.append((second, self.partitions.stored.copy()))

    def whole(self, which: int) -> np.ndarray:
        """One of the three block values over the whole run: [second, partition, operation]."""
        wide = len(self.partitions)
        if not self.blocks:
            return np.zeros((0, wide, 2))
        whole = np.zeros((self.seconds, wide, 2), dtype=self.blocks[0][which].dtype)
        second = 0
        for block in self.blocks:
            values = block[which]
            whole[second : second + len(values), : values.shape[1]] = values
            second += len(values)
        return whole


class Result:
    """What a *model* of a partitioned table did with a workload.

    Requests are counted; units are read or write units; frames have a row for each second and, where it says
    so, a column for each partition. `indexes` holds a Result for each secondary index: its reads, and the writes
    that the table passed on.
    """

    def __init__(self, recorder: Recorder, indexes: "dict[str, Result] | None" = None):
        self._recorder = recorder
        self.indexes = indexes or {}

    @cached_property
    def _asked(self) -> np.ndarray:
        return self._recorder.whole(0)

    @cached_property
    def _served(self) -> np.ndarray:
        return self._recorder.whole(1)

    @cached_property
    def _units(self) -> np.ndarray:
        return self._recorder.whole(2)

    def _frame(self, values: np.ndarray):
        import pandas as pd

        frame = pd.DataFrame(values)
        return frame.rename_axis(index="second", columns="partition")

    @property
    def served(self):
        """Requests served: second x partition."""
        return self._frame(self._served.sum(axis=2))

    @property
    def throttled(self):
        """Requests throttled: second x partition."""
        return self._frame((self._asked - self._served).sum(axis=2))

    @property
    def read_units(self):
        """Read units consumed: second x partition."""
        return self._frame(self._units[:, :, READ])

    @property
    def write_units(self):
        """Write units consumed: second x partition."""
        return self._frame(self._units[:, :, WRITE])

    @property
    def stored(self):
        """Bytes stored at the end of each minute: second x partition; missing before a partition was born."""
        import pandas as pd

        rows = {second: pd.Series(values) for second, values in self._recorder.stores}
        return pd.DataFrame(rows).T.rename_axis(index="second", columns="partition")

    @cached_property
    def seconds(self):
        """A row for each second: requests, units, unused capacity kept for bursts, and who said no."""
        import pandas as pd

        note = self._recorder
        asked, served = self._asked.sum(axis=(1, 2)), self._served.sum(axis=(1, 2))
        frame = {
            "requests": asked,
            "served": served,
            "throttled": asked - served,
            "read_units": self._units[:, :, READ].sum(axis=1, dtype=float),
            "write_units": self._units[:, :, WRITE].sum(axis=1, dtype=float),
            "kept_read_units": note.kept_units[:, READ],
            "kept_write_units": note.kept_units[:, WRITE],
            "by_partition_limit": note.partition_said_no.sum(axis=1),
            "by_throughput": note.throughput_said_no.sum(axis=1),
        }
        for name, index in self.indexes.items():
            held_up = index._recorder.partition_said_no + index._recorder.throughput_said_no
            frame[f"by_index_{name}"] = held_up[:, WRITE]
        frame["partitions"] = note.partition_count
        return pd.DataFrame(frame).rename_axis("second")

    @cached_property
    def partitions(self):
        """A row for each partition: requests, units, busiest second, bytes, where it came from and when."""
        import pandas as pd

        at = self._recorder.partitions
        asked, served = self._asked.sum(axis=(0, 2)), self._served.sum(axis=(0, 2))
        busiest = self._units.max(axis=0, initial=0)
        return pd.DataFrame(
            {
                "requests": asked,
                "served": served,
                "throttled": asked - served,
                "read_units": self._units[:, :, READ].sum(axis=0, dtype=float),
                "write_units": self._units[:, :, WRITE].sum(axis=0, dtype=float),
                "most_read_units": busiest[:, READ],
                "most_write_units": busiest[:, WRITE],
                "stored_bytes": at.stored,
                "split_from": pd.Series(at.parent).where(at.parent >= 0).astype("Int64"),
                "since_second": at.born,
            }
        ).rename_axis("partition")

    @property
    def requests(self) -> int:
        return int(self.seconds["requests"].sum())

    @property
    def throttled_share(self) -> float:
        """Share of all requests that were throttled, 0 to 1."""
        return float(self.seconds["throttled"].sum() / max(1, self.requests))

    @property
    def summary(self) -> dict[str, float]:
        """The run in a few numbers."""
        seconds = self.seconds
        return {
            "requests": self.requests,
            "served": int(seconds["served"].sum()),
            "throttled": int(seconds["throttled"].sum()),
            "throttled_share": self.throttled_share,
            "read_units": float(seconds["read_units"].sum()),
            "write_units": float(seconds["write_units"].sum()),
            "partitions_at_start": int(seconds["partitions"].iloc[0]) if len(seconds) else 0,
            "partitions_at_end": len(self._recorder.partitions),
        }

    def heat_map(self, operation: str = "write") -> "Figure":
        """Units that each partition served over time, throttling marked: a matplotlib figure."""
        from .plots import heat_map

        return heat_map(self, operation)

    def throttled_over_time(self, beside: "Mapping[str, Result] | None" = None) -> "Figure":
        """The share of requests that was throttled, over time, of this run or of several by name: a matplotlib figure."""
        from .plots import throttled_over_time

        return throttled_over_time(beside or {"this run": self})

    def where_units_went(self) -> "Figure":
        """The units each partition served and the requests it turned away: a matplotlib figure."""
        from .plots import where_units_went

        return where_units_went(self)

    def __repr__(self) -> str:
        told = self.summary
        return (
            f"Model: {told['requests']:,} requests, {told['throttled_share']:.1%} throttled, "
            f"{told['partitions_at_start']} partitions at the start, {told['partitions_at_end']} at the end"
        )

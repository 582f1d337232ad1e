"""A partitioned table on a virtual clock: what it is made of, and `run`.

A model, not DynamoDB. What it follows is cited in partitions.py and throughput.py, where every assumption is
marked as one; the assumptions of a run itself are in clock.py.
"""

from dataclasses import dataclass

from .clock import Store, serve_minute
from .load import MINUTE, Load
from .partitions import partitions_needed, position
from .result import Result
from .throughput import OnDemand, Provisioned


@dataclass(frozen=True)
class Index:
    """A global secondary index: the same items under another key, with partitions and throughput of its own.

    key: the workload's column with the index's partition key; a row without one is not in the index.
    units_per_write: what one write of the table costs here; None: as much as it costs the table.
    """

    name: str
    key: str
    read_units: float | None = None
    write_units: float | None = None
    units_per_write: float | None = None
    partitions: int | None = None


@dataclass(frozen=True)
class PartitionedTable:
    """A table in the model.

    key, sort: columns of the workload; without a sort column an item is a partition key.
    read_units, write_units: provisioned capacity, both or neither; neither is on-demand, which starts at
    warm_read_units and warm_write_units if these are more than a new table has. partitions: how many at
    the start; None: as few as throughput and stored_bytes allow. local_index: there is a local secondary
    index, so that an item collection stays in one piece. burst, adaptive, split_for_heat, split_for_size: each
    mechanism can be switched off to see what it does.
    """

    key: str = "key"
    sort: str | None = None
    read_units: float | None = None
    write_units: float | None = None
    warm_read_units: float = 0
    warm_write_units: float = 0
    partitions: int | None = None
    stored_bytes: float = 0
    local_index: bool = False
    indexes: tuple[Index, ...] = ()
    burst: bool = True
    adaptive: bool = True
    split_for_heat: bool = True
    split_for_size: bool = True

    def run(self, workload) -> Result:
        """Run a workload, a data frame as `helpers.simulator.workloads` describes it.

        Raises ValueError naming the column that is missing or wrong.
        """
        load = Load(workload, self)
        table = Store(self, load, self.key, self.sort, self.local_index, self.stored_bytes)
        stores = [table] + [
            Store(self._as_table(index), load, index.key, None, False, 0, index, number)
            for number, index in enumerate(self.indexes)
        ]
        for start in range(0, load.seconds, MINUTE):
            serve_minute(load, stores, start, min(start + MINUTE, load.seconds), self)
        return Result(table.recorder, {store.index.name: Result(store.recorder) for store in stores[1:]})

    @property
    def partitions_at_start(self) -> int:
        """How many partitions the table has before its first request."""
        return self.partitions or partitions_needed(*self.throughput().units, self.stored_bytes)

    def partition_of(self, key: object) -> int:
        """The partition that a partition key falls into, before any split: 0 is the first."""
        return int(position(key) * self.partitions_at_start)

    def _as_table(self, index: Index) -> "PartitionedTable":
        """An index has its own throughput and partitions, and the table's capacity mode."""
        provisioned = self.write_units is not None
        if provisioned and (index.read_units is None or index.write_units is None):
            raise ValueError(f"index {index.name!r} of a provisioned table needs read_units and write_units")
        return PartitionedTable(
            read_units=index.read_units if provisioned else None,
            write_units=index.write_units if provisioned else None,
            warm_read_units=self.warm_read_units,
            warm_write_units=self.warm_write_units,
            partitions=index.partitions,
            burst=self.burst,
            adaptive=self.adaptive,
        )

    def throughput(self) -> Provisioned | OnDemand:
        if (self.read_units is None) != (self.write_units is None):
            raise ValueError("give read_units and write_units, or neither for on-demand")
        if self.write_units is None:
            return OnDemand(self.warm_read_units, self.warm_write_units)
        return Provisioned(self.read_units, self.write_units, self.burst, self.adaptive)

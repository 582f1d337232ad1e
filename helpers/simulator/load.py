"""A workload as arrays, checked: the data frame that `workloads` describes, as a run wants it."""

from typing import TYPE_CHECKING

import numpy as np

from .throughput import READ, WRITE

if TYPE_CHECKING:
    from .table import PartitionedTable

#: Requests are gathered, and splits considered, a minute at a time.
MINUTE = 60


class Load:
    """A workload as arrays, in order of time."""

    def __init__(self, workload, table: "PartitionedTable"):
        self.frame = workload
        second = self.column("second").to_numpy()
        if len(second) and second.min() < 0:
            raise ValueError("column 'second' counts from 0")
        self.order = None
        if (second[1:] < second[:-1]).any():
            self.order = np.argsort(second, kind="stable")
            second = second[self.order]
        self.second = second
        self.seconds = int(second[-1]) + 1 if len(second) else 0
        self.units = self.sorted(self.column("units").to_numpy())
        if len(self.units) and not self.units.min() > 0:
            raise ValueError("column 'units' must be positive")
        operation, names = self.codes("operation")
        if unknown := set(names) - {"read", "write"}:
            raise ValueError(f"column 'operation' is 'read' or 'write', not {sorted(map(str, unknown))}")
        self.write = np.array([name == "write" for name in names], dtype=np.int8)[operation]
        self.requests = self.optional("requests")
        self.adds = self.optional("adds")
        self.reads_index = self._reads_index([index.name for index in table.indexes])
        self.kind, self.kinds = self._kinds()
        self.bounds = np.searchsorted(second, np.arange(0, self.seconds + MINUTE, MINUTE))

    def column(self, name: str):
        if name not in self.frame:
            raise ValueError(f"the workload has no column {name!r}")
        return self.frame[name]

    def optional(self, name: str) -> np.ndarray | None:
        return self.sorted(self.frame[name].to_numpy()) if name in self.frame else None

    def sorted(self, values: np.ndarray) -> np.ndarray:
        return values if self.order is None else values[self.order]

    def codes(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """(code of each row, name of each code); -1 is a row without a value."""
        import pandas as pd

        column = self.column(name)
        if isinstance(column.dtype, pd.CategoricalDtype):
            return self.sorted(column.cat.codes.to_numpy()), column.cat.categories.to_numpy()
        codes, names = pd.factorize(column)
        return self.sorted(codes), np.asarray(names)

    def _reads_index(self, names: list[str]) -> np.ndarray | None:
        """For each row the number of the index that it reads, -1 where it asks the table; None if all rows do."""
        if "index" not in self.frame:
            return None
        code, found = self.codes("index")
        if unknown := set(found) - set(names):
            raise ValueError(f"column 'index' names {sorted(unknown)}; the indexes are {names}")
        number = np.array([*map(names.index, found), -1])[code]
        if self.write[number >= 0].any():
            raise ValueError("column 'index' is for reads: nobody writes to an index")
        return number

    def asks(self, number: int) -> np.ndarray | slice:
        """The rows that concern the table (-1), or an index by its number: its own reads, and the table's writes."""
        if number < 0:
            return slice(None) if self.reads_index is None else self.reads_index < 0
        reads = False if self.reads_index is None else self.reads_index == number
        return reads | (self.write == 1)

    def _kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """Requests of one kind have the same operation and units: (kind of each row, [[operation, units]])."""
        if not len(self.units):
            return self.write, np.zeros((0, 2))
        import pandas as pd

        if self.units.min() == self.units.max():
            sizes, size = self.units[:1], 0
        else:
            size, sizes = pd.factorize(self.units)
        kinds = np.array([(operation, units) for units in sizes for operation in (READ, WRITE)], dtype=float)
        return (size * 2 + self.write).astype(np.min_scalar_type(len(kinds))), kinds

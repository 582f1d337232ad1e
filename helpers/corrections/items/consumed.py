"""`ConsumedCapacity`: what one request consumed, by table and by index.

DG "Capacity unit consumption for read/write operations", API ConsumedCapacity. The arithmetic is in `helpers.rules`.
"""

from __future__ import annotations

from helpers.rules import index_write_units, write_units

from .storage import Entry, Index

LOCAL, GLOBAL = "LocalSecondaryIndexes", "GlobalSecondaryIndexes"


class Bill:
    """The units of one request. `side` splits them in a transaction: "Read" or "Write"."""

    def __init__(self, request: dict, side: str | None = None):
        self.mode = request.get("ReturnConsumedCapacity", "NONE")
        self.wanted = self.mode in ("TOTAL", "INDEXES")
        self.side = side
        self.tables: dict[str, dict[tuple[str, str], float]] = {}

    def consistency(self, request: dict) -> str:
        """How the request reads, in the words of `helpers.rules`."""
        return "transactional" if self.side else "strong" if request.get("ConsistentRead") else "eventual"

    def add(self, table: str, units: float, index: Index | None = None) -> None:
        consumed = self.tables.setdefault(table, {("Table", ""): 0.0})
        part = ("Table", "") if index is None else (LOCAL if index.local else GLOBAL, index.name)
        consumed[part] = consumed.get(part, 0.0) + units

    def add_write(self, table: str, before: Entry | None, after: Entry | None, changes: list = ()) -> None:
        """A write and what it did to each index (see `Store.write`)."""
        if not self.wanted:
            return
        sizes = [entry.size if entry else None for entry in (before, after)]
        self.add(table, write_units(*sizes, transactional=self.side is not None))
        for index, old, new in changes:
            units = 0 if old is new else index_write_units(old, new, index.keys)
            if units:
                self.add(table, units, index)

    def of_table(self, table: str) -> dict:
        consumed = self.tables[table]
        answer = {"TableName": table, **self._units(sum(consumed.values()))}
        if self.mode == "INDEXES":
            for (part, name), units in consumed.items():
                if part == "Table":
                    answer["Table"] = self._units(units)
                else:
                    answer.setdefault(part, {})[name] = self._units(units)
        return answer

    def on(self, answer: dict, several: bool = False) -> dict:
        """The answer with `ConsumedCapacity`, where the caller wants it: of one table, or a list of them."""
        if self.wanted and self.tables:
            each = [self.of_table(table) for table in self.tables]
            answer["ConsumedCapacity"] = each if several else each[0]
        return answer

    def _units(self, units: float) -> dict:
        total = {"CapacityUnits": float(units)}
        return total if self.side is None else {**total, f"{self.side}CapacityUnits": float(units)}

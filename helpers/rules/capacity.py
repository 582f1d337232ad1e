"""What a read or a write consumes, in capacity units, from sizes in bytes.

Read units come in halves and are floats: a half has a binary form, so sums are exact too. Write units are
ints. A batch costs what its items cost one by one: add up `read_units` or `write_units`.
Source: Developer Guide, "DynamoDB read and write operations" (read-write-operations.html).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from numbers import Real

from . import limits
from .typed import wire_bytes, wire_size

_UNITS_PER_STEP = {"eventual": 0.5, "strong": 1.0, "transactional": 2.0}


def read_units(size: int, consistency: str = "eventual") -> float:
    """Read units for one item of `size` bytes by GetItem, BatchGetItem or TransactGetItems.

    Every 4 KB, rounded up, costs 0.5 ("eventual"), 1 ("strong") or 2 ("transactional"). An item that is not
    there, size 0, costs as much as the smallest item. A transaction that is sent again with its token is read,
    "transactional", instead of written: by the larger of each item before and after.
    """
    return _steps(size, limits.READ_UNIT_BYTES) * _per_step(consistency)


def query_units(total_size: int, consistency: str = "eventual") -> float:
    """Read units for one page of a Query or a Scan that evaluated items of `total_size` bytes together.

    The sizes are added first and rounded up to 4 KB once. All items evaluated count, also those that a filter
    throws away, with all their attributes, also those that are not projected. An empty page costs one step.
    """
    if consistency == "transactional":
        raise ValueError("a Query or a Scan is 'eventual' or 'strong': transactions read by key")
    return read_units(total_size, consistency)


def fetch_units(entries_size: int, item_sizes: Iterable[int], consistency: str = "eventual") -> float:
    """Read units for a page of a local index whose query asks for attributes that are not projected into it.

    The index entries are added up and rounded once; each item fetched from the table is rounded by itself.
    Source: Developer Guide, "Local secondary indexes", "Read capacity units".
    """
    return query_units(entries_size, consistency) + sum(read_units(size, consistency) for size in item_sizes)


def write_units(before: int | None, after: int | None, transactional: bool = False) -> int:
    """Write units for one item in the table: 1 for each KB, rounded up, of the larger of before and after.

    Sizes in bytes, None where the item is absent. Deleting what is not there costs 1. Twice as many in a
    transaction. A write whose condition failed costs as if the item stayed: `write_units(before, before)`, and
    so does a ConditionCheck.
    """
    steps = (_steps(0 if size is None else size, limits.WRITE_UNIT_BYTES) for size in (before, after))
    return max(steps) * (2 if transactional else 1)


def index_write_units(
    before: Mapping[str, Mapping] | None, after: Mapping[str, Mapping] | None, keys: Iterable[str] = ()
) -> int:
    """Write units that one write to the table costs in one of its secondary indexes.

    before, after: the item as projected into the index (typed values), None where the index has no entry.
    keys: the names of the index's own key attributes, by which a moved entry is told from a changed one.

    1 for each KB of an entry that appears or disappears; of both, each rounded by itself, if a key changed
    (the entry is deleted and put elsewhere); of the larger, if only other projected attributes changed; 0 if
    nothing that is projected changed. The same in a transaction. Errors as in `wire_size`.
    Source: Developer Guide, "Global secondary indexes", "Write capacity units".
    """
    if isinstance(keys, str):
        raise TypeError(f"keys are the names of the key attributes, in a list, not {keys!r}")
    entries = [entry for entry in (before, after) if entry is not None]
    units = [_steps(wire_size(entry), limits.WRITE_UNIT_BYTES) for entry in entries]
    if len(entries) < 2:
        return sum(units)
    old, new = ({name: _value(typed) for name, typed in entry.items()} for entry in entries)
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if not changed:
        return 0
    return sum(units) if changed.intersection(keys) else max(units)


def _value(typed: Mapping[str, object]) -> tuple:
    """A typed value in a form in which equal values are equal: 1 and 1.0, and a set in any order."""
    ((kind, content),) = typed.items()
    match kind:
        case "N":
            content = Decimal(content)
        case "B":
            content = wire_bytes(content)
        case "NS":
            content = frozenset(map(Decimal, content))
        case "BS":
            content = frozenset(map(wire_bytes, content))
        case "SS":
            content = frozenset(content)
        case "L":
            content = [_value(element) for element in content]
        case "M":
            content = {name: _value(element) for name, element in content.items()}
    return kind, content


def _per_step(consistency: str) -> float:
    try:
        return _UNITS_PER_STEP[consistency]
    except (KeyError, TypeError):
        known = ", ".join(map(repr, _UNITS_PER_STEP))
        raise ValueError(f"consistency is one of {known}, not {consistency!r}") from None


def _steps(size: float, step: int) -> int:
    """How many steps `size` bytes take, at least one. The size of an average item may have a fraction."""
    if isinstance(size, bool) or not isinstance(size, int | float | Real):  # numpy's are no int
        raise TypeError(f"a size is a number of bytes, not {size!r}")
    if not 0 <= size < float("inf"):
        raise ValueError(f"a size is not negative, and has an end: {size}")
    return max(1, int(-(-size // step)))

"""How fast the model is, in processor time of one core: other work on the machine does not count.

Memory is that of this process, from its start. `python -m tests.bench` runs each module in a process of its own.
"""

import sys
from time import process_time

from helpers.simulator import PartitionedTable, workloads
from tests.bench.bench_start import show

REQUESTS, PARTITIONS, SECONDS = 10_000_000, 1_000, 3_600
SECONDS_ALLOWED, GIGABYTES_ALLOWED = 2.0, 1.0
GROWTH_ALLOWED = 1.5  # time for each request, 10 million of them compared with 2.5 million

# Nothing throttled; the table's own throughput exceeded; fixed parts of it exceeded, which is most work.
TABLES = {
    "served": {"read_units": 3_000, "write_units": 4_000},
    "throttled by the table": {"read_units": 3_000, "write_units": 2_500},
    "throttled by partitions": {"read_units": 3_000, "write_units": 2_500, "adaptive": False},
}


def main() -> int:
    """Print one line a figure; 1 where one is over its limit."""
    load = workloads.zipf(REQUESTS, 100_000, SECONDS)
    tables = {name: PartitionedTable(partitions=PARTITIONS, **options) for name, options in TABLES.items()}
    took = {name: _seconds(table, load) for name, table in tables.items()}
    name, table = "throttled by the table", tables["throttled by the table"]
    none, quarter = (_seconds(table, _every(load, nth)) for nth in (REQUESTS // SECONDS, 4))
    growth = (took[name] - none) / 4 / max(1e-3, quarter - none)
    return show(
        [
            *((f"simulator: 10 million requests, {name}", took[name], SECONDS_ALLOWED, "s") for name in took),
            ("simulator: time for a request, of 10 over of 2.5 million", growth, GROWTH_ALLOWED, "x"),
            ("simulator: memory of the process", _peak_gigabytes(), GIGABYTES_ALLOWED, "GB"),
        ]
    )


def _every(load, nth: int):
    return load.iloc[::nth].reset_index(drop=True)


def _seconds(table: PartitionedTable, load, times: int = 3) -> float:
    """Processor seconds of the fastest of a few runs."""
    took = []
    for _ in range(times):
        start = process_time()
        table.run(load)
        took.append(process_time() - start)
    return min(took)


def _peak_gigabytes() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)


if __name__ == "__main__":
    sys.exit(main())

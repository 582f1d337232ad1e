"""A *model* of what no emulator has: partitions, heat, bursts, adaptive capacity and splits, on a virtual clock.

    from helpers.simulator import PartitionedTable, workloads

    table = PartitionedTable(read_units=1_000, write_units=5_000)
    table.run(workloads.zipf(requests=1_000_000, keys=500, seconds=600)).throttled_share

It follows what AWS documents and what the DynamoDB team published at USENIX ATC 2022; each constant names its
source, and each assumption is marked as one. It is not DynamoDB and gives no promise about it.
"""

from . import workloads
from .partitions import PARTITION_BYTES, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, position
from .result import Result
from .table import Index, PartitionedTable
from .throughput import BURST_SECONDS, NEW_ON_DEMAND_READ_UNITS, NEW_ON_DEMAND_WRITE_UNITS

__all__ = [
    "BURST_SECONDS",
    "NEW_ON_DEMAND_READ_UNITS",
    "NEW_ON_DEMAND_WRITE_UNITS",
    "PARTITION_BYTES",
    "PARTITION_READ_UNITS",
    "PARTITION_WRITE_UNITS",
    "Index",
    "PartitionedTable",
    "Result",
    "position",
    "workloads",
]

"""What splits save, and the three things they cannot."""

import numpy as np
import pytest

from helpers.simulator import PARTITION_BYTES, PartitionedTable, position, workloads

MINUTES_5 = 300


def keys_in_one_partition(count: int, partitions: int = 4) -> list[str]:
    """Keys that all fall into the first partition."""
    return [key for key in (f"K-{n}" for n in range(100_000)) if position(key) * partitions < 1][:count]


def warm_corner(seconds: int, keys: int, rate: int):
    """Traffic on a few keys of the first partition."""
    names = keys_in_one_partition(keys)
    return workloads.together(*(workloads.steady(rate, seconds, key=key) for key in names))


def table(**options) -> PartitionedTable:
    return PartitionedTable(**{"read_units": 1, "write_units": 4_000, "partitions": 4, **options})


def throttled_late(result) -> int:
    return int(result.seconds["throttled"].tail(60).sum())


def test_several_warm_keys_in_one_partition_are_split_apart():
    load = warm_corner(1_200, keys=8, rate=200)
    assert table().run(load).seconds["throttled"].iloc[:MINUTES_5].min() > 0
    assert throttled_late(table().run(load)) == 0
    assert throttled_late(table(split_for_heat=False).run(load)) > 0


def test_a_split_takes_minutes():
    result = table().run(warm_corner(1_200, keys=8, rate=200))
    assert result.partitions["since_second"].iloc[4] == MINUTES_5


def test_a_single_hot_item_is_never_helped_by_a_split():
    result = table().run(workloads.steady(1_500, 3_600))
    assert len(result.partitions) == 4
    assert throttled_late(result) == 60 * 500


def test_a_hot_item_with_warm_neighbours_ends_up_alone():
    # DG "Isolate frequently accessed items"
    hot, *others = keys_in_one_partition(9)
    load = workloads.together(
        workloads.steady(900, 1_800, key=hot), *(workloads.steady(50, 1_800, key=key) for key in others)
    )
    result = table().run(load)
    assert throttled_late(result) == 0
    assert result.write_units.tail(1).max(axis=1).item() == 900


def spread_in_a_collection(seconds: int, rate: int, items: int, seed: int = 0):
    """One partition key; writes to its items in random order."""
    chance = np.random.default_rng(seed)
    load = workloads.monotonic_ids(rate, seconds)
    return load.assign(sort=chance.integers(items, size=len(load)))


def test_a_hot_collection_is_split_by_sort_key():
    load = spread_in_a_collection(1_200, rate=1_500, items=500)
    assert throttled_late(table(sort="sort").run(load)) == 0
    assert throttled_late(table(sort=None).run(load)) == 60 * 500


def test_a_local_index_keeps_a_hot_collection_in_one_partition():
    load = spread_in_a_collection(1_200, rate=1_500, items=500)
    result = table(sort="sort", local_index=True).run(load)
    assert len(result.partitions) == 4
    assert throttled_late(result) == 60 * 500


def test_a_sort_key_that_only_grows_defeats_the_split():
    result = table(sort="sort").run(workloads.monotonic_ids(1_500, 1_200))
    assert len(result.partitions) == 4
    assert throttled_late(result) == 60 * 500


def test_without_adaptive_capacity_a_split_leaves_a_hot_key_with_less():
    # ATC section 4: "the hot portion of the partition having less available performance than before the split"
    load = warm_corner(1_200, keys=3, rate=400)
    hot = table(write_units=4_000, adaptive=False, burst=False).run(load)
    assert hot.partitions["split_from"].notna().any()
    late = hot.seconds["served"]
    assert late.iloc[400:].mean() <= late.iloc[:300].mean()
    assert throttled_late(table(write_units=4_000).run(load)) == 0


def test_a_partition_that_grows_over_10_gb_splits_in_two():
    load = workloads.uniform(60_000, 2_000, 600).assign(adds=PARTITION_BYTES / 40_000)
    result = table(partitions=1).run(load)
    assert len(result.partitions) == 2
    assert result.partitions["stored_bytes"].sum() == pytest.approx(1.5 * PARTITION_BYTES)
    assert result.partitions["stored_bytes"].max() < PARTITION_BYTES
    assert len(table(partitions=1, split_for_size=False).run(load).partitions) == 1


def test_a_collection_larger_than_10_gb_splits_unless_there_is_a_local_index():
    load = spread_in_a_collection(600, rate=100, items=10_000).assign(adds=PARTITION_BYTES / 40_000)
    assert len(table(partitions=1, sort="sort").run(load).partitions) == 2
    assert len(table(partitions=1, sort="sort", local_index=True).run(load).partitions) == 1


def test_what_was_stored_is_neither_lost_nor_doubled_by_splits():
    load = workloads.zipf(200_000, 2_000, 600).assign(adds=200_000)
    result = table(stored_bytes=25 * 1024**3, write_units=40_000).run(load)
    assert len(result.partitions) > 4
    written = result.served.to_numpy().sum() * 200_000
    assert result.partitions["stored_bytes"].sum() == pytest.approx(25 * 1024**3 + written)

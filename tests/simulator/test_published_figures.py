"""Each figure that AWS documents, run through the model."""

import numpy as np
import pytest

from helpers.simulator import Index, PartitionedTable, workloads

HOUR = workloads.HOUR


def served(table: PartitionedTable, workload) -> np.ndarray:
    return table.run(workload).seconds["served"].to_numpy()


def test_one_item_of_20_kb_serves_600_strongly_consistent_reads_a_second():
    # DG "Best practices for designing and using partition keys effectively": 5 units a read, 3,000 a partition.
    reads = workloads.steady(1_000, 10, operation="read", units=5)
    assert set(served(PartitionedTable(), reads)) == {600}


def test_one_partition_takes_333_writes_a_second_of_two_and_a_half_kb():
    writes = workloads.steady(1_000, 10, units=3)
    assert set(served(PartitionedTable(read_units=1, write_units=40_000), writes)) == {333}


def test_one_partition_serves_6000_eventually_consistent_reads_a_second():
    reads = workloads.steady(7_000, 10, operation="read", units=0.5)
    assert set(served(PartitionedTable(), reads)) == {6_000}


def test_reads_and_writes_of_a_partition_are_limited_independently():
    both = workloads.together(
        workloads.steady(4_000, 10, operation="read"), workloads.steady(1_200, 10, operation="write")
    )
    result = PartitionedTable().run(both)
    assert set(result.read_units.sum(axis=1)) == {3_000}
    assert set(result.write_units.sum(axis=1)) == {1_000}


@pytest.mark.parametrize("idle", [300, HOUR, 6 * HOUR])
def test_an_hour_of_unused_capacity_buys_300_seconds_of_burst_and_no_more(idle):
    rush = workloads.steady(200, 1_000, start=idle)
    result = PartitionedTable(read_units=1, write_units=100).run(rush)
    throttled = result.seconds["throttled"].to_numpy()[idle:]
    # 100 units more than provisioned each second: 300 seconds' worth of 100 lasts 300 seconds.
    assert (throttled[:300] == 0).all()
    assert (throttled[300:] == 100).all()


def test_45000_units_of_burst_carry_200_reads_a_second_on_150_for_15_minutes():
    # AWS re:Post knowledge center, "How does DynamoDB handle spiky workloads in short intervals?"
    rush = workloads.steady(200, 1_200, start=HOUR, operation="read")
    result = PartitionedTable(read_units=150, write_units=1).run(rush)
    assert result.seconds["kept_read_units"][HOUR - 1] == 45_000
    assert int(np.argmax(result.seconds["throttled"] > 0)) - HOUR == 900


def test_burst_never_exceeds_the_partition_maximum():
    # "even faster than the per-second provisioned throughput", but DG: "up to the partition maximum".
    rush = workloads.steady(1_500, 60, start=HOUR)
    assert served(PartitionedTable(read_units=1, write_units=900), rush).max() == 1_000


def adaptive_example(seconds: int):
    """DG "burst and adaptive capacity": 400 units over four partitions that get 50, 50, 50 and 150."""
    keys = one_key_in_each_partition(4)
    rates = [50, 50, 50, 150]
    return workloads.together(
        *(workloads.steady(rate, seconds, key=key) for key, rate in zip(keys, rates, strict=True))
    )


def one_key_in_each_partition(partitions: int) -> list[str]:
    from helpers.simulator import position

    found = {}
    for number in range(1_000):
        found.setdefault(int(position(f"K-{number}") * partitions), f"K-{number}")
    return [found[partition] for partition in range(partitions)]


def test_adaptive_capacity_lets_the_hot_partition_of_the_aws_example_take_150():
    table = PartitionedTable(read_units=1, write_units=400, partitions=4, burst=False)
    result = table.run(adaptive_example(600))
    assert result.throttled_share == 0
    assert result.write_units[3].tolist() == [150] * 600


def test_without_adaptive_capacity_the_hot_partition_of_the_aws_example_is_held_to_100():
    table = PartitionedTable(read_units=1, write_units=400, partitions=4, burst=False, adaptive=False)
    result = table.run(adaptive_example(600))
    assert result.write_units[3].tolist() == [100] * 600
    assert result.throttled.drop(columns=3).to_numpy().sum() == 0


def test_adaptive_capacity_gives_no_more_than_the_table_has():
    table = PartitionedTable(read_units=1, write_units=200, partitions=4, burst=False)
    assert set(served(table, adaptive_example(60))) == {200}


def test_a_new_on_demand_table_serves_4000_writes_and_12000_reads():
    writes = workloads.uniform(5_000 * 60, 5_000, 60)
    reads = workloads.uniform(15_000 * 60, 5_000, 60, operation="read")
    result = PartitionedTable(split_for_heat=False).run(workloads.together(writes, reads))
    assert result.write_units.sum(axis=1).median() == pytest.approx(4_000, rel=0.02)
    assert result.read_units.sum(axis=1).median() == pytest.approx(12_000, rel=0.02)
    assert result.write_units.sum(axis=1).max() <= 4_000
    assert result.read_units.sum(axis=1).max() <= 12_000


def test_on_demand_doubles_its_previous_peak_every_30_minutes():
    end = 2 * HOUR + 60
    flood = workloads.intervals([0] * 300, [end] * 300, [f"K-{n}" for n in range(300)], rate=400)
    seconds = PartitionedTable(split_for_heat=False).run(flood).seconds
    most = [int(seconds["served"][at : at + 1_740].max()) for at in range(0, 2 * HOUR, 1_800)]
    assert most == [4_000, 8_000, 16_000, 32_000]
    # The next rung would be 64,000; the default quota of a table is 40,000.
    assert seconds["served"].max() == 40_000


def test_on_demand_keeps_the_peak_it_once_reached():
    keys = 4_000
    first = workloads.uniform(3_900 * 60, keys, 60)
    later = workloads.uniform(7_000 * 60, keys, 60, seed=1)
    later["second"] += 3 * HOUR
    result = PartitionedTable(split_for_heat=False).run(workloads.together(first, later))
    assert result.seconds["by_throughput"].sum() == 0


def test_warm_throughput_is_served_from_the_first_second():
    flood = workloads.uniform(20_000 * 10, 20_000, 10)
    cold = PartitionedTable(split_for_heat=False).run(flood)
    warm = PartitionedTable(split_for_heat=False, warm_write_units=30_000).run(flood)
    assert cold.throttled_share > 0.7
    assert warm.throttled_share == 0


def test_warm_throughput_does_not_cool_a_hot_key():
    # DG "warm throughput in different scenarios": each partition keeps its 1,000 and 3,000.
    result = PartitionedTable(warm_write_units=40_000).run(workloads.steady(5_000, 30))
    assert result.throttled_share == 0.8


@pytest.mark.parametrize("gigabytes, partitions", [(0, 4), (39, 4), (41, 5), (200, 20)])
def test_a_partition_holds_10_gb(gigabytes, partitions):
    result = PartitionedTable(stored_bytes=gigabytes * 1024**3).run(workloads.steady(1, 1))
    assert len(result.partitions) == partitions


def test_an_index_without_write_capacity_throttles_the_table():
    # DG "GSI write throttling and back-pressure"
    writes = workloads.uniform(300 * 60, 1_000, 60).assign(status="OPEN")
    index = Index("by_status", key="status", read_units=1, write_units=50)
    table = PartitionedTable(read_units=1, write_units=1_000, burst=False, indexes=(index,))
    result = table.run(writes)
    assert result.served.sum(axis=1).max() == 50
    assert result.seconds["by_index_by_status"].sum() == result.seconds["throttled"].sum() > 0


def test_an_index_with_few_keys_is_a_hot_partition_though_its_capacity_is_ample():
    # The example of DG "GSI back-pressure": customers spread evenly, statuses do not.
    writes = workloads.uniform(3_000 * 60, 5_000, 60).assign(status="OPEN")
    index = Index("by_status", key="status", read_units=1, write_units=10_000)
    table = PartitionedTable(read_units=1, write_units=10_000, indexes=(index,))
    assert table.run(writes).served.sum(axis=1).max() == 1_000
    plain = PartitionedTable(read_units=1, write_units=10_000)
    assert plain.run(writes).throttled_share == 0


def test_an_index_without_capacity_does_not_hold_up_reads():
    reads = workloads.uniform(300 * 60, 1_000, 60, operation="read").assign(status="OPEN")
    index = Index("by_status", key="status", read_units=1, write_units=1)
    table = PartitionedTable(read_units=1_000, write_units=1, indexes=(index,))
    assert table.run(reads).throttled_share == 0


def test_reads_of_an_index_are_paid_by_the_index_alone():
    # DG GSI: "Queries consume read capacity units from the index, not from the base table."
    reads = workloads.uniform(300 * 60, 1_000, 60, operation="read")
    by_index = reads.assign(key=None, status="OPEN", index="by_status")
    index = Index("by_status", key="status", read_units=100, write_units=1)
    table = PartitionedTable(read_units=500, write_units=1, burst=False, indexes=(index,))
    result = table.run(workloads.together(reads, by_index))
    assert result.requests == 300 * 60 and result.throttled_share == 0
    asked = result.indexes["by_status"]
    assert asked.requests == 300 * 60
    assert asked.read_units.sum(axis=1).max() == 100
    assert result.seconds["by_index_by_status"].sum() == 0

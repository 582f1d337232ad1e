import numpy as np
import pytest

from helpers.simulator import PartitionedTable, workloads

MAKERS = {
    "uniform": lambda seed: workloads.uniform(5_000, 100, 60, seed=seed),
    "zipf": lambda seed: workloads.zipf(5_000, 100, 60, seed=seed),
    "one hot key": lambda seed: workloads.one_hot_key(5_000, 100, 60, share=0.4, seed=seed),
    "sale day": lambda seed: workloads.sale_day(5_000, 100, 600, opens=100, lasts=50, seed=seed),
}


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_makes_the_same_workload(name):
    assert MAKERS[name](7).equals(MAKERS[name](7))
    assert not MAKERS[name](7).equals(MAKERS[name](8))


@pytest.mark.parametrize("name", MAKERS)
def test_a_workload_is_a_frame_of_second_key_operation_and_units_in_order_of_time(name):
    load = MAKERS[name](0)
    assert list(load.columns) == ["second", "key", "operation", "units"]
    assert len(load) == 5_000 and load["second"].is_monotonic_increasing


def test_zipf_gives_the_first_key_twice_the_second():
    shares = workloads.zipf(200_000, 50, 60)["key"].value_counts()
    assert shares["K-000001"] / shares["K-000002"] == pytest.approx(2, rel=0.05)


def test_one_hot_key_gets_its_share():
    load = workloads.one_hot_key(100_000, 50, 60, share=0.4)
    assert (load["key"] == "K-000001").mean() == pytest.approx(0.4, abs=0.01)


def test_a_sale_is_ten_times_as_busy():
    load = workloads.sale_day(400_000, 10, seconds=4_000, opens=1_000, lasts=1_000)
    by_second = load.groupby("second").size().reindex(range(4_000), fill_value=0)
    assert by_second[1_000:1_999].mean() / by_second[2_000:].mean() == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize("step", [1, 7])
def test_intervals_report_for_as_long_as_they_last(step):
    load = workloads.intervals([10, 0], [30, 500], ["A", "B"], rate=3, step=step)
    assert load["second"].is_monotonic_increasing
    total = load.groupby("key", observed=True)["requests"].sum()
    assert total["A"] == pytest.approx(20 * 3, abs=3 * step)
    assert total["B"] == pytest.approx(500 * 3, abs=3 * step)
    assert load.loc[load["key"] == "A", "second"].between(10, 29).all()


def test_another_key_moves_no_request_in_time():
    load = workloads.intervals([0, 5], [60, 90], ["JFK", "JFK"], rate=2)
    other = workloads.with_key(load, ["B6-1", "UA-2"])
    assert other.drop(columns="key").equals(load.drop(columns="key"))
    assert other["key"].nunique() == 2


@pytest.mark.parametrize("counted", [False, True])
def test_sharding_keeps_every_request_and_uses_every_shard(counted):
    load = workloads.steady(1_003, 20) if counted else workloads.uniform(20_000, 2, 20)
    spread = workloads.sharded(load, 7)
    many = spread["requests"].sum() if counted else len(spread)
    assert many == (load["requests"].sum() if counted else len(load))
    assert spread["key"].nunique() == 7 * load["key"].nunique()


def test_sharding_cools_a_hot_key():
    load = workloads.steady(3_000, 60)
    table = PartitionedTable(read_units=1, write_units=10_000, partitions=10)
    assert table.run(load).throttled_share > 0.6
    assert table.run(workloads.sharded(load, 30)).throttled_share == 0


def test_workloads_put_together_keep_their_requests():
    both = workloads.together(workloads.steady(5, 10, key="A"), workloads.uniform(100, 3, 10))
    assert PartitionedTable().run(both).requests == 150
    assert set(np.unique(both["key"])) >= {"A", "K-000001"}

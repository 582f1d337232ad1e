"""What holds for every table and every workload, on generated ones, and a slow second opinion."""

import sys
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator import Index, PartitionedTable, position, throughput, workloads

BURST = 300


@st.composite
def loads(draw):
    """A few hundred requests on a few keys, with repeats, mixed sizes and reads among the writes."""
    seconds = draw(st.integers(1, 150))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, seconds - 1),
                st.integers(0, 5),
                st.sampled_from(["read", "write"]),
                st.sampled_from([0.5, 1.0, 2.5, 3.0, 40.0]),
                st.integers(1, 900),
            ),
            min_size=1,
            max_size=120,
        )
    )
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["second", "key", "operation", "units", "requests"])
    return frame.assign(key="K-" + frame["key"].astype(str), colour=frame["key"] % 3)


@st.composite
def tables(draw, indexes: bool = True):
    units = st.sampled_from([1, 5, 33, 400, 2_500])
    provisioned = draw(st.booleans())
    index = Index("by_colour", "colour", draw(units), draw(units), draw(st.sampled_from([None, 1, 2])))
    return PartitionedTable(
        read_units=draw(units) if provisioned else None,
        write_units=draw(units) if provisioned else None,
        partitions=draw(st.sampled_from([None, 1, 3, 7])),
        burst=draw(st.booleans()),
        adaptive=draw(st.booleans()),
        local_index=draw(st.booleans()),
        indexes=(index,) if indexes and draw(st.booleans()) else (),
    )


@given(tables(), loads())
@settings(max_examples=150, deadline=None)
def test_every_request_is_served_or_throttled_exactly_once(table, load):
    result = table.run(load)
    asked = load.groupby("second")["requests"].sum().reindex(range(load["second"].max() + 1), fill_value=0)
    seconds = result.seconds
    assert seconds["requests"].tolist() == asked.tolist()
    assert (seconds["served"] + seconds["throttled"] == seconds["requests"]).all()
    assert (result.served.to_numpy() >= 0).all() and (result.throttled.to_numpy() >= 0).all()
    reasons = seconds.filter(like="by_").sum(axis=1)
    assert (reasons == seconds["throttled"]).all()


@given(tables(), loads(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_reads_of_an_index_are_served_or_throttled_exactly_once_too(table, load, chance):
    if not table.indexes:
        return
    elsewhere = (load["operation"] == "read") & np.array([chance.random() < 0.5 for _ in range(len(load))])
    load = load.assign(index=np.where(elsewhere, "by_colour", None))
    result = table.run(load)
    index = result.indexes["by_colour"].seconds
    assert result.requests == load["requests"][~elsewhere].sum()
    # The index has its own reads, and all writes that are in it.
    writes = load["requests"][load["operation"] == "write"].sum()
    assert index["requests"].sum() == load["requests"][elsewhere].sum() + writes
    assert (index["served"] + index["throttled"] == index["requests"]).all()
    assert result.indexes["by_colour"].read_units.max(axis=None) <= 3_000
    assert (result.seconds.filter(like="by_").sum(axis=1) == result.seconds["throttled"]).all()


@given(tables(), loads())
@settings(max_examples=150, deadline=None)
def test_no_bucket_goes_below_zero_or_above_its_size(table, load):
    seconds = table.run(load).seconds
    for kind, units in (("read", table.read_units), ("write", table.write_units)):
        kept = seconds[f"kept_{kind}_units"]
        size = BURST * units if units is not None and table.burst else 0
        assert kept.min() >= 0
        assert kept.max() <= size * (1 + 1e-12)


@given(tables(), loads())
@settings(max_examples=150, deadline=None)
def test_no_second_spends_more_than_was_given_and_kept(table, load):
    result = table.run(load)
    seconds = result.seconds
    assert result.write_units.max(axis=None) <= 1_000
    assert result.read_units.max(axis=None) <= 3_000
    if table.write_units is not None:
        before = seconds["kept_write_units"].shift(fill_value=0)
        assert (seconds["write_units"] <= table.write_units + before + 1e-6).all()
        assert seconds["write_units"].cumsum().le(table.write_units * (seconds.index + 1) + 1e-6).all()


@given(tables(), loads())
@settings(max_examples=50, deadline=None)
def test_the_same_run_gives_the_same_result(table, load):
    first, second = table.run(load), table.run(load)
    assert first.seconds.equals(second.seconds)
    assert first.partitions.equals(second.partitions)


@given(tables(), loads(), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_rows_does_not_matter(table, load, shuffle):
    rows = list(range(len(load)))
    shuffle.shuffle(rows)
    mixed = load.iloc[rows].reset_index(drop=True)
    assert table.run(load).seconds.equals(table.run(mixed).seconds)


def second_opinion(table: PartitionedTable, load) -> dict[tuple[int, int, str], int]:
    """The same rules told in plain Python, one second and one bucket at a time: (second, partition, operation)
    to requests served. For provisioned tables without indexes or splits."""
    count = table.partitions or 1
    given_units = {"read": table.read_units, "write": table.write_units}
    most = {"read": 3_000, "write": 1_000}
    buckets = ["table"] if table.adaptive else list(range(count))
    kept = {(bucket, op): 0.0 for bucket in buckets for op in most}
    served = {}

    def share_out(asked, room):
        """{(partition, units): requests} cut down to room, the same share of every size of request."""
        total = sum(units * many for (_, units), many in asked.items())
        if total <= room + 1e-9:
            return asked
        left = {}
        for size in {units for _, units in asked}:
            running = done = 0
            for partition, units in sorted(asked):
                if units == size:
                    running += asked[partition, units]
                    upto = floor(running * room / total + 1e-9)
                    left[partition, units], done = upto - done, upto
        return left

    for second in range(load["second"].max() + 1):
        for op in most:
            rate = given_units[op] / len(buckets)
            now = load[(load["second"] == second) & (load["operation"] == op)]
            asked = {}
            for row in now.itertuples():
                cell = (int(position(row.key) * count), row.units)
                asked[cell] = asked.get(cell, 0) + row.requests
            for partition in range(count):
                mine = {cell: many for cell, many in asked.items() if cell[0] == partition}
                asked.update(share_out(mine, most[op]))
            for bucket in buckets:
                mine = {cell: many for cell, many in asked.items() if bucket in ("table", cell[0])}
                paid = share_out(mine, rate + kept[bucket, op])
                spent = sum(units * many for (_, units), many in paid.items())
                size = BURST * rate if table.burst else 0
                kept[bucket, op] = min(size, max(0.0, kept[bucket, op] + rate - spent))
                for (partition, _), many in paid.items():
                    served[second, partition, op] = served.get((second, partition, op), 0) + many
    return {cell: many for cell, many in served.items() if many}


@given(
    tables(indexes=False).filter(lambda table: table.write_units is not None and table.partitions), loads()
)
@settings(max_examples=100, deadline=None)
def test_a_slow_and_plain_telling_of_the_rules_serves_the_same_requests(table, load):
    result = table.run(load)
    ours = {}
    for op, column in (("read", 0), ("write", 1)):
        for second, partition in np.argwhere(result._served[:, :, column]):
            ours[int(second), int(partition), op] = int(result._served[second, partition, column])
    assert ours == second_opinion(table, load)


def calls_made(table: PartitionedTable, load) -> int:
    """How many functions Python calls during a run, those of C included."""
    made = 0

    def count(frame, event, argument):
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        table.run(load)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("options", [{}, {"adaptive": False}, {"write_units": 30}])
def test_ten_times_the_requests_take_no_more_steps_of_python(options):
    table = PartitionedTable(**{"read_units": 1, "write_units": 300, "partitions": 20, **options})
    few = workloads.uniform(20_000, 200, 120)
    many = workloads.uniform(200_000, 200, 120)
    table.run(few)
    # A second in which something is throttled takes some hundred calls more; 180,000 requests none.
    assert calls_made(table, many) <= calls_made(table, few) + 100 * 120


def test_the_work_of_numpy_grows_in_proportion_to_the_requests(monkeypatch):
    from helpers.simulator import clock

    elements = 0

    class Counting:
        def __getattr__(self, name):
            found = getattr(np, name)
            if name not in ("bincount", "unique", "where", "cumsum", "argsort", "flatnonzero"):
                return found

            def counted(first, *rest, **options):
                nonlocal elements
                elements += np.size(first)
                return found(first, *rest, **options)

            return counted

    def work(requests):
        nonlocal elements
        elements = 0
        PartitionedTable(read_units=1, write_units=500).run(workloads.uniform(requests, 200, 120))
        return elements

    monkeypatch.setattr(clock, "np", Counting())
    monkeypatch.setattr(throughput, "np", Counting())
    small, large, larger = work(50_000), work(100_000), work(200_000)
    assert large - small == pytest.approx(50_000, rel=0.3)
    assert larger - large == pytest.approx(100_000, rel=0.3)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"second": -1}, "counts from 0"),
        ({"units": 0}, "must be positive"),
        ({"operation": "scan"}, "'read' or 'write'"),
        ({"key": None}, "without a value"),
    ],
)
def test_a_wrong_workload_is_named(change, words):
    load = workloads.steady(1, 3).astype({"key": object, "operation": object}).assign(**change)
    with pytest.raises(ValueError, match=words):
        PartitionedTable().run(load)


def test_a_missing_key_is_named_with_a_sort_key_too():
    load = workloads.monotonic_ids(2, 3).assign(key=None)
    with pytest.raises(ValueError, match="without a value"):
        PartitionedTable(sort="sort").run(load)


@pytest.mark.parametrize(
    "operation, index, words", [("write", "by_key", "is for reads"), ("read", "by_colour", "'by_colour'")]
)
def test_a_wrong_index_is_named(operation, index, words):
    load = workloads.steady(1, 3, operation=operation).assign(index=index)
    table = PartitionedTable(indexes=(Index("by_key", "key"),))
    with pytest.raises(ValueError, match=words):
        table.run(load)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="no column 'origin'"):
        PartitionedTable(key="origin").run(workloads.steady(1, 3))


def test_half_a_provision_is_refused():
    with pytest.raises(ValueError, match="both|neither"):
        PartitionedTable(write_units=5).run(workloads.steady(1, 3))


def test_an_empty_workload_gives_an_empty_result():
    result = PartitionedTable().run(workloads.steady(1, 0))
    assert result.requests == 0 and result.throttled_share == 0 and "Model" in repr(result)

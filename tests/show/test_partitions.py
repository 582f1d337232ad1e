"""Pictures of the model say what the model says, in HTML and in text alike."""

import re
from html import unescape

import pytest

from helpers.show import partitions
from helpers.show.explorers import explorer
from helpers.simulator import Index, PartitionedTable, workloads


@pytest.fixture(scope="module")
def hot():
    """One hot key among fifty: 2,000 writes a second, 60 % of them for one key."""
    load = workloads.one_hot_key(120_000, 50, 60, share=0.6)
    return PartitionedTable(read_units=1, write_units=10_000).run(load)


@pytest.fixture(scope="module")
def cool():
    return PartitionedTable(read_units=1, write_units=10_000).run(workloads.uniform(120_000, 500, 60))


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html)))


AIRPORTS = [
    {"origin": origin, "flight": str(n)}
    for n, origin in enumerate(["EWR", "JFK", "LGA", "JFK", "EWR", "JFK"])
]


def test_items_of_one_key_fall_into_one_partition():
    model = PartitionedTable(key="origin", partitions=6, read_units=1, write_units=1)
    drawn = partitions.falling(AIRPORTS, "origin", model)
    assert drawn.alt.startswith("Model: 6 items with 3 values of origin fall into 6 partitions")
    for name, count in (("EWR", 2), ("JFK", 3), ("LGA", 1)):
        line = next(line for line in drawn.text.splitlines() if name in line)
        assert (f"{name} ×{count}" if count > 1 else name) in line
        assert line.startswith(f"partition {model.partition_of(name)} ")
        assert name in words(drawn.html)


def test_more_keys_than_fit_are_counted():
    model = PartitionedTable(partitions=1, read_units=1, write_units=1)
    items = [{"key": f"K-{n:02d}"} for n in range(30)]
    drawn = partitions.falling(items, "key", model)
    assert "… and 26 more" in drawn.text and "… and 22 more" in drawn.html


def test_bars_name_served_and_throttled_of_each_partition(hot):
    drawn = partitions.partition_bars(hot)
    for number, row in hot.partitions.iterrows():
        if row["requests"]:
            line = next(line for line in drawn.text.splitlines() if line.startswith(f"partition {number} "))
            assert f"{row['served']:,.0f}" in line and f"{row['throttled']:,.0f}" in line
            assert f"{row['served']:,.0f} served, {row['throttled']:,.0f} throttled" in words(drawn.html)


def test_shares_say_who_turned_requests_away(hot, cool):
    drawn = partitions.throttled({"hot": hot, "cool": cool})
    lines = drawn.text.splitlines()
    told = next(line for line in lines if line.startswith("hot"))
    assert f"{100 * hot.throttled_share:.1f} %" in told and "a partition's limit" in told
    assert "0 %" in next(line for line in lines if line.startswith("cool"))
    assert "a partition's limit" in words(drawn.html)


def test_an_index_that_turns_requests_away_is_named():
    load = workloads.uniform(6_000, 50, 60).assign(status="OPEN")
    index = Index("by_status", "status", read_units=1, write_units=10)
    result = PartitionedTable(read_units=1, write_units=1_000, indexes=(index,)).run(load)
    assert "index by_status" in partitions.throttled({"run": result}).text


@pytest.mark.parametrize(
    "draw", [partitions.heat, lambda result: partitions.throttled_over_time({"run": result})]
)
def test_a_chart_says_in_words_what_it_shows(hot, draw):
    drawn = draw(hot)
    assert drawn.alt.startswith("Model: ")
    assert f"{100 * hot.throttled_share:.1f} %" in drawn.alt
    assert f'alt="{drawn.alt}"' in drawn.html and "data:image/png;base64" in drawn.html


def test_the_heat_is_told_in_figures_too(hot):
    lines = partitions.heat(hot).text.splitlines()
    hottest = hot.partitions["requests"].idxmax()
    told = next(line for line in lines if line.startswith(f"partition {hottest} "))
    assert told.split()[-2:] == ["1,000", f"{hot.partitions['throttled'][hottest]:,}"]


def test_shares_over_time_are_told_in_figures_too(hot, cool):
    told = partitions.throttled_over_time({"hot": hot, "cool": cool}).text.splitlines()[-8:]
    assert all(line.endswith("0 %") and line.count("%") == 2 for line in told)


@pytest.mark.parametrize(
    "share, said",
    [(0, "0 %"), (1e-6, "under 0.1 %"), (0.527, "52.7 %"), (0.99999, "over 99.9 %"), (1, "100 %")],
)
def test_a_share_that_is_not_quite_none_is_not_called_none(share, said):
    assert partitions._percent(share) == said


def test_every_picture_says_that_it_shows_a_model(hot):
    model = PartitionedTable(key="origin")
    for drawn in (partitions.falling(AIRPORTS, "origin", model), partitions.partition_bars(hot),
                  partitions.throttled({"a": hot}), partitions.heat(hot)):  # fmt: skip
        assert drawn.alt.startswith("Model: ")
        assert "Model: " in words(drawn.html) or "<img" in drawn.html


def test_learners_data_never_becomes_markup():
    model = PartitionedTable(key="origin", partitions=1, read_units=1, write_units=1)
    drawn = partitions.falling([{"origin": "<b>x</b>"}], "origin", model)
    assert "<b>x</b>" not in drawn.html


def test_the_explorer_redraws_when_a_slider_moves(hot, cool):
    drawn = []

    def draw(keys, skew):
        drawn.append((keys, skew))
        return partitions.partition_bars(hot if keys == 1 else cool)

    widget = explorer(draw, keys=[1, 10, 100], skew=[0, 1])
    assert drawn == [(10, 1)]
    widget.children[0].value = 1
    assert drawn[-1] == (1, 1)
    assert "throttled" in widget.children[-1].value
    assert repr(widget) == "Explorer: a picture with 2 sliders: keys, skew."

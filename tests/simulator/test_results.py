"""What a result says agrees with itself, its plots say that they show a model, and importing the model costs little."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers.simulator import PartitionedTable, Result, workloads

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def result() -> Result:
    load = workloads.together(
        workloads.one_hot_key(150_000, 40, 100, share=0.6),
        workloads.uniform(20_000, 40, 100, operation="read", units=0.5),
    ).assign(adds=512)  # of the reads too, which add nothing
    return PartitionedTable(read_units=1_000, write_units=5_000).run(load)


def test_seconds_and_partitions_add_up_to_the_same(result):
    for column in ("requests", "served", "throttled", "read_units", "write_units"):
        assert result.seconds[column].sum() == pytest.approx(result.partitions[column].sum())
    assert result.served.to_numpy().sum() == result.summary["served"]
    assert result.throttled.to_numpy().sum() == result.summary["throttled"] > 0
    assert result.write_units.to_numpy().sum() == pytest.approx(result.summary["write_units"])
    assert result.read_units.to_numpy().sum() == pytest.approx(result.summary["read_units"])


def test_stored_grows_by_what_the_served_writes_brought(result):
    served_writes = result.summary["write_units"]  # of one unit each
    assert result.stored.iloc[-1].sum() == pytest.approx(512 * served_writes)
    assert result.stored.sum(axis=1).is_monotonic_increasing


def test_frames_have_a_row_for_each_second_and_a_column_for_each_partition(result):
    for frame in (result.served, result.throttled, result.read_units, result.write_units):
        assert frame.shape == (100, len(result.partitions))
        assert (frame.index.name, frame.columns.name) == ("second", "partition")


def test_it_says_that_it_is_a_model(result):
    assert repr(result).startswith("Model: ")


@pytest.mark.parametrize(
    "draw",
    [Result.heat_map, Result.throttled_over_time, Result.where_units_went],
    ids=lambda draw: draw.__name__,
)
def test_a_plot_says_that_it_shows_a_model(result, draw):
    figure = draw(result)
    axes = figure.axes[0]
    assert axes.get_title().startswith("Model: ") and axes.get_xlabel() is not None


def test_the_heat_map_shows_the_means_of_what_was_served(result):
    (image,) = result.heat_map().axes[0].get_images()
    shown = np.asarray(image.get_array())
    assert shown.shape[0] == len(result.partitions)
    assert shown.mean() == pytest.approx(result.write_units.to_numpy().mean(), rel=0.05)


def test_a_run_without_requests_cannot_be_drawn():
    with pytest.raises(ValueError, match="nothing to draw"):
        PartitionedTable().run(workloads.steady(1, 0)).heat_map()


def test_a_year_of_seconds_is_drawn_in_few_steps():
    load = workloads.steady(1, 5).assign(second=[0, 10_000, 20_000, 30_000, 40_000])
    drawn = PartitionedTable().run(load).heat_map()
    assert drawn.axes[0].get_images()[0].get_array().shape[1] <= 100


def test_importing_the_model_loads_neither_boto3_nor_pandas_nor_matplotlib():
    code = "import sys, helpers.simulator; print([m for m in ('boto3', 'pandas', 'matplotlib') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

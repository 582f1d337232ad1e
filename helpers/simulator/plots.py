"""Plots of a result, as plain matplotlib figures in whatever style is in force."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .result import Result

COLUMNS = 96  # a day in quarters of an hour


def in_steps(values: np.ndarray, steps: int = COLUMNS) -> np.ndarray:
    """Means over equal stretches of time: at most `steps` rows of the same columns."""
    if not len(values):
        raise ValueError("the run had no request: there is nothing to draw")
    edges = np.linspace(0, len(values), min(steps, len(values)) + 1).astype(int)
    return np.array([values[a:b].mean(axis=0) for a, b in zip(edges, edges[1:], strict=False)])


def _time_axis(seconds: int) -> tuple[float, str]:
    """How long that is, and in which unit."""
    return (seconds / 3_600, "hour") if seconds > 2 * 3_600 else (seconds / 60, "minute")


def heat_map(result: "Result", operation: str = "write") -> "Figure":
    """Units that each partition served over time. A cross: requests were throttled there."""
    from matplotlib.figure import Figure

    from .clock import LIMITS

    units = result.write_units if operation == "write" else result.read_units
    heat = in_steps(units.to_numpy()).T
    crosses = in_steps(result.throttled.to_numpy(dtype=float)).T > 0
    long, unit = _time_axis(len(units))
    fig = Figure(figsize=(7.2, min(6.0, 1.4 + 0.28 * len(heat))))
    axes = fig.subplots()
    axes.grid(False)
    image = axes.imshow(
        heat, aspect="auto", cmap="Blues", vmin=0, vmax=LIMITS[int(operation == "write")], interpolation="nearest",
        extent=(0, long, len(heat) - 0.5, -0.5),
    )  # fmt: skip
    if len(heat) <= 40:
        partition, step = np.nonzero(crosses)
        at = (step + 0.5) * long / crosses.shape[1]
        axes.plot(
            at, partition, linestyle="", marker="x", markersize=3.5, color="#d55e00", markeredgewidth=1.2
        )
    axes.set_xlabel(unit)
    axes.set_ylabel("partition")
    axes.yaxis.get_major_locator().set_params(integer=True)
    fig.colorbar(image, ax=axes, pad=0.02, label=f"{operation} units a second")
    axes.set_title(f"Model: {operation} units a second served by each partition\n× some requests throttled")
    return fig


def throttled_over_time(results: "Mapping[str, Result]") -> "Figure":
    """The share of requests that was throttled, over time, for one run or several; missing where none came."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(7.2, 3.2))
    axes = fig.subplots()
    for name, result in results.items():
        counts = in_steps(result.seconds[["requests", "throttled"]].to_numpy(dtype=float))
        share = 100 * counts[:, 1] / np.maximum(counts[:, 0], 1e-9)
        long, unit = _time_axis(len(result.seconds))
        axes.plot((np.arange(len(share)) + 0.5) * long / max(1, len(share)), share, label=name, markevery=8)
    axes.set_ylim(-2, 102)
    axes.set_xlabel(unit)
    axes.set_ylabel("% throttled")
    axes.legend(loc="best")
    axes.set_title("Model: share of requests throttled")
    return fig


def where_units_went(result: "Result") -> "Figure":
    """For each partition the units it served, and next to them the requests it turned away."""
    from matplotlib.figure import Figure

    told = result.partitions
    fig = Figure(figsize=(7.2, min(6.0, 1.2 + 0.3 * len(told))))
    axes = fig.subplots()
    units = told["read_units"] + told["write_units"]
    axes.barh(told.index - 0.2, units, height=0.4, label="units served")
    axes.barh(told.index + 0.2, told["throttled"], height=0.4, label="requests throttled", hatch="////")
    axes.invert_yaxis()
    axes.set_ylabel("partition")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    axes.set_title("Model: where each unit went")
    return fig

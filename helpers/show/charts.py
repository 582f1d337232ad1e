"""Charts in the house style, with alt text. matplotlib is loaded when the first one is drawn."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from . import style
from .picture import Picture, element
from .texts import text_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 6.4, 3.4, 160  # inches, inches, pixels an inch: sharp on a dense screen


def figure(fig: "Figure", alt: str) -> Picture:
    """A matplotlib figure as a picture with alt text. The figure is closed: it would be drawn a second time.

    The alt text is required: it is all that a screen reader, a terminal, or a comparison of outputs has of a chart.
    """
    if not alt or not alt.strip():
        raise ValueError("a figure needs alt text: one sentence that says what there is to see")
    from matplotlib import pyplot

    png = BytesIO()
    try:
        fig.savefig(
            png, format="png", bbox_inches="tight", pad_inches=0.15, metadata={"Software": None},
            dpi=DPI if fig.dpi < DPI else fig.dpi,
        )  # fmt: skip
    finally:
        pyplot.close(fig)
    data = b64encode(png.getvalue()).decode("ascii")
    width = round(
        fig.get_figwidth() * 96
    )  # CSS pixels; from the figure, for the PNG's own differ with the fonts
    look = style.css(max_width="100%", height="auto", border_radius="4px")
    image = element("img", alt=alt, src=f"data:image/png;base64,{data}", width=width, style=look)
    return Picture(alt, f"Figure: {alt}", image)


def house_style() -> dict[str, Any]:
    """matplotlib settings: the light card, its ink, quiet lines, the palette, a font that matplotlib itself brings."""
    from matplotlib import cycler

    return {
        "figure.facecolor": style.CARD, "axes.facecolor": style.CARD, "savefig.facecolor": style.CARD,
        "text.color": style.CARD_INK, "axes.labelcolor": style.CARD_INK, "axes.edgecolor": style.GREY,
        "xtick.color": style.GREY, "ytick.color": style.GREY,
        "xtick.labelcolor": style.CARD_INK, "ytick.labelcolor": style.CARD_INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y",
        "grid.color": style.CARD_LINE, "grid.linewidth": 0.8, "axes.axisbelow": True,
        "axes.titlelocation": "left", "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlepad": 12,
        "font.family": "DejaVu Sans", "font.size": 9.5, "legend.frameon": False,
        "axes.prop_cycle": cycler(color=HUES) + cycler(linestyle=DASHES) + cycler(marker=MARKERS),
        "lines.linewidth": 2, "lines.markersize": 5,
    }  # fmt: skip


HUES = [style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE]
DASHES = ["-", "--", "-.", ":"]  # lines are told apart by dash and marker as well as by hue
MARKERS = ["o", "s", "^", "D"]
HATCHES = ["", "////", "....", "xxxx"]


def bars(
    values: Mapping[str, float], alt: str, title: str | None = None, unit: str = "", colour: str = style.BLUE
) -> Picture:
    """Horizontal bars, one a name, in the order given, each with its figure at the end. `unit` follows the figure."""
    from matplotlib import pyplot

    names, lengths = list(values), [float(value) for value in values.values()]
    with pyplot.rc_context({**house_style(), "axes.grid": False, "axes.spines.bottom": False}):
        fig, axes = pyplot.subplots(figsize=(WIDTH, 0.7 + 0.38 * max(len(names), 1)))
        drawn = axes.barh(range(len(names)), lengths, color=colour, height=0.62)
        axes.bar_label(drawn, [_figure_text(length, unit) for length in lengths], padding=5)
        axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.invert_yaxis()
        axes.margins(x=0.16)
        if title:
            axes.set_title(title)
    drawn = figure(fig, alt)
    told = text_table(
        ["", unit or "value"], [[name, _figure_text(lengths[i], "")] for i, name in enumerate(names)], [1]
    )
    return replace(drawn, text=f"{drawn.text}\n\n{told}")


def lines(
    x: Sequence[float], series: Mapping[str, Sequence[float]], alt: str, title: str | None = None,
    x_label: str = "", y_label: str = "", log: bool = False,
) -> Picture:  # fmt: skip
    """Lines over x, up to four, named at their right end rather than in a legend. `log`: both axes logarithmic."""
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter

    if len(series) > len(HUES):
        raise ValueError(f"{len(series)} lines cannot be told apart; draw at most {len(HUES)}")
    with pyplot.rc_context(house_style()):
        fig, axes = pyplot.subplots(figsize=(WIDTH, HEIGHT))
        for heights in series.values():
            axes.plot(x, heights, markevery=max(len(x) // 12, 1))
        if log:
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.minorticks_off()
        if len(x):
            _name_ends(axes, x[-1], {name: heights[-1] for name, heights in series.items()})
        thousands = FuncFormatter(lambda value, _: f"{value:,.6g}")
        axes.xaxis.set_major_formatter(thousands)
        axes.yaxis.set_major_formatter(thousands)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if title:
            axes.set_title(title)
    drawn = figure(fig, alt)
    told = text_table(
        [x_label or "x", *series],
        [
            [_figure_text(at, ""), *(_figure_text(heights[i], "") for heights in series.values())]
            for i, at in shown(x)
        ],
        range(len(series) + 1),
    )
    return replace(drawn, text=f"{drawn.text}\n\n{told}")


def _name_ends(axes: Any, x: float, ends: Mapping[str, float]) -> None:
    """Write each line's name at its end, moved up where it would lie on the name below."""
    axes.autoscale_view()  # until then nothing has its place
    points = 72 / axes.figure.dpi
    free = float("-inf")  # the lowest place that is still free, in points
    for name, y in sorted(ends.items(), key=lambda end: end[1]):
        place = axes.transData.transform((x, y))[1] * points
        moved = max(free - place, 0)
        axes.annotate(
            name.replace("$", r"\$"), (x, y), xytext=(8, moved), textcoords="offset points", va="center"
        )
        free = place + moved + 12


def shown(x: Sequence[float], most: int = 9) -> list[tuple[int, float]]:
    """The points of a line that its plain-text form lists: all, or `most` of them from first to last."""
    places = (
        range(len(x))
        if len(x) <= most
        else sorted({round(i * (len(x) - 1) / (most - 1)) for i in range(most)})
    )
    return [(place, x[place]) for place in places]


def _figure_text(value: float, unit: str) -> str:
    return f"{value:,.6g} {unit}".rstrip()

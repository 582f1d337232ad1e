"""The model's pictures: items falling into partitions, what each partition served, and its heat over time.

They draw tables and results of `helpers.simulator`, and say *model* wherever they draw one: what they show is
calculated, not measured.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import style
from .charts import figure, house_style
from .picture import Html, Picture, element, picture
from .sources import counted, read
from .tables import code_html, note_html, with_notes
from .texts import text_table
from .values import label, shorten

if TYPE_CHECKING:
    from helpers.simulator import PartitionedTable, Result

MOST_KEYS = 8  # keys drawn in one partition
MOST_NAMED = 4  # keys named in one line of text
MOST_BARS = 16  # partitions drawn as bars
BAR = 300  # pixels


def falling(source: Any, key: str, model: "PartitionedTable") -> Picture:
    """Which partition each item falls into, by the hash of its partition key. Items of one key stay together.

    source: a list of items or a small boto3 Table. key: the attribute taken as the partition key.
    """
    items, _ = read(source)
    inside: dict[int, dict[str, int]] = {number: {} for number in range(model.partitions_at_start)}
    for item in items:
        keys = inside[model.partition_of(item[key])]
        name = label(item[key])
        keys[name] = keys.get(name, 0) + 1
    kinds = len({name for keys in inside.values() for name in keys})
    empty = sum(not keys for keys in inside.values())
    alt = (
        f"Model: {counted(len(items), 'item')} with {counted(kinds, 'value')} of {key} fall into "
        f"{counted(len(inside), 'partition')}, {empty} of them empty."
    )
    rows = [
        [f"partition {number}", str(sum(keys.values())), _keys_text(keys)] for number, keys in inside.items()
    ]
    drawn = element("div", *(_box(number, keys) for number, keys in inside.items()), style=_SHELF)
    title = element("div", element("b", f"Model: partitions by {key}"), style="padding:0 0 6px 0")
    return picture(alt, text_table(["", "items", key], rows, [1]), title, drawn)


_SHELF = style.css(display="flex", flex_wrap="wrap", align_items="flex-start")


def _keys_text(keys: Mapping[str, int]) -> str:
    named = [shorten(name, 24) + _times(count) for name, count in sorted(keys.items())]
    more = f", … and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more or "(nothing)"


def _times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""


def _box(number: int, keys: Mapping[str, int]) -> Html:
    """One partition with the keys that fall into it."""
    look = style.css(
        border=style.line, border_top=f"4px solid {style.KEY if keys else style.GREY}", border_radius="0 0 5px 5px",
        padding="6px 10px", margin="0 8px 8px 0", min_width="104px",
    )  # fmt: skip
    names = sorted(keys.items())
    lines = [
        element("div", code_html(name, 24), Html(" "), element("span", _times(count), style=style.quiet))
        for name, count in names[:MOST_KEYS]
    ]
    rest = len(names) - MOST_KEYS
    if rest > 0:
        lines.append(element("div", f"… and {rest} more", style=style.quiet))
    head = element("div", element("b", f"partition {number}"), style=style.css(padding="0 0 4px 0"))
    total = element("div", counted(sum(keys.values()), "item"), style=style.quiet)
    return element("div", head, *lines, total, style=look)


def throttled(results: "Mapping[str, Result]") -> Picture:
    """One bar for each run: the share of its requests that was throttled, and who turned them away."""
    rows, lines = [], []
    for name, result in results.items():
        share, seconds = result.throttled_share, result.seconds
        by = seconds.filter(like="by_").sum()
        said_no = ", ".join(
            f"{_WHO.get(who, _index(who))} {_many(count)}" for who, count in by.items() if count
        )
        rows.append([name, _percent(share), _many(result.requests), said_no])
        lines.append(_share_bar(name, share, f"{_many(result.requests)} requests", said_no))
    told = "; ".join(f"{name}: {_percent(result.throttled_share)}" for name, result in results.items())
    table = element("table", _caption("Model: share of requests throttled"), *lines, style=style.table)
    return picture(
        f"Model: share of requests throttled. {told}.",
        text_table(["", "throttled", "requests", "turned away by"], rows, [1, 2], width=110),
        table,
    )


def _caption(text: str) -> Html:
    """What a table shows, and that it is a model."""
    return element("caption", text, style=style.caption)


_WHO = {"by_partition_limit": "a partition's limit", "by_throughput": "the table's throughput"}


def _index(who: str) -> str:
    return f"index {who.removeprefix('by_index_')}"


def _share_bar(name: str, share: float, requests: str, said_no: str) -> Html:
    bar = "display:inline-block;height:14px;vertical-align:middle;box-sizing:border-box"
    wide = max(3, round(BAR * share)) if share else 0
    pieces = [
        element("span", style=f"{bar};width:{width}px;{look}")
        for width, look in ((wide, _THROTTLED), (BAR - wide, _SERVED))
        if width
    ]
    return element(
        "tr",
        element("th", name, scope="row", style=f"{style.cell};font-weight:600"),
        element("td", *pieces, title=f"{_percent(share)} throttled", style=style.cell),
        element("td", element("strong", _percent(share)), " throttled", style=style.number_cell),
        element("td", requests + (f"; {said_no}" if said_no else ""), style=f"{style.cell};{style.quiet}"),
        style=style.row,
    )


# Throttled is hatched, served is filled: told apart without their hues.
_SERVED = style.css(background=style.BLUE, border=f"1px solid {style.BLUE}")
# A repeating gradient would be dropped by JupyterLab's sanitizer; a plain one, tiled, is kept.
_HATCH = "linear-gradient(135deg,{0} 25%,transparent 25%,transparent 50%,{0} 50%,{0} 75%,transparent 75%)"
_THROTTLED = style.css(
    background=_HATCH.format(style.VERMILLION),
    background_size="8px 8px",
    border=f"1px solid {style.VERMILLION}",
)
_SWATCH = "display:inline-block;width:10px;height:10px;margin:0 5px 0 0;box-sizing:border-box"


def partition_bars(result: "Result") -> Picture:
    """Where each request went: for each partition a bar of what it served and of what it turned away."""
    told = result.partitions
    busy = told[told["requests"] > 0]
    shown = busy.sort_values("requests", ascending=False).head(MOST_BARS).sort_index()
    most = max(1, shown["requests"].max()) if len(shown) else 1
    rows, lines = [], []
    for number, row in shown.iterrows():
        units = row["read_units"] + row["write_units"]
        rows.append([f"partition {number}", _many(row["served"]), _many(row["throttled"]), _many(units)])
        lines.append(_partition_bar(number, row, most))
    rest = len(busy) - len(shown)
    notes = [
        f"… and {counted(rest, 'partition')} with less" if rest else "",
        f"{counted(len(told) - len(busy), 'partition')} got no request" if len(busy) < len(told) else "",
    ]
    alt = (
        f"Model: {_many(result.requests)} requests on {counted(len(told), 'partition')}, "
        f"{_percent(result.throttled_share)} throttled."
    )
    key = element(
        "div", element("span", style=f"{_SWATCH};{_SERVED}"), "served ",
        element("span", style=f"{_SWATCH};margin-left:12px;{_THROTTLED}"), "throttled",
        style=f"{style.quiet};padding:6px 0 0 0",
    )  # fmt: skip
    text = text_table(["", "served", "throttled", "units"], rows, [1, 2, 3])
    body = element("table", _caption(alt), *lines, style=style.table)
    return picture(alt, with_notes(text, *notes), body, key, note_html(*notes))


def _partition_bar(number: int, row: Any, most: float) -> Html:
    bar = "display:inline-block;height:12px;vertical-align:middle;box-sizing:border-box"
    pieces = [
        element("span", style=f"{bar};width:{max(2, round(BAR * row[what] / most))}px;{look}")
        for what, look in (("served", _SERVED), ("throttled", _THROTTLED))
        if row[what]
    ]
    words = f"{_many(row['served'])} served, {_many(row['throttled'])} throttled"
    return element(
        "tr",
        element("th", f"partition {number}", scope="row", style=f"{style.cell};font-weight:400"),
        element("td", *pieces, title=words, style=style.cell),
        element("td", words, style=f"{style.cell};{style.quiet}"),
        style=style.row,
    )


def heat(result: "Result", operation: str = "write") -> Picture:
    """The heat of each partition over time: the units it served, and a cross where requests were throttled."""
    from matplotlib import pyplot

    units = result.write_units if operation == "write" else result.read_units
    told = result.partitions
    hottest = int(told["requests"].idxmax())
    alt = (
        f"Model: heat map of {operation} units a second on {counted(len(told), 'partition')} over "
        f"{_time(len(units))}. Partition {hottest} is asked most; its busiest second served "
        f"{_many(units[hottest].max())} units. Of {_many(result.requests)} requests, "
        f"{_percent(result.throttled_share)} were throttled."
    )
    with pyplot.rc_context({**house_style(), "axes.grid": False}):
        drawn = figure(result.heat_map(operation), alt)
    # In figures what the map has in colours: each busy partition's mean and busiest second.
    busy = told[told["requests"] > 0].sort_values("requests", ascending=False).head(MOST_BARS).sort_index()
    rows = [
        [
            f"partition {number}",
            _many(units[number].mean()),
            _many(units[number].max()),
            _many(row["throttled"]),
        ]
        for number, row in busy.iterrows()
    ]
    table = text_table(["", f"{operation} units a second", "most", "throttled"], rows, [1, 2, 3])
    return replace(drawn, text=f"{drawn.text}\n\n{table}")


def throttled_over_time(results: "Mapping[str, Result]") -> Picture:
    """The share of requests throttled, over time, a line for each run."""
    from matplotlib import pyplot

    told = "; ".join(f"{name}: {_percent(result.throttled_share)} in all" for name, result in results.items())
    with pyplot.rc_context(house_style()):
        charted = next(iter(results.values())).throttled_over_time(results)
        drawn = figure(charted, f"Model: share of requests throttled over time. {told}.")
    table = text_table(["from", *results], _shares_over_time(results), range(1, len(results) + 1))
    return replace(drawn, text=f"{drawn.text}\n\n{table}")


def _shares_over_time(results: "Mapping[str, Result]", steps: int = 8) -> list[list[str]]:
    """The share throttled in each eighth of the time, a row for each."""
    longest = max(len(result.seconds) for result in results.values())
    rows = []
    for step in range(steps):
        first, last = step * longest // steps, (step + 1) * longest // steps - 1
        parts = [result.seconds.loc[first:last] for result in results.values()]
        shares = [part["throttled"].sum() / max(1, part["requests"].sum()) for part in parts]
        rows.append([_time(first), *map(_percent, shares)])
    return rows


def _percent(share: float) -> str:
    """A share in per cent. What is not quite none, or not quite all, is not rounded to it."""
    if 0 < share < 0.0005:
        return "under 0.1 %"
    if 0.9995 < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.1f} %" if 0 < share < 1 else f"{100 * share:.0f} %"


def _many(number: float) -> str:
    """A count as a person would say it: 401 million, 52,300."""
    if number >= 1e6:
        return f"{number / 1e6:,.1f} million"
    return f"{number:,.0f}"


def _time(seconds: int) -> str:
    if seconds >= 2 * 3_600:
        return f"{round(seconds / 3_600)} hours"
    return f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{seconds} seconds"

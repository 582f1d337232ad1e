"""Who did what when: writers side by side, one row a step. The race lens draws its schedules with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import style
from .changes import same
from .picture import Html, Picture, element, join, picture
from .sources import counted
from .texts import folded, text_table
from .values import literal, plain, shorten, visible

MOST = 60  # steps drawn
WRITER, CALL, THEN = 16, 38, 40  # characters of a line of each: 80 columns in all
LINES = 4  # of what a call did, and of the item after it


@dataclass(frozen=True)
class Step:
    """One call of one writer.

    writer: its name, which heads its lane. operation: "GetItem". summary: what was read or written, in a few words.
    item_after: the item as the table holds it after this step; None where there is none.
    outcome: "ok", or the name of the error that DynamoDB answered.
    """

    writer: str
    operation: str
    summary: str = ""
    item_after: Mapping[str, Any] | None = None
    outcome: str = "ok"


def timeline(steps: Iterable[Step | Mapping[str, Any]], title: str = "", verdict: str = "") -> Picture:
    """A lane a writer, a row a step, and the item as it stands after each.

    steps: `Step`s, or dicts with the same fields, in the order in which they happened. title: what is being raced;
    verdict: how it ended. Both are one sentence.
    """
    steps = [step if isinstance(step, Step) else Step(**step) for step in steps]
    writers = list(dict.fromkeys(step.writer for step in steps))
    failed = sum(1 for step in steps if step.outcome != "ok")
    alt = f"{title} " if title else ""
    alt += f"{counted(len(steps), 'step')} by {counted(len(writers), 'writer')}: {', '.join(shorten(writer, WRITER) for writer in writers) or 'none'}"
    alt += f"; {counted(failed, 'call')} refused." if failed else "."
    alt += f" {verdict}" if verdict else ""
    alt = visible(alt)
    drawn = steps[:MOST]
    more = f"… and {counted(len(steps) - MOST, 'more step')}" if len(steps) > MOST else ""
    heads = [element("th", "", style=style.head)]
    heads += [element("th", shorten(visible(writer), WRITER), scope="col", style=_lane(place, style.head)) for place, writer in enumerate(writers)]  # fmt: skip
    heads += [element("th", "item then", scope="col", style=f"{style.head};padding-left:10px")]
    lines, text_lines, before = [], [], _UNKNOWN
    for number, step in enumerate(drawn, 1):
        then = _item(step.item_after, before)
        before = step.item_after
        lines.append(_row(number, step, writers, then))
        text_lines += _text_rows(number, step, then)
    table = element(
        "table",
        *([element("caption", title, style=style.caption)] if title else []),
        element("thead", element("tr", *heads, style=style.row)),
        element("tbody", *lines),
        style=style.table,
    )
    ends = [element("div", text, style=style.css(padding="8px 0 0 0")) for text in (more, verdict) if text]
    text = text_table(["", "writer", "call"], text_lines)
    return picture(alt, "\n".join(part for part in (text, more) if part), table, *ends)


_UNKNOWN = object()
HUES = (style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE)


def _lane(place: int, look: str) -> str:
    return f"{look};border-left:3px solid {HUES[place % len(HUES)]};padding-left:10px"


def _item(item: Mapping[str, Any] | None, before: Any) -> str:
    """The item after the step; a word where the step did not change it."""
    now = "no item" if item is None else literal(plain(item))
    if before is _UNKNOWN or (item is None) != (before is None):
        return now
    return "unchanged" if item is None or same(item, before) else now


def _call(step: Step) -> list[str]:
    """The operation, what it did, and its refusal if there was one."""
    said = [step.operation, visible(step.summary)]
    return [*said, "" if step.outcome == "ok" else visible(step.outcome)]


def _row(number: int, step: Step, writers: list[str], then: str) -> Html:
    cells = [
        element("th", str(number), scope="row", style=f"{style.number_cell};font-weight:400;padding-left:4px")
    ]
    for place, writer in enumerate(writers):
        inside = _box(step, HUES[place % len(HUES)]) if writer == step.writer else ""
        cells.append(element("td", inside, style=_lane(place, style.cell)))
    shown = (
        element("span", then, style=style.quiet)
        if then == "unchanged"
        else _lines_html(folded(then, THEN, LINES))
    )
    cells.append(element("td", shown, style=f"{style.cell};padding-left:10px"))
    return element("tr", *cells, style=style.row)


def _box(step: Step, hue: str) -> Html:
    operation, summary, refusal = _call(step)
    parts = [element("strong", operation)]
    if summary:
        parts += [Html("<br>"), _lines_html(folded(summary, CALL, LINES))]
    if refusal:
        parts += [Html("<br>"), element("span", f"✕ {refusal}", style=style.badge(style.BAD))]
    look = style.css(
        background=style.tint(hue, 0.1), padding="3px 8px", border_radius="4px", display="inline-block"
    )
    return element("div", join(parts), style=look)


def _lines_html(lines: list[str]) -> Html:
    parts = [part for line in lines for part in (Html("<br>"), line)]
    return element("code", *parts[1:], style=style.nowrap)


def _text_rows(number: int, step: Step, then: str) -> list[list[str]]:
    """The call, its refusal, and the item after it, on lines of their own so that 80 columns hold them."""
    operation, summary, refusal = _call(step)
    first, *more = folded(summary, CALL, LINES)
    lines = [f"{operation} {first}".rstrip(), *(f"  {line}" for line in more)]
    if refusal:
        lines.append(f"✕ {refusal}")
    if then != "unchanged":
        first, *more = folded(then, THEN, LINES)
        lines += [f"item then {first}", *(f"          {line}" for line in more)]
    named = [str(number), shorten(visible(step.writer), WRITER)]
    return [[*named, lines[0]], *(["", "", line] for line in lines[1:])]

"""How the throttle lens shows its attempts: a row for each call, its attempts as marks on virtual time."""

from itertools import groupby
from typing import TYPE_CHECKING

from helpers.show import style
from helpers.show.picture import Html, Picture, element, picture
from helpers.show.texts import text_table

if TYPE_CHECKING:
    from helpers.lenses.throttle import Attempt, Limits

MOST_CALLS = 25
"""More calls than this, and those that were served at once and follow each other share a row."""

# A mark says by its sign what its hue says too.
SERVED, THROTTLED, IN_PART = "✓", "✗", "◐"
_MARKS = {
    "served": (SERVED, style.GOOD),
    "throttled": (THROTTLED, style.BAD),
    "in part": (IN_PART, style.CHANGED),
}


def table(limits: "Limits") -> Picture:
    """call, operation, when it began, its attempts, the back-off before each, units, how it ended."""
    if not limits.attempts:
        return picture(f"No request for {limits.table} was sent.", "")
    header = ["call", "operation", "from s", "attempts", "back-off s", "units"]
    rows = [_row(calls) for calls in _grouped(limits.attempts)]
    right = {2, 5}
    text = text_table(header, rows, right, width=100)
    note = f"{SERVED} served  {THROTTLED} throttled"
    if any(attempt.answer == "in part" for attempt in limits.attempts):
        note += f"  {IN_PART} a batch of which some items were left unprocessed"
    heads = [_head(name, place in right) for place, name in enumerate(header)]
    lines = [
        element(
            "tr", *(_cell(text, place, place in right) for place, text in enumerate(row)), style=style.row
        )
        for row in rows
    ]
    html = element(
        "table",
        element("thead", element("tr", *heads, style=style.row)),
        element("tbody", *lines),
        style=style.table,
    )
    quiet = element(
        "div", note + ". Seconds are virtual: nothing waited.", style=f"{style.quiet};padding:6px 0 0 0"
    )
    return picture(_summary(limits), f"{text}\n{note}. Seconds are virtual: nothing waited.", html, quiet)


def _summary(limits: "Limits") -> str:
    calls = len({attempt.call for attempt in limits.attempts})
    sent, said_no = len(limits.attempts), limits.throttled
    given = " and ".join(f"{bucket.units:g} {kind.lower()} units" for kind, bucket in limits.buckets.items())
    where = f"{limits.table}, index {limits.index}," if limits.index else limits.table
    return (
        f"{where} with {given} a second: {calls} {'call' if calls == 1 else 'calls'}, {sent} requests, "
        f"{said_no} throttled, {limits.waited:.2f} s of back-off."
    )


def _grouped(attempts: "list[Attempt]") -> "list[list[list[Attempt]]]":
    """Attempts by call; where there are many calls, those served at once together."""
    by_call: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        by_call.setdefault(attempt.call, []).append(attempt)
    calls = list(by_call.values())
    if len(calls) <= MOST_CALLS:
        return [[call] for call in calls]
    alike = groupby(
        calls, lambda call: (call[0].operation, len(call) == 1 and call[0].answer == "served", len(call))
    )
    grouped = []
    for (_, at_once, _), several in alike:
        several = list(several)
        grouped += [several] if at_once else [[call] for call in several]
    return grouped


def _row(calls: "list[list[Attempt]]") -> list[str]:
    first, last = calls[0], calls[-1]
    number = str(first[0].call) if len(calls) == 1 else f"{first[0].call}–{last[0].call}"
    if len(calls) == 1:
        marks = "".join(_MARKS[attempt.answer][0] for attempt in first)
    else:
        marks = f"{SERVED} × {len(calls)}"
    waits = (
        " ".join(f"{attempt.waited:.3f}" for attempt in first if attempt.waited) if len(calls) == 1 else ""
    )
    units = sum(attempt.units for call in calls for attempt in call)
    return [number, first[0].operation, f"{first[0].at:.3f}", marks, waits, f"{units:g}"]


def _head(name: str, right: bool) -> Html:
    return element("th", name, scope="col", style=style.head + (";text-align:right" if right else ""))


def _cell(text: str, place: int, right: bool) -> Html:
    look = style.number_cell if right else style.cell
    if place != 3:
        return element("td", text, style=look)
    colours = dict(_MARKS.values())
    marks = [
        element("span", sign, style=style.badge(colours[sign]) + ";margin-right:2px")
        if sign in colours
        else sign
        for sign in text
    ]
    return element("td", *marks, style=look)

"""How a meter shows what was spent: a table with a total, and bars of what was read and thrown away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from helpers.show import style
from helpers.show.picture import Html, Picture, element, picture
from helpers.show.texts import ABSENT, text_table

if TYPE_CHECKING:
    from helpers.lenses.meter import Metered, Spent

MOST_ROWS = 12
"""More calls than this, and calls of one kind that follow each other share a row."""
WIDTH = 100  # columns of the plain-text table
BAR = 280  # pixels
TEXT_BAR = 30  # characters


@dataclass
class Row:
    """One call, or several like it in a row."""

    call: "Metered"
    times: int = 1

    @property
    def name(self) -> str:
        name = self.call.operation + (" (strong)" if self.call.strong else "")
        name += f" × {self.times:,}" if self.times > 1 else ""
        return f"{name} failed" if self.call.error else name

    def amount(self, name: str) -> str:
        """A number; the dash where a failed call reports none; nothing where there is nothing to report."""
        value = getattr(self.call, name)
        if value is None:
            return ABSENT if self.call.error else ""
        return _number(value)


def table(spent: "Spent") -> Picture:
    """Call, table, index, items read and returned, KB, read units, write units; a total under them."""
    if not spent.calls:
        return picture("The meter saw no data call.", "")
    rows = _rows(spent)
    columns = [column for column in _COLUMNS if column.always or any(map(column.used, rows))]
    total = [column.total(spent) for column in columns]
    cells = [[column.text(row) for column in columns] for row in rows]
    right = {place for place, column in enumerate(columns) if column.right}
    text = text_table([column.name for column in columns], [*cells, total], right, width=WIDTH)
    notes = _notes(rows)
    return picture(
        _summary(spent), "\n".join([text, *notes]),
        element(
            "table",
            element("thead", element("tr", *(_head(column) for column in columns), style=style.row)),
            element("tbody", *(_line(line, right) for line in cells), _line(total, right, bold=True)),
            style=style.table,
        ),
        *(element("div", note, style=f"{style.quiet};padding:6px 0 0 0") for note in notes),
    )  # fmt: skip


def bars(spent: "Spent") -> Picture:
    """For each call that reads: a bar of the items read, the returned part filled and the rest outlined."""
    rows = [row for row in _rows(spent) if row.call.thrown_away is not None]
    if not rows:
        return picture("The meter saw no call that reads items.", "")
    most = max(row.call.items_read for row in rows) or 1
    lines, told = [], []
    for row in rows:
        call = row.call
        where = f"{row.name} {call.table}" + (f" {call.index}" if call.index else "")
        units = f"{_number(call.read_units or 0)} read units"
        words = (
            f"{call.items_read:,} read, {call.items_returned:,} returned, {call.thrown_away:,} thrown away"
        )
        told.append([where, _text_bar(call.items_returned, call.thrown_away, most), words, units])
        lines.append(_bar_line(where, call, most, words, units))
    read, kept = (sum(getattr(row.call, name) for row in rows) for name in ("items_read", "items_returned"))
    alt = f"{read:,} items read, {kept:,} returned, {read - kept:,} thrown away, for {_number(spent.read_units)} read units."
    text = "\n".join(f"{where}: {words}; {units}\n  {bar}" for where, bar, words, units in told)
    key = element(
        "div", element("span", style=f"{_SWATCH};{_KEPT}"), "returned ",
        element("span", style=f"{_SWATCH};margin-left:12px;{_THROWN}"), "read, paid for and thrown away",
        style=f"{style.quiet};padding:6px 0 0 0",
    )  # fmt: skip
    body = element("table", element("tbody", *lines), style=style.table)
    return picture(alt, f"{text}\n\n# returned  . thrown away", body, key)


@dataclass(frozen=True)
class Column:
    """name, the cell of a row, the cell of the total; shown always or only where some row has something."""

    name: str
    text: Callable[[Row], str]
    total: Callable[["Spent"], str]
    right: bool = True
    always: bool = True

    def used(self, row: Row) -> bool:
        return self.text(row) not in ("", "0", ABSENT)


def _amount(name: str) -> tuple[Callable, Callable]:
    return (
        lambda row: row.amount(name),
        lambda spent: _number(sum(getattr(call, name) or 0 for call in spent.calls)),
    )


_COLUMNS = [
    Column("call", lambda row: row.name, lambda spent: "total", right=False),
    Column("table", lambda row: row.call.table, lambda spent: "", right=False),
    Column("index", lambda row: row.call.index, lambda spent: "", right=False, always=False),
    Column("items read", *_amount("items_read"), always=False),
    Column("returned", *_amount("items_returned"), always=False),
    Column("KB", *_amount("kb")),
    Column("read units", *_amount("read_units"), always=False),
    Column("write units", *_amount("write_units"), always=False),
]


def _rows(spent: "Spent") -> list[Row]:
    if len(spent.calls) <= MOST_ROWS:
        return [Row(call) for call in spent.calls]
    alike = groupby(
        spent.calls, lambda call: (call.operation, call.strong, call.table, call.index, call.error)
    )
    return [_together(list(calls)) for _, calls in alike]


def _together(calls: list["Metered"]) -> Row:
    sums = {}
    for name in ("items_read", "items_returned", "kb", "read_units", "write_units"):
        known = [getattr(call, name) for call in calls if getattr(call, name) is not None]
        sums[name] = sum(known) if known else None
    return Row(replace(calls[0], **sums), len(calls))


def _summary(spent: "Spent") -> str:
    count = len(spent.calls)
    calls = "1 call" if count == 1 else f"{count:,} calls"
    units = [
        f"{_number(amount)} {kind} units"
        for amount, kind in ((spent.read_units, "read"), (spent.write_units, "write"))
        if amount
    ]
    return f"{calls}: {' and '.join(units) or 'no units reported'}."


def _notes(rows: list[Row]) -> list[str]:
    errors = dict.fromkeys(f"{row.name}: {row.call.error}." for row in rows if row.call.error)
    if not errors:
        return []
    reports = "a failed call reports no units, but a failed condition costs write units all the same."
    return [*errors, f"{ABSENT} not reported: {reports}"]


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _head(column: Column) -> Html:
    return element(
        "th", column.name, scope="col", style=style.head + (";text-align:right" if column.right else "")
    )


def _line(cells: list[str], right: set[int], bold: bool = False) -> Html:
    weight = ";font-weight:600;border-bottom:none" if bold else ""
    tags = (
        element("td", text, style=(style.number_cell if place in right else style.cell) + weight)
        for place, text in enumerate(cells)
    )
    return element("tr", *tags, style=style.row)


# The returned part is filled, the rest only outlined: told apart without their hues.
_KEPT = style.css(background=style.BLUE)
_THROWN = style.css(
    background=style.tint(style.VERMILLION, 0.25),
    border=f"1px solid {style.VERMILLION}",
    box_sizing="border-box",
)
_SWATCH = "display:inline-block;width:10px;height:10px;margin:0 5px 0 0"


def _bar_line(where: str, call: "Metered", most: int, words: str, units: str) -> Html:
    part = "display:inline-block;height:12px;vertical-align:middle"
    pieces = [
        element("span", style=f"{part};width:{max(round(BAR * count / most), 2)}px;{look}")
        for count, look in ((call.items_returned, _KEPT), (call.thrown_away, _THROWN))
        if count
    ]
    return element(
        "tr",
        element("th", where, scope="row", style=f"{style.cell};font-weight:400"),
        element("td", *pieces, title=words, style=style.cell),
        element("td", words, style=f"{style.cell};{style.quiet}"),
        element("td", element("strong", units), style=style.number_cell),
        style=style.row,
    )


def _text_bar(kept: int, thrown: int, most: int) -> str:
    return "".join(
        sign * max(round(TEXT_BAR * count / most), 1) if count else ""
        for sign, count in (("#", kept), (".", thrown))
    )

"""How a meter shows what was spent: a table with a total, and bars of what each question cost."""

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
TEXT_BAR = 30  # characters


@dataclass
class Row:
    """One call, or several in a row: `times` that are alike, or the `pages` of one Query or Scan."""

    call: "Metered"
    times: int = 1
    pages: int = 1

    @property
    def name(self) -> str:
        name = self.call.operation + (" (strong)" if self.call.strong else "")
        name += f" × {self.times:,}" if self.times > 1 else ""
        name += f", {self.pages:,} pages" if self.pages > 1 else ""
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
    rows = _rows(spent.calls)
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
    """For each question that reads a bar as long as its read units: filled for what was returned, else outlined."""
    rows = [row for row in _questions(spent.calls) if row.call.thrown_away is not None]
    if not rows:
        return picture("The meter saw no call that reads items.", "")
    most = max(row.call.read_units or 0 for row in rows) or 1
    several = len({row.call.table for row in rows}) > 1
    lines, told = [], []
    for row in rows:
        call = row.call
        where = " ".join(filter(None, [row.name, call.table if several else "", call.index]))
        units = _units(call.read_units or 0, "read")
        words = (
            f"{call.items_read:,} read, {call.items_returned:,} returned, {call.thrown_away:,} thrown away"
        )
        length = (call.read_units or 0) / most
        kept = call.items_returned / call.items_read if call.items_read else 0
        told.append(f"{where}: {units}; {words}\n  {_text_bar(length, kept)}".rstrip())
        lines.append(_bar_line(where, units, words, length, kept))
    read, kept, paid = (
        sum(getattr(row.call, name) or 0 for row in rows)
        for name in ("items_read", "items_returned", "read_units")
    )
    alt = f"{read:,} items read, {kept:,} returned, {read - kept:,} thrown away, for {_units(paid, 'read')}."
    key = element(
        "div", "read units paid for what was ", element("span", style=f"{_SWATCH};{_KEPT}"), "returned ",
        element("span", style=f"{_SWATCH};margin-left:7px;{_THROWN}"), "thrown away",
        style=f"{style.quiet};padding:6px 0 0 0",
    )  # fmt: skip
    body = element("table", element("tbody", *lines), style=f"{style.table};width:100%;max-width:720px")
    text = "\n".join([*told, "", "read units paid for what was  # returned  . thrown away"])
    return picture(alt, text, body, key)


@dataclass(frozen=True)
class Column:
    """name, the cell of a row, the cell of the total; shown always, or only where some row has something (`zeros`: or 0)."""

    name: str
    text: Callable[[Row], str]
    total: Callable[["Spent"], str]
    right: bool = True
    always: bool = True
    zeros: bool = False

    def used(self, row: Row) -> bool:
        return self.text(row) not in ("", ABSENT, *([] if self.zeros else ["0"]))


def _amount(name: str) -> tuple[Callable, Callable]:
    return (
        lambda row: row.amount(name),
        lambda spent: _number(sum(getattr(call, name) or 0 for call in spent.calls)),
    )


_COLUMNS = [
    Column("call", lambda row: row.name, lambda spent: "total", right=False),
    Column("table", lambda row: row.call.table, lambda spent: "", right=False),
    Column("index", lambda row: row.call.index, lambda spent: "", right=False, always=False),
    Column("items read", *_amount("items_read"), always=False, zeros=True),
    Column("returned", *_amount("items_returned"), always=False, zeros=True),
    Column("KB paid", lambda row: row.amount("kb"), lambda spent: _kb_of_one_kind(spent)),
    Column("read units", *_amount("read_units"), always=False),
    Column("write units", *_amount("write_units"), always=False),
]


def _kb_of_one_kind(spent: "Spent") -> str:
    """The KB of all calls; empty where some read and some write, whose KB have two prices."""
    both = spent.read_units and spent.write_units
    return "" if both else _number(sum(call.kb or 0 for call in spent.calls))


def _rows(calls: list["Metered"]) -> list[Row]:
    if len(calls) <= MOST_ROWS:
        return [Row(call) for call in calls]
    alike = [list(found) for _, found in groupby(calls, _kind)]
    return [Row(_together(found), times=len(found)) for found in alike]


def _questions(calls: list["Metered"]) -> list[Row]:
    """A row a question: a page that goes on where the one before it ended belongs to the same."""
    asked: list[list[Metered]] = []
    for call in calls:
        if asked and call.next_page and _kind(call) == _kind(asked[-1][0]):
            asked[-1].append(call)
        else:
            asked.append([call])
    rows = [Row(_together(pages), pages=len(pages)) for pages in asked]
    return rows if len(rows) <= MOST_ROWS else _rows([row.call for row in rows])


def _kind(call: "Metered") -> tuple:
    return call.operation, call.strong, call.table, call.index, call.error


def _together(calls: list["Metered"]) -> "Metered":
    sums = {}
    for name in ("items_read", "items_returned", "kb", "read_units", "write_units"):
        known = [getattr(call, name) for call in calls if getattr(call, name) is not None]
        sums[name] = sum(known) if known else None
    return replace(calls[0], **sums)


def _summary(spent: "Spent") -> str:
    count = len(spent.calls)
    calls = "1 call" if count == 1 else f"{count:,} calls"
    units = [
        _units(amount, kind)
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


def _units(amount: float, kind: str) -> str:
    return f"{_number(amount)} {kind} unit{'' if amount == 1 else 's'}"


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


def _bar_line(where: str, units: str, words: str, length: float, kept: float) -> Html:
    """length: of the bar, as a share of the longest; kept: the share of its items that were returned."""
    shares = [(length * kept, _KEPT), (length * (1 - kept), _THROWN)]
    pieces = [
        element("span", style=f"height:12px;min-width:2px;width:{100 * share:.4g}%;{look}")
        for share, look in shares
        if share
    ]
    return element(
        "tr",
        element("th", where, scope="row", style=f"{style.cell};font-weight:400"),
        element("td", element("strong", units), style=style.number_cell),
        element(
            "td", element("div", *pieces, style="display:flex;padding:3px 0 2px 0"),
            element("div", words, style=f"{style.quiet};white-space:normal"),
            style=f"{style.cell};width:100%;min-width:120px",
        ),
        style=style.row,
    )  # fmt: skip


def _text_bar(length: float, kept: float) -> str:
    return "".join(
        sign * max(round(TEXT_BAR * share), 1) if share else ""
        for sign, share in (("#", length * kept), (".", length * (1 - kept)))
    )

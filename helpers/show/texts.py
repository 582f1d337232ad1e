"""Plain-text tables that fit a terminal of 80 columns."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

from .values import shorten

WIDTH = 80
ABSENT = "–"


def width_of(text: str) -> int:
    """Columns the text takes in a terminal: two for each wide East Asian character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, width: int, right: bool = False) -> str:
    """The text filled with spaces to this many columns."""
    space = " " * max(width - width_of(text), 0)
    return space + text if right else text + space


def text_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), width: int = WIDTH
) -> str:
    """Rows under a header, two spaces between columns; the numbers of the columns in `right` end at the right.

    Where a line would pass `width`, the widest columns are shortened; where that is not enough, each row becomes a
    block of its own, a line a column.
    """
    table = [list(header), *[list(row) for row in rows]]
    widths = [max(width_of(line[i]) for line in table) for i in range(len(header))]
    floor = 10
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > floor:
        widths[widths.index(max(widths))] -= 1
    if sum(widths) + 2 * (len(widths) - 1) > width:
        return _blocks(header, rows, width)
    fitted = [[_fit(text, widths[i]) for i, text in enumerate(line)] for line in table]
    rule = ["─" * width for width in widths]
    return "\n".join(
        "  ".join(pad(text, widths[i], i in right) for i, text in enumerate(line)).rstrip()
        for line in [fitted[0], rule, *fitted[1:]]
    )


def _fit(text: str, width: int) -> str:
    while width_of(text) > width:
        text = shorten(text, len(text) - 1) if not text.endswith("…") else f"{text[:-2]}…"
    return text


def _blocks(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    widest = min(max(width_of(name) for name in header), width // 2)
    blocks = (
        "\n".join(
            f"{pad(_fit(name, widest), widest)}  {_fit(text, width - widest - 2)}"
            for name, text in zip(header, row, strict=True)
        )
        for row in rows
    )
    return "\n\n".join(blocks)

"""Plain-text tables that fit a terminal of 80 columns and leave nothing out."""

from collections.abc import Collection, Sequence
from textwrap import wrap

from .values import shorten, width_of

WIDTH = 80
ABSENT = "–"


def pad(text: str, width: int, right: bool = False) -> str:
    """The text filled with spaces to this many columns."""
    space = " " * max(width - width_of(text), 0)
    return space + text if right else text + space


def text_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = (), width: int = WIDTH
) -> str:
    """Rows under a header, two spaces between columns; the columns in `right` are set to the right.

    Where a line would pass `width`, each row becomes a block of its own, a line a column: nothing is cut off.
    """
    table = [header, *rows]
    widths = [max(width_of(line[i]) for line in table) for i in range(len(header))]
    if sum(widths) + 2 * (len(widths) - 1) > width:
        return _blocks(header, rows, width)
    rule = ["─" * width for width in widths]
    return "\n".join(
        "  ".join(pad(text, widths[i], i in right) for i, text in enumerate(line)).rstrip()
        for line in [header, rule, *rows]
    )


def folded(text: str, width: int, most: int) -> list[str]:
    """The text over several lines of at most `width` characters; beyond `most` lines it ends in "…"."""
    lines = wrap(text, width, break_on_hyphens=False) or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], shorten(f"{lines[most - 1]} …", width)]


def _blocks(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    names = min(max(width_of(name) for name in header), width // 3)
    return "\n\n".join(
        "\n".join(
            f"{pad(name, names)}  {text}" if width_of(name) <= names else f"{name}\n{pad('', names)}  {text}"
            for name, text in zip(header, row, strict=True)
        )
        for row in rows
    )

"""What an item weighs, attribute by attribute. Names count: they are stored with every item."""

from collections.abc import Mapping
from typing import Any

from helpers.rules import item_size, limits

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted
from .tables import code_html, note_html, with_notes
from .texts import text_table
from .values import plain, shorten, type_code, type_words, visible

BAR = 260  # pixels of the longest attribute's bar
TEXT_BAR = 24  # characters of it in plain text


def sizes(item: Mapping[str, Any]) -> Picture:
    """A bar an attribute, the bytes of its name and of its value told apart; the total, and its share of 400 KB.

    Bytes as DynamoDB counts them (`helpers.rules.item_size`, which raises for what DynamoDB does not accept).
    """
    item = plain(item)
    parts = []
    for name, value in item.items():
        name_bytes = len(name.encode())
        parts.append((name, type_code(value), name_bytes, item_size({name: value}) - name_bytes))
    total = item_size(item)
    longest = max((name_bytes + value_bytes for _, _, name_bytes, value_bytes in parts), default=1)
    share = _share(total)
    names_total = sum(part[2] for part in parts)
    alt = (
        f"An item of {counted(total, 'byte')} in {counted(len(parts), 'attribute')}, {share}: "
        f"{names_total:,} for the names, {total - names_total:,} for the values."
    )
    heads = ["attribute", "type", "bytes", "name", "value", ""]
    lines = [
        [shorten(visible(name), 32), code, f"{n + v:,}", f"{n:,}", f"{v:,}", _text_bar(n, v, longest)]
        for name, code, n, v in parts
    ]
    lines.append(["item", "", f"{total:,}", f"{names_total:,}", f"{total - names_total:,}", ""])
    of_all = f"{total:,} of {limits.ITEM_MAX_BYTES:,} bytes: {share}"
    table = element(
        "table",
        element("thead", element("tr", *_heads(), style=style.row)),
        element("tbody", *(_line(*part, longest) for part in parts), _total(total, names_total)),
        style=style.table,
    )
    return picture(alt, with_notes(text_table(heads, lines, (2, 3, 4)), "# name  = value", of_all), table, note_html(of_all))  # fmt: skip


def _share(total: int) -> str:
    percent = total / limits.ITEM_MAX_BYTES * 100
    told = f"{percent:.2f}" if percent < 1 else f"{percent:.0f}"
    return f"{told} % of 400 KB" if percent <= 100 else f"{told} % of 400 KB, more than DynamoDB takes"


def _heads() -> list[Html]:
    right = f"{style.head};text-align:right"
    swatch = "display:inline-block;width:10px;height:10px;margin:0 5px 0 0"
    return [
        element("th", "attribute", scope="col", style=style.head),
        element("th", "type", scope="col", style=style.head),
        element("th", "bytes", scope="col", style=right),
        element("th", element("span", style=f"{swatch};{_NAME}"), "name", scope="col", style=right),
        element("th", element("span", style=f"{swatch};{_VALUE}"), "value", scope="col", style=right),
        element("th", "", style=style.head),
    ]


# The name's part is outlined, the value's part is filled: told apart without their hues.
_NAME = style.css(background=style.tint(style.VERMILLION, 0.25), border=f"1px solid {style.VERMILLION}", box_sizing="border-box")  # fmt: skip
_VALUE = style.css(background=style.BLUE)


def _line(name: str, code: str, name_bytes: int, value_bytes: int, longest: int) -> Html:
    part = "display:inline-block;height:12px;vertical-align:middle;box-sizing:border-box"
    pieces = [
        element("span", style=f"{part};width:{max(round(BAR * count / longest), 2)}px;{look}")
        for count, look in ((name_bytes, _NAME), (value_bytes, _VALUE))
        if count
    ]
    words = f"{name_bytes:,} for the name, {value_bytes:,} for the value"
    return element(
        "tr",
        element("th", code_html(visible(name), 32), scope="row", style=f"{style.cell};font-weight:400"),
        element("td", code, title=type_words(code), style=style.cell),
        element("td", element("strong", f"{name_bytes + value_bytes:,}"), style=style.number_cell),
        element("td", f"{name_bytes:,}", style=style.number_cell),
        element("td", f"{value_bytes:,}", style=style.number_cell),
        element("td", *pieces, title=words, style=style.cell),
        style=style.row,
    )


def _total(total: int, names_total: int) -> Html:
    last = "border-bottom:none"
    return element(
        "tr",
        element("th", "item", scope="row", colspan=2, style=f"{style.cell};{last};font-weight:600"),
        element("td", element("strong", f"{total:,}"), style=f"{style.number_cell};{last}"),
        element("td", f"{names_total:,}", style=f"{style.number_cell};{last}"),
        element("td", f"{total - names_total:,}", style=f"{style.number_cell};{last}"),
        element("td", "", style=f"{style.cell};{last}"),
        style=style.row,
    )


def _text_bar(name_bytes: int, value_bytes: int, longest: int) -> str:
    return "".join(
        sign * max(round(TEXT_BAR * count / longest), 1) if count else ""
        for sign, count in (("#", name_bytes), ("=", value_bytes))
    )

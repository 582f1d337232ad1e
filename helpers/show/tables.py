"""The table that `rows`, `collections` and `three_ways` share: keys first, one column an attribute."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import style
from .picture import Html, element, join
from .texts import ABSENT, text_table
from .values import attribute_order, label, shorten, tooltip, type_code, type_words, visible

LONGEST = 40  # characters of a value in a cell


def item_table(
    items: Sequence[Mapping[str, Any]], roles: Mapping[str, str], names: Sequence[str] | None = None
) -> tuple[Html, str]:
    """The items as rows of HTML and as plain text. `roles`: the key attributes and what each is.

    A column whose values are all of one type names it in its head; in a mixed column each cell does.
    """
    names = attribute_order(items, roles) if names is None else list(names)
    types = {name: _types(items, name) for name in names}
    right = [place for place, name in enumerate(names) if types[name] == ["N"]]
    heads = [_head(name, types[name], roles.get(name), place in right) for place, name in enumerate(names)]
    lines = [
        element("tr", *(_cell(item, name, types[name], place in right) for place, name in enumerate(names)), style=style.row)
        for item in items
    ]  # fmt: skip
    html = element(
        "table",
        element("thead", element("tr", *heads, style=style.row)),
        element("tbody", *lines),
        style=style.table,
    )
    text = text_table(
        [f"{shorten(visible(name), LONGEST)} {' or '.join(types[name])}".rstrip() for name in names],
        [[_cell_text(item, name, types[name]) for name in names] for item in items],
        right,
    )
    return html, text


def value_html(value: Any, longest: int = LONGEST) -> Html:
    """A value as code, shortened, the whole of it in the title."""
    return code_html(label(value), longest)


def code_html(text: str, longest: int = LONGEST, look: str = style.nowrap) -> Html:
    """Text as code, shortened to this many columns, the whole of it in the title."""
    return element("code", shorten(text, longest), title=tooltip(text, longest), style=look)


def _types(items: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return sorted({type_code(item[name]) for item in items if name in item})


def _head(name: str, types: list[str], role: str | None, right: bool) -> Html:
    small = style.css(font_size="11px", font_weight=400, opacity=style.QUIET)
    words = " or ".join(type_words(code) for code in types)
    under = [element("span", " or ".join(types), title=words, style=small)]
    if role:
        colour = style.KEY if role == "partition key" else style.SORT
        under = [element("span", role, style=style.chip(colour)), Html(" "), *under]
    return element(
        "th", code_html(visible(name), LONGEST, f"{style.nowrap};font-weight:600"), Html("<br>"), *under,
        scope="col", style=style.head + (";text-align:right" if right else ""),
    )  # fmt: skip


def _cell(item: Mapping[str, Any], name: str, types: list[str], right: bool) -> Html:
    look = style.number_cell if right else style.cell
    if name not in item:
        return element("td", element("span", ABSENT, title="absent", style=style.quiet), style=look)
    parts = [value_html(item[name])]
    if len(types) > 1:
        code = type_code(item[name])
        small = style.css(font_size="11px", opacity=style.QUIET)
        parts += [Html(" "), element("span", code, title=type_words(code), style=small)]
    return element("td", join(parts), style=look)


def _cell_text(item: Mapping[str, Any], name: str, types: list[str]) -> str:
    if name not in item:
        return ABSENT
    text = shorten(label(item[name]), LONGEST)
    return text if len(types) < 2 else f"{text} {type_code(item[name])}"


def absent_note(items: Sequence[Mapping[str, Any]]) -> str:
    """What the dash means, where there is one."""
    names = {name for item in items for name in item}
    return f"{ABSENT} the item has no such attribute" if any(names - item.keys() for item in items) else ""


def note_html(*notes: str) -> Html:
    """Small print under a picture; nothing where there is none to make."""
    look = style.css(font_size="12px", opacity=style.QUIET, padding="6px 0 0 0")
    return join(element("div", note, style=look) for note in notes if note)


def with_notes(text: str, *notes: str) -> str:
    """The same under a plain-text form."""
    return "\n".join([text, *(note for note in notes if note)])

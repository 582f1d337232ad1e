"""Items side by side: as cards, which show how their shapes differ, and as the rows of a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from . import style
from .picture import Html, Picture, element, join, picture
from .sources import MOST, counted, key_sentence, left_out, read
from .tables import LONGEST, absent_note, code_html, item_table, note_html, value_html, with_notes
from .texts import text_table
from .values import attribute_order, label, shorten, type_code, type_words, visible

EVERY, SOME = "in every item", "only in some"


def rows(source: Any, key: Iterable[str] = (), most: int = MOST) -> Picture:
    """Items as rows, as the console shows them: keys first, one column an attribute, a dash where one is absent.

    source: a small boto3 Table, which is scanned and brings its own key, or a list of items (from a resource or a
    client). key: the key attributes, partition key first, where the source is a list. most: rows drawn.
    """
    items, roles = read(source, key)
    drawn = items[:most]
    names = attribute_order(drawn, roles)
    alt = f"{counted(len(items), 'item')} as rows, {counted(len(names), 'attribute')} as columns"
    alt = f"{alt}; {key_sentence(roles)}." if roles else f"{alt}."
    if not drawn:
        return picture(alt, "", note_html(alt))
    html, text = item_table(drawn, roles)
    notes = left_out(len(items), most), absent_note(drawn)
    return picture(alt, with_notes(text, *notes), html, note_html(*notes))


def cards(items: Any, key: Iterable[str] = ("customer_id", "product_id"), most: int = 12) -> Picture:
    """Items as cards: the key on top, then what every item has, then what only some have, and what is absent.

    items: a list of items, or a small boto3 Table. key: the key attributes, partition key first; those that no item
    has are ignored. most: cards drawn.
    """
    items, roles = read(items, key)
    drawn = items[:most]
    names = attribute_order(drawn, roles)
    roles = {name: role for name, role in roles.items() if name in names}
    everywhere = {name for name in names if all(name in item for item in drawn)}
    groups = {name: roles.get(name) or (EVERY if name in everywhere else SOME) for name in names}
    if len(drawn) == 1:
        groups = {name: roles.get(name, "attribute") for name in names}
    alt = f"{counted(len(items), 'item')} as cards"
    alt = f"{alt}; {key_sentence(roles)}." if roles else f"{alt}."
    note = left_out(len(items), most)
    look = style.css(display="flex", flex_wrap="wrap", gap="14px", align_items="flex-start", padding="2px")
    html = element("div", *(_card(item, groups) for item in drawn), style=look)
    text = "\n\n".join(_card_text(item, groups) for item in drawn)
    return picture(alt, with_notes(text, note), html, note_html(note))


_HUES = {"partition key": style.KEY, "sort key": style.SORT, EVERY: style.SHARED, SOME: style.OWN}


def _card(item: Mapping[str, Any], groups: Mapping[str, str]) -> Html:
    lines, last = [], None
    for name, group in _in_groups(item, groups):
        if group != last and group in (EVERY, SOME):
            lines.append(_group_line(group))
        last = group
        lines.append(_attribute(name, item[name], group))
    missing = [name for name in groups if name not in item]
    look = style.css(
        border=f"1px solid {style.tint(style.GREY, style.LINE)}", border_top=f"3px solid {style.KEY}",
        border_radius="5px", padding="8px 12px 10px 12px", max_width="100%", overflow_x="auto",
    )  # fmt: skip
    absent = (
        [note_html("absent: " + ", ".join(shorten(visible(name)) for name in missing))] if missing else []
    )
    return element("div", element("table", element("tbody", *lines), style=style.table), *absent, style=look)


def _in_groups(item: Mapping[str, Any], groups: Mapping[str, str]) -> list[tuple[str, str]]:
    rank = {group: place for place, group in enumerate((*_HUES, "attribute"))}
    present = [(name, group) for name, group in groups.items() if name in item]
    return sorted(present, key=lambda pair: rank[pair[1]])


_FLAT = "text-align:left;vertical-align:baseline;line-height:1.5;border:none"


def _group_line(group: str) -> Html:
    look = style.css(padding="7px 0 2px 0", font_size="11px", font_weight=400, white_space="nowrap")
    words = element("span", group, style=style.quiet)
    return element("tr", element("th", words, colspan=3, style=f"{_FLAT};{look}"), style=style.row)


def _attribute(name: str, value: Any, group: str) -> Html:
    edge = "dashed" if group == SOME else "solid"
    hue = _HUES.get(group, style.GREY)
    is_key = group in ("partition key", "sort key")
    named = style.css(padding="2px 14px 2px 8px", border_left=f"3px {edge} {hue}", white_space="nowrap")
    weight = style.css(font_weight=600 if is_key else 400)
    code = type_code(value)
    small = element(
        "span", code, title=type_words(code), style=style.css(font_size="11px", opacity=style.QUIET)
    )
    role = join([Html(" "), element("span", group, style=style.chip(hue))]) if is_key else ""
    return element(
        "tr",
        element("th", code_html(visible(name), 32), scope="row", style=f"{_FLAT};{named};{weight}"),
        element("td", value_html(value), style=f"{_FLAT};padding:2px 14px 2px 0;white-space:nowrap"),
        element("td", small, role, style=f"{_FLAT};padding:2px 0;white-space:nowrap"),
        style=style.row,
    )


def _card_text(item: Mapping[str, Any], groups: Mapping[str, str]) -> str:
    lines = [
        [shorten(visible(name), 32), shorten(label(item[name]), LONGEST), type_code(item[name]), "" if group == "attribute" else group]
        for name, group in _in_groups(item, groups)
    ]  # fmt: skip
    missing = [shorten(visible(name)) for name in groups if name not in item]
    absent = "absent: " + ", ".join(missing) if missing else ""
    return with_notes(text_table(["attribute", "value", "type", "where"], lines), absent)

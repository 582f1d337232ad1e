"""Item collections: the items that share a partition key value, in the order of their sort key."""

from collections.abc import Mapping
from typing import Any

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted, left_out, read
from .tables import absent_note, code_html, item_table, note_html, with_notes
from .values import attribute_order, label, order, shorten, visible

MOST_BLOCKS, MOST_ITEMS = 12, 20


def collections(
    source: Any, partition_key: str | None = None, sort_key: str | None = None, most: int = MOST_ITEMS
) -> Picture:
    """One block a partition key value, its items in sort-key order: the order in which a Query returns them.

    source: a list of items, or a small boto3 Table, whose own key is taken where none is given. An index's keys do as
    well: items that lack one of them are not in the index, and the picture says how many. most: items drawn a block.
    Order: strings and binary by their bytes, numbers by value (Developer Guide, "Query").
    """
    items, roles = read(source)
    own = {role: name for name, role in roles.items()}
    if partition_key is None:
        partition_key, sort_key = own.get("partition key"), own.get("sort key")
    if partition_key is None:
        raise ValueError("which attribute is the partition key? collections(items, partition_key, sort_key)")
    keys = [name for name in (partition_key, sort_key) if name]
    roles = dict(zip(keys, ("partition key", "sort key"), strict=False))
    inside = [item for item in items if all(name in item for name in keys)]
    blocks: dict[tuple, list[dict[str, Any]]] = {}
    for item in inside:
        blocks.setdefault(order(item[partition_key]), []).append(item)
    if sort_key:
        for block in blocks.values():
            block.sort(key=lambda item: order(item[sort_key]))
    names = attribute_order(inside, [sort_key] if sort_key else [])
    alt = f"{counted(len(inside), 'item')} in {counted(len(blocks), 'item collection')} by partition key {shorten(visible(partition_key))}"
    alt = f"{alt}, each in the order of sort key {shorten(visible(sort_key))}." if sort_key else f"{alt}."
    outside = len(items) - len(inside)
    lacking = f"{counted(outside, 'item')} not drawn: without {' and '.join(shorten(visible(name)) for name in keys)} an item is in no collection here"
    more = (
        f"… and {counted(len(blocks) - MOST_BLOCKS, 'more item collection')}"
        if len(blocks) > MOST_BLOCKS
        else ""
    )
    notes = more, lacking if outside else "", next(filter(None, map(absent_note, blocks.values())), "")
    columns = [name for name in names if name != partition_key]
    drawn = [
        _block(
            partition_key,
            block,
            {name: role for name, role in roles.items() if name == sort_key},
            columns,
            most,
        )
        for block in list(blocks.values())[:MOST_BLOCKS]
    ]
    text = with_notes("\n\n".join(text for _, text in drawn), *notes)
    look = style.css(display="flex", flex_direction="column", align_items="flex-start")
    return picture(alt, text, element("div", *(html for html, _ in drawn), style=look), note_html(*notes))


def _block(
    partition_key: str, items: list[dict[str, Any]], roles: Mapping[str, str], columns: list[str], most: int
) -> tuple[Html, str]:
    """One collection: its partition key value once, then its items."""
    value, count = label(items[0][partition_key]), counted(len(items), "item")
    held = [name for name in columns if any(name in item for item in items)]
    more = left_out(len(items), most)
    head = element(
        "div",
        code_html(f"{visible(partition_key)} = {value}", 60, f"{style.nowrap};font-weight:600;font-size:13px"),
        Html(" "), element("span", "partition key", style=style.chip(style.KEY)),
        Html(" "), element("span", count, style=style.quiet),
        style=style.css(padding="0 0 4px 0", white_space="nowrap"),
    )  # fmt: skip
    look = style.css(
        border_left=f"4px solid {style.KEY}", background=style.tint(style.KEY, 0.06), padding="8px 14px 10px 14px",
        margin="0 0 12px 0", border_radius="0 5px 5px 0", overflow_x="auto",
        box_sizing="border-box", max_width="100%",
    )  # fmt: skip
    title = f"{shorten(f'{visible(partition_key)} = {value}', 60)}  {count}"
    if not held:
        return element("div", head, note_html(more), style=look), with_notes(title, more)
    table, text = item_table(items[:most], roles, held)
    return element("div", head, table, note_html(more), style=look), with_notes(f"{title}\n{text}", more)

"""One item three ways: the typed JSON that crosses the wire, the Python values that boto3 makes of it, a table row."""

from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from json import dumps
from typing import Any

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted
from .tables import item_table
from .values import order, plain, raw_bytes, shorten, visible

LONGEST = 40  # characters of a string inside the JSON and the Python form


def three_ways(item: Mapping[str, Any]) -> Picture:
    """The same item as typed JSON, as Python values, and as a row. Long strings are shortened in all three.

    item: as boto3's resource or its client gives it. A value that boto3 cannot send, such as a float, raises TypeError.
    """
    from boto3.dynamodb.types import TypeSerializer

    item = plain(item)
    wire = {name: _wire(TypeSerializer().serialize(value)) for name, value in item.items()}
    on_the_wire = _lines((_json(name), _json(value)) for name, value in wire.items())
    in_python = _lines((repr(name), python(value)) for name, value in item.items())
    row, row_text = item_table([item], {})
    alt = f"One item of {counted(len(item), 'attribute')} three ways: typed JSON, Python values, a table row."
    titles = (
        "1 · On the wire: typed JSON",
        "2 · In Python: what boto3's resource gives",
        "3 · In a table: one row",
    )
    text = "\n\n".join(f"{title}\n{body}" for title, body in zip(titles, (on_the_wire, in_python, row_text), strict=True))  # fmt: skip
    panels = zip(titles, (_pre(on_the_wire), _pre(in_python), row), strict=True)
    look = style.css(display="flex", flex_wrap="wrap", gap="10px", align_items="stretch", padding="1px")
    return picture(alt, text, element("div", *(_panel(*panel) for panel in panels), style=look))


def python(value: Any) -> str:
    """The value as one types it: Decimal("12.5"), b"…", sets in order."""
    if isinstance(value, str):
        return visible(repr(shorten(value, LONGEST)))
    if isinstance(value, Decimal):
        return f"Decimal('{value}')"
    raw = raw_bytes(value)
    if raw is not None:
        return shorten(repr(raw), LONGEST)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {python(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(python(part) for part in value) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(python(part) for part in sorted(value, key=order)) + "}"
    return repr(value)


def _wire(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the SDK writes: binary in base64, sets as lists; in order, and shortened."""
    ((code, content),) = typed.items()
    if code == "M":
        return {code: {name: _wire(part) for name, part in content.items()}}
    if code == "L":
        return {code: [_wire(part) for part in content]}
    if code in ("SS", "NS", "BS"):
        members = sorted(content, key=(lambda text: Decimal(text)) if code == "NS" else order)
        return {code: [_leaf(member) for member in members]}
    return {code: _leaf(content)}


def _leaf(content: Any) -> Any:
    raw = raw_bytes(content)
    if raw is not None:
        content = b64encode(raw).decode("ascii")
    return shorten(content, LONGEST) if isinstance(content, str) else content


def _json(value: Any) -> str:
    return visible(dumps(value, ensure_ascii=False))


def _lines(pairs) -> str:
    """Braces around one line an attribute."""
    return "{\n" + ",\n".join(f"  {name}: {value}" for name, value in pairs) + "\n}"


def _pre(text: str) -> Html:
    look = style.css(
        font_family=style.MONO, font_size="12px", line_height="1.5", margin=0, white_space="pre", overflow_x="auto",
        background="transparent", padding=0,
    )  # fmt: skip
    return element("pre", text, style=look)


def _panel(title: str, body: Html) -> Html:
    look = style.css(
        border=style.line,
        border_radius="5px",
        padding="8px 14px 10px 14px",
        max_width="100%",
        box_sizing="border-box",
        overflow_x="auto",
    )
    head = element("div", title, style=style.css(font_weight=600, padding="0 0 5px 0"))
    return element("div", head, body, style=look)

"""An item before and after a write: which paths were added, removed or changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted
from .tables import code_html
from .texts import ABSENT, text_table
from .values import label, literal, plain, shorten, type_code, visible

SIGNS = {"added": "+", "removed": "−", "changed": "~", "same": " "}
_HUES = {"added": style.ADDED, "removed": style.REMOVED, "changed": style.CHANGED}
_NOTHING = object()
LONGEST = 32


def before_after(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Picture:
    """The item before and after, one line a path, each marked added, removed, changed or same.

    Maps and lists are compared inside: address.city, tags[2]. None stands for an item that is not there.
    """
    before, after = plain(old or {}), plain(new or {})
    found = list(changes(before, after))
    counts = {
        kind: sum(1 for change in found if change[1] == kind) for kind in ("added", "removed", "changed")
    }
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "nothing changed"
    if old is None and new is not None:
        told = f"the item is new, {counted(len(after), 'attribute')}"
    if new is None and old is not None:
        told = f"the item is gone, {counted(len(before), 'attribute')}"
    alt = f"An item before and after: {told}."
    heads = ["", "path", "before", "after"]
    if not found:
        return picture(alt, "", element("div", alt))
    written = [(path, kind, *_texts(was, now)) for path, kind, was, now in found]
    text = text_table(
        heads,
        [
            [
                f"{SIGNS[kind]} {kind}",
                shorten(path, LONGEST),
                *(shorten(text or ABSENT, LONGEST) for text in texts),
            ]
            for path, kind, *texts in written
        ],
    )
    cells = [element("th", head, scope="col", style=style.head) for head in heads]
    table = element(
        "table",
        element("thead", element("tr", *cells, style=style.row)),
        element("tbody", *(_line(*change) for change in written)),
        style=style.table,
    )
    return picture(alt, text, table)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, Any, Any]]:
    """(path, "added" | "removed" | "changed" | "same", value before, value after), in the item's own order."""
    return list(_maps("", before, after))


def _maps(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any, Any]]:
    for name in dict.fromkeys([*before, *after]):
        here = f"{path}.{_step(name)}" if path else _step(name)
        yield from _values(here, before.get(name, _NOTHING), after.get(name, _NOTHING))


def _values(path: str, was: Any, now: Any) -> Iterator[tuple[str, str, Any, Any]]:
    if was is _NOTHING or now is _NOTHING:
        yield path, "added" if was is _NOTHING else "removed", was, now
    elif same(was, now):
        yield path, "same", was, now
    elif type_code(was) == type_code(now) == "M" and was and now:
        yield from _maps(path, was, now)
    elif type_code(was) == type_code(now) == "L" and was and now:
        for place in range(max(len(was), len(now))):
            old = was[place] if place < len(was) else _NOTHING
            new = now[place] if place < len(now) else _NOTHING
            yield from _values(f"{path}[{place}]", old, new)
    else:
        yield path, "changed", was, now


def same(one: Any, other: Any) -> bool:
    """Equal as DynamoDB sees it: 1 and 1.0 are, 1 and true are not. The order of a map's names does not count."""
    if type_code(one) != type_code(other):
        return False
    if type_code(one) == "M":
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if type_code(one) == "L":
        return len(one) == len(other) and all(map(same, one, other))
    return literal(one) == literal(other) or one == other


def _step(name: str) -> str:
    """A name in a path; quoted where its own dots or brackets would read as steps."""
    return f'"{visible(name)}"' if any(c in name for c in '.[]"') or not name else visible(name)


_CLOSE = style.css(padding_top="2px", padding_bottom="2px")  # what stayed the same steps back


def _texts(was: Any, now: Any) -> list[str | None]:
    """Both values written; None for one that is absent. Strings are quoted where the type itself changed."""
    there = [value for value in (was, now) if value is not _NOTHING]
    write = literal if len({type_code(value) for value in there}) > 1 else label
    return [None if value is _NOTHING else write(value) for value in (was, now)]


def _line(path: str, kind: str, was: str | None, now: str | None) -> Html:
    if kind == "same":
        looks, ground, weight, sign = f"{style.cell};{style.quiet};{_CLOSE}", style.row, "", "same"
    else:
        looks, weight = style.cell, ";font-weight:600"
        ground = style.css(background=style.tint(_HUES[kind], 0.1), text_align="left")
        sign = element("span", f"{SIGNS[kind]} {kind}", style=style.chip(_HUES[kind]))
    edge = style.css(
        border_left=f"3px solid {_HUES.get(kind, style.tint(style.GREY, 0.3))}", padding_left="8px"
    )
    struck = "" if kind == "same" else ";text-decoration:line-through"
    return element(
        "tr",
        element("td", sign, style=f"{looks};{edge}"),
        element(
            "th",
            code_html(path, LONGEST, style.nowrap + weight),
            scope="row",
            style=f"{looks};font-weight:400",
        ),
        element("td", _value(was, struck), style=looks),
        element("td", _value(now, weight), style=looks),
        style=ground,
    )


def _value(text: str | None, mark: str) -> Html:
    if text is None:
        return element("span", ABSENT, title="absent", style=style.quiet)
    return code_html(text, LONGEST, style.nowrap + mark)

"""A transaction's verdict, item by item: which condition failed, which items were innocent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted
from .tables import code_html, with_notes
from .texts import text_table
from .values import label, literal, plain, shorten, visible, width_of

LONGEST, WHY = 36, 160  # characters of an item, of a reason
INNOCENT = "nothing wrong with this one"

# What became of an action: a sign and a hue for each. The word says it too.
_VERDICTS = {
    "applied": ("✓", style.GOOD),
    "read": ("✓", style.GOOD),
    "failed": ("✕", style.BAD),
    "not applied": ("–", style.IDLE),
    "not tried": ("–", style.IDLE),
}


def transaction(outcome: Any, actions: Sequence[Mapping[str, Any]]) -> Picture:
    """What became of each action of a TransactWriteItems (or TransactGetItems) call.

    outcome: None or the response, when it succeeded; the exception that boto3 raised; or its CancellationReasons.
    actions: the TransactItems of the request. The reasons come in the same order, with the code "None" for an action
    that had nothing wrong (API Reference, "TransactWriteItems").
    """
    reasons, refusal = _reasons(outcome)
    if reasons and len(reasons) != len(actions):
        raise ValueError(
            f"{len(reasons)} reasons for {len(actions)} actions: these are not of the same request"
        )
    told = [
        _told(action, reason, refusal)
        for action, reason in zip(actions, reasons or [None] * len(actions), strict=True)
    ]
    failed = sum(1 for _, _, verdict, _ in told if verdict == "failed")
    alt = f"A transaction of {counted(len(told), 'action')}"
    if refusal:
        alt += f", refused as a whole: {visible(refusal)}."
    elif reasons:
        alt += f", cancelled: {failed} failed, so none was applied."
    else:
        alt += ", all done together."
    rows = [[str(number), *columns[:3]] for number, columns in enumerate(told, 1)]
    heads = ["#", "action", "item", "verdict"]
    text = text_table(heads, [[*row[:2], shorten(row[2], LONGEST), row[3]] for row in rows])
    whys = [
        f"why {number} failed: {shorten(why, WHY)}"
        for number, (_, _, verdict, why) in enumerate(told, 1)
        if verdict == "failed"
    ]
    if any(why for *_, why in told):
        heads.append("why")
    cells = [element("th", head, scope="col", style=style.head) for head in heads]
    table = element(
        "table",
        element("caption", alt, style=style.caption),
        element("thead", element("tr", *cells, style=style.row)),
        element("tbody", *(_row(*row, why if "why" in heads else None) for row, (*_, why) in zip(rows, told, strict=True))),
        style=style.table,
    )  # fmt: skip
    if INNOCENT in (why for *_, why in told):
        whys.append(f"not applied: {INNOCENT}")
    return picture(alt, with_notes(text, *whys), table)


def _reasons(outcome: Any) -> tuple[list[Mapping[str, Any]], str]:
    """The cancellation reasons, or the name of an error that has none: refused before any item was looked at."""
    response = getattr(outcome, "response", outcome)
    if isinstance(response, Mapping):
        reasons = list(response.get("CancellationReasons") or [])
        return reasons, "" if reasons else str(response.get("Error", {}).get("Code", ""))
    if isinstance(outcome, BaseException):
        return [], type(outcome).__name__
    return list(outcome or []), ""


def _told(
    action: Mapping[str, Any], reason: Mapping[str, Any] | None, refusal: str
) -> tuple[str, str, str, str]:
    """(action, item, verdict, why) in words."""
    ((operation, request),) = action.items()
    named = plain(request.get("Key") or request.get("Item") or {})
    parts = [f"{visible(name)} {label(value)}" for name, value in list(named.items())[:2]]
    item = ", ".join(parts)
    if "Item" in request and width_of(item) > LONGEST:  # what follows the first attribute need not be key
        item = parts[0]
    what = visible(f"{operation} {request.get('TableName', '')}".rstrip())
    if refusal:
        return what, item, "not tried", ""
    if reason is None:
        return what, item, "read" if operation == "Get" else "applied", ""
    code = reason.get("Code", "None")
    if code == "None":
        return what, item, "not applied", INNOCENT
    why = code
    if code == "ConditionalCheckFailed":
        why = f"condition false: {_condition(request)}"
    elif reason.get("Message"):
        why = f"{code}: {reason['Message']}"
    if reason.get("Item"):
        held = ", ".join(f"{visible(name)} {label(value)}" for name, value in plain(reason["Item"]).items())
        why += f"; the item holds {held}"
    return what, item, "failed", visible(why)


def _condition(request: Mapping[str, Any]) -> str:
    """The condition with what its placeholders stand for."""
    names = request.get("ExpressionAttributeNames") or {}
    values = plain(request.get("ExpressionAttributeValues") or {})

    def meaning(placeholder: re.Match) -> str:
        word = placeholder[0]
        return (
            str(names.get(word, word))
            if word[0] == "#"
            else literal(values[word])
            if word in values
            else word
        )

    return re.sub(r"[:#][A-Za-z0-9_]+", meaning, str(request.get("ConditionExpression", "its condition")))


def _row(number: str, what: str, item: str, verdict: str, why: str | None) -> Html:
    sign, colour = _VERDICTS[verdict]
    ground = f"background:{style.tint(colour, 0.1)};text-align:left" if verdict == "failed" else style.row
    wide = f"{style.cell};white-space:normal;max-width:30em"
    cells = [
        element("th", number, scope="row", style=f"{style.cell};font-weight:400;padding:5px 12px 5px 6px"),
        element("td", element("strong", what), style=style.cell),
        element("td", code_html(item, LONGEST), style=style.cell),
        element("td", element("span", f"{sign} {verdict}", style=style.badge(colour)), style=style.cell),
    ]
    if why is not None:
        shown = (
            element("span", why, style=style.quiet)
            if verdict != "failed"
            else code_html(why, WHY, style.code)
        )
        cells.append(element("td", shown, style=wide))
    return element("tr", *cells, style=ground)

"""A transaction's verdict, item by item: which condition failed, which items were innocent."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import style
from .picture import Html, Picture, element, picture
from .sources import counted
from .tables import code_html
from .texts import text_table
from .values import label, plain, visible

LONGEST = 34


def transaction(outcome: Any, actions: Sequence[Mapping[str, Any]]) -> Picture:
    """What became of each action of a TransactWriteItems (or TransactGetItems) call.

    outcome: None or the response, when it succeeded; the exception that boto3 raised; or its CancellationReasons.
    actions: the TransactItems of the request, in the same order.
    """
    reasons, refusal = _reasons(outcome)
    lines = [_told(action, reason, refusal) for action, reason in _pairs(actions, reasons)]
    guilty = sum(1 for line in lines if line[3] == "failed")
    total = counted(len(lines), "action")
    if refusal:
        alt = f"A transaction of {total}, refused as a whole: {refusal}."
    elif reasons:
        alt = f"A transaction of {total}, cancelled: {guilty} failed, so none was applied."
    else:
        alt = f"A transaction of {total}, all applied together."
    heads = ["#", "action", "item", "verdict", "why"]
    body = [[str(number), *line] for number, line in enumerate(lines, 1)]
    cells = [element("th", head, scope="col", style=style.head) for head in heads]
    table = element(
        "table",
        element("caption", alt, style=style.caption),
        element("thead", element("tr", *cells, style=style.row)),
        element("tbody", *(_row(*line) for line in body)),
        style=style.table,
    )
    return picture(alt, text_table(heads, body), table)


def _reasons(outcome: Any) -> tuple[list[Mapping[str, Any]], str]:
    """The cancellation reasons, and the name of an error that has none: refused before any item was looked at."""
    response = getattr(outcome, "response", outcome)
    if isinstance(response, Mapping):
        reasons = list(response.get("CancellationReasons") or [])
        return reasons, "" if reasons else str(response.get("Error", {}).get("Code", ""))
    if isinstance(outcome, BaseException):
        return [], type(outcome).__name__
    return list(outcome or []), ""


def _pairs(actions: Sequence[Mapping[str, Any]], reasons: Sequence[Mapping[str, Any]]) -> list[tuple]:
    if reasons and len(reasons) != len(actions):
        raise ValueError(
            f"{len(reasons)} reasons for {len(actions)} actions: these are not of the same request"
        )
    return list(zip(actions, reasons or [None] * len(actions), strict=True))


def _told(action: Mapping[str, Any], reason: Mapping[str, Any] | None, refusal: str) -> list[str]:
    """[action, item, verdict, why] in words, whole."""
    operation, request = next(iter(action.items()))
    named = plain(request.get("Key") or request.get("Item") or {})
    shown = ", ".join(f"{visible(name)} {label(value)}" for name, value in list(named.items())[:2])
    what = f"{operation} {request.get('TableName', '')}".rstrip()
    if refusal:
        return [what, shown, "not tried", refusal]
    if reason is None:
        return [what, shown, "applied", ""]
    code = reason.get("Code", "None")
    if code == "None":
        return [what, shown, "not applied", "nothing wrong with this one"]
    why = (
        code
        if code != "ConditionalCheckFailed"
        else f"condition: {request.get('ConditionExpression', 'failed')}"
    )
    if reason.get("Item"):
        why += "; the item is " + ", ".join(
            f"{visible(n)} {label(v)}" for n, v in plain(reason["Item"]).items()
        )
    elif code != "ConditionalCheckFailed" and reason.get("Message"):
        why += f": {reason['Message']}"
    return [what, shown, "failed", visible(why)]


_VERDICTS = {"applied": ("✓", style.GOOD), "failed": ("✕", style.BAD), "not applied": ("–", style.IDLE), "not tried": ("–", style.IDLE)}  # fmt: skip


def _row(number: str, what: str, item: str, verdict: str, why: str) -> Html:
    sign, colour = _VERDICTS[verdict]
    ground = f"background:{style.tint(colour, 0.1)};text-align:left" if verdict == "failed" else style.row
    wide = f"{style.cell};white-space:normal;max-width:26em"
    return element(
        "tr",
        element("th", number, scope="row", style=f"{style.cell};font-weight:400;padding:5px 12px 5px 6px"),
        element("td", element("strong", what), style=style.cell),
        element("td", code_html(item, 48), style=style.cell),
        element("td", element("span", f"{sign} {verdict}", style=style.badge(colour)), style=style.cell),
        element("td", code_html(why, 160, style.code) if verdict == "failed" else why, style=wide),
        style=ground,
    )

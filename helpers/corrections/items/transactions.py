"""TransactGetItems and TransactWriteItems: all or nothing, and once only for one ClientRequestToken."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ..errors import Refused
from ..requests.actions import check_action
from ..requests.groups import content_of
from .consumed import Bill
from .single import add_metrics, commit, plan, read

TOKEN_SECONDS = 600  # API TransactWriteItems: a token is remembered for ten minutes

# What a transaction reports as the reason of one action, for the error the action alone would have met.
REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "ValidationException": "ValidationError",
    "DuplicateItemException": "DuplicateItem",
}


def transact_get_items(request: dict, find: Callable[[str], Any]) -> dict:
    bill = Bill(request, "Read")
    gets = [action["Get"] for action in request["TransactItems"]]
    all_or_nothing(gets, lambda get: check_action("Get", get, find(get["TableName"])), first_only=True)
    answers = [read(get, find(get["TableName"]), bill) for get in gets]
    return bill.on({"Responses": answers}, several=True)


def transact_write_items(request: dict, find: Callable[[str], Any], memory: dict) -> dict:
    """memory: {ClientRequestToken: (when it is forgotten, what was asked)}, kept with the tables it speaks of."""
    actions = [next(iter(action.items())) for action in request["TransactItems"]]
    token, now = request.get("ClientRequestToken"), time.monotonic()
    asked = token and json.dumps(actions, sort_keys=True, default=lambda parsed: None)
    for known in [known for known, (forgotten, _) in memory.items() if forgotten <= now]:
        del memory[known]
    if token in memory:
        return replayed(request, actions, find, memory[token][1] == asked)

    def on_table(do: Callable) -> Callable:
        return lambda action: do(*action, find(action[1]["TableName"]))

    all_or_nothing(actions, on_table(check_action), first_only=True)
    bill = Bill(request, "Write")
    metrics: dict[str, list] = {}
    for planned, (_, one) in zip(all_or_nothing(actions, on_table(plan)), actions, strict=True):
        commit(planned, bill)
        add_metrics(metrics, planned, {**request, **one})
    if token:
        memory[token] = (now + TOKEN_SECONDS, asked)
    return bill.on({"ItemCollectionMetrics": metrics} if metrics else {}, several=True)


def replayed(request: dict, actions: list[tuple[str, dict]], find: Callable[[str], Any], same: bool) -> dict:
    """The answer to a token's second request: it costs reading the items (API, ClientRequestToken)."""
    if not same:
        raise Refused(
            "Request parameters do not match the original request for this client token.",
            "IdempotentParameterMismatchException",
        )
    bill = Bill(request, "Read")
    for _, one in actions:
        read({"Key": content_of(one)}, find(one["TableName"]), bill)
    return bill.on({}, several=True)


def reason(refused: Refused) -> dict:
    """As a transaction, or a batch of statements, tells why one of its parts was refused."""
    code = REASONS.get(refused.kind, refused.kind.removesuffix("Exception"))
    return {"Code": code, "Message": refused.message, **refused.fields}


def all_or_nothing(actions: list, prepare: Callable[[Any], Any], first_only: bool = False) -> list:
    """What `prepare` makes of each action; where one is refused, nothing but the reasons for all.

    first_only: what comes after the first that is refused is not looked at.
    """
    made, reasons = [], []
    for number, action in enumerate(actions):
        try:
            made.append(None if first_only and len(made) < number else prepare(action))
            reasons.append({"Code": "None"})
        except Refused as refused:
            reasons.append(reason(refused))
    if len(made) < len(actions):
        codes = ", ".join(reason["Code"] for reason in reasons)
        raise Refused(
            f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
            "TransactionCanceledException",
            CancellationReasons=reasons,
        )
    return made

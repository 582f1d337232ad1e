"""TransactGetItems and TransactWriteItems: all or nothing, and once only for one ClientRequestToken."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ..errors import Refused
from ..requests.actions import check_action
from .consumed import Bill
from .single import Plan, add_metrics, commit, plan, read

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
    all_or_nothing(gets, lambda get: check_action("Get", get, find(get["TableName"])))
    answers = [read(get, find(get["TableName"]), "transactional", bill) for get in gets]
    return bill.on({"Responses": answers}, several=True)


def transact_write_items(request: dict, find: Callable[[str], Any], memory: dict) -> dict:
    actions = [next(iter(action.items())) for action in request["TransactItems"]]

    def prepare(action: tuple[str, dict]) -> Plan:
        kind, one = action
        check_action(kind, one, find(one["TableName"]))
        return plan(kind, one, find(one["TableName"]))

    def execute() -> dict:
        bill = Bill(request, "Write")
        plans = all_or_nothing(actions, prepare)
        metrics: dict[str, list] = {}
        for planned, (_, one) in zip(plans, actions, strict=True):
            commit(planned, bill)
            add_metrics(metrics, planned, {**request, **one})
        return bill.on({"ItemCollectionMetrics": metrics} if metrics else {}, several=True)

    def again() -> dict:
        keys = [(find(one["TableName"]), one.get("Key") or one["Item"]) for _, one in actions]
        return replayed(request, keys, {})

    return once(request, memory, execute, again)


def all_or_nothing(actions: list, prepare: Callable[[Any], Any]) -> list:
    """What `prepare` makes of each action; where one is refused, nothing but the reasons for all."""
    made, reasons = [], []
    for action in actions:
        try:
            made.append(prepare(action))
            reasons.append({"Code": "None"})
        except Refused as refused:
            code = REASONS.get(refused.kind, refused.kind.removesuffix("Exception"))
            reasons.append({"Code": code, "Message": refused.message, **refused.fields})
    if len(made) < len(actions):
        codes = ", ".join(reason["Code"] for reason in reasons)
        raise Refused(
            f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
            "TransactionCanceledException",
            CancellationReasons=reasons,
        )
    return made


def replayed(request: dict, keys: list[tuple[Any, dict]], answer: dict) -> dict:
    """The answer to a token's second request: it costs reading the items (API, ClientRequestToken)."""
    bill = Bill(request, "Read")
    for table, key in keys:
        read({"Key": key}, table, "strong", bill)
    return bill.on(answer, several=True)


def once(request: dict, memory: dict, execute: Callable[[], dict], again: Callable[[], dict]) -> dict:
    """Execute, unless a request with the same token did: then answer what a replay costs.

    memory: {token: (when it is forgotten, what was asked)}, kept with the tables it speaks of.
    """
    given = request.get("ClientRequestToken")
    if not given:
        return execute()
    actions = request.get("TransactItems") or request["TransactStatements"]
    asked = json.dumps(actions, sort_keys=True, default=lambda parsed: None)
    now = time.monotonic()
    for known in [known for known, (forgotten, _) in memory.items() if forgotten <= now]:
        del memory[known]
    if given in memory:
        if memory[given][1] != asked:
            raise Refused(
                "Request parameters do not match the original request for this client token.",
                "IdempotentParameterMismatchException",
            )
        return again()
    answer = execute()
    memory[given] = (now + TOKEN_SECONDS, asked)
    return answer

"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, by way of the operations they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Refused, refuse_if
from ..expressions.conditions import Condition
from ..items.consumed import Bill
from ..items.single import commit, plan, read, returned
from ..items.transactions import all_or_nothing, reason, transact_get_items, transact_write_items
from ..keys import schema_of
from ..requests.actions import TOO_LARGE, check_action, check_size, existing, table_name
from ..requests.groups import content_of, place_of, refuse_twice
from ..values import checked_item
from .conditions import joined, taken
from .selects import check_key, select
from .statements import Statement, parse
from .tokens import Malformed

Find = Callable[[str], Any]

ACTIONS = {
    "SELECT": "Get", "INSERT": "Put", "UPDATE": "Update", "DELETE": "Delete", "EXISTS": "ConditionCheck",
}  # fmt: skip


def execute_statement(request: dict, find: Find) -> dict:
    statement = parsed(request)
    table = table_of(statement, find, "ExecuteStatement")
    if statement.kind == "SELECT":
        return select(statement, table, request)
    bill = Bill(request)
    found = run(*action(statement, table, request), table, bill)
    return bill.on({"Items": [found] if found else []})


def parsed(entry: dict) -> Statement:
    return parse(entry["Statement"], entry.get("Parameters"))


def table_of(statement: Statement, find: Find, operation: str) -> Any:
    """Its table, if the operation takes such a statement: a SELECT among others is for one item."""
    in_transaction, reads = operation == "ExecuteTransaction", statement.kind == "SELECT"
    checks = statement.kind == "EXISTS"
    refuse_if(checks and not in_transaction, "EXISTS can only be used in ExecuteTransaction write requests.")
    table = existing(table_name(statement.table), find)
    if operation == "ExecuteStatement":
        return table
    key, rest = key_of(statement, table)
    whole = len(key) == len(schema_of(table).names) and not statement.index
    no_condition = "EXISTS() must contain a single item read with additional condition"
    refuse_if(checks and not (whole and rest), no_condition)
    on_index = reads and statement.index and in_transaction
    refuse_if(on_index, "Reads on indices are not supported within transactions.")
    no_key = f"Select statements within {operation} must specify the primary key in the where clause."
    refuse_if(reads and (rest or not whole), no_key)
    returns = in_transaction and statement.returning != "NONE"
    refuse_if(returns, "RETURNING clause is not supported in ExecuteTransaction.")
    return table


# One item


def action(statement: Statement, table: Any, entry: dict) -> tuple[str, dict]:
    """The action of a transaction that a statement for one item is: ("Put", {"Item": ...})."""
    schema = schema_of(table)
    if statement.kind == "INSERT":
        item = checked_item(statement.item)
        for name in schema.names:
            refuse_if(name not in item, f"Key attribute should be present in the item: Key {name}")
        key, size = place_of(item, table), check_size(item, TOO_LARGE)
        one = {"Item": item, "size": size, "condition": Condition(_absent, ())}
    else:
        key, rest = key_of(statement, table)
        no_key = "Where clause does not contain a mandatory equality on all key attributes"
        refuse_if(len(key) < len(schema.names), no_key)
        one = {
            "Key": key,
            # A DELETE of nothing succeeds, whatever WHERE says (DG ql-reference.delete).
            "condition": joined(rest, of_nothing=statement.kind == "DELETE"),
            "update": statement.update,
            "projection": statement.columns,
        }
    for name, value in key.items():
        check_key(name, value, schema)
    one.update(TableName=table.name, ReturnValues=statement.returning)
    # With the entry itself: by it a transaction knows a request that it has seen before.
    return ACTIONS[statement.kind], {**entry, **one}


def _absent(item: dict) -> bool:
    refuse_if(item, "Duplicate primary key exists in table", "DuplicateItemException")
    return True


def key_of(statement: Statement, table: Any) -> tuple[dict, list]:
    """What WHERE says that the key equals, and the rest of it."""
    found, rest = taken(statement.where, dict.fromkeys(schema_of(table).names, ("EQ",)))
    return {name: values[0] for name, (_, values) in found.items()}, rest


def run(kind: str, one: dict, table: Any, bill: Bill) -> dict | None:
    """Do it, and give the item that is asked for."""
    check_action(kind, one, table)
    if kind == "Get":
        return read(one, table, bill).get("Item")
    planned = plan(kind, one, table)
    commit(planned, bill)
    return returned(planned, one)


# Several statements


def batch_execute_statement(request: dict, find: Find) -> dict:
    """Each statement for itself: what one is refused for is told in its place."""
    bill = Bill(request)

    def prepare(statement: Statement, entry: dict) -> tuple[str, dict, Any]:
        table = table_of(statement, find, "BatchExecuteStatement")
        return *action(statement, table, entry), table

    entries = request["Statements"]
    statements = [_attempt(parsed, entry) for entry in entries]
    kinds = {statement.kind == "SELECT" for statement, _ in statements if statement}
    refuse_if(len(kinds) > 1, "Read and write requests together in the same batch is not supported.")
    prepared = [
        _attempt(prepare, statement, entry) if statement else (None, error)
        for (statement, error), entry in zip(statements, entries, strict=True)
    ]
    places = [_place(*made) for made, _ in prepared if made]
    refuse_twice(places, "Provided list of item keys contains duplicates")
    responses = []
    for made, error in prepared:
        found, error = _attempt(run, *made, bill) if made else (None, error)
        told = {"TableName": made and made[1]["TableName"], "Item": found, "Error": error}
        responses.append({name: value for name, value in told.items() if value})
    return bill.on({"Responses": responses}, several=True)


def _attempt(do: Callable, *arguments) -> tuple[Any, dict | None]:
    """What it gives, or the error as a batch tells it."""
    try:
        return do(*arguments), None
    except Refused as refused:
        return None, reason(refused)


def _place(kind: str, one: dict, table: Any) -> list:
    return [table.name, place_of(content_of(one), table)]


def execute_transaction(request: dict, find: Find, memory: dict) -> dict:
    entries = request["TransactStatements"]
    statements = [_numbered(number, parsed, entry) for number, entry in enumerate(entries)]
    reads = {statement.kind == "SELECT" for statement in statements}
    mixed = "ExecuteTransaction API does not support both read and write operations in the same request."
    refuse_if(len(reads) > 1, mixed)
    tables = [
        _numbered(number, table_of, statement, find, "ExecuteTransaction")
        for number, statement in enumerate(statements)
    ]
    parts = list(zip(statements, tables, entries, strict=True))
    actions = all_or_nothing(parts, lambda part: action(*part))
    places = [_place(*made, table) for made, table in zip(actions, tables, strict=True)]
    refuse_twice(places, "Transaction request cannot include multiple operations on one item")
    asked = {**request, "TransactItems": [{kind: one} for kind, one in actions]}
    if reads == {True}:
        return transact_get_items(asked, find)
    answer = transact_write_items(asked, find, memory)
    return {"Responses": [], **answer}


def _numbered(number: int, do: Callable, *arguments) -> Any:
    """What it gives, or its refusal with the number of the statement; what is no statement has none."""
    try:
        return do(*arguments)
    except Refused as refused:
        if refused.kind == "ValidationException" and not isinstance(refused, Malformed):
            refused.message = f"Validation failed in TransactStatements[{number}]: {refused.message}"
        raise

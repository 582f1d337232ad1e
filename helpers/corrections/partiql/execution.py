"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, by way of the operations they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Refused
from ..expressions import updates
from ..items.consumed import Bill
from ..items.single import Plan, commit, plan, read, returned
from ..items.transactions import all_or_nothing, once, replayed
from ..requests.actions import check_item, table_name
from ..values import checked_item, comparable
from .selects import Columns, check_type, condition, equality, select, used
from .statements import Statement, parse

Find = Callable[[str], Any]

BATCH_CODES = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "ResourceNotFoundException": "ResourceNotFound",
    "ValidationException": "ValidationError",
}


def execute_statement(request: dict, find: Find) -> dict:
    statement = parse(request["Statement"], request.get("Parameters"))
    if statement.kind == "EXISTS":
        raise Refused("EXISTS can only be used in ExecuteTransaction write requests.")
    table = table_of(statement, find)
    if statement.kind == "SELECT":
        return select(statement, table, request)
    bill = Bill(request)
    return bill.on({"Items": write(statement, table, request, bill)})


def table_of(statement: Statement, find: Find) -> Any:
    table = find(table_name(statement.table))
    if table is None:
        raise Refused("Requested resource not found", "ResourceNotFoundException")
    if statement.kind in ("INSERT", "UPDATE", "DELETE") and statement.index:
        raise Refused("FROM clause may only contain a single table name in data manipulation statements")
    return table


# Writes


def write(statement: Statement, table: Any, request: dict, bill: Bill) -> list[dict]:
    """Do it, and what RETURNING asks for."""
    planned, asked = prepare(statement, table, request)
    commit(planned, bill)
    attributes = returned(planned, asked)
    return [attributes] if attributes else []


def prepare(statement: Statement, table: Any, request: dict) -> tuple[Plan, dict]:
    """The plan for an INSERT, UPDATE or DELETE, or for EXISTS; and the request it was made from."""
    asked = {"ReturnValues": statement.returning}
    asked["ReturnValuesOnConditionCheckFailure"] = request.get("ReturnValuesOnConditionCheckFailure")
    if statement.kind == "INSERT":
        return _insertion(statement, table, asked), asked
    asked["Key"], rest = key_of(statement, table)
    if statement.kind == "DELETE" and statement.returning not in ("NONE", "ALL_OLD"):
        raise Refused("Only RETURNING ALL OLD * is allowed in DELETE statements.")
    if statement.kind == "UPDATE":
        sections = [f"{section} {', '.join(actions)}" for section, actions in statement.actions.items()]
        text = " ".join(sections)
        asked["update"] = updates.update(text, *used(statement, text))
        for path in asked["update"].paths:
            if path[0] in table.table_key_attrs:
                raise Refused(
                    f"One or more parameter values were invalid: Cannot update attribute {path[0]}. "
                    "This attribute is part of the key"
                )
        # An UPDATE never makes an item.
        statement.names["#key"] = table.hash_key_attr
        rest = [["attribute_exists", "(", "#key", ")"], *rest]
    asked["condition"] = condition(statement, rest)
    if statement.kind == "EXISTS" and not rest:
        raise Refused("EXISTS() must contain a single item read with additional condition")
    kind = {"UPDATE": "Update", "DELETE": "Delete"}.get(statement.kind, "ConditionCheck")
    return plan(kind, asked, table), asked


def _insertion(statement: Statement, table: Any, asked: dict) -> Plan:
    item = asked["Item"] = checked_item(statement.item)
    _check_key({name: item[name] for name in table.table_key_attrs if name in item}, table)
    check_item(item, table, "Item size has exceeded the maximum allowed size")
    planned = plan("Put", asked, table)
    if planned.change.before:
        raise Refused("Duplicate primary key exists in table", "DuplicateItemException")
    return planned


def key_of(statement: Statement, table: Any) -> tuple[dict, list]:
    """The primary key that WHERE names, and the rest of its conjuncts."""
    key: dict = {}
    rest = []
    for part in statement.where:
        name, value = equality(statement, part)
        if name not in table.table_key_attrs:
            rest.append(part)
            continue
        if name in key:
            raise Refused(
                f"Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
            )
        key[name] = statement.values[value]
    if len(key) < len(table.table_key_attrs):
        raise Refused("Where clause does not contain a mandatory equality on all key attributes")
    _check_key(key, table)
    return key, rest


def _check_key(key: dict, table: Any) -> None:
    for name, kind in zip(table.table_key_attrs, (table.hash_key_type, table.range_key_type), strict=False):
        if name not in key:
            raise Refused(f"Key attribute should be present in the item: Key {name}")
        check_type(name, key[name], kind)
        if not comparable(key[name]) and kind != "N":
            raise Refused(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                f"contain an empty {'string' if kind == 'S' else 'binary'} value. Key: {name}"
            )


# Several statements


def batch_execute_statement(request: dict, find: Find) -> dict:
    """Each statement for itself: what one is refused for is told in its place."""
    bill = Bill(request)
    entries = request["Statements"]
    actions = [_attempt(parse, entry["Statement"], entry.get("Parameters")) for entry in entries]
    statements = [statement for statement, error in actions if not error]
    if len({statement.kind == "SELECT" for statement in statements}) > 1:
        raise Refused("Read and write requests together in the same batch is not supported.")
    _check_distinct(statements, find)
    responses = []
    for (statement, error), entry in zip(actions, entries, strict=True):
        response = {}
        if not error:
            found, error = _attempt(_one_of_batch, statement, find, entry, bill)
        if statement and not (error and error["Code"] == "ResourceNotFound"):
            response["TableName"] = statement.table
        if error:
            response["Error"] = error
        elif found:
            response["Item"] = found[0]
        responses.append(response)
    return bill.on({"Responses": responses}, several=True)


def _attempt(do: Callable, *arguments) -> tuple[Any, dict | None]:
    """What it gives, or the error as a batch tells it."""
    try:
        return do(*arguments), None
    except Refused as refused:
        code = BATCH_CODES.get(refused.kind, refused.kind)
        return None, {"Code": code, "Message": refused.message, **refused.fields}


def _one_of_batch(statement: Statement, find: Find, entry: dict, bill: Bill) -> list[dict]:
    table = table_of(statement, find)
    if statement.kind == "SELECT":
        return _single(statement, table, entry, bill)
    return write(statement, table, entry, bill)


def _check_distinct(statements: list[Statement], find: Find) -> None:
    """A batch may write an item once."""
    seen = []
    for statement in statements:
        table = find(table_name(statement.table))
        if statement.kind == "SELECT" or table is None:
            continue
        found, _ = _attempt(key_of, statement, table)
        item = found[0] if found else statement.item
        key = (table.name, [item.get(name) for name in table.table_key_attrs])
        if key in seen:
            raise Refused("Provided list of item keys contains duplicates")
        seen.append(key)


def _single(statement: Statement, table: Any, entry: dict, bill: Bill, consistency: Any = None) -> list[dict]:
    """The one item that a SELECT with a whole primary key finds."""
    try:
        key, rest = key_of(statement, table)
    except Refused:
        where = "BatchExecuteStatement" if bill.side is None else "ExecuteTransaction"
        raise Refused(
            f"Select statements within {where} must specify the primary key in the where clause."
        ) from None
    found = read({"Key": key}, table, consistency or entry.get("ConsistentRead"), bill)
    wanted = condition(statement, rest)
    if not found or (wanted and not wanted.matches(found["Item"])):
        return []
    return [Columns(statement.columns).of(found["Item"]) if statement.columns else found["Item"]]


def execute_transaction(request: dict, find: Find, memory: dict) -> dict:
    actions = []
    for entry in request["TransactStatements"]:
        statement = parse(entry["Statement"], entry.get("Parameters"))
        actions.append((statement, table_of(statement, find), entry))
    reads = [statement.kind == "SELECT" for statement, _, _ in actions]
    if any(reads) and not all(reads):
        raise Refused(
            "ExecuteTransaction API does not support both read and write operations in the same request."
        )
    for number, (statement, _, _) in enumerate(actions):
        if statement.returning != "NONE":
            _fail_in(number, "RETURNING clause is not supported in ExecuteTransaction.")

    def execute() -> dict:
        bill = Bill(request, "Write")
        plans = all_or_nothing(actions, lambda action: prepare(*action)[0])
        if len({(planned.table.name, planned.change.place) for planned in plans}) < len(plans):
            raise Refused("Transaction request cannot include multiple operations on one item")
        for planned in plans:
            commit(planned, bill)
        return bill.on({"Responses": []}, several=True)

    def read_all(consistency: str = "transactional") -> dict:
        bill = Bill(request, "Read")
        responses = []
        for number, (statement, table, entry) in enumerate(actions):
            try:
                found = _single(statement, table, entry, bill, consistency)
            except Refused as refused:
                _fail_in(number, refused.message)
            responses.append({"Item": found[0]} if found else {})
        return bill.on({"Responses": responses}, several=True)

    def again() -> dict:
        keys = [(table, statement.item or key_of(statement, table)[0]) for statement, table, _ in actions]
        return replayed(request, keys, {"Responses": []})

    return read_all() if all(reads) else once(request, memory, execute, again)


def _fail_in(number: int, message: str):
    raise Refused(f"Validation failed in TransactStatements[{number}]: {message}")

"""One item's request, alone or within a batch or a transaction: first by itself, then against its table."""

from helpers.rules import limits, wire_size

from .. import keys
from ..errors import missing_if, refuse_if
from ..values import Plain, checked_item
from .parameters import newer, older, refuse_mixing

ITEM_BYTES = limits.ITEM_MAX_BYTES
TOO_LARGE = "Item size has exceeded the maximum allowed size"
ACTIONS = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem",
    "PutRequest": "PutItem", "DeleteRequest": "DeleteItem",
}  # fmt: skip


def table_name(name: str) -> str:
    """The name of a table that may be given by its ARN: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME."""
    return name.partition(":table/")[2].partition("/")[0] or name if name.startswith("arn:") else name


def existing(name: str, describe):
    table = describe(name)
    missing_if(table is None)
    return table


def one_action(operation: str, one: dict) -> dict:
    """Everything that can be said of one action without its table."""
    refuse_mixing(operation, one)
    content = "Item" if operation == "PutItem" else "Key"
    one = {**one, content: checked_item(one[content])}
    allowed = {"PutItem": ("NONE", "ALL_OLD"), "DeleteItem": ("NONE", "ALL_OLD")}.get(operation)
    wrong = allowed and one.get("ReturnValues", "NONE") not in allowed
    refuse_if(wrong, "ReturnValues can only be ALL_OLD or NONE")
    if operation == "PutItem":
        one["size"] = check_size(one["Item"], TOO_LARGE)
    return {**one, **older(operation, one), **newer(one)}


def check_action(operation: str, one: dict, table) -> None:
    """What the keys of the table and its indexes reject. operation: also the name of a transaction's action."""
    operation = ACTIONS.get(operation, operation)
    if operation == "PutItem":
        keys.check_item(one["Item"], table)
        check_parts(one, table)
        return
    keys.check_key(one["Key"], table)
    if operation == "UpdateItem":
        keys.check_update(one["update"].paths, table)
        keys.check_index_keys(one["update"].given, table, "UpdateExpression" in one)
    check_parts(one, table)


def check_parts(one: dict, table) -> None:
    """Refuses expressions that reach into a key attribute."""
    for name in ("condition", "filter", "projection"):
        if one.get(name):
            keys.check_paths(one[name].paths, table)
    if one.get("update"):
        keys.check_paths(one["update"].mentioned, table)


def check_item(item: dict, table, message: str = TOO_LARGE) -> int:
    """Refuses an item that an update may not leave behind; its size in bytes."""
    keys.check_index_keys(item, table, updated=True, computed=True)
    return check_size(item, message)


def check_size(item: dict, message: str) -> int:
    size = item.size if item.__class__ is Plain else wire_size(item)
    refuse_if(size > ITEM_BYTES, message)
    return size

"""Batches and transactions: how many items, none of them twice, and each as it would be alone."""

from helpers.rules import limits, wire_size

from .. import keys
from ..errors import refuse_if
from ..values import SEVERAL, checked_item
from .actions import ACTIONS, check_parts, existing, one_action, table_name
from .parameters import newer, older, refuse_mixing

TWICE = "Provided list of item keys contains duplicates"


def batch_get(request: dict, describe) -> dict:
    asked = {table_name(name): one for name, one in request["RequestItems"].items()}
    count = sum(len(one["Keys"]) for one in asked.values())
    refuse_if(count > limits.BATCH_GET_MAX_ITEMS, "Too many items requested for the BatchGetItem call")
    for one in asked.values():
        refuse_mixing("GetItem", one)
    asked = {
        name: {**one, "Keys": list(map(checked_item, one["Keys"])), **older("GetItem", one), **newer(one)}
        for name, one in asked.items()
    }
    for one in asked.values():
        refuse_twice([sorted(key.items()) for key in one["Keys"]], TWICE)
    for name, one in asked.items():
        table = existing(name, describe)
        for key in one["Keys"]:
            keys.check_key(key, table)
        check_parts(one, table)
    return {**request, "RequestItems": asked}


def refuse_twice(places: list, message: str) -> None:
    refuse_if(len(set(map(repr, places))) < len(places), message)


def content_of(one: dict) -> dict:
    return one["Item"] if "Item" in one else one["Key"]


def place_of(content: dict, table) -> dict:
    """The key of an item, or of what should be one."""
    return {name: content[name] for name in keys.schema_of(table).names if name in content}


def batch_write(request: dict, describe) -> dict:
    asked = {
        table_name(name): list(map(batch_action, writes)) for name, writes in request["RequestItems"].items()
    }
    count = sum(map(len, asked.values()))
    refuse_if(count > limits.BATCH_WRITE_MAX_ITEMS, "Too many items requested for the BatchWriteItem call")
    for name, writes in asked.items():
        table, places = existing(name, describe), []
        for one in (one for write in writes for one in write.values()):
            # Of an item's key a batch says no more than of a key that does not fit.
            places.append(one["Key"] if "Key" in one else place_of(one["Item"], table))
            keys.check_key(places[-1], table)
            keys.check_index_keys(content_of(one), table)
        refuse_twice(places, TWICE)
    return {**request, "RequestItems": asked}


def batch_action(write: dict) -> dict:
    refuse_if(len(write) != 1, SEVERAL)
    return action_of(write)


def action_of(item: dict) -> dict:
    """{kind: one action}, as it would be alone."""
    ((kind, one),) = item.items()
    if "TableName" in one:
        one = {**one, "TableName": table_name(one["TableName"])}
    return {kind: one_action(ACTIONS.get(kind, kind), one)}


def transact_write(request: dict, describe) -> dict:
    for item in request["TransactItems"]:
        refuse_if(
            not item, "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
        )
        refuse_if(len(item) > 1, "TransactItems can only contain one of Check, Put, Update or Delete")
    return transaction(request, describe)


def transaction(request: dict, describe) -> dict:
    """Tables that exist, items that are named once, no empty keys. What else is wrong with a key is a reason."""
    actions = [action_of(item) for item in request["TransactItems"]]
    contents = [(one, content_of(one)) for item in actions for one in item.values()]
    size = sum(wire_size(content) for _, content in contents)
    refuse_if(
        size > limits.TRANSACTION_MAX_BYTES,
        f"Transaction payload size cannot exceed 4MB. Payload Size: {size}",
    )
    places = []
    for one, content in contents:
        table = existing(one["TableName"], describe)
        keys.check_no_empty_keys(content, table)
        places.append([one["TableName"], place_of(content, table)])
    refuse_twice(places, "Transaction request cannot include multiple operations on one item")
    return {**request, "TransactItems": actions}

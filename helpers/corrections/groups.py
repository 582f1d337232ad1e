"""Batches and transactions: how many items, none of them twice, and each as it would be alone."""

import json

from helpers.rules import wire_size

from . import keys
from .actions import ACTIONS, TOO_LARGE, check_parts, check_size, existing, one_action, table_name
from .errors import Refused
from .parameters import newer, older, refuse_mixing
from .values import checked_item

BATCH_GETS, BATCH_WRITES = 100, 25
TRANSACTION_BYTES = 4 * 1024 * 1024


def batch_get(request: dict, describe) -> dict:
    asked = {table_name(name): one for name, one in request["RequestItems"].items()}
    if sum(len(one["Keys"]) for one in asked.values()) > BATCH_GETS:
        raise Refused("Too many items requested for the BatchGetItem call")
    for one in asked.values():
        refuse_mixing("GetItem", one)
    asked = {
        name: {**one, "Keys": list(map(checked_item, one["Keys"])), **older("GetItem", one), **newer(one)}
        for name, one in asked.items()
    }
    for one in asked.values():
        check_duplicates(one["Keys"])
    for name, one in asked.items():
        table = existing(name, describe)
        for key in one["Keys"]:
            keys.check_key(key, table)
        check_parts(one, table)
    return {**request, "RequestItems": asked}


def check_duplicates(given: list) -> None:
    seen = [json.dumps(key, sort_keys=True) for key in given]
    if len(set(seen)) < len(seen):
        raise Refused("Provided list of item keys contains duplicates")


def batch_write(request: dict, describe) -> dict:
    asked = {table_name(name): writes for name, writes in request["RequestItems"].items()}
    asked = {name: [batch_action(write) for write in writes] for name, writes in asked.items()}
    if sum(map(len, asked.values())) > BATCH_WRITES:
        raise Refused("Too many items requested for the BatchWriteItem call")
    tables = {name: existing(name, describe) for name in asked}
    for name, writes in asked.items():
        table = tables[name]
        places = []
        for write in writes:
            if "PutRequest" in write:
                item = write["PutRequest"]["Item"]
                keys.check_item(item, table, batch=True)
                places.append({name: item[name] for name in keys.schema_of(table).names})
            else:
                keys.check_key(write["DeleteRequest"]["Key"], table)
                places.append(write["DeleteRequest"]["Key"])
        check_duplicates(places)
    return {**request, "RequestItems": asked}


def batch_action(write: dict) -> dict:
    if len(write) != 1:
        raise Refused(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    ((kind, one),) = write.items()
    content = "Item" if kind == "PutRequest" else "Key"
    one = {**one, content: checked_item(one[content])}
    if kind == "PutRequest":
        one["size"] = check_size(one["Item"], TOO_LARGE)
    return {kind: {**one, "condition": None}}


def transact_get(request: dict, describe) -> dict:
    actions = [{"Get": action_of("Get", item["Get"])} for item in request["TransactItems"]]
    check_actions(actions, describe)
    return {**request, "TransactItems": actions}


def transact_write(request: dict, describe) -> dict:
    actions = []
    for item in request["TransactItems"]:
        if not item:
            raise Refused(
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
            )
        if len(item) > 1:
            raise Refused("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, one),) = item.items()
        actions.append({kind: action_of(kind, one)})
    size = sum(wire_size(one.get("Item") or one["Key"]) for item in actions for one in item.values())
    if size > TRANSACTION_BYTES:
        raise Refused(f"Transaction payload size cannot exceed 4MB. Payload Size: {size}")
    check_actions(actions, describe)
    return {**request, "TransactItems": actions}


def action_of(kind: str, one: dict) -> dict:
    one = {**one, "TableName": table_name(one["TableName"])}
    return one_action(ACTIONS.get(kind, kind), one)


def check_actions(actions: list, describe) -> None:
    """Tables that exist, items that are named once, no empty keys. What else is wrong with a key is a reason."""
    places = []
    for item in actions:
        ((kind, one),) = item.items()
        table = existing(one["TableName"], describe)
        content = one["Item"] if kind == "Put" else one["Key"]
        keys.check_no_empty_keys(content, table)
        names = keys.schema_of(table).names
        places.append([one["TableName"], {name: content[name] for name in names if name in content}])
    seen = [json.dumps(place, sort_keys=True) for place in places]
    if len(set(seen)) < len(seen):
        raise Refused("Transaction request cannot include multiple operations on one item")

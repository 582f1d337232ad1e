"""Keys against a table's key schema: of items, of requests, of queries and of the indexes that an item enters.

Tables and indexes are moto's objects. Sources: API Reference (the operations' `Key`), Developer Guide "Constraints",
messages as the service gives them.
"""

from typing import NamedTuple

from helpers.rules import limits

from .errors import Refused, invalid, invalid_if, refuse_if
from .values import NO_VALUE, checked_item, comparable, kind_of

PARTITION_BYTES, SORT_BYTES = limits.PARTITION_KEY_MAX_BYTES, limits.SORT_KEY_MAX_BYTES
MISMATCH = "The provided key element does not match the schema"
INVALID_START = "The provided starting key is invalid"
# What an update's expression is told that puts too large, a wrong or an empty value into an index's key.
BEYOND = "The update expression attempted to update the secondary index key beyond allowed size limits"
UNSUPPORTED = "The update expression attempted to update the secondary index key to unsupported type"
UPDATER = "The update expression attempted to update a secondary index key to a value that is not supported. "


class Schema(NamedTuple):
    """partition, sort: the names of the key attributes. full: those of an index and of its table together.
    index: the index's name, empty for a table."""

    partition: tuple
    sort: tuple
    types: dict
    full: tuple
    index: str = ""

    @property
    def names(self) -> tuple:
        return self.partition + self.sort


def schema_of(table, index=None) -> Schema:
    """Made once, and again when the table's attribute definitions are others."""
    owner = index or table
    made_from, schema = owner.__dict__.get("key_schema", (None, None))
    if made_from is not table.attr:
        schema = _schema_of(table, index)
        owner.__dict__["key_schema"] = table.attr, schema
    return schema


def _schema_of(table, index=None) -> Schema:
    key_schema = (index or table).schema
    partition = tuple(key["AttributeName"] for key in key_schema if key["KeyType"] == "HASH")
    sort = tuple(key["AttributeName"] for key in key_schema if key["KeyType"] == "RANGE")
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    own = (key["AttributeName"] for key in table.schema)
    full = tuple(dict.fromkeys((*partition, *sort, *own)))
    return Schema(partition, sort, types, full, index.name if index else "")


def indexes_of(table) -> list:
    return [*table.indexes, *table.global_indexes]


def index_of(table, name: str):
    return next((index for index in indexes_of(table) if index.name == name), None)


def not_projected(attributes, schema: Schema, table) -> str:
    """Those of the attributes that an index does not hold, with commas; all are held by a table."""
    index = index_of(table, schema.index)
    if index is None or index.projection.get("ProjectionType") == "ALL":
        return ""
    held = {*schema.full, *index.projection.get("NonKeyAttributes", ())}
    return ", ".join(dict.fromkeys(name for name in attributes if name not in held))


# Items and keys


def check_key(key: dict, table) -> None:
    """A `Key`: exactly the key attributes, of the right types, neither empty nor too long."""
    schema = schema_of(table)
    fits = set(key) == set(schema.names) and all(schema.types[name] in key[name] for name in key)
    refuse_if(not fits, MISMATCH)
    check_content(key, schema)


def check_item(item: dict, table) -> None:
    """An item to be put."""
    schema = schema_of(table)
    for name in schema.names:
        kind = schema.types[name]
        if name not in item:
            raise invalid(f"Missing the key {name} in the item")
        if kind not in item[name]:
            raise invalid(f"Type mismatch for key {name} expected: {kind} actual: {kind_of(item[name])}")
    check_content(item, schema)
    check_index_keys(item, table)


def check_content(item: dict, schema: Schema) -> None:
    for name in schema.names:
        check_not_empty(name, item[name])
    if too_large := oversized(item, schema):
        raise invalid(too_large)


def oversized(item: dict, schema: Schema) -> str:
    """What is too large of the key in an item, which may lack parts of an index's."""
    for names, most, what in (
        (schema.partition, PARTITION_BYTES, "Size of hashkey has exceeded the maximum size limit of"),
        (schema.sort, SORT_BYTES, "Aggregated size of all range keys has exceeded the size limit of "),
    ):
        texts = [item[name] for name in names if name in item and "N" not in item[name]]
        if sum(len(comparable(text)) for text in texts) > most:
            return f"{what}{most} bytes"
    return ""


def check_not_empty(name: str, value: dict, index: str = "", updated: bool = False) -> None:
    """No key, of the table or of an index, has an empty value. updated: an update's expression gives it one."""
    if value.get("S", value.get("B", "not a text")):
        return
    who, where = "", f" Key: {name}"
    if index:
        who = "A value specified for a secondary index key is not supported. "
        where = f" IndexName: {index}, IndexKey: {name}"
    if updated:
        who, where = UPDATER, ""
    raise Refused(
        f"One or more parameter values are not valid. {who}The AttributeValue for a key attribute cannot contain "
        f"an empty {'binary' if 'B' in value else 'string'} value.{where}"
    )


def check_index_keys(item: dict, table, updated: bool = False, computed: bool = False) -> None:
    """An attribute that is an index's key must have its type: an item may lack it, not change it.

    updated: an update's expression sets these attributes. computed: it has, and the item is what came of it.
    """
    for index in sorted(indexes_of(table), key=lambda index: index.name):
        schema = schema_of(table, index)
        for name in schema.names:
            value, kind = item.get(name), schema.types[name]
            if value is None:
                continue
            if kind not in value:
                refuse_if(computed, UNSUPPORTED)
                raise invalid(
                    f"Type mismatch for Index Key {name} Expected: {kind} Actual: {kind_of(value)} "
                    f"IndexName: {schema.index}"
                )
            check_not_empty(name, value, schema.index, updated)
        if too_large := oversized(item, schema):
            raise Refused(BEYOND) if updated else invalid(too_large)


def check_no_empty_keys(item: dict, table) -> None:
    """The same for all keys of an item or a `Key` at once, whatever else is wrong with it but its types."""
    for index in (None, *indexes_of(table)):
        schema = schema_of(table, index)
        for name in schema.names:
            if schema.types[name] in item.get(name, ()):
                check_not_empty(name, item[name], schema.index)


def check_paths(paths, table) -> None:
    """A key attribute, of the table or of any index, has no parts, so no expression can name one."""
    parents = {path[0] for path in paths if len(path) > 1}
    scalars = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed:"
    for index in (None, *indexes_of(table)) if parents else ():
        for name in schema_of(table, index).names:
            refuse_if(name in parents, f"{scalars} {'IndexKey' if index else 'Key'}: {name}")


def check_update(paths, table) -> None:
    """An update must leave the key alone."""
    own = schema_of(table).names
    for name in (path[0] for path in paths):
        invalid_if(name in own, f"Cannot update attribute {name}. This attribute is part of the key")


# Queries


def checked_start(start: dict) -> dict:
    """ExclusiveStartKey with its values in DynamoDB's own form."""
    try:
        return checked_item(start)
    except Refused as refused:
        if refused.message in NO_VALUE:
            raise Refused(f"{INVALID_START}: {refused.message}") from None
        raise


def check_start(start: dict | None, name: str, schema: Schema) -> None:
    """ExclusiveStartKey is the key of the table, together with that of the index that is read."""
    if start is None:
        return
    refuse_if(len(start) != len(schema.full) or name not in start, INVALID_START)
    refuse_if(schema.types[name] not in start[name], MISMATCH)
    check_not_empty(name, start[name], schema.index)


def check_start_in_table(start: dict, table, of_index: bool) -> None:
    """An ExclusiveStartKey is the table's key, or that and more: of_index."""
    names = schema_of(table).names
    try:
        check_key({name: start[name] for name in names if name in start} if of_index else start, table)
    except Refused as refused:
        raise Refused(f"{INVALID_START}: {refused.message}") from None

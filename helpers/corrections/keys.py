"""Keys against a table's key schema: of items, of requests, of queries and of the indexes that an item enters.

Tables and indexes are moto's objects. Sources: API Reference (the operations' `Key`), Developer Guide "Constraints",
messages as the service gives them.
"""

from typing import NamedTuple

from .errors import Refused, invalid
from .values import NO_VALUE, checked_item, comparable, kind_of

PARTITION_BYTES, SORT_BYTES = 2048, 1024
MISMATCH = "The provided key element does not match the schema"
INVALID_START = "The provided starting key is invalid"
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
    if set(key) != set(schema.names) or any(schema.types[name] not in key[name] for name in key):
        raise Refused(MISMATCH)
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
    texts = {name: item[name] for name in schema.names if name in item and "N" not in item[name]}
    for names, most, what in (
        (schema.partition, PARTITION_BYTES, "Size of hashkey has exceeded the maximum size limit of"),
        (schema.sort, SORT_BYTES, "Aggregated size of all range keys has exceeded the size limit of "),
    ):
        if sum(len(comparable(texts[name])) for name in names if name in texts) > most:
            return f"{what}{most} bytes"
    return ""


def check_not_empty(name: str, value: dict, index: str = "", subject: str = "") -> None:
    """No key, of the table or of an index, has an empty value. subject: who tried, where it was not an item."""
    if value.get("S", value.get("B", "not a text")):
        return
    where = f" IndexName: {index}, IndexKey: {name}" if index else f" Key: {name}"
    if index and not subject:
        subject = "A value specified for a secondary index key is not supported. "
    raise Refused(
        f"One or more parameter values are not valid. {subject}The AttributeValue for a key attribute cannot contain "
        f"an empty {'binary' if 'B' in value else 'string'} value." + ("" if subject == UPDATER else where)
    )


def check_index_keys(item: dict, table, subject: str = "", updated: bool = False) -> None:
    """An attribute that is an index's key must have its type: an item may lack it, not change it.

    subject: as `check_not_empty` takes it. updated: the item is what an update made of its operands.
    """
    for index in sorted(indexes_of(table), key=lambda index: index.name):
        schema = schema_of(table, index)
        for name in schema.names:
            value = item.get(name)
            if value is None:
                continue
            if schema.types[name] not in value:
                if updated:
                    raise Refused(UNSUPPORTED)
                raise invalid(
                    f"Type mismatch for Index Key {name} Expected: {schema.types[name]} "
                    f"Actual: {kind_of(value)} IndexName: {index.name}"
                )
            check_not_empty(name, value, index.name, subject)
        if too_large := oversized(item, schema):
            raise Refused(BEYOND) if subject else invalid(too_large)


def check_no_empty_keys(item: dict, table) -> None:
    """The same for all keys of an item or a `Key` at once, whatever else is wrong with it but its types."""
    for index in (None, *indexes_of(table)):
        schema = schema_of(table, index)
        for name in schema.names:
            if schema.types[name] in item.get(name, ()):
                check_not_empty(name, item[name], index.name if index else "")


def check_paths(paths, table) -> None:
    """A key attribute, of the table or of any index, has no parts, so no expression can name one."""
    parents = {path[0] for path in paths if len(path) > 1}
    if not parents:
        return
    for what, source in (("Key", None), *(("IndexKey", index) for index in indexes_of(table))):
        for name in schema_of(table, source).names:
            if name in parents:
                raise Refused(
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                    f"{what}: {name}"
                )


def check_update(paths, table) -> None:
    """An update must leave the key alone."""
    own = schema_of(table).names
    for path in paths:
        if path[0] in own:
            raise invalid(f"Cannot update attribute {path[0]}. This attribute is part of the key")


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
    if len(start) != len(schema.full) or name not in start:
        raise Refused(INVALID_START)
    if schema.types[name] not in start[name]:
        raise Refused(MISMATCH)
    check_not_empty(name, start[name], schema.index)


def check_start_in_table(start: dict, table) -> None:
    """The part of an ExclusiveStartKey that is the table's key."""
    names = schema_of(table).names
    try:
        check_key({name: start[name] for name in names if name in start}, table)
    except Refused as refused:
        raise Refused(f"{INVALID_START}: {refused.message}") from None

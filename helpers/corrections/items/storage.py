"""Where items live: each table and each index is one sorted list, so a query is two bisections and a walk.

moto keeps items in a dict and searches all of them for a query. Here a place in a table is a tuple that
sorts as DynamoDB reads: a hash of the partition key first, so that a scan comes in an order that is stable and
not alphabetical, then the sort key. An index has the same with its own keys first and the table's after them.

An item is kept as the JSON text that an answer carries. A page is then put together without looking into its
items, an item takes a fifteenth of the memory of its dicts, and nobody can change what is stored.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, insort
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from helpers.rules import wire_size

from ..keys import Schema, oversized
from ..values import comparable

HASH_SPACE = 1 << 128


class Top:
    """Greater than everything: closes a range that has no upper end."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


TOP = Top()


class Entry:
    """An item as a table or an index holds it: its JSON, and its size in bytes as DynamoDB counts."""

    __slots__ = ("text", "size")

    def __init__(self, item: dict, size: int | None = None):
        self.text = encoded(item)
        self.size = wire_size(item) if size is None else size

    @property
    def item(self) -> dict:
        """A wire dict of the caller's own."""
        return json.loads(self.text)


encoded = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def token(values: list[dict]) -> bytes:
    """16 bytes that stand for a partition key's value: a place in the hash space of a scan."""
    return hashlib.blake2b(repr([comparable(value) for value in values]).encode(), digest_size=16).digest()


class Tree:
    """Entries in order. `partition` and `sort` are the names of the attributes that make the order."""

    def __init__(self, partition: list[str], sort: list[str]):
        self.partition, self.sort = partition, sort
        self.order: list[tuple] = []
        self.entries: dict[tuple, Entry] = {}

    def place(self, item: dict) -> tuple:
        """Where an item (or its key alone) stands: the hash of the partition key, then what it sorts by."""
        return (
            token([item[name] for name in self.partition]),
            *[comparable(item[name]) for name in self.sort],
        )

    def at(self, key: dict) -> Entry | None:
        return self.entries.get(self.place(key))

    def put(self, place: tuple, entry: Entry) -> None:
        if place not in self.entries:
            insort(self.order, place)
        self.entries[place] = entry

    def remove(self, place: tuple) -> None:
        if self.entries.pop(place, None):
            del self.order[bisect_left(self.order, place)]

    def between(self, low: tuple, high: tuple, after: tuple | None, forward: bool) -> Iterator[Entry]:
        """Entries from `low` up to, not including, `high`, in either direction, past the place `after`."""
        start, stop = bisect_left(self.order, low), bisect_left(self.order, high)
        if after is not None and forward:
            start = max(start, bisect_left(self.order, (*after, TOP)))
        elif after is not None:
            stop = min(stop, bisect_left(self.order, after))
        places = range(start, stop) if forward else range(stop - 1, start - 1, -1)
        return (self.entries[self.order[i]] for i in places)


class Index(Tree):
    """A secondary index: the items that have its key (of the right types and sizes), each cut down to what is projected."""

    def __init__(self, definition: Any, table: Tree, local: bool, types: dict[str, str]):
        names = [key["AttributeName"] for key in definition.schema]
        partition = [k["AttributeName"] for k in definition.schema if k["KeyType"] == "HASH"]
        sort = [name for name in names if name not in partition]
        # Items with equal index keys are told apart by the key that they have in the table.
        table_key = [*table.partition, *table.sort]
        super().__init__(partition, sort + [name for name in table_key if name not in names])
        self.schema = Schema(tuple(partition), tuple(sort), types, ())
        self.name, self.local, self.definition = definition.name, local, definition
        self.keys = {name: types[name] for name in names}
        self.key_names = list(dict.fromkeys([*names, *table_key]))
        self.projection = (definition.projection or {}).get("ProjectionType", "ALL")
        self.projected = {*self.key_names, *((definition.projection or {}).get("NonKeyAttributes") or ())}

    def project(self, item: dict | None) -> dict | None:
        """What of an item is in the index, None where it has no place there.

        A write is refused whose index key is empty or too long; a backfill passes over the items that have one.
        """
        if item is None or not all(item.get(name, {}).get(kind) for name, kind in self.keys.items()):
            return None
        if oversized(item, self.schema):
            return None
        if self.projection == "ALL":
            return item
        return {name: value for name, value in item.items() if name in self.projected}

    def put_projected(self, item: dict, entry: Entry) -> None:
        """item: as `project` gave it. entry: the table's, which serves for an index that projects all."""
        self.put(self.place(item), entry if self.projection == "ALL" else Entry(item))


class Change:
    """A write of one item: how it is kept, and the item itself, before and after. None: it is not there."""

    def __init__(self, place: tuple, before: Entry | None, after: Entry | None, new: dict | None):
        self.place, self.before, self.after, self.new = place, before, after, new

    @cached_property
    def old(self) -> dict | None:
        """Read only where somebody asks: a plain put does not."""
        return self.before and self.before.item


class Store:
    """The items of one table and its indexes. Stands where moto's Table keeps its `items`."""

    def __init__(self, partition: list[str], sort: list[str]):
        self.table = Tree(partition, sort)
        self.indexes: dict[str, Index] = {}
        self.size = 0

    def keep_up_with(self, definitions: list[tuple[Any, bool]], types: dict[str, str]) -> None:
        """Have exactly these indexes. One that is new is filled from the table, as a backfill does."""
        known, self.indexes = self.indexes, {}
        for definition, local in definitions:
            index = known.get(definition.name)
            if index is None or index.definition is not definition:
                index = Index(definition, self.table, local, types)
                for entry in self.table.entries.values():
                    if item := index.project(entry.item):
                        index.put_projected(item, entry)
            self.indexes[index.name] = index

    def write(self, change: Change) -> list[tuple[Index, dict | None, dict | None]]:
        """Do it. What it did to each index: the image before and after."""
        if change.after is None:
            self.table.remove(change.place)
        else:
            self.table.put(change.place, change.after)
        self.size += (change.after.size if change.after else 0) - (change.before.size if change.before else 0)
        images = []
        for index in self.indexes.values():
            old, new = index.project(change.old), index.project(change.new)
            if old and (new is None or index.place(old) != index.place(new)):
                index.remove(index.place(old))
            if new:
                index.put_projected(new, change.after)
            images.append((index, old, new))
        return images

    def __len__(self) -> int:
        return len(self.table.entries)

    def __deepcopy__(self, memo: dict) -> Store:
        # Entries never change, so a copy shares them. Indexes are built again for the copy's own definitions.
        copy = Store(self.table.partition, self.table.sort)
        copy.table.order, copy.table.entries = list(self.table.order), dict(self.table.entries)
        copy.size = self.size
        return copy

    def values(self) -> Iterator[Any]:
        """What moto sees: its `items` are {partition: {sort: item}}, or {partition: item} without sort key."""
        for place, entry in self.table.entries.items():
            item = MotoItem(entry, place)
            yield {place[1:]: item} if self.table.sort else item


class MotoItem:
    """The little that moto's backups and exports ask of an item."""

    def __init__(self, entry: Entry, place: tuple):
        self.entry, self.hash_key, self.range_key = entry, place[0], place[1:]

    def to_json(self, root_attr_name: str = "Attributes") -> dict:
        return {root_attr_name: self.entry.item}


def store_of(table: Any) -> Store:
    """The store of a moto Table, made at first sight (of whatever moto holds by then, after an import from S3)."""
    store = table.items
    if not isinstance(store, Store):
        held = [item.to_json()["Attributes"] for item in table.all_items()]
        store = Store([table.hash_key_attr], [table.range_key_attr] if table.range_key_attr else [])
        for item in held:
            store.write(Change(store.table.place(item), None, Entry(item), item))
        table.items = store
    if table.indexes or table.global_indexes or store.indexes:
        types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
        definitions = [(i, True) for i in table.indexes] + [(i, False) for i in table.global_indexes]
        store.keep_up_with(definitions, types)
    return store

"""Which items a call touches, and how it reads in a few words. What `race` needs to know of DynamoDB's API."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

ON_ONE_ITEM = {"GetItem": False, "PutItem": True, "UpdateItem": True, "DeleteItem": True}  # does it write?
READ_MANY = {"Query", "Scan"}

_typed = TypeSerializer().serialize
_untyped = TypeDeserializer().deserialize


@dataclass(frozen=True, order=True)
class Place:
    """Where an item stands: its table and its key. An empty key stands for every item of the table."""

    table: str
    key: tuple[tuple[str, str, Any], ...] = ()

    @property
    def label(self) -> str:
        """What a reader calls it: the key's values."""
        return " / ".join(str(value) for _, _, value in self.key) or f"all of {self.table}"

    def meets(self, other: "Place") -> bool:
        return self.table == other.table and (not self.key or not other.key or self.key == other.key)


@dataclass(frozen=True)
class Touch:
    """What a call reads and writes. `everything`: it cannot be told, so it meets every other call."""

    reads: frozenset[Place] = frozenset()
    writes: frozenset[Place] = frozenset()
    everything: bool = False

    def meets(self, other: "Touch") -> bool:
        """Whether the order of the two calls can matter: same item, and one of them writes it."""
        if self.everything or other.everything:
            return True
        pairs = [(self.writes, other.writes | other.reads), (self.reads, other.writes)]
        return any(a.meets(b) for ours, theirs in pairs for a in ours for b in theirs)


def touch(operation: str, parameters: Mapping[str, Any], keys) -> Touch:
    """keys: a function that gives the names of a table's key attributes, None for a table that is not there."""
    try:
        reads, writes = set(), set()
        for writing, place in _places(operation, parameters, keys):
            (writes if writing else reads).add(place)
    except (KeyError, TypeError, AttributeError, ValueError, StopIteration):
        return Touch(everything=True)  # such parameters are DynamoDB's to refuse
    return Touch(frozenset(reads), frozenset(writes), everything=not reads and not writes)


def _places(operation: str, parameters: Mapping[str, Any], keys) -> Iterator[tuple[bool, Place]]:
    if operation in ON_ONE_ITEM:
        item = parameters["Item"] if operation == "PutItem" else parameters["Key"]
        yield ON_ONE_ITEM[operation], _place(parameters["TableName"], item, keys)
    elif operation in READ_MANY:
        yield False, Place(_table(parameters["TableName"]))
    elif operation == "BatchGetItem":
        for table, wanted in parameters["RequestItems"].items():
            for key in wanted["Keys"]:
                yield False, _place(table, key, keys)
    elif operation == "BatchWriteItem":
        for table, requests in parameters["RequestItems"].items():
            for request in requests:
                ((_, inner),) = request.items()
                yield True, _place(table, inner.get("Item") or inner["Key"], keys)
    elif operation in ("TransactGetItems", "TransactWriteItems"):
        for action in parameters["TransactItems"]:
            ((kind, inner),) = action.items()
            place = _place(inner["TableName"], inner.get("Item") or inner["Key"], keys)
            yield kind not in ("Get", "ConditionCheck"), place


def _table(name: str) -> str:
    return name.rpartition("/")[2]  # a table may be named by its ARN


def _place(table: str, item: Mapping[str, Any], keys) -> Place:
    table = _table(table)
    names = keys(table) or ()
    return Place(table, tuple((name, *_scalar(item[name])) for name in names))


def _scalar(value: Any) -> tuple[str, Any]:
    """A key's value, the same for `{"N": "5"}`, 5 and Decimal("5.0")."""
    ((code, content),) = (value if isinstance(value, dict) else _typed(value)).items()
    if code == "N":
        return code, Decimal(content).normalize()
    return code, content.value if isinstance(content, Binary) else content


def key_of(place: Place) -> dict[str, dict]:
    """The typed key, as the API takes it."""
    return {name: {code: format(value, "f") if code == "N" else value} for name, code, value in place.key}


def values_of(item: Mapping[str, Any] | None) -> dict[str, Any]:
    """A typed item, or one that is Python values already, as Python values."""
    item = item or {}
    if all(isinstance(v, dict) and len(v) == 1 and next(iter(v)) in _CODES for v in item.values()):
        return {name: _untyped(value) for name, value in item.items()}
    return dict(item)


_CODES = {"S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"}


def summary(
    operation: str,
    parameters: Mapping[str, Any],
    response: Mapping[str, Any] | None,
    at: Touch,
    only: Container[str] | None = None,
) -> str:
    """The call in a few words: what was read, what was written, under which condition.

    only: the attributes of items that are told; None: all.
    """
    if operation == "sleep":
        return f"{parameters['seconds']:g} s"
    where = ", ".join(place.label for place in sorted(at.reads | at.writes, key=str))
    if operation == "GetItem":
        if response is None:
            return where
        found = values_of(response.get("Item"))
        rest = {name: value for name, value in found.items() if name not in parameters.get("Key", {})}
        return f"{where} is {_short(rest, only)}" if found else f"{where} is not there"
    if operation == "PutItem":
        keys = {name for place in at.writes for name, _, _ in place.key}
        item = values_of(parameters["Item"])
        rest = {name: value for name, value in item.items() if name not in keys}
        return f"{where} = {_short(rest, only)}{_condition(parameters)}"
    if operation == "UpdateItem":
        return f"{where}: {_filled(parameters, 'UpdateExpression')}{_condition(parameters)}"
    if operation == "DeleteItem":
        return f"{where}{_condition(parameters)}"
    if operation in READ_MANY and response is not None:
        return f"{parameters['TableName']}: {response.get('Count', 0)} items"
    if operation == "TransactWriteItems":
        return "; ".join(_action(action) for action in parameters["TransactItems"])
    return where if not at.everything else ""


def _action(action: Mapping[str, Any]) -> str:
    ((kind, inner),) = action.items()
    named = values_of(inner.get("Key") or inner.get("Item"))
    said = _filled(inner, "UpdateExpression")
    label = str(next(iter(named.values()), ""))
    return f"{kind} {label}{': ' + said if said else ''}{_condition(inner)}"


def _condition(parameters: Mapping[str, Any]) -> str:
    text = _filled(parameters, "ConditionExpression")
    return f" if {text}" if text else ""


def _filled(parameters: Mapping[str, Any], which: str) -> str:
    """An expression with what its placeholders stand for."""
    text = parameters.get(which, "")
    names = dict(parameters.get("ExpressionAttributeNames") or {})
    values = values_of(parameters.get("ExpressionAttributeValues"))
    if isinstance(text, ConditionBase):
        text, more_names, more_values = ConditionExpressionBuilder().build_expression(text)
        names, values = names | more_names, values | more_values

    def meaning(found: re.Match) -> str:
        word = found[0]
        return (
            str(names.get(word, word))
            if word[0] == "#"
            else plain_text(values[word])
            if word in values
            else word
        )

    return re.sub(r"[:#][A-Za-z0-9_]+", meaning, str(text))


def _short(values: Mapping[str, Any], only: Container[str] | None) -> str:
    told = {name: value for name, value in values.items() if only is None or name in only} or values
    return ", ".join(f"{name} {plain_text(value)}" for name, value in told.items()) or "(only its key)"


def plain_text(value: Any) -> str:
    """A value as people write it: no quotes, no Decimal(…), sets in order."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {plain_text(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(plain_text, value)) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(plain_text, value))) + "}"
    return str(value) if isinstance(value, str) else repr(value)

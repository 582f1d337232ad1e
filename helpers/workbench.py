"""Data models in the format of NoSQL Workbench, read into what `create_table` and `put_item` take.

Format: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.html
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.engines.guard import LabError

KEY_TYPES = ("S", "N", "B")


@dataclass
class Table:
    """One table of a model: the parameters of `create_table`, and its items as typed values."""

    definition: dict[str, Any]
    items: list[dict[str, Any]]

    @property
    def name(self) -> str:
        return self.definition["TableName"]


def read(path: Path) -> list[Table]:
    """The tables of a model file. LabError, saying which key is wrong, where it is not one."""
    try:
        model = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LabError(f"{path.name} cannot be read as JSON: {error}") from error
    tables = _get(model, "DataModel", list, path.name)
    return [_table(table, f"{path.name}: DataModel[{i}]") for i, table in enumerate(tables)]


def _table(table: Any, where: str) -> Table:
    types: dict[str, str] = {}
    definition: dict[str, Any] = {"TableName": _get(table, "TableName", str, where)}
    definition["KeySchema"] = _key_schema(table, types, where)
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = _get(table, kind, list, where, default=[])
        if indexes:
            definition[kind] = [
                _index(index, types, f"{where}.{kind}[{i}]") for i, index in enumerate(indexes)
            ]
    definition["AttributeDefinitions"] = [{"AttributeName": n, "AttributeType": t} for n, t in types.items()]
    definition["BillingMode"] = "PAY_PER_REQUEST"
    _use_provisioned_throughput(table, definition, where)
    rows = _get(table, "TableData", list, where, default=[])
    return Table(definition, [_item(row, f"{where}.TableData[{i}]") for i, row in enumerate(rows)])


def _index(index: Any, types: dict[str, str], where: str) -> dict[str, Any]:
    projection = _get(index, "Projection", dict, where, default={"ProjectionType": "ALL"})
    kind = _get(projection, "ProjectionType", str, f"{where}.Projection")
    kept = {"ProjectionType": kind}
    if kind == "INCLUDE":
        kept["NonKeyAttributes"] = _get(projection, "NonKeyAttributes", list, f"{where}.Projection")
    return {
        "IndexName": _get(index, "IndexName", str, where),
        "KeySchema": _key_schema(index, types, where),
        "Projection": kept,
    }


def _key_schema(owner: Any, types: dict[str, str], where: str) -> list[dict[str, str]]:
    keys = _get(owner, "KeyAttributes", dict, where)
    where = f"{where}.KeyAttributes"
    schema = []
    for part, role in (("PartitionKey", "HASH"), ("SortKey", "RANGE")):
        if role == "RANGE" and not keys.get(part):
            continue
        key = _get(keys, part, dict, where)
        name = _get(key, "AttributeName", str, f"{where}.{part}")
        kind = _get(key, "AttributeType", str, f"{where}.{part}")
        if kind not in KEY_TYPES:
            raise LabError(
                f"{where}.{part}.AttributeType is {kind!r}: a key is one of {', '.join(KEY_TYPES)}."
            )
        if types.setdefault(name, kind) != kind:
            raise LabError(
                f"{where}.{part}: {name} is {kind} here and {types[name]} in another key of the table."
            )
        schema.append({"AttributeName": name, "KeyType": role})
    return schema


def _use_provisioned_throughput(table: dict, definition: dict[str, Any], where: str) -> None:
    if table.get("BillingMode") != "PROVISIONED":
        return
    settings = _get(table, "ProvisionedCapacitySettings", dict, where, default={})
    throughput = _get(
        settings, "ProvisionedThroughput", dict, f"{where}.ProvisionedCapacitySettings", default={}
    )
    units = {name: int(throughput.get(name, 5)) for name in ("ReadCapacityUnits", "WriteCapacityUnits")}
    definition["BillingMode"] = "PROVISIONED"
    for owner in (definition, *definition.get("GlobalSecondaryIndexes", [])):
        owner["ProvisionedThroughput"] = units


def _item(row: Any, where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise LabError(f"{where} is {_kind(row)}, not an item.")
    return {name: _value(value, f"{where}.{name}") for name, value in row.items()}


def _value(value: Any, where: str) -> dict[str, Any]:
    """A typed value as boto3 takes it: as in the file, but with bytes for binary."""
    if not isinstance(value, dict) or len(value) != 1:
        raise LabError(f'{where} is not a typed value such as {{"S": "text"}}.')
    ((kind, content),) = value.items()
    if kind not in _READ:
        raise LabError(f"{where} has the type {kind!r}, which DynamoDB does not know.")
    try:
        return {kind: _READ[kind](content, where)}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabError(f"{where} is not a value of type {kind}: {error}") from error


_READ = {
    "S": lambda content, _: _text(content),
    "N": lambda content, _: str(content),
    "B": lambda content, _: base64.b64decode(content, validate=True),
    "BOOL": lambda content, _: (
        content if isinstance(content, bool) else {"true": True, "false": False}[content]
    ),
    "NULL": lambda content, _: True,
    "SS": lambda content, _: [_text(each) for each in content],
    "NS": lambda content, _: [str(each) for each in content],
    "BS": lambda content, _: [base64.b64decode(each, validate=True) for each in content],
    "L": lambda content, where: [_value(each, f"{where}[{i}]") for i, each in enumerate(content)],
    "M": lambda content, where: {name: _value(each, f"{where}.{name}") for name, each in content.items()},
}


def _text(content: Any) -> str:
    if not isinstance(content, str):
        raise TypeError(f"{content!r} is not text")
    return content


_REQUIRED = object()


def _get(owner: Any, key: str, kind: type, where: str, default: Any = _REQUIRED) -> Any:
    if not isinstance(owner, dict):
        raise LabError(f"{where} is {_kind(owner)}, not a JSON object with the key {key!r}.")
    value = owner.get(key)
    if value is None and default is not _REQUIRED:
        return default
    if value is None:
        raise LabError(f"{where} has no {key!r}: this is not a NoSQL Workbench data model.")
    if not isinstance(value, kind):
        raise LabError(f"{where}.{key} is {_kind(value)}, where {_JSON[kind]} belongs.")
    return value


_JSON = {dict: "an object", list: "a list", str: "text"}


def _kind(value: Any) -> str:
    return _JSON.get(type(value), f"{value!r}")

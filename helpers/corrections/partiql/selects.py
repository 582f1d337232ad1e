"""SELECT: the part of a table or an index that WHERE names, as a Query or, without equality of the key, a Scan."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from ..errors import Refused
from ..expressions import conditions, documents, key_conditions
from ..items import queries
from ..items.consumed import Bill
from ..items.storage import Index, Tree, store_of
from .statements import Statement


def select(statement: Statement, table: Any, request: dict) -> dict:
    """A page: of one query, of a query for each key where the key is IN a list, or of a scan."""
    bill = Bill(request)
    tree = queries.tree_of(store_of(table), {"IndexName": statement.index})
    partition, sort = [*tree.own_keys, None][:2]
    keys, sorted_by, rest = split(statement, partition, sort)
    if len(tree.partition) > 1:  # PartiQL knows no keys of several attributes
        keys, sorted_by, rest = [], [], statement.where
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
    for name, tokens in ((partition, keys), (sort, sorted_by)):
        for value in (statement.values[token] for token in tokens if token in statement.values):
            check_type(name, value, types[name])
    _check_order(statement, (partition, sort), keys)
    at, start = _from_token(request.get("NextToken"))
    asked = {
        "IndexName": statement.index,
        "ConsistentRead": request.get("ConsistentRead"),
        "ScanIndexForward": statement.order[1] if statement.order else True,
        "projection": Columns(statement.columns) if statement.columns else None,
        "filter": condition(statement, rest),
    }
    _check_index(asked, tree)
    items: list[dict] = []
    left = request.get("Limit")
    while True:
        asked.update(ExclusiveStartKey=start, Limit=left)
        if keys:
            asked["key_condition"] = _key_condition(statement, partition, keys[at], sorted_by)
        page = (queries.query_page if keys else queries.scan_page)(asked, table, bill)
        items += page["Items"]
        left = left and left - page["ScannedCount"]
        last = page.get("LastEvaluatedKey")
        if last or at + 1 >= len(keys):
            break
        at, start = at + 1, None
    answer = {"Items": items}
    if last:
        answer.update(NextToken=_to_token(at, last), LastEvaluatedKey=last)
    return bill.on(answer)


def split(statement: Statement, partition: str, sort: str | None) -> tuple[list[str], list[str], list]:
    """The conjuncts of WHERE: values that the partition key may equal, one condition on the sort key, the rest."""
    keys: list[str] = []
    sorted_by: list[str] = []
    rest = []
    for part in statement.where:
        name, value = equality(statement, part)
        if name == partition and not keys:
            keys = [value]
        elif statement.names.get(part[0]) == partition and not keys and part[1] == "IN":
            keys = [token for token in part[3:-1] if token != ","]
        elif sort and not sorted_by and _sorts(part, statement, sort):
            sorted_by = part
        else:
            rest.append(part)
    return (keys, sorted_by, rest) if keys else ([], [], statement.where)


def equality(statement: Statement, part: list[str]) -> tuple[str | None, str | None]:
    """(attribute, value) where a conjunct says that they are equal, in either order."""
    if len(part) == 3 and part[1] == "=":
        for left, right in ((part[0], part[2]), (part[2], part[0])):
            if left in statement.names and right in statement.values:
                return statement.names[left], right
    return None, None


def _sorts(part: list[str], statement: Statement, sort: str) -> bool:
    """Is this what a KeyConditionExpression may say of a sort key?"""
    if part[0] == "begins_with":
        return statement.names.get(part[2]) == sort
    operator = part[1] if len(part) in (3, 5) else None
    return statement.names.get(part[0]) == sort and operator in ("=", "<", "<=", ">", ">=", "BETWEEN")


def condition(statement: Statement, parts: list[list[str]]) -> Any:
    if not parts:
        return None
    text = " AND ".join(" ".join(part) for part in parts)
    return conditions.condition(text, *used(statement, text), what="FilterExpression")


def used(statement: Statement, text: str) -> tuple[dict, dict]:
    """The placeholders that occur in an expression."""
    placeholders = set(re.findall(r"[#:]\w+", text))
    names = {name: path for name, path in statement.names.items() if name in placeholders}
    return names, {name: value for name, value in statement.values.items() if name in placeholders}


def _key_condition(statement: Statement, partition: str, key: str, sorted_by: list[str]) -> dict:
    text = f"#partition = {key}" + (f" AND {' '.join(sorted_by)}" if sorted_by else "")
    names, values = used(statement, text)
    return key_conditions.key_condition(text, {**names, "#partition": partition}, values)


def _check_order(statement: Statement, key: tuple, keys: list[str]) -> None:
    if not statement.order:
        return
    if not statement.where:
        raise Refused("Must have WHERE clause in the statement when using ORDER BY clause.")
    if not keys:
        raise Refused(
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        )
    if statement.order[0] not in key:
        raise Refused(
            f"Variable reference {statement.order[0]} in ORDER BY clause must be part of the primary key"
        )


def _check_index(asked: dict, tree: Tree) -> None:
    """A global index answers from what is projected into it, and eventually consistent only."""
    if not isinstance(tree, Index) or tree.local:
        return
    if asked["ConsistentRead"]:
        raise Refused("Consistent reads are not supported on global secondary indexes")
    missing = (
        [path[0] for path in asked["projection"].paths if path[0] not in tree.projected]
        if asked["projection"]
        else []
    )
    if missing and tree.projection != "ALL":
        raise Refused(
            "One or more parameter values were invalid: "
            f"Global secondary index {tree.name} does not project [{', '.join(missing)}]"
        )


def _to_token(at: int, last: dict) -> str:
    return base64.b64encode(json.dumps([at, last]).encode()).decode()


def _from_token(given: str | None) -> tuple[int, dict | None]:
    if given is None:
        return 0, None
    try:
        at, start = json.loads(base64.b64decode(given, validate=True))
        return at, start
    except (ValueError, TypeError):
        raise Refused("Invalid NextToken") from None


def check_type(name: str, value: dict, kind: str) -> None:
    if kind not in value:
        raise Refused(f"Key attribute's data type should match its data type in table's schema: Key {name}")


class Columns:
    """What SELECT names. Each value stands under the last name of its path: `a.b[0]` under `b[0]`."""

    def __init__(self, paths: list[tuple]):
        self.paths = paths

    def of(self, item: dict) -> dict:
        return {
            _last_name(path): value
            for path in self.paths
            if (value := documents.at_path(item, path)) is not None
        }


def _last_name(path: tuple) -> str:
    last = max(i for i, element in enumerate(path) if isinstance(element, str))
    return path[last] + "".join(f"[{element}]" for element in path[last + 1 :])

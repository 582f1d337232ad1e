"""SELECT: the part of a table or an index that WHERE names, as a Query or, without equality of the key, a Scan."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..errors import Refused, refuse_if
from ..expressions.key_conditions import INDEXABLE
from ..items import queries
from ..items.consumed import Bill
from ..keys import Schema, check_not_empty
from ..requests.actions import check_parts
from ..requests.reads import check_index, check_projection
from ..values import comparable
from .conditions import Conjunct, joined, taken
from .statements import Statement

# DG ql-operators, IN: how many values of a partition key, and how many of them a page goes through.
KEYS, KEYS_OF_A_PAGE = 50, 10


def select(statement: Statement, table: Any, request: dict) -> dict:
    """A page: of one query, of a query for each value that the partition key may have, or of a scan."""
    bill = Bill(request)
    columns = statement.columns
    asked = {**request, "IndexName": statement.index, "projection": columns}
    schema = check_index(asked, table)
    check_projection(asked, schema, table)
    check_parts({"filter": joined(statement.where), "projection": columns}, table)
    check_order(statement, schema)
    partitions, sorted_by, rest = split(statement.where, schema)
    descending = {path[0]: last_first for path, last_first in statement.order}
    partition = schema.partition[0]
    if partition in descending:
        partitions.sort(key=comparable, reverse=descending[partition])
    elif descending and len(partitions) > 1:  # as people quote the service; DynamoDB Local sorts within each
        raise Refused(
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."
        )
    asked["ScanIndexForward"] = not any(descending.get(name) for name in schema.sort)
    asked["filter"] = joined(rest)
    at, start = _from_token(request.get("NextToken"))
    refuse_if(at >= max(1, len(partitions)), "Invalid NextToken")
    items: list = []
    stop = min(at + KEYS_OF_A_PAGE, len(partitions))
    while True:
        asked["ExclusiveStartKey"] = start
        if partitions:
            asked["key_condition"] = {partition: ("EQ", [partitions[at]]), **sorted_by}
        page = (queries.query_page if partitions else queries.scan_page)(asked, table, bill)
        items += page["Items"]
        asked["Limit"] = asked.get("Limit") and asked["Limit"] - page["ScannedCount"]
        start = page.get("LastEvaluatedKey")
        at += start is None
        if start or at >= stop:
            break
    answer = {"Items": items}
    if start or at < len(partitions):
        answer["NextToken"] = base64.b64encode(json.dumps([at, start]).encode()).decode()
    if start:
        answer["LastEvaluatedKey"] = start
    return bill.on(answer)


def split(where: list[Conjunct], schema: Schema) -> tuple[list[dict], dict, list[Conjunct]]:
    """The values that the partition key may have, the condition on the sort key, and what only filters."""
    name = schema.partition[0]
    key, rest = taken(where, {name: ("EQ", "IN"), **dict.fromkeys(schema.sort[:1], INDEXABLE)})
    if name not in key or len(schema.partition) > 1:
        return [], {}, where
    for attribute, (_, values) in key.items():
        for value in values:
            check_key(attribute, value, schema)
    _, partitions = key.pop(name)
    too_many = f"The IN operator is provided with too many operands; number of operands: {len(partitions)}"
    refuse_if(len(partitions) > KEYS, too_many)
    return [value for at, value in enumerate(partitions) if value not in partitions[:at]], key, rest


def check_key(name: str, value: dict, schema: Schema) -> None:
    refuse_if(
        schema.types[name] not in value,
        f"Key attribute's data type should match its data type in table's schema: Key {name}",
    )
    check_not_empty(name, value, schema.index)


def check_order(statement: Statement, schema: Schema) -> None:
    on_partition = any(conjunct.says[0] in schema.partition for conjunct in statement.where)
    for path, _ in statement.order:
        refuse_if(not statement.where, "Must have WHERE clause in the statement when using ORDER BY clause.")
        refuse_if(
            not on_partition,
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
        )
        refuse_if(
            path not in [(name,) for name in schema.names],
            f"Variable reference {path[0]} in ORDER BY clause must be part of the primary key",
        )


def _from_token(given: str | None) -> tuple[int, dict | None]:
    if given is None:
        return 0, None
    try:
        at, start = json.loads(base64.b64decode(given, validate=True))
    except (ValueError, TypeError):
        raise Refused("Invalid NextToken") from None
    whole = at.__class__ is int and at >= 0 and (start is None or start.__class__ is dict)
    refuse_if(not whole, "Invalid NextToken")
    return at, start

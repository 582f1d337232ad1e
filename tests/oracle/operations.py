"""Generated requests: one strategy for each operation, and sequences of them over one or two tables."""

import re

from hypothesis import strategies as st

from tests.oracle.strategies import (
    ANY,
    Placeholders,
    Table,
    condition,
    items,
    key_condition,
    keys,
    projection,
    tables,
    update,
)

# One operation with its parameters. "Query" and "Scan" with a Limit are asked page after page to the end.
Request = tuple[str, dict]

OTHER = Table("other", {"pk": "S"})


def _sometimes(draw, one_in: int = 3) -> bool:
    return draw(st.integers(1, one_in)) == one_in


def _capacity(draw, request: dict, table: Table | None = None) -> None:
    """Ask for the capacity; where there are indexes by index, since DynamoDB Local charges some of them
    wrongly, which a total would hide."""
    if not _sometimes(draw, 4):
        forms = ["INDEXES"] if table and table.indexes else ["TOTAL", "INDEXES"]
        request["ReturnConsumedCapacity"] = draw(st.sampled_from(forms))


def _metrics(draw, request: dict) -> None:
    if _sometimes(draw, 4):
        request["ReturnItemCollectionMetrics"] = "SIZE"


def _written(draw, table: Table, operation: str, fields: dict, returns: list[str]) -> Request:
    """What PutItem, DeleteItem and UpdateItem share."""
    marks = Placeholders(draw)
    request = {"TableName": table.name, **fields}
    if operation == "UpdateItem" and not _sometimes(draw, 12):
        request["UpdateExpression"] = update(draw, marks, table)
    if _sometimes(draw):
        request["ConditionExpression"] = condition(draw, marks, attributes=("pk", *_ATTRIBUTES))
        if _sometimes(draw):
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    _where_something_is(request)
    if _sometimes(draw, 2):
        request["ReturnValues"] = draw(st.sampled_from(returns))
    _capacity(draw, request, table)
    _metrics(draw, request)
    return operation, request | marks.fields()


def _where_something_is(request: dict) -> None:
    """DynamoDB Local makes an item of an update that only removes; the service makes none (see `test_found`)."""
    if not re.search(r"\b(SET|ADD)\b", request.get("UpdateExpression", "SET"), re.IGNORECASE):
        wanted = request.get("ConditionExpression")
        request["ConditionExpression"] = "attribute_exists(pk)" + (f" AND ({wanted})" if wanted else "")


_ATTRIBUTES = ("a", "b", "num", "n2", "tags", "things", "deep", "size", "x-y", "c")


@st.composite
def puts(draw, table: Table) -> Request:
    return _written(draw, table, "PutItem", {"Item": draw(items(table))}, ["NONE", "ALL_OLD"])


@st.composite
def deletes(draw, table: Table) -> Request:
    return _written(draw, table, "DeleteItem", {"Key": draw(keys(table))}, ["NONE", "ALL_OLD"])


@st.composite
def updates(draw, table: Table) -> Request:
    returns = ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]
    return _written(draw, table, "UpdateItem", {"Key": draw(keys(table))}, returns)


@st.composite
def gets(draw, table: Table) -> Request:
    marks = Placeholders(draw)
    request = {"TableName": table.name, "Key": draw(keys(table))}
    if _sometimes(draw, 2):
        request["ProjectionExpression"] = projection(draw, marks)
    if _sometimes(draw):
        request["ConsistentRead"] = draw(st.booleans())
    _capacity(draw, request)
    return "GetItem", request | marks.fields()


def _read_page(draw, table: Table, operation: str) -> Request:
    """What Query and Scan share: the index, filter, projection, Select, Limit and consistency."""
    marks = Placeholders(draw)
    request = {"TableName": table.name}
    index = draw(st.sampled_from([None, None, *table.indexes]))
    if index:
        request["IndexName"] = index.name
    if operation == "Query":
        hash_key, range_key = (index.hash, index.range) if index else (table.hash, table.range)
        request["KeyConditionExpression"] = key_condition(draw, marks, table, hash_key, range_key)
        if _sometimes(draw):
            request["ScanIndexForward"] = draw(st.booleans())
    if _sometimes(draw):
        request["FilterExpression"] = condition(draw, marks)
    if _sometimes(draw):
        request["ProjectionExpression"] = projection(draw, marks)
    if _sometimes(draw, 4):
        request["Select"] = draw(
            st.sampled_from(["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
        )
    if _sometimes(draw):
        request["Limit"] = draw(st.integers(1, 4))
    if _sometimes(draw, 4):
        request["ConsistentRead"] = draw(st.booleans())
    if operation == "Scan" and _sometimes(draw, 5):
        request["TotalSegments"] = draw(st.integers(1, 4))  # each of them is asked: see `compare.ask`
    _capacity(draw, request, table if index else None)
    return operation, request | marks.fields()


@st.composite
def queries(draw, table: Table) -> Request:
    return _read_page(draw, table, "Query")


@st.composite
def scans(draw, table: Table) -> Request:
    return _read_page(draw, table, "Scan")


@st.composite
def batch_gets(draw, table: Table) -> Request:
    asked = {}
    for each in draw(st.sampled_from([[table], [table, OTHER]])):
        marks = Placeholders(draw)
        asked[each.name] = {"Keys": draw(st.lists(keys(each), min_size=1, max_size=3, unique_by=repr))}
        if _sometimes(draw):
            asked[each.name]["ProjectionExpression"] = projection(draw, marks)
        if _sometimes(draw):
            asked[each.name]["ConsistentRead"] = draw(st.booleans())
        asked[each.name] |= marks.fields()
    request = {"RequestItems": asked}
    _capacity(draw, request)
    return "BatchGetItem", request


@st.composite
def batch_writes(draw, table: Table) -> Request:
    asked = {}
    for each in draw(st.sampled_from([[table], [table, OTHER]])):
        put = items(each).map(lambda item: {"PutRequest": {"Item": item}})
        delete = keys(each).map(lambda key: {"DeleteRequest": {"Key": key}})
        asked[each.name] = draw(st.lists(st.one_of(put, put, delete), min_size=1, max_size=4))
    request = {"RequestItems": asked}
    _capacity(draw, request, table)
    _metrics(draw, request)
    return "BatchWriteItem", request


@st.composite
def transact_gets(draw, table: Table) -> Request:
    wanted = []
    for each in draw(st.lists(st.sampled_from([table, table, OTHER]), min_size=1, max_size=3)):
        marks = Placeholders(draw)
        get = {"TableName": each.name, "Key": draw(keys(each))}
        if _sometimes(draw):
            get["ProjectionExpression"] = projection(draw, marks)
        wanted.append({"Get": get | marks.fields()})
    request = {"TransactItems": wanted}
    _capacity(draw, request)
    return "TransactGetItems", request


@st.composite
def transact_writes(draw, table: Table) -> Request:
    wanted = []
    for each in draw(st.lists(st.sampled_from([table, table, OTHER]), min_size=1, max_size=3)):
        marks = Placeholders(draw)
        kind = draw(st.sampled_from(["Put", "Update", "Delete", "ConditionCheck"]))
        one = {"TableName": each.name}
        if kind == "Put":
            one["Item"] = draw(items(each))
        else:
            one["Key"] = draw(keys(each))
        if kind == "Update":
            one["UpdateExpression"] = update(draw, marks, each)
        if kind == "ConditionCheck" or _sometimes(draw, 4):
            one["ConditionExpression"] = condition(draw, marks)
            if _sometimes(draw, 2):
                one["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        _where_something_is(one)
        wanted.append({kind: one | marks.fields()})
    request = {"TransactItems": wanted}
    if _sometimes(draw):
        request["ClientRequestToken"] = draw(st.sampled_from(["one", "two"]))
    _capacity(draw, request, table)
    _metrics(draw, request)
    return "TransactWriteItems", request


@st.composite
def spoiled(draw, requests: st.SearchStrategy) -> Request:
    """A valid request with one thing wrong, as a person might get it wrong."""
    operation, request = draw(requests)
    part = _one_part(draw, operation, request)
    faults = [
        lambda: part.setdefault("ExpressionAttributeNames", {}).update({"#unused": "a"}),
        lambda: part.setdefault("ExpressionAttributeValues", {}).update({":unused": {"S": "a"}}),
        lambda: part.update(TableName="missing"),
    ]
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if field in part:
            faults.append(lambda field=field: part[field].popitem())
            faults.append(lambda field=field: part.pop(field))
            faults.append(lambda field=field: part.update({field: {}}))
    for field in ("Key", "Item"):
        if field in part:
            faults.append(lambda field=field: part[field].pop("pk"))
            faults.append(lambda field=field: part[field].update(pk=draw(ANY)))
            faults.append(lambda field=field: part[field].update(pk={"S": ""}))
            faults.append(lambda field=field: part[field].pop("sk", None))
    if "Key" in part:
        faults.append(lambda: part["Key"].update(extra={"S": "a"}))
    for field in _EXPRESSIONS & part.keys():
        faults.append(lambda field=field: part.update({field: _misspelt(draw, part[field])}))
    if operation in ("Query", "Scan"):
        faults.append(lambda: part.update(IndexName="missing"))
        faults.append(lambda: part.update(Limit=0))
        faults.append(lambda: part.update(FilterExpression="pk = :v0"))
    for field in _ENUMERATED & part.keys():
        faults.append(lambda field=field: part.update({field: "OTHER"}))
    draw(st.sampled_from(faults))()
    return operation, request


_EXPRESSIONS = {
    "UpdateExpression", "ConditionExpression", "ProjectionExpression", "FilterExpression",
    "KeyConditionExpression",
}  # fmt: skip
_ENUMERATED = {"ReturnValues", "Select", "ReturnConsumedCapacity", "ReturnValuesOnConditionCheckFailure"}


def _one_part(draw, operation: str, request: dict) -> dict:
    """Where the fault goes: the request itself, or one item of a batch or transaction."""
    if operation.startswith("Transact"):
        return next(iter(draw(st.sampled_from(request["TransactItems"])).values()))
    if operation == "BatchGetItem":
        return request["RequestItems"]["generated"]
    return request


def _misspelt(draw, expression: str) -> str:
    words = expression.split(" ")
    at = draw(st.integers(0, len(words) - 1))
    form = draw(st.integers(0, 5))
    if form == 0:
        del words[at]
    elif form == 1:
        words[at] += draw(st.sampled_from([")", "(", ",", ".", "[", " =", " AND", "!", "'"]))
    elif form == 2:
        words[at] = draw(st.sampled_from(["name", "_x", "1", ":", "#", ":nothing", "#nothing", "or", "0a"]))
    elif form == 3:
        words.insert(at, draw(st.sampled_from(["NOT", "AND", "size", "SET", "in"])))
    elif form == 4:
        return draw(
            st.sampled_from(["", " ", "a", "SET", "SET a", "a = b = c", "a, a", "REMOVE a SET c = :v0"])
        )
    else:
        words.append(words[at])
    return " ".join(words)


def writes(table: Table) -> st.SearchStrategy:
    return st.one_of(puts(table), updates(table), updates(table), updates(table), deletes(table))


def reads(table: Table) -> st.SearchStrategy:
    return st.one_of(gets(table), queries(table), queries(table), scans(table))


def several(table: Table) -> st.SearchStrategy:
    """Batches and transactions."""
    return st.one_of(batch_gets(table), batch_writes(table), transact_gets(table), transact_writes(table))


def mixed(table: Table) -> st.SearchStrategy:
    """Any data operation, mostly valid, on this table (and now and then on `OTHER` beside it)."""
    sound = st.one_of(writes(table), reads(table), several(table))
    return st.integers(0, 7).flatmap(lambda chance: spoiled(sound) if chance == 0 else sound)


@st.composite
def sequences(draw, requests=mixed, operations: int = 8) -> tuple[Table, list[Request]]:
    """A table, a few items to begin with, and what is asked of it, in order.

    requests: from a table to the strategy that draws one request.
    """
    table = draw(tables())
    first = draw(st.lists(items(table), min_size=2, max_size=5))
    beginning = [("PutItem", {"TableName": table.name, "Item": item}) for item in first]
    asked = draw(st.lists(requests(table), min_size=operations, max_size=operations))
    again = [request for request in asked if "ClientRequestToken" in request[1]]
    return table, [*beginning, *asked, *again]

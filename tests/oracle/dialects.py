"""The two other ways to ask the same: the legacy parameters, and PartiQL."""

from hypothesis import strategies as st

from tests.oracle.operations import Request, _capacity, _sometimes
from tests.oracle.strategies import (
    ANY,
    KEYS,
    NUMBER,
    SCALAR,
    SCALARS,
    SET,
    SORT_KEYS,
    STRING,
    Index,
    Table,
    attribute_values,
    items,
    keys,
)

ATTRIBUTES = ("a", "num", "n2", "tags", "things", "deep", "size", "x-y", "c")

# -- the legacy parameters --------------------------------------------------------------------------------

_OF_ONE = ["EQ", "NE", "LT", "LE", "GT", "GE", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"]
_FITTING = {"CONTAINS": SCALAR, "NOT_CONTAINS": SCALAR, "BEGINS_WITH": STRING, "EQ": ANY, "NE": ANY}


@st.composite
def comparisons(draw) -> dict:
    """`{"ComparisonOperator": ..., "AttributeValueList": [...]}`"""
    operator = draw(st.sampled_from([*_OF_ONE, "NULL", "NOT_NULL", "IN", "BETWEEN"]))
    scalar = draw(st.sampled_from([STRING, NUMBER]))
    if operator in ("NULL", "NOT_NULL"):
        return {"ComparisonOperator": operator}
    if operator == "IN":
        values = draw(st.lists(scalar, min_size=1, max_size=3))
    elif operator == "BETWEEN":
        values = [draw(scalar), draw(scalar)]
    else:
        values = [draw(_FITTING.get(operator, scalar))]
    if _sometimes(draw, 20):
        values.append(draw(ANY))
    return {"ComparisonOperator": operator, "AttributeValueList": values}


@st.composite
def _expected(draw) -> dict:
    found = {}
    for name in draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=2, unique=True)):
        form = draw(st.integers(0, 3))
        if form == 0:
            found[name] = {"Exists": False}
        elif form == 1:
            found[name] = {"Value": draw(ANY)}
        else:
            found[name] = draw(comparisons())
    request = {"Expected": found}
    if len(found) > 1 and draw(st.booleans()):
        request["ConditionalOperator"] = draw(st.sampled_from(["AND", "OR"]))
    return request


@st.composite
def _legacy_writes(draw, table: Table) -> Request:
    operation = draw(st.sampled_from(["PutItem", "DeleteItem", "UpdateItem", "UpdateItem"]))
    request = {"TableName": table.name}
    request |= {"Item": draw(items(table))} if operation == "PutItem" else {"Key": draw(keys(table))}
    if operation == "UpdateItem":
        request["AttributeUpdates"] = {
            name: draw(_changes(table, name))
            for name in draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=3, unique=True))
        }
    if _sometimes(draw):
        request |= draw(_expected())
    actions = {one["Action"] for one in request.get("AttributeUpdates", {}).values()}
    if actions == {"DELETE"}:  # as in `operations._where_something_is`
        request["Expected"] = {"pk": {"ComparisonOperator": "NOT_NULL"}}
        request.pop("ConditionalOperator", None)
    if draw(st.booleans()):
        updated = ["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"] if operation == "UpdateItem" else []
        returns = ["NONE", "ALL_OLD", *updated]
        request["ReturnValues"] = draw(st.sampled_from(returns))
    _capacity(draw, request, table)
    return operation, request


@st.composite
def _changes(draw, table: Table, name: str) -> dict:
    action = draw(st.sampled_from(["PUT", "PUT", "ADD", "DELETE", "REMOVE"]))
    if action == "REMOVE":
        return {"Action": "DELETE"}
    if action == "PUT":
        return {"Action": "PUT", "Value": draw(attribute_values(table, name))}
    return {"Action": action, "Value": draw(st.one_of(SET, NUMBER if action == "ADD" else SET))}


@st.composite
def _legacy_reads(draw, table: Table) -> Request:
    operation = draw(st.sampled_from(["Query", "Query", "Scan", "GetItem", "BatchGetItem"]))
    wanted = {}
    if _sometimes(draw):
        names = st.lists(st.sampled_from(("pk", *ATTRIBUTES)), min_size=1, max_size=3, unique=True)
        wanted["AttributesToGet"] = draw(names)
    if operation == "BatchGetItem":
        asked = draw(st.lists(keys(table), min_size=1, max_size=3, unique_by=repr))
        return operation, {"RequestItems": {table.name: {"Keys": asked, **wanted}}}
    request = {"TableName": table.name, **wanted}
    if operation == "GetItem":
        request["Key"] = draw(keys(table))
        _capacity(draw, request)
        return operation, request
    index = draw(st.sampled_from([None, None, *table.indexes]))
    if index:
        request["IndexName"] = index.name
    if operation == "Query":
        request["KeyConditions"] = draw(_key_conditions(table, *_keys_of(index or table)))
        if _sometimes(draw):
            request["ScanIndexForward"] = draw(st.booleans())
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=2, unique=True))
        request[f"{operation}Filter"] = {name: draw(comparisons()) for name in names}
        if len(names) > 1 and draw(st.booleans()):
            request["ConditionalOperator"] = draw(st.sampled_from(["AND", "OR"]))
    if _sometimes(draw):
        request["Limit"] = draw(st.integers(1, 4))
    _capacity(draw, request, table if index else None)
    return operation, request


def _keys_of(one: Table | Index) -> tuple[str, str | None]:
    return one.hash, one.range


@st.composite
def _key_conditions(draw, table: Table, hash_key: str, range_key: str | None) -> dict:
    def condition(name: str, operators: list[str]) -> dict:
        kind = table.types[name]
        pool = {"pk": KEYS, "sk": SORT_KEYS}.get(name, SCALARS)[kind]
        operator = draw(st.sampled_from(operators))
        values = [{kind: draw(pool)} for _ in range(2 if operator == "BETWEEN" else 1)]
        return {"ComparisonOperator": operator, "AttributeValueList": values}

    found = {hash_key: condition(hash_key, ["EQ"])}
    if range_key and draw(st.booleans()):
        found[range_key] = condition(range_key, ["EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH"])
    return found


def legacy(table: Table) -> st.SearchStrategy:
    """Any operation with the parameters that expressions replaced."""
    return st.one_of(_legacy_writes(table), _legacy_writes(table), _legacy_reads(table), _legacy_reads(table))


# -- PartiQL ----------------------------------------------------------------------------------------------


def _literal(typed: dict) -> str:
    """A value as PartiQL writes it; raises KeyError for binary, which has no literal."""
    ((kind, value),) = typed.items()
    if kind == "S":
        return "'" + value.replace("'", "''") + "'"
    if kind == "N":
        return value
    if kind == "BOOL":
        return str(value).lower()
    if kind == "NULL":
        return "NULL"
    if kind == "L":
        return "[" + ", ".join(map(_literal, value)) + "]"
    if kind == "M":
        return "{" + ", ".join(f"'{name}': {_literal(each)}" for name, each in value.items()) + "}"
    if kind in ("SS", "NS"):
        return "<<" + ", ".join(_literal({kind[0]: each}) for each in value) + ">>"
    raise KeyError(kind)


class _Statement:
    """Collects parameters while a statement is written: a value is a `?` or, where it can be, a literal."""

    def __init__(self, draw):
        self.draw, self.parameters = draw, []

    def value(self, typed: dict) -> str:
        if self.draw(st.booleans()):
            try:
                return _literal(typed)
            except KeyError:
                pass
        self.parameters.append(typed)
        return "?"


_NAMED = ("a", "num", "n2", "tags", "things", "deep", "c")
_SIMPLE = st.one_of(STRING, st.sampled_from(["1", "2", "10", "-1", "1.5"]).map(lambda number: {"N": number}))


@st.composite
def partiql(draw, table: Table) -> Request:
    """SELECT, INSERT, UPDATE and DELETE by key, with literals and parameters."""
    statement = _Statement(draw)
    value = statement.value
    name = f'"{table.name}"'
    key = draw(keys(table))
    form = draw(st.sampled_from(["SELECT", "SELECT", "INSERT", "UPDATE", "UPDATE", "DELETE"]))
    if form == "INSERT":
        item = key | {
            each: draw(_SIMPLE)
            for each in draw(st.lists(st.sampled_from(("c", "n2")), max_size=2, unique=True))
        }
        inside = ", ".join(f"'{each}': {value(found)}" for each, found in item.items())
        written = f"INSERT INTO {name} VALUE {{{inside}}}"
    else:
        if form == "SELECT":
            wanted = draw(st.lists(st.sampled_from(_NAMED), max_size=3, unique=True))
            written = f"SELECT {', '.join(wanted) or '*'} FROM {name}"
        elif form == "UPDATE":
            targets = draw(
                st.lists(st.sampled_from(("c", "n2", "things")), min_size=1, max_size=2, unique=True)
            )
            written = f"UPDATE {name} " + " ".join(
                f"REMOVE {each}" if _sometimes(draw, 4) else f"SET {each} = {value(draw(_SIMPLE))}"
                for each in targets
            )
        else:
            written = f"DELETE FROM {name}"
        where = [f"{each} = {value(typed)}" for each, typed in key.items()]
        if _sometimes(draw):
            other = draw(st.sampled_from(("c", "n2")))
            where.append(f"{other} {draw(st.sampled_from(['=', '<>', '<', '>=']))} {value(draw(_SIMPLE))}")
        written += f" WHERE {' AND '.join(where)}"
    request = {"Statement": written}
    if statement.parameters:
        request["Parameters"] = statement.parameters
    return "ExecuteStatement", request

"""What is asked of both parties: generated tables, items, expressions and sequences of operations.

Everything is small on purpose. A few keys and a few attributes meet again and again, so that writes find
items, conditions hold about as often as they fail, and a failing sequence shrinks to something to read.
Most requests are valid; `spoiled` breaks one in eight in a way that a person might.
"""

import base64
from dataclasses import dataclass

from hypothesis import strategies as st

# -- values -----------------------------------------------------------------------------------------------


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# Some values are named twice or more: values that meet make conditions hold and bounds matter.
STRINGS = st.sampled_from(["a", "a", "a", "b", "b", "ab", "abc", "é", "Z", "10", "\U0001f600", "", "M"])
NUMBERS = st.sampled_from(
    ["0", "1", "1", "1", "1", "2", "2", "2", "10", "10", "10", "-1", "1.5", "-0.25", "100", "1e3", "0.00010", "007", "+5", "9007199254740993",
     "12345678901234567890123456789012345678", "1E-20", "-1.50E+2", ".5", "-0"]
)  # fmt: skip
BINARIES = st.sampled_from([b"a", b"ab", b"b", b"\xff", b"\x00\x01", b""]).map(_b64)

SCALARS = {
    "S": STRINGS,
    "N": NUMBERS,
    "B": BINARIES,
    "BOOL": st.booleans(),
    "NULL": st.just(True),
}
SETS = {
    "SS": st.lists(st.sampled_from(["a", "b", "é", "10"]), min_size=1, max_size=3, unique=True),
    "NS": st.lists(st.sampled_from(["1", "2", "10", "-1.5", "3e2"]), min_size=1, max_size=3, unique=True),
    "BS": st.lists(st.sampled_from([b"a", b"b", b"\xff"]).map(_b64), min_size=1, max_size=2, unique=True),
}


def _typed(kinds: dict) -> st.SearchStrategy:
    return st.one_of([values.map(lambda value, kind=kind: {kind: value}) for kind, values in kinds.items()])


SCALAR, SET = _typed(SCALARS), _typed(SETS)
LIST = st.lists(st.one_of(SCALAR, SET), max_size=3).map(lambda values: {"L": values})
MAP = st.dictionaries(st.sampled_from(["x", "y", "z"]), SCALAR, max_size=3).map(lambda found: {"M": found})
DEEP = st.fixed_dictionaries({}, optional={"x": LIST, "y": MAP, "z": SCALAR}).map(lambda found: {"M": found})
ANY = st.one_of(SCALAR, SET, LIST, MAP, DEEP)
NUMBER = NUMBERS.map(lambda value: {"N": value})
STRING = STRINGS.map(lambda value: {"S": value})

# Enough to pass from one unit to the next, of a write and of a read.
BULK = st.sampled_from([1000, 3000, 4200]).map(lambda size: {"S": "x" * size})

# What an attribute usually holds. `size` is a reserved word and `x-y` no identifier: both need a placeholder.
USUAL = {
    "a": STRING, "b": _typed({"B": BINARIES}), "num": NUMBER, "n2": NUMBER, "tags": SET,
    "things": LIST, "deep": DEEP, "size": SCALAR, "x-y": ANY, "c": st.one_of(ANY, BULK),
}  # fmt: skip
NEEDS_PLACEHOLDER = {"size", "x-y"}
INDEX_KEYS = {"a": "S", "num": "N", "b": "B"}

KEYS = {
    "S": st.sampled_from(["p", "q"]),
    "N": st.sampled_from(["2", "10"]),
    "B": st.sampled_from([b"p", b"\xff"]).map(_b64),
}
SORT_KEYS = {
    "S": st.sampled_from(["s", "s1", "t"]),
    "N": st.sampled_from(["-1", "1.5", "10"]),
    "B": st.sampled_from([b"s", b"s1", b"\xfe"]).map(_b64),
}


# -- tables -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Index:
    name: str
    hash: str
    range: str | None
    projection: str
    local: bool

    def described(self) -> dict:
        projection = {"ProjectionType": self.projection}
        if self.projection == "INCLUDE":
            projection["NonKeyAttributes"] = ["c", "tags"]
        return {
            "IndexName": self.name,
            "KeySchema": _key_schema(self.hash, self.range),
            "Projection": projection,
        }


@dataclass(frozen=True)
class Table:
    name: str
    types: dict  # the declared type of every key attribute
    range: str | None = None
    indexes: tuple[Index, ...] = ()

    hash = "pk"

    def create(self) -> dict:
        """The parameters of CreateTable."""
        request = {
            "TableName": self.name,
            "KeySchema": _key_schema(self.hash, self.range),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind in self.types.items()
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }
        for field, local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
            if found := [index.described() for index in self.indexes if index.local == local]:
                request[field] = found
        return request

    @property
    def keys(self) -> list[str]:
        return [self.hash, self.range] if self.range else [self.hash]


def _key_schema(hash_key: str, range_key: str | None) -> list[dict]:
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return schema + ([{"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else [])


@st.composite
def tables(draw, name: str = "generated") -> Table:
    """With and without a sort key, local and global indexes, every projection."""
    kind = st.sampled_from(["S", "S", "N", "B"])
    types = {"pk": draw(kind)}
    range_key = None
    indexes = []
    projection = st.sampled_from(["ALL", "KEYS_ONLY", "INCLUDE"])
    if draw(st.integers(0, 2)):
        range_key, types["sk"] = "sk", draw(kind)
        for number in range(draw(st.integers(0, 2))):
            key = draw(st.sampled_from(["a", "num"]))
            indexes.append(Index(f"lsi{number}-pk-{key}", "pk", key, draw(projection), local=True))
    for number in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from(["a", "num", "b"] + (["sk"] if range_key else [])))
        sort = draw(st.sampled_from([None, "num", "a", "pk"]))
        sort = None if sort == key else sort
        keys_named = f"{key}-{sort}" if sort else key
        indexes.append(Index(f"gsi{number}-{keys_named}", key, sort, draw(projection), local=False))
    for index in indexes:
        for key in (index.hash, index.range):
            if key and key not in types:
                types[key] = INDEX_KEYS[key]
    return Table(name, types, range_key, tuple(indexes))


# -- items and keys ---------------------------------------------------------------------------------------


@st.composite
def keys(draw, table: Table) -> dict:
    key = {"pk": {table.types["pk"]: draw(KEYS[table.types["pk"]])}}
    if table.range:
        key["sk"] = {table.types["sk"]: draw(SORT_KEYS[table.types["sk"]])}
    return key


def attribute_values(table: Table, attribute: str) -> st.SearchStrategy:
    """Mostly what the attribute usually holds; an index key now and then of a type it may not have."""
    if attribute in table.types:
        kind = table.types[attribute]
        # An empty string or a wrong type is refused for an index key: rare, or little else would be written.
        right = SCALARS[kind].filter(bool).map(lambda value: {kind: value})
        return st.integers(0, 29).flatmap(lambda chance: ANY if chance == 0 else right)
    return st.one_of(USUAL[attribute], USUAL[attribute], ANY)


@st.composite
def items(draw, table: Table) -> dict:
    item = draw(keys(table))
    for attribute in draw(st.lists(st.sampled_from(list(USUAL)), min_size=1, max_size=7, unique=True)):
        item[attribute] = draw(attribute_values(table, attribute))
    return item


# -- expressions ------------------------------------------------------------------------------------------


class Placeholders:
    """The names and values that one request's expressions refer to."""

    def __init__(self, draw):
        self.draw, self.names, self.values = draw, {}, {}

    def name(self, attribute: str) -> str:
        if attribute not in NEEDS_PLACEHOLDER and self.draw(st.integers(0, 3)):
            return attribute
        mark = f"#n{list(self.names.values()).index(attribute) if attribute in self.names.values() else len(self.names)}"
        self.names[mark] = attribute
        return mark

    def value(self, typed: dict) -> str:
        mark = f":v{len(self.values)}"
        self.values[mark] = typed
        return mark

    def fields(self) -> dict:
        found = {}
        if self.names:
            found["ExpressionAttributeNames"] = self.names
        if self.values:
            found["ExpressionAttributeValues"] = self.values
        return found


def path(draw, marks: Placeholders, attributes=tuple(USUAL)) -> str:
    attribute = draw(st.sampled_from(attributes))
    written = marks.name(attribute)
    if attribute == "deep":
        written += draw(st.sampled_from(["", ".x", ".y", ".z", ".x[0]", ".y.x", ".x[1]", ".y.z"]))
    elif attribute == "things":
        written += draw(st.sampled_from(["", "[0]", "[1]", "[5]"]))
    elif draw(st.integers(0, 19)) == 0:
        written += draw(st.sampled_from([".x", "[0]", "[0].y", "[1][0]"]))
    return written


def operand(draw, marks: Placeholders, values=ANY) -> str:
    form = draw(st.integers(0, 6))
    if form <= 2:
        return path(draw, marks)
    if form == 3:
        return f"size({path(draw, marks)})"
    return marks.value(draw(values))


COMPARATORS = ["=", "<>", "<", "<=", ">", ">="]
TYPE_NAMES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]


def condition(draw, marks: Placeholders, depth: int = 2, attributes=tuple(USUAL)) -> str:
    """A condition or filter expression: every operator, every function, nesting with and without brackets."""
    form = draw(st.integers(0, 13 if depth else 9))
    here = path(draw, marks, attributes)
    if form == 0:
        return f"attribute_exists({here})"
    if form == 1:
        return f"attribute_not_exists ( {here} )"
    if form in (2, 3):
        return f"{here} {draw(st.sampled_from(COMPARATORS))} {operand(draw, marks)}"
    if form == 4:
        kind = STRING if draw(st.booleans()) else NUMBER
        return f"{here} BETWEEN {marks.value(draw(kind))} AND {marks.value(draw(kind))}"
    if form == 5:
        others = [operand(draw, marks) for _ in range(draw(st.integers(1, 3)))]
        return f"{here} IN ({', '.join(others)})"
    if form == 6:
        return f"attribute_type({here}, {marks.value({'S': draw(st.sampled_from(TYPE_NAMES))})})"
    if form == 7:
        return f"begins_with({here}, {operand(draw, marks, STRING)})"
    if form == 8:
        return f"contains({here}, {operand(draw, marks, SCALAR)})"
    if form == 9:
        return f"size({here}) {draw(st.sampled_from(COMPARATORS))} {marks.value(draw(NUMBER))}"
    inner = condition(draw, marks, depth - 1, attributes)
    if form == 10:
        return f"NOT {inner}"
    if form == 11:
        return f"({inner})"
    joint = draw(st.sampled_from(["AND", "OR", "and", "Or"]))
    return f"{inner} {joint} {condition(draw, marks, depth - 1, attributes)}"


def update(draw, marks: Placeholders, table: Table) -> str:
    """An update expression: each clause at most once, in any order, every function, mostly on paths apart."""
    if draw(st.integers(0, 5)) == 0:
        return _wild_update(draw, marks, table)
    index_keys = sorted(set(table.types) - {"pk", "sk"})
    wanted = st.lists(st.sampled_from([*USUAL, *index_keys]), min_size=1, max_size=4, unique=True)
    clauses: dict[str, list[str]] = {}
    for attribute in draw(wanted):
        verb = draw(st.sampled_from(_VERBS.get(attribute, ["SET", "SET", "REMOVE"])))
        nested = verb in ("SET", "REMOVE") and attribute in ("deep", "things") and not draw(st.integers(0, 3))
        target = path(draw, marks, (attribute,)) if nested else marks.name(attribute)
        if verb == "SET":
            clauses.setdefault(verb, []).append(_set(draw, marks, table, target))
        elif verb == "REMOVE":
            clauses.setdefault(verb, []).append(target)
        else:
            fitting = SET if attribute == "tags" else NUMBER
            clauses.setdefault(verb, []).append(f"{target} {marks.value(draw(fitting))}")
    return _written(draw, clauses)


_VERBS = {
    "tags": ["SET", "ADD", "ADD", "DELETE", "DELETE", "REMOVE"],
    "num": ["SET", "SET", "ADD", "REMOVE"],
    "n2": ["SET", "ADD", "ADD", "REMOVE"],
}


def _wild_update(draw, marks: Placeholders, table: Table) -> str:
    """The same grammar without care: paths overlap, and operands have any type."""
    makers = {
        "SET": lambda: _set(draw, marks, table, path(draw, marks)),
        "REMOVE": lambda: path(draw, marks),
        "ADD": lambda: f"{path(draw, marks)} {marks.value(draw(st.one_of(NUMBER, SET, ANY)))}",
        "DELETE": lambda: f"{path(draw, marks)} {marks.value(draw(st.one_of(SET, ANY)))}",
    }
    verbs = draw(st.lists(st.sampled_from([*makers]), min_size=1, max_size=3, unique=True))
    return _written(draw, {verb: [makers[verb]() for _ in range(draw(st.integers(1, 2)))] for verb in verbs})


def _written(draw, clauses: dict[str, list[str]]) -> str:
    return " ".join(
        f"{draw(st.sampled_from([verb, verb.lower()]))} {', '.join(actions)}"
        for verb, actions in clauses.items()
    )


def _set(draw, marks: Placeholders, table: Table, target: str) -> str:
    attribute = marks.names.get(target, target)
    fitting = attribute_values(table, attribute) if attribute in USUAL else ANY
    form = draw(st.integers(0, 9))
    if form <= 3:
        return f"{target} = {marks.value(draw(fitting))}"
    if form == 4:
        return f"{target} = {path(draw, marks)}"
    if form <= 6:
        sign = draw(st.sampled_from(["+", "-"]))
        left = draw(st.sampled_from(["num", "n2", "if", "if", "if"]))
        if left == "if":
            left = f"if_not_exists({path(draw, marks, ('num', 'n2'))}, {marks.value(draw(NUMBER))})"
        return (
            f"{target} = {left} {sign} {marks.value(draw(ANY if draw(st.integers(0, 9)) == 0 else NUMBER))}"
        )
    if form == 7:
        return f"{target} = if_not_exists({path(draw, marks)}, {marks.value(draw(fitting))})"
    if form == 8:
        return f"{target} = list_append({path(draw, marks, ('things', 'c'))}, {marks.value(draw(LIST))})"
    return (
        f"{target} = list_append({marks.value(draw(LIST))}, if_not_exists(things, {marks.value(draw(LIST))}))"
    )


def projection(draw, marks: Placeholders) -> str:
    attributes = ("pk", *USUAL)
    return ", ".join(path(draw, marks, attributes) for _ in range(draw(st.integers(1, 3))))


def key_condition(draw, marks: Placeholders, table: Table, hash_key: str, range_key: str | None) -> str:
    def value_of(key):
        kind = table.types[key]
        pool = {"pk": KEYS, "sk": SORT_KEYS}.get(key, SCALARS)
        return marks.value({kind: draw(pool[kind])})

    written = f"{marks.name(hash_key)} = {value_of(hash_key)}"
    if range_key is None or not draw(st.integers(0, 2)):
        return written
    sort = marks.name(range_key)
    form = draw(st.integers(0, 6))
    if form == 5:
        return f"{written} AND {sort} BETWEEN {value_of(range_key)} AND {value_of(range_key)}"
    if form == 6 and table.types[range_key] != "N":
        return f"{written} AND begins_with({sort}, {value_of(range_key)})"
    return f"{written} AND {sort} {['=', '<', '<=', '>', '>='][form % 5]} {value_of(range_key)}"

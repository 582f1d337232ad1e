"""PartiQL for both parties: statements that mean something, and the same with a token missing, doubled or exchanged.

A statement is drawn as a list of tokens, so that a mutation is one too. The words that stand for values are few:
they must meet what the tables hold, `ROWS`.
"""

from hypothesis import strategies as st

Request = tuple[str, dict]

KINDS = {"pk": "S", "sk": "N", "colour": "S", "lk": "S"}
TABLES = [
    {
        "TableName": "Sorted",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-colour",
                "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "lsi",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "lk", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    },
    {"TableName": "Plain", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]},
]  # fmt: skip
ROWS = {
    "Sorted": [
        {"pk": {"S": "a"}, "sk": {"N": "1"}, "colour": {"S": "red"}, "num": {"N": "3"}, "tags": {"SS": ["x", "y"]},
         "box": {"M": {"deep": {"L": [{"N": "1"}, {"S": "z"}]}}}, "flag": {"BOOL": True}, "none": {"NULL": True}},
        {"pk": {"S": "a"}, "sk": {"N": "2"}, "lk": {"S": "a"}, "num": {"S": "b"}},
        {"pk": {"S": "b"}, "sk": {"N": "1"}, "colour": {"S": "red"}, "lk": {"S": "b"}, "num": {"N": "1"}},
        {"pk": {"S": "b"}, "sk": {"N": "-1"}, "tags": {"NS": ["1", "2"]}, "box": {"L": [{"N": "1"}]}},
    ],
    "Plain": [{"pk": {"S": "a"}, "num": {"N": "1"}}, {"pk": {"S": "b"}, "tags": {"SS": ["x"]}}],
}  # fmt: skip

PATHS = st.sampled_from(
    ["num", "tags", "box", "flag", "none", "box.deep", "box.deep[0]", "box['deep'][1]", '"num"', "nobody"]
)
SCALARS = st.sampled_from(["'a'", "'b'", "'red'", "''", "1", "2", "-1", "+3", "1.5", "true", "NULL", "?"])
LITERALS = st.one_of(
    SCALARS,
    SCALARS,
    st.sampled_from(["[1, 'z']", "[]", "{'deep': [1]}", "{}", "<<'x'>>", "<<1, 2>>", "['x', <<2>>]"]),
)
GIVEN = st.sampled_from([{"S": "a"}, {"S": "b"}, {"N": "1"}, {"N": "2.0"}, {"SS": ["x"]}, {"BOOL": True}])
NOISE = st.sampled_from(
    ["SELECT", "FROM", "WHERE", "AND", "NOT", "IN", "BETWEEN", "IS", "MISSING", "SET", "value", "LIMIT", "ORDER", "BY", "(", ")",
     "[", "]", "{", "<<", ",", "=", "<", "- num", "*", "?", "'a'", "1", "user", "pk", ";", "upper(pk)", "LIKE", "AS"]
)  # fmt: skip


def chance(draw, one_in: int) -> bool:
    return draw(st.integers(1, one_in)) == 1


@st.composite
def operands(draw) -> list[str]:
    if chance(draw, 8):
        return ["size", "(", draw(PATHS), ")"]
    return [draw(PATHS if draw(st.booleans()) else LITERALS)]


@st.composite
def conditions(draw, depth: int = 2) -> list[str]:
    form = draw(st.integers(0, 9 if depth else 6))
    if form <= 2:
        return [
            *draw(operands()),
            draw(st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="])),
            *draw(operands()),
        ]
    if form == 3:
        members = [draw(SCALARS) for _ in range(draw(st.integers(1, 3)))]
        return [draw(PATHS), *draw(st.sampled_from([["IN"], ["NOT", "IN"]])), f"[{', '.join(members)}]"]
    if form == 4:
        negated = draw(st.sampled_from([[], ["NOT"]]))
        return [draw(PATHS), *negated, "BETWEEN", draw(SCALARS), "AND", draw(SCALARS)]
    if form == 5:
        kinds = ["MISSING", "NULL", "STRING", "NUMERIC", "BOOLEAN", "LIST", "STRUCT", "INTEGER"]
        return [draw(PATHS), "IS", *draw(st.sampled_from([[], ["NOT"]])), draw(st.sampled_from(kinds))]
    if form == 6:
        name = draw(st.sampled_from(["begins_with", "contains", "CONTAINS", "attribute_type"]))
        second = draw(st.sampled_from(["'S'", "'N'", "'L'"]) if name == "attribute_type" else SCALARS)
        return [name, "(", draw(PATHS), ",", second, ")"]
    if form == 7:
        return ["NOT", "(", *draw(conditions(depth - 1)), ")"]
    return [
        "(", *draw(conditions(depth - 1)), draw(st.sampled_from(["AND", "OR"])), *draw(conditions(depth - 1)), ")"
    ]  # fmt: skip


@st.composite
def keys(draw, table: str) -> list[str]:
    """A whole primary key, in either order."""
    parts = [["pk", "=", draw(st.sampled_from(["'a'", "'b'", "'c'"]))]]
    if table == "Sorted":
        parts.insert(draw(st.integers(0, 1)), ["sk", "=", draw(st.sampled_from(["1", "2", "-1"]))])
    return [token for part in parts for token in ["AND", *part]][1:]


@st.composite
def selects(draw) -> list[str]:
    table = draw(st.sampled_from(["Sorted", "Sorted", '"Sorted"', "Plain"]))
    source, partition, sort = draw(
        st.sampled_from(
            [(table, "pk", "sk"), ('Sorted."by-colour"', "colour", "sk"), ("Sorted.lsi", "pk", "lk")]
        )
    )
    columns = draw(st.lists(st.sampled_from(["pk", "num", "box.deep", "tags"]), unique=True, max_size=3))
    where: list[list[str]] = []
    if not chance(draw, 4):
        value = "'red'" if partition == "colour" else "'a'"
        where.append(
            draw(
                st.sampled_from(
                    [[partition, "=", value], [partition, "IN", f"[{value}, 'b']"], [value, "=", partition]]
                )
            )
        )
        if sort == "sk" and source != "Plain" and draw(st.booleans()):
            where.append(
                draw(
                    st.sampled_from([["sk", ">", "1"], ["1", "=", "sk"], ["sk", "BETWEEN", "-1", "AND", "1"]])
                )
            )
    if draw(st.booleans()):
        where.append(draw(conditions()))
    said = ["SELECT", *(", ".join(columns) or "*").split(), "FROM", source]
    said += [token for number, part in enumerate(where) for token in ["AND" if number else "WHERE", *part]]
    if where and source != "Plain" and chance(draw, 4):
        said += [
            "ORDER",
            "BY",
            draw(st.sampled_from([partition, sort, "num"])),
            draw(st.sampled_from(["ASC", "DESC"])),
        ]
    return said


@st.composite
def singles(draw, table: str | None = None) -> list[str]:
    """INSERT, UPDATE or DELETE of one item."""
    table = table or draw(st.sampled_from(["Sorted", "Plain"]))
    form = draw(st.sampled_from(["INSERT", "UPDATE", "UPDATE", "DELETE"]))
    where = ["WHERE", *draw(keys(table)), *(["AND", *draw(conditions(1))] if chance(draw, 3) else [])]
    if form == "DELETE":
        return [
            "DELETE",
            "FROM",
            table,
            *where,
            *draw(st.sampled_from([[], ["RETURNING", "ALL", "OLD", "*"]])),
        ]
    if form == "INSERT":
        key = draw(keys(table))
        members = [f"'{key[at]}': {key[at + 2]}" for at in range(0, len(key), 4)]
        members += [f"'{name}': {draw(LITERALS)}" for name in ("num", "box") if draw(st.booleans())]
        return ["INSERT", "INTO", table, "VALUE", "{" + ", ".join(members) + "}"]
    changes = []
    for path in draw(
        st.lists(st.sampled_from(["num", "tags", "box.deep", "other", "flag"]), min_size=1, max_size=3)
    ):
        value = draw(
            st.one_of(
                LITERALS,
                st.sampled_from(["num + 1", "num - ?", f"set_add({path}, <<'z'>>)", f"set_delete({path}, <<'x'>>)",
                                 "list_append(box.deep, [1])", f"if_not_exists({path}, 5)"]),
            )
        )  # fmt: skip
        changes += ["REMOVE", path] if chance(draw, 4) else ["SET", path, "=", value]
    returned = draw(st.sampled_from(["", "ALL OLD *", "ALL NEW *"]))
    return ["UPDATE", table, *changes, *where, *(f"RETURNING {returned}".split() if returned else [])]


@st.composite
def mutated(draw, said: st.SearchStrategy) -> list[str]:
    tokens = list(draw(said))
    at = draw(st.integers(0, len(tokens) - 1))
    form = draw(st.integers(0, 2))
    if form == 0:
        del tokens[at]
    elif form == 1:
        tokens.insert(at, draw(NOISE))
    else:
        tokens[at] = draw(NOISE)
    return tokens or ["SELECT"]


@st.composite
def entries(draw, said: st.SearchStrategy) -> dict:
    text = " ".join(draw(said))
    given = text.count("?")
    return {"Statement": text, **({"Parameters": [draw(GIVEN) for _ in range(given)]} if given else {})}


def reads(table: str) -> st.SearchStrategy:
    return keys(table).map(lambda key: ["SELECT", "*", "FROM", table, "WHERE", *key])


CHECKS = st.tuples(keys("Sorted"), conditions(1)).map(
    lambda both: ["EXISTS(SELECT", "*", "FROM", "Sorted", "WHERE", *both[0], "AND", *both[1], ")"]
)


@st.composite
def requests(draw) -> Request:
    form = draw(st.integers(0, 9))
    if form <= 6:
        said = st.one_of(selects(), selects(), singles())
        return "ExecuteStatement", draw(entries(said if form <= 3 else mutated(said)))
    several = draw(
        st.sampled_from(
            [
                reads("Sorted"),
                singles(),
                st.one_of(singles(), singles("Plain")),
                st.one_of(singles(), reads("Plain")),
            ]
        )
    )
    if form == 7:
        found = draw(st.lists(entries(several), min_size=1, max_size=3))
        return "BatchExecuteStatement", {"Statements": found}
    several = st.one_of(several, CHECKS) if draw(st.booleans()) else several
    return "ExecuteTransaction", {
        "TransactStatements": draw(st.lists(entries(several), min_size=1, max_size=3))
    }

"""PartiQL, statement by statement, against the same calls without it."""

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from helpers.corrections.errors import Refused
from helpers.corrections.partiql import statements
from tests.corrections.tables import N, S, create, index

ROW = {
    "pk": S("a"), "sk": N(1), "colour": S("red"), "tags": {"SS": ["x", "y"]},
    "box": {"M": {"list": {"L": [N(1), {"M": {"deep": S("z")}}]}}}, "nothing": {"NULL": True},
}  # fmt: skip
INSERT = """INSERT INTO "Orders" VALUE {'pk':'a','sk':1,'colour':'red','tags':<<'x','y'>>,
    'box':{'list':[1,{'deep':'z'}]},'nothing':null}"""
KEYS = {"pk": S("a"), "sk": N(1)}


@pytest.fixture
def client(started):
    made = create(attributes={"colour": "S"}, GlobalSecondaryIndexes=[index("by-colour", "colour")])
    made.put_item(TableName="Orders", Item={"pk": S("a"), "sk": N(2)})
    made.put_item(TableName="Orders", Item={"pk": S("b"), "sk": N(1), "colour": S("blue")})
    made.execute_statement(Statement=INSERT)
    return made


def run(client, statement: str, *parameters, **more):
    given = {"Parameters": list(parameters)} if parameters else {}
    return client.execute_statement(Statement=statement, **given, **more)["Items"]


def refusal(client, statement: str, *parameters) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        run(client, statement, *parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_inserted_item_is_what_its_text_says(client):
    assert client.get_item(TableName="Orders", Key=KEYS)["Item"] == ROW


def test_a_parameter_is_the_number_that_it_means(client):
    assert run(client, "SELECT sk FROM Orders WHERE pk=? AND sk=?", S("a"), N("1.0")) == [{"sk": N(1)}]
    run(client, "UPDATE Orders SET n=? WHERE pk='a' AND sk=?", N("10e1"), N("0.1e1"))
    assert client.get_item(TableName="Orders", Key=KEYS)["Item"]["n"] == N(100)


def test_an_insert_never_overwrites(client):
    again = INSERT.replace("'red'", "'green'")
    assert refusal(client, again) == ("DuplicateItemException", "Duplicate primary key exists in table")
    assert client.get_item(TableName="Orders", Key=KEYS)["Item"] == ROW


def test_an_update_never_inserts(client):
    assert refusal(client, "UPDATE Orders SET colour='green' WHERE pk='z' AND sk=1")[0] == (
        "ConditionalCheckFailedException"
    )
    assert "Item" not in client.get_item(TableName="Orders", Key={"pk": S("z"), "sk": N(1)})


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ("pk='a'", ["a1", "a2"]),
        ("pk = 'a' AND sk=1", ["a1"]),
        ("'a' = pk AND sk >= 2", ["a2"]),
        ("pk='a' AND sk BETWEEN 1 AND 2 AND colour='red'", ["a1"]),
        ("pk IN ['a', 'b'] AND sk=1", ["a1", "b1"]),
        ("pk IN ('a', 'b')", ["a1", "a2", "b1"]),
        ("pk='a' AND (sk=1 OR colour IS MISSING)", ["a1", "a2"]),
        ("pk='a' OR sk=1", ["a1", "a2", "b1"]),
        ("pk IN ['a'] OR colour='blue' AND sk=1", ["a1", "a2", "b1"]),
        ("colour IS NOT MISSING AND NOT colour = 'red'", ["b1"]),
        ('"nothing" IS NULL', ["a1"]),
        ("tags IS NOT MISSING AND colour IS STRING", ["a1"]),
        ("NOT sk BETWEEN 1 AND 1 OR colour NOT IN ['red', 'blue']", ["a2"]),
        ("contains(tags, 'x') = true", ["a1"]),
        ("pk='b' /* the second */ AND sk = +1 -- and only", ["b1"]),
        ("contains(tags, 'x')", ["a1"]),
        ("begins_with(\"colour\", 'bl')", ["b1"]),
        ("size(tags) > 1 AND sk <> 2 AND sk != 3", ["a1"]),
        ("attribute_type(box, 'M')", ["a1"]),
        ("box.\"list\"[1].deep='z'", ["a1"]),
        ("box['list'][0] = 1", ["a1"]),
        ("pk='it''s'", []),
    ],
)
def test_where_finds_what_it_says(client, where, keys):
    found = [one["pk"]["S"] + one["sk"]["N"] for one in run(client, f"SELECT * FROM Orders WHERE {where}")]
    assert sorted(found) == keys


def test_key_equality_is_a_query_and_everything_else_a_scan(client):
    for number in range(200):
        client.put_item(TableName="Orders", Item={"pk": S("c"), "sk": N(number), "text": S("x" * 1000)})

    def units(where):
        asked = f"SELECT * FROM Orders WHERE {where}"
        answer = client.execute_statement(Statement=asked, ReturnConsumedCapacity="TOTAL")
        return answer["ConsumedCapacity"]["CapacityUnits"]

    assert units("pk='a'") == units("pk='c' AND sk=7") == 0.5
    assert units("pk='a' OR pk='b'") == units("pk IN ['a', 'b']") == 1.0
    assert units("sk=1") == units("pk='a' OR sk=1") == units("begins_with(pk, 'a')") > 20


def test_select_names_values_by_the_last_part_of_their_path(client):
    (found,) = run(
        client,
        """SELECT pk, box."list"[1].deep, box['list'][0], missing_ FROM Orders WHERE pk='a' AND sk=1""",
    )
    assert found == {"pk": S("a"), "deep": S("z"), "list[0]": N(1)}


def test_an_index_and_an_order_can_be_named(client):
    assert run(client, 'SELECT sk FROM "Orders"."by-colour" WHERE colour=?', S("red")) == [{"sk": N(1)}]
    found = run(client, "SELECT sk FROM Orders WHERE pk='a' ORDER BY sk DESC")
    assert found == [{"sk": N(2)}, {"sk": N(1)}]
    assert "non-optional hash key" in refusal(client, "SELECT * FROM Orders WHERE sk=1 ORDER BY sk")[1]


def test_several_values_of_the_partition_key_are_read_once_each_and_in_the_order_that_is_asked_for(client):
    def found(order=""):
        asked = f"SELECT pk, sk FROM Orders WHERE pk='b' OR pk='a' OR pk='b'{order}"
        return [one["pk"]["S"] + one["sk"]["N"] for one in run(client, asked)]

    assert found() == ["b1", "a1", "a2"]
    assert found(" ORDER BY pk, sk DESC") == ["a2", "a1", "b1"]
    assert found(" ORDER BY pk DESC") == ["b1", "a1", "a2"]


def test_pages_follow_the_token_through_every_query(client):
    asked = "SELECT * FROM Orders WHERE pk IN ['a', 'b', 'z']"
    found, more = [], {}
    for _ in range(9):
        page = client.execute_statement(Statement=asked, Limit=1, **more)
        found += page["Items"]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert [one["pk"]["S"] + one["sk"]["N"] for one in found] == ["a1", "a2", "b1"]
    with pytest.raises(ClientError, match="Invalid NextToken"):
        client.execute_statement(Statement=asked, NextToken="nonsense")


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        ("SET sum_=5", "sum_", N(5)),
        ("SET colour='blue' SET x=?", "x", S("given")),
        ('SET box."list"[0]=box."list"[0]+4', "box", {"M": {"list": {"L": [N(5), {"M": {"deep": S("z")}}]}}}),
        ('SET box."list"=list_append(box."list", [\'end\'])', "box", None),
        ("SET tags=set_add(tags, <<'q'>>)", "tags", {"SS": ["q", "x", "y"]}),
        ("SET tags=set_delete(tags, <<'x'>>)", "tags", {"SS": ["y"]}),
        ("REMOVE colour", "colour", None),
        ("SET u=-1 REMOVE colour", "u", N(-1)),
    ],
)
def test_an_update_changes_what_it_names(client, change, attribute, value):
    parameters = [S("given")] if "?" in change else []
    statement = f"UPDATE Orders {change} WHERE pk='a' AND sk=1 RETURNING ALL NEW *"
    (after,) = run(client, statement, *parameters)
    assert after == client.get_item(TableName="Orders", Key=KEYS)["Item"] != ROW
    assert value is None or after[attribute] == value


def test_a_condition_besides_the_key_must_hold(client):
    code, _ = refusal(client, "DELETE FROM Orders WHERE pk='a' AND sk=1 AND colour='blue'")
    assert code == "ConditionalCheckFailedException"
    gone = run(client, "DELETE FROM Orders WHERE pk='a' AND sk=1 AND colour='red' RETURNING ALL OLD *")
    assert gone == [ROW]
    assert run(client, "DELETE FROM Orders WHERE pk='a' AND sk=1") == []
    assert run(client, "DELETE FROM Orders WHERE pk='a' AND sk=1 AND colour='red'") == []


# These say: the tenth partition, NaN, the one before the first, a text as a key, and a text as a place.
@pytest.mark.parametrize(
    "token",
    ["nonsense", "WzksIG51bGxd", "W05hTixudWxsXQ==", "Wy0xLG51bGxd", "WzAsIngiXQ==", "WyJ4IixudWxsXQ=="],
)
def test_a_next_token_that_was_not_given_is_refused(client, token):
    with pytest.raises(ClientError, match="Invalid NextToken"):
        client.execute_statement(Statement="SELECT * FROM Orders WHERE pk='a'", NextToken=token)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE Orders SET x=1 WHERE pk='a'", "mandatory equality on all key attributes"),
        ("DELETE FROM Orders WHERE pk='a' AND sk>1", "mandatory equality on all key attributes"),
        ("UPDATE Orders SET pk='b' WHERE pk='a' AND sk=1", "part of the key"),
        ("SELECT * FROM Orders WHERE pk=?", "Number of parameters"),
        ("SELECT * FROM", "wasn't well formed"),
        ("SELECT * FROM Orders WHERE", "wasn't well formed"),
        ("SELECT * FROM Orders WHERE pk='a' AND", "wasn't well formed"),
        ("DROP TABLE Orders", "Unsupported operation: DropTable"),
        ("INSERT INTO Orders VALUE {'pk':'a'}", "Key sk"),
        ("INSERT INTO Orders VALUE {'pk':1,'sk':1}", "data type"),
        ("SELECT * FROM Orders.nowhere", "does not have the specified index"),
    ],
)
def test_what_cannot_be_done_is_refused(client, statement, words):
    code, message = refusal(client, statement)
    assert code == "ValidationException" and words in message


def test_a_batch_tells_each_failure_in_its_place(client):
    answer = client.batch_execute_statement(
        Statements=[
            {"Statement": INSERT},
            {"Statement": "UPDATE Orders SET colour='green' WHERE pk='b' AND sk=1"},
            {"Statement": "DELETE FROM Nowhere WHERE pk='b'"},
            {"Statement": "UPDATE Orders SET x=1 WHERE pk='q' AND sk=1"},
        ]
    )["Responses"]
    codes = [response.get("Error", {}).get("Code") for response in answer]
    assert codes == ["DuplicateItem", None, "ResourceNotFound", "ConditionalCheckFailed"]
    read = [
        {"Statement": "SELECT sk, colour FROM Orders WHERE pk=? AND sk=1", "Parameters": [S(k)]} for k in "bq"
    ]
    assert client.batch_execute_statement(Statements=read)["Responses"] == [
        {"TableName": "Orders", "Item": {"sk": N(1), "colour": S("green")}},
        {"TableName": "Orders"},
    ]


def test_a_transaction_of_statements_is_all_or_nothing(client):
    insert = {"Statement": "INSERT INTO Orders VALUE {'pk':'new','sk':1}"}
    check = "EXISTS(SELECT * FROM Orders WHERE pk='a' AND sk=1 AND colour='{}')"
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.execute_transaction(TransactStatements=[insert, {"Statement": check.format("blue")}])
    assert [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    read = {"TransactStatements": [{"Statement": "SELECT pk FROM Orders WHERE pk='new' AND sk=1"}]}
    assert client.execute_transaction(**read)["Responses"] == [{}]
    client.execute_transaction(TransactStatements=[insert, {"Statement": check.format("red")}])
    assert client.execute_transaction(**read)["Responses"] == [{"Item": {"pk": S("new")}}]


def test_a_page_goes_through_ten_values_of_the_partition_key(client):
    for number in range(12):
        client.put_item(TableName="Orders", Item={"pk": S(f"k{number}"), "sk": N(1)})
    asked = f"SELECT pk FROM Orders WHERE pk IN {[f'k{number}' for number in range(12)]}"
    page = client.execute_statement(Statement=asked)
    assert len(page["Items"]) == 10
    rest = client.execute_statement(Statement=asked, NextToken=page["NextToken"])
    assert rest["Items"] == [{"pk": S("k10")}, {"pk": S("k11")}] and "NextToken" not in rest


def test_a_batch_names_the_table_once_it_came_to_the_item(client):
    told = client.batch_execute_statement(
        Statements=[
            {"Statement": INSERT},
            {"Statement": "INSERT INTO Orders VALUE {'pk': 'a'}"},
            {"Statement": "oops"},
        ]
    )["Responses"]
    assert [response.get("TableName") for response in told] == ["Orders", None, None]
    assert told[1]["Error"]["Message"] == "Key attribute should be present in the item: Key sk"


def test_a_batch_reads_by_nothing_but_the_key(client):
    reads = ["pk = 'a' AND sk = 1 AND colour = 'red'", "pk = 'a'", "pk IN ['a'] AND sk = 1"]
    told = client.batch_execute_statement(
        Statements=[{"Statement": f"SELECT * FROM Orders WHERE {where}"} for where in reads]
    )["Responses"]
    assert {response["Error"]["Message"] for response in told} == {
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
    }


def test_a_transaction_is_known_by_its_token_and_its_statements(client):
    asked = {"TransactStatements": [{"Statement": "INSERT INTO Orders VALUE {'pk':'new','sk':1}"}]}
    for _ in range(2):
        assert client.execute_transaction(**asked, ClientRequestToken="once")["Responses"] == []
    other = {"TransactStatements": [{"Statement": "INSERT INTO Orders VALUE {'pk':'new','sk':2}"}]}
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.execute_transaction(**other, ClientRequestToken="once")


TOKENS = ["SELECT", "*", "FROM", "t", "WHERE", "=", "'a'", "?", "(", ")", "[", "]", "{", "}", "<<", ">>", ",", ".",
          ":", "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "MISSING", "1", "-", "+", "INSERT", "INTO", "VALUE",
          "UPDATE", "SET", "REMOVE", "RETURNING", "ALL", "OLD", "DELETE", "'", '"', ";", "size", "EXISTS", "set_add",
          "ORDER", "BY", "LIMIT", "STRING", "<", "user", "--", "/*"]  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=14))
def test_any_text_is_a_statement_or_refused(tokens):
    try:
        statements.parse(" ".join(tokens), [{"S": "p"}])
    except Refused as refused:
        assert refused.kind == "ValidationException"

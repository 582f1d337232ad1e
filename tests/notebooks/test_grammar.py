"""The reference tables of lessons 04 and 05 hold the whole grammar, every example in them runs, and each part of it runs."""

import re

import boto3
import pytest

from helpers import lab
from tests.notebooks.kernel import ROOT, code_cells, read

# Developer Guide, "Using update expressions in DynamoDB": update-expression, set-action, value, operand, function,
# remove-, add- and delete-action. Paths and placeholders: "Referring to item attributes when using expressions",
# "Expression attribute names", "Using expression attribute values".
UPDATE = {
    "SET", "REMOVE", "ADD", "DELETE", "=", "+", "-", "if_not_exists", "list_append", ".", "[n]", ",", "#name", ":value",
}  # fmt: skip
# Developer Guide, "Condition and filter expressions, operators, and functions in DynamoDB": condition-expression,
# comparator, function.
CONDITION = {
    "=", "<>", "<", "<=", ">", ">=", "BETWEEN", "IN", "AND", "OR", "NOT", "( )",
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
}  # fmt: skip

VALUES = {
    ":n": {"N": "1"}, ":s": {"S": "a"}, ":type": {"S": "S"}, ":list": {"L": []}, ":set": {"SS": ["a"]},
}  # fmt: skip
NAMES = {"#status": "status"}

LESSONS = {"04_update_expressions": UPDATE, "05_condition_expressions": CONDITION}

# An item that has what the examples name.
ITEM = {
    "pk": {"S": "item"}, "city": {"S": "Ghent"}, "home": {"M": {"city": {"S": "Ghent"}}}, "balance": {"N": "5"},
    "events": {"L": [{"S": "first"}]}, "tags": {"SS": ["a", "b"]}, "visits": {"N": "1"}, "status": {"S": "active"},
}  # fmt: skip


def notebook(name):
    return read(ROOT / "notebooks" / f"{name}.ipynb")


def reference(name) -> dict[str, str]:
    """The last table under the heading Reference: what to write, and its example."""
    (cell,) = [c for c in notebook(name).cells if c.source.startswith("## Reference")]
    rows = re.findall(r"^\| `([^`]+)` \|[^|]*\| `([^`]+)` \|$", cell.source, re.M)
    return dict(rows)


def used(text: str, pattern=re.compile(r"[:#]\w+")) -> set[str]:
    return set(pattern.findall(text))


@pytest.mark.parametrize("name", LESSONS)
def test_the_reference_lists_the_grammar_of_the_documentation_and_nothing_else(name):
    assert set(reference(name)) == LESSONS[name]


@pytest.mark.parametrize("name", LESSONS)
def test_every_example_of_the_reference_runs(name, started):
    lab.reset()
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="Examples",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for token, example in reference(name).items():
        client.put_item(TableName="Examples", Item=ITEM)
        names = {key: value for key, value in NAMES.items() if key in used(example)}
        values = {key: value for key, value in VALUES.items() if key in used(example)}
        request = {"TableName": "Examples", "Key": {"pk": ITEM["pk"]}}
        request |= {"ExpressionAttributeNames": names} if names else {}
        request |= {"ExpressionAttributeValues": values} if values else {}
        kind = "UpdateExpression" if name.startswith("04") else "ConditionExpression"
        try:
            client.update_item(**request, **{kind: example})
        except client.exceptions.ConditionalCheckFailedException:
            assert kind == "ConditionExpression"  # it was evaluated, and false
        except client.exceptions.ClientError as error:
            pytest.fail(f"{token}: {example}: {error}")


@pytest.mark.parametrize("name", LESSONS)
def test_every_example_shows_what_its_row_is_about(name):
    for token, example in reference(name).items():
        assert re.search(shape(token), example), (token, example)


@pytest.mark.parametrize("name", LESSONS)
def test_every_part_of_the_grammar_runs_in_a_cell(name):
    strings = "\n".join(
        text for cell in code_cells(notebook(name)) for text in re.findall(r'"([^"\n]*)"', cell.source)
    )
    missing = [token for token in LESSONS[name] if not re.search(shape(token), strings)]
    assert not missing


def test_a_projection_runs_with_every_kind_of_path():
    (projection,) = re.findall(
        r'ProjectionExpression="([^"]+)"',
        "\n".join(c.source for c in code_cells(notebook("04_update_expressions"))),
    )
    for part in (".", "[n]", ",", "#name"):
        assert re.search(shape(part), projection), part


def shape(token: str) -> str:
    """What a token looks like in an expression."""
    special = {
        ".": r"\w\.\w",
        "[n]": r"\w\[\d+\]",
        ",": r"\S, \S",
        "#name": r"#\w+",
        ":value": r":\w+",
        "( )": r"(^|AND |OR |NOT )\(.+\)",
    }
    if token in special:
        return special[token]
    if token[0].isalpha():
        return rf"\b{token}\b" if token.isupper() else rf"\b{token}\("
    return rf"(?<=\s){re.escape(token)}(?=\s)"

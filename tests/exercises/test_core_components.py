"""What lesson 01 claims of its exercises is true of the lab, and the notebook says what the exercise says."""

from decimal import Decimal

import boto3
import pytest
from botocore.exceptions import ClientError

from helpers import lab
from helpers.exercises import check
from helpers.exercises.core_components import (
    FitsDynamodb,
    ReplaceOrUpdate,
    ShrinkItem,
    ValidItems,
    _by_hand,
)
from tests.notebooks.kernel import ROOT, read


@pytest.fixture(scope="module")
def lesson():
    notebook = read(ROOT / "notebooks" / "01_core_components.ipynb")
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("letter", ValidItems.candidates)
def test_the_table_accepts_the_items_that_are_valid_and_no_other(started, letter):
    item, valid, _ = ValidItems.candidates[letter]
    lab.load("people")
    table = boto3.resource("dynamodb").Table("People")
    if valid:
        table.put_item(Item=item)
    else:
        with pytest.raises(ClientError, match="ValidationException"):
            table.put_item(Item=item)


def test_the_notebook_lists_the_items_of_the_exercise(lesson):
    for letter, (item, _, _) in ValidItems.candidates.items():
        assert f"- **{letter}** `{item}`".replace("'", '"') in lesson


def test_the_notebook_lists_the_options_of_the_exercise(lesson):
    assert [f"- **{letter}** " in lesson for letter in FitsDynamodb.options] == [True] * 6


def test_the_notebook_shows_the_calls_that_the_prediction_is_about(lesson):
    shown = []

    class Table:
        def __getattr__(self, name):
            return lambda **parameters: shown.append(name)

    ReplaceOrUpdate.calls(Table())
    code = lesson[lesson.index("After these four calls") :].split("```")[1]
    assert [line.split("(")[0] for line in code.splitlines() if line.startswith("table.")] == [
        f"table.{name}" for name in shown
    ]
    for part in ('"balance": 100, "nickname": "Sea"', '{":b": 200}', '"rate": 2', '{":n": "Snow"}'):
        assert part in code


def test_the_notebook_shows_the_first_entry_that_is_to_shrink(lesson):
    for name, value in ShrinkItem.entries[0].items():
        assert f'"{name}": "{value}"' in lesson


def added_by_an_update(table, account_id, amount):
    updated = table.update_item(
        Key={"account_id": account_id},
        UpdateExpression="ADD balance :amount",
        ExpressionAttributeValues={":amount": Decimal(amount)},
        ReturnValues="UPDATED_NEW",
    )
    return updated["Attributes"]["balance"]


def read_in_a_batch(table, customer_id, product_id, default):
    keys = [{"customer_id": customer_id, "product_id": product_id}]
    found = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": keys}})
    return next(iter(found["Responses"][table.name]), default)


def shrunk_as_text(item):
    names = {
        "a": "transaction_amount_in_euros",
        "b": "counterparty_account_number",
        "c": "free_text_for_the_statement",
    }
    olds = {old: new for new, old in names.items()}
    return {olds.get(name, name): value for name, value in item.items()}, names


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("typed_to_python", lambda typed: _by_hand(typed, Decimal)),  # bytes, where boto3 makes Binary
        ("exact_money", added_by_an_update),
        ("read_or_default", read_in_a_batch),
        ("shrink_item", shrunk_as_text),
        ("valid_items", {"a", "b", "e"}),
        ("replace_or_update", {**ReplaceOrUpdate.solution, "rate": Decimal("2.0")}),
    ],
)
def test_another_good_answer_is_right_too(started, name, answer):
    assert check(name, answer).kind == "right", check(name, answer).text

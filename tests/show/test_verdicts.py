"""Transactions and timelines: who did what, and what became of it."""

import re
from html import unescape

import pytest
from botocore.exceptions import ClientError

from helpers import show

ACTIONS = [
    {
        "Update": {
            "TableName": "Accounts",
            "Key": {"account_id": "A-1"},
            "ConditionExpression": "#b >= :n",
            "ExpressionAttributeNames": {"#b": "balance"},
            "ExpressionAttributeValues": {":n": 500},
        }
    },
    {"Put": {"TableName": "Transfers", "Item": {"transfer_id": {"S": "T-9"}}}},
]
FAILED = [{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}, {"Code": "None"}]


def error(code, **fields):
    return ClientError({"Error": {"Code": code, "Message": "…"}, **fields}, "TransactWriteItems")


@pytest.mark.parametrize(
    "outcome", [FAILED, error("TransactionCanceledException", CancellationReasons=FAILED)]
)
def test_a_cancelled_transaction_names_the_guilty_and_the_innocent(outcome):
    picture = show.transaction(outcome, ACTIONS)
    assert picture.alt == "A transaction of 2 actions, cancelled: 1 failed, so none was applied."
    assert re.search(r"1 +Update Accounts +account_id A-1 +failed", picture.text)
    assert re.search(r"2 +Put Transfers +transfer_id T-9 +not applied", picture.text)


def test_the_failed_condition_is_told_with_what_its_placeholders_stand_for():
    assert "condition false: balance >= 500" in show.transaction(FAILED, ACTIONS).text


def test_the_item_that_failed_the_condition_is_shown():
    reasons = [{**FAILED[0], "Item": {"account_id": {"S": "A-1"}, "balance": {"N": "100"}}}, FAILED[1]]
    assert "the item holds account_id A-1, balance 100" in show.transaction(reasons, ACTIONS).text


@pytest.mark.parametrize("outcome", [None, {"ResponseMetadata": {}}])
def test_a_transaction_that_succeeded_applied_everything(outcome):
    picture = show.transaction(outcome, ACTIONS)
    assert picture.text.count("applied") == 2 and "failed" not in picture.text


def test_a_refused_request_tried_nothing():
    picture = show.transaction(error("ValidationException"), ACTIONS)
    assert "refused as a whole: ValidationException" in picture.alt
    assert picture.text.count("not tried") == 2


def test_another_reason_is_told_in_dynamodbs_words():
    reasons = [
        {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"},
        {"Code": "None"},
    ]
    assert (
        "TransactionConflict: Transaction is ongoing for the item" in show.transaction(reasons, ACTIONS).text
    )


def test_reasons_of_another_request_are_refused():
    with pytest.raises(ValueError, match="3 reasons for 2 actions"):
        show.transaction([*FAILED, {"Code": "None"}], ACTIONS)


STEPS = [
    show.Step("Alice", "GetItem", "balance 100", {"id": "A-1", "balance": 100}),
    show.Step("Bob", "GetItem", "balance 100", {"id": "A-1", "balance": 100}),
    show.Step("Alice", "PutItem", "balance 70", {"id": "A-1", "balance": 70}),
    show.Step(
        "Bob", "PutItem", "balance 80", {"id": "A-1", "balance": 70}, "ConditionalCheckFailedException"
    ),
    show.Step("Bob", "DeleteItem", "", None),
]


def test_a_timeline_tells_each_step_in_order():
    lines = show.timeline(STEPS).text.split("\n")
    told = [line.split(maxsplit=2)[1:] for line in lines if re.match(r"\d  ", line)]
    assert told == [
        ["Alice", "GetItem balance 100"], ["Bob", "GetItem balance 100"], ["Alice", "PutItem balance 70"],
        ["Bob", "PutItem balance 80"], ["Bob", "DeleteItem"],
    ]  # fmt: skip


def test_a_timeline_shows_the_item_when_it_changes_and_only_then():
    text = show.timeline(STEPS).text
    assert re.findall(r"item then (.*)", text) == [
        '{id: "A-1", balance: 100}', '{id: "A-1", balance: 70}', "no item",
    ]  # fmt: skip


def test_a_long_call_is_told_over_several_lines_not_cut():
    said = "ACC-1: SET balance = balance - 80 if balance >= 80 and version = 3 and attribute_exists(owner)"
    picture = show.timeline([show.Step("Alice", "UpdateItem", said, {"id": "A-1"})])
    assert " ".join(picture.text.split()).count(said) == 1
    assert said in unescape(picture.html.replace("<br>", " "))
    assert max(map(len, picture.text.split("\n"))) <= 80


def test_a_call_beyond_four_lines_says_that_it_goes_on():
    text = show.timeline([show.Step("Alice", "PutItem", "word " * 99)]).text
    assert text.count("word") == 4 * 7 and "…" in text


def test_a_refused_call_is_marked_in_its_lane():
    picture = show.timeline(STEPS)
    assert "✕ ConditionalCheckFailedException" in picture.text
    assert "✕ ConditionalCheckFailedException" in picture.html
    assert "1 call refused" in picture.alt


def test_each_writer_has_one_lane():
    html = show.timeline(STEPS).html
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', html) == ["Alice", "Bob", "item then"]
    assert html.count("<tr") == len(STEPS) + 1


def test_steps_may_be_plain_dicts():
    steps = [{"writer": "a", "operation": "PutItem", "item_after": {"id": "1"}}]
    assert (
        show.timeline(steps).text == show.timeline([show.Step("a", "PutItem", item_after={"id": "1"})]).text
    )


def test_a_put_too_long_to_show_is_told_by_its_first_attribute():
    put = {
        "Put": {"TableName": "Accounts", "Item": {"pk": "EMAIL#mei@mail.example", "owner": "USER#MEI-TANAKA"}}
    }
    assert re.search(r"Put Accounts +pk EMAIL#mei@mail.example +applied", show.transaction(None, [put]).text)

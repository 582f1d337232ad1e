"""What the checks of lesson 04 accept and refuse beyond the mistakes that each exercise lists."""

from types import SimpleNamespace

import pytest

from helpers.exercises import racing
from helpers.exercises.update_expressions import (
    AppendEvent,
    CountVisits,
    RaiseBalance,
    SwapTwo,
    TagsAsSet,
    UpdateCost,
)


@pytest.fixture(autouse=True)
def lab(started):
    return started


def test_a_balance_may_be_raised_by_add_or_by_set_and_told_by_any_new_image():
    def by_add(table, key, amount):
        return table.update_item(
            Key=key,
            UpdateExpression="ADD #b :a",
            ExpressionAttributeNames={"#b": "balance"},
            ExpressionAttributeValues={":a": amount},
            ReturnValues="ALL_NEW",
        )["Attributes"]["balance"]

    assert RaiseBalance().judge(by_add).kind == "right"


def test_two_calls_that_lose_nothing_are_only_wasteful():
    def append_event(table, key, event):
        for expression, value in (
            ("SET events = if_not_exists(events, :list)", []),
            ("SET events = list_append(events, :list)", [event]),
        ):
            table.update_item(
                Key=key, UpdateExpression=expression, ExpressionAttributeValues={":list": value}
            )

    verdict = AppendEvent().judge(append_event)
    assert verdict.kind == "wasteful" and "2 calls" in verdict.text


def test_the_verdict_on_a_list_in_the_wrong_order_shows_the_whole_list_and_no_more():
    answer, _ = AppendEvent.mistakes["puts it first"]
    details = dict(AppendEvent().judge(answer).details)
    assert details["got"].endswith("}]") and "balance" not in details["got"]


def test_an_answer_by_the_client_is_as_good_as_one_by_the_table():
    def by_client(table, key, event):
        table.meta.client.update_item(
            TableName=table.name,
            Key=key,
            UpdateExpression="SET events = list_append(if_not_exists(events, :none), :new)",
            ExpressionAttributeValues={":none": [], ":new": [event]},
        )

    assert AppendEvent().judge(by_client).kind == "right"


def test_a_counter_may_start_by_if_not_exists():
    def count_visits(table, page):
        return table.update_item(
            Key={"page": page},
            UpdateExpression="SET visits = if_not_exists(visits, :none) + :one",
            ExpressionAttributeValues={":none": 0, ":one": 1},
            ReturnValues="UPDATED_NEW",
        )["Attributes"]["visits"]

    assert CountVisits().judge(count_visits).kind == "right"


def test_a_counter_with_a_bounded_retry_counts_right_but_wastes_calls():
    def by_version(table, page):
        while True:
            seen = table.get_item(Key={"page": page}).get("Item", {}).get("visits", 0)
            try:
                table.update_item(
                    Key={"page": page},
                    UpdateExpression="SET visits = :next",
                    ConditionExpression="visits = :seen" if seen else "attribute_not_exists(visits)",
                    ExpressionAttributeValues={":next": seen + 1} | ({":seen": seen} if seen else {}),
                )
                return seen + 1
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                continue

    verdict = CountVisits().judge(by_version)
    assert verdict.kind == "wasteful" and "2 calls" in verdict.text


def test_the_verdict_of_a_lost_visit_shows_the_schedule_as_a_timeline():
    answer, _ = CountVisits.mistakes["reads, adds, sets"]
    details = dict(CountVisits().judge(answer).details)
    assert details["schedule"] == "abba"
    lines = details["timeline"].splitlines()
    assert [word for line in lines for word in line.split() if word.endswith("Item")] == [
        "GetItem",
        "GetItem",
        "UpdateItem",
        "UpdateItem",
    ]
    assert "visits: 42" in details["timeline"]


def test_a_counter_that_never_ends_is_told_so():
    def count_visits(table, page):
        count = table.get_item(Key={"page": page}).get("Item", {}).get("visits", 0) + 1
        table.put_item(
            Item={"page": page, "title": "Rates", "visits": count}
            if count > 1
            else {"page": page, "visits": 1}
        )
        while table.get_item(Key={"page": page})["Item"]["visits"] != count:
            pass
        return count

    verdict = CountVisits().judge(count_visits)
    assert verdict.kind == "wrong" and "does not end" in verdict.text


def test_a_swap_through_a_third_attribute_leaves_a_trace():
    def through_a_third(table, key, one, other):
        for to, source in (("third", one), (one, other), (other, "third")):
            table.update_item(
                Key=key,
                UpdateExpression="SET #to = #from",
                ExpressionAttributeNames={"#to": to, "#from": source},
            )

    assert "'third'" in SwapTwo().judge(through_a_third).text


def test_a_set_may_be_changed_in_any_spelling():
    def tags_as_set(table, key, tag, wanted):
        table.update_item(
            Key=key,
            UpdateExpression=f"{'add' if wanted else 'delete'} #t :t",
            ExpressionAttributeNames={"#t": "tags"},
            ExpressionAttributeValues={":t": {tag}},
        )

    assert TagsAsSet().judge(tags_as_set).kind == "right"


def test_the_predicted_costs_are_what_the_lab_measures():
    exercise = UpdateCost()
    with exercise.case():
        assert exercise._measured() == UpdateCost.solution


def test_an_answer_that_waits_without_a_call_is_asked_about_a_lock(monkeypatch):
    def stopped(*writers, **options):
        drawn = SimpleNamespace(text="A schedule.\n\na, b", html="")
        why = "b ran for 3 s without a call and did not end"
        run = SimpleNamespace(stopped=why, order="ab", timeline=lambda title: drawn)
        return [SimpleNamespace(witness=run)]

    monkeypatch.setattr(racing, "race", stopped)
    assert "Does it wait for a lock?" in CountVisits().judge(CountVisits.solution).message

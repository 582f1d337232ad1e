"""Whatever an answer does, the learner gets a helpful verdict, the kernel lives, and the lab is untouched."""

import builtins
import contextlib
import os
import sys
import threading
import time

import boto3
import pytest

from helpers import lab
from helpers.exercises import TODO, running
from helpers.exercises.exercise import Exercise


class OneCustomer(Exercise):
    """Return all products of one customer."""

    hints = ("Which?", "Query.")
    seconds = 1

    @staticmethod
    def solution(table, customer):
        items = table.query(
            KeyConditionExpression="customer_id = :c", ExpressionAttributeValues={":c": customer["id"]}
        )
        return items["Items"]

    def check(self, answer):
        for customer, count in (("CUST-1001", 3), ("CUST-9999", 0)):
            with self.case(f"a customer with {count} products"):
                table = self.load("customer_products")
                before = self.items(table)
                run = self.run(answer, table, {"id": customer})
                self.expect(run, [item for item in before if item["customer_id"] == customer])
                self.holds(table, before)
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=1, read_units=0.5)


@pytest.fixture
def learners_table(started):
    """The learner's own table of the same name, with one item of their own."""
    lab.load("people")
    lab.load("customer_products")
    table = boto3.resource("dynamodb").Table("CustomerProducts")
    table.put_item(Item={"customer_id": "MINE", "product_id": "SAV-01"})
    yield table
    names = boto3.client("dynamodb").list_tables()["TableNames"]
    assert names == ["CustomerProducts", "People"], "the lab was touched"
    assert "Item" in table.get_item(Key={"customer_id": "MINE", "product_id": "SAV-01"})


def judged(answer):
    return OneCustomer().judge(answer)


def test_the_solution_is_right(learners_table):
    assert judged(OneCustomer.solution).kind == "right"


def test_waste_is_told_only_when_the_answer_is_right(learners_table):
    def scans(table, customer):
        return [item for item in table.scan()["Items"] if item["customer_id"] == customer["id"]]

    def scans_wrongly(table, customer):
        return table.scan()["Items"]

    verdict = judged(scans)
    assert verdict.kind == "wasteful" and "calls Scan: a Scan reads the whole table" in verdict.text
    assert judged(scans_wrongly).kind == "wrong"


def test_a_budget_says_what_it_took_and_what_would_do(learners_table):
    def asks_twice(table, customer):
        return [OneCustomer.solution(table, customer) for _ in range(2)][0]

    assert "it takes 2 calls. 1 call would do." in judged(asks_twice).text


def test_an_answer_that_raises_is_told_the_error_and_its_own_line(learners_table):
    def answer(table, customer):
        missing = {}
        return missing["Items"]

    line = answer.__code__.co_firstlineno + 2
    verdict = judged(answer)
    assert "It raised KeyError: 'Items'" in verdict.message
    assert ("at", f'line {line}: return missing["Items"]') in verdict.details
    assert ("case", "a customer with 3 products") in verdict.details
    assert ("call", "one_customer(table, {'id': 'CUST-1001'})") in verdict.details


def test_a_table_where_its_name_belongs_is_told_so(learners_table):
    def answer(table, customer):
        return table.meta.client.query(TableName=table, KeyConditionExpression="customer_id = 1")

    message = judged(answer).message
    assert "RecursionError" in message and "TableName is text: table.name" in message


def test_the_line_is_the_learners_even_when_a_library_raised(learners_table):
    def answer(table, customer):
        return table.get_item(Key={"customer_id": 1})

    assert any(label == "at" and "get_item" in code for label, code in judged(answer).details)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Is a return missing?"),
        ({"Items": []}, "is a dict, not a list"),
        ("CUST-1001", "is text, not a list: 'CUST-1001'"),
        ([], "has 0 elements, not 3"),
        ((each for each in ()), "is generator, not a list"),
    ],
)
def test_an_answer_of_the_wrong_type_is_told_so(learners_table, value, words):
    assert words in judged(lambda table, customer: value).text


def test_an_answer_that_never_returns_is_stopped(learners_table):
    before = threading.active_count()

    def busy(table, customer):
        while True:
            pass

    def stubborn(table, customer):
        while True:
            try:
                time.sleep(0.01)
            except BaseException:  # noqa: S110 the point of the test
                continue

    for answer in (busy, stubborn):
        assert "had not returned after 1 seconds" in judged(answer).text
        if answer is busy:
            assert threading.active_count() == before


def test_one_that_waits_is_left_behind_and_cannot_reach_the_lab(learners_table):
    reached, tried = [], threading.Event()

    def answer(table, customer):
        with contextlib.suppress(BaseException):
            time.sleep(2.5)
        try:
            table.delete()
            reached.append(True)
        finally:
            tried.set()

    assert "had not returned" in judged(answer).text
    assert tried.wait(5)
    assert not reached


# The thread ends by SystemExit, which Python passes over in silence and pytest does not.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_an_answer_leaves_running_cannot_reach_the_lab(learners_table):
    go, reached = threading.Event(), []

    def later(table):
        go.wait(5)
        table.delete()
        reached.append(True)

    def answer(table, customer):
        threading.Thread(target=later, args=(table,), daemon=True).start()
        return OneCustomer.solution(table, customer)

    judged(answer)
    go.set()
    time.sleep(0.3)
    assert not reached


def test_what_is_printed_is_captured_and_cut(learners_table, capsys):
    def answer(table, customer):
        print("x" * 1_000_000)

    verdict = judged(answer)
    assert capsys.readouterr().out == ""
    assert ("printed" in dict(verdict.details)) and len(verdict.text) < 2_000


@pytest.mark.parametrize("end", [sys.exit, lambda: os._exit(3), lambda: exit()])
def test_an_answer_that_ends_the_program_does_not(learners_table, end):
    assert "ends the whole program" in judged(lambda table, customer: end()).text


def test_an_interrupt_inside_an_answer_is_an_error_of_the_answer(learners_table):
    def answer(table, customer):
        raise KeyboardInterrupt

    assert "KeyboardInterrupt" in judged(answer).text


def test_an_answer_that_asks_for_input_does_not_wait(learners_table):
    own = builtins.input
    assert "not from input()" in judged(lambda table, customer: input("customer? ")).text
    assert builtins.input is own


@pytest.mark.parametrize("name", ["start", "stop", "reset"])
def test_an_answer_cannot_empty_the_lab(learners_table, name):
    assert "leaves the lab alone" in judged(lambda table, customer: getattr(lab, name)()).text


def test_endless_recursion_is_an_error_like_any_other(learners_table):
    def answer(table, customer):
        return answer(table, customer)

    assert "RecursionError" in judged(answer).text


def test_an_answer_that_deletes_the_table_is_told_so(learners_table):
    def answer(table, customer):
        items = OneCustomer.solution(table, customer)
        table.delete()
        return items

    assert "The table is not there any more" in judged(answer).text


def test_an_answer_that_changes_its_arguments_is_told_so(learners_table):
    def answer(table, customer):
        items = OneCustomer.solution(table, customer)
        customer["seen"] = True
        return items

    verdict = judged(answer)
    assert "It changes what it was given" in verdict.text
    assert dict(verdict.details)["afterwards"] == "{'id': 'CUST-1001', 'seen': True}"


def test_an_answer_that_takes_other_parameters_is_told_which(learners_table):
    assert "It takes (table); it is called with (table, customer)." in judged(lambda table: []).text


def test_a_called_function_is_not_a_function(learners_table):
    assert "Pass the function itself: check('one_customer', one_customer)" in judged([1, 2]).text


@pytest.mark.parametrize("part", [TODO, [TODO], {"a": {"b": TODO}}, (1, TODO), {TODO}])
def test_todo_anywhere_in_an_answer_is_todo(learners_table, part):
    assert judged(part).kind == "todo"
    assert judged(lambda table, customer: part).kind == "todo"


def test_a_function_that_still_mentions_todo_is_todo_and_is_not_run(learners_table):
    def answer(table, customer):
        table.delete()
        return table.query(KeyConditionExpression=TODO)["Items"]

    assert judged(answer).kind == "todo"
    assert "Your function still says TODO, so it was not tried." in judged(answer).message


def test_an_untouched_function_is_not_told_that_it_still_says_todo(learners_table):
    assert "Write the function in place of TODO" in judged(lambda table, customer: TODO).message


def test_a_table_that_is_given_typed_values_is_told_whose_form_they_are(learners_table):
    verdict = judged(
        lambda table, customer: table.put_item(Item={"customer_id": {"S": "a"}, "product_id": "b"})
    )
    assert "A Table takes the plain value" in verdict.message


def test_a_check_that_stumbles_over_an_answer_still_gives_a_verdict(started):
    class Odd:
        def __eq__(self, other):
            raise RuntimeError("no")

        __hash__ = None

    class Compares(Exercise):
        """Compare."""

        solution = 1

        def check(self, answer):
            if answer == 1:
                return

    verdict = Compares().judge(Odd())
    assert verdict.kind == "wrong" and "could not read this answer" in verdict.text


def test_without_a_lab_the_learner_is_told_to_start_it():
    with pytest.raises(lab.LabError, match=r"lab\.start\(\)"):
        judged(OneCustomer.solution)


def test_an_interrupted_check_stops_the_answer(started, monkeypatch):
    def interrupted(thread, timeout=None):
        if timeout == 1:
            raise KeyboardInterrupt
        return join(thread, timeout)

    join = threading.Thread.join
    monkeypatch.setattr(threading.Thread, "join", interrupted)
    stopped = threading.Event()

    def answer():
        try:
            while True:
                pass
        finally:
            stopped.set()

    with pytest.raises(KeyboardInterrupt):
        running.run(answer, seconds=1)
    assert stopped.wait(2)


def test_an_exercise_cannot_replace_a_part_of_the_engine_by_accident():
    with pytest.raises(TypeError, match="has an attribute 'items'"):

        class Clash(Exercise):
            items = ()

"""What learners read: differences in one sentence, predictions not given away, the same text on every run."""

from decimal import Decimal

import pytest

from helpers.exercises.comparing import difference, written
from helpers.exercises.exercise import Exercise
from helpers.exercises.verdicts import SIGNS, Verdict


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (Decimal(1500), 1500, None),
        (Decimal("0.10"), Decimal("0.1"), None),
        ((1, 2), [1, 2], None),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}, None),
        (True, 1, "it is a boolean, not a number."),
        ("1500", 1500, "it is text, not a number: '1500'."),
        (Decimal(8), 10, "it is 8, not 10."),
        (0.1, Decimal("0.1"), "it is 0.1, not Decimal('0.1')."),
        (None, [], "it is None."),
        ({"N": "2"}, 2, "it is in the client's form, {'N': '2'}: write the Python value alone."),
        ({"S": 1}, {"S": 2}, "'S' of it is 1, not 2."),
        (
            {"Count": 0, "ResponseMetadata": {}},
            {"a": 1},
            "it has no 'a': it is the whole response of the call. Take out what is asked for.",
        ),
        ([1], [1, 2], "it has 1 element, not 2."),
        ([2, 1], [1, 2], "it has the right elements in the wrong order."),
        ([{"a": 1}, {"a": 3}], [{"a": 1}, {"a": 2}], "'a' of element 1 of it is 3, not 2."),
        ({"a": 1}, {"a": 1, "b": 2}, "it has no 'b'."),
        ({"a": 1, "b": 2}, {"a": 1}, "it has 'b', which does not belong there."),
        ({"a"}, {"a", "c", "b"}, "it misses 'b', 'c'."),
        ({"1", "15"}, {1, 15}, "an element of it is text, not a number: '1'."),
        ({"a", "b"}, {"a"}, "it has 'b', which does not belong there."),
    ],
)
def test_a_difference_is_told_in_one_sentence(got, expected, said):
    assert difference(got, expected, "it") == said


def test_values_are_written_the_same_on_every_run():
    assert written({"tags": {"b", "a", "c"}}) == "{'tags': {'a', 'b', 'c'}}"
    assert written(object()) == "<object>"
    assert written([lambda: 1]) == "[<function>]"
    assert written("x" * 1000).endswith("… (1,002 characters)")
    assert written(set()) == "set()"


def test_a_whole_number_is_written_the_same_whatever_its_type():
    assert written([42, Decimal(42), Decimal("42.0")]) == "[42, 42, 42]"
    assert written([Decimal("0.05"), Decimal("NaN")]) == "[Decimal('0.05'), Decimal('NaN')]"
    assert written(Decimal("1E+1000000")) == "Decimal('1E+1000000')"


class Predict(Exercise):
    """Foretell."""

    solution = {"GetItem": 0.5, "Query": 1}

    def check(self, answer):
        self.predict(answer, self.solution, why={"Query": "It sums first."})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"GetItem": 0.5, "Query": 2}, "'Query' is not 2. It sums first."),
        ({"GetItem": 0.5}, "'Query' is missing. It sums first."),
        ({"GetItem": 0.5, "Query": "1"}, "'Query' is text, not a number: '1'."),
        ({"GetItem": 0.5, "Query": None}, "'Query' is not None. It sums first."),
        ({"GetItem": 0.5, "Query": 1, "Scan": 3}, "'Scan' does not belong there."),
        ([0.5, 1], "The answer is [0.5, 1], not a dict with 'GetItem', 'Query'."),
        (None, "The answer is None, not a dict with 'GetItem', 'Query'."),
    ],
)
def test_a_wrong_prediction_is_not_told_the_right_one(answer, said):
    verdict = Predict().judge(answer)
    assert (verdict.kind, verdict.message) == ("wrong", said)
    assert not verdict.details


class Order(Exercise):
    """Order."""

    solution = ["put", "read"]

    def check(self, answer):
        self.predict(answer, self.solution, why=("First a put.", ""))


def test_a_list_is_foretold_element_by_element():
    assert Order().judge(["put", "read"]).kind == "right"
    assert Order().judge(["read", "put"]).message == "Element 0 is not 'read'. First a put."
    assert Order().judge(["put"]).message == "The answer has 1 element, not 2."


class Letters(Exercise):
    """Choose."""

    solution = ["A", "C"]

    def check(self, answer):
        self.choose(
            answer,
            {
                "A": (True, "it is one key."),
                "B": (False, "it joins."),
                "C": (True, "it is known."),
                "D": (False, "no."),
            },
        )


@pytest.mark.parametrize("answer", [["A", "C"], ["c", " a"], ("C", "A"), {"A", "C"}, ["A", "C", "A"]])
def test_letters_count_in_any_case_and_order(answer):
    assert Letters().judge(answer).kind == "right"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["A", "B", "C"], "1 letter is too many: it joins."),
        (["A", "B", "C", "D"], "2 letters are too many. One of them: it joins."),
        (["A"], "1 letter is missing: it is known."),
        ([], "2 letters are missing. One of them: it is one key."),
        ("ac", "Give a list with a letter each: ['A', 'C']."),
        (42, "Give a list with a letter each: ['A', 'B']."),
        (["A", 42], "There is no option 42. Choose from A, B, C, D."),
        ([["A"]], "There is no option ['A']. Choose from A, B, C, D."),
    ],
)
def test_a_wrong_choice_is_told_how_much_is_wrong_and_one_reason_but_no_letter(answer, said):
    assert Letters().judge(answer).message == said


def test_a_verdict_has_a_text_form_that_says_what_the_picture_says():
    verdict = Verdict("wrong", "one_customer", "It has no `Items`.", (("expected", "['<b>']"), ("got", "[]")))
    assert verdict.text.splitlines() == [
        "✗ wrong · one_customer",
        "It has no `Items`.",
        "  expected  ['<b>']",
        "  got       []",
        'Stuck? hint("one_customer")',
    ]
    html = verdict._repr_mimebundle_()["text/html"]
    for part in ("✗ wrong", "one_customer", ">Items<", "[&#x27;&lt;b&gt;&#x27;]"):
        assert part in html
    assert "<script" not in html and "var(" not in html


def test_an_answer_that_is_not_right_is_told_where_help_is_and_no_other():
    told = {kind: 'hint("one_customer")' in Verdict(kind, "one_customer", "So.").text for kind in SIGNS}
    assert told == {"todo": False, "wrong": True, "wasteful": True, "right": False}


def test_a_name_at_the_beginning_of_a_message_keeps_its_letters():
    class Named(Exercise):
        """Name."""

        solution = 1

        def check(self, answer):
            self.expect(answer, 1, "transfer_fee")

    assert Named().judge(2).message == "transfer_fee is 2, not 1."

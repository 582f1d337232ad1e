"""Expressions: what they mean, and that nothing they touch is changed behind the caller's back.

Their messages are in `refusals/`, and thousands of generated ones meet DynamoDB Local in `tests/oracle`.
"""

import copy
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.corrections import values
from helpers.corrections.errors import Refused
from helpers.corrections.expressions import conditions, grammar, key_conditions, updates

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**20), max_value=10**20)
scalars = st.one_of(
    st.text(max_size=5).map(lambda text: {"S": text}),
    numbers.map(lambda number: {"N": values.number_text(number)}),
    st.booleans().map(lambda flag: {"BOOL": flag}),
    st.just({"NULL": True}),
    st.sets(st.text(min_size=1, max_size=3), min_size=1).map(lambda s: {"SS": sorted(s, key=str.encode)}),
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda content: {"L": content})
        | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3).map(lambda content: {"M": content})
    ),
    max_leaves=8,
)
items = st.dictionaries(st.sampled_from(["aa", "bb", "cc", "dd"]), documents, max_size=4)
operators = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


@given(items, st.sampled_from(["aa", "bb.x", "cc[0]", "dd[1].y", "cc[9]"]), documents)
def test_an_update_gives_a_new_item_and_leaves_the_old_one_alone(item, path, value):
    before = copy.deepcopy(item)
    update = updates.update(f"SET {path} = :v", {}, {":v": value})
    try:
        after = update.apply(item)
    except Refused as refused:
        assert refused.message == updates.BAD_PATH
    else:
        root = update.paths[0][0]
        assert {name: after[name] for name in after if name != root} == {
            name: before[name] for name in before if name != root
        }
    assert item == before


@given(items, documents)
def test_what_was_set_is_what_a_projection_of_the_same_path_finds(item, value):
    after = updates.update("SET aa = :v", {}, {":v": value}).apply(item)
    assert conditions.projection("aa").of(after) == {"aa": value}
    assert conditions.condition("aa = :v", {}, {":v": value}).matches(after)


@given(items)
def test_a_removed_attribute_does_not_exist(item):
    after = updates.update("REMOVE aa, bb").apply(item)
    gone = conditions.condition("attribute_not_exists(aa) AND attribute_not_exists(bb)")
    assert gone.matches(after)
    assert set(item) - set(after) <= {"aa", "bb"}


@given(items)
def test_projecting_twice_is_projecting_once(item):
    projection = conditions.projection("aa, bb.x, cc")
    once = projection.of(item)
    assert projection.of(once) == once


@given(items)
def test_list_elements_that_were_picked_move_up_in_order(item):
    picked = conditions.projection("aa[0], aa[2]").of(item)
    content = item.get("aa", {}).get("L", [])
    expected = [content[at] for at in (0, 2) if at < len(content)]
    assert picked == ({"aa": {"L": expected}} if expected else {})


@given(numbers, numbers, st.sampled_from(sorted(operators)))
def test_numbers_compare_by_value_not_by_text(left, right, sign):
    bound = {":n": {"N": values.number_text(right)}}
    condition = conditions.condition(f"aa {sign} :n", {}, bound)
    assert condition.matches({"aa": {"N": values.number_text(left)}}) == operators[sign](left, right)


@given(st.text(max_size=4), st.text(max_size=4), st.sampled_from(sorted(operators)))
def test_strings_compare_by_their_utf8_bytes(left, right, sign):
    condition = conditions.condition(f"aa {sign} :s", {}, {":s": {"S": right}})
    assert condition.matches({"aa": {"S": left}}) == operators[sign](left.encode(), right.encode())


@given(items, documents, st.sampled_from(["<", "<=", ">", ">=", "="]))
def test_a_comparison_with_a_missing_attribute_is_false_and_unequal_is_true(item, value, sign):
    if sign not in ("=",) and values.kind_of(value) not in values.ORDERED:
        return
    assert not conditions.condition(f"zz {sign} :v", {}, {":v": value}).matches(item)
    assert conditions.condition("zz <> :v", {}, {":v": value}).matches(item)


@given(numbers, numbers)
def test_sums_and_differences_are_exact(left, right):
    item = {"aa": {"N": values.number_text(left)}}
    bound = {":n": {"N": values.number_text(right)}}
    total = updates.update("SET bb = aa + :n, cc = aa - :n", {}, bound).apply(item)
    assert Decimal(total["bb"]["N"]) == values.EXACT.add(left, right)
    assert Decimal(total["cc"]["N"]) == values.EXACT.subtract(left, right)


@pytest.mark.parametrize("change", ["SET aa = aa + :n", "SET aa = aa - :n", "ADD aa :n"])
def test_a_sum_of_too_many_digits_is_an_overflow(change):
    with pytest.raises(Refused, match="Number overflow"):
        updates.update(change, {}, {":n": {"N": "1"}}).apply({"aa": {"N": "1" + "0" * 50}})


@pytest.mark.parametrize(
    "zero, kept", [("0e125", True), ("0.0e126", True), ("0e126", False), ("0e-131", False)]
)
def test_a_zero_is_judged_by_the_exponent_that_it_is_written_with(zero, kept):
    if kept:
        assert values.canonical(zero) == "0"
    else:
        with pytest.raises(Refused, match="Number (over|under)flow"):
            values.canonical(zero)


@given(st.sets(st.integers(-50, 50), min_size=1), st.sets(st.integers(-50, 50), min_size=1))
def test_add_and_delete_are_union_and_difference_of_sets(left, right):
    def number_set(members):
        return {"NS": [str(member) for member in sorted(members)]}

    item, bound = {"aa": number_set(left)}, {":s": number_set(right)}
    assert updates.update("ADD aa :s", {}, bound).apply(item)["aa"] == number_set(left | right)
    rest = updates.update("DELETE aa :s", {}, bound).apply(item)
    assert rest == ({"aa": number_set(left - right)} if left - right else {})


def test_every_operand_of_an_update_sees_the_old_item():
    swap = updates.update("SET aa = bb, bb = aa")
    assert swap.apply({"aa": {"S": "1"}, "bb": {"S": "2"}}) == {"aa": {"S": "2"}, "bb": {"S": "1"}}


def test_a_list_closes_up_after_elements_were_removed_and_set_beyond_its_end():
    update = updates.update("SET aa[0] = :n, aa[9] = :n REMOVE aa[1]", {}, {":n": {"S": "new"}})
    item = {"aa": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}}
    assert update.apply(item) == {"aa": {"L": [{"S": "new"}, {"S": "c"}, {"S": "new"}]}}


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("aa", "<EOF>", "aa"),
        ("aa =   ", "<EOF>", "=   "),
        ("aa = = bb", "=", "= = bb"),
        ("aa-bb = cc", "-", "aa-bb"),
        ("aa = bb cc", "cc", "bb cc"),
        ("  = aa", "=", "  = aa"),
        ("(aa = bb", "<EOF>", "bb"),
        ("aa AND bb", "AND", "aa AND bb"),
        ("aa IN ()", ")", "()"),
    ],
)
def test_a_syntax_error_shows_the_token_and_its_neighbours(text, token, near):
    with pytest.raises(Refused) as refused:
        grammar.parse(text, "ConditionExpression")
    expected = f'Invalid ConditionExpression: Syntax error; token: "{token}", near: "{near}"'
    assert refused.value.message == expected


@given(st.text(alphabet="ab #:()[].,=<>+-0 ANDORTSE\"'", max_size=30))
def test_no_text_does_worse_than_be_refused(text):
    for parse in (
        lambda: conditions.condition(text, {"#a": "a"}, {":a": {"N": "1"}}),
        lambda: updates.update(text, {"#a": "a"}, {":a": {"N": "1"}}),
        lambda: conditions.projection(text, {"#a": "a"}),
        lambda: key_conditions.key_condition(text, {"#a": "a"}, {":a": {"N": "1"}}),
    ):
        try:
            parse()
        except Refused as refused:
            assert refused.message


def test_a_thousand_parentheses_are_refused_and_not_a_crash():
    with pytest.raises(Refused, match="redundant parentheses"):
        grammar.parse("(" * 2000 + "aa = bb" + ")" * 2000, "ConditionExpression")


def test_parsing_is_remembered_and_placeholders_are_not():
    text = "aa = :v"
    one = conditions.condition(text, {}, {":v": {"S": "1"}})
    two = conditions.condition(text, {}, {":v": {"S": "2"}})
    assert one.matches({"aa": {"S": "1"}})
    assert not two.matches({"aa": {"S": "1"}})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=7))
def test_a_number_keeps_its_value_and_loses_needless_zeros(number):
    text = values.canonical(f"{number:f}00")
    assert Decimal(text) == number
    assert values.canonical(text) == text
    assert not (text.startswith("0") and text[1:2].isdigit())
    assert not ("." in text and text.endswith("0"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1e126", "overflow"),
        ("-1e126", "overflow"),
        ("1e-131", "underflow"),
        ("1" * 39, "38 significant digits"),
        ("abc", "numeric value: abc"),
        ("", "numeric value"),
        ("١", "numeric value"),
    ],
)
def test_what_38_digits_cannot_hold_is_refused(text, problem):
    with pytest.raises(Refused, match=problem):
        values.canonical(text)


@pytest.mark.parametrize("text", ["9.9e125", "1e-130", "1" * 38, "1" * 38 + "0" * 80, "-0", "+7", ".5", "5."])
def test_what_38_digits_can_hold_is_not(text):
    assert Decimal(values.canonical(text)) == Decimal(text)


@pytest.mark.parametrize("deep", [10, 149])
def test_parentheses_within_each_other_are_read_however_deep(deep):
    text = "aa < :b " + "OR (aa < :b " * deep + ")" * deep
    limit = sys.getrecursionlimit()
    condition = conditions.condition(text, {}, {":b": {"N": "2"}})
    assert condition.matches({"aa": {"N": "1"}}) and not condition.matches({"aa": {"N": "3"}})
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    ("text", "told"),
    [("aa < " + "f(" * 1350 + ":b" + ")" * 1350, "Invalid function name; function: f"),
     ("NOT " * 1000 + "aa = :b", "too many operators")],
)  # fmt: skip
def test_what_is_wrong_in_the_deep_is_told(text, told):
    with pytest.raises(Refused, match=told):
        conditions.condition(text, {}, {":b": {"N": "2"}})

"""The parameters from before expressions say the same as the expressions that replaced them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.corrections.errors import Refused
from helpers.corrections.expressions import conditions, updates
from helpers.corrections.requests import legacy
from helpers.corrections.values import checked, kind_of

texts, small = st.text(max_size=3), st.integers(-20, 20).map(str)
values = st.one_of(
    texts.map(lambda text: {"S": text}),
    small.map(lambda number: {"N": number}),
    st.sampled_from([{"B": "YWI="}, {"B": "YQ=="}, {"BOOL": True}, {"NULL": True}]),
    st.sets(texts, min_size=1, max_size=3).map(lambda members: checked({"SS": list(members)})),
    st.sets(small, min_size=1, max_size=3).map(lambda members: checked({"NS": list(members)})),
    st.lists(texts.map(lambda text: {"S": text}), max_size=3).map(lambda content: {"L": content}),
)
items = st.dictionaries(st.sampled_from(["aa", "bb"]), values, max_size=2)
# The expression that the API Reference gives for each ComparisonOperator.
EXPRESSION = {
    "EQ": "aa = :v0",
    "NE": "aa <> :v0",
    "LT": "aa < :v0",
    "LE": "aa <= :v0",
    "GT": "aa > :v0",
    "GE": "aa >= :v0",
    "BETWEEN": "aa BETWEEN :v0 AND :v1",
    "IN": "aa IN (:v0, :v1)",
    "BEGINS_WITH": "begins_with(aa, :v0)",
    "CONTAINS": "contains(aa, :v0)",
    "NOT_CONTAINS": "attribute_exists(aa) AND NOT contains(aa, :v0)",
    "NULL": "attribute_not_exists(aa)",
    "NOT_NULL": "attribute_exists(aa)",
}


def arguments(operator: str, first: dict, second: dict) -> list:
    if operator in ("NULL", "NOT_NULL"):
        return []
    return [first, second] if operator in ("BETWEEN", "IN") else [first]


def condition(operator: str, given: list, together: str | None = None, **others):
    one = {"ComparisonOperator": operator, "AttributeValueList": given}
    return legacy.condition(legacy.conditions({"aa": one, **others}), together)


@given(st.sampled_from(sorted(EXPRESSION)), values, values, items)
def test_an_older_condition_holds_exactly_where_its_expression_does(operator, first, second, item):
    given = arguments(operator, first, second)
    try:
        older = condition(operator, given)
    except Refused:
        assume(False)
    bound = {f":v{at}": value for at, value in enumerate(given)}
    newer = conditions.condition(EXPRESSION[operator], {}, bound)
    assert older.matches(item) == newer.matches(item)


@given(values, values, items)
def test_conditions_are_joined_by_and_unless_or_is_asked_for(first, second, item):
    other = {"bb": {"ComparisonOperator": "EQ", "AttributeValueList": [second]}}
    holds = [item.get("aa") == first, item.get("bb") == second]
    assert condition("EQ", [first], None, **other).matches(item) == all(holds)
    assert condition("EQ", [first], "OR", **other).matches(item) == any(holds)


@given(values, items)
def test_expected_value_means_equal_and_expected_absence_means_absent(value, item):
    equal = legacy.condition(legacy.expected({"aa": {"Value": value}}), None)
    absent = legacy.condition(legacy.expected({"aa": {"Exists": False}}), None)
    assert equal.matches(item) == (item.get("aa") == value)
    assert absent.matches(item) == ("aa" not in item)


@given(values, items)
def test_put_and_delete_of_an_attribute_are_set_and_remove(value, item):
    put = legacy.update({"aa": {"Value": value}})
    assert put.apply(item) == updates.update("SET aa = :v", {}, {":v": value}).apply(item)
    delete = legacy.update({"aa": {"Action": "DELETE"}})
    assert delete.apply(item) == updates.update("REMOVE aa").apply(item)


@given(values, items)
def test_add_is_the_same_in_both_languages(value, item):
    assume(kind_of(value) in ("N", "SS", "NS"))
    older = legacy.update({"aa": {"Action": "ADD", "Value": value}})
    newer = updates.update("ADD aa :v", {}, {":v": value})
    if "aa" in item and kind_of(item["aa"]) != kind_of(value):
        with pytest.raises(Refused, match="Type mismatch for attribute to update"):
            older.apply(item)
    else:
        assert older.apply(item) == newer.apply(item)


def test_add_also_appends_to_a_list_which_the_expression_does_not():
    older = legacy.update({"aa": {"Action": "ADD", "Value": {"L": [{"S": "new"}]}}})
    assert older.apply({"aa": {"L": [{"S": "old"}]}}) == {"aa": {"L": [{"S": "old"}, {"S": "new"}]}}
    assert older.apply({}) == {"aa": {"L": [{"S": "new"}]}}


def test_no_updates_leave_the_item_as_it_is():
    item = {"pk": {"S": "a"}}
    assert legacy.update({}).apply(item) == item


@given(items)
def test_attributes_to_get_is_a_projection_of_whole_attributes(item):
    assert legacy.projection(["aa"]).of(item) == conditions.projection("aa").of(item)

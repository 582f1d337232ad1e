"""The short way for plain items gives what the long way gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.corrections.errors import Refused
from helpers.corrections.requests.plain import plain
from helpers.corrections.values import checked
from helpers.rules import wire_size

NUMBERS = [
    "0",
    "1",
    "-7",
    "1.5",
    "1.50",
    "01",
    "1e2",
    "-0",
    "0.001",
    "9" * 38,
    "9" * 39,
    "1E130",
    "x",
    "",
    "+1",
    " 1",
]
values = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text(max_size=4)),
        st.builds(lambda text: {"N": text}, st.sampled_from(NUMBERS)),
        st.sampled_from([{"BOOL": True}, {"NULL": True}, {"NULL": False}, {"B": "YQ=="}, {"SS": ["b", "a"]}]),
        st.sampled_from(
            [{}, {"S": None}, {"S": 1}, {"N": 1}, {"BOOL": "x"}, {"S": "a", "N": "1"}, {"M": []}, {"Q": ""}]
        ),
    ),
    lambda inner: st.one_of(
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=3)),
        st.builds(lambda members: {"M": members}, st.dictionaries(st.text(max_size=2), inner, max_size=3)),
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=3), values, max_size=4))
def test_what_passes_is_in_dynamodbs_own_form_and_has_its_size(item):
    passed = plain(json.loads(json.dumps(item)))
    if passed is not None:
        assert passed == item == {name: checked(value) for name, value in item.items()}
        assert passed.size == wire_size(item)


@pytest.mark.parametrize(
    "item", [{"a": {"S": "x"}, "n": {"N": "-1.5"}}, {"m": {"M": {"l": {"L": [{"BOOL": False}]}}}}]
)
def test_an_everyday_item_passes(item):
    assert plain(item) == item


def nested(levels: int) -> dict:
    value = {"S": "deep"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def test_the_deepest_item_passes_and_a_deeper_one_does_not():
    assert plain({"a": nested(31)}).size == wire_size({"a": nested(31)})
    assert plain({"a": nested(32)}) is None
    with pytest.raises(Refused):
        checked(nested(32))

"""The changes found, put to the item before, give the item after."""

import copy
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from helpers import show
from helpers.show.changes import changes, same

SCALARS = st.sampled_from(["a", "b", "", Decimal(1), 1, Decimal("1.0"), 2, True, False, None, b"a"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=10,
)
ITEMS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def paths(item, prefix=""):
    """Every leaf of an item by its path, written independently of the code under test."""
    if isinstance(item, dict) and (item or not prefix):
        return {
            p: v
            for name, part in item.items()
            for p, v in paths(part, f"{prefix}.{name}" if prefix else name).items()
        }
    if isinstance(item, list) and item:
        return {p: v for place, part in enumerate(item) for p, v in paths(part, f"{prefix}[{place}]").items()}
    return {prefix: item}


@given(ITEMS, ITEMS)
def test_the_marked_paths_are_exactly_what_differs(before, after):
    rebuilt = {}
    for path, kind, was, now in changes(before, after):
        old = {} if kind == "added" else paths(was, path)
        new = {} if kind == "removed" else paths(now, path)
        assert all(same(paths(before)[p], v) for p, v in old.items())
        assert kind != "same" or all(same(paths(after)[p], v) for p, v in old.items())
        assert kind != "changed" or not same(was, now)
        rebuilt |= new
    wanted = paths(after)
    assert rebuilt.keys() == wanted.keys()
    assert all(same(rebuilt[path], value) for path, value in wanted.items())


@given(ITEMS)
def test_an_item_against_itself_has_not_changed(item):
    picture = show.before_after(item, copy.deepcopy(item))
    assert "nothing changed" in picture.alt


def test_changed_paths_are_marked_by_words_and_signs():
    before = {"id": "1", "address": {"city": "Leeds", "zip": "LS1"}, "tags": ["a", "b"], "old": 1}
    after = {"id": "1", "address": {"city": "York", "zip": "LS1"}, "tags": ["a", "c", "d"], "new": 2}
    picture = show.before_after(before, after)
    lines = [line.split() for line in picture.text.split("\n")]
    assert ["~", "changed", "address.city", "Leeds", "York"] in lines
    assert ["~", "changed", "tags[1]", "b", "c"] in lines
    assert ["+", "added", "tags[2]", "–", "d"] in lines
    assert ["−", "removed", "old", "1", "–"] in lines
    assert ["same", "address.zip", "LS1", "LS1"] in lines
    assert picture.alt == "An item before and after: 2 added, 1 removed, 2 changed."


def test_one_and_true_are_different_values():
    assert changes({"n": 1}, {"n": True}) == [("n", "changed", 1, True)]
    assert changes({"m": {"l": [1]}}, {"m": {"l": [True]}}) == [("m.l[0]", "changed", 1, True)]
    assert same(1, Decimal("1.0"))


def test_a_type_change_shows_though_the_text_is_alike():
    assert changes({"n": 5}, {"n": "5"}) == [("n", "changed", 5, "5")]
    assert 'n     5       "5"' in show.before_after({"n": 5}, {"n": "5"}).text


def test_a_dot_in_a_name_is_not_a_step():
    assert changes({"a.b": 1}, {"a.b": 2})[0][0] == '"a.b"'


def test_no_item_before_is_a_new_item_and_none_after_is_a_gone_one():
    assert (
        show.before_after(None, {"id": "1"}).alt == "An item before and after: the item is new, 1 attribute."
    )
    assert (
        show.before_after({"id": "1"}, None).alt == "An item before and after: the item is gone, 1 attribute."
    )

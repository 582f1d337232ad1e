from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from helpers.show.values import (
    label,
    literal,
    order,
    shorten,
    tooltip,
    type_code,
    type_words,
    visible,
    width_of,
)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("SAV-01", "S", "SAV-01"),
        ("", "S", '""'),
        (" a", "S", '" a"'),
        ("a\nb\x00", "S", "a\\nb\\x00"),
        ("\u202eabc", "S", "\\u202eabc"),
        (1500, "N", "1500"),
        (Decimal("1.5E+3"), "N", "1500"),
        (Decimal("1.50"), "N", "1.50"),
        (Decimal("1E-130"), "N", "1E-130"),
        (Decimal("1" * 38), "N", "1" * 38),
        (True, "BOOL", "True"),
        (None, "NULL", "None"),
        (b"\x00a", "B", "b'\\x00a'"),
        (Binary(b"\x00a"), "B", "b'\\x00a'"),
        ([1, "1"], "L", '[1, "1"]'),
        ({"b": 1, "a": {2, 10}}, "M", "{b: 1, a: {2, 10}}"),
        ({"b", "a"}, "SS", '{"a", "b"}'),
        ({Binary(b"b"), Binary(b"a")}, "BS", "{b'a', b'b'}"),
        (set(), "set", "set()"),
        (1.5, "float", "1.5"),
    ],
)
def test_a_value_is_named_and_written_as_dynamodb_holds_it(value, code, text):
    assert (type_code(value), label(value)) == (code, text)


def test_a_type_dynamodb_lacks_is_said_to_be_none():
    assert type_words("N") == "number (N)"
    assert type_words("float") == "float, not a DynamoDB type"


def test_a_number_and_its_string_are_written_apart_inside_a_list():
    assert literal([5, "5"]) == '[5, "5"]'


@given(st.lists(st.text(), max_size=8))
def test_strings_are_ordered_by_their_utf8_bytes(texts):
    assert sorted(texts, key=order) == sorted(texts, key=str.encode)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False) | st.integers(), max_size=8))
def test_numbers_are_ordered_by_value(numbers):
    assert sorted(numbers, key=order) == sorted(numbers)


@given(st.text(), st.integers(2, 30))
def test_a_shortened_text_fits_and_is_whole_in_its_tooltip(text, longest):
    text = visible(text)
    short = shorten(text, longest)
    assert width_of(short) <= longest
    assert short == text if tooltip(text, longest) is None else tooltip(text, longest) == text


@given(st.text())
def test_nothing_invisible_stays_invisible(text):
    assert visible(text).isprintable()


@given(st.lists(st.sampled_from(["a", "b", "c", "d"])))
def test_a_set_is_written_in_one_order(members):
    assert literal(set(members)) == literal({*members[::-1]})

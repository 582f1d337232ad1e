"""Item sizes against the examples that AWS gives, measured values, boto3's own serialiser and plain arithmetic."""

from decimal import Context, Decimal
from enum import Enum

import pytest
from boto3.dynamodb.types import Binary, TypeSerializer
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.rules import item_size, limits, number_size, wire_size

digits = st.integers(min_value=1, max_value=10**38 - 1)
dynamodb_numbers = st.builds(
    lambda mantissa, power, negative: Decimal((negative, Decimal(mantissa).as_tuple().digits, power)),
    st.just(0) | digits,
    st.integers(min_value=-130, max_value=88),
    st.integers(min_value=0, max_value=1),
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
scalars = (
    text
    | st.binary(max_size=20)
    | st.booleans()
    | st.none()
    | st.integers(min_value=-(10**37), max_value=10**37)
    | dynamodb_numbers
)
sets = (
    st.sets(text, min_size=1, max_size=5)
    | st.sets(dynamodb_numbers, min_size=1, max_size=5)
    | st.sets(st.binary(max_size=9), min_size=1, max_size=5)
)
values = st.recursive(
    scalars | sets,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
items = st.dictionaries(names, values, max_size=6)


def size_of(value):
    return item_size({"v": value}) - 1


# Numbers


@pytest.mark.parametrize(
    ("number", "size"),
    [
        # one pair
        ("7", 2), ("42", 2), ("70", 2), ("0.7", 2), ("0.42", 2), ("0.07", 2), ("0.0007", 2),
        # zeros at the ends are trimmed, in pairs
        ("1200", 2), ("120", 3), ("110", 3), ("12340", 4), ("1000000", 2), ("0.015", 3), ("00042.4200", 3),
        # the decimal point splits a pair
        ("1.5", 3), ("15", 2), ("99.9", 3), ("9.99", 3), ("999.9", 4), ("2500.25", 4), ("2500.025", 5),
        # the sign is a byte
        ("-42", 3), ("-1.5", 4), ("-1200", 3),
        # nought is nought
        ("0", 1), ("-0", 1), ("0.000", 1), ("0E+99", 1),
        # the exponent is free
        ("1E+125", 2), ("-1E-130", 3), ("12e1", 3), ("12E2", 2), (".5", 2), ("5.", 2), ("+5", 2),
        # the longest
        ("9" * 38, 20), ("-" + "9" * 38, 21), ("9." + "9" * 37, 21), ("-9." + "9" * 37, 21),
    ],
)  # fmt: skip
def test_a_number_is_a_byte_and_its_pairs_of_digits(number, size):
    """Measured: DynamoDB Local 1.25 gives each of these, found by the byte at which a write costs one unit more."""
    assert number_size(number) == size
    assert size_of(Decimal(number)) == size


@given(dynamodb_numbers)
@example(Decimal("1E+125"))
@example(Decimal("-9.9999999999999999999999999999999999999E+125"))
def test_number_size_is_the_length_of_the_number_in_base_100(number):
    text = format(number.copy_abs(), "f")  # abs() would round to 28 digits
    whole, _, fraction = text.partition(".")
    text = whole.zfill(len(whole) + len(whole) % 2) + fraction.ljust(len(fraction) + len(fraction) % 2, "0")
    pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
    while pairs and pairs[0] == "00":
        pairs.pop(0)
    while pairs and pairs[-1] == "00":
        pairs.pop()
    expected = min(1 + len(pairs) + (number < 0), 21) if pairs else 1
    assert size_of(number) == expected


@given(dynamodb_numbers)
def test_a_number_has_one_size_however_it_is_written(number):
    wide = Context(prec=300)
    forms = {str(number), format(number, "f"), format(number, "E"), str(number.normalize(wide))}
    assert len({number_size(form) for form in forms}) == 1


@given(digits)
def test_whole_numbers_and_decimals_are_the_same_size(number):
    assert size_of(number) == size_of(Decimal(number)) == wire_size({"v": {"N": str(number)}}) - 1


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1E+126", "outside"), ("-1E+126", "outside"), ("1E-131", "outside"), ("1E+999999999999", "outside"),
        ("1" * 39, "39 significant"), ("1." + "1" * 38, "39 significant"),
        ("NaN", "not a number"), ("Infinity", "not a number"), ("-sNaN", "not a number"), ("", "not a number"),
        ("1_000", "not a number"), (" 1", "not a number"), ("0x10", "not a number"), ("1e", "not a number"),
        (".", "not a number"), ("1E" + "9" * 9999, "outside"), ("-1E-" + "9" * 9999, "outside"),
    ],
)  # fmt: skip
def test_what_is_no_dynamodb_number_is_refused(number, why):
    with pytest.raises(ValueError, match=why):
        number_size(number)
    with pytest.raises(ValueError, match=rf"price: .*{why}"):
        wire_size({"price": {"N": number}})


def test_trailing_zeros_do_not_count_as_digits():
    assert number_size("1" * 38 + "0" * 50) == 20
    assert size_of(10**125) == 2


@pytest.mark.parametrize("number", ["0E2147483648", "0E-9999999999", "0E" + "9" * 5000])
def test_nought_too_has_an_exponent_of_32_bits(number):
    """DynamoDB cannot read a longer one."""
    with pytest.raises(ValueError, match="is outside"):
        number_size(number)
    with pytest.raises(ValueError, match="^n: is outside"):
        wire_size({"n": {"NS": [number]}})
    assert number_size("0E2147483647") == number_size("-0E-400") == 1


@pytest.mark.parametrize("number", ["1E" + "9" * 5000, "x" * 5000, "NaN" * 5000])
def test_a_message_does_not_repeat_a_long_number(number):
    with pytest.raises(ValueError) as refusal:
        number_size(number)
    assert len(str(refusal.value)) < 200


def test_a_set_of_the_longest_numbers_fills_an_item_exactly():
    """20,479 numbers of 38 digits are accepted by DynamoDB: 20 bytes each, and nothing for the set or a member.

    Reported from the service: github.com/ExtendDB/extenddb/issues/91. One more would pass 400 KB.
    """
    numbers = [f"{10**37 + 10 * number + 1}" for number in range(20_479)]
    size = wire_size({"pk": {"S": "p"}, "data": {"NS": numbers}})
    assert size == 7 + 20 * 20_479 <= limits.ITEM_MAX_BYTES < size + 20


def test_a_huge_python_int_is_refused_without_printing_it():
    with pytest.raises(ValueError, match="^n: is larger"):
        item_size({"n": 10**100_000})


# Other types


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("", 0), ("GreaseMonkey", 12), ("é", 2), ("€", 3), ("😀", 4),
        (b"", 0), (b"\x00\xff", 2), (bytearray(3), 3), (Binary(b"four"), 4),
        (True, 1), (False, 1), (None, 1),
        ([], 3), ({}, 3), ([[]], 7), ({"a": {}}, 8),
        (["a", "bc"], 3 + 1 + 1 + 1 + 2), (("a", "bc"), 8), ({"a": "bc"}, 3 + 1 + 1 + 2), ({"é": 1}, 3 + 1 + 2 + 2),
        ({"a", "bc"}, 3), ({1, 22, 333}, 2 + 2 + 3), ({b"a", b"bc"}, 3), (frozenset({"x"}), 1), ({""}, 0),
        ({Decimal("1.5"), 7}, 3 + 2), ({Binary(b"abc")}, 3),
    ],
)  # fmt: skip
def test_each_type_has_its_own_size(value, size):
    assert size_of(value) == size
    if not isinstance(value, tuple):
        assert wire_size({"v": TypeSerializer().serialize(value)}) == size + 1


def test_an_attribute_name_counts_in_utf8():
    assert item_size({"café": "x"}) == 5 + 1


def test_the_example_of_the_developer_guide():
    """Item sizes and formats: 'an attribute named "shirt-color" with value "R" has a total size of 12 bytes'."""
    assert item_size({"shirt-color": "R"}) == 12


@given(items)
def test_python_values_and_typed_values_of_an_item_are_the_same_size(item):
    typed = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    assert item_size(item) == wire_size(typed)


@given(items)
def test_an_item_is_the_sum_of_its_attributes(item):
    assert item_size(item) == sum(item_size({name: value}) for name, value in item.items())


def test_binary_is_measured_decoded():
    assert wire_size({"b": {"B": b"abc"}}) == wire_size({"b": {"B": "YWJj"}}) == 1 + 3
    assert wire_size({"b": {"BS": ["YWJj", "YQ=="]}}) == 1 + 4


def test_no_item_has_no_size():
    assert item_size({}) == wire_size({}) == 0


# Refusals


def nested(levels, value="x"):
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"m": inner}])
def test_thirty_two_levels_are_the_deepest(wrap):
    """A value in 31 lists or maps stands on level 32. DynamoDB and DynamoDB Local refuse the next."""
    value = "x"
    for _ in range(limits.NESTING_MAX_LEVELS - 1):
        value = wrap(value)
    assert item_size({"v": value})
    with pytest.raises(ValueError, match="deeper than 32"):
        item_size({"v": wrap(value)})
    with pytest.raises(ValueError, match="deeper than 32"):
        wire_size({"v": TypeSerializer().serialize(wrap(value))})


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="deeper than 32"):
        item_size({"v": endless})


class Coded(Enum):
    """Not boto3's `Binary`, though it has a `.value` of bytes: boto3 refuses it."""

    BYTES = b"x"


@pytest.mark.parametrize(
    ("item", "kind", "message"),
    [
        ({"price": 1.5}, TypeError, "price: 1.5 is a float"),
        ({"address": {"lines": ["a", "b", object()]}}, TypeError, r"address\.lines\[2\]: .* object"),
        ({"a": [{"b": [1, Decimal("NaN")]}]}, ValueError, r"a\[0\]\.b\[1\]: 'NaN' is not a number"),
        ({"a": {"b": {1: "x"}}}, TypeError, r"a\.b\.1: names are strings"),
        ({"a": {"b": {"": "x"}}}, ValueError, r"a\.b\.'': a name has 1 to"),
        ({"": "x"}, ValueError, "'': a name has 1 to"),
        ({"\ud800": 1}, ValueError, r"\\ud800: .*surrogate"),
        ({"a": {"\ud800": 1}}, ValueError, r"a\.\\ud800: .*surrogate"),
        (
            {"order": {"lines": ["", "", "", {"qty": 1.5}]}},
            TypeError,
            r"order\.lines\[3\]\.qty: 1.5 is a float",
        ),
        ({"a": float("nan")}, TypeError, "a: nan is a float"),
        ({"a": Coded.BYTES}, TypeError, "a: a value of type Coded"),
        ({"a": {Coded.BYTES}}, TypeError, "a: a set is .* not of Coded"),
        ({"x" * 65536: 1}, ValueError, "x{80}…: a name has 1 to 65535 bytes, not 65536"),
        ({"tags": set()}, ValueError, "tags: is an empty set"),
        ({"tags": {1, "a"}}, TypeError, "tags: a set is .* not of int, str"),
        ({"tags": {True}}, TypeError, "tags: a set is .* not of bool"),
        ({"tags": {1.5}}, TypeError, "tags: a set is .* not of float"),
        ({"tags": {None}}, TypeError, "tags: a set is"),
        ({"tags": {"\ud800"}}, ValueError, "tags: .*surrogate"),
        ({"a": ["\ud800"]}, ValueError, r"a\[0\]: .*surrogate"),
        ({"a": memoryview(b"a")}, TypeError, "a: a value of type memoryview"),
        ([("a", 1)], TypeError, "an item is a dict"),
        (None, TypeError, "an item is a dict"),
    ],
)
def test_a_refusal_names_the_path(item, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        item_size(item)


@pytest.mark.parametrize(
    ("item", "kind", "message"),
    [
        ({"a": "text"}, TypeError, "a: a typed value looks like"),
        ({"a": {}}, ValueError, "a: a typed value has exactly one type, not 0"),
        ({"a": {"S": "x", "N": "1"}}, ValueError, "a: a typed value has exactly one type, not 2"),
        ({"a": {"X": "x"}}, ValueError, "a: 'X' is no type"),
        ({"a": {"S": b"x"}}, TypeError, "a: S is a string"),
        ({"a": {"S": 5}}, TypeError, "a: S is a string"),
        ({"a": {"N": 5}}, TypeError, "a: a typed number is a string of digits"),
        ({"a": {"N": Decimal(5)}}, TypeError, "a: a typed number is a string of digits"),
        ({"a": {"B": "?"}}, ValueError, "a: .* is not base64"),
        ({"a": {"B": 5}}, TypeError, "a: B is bytes"),
        ({"a": {"BOOL": "true"}}, TypeError, "a: BOOL is True or False"),
        ({"a": {"NULL": False}}, ValueError, "a: NULL is True"),
        ({"a": {"L": "abc"}}, TypeError, "a: L is a list"),
        ({"a": {"M": []}}, TypeError, "a: M is a dict"),
        ({"a": {"SS": "abc"}}, TypeError, "a: SS is a list"),
        ({"a": {"SS": {"x"}}}, TypeError, "a: SS is a list"),
        ({"a": {"SS": []}}, ValueError, "a: SS is empty"),
        ({"a": {"SS": ["x", "x"]}}, ValueError, "a: SS holds a member twice"),
        ({"a": {"NS": ["1", "1.0"]}}, ValueError, "a: NS holds a member twice"),
        ({"a": {"BS": [b"a", "YQ=="]}}, ValueError, "a: BS holds a member twice"),
        ({"a": {"SS": ["x", 1]}}, TypeError, "a: S is a string"),
        ({"a": {"M": {"b": {"L": [{"S": "x"}, {"N": "y"}]}}}}, ValueError, r"a\.b\[1\]: 'y' is not a number"),
        ({"a": {"M": {1: {"S": "x"}}}}, TypeError, r"a\.1: names are strings"),
    ],
)
def test_a_malformed_typed_value_is_refused_with_its_path(item, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        wire_size(item)

"""Capacity units: the worked examples of the Developer Guide, and properties that hold for every size."""

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.rules import (
    fetch_units,
    index_write_units,
    limits,
    query_units,
    read_units,
    wire_size,
    write_units,
)

KB = 1024
sizes = st.integers(min_value=0, max_value=limits.ITEM_MAX_BYTES)


# Read and write operations, "Capacity unit consumption for read operations"


@pytest.mark.parametrize(
    ("size", "eventual", "strong", "transactional"),
    [
        (3.5 * KB, 0.5, 1, 2),
        (4 * KB, 0.5, 1, 2),
        (8 * KB, 1, 2, 4),
        (10 * KB, 1.5, 3, 6),
        (20 * KB, 2.5, 5, 10),
    ],
)
def test_a_read_costs_by_4_kb_and_by_consistency(size, eventual, strong, transactional):
    size = int(size)
    assert read_units(size) == read_units(size, "eventual") == eventual
    assert read_units(size, "strong") == strong
    assert read_units(size, "transactional") == transactional


def test_a_batch_rounds_each_item():
    """'BatchGetItem reads a 1.5 KB item and a 6.5 KB item: 12 KB (4 KB + 8 KB), not 8 KB'."""
    assert read_units(1536, "strong") + read_units(6656, "strong") == 3


def test_a_query_rounds_the_sum_once():
    """'Query returns 10 items whose combined size is 40.8 KB: 44 KB. 1500 items of 64 bytes: 96 KB'."""
    assert query_units(int(40.8 * KB), "strong") == 11
    assert query_units(1500 * 64, "strong") == 24
    assert query_units(1500 * 64) == 12
    assert 1500 * read_units(64) == 750


def test_a_full_page_is_256_units_strong_and_128_eventual():
    assert query_units(limits.PAGE_MAX_BYTES, "strong") == 256
    assert query_units(limits.PAGE_MAX_BYTES) == 128


def test_finding_nothing_costs_the_minimum():
    assert read_units(0) == query_units(0) == 0.5
    assert read_units(0, "strong") == 1
    assert read_units(0, "transactional") == 2


def test_half_the_units_where_a_stale_answer_will_do():
    """'If total item size is 80 KB, an eventually consistent read consumes 10 capacity units'."""
    assert query_units(80 * KB) == 10


def test_a_global_index_is_read_by_the_size_of_its_entries():
    """Global secondary indexes, "Read capacity units": 'eight items of 2,000 bytes: 0.5 × 16 KB / 4 KB = 2'."""
    assert query_units(8 * 2000) == 2


def test_fetching_from_the_table_rounds_each_item():
    """Local secondary indexes: four entries of 200 bytes and four fetched items of 300: 4 KB + 16 KB = 20 KB."""
    assert fetch_units(4 * 200, [300] * 4, "strong") == 5
    assert fetch_units(4 * 200, [300] * 4) == 2.5


def test_a_transaction_prepares_and_commits():
    """transaction-apis.html, "Capacity management": 'three 500-byte items: six WCUs to write, six RCUs to read'."""
    assert 3 * write_units(None, 500, transactional=True) == 6
    assert 3 * read_units(500, "transactional") == 6


def test_a_transaction_sent_again_is_read_and_no_longer_written():
    """transaction-apis.html, "Idempotency". Deleting 9 KB with the same token again: 6, not 18.

    Measured: github.com/nubo-db/dynoxide, CHANGELOG.
    """
    assert write_units(9 * KB, None, transactional=True) == 18
    assert read_units(9 * KB, "transactional") == 6


@pytest.mark.parametrize(
    ("size", "reads", "writes"),
    [(0, 1, 1), (1, 1, 1), (1024, 1, 1), (1025, 1, 2), (4096, 1, 4), (4097, 2, 5), (409_600, 100, 400)],
)
def test_units_step_up_with_the_byte_after_the_boundary(size, reads, writes):
    assert read_units(size, "strong") == query_units(size, "strong") == reads
    assert write_units(size, None) == write_units(None, size) == writes


@given(st.lists(sizes, min_size=1, max_size=30))
def test_one_query_never_costs_more_than_reading_each_item(found):
    assert query_units(sum(found)) <= sum(map(read_units, found))


@given(sizes)
def test_consistency_doubles_and_doubles_again(size):
    assert read_units(size, "transactional") == 2 * read_units(size, "strong") == 4 * read_units(size)


@given(sizes.filter(bool))
def test_a_read_is_the_smallest_number_of_steps_that_holds_the_item(size):
    steps = read_units(size, "strong")
    assert (steps - 1) * 4 * KB < size <= steps * 4 * KB


# "Capacity unit consumption for write operations"


@pytest.mark.parametrize(
    ("size", "units"), [(512, 1), (1 * KB, 1), (1 * KB + 1, 2), (1.6 * KB, 2), (400 * KB, 400)]
)
def test_a_write_costs_by_kb(size, units):
    assert write_units(None, size) == units
    assert write_units(None, size, transactional=True) == 2 * units


def test_a_batch_write_rounds_each_item():
    """'BatchWriteItem writes a 500-byte item and a 3.5 KB item: 5 KB (1 KB + 4 KB)'."""
    assert write_units(None, 500) + write_units(None, 3584) == 5


@given(sizes, sizes, st.booleans())
def test_an_update_costs_the_larger_item_whichever_it_is(before, after, transactional):
    assert write_units(before, after, transactional) == write_units(after, before, transactional)
    assert write_units(before, after, transactional) == write_units(None, max(before, after), transactional)


@pytest.mark.parametrize(("size", "units"), [(1 * KB, 1), (2 * KB, 2), (None, 1)])
def test_a_failed_condition_costs_the_item_that_stays(size, units):
    """WorkingWithItems.html: 'a 1 KB item would consume one unit, twice that size two; no item, one'."""
    assert write_units(size, size) == units


def test_a_delete_costs_the_item_that_was_there():
    assert write_units(2 * KB + 1, None) == 3
    assert write_units(None, None) == 1
    assert write_units(None, None, transactional=True) == 2


# Global secondary indexes, "Write capacity units"


def entry(order, status, note="", pad=0):
    return {"pk": {"S": order}, "status": {"S": status}, "note": {"S": note + "x" * pad}}


def test_an_index_costs_nothing_where_it_does_not_change():
    assert index_write_units(None, None) == 0
    assert index_write_units(entry("A1", "open"), entry("A1", "open"), keys=["status"]) == 0


def test_an_entry_that_appears_or_disappears_costs_its_kb():
    small, large = entry("A1", "open"), entry("A1", "open", pad=2 * KB)
    assert index_write_units(None, small) == index_write_units(small, None) == 1
    assert index_write_units(None, large) == index_write_units(large, None) == 3


def test_a_changed_index_key_costs_a_delete_and_a_put():
    before, after = entry("A1", "open"), entry("A1", "paid", pad=2 * KB)
    assert index_write_units(before, after, keys=["status"]) == 1 + 3
    assert index_write_units(after, before, keys=["status"]) == 3 + 1


def test_a_changed_attribute_that_is_no_key_costs_the_larger_entry():
    before, after = entry("A1", "open", "a"), entry("A1", "open", "b", pad=2 * KB)
    assert index_write_units(before, after, keys=["status"]) == 3
    assert index_write_units(after, before) == 3


def test_two_entries_are_rounded_apart():
    """Half a KB and half a KB are two units: each half of a move is a write of its own."""
    before, after = entry("A1", "open", pad=500), entry("A1", "paid", pad=500)
    assert wire_size(before) + wire_size(after) < 2 * KB
    assert index_write_units(before, after, ["status"]) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"N": "1"}, {"N": "1.0"}),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}),
        ({"L": [{"N": "10"}]}, {"L": [{"N": "1E1"}]}),
        ({"M": {"a": {"BS": [b"a", b"b"]}}}, {"M": {"a": {"BS": [b"b", b"a"]}}}),
        ({"N": "0"}, {"N": "-0E9"}),
        ({"B": b"abc"}, {"B": "YWJj"}),
        ({"BS": ["YQ==", "Yg=="]}, {"BS": [bytearray(b"b"), b"a"]}),
    ],
)
def test_equal_values_written_differently_are_no_change(one, other):
    assert index_write_units({"pk": {"S": "A1"}, "v": one}, {"pk": {"S": "A1"}, "v": other}) == 0


def test_only_what_is_projected_counts():
    """A change outside the projection is no change; of KEYS_ONLY entries only the keys can change."""
    keys_only = {"pk": {"S": "A1"}, "status": {"S": "open"}}
    assert index_write_units(keys_only, dict(keys_only), ["status"]) == 0
    include = {**keys_only, "city": {"S": "Bern"}}
    assert index_write_units(include, {**include, "city": {"S": "Basel"}}, ["status"]) == 1
    assert index_write_units(include, keys_only, ["status"]) == 1
    assert index_write_units(include, {**include, "status": {"S": "paid"}}, ["status"]) == 2


# Refusals


@pytest.mark.parametrize(
    ("one", "other", "kind", "message"),
    [
        ({"N": "1"}, {"N": "x"}, ValueError, "note: 'x' is not a number"),
        ({"N": "x"}, {"N": "x"}, ValueError, "note: 'x' is not a number"),
        ({"N": "1", "S": "1"}, {"N": "1"}, ValueError, "note: a typed value has exactly one type, not 2"),
        ({"S": "1"}, {}, ValueError, "note: a typed value has exactly one type, not 0"),
        ({"M": {"a": {"L": 5}}}, {"S": "1"}, TypeError, r"note\.a: L is a list"),
        ({"S": "1"}, {"M": 5}, TypeError, "note: M is a dict"),
        ("1", "2", TypeError, "note: a typed value looks like"),
    ],
)
def test_a_malformed_entry_is_refused_with_its_path(one, other, kind, message):
    with pytest.raises(kind, match=f"^{message}"):
        index_write_units({"note": one}, {"note": other})


@pytest.mark.parametrize(("before", "after"), [("x", "y"), ([], {}), (5, None), (None, 5)])
def test_an_entry_is_a_dict_or_nothing(before, after):
    with pytest.raises(TypeError, match="^an item is a dict"):
        index_write_units(before, after)


def test_the_keys_of_an_index_are_a_list_of_names():
    """A bare string would be taken for the names of its letters, and a move for a change in place."""
    with pytest.raises(TypeError, match="names .* not 'status'"):
        index_write_units(entry("A1", "open"), entry("A1", "paid"), keys="status")


def test_the_size_of_an_average_item_may_have_a_fraction():
    assert query_units(40.8 * KB, "strong") == 11
    assert write_units(None, 1024.5) == 2


def test_a_size_may_come_out_of_a_data_frame():
    sizes = pandas.Series([4096, 1])
    assert query_units(sizes.sum(), "strong") == 2
    assert type(write_units(None, sizes.max())) is int


@pytest.mark.parametrize("size", ["1", True, [1], 1j])
def test_a_size_is_a_number_of_bytes(size):
    with pytest.raises(TypeError):
        read_units(size)
    with pytest.raises(TypeError):
        write_units(size, size)


@pytest.mark.parametrize("size", [-1, -0.5, float("nan"), float("inf")])
def test_a_size_is_not_negative_and_has_an_end(size):
    with pytest.raises(ValueError, match="not negative"):
        query_units(size)
    with pytest.raises(ValueError, match="not negative"):
        write_units(size, 5)


@pytest.mark.parametrize("consistency", ["eventually", "", None, ["strong"], True])
def test_an_unknown_consistency_is_refused(consistency):
    with pytest.raises(ValueError, match="'eventual', 'strong', 'transactional'"):
        read_units(1, consistency)


def test_there_is_no_transactional_query():
    with pytest.raises(ValueError, match="read by key"):
        query_units(1, "transactional")


def test_sums_of_units_are_exact():
    assert sum(read_units(1) for _ in range(100_001)) == 50_000.5

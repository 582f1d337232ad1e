"""The ordered store against plain Python: a dict of items, sorted and searched from scratch."""

import copy
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from helpers.corrections.items.storage import TOP, Change, Entry, Store, Tree, token
from helpers.corrections.values import comparable

PARTITIONS, SORTS, COLOURS = ("a", "b", "c"), range(4), ("red", "green", None)


def item(pk: str, sk: int, colour: str | None, size: int) -> dict:
    made = {"pk": {"S": pk}, "sk": {"N": str(sk)}, "text": {"S": "x" * size}}
    return made | ({"colour": {"S": colour}} if colour else {})


items = st.builds(
    item, st.sampled_from(PARTITIONS), st.sampled_from(SORTS), st.sampled_from(COLOURS), st.integers(0, 5)
)
writes = st.lists(st.tuples(st.booleans(), items), max_size=40)
COLOUR_INDEX = SimpleNamespace(
    name="by-colour",
    schema=[{"AttributeName": "colour", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    projection={"ProjectionType": "KEYS_ONLY"},
)
TYPES = {"pk": "S", "sk": "N", "colour": "S"}


def write(store: Store, one: dict, delete: bool = False) -> None:
    place = store.table.place(one)
    new = None if delete else one
    store.write(Change(place, store.table.entries.get(place), new and Entry(new), new))


def after(steps: list, indexed: bool = True) -> tuple[Store, dict]:
    """A store and a dict that took the same writes; `True` deletes."""
    store, plain = Store(["pk"], ["sk"]), {}
    if indexed:
        store.keep_up_with([(COLOUR_INDEX, False)], TYPES)
    for delete, one in steps:
        key = (one["pk"]["S"], int(one["sk"]["N"]))
        write(store, one, delete)
        if delete:
            plain.pop(key, None)
        else:
            plain[key] = one
    return store, plain


@given(writes, st.sampled_from(PARTITIONS), st.booleans(), st.sampled_from([None, *SORTS]))
def test_a_walk_reads_what_a_search_through_all_items_finds(steps, pk, forward, past):
    store, plain = after(steps)
    start = (token([{"S": pk}]),)
    beyond = None if past is None else (*start, past)
    read = [entry.item for entry in store.table.between(start, (*start, TOP), beyond, forward)]
    found = sorted((sk, one) for (partition, sk), one in plain.items() if partition == pk)
    if past is not None:
        found = [(sk, one) for sk, one in found if (sk > past if forward else sk < past)]
    assert read == [one for _, one in (found if forward else found[::-1])]


@given(writes)
def test_an_index_kept_write_by_write_is_the_index_built_at_once(steps):
    kept, _ = after(steps)
    built, _ = after(steps, indexed=False)
    built.keep_up_with([(COLOUR_INDEX, False)], TYPES)
    kept_index, built_index = kept.indexes["by-colour"], built.indexes["by-colour"]
    assert kept_index.order == built_index.order == sorted(built_index.entries)
    assert {p: e.item for p, e in kept_index.entries.items()} == {
        p: e.item for p, e in built_index.entries.items()
    }


@given(writes)
def test_an_index_holds_the_items_that_have_its_keys_cut_down_to_what_is_projected(steps):
    store, plain = after(steps)
    held = [store.indexes["by-colour"].entries[place].item for place in store.indexes["by-colour"].order]
    expected = [{n: v for n, v in one.items() if n != "text"} for one in plain.values() if "colour" in one]
    assert sorted(held, key=str) == sorted(expected, key=str)


@given(writes)
def test_the_size_of_the_table_is_the_sum_of_its_items(steps):
    store, plain = after(steps)
    assert store.size == sum(Entry(one).size for one in plain.values())
    assert len(store) == len(plain)


@given(writes, items)
def test_a_copy_does_not_see_what_the_original_becomes(steps, late):
    store, _ = after(steps)
    before = {place: entry.item for place, entry in store.table.entries.items()}
    taken = copy.deepcopy(store)
    write(store, late)
    assert {place: entry.item for place, entry in taken.table.entries.items()} == before


@given(st.lists(st.text(max_size=3), unique=True, min_size=2))
def test_partitions_come_in_an_order_of_their_own_and_never_mix(keys):
    tree = Tree(["pk"], ["sk"])
    places = sorted(tree.place({"pk": {"S": key}, "sk": {"N": str(i)}}) for key in keys for i in (0, 1))
    assert [first[0] == second[0] for first, second in zip(places, places[1:], strict=False)].count(
        True
    ) == len(keys)


def test_an_item_whose_index_key_has_another_type_is_not_in_the_index():
    store = Store(["pk"], ["sk"])
    odd = {"pk": {"S": "a"}, "sk": {"N": "1"}, "colour": {"N": "7"}}
    write(store, odd)
    store.keep_up_with([(COLOUR_INDEX, False)], TYPES)
    assert not store.indexes["by-colour"].entries


@given(st.lists(st.binary(max_size=3), unique=True))
def test_binary_keys_are_ordered_as_unsigned_bytes(keys):
    import base64

    typed = [{"B": base64.b64encode(key).decode()} for key in keys]
    assert [comparable(one) for one in sorted(typed, key=comparable)] == sorted(keys)

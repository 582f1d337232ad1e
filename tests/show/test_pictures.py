"""What holds for every picture, whatever the items: same facts as text, safe, stable, wide data included."""

import re
from decimal import Decimal
from html.parser import HTMLParser
from textwrap import fill

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import show
from helpers.show.values import width_of

NAMES = st.text(min_size=1, max_size=60)
NUMBERS = st.one_of(
    st.integers(-(10**37), 10**37),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3),
    st.sampled_from([Decimal("1E-130"), Decimal("9.9E+125"), Decimal("-0"), Decimal("1.50")]),
)
SCALARS = st.one_of(st.text(max_size=90), NUMBERS, st.binary(max_size=40), st.booleans(), st.none())
SETS = st.one_of(
    st.sets(st.text(max_size=20), min_size=1, max_size=4),
    st.sets(NUMBERS, min_size=1, max_size=4),
    st.sets(st.binary(max_size=9), min_size=1, max_size=4),
)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
ITEMS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=6)
KEYED = st.builds(
    lambda rest, pk, sk: {**rest, "pk": pk, "sk": sk}, ITEMS, st.text(min_size=1, max_size=70), NUMBERS
)


ITEM_LISTS = st.lists(KEYED, min_size=1, max_size=3)
few = settings(max_examples=40, deadline=None)  # each example draws eight pictures


class Page(HTMLParser):
    """The words and elements of a picture's HTML, as a browser that never draws it would list them."""

    def __init__(self, html: str):
        super().__init__()
        self.words: set[str] = set()
        self.tags: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words |= set(data.split())


def words(text: str) -> set[str]:
    return {word for word in text.split() if not re.fullmatch(r"[─#=]+", word)}


def drawn(draw_items, item):
    """Each picture of generated items."""
    return {
        "cards": show.cards(draw_items, key=("pk", "sk")),
        "rows": show.rows(draw_items, key=("pk", "sk")),
        "collections": show.collections(draw_items, "pk", "sk"),
        "sizes": show.sizes(item),
        "three_ways": show.three_ways(item),
        "before_after": show.before_after(draw_items[0], item),
        "timeline": show.timeline(
            [show.Step("<b>A&B</b>", "PutItem", "x" * 90, item), show.Step("B", "GetItem")]
        ),
        "transaction": show.transaction(
            [{"Code": "ConditionalCheckFailed", "Item": item}, {"Code": "None"}],
            [{"Delete": {"TableName": "T", "Key": item}}, {"Put": {"TableName": "T", "Item": item}}],
        ),
    }


@few
@given(ITEM_LISTS, ITEMS)
def test_the_text_says_what_the_picture_says(items, item):
    for name, picture in drawn(items, item).items():
        missing = Page(picture.html).words - words(picture.text)
        assert not {word for word in missing if re.search(r"\w", word)}, name


# What the plain text names that the picture shows by its place or its sign.
LABELS = {
    "attribute",
    "value",
    "type",
    "where",
    "writer",
    "call",
    "item",
    "then",
    "why",
    "failed:",
    "applied:",
}
LABELS |= {"–", "+", "−", "~", "✕"}


@few
@given(ITEM_LISTS, ITEMS)
def test_the_picture_says_what_the_text_says(items, item):
    for name, picture in drawn(items, item).items():
        told = words(picture.text.removeprefix(fill(picture.alt, 80)))
        assert not told - Page(picture.html).words - LABELS - {str(number) for number in range(9)}, name


@few
@given(ITEM_LISTS, ITEMS)
def test_learners_data_never_becomes_markup(items, item):
    allowed = {
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "span",
        "strong",
        "br",
    }
    for name, picture in drawn(items, item).items():
        page = Page(picture.html)
        assert {tag for tag, _ in page.tags} <= allowed, name
        assert {attribute for _, given in page.tags for attribute in given} <= {
            "style", "title", "scope", "colspan", "role", "aria-label",
        }, name  # fmt: skip


@few
@given(ITEM_LISTS, ITEMS)
def test_the_same_items_draw_the_same_bytes(items, item):
    def rebuilt(value):
        """Equal, but with sets filled in another order."""
        if isinstance(value, dict):
            return {name: rebuilt(part) for name, part in value.items()}
        if isinstance(value, list):
            return [rebuilt(part) for part in value]
        if isinstance(value, set):
            members = list(value)
            return {*members[::-1]}
        return value

    once, again = drawn(items, item), drawn(rebuilt(items), rebuilt(item))
    assert [p._repr_mimebundle_() for p in once.values()] == [p._repr_mimebundle_() for p in again.values()]


@few
@given(ITEM_LISTS, ITEMS)
def test_text_holds_no_control_character_and_alt_is_one_line(items, item):
    for name, picture in drawn(items, item).items():
        assert all(line.isprintable() for line in picture.text.split("\n")), name
        assert picture.alt.isprintable(), name


@few
@given(st.lists(st.fixed_dictionaries({"pk": st.text("abc", min_size=1), "sk": NUMBERS}), min_size=1))
def test_plain_text_fits_80_columns(items):
    wide = [{**item, **{f"attribute_{n}": "long " * 40 for n in range(9)}} for item in items]
    for picture in (show.rows(wide, key=("pk", "sk")), show.cards(wide, key=("pk", "sk"))):
        assert max(map(width_of, picture.text.split("\n"))) <= 80


def test_every_picture_is_announced_and_scrolls_rather_than_overflows(every_picture):
    for name, picture in every_picture.items():
        tag, attributes = Page(picture.html).tags[0]
        assert (tag, attributes["role"], attributes["aria-label"]) == ("div", "figure", picture.alt), name
        assert "overflow-x:auto" in attributes["style"] and "max-width:100%" in attributes["style"], name
        assert picture.text.startswith(picture.alt[:60]), name
        assert repr(picture) == str(picture) == picture._repr_mimebundle_()["text/plain"]


def test_nothing_in_a_picture_is_lost_in_a_notebook_not_yet_trusted(every_picture):
    """JupyterLab's sanitizer drops these, and they are what would look right until a learner opens the lesson."""
    dropped = r"var\(|currentcolor|:inherit|\d(ch|vw)\b|max-content|<style|<script|<svg|\bid=|\bclass=|anywhere|sticky"
    for name, picture in every_picture.items():
        assert not re.search(dropped, picture.html, re.IGNORECASE), name


def test_an_absent_attribute_is_told_from_an_empty_one():
    text = show.rows([{"pk": "a", "note": ""}, {"pk": "b"}], key="pk").text
    assert text.split("\n")[-3:] == ['a     ""', "b     –", "– the item has no such attribute"]
    assert "absent: note" in show.cards([{"pk": "a", "note": ""}, {"pk": "b"}], key="pk").text


def test_the_whole_of_a_shortened_value_is_in_its_title():
    picture = show.rows([{"pk": "a", "long": "x" * 200}], key="pk")
    assert "x" * 41 not in picture.text
    assert any(attributes.get("title") == "x" * 200 for _, attributes in Page(picture.html).tags)


def test_a_very_long_value_does_not_swell_the_notebook():
    assert len(show.rows([{"pk": "a", "long": "x" * 300_000}], key="pk").html) < 4_000


def test_key_attributes_are_named_in_words():
    for draw in (show.rows, show.cards):
        picture = draw([{"b": 1, "a": "x", "c": None}], key=("a", "b"))
        assert {"partition", "sort", "key"} <= Page(picture.html).words
        assert picture.alt.endswith("partition key a, sort key b.")


def test_keys_come_first():
    header = show.rows([{"c": 1, "b": 2, "a": 3}], key=("a", "b")).text.split("\n")[2]
    assert header == "a N  b N  c N"


def test_shared_and_own_attributes_are_told_apart_in_words():
    lines = show.cards([{"pk": "1", "name": "Ada", "rank": 7}, {"pk": "2", "name": "Grace"}], key="pk").text
    assert re.search(r"name +Ada +S +in every item", lines)
    assert re.search(r"rank +7 +N +only in some", lines)


def test_a_mixed_column_names_the_type_of_each_value():
    picture = show.rows([{"pk": "a", "v": 5}, {"pk": "b", "v": "5"}], key="pk")
    assert re.findall(r">5</code> <span [^>]*>(N|S)</span>", picture.html) == ["N", "S"]
    text = picture.text
    assert "v N or S" in text and "5 N" in text and "5 S" in text


def test_typed_items_of_a_client_draw_as_their_python_values():
    typed = [
        {"pk": {"S": "a"}, "n": {"N": "1.50"}, "m": {"M": {"x": {"L": [{"BOOL": True}, {"NULL": True}]}}}}
    ]
    python = [{"pk": "a", "n": Decimal("1.50"), "m": {"x": [True, None]}}]
    assert show.rows(typed, key="pk").html == show.rows(python, key="pk").html


def test_more_items_than_a_picture_draws_are_counted():
    picture = show.rows([{"pk": str(n)} for n in range(60)], key="pk")
    assert picture.text.endswith("… and 10 more items") and "60 items" in picture.alt


@pytest.mark.parametrize("draw", [show.rows, show.cards])
def test_no_items_draw_without_an_error(draw):
    assert "0 items" in draw([]).text


def test_what_is_not_an_item_is_refused_by_name():
    with pytest.raises(TypeError, match="an item is a dict"):
        show.rows(["CUST-1001"])


def test_an_item_collection_is_in_dynamodbs_order_not_pythons():
    numbers = show.collections([{"pk": "a", "sk": n} for n in (10, 9, -1, Decimal("9.5"))], "pk", "sk").text
    assert re.findall(r"^ *(-?[\d.]+)$", numbers, re.M) == ["-1", "9", "9.5", "10"]
    emoji, wide = "\U0001f600", "\uff5e"  # by UTF-16, JavaScript's and Java's order, the other way round
    strings = show.collections(
        [{"pk": "a", "sk": s} for s in ("b", emoji, "Z", wide, "10", "9")], "pk", "sk"
    ).text
    assert strings.split("\n")[6:] == ["10", "9", "Z", "b", wide, emoji]


def test_items_that_an_index_does_not_hold_are_counted():
    items = [{"pk": "a", "status": "open"}, {"pk": "b"}]
    assert "1 item not drawn: without status" in show.collections(items, "status").text
    assert "1 item not drawn: without pk and status" in show.collections(items, "pk", "status").text


def test_a_table_brings_its_own_key_and_is_read_to_its_last_page():
    class Table:
        key_schema = [{"AttributeName": "sk", "KeyType": "RANGE"}, {"AttributeName": "pk", "KeyType": "HASH"}]

        def scan(self, ExclusiveStartKey=None):  # noqa: N803
            if ExclusiveStartKey:
                return {"Items": [{"sk": 1, "pk": "a"}]}
            return {"Items": [{"sk": 2, "pk": "a"}], "LastEvaluatedKey": {"pk": "a", "sk": 2}}

    assert show.rows(Table()).text.split("\n")[2:] == ["pk S  sk N", "────  ────", "a        1", "a        2"]
    assert (
        show.collections(Table()).alt
        == "2 items in 1 item collection by partition key pk, each in the order of sort key sk."
    )


def test_sizes_add_up_as_the_rules_do():
    text = show.sizes({"customer_id": "CUST-1001", "balance": Decimal("1500"), "active": True}).text
    assert re.search(r"customer_id +S +20 +11 +9 ", text)
    assert re.search(r"balance +N +9 +7 +2 ", text)
    assert re.search(r"item +36 +24 +12\n", text)
    assert "36 of 409,600 bytes: 0.01 % of 400 KB" in text


def test_names_and_values_are_counted_in_bytes_not_letters():
    assert re.search(r"größe +S +10 +7 +3 ", show.sizes({"größe": "é!"}).text)


def test_one_item_three_ways_keeps_the_types_apart():
    text = show.three_ways({"pk": "a", "n": Decimal("1.50"), "s": {"b", "a"}, "b": b"\x00\x01"}).text
    for fact in (
        '"n": {"N": "1.50"}',
        "'n': Decimal('1.50')",
        '"s": {"SS": ["a", "b"]}',
        "{'a', 'b'}",
        '{"B": "AAE="}',
    ):
        assert fact in text


def test_a_float_is_refused_as_boto3_refuses_it():
    with pytest.raises(TypeError, match="Float"):
        show.three_ways({"pk": "a", "n": 1.5})

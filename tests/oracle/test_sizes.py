"""Item sizes to the byte: `helpers.rules` against the TableSizeBytes of a DynamoDB Local that holds one item."""

import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.rules import wire_size
from tests.corrections.probes import table
from tests.oracle import sides
from tests.oracle.strategies import ANY, DEEP, LIST
from tests.oracle.test_oracle import AT_LEAST, LONG

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@st.composite
def numbers(draw) -> dict:
    """Any number that DynamoDB keeps: up to 38 digits, wherever the point is."""
    digits = str(draw(st.integers(1, 10 ** draw(st.integers(1, 38)) - 1)))
    point = draw(st.integers(-20, 20))
    sign = draw(st.sampled_from(["", "", "-"]))
    return {"N": f"{sign}{digits}E{point}"}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(lambda text: {"S": text})
ITEMS = st.dictionaries(NAMES, st.one_of(numbers(), TEXTS, ANY, LIST, DEEP), max_size=4)


@pytest.fixture(scope="module")
def sizes(local_port):
    """A function from an item to its size in DynamoDB Local."""
    from tests.oracle.local import Local

    connection = Local(local_port)
    side = sides.Local(connection)
    side.empty()
    table(side)
    keys = (f"{number:06}" for number in itertools.count())

    def measure(item: dict) -> tuple[dict, int]:
        item = {**item, "pk": {"S": next(keys)}}
        told = side("PutItem", TableName="Orders", Item=item)
        assert told.error is None, told
        size = side("DescribeTable", TableName="Orders").result["Table"]["TableSizeBytes"]
        side("DeleteItem", TableName="Orders", Key={"pk": item["pk"]})
        return item, size

    yield measure
    side.empty()
    connection.close()


@settings(
    max_examples=math.ceil(AT_LEAST / 12), derandomize=not LONG, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(ITEMS)
def test_item_sizes_agree_to_the_byte(sizes, item):
    item, size = sizes(item)
    assert wire_size(item) == size

"""Where the 1 MB page of a Query and of a Scan ends, on both sides, item by item.

The item that makes it 1 MB or more is the last of its page. The service adds some bytes of its own to each item
(dynalite's recordings end 0.7 % earlier), which no documentation tells.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.rules import wire_size
from tests.corrections.probes import index, n, s, table, types
from tests.oracle import sides
from tests.oracle.local import Local
from tests.oracle.test_oracle import LONG, SCALE

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]

# Four of a quarter are 1 MB to the byte, or one byte less or more.
QUARTER = 256 * 1024
SIZES = st.sampled_from([1_000, 60_000, QUARTER - 1, QUARTER, QUARTER, QUARTER, QUARTER + 1, 390_000])
ALL_OF_A = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": s("a")}}


def item_of(size: int, number: int) -> dict:
    item = {"pk": s("a"), "sk": s(f"{number:02}"), "backwards": n(99 - number), "text": s("")}
    return {**item, "text": s("x" * (size - wire_size(item)))}


@pytest.fixture(scope="module")
def parties(local_port):
    connection = Local(local_port)
    yield sides.Lab(), sides.Local(connection)
    connection.close()


def pages(side, operation: str, **request) -> list[dict]:
    """Every page, its items by their keys. An empty last page, which DynamoDB Local does not have, is left out."""
    found, start = [], {}
    while True:
        told = side(operation, TableName="Orders", ReturnConsumedCapacity="INDEXES", **request, **start)
        page = {**told.result, "Items": [item["sk"]["S"] for item in told.result["Items"]]}
        last = page.pop("LastEvaluatedKey", None)
        found += [page] if page["Items"] else []
        if last is None:
            return found
        start = {"ExclusiveStartKey": last}


@settings(
    max_examples=3 * SCALE, derandomize=not LONG, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.lists(SIZES, min_size=4, max_size=8), st.booleans())
def test_pages_of_a_megabyte_end_at_the_same_item(parties, sizes, forward):
    told = []
    for side in parties:
        side.empty()
        gsi = index("gsi", pk="HASH", backwards="RANGE")
        kinds = types(pk="S", sk="S", backwards="N")
        table(side, sort=True, AttributeDefinitions=kinds, GlobalSecondaryIndexes=[gsi])
        for number, size in enumerate(sizes):
            assert side("PutItem", TableName="Orders", Item=item_of(size, number)).error is None
        read = pages(side, "Query", ScanIndexForward=forward, **ALL_OF_A)
        through = pages(side, "Query", IndexName="gsi", **ALL_OF_A)
        told.append((read, through, pages(side, "Scan")))
    assert told[0] == told[1]

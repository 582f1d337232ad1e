"""What DynamoDB refuses, and with which words: one request a line in `refusals/*.jsonl`.

The words are the service's: those of its documentation and its service model, of DynamoDB Local, and of
dynalite, whose authors recorded them. None of these requests changes anything, so all share four tables.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.engines import moto
from tests.corrections.probes import index, s, schema, table, types
from tests.oracle import local
from tests.oracle.sides import Lab, Local

CASES = [
    json.loads(line)
    for path in sorted(Path(__file__).with_name("refusals").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module", params=["in process", "over HTTP"])
def lab(request):
    """Orders and Other (pk), Sorted (pk, sk), and Events, provisioned, with an index of each kind."""
    if request.param == "in process":
        side = Lab("333333333333")
        side.empty()
        furnish(side)
        yield side
        side.empty()
    else:
        from helpers import lab

        moto.empty(moto.ACCOUNT)
        with lab.serve(port=0) as server:
            connection = local.Local(urlsplit(server.url).port)
            furnish(Local(connection))
            yield Local(connection)
            connection.close()
        moto.empty(moto.ACCOUNT)


def furnish(side) -> None:
    table(side, "Orders")
    table(side, "Other")
    table(side, "Sorted", sort=True)
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    by_city = {
        **index("by_city", city="HASH", kind="RANGE"),
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["price"]},
        "ProvisionedThroughput": throughput,
    }
    side(
        "CreateTable",
        TableName="Events",
        KeySchema=schema(pk="HASH", sk="RANGE"),
        AttributeDefinitions=types(pk="S", sk="N", kind="S", city="S"),
        ProvisionedThroughput=throughput,
        LocalSecondaryIndexes=[index("by_kind", "KEYS_ONLY", pk="HASH", kind="RANGE")],
        GlobalSecondaryIndexes=[by_city],
    )
    side("PutItem", TableName="Orders", Item={"pk": s("a"), "word": s("w"), "numbers": {"NS": ["1"]}})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['operation']}: {case['claim']}")
def test_it_is_refused_in_dynamodbs_words(lab, case):
    assert str(lab(case["operation"], **case["request"])) == case["answer"]


def test_no_claim_is_made_twice():
    claims = [(case["operation"], case["claim"]) for case in CASES]
    assert len(claims) == len(set(claims))

"""What looking costs: a call inside `meter` over the same call without it, in one run."""

import sys
from contextlib import nullcontext
from time import process_time

from tests.bench.bench_lab import COLLECTION, ITEMS, create, item, load
from tests.bench.bench_start import show

LIMIT = 1.3
ROUNDS = 30


def main() -> int:
    """Print one line a figure; 1 where one is over its limit."""
    import boto3

    from helpers import lab
    from helpers.lenses import meter

    lab.start()
    client = boto3.client("dynamodb", region_name="us-east-1")
    create(client, "Flights")
    load(client, "Flights", ITEMS)
    key = {name: item(7)[name] for name in ("pk", "sk")}
    collection = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": key["pk"]}}
    work = {
        "get one item": (lambda: client.get_item(TableName="Flights", Key=key), 20),
        "put one item": (lambda: client.put_item(TableName="Flights", Item=item(7)), 20),
        f"query {COLLECTION} items": (lambda: client.query(TableName="Flights", **collection), 5),
        f"scan {ITEMS:,} items": (lambda: client.scan(TableName="Flights"), 1),
    }
    figures = [
        (f"metered over plain: {name}", ratio(meter, *each), LIMIT, "x") for name, each in work.items()
    ]
    lab.stop()
    return show(figures)


def ratio(meter, call, times: int) -> float:
    """Of many short turns, plain and metered by turns, the fastest of each, in seconds of this process alone."""
    best = {}
    for _ in range(ROUNDS):
        for around in (nullcontext, meter):
            with around():
                start = process_time()
                for _ in range(times):
                    call()
                took = process_time() - start
            best[around] = min(took, best.get(around, took))
    return best[meter] / best[nullcontext]


if __name__ == "__main__":
    sys.exit(main())

"""How fast the lab answers: its own process over DynamoDB Local by HTTP, both through boto3, in one run."""

import sys
from collections.abc import Callable, Iterator
from time import perf_counter

from tests.bench.bench_start import show
from tests.oracle import local

ITEMS = 3_000
LOADED = 10_000
COLLECTION = 60
SMALL, LARGE = 1_000, 100_000
ROUNDS = 5

LIMITS = {
    "get one item": 0.8,
    "put one item": 0.8,
    "update one item": 0.8,
    "write a batch of 25": 0.8,
    f"load {LOADED:,} items": 0.8,
    f"query {COLLECTION} items": 0.9,
    f"scan {ITEMS:,} items": 0.9,
}


def item(number: int) -> dict:
    """A flight, as lesson 03 has them: 12 attributes, about 200 bytes."""
    return {
        "pk": {"S": f"JFK#{number // COLLECTION:05}"},
        "sk": {"S": f"2013-01-{number % COLLECTION:03}"},
        "carrier": {"S": "UA"},
        "flight": {"N": str(1000 + number)},
        "tail": {"S": f"N{number:05}"},
        "origin": {"S": "JFK"},
        "destination": {"S": "LAX"},
        "distance": {"N": "2475"},
        "delay": {"N": str(number % 90 - 10)},
        "cancelled": {"BOOL": False},
        "times": {"M": {"scheduled": {"S": "0515"}, "actual": {"S": "0517"}}},
        "gates": {"L": [{"S": "B22"}, {"S": "C31"}]},
    }


def create(client, name: str) -> None:
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


def batches(name: str, count: int) -> Iterator[dict]:
    """The requests that load a table."""
    for start in range(0, count, 25):
        puts = [{"PutRequest": {"Item": item(number)}} for number in range(start, min(count, start + 25))]
        yield {"RequestItems": {name: puts}}


def load(client, name: str, count: int) -> None:
    for request in batches(name, count):
        client.batch_write_item(**request)


def measure(client) -> dict[str, list[float]]:
    """Seconds of each piece of work: its fastest call; of the load, each batch."""
    key = {name: item(7)[name] for name in ("pk", "sk")}
    (batch,) = batches("Flights", 25)
    change = {"UpdateExpression": "SET delay = delay + :d", "ExpressionAttributeValues": {":d": {"N": "1"}}}
    collection = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": key["pk"]}}

    def query():
        assert client.query(TableName="Flights", **collection)["Count"] == COLLECTION

    def scan():
        assert (
            sum(page["Count"] for page in client.get_paginator("scan").paginate(TableName="Flights")) == ITEMS
        )

    work = {
        "get one item": (lambda: client.get_item(TableName="Flights", Key=key), 200),
        "put one item": (lambda: client.put_item(TableName="Flights", Item=item(7)), 200),
        "update one item": (lambda: client.update_item(TableName="Flights", Key=key, **change), 200),
        "write a batch of 25": (lambda: client.batch_write_item(**batch), 40),
        f"query {COLLECTION} items": (query, 40),
        f"scan {ITEMS:,} items": (scan, 5),
    }
    seconds = {name: [fastest_call(call, times)] for name, (call, times) in work.items()}
    client.delete_table(TableName="Loaded")
    create(client, "Loaded")
    seconds[f"load {LOADED:,} items"] = [
        fastest_call(lambda: client.batch_write_item(**request), 1)  # noqa: B023
        for request in batches("Loaded", LOADED)
    ]
    return seconds


def fastest_call(call: Callable[[], object], times: int) -> float:
    """Seconds of the fastest call: other work on the machine only adds."""
    return min(timed(call) for _ in range(times))


def timed(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def growth(client) -> float:
    """A query's time in a large table over its time in a small one."""
    best = {}
    for count in (SMALL, LARGE):
        create(client, f"Size{count}")
        load(client, f"Size{count}", count)
    request = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": item(7)["pk"]}}
    for _ in range(ROUNDS):
        for count in (SMALL, LARGE):
            took = fastest_call(lambda: client.query(TableName=f"Size{count}", **request), 40)  # noqa: B023
            best[count] = min(took, best.get(count, took))
    return best[LARGE] / best[SMALL]


def main() -> int:
    """Print one line a figure; 1 where one is over its limit."""
    import boto3

    from helpers import lab

    with local.running() as port:
        theirs = boto3.client(
            "dynamodb",
            region_name="us-east-1",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )
        lab.start()
        ours = boto3.client("dynamodb", region_name="us-east-1")
        lab_s, local_s = [], []
        # In turn: what slows the machine for a while slows both.
        for round_ in range(ROUNDS):
            lab.stop()
            if round_ == 0:
                prepare(theirs)
            local_s.append(measure(theirs))
            lab.start()
            prepare(ours)
            lab_s.append(measure(ours))
        grown = growth(ours)
        lab.stop()
    figures = [
        (f"lab over DynamoDB Local: {name}", fastest(name, lab_s) / fastest(name, local_s), limit, "x")
        for name, limit in LIMITS.items()
    ]
    figures.append((f"a query's time with {LARGE:,} items over {SMALL:,}", grown, 1.5, "x"))
    return show(figures)


def prepare(client) -> None:
    for name in ("Flights", "Loaded"):
        create(client, name)
    load(client, "Flights", ITEMS)


def fastest(name: str, rounds: list[dict[str, list[float]]]) -> float:
    """The sum of a work's parts, each as fast as in its fastest round."""
    return sum(min(parts) for parts in zip(*(seconds[name] for seconds in rounds), strict=True))


if __name__ == "__main__":
    sys.exit(main())

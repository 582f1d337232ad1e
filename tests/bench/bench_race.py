"""What a race costs: every schedule of two writers with five calls each, and that over the bare calls."""

import sys
from time import process_time

from tests.bench.bench_lab import create
from tests.bench.bench_start import show

SECONDS, RATIO = 5.0, 3.0


def main() -> int:
    """Print one line a figure; 1 where one is over its limit."""
    import boto3

    from helpers import lab
    from helpers.lenses import race

    lab.start()
    client = boto3.client("dynamodb", region_name="us-east-1")
    create(client, "Accounts")
    key = {"pk": {"S": "ACC-1"}, "sk": {"S": "balance"}}

    def writer():
        for _ in range(5):
            client.update_item(
                TableName="Accounts",
                Key=key,
                UpdateExpression="ADD balance :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    def bare():
        for _ in range(2 * 252):
            writer()

    raced, bare_calls = (fastest(work) for work in (lambda: race(writer, writer, every=True), bare))
    lab.stop()
    return show(
        [
            ("race: 252 schedules of 2 x 5 calls", raced, SECONDS, "s"),
            ("race over the same calls without it", raced / bare_calls, RATIO, "x"),
        ]
    )


def fastest(work) -> float:
    """The fastest of three turns, in seconds of this process alone."""
    times = []
    for _ in range(3):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())

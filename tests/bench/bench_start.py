"""How long a learner waits at the start, as ratios to boto3 and moto without our code, in one run."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
LESSONS = ["notebooks/00_start_here.ipynb", "notebooks/01_core_components.ipynb"]

CALLS = """
client = boto3.client("dynamodb", region_name="us-east-1")
client.create_table(TableName="Orders", BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
client.get_waiter("table_exists").wait(TableName="Orders")
table = boto3.resource("dynamodb", region_name="us-east-1").Table("Orders")
table.put_item(Item={"pk": "a"})
table.get_item(Key={"pk": "a"})["Item"]
"""
FLOOR = "import boto3, moto\nmoto.mock_aws().start()" + CALLS
OURS = "import boto3\nfrom helpers import lab\nlab.start()" + CALLS

IMPORTS = """
import time, boto3, moto
from moto.dynamodb.responses import DynamoHandler
start = time.perf_counter()
import helpers.lab, helpers.lenses, helpers.exercises, helpers.show
print(time.perf_counter() - start)
"""

# Bare execution: each cell of each lesson once, in a kernel started as nbval starts it.
BARE = """
import sys, nbformat
from nbclient import NotebookClient
for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": "notebooks"}}).execute()
"""


def main() -> int:
    """Print one line a figure; 1 where one is over its limit."""
    from helpers.setup import NBVAL

    floor, ours = fastest([python(FLOOR), python(OURS)], times=7)
    imports = min(float(subprocess.check_output(python(IMPORTS), cwd=ROOT, text=True)) for _ in range(5))
    nbval = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NBVAL, *LESSONS]
    bare, compared = fastest([[*python(BARE), *LESSONS], nbval], times=3)
    return show(
        [
            (
                "from a started kernel to the first item read, over boto3 and moto alone",
                ours / floor,
                1.3,
                "x",
            ),
            ("import helpers, on top of boto3 and moto", imports, 0.1, "s"),
            ("nbval of lessons 00 and 01, over their bare execution", compared / bare, 1.15, "x"),
        ]
    )


def show(figures: list[tuple[str, float, float, str]]) -> int:
    """Print (what, figure, limit, unit) a line; 1 where a figure is over its limit."""
    for what, figure, limit, unit in figures:
        print(
            f"{'FAIL' if figure > limit else 'OK  '} {figure:7.3f} {unit:2} (at most {limit:g}) {what}",
            flush=True,
        )
    return int(any(figure > limit for _, figure, limit, _ in figures))


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def fastest(commands: list[list[str]], times: int) -> list[float]:
    """Seconds of each command's fastest run, the commands in turn: other work on the machine only adds."""
    best = [float("inf")] * len(commands)
    for _ in range(times):
        for i, command in enumerate(commands):
            start = perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            best[i] = min(best[i], perf_counter() - start)
    return best


if __name__ == "__main__":
    sys.exit(main())

"""The lab: where a lesson's calls go. `lab.start()` gives an empty DynamoDB, and nothing leaves the machine.

    from helpers import lab
    lab.start()

From then on plain boto3 is answered by the lab: `boto3.client("dynamodb")`, `boto3.resource("dynamodb")`,
made before or after. Engines: `moto` in this process (the default), `endpoint` (any address that speaks
DynamoDB's API, named by AWS_ENDPOINT_URL_DYNAMODB), `aws` (your account, once you have confirmed it).
"""

import argparse
import atexit
import os
import pprint
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from helpers import workbench
from helpers.engines import aws, endpoint, guard, moto, wiring
from helpers.engines.guard import LabError
from helpers.engines.sandbox import account_in_force
from helpers.engines.sandbox import sandbox as sandboxed

__all__ = ["LabError", "explain", "load", "reset", "sandbox", "serve", "start", "stop"]

MODELS = Path(__file__).parent.parent / "data" / "models"
ENGINES = ("moto", "endpoint", "aws")


@dataclass
class Lab:
    """A started lab. Showing it says which engine answers, in which Region, and how many tables there are."""

    engine: str
    where: str
    region: str
    _undo: ExitStack = field(default_factory=ExitStack, repr=False)
    _kept: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        count = len(_table_names())
        tables = "1 table" if count == 1 else f"{count} tables"
        kept = f" ({len(self._kept)} of them were here before and stay)" if self._kept else ""
        return f"Lab: {self.engine} ({self.where}), Region {self.region}, {tables}{kept}"


_running: Lab | None = None


def start(engine: str | None = None) -> Lab:
    """Start an empty lab; started already, start afresh.

    engine: `"moto"`, `"endpoint"` or `"aws"`; None: what DYNAMODB_LAB_ENGINE says, else moto.
    LabError where the engine is unknown or not to be had; a lab that runs is left as it is then.
    """
    global _running
    name = engine or os.environ.get("DYNAMODB_LAB_ENGINE") or "moto"
    if name not in ENGINES:
        raise LabError(f"There is no engine {name!r}. Choose one of: {', '.join(ENGINES)}.")
    if name == "aws" and engine != "aws":
        raise LabError("The aws engine is asked for in the notebook itself: lab.start('aws').")
    stop()
    lab = {"moto": _start_moto, "endpoint": _start_endpoint, "aws": _start_aws}[name]()
    _running = lab
    return lab


def stop() -> None:
    """Empty the lab and give boto3 back as it was. Without a lab, nothing happens."""
    global _running
    if _running:
        try:
            reset()
        finally:
            _running._undo.close()
            _running = None


def reset() -> None:
    """Empty the lab: no tables. On AWS and on an endpoint, only what the lab itself made is deleted.

    In a sandbox, the sandbox is emptied.
    """
    lab = _started()
    account = account_in_force()
    if account not in (None, moto.ACCOUNT):
        moto.empty(account)
    elif lab.engine == "moto":
        moto.empty()
    elif lab.engine == "endpoint":
        for name in _table_names():
            if name not in lab._kept:
                boto3.client("dynamodb").delete_table(TableName=name)
    else:
        aws.delete_what_was_tagged()


def load(name_or_path: str | Path, table: str | None = None) -> dict[str, int]:
    """Make the tables of a NoSQL Workbench model and fill them; a table of that name is replaced.

    name_or_path: a model in data/models, or the path of a model file. table: only this one of its tables.
    Returns the number of items loaded into each table. LabError where the file is not such a model.
    """
    _started()
    client = boto3.client("dynamodb")
    loaded = {}
    for model in _models(name_or_path, table):
        if model.name in _table_names():
            client.delete_table(TableName=model.name)
            client.get_waiter("table_not_exists").wait(TableName=model.name)
        client.create_table(**model.definition)
        client.get_waiter("table_exists").wait(TableName=model.name)
        _put_all(client, model)
        loaded[model.name] = len(model.items)
    return loaded


def explain(name_or_path: str | Path, table: str | None = None) -> None:
    """Print the `create_table` calls that `load` makes of a model."""
    for model in _models(name_or_path, table):
        lines = [
            f"    {name}={pprint.pformat(value, width=96, sort_dicts=False, indent=1)},"
            for name, value in model.definition.items()
        ]
        print("client.create_table(", *(line.replace("\n", "\n    ") for line in lines), ")", sep="\n")


@contextmanager
def sandbox(copy: bool = False) -> Iterator[None]:
    """Until the block ends, every call goes to a DynamoDB in this process that the lab knows nothing of.

    It is empty, or with `copy` begins with a copy of the lab's tables (moto engine only). What is in the
    lab is out of reach, whatever the block does. Exercise checks and races run in one.
    """
    _started()
    with sandboxed(copy):
        yield


def serve(port: int = 8000, host: str = "127.0.0.1"):
    """Answer other programs over HTTP from the same tables: the AWS CLI, NoSQL Workbench, other languages.

    Returns a server that shows its address and ends with `.stop()`. Port 0 takes a free one. LabError where
    the port is taken.
    """
    from helpers.server import Server

    return Server(host, port)


def _start_moto() -> Lab:
    undo = ExitStack()
    undo.enter_context(guard.no_account())
    undo.enter_context(_fresh_session())
    _attach(undo, moto.engine(), _dummy())
    moto.empty()
    return Lab("moto", "in this process", guard.REGION, undo)


def _start_endpoint() -> Lab:
    url = endpoint.address()
    undo = ExitStack()
    undo.enter_context(guard.no_account())
    undo.enter_context(_fresh_session())
    _attach(undo, endpoint.engine(url), _dummy())
    try:
        kept = frozenset(_table_names())
    except Exception as error:
        undo.close()
        raise LabError(f"Nothing answers as DynamoDB at {url}: {error}") from error
    return Lab("endpoint", url, guard.REGION, undo, kept)


def _start_aws() -> Lab:
    undo = ExitStack()
    undo.enter_context(_fresh_session())
    account, region = aws.confirmed_account()
    print(f"AWS account {account}, Region {region}. What you create from here on is real and costs money.")
    undo.enter_context(wiring.around_calls(aws.tag_what_is_created))
    aws.delete_what_was_tagged()
    return Lab("aws", f"account {account}", region, undo, frozenset(_table_names()))


def _attach(undo: ExitStack, engine, credentials: Credentials) -> None:
    wiring.attach(engine, credentials)
    undo.callback(wiring.attach, None)
    undo.enter_context(wiring.around_calls(_say_what_to_run))


def _say_what_to_run(call: wiring.Call, proceed) -> dict:
    """A layer around calls: a table that is there already, or not there, mostly means cells run out of order."""
    __tracebackhide__ = True
    try:
        return proceed()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ResourceInUseException", "ResourceNotFoundException"):
            error.add_note(
                "(The lab adds: if you did not expect this, cells may have been run out of order. Run the "
                "first cell, lab.start(), and go on from there.)"
            )
        raise


@contextmanager
def _fresh_session() -> Iterator[None]:
    # boto3's module-level session keeps the credentials and the Region it first found.
    boto3.DEFAULT_SESSION = None
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = None


def _dummy() -> Credentials:
    return Credentials("lab", "lab")


def _started() -> Lab:
    if _running is None:
        raise LabError("The lab is not started. Run the first cell of the notebook: lab.start()")
    return _running


def _table_names() -> list[str]:
    pages = boto3.client("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"]]


def _models(name_or_path: str | Path, table: str | None) -> list[workbench.Table]:
    path = Path(name_or_path)
    if path.suffix != ".json":
        path = MODELS / f"{name_or_path}.json"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in MODELS.glob("*.json")))
        raise LabError(f"There is no model {str(name_or_path)!r}. The course has: {known}.")
    models = workbench.read(path)
    chosen = [model for model in models if table in (None, model.name)]
    if not chosen:
        names = ", ".join(model.name for model in models) or "no table at all"
        raise LabError(f"{path.name} has no table {table!r}. It has: {names}.")
    return chosen


def _put_all(client: Any, model: workbench.Table) -> None:
    requests = [{"PutRequest": {"Item": item}} for item in model.items]
    while requests:
        batch, requests = requests[:25], requests[25:]
        answer = client.batch_write_item(RequestItems={model.name: batch})
        requests = answer.get("UnprocessedItems", {}).get(model.name, []) + requests


def _main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m helpers.lab", description="The lab for other programs.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve", help="answer DynamoDB's API over HTTP until interrupted")
    command.add_argument("--port", type=int, default=8000, help="0: a free one (default: 8000)")
    command.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    options = parser.parse_args(arguments)
    server = serve(options.port, options.host)
    server.wait()


atexit.register(lambda: _running and _running.engine != "aws" and stop())

if __name__ == "__main__":
    try:
        _main(sys.argv[1:])
    except LabError as error:
        sys.exit(str(error))

"""The parties that answer the same request: the lab, plain moto, and DynamoDB Local.

Each is asked with an operation's name and its JSON parameters and gives an `Answer`, so that one line
of a test puts the same question to all of them.
"""

import base64
import json
from dataclasses import dataclass, field

from helpers.engines import moto

STREAMS = {"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"}


@dataclass(frozen=True)
class Answer:
    """What came back: a result, or an error's name and message with whatever else the error carries."""

    result: dict = field(default_factory=dict)
    error: str | None = None
    message: str = ""

    def __str__(self) -> str:
        """One line: `accepted`, or the error as a log would show it. The ledger's cells are such lines."""
        return "accepted" if self.error is None else f"{self.error}: {self.message}"

    @classmethod
    def read(cls, status: int, body: bytes | str) -> "Answer":
        try:
            told = json.loads(body) if body else {}
        except ValueError:
            text = body.decode(errors="replace") if isinstance(body, bytes) else body
            return cls(error=f"HTTP {status}", message=text)
        if status == 200:
            return cls(told)
        kind = told.pop("__type", f"HTTP {status}").rpartition("#")[2]
        message = told.pop("message", None) or told.pop("Message", None) or ""
        return cls(told, kind, message)


def target(operation: str) -> str:
    """The X-Amz-Target header of an operation of DynamoDB or of its streams."""
    api = "DynamoDBStreams_20120810" if operation in STREAMS else "DynamoDB_20120810"
    return f"{api}.{operation}"


class Lab:
    """The lab as a lesson meets it: moto with the corrections. Each account starts empty."""

    answers = staticmethod(moto.respond)

    def __init__(self, account: str = "111111111111", region: str = "us-east-1"):
        self.account, self.region = account, region

    def __call__(self, operation: str, **parameters) -> Answer:
        body = json.dumps(parameters, default=_base64).encode()
        try:
            status, _, told = self.answers(target(operation), body, self.region, self.account)
        except Exception as crash:  # what a caller would see raised: an answer like another, to be compared
            return Answer(error=type(crash).__name__, message=str(crash))
        return Answer.read(status, told)

    def empty(self) -> None:
        """Forget this account's tables."""
        moto.empty(self.account)


class Moto(Lab):
    """moto alone, without a correction: what the ledger's moto column is about."""

    answers = staticmethod(moto.plain)

    def __init__(self, account: str = "222222222222", region: str = "us-east-1"):
        super().__init__(account, region)


class Local:
    """DynamoDB Local, over one connection."""

    def __init__(self, connection):
        self.connection = connection

    def __call__(self, operation: str, **parameters) -> Answer:
        body = json.dumps(parameters, default=_base64).encode()
        return Answer.read(*self.connection.ask(target(operation), body))

    def empty(self) -> None:
        """Delete this connection's tables."""
        for name in self("ListTables").result["TableNames"]:
            self("DeleteTable", TableName=name)


def _base64(value):
    """JSON has no bytes: they travel in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{value!r} has no JSON form")

"""Which requests the throttle lens lets through, and what it answers to the others. Sources: see throttle.py."""

import json
import math
import re
import threading
from binascii import crc32
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from helpers.engines import guard, wiring
from helpers.lenses.throttling_errors import TRANSACTIONS, refusal, tables_of

if TYPE_CHECKING:
    from helpers.lenses.throttle import Limits

#: How long a request takes on the virtual clock. DynamoDB answers in "single-digit milliseconds".
LATENCY_SECONDS = 0.005

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_READS = {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"}
_STATEMENTS = {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}
_BATCHES = {"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}


@dataclass
class Attempt:
    """One HTTP request. at, waited: virtual seconds; waited is botocore's wait before it. number: 1 is the first
    try. answer: "served", "throttled", or "in part" for a batch of which some items were left unprocessed.
    """

    call: int
    operation: str
    number: int
    at: float
    waited: float
    answer: str
    units: float = 0.0
    units_left: float = 0.0

    @property
    def throttled(self) -> bool:
        return self.answer == "throttled"


class Bucket:
    """Units that come in at a steady rate; what is not used is kept for `burst_seconds`, and one second always.

    The service learns what a request costs by doing it. So a request may pass while there is a unit left, and
    what it took beyond that is paid off first: the bucket can owe.
    """

    def __init__(self, units: float, burst_seconds: float):
        self.units = units
        self.size = units * max(1.0, burst_seconds)
        self.left = self.size
        self.at = 0.0

    def has(self, units: float, now: float) -> bool:
        self.left = min(self.size, self.left + (now - self.at) * self.units)
        self.at = now
        # Less than a unit is enough where the bucket never holds more. The slack is for sums of fractions.
        return self.left + 1e-9 >= min(units, self.size)


class Gate:
    """Stands before the engine and decides about each HTTP request."""

    def __init__(self, limits: "Limits"):
        self.limits = limits
        self.calls: dict[str, int] = {}
        self.thread = threading.local()

    def __call__(self, request: AWSPreparedRequest, proceed) -> AWSResponse:
        operation = guard.header(request, "X-Amz-Target").rpartition(".")[2]
        body = _decoded(request.body)
        kind = _kind(operation, body)
        bucket = self.limits.buckets.get(kind)
        if bucket is None or not _concerns(operation, body, self.limits.table, self.limits.index, kind):
            return proceed()
        attempt = self._attempt(request, operation)
        self.limits.attempts.append(attempt)
        clock = self.limits.clock
        clock.move(LATENCY_SECONDS)
        if not bucket.has(_least(operation, body), attempt.at):
            attempt.answer, attempt.units_left = "throttled", bucket.left
            region = guard.service_of(request)[1]
            table = f"arn:aws:dynamodb:{region}:{_account()}:table/{self.limits.table}"
            return _answer(request, 400, refusal(self.limits, operation, kind, body, table))
        held_back = {}
        if operation in _BATCHES:
            held_back = _hold_back(body["RequestItems"], self.limits.table, bucket, _least(operation, body))
        asked = body.get("ReturnConsumedCapacity", "NONE")
        body["ReturnConsumedCapacity"] = "INDEXES"
        _rewrite(request, body)
        answer = proceed()
        told = _decoded(answer.content)
        attempt.units = _units_of(told.get("ConsumedCapacity"), self.limits.table, self.limits.index)
        if told.get("__type", "").endswith("ConditionalCheckFailedException"):
            attempt.units = 1.0  # at least: the error does not say how many
        bucket.left -= attempt.units
        attempt.units_left = bucket.left
        if "ConsumedCapacity" in told:
            _as_asked(told, asked)
        if held_back:
            attempt.answer = "in part"
            unprocessed = told.setdefault(_BATCHES[operation], {})
            for name, requests in held_back.items():
                unprocessed[name] = _joined(unprocessed.get(name), requests)
        return _answer(request, answer.status_code, told, dict(answer.headers))

    def _attempt(self, request: AWSPreparedRequest, operation: str) -> Attempt:
        """Count calls by the id that botocore gives to all attempts of one."""
        call = guard.header(request, "amz-sdk-invocation-id") or str(len(self.calls))
        number = self.calls.setdefault(call, len(self.calls) + 1)
        said = re.search(r"attempt=(\d+)", guard.header(request, "amz-sdk-request"))
        clock = self.limits.clock
        slept = clock.slept_by_this_thread
        waited, self.thread.slept = slept - getattr(self.thread, "slept", 0.0), slept
        return Attempt(number, operation, int(said[1]) if said else 1, clock.now, waited, "served")


def _kind(operation: str, body: dict[str, Any]) -> str:
    """ "Read" or "Write", for the operations that cost units; "" for the others."""
    if operation in _WRITES:
        return "Write"
    if operation in _READS:
        return "Read"
    if operation in _STATEMENTS:
        return "Read" if re.match(r"\s*select\b", _statement(body), re.IGNORECASE) else "Write"
    return ""


def _statement(body: dict[str, Any]) -> str:
    if "Statement" in body:
        return body["Statement"]
    several = body.get("Statements") or body.get("TransactStatements") or [{}]
    return " ; ".join(each.get("Statement", "") for each in several)


def _concerns(operation: str, body: dict[str, Any], table: str, index: str | None, kind: str) -> bool:
    """Whether a request asks this table. Reads of an index pay there alone; every write of a table may."""
    if operation in _STATEMENTS:
        return bool(re.search(rf"""(?<![\w.-]){re.escape(table)}(?![\w.-])""", _statement(body)))
    if table not in tables_of(body):
        return False
    if kind == "Read":
        return body.get("IndexName") == index
    return True


def _least(operation: str, body: dict[str, Any]) -> float:
    """What the cheapest request of this kind takes. DG "DynamoDB read and write operations"."""
    if operation in TRANSACTIONS:
        return 2.0
    if _kind(operation, body) == "Write":
        return 1.0
    return 1.0 if body.get("ConsistentRead") else 0.5


def _hold_back(items: dict[str, Any], table: str, bucket: Bucket, each: float) -> dict[str, Any]:
    """Take out of a batch what the bucket has no unit for: the service processes the rest."""
    name = next(name for name in items if name.rpartition("/")[2] == table)
    requests = items[name]
    fits = max(1, math.floor((bucket.left + 1e-9) / each))
    if isinstance(requests, list):
        kept, held = requests[:fits], requests[fits:]
    else:
        kept = {**requests, "Keys": requests["Keys"][:fits]}
        held = {**requests, "Keys": requests["Keys"][fits:]} if requests["Keys"][fits:] else []
    items[name] = kept
    return {name: held} if held else {}


def _joined(there: Any, held: Any) -> Any:
    """Unprocessed requests of the engine's own, if any, before those that were held back."""
    if not there:
        return held
    if isinstance(held, list):
        return there + held
    return {**held, "Keys": there["Keys"] + held["Keys"]}


def _as_asked(told: dict[str, Any], asked: str) -> None:
    """Leave of `ConsumedCapacity` what the caller asked for."""
    consumed = told.pop("ConsumedCapacity")
    if asked == "TOTAL":
        parts = ("Table", "LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        for each in consumed if isinstance(consumed, list) else [consumed]:
            for part in parts:
                each.pop(part, None)
    if asked != "NONE":
        told["ConsumedCapacity"] = consumed


def _units_of(consumed: Any, table: str, index: str | None) -> float:
    """What a response says the table, or the index, consumed. A local index is paid by the table."""
    total = 0.0
    for each in consumed if isinstance(consumed, list) else [consumed or {}]:
        if each.get("TableName", "").rpartition("/")[2] != table:
            continue
        others = {
            name: part["CapacityUnits"] for name, part in each.get("GlobalSecondaryIndexes", {}).items()
        }
        total += others.get(index, 0.0) if index else each.get("CapacityUnits", 0.0) - sum(others.values())
    return total


def _account() -> str:
    return getattr(wiring.attached()[0], "account", "123456789012")


def _decoded(body: bytes | str | None) -> dict[str, Any]:
    try:
        decoded = json.loads(body or b"{}")
    except ValueError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _rewrite(request: AWSPreparedRequest, body: dict[str, Any]) -> None:
    request.body = json.dumps(body).encode()
    if "Content-Length" in request.headers:
        request.headers["Content-Length"] = str(len(request.body))


def _answer(request, status: int, told: dict[str, Any], headers: dict[str, str] | None = None) -> AWSResponse:
    body = json.dumps(told).encode()
    kept = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
    kept.setdefault("x-amzn-RequestId", "THROTTLE-LENS")
    for name in [name for name in kept if name.lower() == "x-amz-crc32"]:
        kept[name] = str(crc32(body))
    return AWSResponse(request.url, status, kept, _Body(body))


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_):
        yield self.read()

"""A model of eventual consistency: reads that may be old are old, and always by the same number of writes.

    with replicas(lag=2) as model:
        table.put_item(Item=...)
        table.get_item(Key=...)                       # as the table was two writes ago
        table.get_item(Key=..., ConsistentRead=True)  # as it is
    model

In DynamoDB a write is acknowledged when two of three replicas have it. It reaches the third, and the global
indexes, a moment later, usually within a second, and no emulator shows that. Here a second copy of the tables
stands for the replica that is behind. It receives the same writes in the same order, each one only after `lag`
newer ones. How old a read really is, or whether it is old at all, nobody can say beforehand.
Sources: Developer Guide, "DynamoDB read consistency"; Elhemali et al., "Amazon DynamoDB", USENIX ATC 2022.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from helpers.engines import guard, moto, wiring
from helpers.engines.sandbox import account_in_force

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
_STATEMENTS = {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}
_LOOKS = ("Describe", "List")

_accounts = map("{:012}".format, count(2_000_000_001))


@dataclass(frozen=True)
class Read:
    """One read: who answered, and how many writes behind the newest state that was."""

    operation: str
    answered_by: str
    behind: int

    def __repr__(self) -> str:
        age = (
            "the newest state" if not self.behind else f"{self.behind} write{'s' * (self.behind > 1)} behind"
        )
        return f"{self.operation}: {self.answered_by}, {age}"


class Replicas:
    """The replica that is behind. Showing it lists the reads of the block and who answered each."""

    def __init__(self, lag: int, leader: str) -> None:
        self.lag = lag
        self.reads: list[Read] = []
        self._leader, self._account = leader, next(_accounts)
        self._behind: deque[tuple[str, bytes, str]] = deque()
        self._lock = threading.RLock()

    def catch_up(self) -> None:
        """Let the replica receive every write that it is behind, as when some time has passed."""
        with self._lock:
            self._apply(keep=0)

    def __repr__(self) -> str:
        lines = [
            f"Model: reads that need not be consistent are {self.lag} writes behind.",
            *map(repr, self.reads),
        ]
        return "\n".join(lines)

    def _apply(self, keep: int) -> None:
        while len(self._behind) > keep:
            moto.respond(*self._behind.popleft(), self._account)

    def _layer(self, request: AWSPreparedRequest, proceed) -> AWSResponse:
        target = guard.header(request, "X-Amz-Target")
        version, _, operation = target.partition(".")
        if (
            not version.startswith("DynamoDB_")
            or operation.startswith(_LOOKS)
            or account_in_force() != self._leader
        ):
            return proceed()
        content = request.body.encode() if isinstance(request.body, str) else request.body or b"{}"
        parameters = json.loads(content)
        if _reads(operation, parameters):
            return self._read(operation, request, proceed, stale=_may_be_old(operation, parameters))
        sent = (target, content, guard.service_of(request)[1])
        with self._lock:  # the replica must see writes in the order in which the table saw them
            answer = proceed()
            if answer.status_code == 200:
                self._behind.append(sent)
                # A table that is made or deleted is so everywhere: only items lag.
                self._apply(keep=self.lag if operation in _WRITES | _STATEMENTS else 0)
        return answer

    def _read(self, operation: str, request: AWSPreparedRequest, proceed, stale: bool) -> AWSResponse:
        if not stale:
            self.reads.append(Read(operation, "leader", 0))
            return proceed()
        with self._lock:
            self.reads.append(Read(operation, "replica", len(self._behind)))
            return moto.engine(self._account)(request, None)


@contextmanager
def replicas(lag: int = 2) -> Iterator[Replicas]:
    """Until the block ends, answer reads that may be old as of `lag` writes ago. A model; moto engine only.

    Old: GetItem, BatchGetItem, Query, Scan and PartiQL's SELECT without `ConsistentRead`, and every read of a
    global index, which cannot have it. Newest: consistent reads, transactions, and a BatchGetItem that wants any of its
    tables consistent. A write is one call, a batch too; a call that fails is none.
    ValueError for a lag that is no count; LabError where the engine is another.
    """
    if isinstance(lag, bool) or not isinstance(lag, int) or lag < 0:
        raise ValueError(f"lag is a number of writes, 0 or more, not {lag!r}")
    leader = account_in_force()
    if leader is None:
        raise guard.LabError(
            "replicas() is a model beside the lab's own tables: it needs lab.start() with moto."
        )
    model = Replicas(lag, leader)
    moto.copy_state(leader, model._account)
    try:
        with wiring.around_sends(model._layer):
            yield model
    finally:
        moto.empty(model._account)


def _reads(operation: str, parameters: dict) -> bool:
    if operation in _STATEMENTS:
        return all(text.lstrip()[:6].upper() == "SELECT" for text, _ in _statements(parameters))
    return operation in _READS or operation == "TransactGetItems"


def _may_be_old(operation: str, parameters: dict) -> bool:
    if operation in ("TransactGetItems", "ExecuteTransaction"):
        return False
    if operation == "BatchGetItem":
        return not any(wanted.get("ConsistentRead") for wanted in parameters.get("RequestItems", {}).values())
    if operation in _STATEMENTS:
        return not any(consistent for _, consistent in _statements(parameters))
    return not parameters.get("ConsistentRead")


def _statements(parameters: dict) -> list[tuple[str, bool]]:
    """The PartiQL statements of a request, and whether each wants a consistent read."""
    each = parameters.get("Statements") or parameters.get("TransactStatements") or [parameters]
    return [(one.get("Statement", ""), bool(one.get("ConsistentRead"))) for one in each]

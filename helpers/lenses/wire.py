"""What crosses the wire: the JSON that boto3 sends, and the JSON that comes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from helpers.engines import guard, wiring


@dataclass
class Exchange:
    """One HTTP request and its answer. `request` and `response` are decoded JSON, or text where it is none."""

    operation: str
    request: Any
    status: int | None = None
    response: Any = None

    def __repr__(self) -> str:
        sent, received = (json.dumps(each, indent=2) for each in (self.request, self.response))
        return f"{self.operation}, request:\n{sent}\n\nresponse, HTTP status {self.status}:\n{received}"


class Wire(list[Exchange]):
    """The exchanges of a block, in order. Showing it prints their JSON; no header and no signature."""

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self)) or "nothing crossed the wire"


@contextmanager
def wire() -> Iterator[Wire]:
    """Record every HTTP request of every client, retries too, until the block ends."""
    record = Wire()

    def layer(request, proceed):
        target = guard.header(request, "X-Amz-Target")
        operation = target.rpartition(".")[2] or f"{request.method} {guard.service_of(request)[0]}"
        exchange = Exchange(operation, _decoded(request.body))
        record.append(exchange)
        answer = proceed()
        exchange.status, exchange.response = answer.status_code, _decoded(answer.content)
        return answer

    with wiring.around_sends(layer):
        yield record


def _decoded(body: bytes | str | None) -> Any:
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    try:
        return json.loads(text)
    except ValueError:
        return text

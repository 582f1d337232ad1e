"""Which operations did this code call, with which parameters?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from helpers.engines import wiring


@dataclass
class Made:
    """One call: the operation, the parameters as they were written, and the response or the error."""

    operation: str
    parameters: dict[str, Any]
    response: dict[str, Any] | None = None
    error: Exception | None = None
    service: str = "dynamodb"

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        failed = f" -> {type(self.error).__name__}" if self.error else ""
        return f"{self.operation}({shown}){failed}"


class Calls(list[Made]):
    """The calls of a block, in the order in which they began. Showing it prints one a line."""

    @property
    def operations(self) -> list[str]:
        """The names alone: `["GetItem", "PutItem"]`."""
        return [made.operation for made in self]

    def __repr__(self) -> str:
        return "\n".join(f"{number}. {made!r}" for number, made in enumerate(self, 1)) or "no calls"


@contextmanager
def calls() -> Iterator[Calls]:
    """Record every call of every client, of all threads, until the block ends."""
    record = Calls()

    def layer(call: wiring.Call, proceed) -> dict:
        made = Made(call.operation, dict(call.parameters), service=call.service)
        record.append(made)
        try:
            made.response = proceed()
        except Exception as error:
            made.error = error
            raise
        return made.response

    with wiring.around_calls(layer):
        yield record

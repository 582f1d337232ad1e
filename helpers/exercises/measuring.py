"""One run of an answer: what it returned, which calls it made, what they cost. And budgets for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.engines import wiring
from helpers.lenses.calls import Calls, calls

if TYPE_CHECKING:
    from helpers.exercises.exercise import Exercise

_READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


@dataclass
class Run:
    """What became of one call of the answer. The budget methods note waste; they do not end the check."""

    exercise: "Exercise"
    call: str
    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    calls: Calls = field(default_factory=Calls)
    read_units: float = 0
    write_units: float = 0

    @property
    def operations(self) -> list[str]:
        """The names of the calls in order: `["Query", "GetItem"]`."""
        return self.calls.operations

    def only(self, *operations: str) -> None:
        """Wasteful, if any other operation was called."""
        other = [name for name in self.operations if name not in operations]
        if other:
            needed = " or ".join(operations) or "no call at all"
            self.exercise.wasteful(
                f"The answer is right, but it calls {other[0]}. {needed} is enough.", calls=self._list()
            )

    def never(self, operation: str, because: str = "") -> None:
        """Wasteful, if this operation was called; `because` is the clause that says why not."""
        if operation in self.operations:
            why = f": {because}" if because else ""
            self.exercise.wasteful(f"The answer is right, but it calls {operation}{why}.", calls=self._list())

    def at_most(
        self, *, calls: int | None = None, read_units: float | None = None, write_units: float | None = None
    ) -> None:
        """Wasteful, if it took more calls or more read or write units."""
        spent = (
            ("calls", len(self.calls), calls),
            ("read units", self.read_units, read_units),
            ("write units", self.write_units, write_units),
        )
        for what, took, enough in spent:
            if enough is not None and took > enough:
                self.exercise.wasteful(
                    f"The answer is right, but it takes {took:g} {what}. {enough:g} {'is' if enough == 1 else 'are'} enough.",
                    calls=self._list(),
                )

    def _list(self) -> str:
        names = self.operations
        shown = ", ".join(names[:8])
        return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown


@contextmanager
def measured(run: Run) -> Iterator[None]:
    """Until the block ends, calls and the units they consume are counted into `run`."""

    def layer(call: wiring.Call, proceed) -> dict:
        if call.service != "dynamodb" or call.operation not in _READS | _WRITES:
            return proceed()
        asked = call.parameters.get("ReturnConsumedCapacity", "NONE") != "NONE"
        if not asked:
            call.parameters["ReturnConsumedCapacity"] = "TOTAL"
        response = proceed()
        consumed = response.get("ConsumedCapacity", []) if asked else response.pop("ConsumedCapacity", [])
        units = sum(
            each.get("CapacityUnits", 0) for each in ([consumed] if isinstance(consumed, dict) else consumed)
        )
        if call.operation in _READS:
            run.read_units += units
        else:
            run.write_units += units
        return response

    with wiring.around_calls(layer), calls() as made:
        try:
            yield
        finally:
            run.calls = Calls(made)

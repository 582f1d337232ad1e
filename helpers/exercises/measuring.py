"""One run of an answer: what it returned, which calls it made, what they cost. And budgets for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.lenses.calls import Calls, calls
from helpers.lenses.meter import meter

if TYPE_CHECKING:
    from helpers.exercises.exercise import Exercise


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
        self,
        *,
        calls: int | None = None,
        read_units: float | None = None,
        write_units: float | None = None,
        because: str = "",
    ) -> None:
        """Wasteful, if it took more calls or more read or write units; `because` is a sentence about units."""
        budgets = (
            ("call", len(self.calls), calls),
            ("read unit", self.read_units, read_units),
            ("write unit", self.write_units, write_units),
        )
        for what, took, enough in budgets:
            if enough is not None and took > enough:
                why = f" {because}" if because and what != "call" else ""
                self.exercise.wasteful(
                    f"The answer is right, but it takes {_counted(took, what)}. {_counted(enough, what)} would do.{why}",
                    calls=self._list(),
                )

    def _list(self) -> str:
        names = self.operations
        shown = ", ".join(names[:8])
        return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown


def _counted(number: float, what: str) -> str:
    return f"{number:g} {what}{'' if number == 1 else 's'}"


@contextmanager
def measured(run: Run) -> Iterator[None]:
    """Until the block ends, calls and the units they consume are counted into `run`."""
    with meter() as spent, calls() as made:
        try:
            yield
        finally:
            run.calls = Calls(made)
            run.read_units, run.write_units = spent.read_units, spent.write_units

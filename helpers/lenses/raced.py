"""What a race came to: one run as a timeline, all runs as a table of outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from helpers.lenses.interleaving import Ending, Move
from helpers.lenses.touching import Place, plain_text, summary


@dataclass
class Run:
    """One schedule that was run. Showing it draws its timeline.

    order: the letters of the calls as they happened. endings: what each writer returned or raised, or why it was
    stopped. items: what the writers touched, as it is at the end, by table. outcome: what `outcome=` said, else
    the items and the endings. note: what to know about the order that was asked for.
    """

    names: list[str]
    order: str = ""
    moves: list[Move] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    items: dict[str, list[dict]] = field(default_factory=dict)
    outcome: Any = None
    note: str = ""

    @property
    def stopped(self) -> str:
        """Why a writer was stopped; empty where all came to their end."""
        return next((ending.stopped for ending in self.endings if ending.stopped), "")

    @property
    def returned(self) -> list[Any]:
        """What each writer returned; None for one that raised."""
        return [ending.value for ending in self.endings]

    @property
    def errors(self) -> list[BaseException | None]:
        """What each writer raised; None for one that returned."""
        return [ending.error for ending in self.endings]

    @property
    def switches(self) -> int:
        """How often the turn passes from one writer to another."""
        return sum(one != other for one, other in zip(self.order, self.order[1:], strict=False))

    def timeline(self, title: str | None = None, verdict: str = ""):
        """The picture: a lane a writer, a row a call, and the items after each."""
        from helpers.show import timeline

        ends = [
            f"{name} {told_ending(ending)}"
            for name, ending in zip(self.names, self.endings, strict=True)
            if ending.error is not None or ending.value is not None
        ]
        verdict = verdict or self.stopped or "; ".join(ends)
        if verdict and not verdict.endswith("."):
            verdict += "."
        note = f" {self.note}" if self.note else ""
        return timeline(
            _steps(self), f"Schedule {self.order}." if title is None else title, (verdict + note).strip()
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self.timeline()._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        return repr(self.timeline())


@dataclass
class Outcome:
    """One way in which the race can end: its value, how many schedules end so, and one of them as a witness."""

    value: Any
    schedules: int
    witness: Run


class Outcomes(list[Outcome]):
    """The distinct ways in which a race ends, the most frequent first. Showing it draws them as a table.

    schedules: how many were run. complete: whether those are all there are. how: the same in words.
    """

    def __init__(self, outcomes: Sequence[Outcome], schedules: int, complete: bool, how: str):
        super().__init__(outcomes)
        self.schedules, self.complete, self.how = schedules, complete, how

    def picture(self):
        """How many schedules end in which way, and one that does."""
        from helpers.show.picture import element, picture
        from helpers.show.style import caption, cell, head, number_cell, row, table
        from helpers.show.texts import text_table

        alt = f"{self.how}: {len(self)} {'outcome' if len(self) == 1 else 'different outcomes'}."
        heads = ["schedules", "such as", "outcome"]
        lines = [(f"{each.schedules:,}", each.witness.order, told(each.value)) for each in self]
        looks = [number_cell, cell, f"{cell};white-space:normal"]
        top = [element("th", each, scope="col", style=head) for each in heads]
        cells = [
            [element("td", text, style=look) for text, look in zip(line, looks, strict=True)]
            for line in lines
        ]
        html = element(
            "table",
            element("caption", alt, style=caption),
            element("thead", element("tr", *top, style=row)),
            element("tbody", *(element("tr", *each, style=row) for each in cells)),
            style=table,
        )
        return picture(alt, text_table(heads, lines, [0]), html)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self.picture()._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        return repr(self.picture())


def told(value: Any) -> str:
    """A value as text, the same for values that are equal: what outcomes are told apart by."""
    if isinstance(value, Mapping):
        # Every response has a request id of its own.
        names = sorted((name for name in value if name != "ResponseMetadata"), key=str)
        return "{" + ", ".join(f"{name}: {told(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(told, value)) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(told, value))) + "}"
    if isinstance(value, BaseException):
        return error_name(value)
    if isinstance(value, Decimal | bool | int | None):
        return plain_text(value)
    return str(value)


def told_outcome(run: Run) -> dict[str, Any]:
    """The outcome of a race that has no `outcome=`: the items, and how each writer ended."""
    items = {table: held[0] if len(held) == 1 else held or "no item" for table, held in run.items.items()}
    return items | {name: told_ending(ending) for name, ending in zip(run.names, run.endings, strict=True)}


def told_ending(ending: Ending) -> str:
    if ending.stopped:
        return "was stopped"
    if ending.error is not None:
        return f"raised {error_name(ending.error)}"
    return f"returned {told(ending.value)}"


def error_name(error: BaseException) -> str:
    """DynamoDB's name of an error, Python's of any other."""
    if isinstance(error, ClientError):
        return error.response["Error"].get("Code", "ClientError")
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _steps(run: Run) -> list:
    """The moves as the picture takes them: what each call did, and the items after it, cut to what changes."""
    from helpers.show import Step

    places: dict[Place, dict | None] = {}
    for move in reversed(run.moves):  # so that a place that is not yet touched shows what it held at first
        places.update(move.before)
    told = _changing(places, run.moves)
    steps = []
    for move in run.moves:
        places.update(move.after)
        error = "ok" if move.error is None else error_name(move.error)
        said = summary(move.operation, move.parameters, move.response, move.touches, told)
        steps.append(Step(run.names[move.writer], move.operation, said, _held(places, told), error))
    return steps


def _changing(places: Mapping[Place, dict | None], moves: Sequence[Move]) -> set[str] | None:
    """The attributes that have more than one value in the run; None (all of them) where there is none."""
    names = set()
    for place, first in places.items():
        states = [first or {}, *(move.after[place] or {} for move in moves if place in move.after)]
        for name in set().union(*states):
            if any(
                state.get(name) != states[0].get(name) or (name in state) != (name in states[0])
                for state in states
            ):
                names.add(name)
    return names - {name for place in places for name, _, _ in place.key} or None


def _held(places: Mapping[Place, dict | None], told: set[str] | None) -> dict | None:
    """One item as it is; of several, each under its key's values."""
    held = {}
    for place, item in sorted(places.items(), key=lambda each: str(each[0])):
        if item is not None:
            keys = {name for name, _, _ in place.key}
            held[place.label] = {
                name: value
                for name, value in item.items()
                if name not in keys and (told is None or name in told)
            }
    if len(places) > 1:
        return held or None
    return next(iter(held.values()), None)

"""Two writers at once: one schedule replayed, or every schedule tried.

    def withdraw():                                     # reads, thinks, writes: two calls
        balance = table.get_item(Key=key)["Item"]["balance"]
        table.put_item(Item={**key, "balance": balance - 80})

    race(withdraw, withdraw, order="abab")              # one schedule, as a timeline
    race(withdraw, withdraw, every=True)                # all six, and how they end

A schedule is told in letters: `abab` is the first writer's first call, the second's first, and so on. Each
schedule runs on tables of its own: a copy of the lab's, or what `setup` makes. The lab's own stay as they are.
"""

import inspect
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from math import factorial, prod
from typing import Any

from helpers.engines import copying, wiring
from helpers.engines.guard import LabError
from helpers.engines.sandbox import account_in_force, sandbox
from helpers.lenses.interleaving import Move, Stage
from helpers.lenses.peeking import all_items, ask, item_at
from helpers.lenses.raced import Outcome, Outcomes, Run, told, told_outcome
from helpers.lenses.searching import Choose, Search, at_random
from helpers.lenses.touching import ON_ONE_ITEM, Place, Touch, touch

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_one_race = threading.Lock()


def race(
    *writers: Callable[[], Any],
    order: str | None = None,
    every: bool = False,
    setup: Callable[[], Any] | None = None,
    outcome: Callable[..., Any] | None = None,
    merge: bool = False,
    limit: int = 1_000,
    seed: int = 0,
    calls: int = 50,
    seconds: float = 5.0,
) -> Run | Outcomes:
    """Run writers against each other, switching between them only at their DynamoDB calls.

    writers: two or more functions without parameters that call boto3; `lambda: pay("ACC-1", 80)` makes one.
    order: the schedule, a letter a call; without it, one after the other. A letter of a writer that is done is
    passed over, and what is left when the letters end runs in order.
    every: run every schedule; where there are more than `limit`, that many drawn at random with `seed`.
    setup: makes the tables, before each schedule; without it, each begins with a copy of the lab's tables.
    outcome: looks at the tables after each schedule; what it returns is the outcome. It may take the Run. Without
    it, the outcome is the items that were touched, and what each writer returned or raised.
    merge: run schedules once that differ only in the order of calls that do not meet (they touch different
    items, or only read).
    calls, seconds: a writer that makes more calls, or runs longer without one, is stopped, and the race with it.

    `time.sleep` in a writer takes no time. It moves the writers' clock, `time.time` and `time.monotonic`; a writer
    that keeps sleeping while nobody else moves lets the others on. Threads that a writer starts are not scheduled.
    ValueError for an order that names nobody; LabError without tables to copy.
    """
    if not 2 <= len(writers) <= len(LETTERS):
        raise ValueError(f"A race has 2 to {len(LETTERS)} writers, not {len(writers)}.")
    letters = LETTERS[: len(writers)]
    strangers = sorted(set(order or "") - set(letters))
    if strangers:
        known = f"{', '.join(letters[:-1])} and {letters[-1]}"
        raise ValueError(f"The order names {strangers[0]!r}, but the writers are {known}.")
    if order is not None and every:
        raise ValueError("Give an order, or ask for every schedule: not both.")
    if setup is None and wiring.attached()[0] is None:
        raise LabError(
            "There are no tables to copy: start a lab that is not AWS, or give setup= to make some."
        )
    if not _one_race.acquire(blocking=False):
        raise RuntimeError("A race is going on already, and a writer cannot start another.")
    try:
        with nullcontext() if setup or account_in_force() else _brought_here():
            track = _Track(writers, letters, setup, outcome, calls, seconds)
            return _every(track, limit, seed, merge) if every else _once(track, order or "")
    finally:
        _one_race.release()


@contextmanager
def _brought_here() -> Iterator[None]:
    """A sandbox with a copy of an endpoint's tables: each schedule copies it again."""
    tables = copying.read_tables()
    with sandbox():
        copying.make_tables(tables)
        yield


class _Track:
    """What the runs of one race have in common."""

    def __init__(self, writers, letters, setup, outcome, calls, seconds):
        self.writers, self.letters, self.setup = writers, letters, setup
        self.outcome = _of_a_run(outcome) if outcome else told_outcome
        self.calls, self.seconds = calls, seconds
        self.names = _names(writers, letters)
        self.keys: dict[str, tuple[str, ...]] = {}

    def run(self, choose: Choose) -> Run:
        """One schedule on fresh tables; `choose` as in Stage.run."""
        run = Run(self.names)
        held: dict[Place, dict | None] = {}

        def watch(move: Move, when: str) -> None:
            at = self.touch(move.operation, move.parameters)
            for place in at.reads | at.writes:
                if place.key and (place not in held if when == "before" else place in at.writes):
                    held[place] = item_at(place)
                    getattr(move, when)[place] = held[place]
            if when == "after":
                move.touches = at
                if move.operation in ON_ONE_ITEM:  # the writer may go on to change what it read or wrote
                    move.parameters, move.response = deepcopy(move.parameters), deepcopy(move.response)
                run.moves.append(move)

        with sandbox(copy=self.setup is None):
            if self.setup:
                self.setup()
            stage = Stage(self.writers, self.letters, watch, self.calls, self.seconds)
            run.order = stage.run(choose)
            run.endings = [writer.ending for writer in stage.writers]
            if any(move.touches.everything for move in run.moves if move.operation != "sleep"):
                run.items = all_items()  # PartiQL, say: it cannot be told what was touched
            for place, item in sorted(held.items(), key=lambda each: str(each[0])):
                if item not in run.items.setdefault(place.table, []) and item:
                    run.items[place.table].append(item)
            run.outcome = run.stopped or self.outcome(run)
        return run

    def touch(self, operation: str, parameters: dict) -> Touch:
        return touch(operation, parameters, self._keys_of)

    def _keys_of(self, table: str) -> tuple[str, ...] | None:
        if table not in self.keys:
            described = ask("DescribeTable", TableName=table)
            if described is None:
                return None
            self.keys[table] = tuple(key["AttributeName"] for key in described["Table"]["KeySchema"])
        return self.keys[table]


def _once(track: _Track, order: str) -> Run:
    left, passed, added = list(order), [], []

    def choose(able: list[int], waiting: list) -> int:
        while left:
            number = track.letters.index(left.pop(0))
            if waiting[number]:
                return number
            passed.append(number)
        added.append(able[0])
        return able[0]

    run = track.run(choose)
    notes = []
    if passed or left:
        notes.append(f"The order has {len(passed) + len(left)} letters more than there were calls.")
    if order and added:
        notes.append(f"The order ends before the writers do: the last {len(added)} calls ran in order.")
    run.note = " ".join(notes)
    return run


def _every(track: _Track, limit: int, seed: int, merge: bool) -> Outcomes:
    """All schedules in depth-first order; a random sample where they are too many."""
    serial = _once(track, "")
    each = [serial.order.count(letter) for letter in track.letters]
    expected = factorial(sum(each)) // prod(map(factorial, each))
    if merge or expected <= limit:
        found = _Found()
        search = Search((lambda call: track.touch(call.operation, call.parameters)) if merge else None)
        while search.open and search.tried < limit and not found.endless:
            run = track.run(search.choose)
            if search.finish():
                found.add(run)
        if found.endless:
            return found.outcomes(False, f"Stopped in schedule {found.runs:,}, at a writer that does not end")
        if not search.open:
            all_run = f"All {found.runs:,} schedules" if found.runs > 1 else "The only schedule"
            once = " that differ in more than the order of calls that do not meet" if merge else ""
            return found.outcomes(True, all_run + once)
    found, dice = _Found(), random.Random(seed)
    for _ in range(limit):
        found.add(track.run(at_random(dice, each)))
        if found.endless:
            break
    about = f"about {expected:,}" if expected > limit else f"more than {limit:,}"
    return found.outcomes(False, f"{found.runs:,} of {about} schedules, drawn at random with seed {seed}")


class _Found:
    """The outcomes found so far."""

    def __init__(self):
        self.by_text: dict[str, Outcome] = {}
        self.orders: set[str] = set()
        self.endless = False

    @property
    def runs(self) -> int:
        return len(self.orders)

    def add(self, run: Run) -> None:
        """Count a run. The witness of an outcome is the run that switches least: it is the easiest to read."""
        if run.order in self.orders:
            return
        self.orders.add(run.order)
        self.endless = self.endless or bool(run.stopped)
        outcome = self.by_text.setdefault(told(run.outcome), Outcome(run.outcome, 0, run))
        outcome.schedules += 1
        if (run.switches, run.order) < (outcome.witness.switches, outcome.witness.order):
            outcome.witness = run

    def outcomes(self, complete: bool, how: str) -> Outcomes:
        ordered = sorted(self.by_text.values(), key=lambda each: (-each.schedules, each.witness.order))
        return Outcomes(ordered, self.runs, complete, how)


def _of_a_run(outcome: Callable[..., Any]) -> Callable[[Run], Any]:
    return outcome if inspect.signature(outcome).parameters else lambda run: outcome()


def _names(writers: Sequence[Callable], letters: str) -> list[str]:
    """The letter, with the function's name where it has one."""
    names = [getattr(writer, "__name__", "") for writer in writers]
    return [
        letter if name in ("", "<lambda>") else f"{letter}: {name}"
        for letter, name in zip(letters, names, strict=True)
    ]

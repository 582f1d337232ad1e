"""Checks that race an answer: it is right only if no schedule of its calls goes wrong."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

from helpers.exercises.exercise import Exercise
from helpers.exercises.verdicts import Drawn
from helpers.lenses.race import race
from helpers.lenses.raced import Run


def no_schedule(
    exercise: Exercise,
    *writers: Callable[[], Any],
    look: Callable[[], Any],
    breaks: Callable[[Any, Run], str | None],
    **options: Any,
) -> None:
    """Wrong if there is a schedule of the writers that `breaks`; the verdict shows it as a timeline.

    Call it inside `case`: each schedule begins with a copy of the case's tables. look: reads what is left there.
    breaks(what look returned, the run): a sentence that says what is wrong, or None. options: as of `race`.
    """
    options = {"seconds": 3.0} | options  # an answer that waits for a lock waits in several schedules
    with contextlib.redirect_stdout(io.StringIO()):  # an answer that prints would do so in every schedule
        outcomes = race(
            *writers, every=True, outcome=lambda run: (look(), run.returned, run.errors), **options
        )
    for outcome in outcomes:
        run = outcome.witness
        if run.stopped:
            waits = " Does it wait for a lock?" if "without a call" in run.stopped else ""
            _wrong(exercise, f"It does not end: {run.stopped}.{waits}", run)
        error = next(filter(None, run.errors), None)
        if error is not None:
            _wrong(exercise, f"Run beside another, it raised {type(error).__name__}: {error}", run)
        sentence = breaks(outcome.value[0], run)
        if sentence:
            _wrong(exercise, sentence, run)


def _wrong(exercise: Exercise, sentence: str, run: Run) -> None:
    exercise.wrong(sentence, schedule=run.order, timeline=Drawn(run.timeline(title="")))


def named(name: str, function: Callable, *args: Any) -> Callable[[], Any]:
    """`function(*args)` as a writer that the timeline calls `name`."""

    def writer() -> Any:
        return function(*args)

    writer.__name__ = name
    return writer

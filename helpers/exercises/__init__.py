"""Exercises: pass your answer to `check`, ask for a `hint`, look at the `solution`, see your `progress`.

    from helpers.exercises import TODO, check, hint, solution, progress

    def first_item(table):
        return TODO

    check("first_item", first_item)

`exercise.py` says how to write one; each lesson's exercises are in the module named like the lesson.
"""

from typing import Any

from helpers.exercises import record
from helpers.exercises.registry import UnknownExercise, find, lessons
from helpers.exercises.todo import TODO
from helpers.exercises.verdicts import Shown, Verdict
from helpers.show.picture import Picture

__all__ = ["TODO", "UnknownExercise", "check", "hint", "names", "progress", "solution"]

_hints_given: dict[str, int] = {}


def check(name: str, answer: Any) -> Verdict:
    """Judge an answer: todo, wrong, wasteful or right. The learner's lab is left as it is.

    UnknownExercise where there is none of that name; LabError where the lab is not started.
    """
    verdict = find(name)().judge(answer)
    for message in record.keep(name, verdict.kind):
        print(message)
    return verdict


def hint(name: str) -> Shown:
    """The next hint; after the last one, the last again."""
    hints = find(name).hints
    given = _hints_given.get(name, 0)
    _hints_given[name] = min(given + 1, len(hints) - 1)
    heading = f"Hint {given + 1} of {len(hints)} · {name}"
    last = given + 1 == len(hints)
    return Shown(
        heading, hints[given] + (f'\nStill stuck? solution("{name}") shows one way.' if last else "")
    )


def solution(name: str) -> Shown:
    """One right answer, to read, copy and try."""
    exercise = find(name)
    return Shown(f"One solution · {name}", exercise.remember, exercise.solution_source())


def names(lesson: str | None = None) -> list[str]:
    """The names of all exercises, or of one lesson's: `names("core_components")`."""
    return [name for each, known in lessons().items() if lesson in (None, each) for name in known]


def progress() -> Picture:
    """What is done, lesson by lesson."""
    from helpers.exercises.overview import overview

    return overview()

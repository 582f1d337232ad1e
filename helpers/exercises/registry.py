"""Which exercises there are: every class of every lesson's module in this package, found by its name."""

import difflib
import json
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from helpers.exercises.exercise import Exercise

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


class UnknownExercise(LookupError):
    """There is no exercise of that name. The message says which names are near."""


def find(name: str) -> type[Exercise]:
    """The exercise of that name. UnknownExercise, saying the nearest names, where there is none."""
    if not isinstance(name, str):
        raise UnknownExercise(
            f"An exercise is named by text: check('first_item', first_item). This is {name!r}."
        )
    found, broken = _all()
    for exercises in found.values():
        if name in exercises:
            return exercises[name]
    names = [known for exercises in found.values() for known in exercises]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    said = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"There are: {', '.join(names)}."
    raise UnknownExercise(f"There is no exercise {name!r}. {said}") from broken


def lessons() -> dict[str, dict[str, type[Exercise]]]:
    """For each lesson that has exercises, in the order of the notebooks, its exercises by name."""
    return _all()[0]


def title(lesson: str) -> str:
    """The title of a lesson, as its notebook has it."""
    for path in NOTEBOOKS.glob(f"[0-9][0-9]_{lesson}.ipynb"):
        heading = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        return heading.partition("\n")[0].lstrip("# ")
    return lesson.replace("_", " ").capitalize()


def _all() -> tuple[dict[str, dict[str, type[Exercise]]], Exception | None]:
    """Lessons, and what kept one of the modules from being imported: that must not stop the other lessons."""
    found, broken = {}, None
    for module in iter_modules([str(Path(__file__).parent)]):
        try:
            exercises = _exercises(module.name)
        except Exception as error:
            broken = error
        else:
            if exercises:
                found[module.name] = exercises
    numbers = {path.stem.partition("_")[2]: path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    return dict(sorted(found.items(), key=lambda each: (numbers.get(each[0], "99"), each[0]))), broken


@cache
def _exercises(name: str) -> dict[str, type[Exercise]]:
    """The exercises that one module of this package defines, in its order."""
    module = import_module(f"helpers.exercises.{name}")
    return {
        value.name(): value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Exercise)
        and value.__module__ == module.__name__
        and not (value is Exercise or value.__name__.startswith("_"))
    }

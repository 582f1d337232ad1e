"""Every exercise of every lesson: its solution is right, TODO is todo, each mistake is refused with its words."""

import ast
import inspect
from functools import cache

import pytest

from helpers.exercises import TODO, names
from helpers.exercises.exercise import Exercise
from helpers.exercises.registry import find, lessons

EXERCISES = [pytest.param(find(name), id=name) for name in names()]
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{name}-{mistake.replace(' ', '_')}")
    for known in lessons().values()
    for name, exercise in known.items()
    for mistake in exercise.mistakes
]


@pytest.fixture(autouse=True)
def quick(monkeypatch, started):
    # Mistakes that never return are waited for; three seconds are ample for the others.
    monkeypatch.setattr(Exercise, "seconds", 3)


@cache
def first_verdict(exercise, mistake=None):
    """The verdict on a mistake, or on the solution; judged once for all tests that look at it."""
    return exercise().judge(exercise.mistakes[mistake][0] if mistake else exercise.solution)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_right(exercise):
    verdict = first_verdict(exercise)
    assert verdict.kind == "right", verdict.text


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_untouched_answer_is_todo(exercise):
    def untouched(*_):
        return TODO

    assert exercise().judge(TODO).kind == "todo"
    if callable(exercise.solution):
        assert exercise().judge(untouched).kind == "todo"


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_mistake_is_refused_in_words_that_help(exercise, mistake):
    words, verdict = exercise.mistakes[mistake][1], first_verdict(exercise, mistake)
    assert verdict.kind in ("wrong", "wasteful"), f"{mistake}: {verdict.text}"
    for each in [words] if isinstance(words, str) else words:
        assert each in verdict.text, verdict.text


@pytest.mark.parametrize("exercise", EXERCISES)
def test_its_verdict_is_the_same_twice(exercise):
    mistake = next(iter(exercise.mistakes))
    assert exercise().judge(exercise.mistakes[mistake][0]).text == first_verdict(exercise, mistake).text


@pytest.mark.parametrize("exercise", EXERCISES)
def test_it_has_a_statement_hints_and_mistakes(exercise):
    assert exercise.statement().endswith((".", "?", ":"))
    assert 2 <= len(exercise.hints) <= 3
    assert all(hint.endswith((".", "?", ")", "]", "}", '"', "`")) for hint in exercise.hints), exercise.hints
    assert exercise.mistakes
    assert exercise.remember, "what to take from it"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_shown_as_code_that_defines_the_answer(exercise):
    (defined,) = ast.parse(exercise.solution_source()).body[-1:]
    if callable(exercise.solution):
        assert isinstance(defined, ast.FunctionDef) and defined.name == exercise.name()
    else:
        assert isinstance(defined, ast.Assign) and defined.targets[0].id == exercise.name()


def test_names_are_unique():
    assert len(set(names())) == len(names())


def test_no_check_reads_the_answers_source():
    for name in names():
        source = inspect.getsource(find(name).check)
        assert "getsource" not in source and "__code__" not in source

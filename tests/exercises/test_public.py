"""check, hint, solution, progress: what a learner types."""

import json
import os
import re
import stat
import subprocess
import sys

import pytest

import helpers.exercises as exercises
from helpers.exercises import TODO, UnknownExercise, check, hint, names, progress, record, solution


@pytest.fixture(autouse=True)
def first_hint_first(monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})


def right(table):
    table.put_item(Item={"person_id": "PERSON-3", "name": "Mei Tanaka", "started": 2021})


def test_an_unknown_name_says_the_nearest():
    with pytest.raises(UnknownExercise, match="There is no exercise 'first_itm'. Did you mean 'first_item'"):
        check("first_itm", TODO)
    with pytest.raises(UnknownExercise, match="named by text"):
        check(right, TODO)
    with pytest.raises(UnknownExercise, match="There are: first_item"):
        hint("qqqqqqqq")


def test_hints_come_one_by_one_and_the_last_one_stays():
    first, second, third = (repr(hint("first_item")) for _ in range(3))
    assert first.startswith("Hint 1 of 2") and second.startswith("Hint 2 of 2")
    assert third == second and 'solution("first_item")' in second


def test_a_solution_can_be_pasted_and_is_right(started):
    namespace = {}
    exec(solution("first_item").code, namespace)
    assert check("first_item", namespace["first_item"]).kind == "right"


def test_progress_counts_what_is_right_and_keeps_the_best(started, own_progress):
    assert f"0 of {len(names())} exercises are right." in repr(progress())
    check("first_item", right)
    check("first_item", lambda table: None)
    assert f"1 of {len(names())} exercises are right." in repr(progress())
    assert "✓ first_item" in progress()._repr_mimebundle_()["text/html"]
    assert json.loads(own_progress.read_text()) == {"version": 1, "exercises": {"first_item": "right"}}


def test_progress_names_the_lessons_by_their_titles_in_their_order():
    shown = repr(progress())
    assert shown.index("Start here: 0 of 1") < shown.index("Core components: 0 of 7")


def test_what_is_not_answered_is_not_written(started, own_progress):
    check("first_item", TODO)
    assert not own_progress.exists()


@pytest.mark.parametrize(
    "content",
    ["", '{"version": 1, "exerc', '{"version": 2, "exercises": {}}', "[]", '{"version": 1}', "\x00\xff"],
)
def test_a_damaged_file_is_set_aside_with_a_message(started, own_progress, content, capsys):
    own_progress.parent.mkdir()
    own_progress.write_text(content, encoding="latin-1")
    assert check("first_item", right).kind == "right"
    assert "It is now progress.damaged.json, and a new file is begun." in capsys.readouterr().out
    assert own_progress.with_name("progress.damaged.json").read_text(encoding="latin-1") == content
    assert record.read() == ({"first_item": "right"}, [])


def test_a_folder_that_cannot_be_written_never_stops_a_lesson(started, tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("DYNAMODB_COURSE_PROGRESS", str(blocked / "progress.json"))
    assert check("first_item", right).kind == "right"
    assert capsys.readouterr().out == ""
    shown = " ".join(repr(progress()).split())
    assert "1 of" in shown and "lasts until this kernel ends" in shown


def test_a_file_that_cannot_be_read_never_stops_a_lesson(started, own_progress):
    own_progress.mkdir(parents=True)
    assert check("first_item", right).kind == "right"
    assert "1 of" in repr(progress())


def test_a_file_is_replaced_as_a_whole(started, own_progress, monkeypatch):
    check("first_item", right)
    before = own_progress.read_text()

    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fails)
    record.keep("valid_items", "right")
    assert own_progress.read_text() == before
    assert [path.name for path in own_progress.parent.iterdir()] == ["progress.json"]


def test_the_file_is_the_learners_alone_to_read_or_not_executable(started, own_progress):
    check("first_item", right)
    assert not stat.S_IMODE(own_progress.stat().st_mode) & 0o111


def test_importing_the_exercises_imports_no_pandas_and_no_pyplot():
    code = "import helpers.exercises, sys; helpers.exercises.names(); print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "matplotlib", "numpy"} & set(loaded)


def test_a_lesson_module_that_cannot_be_imported_does_not_stop_the_others(started, monkeypatch):
    from helpers.exercises import registry

    known = registry._exercises

    def broken(name):
        if name == "core_components":
            raise SyntaxError("half written")
        return known(name)

    monkeypatch.setattr(registry, "_exercises", broken)
    assert check("first_item", right).kind == "right"
    with pytest.raises(UnknownExercise):
        check("valid_items", TODO)


def test_verdicts_hold_no_address_and_no_path(started):
    def odd(table):
        raise ValueError(object())

    text = check("first_item", odd).text
    assert not re.search(r"0x[0-9a-f]+|/tmp|/home", text), text

"""Every lesson with all its solutions put in runs from top to bottom, and every check says right."""

import ast
import os

import pytest

from helpers.exercises.registry import find
from tests.notebooks.kernel import LESSONS, code_cells, kernel_of, read, unexpected_error


def checks(cell) -> list[ast.Call]:
    """The calls of `check` in a cell."""
    return [
        node
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check"
    ]


def defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.Assign):
        return any(getattr(target, "id", "") == name for target in statement.targets)
    return isinstance(statement, ast.FunctionDef) and statement.name == name


def put(text: str, start: ast.AST, end: ast.AST, source: str) -> str:
    """`source` with `text` in place of the lines from node `start` to node `end`."""
    lines = source.splitlines()
    lines[start.lineno - 1 : end.end_lineno] = text.splitlines()
    return "\n".join(lines)


def solve(notebook) -> list[str]:
    """Put the solution of each exercise in place of the stub that its check is given; returns their names."""
    solved = []
    for cell in code_cells(notebook):
        for call in checks(cell):
            name, given = call.args[0].value, call.args[1]
            assert isinstance(given, ast.Name), f"{name}: give the check a name, not an expression"
            stub_cell, stub = next(
                (each, statement)
                for each in code_cells(notebook)
                for statement in ast.parse(each.source).body
                if defines(statement, given.id)
            )
            stated = find(name).solution_source()
            if given.id != name:
                stated += f"\n\n{given.id} = {name}"
            stub_cell.source = put(stated, stub, stub, stub_cell.source)
            solved.append(name)
    return solved


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_with_its_solutions_runs_whole_and_every_check_says_right(path, tmp_path):
    notebook = read(path)
    names, verdicts = solve(notebook), []
    environment = {**os.environ, "DYNAMODB_COURSE_PROGRESS": str(tmp_path / "progress.json")}
    with kernel_of(notebook, environment) as run:
        for cell in code_cells(notebook):
            outputs = run(cell)
            assert not unexpected_error(cell), f"{cell.source}\n{unexpected_error(cell)}"
            if checks(cell):
                verdicts += [
                    output.data["text/plain"].splitlines()[0] for output in outputs if "data" in output
                ]
    assert names
    assert verdicts == [f"✓ right · {name}" for name in names]

"""A lesson survives what learners do: Run All again, and one section once more, in any order."""

import random

import pytest

from tests.notebooks.kernel import (
    LESSONS,
    code_cells,
    comparable,
    kernel_of,
    read,
    sections,
    unexpected_error,
)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_run_all_twice_and_sections_in_any_order(path):
    notebook = read(path)
    with kernel_of(notebook) as run:
        first, second = ([comparable(run(cell)) for cell in code_cells(notebook)] for _ in range(2))
        assert second == first, "a second Run All in the same kernel shows something else"
        shuffled = sections(notebook)
        random.Random(path.stem).shuffle(shuffled)
        for section in shuffled:
            for cell in section:
                run(cell)
                raised = unexpected_error(cell)
                # Run after the lesson's end, a section works, or its error says what to run.
                assert not raised or "lab.start()" in raised, f"{cell.source}\n{raised}"
                if raised:
                    break

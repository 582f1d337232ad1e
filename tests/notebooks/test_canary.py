"""The gate bites: nbval passes a lesson as committed, and refuses it once an output was changed."""

import shutil
import subprocess
import sys

import nbformat
import pytest

from helpers.setup import NBVAL
from tests.notebooks.kernel import ROOT, code_cells, read

LESSON = ROOT / "notebooks" / "00_start_here.ipynb"


def nbval(path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NBVAL, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def change_text(cell):
    output = next(o for o in cell.outputs if o.output_type == "execute_result")
    output.data["text/plain"] += " and more"


def change_picture_text(cell):
    output = next(o for o in cell.outputs if "text/html" in o.get("data", {}))
    output.data["text/html"] = output.data["text/html"].replace("</", "!</", 1)


@pytest.mark.parametrize("change", [None, change_text, change_picture_text])
def test_a_changed_output_makes_the_run_fail(tmp_path, change):
    copy = tmp_path / LESSON.name
    shutil.copy(LESSON, copy)
    notebook = read(copy)
    if change:
        for cell in code_cells(notebook):
            try:
                change(cell)
            except StopIteration:
                continue
            break
        else:
            pytest.fail("the lesson has no such output to change")
        nbformat.write(notebook, copy)
    ran = nbval(copy)
    assert ran.returncode == (1 if change else 0), ran.stdout
    if change:
        assert "1 failed" in ran.stdout

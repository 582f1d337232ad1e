"""Refreshed notebooks depend on their cells alone, and the committed ones are refreshed."""

import nbformat
import pytest

from tests.notebooks import refresh
from tests.notebooks.kernel import LESSONS

v4 = nbformat.v4


def notebook(*sources):
    cells = [
        (v4.new_markdown_cell if source.startswith("#") else v4.new_code_cell)(source) for source in sources
    ]
    return v4.new_notebook(
        cells=cells, metadata={"widgets": {}, "language_info": {"name": "python", "version": "3.99"}}
    )


def saved(path, *sources):
    nbformat.write(notebook(*sources), path)
    return path


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_committed_as_refresh_writes_it(path, tmp_path):
    copy = tmp_path / path.name
    refresh.write(refresh.normalise(nbformat.read(path, as_version=4)), copy)
    assert copy.read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), "run `make refresh`"


def test_the_same_cells_give_the_same_file_whatever_their_ids_and_metadata(tmp_path, capsys):
    sources = (
        "# A title",
        "print(1)\nprint(2)",
        "## A claim",
        "1 + 1",
        "## A claim",
        "import sys\nsys.path[0] and 3",
    )
    files = [saved(tmp_path / f"{name}.ipynb", *sources) for name in "ab"]
    assert refresh.main([str(file) for file in files]) == 0
    first, second = (file.read_bytes() for file in files)
    assert first == second and first.endswith(b"\n")
    written = nbformat.read(files[0], as_version=4)
    assert [cell.id for cell in written.cells] == [
        "a-title-0", "a-title-1", "a-claim-0", "a-claim-1", "a-claim-again-2-0", "a-claim-again-2-1",
    ]  # fmt: skip
    assert [cell.execution_count for cell in written.cells if cell.cell_type == "code"] == [1, 2, 3]
    assert set(written.metadata) == {"kernelspec", "language_info"}
    assert refresh.main([str(files[0])]) == 0
    assert "as it was" in capsys.readouterr().out.splitlines()[-1]


def test_an_expected_error_keeps_the_cell_and_its_notes_and_loses_the_machines_paths(tmp_path):
    noting = "import json\n\ntry:\n    json.loads('{')\nexcept ValueError as error:\n    error.add_note('So it is.')\n    raise"
    file = saved(tmp_path / "a.ipynb", noting)
    content = nbformat.read(file, as_version=4)
    content.cells[0].metadata.tags = ["raises-exception"]
    nbformat.write(content, file)
    assert refresh.main([str(file)]) == 0
    (error,) = nbformat.read(file, as_version=4).cells[0].outputs
    text = "\n".join(error.traceback)
    assert "json.loads" in text and "JSONDecodeError" in text and "So it is." in text
    assert "json/decoder.py" not in text and "site-packages" not in text and "skipping" not in text


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path, capsys):
    file = saved(tmp_path / "a.ipynb", "1 / 0")
    before = file.read_bytes()
    assert refresh.main([str(file)]) == 1
    assert file.read_bytes() == before
    assert "FAIL  a.ipynb" in capsys.readouterr().out


def test_a_name_that_is_none_fails(capsys):
    assert refresh.main(["no_such_lesson"]) == 1
    assert "there is no such notebook" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["00", "start_here", "00_start_here", "notebooks/00_start_here.ipynb"])
def test_a_lesson_is_found_by_number_name_and_path(name):
    assert [path.name for path in refresh.find(name)] == ["00_start_here.ipynb"]

"""Run notebooks from top to bottom and write them back in their one form: `python -m tests.notebooks.refresh [names]`.

A name is a notebook's number, its name or its path: `03`, `03_getitem_versus_query`. Without names: all of them.
A notebook that fails is left as it is. What is written depends on the cells alone: outputs, run order 1…n, and
none of the ids, times and paths of the machine that ran it.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.engines import guard

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
SECONDS = 120  # for one cell

_KEPT = ("tags", "slideshow", "jupyter")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS) -> nbformat.NotebookNode:
    """Run all cells in a new kernel, as `make lab` starts one; outputs and counts are put into the notebook.

    CellExecutionError where a cell fails that has no tag `raises-exception`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        environment = guard.closed_environment(os.environ)
        environment["DYNAMODB_COURSE_PROGRESS"] = str(Path(scratch) / "progress.json")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
        )
        return client.execute(env=environment)


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook in its one form, changed in place."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell, name in zip(notebook.cells, _ids(notebook.cells), strict=True):
        cell.id = name
        cell.source = cell.source.strip("\n")
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in _KEPT if cell.metadata.get(key)}
        )
        cell.pop("attachments", None)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
            # A widget is a reference to a kernel that is gone; its text stays.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
            if output.output_type == "error":
                output.traceback = _learners_part(output.traceback)
    return notebook


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write it as text that a version control system can compare: sorted keys, one newline at the end."""
    nbformat.validate(notebook)
    split = nbformat.v4.rwbase.split_lines(nbformat.from_dict(notebook))
    text = json.dumps(split, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def find(name: str) -> list[Path]:
    """The notebooks that a name means; all of them for `*`."""
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return [path.resolve()]
    stem = path.name.removesuffix(".ipynb")
    return [each for each in _all() if stem in (each.stem, each.stem[:2], each.stem[3:], "*")]


def main(names: list[str]) -> int:
    """Refresh them; returns the number of notebooks that failed."""
    failed = 0
    for name in names or ["*"]:
        paths = find(name)
        if not paths:
            print(f"FAIL  {name}: there is no such notebook")
            failed += 1
        for path in paths:
            failed += not _refresh(path)
    return failed


def _refresh(path: Path) -> bool:
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    try:
        execute(notebook, path.parent)
    except CellExecutionError as error:
        print(f"FAIL  {path.name}: left as it was\n{_ANSI.sub('', str(error))}")
        return False
    write(normalise(notebook), path)
    changed = path.read_text(encoding="utf-8") != before
    print(f"OK    {path.name}: {'changed' if changed else 'as it was'}")
    return True


def _all() -> list[Path]:
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def _ids(cells: list[Any]) -> list[str]:
    """An id for each cell: its section and its place there, so that a new cell renames few others."""
    ids, section, place = [], "top", 0
    taken: dict[str, int] = {}
    for cell in cells:
        heading = re.match(r"#{1,6}\s+(.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            section = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")[:48].strip("-") or "section"
            taken[section] = taken.get(section, 0) + 1
            if taken[section] > 1:
                section = f"{section}-again-{taken[section]}"
            place = 0
        ids.append(f"{section}-{place}")
        place += 1
    return ids


def _learners_part(traceback: list[str]) -> list[str]:
    """The frames in the notebook's own cells, the message and its notes: no frame of a library, with a machine's path."""
    librarys = ("File ", "[... skipping hidden")
    return [entry for entry in traceback if not _ANSI.sub("", entry).lstrip().startswith(librarys)]


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))

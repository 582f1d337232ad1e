"""Run the cells of a notebook in a kernel, in whatever order and environment a test wants."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@contextmanager
def kernel_of(notebook: nbformat.NotebookNode, environment: dict[str, str] | None = None) -> Iterator:
    """A function that runs one code cell in a kernel of its own and returns the outputs of the cell."""
    client = NotebookClient(
        notebook,
        timeout=60,
        allow_errors=True,
        coalesce_streams=True,  # the kernel sends what a cell prints in as many pieces as time makes of it
        resources={"metadata": {"path": ROOT / "notebooks"}},
    )
    # In jupyter_client the default is the environment of this process, which a test has emptied of AWS.
    with client.setup_kernel(env=environment or dict(os.environ)):
        yield lambda cell: client.execute_cell(cell, notebook.cells.index(cell)).outputs


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def unexpected_error(cell: nbformat.NotebookNode) -> str | None:
    """What a cell raised and nobody expected: the error's name, value and traceback."""
    if "raises-exception" in tags(cell):
        return None
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}\n" + "\n".join(output.traceback)
    return None


def sections(notebook: nbformat.NotebookNode) -> list[list[nbformat.NotebookNode]]:
    """The code cells below each second-level heading, as a learner would re-run them."""
    found: list[list] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("## "):
            found.append([])
        elif cell.cell_type == "code" and cell.source.strip():
            found[-1].append(cell)
    return [section for section in found if section]


def comparable(outputs: list) -> list[tuple]:
    """Outputs without what a machine decides: counts, tracebacks and the bytes of pictures."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            kept.append((output.name, output.text))
        elif output.output_type == "error":
            kept.append((output.ename, output.evalue))
        else:
            data = {kind: text for kind, text in output.data.items() if kind == "text/plain"}
            kept.append((output.output_type, sorted(data.items())))
    return kept

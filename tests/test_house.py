"""Who may import whom, what is imported at the start, and how large a room grows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"

# What each room may import of ours, beside itself. DynamoDB's rules and the model of its partitions stand
# alone, and nothing imports the exercises.
MAY_IMPORT = {
    "rules": set(),
    "simulator": set(),
    "show": {"rules", "simulator"},
    "corrections": {"rules"},
    "engines": {"corrections"},
    "workbench": {"engines"},
    "lenses": {"rules", "engines", "show", "simulator"},
    "server": {"engines"},
    "lab": {"engines", "workbench", "server"},
    "jupyter": {"engines"},
    "doctor": {"lab"},
    "setup": set(),
    "exercises": {"lab", "lenses", "rules", "show", "simulator", "engines"},
}
# Heavy, and needed by few cells: imported inside the functions that draw or count.
LAZY = {"pandas", "matplotlib", "numpy", "ipywidgets"}


def modules():
    return sorted(
        path for path in HELPERS.rglob("*.py") if path.name != "__init__.py" or path.parent != HELPERS
    )


def room(path: Path) -> str:
    return path.relative_to(HELPERS).parts[0].removesuffix(".py")


def imported(tree: ast.AST):
    """(module, is it at the top level of the file) for every import."""
    top = {id(node) for node in getattr(tree, "body", [])}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", id(node) in top) for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HELPERS)))
def test_a_room_imports_only_the_rooms_below_it(path):
    for name, _ in imported(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "helpers" and len(parts) > 1 and parts[1] != room(path):
            assert parts[1] in MAY_IMPORT[room(path)], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HELPERS)))
def test_heavy_libraries_are_imported_where_they_are_used(path):
    if room(path) == "simulator":
        return  # arithmetic on arrays is what it is
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [name for name, top in imported(tree) if top and name.split(".")[0] in LAZY]


def test_rules_and_simulator_know_no_boto3():
    for path in modules():
        if room(path) in ("rules", "simulator"):
            names = [name.split(".")[0] for name, _ in imported(ast.parse(path.read_text(encoding="utf-8")))]
            assert not {"boto3", "botocore", "moto"} & set(names), path


def test_a_started_lab_has_loaded_neither_pandas_nor_matplotlib():
    code = (
        "import sys; from helpers import lab; from helpers.lenses import meter, calls, wire;"
        "from helpers.exercises import check, TODO; from helpers import show; lab.start();"
        "import boto3; boto3.client('dynamodb').list_tables();"
        "print(sorted({'pandas', 'matplotlib', 'numpy'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HELPERS.parent)
    assert ran.stdout == "[]\n", ran.stderr

"""Is this machine ready? `python -m helpers.doctor` prints one OK or FAIL line for each need, with the mend."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Finding = tuple[bool, str, str]  # fine, what was found, the mend


def python() -> Finding:
    """Python 3.11 or newer."""
    return (
        sys.version_info >= (3, 11),
        f"Python {sys.version.split()[0]}",
        "install Python 3.11 or newer and run `make lab` again",
    )


def packages() -> Iterator[Finding]:
    """What a learner needs is installed, in a version that pyproject.toml allows."""
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in map(Requirement, project["dependencies"]):
        try:
            version = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            version = "missing"
        yield (
            version != "missing" and wanted.specifier.contains(version, prereleases=True),
            f"{wanted.name} {version}",
            f"`make lab` installs {wanted.name}{wanted.specifier}",
        )


def notebooks_find_helpers() -> Finding:
    """A notebook's working directory is its own folder, so `helpers` has to be found from there."""
    command = [sys.executable, "-c", "import helpers.lab"]
    found = not subprocess.run(command, cwd=ROOT / "notebooks", capture_output=True).returncode
    return found, "notebooks find helpers", "`make lab` once, or with conda: pip install --no-deps -e ."


def lab_answers() -> Finding:
    """The lab starts, a table is made, and nothing but the lab was asked."""
    import boto3

    from helpers import lab

    try:
        lab.start("moto")
        boto3.client("dynamodb").list_tables()
    except Exception as error:
        return False, f"the lab answers ({error})", "run `make test`, and report what it says"
    finally:
        lab.stop()
    return True, "the lab answers, without an account", ""


def kernel() -> Finding:
    """Jupyter can start a Python kernel."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return False, "Jupyter kernel python3", "python -m ipykernel install --sys-prefix"
    return True, "Jupyter kernel python3", ""


def progress_can_be_kept() -> Finding:
    """The file that remembers solved exercises can be written."""
    try:
        probe = ROOT / ".doctor-probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return (
            False,
            f"progress can be kept ({error.strerror})",
            "set DYNAMODB_COURSE_PROGRESS to a file that can be written; lessons work without it",
        )
    return True, "progress can be kept", ""


def java() -> Finding:
    """For comparing the lab with DynamoDB Local."""
    found = shutil.which("java")
    return bool(found), "Java (only for `make oracle`)", "install Java 17 or newer; lessons work without it"


def chromium() -> Finding:
    """For the browser test."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return bool(found), "Chromium (only for the browser test)", "install chromium; lessons work without it"


REQUIRED = (python, packages, notebooks_find_helpers, kernel, lab_answers, progress_can_be_kept)
OPTIONAL = (java, chromium)


def main() -> int:
    """Print the findings; 1 where something that a lesson needs is missing, else 0."""
    failed = False
    for need in (*REQUIRED, *OPTIONAL):
        for fine, what, mend in _findings(need):
            print(f"{'OK  ' if fine else 'FAIL'} {what}" + ("" if fine else f": {mend}"))
            failed |= not fine and need in REQUIRED
    print("Ready." if not failed else "Not ready: mend the FAIL lines above, from the top.")
    return int(failed)


def _findings(need: Callable) -> list[Finding]:
    try:
        found = need()
        return [found] if isinstance(found, tuple) else list(found)
    except Exception as error:  # a broken installation may fail anywhere
        name = re.sub("_", " ", need.__name__)
        return [(False, f"{name} ({type(error).__name__}: {error})", "delete .venv and run `make lab`")]


if __name__ == "__main__":
    sys.exit(main())

"""Set this machine up and run the course: `python -m helpers.setup lab`, or `test`, `bench`, `refresh` ...

Needs nothing but Python: it makes `.venv`, installs exactly what requirements.lock says, and goes on inside
it. When the lock has not changed since, that takes no time. `make lab` and `make test` call this.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.txt"

NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
NBVAL += ["--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"]
# By file: the cells of a notebook, and the tests of a module, stay together in one worker.
PYTEST = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]

COMMANDS = {
    "lab": [["-m", "helpers.jupyter"]],
    "test": [["-m", "ruff", "check"], [*PYTEST, *NBVAL, "tests", "notebooks"]],
    "bench": [["-m", "tests.bench"]],
    "refresh": [["-m", "tests.notebooks.refresh"]],
    "oracle-fetch": [["-m", "tests.oracle.local", "fetch"]],
    "oracle": [["-m", "tests.oracle.local", "fetch"], ["-m", "pytest", "-q", "tests/oracle"]],
    "oracle-long": [["-m", "tests.oracle.local", "fetch"], ["-m", "pytest", "-q", "-s", "tests/oracle"]],
    "doctor": [["-m", "helpers.doctor"]],
    "lock": [
        ["-m", "uv", "pip", "compile", "pyproject.toml", "--extra", "test", "--universal", "-q", "--upgrade"]
        + ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        + ["-o", "requirements.lock"]
    ],
}


def main(arguments: list[str]) -> int:
    """Install what is missing, then run one command. What follows its name goes to its last step."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever Python there is
        print(f"The course needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m helpers.setup {{{','.join(COMMANDS)}}} [arguments]", file=sys.stderr)
        return 2
    name, *rest = arguments
    try:
        install()
    except subprocess.CalledProcessError as error:
        print(f"The set-up stopped: {error}\nIs the network there? Run the command again.", file=sys.stderr)
        return 1
    environment = os.environ | ({"ORACLE_OPERATIONS": "50000"} if name == "oracle-long" else {})
    *first, last = COMMANDS[name]
    for step in [*first, [*last, *rest]]:
        if code := subprocess.call([str(PYTHON), *step], cwd=ROOT, env=environment):
            return code
    return 0


def install() -> None:
    """Make `.venv` hold what the lock says; nothing to do where it does already."""
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {sys.version_info[:2]}"
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Setting up .venv (once; about a minute) ...", flush=True)
    if not PYTHON.exists() or not _right_version():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    _install_packages()
    # A line in a .pth file lets a notebook import `helpers` from any folder.
    site = subprocess.check_output(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    (Path(site.strip()) / "dynamodb-notebooks.pth").write_text(f"{ROOT}\n")
    STAMP.write_text(wanted)


def _right_version() -> bool:
    shown = subprocess.check_output([str(PYTHON), "-c", "import sys; print(sys.version_info[:2])"], text=True)
    return shown.strip() == str(sys.version_info[:2])


def _install_packages() -> None:
    """By uv, which the lock pins too and which is several times faster; by pip where uv cannot."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.lock.txt"
        only_uv.write_text(re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(), re.M | re.S)[0])
        pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(only_uv)], check=True)
    # Without byte code a kernel takes three times as long to start.
    uv = [str(PYTHON), "-m", "uv", "pip", "sync", "-q", "--require-hashes", "--compile-bytecode"]
    synced = subprocess.run([*uv, "-p", str(PYTHON), str(LOCK)], env=environment, cwd=ROOT)
    if synced.returncode:
        subprocess.run([*pip, "--compile", "-r", str(LOCK)], check=True, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

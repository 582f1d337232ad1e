"""JupyterLab as a learner has it, driven in a real browser: a copy of the course, its own server, one page."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
SECONDS = 120  # until anything that is waited for counts as never


def chromium() -> str | None:
    """The browser: what CHROMIUM names, or the first one found on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """`helpers.jupyter`, as `make lab` starts it, on a copy of the course in `folder`; its address, token included.

    A copy, because JupyterLab saves what it runs. Settings, kernels and history stay in `folder` as well.
    """
    course, home, token, port = folder / "course", folder / "home", secrets.token_hex(16), _free_port()
    home.mkdir()
    for part in ("helpers", "data", "notebooks"):
        shutil.copytree(
            ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    own = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {f"JUPYTER_{name}": str(home / name.lower()) for name in own}
    environment |= {f"JUPYTERLAB_{name}_DIR": str(home / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    environment |= {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(course), "HOME": str(home)}
    command = [sys.executable, "-m", "helpers.jupyter", "--no-browser", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", "--expose-app-in-browser"]
    command += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api", process, folder / "server.log")
        yield f"http://127.0.0.1:{port}/lab/tree/{{}}?reset&token={token}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


class Lesson:
    """One notebook open in JupyterLab. `errors`: what the console or the page complained of; `hosts`: who was asked."""

    def __init__(self, page: Any, address: str):
        self.page, self.errors, self.hosts = page, [], set()
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(_host(request.url)))
        page.goto(address)
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=SECONDS * 1000)
        # Until the kernel's websocket is there, a cell that is run opens a dialog for choosing a kernel.
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.connectionStatus"
            " === 'connected'",
            timeout=SECONDS * 1000,
        )
        page.evaluate("window.jupyterapp.shell.collapseLeft()")

    def run_command(self, name: str, **arguments: Any) -> None:
        """One of JupyterLab's own commands, until it is done."""
        self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)", [name, arguments])  # fmt: skip

    def shut_down(self) -> None:
        """End the kernel: JupyterLab would give it to the next page that opens this notebook."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def run_all(self) -> None:
        """*Run All Cells*, from cleared outputs to the last cell, so that what is seen then is of this run."""
        self.run_command("notebook:clear-all-cell-outputs")
        self.run_command("notebook:run-all-cells")
        self.page.wait_for_function(
            """() => {
                const {content, sessionContext} = window.jupyterapp.shell.currentWidget;
                const code = Array.from(content.model.cells).filter(cell => cell.type === 'code');
                return code.every(cell => cell.executionCount) && sessionContext.session.kernel.status === 'idle';
            }""",
            timeout=2 * SECONDS * 1000,
        )

    def cell(self, text: str) -> Any:
        """The first cell whose source has this text, scrolled into view. It stays that cell when its source changes."""
        place = self.page.evaluate(
            """async text => {
                const {content} = window.jupyterapp.shell.currentWidget;
                const place = content.widgets.findIndex(cell => cell.model.sharedModel.source.includes(text));
                await content.scrollToItem(place, 'start');
                return place;
            }""",
            text,
        )
        found = self.page.locator(f".jp-Cell[data-windowed-list-index='{place}']")
        found.wait_for(timeout=SECONDS * 1000)
        return found

    def type_into(self, text: str, source: str) -> Any:
        """Replace the source of a cell by typing, run it with Shift+Enter, and give the cell."""
        cell = self.cell(text)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        return cell

    def wait_for_output(self, cell: Any, text: str) -> None:
        """Until the cell's output has this text."""
        cell.locator(".jp-OutputArea-output", has_text=text).first.wait_for(timeout=SECONDS * 1000)

    def rest_at(self, text: str) -> None:
        """Put the cell that has this text at the top of the page, as for a reader."""
        self.cell(text).evaluate("node => node.scrollIntoView({block: 'start'})")
        self.page.wait_for_timeout(500)  # for what JupyterLab lays out after a scroll

    def use_theme(self, name: str) -> None:
        """ "JupyterLab Light" or "JupyterLab Dark"."""
        self.run_command("apputils:change-theme", theme=name)
        light = str(name.endswith("Light")).lower()
        self.page.wait_for_selector(
            f"body[data-jp-theme-light='{light}']", state="attached", timeout=SECONDS * 1000
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _host(url: str) -> str:
    return urllib.request.urlparse(url).hostname or ""

"""AWS's own DynamoDB Local: fetch it, start it, ask it, stop it.

    python -m tests.oracle.local fetch      put the pinned release into a cache outside the tree
    python -m tests.oracle.local serve      run it until Ctrl-C, and print its address

The jar travels in the npm package `amplify-dynamodb-simulator`, pinned here by version and digest.
`DYNAMODB_LOCAL_HOME` names another folder that holds `DynamoDBLocal.jar` and `DynamoDBLocal_lib`, for
example AWS's own download. Its Java must be version 17 or newer.
"""

import base64
import contextlib
import hashlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
JAVA_AT_LEAST = 17
START_SECONDS = 60  # it takes 2 to 5; a loaded machine may need more


class Missing(RuntimeError):
    """DynamoDB Local cannot be run here; the message says why and what to do."""


def home() -> Path:
    """The folder that holds, or will hold, DynamoDBLocal.jar."""
    if chosen := os.environ.get("DYNAMODB_LOCAL_HOME"):
        return Path(chosen)
    return _cache_folder() / "dynamodb-notebooks" / f"dynamodb-local-{VERSION}"


def _cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def required() -> bool:
    """Whether a missing DynamoDB Local is a failure (in CI, or when asked for) instead of a skip."""
    in_ci = os.environ.get("CI", "").lower() in ("1", "true")
    return in_ci or os.environ.get("DYNAMODB_ORACLE") == "required"


def missing() -> str | None:
    """Why DynamoDB Local cannot be started here, with the mend; None when it can."""
    java = shutil.which("java")
    if java is None:
        return f"DynamoDB Local needs Java {JAVA_AT_LEAST} or newer: install a Java runtime"
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < JAVA_AT_LEAST:
        first_line = told.partition("\n")[0]
        return f"DynamoDB Local needs Java {JAVA_AT_LEAST} or newer, and this machine has {first_line}"
    if not (home() / "DynamoDBLocal.jar").is_file():
        return f"DynamoDB Local is not in {home()}: run `make oracle`"
    return None


def fetch() -> Path:
    """Put DynamoDB Local into `home()` and return that folder; at once when it is there already."""
    target = home()
    if (target / "DynamoDBLocal.jar").is_file():
        return target
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is needed to fetch DynamoDB Local: install Node.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Unpacked beside its place and moved there in one step: a broken download leaves nothing behind.
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", scratch]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        archive = Path(scratch) / f"{PACKAGE}-{VERSION}.tgz"
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            raise Missing(f"{archive.name} is not the pinned file: its SHA-512 is {digest}")
        with tarfile.open(archive) as tar:
            inside = [m for m in tar.getmembers() if m.name.startswith("package/emulator/")]
            tar.extractall(scratch, members=inside, filter="data")
        with contextlib.suppress(FileNotFoundError):
            target.rmdir()  # only when empty
        (Path(scratch) / "package" / "emulator").rename(target)
    return target


@contextlib.contextmanager
def running() -> Iterator[int]:
    """DynamoDB Local, empty, in memory and telling nobody, on a free loopback port, which is the value.

    Raises Missing where it cannot run.
    """
    if reason := missing():
        raise Missing(reason)
    port = _free_port()
    command = [
        shutil.which("java"), "-Xmx1g", "-Djava.library.path=./DynamoDBLocal_lib",
        "-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", str(port),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=home(), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            if not _answers(port, process):
                said.seek(0)
                words = said.read().decode(errors="replace")[-2000:]
                raise Missing(f"DynamoDB Local did not start:\n{words}")
            yield port
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if Local(port).ask("DynamoDB_20120810.ListTables", b"{}")[0] == 200:
                return True
        except OSError:
            time.sleep(0.05)
    return False


class Local:
    """One connection to a DynamoDB Local: raw JSON in, status and raw JSON out.

    DynamoDB Local keeps one database for each access key and Region, so a connection with an account
    of its own starts empty.
    """

    def __init__(self, port: int, region: str = "us-east-1", account: str = "oracle"):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        scope = f"{account}/20260101/{region}/dynamodb/aws4_request"
        self._headers = {
            "Content-Type": "application/x-amz-json-1.0",
            # DynamoDB Local reads the access key and the Region from it, and checks nothing else.
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }

    def ask(self, target: str, body: bytes) -> tuple[int, bytes]:
        """Send one request, e.g. `ask("DynamoDB_20120810.GetItem", b"{...}")`; (status, body) back."""
        try:
            return self._ask(target, body)
        except (http.client.RemoteDisconnected, ConnectionResetError):  # an idle connection was closed
            self._connection.close()
            return self._ask(target, body)

    def _ask(self, target: str, body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", "/", body, {**self._headers, "X-Amz-Target": target})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        self._connection.close()


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["fetch"]:
            print(f"DynamoDB Local ({PACKAGE} {VERSION}) is in {fetch()}")
            if reason := missing():
                raise Missing(reason)
        elif arguments == ["serve"]:
            with running() as port, contextlib.suppress(KeyboardInterrupt):
                print(f"DynamoDB Local answers at http://127.0.0.1:{port} (Ctrl-C stops it)", flush=True)
                while True:
                    time.sleep(3600)
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except (Missing, subprocess.CalledProcessError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

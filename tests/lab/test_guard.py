"""Whatever account a machine knows, a lesson reaches none and shows none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from helpers import lab
from helpers.engines import guard
from tests.notebooks.kernel import ROOT, code_cells, comparable, kernel_of, read

LESSON = ROOT / "notebooks" / "00_start_here.ipynb"
KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "FQoGZXIvYXdzEXAMPLE"

# Runs at the start of every Python process that has its folder on PYTHONPATH: notes each address that is
# looked up or connected to outside this machine, and refuses it.
WATCH = """
import sys
def watch(event, args, log={log!r}):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else None
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host and not host.startswith("127.") and host not in ("localhost", "::1", "0.0.0.0"):
        with open(log, "a") as file:
            file.write(f"{{event}} {{host}}\\n")
        raise OSError("the network is cut off")
sys.addaudithook(watch)
"""

ENVIRONMENTS = {
    "keys": {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET},
    "session token": {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN},
    "files": {},
    "profile": {"AWS_PROFILE": "payroll"},
    "sso": {"AWS_PROFILE": "sso", "AWS_REGION": "eu-west-1"},
    "endpoint": {
        "AWS_ENDPOINT_URL": "http://192.0.2.1:8000",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://192.0.2.2",
    },
    "role of a machine": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"},
    "missing profile": {"AWS_PROFILE": "not-there"},
}


@pytest.fixture
def home(tmp_path):
    """A home folder as an engineer has it: keys in files, a profile, single sign-on, endpoints."""
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        f"[default]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\n"
        f"[payroll]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\naws_session_token={TOKEN}\n"
    )
    (folder / "config").write_text(
        "[default]\nregion=eu-west-1\nendpoint_url=http://192.0.2.3:8000\n[profile payroll]\nregion=eu-west-1\n"
        "[profile sso]\nsso_start_url=https://example.awsapps.com/start\nsso_region=eu-west-1\n"
        "sso_account_id=111122223333\nsso_role_name=Admin\n"
    )
    watch = tmp_path / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH.format(log=str(tmp_path / "reached")))
    return tmp_path


def environment_of(home: Path, extra: dict[str, str]) -> dict[str, str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return base | {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(home / "watch")} | extra


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_lesson_reaches_no_account_and_shows_none(name, home):
    notebook = read(LESSON)
    committed = [comparable(cell.outputs) for cell in code_cells(notebook)]
    with kernel_of(notebook, environment_of(home, ENVIRONMENTS[name])) as run:
        shown = [comparable(run(cell)) for cell in code_cells(notebook)]
    assert not (home / "reached").exists(), (home / "reached").read_text()
    assert shown == committed
    text = json.dumps(notebook)
    assert not [secret for secret in (KEY, SECRET, TOKEN, "payroll") if secret in text]


def test_the_watch_sees_an_attempt_to_leave(home):
    """The test above proves nothing unless this one passes."""
    code = "import urllib.request as u; u.urlopen('http://192.0.2.1', timeout=1)"
    subprocess.run([sys.executable, "-c", code], env=environment_of(home, {}), capture_output=True)
    assert "192.0.2.1" in (home / "reached").read_text()


def test_a_lesson_runs_with_no_network_at_all():
    """In a network namespace that has nothing but loopback."""
    unshare = shutil.which("unshare")
    enter = [unshare, "--net", "--map-root-user", "sh", "-c"] if unshare else []
    if not unshare or subprocess.run([*enter, "true"], capture_output=True).returncode:
        pytest.skip(
            "this machine cannot cut the network off (needs Linux's unshare); the test above stands in"
        )
    run = "ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null; exec "
    code = (
        "from tests.notebooks.kernel import *; n = read(LESSONS[0])\n"
        "with kernel_of(n) as run:\n"
        "    assert not any(run(c) and unexpected_error(c) for c in code_cells(n))\n"
        "print('ran')"
    )
    done = subprocess.run(
        [*enter, f'{run} "$0" -c "$1"', sys.executable, code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "ran\n", done.stderr


def test_every_credential_is_a_dummy_even_for_a_session_with_keys_of_its_own():
    session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
    client = session.client("dynamodb")
    lab.start()
    sent = []
    from helpers.engines import wiring

    def keep(request, proceed):
        sent.append(guard.header(request, "Authorization"))
        return proceed()

    with wiring.around_sends(keep):
        client.list_tables()
    assert "Credential=lab/" in sent[0]
    assert KEY not in sent[0]


@pytest.mark.parametrize("host", ["192.0.2.1:8000", "amazonaws.com.evil.example", "localhost:9999"])
def test_a_call_to_any_other_host_is_refused_by_name(host):
    lab.start()
    with pytest.raises(lab.LabError, match=f"A call went to {host}, which is not the lab"):
        boto3.client("dynamodb", endpoint_url=f"http://{host}").list_tables()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_in_the_environment_of_make_lab_a_call_before_start_says_to_run_the_first_cell(name, home):
    environment = guard.closed_environment(environment_of(home, ENVIRONMENTS[name]))
    code = "import boto3; c = boto3.client('dynamodb'); boto3.resource('s3'); c.list_tables()"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT
    )
    assert "run-the-first-cell" in ran.stderr.splitlines()[-1]
    assert not (home / "reached").exists()
    assert not [secret for secret in (KEY, SECRET, TOKEN) if secret in str(environment)]


def test_in_the_environment_of_make_lab_the_lab_starts_for_clients_made_before(home):
    environment = guard.closed_environment(environment_of(home, ENVIRONMENTS["keys"]))
    code = (
        "import boto3; c = boto3.client('dynamodb'); s = boto3.client('s3'); from helpers import lab;"
        "lab.start(); print(c.list_tables()['TableNames'], s.list_buckets()['Buckets'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT
    )
    assert ran.stdout == "[] []\n", ran.stderr


def test_an_endpoint_of_ones_own_is_still_found_in_the_environment_of_make_lab(monkeypatch):
    for name, value in guard.closed_environment({guard.ENDPOINT: "http://127.0.0.1:1"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(lab.LabError, match="Nothing answers as DynamoDB at http://127.0.0.1:1"):
        lab.start("endpoint")

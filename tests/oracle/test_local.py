"""Fetching and finding DynamoDB Local; what a machine without it is told."""

import json

import pytest

from tests.oracle import local


@pytest.mark.oracle
def test_dynamodb_local_answers_on_loopback(dynamodb_local):
    status, body = dynamodb_local.ask("DynamoDB_20120810.DescribeLimits", b"{}")
    assert (status, json.loads(body)["TableMaxReadCapacityUnits"]) == (200, 40000)


def test_a_missing_jar_names_the_folder_and_the_mend(monkeypatch, tmp_path):
    monkeypatch.setenv("DYNAMODB_LOCAL_HOME", str(tmp_path))
    monkeypatch.setattr(local.shutil, "which", lambda _: "java")
    monkeypatch.setattr(
        local.subprocess, "run", lambda *_, **__: _Told('openjdk version "17.0.15" 2025-04-15')
    )
    assert local.missing() == f"DynamoDB Local is not in {tmp_path}: run `make oracle`"


def test_a_missing_java_is_told(monkeypatch):
    monkeypatch.setattr(local.shutil, "which", lambda _: None)
    assert "install a Java runtime" in local.missing()


def test_an_old_java_is_told(monkeypatch):
    monkeypatch.setattr(local.shutil, "which", lambda _: "java")
    monkeypatch.setattr(local.subprocess, "run", lambda *_, **__: _Told('java version "1.8.0_401"'))
    assert 'this machine has java version "1.8.0_401"' in local.missing()


@pytest.mark.parametrize(
    "environment", [{"CI": "true"}, {"CI": "1"}, {"DYNAMODB_ORACLE": "required"}], ids=str
)
def test_ci_refuses_to_skip_the_oracle(monkeypatch, environment):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("DYNAMODB_ORACLE", raising=False)
    assert not local.required()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert local.required()


def test_a_file_with_another_digest_is_refused_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DYNAMODB_LOCAL_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(local.shutil, "which", lambda _: "npm")

    def npm_pack(command, **_):
        folder = command[command.index("--pack-destination") + 1]
        (local.Path(folder) / f"{local.PACKAGE}-{local.VERSION}.tgz").write_bytes(b"something else")

    monkeypatch.setattr(local.subprocess, "run", npm_pack)
    with pytest.raises(local.Missing, match="not the pinned file"):
        local.fetch()
    assert list(tmp_path.iterdir()) == []


class _Told:
    def __init__(self, stderr):
        self.stderr = stderr

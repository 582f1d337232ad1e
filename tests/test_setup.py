"""The set-up is instant when nothing changed, notices a changed lock, and the doctor tells the truth."""

import subprocess
import sys

import pytest

from helpers import doctor, setup


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone whose set-up was done, and the commands that another set-up would run."""
    ran = []
    venv = tmp_path / ".venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    lock = tmp_path / "requirements.lock"
    lock.write_text("uv==1 \\\n    --hash=sha256:0\n")
    for name, value in {"ROOT": tmp_path, "LOCK": lock, "VENV": venv, "PYTHON": python}.items():
        monkeypatch.setattr(setup, name, value)
    monkeypatch.setattr(setup, "STAMP", venv / "installed.txt")

    def run(command, **_):
        ran.append([str(part) for part in command])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(setup.subprocess, "run", run)
    monkeypatch.setattr(
        setup.subprocess, "check_output",
        lambda command, **_: str(sys.version_info[:2]) if "version" in command[-1] else str(tmp_path),
    )  # fmt: skip
    setup.install()
    ran.clear()
    return lock, ran


def test_a_second_set_up_runs_nothing(clone):
    _, ran = clone
    setup.install()
    assert ran == []


def test_a_changed_lock_is_installed(clone):
    lock, ran = clone
    lock.write_text(lock.read_text().replace("uv==1", "uv==2"))
    setup.install()
    assert any("sync" in command and str(lock) in command for command in ran)


def test_an_environment_that_vanished_is_made_again(clone):
    _, ran = clone
    setup.PYTHON.unlink()
    setup.install()
    assert any("venv" in command for command in ran)


def test_pip_takes_over_where_uv_cannot(clone, monkeypatch):
    lock, ran = clone
    lock.write_text(lock.read_text() + "#\n")
    real = setup.subprocess.run

    def run(command, **options):
        done = real(command, **options)
        return subprocess.CompletedProcess(command, 1) if "sync" in command else done

    monkeypatch.setattr(setup.subprocess, "run", run)
    setup.install()
    assert ran[-1][1:4] == ["-m", "pip", "install"] and str(lock) in ran[-1]


def test_an_unknown_command_says_which_there_are(capsys):
    assert setup.main(["dance"]) == 2
    assert "lab,test" in capsys.readouterr().err


def test_an_old_python_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(setup.sys, "version_info", (3, 10, 0))
    assert setup.main(["lab"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_the_doctor_finds_this_machine_ready(capsys):
    assert doctor.main() == 0
    printed = capsys.readouterr().out
    assert "OK   the lab answers, without an account" in printed
    assert printed.endswith("Ready.\n")
    lines = printed.splitlines()[:-1]
    assert all(line.startswith(("OK   ", "FAIL ")) for line in lines)


def test_the_doctor_names_what_is_missing_and_the_mend(monkeypatch, capsys):
    import importlib.metadata

    real = importlib.metadata.version

    def version(name):
        if name == "moto":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "pandas" else real(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", version)
    assert doctor.main() == 1
    printed = capsys.readouterr().out
    assert "FAIL moto missing: `make lab` installs moto" in printed
    assert "FAIL pandas 0.1: `make lab` installs pandas" in printed


def test_a_need_that_blows_up_is_a_fail_line(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "REQUIRED", (lambda: 1 / 0,))
    monkeypatch.setattr(doctor, "OPTIONAL", ())
    assert doctor.main() == 1
    assert "ZeroDivisionError" in capsys.readouterr().out

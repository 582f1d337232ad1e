"""pyproject.toml chooses versions; requirements.lock and environment.yml follow it."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()


def wanted() -> dict[str, Requirement]:
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def conda() -> dict[str, Requirement]:
    lines = re.findall(r"^ +- ([a-z][\w\[\],.-]*[<>=][^\s]*)", (ROOT / "environment.yml").read_text(), re.M)
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def locked() -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.M):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def test_every_requirement_is_locked_in_a_version_that_it_allows():
    for name, requirement in wanted().items():
        assert locked().get(name), f"{name} is not in requirements.lock: run `make lock`"
        for version in locked()[name]:
            assert requirement.specifier.contains(version, prereleases=True), (name, version)


def test_conda_gets_the_same_packages_in_the_same_ranges():
    ours = {name: requirement.specifier for name, requirement in wanted().items()}
    theirs = {name: requirement.specifier for name, requirement in conda().items() if name != "python"}
    assert theirs == ours


def test_conda_gets_a_python_that_the_project_allows():
    assert str(conda()["python"].specifier).split(",")[-1] == PROJECT["requires-python"]


def test_the_lock_is_hashed_and_names_no_address():
    pinned = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", LOCK, re.M | re.S)
    assert len(pinned) > 50
    assert all("--hash=sha256:" in each for each in pinned)
    assert not re.search(r"://|^--", LOCK, re.M)

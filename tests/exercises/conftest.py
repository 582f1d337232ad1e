"""Progress of tests goes to a file of their own."""

import pytest

from helpers.exercises import record


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("DYNAMODB_COURSE_PROGRESS", str(tmp_path / "kept" / "progress.json"))
    monkeypatch.setattr(record, "_best", {})
    return tmp_path / "kept" / "progress.json"

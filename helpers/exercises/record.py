"""What is done so far, in one local file. Nothing that can happen to that file stops a lesson.

The file is `.progress/progress.json` in the course's folder, or what DYNAMODB_COURSE_PROGRESS names:
`{"version": 1, "exercises": {"first_item": "right"}}`, the best verdict of each exercise, and no time or place.
"""

import json
import os
import tempfile
from pathlib import Path

VERSION = 1
_ORDER = ("wrong", "wasteful", "right")

_best: dict[str, str] = {}  # what this kernel has seen, for a folder that cannot be written


def home() -> Path:
    """The file."""
    named = os.environ.get("DYNAMODB_COURSE_PROGRESS")
    return Path(named) if named else Path(__file__).parents[2] / ".progress" / "progress.json"


def keep(name: str, kind: str) -> list[str]:
    """Note a verdict. Returns messages for the learner: a file that had to be set aside."""
    if kind not in _ORDER:
        return []
    known, messages = read()
    known[name] = _best[name] = max(known.get(name, kind), kind, key=_ORDER.index)
    _write(known)
    return messages


def read() -> tuple[dict[str, str], list[str]]:
    """The best verdict of each exercise, and messages: a damaged file is renamed, and a new one begun."""
    path, messages = home(), []
    found: dict[str, str] = {}
    try:
        found = _checked(json.loads(path.read_text(encoding="utf-8")))
    except OSError:  # `writable` tells of it, where progress is looked at
        pass
    except (ValueError, RecursionError):
        messages.append(_set_aside(path))
    for name, kind in _best.items():
        found[name] = max(found.get(name, kind), kind, key=_ORDER.index)
    return found, messages


def writable() -> bool:
    """Whether progress outlives this kernel."""
    return _write(read()[0])


def _checked(content: object) -> dict[str, str]:
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise ValueError("another version")
    exercises = content.get("exercises")
    if not isinstance(exercises, dict) or any(kind not in _ORDER for kind in exercises.values()):
        raise ValueError("no exercises")
    return dict(exercises)


def _set_aside(path: Path) -> str:
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    try:
        os.replace(path, aside)
    except OSError:
        return f"Progress in {path.name} cannot be read, and is left as it is."
    return f"Progress in {path.name} could not be read. It is now {aside.name}, and a new file is begun."


def _write(exercises: dict[str, str]) -> bool:
    path = home()
    content = json.dumps({"version": VERSION, "exercises": exercises}, indent=1, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            os.replace(draft, path)  # a reader sees the old file or the new one, never a half
        except OSError:
            os.unlink(draft)
            return False
    except OSError:
        return False
    return True

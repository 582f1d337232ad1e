"""TODO: what stands in an exercise until the learner answers it."""

from types import CodeType
from typing import Any


class _Todo:
    """The one value TODO."""

    def __repr__(self) -> str:
        return "TODO"


TODO: Any = _Todo()


def unanswered(answer: Any, _depth: int = 0) -> bool:
    """Whether the answer is TODO, holds it somewhere, or is a function that still mentions it."""
    if answer is TODO:
        return True
    if _depth > 20:
        return False
    if isinstance(answer, dict):
        return any(unanswered(part, _depth + 1) for part in answer.values())
    if isinstance(answer, list | tuple | set | frozenset):
        return any(unanswered(part, _depth + 1) for part in answer)
    code = getattr(answer, "__code__", None)
    return isinstance(code, CodeType) and _mentions_todo(code)


def begun(answer: Any) -> bool:
    """Whether a function that still mentions TODO has more in it than `return TODO`."""
    code = getattr(answer, "__code__", None)
    return isinstance(code, CodeType) and _mentions_todo(code) and code.co_names != ("TODO",)


def _mentions_todo(code: CodeType) -> bool:
    return "TODO" in code.co_names or any(
        _mentions_todo(part) for part in code.co_consts if isinstance(part, CodeType)
    )

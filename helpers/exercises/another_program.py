"""Call an answer as a program started later would: with other `hash()` and `id()`, remembering nothing.

A key that one program calculates must be calculated again by another. Python draws the hash of a string anew in
each process (PYTHONHASHSEED), and what a program keeps in a dict is gone with it. A real second process
could not be given a function that was typed in a notebook, so this one is pretended.
"""

import builtins
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

_hash, _id = builtins.hash, builtins.id


@contextmanager
def forgetful(answer: Callable) -> Iterator[Callable[[], None]]:
    """Yields a function that lets the answer forget what it kept since the block began; so does the block's end.

    What it kept: the dicts, lists and sets that it, or a function of its module that it calls, uses from outside or
    has as defaults, and a cache around it.
    """
    kept = [(box, copy(box)) for box in _boxes(inspect.unwrap(answer))]

    def forget() -> None:
        for box, before in kept:
            if isinstance(box, list):
                box[:] = before
            else:
                box.clear()
                box.update(before)
        getattr(answer, "cache_clear", lambda: None)()

    try:
        yield forget
    finally:
        forget()


def _boxes(function: Any, seen: tuple = ()) -> list[dict | list | set]:
    """The containers in which a function, or one of its module that it calls, could keep something."""
    if not inspect.isfunction(function) or function in seen:
        return []
    used = inspect.getclosurevars(function)
    given = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    values = [*used.globals.values(), *used.nonlocals.values(), *given, *vars(function).values()]
    boxes = [value for value in values if isinstance(value, dict | list | set)]
    for value in values:
        if getattr(value, "__module__", None) == function.__module__:
            boxes += _boxes(value, (*seen, function))
    return boxes


@contextmanager
def other_hashes() -> Iterator[None]:
    """For this thread, `hash()` of text and `id()` are those of another process. Dicts and sets are not touched."""
    ours = threading.get_ident()

    def salted(value: Any) -> int:
        if isinstance(value, str | bytes):
            return _hash(("another process", value))
        if isinstance(value, tuple):
            return _hash(tuple(salted(part) for part in value))
        return _hash(value)

    def other_hash(value: Any, /) -> int:
        return salted(value) if threading.get_ident() == ours else _hash(value)

    def other_id(value: Any, /) -> int:
        return _id(value) + 0x1230 if threading.get_ident() == ours else _id(value)

    before = builtins.hash, builtins.id
    builtins.hash, builtins.id = other_hash, other_id
    try:
        yield
    finally:
        builtins.hash, builtins.id = before

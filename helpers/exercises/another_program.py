"""Call an answer as a program started later would: with other `hash()` and `id()`, remembering nothing.

A key that one program calculates must be calculated again by another. Python draws the hash of a string anew in
each process (PYTHONHASHSEED), and what a program keeps in a dict is gone with it. A real second process
could not be given a function that was typed in a notebook, so this one is pretended.
"""

import builtins
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from types import CellType, CodeType, FunctionType
from typing import Any

_hash, _id = builtins.hash, builtins.id
_NOTHING = object()  # in place of a variable that was not there


@contextmanager
def forgetful(answer: Callable) -> Iterator[Callable[[], None]]:
    """Yields a function that lets the answer forget what it kept since the block began; so does the block's end.

    What it kept: in variables from outside, in the dicts, lists, sets and objects that they hold, in defaults, in
    attributes and in a cache; it, or a function of its module that it calls. Not: inside a container in a container.
    """
    memories = list(_memories(answer, []))

    def forget() -> None:
        for restore in memories:
            restore()

    try:
        yield forget
    finally:
        forget()


def _memories(value: Any, seen: list) -> Iterator[Callable[[], None]]:
    """For each place in which `value` could keep something: a function that makes the place what it is now."""
    if any(value is known for known in seen):
        return
    seen.append(value)
    if isinstance(value, dict | list | set):
        yield _of_container(value)
        return
    if hasattr(value, "cache_clear"):
        yield value.cache_clear
    used = [getattr(value, inside, None) for inside in ("__wrapped__", "__func__", "__self__")]
    if hasattr(value, "__dict__"):
        yield _of_attributes(value)
        used += vars(value).values()
    if isinstance(value, FunctionType):
        cells = [cell for cell in value.__closure__ or () if cell != CellType()]
        variables = {name: value.__globals__.get(name, _NOTHING) for name in _names(value.__code__)}
        yield _of_variables(value.__globals__, variables)
        yield from map(_of_cell, cells)
        used += [*variables.values(), *(cell.cell_contents for cell in cells)]
        used += [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
    module = getattr(value, "__module__", _NOTHING)
    for one in used:
        if isinstance(one, dict | list | set) or getattr(one, "__module__", None) == module:
            yield from _memories(one, seen)


def _of_container(box: dict | list | set) -> Callable[[], None]:
    before = copy(box)

    def restore() -> None:
        if isinstance(box, list):
            box[:] = before
        else:
            box.clear()
            box.update(before)

    return restore


def _of_attributes(owner: Any) -> Callable[[], None]:
    before = dict(vars(owner))

    def restore() -> None:
        for name, value in dict(vars(owner)).items():
            if name not in before:
                delattr(owner, name)
            elif before[name] is not value:
                setattr(owner, name, before[name])

    return restore


def _of_variables(variables: dict, before: dict) -> Callable[[], None]:
    def restore() -> None:
        for name, value in before.items():
            if value is _NOTHING:
                variables.pop(name, None)
            else:
                variables[name] = value

    return restore


def _of_cell(cell: Any) -> Callable[[], None]:
    before = cell.cell_contents
    return lambda: setattr(cell, "cell_contents", before)


def _names(code: CodeType) -> set[str]:
    """Names of variables that are not the function's own, those of the functions inside it too."""
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*map(_names, inner))


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

"""Running an answer that nobody has read: within a time limit, its printing captured, whatever it raises held.

An answer runs in a thread of its own. One that is still busy when its time is up gets an exception from
outside. One that waits in C code, `time.sleep(3600)` say, cannot be reached that way: it is left behind, and
none of its calls reaches the lab any more.
"""

import builtins
import ctypes
import linecache
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from helpers import lab
from helpers.engines import wiring

PRINTED = 500  # characters of what an answer printed that are kept


class Stopped(SystemExit):
    """Raised inside an answer from outside, so that it ends. No `except Exception` holds it.

    A thread that ends by SystemExit ends without a word.
    """


@dataclass
class Outcome:
    """What became of one run: a value, or an error with the line it came from, or neither in time."""

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    printed: str = ""
    timed_out: bool = False


def run(function: Callable, args: tuple = (), kwargs: dict | None = None, seconds: float = 10) -> Outcome:
    """Call `function(*args, **kwargs)` in a thread, for `seconds` at most. Raises nothing of its own."""
    outcome = Outcome()
    before = set(threading.enumerate())

    def target() -> None:
        try:
            outcome.value = function(*args, **(kwargs or {}))
        except Stopped:
            outcome.timed_out = True
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: the kernel must live
            outcome.error = error
            outcome.line = _learners_line(error.__traceback__, function)

    thread = threading.Thread(target=target, name="answer", daemon=True)
    late = False
    with _captured() as printed, _kernel_kept():
        thread.start()
        try:
            thread.join(seconds)
        finally:  # a learner who interrupts the kernel stops the answer as well
            late = thread.is_alive()
            if late:
                _stop(thread)
            _leave_behind(set(threading.enumerate()) - before)
    # What a thread that is left behind still writes into its own outcome is nobody's.
    return replace(Outcome(timed_out=True) if late else outcome, printed=printed.text)


def _stop(thread: threading.Thread) -> None:
    """Raise Stopped in the thread, again while a bare `except:` of the answer swallows it."""
    for _ in range(5):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped))
        thread.join(0.2)
        if not thread.is_alive():
            return


_left: set[threading.Thread] = set()
_gate = None


def _leave_behind(threads: set[threading.Thread]) -> None:
    """Refuse every request of these threads from now on: they belong to an answer that is over."""
    global _gate
    _left.update(threads)
    _left.difference_update([thread for thread in _left if not thread.is_alive()])
    if _left and _gate is None:
        _gate = wiring.around_sends(_refuse_those_left)
        _gate.__enter__()
    elif not _left and _gate is not None:
        _gate.__exit__(None, None, None)
        _gate = None


def _refuse_those_left(request: Any, proceed: Callable) -> Any:
    if threading.current_thread() in _left:
        raise Stopped("this answer is over")
    return proceed()


class _Printed:
    """Keeps the beginning of what is written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text, self.length = "", 0

    def write(self, text: str) -> int:
        self.length += len(text)
        self.text += text[: PRINTED - len(self.text)]
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


@contextmanager
def _captured():
    printed = _Printed()
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = printed
    try:
        yield printed
    finally:
        sys.stdout, sys.stderr = before
        if printed.length > PRINTED:
            printed.text += f"… ({printed.length:,} characters)"


@contextmanager
def _kernel_kept():
    """Nothing an answer calls ends the kernel, empties the learner's lab, or waits for input."""

    def ends(*_: Any) -> None:
        raise SystemExit

    def asks(*_: Any) -> None:
        raise RuntimeError("an answer gets its values as arguments, not from input()")

    def empties(*_: Any) -> None:
        raise RuntimeError("an answer works on what it is given, and leaves the lab alone")

    # `exit()` in a notebook is IPython's own, and asks the kernel to end.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    stand_ins = [(builtins, "input", asks), (os, "_exit", ends)]
    stand_ins += [(lab, name, empties) for name in ("start", "stop", "reset")]
    stand_ins += [(shell, "ask_exit", ends)] if shell else []
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in stand_ins]
    for owner, name, stand_in in stand_ins:
        setattr(owner, name, stand_in)
    try:
        yield
    finally:
        for owner, name, own in before:
            setattr(owner, name, own)


def _learners_line(trace: TracebackType | None, function: Callable) -> str:
    """The innermost line of the answer's own file, such as `line 3: item["age"] + 1`; empty where there is none."""
    code = getattr(function, "__code__", None)
    home = code.co_filename if code else None
    for frame in reversed(traceback.extract_tb(trace)):
        if frame.filename == home:
            source = (linecache.getline(frame.filename, frame.lineno) or frame.line or "").strip()
            return f"line {frame.lineno}: {source}" if source else f"line {frame.lineno}"
    return ""

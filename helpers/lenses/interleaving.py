"""Run several functions so that exactly one of them moves at a time, and only ever from call to call.

Each writer has a thread of its own, which waits before each of its DynamoDB calls until it is let on. Between
two calls nobody else moves, so the order in which writers are let on is the whole schedule: the same order
gives the same run.
"""

import contextvars
import ctypes
import functools
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from helpers.engines import wiring

# Writers that look at the clock see this moment, 2026-01-01 00:00 UTC, and it moves only when one of them sleeps.
EPOCH = 1_767_225_600.0
NAPS = 5  # a writer that has slept so often while nobody else moved lets the others on


class Stopped(SystemExit):
    """Raised inside a writer that is not let on any more. Not an Exception, so that a retry does not catch it.

    A bare `except:` does catch it. So wherever it comes up, the writer's next line raises it once more.
    """

    def __init__(self):
        frame = sys._getframe(1)
        while frame:
            if not frame.f_globals.get("__name__", "").startswith(_NOT_THE_WRITERS):
                frame.f_trace = _stop_at_line
            frame = frame.f_back
        sys.settrace(lambda frame, event, argument: None)  # no new frame is traced, but those above are


def _stop_at_line(frame, event, argument):
    if event == "line":
        raise Stopped
    return _stop_at_line


_NOT_THE_WRITERS = ("botocore.", "boto3.", "helpers.lenses.", "helpers.engines.", "threading")


class Pruned(Exception):
    """Raised by `choose` to give a run up."""


@dataclass
class Move:
    """One call of one writer, or a sleep. `before`, `after`, `touches`: what the watcher noted."""

    writer: int
    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)
    response: dict[str, Any] | None = None
    error: Exception | None = None
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    touches: Any = None


@dataclass
class Ending:
    """How a writer ended: what it returned or raised, or why it was stopped."""

    value: Any = None
    error: BaseException | None = None
    stopped: str = ""


class Writer:
    """One function in a thread that stands still between its turns."""

    def __init__(self, number: int, body: Callable[[], Any], stage: "Stage"):
        self.number, self.stage = number, stage
        self.waiting: wiring.Call | None = None  # the call that it wants to make next
        self.made = self.naps = 0
        self.ending: Ending | None = None
        self.go = threading.Semaphore(0)
        context = contextvars.copy_context()
        self.thread = threading.Thread(
            target=lambda: context.run(self._run, body), name=f"writer {stage.letters[number]}", daemon=True
        )

    def _run(self, body: Callable[[], Any]) -> None:
        try:
            self.go.acquire()
            self.ending = Ending(body())
        except Stopped:
            self.ending = Ending(stopped=self.stage.stopping or "it was stopped")
        except BaseException as error:  # SystemExit in a writer is its own affair too
            self.ending = Ending(error=error)
        finally:
            self.waiting = None
            self.stage.back.release()

    def wait_for_turn(self, call: wiring.Call) -> None:
        """Called in the writer's thread before a call."""
        if not self.stage.stopping:
            self.waiting = call
            self.stage.back.release()
            self.go.acquire()
            self.waiting = None
        if self.stage.stopping:
            raise Stopped
        self.made += 1


class Stage:
    """The writers of one run, and whose turn it is."""

    def __init__(self, bodies: Sequence[Callable[[], Any]], letters: str, watch, calls: int, seconds: float):
        self.bodies, self.letters, self.watch = bodies, letters, watch
        self.calls, self.seconds = calls, seconds
        self.stopping = ""
        self.now = 0.0
        self.back = threading.Semaphore(0)
        self.writers = [Writer(number, body, self) for number, body in enumerate(bodies)]

    def run(self, choose: Callable[[list[int], list[wiring.Call | None]], int]) -> str:
        """Let writers on as `choose(who may move, the call that each waits with)` says. Returns the order run."""
        order = ""
        with wiring.around_calls(self._gate), _virtual_clock(self):
            try:
                for writer in self.writers:
                    writer.thread.start()
                    self._let_on(writer)
                while not self.stopping and (able := self._able()):
                    number = choose(able, [writer.waiting for writer in self.writers])
                    order += self.letters[number]
                    self._let_on(self.writers[number])
            except Pruned:
                pass
            finally:
                self._stop_all()
        return order

    def _able(self) -> list[int]:
        waiting = [writer for writer in self.writers if writer.waiting]
        patient = [writer for writer in waiting if writer.naps < NAPS]
        return [writer.number for writer in patient or waiting]

    def _let_on(self, writer: Writer) -> None:
        if writer.made >= self.calls:
            self._stop(writer, f"made {self.calls} calls and did not end")
            return
        if writer.waiting:
            for other in self.writers:
                other.naps = other.naps if other is writer else 0
        writer.go.release()
        if not self.back.acquire(timeout=self.seconds):
            self._stop(writer, f"ran for {self.seconds:g} s without a call and did not end")

    def _stop(self, writer: Writer, why: str) -> None:
        self.stopping = f"{self.letters[writer.number]} {why}"

    def _stop_all(self) -> None:
        self.stopping = self.stopping or "the run was given up"
        for writer in self.writers:
            if writer.thread.ident is None:
                continue
            writer.go.release()
            deadline = _monotonic() + 2
            writer.thread.join(0.2)
            while writer.thread.is_alive() and _monotonic() < deadline:
                # A loop without calls: raise in it until the loop is left.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(writer.thread.ident), ctypes.py_object(Stopped)
                )
                writer.thread.join(0.02)
            if writer.ending is None:
                writer.ending = Ending(stopped=f"{self.stopping}; it cannot be stopped")

    def _gate(self, call: wiring.Call, proceed: Callable[[], dict]) -> dict:
        writer = self.current()
        if writer is None or call.service != "dynamodb":
            return proceed()
        writer.wait_for_turn(call)
        move = Move(writer.number, call.operation, dict(call.parameters))
        self.watch(move, "before")
        try:
            move.response = proceed()
            return move.response
        except Exception as error:
            move.error = error
            raise
        finally:
            self.watch(move, "after")

    def current(self) -> Writer | None:
        """The writer in whose thread this is asked."""
        thread = threading.current_thread()
        return next((writer for writer in self.writers if writer.thread is thread), None)

    def nap(self, writer: Writer, seconds: float) -> None:
        if self.stopping:
            raise Stopped
        self.now += max(seconds, 0)
        writer.naps += 1
        if writer.naps > 1000:  # a loop that only sleeps
            self._stop(writer, "slept 1,000 times without a call")
            raise Stopped
        self.watch(Move(writer.number, "sleep", {"seconds": seconds}), "after")


_sleep, _time, _monotonic = time.sleep, time.time, time.monotonic


@contextmanager
def _virtual_clock(stage: Stage) -> Iterator[None]:
    """For writers, `time.sleep` takes no time and `time.time` and `time.monotonic` move only by sleeping.

    A name that a writer's own module took by `from time import sleep` is replaced there too.
    """

    def sleep(seconds: float) -> None:
        writer = stage.current()
        return stage.nap(writer, seconds) if writer else _sleep(seconds)

    def clock(real: Callable[[], float]) -> Callable[[], float]:
        return lambda: EPOCH + stage.now if stage.current() else real()

    replaced = {_sleep: sleep, _time: clock(_time), _monotonic: clock(_monotonic)}
    places = [vars(time)] + [getattr(_function(body), "__globals__", {}) for body in stage.bodies]
    undo = [
        (names, name, value)
        for names in places
        for name, value in list(names.items())
        if any(value is real for real in replaced)
    ]
    for names, name, value in undo:
        names[name] = replaced[value]
    try:
        yield
    finally:
        for names, name, value in undo:
            names[name] = value


def _function(body: Callable) -> Callable:
    while isinstance(body, functools.partial):
        body = body.func
    return getattr(body, "__func__", body)

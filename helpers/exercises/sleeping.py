"""Let an answer wait between its tries, as a real program does, without anybody waiting for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def sleeps_take_no_time(answer: Callable) -> Iterator[list[float]]:
    """Yields the seconds that `time.sleep` was asked for in threads that are new, one by one; they return at once."""
    ours, slept, real = set(threading.enumerate()), [], time.sleep

    def sleep(seconds: float, /) -> None:
        if threading.current_thread() in ours:
            return real(seconds)
        slept.append(max(0.0, seconds))
        return real(min(0.0, seconds))  # it complains of a number below zero

    # `from time import sleep` has made the answer's own name for it.
    variables = getattr(answer, "__globals__", {})
    names = [name for name, value in variables.items() if value is real]
    time.sleep = sleep
    variables.update(dict.fromkeys(names, sleep))
    try:
        yield slept
    finally:
        time.sleep = real
        variables.update(dict.fromkeys(names, real))

"""A clock that moves only when somebody sleeps: botocore's retries run to the end without waiting.

botocore reads the clock and sleeps in two modules only: its endpoint sleeps between attempts (legacy and standard
retries), and its client-side rate limiter reads the time and waits for tokens (adaptive retries). Both are given this
clock for the length of a block, and get their own back afterwards. The jitter of a back-off comes from `random`; it is
seeded for the block, so that the same code waits equally long each time, and put back as it was.
"""

import math
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import botocore.endpoint
from botocore.retries import bucket

_lock = threading.RLock()


class Clock:
    """Seconds since the block began."""

    def __init__(self) -> None:
        # A whole second, so that rates measured in half seconds come out the same each time.
        self.start = math.ceil(time.time())
        self.now = 0.0
        self._slept = threading.local()

    def move(self, seconds: float) -> None:
        """Let time pass."""
        with _lock:
            self.now += max(0.0, seconds)

    def sleep(self, seconds: float) -> None:
        """What botocore calls: time passes, and is put down to this thread."""
        self.move(seconds)
        self._slept.seconds = self.slept_by_this_thread + seconds

    @property
    def slept_by_this_thread(self) -> float:
        return getattr(self._slept, "seconds", 0.0)

    def time(self) -> float:
        return self.start + self.now


class _TimeModule:
    """The `time` module, but for what a virtual clock answers."""

    def __init__(self, clock: Clock) -> None:
        self.sleep, self.time = clock.sleep, clock.time

    def __getattr__(self, name: str):
        return getattr(time, name)


@contextmanager
def virtual_time(seed: int = 0) -> Iterator[Clock]:
    """botocore's retries take their time from the clock this yields, in all threads, until the block ends."""
    clock = Clock()
    limiters = set()
    amount_left = bucket.TokenBucket._sleep_amount

    def wait_on_the_clock(limiter, amount):
        """The rate limiter asks how long to wait: let that time pass, and answer that there is nothing left."""
        limiters.add(limiter)
        while (seconds := amount_left(limiter, amount)) > 0:
            clock.sleep(seconds)
            limiter._refill()
        return 0

    before = botocore.endpoint.time, bucket.time, random.getstate()
    botocore.endpoint.time = bucket.time = _TimeModule(clock)
    bucket.TokenBucket._sleep_amount = wait_on_the_clock
    random.seed(seed)
    try:
        yield clock
    finally:
        bucket.TokenBucket._sleep_amount = amount_left
        botocore.endpoint.time, bucket.time = before[:2]
        random.setstate(before[2])
        for limiter in limiters:
            # It must not wait for a time that was never real.
            limiter._last_timestamp = min(limiter._last_timestamp, time.time())

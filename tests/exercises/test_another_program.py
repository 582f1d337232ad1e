"""An answer that relies on hash(), id() or its memory is found out; one that calculates is not."""

import builtins
import threading
from functools import cache
from zlib import crc32

import pytest

from helpers.exercises.another_program import forgetful, other_hashes

seen = {}


def remembers(flight):
    return seen.setdefault(flight, len(seen))


def remembers_in_a_default(flight, seen={}):  # noqa: B006
    return seen.setdefault(flight, len(seen))


def lets_another_remember(flight):
    return remembers(flight)


@cache
def cached(flight):
    return hash(flight)


def calculates(flight):
    return crc32(flight.encode())


def twice(answer, names=("B6-1", "AA-2", "DL-3")):
    """What two programs get: the second asks in the other order."""
    with forgetful(answer) as forget:
        first = {name: answer(name) for name in names}
        forget()
        with other_hashes():
            return first, {name: answer(name) for name in reversed(names)}


@pytest.mark.parametrize(
    "answer",
    [
        remembers,
        remembers_in_a_default,
        lets_another_remember,
        cached,
        lambda flight: hash(flight),
        lambda flight: hash((flight, 1)),
        lambda flight: id(flight),
    ],
)
def test_what_another_program_cannot_know_differs(answer):
    first, second = twice(answer)
    assert first != second


@pytest.mark.parametrize("answer", [calculates, cache(calculates), len, str.upper])
def test_what_is_calculated_is_the_same(answer):
    first, second = twice(answer)
    assert first == second


def test_numbers_have_the_same_hash_in_every_process():
    with other_hashes():
        assert hash(7) == 7 and hash((1, 2)) == (1, 2).__hash__()


def test_what_was_kept_before_is_kept_after():
    seen.clear()
    seen["AA-2"] = 11
    twice(remembers)
    assert seen == {"AA-2": 11}


def test_another_thread_sees_the_true_hash():
    found = []
    with other_hashes():
        thread = threading.Thread(target=lambda: found.append(hash("JFK") == "JFK".__hash__()))
        thread.start()
        thread.join()
    assert found == [True]


def test_hash_and_id_are_given_back_after_an_error():
    before = builtins.hash, builtins.id
    with pytest.raises(KeyError), other_hashes():
        raise KeyError
    assert (builtins.hash, builtins.id) == before

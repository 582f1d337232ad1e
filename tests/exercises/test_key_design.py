"""What the checks of lesson 02 refuse beyond the mistakes that each exercise lists."""

import os
import time
from datetime import datetime
from unittest import mock

import pytest

from helpers.exercises.key_design import BERLIN, SortKeyForLatest, _machine_in

pytestmark = pytest.mark.skipif(
    not hasattr(time, "tzset"), reason="Windows cannot change a process's time zone"
)


@pytest.fixture(autouse=True)
def lab(started):
    return started


def test_a_sort_key_in_the_zone_of_the_machine_is_refused_wherever_the_check_runs():
    verdict = SortKeyForLatest().judge(
        lambda moment, number: f"{moment.astimezone():%Y-%m-%dT%H:%M:%S}#{number:06d}"
    )
    assert verdict.kind == "wrong"
    assert "Message 2 comes where message 1 belongs" in verdict.text
    assert "your function runs in Berlin" in verdict.text


@pytest.fixture
def zone():
    """The process has its zone again after the test."""
    with mock.patch.dict(os.environ):
        yield
    time.tzset()


@pytest.mark.parametrize("before", [None, "UTC0"])
def test_the_machine_has_its_own_zone_again_after_the_check(zone, before):
    os.environ.pop("TZ", None)
    if before:
        os.environ["TZ"] = before
    time.tzset()
    noon = datetime(2026, 7, 1, 12)
    offset = noon.astimezone().utcoffset()
    with pytest.raises(ZeroDivisionError), _machine_in(BERLIN):
        assert noon.astimezone().utcoffset().total_seconds() == 2 * 3_600
        _ = 1 / 0
    assert os.environ.get("TZ") == before
    assert noon.astimezone().utcoffset() == offset

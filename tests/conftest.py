"""Every test starts and ends without a lab, and in an environment that leads to no account."""

import os

import pytest

from helpers import lab
from helpers.engines import guard


@pytest.fixture(autouse=True)
def no_lab_left_behind():
    with guard.no_account():
        # As a learner's shell would have it: the lab has to bring its own Region and keys.
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            os.environ.pop(name, None)
        yield
        lab.stop()


@pytest.fixture
def started():
    """A started, empty lab."""
    return lab.start("moto")

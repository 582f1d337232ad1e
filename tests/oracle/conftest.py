"""One DynamoDB Local for the whole test session, started when the first test asks for it."""

import contextlib

import pytest

from tests.oracle import local


@pytest.fixture(scope="session")
def local_port():
    """The port of a running DynamoDB Local; a skip that says why, or in CI a failure, where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            port = stack.enter_context(local.running())
        except local.Missing as reason:
            if local.required():
                pytest.fail(str(reason), pytrace=False)
            pytest.skip(str(reason))
        yield port


@pytest.fixture
def dynamodb_local(local_port):
    """A connection to DynamoDB Local."""
    connection = local.Local(local_port)
    yield connection
    connection.close()

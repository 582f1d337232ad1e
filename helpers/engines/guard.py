"""What keeps calls on this machine: which hosts are whose, and an environment without an account."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest

REGION = "us-east-1"

# Where boto3 is sent in a kernel of `make lab` before the lab is started. Nothing listens on port 1, so a
# call fails at once, and botocore's message shows this address: the words in it are for the learner.
NOT_STARTED = "http://127.0.0.1:1/the-lab-is-not-started/run-the-first-cell-of-the-notebook"

_AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$")

# Settings of AWS tools that are not about an account, so a lab leaves them alone.
_HARMLESS = {"AWS_CA_BUNDLE", "AWS_PAGER"}

# Where a DynamoDB of one's own is named; and the same for a kernel, where boto3 itself must not see it.
ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
ENDPOINT_FOR_THE_LAB = "DYNAMODB_LAB_ENDPOINT"


class LabError(Exception):
    """The lab cannot do what was asked. The message says what is wrong and what to do."""


def closed_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of `environ` in which boto3 finds no account, no profile, no files and no role of a machine.

    A call then carries a key that is none, and goes to `NOT_STARTED`. `lab.start()` opens the way to an engine.
    """
    env = {name: value for name, value in environ.items() if not _about_an_account(name)}
    if environ.get(ENDPOINT):
        env[ENDPOINT_FOR_THE_LAB] = environ[ENDPOINT]
    return env | _no_account() | {"AWS_ENDPOINT_URL": NOT_STARTED, "AWS_MAX_ATTEMPTS": "1"}


@contextmanager
def no_account() -> Iterator[None]:
    """Until the block ends, `os.environ` leads boto3 to no account and no address of its own."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in filter(_about_an_account, before):
        del os.environ[name]
    ours = _no_account()
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
        os.environ.update(before)


def service_of(request: AWSPreparedRequest) -> tuple[str, str]:
    """The service and the Region a request is for, read from its signature: `("s3", "us-east-1")`."""
    scope = re.search(
        r"Credential=[^/]*/\d{8}/([^/]+)/([^/]+)/aws4_request", header(request, "Authorization")
    )
    return (scope[2], scope[1]) if scope else ("", REGION)


def header(request: AWSPreparedRequest, name: str) -> str:
    """A header of a request as text; empty where it is absent."""
    value = request.headers.get(name, "")
    return value.decode("latin-1") if isinstance(value, bytes) else value


def host_of(url: str) -> str:
    """The host of an address, with its port where it has one."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_aws(url: str) -> bool:
    """Whether an address belongs to AWS."""
    return bool(_AWS_HOST.search((urlsplit(url).hostname or "").lower()))


def refuse_other_hosts(request: AWSPreparedRequest, engine: str) -> None:
    """Raise LabError, naming the host, for a request that is not for the service itself."""
    if not is_aws(request.url) and not request.url.startswith(NOT_STARTED):
        raise LabError(
            f"A call went to {host_of(request.url)}, which is not the lab. The lab is started with the "
            f"{engine} engine, and nothing leaves it: make the client without endpoint_url, or start the lab "
            f"on that address with AWS_ENDPOINT_URL_DYNAMODB and lab.start('endpoint')."
        )


def _about_an_account(name: str) -> bool:
    return name.startswith("AWS_") and name not in _HARMLESS


def _no_account() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "lab",
        "AWS_SECRET_ACCESS_KEY": "lab",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # botocore would otherwise ask for DynamoDB at an address that holds an account id.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }

"""Any address that speaks DynamoDB's API: DynamoDB Local, ScyllaDB Alternator, a server of the class."""

import os
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from helpers.engines import guard


def address() -> str:
    """The address in `AWS_ENDPOINT_URL_DYNAMODB`. LabError where it is missing, malformed or AWS itself."""
    url = os.environ.get(guard.ENDPOINT) or os.environ.get(guard.ENDPOINT_FOR_THE_LAB, "")
    url = url.rstrip("/")
    parts = urlsplit(url)
    if not url:
        raise guard.LabError(
            f"The endpoint engine needs an address: set {guard.ENDPOINT}, for example to http://localhost:8000, "
            "and start the lab again."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise guard.LabError(
            f"{guard.ENDPOINT} is {url!r}, which is no address such as http://localhost:8000."
        )
    if guard.is_aws(url):
        raise guard.LabError(
            f"{guard.ENDPOINT} leads to AWS ({parts.hostname}). Ask for it by name: lab.start('aws')."
        )
    return url


def engine(url: str):
    """What `wiring.attach` takes: sends DynamoDB's calls to `url`, and refuses every other service and host."""

    def answer(request: AWSPreparedRequest, network) -> AWSResponse:
        if not request.url.startswith(url):
            guard.refuse_other_hosts(request, "endpoint")
        if not guard.header(request, "X-Amz-Target").startswith(("DynamoDB_", "DynamoDBStreams_")):
            raise guard.LabError(
                f"A call went to {guard.host_of(request.url)}, but {url} answers DynamoDB only. "
                "Start the lab with the moto engine for other services: lab.start()."
            )
        request.url = url + "/"
        return network(request)

    return answer

"""The default engine: moto in this process, put right by the corrections. No socket is opened."""

import copy
import threading
from io import BytesIO
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from helpers.engines import guard

ACCOUNT = "123456789012"

Answer = tuple[int, dict[str, str], bytes]

# moto keeps its state in plain dictionaries that are not safe to change from two threads.
_one_at_a_time = threading.RLock()


def respond(target: str, body: bytes, region: str = guard.REGION, account: str = ACCOUNT) -> Answer:
    """Answer one request of DynamoDB or DynamoDB Streams.

    target: the X-Amz-Target header, such as `DynamoDB_20120810.GetItem`. body: its JSON.
    Returns the HTTP status, the headers and the body.
    """
    from helpers import corrections

    with _one_at_a_time:
        return corrections.respond(target, body, region, account, forward=plain)


def plain(target: str, body: bytes, region: str, account: str) -> Answer:
    """The same by moto alone, without any correction."""
    from moto.core.request import Request
    from moto.dynamodb.responses import DynamoHandler
    from moto.dynamodbstreams.responses import DynamoDBStreamsHandler

    streams = target.startswith("DynamoDBStreams_")
    request = Request.from_primitives(
        "POST",
        f"https://{'streams.' if streams else ''}dynamodb.{region}.amazonaws.com/",
        {
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=lab/20120810/{region}/dynamodb/aws4_request",
            "x-moto-account-id": account,
        },
        body,
    )
    handler = DynamoDBStreamsHandler if streams else DynamoHandler
    status, headers, answer = handler.dispatch(request, request.raw_url, request.headers)
    headers = {str(name): str(value) for name, value in headers.items() if name != "status"}
    return status, headers, answer.encode() if isinstance(answer, str) else answer


def engine(account: str = ACCOUNT):
    """What `wiring.attach` takes: answers every request of every client, with the state of one account."""

    def answer(request: AWSPreparedRequest, network) -> AWSResponse:
        guard.refuse_other_hosts(request, "moto")
        target = guard.header(request, "X-Amz-Target")
        if target.startswith(("DynamoDB_", "DynamoDBStreams_")):
            status, headers, body = respond(target, _body_of(request), guard.service_of(request)[1], account)
        else:
            status, headers, body = _other_service(request, account)
        return AWSResponse(request.url, status, headers, _Body(body))

    answer.account = account
    return answer


def empty(account: str | None = None) -> None:
    """Forget the DynamoDB tables and streams of one account, or everything of every service."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data

    with _one_at_a_time:
        if account is None:
            BackendDict.reset()
            reset_model_data()
        else:
            for backends in _dynamodb():
                backends.pop(account, None)


def copy_state(source: str, target: str) -> None:
    """Give account `target` its own copy of the tables of account `source`."""
    with _one_at_a_time:
        empty(target)
        tables_of = _dynamodb()[0]
        for region, backend in list(tables_of[source].items()):
            tables_of[target][region].tables = copy.deepcopy(backend.tables)


def _dynamodb() -> tuple:
    from moto.dynamodb.models import dynamodb_backends
    from moto.dynamodbstreams.models import dynamodbstreams_backends

    return dynamodb_backends, dynamodbstreams_backends


def _body_of(request: AWSPreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body


def _other_service(request: AWSPreparedRequest, account: str) -> Answer:
    """S3, Lambda, IAM and so on: moto's own routing by address."""
    from moto.core.botocore_stubber import BotocoreStubber

    service, region = guard.service_of(request)
    if not guard.is_aws(request.url):
        path = request.url.removeprefix(guard.NOT_STARTED) or "/"
        request.url = f"https://{service}.{region}.amazonaws.com{path}"
    request.headers["x-moto-account-id"] = account
    with _one_at_a_time:
        answered = BotocoreStubber().process_request(request)
    if answered is None:
        raise guard.LabError(
            f"The lab has no answer for {urlsplit(request.url).hostname}: moto does not know that service."
        )
    status, headers, body = answered
    return status, headers, body


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def __init__(self, content: str | bytes):
        super().__init__(content.encode() if isinstance(content, str) else content)

    def stream(self, **_):
        yield self.read()

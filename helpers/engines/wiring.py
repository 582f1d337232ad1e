"""The two doors through which every boto3 call passes, for clients made before or after.

A *call* is what a caller wrote: an operation and its parameters. A *send* is one HTTP request of it, so a
call that botocore retries has several sends. Layers are put around either door; the newest is outermost.
Behind all sends stands the engine of the lab, or the network where no lab is started.

botocore has one method for each door, and patching it on the class is what reaches clients that exist
already: their own event handlers cannot be reached from outside.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.signers import RequestSigner


@dataclass
class Call:
    """One call as the caller wrote it. A layer may change `parameters` before it proceeds."""

    service: str
    operation: str
    parameters: dict[str, Any]
    client: BaseClient


CallLayer = Callable[[Call, Callable[[], dict]], dict]
SendLayer = Callable[[AWSPreparedRequest, Callable[[], AWSResponse]], AWSResponse]
Engine = Callable[[AWSPreparedRequest, Callable[[AWSPreparedRequest], AWSResponse]], AWSResponse]

_call = BaseClient._make_api_call
_send = URLLib3Session.send
_sign = RequestSigner.get_auth_instance

_call_layers: list[CallLayer] = []
_send_layers: list[SendLayer] = []
_engine: Engine | None = None
_credentials: Credentials | None = None
_lock = threading.RLock()


@contextmanager
def around_calls(layer: CallLayer) -> Iterator[None]:
    """Every call of every client goes through `layer(call, proceed)` until the block ends."""
    with _added(_call_layers, layer):
        yield


@contextmanager
def around_sends(layer: SendLayer) -> Iterator[None]:
    """Every HTTP request of every client goes through `layer(request, proceed)` until the block ends."""
    with _added(_send_layers, layer):
        yield


def attach(engine: Engine | None, credentials: Credentials | None = None) -> None:
    """Let `engine(request, network)` answer what is sent, and `credentials` sign it. None: botocore's own."""
    global _engine, _credentials
    with _lock:
        _engine, _credentials = engine, credentials
        _patch()


def attached() -> tuple[Engine | None, Credentials | None]:
    """The engine and the credentials in force."""
    return _engine, _credentials


@contextmanager
def _added(layers: list, layer: Callable) -> Iterator[None]:
    with _lock:
        layers.append(layer)
        _patch()
    try:
        yield
    finally:
        with _lock:
            # By identity and from the end: the same layer may stand twice.
            at = max(i for i, known in enumerate(layers) if known is layer)
            del layers[at]
            _patch()


def _patch() -> None:
    """Stand in botocore's way only while somebody needs it."""
    BaseClient._make_api_call = _call_through_layers if _call_layers else _call
    URLLib3Session.send = _send_through_layers if _send_layers or _engine else _send
    sign = _sign_with_lab_credentials if _credentials else _sign
    RequestSigner.get_auth_instance = RequestSigner.get_auth = sign


# Frames that set __tracebackhide__ are left out of the tracebacks that a notebook shows.


def _call_through_layers(client: BaseClient, operation_name: str, api_params: dict) -> dict:
    __tracebackhide__ = True
    call = Call(client.meta.service_model.service_name, operation_name, dict(api_params), client)

    def innermost() -> dict:
        __tracebackhide__ = True
        return _call(client, call.operation, call.parameters)

    return _through(list(_call_layers), call, innermost)()


def _send_through_layers(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
    __tracebackhide__ = True
    engine = _engine

    def innermost() -> AWSResponse:
        __tracebackhide__ = True
        if engine is None:
            return _send(session, request)
        return engine(request, lambda rewritten: _send(session, rewritten))

    return _through(list(_send_layers), request, innermost)()


def _through(layers: list, subject: Any, innermost: Callable) -> Callable:
    def around(proceed: Callable, layer: Callable) -> Callable:
        def proceed_through_layer():
            __tracebackhide__ = True
            return layer(subject, proceed)

        return proceed_through_layer

    return reduce(around, layers, innermost)


def _sign_with_lab_credentials(signer: RequestSigner, *args, **kwargs):
    return _sign(signer, *args, **{**kwargs, "request_credentials": _credentials})

"""DynamoDB's own answers in front of moto.

Items are kept, read and written here; tables, indexes, tags, TTL and backups stay moto's, put right by `tables`.
A request goes to `requests` first (is it one that DynamoDB accepts?), then to the module of its operation:

    requests      what is refused, and in which words      values, keys   what an attribute's value and a key may be
    expressions   conditions, projections, updates         items          kept, read, written, paid for
    tables        CreateTable to tags                      streams, partiql
    ledger        every difference that is known, and the page made from it

    respond(target, body, region, account, forward) -> (status, headers, body)
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Callable
from functools import lru_cache

from . import requests, streams, tables
from .errors import Refused
from .items import batches, queries, single, transactions
from .items.storage import Entry, encoded
from .partiql import execution
from .requests import arns, shapes

Answer = tuple[int, dict[str, str], bytes]
Forward = Callable[[str, bytes, str, str], Answer]

ON_ONE_TABLE = {
    "GetItem": single.get_item,
    "PutItem": single.put_item,
    "UpdateItem": single.update_item,
    "DeleteItem": single.delete_item,
    "Query": queries.query,
    "Scan": queries.scan,
}
ON_TABLES = {
    "BatchGetItem": batches.batch_get_item,
    "BatchWriteItem": batches.batch_write_item,
    "TransactGetItems": transactions.transact_get_items,
    "ExecuteStatement": execution.execute_statement,
    "BatchExecuteStatement": execution.batch_execute_statement,
}
IDEMPOTENT = {
    "TransactWriteItems": transactions.transact_write_items,
    "ExecuteTransaction": execution.execute_transaction,
}


def respond(target: str, body: bytes, region: str, account: str, forward: Forward) -> Answer:
    """Answer one request of DynamoDB or DynamoDB Streams; `forward` is plain moto, for what it answers well."""
    try:
        operation, request = requests.parse(target, body)
        answer = execute(target, operation, request, region, account, forward)
        return _packed(200, _text(arns.told(answer, request)) if shapes.has_answer(operation) else "")
    except Refused as refused:
        return _packed(refused.fields.pop("status", 400), encoded(_error(refused)))


def execute(target: str, operation: str, request: dict, region: str, account: str, forward: Forward) -> dict:
    """The answer to one request, or `Refused`."""
    from moto.dynamodb.models import dynamodb_backends

    backend = dynamodb_backends[account][region]
    find = backend.tables.get

    def moto(changed: dict) -> dict:
        try:
            status, _, answer = forward(target, json.dumps(changed).encode(), region, account)
        except NotImplementedError:
            raise  # `tables` says so
        except Exception as crash:  # moto does not check everything before it goes to work
            message = f"moto cannot answer this {operation}: {crash!r}"
            raise Refused(message, "InternalServerError", status=500) from crash
        if status >= 400:
            error = json.loads(answer)
            raise Refused(error.pop("message", error.pop("Message", "")), error.pop("__type").split("#")[-1])
        return json.loads(answer)

    request = requests.validate(operation, request, find)
    if target.startswith("DynamoDBStreams_"):
        return streams.handle(operation, request, backend)
    if operation in ON_ONE_TABLE:
        return ON_ONE_TABLE[operation](request, find(request["TableName"]))
    if operation in ON_TABLES:
        return ON_TABLES[operation](request, find)
    if operation in IDEMPOTENT:
        return IDEMPOTENT[operation](request, find, backend.__dict__.setdefault("client_tokens", {}))
    return tables.handle(operation, request, moto, backend)


def _error(refused: Refused) -> dict:
    """An error as it crosses the wire. Whether its text, if any, is `message` or `Message` is in the service model."""
    shape, text = _error_shape(refused.kind)
    return {"__type": shape, **refused.fields, **({text: refused.message} if refused.message else {})}


@lru_cache
def _error_shape(kind: str) -> tuple[str, str]:
    from botocore.session import get_session

    shapes = get_session().get_service_model("dynamodb")
    if kind == "ValidationException":
        return f"com.amazon.coral.validate#{kind}", "message"
    if kind in ("SerializationException", "UnknownOperationException", "AccessDeniedException"):
        return f"com.amazon.coral.service#{kind}", "Message"
    members = shapes.shape_for(kind).members if kind in shapes.shape_names else {"message": None}
    return f"com.amazonaws.dynamodb.v20120810#{kind}", next(
        name for name in members if name.lower() == "message"
    )


def _packed(status: int, text: str) -> Answer:
    body = text.encode()
    headers = {
        "Server": "Server",
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": uuid.uuid4().hex.upper(),
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return status, headers, body


def _text(answer: dict) -> str:
    """The answer as JSON. Items that are still as they are stored are JSON already."""
    items = answer.pop("Items", None)
    text = encoded(answer)
    if items is None:
        return text
    texts = ",".join([item.text if item.__class__ is Entry else encoded(item) for item in items])
    return f'{{"Items":[{texts}]{"," if answer else ""}{text[1:]}'

"""Reading what the tables hold past every client and lens, so that looking is no call of anybody."""

import json
from base64 import b64decode, b64encode

from helpers.engines import moto
from helpers.engines.sandbox import account_in_force
from helpers.lenses.touching import Place, key_of, values_of


def item_at(place: Place) -> dict | None:
    """The item as it is, past every client and lens."""
    item = (ask("GetItem", TableName=place.table, Key=key_of(place), ConsistentRead=True) or {}).get("Item")
    return values_of(item) if item else None


def all_items() -> dict[str, list[dict]]:
    """Every item of every table, by table."""
    items = {}
    for table in ask("ListTables")["TableNames"]:
        page = ask("Scan", TableName=table, ConsistentRead=True)
        items[table] = [values_of(item) for item in page["Items"]]
        while "LastEvaluatedKey" in page:
            page = ask("Scan", TableName=table, ExclusiveStartKey=page["LastEvaluatedKey"])
            items[table] += [values_of(item) for item in page["Items"]]
    return items


def ask(operation: str, **request) -> dict | None:
    """The answer to one request; None where it is refused."""
    body = json.dumps(request, default=lambda raw: b64encode(raw).decode()).encode()
    status, _, answer = moto.respond(f"DynamoDB_20120810.{operation}", body, account=account_in_force())
    return json.loads(answer, object_hook=_bytes_back) if status == 200 else None


def _bytes_back(part: dict) -> dict:
    """JSON carries binary as base64 text."""
    if len(part) == 1 and isinstance(part.get("B"), str):
        return {"B": b64decode(part["B"])}
    if len(part) == 1 and isinstance(part.get("BS"), list):
        return {"BS": [b64decode(one) for one in part["BS"]]}
    return part

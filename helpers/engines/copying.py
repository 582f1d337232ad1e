"""Tables read through the API and made again elsewhere: how an endpoint's tables come into a sandbox."""

from typing import Any

import boto3
from botocore.client import BaseClient

_KEPT = ("TableName", "KeySchema", "AttributeDefinitions")
_KEPT_OF_AN_INDEX = ("IndexName", "KeySchema", "Projection")


def read_tables() -> list[tuple[dict[str, Any], list[dict]]]:
    """The definition and the typed items of every table that calls reach now."""
    client = boto3.client("dynamodb")
    pages = client.get_paginator("list_tables").paginate()
    return [_read(client, name) for page in pages for name in page["TableNames"]]


def make_tables(tables: list[tuple[dict[str, Any], list[dict]]]) -> None:
    """Make them, on demand, and put their items in."""
    client = boto3.client("dynamodb")
    for definition, items in tables:
        client.create_table(**definition)
        client.get_waiter("table_exists").wait(TableName=definition["TableName"])
        for item in items:
            client.put_item(TableName=definition["TableName"], Item=item)


def _read(client: BaseClient, name: str) -> tuple[dict[str, Any], list[dict]]:
    described = client.describe_table(TableName=name)["Table"]
    definition = {part: described[part] for part in _KEPT} | {"BillingMode": "PAY_PER_REQUEST"}
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if described.get(kind):
            definition[kind] = [
                {part: index[part] for part in _KEPT_OF_AN_INDEX} for index in described[kind]
            ]
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return definition, [item for page in pages for item in page["Items"]]

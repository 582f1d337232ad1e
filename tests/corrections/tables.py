"""Tables and items for the tests of the data plane."""

from typing import Any

import boto3


def S(text: str) -> dict:  # noqa: N802
    return {"S": text}


def N(number: Any) -> dict:  # noqa: N802
    return {"N": str(number)}


def create(name: str = "Orders", sort: str | None = "N", **more) -> Any:
    """A client and a table with the keys pk (S) and sk; indexes as `create_table` takes them in `more`."""
    client = boto3.client("dynamodb", region_name="us-east-1")
    kinds = {"pk": "S", **({"sk": sort} if sort else {}), **more.pop("attributes", {})}
    client.create_table(
        TableName=name,
        KeySchema=key_schema("pk", *(["sk"] if sort else [])),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": kind} for n, kind in kinds.items()],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )
    return client


def key_schema(*names: str) -> list[dict]:
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def index(name: str, *keys: str, projection: str = "ALL", include: tuple = ()) -> dict:
    shown = {"ProjectionType": projection, **({"NonKeyAttributes": list(include)} if include else {})}
    return {"IndexName": name, "KeySchema": key_schema(*keys), "Projection": shown}

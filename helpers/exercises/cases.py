"""Fresh tables for a check: what it makes is out of the learner's reach, and gone when the case is over."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3

from helpers import lab
from helpers.exercises.measuring import Run


class Cases:
    """The part of an exercise that makes tables and reads them back."""

    def __init__(self) -> None:
        self._about = ""
        self._last: Run | None = None

    @contextmanager
    def case(self, about: str = "") -> Iterator[None]:
        """One case with an empty DynamoDB of its own. `about` says in a few words what is special about it."""
        self._about, self._last = about, None
        with lab.sandbox():
            yield

    def load(self, model: str, table: str | None = None, items: Iterable[Mapping] | None = None) -> Any:
        """Make the table of a model in data/models; returns the boto3 Table. `items` replace the model's own."""
        names = list(lab.load(model, table))
        made = boto3.resource("dynamodb").Table(names[0])
        if items is not None:
            keys = [key["AttributeName"] for key in made.key_schema]
            with made.batch_writer() as batch:
                for item in self.items(made):
                    batch.delete_item(Key={key: item[key] for key in keys})
            self.fill(made, items)
        return made

    def table(self, name: str, *keys: str, items: Iterable[Mapping] = (), **definition: Any) -> Any:
        """Make an on-demand table; returns the boto3 Table. `keys`: "customer_id", "day:N" (type S if not said).

        `definition` goes to create_table; AttributeDefinitions of index keys are added to those of `keys`.
        """
        parts = [key.partition(":") for key in keys]
        attributes = [{"AttributeName": key, "AttributeType": kind or "S"} for key, _, kind in parts]
        schema = zip((key for key, _, _ in parts), ("HASH", "RANGE"), strict=False)
        made = boto3.resource("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": role} for key, role in schema],
            AttributeDefinitions=attributes + definition.pop("AttributeDefinitions", []),
            BillingMode="PAY_PER_REQUEST",
            **definition,
        )
        made.wait_until_exists()
        self.fill(made, items)
        return made

    def fill(self, table: Any, items: Iterable[Mapping]) -> None:
        """Put the items into the table."""
        with table.batch_writer() as batch:
            for item in items:
                batch.put_item(Item=dict(item))

    def items(self, table: Any) -> list[dict[str, Any]]:
        """All items of the table, in the order of their keys."""
        pages = table.meta.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
        found = [item for page in pages for item in page["Items"]]
        keys = [key["AttributeName"] for key in table.key_schema]
        return sorted(found, key=lambda item: [_order(item[key]) for key in keys])


def _order(value: Any) -> Any:
    return bytes(value) if type(value).__name__ == "Binary" else value

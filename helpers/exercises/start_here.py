"""The exercise of the lesson Start here."""

from decimal import Decimal

import boto3

from helpers.exercises.comparing import written
from helpers.exercises.exercise import Exercise

MEI = {"person_id": "PERSON-3", "name": "Mei Tanaka", "started": 2021}


class FirstItem(Exercise):
    """Put one item into `table`: `person_id` is "PERSON-3", `name` is "Mei Tanaka", `started` is the number 2021."""

    hints = (
        "The lesson puts Jonas with the resource: table.put_item takes the whole item as a dict of Python values.",
        'table.put_item(Item={"person_id": …, "name": …, "started": …}). A number has no quotes.',
    )
    remember = "put_item takes the whole item: its key, and whatever other attributes you like."

    @staticmethod
    def solution(table):
        table.put_item(Item={"person_id": "PERSON-3", "name": "Mei Tanaka", "started": 2021})

    def check(self, answer):
        with self.case("an empty table"):
            table = self.table("People", "person_id")
            run = self.run(answer, table)
            self._holds(table, [MEI])
            run.at_most(calls=1)
        with self.case("a table of another name, with one person in it"):
            amara = {"person_id": "PERSON-1", "name": "Amara Okafor", "started": Decimal(2019)}
            table = self.table("Staff", "person_id", items=[amara])
            self.run(answer, table)
            self._holds(table, [amara, MEI])

    def _holds(self, table, expected):
        found = self.items(table)
        keys = [item["person_id"] for item in found]
        if "PERSON-3" not in keys:
            strange = [key for key in keys if key not in [item["person_id"] for item in expected]]
            if strange:
                self.wrong(
                    f"The table holds no item with the key PERSON-3, but one with {written(strange[0])}."
                )
            self.wrong(
                "The table holds no item with the key PERSON-3. Does the function call put_item on `table`?"
            )
        self.holds(table, expected)

    mistakes = {
        "returns the item and writes nothing": (lambda table: dict(MEI), "no item with the key PERSON-3"),
        "misspells the key": (
            lambda table: table.put_item(Item={**MEI, "person_id": "PERSON-03"}),
            "no item with the key PERSON-3, but one with 'PERSON-03'",
        ),
        "writes the year as text": (
            lambda table: table.put_item(Item={**MEI, "started": "2021"}),
            "is text, not a number: '2021'",
        ),
        "forgets an attribute": (
            lambda table: table.put_item(Item={"person_id": "PERSON-3", "name": "Mei Tanaka"}),
            "has no 'started'",
        ),
        "types values as the client does": (
            lambda table: table.put_item(Item={"person_id": {"S": "PERSON-3"}, "name": {"S": "Mei Tanaka"}}),
            "A Table takes the plain value",
        ),
        "types what is not the key": (
            lambda table: table.put_item(Item={**MEI, "name": {"S": "Mei Tanaka"}}),
            "is in the client's form, {'S': 'Mei Tanaka'}",
        ),
        "writes to the table it knows": (
            lambda table: boto3.resource("dynamodb").Table("People").put_item(Item=MEI),
            "ResourceNotFoundException",
        ),
        "writes twice": (
            lambda table: [table.put_item(Item=MEI) for _ in range(2)],
            "takes 2 calls",
        ),
    }

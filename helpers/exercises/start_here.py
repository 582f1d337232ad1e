"""The exercise of the lesson Start here."""

from helpers.exercises.exercise import Exercise


class FirstItem(Exercise):
    """Put an item into the table: `person_id` is "PERSON-3" and `name` is "Lin". Return nothing."""

    hints = (
        "The lesson puts an item with the client. A Table has put_item too, and knows its own name.",
        'table.put_item(Item={…}) takes plain Python values: {"person_id": "PERSON-3", …}.',
    )
    remember = "put_item takes the whole item: its key and every other attribute."

    @staticmethod
    def solution(table):
        table.put_item(Item={"person_id": "PERSON-3", "name": "Lin"})

    def check(self, answer):
        with self.case("an empty table"):
            table = self.table("People", "person_id")
            run = self.run(answer, table)
            self.expect(self.items(table), [{"person_id": "PERSON-3", "name": "Lin"}], "what the table holds")
            run.at_most(calls=1)

    mistakes = {
        "returns the item and writes nothing": (
            lambda table: {"person_id": "PERSON-3", "name": "Lin"},
            "0 elements",
        ),
    }

"""The exercises of the lesson Core components."""

import re
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from helpers.exercises.comparing import written
from helpers.exercises.exercise import Exercise
from helpers.rules import item_size


class ValidItems(Exercise):
    """Which items does an empty table People accept? Answer with a list of letters, such as ["A", "C"]."""

    hints = (
        "Two rules decide: the key must be there with its declared type, and some values may not be empty.",
        "Outside the key, empty text and an empty list are fine. An empty set is not. Three items are accepted.",
    )
    remember = (
        "The key must be there, not empty, of its type. Everything else is free, but a set has a member."
    )
    solution = ["A", "B", "E"]

    # What the lesson lists, with the truth and the reason.
    candidates = {
        "A": ({"person_id": "PERSON-104"}, True, "the key alone is an item."),
        "B": (
            {"person_id": "PERSON-105", "name": "", "languages": []},
            True,
            "text and lists may be empty where they are not a key.",
        ),
        "C": (
            {"name": "Lin Chen", "role": "teller"},
            False,
            "it has no person_id, and an item without its key is none.",
        ),
        "D": (
            {"person_id": 106, "name": "Lin Chen"},
            False,
            "person_id is declared as text, and 106 is a number.",
        ),
        "E": (
            {"person_id": "PERSON-107", "address": {"city": None, "rooms": [1, "two", True]}},
            True,
            "maps and lists nest, and a list may mix types.",
        ),
        "F": ({"person_id": "PERSON-108", "languages": set()}, False, "a set must have a member."),
        "G": ({"person_id": "", "name": "Nobody"}, False, "a key may not be empty."),
    }

    def check(self, answer):
        self.choose(answer, {letter: (valid, why) for letter, (_, valid, why) in self.candidates.items()})

    mistakes = {
        "thinks every attribute is declared": (
            ["A"],
            "2 letters are missing. One of them: text and lists may be empty",
        ),
        "forgets that a key has a type": (["A", "B", "D", "E"], "106 is a number"),
        "lets a set be empty": (["A", "B", "E", "F"], "must have a member"),
        "lets the key be empty": (["A", "B", "E", "G"], "may not be empty"),
        "takes an item without its key": (["A", "B", "C", "E"], "no person_id"),
        "names what is not there": (["A", "Z"], "no option Z"),
        "writes the items": ([{"person_id": "PERSON-104"}], "no option"),
        "writes the letters as one text": ("abe", "a letter each: ['A', 'B', 'E']"),
        "gives a number": (42, "a letter each: ['A', 'B']"),
        "gives one letter": ("B", "a letter each: ['B']"),
    }


class TypedToPython(Exercise):
    """Take an item as the client gives it, and return it as Python values: numbers as Decimal, sets as sets."""

    hints = (
        "Every typed value is a dict of one entry: its letters, and its content. Lists and maps hold typed values again.",
        "boto3 has it: TypeDeserializer().deserialize turns one typed value, nested ones too, into a Python value.",
        "return {name: deserialize(value) for name, value in typed.items()}",
    )
    remember = "The wire has types and text; Python has values. boto3's TypeDeserializer goes one way, its TypeSerializer the other."

    @staticmethod
    def solution(typed):
        from boto3.dynamodb.types import TypeDeserializer

        deserialize = TypeDeserializer().deserialize
        return {name: deserialize(value) for name, value in typed.items()}

    cases = {
        "text and a number": {"product_id": {"S": "SAV-01"}, "balance": {"N": "1500.5"}},
        "numbers that no float holds": {"rate": {"N": "0.0125"}, "digits": {"N": "12345678901234567890.12"}},
        "true, false and null": {
            "fixed": {"BOOL": True},
            "closed": {"BOOL": False},
            "reason": {"NULL": True},
        },
        "sets and binary": {
            "tags": {"SS": ["online", "joint"]},
            "days": {"NS": ["1", "15"]},
            "seal": {"B": b"\x02"},
            "codes": {"BS": [b"\x01", b"\x02"]},
        },
        "values in values": {
            "terms": {"M": {"months": {"N": "48"}, "collateral": {"M": {"kind": {"S": "car"}}}}},
            "payments": {"L": [{"N": "215"}, {"L": [{"S": "late"}]}]},
        },
        "every type inside a list and a map": {
            "answers": {"L": [{"NULL": True}, {"BOOL": False}, {"B": b"\x02"}, {"SS": ["b", "a"]}]},
            "limits": {
                "M": {"days": {"NS": ["1", "15"]}, "codes": {"BS": [b"\x01"]}, "until": {"NULL": True}}
            },
        },
        "an attribute that is called S": {"S": {"S": "savings"}, "N": {"L": []}},
        "what is empty, zero or a blank": {
            "nickname": {"S": ""},
            "mark": {"S": " "},
            "seal": {"B": b""},
            "balance": {"N": "0"},
            "seat": {"L": []},
            "home": {"M": {}},
        },
    }

    def check(self, answer):
        deserialize = TypeDeserializer().deserialize
        for about, typed in self.cases.items():
            with self.case(about):
                run = self.run(answer, typed)
                self.expect(run, {name: deserialize(value) for name, value in typed.items()})
                for where, number in _numbers(run.value):
                    if isinstance(number, float):
                        self.wrong(
                            f"{where} is a float. A float cannot hold every number that DynamoDB holds: use Decimal."
                        )
                    if not isinstance(number, Decimal):
                        self.wrong(f"{where} is an int. Make every number a Decimal, whole ones too.")

    mistakes = {
        "keeps numbers as text": (
            lambda typed: {name: next(iter(value.values())) for name, value in typed.items()},
            "is text, not a number",
        ),
        "makes floats": (lambda typed: _by_hand(typed, float), "is a float"),
        "makes integers": (lambda typed: _by_hand(typed, int), "ValueError"),
        "reads NULL as True": (lambda typed: _by_hand(typed, Decimal, NULL=lambda _: True), "'reason'"),
        "makes whole numbers integers": (
            lambda typed: _by_hand(typed, lambda text: Decimal(text) if "." in text else int(text)),
            "is an int",
        ),
        "rounds to cents": (
            lambda typed: _by_hand(typed, lambda text: round(Decimal(text), 2)),
            "'rate' of the answer is Decimal('0.01'), not Decimal('0.0125')",
        ),
        "takes what is empty for nothing": (
            lambda typed: _by_hand(typed, Decimal, S=lambda text: text or None),
            "'nickname' of the answer is None",
        ),
        "strips text": (
            lambda typed: _by_hand(typed, Decimal, S=str.strip),
            "'mark' of the answer is '', not ' '",
        ),
        "makes a frozen set of integers": (
            lambda typed: _by_hand(typed, Decimal, NS=lambda parts: frozenset(map(int, parts))),
            "'days' is an int",
        ),
        "leaves a set of binary a list": (
            lambda typed: _by_hand(typed, Decimal, BS=list),
            "'codes' of the answer is a list, not a set",
        ),
        "forgets sets inside a list": (
            lambda typed: {name: _one_level_by_hand(value) for name, value in typed.items()},
            "every type inside a list and a map",
        ),
        "stops at the first level": (
            lambda typed: {
                name: Decimal(value["N"])
                if "N" in value
                else TypeDeserializer().deserialize(value)
                if not {"M", "L"} & set(value)
                else next(iter(value.values()))
                for name, value in typed.items()
            },
            "values in values",
        ),
        "returns nothing": (lambda typed: None, "return"),
    }


class ExactMoney(Exercise):
    """Add `amount`, a text, to the `balance` of the account, keep its other attributes, return the new balance."""

    hints = (
        "The balance comes back as a Decimal. Which type must the amount have, so that the sum is exact?",
        'Decimal("0.10") is exactly that. Decimal(0.10) and float("0.10") are not.',
        "Read the item, add Decimal(amount) to its balance, put the whole item back.",
    )
    remember = "Text to Decimal, Decimal to N, N to Decimal: no float on the way, and no cent is lost."

    @staticmethod
    def solution(table, account_id, amount):
        from decimal import Decimal

        item = table.get_item(Key={"account_id": account_id})["Item"]
        item["balance"] += Decimal(amount)
        table.put_item(Item=item)
        return item["balance"]

    # No two accounts have the same other attributes: an answer that names them keeps those of one.
    cases = (
        ("0.1 and 0.2", "ACC-7", "0.1", "0.2", {"owner": "CUST-1001"}),
        (
            "a withdrawal from another account",
            "ACC-21",
            "1500",
            "-20.30",
            {"owner": "CUST-1002", "branch": 4},
        ),
        ("a balance of 20 digits", "ACC-7", "123456789012345678.90", "0.05", {"nickname": "Sea"}),
        ("a tiny amount of interest", "ACC-7", "99.99", "0.0000000001", {}),
    )

    def check(self, answer):
        for about, account, balance, amount, others in self.cases:
            with self.case(about):
                before = {"account_id": account, "balance": Decimal(balance), **others}
                other = {"account_id": "ACC-8", "balance": Decimal(balance), "owner": "CUST-1003"}
                table = self.table("Accounts", "account_id", items=[before, other])
                run = self.run(answer, table, account, amount)
                after = {**before, "balance": Decimal(balance) + Decimal(amount)}
                self.holds(table, [after, other])
                if isinstance(run.value, float):
                    self.wrong("The answer is a float. Return the Decimal.")
                self.expect(run, after["balance"])
                run.never("Scan", "a Scan reads the whole table, and the key is known")
                run.at_most(calls=2)

    mistakes = {
        "adds floats": (
            lambda table, account_id, amount: _deposit(
                table, account_id, lambda b: Decimal(str(float(b) + float(amount)))
            ),
            "0.30000000000000004",
        ),
        "rounds floats": (
            lambda table, account_id, amount: _deposit(
                table, account_id, lambda b: Decimal(str(round(float(b) + float(amount), 2)))
            ),
            "20 digits",
        ),
        "stores a float": (
            lambda table, account_id, amount: _deposit(table, account_id, lambda b: float(b) + float(amount)),
            "Float types are not supported",
        ),
        "makes a Decimal of a float": (
            lambda table, account_id, amount: _deposit(
                table, account_id, lambda b: b + Decimal(float(amount))
            ),
            "0.3000000000000000111",
        ),
        "knows the account": (
            lambda table, account_id, amount: _deposit(table, "ACC-7", lambda b: b + Decimal(amount)),
            "another account",
        ),
        "searches for the account": (
            lambda table, account_id, amount: _deposit(
                table,
                next(item for item in table.scan()["Items"] if item["account_id"] == account_id)[
                    "account_id"
                ],
                lambda b: b + Decimal(amount),
            ),
            "reads the whole table",
        ),
        "reads it back": (
            lambda table, account_id, amount: [
                _deposit(table, account_id, lambda b: b + Decimal(amount)),
                table.get_item(Key={"account_id": account_id})["Item"]["balance"],
            ][1],
            "takes 3 calls. 2 calls would do",
        ),
        "does not write it back": (
            lambda table, account_id, amount: (
                table.get_item(Key={"account_id": account_id})["Item"]["balance"] + Decimal(amount)
            ),
            "'balance'",
        ),
        "puts only what changed": (
            lambda table, account_id, amount: table.put_item(
                Item={
                    "account_id": account_id,
                    "balance": table.get_item(Key={"account_id": account_id})["Item"]["balance"]
                    + Decimal(amount),
                }
            ),
            "has no 'owner'",
        ),
        "puts the attributes that the first case has": (
            lambda table, account_id, amount: _putting_what_it_knows(table, account_id, Decimal(amount)),
            "has no 'branch'",
        ),
        "returns a float": (
            lambda table, account_id, amount: float(
                _deposit(table, account_id, lambda b: b + Decimal(amount))
            ),
            "The answer is a float. Return the Decimal",
        ),
        "returns the answer of put_item": (
            lambda table, account_id, amount: [
                _deposit(table, account_id, lambda b: b + Decimal(amount)),
                {},
            ][1],
            "a dict, not a number",
        ),
    }


class ReadOrDefault(Exercise):
    """Return the item with this key, or `default` where there is none. Errors must still be raised."""

    hints = (
        'A miss is not an error: it is a response without "Item".',
        "A dict has a method that takes a key and what to return instead.",
        'response.get("Item", default)',
    )
    remember = "A missing item is an ordinary answer. Only what goes wrong is raised."

    @staticmethod
    def solution(table, customer_id, product_id, default):
        response = table.get_item(Key={"customer_id": customer_id, "product_id": product_id})
        return response.get("Item", default)

    def check(self, answer):
        for about, key, default in (
            ("an item that is there", ("CUST-1001", "SAV-01"), {"balance": 0, "note": "no such product"}),
            ("a product that the customer does not have", ("CUST-1001", "MORT-01"), None),
            ("a customer who does not exist, and another default", ("CUST-9999", "SAV-01"), {"balance": 0}),
        ):
            with self.case(about):
                table = self.load("customer_products")
                before = self.items(table)
                found = {(item["customer_id"], item["product_id"]): item for item in before}
                run = self.run(answer, table, *key, default)
                if key in found and run.value == default:
                    self.wrong(
                        'The item is there, and the answer is `default`. Does the call name the key, and the code "Item"?'
                    )
                if key not in found and run.value is None and default is not None:
                    self.wrong(f"The item is not there, and `default` is {default}. The answer is None.")
                self.expect(run, found.get(key, default))
                if self.items(table) != before:
                    self.wrong("It changes the table. A read leaves it as it is.")
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=1)
        with self.case("a table of another name"):
            item = {"customer_id": "CUST-1001", "product_id": "SAV-01", "balance": 5}
            table = self.table("ProductsOfGhent", "customer_id", "product_id", items=[item])
            self.expect(self.run(answer, table, "CUST-1001", "SAV-01", None), item)
        for about, customer, name in (
            ("a table that does not exist", "CUST-1001", "CustomerProduct"),
            ("a customer_id that is a number", 1001, "CustomerProducts"),
        ):
            with self.case(about):
                self.load("customer_products")
                table = boto3.resource("dynamodb").Table(name)
                run = self.run(answer, table, customer, "SAV-01", None, raises=ClientError)
                if run.error is None and any(call.error for call in run.calls):
                    self.wrong(f"It hides an error: {about}, and the caller is not told.")

    mistakes = {
        "expects an item every time": (
            lambda table, customer_id, product_id, default: table.get_item(
                Key={"customer_id": customer_id, "product_id": product_id}
            )["Item"],
            "KeyError: 'Item'",
        ),
        "ignores the default": (
            lambda table, customer_id, product_id, default: table.get_item(
                Key={"customer_id": customer_id, "product_id": product_id}
            ).get("Item"),
            "`default` is {'balance': 0}. The answer is None",
        ),
        "prefers the default": (
            lambda table, customer_id, product_id, default: (
                default
                or table.get_item(Key={"customer_id": customer_id, "product_id": product_id}).get("Item")
            ),
            "The item is there, and the answer is `default`",
        ),
        "fills the item up from the default": (
            lambda table, customer_id, product_id, default: _mixing(
                table, {"customer_id": customer_id, "product_id": product_id}, default
            ),
            "'note', which does not belong there",
        ),
        "misspells Item": (
            lambda table, customer_id, product_id, default: table.get_item(
                Key={"customer_id": customer_id, "product_id": product_id}
            ).get("item", default),
            "The item is there, and the answer is `default`",
        ),
        "returns nothing": (
            lambda table, customer_id, product_id, default: [
                table.get_item(Key={"customer_id": customer_id, "product_id": product_id}),
                None,
            ][1],
            "Is a return missing?",
        ),
        "stores the default": (
            lambda table, customer_id, product_id, default: _storing(
                table, {"customer_id": customer_id, "product_id": product_id}, default
            ),
            "It changes the table",
        ),
        "returns the response": (
            lambda table, customer_id, product_id, default: table.get_item(
                Key={"customer_id": customer_id, "product_id": product_id}
            ),
            "the whole response of the call",
        ),
        "catches everything": (
            lambda table, customer_id, product_id, default: _catching_everything(
                table, {"customer_id": customer_id, "product_id": product_id}, default
            ),
            "hides an error",
        ),
        "takes a wrong key for a missing item": (
            lambda table, customer_id, product_id, default: _catching_refusals(
                table, {"customer_id": customer_id, "product_id": product_id}, default
            ),
            "hides an error: a customer_id that is a number",
        ),
        "reads the table it knows": (
            lambda table, customer_id, product_id, default: (
                boto3.resource("dynamodb")
                .Table("CustomerProducts")
                .get_item(Key={"customer_id": customer_id, "product_id": product_id})
                .get("Item", default)
            ),
            "a table of another name",
        ),
        "asks twice": (
            lambda table, customer_id, product_id, default: _asking_twice(
                table, {"customer_id": customer_id, "product_id": product_id}, default
            ),
            "takes 2 calls",
        ),
        "searches the table": (
            lambda table, customer_id, product_id, default: next(
                (
                    item
                    for item in table.scan()["Items"]
                    if (item["customer_id"], item["product_id"]) == (customer_id, product_id)
                ),
                default,
            ),
            "reads the whole table",
        ),
        "forgets the sort key": (
            lambda table, customer_id, product_id, default: table.get_item(
                Key={"customer_id": customer_id}
            ).get("Item", default),
            "ValidationException",
        ),
    }


class ReplaceOrUpdate(Exercise):
    """After the four calls above, what is the item? Answer with a dict of all its attributes, the key included."""

    hints = (
        "Go call by call. put_item writes the whole item; update_item changes only what it names.",
        "The third call is a put_item. What is left of the attributes that it does not name?",
    )
    remember = "PutItem replaces the whole item. UpdateItem changes what it names and keeps the rest."
    solution = {"customer_id": "CUST-1006", "product_id": "SAV-01", "rate": 2, "nickname": "Snow"}

    @staticmethod
    def calls(table):
        key = {"customer_id": "CUST-1006", "product_id": "SAV-01"}
        table.put_item(Item={**key, "balance": 100, "nickname": "Sea"})
        table.update_item(Key=key, UpdateExpression="SET balance = :b", ExpressionAttributeValues={":b": 200})
        table.put_item(Item={**key, "rate": 2})
        table.update_item(
            Key=key, UpdateExpression="SET nickname = :n", ExpressionAttributeValues={":n": "Snow"}
        )

    def check(self, answer):
        with self.case():
            table = self.table("CustomerProducts", "customer_id", "product_id")
            self.calls(table)
            (item,) = self.items(table)
        self.predict(
            answer,
            item,
            why={
                "balance": "The second put_item replaced the whole item, and named no balance.",
                "nickname": "The last call sets it again.",
                "rate": "The second put_item wrote it, and update_item keeps what it does not name.",
                "customer_id": "The key is part of the item.",
                "product_id": "The key is part of the item.",
            },
        )

    mistakes = {
        "thinks that put_item merges": (
            {
                "customer_id": "CUST-1006",
                "product_id": "SAV-01",
                "balance": 200,
                "rate": 2,
                "nickname": "Snow",
            },
            "replaced the whole item",
        ),
        "thinks that update_item replaces": (
            {"customer_id": "CUST-1006", "product_id": "SAV-01", "nickname": "Snow"},
            "'rate' is missing",
        ),
        "keeps the first nickname": (
            {"customer_id": "CUST-1006", "product_id": "SAV-01", "rate": 2, "nickname": "Sea"},
            "not 'Sea'",
        ),
        "leaves out the key": ({"rate": 2, "nickname": "Snow"}, "part of the item"),
        "answers with names": (["rate", "nickname"], "a dict"),
        "writes the number as text": (
            {"customer_id": "CUST-1006", "product_id": "SAV-01", "rate": "2", "nickname": "Snow"},
            "'rate' is text, not a number: '2'",
        ),
        "writes what the client shows": (
            {
                "customer_id": {"S": "CUST-1006"},
                "product_id": {"S": "SAV-01"},
                "rate": {"N": "2"},
                "nickname": {"S": "Snow"},
            },
            "'customer_id' is in the client's form",
        ),
    }


class ShrinkItem(Exercise):
    """Return the item in at most 60 % of its bytes, and a dict from each new name to the name it had. Lose no fact."""

    hints = (
        "Names are stored with every item. Which names are long, and which may not change?",
        "Text that holds a number is smaller as a number. The keys account_id and entry_id keep their names.",
        'Begin with names = {"amt": "transaction_amount_in_euros", …} and build the item from it.',
    )
    remember = "Attribute names are part of every item's size, and so of what each read and write costs."

    @staticmethod
    def solution(item):
        from decimal import Decimal

        names = {
            "amt": "transaction_amount_in_euros",
            "to": "counterparty_account_number",
            "note": "free_text_for_the_statement",
        }
        small = {"account_id": item["account_id"], "entry_id": item["entry_id"]}
        for new, old in names.items():
            small[new] = item[old]
        small["amt"] = Decimal(small["amt"])
        return small, names

    entries = (
        {
            "account_id": "ACC-7",
            "entry_id": "2026-03-01#0007",
            "transaction_amount_in_euros": "1250.00",
            "counterparty_account_number": "BE71096123456769",
            "free_text_for_the_statement": "Rent",
        },
        {
            "account_id": "ACC-9",
            "entry_id": "2026-03-02#0001",
            "transaction_amount_in_euros": "-0.05",
            "counterparty_account_number": "DE89370400440532013000",
            "free_text_for_the_statement": "Fee for paper",
        },
        {
            "account_id": "ACC-9",
            "entry_id": "2026-03-02#0002",
            "transaction_amount_in_euros": "98765432109876.54",
            "counterparty_account_number": "007",
            "free_text_for_the_statement": "",
        },
        {
            "account_id": "ACC-7",
            "entry_id": "2026-03-04#0001",
            "transaction_amount_in_euros": "19.90",
            "counterparty_account_number": "FR7630006000011234567890189",
            "free_text_for_the_statement": "  two blanks, they count ",
        },
    )

    def check(self, answer):
        for item in self.entries:
            with self.case(item["free_text_for_the_statement"] or "no text for the statement"):
                small, names = self._pair(self.run(answer, item), item)
                self._no_fact_is_lost(item, small, names)
                table = self.table("Entries", "account_id", "entry_id", items=[small])
                self.holds(table, [small])
                before, after = item_size(item), item_size(small)
                enough = before * 60 // 100
                if after > enough:
                    self.wasteful(
                        f"No fact is lost, but the item takes {after} of its {before} bytes. {enough} would do."
                    )

    def _pair(self, run, item):
        pair = run.value
        if not (
            isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(each, dict) for each in pair)
        ):
            self.wrong("Return two dicts: return small, names")
        small, names = pair
        if "account_id" in names and "account_id" not in small:
            self.wrong("The item comes first, then the names: return small, names")
        if not all(isinstance(old, str) for old in names.values()):
            self.wrong("`names` has one name, a text, for each new name.")
        if set(names) & set(item) - set(small):
            self.wrong("`names` goes from the new name to the old one. Yours goes from old to new.")
        return pair

    def _no_fact_is_lost(self, item, small, names):
        for key in ("account_id", "entry_id"):
            if key not in small:
                self.wrong(f"{key} is part of the key, and keeps its name.")
            self.expect(small[key], item[key], key)
        restored = {names.get(name, name): value for name, value in small.items()}
        for name, value in item.items():
            if name not in restored:
                self.wrong(f"{name} is lost: no attribute of the new item stands for it.")
            if isinstance(restored[name], float):
                self.wrong(f"{name} is a float, which a table does not take. Decimal keeps every digit.")
            if name == "transaction_amount_in_euros":
                self.expect(_number(restored[name]), Decimal(value), name)
            else:
                self.expect(restored[name], value, name)
        for new in names:
            if new not in small:
                self.wrong(f"`names` has {written(new)}, and the new item has no attribute of that name.")

    mistakes = {
        "keeps the long names": (
            lambda item: (
                {**item, "transaction_amount_in_euros": Decimal(item["transaction_amount_in_euros"])},
                {},
            ),
            "would do",
        ),
        "drops the note": (lambda item: _shrunk(item, without="free_text_for_the_statement"), "is lost"),
        "renames a key": (
            lambda item: (
                {"a": item["account_id"], **{k: v for k, v in _shrunk(item)[0].items() if k != "account_id"}},
                {**_shrunk(item)[1], "a": "account_id"},
            ),
            "account_id is part of the key, and keeps its name",
        ),
        "makes a number of the account number": (
            lambda item: (
                {**_shrunk(item)[0], "b": Decimal(re.sub(r"\D", "", item["counterparty_account_number"]))},
                _shrunk(item)[1],
            ),
            "counterparty_account_number is a number, not text",
        ),
        "makes a float of the amount": (
            lambda item: (
                {**_shrunk(item)[0], "a": float(item["transaction_amount_in_euros"])},
                _shrunk(item)[1],
            ),
            "float",
        ),
        "rounds to euros": (
            lambda item: (
                {**_shrunk(item)[0], "a": int(Decimal(item["transaction_amount_in_euros"]))},
                _shrunk(item)[1],
            ),
            "transaction_amount_in_euros",
        ),
        "returns one dict": (lambda item: _shrunk(item)[0], "two dicts"),
        "returns the names first": (lambda item: _shrunk(item)[::-1], "The item comes first"),
        "names them from old to new": (
            lambda item: (_shrunk(item)[0], {old: new for new, old in _shrunk(item)[1].items()}),
            "Yours goes from old to new",
        ),
        "keeps three values under one name": (
            lambda item: _joined(item),
            "`names` has one name, a text, for each new name",
        ),
        "names what is not there": (
            lambda item: (_shrunk(item)[0], {**_shrunk(item)[1], "d": "entry_id"}),
            "`names` has 'd'",
        ),
        "strips the note": (
            lambda item: (
                {**_shrunk(item)[0], "c": item["free_text_for_the_statement"].strip()},
                _shrunk(item)[1],
            ),
            "'two blanks, they count', not '  two blanks",
        ),
    }


class FitsDynamodb(Exercise):
    """Which of these does DynamoDB fit? Answer with a list of letters."""

    hints = (
        "Ask two things of each: are its questions known beforehand, and does it ask for few items at a time?",
        "Joins of anything with anything, sums over years and large files belong elsewhere. Three of the six fit.",
    )
    remember = "Known questions, few items each, at any scale: that is DynamoDB's ground."
    solution = ["A", "C", "E"]

    options = {
        "A": (True, "one cart is one key, and it stays as fast with millions of carts."),
        "B": (
            False,
            "joining any table with any other, by any column, is what a relational database is for.",
        ),
        "C": (True, "one key for each session, written and read all day."),
        "D": (False, "sums over years of data read everything: export it and use an analytics service."),
        "E": (True, "the question is known, and DynamoDB grows with the load."),
        "F": (False, "an item ends at 400 KB: keep the file in Amazon S3 and its address in an item."),
    }

    def check(self, answer):
        self.choose(answer, self.options)

    mistakes = {
        "takes reports for look-ups": (["A", "B", "C", "E"], "relational database"),
        "takes analysts for users": (["A", "C", "D", "E"], "analytics"),
        "stores the file itself": (["A", "C", "E", "F"], "400 KB"),
        "fears the growth": (["A", "C"], "grows with the load"),
    }


def _numbers(value: Any, where: str = "the answer"):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _numbers(part, repr(name))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _numbers(part, where)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield where, value


def _number(value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value


# ---- parts of the mistakes


def _by_hand(typed, number, **own):
    def one(value):
        ((kind, content),) = value.items()
        readers = {
            "N": number,
            "NULL": lambda _: None,
            "L": lambda parts: [one(part) for part in parts],
            "M": lambda parts: {name: one(part) for name, part in parts.items()},
            "SS": set,
            "NS": lambda parts: {number(part) for part in parts},
            "BS": set,
        }
        return (readers | own).get(kind, lambda same: same)(content)

    return {name: one(value) for name, value in typed.items()}


def _one_level_by_hand(value):
    """Sets, NULL and the rest at the top; inside lists and maps only text, numbers, lists and maps."""
    ((kind, content),) = value.items()
    if kind not in ("L", "M"):
        return TypeDeserializer().deserialize(value)
    inside = {kind: lambda same: same for kind in ("NULL", "SS", "NS", "BS")}
    return _by_hand({"it": value}, Decimal, **inside)["it"]


def _deposit(table, account_id, new_balance):
    item = table.get_item(Key={"account_id": account_id})["Item"]
    item["balance"] = new_balance(item["balance"])
    table.put_item(Item=item)
    return item["balance"]


def _putting_what_it_knows(table, account_id, amount):
    item = table.get_item(Key={"account_id": account_id})["Item"]
    balance = item["balance"] + amount
    table.put_item(Item={"account_id": account_id, "balance": balance, "owner": item.get("owner")})
    return balance


def _catching_everything(table, key, default):
    try:
        return table.get_item(Key=key)["Item"]
    except Exception:
        return default


def _catching_refusals(table, key, default):
    try:
        return table.get_item(Key=key).get("Item", default)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationException":
            return default
        raise


def _mixing(table, key, default):
    response = table.get_item(Key=key)
    return {**(default or {}), **response["Item"]} if "Item" in response else default


def _storing(table, key, default):
    item = table.get_item(Key=key).get("Item")
    if item is None:
        table.put_item(Item={**key, **(default or {})})
        return default
    return item


def _asking_twice(table, key, default):
    there = "Item" in table.get_item(Key=key)
    return table.get_item(Key=key)["Item"] if there else default


def _shrunk(item, without=None):
    names = {
        "a": "transaction_amount_in_euros",
        "b": "counterparty_account_number",
        "c": "free_text_for_the_statement",
    }
    small = {"account_id": item["account_id"], "entry_id": item["entry_id"]}
    small |= {new: item[old] for new, old in names.items() if old != without}
    small["a"] = Decimal(small["a"])
    return small, names


def _joined(item):
    olds = [name for name in item if name not in ("account_id", "entry_id")]
    small = {"account_id": item["account_id"], "entry_id": item["entry_id"]}
    return {**small, "d": [item[old] for old in olds]}, {"d": olds}

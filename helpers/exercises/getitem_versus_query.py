"""The exercises of the lesson GetItem versus Query."""

import base64
import json
import pickle
import re
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from boto3.dynamodb.conditions import Attr, Key

from helpers.engines import wiring
from helpers.exercises.another_program import forgetful
from helpers.exercises.comparing import difference
from helpers.exercises.exercise import Exercise
from helpers.exercises.measuring import Run
from helpers.exercises.sleeping import sleeps_take_no_time
from helpers.rules import item_size, query_units

KB = 1024


def _flights(airport_day: str, times: list[str], padding: int = 0) -> list[dict]:
    """Made-up flights of one airport on one day, one at each time; `padding`: bytes that come on top of each."""
    return [
        {
            "airport_day": airport_day,
            "time_flight": f"{at} XY-{100 + number}",
            "sched_dep_time": at,
            "carrier": "XY",
            "flight": f"{100 + number}",
            "tailnum": f"N{number % 7}XY",
            "departure": f"{airport_day[-10:]}T{at}",
            "dest": ["BOS", "ORD", "MIA", "SFO"][number % 4],
            "dep_delay": Decimal(number * 7 % 50),
            "cancelled": "no" if number % 9 else "yes",
            "padding": "." * padding,
        }
        for number, at in enumerate(times)
    ]


def _every(minutes: int, first: int = 6, last: int = 22) -> list[str]:
    return [f"{at // 60:02}:{at % 60:02}" for at in range(first * 60, last * 60, minutes)]


def _expect(
    exercise: Exercise, got, expected: list[dict], what: str = "the answer", any_order: bool = False
) -> None:
    """Like `expect` for items, but a verdict that shows them leaves out what only makes them large."""
    for shown in (_without_padding, lambda items: items):
        exercise.expect(shown(got), shown(expected), what, any_order)


def _without_padding(value):
    if isinstance(value, list):
        return [_without_padding(part) for part in value]
    if isinstance(value, dict):
        return {name: _without_padding(part) for name, part in value.items() if name != "padding"}
    return value


def _lean(run: Run, calls: int, read_units: float | None = None) -> None:
    """Wasteful: a Scan, a strongly consistent read, or more than that. No question here needs the newest state."""
    run.never("Scan", "a Scan reads the whole table")
    asked = [
        part
        for call in run.calls
        for part in (call.parameters, *call.parameters.get("RequestItems", {}).values())
    ]
    if any(part.get("ConsistentRead") for part in asked):
        run.exercise.wasteful(
            "The answer is right, but it is read with ConsistentRead=True, which costs twice as much. "
            "Nobody decides by this answer, so it may be a moment old."
        )
    run.at_most(
        calls=calls,
        read_units=read_units,
        because="What is read is paid for, also where it is cut off afterwards.",
    )


class PredictUnits(Exercise):
    """A table holds item collections of ten items; each item is 6 KB. Predict the read units of five calls.

    get: GetItem of one item.
    strong_get: the same with ConsistentRead=True.
    missing: GetItem of a key that nobody has.
    filtered_query: Query of one collection, with a filter that lets one item pass.
    batch: BatchGetItem of all ten items.
    """

    hints = (
        "Sizes are rounded up to steps of 4 KB. A step costs 0.5 units, or 1 if the read is strongly consistent.",
        "6 KB are two steps. What is rounded: each item, or the sum? Query and BatchGetItem differ in that.",
        "The Query reads 60 KB, whatever the filter does: 15 steps. The batch reads ten times two steps.",
    )
    remember = "GetItem and BatchGetItem round each item up; a Query adds first and rounds once. A filter changes nothing."
    solution = {"get": 1, "strong_get": 2, "missing": 0.5, "filtered_query": 7.5, "batch": 10}

    _why = {
        "get": "6 KB are rounded up to 8 KB: two steps of 4 KB, and a step of a plain read is half a unit.",
        "strong_get": "A strongly consistent read costs twice as much as an eventually consistent one.",
        "missing": "Looking costs too: a read that finds nothing is charged one step.",
        "filtered_query": "The ten items are read and paid for before the filter looks at them. Their sizes are "
        "added up first, and the sum is rounded once.",
        "batch": "A batch saves round trips, not units: each item is rounded up by itself.",
    }

    def check(self, answer):
        if not isinstance(answer, dict) or answer.keys() != self._why.keys():
            self.wrong(f"The answer is a dict with a number for each of {', '.join(self._why)}.")
        with self.case():
            units = self._measured()
        for call, why in self._why.items():
            if isinstance(answer[call], bool) or not isinstance(answer[call], int | float | Decimal):
                self.wrong(difference(answer[call], units[call], repr(call)))
            if answer[call] != units[call]:
                self.wrong(f"The answer for {call} is not {answer[call]}. {why}")

    def _measured(self) -> dict[str, float]:
        """What the five calls cost on a table as described."""
        bare = [{"pk": "C-1", "sk": f"{number:02}", "n": number, "body": ""} for number in range(10)]
        items = [{**item, "body": "." * (6 * KB - item_size(item))} for item in bare]
        table = self.table("Predicted", "pk", "sk", items=items)
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in items]
        ask = {"ReturnConsumedCapacity": "TOTAL"}
        filtered = {"KeyConditionExpression": Key("pk").eq("C-1"), "FilterExpression": Attr("n").eq(3)}
        answers = {
            "get": table.get_item(Key=keys[0], **ask),
            "strong_get": table.get_item(Key=keys[0], ConsistentRead=True, **ask),
            "missing": table.get_item(Key={"pk": "nobody", "sk": "00"}, **ask),
            "filtered_query": table.query(**filtered, **ask),
            "batch": table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": keys}}, **ask),
        }
        consumed = {call: answer["ConsumedCapacity"] for call, answer in answers.items()}
        return {
            call: (one[0] if isinstance(one, list) else one)["CapacityUnits"]
            for call, one in consumed.items()
        }

    mistakes = {
        "does not round up": ({**solution, "get": 0.75}, "two steps of 4 KB"),
        "forgets what consistency costs": ({**solution, "strong_get": 1}, "twice as much"),
        "takes a miss to be free": ({**solution, "missing": 0}, "Looking costs too"),
        "takes the filter to be free": ({**solution, "filtered_query": 1}, "before the filter"),
        "rounds each item of a query": ({**solution, "filtered_query": 10}, "rounded once"),
        "rounds a batch once": ({**solution, "batch": 7.5}, "not units"),
        "leaves one out": ({"get": 1}, "a number for each of"),
        "writes a number as text": ({**solution, "get": "1"}, "'get' is text, not a number"),
    }


class OneCustomer(Exercise):
    """Return all products of one customer, as a list of items in the order of product_id."""

    hints = (
        "The products of a customer share a partition key. Which call reads one item collection and nothing else?",
        'table.query(KeyConditionExpression=Key("customer_id").eq(...)). The items are under "Items".',
    )
    remember = "A Query reads one item collection. How many other customers there are does not matter."

    @staticmethod
    def solution(table, customer_id):
        return table.query(KeyConditionExpression=Key("customer_id").eq(customer_id))["Items"]

    def check(self, answer):
        for about, customer in (
            ("a customer of the bank", "CUST-1001"),
            ("a customer whose number is the beginning of another's", "CUST-10"),
            ("nobody's number", "CUST-9999"),
        ):
            with self.case(about):
                table = self.load("customer_products")
                self.fill(table, self._more)
                run = self.run(answer, table, customer)
                self._of_nobody_else(run.value, customer)
                mine = [item for item in self.items(table) if item["customer_id"] == customer]
                _expect(self, run.value, mine)
                _lean(run, calls=1, read_units=0.5)

    def _of_nobody_else(self, value, customer: str) -> None:
        items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        others = sorted({str(item["customer_id"]) for item in items if "customer_id" in item} - {customer})
        if others:
            self.wrong(f"It returns products of {', '.join(others[:3])}; asked for were those of {customer}.")

    _more = [
        {"customer_id": "CUST-10", "product_id": f"{kind}-{number:02}", "balance": Decimal(50)}
        for kind in ("CARD", "CHK", "SAV") for number in range(1, 9)
    ] + [
        {"customer_id": f"CUST-2{number:03}", "product_id": "CHK-01", "padding": "." * KB} for number in range(30)
    ]  # fmt: skip

    mistakes = {
        "scans and filters": (
            lambda table, customer_id: table.scan(FilterExpression=Attr("customer_id").eq(customer_id))["Items"],
            "reads the whole table",
        ),
        "asks for the beginning of the number": (
            lambda table, customer_id: table.scan(FilterExpression=Attr("customer_id").begins_with(customer_id))["Items"],
            "asked for were those of CUST-10.",
        ),
        "asks for one customer, whoever is asked for": (
            lambda table, customer_id: table.query(KeyConditionExpression=Key("customer_id").eq("CUST-1001"))["Items"],
            "It returns products of CUST-1001",
        ),
        "wants three products, however many there are": (
            lambda table, customer_id: table.query(
                KeyConditionExpression=Key("customer_id").eq(customer_id), Limit=3
            )["Items"],
            "3 elements, not 24",
        ),
        "pays for the newest state": (
            lambda table, customer_id: table.query(
                KeyConditionExpression=Key("customer_id").eq(customer_id), ConsistentRead=True
            )["Items"],
            ("costs twice as much", "a moment old"),
        ),
        "returns the whole response": (
            lambda table, customer_id: table.query(KeyConditionExpression=Key("customer_id").eq(customer_id)),
            "list",
        ),
        "gets one product": (
            lambda table, customer_id: table.get_item(Key={"customer_id": customer_id, "product_id": "SAV-01"}),
            "list",
        ),
    }  # fmt: skip


class NewestFirst(Exercise):
    """Return the latest transactions of an account, as many as `count`, newest first. Keys: account_id, made_at."""

    hints = (
        "Items come in the order of the sort key, oldest first. A Query can also walk backwards.",
        "ScanIndexForward=False turns the order round, and Limit says when to stop.",
    )
    remember = "Walk backwards and stop early: what is not read is not paid for."

    @staticmethod
    def solution(table, account_id, count):
        page = table.query(
            KeyConditionExpression=Key("account_id").eq(account_id),
            ScanIndexForward=False,
            Limit=count,
        )
        return page["Items"]

    def check(self, answer):
        for about, account, count in (
            ("an account with 40 transactions", "ACC-1", 3),
            ("more of the same account", "ACC-1", 7),
            ("fewer transactions than asked for", "ACC-2", 5),
            ("an account without any", "ACC-3", 2),
        ):
            with self.case(about):
                table = self.table("Transactions", "account_id", "made_at", items=self._transactions)
                run = self.run(answer, table, account, count)
                mine = [item for item in self.items(table) if item["account_id"] == account]
                expected = mine[::-1][:count]
                _expect(self, run.value, expected)
                _lean(run, calls=1, read_units=query_units(sum(map(item_size, expected))))

    _transactions = [
        {
            "account_id": account,
            "made_at": f"2025-{1 + number % 12:02}-{1 + number // 2:02}T09:00:00Z",
            "amount": Decimal(number * 13 % 90),
            "padding": "." * KB,
        }
        for account, count in (("ACC-1", 40), ("ACC-2", 2))
        for number in range(count)
    ]

    mistakes = {
        "the oldest first": (
            lambda table, account_id, count: table.query(
                KeyConditionExpression=Key("account_id").eq(account_id), Limit=count
            )["Items"],
            "made_at",
        ),
        "turns the oldest round": (
            lambda table, account_id, count: table.query(
                KeyConditionExpression=Key("account_id").eq(account_id), Limit=count
            )["Items"][::-1],
            "made_at",
        ),
        "asks for three, however many are wanted": (
            lambda table, account_id, count: table.query(
                KeyConditionExpression=Key("account_id").eq(account_id), ScanIndexForward=False, Limit=3
            )["Items"],
            "3 elements, not 7",
        ),
        "reads them all and sorts": (
            lambda table, account_id, count: sorted(
                table.query(KeyConditionExpression=Key("account_id").eq(account_id))["Items"],
                key=lambda item: item["made_at"],
                reverse=True,
            )[:count],
            "read units",
        ),
        "takes MaxItems for Limit": (
            lambda table, account_id, count: (
                table.meta.client.get_paginator("query")
                .paginate(
                    TableName=table.name,
                    KeyConditionExpression=Key("account_id").eq(account_id),
                    ScanIndexForward=False,
                    PaginationConfig={"MaxItems": count},
                )
                .build_full_result()["Items"]
            ),
            "cut off afterwards",
        ),
    }


class FilterIsNotFree(Exercise):
    """Return the departures of one hour, such as "17". The same items as slow_departures, without its bill."""

    hints = (
        "A filter throws away what was read already. What decides what is read?",
        'The sort key begins with the time: "17:30 B6-23". A key condition may use begins_with or between.',
    )
    remember = "What the key condition selects is read; what the filter drops was paid for."

    @staticmethod
    def solution(table, airport_day, hour):
        page = table.query(
            KeyConditionExpression=Key("airport_day").eq(airport_day)
            & Key("time_flight").begins_with(f"{hour}:")
        )
        return page["Items"]

    def check(self, answer):
        times = sorted([*_every(20), "17:00", "17:59", "18:00", "16:59"])
        items = _flights("JFK#2013-07-10", times, 400) + _flights("LGA#2013-07-10", times, 400)
        for about, airport, hour in (
            ("an hour with a flight in its last minute", "JFK", "17"),
            ("an early hour", "LGA", "06"),
            ("an hour without a flight", "JFK", "03"),
        ):
            with self.case(about):
                table = self.table("Flights", "airport_day", "time_flight", items=items)
                day = f"{airport}#2013-07-10"
                run = self.run(answer, table, day, hour)
                expected = [
                    item
                    for item in self.items(table)
                    if item["airport_day"] == day and item["time_flight"].startswith(f"{hour}:")
                ]
                _expect(self, run.value, expected)
                _lean(run, calls=1, read_units=query_units(sum(map(item_size, expected))))

    mistakes = {
        "keeps the filter": (
            lambda table, airport_day, hour: table.query(
                KeyConditionExpression=Key("airport_day").eq(airport_day),
                FilterExpression=Attr("departure").contains(f"T{hour}:"),
            )["Items"],
            "read units",
        ),
        "filters by another attribute": (
            lambda table, airport_day, hour: table.query(
                KeyConditionExpression=Key("airport_day").eq(airport_day),
                FilterExpression=Attr("sched_dep_time").begins_with(hour),
            )["Items"],
            "read units",
        ),
        "filters in Python": (
            lambda table, airport_day, hour: [
                item
                for item in table.query(KeyConditionExpression=Key("airport_day").eq(airport_day))["Items"]
                if item["time_flight"].startswith(f"{hour}:")
            ],
            "read units",
        ),
        "misses the last minute": (
            lambda table, airport_day, hour: table.query(
                KeyConditionExpression=Key("airport_day").eq(airport_day)
                & Key("time_flight").between(f"{hour}:00", f"{hour}:59")
            )["Items"],
            "4 elements, not 5",
        ),
        "scans": (
            lambda table, airport_day, hour: table.scan(
                FilterExpression=Attr("airport_day").eq(airport_day)
                & Attr("time_flight").begins_with(f"{hour}:")
            )["Items"],
            "reads the whole table",
        ),
    }


class AllPages(Exercise):
    """Return every disputed transaction of an account (disputed is True), oldest first, however many pages it takes."""

    hints = (
        "A page ends at 1 MB read, before the filter. When is there another page?",
        "As long as the page has a LastEvaluatedKey, ask again with it as ExclusiveStartKey, even after an empty page.",
        'A paginator does that: table.meta.client.get_paginator("query").paginate(TableName=table.name, ...).',
    )
    remember = "Only a page without LastEvaluatedKey is the last one. An empty page is just a page."

    @staticmethod
    def solution(table, account_id):
        request = {
            "KeyConditionExpression": Key("account_id").eq(account_id),
            "FilterExpression": Attr("disputed").eq(True),
        }
        found = []
        while True:
            page = table.query(**request)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def check(self, answer):
        for about, disputed in (
            ("a dispute on each page", {1, 13, 25}),
            ("no dispute on the first page, one on the last", {27}),
            ("disputes on the first page alone", {0, 2}),
            ("no dispute at all", set()),
        ):
            with self.case(about):
                table = self.table(
                    "Transactions", "account_id", "made_at", items=self._transactions(disputed)
                )
                run = self.run(answer, table, "ACC-1")
                expected = [
                    item
                    for item in self.items(table)
                    if item.get("disputed") is True and item["account_id"] == "ACC-1"
                ]
                if (
                    run.value != expected
                    and run.calls
                    and "LastEvaluatedKey" in (run.calls[-1].response or {})
                ):
                    self.wrong(
                        "It stops although the last page it read has a LastEvaluatedKey: there was more to read.",
                        calls=", ".join(run.operations),
                    )
                self._disputed_alone(run.value)
                _expect(self, run.value, expected)
                _lean(run, calls=3)  # 2.8 MB, in pages of 1 MB

    def _disputed_alone(self, value) -> None:
        for item in value if isinstance(value, list) else []:
            if isinstance(item, dict) and "made_at" in item and item.get("disputed") is not True:
                what = f"disputed is {item['disputed']!r}" if "disputed" in item else "there is no disputed"
                self.wrong(f"It returns the transaction of {item['made_at']}, where {what}, not True.")

    def _transactions(self, disputed: set[int]) -> list[dict]:
        """28 transactions of 100 KB, that is three pages; and one, disputed, of another account.

        Of those that are not disputed some say False, some say "no", and some say nothing.
        """
        made = [
            {
                "account_id": "ACC-1",
                "made_at": f"2025-03-{number + 1:02}",
                "padding": b"." * (100 * KB),
                **({"disputed": True} if number in disputed else ({"disputed": False}, {"disputed": "no"}, {})[number % 3]),
            }
            for number in range(28)
        ]  # fmt: skip
        return [*made, {"account_id": "ACC-2", "made_at": "2025-03-01", "disputed": True}]

    @staticmethod
    def _until_a_page_is_empty(table, account_id):
        request = {
            "KeyConditionExpression": Key("account_id").eq(account_id),
            "FilterExpression": Attr("disputed").eq(True),
        }
        found, page = [], table.query(**request)
        while page["Items"]:
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            page = table.query(**request, ExclusiveStartKey=page["LastEvaluatedKey"])
        return found

    @staticmethod
    def _every_page(**options):
        """An answer that reads all pages with a paginator."""

        def every_page(table, account_id):
            pages = table.meta.client.get_paginator("query").paginate(
                TableName=table.name, KeyConditionExpression=Key("account_id").eq(account_id), **options
            )
            return [item for page in pages for item in page["Items"]]

        return every_page

    @staticmethod
    def _truthy(table, account_id):
        return [item for item in AllPages._every_page()(table, account_id) if item["disputed"]]

    mistakes = {
        "reads the first page only": (
            lambda table, account_id: table.query(
                KeyConditionExpression=Key("account_id").eq(account_id),
                FilterExpression=Attr("disputed").eq(True),
            )["Items"],
            "has a LastEvaluatedKey",
        ),
        "stops at an empty page": (_until_a_page_is_empty, "has a LastEvaluatedKey"),
        "forgets the filter": (_every_page(), "disputed is False, not True"),
        "takes all that are not False": (
            _every_page(FilterExpression=Attr("disputed").ne(False)), "there is no disputed, not True",
        ),
        "takes what is true for Python": (_truthy, "KeyError: 'disputed'"),
        "pays for the newest state": (
            _every_page(FilterExpression=Attr("disputed").eq(True), ConsistentRead=True), "costs twice as much",
        ),
        "returns the pages": (
            lambda table, account_id: list(
                table.meta.client.get_paginator("query").paginate(
                    TableName=table.name,
                    KeyConditionExpression=Key("account_id").eq(account_id),
                    FilterExpression=Attr("disputed").eq(True),
                )
            ),
            "it is the whole response",
        ),
        "makes small pages": (
            _every_page(FilterExpression=Attr("disputed").eq(True), PaginationConfig={"PageSize": 5}),
            "3 calls would do",
        ),
        "scans page by page": (
            lambda table, account_id: [
                item
                for page in table.meta.client.get_paginator("scan").paginate(
                    TableName=table.name,
                    FilterExpression=Attr("disputed").eq(True) & Attr("account_id").eq(account_id),
                )
                for item in page["Items"]
            ],
            "reads the whole table",
        ),
    }  # fmt: skip


class PageForAWebApp(Exercise):
    """Return one page for a web site: ten departures, and a cursor for the next page.

    It is called with None for the first page, then with the cursor it returned. It returns the items and the cursor,
    or None where there is no more. A page may be shorter where DynamoDB ends it at 1 MB, and a last one empty.
    The cursor is text that may stand in a web address: letters, digits and -_.~= only. The next page may be asked of
    another process, or another machine. For a changed cursor it may raise; it must not show another airport.
    """

    hints = (
        "LastEvaluatedKey is all that DynamoDB needs to go on. It is a dict; a web address wants text.",
        "json.dumps makes text of it, base64.urlsafe_b64encode makes that fit for an address. Then the way back.",
        "Limit=10, and ExclusiveStartKey only when there is a cursor.",
    )
    remember = "A cursor names the item to go on after. Counting would read the pages before it once more, and slip when items come."

    @staticmethod
    def solution(table, airport_day, cursor=None):
        import base64
        import json

        request = {"KeyConditionExpression": Key("airport_day").eq(airport_day), "Limit": 10}
        if cursor:  # DynamoDB refuses the key of another airport
            request["ExclusiveStartKey"] = json.loads(base64.urlsafe_b64decode(cursor))
        page = table.query(**request)
        if "LastEvaluatedKey" not in page:
            return page["Items"], None
        return page["Items"], base64.urlsafe_b64encode(json.dumps(page["LastEvaluatedKey"]).encode()).decode()

    def check(self, answer):
        day, all_times = "EWR#2013-07-12", _every(20)[:23]
        for about, times, added in (
            ("23 departures", all_times, None),
            ("20 departures: the second page may be followed by an empty one", all_times[:20], None),
            ("five flights leave at 09:00, and page one ends among them", sorted([*all_times, *["09:00"] * 4]), None),
            ("a flight is added at 06:01, while the visitor reads page one", all_times, "06:01"),
            ("no departures", [], None),
        ):  # fmt: skip
            with self.case(about):
                table = self._departures(day, times)
                self._turn_the_pages(answer, table, day, self.items(table), added)
        with self.case("the tenth departure has no number yet, only ???"):
            table = self._departures(day, all_times)
            unnumbered = self.items(table)[9]
            table.delete_item(Key={name: unnumbered[name] for name in ("airport_day", "time_flight")})
            self.fill(table, [unnumbered | {"time_flight": f"{all_times[9]} XY-???"}])
            self._turn_the_pages(answer, table, day, self.items(table))
        with self.case("the departures are so large that DynamoDB ends a page at 1 MB"):
            self._read_to_the_end(answer, self._departures(day, all_times[:12], 150 * KB), day)
        with self.case("each page is asked of another process, which knows nothing of the page before"):
            table = self._departures(day, all_times)
            with forgetful(answer) as forget:
                self._turn_the_pages(answer, table, day, self.items(table), between=forget)
        with self.case("somebody puts the cursor of one airport into the address of another"):
            table, other = self._departures(day, all_times), "LGA#2013-07-12"
            self.fill(table, _flights(other, all_times, 1500))
            _, cursor = self._page(self.run(answer, table, day, None).value)
            run = self.run(answer, table, other, cursor, raises=Exception)
            items = [] if run.error else self._page(run.value)[0]
            if any(item["airport_day"] != other for item in items):
                self.wrong(
                    f"It shows departures of {day[:3]}. A cursor comes from outside and may be changed: "
                    "whose page it is, the argument decides."
                )
        with self.case("somebody writes a cursor that is code"):
            table = self._departures(day, all_times)
            for cursor in _harmful_cursors():
                self.run(answer, table, day, cursor, raises=Exception)
                if _ran_from_a_cursor.pop("code", None):
                    self.wrong(
                        "It runs what the cursor says. Anybody can write into a web address, so never unpickle or eval "
                        "what comes from one: json.loads reads values and nothing else."
                    )

    def _departures(self, day: str, times: list[str], padding: int = 1500):
        return self.table("Flights", "airport_day", "time_flight", items=_flights(day, times, padding))

    def _read_to_the_end(self, answer, table, day) -> None:
        """Follow the cursors over pages of any length up to ten."""
        expected, seen, cursor = self.items(table), [], None
        for _ in expected:
            items, cursor = self._page(self.run(answer, table, day, cursor).value)
            if len(items) > 10:
                self.wrong(f"A page has {len(items)} departures, more than ten.")
            seen += items
            if cursor is None:
                break
        if len(seen) < len(expected):
            self.wrong(
                f"The cursor is None after {len(seen)} of {len(expected)} departures. A page may end before its tenth "
                "item, at 1 MB: LastEvaluatedKey alone says whether there is more."
            )
        _expect(self, seen, expected, "what all pages show")

    def _turn_the_pages(self, answer, table, day, expected, added=None, between=lambda: None) -> None:
        """Follow the cursors from page to page; `between` them something is called."""
        seen, cursor = [], None
        for number in range(len(expected) // 10 + 2):
            between()
            run = self.run(answer, table, day, cursor)
            items, following = self._page(run.value)
            _expect(self, items, expected[len(seen) : len(seen) + 10], f"page {number + 1}")
            # An eleventh item, read to see whether there are more, is a way to know where the end is.
            read = expected[len(seen) : len(seen) + 11]
            _lean(run, calls=1, read_units=query_units(sum(map(item_size, read))))
            seen += items
            if following is None:
                break
            if number == 0 and added:
                self.fill(table, _flights(day, [added]))
            cursor = following
        if len(seen) < len(expected):
            self.wrong(f"The cursor is None after {len(seen)} of {len(expected)} departures.")
        if following is not None:
            self.wrong(
                "All departures were shown, and an empty page after them, and still the cursor is not None."
            )

    def _page(self, value) -> tuple[list, str | None]:
        if not isinstance(value, tuple | list) or len(value) != 2:
            self.wrong("Return two values: the items and the cursor.")
        items, cursor = value
        if not isinstance(items, list):
            self.wrong("The first value is the list of items.")
        if cursor is not None and not isinstance(cursor, str):
            self.wrong(
                f"The cursor is text or None, not {type(cursor).__name__}: a web address cannot hold it."
            )
        if cursor == "":
            self.wrong("The cursor is empty text. Return None where there is no more.")
        if cursor is not None and not re.fullmatch(r"[\w.~=-]+", cursor, re.ASCII):
            self.wrong("The cursor may hold letters, digits and -_.~= only.", cursor=cursor[:80])
        return items, cursor

    @staticmethod
    def _counting(table, airport_day, cursor=None):
        start = int(cursor or 0)
        items = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day))["Items"]
        return items[start : start + 10], str(start + 10) if start + 10 < len(items) else None

    @staticmethod
    def _never_over(table, airport_day, cursor=None):
        items, following = PageForAWebApp.solution(table, airport_day, cursor)
        return items, following or cursor

    @staticmethod
    def _empty_at_the_end(table, airport_day, cursor=None):
        items, following = PageForAWebApp.solution(table, airport_day, cursor)
        return items, following or ""

    @staticmethod
    def _after_the_time(table, airport_day, cursor=None):
        after = Key("time_flight").gt(f"{(cursor or '').replace('.', ':')}~" if cursor else "0")
        page = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day) & after, Limit=10)
        last = page.get("LastEvaluatedKey")
        return page["Items"], last and last["time_flight"][:5].replace(":", ".")

    @staticmethod
    def _from_memory(table, airport_day, cursor=None):
        start = {"ExclusiveStartKey": _remembered[int(cursor)]} if cursor else {}
        page = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10, **start)
        if "LastEvaluatedKey" not in page:
            return page["Items"], None
        _remembered.append(page["LastEvaluatedKey"])
        return page["Items"], str(len(_remembered) - 1)

    @staticmethod
    def _full_or_over(table, airport_day, cursor=None):
        start = {"ExclusiveStartKey": {"airport_day": airport_day, "time_flight": bytes.fromhex(cursor).decode()}} if cursor else {}  # fmt: skip
        page = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10, **start)
        if len(page["Items"]) < 10:
            return page["Items"], None
        return page["Items"], page["LastEvaluatedKey"]["time_flight"].encode().hex()

    @staticmethod
    def _reading(
        write: Callable,
        read: Callable,
        encode: Callable = base64.urlsafe_b64encode,
        decode: Callable = base64.urlsafe_b64decode,
    ):
        """An answer whose cursor is the key, written so and read so."""

        def page_of(table, airport_day, cursor=None):
            start = {"ExclusiveStartKey": read(decode(cursor))} if cursor else {}
            page = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10, **start)
            last = page.get("LastEvaluatedKey")
            return page["Items"], last and encode(write(last)).decode()

        return page_of

    @staticmethod
    def _whose_the_cursor_is(table, airport_day, cursor=None):
        start = {}
        if cursor:
            airport_day, time_flight = bytes.fromhex(cursor).decode().split("|")
            start = {"ExclusiveStartKey": {"airport_day": airport_day, "time_flight": time_flight}}
        page = table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10, **start)
        last = page.get("LastEvaluatedKey")
        return page["Items"], last and f"{last['airport_day']}|{last['time_flight']}".encode().hex()

    mistakes = {
        "counts items": (_counting, "page 2"),
        "keeps the time and not the flight": (_after_the_time, ("page 2", "page one ends among them")),
        "keeps the keys in memory": (_from_memory, "another process"),
        "believes the cursor": (_whose_the_cursor_is, "the argument decides"),
        "ends at a page that is not full": (_full_or_over, ("of 12 departures", "LastEvaluatedKey")),
        "unpickles what a visitor sends": (_reading(pickle.dumps, pickle.loads), "never unpickle or eval"),
        "evaluates what a visitor sends": (
            _reading(lambda key: repr(key).encode(), eval), "never unpickle or eval",
        ),
        "hands out the key itself": (
            lambda table, airport_day, cursor=None: (
                lambda page: (page["Items"], page.get("LastEvaluatedKey"))
            )(table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10)),
            "not dict",
        ),
        "hands out JSON": (
            lambda table, airport_day, cursor=None: (
                lambda page: (page["Items"], str(page.get("LastEvaluatedKey")))
            )(table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10)),
            "letters, digits and -_.~= only",
        ),
        "takes the alphabet that suits no address": (
            _reading(lambda key: json.dumps(key).encode(), json.loads, base64.b64encode, base64.b64decode), "letters, digits and -_.~= only",
        ),
        "says with empty text that it is over": (_empty_at_the_end, "Return None where there is no more"),
        "never says that it is over": (_never_over, "Page 4"),
        "shows the first page and no more": (
            lambda table, airport_day, cursor=None: (
                table.query(KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10)["Items"],
                None,
            ),
            "The cursor is None after 10 of 23",
        ),
        "returns the items alone": (
            lambda table, airport_day, cursor=None: table.query(
                KeyConditionExpression=Key("airport_day").eq(airport_day), Limit=10
            )["Items"],
            "two values",
        ),
    }  # fmt: skip


_remembered: list[dict] = []  # of the mistake that keeps the keys in memory
_ran_from_a_cursor: dict[str, bool] = {}


def _leave_a_trace() -> None:
    """What the harmful cursors call, if they are run."""
    _ran_from_a_cursor["code"] = True


class _Trace:
    def __reduce__(self):
        return _leave_a_trace, ()


def _harmful_cursors() -> Iterator[str]:
    """A pickle and an expression that call a function of this module, in the alphabets that suit an address."""
    expression = f"__import__({__name__!r}, fromlist=['-'])._leave_a_trace()"
    for code in (pickle.dumps(_Trace()), expression.encode()):
        yield from (base64.urlsafe_b64encode(code).decode(), base64.b32encode(code).decode(), code.hex())


class CheapestRead(Exercise):
    """Return the destinations of one aircraft, in the order of its departures, for the fewest read units.

    The table has two global indexes with the keys tailnum and departure: by_aircraft holds dest besides the keys,
    by_aircraft_all holds everything.
    """

    hints = (
        "The table's own key does not know the aircraft. Which key does?",
        "A Query of an index pays for the entries of the index. Which of the two has the smaller entries?",
        'IndexName="by_aircraft", and a key condition on tailnum.',
    )
    remember = (
        "An index is another key for the same items, and a read of it pays for what is projected into it."
    )

    @staticmethod
    def solution(table, tailnum):
        page = table.query(IndexName="by_aircraft", KeyConditionExpression=Key("tailnum").eq(tailnum))
        return [flight["dest"] for flight in page["Items"]]

    def check(self, answer):
        items = _flights("LGA#2013-07-08", _every(12), 3000) + _flights("EWR#2013-07-09", _every(50), 3000)
        for about, tailnum in (
            ("an aircraft that flies all day", "N3XY"),
            ("an aircraft that stays away", "N9XY"),
        ):
            with self.case(about):
                table = self.table(
                    "Flights", "airport_day", "time_flight", items=items,
                    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("tailnum", "departure")],
                    GlobalSecondaryIndexes=[self._index("by_aircraft", ["dest"]), self._index("by_aircraft_all")],
                )  # fmt: skip
                run = self.run(answer, table, tailnum)
                mine = sorted(
                    (item for item in items if item["tailnum"] == tailnum), key=lambda i: i["departure"]
                )
                self.expect(run, [item["dest"] for item in mine])
                run.never("Scan", "a Scan reads every entry of the table or index, whosever it is")
                _lean(run, calls=1, read_units=0.5)

    @staticmethod
    def _index(name: str, include: list[str] | None = None) -> dict:
        projection = (
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": include}
            if include
            else {"ProjectionType": "ALL"}
        )
        keys = [
            {"AttributeName": "tailnum", "KeyType": "HASH"},
            {"AttributeName": "departure", "KeyType": "RANGE"},
        ]
        return {"IndexName": name, "KeySchema": keys, "Projection": projection}

    @staticmethod
    def _asking(**options):
        def ask(table, tailnum):
            page = table.query(KeyConditionExpression=Key("tailnum").eq(tailnum), **options)
            return [flight["dest"] for flight in page["Items"]]

        return ask

    mistakes = {
        "scans": (
            lambda table, tailnum: [
                flight["dest"]
                for flight in sorted(
                    table.scan(FilterExpression=Attr("tailnum").eq(tailnum))["Items"],
                    key=lambda flight: flight["departure"],
                )
            ],
            "reads every entry",
        ),
        "scans the index": (
            lambda table, tailnum: [
                flight["dest"]
                for flight in sorted(
                    table.scan(IndexName="by_aircraft", FilterExpression=Attr("tailnum").eq(tailnum))["Items"],
                    key=lambda flight: flight["departure"],
                )
            ],
            "reads every entry of the table or index",
        ),
        "reads the index that holds everything": (_asking(IndexName="by_aircraft_all"), "read units"),
        "projects what it paid for": (
            _asking(IndexName="by_aircraft_all", ProjectionExpression="dest"),
            "read units",
        ),
        "wants an index to be strongly consistent": (
            _asking(IndexName="by_aircraft", ConsistentRead=True),
            "Consistent reads are not supported",
        ),
        "asks the table": (_asking(), "It raised"),
        "wants seven flights, however many there are": (
            _asking(IndexName="by_aircraft", Limit=7), "7 elements, not 14",
        ),
    }  # fmt: skip


class GetMany(Exercise):
    """Return the items of all these keys, each item once, in any order.

    Keys may be many, may repeat, their attributes in any order, and may lead to nothing.
    """

    hints = (
        "BatchGetItem takes up to 100 keys a call, each of them once. The same key may come in another order of attributes. "
        "A dict does not go into a set; a sorted tuple of its items does.",
        'table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": [...]}}) takes Python values.',
        "Take repeated keys out, go on in steps of 100, and send back what UnprocessedKeys still holds after a pause, longer each time.",
    )
    remember = "A batch saves round trips, not units: each item is rounded up by itself. UnprocessedKeys are asked for again, after a pause."

    @staticmethod
    def solution(table, keys):
        import time

        wanted = list({tuple(sorted(key.items())): key for key in keys}.values())
        found = []
        for at in range(0, len(wanted), 100):
            request, pause = {table.name: {"Keys": wanted[at : at + 100]}}, 0.05
            while request:
                answer = table.meta.client.batch_get_item(RequestItems=request)
                found += answer["Responses"][table.name]
                request = answer["UnprocessedKeys"]
                if request:  # wait, and twice as long the next time
                    time.sleep(pause)
                    pause *= 2
        return found

    def check(self, answer):
        flights = _flights("JFK#2013-07-11", _every(4))
        keys = [{"airport_day": item["airport_day"], "time_flight": item["time_flight"]} for item in flights]
        nowhere = {"airport_day": "JFK#2013-07-11", "time_flight": "03:00 XY-1"}
        for about, wanted, calls in (
            ("three keys, one of which leads to nothing", [keys[5], nowhere, keys[2]], 1),
            ("a key that is there twice", [keys[7], keys[8], keys[7]], 1),
            (
                "a key that is there twice, its attributes in another order",
                [keys[7], keys[8], _turned(keys[7])],
                1,
            ),
            ("230 keys", keys[:230], 3),
            ("the sixth of 150 keys is there once more, at the end", [*keys[:149], keys[5]], 2),
            ("no keys", [], 0),
        ):
            with self.case(about):
                table = self.table("Flights", "airport_day", "time_flight", items=flights)
                run = self.run(answer, table, wanted, shown=f"get_many(table, {len(wanted)} keys)")
                found = [item for item, key in zip(flights, keys, strict=True) if key in wanted]
                _expect(self, run.value, found, any_order=True)
                run.never("GetItem", "one call for each key; BatchGetItem takes 100 keys a call")
                _lean(run, calls=calls)
        with self.case("DynamoDB leaves some keys for later, and of those some more"):
            table = self.table("Flights", "airport_day", "time_flight", items=flights)
            waits: list[Wait] = []
            with sleeps_take_no_time(answer) as slept, wiring.around_calls(_answer_half(2, slept, waits)):
                run = self.run(answer, table, keys[:60], shown="get_many(table, 60 keys)")
            if isinstance(run.value, list) and len(run.value) < 60:
                self.wrong(
                    f"{len(run.value)} of 60 items. Any answer of a batch may leave keys under UnprocessedKeys, "
                    "one that was asked for such keys too."
                )
            _expect(self, run.value, flights[:60], any_order=True)
            if not all(wait.slept or wait.passed >= PAUSE for wait in waits):
                self.wasteful(
                    "The answer is right, but it asks again at once for what DynamoDB left, which is when it has most "
                    "to do. Wait before each new try, and longer each time: exponential backoff."
                )
            if len(waits) > 1 and waits[0].slept and all(wait.slept == waits[0].slept for wait in waits):
                self.wasteful(
                    f"The answer is right, but each pause is as long as the one before, {waits[0].slept:g} seconds. "
                    "What is busy needs longer pauses, try after try: exponential backoff."
                )

    mistakes = {
        "gets them one by one": (
            lambda table, keys: [
                answer["Item"] for answer in (table.get_item(Key=key) for key in _once(keys)) if "Item" in answer
            ],
            "one call for each key",
        ),
        "forgets that keys repeat": (lambda table, keys: _batches(table, keys, 100), "duplicates"),
        "looks for repeated keys in each batch": (
            lambda table, keys: [
                item for at in range(0, len(keys), 100) for item in _batches(table, _once(keys[at : at + 100]), 100, again=9)
            ],
            "150 elements, not 149",
        ),
        "looks for repeated keys where they are few": (
            lambda table, keys: _batches(table, _once(keys) if len(keys) < 100 else keys, 100, again=9),
            "150 elements, not 149",
        ),
        "forgets the limit of 100": (lambda table, keys: _batches(table, _once(keys), 1000), "100"),
        "forgets that there may be no keys": (
            lambda table, keys: table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": _once(keys)[:100]}})[
                "Responses"
            ][table.name] + (_batches(table, _once(keys)[100:], 100)),
            "It raised",
        ),
        "compares the keys attribute by attribute": (
            lambda table, keys: _batches(table, list({tuple(key.items()): key for key in keys}.values()), 100),
            ("in another order", "duplicates"),
        ),
        "asks again at once": (
            lambda table, keys: _batches(table, _once(keys), 100, again=9), ("asks again at once", "exponential backoff"),
        ),
        "waits as long each time": (
            lambda table, keys: _batches(table, _once(keys), 100, again=9, pause=0.1), "as long as the one before",
        ),
        "pays for the newest state": (
            lambda table, keys: _batches(table, _once(keys), 100, again=9, ConsistentRead=True), "costs twice as much",
        ),
        "leaves what was not processed": (lambda table, keys: _batches(table, _once(keys), 100), "UnprocessedKeys"),
        "asks once more, and no more": (
            lambda table, keys: _batches(table, _once(keys), 100, again=1), ("45 of 60", "UnprocessedKeys"),
        ),
        "goes in small steps": (lambda table, keys: _batches(table, _once(keys), 25, again=9), "10 calls"),
    }  # fmt: skip


PAUSE = 0.02  # seconds: what is shorter may be the work between two calls


def _turned(key):
    return dict(reversed(key.items()))


def _once(keys):
    return list({tuple(sorted(key.items())): key for key in keys}.values())


def _batches(table, keys, size, again=0, pause=0.0, **options):
    """Batches of `size` keys; `again`: how many times to ask for what was not processed, each after a `pause`."""
    found, batches = [], [keys[at : at + size] for at in range(0, len(keys), size)]
    for batch in batches:
        answer = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": batch, **options}})
        found += answer["Responses"][table.name]
        if again and answer["UnprocessedKeys"]:
            again -= 1
            time.sleep(pause)
            batches.append(answer["UnprocessedKeys"][table.name]["Keys"])
    return found


class Wait(NamedTuple):
    """Between an answer and the next call: seconds on the clock, and seconds that `time.sleep` was asked for."""

    passed: float
    slept: float


def _answer_half(times: int, slept: list[float], waits: list[Wait]):
    """A layer that answers only half of the first batches, as DynamoDB may when it is busy.

    slept: what was slept so far, in seconds; waits: gets the wait from each such answer to the next call.
    """
    answered: list[tuple[float, int]] = []

    def layer(call, proceed):
        if call.operation != "BatchGetItem":
            return proceed()
        if len(answered) > len(waits):
            at, sleeps = answered[-1]
            waits.append(Wait(time.monotonic() - at, sum(slept[sleeps:])))
        if len(answered) == times:
            return proceed()
        ((table, asked),) = call.parameters["RequestItems"].items()
        half = ceil(len(asked["Keys"]) / 2)
        call.parameters = {
            **call.parameters,
            "RequestItems": {table: {**asked, "Keys": asked["Keys"][:half]}},
        }
        answer = proceed()
        answer["UnprocessedKeys"] = {table: {**asked, "Keys": asked["Keys"][half:]}}
        answered.append((time.monotonic(), len(slept)))
        return answer

    return layer


class WhichCall(Exercise):
    """Fill in the decision table, as text.

    "GetItem", "GetItem with ConsistentRead", "BatchGetItem", "Query", "Query an index" or "Scan".

    one_flight: how late it left; its airport, day, time and number are known.
    sixty_flights: the same four facts are known of sixty flights, on several days.
    boarding_gate: the same four facts are known; its gate now, for a boarding pass.
    departures_board: all departures of one airport on one day.
    one_aircraft: where one aircraft was during the week.
    whole_export: every flight, once, for a yearly report.
    """

    hints = (
        "Is the whole key known? Is the partition key? The key of an index? Nothing?",
        "The whole key: GetItem, or BatchGetItem for several. The partition key: Query. Nothing: Scan.",
        "Two are for one item. Who is sent to the wrong place by an answer that is a moment old?",
    )
    remember = "Ask what of the key you know. The call follows from it, and so does the bill."
    solution = {
        "one_flight": "GetItem",
        "sixty_flights": "BatchGetItem",
        "boarding_gate": "GetItem with ConsistentRead",
        "departures_board": "Query",
        "one_aircraft": "Query an index",
        "whole_export": "Scan",
    }

    _why = {
        "one_flight": "the whole key is known, there is one item, and it left long ago.",
        "sixty_flights": "the whole key of each is known; sixty calls are sixty round trips.",
        "boarding_gate": "the whole key is known, and somebody acts on the newest value.",
        "departures_board": "the flights share a partition key: they are one item collection.",
        "one_aircraft": "the table's key does not know the aircraft; the key of an index does.",
        "whole_export": "everything is wanted, so reading everything wastes nothing.",
    }

    def check(self, answer):
        if not isinstance(answer, dict) or answer.keys() != self._why.keys():
            self.wrong(f"The answer is a dict with a call for each of {', '.join(self._why)}.")
        calls = {_folded(call): call for call in self.solution.values()}
        for situation, why in self._why.items():
            chosen = calls.get(_folded(answer[situation]))
            if chosen is None:
                self.wrong(f"{answer[situation]!r} is none of {', '.join(calls.values())}.")
            if chosen != self.solution[situation]:
                self.wrong(f"Think again about {situation}: {why}")

    mistakes = {
        "scans for one aircraft": ({**solution, "one_aircraft": "Scan"}, "the key of an index does"),
        "takes an old gate": ({**solution, "boarding_gate": "GetItem"}, "acts on the newest value"),
        "pays for what is long over": (
            {**solution, "one_flight": "GetItem with ConsistentRead"},
            "it left long ago",
        ),
        "queries for one item": ({**solution, "one_flight": "Query"}, "there is one item"),
        "gets one by one": ({**solution, "sixty_flights": "GetItem"}, "round trips"),
        "invents a call": ({**solution, "whole_export": "SELECT"}, "is none of"),
        "leaves lines out": ({"one_flight": "GetItem"}, "a call for each of"),
    }


def _folded(call) -> str:
    """Without blanks, in small letters: "Query an Index" and "query an index" are one choice."""
    return "".join(str(call).split()).casefold()

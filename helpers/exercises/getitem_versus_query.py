"""The exercises of the lesson GetItem versus Query."""

import re
from decimal import Decimal
from math import ceil

from boto3.dynamodb.conditions import Attr, Key

from helpers.engines import wiring
from helpers.exercises.another_program import forgetful
from helpers.exercises.comparing import difference
from helpers.exercises.exercise import Exercise
from helpers.rules import item_size, query_units

KB = 1024


def _flights(airport_day: str, times: list[str], padding: int = 0) -> list[dict]:
    """Made-up flights of one airport on one day, one at each time; `padding`: bytes that come on top of each."""
    return [
        {
            "airport_day": airport_day,
            "time_flight": f"{time} XY-{100 + number}",
            "tailnum": f"N{number % 7}XY",
            "departure": f"{airport_day[-10:]}T{time}",
            "dest": ["BOS", "ORD", "MIA", "SFO"][number % 4],
            "dep_delay": Decimal(number * 7 % 50),
            "cancelled": number % 9 == 0,
            "padding": "." * padding,
        }
        for number, time in enumerate(times)
    ]


def _every(minutes: int, first: int = 6, last: int = 22) -> list[str]:
    return [f"{at // 60:02}:{at % 60:02}" for at in range(first * 60, last * 60, minutes)]


def _expect(
    exercise: Exercise, got, expected: list[dict], what: str = "the answer", any_order: bool = False
) -> None:
    """Like `expect` for items, but a verdict that shows them leaves out what only makes them large."""
    for shown in (_without_padding, lambda items: items):
        exercise.expect(shown(got), shown(expected), what, any_order)


def _without_padding(items):
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return items
    return [{name: part for name, part in item.items() if name != "padding"} for item in items]


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
        "get": "6 KB are rounded up to 8 KB: two steps of 4 KB, and an eventually consistent step is half a unit.",
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
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=1, read_units=0.5)

    def _of_nobody_else(self, value, customer: str) -> None:
        items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        others = sorted({str(item["customer_id"]) for item in items if "customer_id" in item} - {customer})
        if others:
            self.wrong(f"It returns products of {', '.join(others[:3])}; asked for were those of {customer}.")

    _more = [
        {"customer_id": "CUST-10", "product_id": product, "balance": Decimal(50)} for product in ("CHK-01", "SAV-01")
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
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=1, read_units=query_units(sum(map(item_size, expected))))

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
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=1, read_units=query_units(sum(map(item_size, expected))))

    mistakes = {
        "keeps the filter": (
            lambda table, airport_day, hour: table.query(
                KeyConditionExpression=Key("airport_day").eq(airport_day),
                FilterExpression=Attr("departure").contains(f"T{hour}:"),
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
                    item for item in self.items(table) if item["disputed"] and item["account_id"] == "ACC-1"
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
                _expect(self, run.value, expected)
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=3)  # 2.8 MB, in pages of 1 MB

    def _transactions(self, disputed: set[int]) -> list[dict]:
        """28 transactions of 100 KB, that is three pages; and one, disputed, of another account."""
        made = [
            {
                "account_id": "ACC-1",
                "made_at": f"2025-03-{number + 1:02}",
                "disputed": number in disputed,
                "padding": b"." * (100 * KB),
            }
            for number in range(28)
        ]
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

    mistakes = {
        "reads the first page only": (
            lambda table, account_id: table.query(
                KeyConditionExpression=Key("account_id").eq(account_id),
                FilterExpression=Attr("disputed").eq(True),
            )["Items"],
            "has a LastEvaluatedKey",
        ),
        "stops at an empty page": (_until_a_page_is_empty, "has a LastEvaluatedKey"),
        "forgets the filter": (
            lambda table, account_id: [
                item
                for page in table.meta.client.get_paginator("query").paginate(
                    TableName=table.name, KeyConditionExpression=Key("account_id").eq(account_id)
                )
                for item in page["Items"]
            ],
            "28 elements, not 3",
        ),
        "makes small pages": (
            lambda table, account_id: [
                item
                for page in table.meta.client.get_paginator("query").paginate(
                    TableName=table.name,
                    KeyConditionExpression=Key("account_id").eq(account_id),
                    FilterExpression=Attr("disputed").eq(True),
                    PaginationConfig={"PageSize": 5},
                )
                for item in page["Items"]
            ],
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
    }


class PageForAWebApp(Exercise):
    """Return one page for a web site: ten departures, and a cursor for the next page.

    It is called with None for the first page, then with the cursor it returned. It returns the items and the cursor,
    or None where there is no more; a last cursor may lead to an empty page. The cursor is text that may stand in a
    web address: letters, digits and -_.~= only. The next page may be asked of another process, or another machine.
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
        if cursor:
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

    def _departures(self, day: str, times: list[str]):
        return self.table("Flights", "airport_day", "time_flight", items=_flights(day, times, 1500))

    def _turn_the_pages(self, answer, table, day, expected, added=None, between=lambda: None) -> None:
        """Follow the cursors from page to page; `between` them something is called."""
        seen, cursor = [], None
        for number in range(len(expected) // 10 + 2):
            between()
            run = self.run(answer, table, day, cursor)
            items, following = self._page(run.value)
            _expect(self, items, expected[len(seen) : len(seen) + 10], f"page {number + 1}")
            run.never("Scan", "a Scan reads the whole table")
            # An eleventh item, read to see whether there are more, is a way to know where the end is.
            read = expected[len(seen) : len(seen) + 11]
            run.at_most(calls=1, read_units=query_units(sum(map(item_size, read))))
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
    }


_remembered: list[dict] = []  # of the mistake that keeps the keys in memory


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
        items = _flights("LGA#2013-07-08", _every(35), 3000) + _flights("EWR#2013-07-09", _every(50), 3000)
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
                run.at_most(calls=1, read_units=0.5)

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
    }  # fmt: skip


class GetMany(Exercise):
    """Return the items of all these keys, in any order. Keys may be many, may repeat, and may lead to nothing."""

    hints = (
        "BatchGetItem takes up to 100 keys a call, each of them once.",
        'table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": [...]}}) takes Python values.',
        "Take repeated keys out, go on in steps of 100, and ask again for what UnprocessedKeys still holds.",
    )
    remember = "A batch saves round trips, not units: each item is rounded up by itself. UnprocessedKeys must be asked for again."

    @staticmethod
    def solution(table, keys):
        wanted = list({tuple(sorted(key.items())): key for key in keys}.values())
        found = []
        while wanted:
            batch, wanted = wanted[:100], wanted[100:]
            answer = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": batch}})
            found += answer["Responses"][table.name]
            wanted += answer["UnprocessedKeys"].get(table.name, {}).get("Keys", [])
        return found

    def check(self, answer):
        flights = _flights("JFK#2013-07-11", _every(4))
        keys = [{"airport_day": item["airport_day"], "time_flight": item["time_flight"]} for item in flights]
        nowhere = {"airport_day": "JFK#2013-07-11", "time_flight": "03:00 XY-1"}
        for about, wanted, calls in (
            ("three keys, one of which leads to nothing", [keys[5], nowhere, keys[2]], 1),
            ("a key that is there twice", [keys[7], keys[8], keys[7]], 1),
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
                run.never("Scan", "a Scan reads the whole table")
                run.at_most(calls=calls)
        with self.case("DynamoDB leaves some keys for later, and of those some more"):
            table = self.table("Flights", "airport_day", "time_flight", items=flights)
            with wiring.around_calls(_answer_half(times=2)):
                run = self.run(answer, table, keys[:60], shown="get_many(table, 60 keys)")
            if isinstance(run.value, list) and len(run.value) < 60:
                self.wrong(
                    f"{len(run.value)} of 60 items. Any answer of a batch may leave keys under UnprocessedKeys, "
                    "one that was asked for such keys too."
                )
            _expect(self, run.value, flights[:60], any_order=True)

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
        "leaves what was not processed": (lambda table, keys: _batches(table, _once(keys), 100), "UnprocessedKeys"),
        "asks once more, and no more": (
            lambda table, keys: _batches(table, _once(keys), 100, again=1), ("45 of 60", "UnprocessedKeys"),
        ),
        "goes in small steps": (lambda table, keys: _batches(table, _once(keys), 25, again=9), "10 calls"),
    }  # fmt: skip


def _once(keys):
    return list({tuple(sorted(key.items())): key for key in keys}.values())


def _batches(table, keys, size, again=0):
    """Batches of `size` keys; `again`: how many times to ask for what was not processed."""
    found, batches = [], [keys[at : at + size] for at in range(0, len(keys), size)]
    for batch in batches:
        answer = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": batch}})
        found += answer["Responses"][table.name]
        if again and answer["UnprocessedKeys"]:
            again -= 1
            batches.append(answer["UnprocessedKeys"][table.name]["Keys"])
    return found


def _answer_half(times: int):
    """A layer that answers only half of the first batches, as DynamoDB may when it is busy."""
    left = times

    def layer(call, proceed):
        nonlocal left
        if call.operation != "BatchGetItem" or not left:
            return proceed()
        left -= 1
        ((table, asked),) = call.parameters["RequestItems"].items()
        half = ceil(len(asked["Keys"]) / 2)
        call.parameters = {
            **call.parameters,
            "RequestItems": {table: {**asked, "Keys": asked["Keys"][:half]}},
        }
        answer = proceed()
        answer["UnprocessedKeys"] = {table: {**asked, "Keys": asked["Keys"][half:]}}
        return answer

    return layer


class WhichCall(Exercise):
    """Fill in the decision table, as text: "GetItem", "BatchGetItem", "Query", "Query an index" or "Scan".

    one_flight: its airport, day, time and number are known.
    sixty_flights: so they are for sixty flights, on several days.
    departures_board: all departures of one airport on one day.
    one_aircraft: where one aircraft was during the week.
    whole_export: every flight, once, for a yearly report.
    """

    hints = (
        "Is the whole key known? Is the partition key? The key of an index? Nothing?",
        "The whole key: GetItem, or BatchGetItem for several. The partition key: Query. Nothing: Scan.",
    )
    remember = "Ask what of the key you know. The call follows from it, and so does the bill."
    solution = {
        "one_flight": "GetItem",
        "sixty_flights": "BatchGetItem",
        "departures_board": "Query",
        "one_aircraft": "Query an index",
        "whole_export": "Scan",
    }

    _why = {
        "one_flight": "the whole key is known, and there is one item.",
        "sixty_flights": "the whole key of each is known; sixty calls are sixty round trips.",
        "departures_board": "the flights share a partition key: they are one item collection.",
        "one_aircraft": "the table's key does not know the aircraft; the key of an index does.",
        "whole_export": "everything is wanted, so reading everything wastes nothing.",
    }

    def check(self, answer):
        if not isinstance(answer, dict) or answer.keys() != self._why.keys():
            self.wrong(f"The answer is a dict with a call for each of {', '.join(self._why)}.")
        calls = list(self.solution.values())
        for situation, why in self._why.items():
            if answer[situation] not in calls:
                self.wrong(f"{answer[situation]!r} is none of {', '.join(calls)}.")
            if answer[situation] != self.solution[situation]:
                self.wrong(f"Think again about {situation}: {why}")

    mistakes = {
        "scans for one aircraft": ({**solution, "one_aircraft": "Scan"}, "the key of an index does"),
        "queries for one item": ({**solution, "one_flight": "Query"}, "there is one item"),
        "gets one by one": ({**solution, "sixty_flights": "GetItem"}, "round trips"),
        "invents a call": ({**solution, "whole_export": "SELECT"}, "is none of"),
        "leaves lines out": ({"one_flight": "GetItem"}, "a call for each of"),
    }

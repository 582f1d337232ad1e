"""The exercises of the lesson Key design."""

import csv
import gzip
import os
import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import count
from pathlib import Path
from zlib import crc32

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from helpers.engines import wiring
from helpers.exercises.another_program import forgetful, other_hashes
from helpers.exercises.comparing import written
from helpers.exercises.exercise import Exercise

FLIGHTS = Path(__file__).parents[2] / "data" / "flights" / "flights.csv.gz"
DAY, STORMY = "2013-07-12", "2013-07-10"
BERLIN, NEW_YORK = "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0"  # as POSIX writes time zones

_turn = count()


class PatternsBeforeKeys(Exercise):
    """Choose `partition_key` and `sort_key` for the transactions, a dict such as
    {"partition_key": "kind", "sort_key": "amount"}. One call must answer each of the three questions."""

    hints = (
        "Which value does every one of the three questions bring along? Only one call may be made.",
        "Within one account the questions are about time. But two transactions can happen in the same second.",
        "Among the attributes is one that is a time and still different for each transaction.",
    )
    remember = "List the questions first. What each of them knows is the partition key; what it orders or limits by is the sort key."

    ATTRIBUTES = ("account_id", "transaction_id", "booked_at", "booked_at_id", "kind", "amount")
    solution = {"partition_key": "account_id", "sort_key": "booked_at_id"}

    def check(self, answer):
        if not isinstance(answer, dict) or set(answer) - {"partition_key", "sort_key"}:
            self.wrong('The answer is a dict with "partition_key" and "sort_key".', got=written(answer))
        keys = [answer.get("partition_key"), answer.get("sort_key")]
        for key in filter(None, keys):
            if key not in self.ATTRIBUTES:
                self.wrong(f"There is no attribute {written(key)}. Choose from {', '.join(self.ATTRIBUTES)}.")
        if keys[0] is None or keys[0] == keys[1]:
            self.wrong(
                "A table needs a partition key, and a sort key is another attribute.", got=written(answer)
            )
        with self.case("a month of two accounts; two transactions in the same second"):
            items = _transactions()
            kinds = {"amount": ":N"}
            table = self.table("Ledger", *(key + kinds.get(key, "") for key in keys if key))
            for item in items:
                table.put_item(Item=item)
            self._keeps_all(table, items)
            self._answers_all(keys)

    def _keeps_all(self, table, items):
        kept = len(self.items(table))
        if kept < len(items):
            self.wrong(
                f"Of {len(items)} transactions {kept} are left: transactions with the same key replaced each other. "
                "The primary key must be different for each item."
            )

    def _answers_all(self, keys):
        partition, sort = keys
        if partition != "account_id":
            self.wrong(
                f'The question "all transactions of an account in July" knows the account, not the {partition}. '
                "A Query must know the partition key, so this would need a Scan."
            )
        if sort is None or not sort.startswith("booked_at"):
            self.wrong(
                '"The last ten transactions of an account" needs them in the order of time. '
                f"This key orders them by {sort or 'nothing'}."
            )

    mistakes = {
        "the id is the key": ({"partition_key": "transaction_id"}, ("knows the account", "Scan")),
        "ordered by id": (
            {"partition_key": "account_id", "sort_key": "transaction_id"},
            "This key orders them by transaction_id",
        ),
        "a second is not unique": (
            {"partition_key": "account_id", "sort_key": "booked_at"},
            "replaced each other",
        ),
        "the account alone": ({"partition_key": "account_id"}, "replaced each other"),
        "time is the partition": (
            {"partition_key": "booked_at_id", "sort_key": "account_id"},
            "knows the account, not the booked_at_id",
        ),
        "ordered by amount": ({"partition_key": "account_id", "sort_key": "amount"}, "orders them by amount"),
        "an attribute that is not there": ({"partition_key": "customer"}, "There is no attribute 'customer'"),
    }


def _transactions() -> list[dict]:
    """Two accounts; every attribute that a learner might choose as a key is in each item."""
    start, items = datetime(2026, 7, 1, 9, 0, tzinfo=UTC), []
    for number in range(24):
        moment = start + timedelta(hours=31 * (number - (number == 7)))
        booked_at, name = f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"TX-{7919 * (number + 3) % 10_000:04d}"
        items.append(
            {
                "account_id": f"ACC-{1 + number % 12 // 6}",
                "transaction_id": name,
                "booked_at": booked_at,
                "booked_at_id": f"{booked_at}#{name}",
                "kind": "card" if number % 3 else "transfer",
                "amount": 100 + 37 * number,
            }
        )
    return items


class SortKeyForLatest(Exercise):
    """Return the sort key, a string, of message `number` (1 to 999999) written at `moment`, a datetime with a time
    zone. The latest message of a customer must be the last in order; in the same second the higher number is later.
    The numbers may begin again at any time."""

    hints = (
        "Strings are compared byte by byte, from the left. What has to stand first?",
        "Turn every moment into UTC: moment.astimezone(UTC). Year, month, day, hour, minute, second, always two digits.",
        'Pad the number with zeros: f"{number:06d}".',
    )
    remember = (
        "A sort key that is text has one time zone, the largest unit first, and numbers of equal length."
    )

    @staticmethod
    def solution(moment, number):
        from datetime import UTC

        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}#{number:06d}"

    def check(self, answer):
        noon = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
        berlin, new_york = timezone(timedelta(hours=2)), timezone(timedelta(hours=-4))
        days = [noon + timedelta(days=n) for n in (0, 5, 200, 290, 700)]
        journey = [
            noon.astimezone(berlin),
            (noon + timedelta(minutes=5)).astimezone(new_york),
            (noon + timedelta(minutes=9)).astimezone(berlin),
        ]
        large = (2, 10, 99, 100, 999, 1_000, 99_999, 100_000, 999_999)
        for about, messages in (
            ("one message a day, over the turn of a year", list(enumerate(days, 1))),
            ("twelve messages in the same second", [(number, noon) for number in range(1, 13)]),
            ("large numbers in the same second", [(number, noon) for number in large]),
            ("written in Berlin, then in New York, then in Berlin", list(enumerate(journey, 1))),
            ("the numbers began again", list(zip((4, 5, 1, 2, 3), days, strict=True))),
            ("from nine in the morning to nine at night; the numbers began again", self._one_day()),
        ):
            with self.case(about):
                self._in_order(answer, messages)
        with self.case("your function runs in Berlin, then in New York, then in Berlin"):
            messages = [(number, moment.astimezone(UTC)) for number, moment in enumerate(journey, 1)]
            self._in_order(answer, messages, [BERLIN, NEW_YORK, BERLIN])

    @staticmethod
    def _one_day():
        nine = datetime(2026, 3, 29, 9, 0, tzinfo=UTC)
        seconds = (0, 1, 2, 4 * 3_600, 12 * 3_600)
        return list(
            zip((999_998, 999_999, 1, 2, 3), [nine + timedelta(seconds=n) for n in seconds], strict=True)
        )

    def _in_order(self, answer, messages, zones=()):
        """Messages are (number, moment), in the order in which they must come; the last is asked for first."""
        table = self.table("Messages", "customer_id", "sent")
        for at, (number, moment) in reversed(list(enumerate(messages))):
            shown = f"sort_key_for_latest({moment.isoformat()}, {number})"
            with _machine_in(zones[at]) if zones else nullcontext():
                key, again = (self.run(answer, moment, number, shown=shown).value for _ in range(2))
            if not isinstance(key, str) or not key:
                self.wrong("A sort key of type S is a string that is not empty.", got=written(key))
            if again != key:
                self.wrong(
                    "Asked twice for the same message, it gives two keys. A key is made of the moment and the number alone.",
                    keys=f"{key}, {again}",
                )
            table.put_item(Item={"customer_id": "CUST-1001", "sent": key, "number": number})
        found = table.query(KeyConditionExpression=Key("customer_id").eq("CUST-1001"))["Items"]
        if len(found) < len(messages):
            self.wrong(
                f"Of {len(messages)} messages {len(found)} are left: two had the same key, and the later replaced the other.",
                keys=", ".join(item["sent"] for item in found[:3]),
            )
        order = [int(item["number"]) for item in found]
        expected = [number for number, _ in messages]
        if order != expected:
            got, wanted = next(pair for pair in zip(order, expected, strict=True) if pair[0] != pair[1])
            self.wrong(
                f"Message {got} comes where message {wanted} belongs.",
                in_order="\n".join(f"{item['number']}: {item['sent']}" for item in found),
            )

    mistakes = {
        "the number is not padded": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}#{number}",
            "Message 10 comes where message 2 belongs",
        ),
        "local time": (
            lambda moment, number: f"{moment.isoformat()}#{number:06d}",
            "Message 2 comes where message 1 belongs",
        ),
        "local time without a zone": (
            lambda moment, number: f"{moment:%Y-%m-%dT%H:%M:%S}#{number:06d}",
            "Message 2 comes where message 1 belongs",
        ),
        "the day first": (
            lambda moment, number: f"{moment.astimezone(UTC):%d.%m.%Y %H:%M:%S}#{number:06d}",
            "comes where message",
        ),
        "the time alone": (lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "the same key"),
        "the number alone, not padded": (
            lambda moment, number: str(number),
            "Message 10 comes where message 2 belongs",
        ),
        "a number and not text": (lambda moment, number: moment.timestamp(), "is a string"),
        "two digits for the number": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}#{number:02d}",
            "Message 100 comes where message 99 belongs",
        ),
        "five digits for the number": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}#{number:05d}",
            "Message 100000 comes where message 99999 belongs",
        ),
        "the number alone, padded": (
            lambda moment, number: f"{number:06d}",
            ("Message 1 comes where message 4 belongs", "the numbers began again"),
        ),
        "the number before the time": (
            lambda moment, number: f"{number:06d}#{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Message 1 comes where message 4 belongs",
        ),
        "the day alone": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%d}#{number:06d}",
            "Message 1 comes where message 999998 belongs",
        ),
        "to the minute": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}#{number:06d}",
            "Message 1 comes where message 999998 belongs",
        ),
        "twelve hours": (
            lambda moment, number: f"{moment.astimezone(UTC):%Y-%m-%dT%I:%M:%S}#{number:06d}",
            "Message 2 comes where message 999998 belongs",
        ),
        "the time of the call": (
            lambda moment, number: f"{datetime.now(UTC).isoformat()}#{number:06d}",
            "it gives two keys",
        ),
        "a counter": (lambda moment, number: f"{next(_turn):09d}", "it gives two keys"),
    }  # fmt: skip


@contextmanager
def _machine_in(zone: str):
    """As if this machine's clock were set to another time zone. Windows cannot: there nothing changes."""
    if not hasattr(time, "tzset"):
        yield
        return
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


class FixSortOrder(Exercise):
    """Return the sort key, a string, for a seat such as "7A" or "112F": rows 1 to 120, one letter. Seats must come
    row by row, and within a row by letter."""

    hints = (
        'As text, "10A" is smaller than "2A": the first characters decide.',
        "Split the seat: seat[:-1] is the row, seat[-1] the letter. How many digits does the largest row have?",
    )
    remember = 'Text is ordered byte by byte: "10" comes before "2", and every number in a key needs the same length.'

    @staticmethod
    def solution(seat):
        return seat.zfill(4)

    SEATS = ("1A", "1F", "2A", "9K", "10A", "10B", "11A", "20C", "99F", "100A", "112F", "120A")

    def check(self, answer):
        for about, seats in (
            ("a small cabin", self.SEATS[:6]),
            ("rows with one, two and three digits", self.SEATS),
        ):
            with self.case(about):
                table = self.table("Seats", "flight", "seat_key")
                for seat in reversed(seats):
                    key = self.run(answer, seat).value
                    if not isinstance(key, str) or not key:
                        self.wrong("A sort key of type S is a string that is not empty.", got=written(key))
                    table.put_item(Item={"flight": "B6-23", "seat_key": key, "seat": seat})
                found = table.query(KeyConditionExpression=Key("flight").eq("B6-23"))["Items"]
                got = [item["seat"] for item in found]
                if len(got) < len(seats):
                    lost = next(seat for seat in seats if seat not in got)
                    self.wrong(f"Seat {lost} is lost: another seat has the same key.", left=", ".join(got))
                if got != list(seats):
                    at = next(place for place, seat in enumerate(seats) if got[place] != seat)
                    self.wrong(f"{got[at]} comes before {seats[at]}.", got=", ".join(got))

    mistakes = {
        "the seat as it is": (lambda seat: seat, "10A comes before 1A"),
        "two digits": (lambda seat: f"{int(seat[:-1]):02d}{seat[-1]}", "100A comes before 10A"),
        "the row alone": (lambda seat: f"{int(seat[:-1]):03d}", "is lost"),
        "the letter first": (lambda seat: f"{seat[-1]}{int(seat[:-1]):03d}", "2A comes before 1F"),
        "filled on the right": (lambda seat: seat.ljust(4, "0"), "comes before"),
        "a number": (lambda seat: int(seat[:-1]), "is a string"),
    }


_seen = {}


class SpreadTheHeat(Exercise):
    """Design the partition key of the readings, 50 a second from each aircraft.

    With a flight: return a list with the one partition key that its readings are written under. Without: the list
    of all partition keys that must be queried to read everything of the airport, at most 20 of them.
    At most 5 % of an hour's writes may be throttled. Writer and reader are two programs."""

    hints = (
        "The airport alone is one key, and one partition. Which part of the flight could divide it?",
        "Write sharding: a few keys for each airport, such as JFK#0 to JFK#9. The flight decides which one.",
        "crc32(flight.encode()) % 10 is the same number on every machine and every day; hash() is not.",
    )
    remember = "A calculated suffix spreads the writes, and whoever reads can list every suffix there is."

    @staticmethod
    def solution(origin, flight=None):
        from zlib import crc32

        if flight is None:
            return [f"{origin}#{shard}" for shard in range(10)]
        return [f"{origin}#{crc32(flight.encode()) % 10}"]

    BUDGET, MOST_KEYS = 0.05, 20

    def check(self, answer):
        flights = _in_the_air()
        with forgetful(answer) as forget:
            with self.case("where an airport is read"):
                to_read = {origin: self._keys(answer, origin) for origin in ("EWR", "JFK", "LGA")}
                self._few(to_read)
            with self.case("an hour of Friday, 12 July 2013"):
                keys = self._keys_of(answer, flights)
                self._spreads(flights, keys)
            with self.case("another program asks for the keys, the next day"):
                forget()
                self._same(flights, keys, self._keys_of(answer, flights[::-1], other_hashes)[::-1])
        with self.case("reading back"):
            self._reads_back(flights, keys, to_read)

    def _few(self, to_read):
        for origin, keys in to_read.items():
            if len(keys) > self.MOST_KEYS:
                self.wrong(
                    f"To read {origin} takes {len(keys)} queries; at most {self.MOST_KEYS} are allowed."
                )
            for key in keys:
                if keys.count(key) > 1:
                    self.wrong(
                        f"{written(key)} is in the list {keys.count(key)} times: its readings would be read that often, "
                        "and paid for."
                    )

    def _same(self, flights, keys, elsewhere):
        for flight, key, other in zip(flights, keys, elsewhere, strict=True):
            if key != other:
                self.wrong(
                    f"Another program gets another key for {flight['origin']}, {flight['name']}, and will not find the readings. "
                    "hash() of a string, id() and what a program remembers differ from run to run.",
                )

    def _keys(self, answer, origin) -> list[str]:
        value = self.run(answer, origin).value
        if not isinstance(value, list) or not value or not all(isinstance(key, str) and key for key in value):
            self.wrong("It returns a list of partition keys, which are strings.", got=written(value))
        return value

    def _keys_of(self, answer, flights, program=nullcontext) -> list[str]:
        """The key of each flight; each is asked for twice, by a new text: not the same object as before."""
        asked = f"spread_the_heat(origin, flight) for {len(flights)} flights"
        names = [["".join(list(flight["name"])) for _ in range(2)] for flight in flights]

        def twice():
            with program():
                return [
                    [answer(flight["origin"], name) for name in both]
                    for flight, both in zip(flights, names, strict=True)
                ]

        values = self.run(twice, shown=asked).value
        for flight, (value, again) in zip(flights, values, strict=True):
            named = f"{flight['origin']}, {flight['name']}"
            if (
                not isinstance(value, list)
                or len(value) != 1
                or not isinstance(value[0], str)
                or not value[0]
            ):
                self.wrong(
                    f"With a flight it returns a list of one key: for {named} it gives something else.",
                    got=written(value),
                )
            if again != value:
                self.wrong(
                    f"Asked twice for {named}, it gives two keys. Nobody will find the readings again."
                )
        return [value[0] for value, _ in values]

    def _spreads(self, flights, keys):
        from helpers.simulator import PartitionedTable, workloads

        load = workloads.intervals(
            [flight["start"] for flight in flights], [flight["end"] for flight in flights], keys, rate=50
        )
        # Warm: the 4,000 a second of a new table are not the point here.
        result = PartitionedTable(warm_write_units=20_000).run(load)
        if result.throttled_share > self.BUDGET:
            by_second = load.groupby(["key", "second"], observed=True)["requests"].sum()
            busiest, most = by_second.idxmax()[0], by_second.max()
            self.wrong(
                f"In the model {100 * result.throttled_share:.1f} % of the writes are throttled; "
                f"the budget is {100 * self.BUDGET:.0f} %."
                + (
                    f" One partition takes 1,000 a second, and the key {written(busiest)} alone gets up to {most:,.0f}."
                    if most > 1_000
                    else ""
                ),
                keys=f"{load['key'].nunique()} different keys",
            )

    def _reads_back(self, flights, keys, to_read):
        table = self.table("Readings", "place", "at_flight")
        items = [
            {"place": key, "at_flight": f"{flight['departure']}#{flight['name']}", "origin": flight["origin"]}
            for flight, key in zip(flights, keys, strict=True)
        ]
        self.fill(table, items)
        for origin, places in to_read.items():
            found = [item for place in places for item in _all_of(table, Key("place").eq(place))]
            written_there = sum(item["origin"] == origin for item in items)
            ours = sum(item["origin"] == origin for item in found)
            if ours < written_there:
                self.wrong(
                    f"The load is spread, but the question cannot be answered: of {written_there} flights from {origin} "
                    f"the queries find {ours}.",
                    queried=", ".join(places[:4]) + (" …" if len(places) > 4 else ""),
                )
            if len(found) > ours:
                self.wasteful(
                    f"Reading {origin} also reads {len(found) - ours} flights of other airports, and pays for them."
                )

    mistakes = {
        "the airport": (lambda origin, flight=None: [origin], ("throttled", "1,000 a second")),
        "every flight has a key, and nobody can list them": (
            lambda origin, flight=None: [flight or origin],
            "the question cannot be answered",
        ),
        "misses the last shard": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(9)]
                if flight is None
                else [f"{origin}#{crc32(flight.encode()) % 10}"]
            ),
            "cannot be answered",
        ),
        "two shards are too few": (
            lambda origin, flight=None: (
                [f"{origin}#0", f"{origin}#1"]
                if flight is None
                else [f"{origin}#{crc32(flight.encode()) % 2}"]
            ),
            "throttled",
        ),
        "the airline": (
            lambda origin, flight=None: [f"{origin}#{flight[:2]}"] if flight else [f"{origin}#UA", f"{origin}#B6"],
            ("throttled; the budget is 5 %", "'EWR#UA' alone gets up to"),
        ),
        "reads a hundred shards": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(100)]
                if flight is None
                else [f"{origin}#{crc32(flight.encode()) % 100}"]
            ),
            "at most 20",
        ),
        "one set of shards for all airports": (
            lambda origin, flight=None: (
                [f"{shard}" for shard in range(20)] if flight is None else [f"{crc32(flight.encode()) % 20}"]
            ),
            "flights of other airports",
        ),
        "random, and forgotten": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(20)]
                if flight is None
                else [f"{origin}#{next(_turn) % 20}"]
            ),
            "Asked twice",
        ),
        "the hash of this process": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(8)] if flight is None else [f"{origin}#{hash(flight) % 8}"]
            ),
            ("Another program gets another key", "hash()"),
        ),
        "an address in memory": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(20)] if flight is None else [f"{origin}#{id(flight) % 20}"]
            ),
            "Nobody will find the readings again",
        ),
        "in turn, and remembered by the writer alone": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in range(10)]
                if flight is None
                else [f"{origin}#{_seen.setdefault(flight, len(_seen)) % 10}"]
            ),
            "Another program gets another key",
        ),
        "every key twice": (
            lambda origin, flight=None: (
                [f"{origin}#{shard}" for shard in (*range(8), *range(8))]
                if flight is None
                else [f"{origin}#{crc32(flight.encode()) % 8}"]
            ),
            "is in the list 2 times",
        ),
        "a key and not a list": (lambda origin, flight=None: f"{origin}#1", "a list of partition keys"),
        "no key for a flight": (
            lambda origin, flight=None: [f"{origin}#{shard}" for shard in range(10)],
            "With a flight it returns a list of one key",
        ),
    }  # fmt: skip


@cache
def _in_the_air(hour: int = 18) -> tuple[dict, ...]:
    """The flights in the air from `hour` o'clock, New York time, and for how many seconds of that hour."""
    begins, ends = hour * 3_600, (hour + 1) * 3_600
    flights = []
    with gzip.open(FLIGHTS, "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["flight_date"] != DAY or not row["air_time"]:
                continue
            planned = int(row["sched_dep_time"][:2]) * 60 + int(row["sched_dep_time"][3:])
            start = (planned + int(row["dep_delay"])) * 60
            end = start + int(row["air_time"]) * 60
            if start < ends and end > begins:
                name = f"{row['carrier']}{row['flight']}"
                flight = {"name": name, "origin": row["origin"], "departure": row["departure"]}
                flights.append({**flight, "start": max(0, start - begins), "end": min(3_600, end - begins)})
    return tuple(flights)


def _all_of(table, condition) -> list[dict]:
    """All items of a Query, whatever the number of pages."""
    pages = table.meta.client.get_paginator("query").paginate(
        TableName=table.name, KeyConditionExpression=condition
    )
    return [item for page in pages for item in page["Items"]]


class ShardReader(Exercise):
    """Return all readings of an airport from a sharded table, in the order of `at`.

    The partition key `place` is the airport with a shard, "JFK#0" to "JFK#7" where `shards` is 8; `at` is the sort key.
    A shard may be empty, or take several pages. Readings of the same time, from two shards, are all wanted; either may
    come first."""

    hints = (
        "One query reads one partition key. How many are there, and what is the first one called?",
        "A query returns one page. While LastEvaluatedKey is in the answer, ask again with ExclusiveStartKey.",
        'Each shard is in order, the whole is not: sorted(items, key=lambda item: item["at"]).',
    )
    remember = "Sharded writes are paid for by reading: one query for each shard, all its pages, and a merge."

    @staticmethod
    def solution(table, airport, shards):
        items = []
        for shard in range(shards):
            query = {"KeyConditionExpression": Key("place").eq(f"{airport}#{shard}")}
            page = table.query(**query)
            items += page["Items"]
            while "LastEvaluatedKey" in page:
                page = table.query(**query, ExclusiveStartKey=page["LastEvaluatedKey"])
                items += page["Items"]
        return sorted(items, key=lambda item: item["at"])

    def check(self, answer):
        for about, airport, shards, many, size, each in (
            ("four shards", "JFK", 4, 22, 10, 1),
            ("eight shards, some of them empty", "JFK", 8, 5, 10, 1),
            ("two shards of more than 2 MB", "JFK", 2, 26, 200_000, 1),
            ("another airport; two readings of each time, in two shards", "LGA", 4, 12, 10, 2),
        ):
            with self.case(about):
                items = self._readings(airport, shards, many, size, each)
                table = self.table("Readings", "place", "at", items=items)
                run = self.run(answer, table, airport, shards)
                ours = sorted(
                    (item for item in items if item["place"].startswith(f"{airport}#")),
                    key=lambda item: item["at"],
                )
                self._is_whole(run.value, ours, [made.parameters for made in run.calls])
                run.never("Scan", "a Scan reads the whole table, the other airports too")
                run.at_most(calls=shards * (3 if size > 100 else 1))

    def _readings(self, airport, shards, many, size, each) -> list[dict]:
        def at(number):
            return f"2013-07-12T18:{number // each:02d}:00Z"

        airports = [(airport, many), ("EWR", 3)]
        return [
            {"place": f"{airport}#{number * 7 % shards}", "at": at(number), "filler": "x" * size}
            for airport, readings in airports
            for number in range(readings)
        ]

    def _is_whole(self, value, ours, parameters):
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.expect(value, ours)
        for item in value:
            lost = {"place", "at", "filler"} - set(item)
            if lost:
                self.wrong(f"A reading has no {written(min(lost))} any more. Return the items as they are.")
        got = {(item["place"], item["at"]) for item in value}
        missing = [item for item in ours if (item["place"], item["at"]) not in got]
        if missing:
            times = {at for _, at in got}
            if len(got) > 1 and all(item["at"] in times for item in missing):
                self.wrong(
                    f"{len(missing)} readings are missing, each of the same time as one in another shard. "
                    "A sort key is unique within its partition key alone."
                )
            places = sorted({item["place"] for item in missing})
            whole = [place for place in places if not any(found[0] == place for found in got)]
            if whole:
                self.wrong(f"{len(missing)} readings are missing: nothing was read from {', '.join(whole)}.")
            limited = any("Limit" in each for each in parameters)
            why = "a Limit ends the page" if limited else "a query returns at most 1 MB"
            self.wrong(
                f"{len(missing)} readings of {places[0]} are missing: {why}. "
                "While there is a LastEvaluatedKey, there is more."
            )
        if len(value) != len(ours):
            self.wrong(f"There are {len(value)} readings, not {len(ours)}. Are other airports among them?")
        if [item["at"] for item in value] != [item["at"] for item in ours]:
            self.wrong(
                "All readings are there, but not in the order of `at`: each shard is in order, the whole is not."
            )

    @staticmethod
    def _from_shards(table, airport, numbers):
        found = [item for n in numbers for item in _all_of(table, Key("place").eq(f"{airport}#{n}"))]
        return sorted(found, key=lambda item: item["at"])

    mistakes = {
        "begins with shard 1": (
            lambda table, airport, shards: ShardReader._from_shards(table, airport, range(1, shards + 1)),
            "nothing was read from JFK#0",
        ),
        "forgets the last shard": (
            lambda table, airport, shards: ShardReader._from_shards(table, airport, range(shards - 1)),
            "nothing was read from",
        ),
        "reads the airport without a shard": (
            lambda table, airport, shards: _all_of(table, Key("place").eq(airport)),
            "nothing was read from",
        ),
        "stops at the first page": (
            lambda table, airport, shards: sorted(
                (
                    item
                    for n in range(shards)
                    for item in table.query(KeyConditionExpression=Key("place").eq(f"{airport}#{n}"))["Items"]
                ),
                key=lambda item: item["at"],
            ),
            "LastEvaluatedKey",
        ),
        "reads two pages of each shard": (
            lambda table, airport, shards: ShardReader._pages(table, airport, shards, most=2),
            ("at most 1 MB", "While there is a LastEvaluatedKey"),
        ),
        "one reading of each shard": (
            lambda table, airport, shards: ShardReader._pages(table, airport, shards, most=1, Limit=1),
            "a Limit ends the page",
        ),
        "the times alone": (
            lambda table, airport, shards: [
                {"at": item["at"]} for item in ShardReader._pages(table, airport, shards, most=9)
            ],
            "A reading has no 'filler'",
        ),
        "does not merge": (
            lambda table, airport, shards: [
                item for n in range(shards) for item in _all_of(table, Key("place").eq(f"{airport}#{n}"))
            ],
            "not in the order",
        ),
        "stops at an empty shard": (
            lambda table, airport, shards: ShardReader._until_empty(table, airport, shards),
            "nothing was read from",
        ),
        "scans and filters": (lambda table, airport, shards: ShardReader._scanned(table, airport), "reads the whole table"),
        "one airport for all": (
            lambda table, airport, shards: ShardReader._from_shards(table, "JFK", range(shards)),
            "nothing was read from LGA#0",
        ),
        "one reading of each time": (
            lambda table, airport, shards: list(
                {item["at"]: item for item in ShardReader._from_shards(table, airport, range(shards))}.values()
            ),
            ("of the same time as one in another shard", "unique within its partition key"),
        ),
    }  # fmt: skip

    @staticmethod
    def _pages(table, airport, shards, most, **options):
        items = []
        for shard in range(shards):
            query = {"KeyConditionExpression": Key("place").eq(f"{airport}#{shard}"), **options}
            for _ in range(most):
                page = table.query(**query)
                items += page["Items"]
                if "LastEvaluatedKey" not in page:
                    break
                query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return sorted(items, key=lambda item: item["at"])

    @staticmethod
    def _until_empty(table, airport, shards):
        items = []
        for shard in range(shards):
            found = _all_of(table, Key("place").eq(f"{airport}#{shard}"))
            if not found:
                break
            items += found
        return sorted(items, key=lambda item: item["at"])

    @staticmethod
    def _scanned(table, airport):
        pages = table.meta.client.get_paginator("scan").paginate(
            TableName=table.name, FilterExpression=Attr("place").begins_with(f"{airport}#")
        )
        return sorted((item for page in pages for item in page["Items"]), key=lambda item: item["at"])


class MoveBetweenKeys(Exercise):
    """Move the item with the key `old` to the key `new`. It must never be lost or be there twice, wherever the code
    is interrupted. An item that is already at `new`, even since a moment ago, must not be replaced: then change
    nothing, and let the error out.

    `old` and `new` are dicts such as {"customer_id": "CUST-1001", "status_ticket": "OPEN#T-7"}."""

    hints = (
        "A key cannot be changed: it takes a put and a delete. What if the program dies between them?",
        "table.meta.client.transact_write_items does both or nothing, and takes Python values.",
        'The Put takes ConditionExpression="attribute_not_exists(customer_id)".',
    )
    remember = (
        "A new key is a new item. Put and delete belong in one transaction, and the put must not replace anyone. "
        "Nobody changed the old item between your read and your write here: where that can happen, the delete needs a "
        "condition too."
    )

    @staticmethod
    def solution(table, old, new):
        item = table.get_item(Key=old, ConsistentRead=True)["Item"]
        free = {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": next(iter(new))},
        }
        table.meta.client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table.name, "Item": {**item, **new}, **free}},
                {"Delete": {"TableName": table.name, "Key": old}},
            ]
        )

    OLD = {"customer_id": "CUST-1001", "status_ticket": "OPEN#T-7"}
    NEW = {"customer_id": "CUST-1001", "status_ticket": "DONE#T-7"}
    TICKET = {**OLD, "subject": "Card blocked", "opened": "2026-03-02"}
    OTHER = {**NEW, "note": "An older ticket of that number", "closed": "2019-11-30"}
    ELSEWHERE = {"customer_id": "CUST-1002", "status_ticket": "OPEN#T-7"}
    BYSTANDER = {"customer_id": "CUST-1001", "status_ticket": "OPEN#T-8", "subject": "New address"}

    def check(self, answer):
        moved = {**self.TICKET, **self.NEW}
        with self.case("nothing goes wrong"):
            table = self._table(self.TICKET)
            run = self.run(answer, table, self.OLD, self.NEW)
            self._is_once(table)
            self.expect(self.items(table), [moved, self.BYSTANDER], "what the table holds")
        with self.case("to another customer"):
            table = self._table(self.TICKET)
            self.run(answer, table, self.OLD, self.ELSEWHERE)
            self.holds(table, [{**self.TICKET, **self.ELSEWHERE}, self.BYSTANDER])
        writes = sum(name not in ("GetItem", "Query") for name in run.operations)
        for number in range(1, writes + 1):
            with self.case(f"the program is interrupted before its write number {number}"):
                table = self._table(self.TICKET)
                with _interrupted_before_write(number):
                    self.run(answer, table, self.OLD, self.NEW, raises=Interrupted)
                self._is_once(table)
        with self.case("there is an item at the new key"):
            table = self._table(self.TICKET, self.OTHER)
            run = self.run(answer, table, self.OLD, self.NEW, raises=Exception)
            self._spares_the_other(
                table, run, "The item that was at the new key is lost: the put replaced it."
            )
        with self.case("another program puts an item at the new key, just before your write"):
            table = self._table(self.TICKET)
            with _before_first_write(lambda: table.put_item(Item=self.OTHER)):
                run = self.run(answer, table, self.OLD, self.NEW, raises=Exception)
            self._spares_the_other(
                table,
                run,
                "The item that another program put at the new key is lost. A look before the write is a race: "
                "only a condition in the write itself is not.",
            )

    def _spares_the_other(self, table, run, lost):
        left = self.items(table)
        if self.OTHER not in left:
            self.wrong(lost)
        self.expect(left, [self.OTHER, self.TICKET, self.BYSTANDER], "what the table holds")
        if run.error is None:
            self.wrong("Nothing was moved, and the caller is not told: let the error out.")

    def _table(self, *tickets):
        return self.table("Tickets", "customer_id", "status_ticket", items=[*tickets, self.BYSTANDER])

    def _is_once(self, table):
        found = [item["status_ticket"] for item in self.items(table) if item["status_ticket"].endswith("T-7")]
        if not found:
            self.wrong("The ticket is lost: the old item is gone and the new one was never written.")
        if len(found) > 1:
            self.wrong(
                "The ticket is there twice, at the old key and at the new one.", found=", ".join(found)
            )

    @staticmethod
    def _put_then_delete(table, old, new, first="put"):
        item = table.get_item(Key=old)["Item"]
        if first == "delete":
            table.delete_item(Key=old)
        table.put_item(Item={**item, **new})
        if first == "put":
            table.delete_item(Key=old)

    mistakes = {
        "deletes, then puts": (
            lambda table, old, new: MoveBetweenKeys._put_then_delete(table, old, new, "delete"),
            ("is lost", "interrupted before its write number 2"),
        ),
        "puts, then deletes": (
            lambda table, old, new: MoveBetweenKeys._put_then_delete(table, old, new),
            ("there twice", "interrupted before its write number 2"),
        ),
        "copies": (
            lambda table, old, new: table.put_item(Item={**table.get_item(Key=old)["Item"], **new}),
            "there twice",
        ),
        "a batch is not a transaction": (
            lambda table, old, new: MoveBetweenKeys._batched(table, old, new),
            "the put replaced it",
        ),
        "a transaction without a condition": (
            lambda table, old, new: MoveBetweenKeys._unconditional(table, old, new),
            "the put replaced it",
        ),
        "a condition on an attribute that is not in the key": (
            lambda table, old, new: MoveBetweenKeys._unconditional(
                table, old, new, ConditionExpression="attribute_not_exists(subject)"
            ),
            "the put replaced it",
        ),
        "the sort key alone": (
            lambda table, old, new: MoveBetweenKeys._unconditional(
                table,
                old,
                {**old, "status_ticket": new["status_ticket"]},
                ConditionExpression="attribute_not_exists(customer_id)",
            ),
            "to another customer",
        ),
        "looks first": (
            lambda table, old, new: MoveBetweenKeys._looks_first(table, old, new),
            "A look before the write is a race",
        ),
        "swallows the error": (
            lambda table, old, new: MoveBetweenKeys._silent(table, old, new),
            "let the error out",
        ),
        "updates the key": (
            lambda table, old, new: table.update_item(
                Key=old,
                UpdateExpression="SET status_ticket = :new",
                ExpressionAttributeValues={":new": new["status_ticket"]},
            ),
            "part of the key",
        ),
        "loses the other attributes": (
            lambda table, old, new: table.meta.client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": table.name, "Item": new}},
                    {"Delete": {"TableName": table.name, "Key": old}},
                ]
            ),
            "has no",
        ),
    }

    @staticmethod
    def _batched(table, old, new):
        item = table.get_item(Key=old)["Item"]
        with table.batch_writer() as batch:
            batch.put_item(Item={**item, **new})
            batch.delete_item(Key=old)

    @staticmethod
    def _unconditional(table, old, new, **condition):
        item = table.get_item(Key=old)["Item"]
        table.meta.client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table.name, "Item": {**item, **new}, **condition}},
                {"Delete": {"TableName": table.name, "Key": old}},
            ]
        )

    @staticmethod
    def _looks_first(table, old, new):
        if "Item" in table.get_item(Key=new):
            raise ValueError("there is an item at the new key")
        MoveBetweenKeys._unconditional(table, old, new)

    @staticmethod
    def _silent(table, old, new):
        with suppress(ClientError):
            MoveBetweenKeys.solution(table, old, new)


class Interrupted(Exception):
    """Stands for a program that dies: nothing after it is done."""


@contextmanager
def _interrupted_before_write(number: int):
    """The program dies when it is about to make its write of this number, counted from 1."""
    made = 0

    def layer(call: wiring.Call, proceed: Callable):
        nonlocal made
        if _writes(call):
            made += 1
            if made >= number:
                raise Interrupted("the program was interrupted here")
        return proceed()

    with wiring.around_calls(layer):
        yield


@contextmanager
def _before_first_write(happens: Callable[[], object]):
    """Another program is quicker: `happens` is called when the first write is about to be made."""
    waiting = [happens]

    def layer(call: wiring.Call, proceed: Callable):
        if waiting and _writes(call):
            waiting.pop()()
        return proceed()

    with wiring.around_calls(layer):
        yield


def _writes(call: wiring.Call) -> bool:
    writing = ("Put", "Delete", "Update", "BatchWrite", "TransactWrite", "Execute", "BatchExecute")
    return call.service == "dynamodb" and call.operation.startswith(writing)


class IndexForQuestion(Exercise):
    """Design a global secondary index for one question: which flights of an airline are cancelled, in the order of
    departure? The flight's key and its departure are enough.

    Answer with a dict: "partition_key", "sort_key" and "projection", which is "ALL" or "KEYS_ONLY"."""

    hints = (
        "Ask as for a table: what does the question know, and in which order does it want the answer?",
        "An item without the index's sort key is not in the index. Which attribute do only cancelled flights have?",
        "The keys of table and index are always projected.",
    )
    remember = "An index holds only items that have its keys. A sparse index is small, cheap to write and cheap to read."

    ATTRIBUTES = ("flight_id", "carrier", "departure", "cancelled", "cancelled_departure", "dest")
    solution = {"partition_key": "carrier", "sort_key": "cancelled_departure", "projection": "KEYS_ONLY"}

    def check(self, answer):
        if not isinstance(answer, dict) or set(answer) != {"partition_key", "sort_key", "projection"}:
            self.wrong(
                'The answer is a dict with "partition_key", "sort_key" and "projection".', got=written(answer)
            )
        keys = answer["partition_key"], answer["sort_key"]
        for key in keys:
            if isinstance(key, list | tuple):
                self.wrong(
                    "DynamoDB takes up to four attributes for an index key, but one is enough here. Give its name.",
                    got=written(key),
                )
            if key not in self.ATTRIBUTES:
                self.wrong(f"There is no attribute {written(key)}. Choose from {', '.join(self.ATTRIBUTES)}.")
        if keys[0] == keys[1]:
            self.wrong("Partition key and sort key are two attributes.")
        if answer["projection"] not in ("ALL", "KEYS_ONLY"):
            self.wrong('The projection is "ALL" or "KEYS_ONLY".', got=written(answer["projection"]))
        with self.case("400 flights of a stormy Wednesday; only cancelled ones have a cancelled_departure"):
            self._answers(*keys, answer["projection"])

    def _answers(self, partition, sort, projection):
        if partition != "carrier":
            self.wrong(
                f"The question knows the airline. An index by {partition} cannot be queried for one airline: "
                f"the query must name one {partition}."
            )
        if sort not in ("departure", "cancelled_departure"):
            self.wrong(f"The flights must come in the order of departure; this index orders them by {sort}.")
        flights = _stormy(400)
        names = dict.fromkeys(["flight_id", partition, sort])
        table = self.table(
            "Flights", "flight_id", items=flights,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names if name != "flight_id"],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "question",
                    "KeySchema": [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": projection},
                }
            ],
        )  # fmt: skip
        held = len(table.scan(IndexName="question", Select="ALL_PROJECTED_ATTRIBUTES")["Items"])
        cancelled = sum("cancelled_departure" in flight for flight in flights)
        if sort == "departure" and projection == "KEYS_ONLY":
            self.wrong("The index has the airline and the departure, but not whether a flight was cancelled.")
        found = table.query(IndexName="question", KeyConditionExpression=Key("carrier").eq("EV"))["Items"]
        ours = sorted(
            flight["departure"]
            for flight in flights
            if flight["carrier"] == "EV" and "cancelled_departure" in flight
        )
        if held > cancelled:
            self.wasteful(
                f"The index answers the question with a filter, but it holds {held} flights where {cancelled} are asked "
                "for: each is written and stored again, and each of the airline is read."
            )
        else:
            self.expect([item["cancelled_departure"] for item in found], ours, "the departures found")
        if projection == "ALL":
            self.wasteful(
                "The index copies every attribute. The keys of table and index are always there, and they are enough."
            )

    mistakes = {
        "every flight is in it": (
            {"partition_key": "carrier", "sort_key": "departure", "projection": "ALL"},
            "each is written and stored again",
        ),
        "it does not know what was cancelled": (
            {"partition_key": "carrier", "sort_key": "departure", "projection": "KEYS_ONLY"},
            "not whether a flight was cancelled",
        ),
        "by whether it was cancelled": (
            {"partition_key": "cancelled", "sort_key": "departure", "projection": "KEYS_ONLY"},
            "The question knows the airline",
        ),
        "several attributes in one key": (
            {"partition_key": ["carrier", "cancelled"], "sort_key": "departure", "projection": "KEYS_ONLY"},
            ("up to four", "one is enough here"),
        ),
        "in no useful order": (
            {"partition_key": "carrier", "sort_key": "dest", "projection": "ALL"},
            "in the order of departure",
        ),
        "copies everything": (
            {"partition_key": "carrier", "sort_key": "cancelled_departure", "projection": "ALL"},
            "copies every attribute",
        ),
        "an attribute that is not there": (
            {"partition_key": "airline", "sort_key": "departure", "projection": "ALL"},
            "There is no attribute 'airline'",
        ),
    }


@cache
def _stormy(most: int) -> tuple[dict, ...]:
    """The last flights of Wednesday as items; the storms came in the evening."""
    with gzip.open(FLIGHTS, "rt", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["flight_date"] == STORMY][-most:]
    items = []
    for row in rows:
        item = {
            "flight_id": f"{row['flight_date']}#{row['carrier']}{row['flight']}#{row['origin']}",
            "carrier": row["carrier"],
            "departure": row["departure"],
            "dest": row["dest"],
            "cancelled": row["cancelled"],
        }
        if row["cancelled"] == "yes":
            item["cancelled_departure"] = row["departure"]
        items.append(item)
    return tuple(items)

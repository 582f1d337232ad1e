"""What the checks of lesson 03 accept and refuse beyond the mistakes that each exercise lists."""

import ast
import asyncio
import base64
import json
import pickle
import random
import threading
import time
from functools import partial
from time import sleep
from unittest import mock

import pytest
from boto3.dynamodb.conditions import Key

from helpers.exercises.getitem_versus_query import (
    AllPages,
    CheapestRead,
    FilterIsNotFree,
    GetMany,
    NewestFirst,
    OneCustomer,
    PageForAWebApp,
    PredictUnits,
    WhichCall,
)


@pytest.fixture(autouse=True)
def lab(started):
    return started


def departures(airport_day, **request):
    return {"KeyConditionExpression": Key("airport_day").eq(airport_day), **request}


def as_text(key):
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def one_more_than_a_page(table, airport_day, cursor=None):
    start = {"ExclusiveStartKey": json.loads(base64.urlsafe_b64decode(cursor))} if cursor else {}
    page = table.query(**departures(airport_day, Limit=11, **start))
    items = page["Items"]
    if len(items) > 10:
        return items[:10], as_text({name: items[9][name] for name in ("airport_day", "time_flight")})
    return items, as_text(page["LastEvaluatedKey"]) if "LastEvaluatedKey" in page else None


def the_sort_key_alone(table, airport_day, cursor=None):
    start = {}
    if cursor:
        time_flight = base64.urlsafe_b64decode(cursor).decode()
        start = {"ExclusiveStartKey": {"airport_day": airport_day, "time_flight": time_flight}}
    page = table.query(**departures(airport_day, Limit=10, **start))
    last = page.get("LastEvaluatedKey")
    return page["Items"], last and base64.urlsafe_b64encode(last["time_flight"].encode()).decode()


def always_ten(table, airport_day, cursor=None):
    """Reads on where a page ends before its tenth item."""
    found, request = [], departures(airport_day)
    if cursor:
        request["ExclusiveStartKey"] = json.loads(base64.urlsafe_b64decode(cursor))
    while len(found) < 10:
        page = table.query(**request, Limit=10 - len(found))
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found, None
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return found, as_text(request["ExclusiveStartKey"])


def through_a_helper(table, airport_day, cursor=None):
    return one_more_than_a_page(table, airport_day, cursor)


@pytest.mark.parametrize("answer", [one_more_than_a_page, the_sort_key_alone, always_ten, through_a_helper])
def test_a_page_may_be_cut_in_any_way_that_needs_no_memory(answer):
    verdict = PageForAWebApp().judge(answer)
    assert verdict.kind == "right", verdict.text


pages_seen, counter = {}, 0


def counted(table, airport_day, cursor=None):
    global counter
    start = {"ExclusiveStartKey": pages_seen[cursor]} if cursor else {}
    page = table.query(**departures(airport_day, Limit=10, **start))
    if "LastEvaluatedKey" not in page:
        return page["Items"], None
    counter += 1
    pages_seen[str(counter)] = page["LastEvaluatedKey"]
    return page["Items"], str(counter)


def counted_elsewhere(table, airport_day, cursor=None):
    return counted(table, airport_day, cursor)


def counted_in_a_default(table, airport_day, cursor=None, seen={}):  # noqa: B006
    start = {"ExclusiveStartKey": seen[cursor]} if cursor else {}
    page = table.query(**departures(airport_day, Limit=10, **start))
    if "LastEvaluatedKey" not in page:
        return page["Items"], None
    seen[str(len(seen))] = page["LastEvaluatedKey"]
    return page["Items"], str(len(seen) - 1)


last_page = None


def counted_in_a_variable(table, airport_day, cursor=None):
    global last_page
    start = {"ExclusiveStartKey": last_page} if cursor else {}
    page = table.query(**departures(airport_day, Limit=10, **start))
    last_page = page.get("LastEvaluatedKey")
    return page["Items"], last_page and "more"


def keeps_it_outside():
    kept = None

    def page_of(table, airport_day, cursor=None):
        nonlocal kept
        start = {"ExclusiveStartKey": kept} if cursor else {}
        page = table.query(**departures(airport_day, Limit=10, **start))
        kept = page.get("LastEvaluatedKey")
        return page["Items"], kept and "more"

    return page_of


class Pages:
    def __init__(self):
        self.last = None

    def page(self, table, airport_day, cursor=None):
        start = {"ExclusiveStartKey": self.last} if cursor else {}
        page = table.query(**departures(airport_day, Limit=10, **start))
        self.last = page.get("LastEvaluatedKey")
        return page["Items"], self.last and "more"


pages = Pages()


def counted_in_an_object(table, airport_day, cursor=None):
    return pages.page(table, airport_day, cursor)


@pytest.mark.parametrize(
    "answer",
    [
        counted,
        counted_elsewhere,
        counted_in_a_default,
        counted_in_a_variable,
        keeps_it_outside(),
        counted_in_an_object,
        Pages().page,
    ],
)
def test_a_cursor_that_only_this_process_understands_is_refused(answer):
    verdict = PageForAWebApp().judge(answer)
    assert verdict.kind == "wrong" and "another process" in verdict.text, verdict.text


def test_functions_that_call_each_other_are_still_judged():
    def once_round(table, airport_day, cursor=None):
        return there(table, airport_day, cursor)

    assert PageForAWebApp().judge(once_round).kind == "right"


def there(table, airport_day, cursor, back=True):
    return (
        and_back(table, airport_day, cursor) if back else PageForAWebApp.solution(table, airport_day, cursor)
    )


def and_back(table, airport_day, cursor):
    return there(table, airport_day, cursor, back=False)


def test_a_quoted_cursor_is_told_which_characters_it_may_hold():
    def quoted(table, airport_day, cursor=None):
        return table.query(**departures(airport_day, Limit=10))["Items"], "%7B%22airport_day%22%7D"

    assert "letters, digits and -_.~= only" in PageForAWebApp().judge(quoted).text


def test_a_number_as_text_is_not_called_another_number():
    text = PredictUnits().judge({**PredictUnits.solution, "batch": "10"}).text
    assert "'batch' is text, not a number" in text


def test_products_of_somebody_else_are_named_as_such():
    def stubborn(table, customer_id):
        return table.query(KeyConditionExpression=Key("customer_id").eq("CUST-1001"))["Items"]

    assert "products of CUST-1001; asked for were those of CUST-10." in OneCustomer().judge(stubborn).text


@pytest.mark.parametrize("fixed", [2, 3, 5, 7, 40])
def test_a_count_of_its_own_is_refused(fixed):
    def newest_first(table, account_id, count):
        request = {"ScanIndexForward": False, "Limit": fixed}
        return table.query(KeyConditionExpression=Key("account_id").eq(account_id), **request)["Items"]

    assert NewestFirst().judge(newest_first).kind == "wrong"


def asking_again_after(wait):
    def get_many(table, keys):
        wanted, found = list({tuple(sorted(key.items())): key for key in keys}.values()), []
        for at in range(0, len(wanted), 100):
            request, pause = {table.name: {"Keys": wanted[at : at + 100]}}, 0.05
            while request:
                answer = table.meta.client.batch_get_item(RequestItems=request)
                found += answer["Responses"][table.name]
                request, pause = answer["UnprocessedKeys"], 2 * pause
                if request:
                    wait(pause)
        return found

    return get_many


def and_then_the_rest(table, keys):
    """Leftovers wait behind the keys that were not asked for yet, and for a second and more."""
    wanted, found = list({tuple(sorted(key.items())): key for key in keys}.values()), []
    pause = 1
    while wanted:
        batch, wanted = wanted[:100], wanted[100:]
        answer = table.meta.client.batch_get_item(RequestItems={table.name: {"Keys": batch}})
        found += answer["Responses"][table.name]
        left = answer["UnprocessedKeys"].get(table.name, {}).get("Keys", [])
        wanted += left
        sleep(pause if left else 0)
        pause *= 2
    return found


@pytest.mark.parametrize(
    "answer",
    [
        asking_again_after(lambda seconds: time.sleep(seconds)),
        asking_again_after(lambda seconds: time.sleep(seconds / 1000)),  # as jitter may have it
        asking_again_after(threading.Event().wait),
        asking_again_after(lambda seconds: asyncio.run(asyncio.sleep(seconds))),
        and_then_the_rest,
    ],
)
def test_leftovers_may_be_waited_for_in_any_way(answer):
    verdict = GetMany().judge(answer)
    assert verdict.kind == "right", verdict.text


def test_pauses_of_one_length_are_no_back_off_and_random_ones_are():
    constant, jitter = (
        (lambda seconds: time.sleep(0.1)),
        (lambda seconds: time.sleep(random.uniform(0, seconds))),
    )
    verdict = GetMany().judge(asking_again_after(constant))
    assert verdict.kind == "wasteful" and "as long as the one before" in verdict.text, verdict.text
    for _ in range(5):
        assert GetMany().judge(asking_again_after(jitter)).kind == "right"


def test_no_time_at_all_is_not_a_wait():
    verdict = GetMany().judge(asking_again_after(lambda seconds: time.sleep(0)))
    assert verdict.kind == "wasteful" and "asks again at once" in verdict.text, verdict.text


def test_a_check_does_not_wait_and_gives_the_clock_back():
    before, began = sleep, time.monotonic()
    assert GetMany().judge(asking_again_after(lambda seconds: time.sleep(1000 * seconds))).kind == "right"
    assert GetMany().judge(and_then_the_rest).kind == "right"
    assert time.monotonic() - began < 10
    assert time.sleep is sleep is before


@pytest.mark.parametrize("exercise", [OneCustomer, NewestFirst, FilterIsNotFree, AllPages, PageForAWebApp])
def test_a_strong_read_is_called_wasteful_where_nobody_needs_the_newest_state(exercise):
    def strong(table, *args):
        with mock.patch.object(table, "query", partial(table.query, ConsistentRead=True)):
            return exercise.solution(table, *args)

    verdict = exercise().judge(strong)
    assert verdict.kind == "wasteful" and "costs twice as much" in verdict.text, verdict.text


def test_a_choice_may_be_written_with_any_blanks_and_letters():
    answer = dict(
        zip(
            WhichCall.solution,
            (" getitem", "BATCHGETITEM", "getitem  With consistentread", "query", "Query an  Index", "scan"),
            strict=True,
        )
    )
    assert WhichCall().judge(answer).kind == "right"
    assert "None is none of" in WhichCall().judge({**answer, "one_flight": None}).text


@pytest.mark.parametrize("decode", [bytes.fromhex, base64.b32decode])
def test_code_in_a_cursor_is_refused_in_whatever_alphabet_it_comes(decode):
    encode = {bytes.fromhex: bytes.hex, base64.b32decode: lambda key: base64.b32encode(key).decode()}[decode]

    def page_of(table, airport_day, cursor=None):
        start = {"ExclusiveStartKey": pickle.loads(decode(cursor))} if cursor else {}
        page = table.query(**departures(airport_day, Limit=10, **start))
        last = page.get("LastEvaluatedKey")
        return page["Items"], last and encode(pickle.dumps(last))

    assert "never unpickle or eval" in PageForAWebApp().judge(page_of).text


def test_a_cursor_that_names_the_program_may_be_refused_by_an_error():
    def page_of(table, airport_day, cursor=None):
        start = {"ExclusiveStartKey": ast.literal_eval(bytes.fromhex(cursor).decode())} if cursor else {}
        page = table.query(**departures(airport_day, Limit=10, **start))
        last = page.get("LastEvaluatedKey")
        return page["Items"], last and repr(last).encode().hex()

    verdict = PageForAWebApp().judge(page_of)
    assert verdict.kind == "right", verdict.text


def test_a_scan_of_an_index_is_not_called_a_scan_of_the_table_alone():
    answer, words = CheapestRead.mistakes["scans the index"]
    verdict = CheapestRead().judge(answer)
    assert verdict.kind == "wasteful" and words in verdict.text

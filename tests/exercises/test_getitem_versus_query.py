"""What the checks of lesson 03 accept and refuse beyond the mistakes that each exercise lists."""

import base64
import json
import time

import pytest
from boto3.dynamodb.conditions import Key

from helpers.exercises.getitem_versus_query import (
    CheapestRead,
    GetMany,
    NewestFirst,
    OneCustomer,
    PageForAWebApp,
    PredictUnits,
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
    items = table.query(**departures(airport_day, Limit=11, **start))["Items"]
    if len(items) < 11:
        return items, None
    return items[:10], as_text({name: items[9][name] for name in ("airport_day", "time_flight")})


def the_sort_key_alone(table, airport_day, cursor=None):
    start = {}
    if cursor:
        time_flight = base64.urlsafe_b64decode(cursor).decode()
        start = {"ExclusiveStartKey": {"airport_day": airport_day, "time_flight": time_flight}}
    page = table.query(**departures(airport_day, Limit=10, **start))
    last = page.get("LastEvaluatedKey")
    return page["Items"], last and base64.urlsafe_b64encode(last["time_flight"].encode()).decode()


def through_a_helper(table, airport_day, cursor=None):
    return one_more_than_a_page(table, airport_day, cursor)


@pytest.mark.parametrize("answer", [one_more_than_a_page, the_sort_key_alone, through_a_helper])
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


def test_leftovers_may_be_sent_back_as_they_are_and_waited_for():
    def get_many(table, keys):
        once, found = {tuple(key.items()): key for key in keys}, []
        wanted = list(once.values())
        for at in range(0, len(wanted), 100):
            request, pause = {table.name: {"Keys": wanted[at : at + 100]}}, 0.01
            while request:
                answer = table.meta.client.batch_get_item(RequestItems=request)
                found += answer["Responses"][table.name]
                request, pause = answer["UnprocessedKeys"], 2 * pause
                time.sleep(pause if request else 0)
        return found

    verdict = GetMany().judge(get_many)
    assert verdict.kind == "right", verdict.text


def test_a_scan_of_an_index_is_not_called_a_scan_of_the_table_alone():
    answer, words = CheapestRead.mistakes["scans the index"]
    verdict = CheapestRead().judge(answer)
    assert verdict.kind == "wasteful" and words in verdict.text

"""A race runs exactly the schedule it is told, or all of them, and leaves nothing behind."""

import _thread
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from math import comb
from time import sleep as nap

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import lab
from helpers.lenses.calls import calls
from helpers.lenses.race import race

KEY = {"account_id": "ACC-1"}


def make(**items):
    """A table of accounts, each with a balance."""
    table = boto3.resource("dynamodb").create_table(
        TableName="Accounts",
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, balance in (items or {"ACC-1": 100}).items():
        table.put_item(Item={"account_id": name.replace("_", "-"), "balance": balance})
    return table


@pytest.fixture
def table(started):
    return make()


def withdraw_by_hand(table, amount=80):
    """Read, think, write: the bug of the course."""
    item = table.get_item(Key=KEY)["Item"]
    if item["balance"] < amount:
        return "refused"
    item["balance"] -= amount
    table.put_item(Item=item)
    return "paid"


def withdraw_safely(table, amount=80):
    try:
        table.update_item(
            Key=KEY,
            UpdateExpression="SET balance = balance - :amount",
            ConditionExpression="balance >= :amount",
            ExpressionAttributeValues={":amount": amount},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return "refused"
    return "paid"


def adds(table, times):
    def writer():
        for _ in range(times):
            table.update_item(
                Key=KEY, UpdateExpression="ADD balance :one", ExpressionAttributeValues={":one": 1}
            )

    return writer


def both(writer, table):
    return [lambda: writer(table), lambda: writer(table)]


def told(run):
    """The timeline as one line: where the picture breaks its lines is its own affair."""
    return " ".join(repr(run).split())


# ---- one schedule


def test_the_order_decides_who_wins(table):
    lost = race(*both(withdraw_by_hand, table), order="abab")
    assert (lost.order, lost.returned) == ("abab", ["paid", "paid"])
    fair = race(*both(withdraw_by_hand, table), order="bba")
    assert (fair.order, fair.returned) == ("bba", ["refused", "paid"])


@pytest.mark.parametrize("order", ["aabb", "abab", "abba", "baab", "baba", "bbaa"])
def test_the_same_order_gives_the_same_timeline(table, order):
    first, second = (repr(race(*both(withdraw_by_hand, table), order=order)) for _ in range(2))
    assert first == second


def test_the_timeline_shows_what_was_read_and_what_the_item_was(table):
    seen = told(race(*both(withdraw_by_hand, table), order="abab"))
    # What was read stays what was read, although the writer changed the item in its hands.
    assert seen.count("GetItem ACC-1 is balance 100") == 2
    assert seen.count("PutItem ACC-1 = balance 20") == 2
    assert "item then {balance: 20}" in seen


def test_the_timeline_tells_only_what_changes(table):
    table.update_item(
        Key=KEY, UpdateExpression="SET branch = :where", ExpressionAttributeValues={":where": "Ghent"}
    )
    assert "Ghent" not in repr(race(*both(withdraw_by_hand, table), order="abab"))
    assert "Ghent" in repr(race(lambda: table.get_item(Key=KEY), lambda: None))


def test_the_picture_names_its_writers_in_its_alt_text(table):
    def anna():
        return withdraw_by_hand(table)

    def ben():
        return withdraw_by_hand(table)

    picture = race(anna, ben, order="abab").timeline(verdict="80 is lost.")
    assert "a: anna" in picture.alt and "b: ben" in picture.alt and "80 is lost." in picture.alt


def test_a_refusal_is_part_of_the_timeline(table):
    run = race(*both(withdraw_safely, table))
    assert run.returned == ["paid", "refused"]
    assert "ConditionalCheckFailedException" in repr(run)
    assert "balance = balance - 80 if balance >= 80" in told(run)


def test_the_lab_stays_as_it_is(table):
    race(*both(withdraw_by_hand, table), every=True)
    assert table.get_item(Key=KEY)["Item"]["balance"] == 100


def test_a_race_on_an_endpoint_runs_on_a_copy_in_this_process(started, monkeypatch):
    with lab.serve(port=0) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        lab.start("endpoint")
        table = make(ACC_1=100, ACC_2=5)
        outcomes = race(*both(withdraw_by_hand, table), every=True)
        assert [outcome.schedules for outcome in outcomes] == [4, 1, 1]
        held = {item["account_id"]: item["balance"] for item in table.scan()["Items"]}
        assert held == {"ACC-1": 100, "ACC-2": 5}
        lab.stop()


def test_setup_makes_the_tables_of_each_schedule(started):
    def writer():
        return boto3.resource("dynamodb").Table("Accounts").scan()["Count"]

    assert race(writer, writer, setup=make).returned == [1, 1]
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    make(ACC_1=1, ACC_2=2)  # what the lab has is not in the way
    assert race(writer, writer, setup=make).returned == [1, 1]


def test_letters_of_a_writer_that_is_done_are_passed_over(table):
    run = race(*both(withdraw_by_hand, table), order="aaaabb")
    assert run.order == "aab"  # the second is refused after its first call
    assert "The order has 3 letters more than there were calls." in told(run)


def test_what_is_left_when_the_letters_end_runs_in_order(table):
    run = race(*both(withdraw_by_hand, table), order="b")
    assert run.order == "baab"
    assert "the last 3 calls ran in order" in told(run)


def test_an_order_that_fits_has_no_note(table):
    assert race(*both(withdraw_by_hand, table), order="abab").note == ""
    assert race(*both(withdraw_by_hand, table)).note == ""


def test_an_order_that_names_nobody_is_refused(table):
    with pytest.raises(ValueError, match="names 'c', but the writers are a and b"):
        race(*both(withdraw_by_hand, table), order="abc")


def test_one_writer_is_no_race(table):
    with pytest.raises(ValueError, match="2 to 26 writers"):
        race(lambda: None)


def test_without_a_lab_it_says_to_start_one():
    with pytest.raises(lab.LabError, match="start a lab"):
        race(lambda: None, lambda: None)


def test_a_writer_without_calls_is_done_at_once(table):
    run = race(lambda: "nothing to do", adds(table, 2), order="aabb")
    assert (run.order, run.returned) == ("bb", ["nothing to do", None])


def test_what_a_writer_raises_is_its_ending(table):
    def broken():
        table.get_item(Key=KEY)
        raise ValueError("out of money")

    run = race(broken, adds(table, 1))
    assert isinstance(run.errors[0], ValueError) and run.errors[1] is None
    assert "raised ValueError: out of money" in told(run)


def test_clients_and_resources_give_the_same_timeline(table):
    client = boto3.client("dynamodb")

    def by_client():
        item = client.get_item(TableName="Accounts", Key={"account_id": {"S": "ACC-1"}})["Item"]
        item["balance"] = {"N": str(int(item["balance"]["N"]) - 80)}
        client.put_item(TableName="Accounts", Item=item)

    def by_resource():
        item = table.get_item(Key=KEY)["Item"]
        table.put_item(Item={**item, "balance": item["balance"] - 80})

    by_client.__name__ = by_resource.__name__ = "writer"
    assert repr(race(by_client, by_client, order="abab")) == repr(
        race(by_resource, by_resource, order="abab")
    )


def test_a_transaction_shows_all_its_items(started):
    make(ACC_1=100, ACC_2=0)
    client = boto3.client("dynamodb")

    def move(amount):
        def action(account, change):
            return {"Update": {
                "TableName": "Accounts", "Key": {"account_id": {"S": account}},
                "UpdateExpression": "SET balance = balance + :change",
                "ExpressionAttributeValues": {":change": {"N": str(change)}},
            }}  # fmt: skip

        client.transact_write_items(TransactItems=[action("ACC-1", -amount), action("ACC-2", amount)])

    run = race(lambda: move(10), lambda: move(20))
    assert run.items == {
        "Accounts": [{"account_id": "ACC-1", "balance": 70}, {"account_id": "ACC-2", "balance": 30}]
    }
    assert "Update ACC-1: SET balance = balance + -10; Update ACC-2" in told(run)
    assert "ACC-1: {balance: 70}, ACC-2: {balance: 30}" in told(run)


# ---- every schedule


def test_every_schedule_of_two_times_five_calls_is_run(table):
    outcomes = race(adds(table, 5), adds(table, 5), every=True)
    assert (outcomes.schedules, outcomes.complete) == (252, True)
    assert [outcome.value["Accounts"]["balance"] for outcome in outcomes] == [110]


@pytest.mark.parametrize("first, second", [(0, 3), (1, 1), (2, 3), (4, 2)])
def test_the_number_of_schedules_is_that_of_all_interleavings(table, first, second):
    assert race(adds(table, first), adds(table, second), every=True).schedules == comb(first + second, first)


def test_three_writers_are_scheduled_too(table):
    assert race(adds(table, 2), adds(table, 2), adds(table, 1), every=True).schedules == 30


def test_the_lost_update_is_found_with_a_witness(table):
    outcomes = race(*both(withdraw_by_hand, table), every=True)
    assert outcomes.schedules == 6
    lost = next(outcome for outcome in outcomes if outcome.witness.returned == ["paid", "paid"])
    assert (lost.schedules, lost.witness.order) == (4, "abba")  # the witness switches as little as can be
    assert len(outcomes) == 3


def test_one_conditional_update_has_no_lost_update(table):
    outcomes = race(*both(withdraw_safely, table), every=True)
    assert {tuple(outcome.witness.returned) for outcome in outcomes} == {
        ("paid", "refused"),
        ("refused", "paid"),
    }


def test_the_outcome_is_what_the_caller_looks_at(table):
    outcomes = race(
        *both(withdraw_by_hand, table), every=True, outcome=lambda: table.get_item(Key=KEY)["Item"]["balance"]
    )
    assert [(outcome.value, outcome.schedules) for outcome in outcomes] == [(20, 6)]


def test_the_outcome_holds_what_statements_wrote_too(table):
    def writes(amount):
        return lambda: table.meta.client.execute_statement(
            Statement="UPDATE Accounts SET balance = ? WHERE account_id = ?", Parameters=[amount, "ACC-1"]
        )

    outcomes = race(writes(1), writes(2), every=True)
    assert {each.value["Accounts"]["balance"] for each in outcomes} == {1, 2}


def test_the_outcome_may_be_told_from_the_run(table):
    outcomes = race(
        *both(withdraw_by_hand, table), every=True, outcome=lambda run: run.returned.count("paid")
    )
    assert [(outcome.value, outcome.schedules) for outcome in outcomes] == [(2, 4), (1, 2)]


def test_responses_are_the_same_outcome_whatever_their_request_id(table):
    def writer():
        return table.get_item(Key=KEY)

    assert len(race(writer, writer, every=True)) == 1


def test_retries_make_schedules_longer(table):
    def with_version():
        for _ in range(3):
            item = table.get_item(Key=KEY)["Item"]
            version = item.get("version", 0)
            try:
                table.put_item(
                    Item={**item, "balance": item["balance"] + 1, "version": version + 1},
                    ConditionExpression="attribute_not_exists(version) OR version = :read",
                    ExpressionAttributeValues={":read": version},
                )
                return "done"
            except ClientError:
                nap(1)
        return "gave up"

    outcomes = race(with_version, with_version, every=True)
    assert {tuple(outcome.witness.returned) for outcome in outcomes} == {("done", "done")}
    assert {outcome.value["Accounts"]["balance"] for outcome in outcomes} == {102}
    assert outcomes.complete and outcomes.schedules == 6  # after a refusal the other one is done


def test_too_many_schedules_are_sampled_and_it_says_so(table):
    outcomes = race(adds(table, 4), adds(table, 4), every=True, limit=20)
    assert not outcomes.complete and outcomes.schedules <= 20
    assert "of about 70 schedules, drawn at random with seed 0" in repr(outcomes)


def test_a_sample_is_the_same_for_the_same_seed(table):
    def orders(seed):
        seen = []
        race(
            adds(table, 4), adds(table, 4), every=True, limit=8, seed=seed,
            outcome=lambda: seen.append(table.scan()["Count"]),
        )  # fmt: skip
        outcomes = race(*both(withdraw_by_hand, table), every=True, limit=4, seed=seed)
        return [(outcome.witness.order, outcome.schedules) for outcome in outcomes]

    assert orders(1) == orders(1)


def test_schedules_whose_calls_do_not_meet_are_merged_on_request(started):
    table = make(ACC_1=1, ACC_2=2)

    def reads_other():
        for _ in range(4):
            table.get_item(Key={"account_id": "ACC-2"})

    outcomes = race(reads_other, adds(table, 4), every=True, merge=True)
    assert outcomes.schedules == 1 and outcomes.complete
    assert "do not meet" in repr(outcomes)


ON_ITEMS = st.tuples(st.sampled_from(["read", "write", "add"]), st.sampled_from(["x", "y"]))
ACTIONS = ON_ITEMS | st.just(("scan", ""))


def program(table, name, actions):
    """A writer that does these actions, and returns all it saw."""

    def writer():
        seen = []
        for number, (action, key) in enumerate(actions):
            if action == "read":
                seen.append(int(table.get_item(Key={"account_id": key})["Item"]["balance"]))
            elif action == "scan":
                seen.append(sorted(int(item["balance"]) for item in table.scan()["Items"]))
            elif action == "write":
                table.put_item(Item={"account_id": key, "balance": 100 * (ord(name) - 96) + number})
            else:
                table.update_item(
                    Key={"account_id": key}, UpdateExpression="ADD balance :one",
                    ExpressionAttributeValues={":one": 1},
                )  # fmt: skip
        return seen

    return writer


def by_hand(programs, order):
    """What the same actions do to a dict, in this order: the referee."""
    held, seen, left = {"x": 1, "y": 2}, [[] for _ in programs], [list(enumerate(each)) for each in programs]
    for letter in order:
        at = ord(letter) - 97
        number, (action, key) = left[at].pop(0)
        if action == "read":
            seen[at].append(held[key])
        elif action == "scan":
            seen[at].append(sorted(held.values()))
        elif action == "write":
            held[key] = 100 * (at + 1) + number
        else:
            held[key] += 1
    return held, seen


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, max_size=3), st.lists(ACTIONS, max_size=3))
def test_all_schedules_end_as_the_same_steps_on_a_dict(no_lab_left_behind, first, second):
    lab.start("moto")
    table = make(x=1, y=2)
    programs = [first, second]
    writers = [program(table, name, actions) for name, actions in zip("ab", programs, strict=True)]

    def look():
        items = sorted(table.scan()["Items"], key=lambda item: item["account_id"])
        return {item["account_id"]: int(item["balance"]) for item in items}

    orders = set(itertools.permutations("a" * len(first) + "b" * len(second)))
    expected = {str(by_hand(programs, order)) for order in orders}
    for merge in (False, True):
        outcomes = race(*writers, every=True, outcome=lambda run: (look(), run.returned), merge=merge)
        assert {str(each.value) for each in outcomes} == expected
        for each in outcomes:
            assert each.value == by_hand(programs, each.witness.order)
        assert merge or outcomes.schedules == len(orders)


# ---- time


def test_sleeping_takes_no_time_and_moves_the_writers_clock(table):
    def patient():
        started = time.time(), time.monotonic()
        time.sleep(3600)
        nap(60)  # by the name this module imported
        table.get_item(Key=KEY)
        return time.time() - started[0], time.monotonic() - started[1]

    begun = time.perf_counter()
    run = race(patient, adds(table, 1))
    assert run.returned[0] == (3660, 3660)
    assert time.perf_counter() - begun < 60
    assert "sleep 3600 s" in repr(run)


def test_a_writer_that_waits_for_another_lets_it_on(table):
    def waits():
        while table.get_item(Key=KEY)["Item"]["balance"] < 101:
            time.sleep(1)
        return "saw it"

    assert race(waits, adds(table, 1)).returned == ["saw it", None]


# ---- writers that do not end


def ends_with(run, words):
    assert words in run.stopped and words in told(run)
    assert not writers_left()


def writers_left():
    return [thread for thread in threading.enumerate() if thread.name.startswith("writer")]


def test_a_writer_that_calls_for_ever_is_stopped(table):
    def endless():
        while True:
            table.get_item(Key=KEY)

    ends_with(race(endless, adds(table, 1), order="ab"), "a made 50 calls and did not end")


def test_a_bare_except_does_not_keep_a_writer_going(table):
    def stubborn():
        while True:
            try:
                table.get_item(Key={})
            except:  # noqa: E722
                continue

    ends_with(race(stubborn, adds(table, 1)), "a made 50 calls and did not end")


def test_a_writer_that_loops_without_a_call_is_stopped(table):
    def busy():
        table.get_item(Key=KEY)
        while True:
            try:  # noqa: SIM105
                sum(range(100))
            except:  # noqa: E722
                pass

    ends_with(race(adds(table, 1), busy, seconds=0.2), "b ran for 0.2 s without a call and did not end")


def test_a_writer_that_only_sleeps_is_stopped(table):
    def sleepy():
        while True:
            time.sleep(1)

    ends_with(race(sleepy, adds(table, 1)), "slept 1,000 times without a call")


def test_a_race_of_every_schedule_ends_at_a_writer_that_does_not(table):
    def endless():
        while True:
            table.get_item(Key=KEY)

    outcomes = race(endless, adds(table, 2), every=True)
    assert "a writer that does not end" in told(outcomes)
    assert not outcomes.complete and outcomes[-1].witness.stopped


# ---- nothing is left behind


@pytest.fixture
def as_before(started):
    before = BaseClient._make_api_call, time.sleep, time.time, time.monotonic, nap, threading.active_count()
    yield
    after = BaseClient._make_api_call, time.sleep, time.time, time.monotonic, nap, threading.active_count()
    assert after == before


def test_a_race_leaves_no_thread_and_no_handler(as_before, table):
    race(*both(withdraw_by_hand, table), every=True)


def test_a_setup_that_raises_leaves_nothing(as_before, started):
    with pytest.raises(ZeroDivisionError):
        race(lambda: None, lambda: None, setup=lambda: 1 / 0)
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []


def test_an_interrupted_race_leaves_nothing(as_before, table):
    def interrupted():
        _thread.interrupt_main()  # as the stop button of a notebook does
        table.get_item(Key=KEY)

    with pytest.raises(KeyboardInterrupt):
        race(interrupted, adds(table, 1))
    assert not writers_left()


def test_writers_that_differ_from_run_to_run_are_told_off(as_before, table):
    runs = []

    def fickle():
        runs.append(None)
        for _ in range(1 if len(runs) % 2 else 3):
            table.get_item(Key=KEY)

    with pytest.raises(RuntimeError, match="did not make the same calls again"):
        race(fickle, adds(table, 2), every=True)


def test_a_race_inside_a_race_is_refused(as_before, table):
    def inner():
        race(lambda: None, lambda: None)

    run = race(inner, adds(table, 1))
    assert "A race is going on already" in str(run.errors[0])


def test_threads_of_a_writer_pass_unscheduled(as_before, table):
    def many():
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda _: table.get_item(Key=KEY)["Item"]["balance"], range(4)))

    assert race(many, adds(table, 1)).returned[0] == 400


def test_other_lenses_see_the_calls_in_the_order_of_the_schedule(as_before, table):
    with calls() as made:
        race(*both(withdraw_by_hand, table), order="abab")
    assert made.operations == ["GetItem", "GetItem", "PutItem", "PutItem"]

"""The checks of lesson 05 beyond each exercise's own mistakes, and the transfer under every schedule and failure."""

from collections import Counter
from itertools import product

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from helpers.engines import wiring
from helpers.exercises.condition_expressions import (
    ClaimJob,
    InsertOnly,
    NoOverdraft,
    OptimisticLock,
    Transfer,
    WhichFailed,
)
from helpers.lenses.race import race


@pytest.fixture(autouse=True)
def lab(started):
    return started


# ---- three transfers at once, and a network that fails

TRANSFERS = [("ACC-1", "ACC-2", 80), ("ACC-2", "ACC-3", 60), ("ACC-3", "ACC-1", 40)]
HELD = {"ACC-1": 100, "ACC-2": 20, "ACC-3": 10}
FAULTS = ("none", "lost request", "lost answer")


class Network:
    """Fails the first call of each transfer in its own way, in every schedule anew."""

    def __init__(self, faults=("none", "none", "none")):
        self.faults = dict(zip(("t-0", "t-1", "t-2"), faults, strict=True))
        self.start()

    def start(self):
        self.left = dict(self.faults)

    def __call__(self, call, proceed):
        fault = self.left.pop(call.parameters.get("ClientRequestToken"), "none")
        if fault == "lost request":
            raise EndpointConnectionError(endpoint_url="DynamoDB")
        try:
            return proceed()
        finally:
            if fault == "lost answer":  # a refusal can get lost too
                raise ReadTimeoutError(endpoint_url="DynamoDB")


@pytest.fixture
def accounts(lab):
    table = boto3.resource("dynamodb").create_table(
        TableName="Accounts",
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, balance in HELD.items():
        table.put_item(Item={"account_id": name, "balance": balance})
    return table


def transfers(client, transfer):
    """The three transfers as writers that send again, with the same token, when the network fails."""

    def writer(number):
        def send():
            for _ in range(2):
                try:
                    return transfer(client, *TRANSFERS[number], f"t-{number}")
                except (EndpointConnectionError, ReadTimeoutError):
                    continue
            return "gave up"

        return send

    return [writer(number) for number in range(3)]


def balances(accounts):
    return {item["account_id"]: int(item["balance"]) for item in accounts.scan()["Items"]}


def after(returned):
    held = Counter(HELD)
    for (source, target, amount), told in zip(TRANSFERS, returned, strict=True):
        if told == "done":
            held[source] -= amount
            held[target] += amount
    return dict(held)


# Every pattern of up to two failures, and all three of a kind: 618 schedules in all.
PATTERNS = [p for p in product(FAULTS, repeat=3) if "none" in p or len(set(p)) == 1]


def test_three_transfers_conserve_money_in_every_schedule_whatever_the_network_loses(accounts):
    client = accounts.meta.client
    endings, schedules = set(), 0
    for faults in PATTERNS:
        network = Network(faults)

        def look(run, network=network):
            network.start()
            return balances(accounts), run.returned

        with wiring.around_calls(network):
            outcomes = race(*transfers(client, Transfer.solution), every=True, outcome=look)
        retries = sum(fault != "none" for fault in faults)
        assert outcomes.complete and outcomes.schedules == {0: 6, 1: 12, 2: 30, 3: 90}[retries]
        schedules += outcomes.schedules
        for outcome in outcomes:
            held, returned = outcome.value
            assert sum(held.values()) == sum(HELD.values()) and min(held.values()) >= 0, outcome.witness
            assert held == after(returned), outcome.witness  # what was told is what was done, once
            endings.add(tuple(returned))
    assert schedules == 6 + 6 * 12 + 12 * 30 + 2 * 90
    assert len(endings) > 1  # the order decides who finds the money there


def test_a_transfer_in_two_steps_loses_money_when_the_program_dies_between_them(accounts):
    def in_two_steps(client, source, target, amount, token):
        for account, change in ((source, -amount), (target, amount)):
            accounts.update_item(
                Key={"account_id": account},
                UpdateExpression="ADD balance :change",
                ExpressionAttributeValues={":change": change},
            )
        return "done"

    with wiring.around_calls(_dies_between):
        run = race(*transfers(None, in_two_steps), outcome=lambda: balances(accounts))
    assert sum(run.outcome.values()) != sum(HELD.values())


def _dies_between(call, proceed):
    if call.parameters.get("ExpressionAttributeValues") == {":change": 80}:
        raise ConnectionResetError("the program died")
    return proceed()


def test_a_lost_answer_without_a_token_moves_money_twice(accounts):
    client = accounts.meta.client

    def sends_twice(*tokens):
        return lambda: [Transfer.solution(client, "ACC-1", "ACC-2", 40, token) for token in tokens]

    for tokens, left in ((("x", "x"), 60), (("x", "y"), 20)):
        run = race(sends_twice(*tokens), lambda: None, outcome=lambda: balances(accounts))
        assert run.outcome["ACC-1"] == left


# ---- other answers


def test_insert_only_accepts_a_condition_on_either_key():
    def by_sort_key(table, item):
        try:
            table.put_item(
                Item=item,
                ConditionExpression="attribute_not_exists(#k)",
                ExpressionAttributeNames={"#k": "product_id"},
            )
            return True
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            return False

    assert InsertOnly().judge(by_sort_key).kind == "right"


def test_a_withdrawal_with_versions_and_retries_is_safe_but_wasteful():
    def withdraw(table, key, amount):
        while True:
            item = table.get_item(Key=key, ConsistentRead=True).get("Item")
            if item is None or item["balance"] < amount:
                return False
            try:
                table.update_item(
                    Key=key,
                    UpdateExpression="SET balance = :left",
                    ConditionExpression="balance = :seen",
                    ExpressionAttributeValues={":left": item["balance"] - amount, ":seen": item["balance"]},
                )
                return True
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                continue

    assert NoOverdraft().judge(withdraw).kind == "wasteful"


def test_the_verdict_of_an_overdraft_shows_its_schedule():
    answer, _ = NoOverdraft.mistakes["reads, checks, updates"]
    details = dict(NoOverdraft().judge(answer).details)
    assert details["case"].startswith("100 in the account")
    assert details["schedule"] == "abba"
    assert "balance: -60" in details["timeline"]


def test_a_notebook_shows_the_schedule_as_a_picture():
    answer, _ = NoOverdraft.mistakes["reads, checks, puts"]
    html = NoOverdraft().judge(answer)._repr_mimebundle_()["text/html"]
    assert 'aria-label="4 steps by 2 writers: a: takes_80, b: takes_80' in html


def test_a_lock_may_write_by_update_item():
    def optimistic_lock(table, key, change):
        for _ in range(4):
            item = table.get_item(Key=key, ConsistentRead=True).get("Item")
            if item is None:
                break
            changes = {**change(item), "version": item["version"] + 1}
            try:
                return table.update_item(
                    Key=key,
                    UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
                    ConditionExpression="#version = :read",
                    ExpressionAttributeNames={f"#{name}": name for name in changes},
                    ExpressionAttributeValues={f":{name}": value for name, value in changes.items()}
                    | {":read": item["version"]},
                    ReturnValues="ALL_NEW",
                )["Attributes"]
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                continue
        return None

    assert OptimisticLock().judge(optimistic_lock).kind == "right"


def test_a_lock_that_sleeps_between_tries_is_checked_without_waiting():
    import time

    def patient(table, key, change):
        time.sleep(0)
        return OptimisticLock.solution(table, key, change)

    assert OptimisticLock().judge(patient).kind == "right"


def test_a_lock_may_wait_longer_and_longer_between_its_tries():
    import time

    def patient(table, key, change):
        for attempt in range(5):
            item = table.get_item(Key=key, ConsistentRead=True).get("Item")
            if item is None:
                return None
            read = item["version"]
            item.update(change(item), version=read + 1)
            try:
                table.put_item(
                    Item=item,
                    ConditionExpression="version = :read",
                    ExpressionAttributeValues={":read": read},
                )
                return item
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                time.sleep(2**attempt)
        return None

    real, before = time.sleep, time.monotonic()
    assert OptimisticLock().judge(patient).kind == "right"
    assert time.monotonic() - before < 10 and time.sleep is real


def test_a_transfer_may_try_again_after_a_conflict_with_the_same_token():
    def patient(client, source, target, amount, token):
        try:
            return Transfer.solution(client, source, target, amount, token)
        except client.exceptions.TransactionCanceledException:
            return Transfer.solution(client, source, target, amount, token)

    assert Transfer().judge(patient).kind == "right"


def test_a_racy_answer_is_wrong_before_it_is_wasteful():
    answer, _ = ClaimJob.mistakes["asks only whether the owner changed"]  # two calls, where one would do
    verdict = ClaimJob().judge(answer)
    assert verdict.kind == "wrong" and "promised to w-0 and w-1" in verdict.text


def test_a_claim_by_the_clock_of_the_machine_is_wrong():
    import time

    def claim(table, key, worker, now):
        return ClaimJob.solution(table, key, worker, int(time.time()))

    assert ClaimJob().judge(claim).kind == "wrong"


def test_reading_the_message_of_a_cancelled_transaction_is_not_enough():
    def by_message(error, names):
        codes = str(error).partition("[")[2].partition("]")[0].split(", ")
        return {name: code for name, code in zip(names, codes, strict=True) if code != "None"}

    # It happens to work: the message lists the codes. So it is right, and stays so only while the message does.
    assert WhichFailed().judge(by_message).kind == "right"

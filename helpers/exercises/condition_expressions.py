"""The exercises of the lesson Condition expressions."""

import time
from contextlib import contextmanager
from decimal import Decimal

from botocore.exceptions import ClientError, EndpointConnectionError

from helpers.engines import wiring
from helpers.exercises.comparing import written
from helpers.exercises.exercise import Exercise
from helpers.exercises.racing import named, no_schedule
from helpers.exercises.sleeping import sleeps_take_no_time

SAVINGS = {"customer_id": "CUST-1001", "product_id": "SAV-01"}
FAILED = "ConditionalCheckFailedException"
READS = ("GetItem", "Query", "Scan", "DescribeTable")
DENIED = "a program that may not write to the table"


def _item(table, key):
    return table.get_item(Key=key, ConsistentRead=True).get("Item")


def _refused(call, **request):
    """Whether DynamoDB refused the write because of its condition."""
    try:
        call(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] != FAILED:
            raise
        return True
    return False


@contextmanager
def _refuses_writes(code, message, times=None, **fields):
    """Writes, or the first few of them, are refused with this error. Reads go through."""
    refused = []

    def layer(call, proceed):
        if call.operation in READS or len(refused) == times:
            return proceed()
        refused.append(call.operation)
        response = {"Error": {"Code": code, "Message": message}, **fields}
        raise call.client.exceptions.from_code(code)(response, call.operation)

    with wiring.around_calls(layer):
        yield


def _meets_a_conflict(*codes):
    """The first write is a transaction that is cancelled for these reasons, as on AWS where two of them meet."""
    message = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]"
    )
    reasons = [{"Code": code} for code in codes]
    return _refuses_writes("TransactionCanceledException", message, times=1, CancellationReasons=reasons)


def _lets_other_errors_out(exercise, answer, table, *args):
    """Inside `case`: wrong if the answer takes an error that is about something else for a failed condition."""
    with _refuses_writes("AccessDeniedException", f"This program may not write to {table.name}."):
        run = exercise.run(answer, *args, raises=ClientError)
    if run.error is None:
        exercise.wrong(
            "It swallows every error. Only a failed condition is an answer; let the others out.",
            error="AccessDeniedException",
        )


def _expect_item(exercise, table, key, wanted):
    found = _item(table, key)
    if wanted is not None and found is None:
        exercise.wrong("The item is gone.", it_was=written(wanted))
    if wanted is None and found is not None:
        exercise.wrong("There is an item, and there should be none.", got=written(found))
    exercise.expect(found, wanted, "the item")


class InsertOnly(Exercise):
    """Put `item` into `table` only if there is no item with its key. Return True if it is in, False if one was there.

    The key of the table is `customer_id` and `product_id`.
    """

    hints = (
        "A condition is checked against the item that has the same key. What is true of it only if there is none?",
        'ConditionExpression="attribute_not_exists(customer_id)"; and except ….exceptions.ConditionalCheckFailedException.',
    )
    remember = "attribute_not_exists of a key attribute means: there is no such item. Checked and written in one step."

    @staticmethod
    def solution(table, item):
        try:
            table.put_item(Item=item, ConditionExpression="attribute_not_exists(customer_id)")
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def check(self, answer):
        new = {"customer_id": "CUST-1001", "product_id": "SAV-09", "balance": 10}
        with self.case("a product that the customer does not have yet"):
            table = self.load("customer_products")
            run = self.run(answer, table, new)
            self.expect(run, True)
            self.expect(_item(table, {**SAVINGS, "product_id": "SAV-09"}), new, "the item")
            run.at_most(calls=1)
        with self.case("a product that is there"):
            table = self.load("customer_products")
            before = _item(table, SAVINGS)
            self.expect(self.run(answer, table, {**SAVINGS, "balance": 10}), False)
            self.expect(_item(table, SAVINGS), before, "the item that was there")
        with self.case("an item without the attributes that others have"):
            bare = {"customer_id": "CUST-9", "product_id": "BOX-01"}
            table = self.table("Bare", "customer_id", "product_id", items=[bare])
            self.expect(self.run(answer, table, {**bare, "product_type": "box"}), False)
        with self.case(DENIED):
            table = self.table("Mine", "customer_id", "product_id")
            _lets_other_errors_out(self, answer, table, table, new)
        with self.case("two clerks insert at once"):
            table = self.table("Empty", "customer_id", "product_id")
            self._last = None
            no_schedule(
                self,
                named("anna", answer, table, {**SAVINGS, "by": "anna"}),
                named("ben", answer, table, {**SAVINGS, "by": "ben"}),
                look=lambda: (_item(table, SAVINGS) or {}).get("by"),
                breaks=self._not_one,
            )
        with self.case("somebody pays into the one that is there, at the same time"):
            table = self.table("Paid", *SAVINGS, items=[{**SAVINGS, "balance": 100}])
            self._last = None
            no_schedule(
                self,
                named("insert", answer, table, {**SAVINGS, "balance": 10}),
                named("deposit", _deposit, table),
                look=lambda: (_item(table, SAVINGS) or {}).get("balance"),
                breaks=lambda balance, run: _deposit_lost(balance, 150, run),
            )

    @staticmethod
    def _not_one(by, run):
        winners = [name for name, told in zip(("anna", "ben"), run.returned, strict=True) if told is True]
        if winners != [by]:
            return f"The item is {by}'s, and True was returned to {' and '.join(winners) or 'nobody'}."
        return None

    mistakes = {
        "looks first": (
            lambda table, item: (
                not _item(table, {name: item[name] for name in SAVINGS}) and bool(table.put_item(Item=item))
            ),
            ["two clerks", "True was returned to anna and ben", "PutItem"],
        ),
        "puts without a condition": (
            lambda table, item: bool(table.put_item(Item=item)),
            "The answer is True, not False",
        ),
        "asks for another attribute": (
            lambda table, item: (
                not _refused(
                    table.put_item, Item=item, ConditionExpression="attribute_not_exists(product_type)"
                )
            ),
            ["without the attributes", "True"],
        ),
        "turns the condition round": (
            lambda table, item: (
                not _refused(table.put_item, Item=item, ConditionExpression="attribute_exists(customer_id)")
            ),
            "False",
        ),
        "puts, and puts back what was there": (
            lambda table, item: not _put_back(table, table.put_item(Item=item, ReturnValues="ALL_OLD")),
            ["somebody pays into the one that is there", "50 was paid in, and the balance is 100, not 150"],
        ),
        "asks before it puts with the condition": (
            lambda table, item: (
                not _item(table, {name: item[name] for name in SAVINGS}) and InsertOnly.solution(table, item)
            ),
            "takes 2 calls",
        ),
        "swallows every error": (
            lambda table, item: _swallowed(
                table.put_item, Item=item, ConditionExpression="attribute_not_exists(customer_id)"
            ),
            "swallows every error",
        ),
    }


def _deposit(table):
    """Pay 50 into the account, if it is there."""
    return not _refused(
        table.update_item,
        Key=SAVINGS,
        UpdateExpression="SET balance = balance + :fifty",
        ConditionExpression="attribute_exists(customer_id)",
        ExpressionAttributeValues={":fifty": 50},
    )


def _deposit_lost(balance, wanted, run):
    """What is wrong with a deposit, the second writer, into an account that is there before and after."""
    if not run.returned[1]:
        return "The account was gone for a moment, and a deposit of 50 was refused."
    if balance != wanted:
        return f"50 was paid in, and the balance is {balance}, not {wanted}."
    return None


def _put_back(table, answer):
    """Put back what a write with ALL_OLD has overwritten or deleted; whether there was anything."""
    if "Attributes" in answer:
        table.put_item(Item=answer["Attributes"])
    return "Attributes" in answer


def _swallowed(call, **request):
    try:
        call(**request)
    except Exception:
        return False
    return True


class SafeDelete(Exercise):
    """Delete the product at `key` only if its balance is 0. Return the item that was deleted, or None if none was.

    An item without a balance stays.
    """

    hints = (
        "The condition goes into the delete itself, so that nobody can pay in between.",
        'ConditionExpression="balance = :zero", and ReturnValues="ALL_OLD" brings the deleted item.',
    )
    remember = (
        "Check and delete in one call. An item that is not there has no balance, so the condition fails too."
    )

    @staticmethod
    def solution(table, key):
        try:
            answer = table.delete_item(
                Key=key,
                ConditionExpression="balance = :zero",
                ExpressionAttributeValues={":zero": 0},
                ReturnValues="ALL_OLD",
            )
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            return None
        return answer["Attributes"]

    def check(self, answer):
        for about, item in (
            ("an account with money on it", {**SAVINGS, "balance": 20}),
            ("an account in debt", {**SAVINGS, "balance": Decimal("-0.01")}),
            ("an empty account", {**SAVINGS, "balance": 0, "status": "active"}),
            ("an item without a balance", {**SAVINGS, "status": "active"}),
            ("an account that is not there", None),
        ):
            with self.case(about):
                table = self.table("Accounts", *SAVINGS, items=[item] if item else [])
                gone = item if item and item.get("balance") == 0 else None
                run = self.run(answer, table, SAVINGS)
                _expect_item(self, table, SAVINGS, None if gone else item)
                self.expect(run, gone)
                run.at_most(calls=1)
        with self.case(DENIED):
            table = self.table("Accounts", *SAVINGS, items=[{**SAVINGS, "balance": 0}])
            _lets_other_errors_out(self, answer, table, table, SAVINGS)
        with self.case("somebody pays in at the same time"):
            table = self.table("Paid", *SAVINGS, items=[{**SAVINGS, "balance": 0}])
            self._last = None
            no_schedule(
                self,
                named("delete", answer, table, SAVINGS),
                named("deposit", _deposit, table),
                look=lambda: _item(table, SAVINGS),
                breaks=lambda left, run: (
                    "50 was paid in, and deleted with the account." if run.returned[1] and not left else None
                ),
            )
        with self.case("there is money on it, and somebody pays in at the same time"):
            table = self.table("Paid", *SAVINGS, items=[{**SAVINGS, "balance": 20}])
            self._last = None
            no_schedule(
                self,
                named("delete", answer, table, SAVINGS),
                named("deposit", _deposit, table),
                look=lambda: (_item(table, SAVINGS) or {}).get("balance"),
                breaks=lambda balance, run: _deposit_lost(balance, 70, run),
            )

    mistakes = {
        "looks first": (
            lambda table, key: (
                table.delete_item(Key=key, ReturnValues="ALL_OLD").get("Attributes")
                if (_item(table, key) or {}).get("balance") == 0
                else None
            ),
            ["deleted with the account", "DeleteItem"],
        ),
        "deletes anything": (
            lambda table, key: table.delete_item(Key=key, ReturnValues="ALL_OLD").get("Attributes"),
            ["an account with money on it", "The item is gone"],
        ),
        "deletes, and puts back what had money": (
            lambda table, key: _deletes_first(table, key),
            ["there is money on it", "gone for a moment"],
        ),
        "deletes what has no balance": (
            lambda table, key: _deleted(table, key, "attribute_not_exists(balance) OR balance = :zero"),
            ["an item without a balance", "The item is gone"],
        ),
        "swallows every error": (
            lambda table, key: _or_else(lambda: SafeDelete.solution(table, key), None),
            "swallows every error",
        ),
        "lets a debt go": (
            lambda table, key: (
                None
                if _refused(
                    table.delete_item,
                    Key=key,
                    ConditionExpression="balance <= :zero",
                    ExpressionAttributeValues={":zero": 0},
                )
                else {**key, "balance": 0, "status": "active"}
            ),
            "an account in debt",
        ),
        "does not ask for the old item": (
            lambda table, key: (
                None
                if _refused(
                    table.delete_item,
                    Key=key,
                    ConditionExpression="balance = :zero",
                    ExpressionAttributeValues={":zero": 0},
                )
                else {}
            ),
            "The answer has no",
        ),
        "lets the error out": (
            lambda table, key: table.delete_item(
                Key=key,
                ConditionExpression="balance = :zero",
                ExpressionAttributeValues={":zero": 0},
                ReturnValues="ALL_OLD",
            )["Attributes"],
            "ConditionalCheckFailedException",
        ),
    }


def _deletes_first(table, key):
    answer = table.delete_item(Key=key, ReturnValues="ALL_OLD")
    if answer.get("Attributes", {}).get("balance") == 0:
        return answer["Attributes"]
    _put_back(table, answer)
    return None


def _deleted(table, key, condition):
    try:
        answer = table.delete_item(
            Key=key,
            ConditionExpression=condition,
            ExpressionAttributeValues={":zero": 0},
            ReturnValues="ALL_OLD",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return None
    return answer.get("Attributes")


class NoOverdraft(Exercise):
    """Withdraw `amount` from the account at `key`: True if it was paid out, False if the balance does not cover it.

    An account that is not there covers nothing: False. The balance must never go below 0, whoever else is writing,
    nothing may get lost, and who is told False was short of money, not of luck.
    """

    hints = (
        "Reading first does not help: the balance may change before you write.",
        "Let the update carry the condition that makes it safe: balance >= :amount.",
    )
    remember = (
        "The condition and the sum are one step. Two withdrawals cannot both pass a balance that covers one."
    )

    @staticmethod
    def solution(table, key, amount):
        try:
            table.update_item(
                Key=key,
                UpdateExpression="SET balance = balance - :amount",
                ConditionExpression="balance >= :amount",
                ExpressionAttributeValues={":amount": amount},
            )
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def check(self, answer):
        for about, balance, amount, paid in (
            ("more than enough", 100, 80, True),
            ("exactly enough", 80, 80, True),
            ("a cent too little", Decimal("79.99"), 80, False),
        ):
            with self.case(about):
                item = {**SAVINGS, "balance": balance, "status": "active"}
                table = self.table("Accounts", *SAVINGS, items=[item])
                run = self.run(answer, table, SAVINGS, amount)
                _expect_item(self, table, SAVINGS, {**item, "balance": balance - amount * paid})
                self.expect(run, paid)
                run.at_most(calls=1)
        for about, balance, amounts in (
            ("100 in the account, two withdrawals of 80 at once", 100, (80, 80)),
            ("100 in the account, withdrawals of 60 and 40 at once", 100, (60, 40)),
        ):
            with self.case(about):
                table = self.table("Accounts", *SAVINGS, items=[{**SAVINGS, "balance": balance}])
                self._last = None
                no_schedule(
                    self,
                    *(named(f"takes_{amount}", answer, table, SAVINGS, amount) for amount in amounts),
                    look=lambda table=table: _item(table, SAVINGS)["balance"],
                    breaks=lambda left, run, balance=balance, amounts=amounts: self._wrong_sum(
                        balance, amounts, left, run
                    ),
                )
        with self.case("an account that is not there"):
            table = self.table("Accounts", *SAVINGS)
            run = self.run(answer, table, SAVINGS, 80)
            _expect_item(self, table, SAVINGS, None)
            self.expect(run, False)
        with self.case("100 in the account, and others pay in just before its writes"):
            table = self.table("Accounts", *SAVINGS, items=[{**SAVINGS, "balance": 100}])
            with _always_ahead(table, SAVINGS, 100, "balance") as busy, sleeps_take_no_time(answer):
                run = self.run(answer, table, SAVINGS, 80)
            if run.value is False:
                self.wrong("There was money all the time, and it said False. False means too little money.")
            self.expect(run, True)
            self.expect(_item(table, SAVINGS)["balance"], 20 + len(busy), "the balance")
        with self.case(DENIED):
            table = self.table("Accounts", *SAVINGS, items=[{**SAVINGS, "balance": 100}])
            _lets_other_errors_out(self, answer, table, table, SAVINGS, 80)

    @staticmethod
    def _wrong_sum(balance, amounts, left, run):
        paid = sum(amount for amount, told in zip(amounts, run.returned, strict=True) if told)
        found = [(item or {}).get("balance", 0) for move in run.moves for item in move.after.values()]
        if min([left, *found]) < 0:
            return f"The account is overdrawn: {min([left, *found])}."
        if left != balance - paid:
            return f"{paid} was paid out of {balance}, and {left} is left: {left - balance + paid} came from nowhere."
        if sum(amounts) <= balance and paid != sum(amounts):
            return f"There was money for both, and only {paid} was paid out."
        return None

    mistakes = {
        "reads, checks, puts": (
            lambda table, key, amount: (
                (item := _item(table, key) or {}).get("balance", 0) >= amount
                and bool(table.put_item(Item={**item, "balance": item["balance"] - amount}))
            ),
            ["came from nowhere", "GetItem", "PutItem", "schedule"],
        ),
        "reads, checks, updates": (
            lambda table, key, amount: (
                (_item(table, key) or {}).get("balance", 0) >= amount
                and bool(
                    table.update_item(
                        Key=key,
                        UpdateExpression="SET balance = balance - :amount",
                        ExpressionAttributeValues={":amount": amount},
                    )
                )
            ),
            ["overdrawn: -60", "schedule"],
        ),
        "asks for more than enough": (
            lambda table, key, amount: (
                not _refused(
                    table.update_item,
                    Key=key,
                    UpdateExpression="SET balance = balance - :amount",
                    ConditionExpression="balance > :amount",
                    ExpressionAttributeValues={":amount": amount},
                )
            ),
            "exactly enough",
        ),
        "gives up when the balance has changed": (
            lambda table, key, amount: (
                (seen := (_item(table, key) or {}).get("balance", 0)) >= amount
                and not _refused(
                    table.update_item,
                    Key=key,
                    UpdateExpression="SET balance = :left",
                    ConditionExpression="balance = :seen",
                    ExpressionAttributeValues={":left": seen - amount, ":seen": seen},
                )
            ),
            "There was money for both",
        ),
        "gives up after a few tries": (
            lambda table, key, amount: _tries(3, table, key, amount),
            ["others pay in", "False means too little money"],
        ),
        "gives up after many tries": (
            lambda table, key, amount: _tries(50, table, key, amount),
            ["others pay in", "False means too little money"],
        ),
        "takes it, and gives it back": (
            lambda table, key, amount: (
                not _refused(
                    table.update_item,
                    Key=key,
                    UpdateExpression="SET balance = balance - :amount",
                    ConditionExpression="attribute_exists(balance)",
                    ExpressionAttributeValues={":amount": amount},
                )
                and (_item(table, key)["balance"] >= 0 or _gives_back(table, key, amount))
            ),
            ["two withdrawals of 80", "overdrawn: -60"],
        ),
        "swallows every error": (
            lambda table, key, amount: _or_else(lambda: NoOverdraft.solution(table, key, amount), False),
            "swallows every error",
        ),
        "has no condition": (
            lambda table, key, amount: bool(
                table.update_item(
                    Key=key,
                    UpdateExpression="SET balance = balance - :amount",
                    ExpressionAttributeValues={":amount": amount},
                )
            ),
            "a cent too little",
        ),
    }


def _gives_back(table, key, amount):
    table.update_item(
        Key=key, UpdateExpression="ADD balance :amount", ExpressionAttributeValues={":amount": amount}
    )
    return False


def _tries(times, table, key, amount):
    for _ in range(times):
        balance = (_item(table, key) or {}).get("balance", 0)
        if balance < amount:
            return False
        if not _refused(
            table.update_item,
            Key=key,
            UpdateExpression="SET balance = :left",
            ConditionExpression="balance = :seen",
            ExpressionAttributeValues={":left": balance - amount, ":seen": balance},
        ):
            return True
    return False


@contextmanager
def _always_ahead(table, key, times, attribute="version"):
    """Somebody else adds 1 to the attribute just before each of the next writes."""
    busy = []

    def layer(call, proceed):
        if (
            call.operation in ("PutItem", "UpdateItem")
            and len(busy) < times
            and not (busy and busy[-1] == "now")
        ):
            busy.append("now")
            table.update_item(
                Key=key, UpdateExpression=f"ADD {attribute} :one", ExpressionAttributeValues={":one": 1}
            )
            busy[-1] = "done"
        return proceed()

    with wiring.around_calls(layer):
        yield busy


def _locked(table, key, change, attempts=3, step=1, guard="version = :read", only=None, refused=_refused):
    """The pattern with its parts to spoil: how often, by how much the version grows, how it is checked, and what
    is taken from the change."""
    for _ in range(attempts):
        item = _item(table, key)
        if item is None:
            return None
        read, changes = item["version"], change(item)
        item.update({name: changes[name] for name in only or changes if name in changes}, version=read + step)
        condition = {"ConditionExpression": guard, "ExpressionAttributeValues": {":read": read}}
        if not refused(table.put_item, Item=item, **(condition if guard else {})):
            return item
    return None


def _for_ever(table, key, change):
    while not (item := _locked(table, key, change)):
        pass
    return item


class OptimisticLock(Exercise):
    """Read the item at `key`, let `change(item)` say which attributes are to be set, and write the item back.

    Nothing that another writer did in between may get lost: check `version`, a number, and let it grow by 1.
    Start again from the read when somebody was faster, five times in all at most. Return the item as it was
    written, or None if you gave up or there is no such item. `change` returns a dict, such as {"status": "frozen"}.
    """

    hints = (
        "Remember the version that you read. The write is right only if it is still the same.",
        'ConditionExpression="version = :read", and the item that you put has version read + 1.',
        "for attempt in range(5): read, change, put, return; on ConditionalCheckFailedException go round again.",
    )
    remember = "Read the version, write if it is still the same, else read again. A bound keeps a busy item from holding you up."

    @staticmethod
    def solution(table, key, change):
        for _ in range(5):
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
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                continue
            return item
        return None

    def check(self, answer):
        start = {**SAVINGS, "balance": 100, "status": "active", "version": 7}
        with self.case("nobody else writes"):
            table = self.table("Accounts", *SAVINGS, items=[start])
            run = self.run(answer, table, SAVINGS, _freeze)
            self.expect(_item(table, SAVINGS), {**start, "status": "frozen", "version": 8}, "the item")
            self.expect(run, {**start, "status": "frozen", "version": 8})
            run.at_most(calls=2)
        with self.case("a change of another attribute, and of a new one"):
            table = self.table("Accounts", *SAVINGS, items=[start])
            self.run(answer, table, SAVINGS, _rename)
            wanted = {**start, "nickname": "Sea", "rate": 2, "version": 8}
            self.expect(_item(table, SAVINGS), wanted, "the item")
        for about, times in (("somebody else is faster twice", 2), ("somebody else is always faster", 100)):
            with self.case(about):
                table = self.table("Accounts", *SAVINGS, items=[start])
                with _always_ahead(table, SAVINGS, times) as busy, sleeps_take_no_time(answer):
                    run = self.run(answer, table, SAVINGS, _freeze)
                if times == 2:
                    if _item(table, SAVINGS)["version"] < 9:
                        self.wrong("Somebody else wrote after it had read, and that is overwritten.")
                    self.expect(
                        _item(table, SAVINGS), {**start, "status": "frozen", "version": 10}, "the item"
                    )
                elif len(busy) > 5:
                    self.wrong(f"It tried {len(busy)} times. Give up after five.")
                else:
                    self.expect(run, None)
        with self.case("one adds 10, one takes 30, at once"):
            table = self.table("Accounts", *SAVINGS, items=[start])
            self._last = None
            no_schedule(
                self,
                named("adds_10", answer, table, SAVINGS, _by(10)),
                named("takes_30", answer, table, SAVINGS, _by(-30)),
                look=lambda: _item(table, SAVINGS),
                breaks=self._lost,
            )
        with self.case("the account is closed at the same time"):
            table = self.table("Accounts", *SAVINGS, items=[start])
            self._last = None
            no_schedule(
                self,
                named("freeze", answer, table, SAVINGS, _freeze),
                named("close", lambda: table.delete_item(Key=SAVINGS)),
                look=lambda: _item(table, SAVINGS),
                breaks=lambda left, run: "The account was closed, and it is there again." if left else None,
            )
        with self.case("the account is closed and opened anew, and its versions begin at 1 again"):
            table = self.table("Accounts", *SAVINGS, items=[start])
            anew = {**start, "balance": 0, "version": 1}
            self._last = None
            no_schedule(
                self,
                named("freeze", answer, table, SAVINGS, _freeze),
                named("anew", lambda: table.put_item(Item=anew)),
                look=lambda: (_item(table, SAVINGS) or {}).get("balance"),
                breaks=lambda balance, run: (
                    f"The new account has the balance of the old one: {balance}." if balance else None
                ),
            )
        with self.case("an account that is not there"):
            table = self.table("Accounts", *SAVINGS)
            run = self.run(answer, table, SAVINGS, _freeze)
            _expect_item(self, table, SAVINGS, None)
            self.expect(run, None)
        with self.case(DENIED):
            table = self.table("Accounts", *SAVINGS, items=[start])
            _lets_other_errors_out(self, answer, table, table, SAVINGS, _freeze)

    @staticmethod
    def _lost(item, run):
        done = [name for name, told in zip(("10", "-30"), run.returned, strict=True) if told]
        expected = 100 + sum(map(int, done))
        if item["balance"] != expected:
            return f"The balance was 100, {' and '.join(done)} went in, and it is {item['balance']}: an update is lost."
        if item["version"] != 7 + len(done):
            return (
                f"{len(done)} writes took the version from 7 to {item['version']}. It grows by 1 with each."
            )
        return None

    mistakes = {
        "does not check the version": (
            lambda table, key, change: _locked(table, key, change, guard=""),
            ["somebody else is faster", "is overwritten"],
        ),
        "sets two attributes and no other": (
            lambda table, key, change: _locked(table, key, change, only=("status", "balance")),
            ["another attribute", "The item has no 'nickname'"],
        ),
        "brings back what was deleted": (
            lambda table, key, change: _locked(
                table, key, change, guard="attribute_not_exists(version) OR version = :read"
            ),
            ["closed at the same time", "it is there again"],
        ),
        "takes a lower version for the same": (
            lambda table, key, change: _locked(table, key, change, guard="version <= :read"),
            ["opened anew", "the balance of the old one: 100"],
        ),
        "takes every error for somebody faster": (
            lambda table, key, change: _locked(
                table, key, change, refused=lambda call, **request: not _swallowed(call, **request)
            ),
            "swallows every error",
        ),
        "does not try again": (
            lambda table, key, change: _locked(table, key, change, attempts=1),
            "somebody else is faster twice",
        ),
        "tries for ever": (_for_ever, "Give up after five"),
        "loses the version": (
            lambda table, key, change: _locked(table, key, change, step=0),
            "'version' of the item",
        ),
        "checks with a read": (
            lambda table, key, change: _checked_with_a_read(table, key, change),
            "faster",
        ),
    }


def _checked_with_a_read(table, key, change):
    for _ in range(5):
        item = _item(table, key)
        read = item["version"]
        item.update(change(item), version=read + 1)
        if _item(table, key)["version"] == read:
            table.put_item(Item=item)
            return item
    return None


def _rename(item):
    return {"nickname": "Sea", "rate": 2}


def _freeze(item):
    return {"status": "frozen"}


def _by(amount):
    return lambda item: {"balance": item["balance"] + amount}


class WhichFailed(Exercise):
    """`error` is a TransactionCanceledException, `names` has a name for each action of the transaction, in order.

    Return a dict of the actions that failed: their name, and the code of the reason.
    """

    hints = (
        'error.response["CancellationReasons"] is a list with one entry for each action.',
        'An action that had nothing wrong has the code "None", which is text. Leave it out.',
    )
    remember = 'One reason for each action, in order. "None" marks the innocent ones.'

    @staticmethod
    def solution(error, names):
        reasons = error.response["CancellationReasons"]
        return {
            name: reason["Code"]
            for name, reason in zip(names, reasons, strict=True)
            if reason["Code"] != "None"
        }

    def check(self, answer):
        with self.case():
            table = self.table("Accounts", "account_id", items=[{"account_id": "ACC-1", "balance": 5}])
            for about, wanted in (
                ("the second of three fails", ["ACC-1", "ACC-8", "NEW"]),
                ("two of three fail", ["ACC-8", "NEW", "ACC-9"]),
                ("a condition and a sum that cannot be", ["ACC-8", "TEXT"]),
            ):
                self._about = about
                self.expect(self.run(answer, self._error(table, wanted), tuple(wanted)), self._failed(wanted))

    @staticmethod
    def _failed(names):
        codes = {
            "ACC-8": "ConditionalCheckFailed",
            "ACC-9": "ConditionalCheckFailed",
            "TEXT": "ValidationError",
        }
        return {name: codes[name] for name in names if name in codes}

    @staticmethod
    def _error(table, names):
        """What DynamoDB raises where the accounts 8 and 9 must exist and do not, and TEXT cannot be added to."""
        table.put_item(Item={"account_id": "TEXT", "balance": "five"})
        actions = []
        for name in names:
            update = {
                "TableName": table.name,
                "Key": {"account_id": name},
                "UpdateExpression": "ADD balance :one",
                "ExpressionAttributeValues": {":one": 1},
            }
            if name.startswith("ACC"):
                update["ConditionExpression"] = "attribute_exists(account_id)"
            actions.append({"Update": update})
        try:
            table.meta.client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            return error
        raise AssertionError("The transaction should have failed.")

    mistakes = {
        "takes None for a failure": (
            lambda error, names: {
                name: reason["Code"]
                for name, reason in zip(names, error.response["CancellationReasons"], strict=True)
            },
            "which does not belong there",
        ),
        "asks for the absence of a code": (
            lambda error, names: {
                name: reason["Code"]
                for name, reason in zip(names, error.response["CancellationReasons"], strict=True)
                if reason.get("Code") is not None
            },
            "which does not belong there",
        ),
        "stops at the first": (
            lambda error, names: next(
                {name: reason["Code"]}
                for name, reason in zip(names, error.response["CancellationReasons"], strict=True)
                if reason["Code"] != "None"
            ),
            ["two of three fail", "has no 'ACC-9'"],
        ),
        "knows one code": (
            lambda error, names: {
                name: "ConditionalCheckFailed"
                for name, reason in zip(names, error.response["CancellationReasons"], strict=True)
                if reason["Code"] == "ConditionalCheckFailed"
            },
            ["a sum that cannot be", "has no 'TEXT'"],
        ),
        "tells the positions": (
            lambda error, names: [
                i
                for i, reason in enumerate(error.response["CancellationReasons"])
                if reason["Code"] != "None"
            ],
            "a list, not a dict",
        ),
    }


class UniqueEmail(Exercise):
    """Register a user: nobody else may have the same e-mail address. Return True, or False if it, or the user, is there.

    The key of the table is `pk`. A user is {"pk": "USER#<user_id>", "email": …}; the address is taken if there is
    an item {"pk": "EMAIL#<email>", "user_id": …}. Write the address as it is given. False is for a failed
    condition; raise the rest. `client` is the client of a resource: it takes Python values.
    """

    hints = (
        "A condition sees one item. So the address needs an item of its own, whose key is the address.",
        "Both items are put, or none: transact_write_items with two Put actions.",
        'Each Put has its ConditionExpression "attribute_not_exists(pk)". A failed one raises TransactionCanceledException; its reason is ConditionalCheckFailed.',
    )
    remember = "Only a key is unique. What must be unique becomes a key: an item that stands for it, in one transaction."

    @staticmethod
    def solution(client, table_name, user_id, email):
        user = {"pk": f"USER#{user_id}", "email": email}
        address = {"pk": f"EMAIL#{email}", "user_id": user_id}
        try:
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": table_name,
                            "Item": item,
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    }
                    for item in (user, address)
                ]
            )
        except client.exceptions.TransactionCanceledException as error:
            if any(
                reason["Code"] == "ConditionalCheckFailed" for reason in error.response["CancellationReasons"]
            ):
                return False
            raise
        return True

    def check(self, answer):
        ada = [
            {"pk": "USER#ada", "email": "ada@example.com"},
            {"pk": "EMAIL#ada@example.com", "user_id": "ada"},
        ]
        for about, user, email, there in (
            ("a new user with a new address", "bo", "bo@example.com", True),
            ("an address that is taken", "bo", "ada@example.com", False),
            ("a user who is there already", "ada", "lovelace@example.com", False),
            ("the same user with the same address", "ada", "ada@example.com", False),
            ("an address with capitals", "cy", "Cy@Example.com", True),
        ):
            with self.case(about):
                table = self.table("Users", "pk", items=ada)
                run = self.run(answer, table.meta.client, "Users", user, email)
                items = {item["pk"]: item for item in self.items(table)}
                new = {f"USER#{user}": {"email": email}, f"EMAIL#{email}": {"user_id": user}} if there else {}
                wanted = {item["pk"]: item for item in ada} | {
                    pk: {"pk": pk, **more} for pk, more in new.items()
                }
                self.expect(items, wanted, "the table")
                self.expect(run, there)
                run.at_most(calls=1)
        with self.case("the program dies after its first write"):
            table = self.table("Users", "pk")
            with _dies_after(1):
                self.run(
                    answer, table.meta.client, "Users", "bo", "bo@example.com", raises=EndpointConnectionError
                )
            left = {item["pk"] for item in self.items(table)}
            if len(left) == 1:
                self.wrong(f"Half of it is done: the table holds {left.pop()} and nothing else.")
        with self.case("two users want the same address at once"):
            table = self.table("Users", "pk")
            self._last = None
            no_schedule(
                self,
                named("ada", answer, table.meta.client, "Users", "ada", "x@example.com"),
                named("bo", answer, table.meta.client, "Users", "bo", "x@example.com"),
                look=lambda: sorted(item["pk"] for item in self.items(table)),
                breaks=self._not_one,
            )
        with self.case("one user registers two addresses at once"):
            table = self.table("Users", "pk")
            self._last = None
            no_schedule(
                self,
                *(
                    named(name, answer, table.meta.client, "Users", "ada", f"{name}@example.com")
                    for name in ("home", "work")
                ),
                look=lambda: [item["pk"] for item in self.items(table) if item["pk"].startswith("EMAIL#")],
                breaks=self._not_one_address,
            )
        with self.case("the same registration once more"):
            table = self.table("Users", "pk")
            for first in (True, False):
                run = self.run(answer, table.meta.client, "Users", "bo", "bo@example.com")
                if run.value is True and not first:
                    self.wrong("True was returned twice. The second time, the user is there.")
                self.expect(run, first)
        with self.case(DENIED):
            table = self.table("Users", "pk")
            _lets_other_errors_out(self, answer, table, table.meta.client, "Users", "bo", "bo@example.com")
        with self.case("another transaction has the address in its hands"):
            table = self.table("Users", "pk")
            with _meets_a_conflict("None", "TransactionConflict"):
                run = self.run(answer, table.meta.client, "Users", "bo", "bo@example.com", raises=ClientError)
            if run.error is None and run.value is not True:
                self.wrong(
                    f"It says {run.value!r}, and nobody has the address. A conflict is no failed condition: let it out.",
                    reasons="None, TransactionConflict",
                )

    @staticmethod
    def _not_one_address(addresses, run):
        told = [
            f"EMAIL#{name}@example.com" for name, ok in zip(("home", "work"), run.returned, strict=True) if ok
        ]
        if len(addresses) != 1 or addresses != told:
            return (
                f"One user holds {' and '.join(addresses) or 'no address'}; "
                f"True was returned for {' and '.join(told) or 'none'}."
            )
        return None

    @staticmethod
    def _not_one(keys, run):
        users = [key.removeprefix("USER#") for key in keys if key.startswith("USER#")]
        told = [name for name, ok in zip(("ada", "bo"), run.returned, strict=True) if ok]
        if len(users) != 1 or users != told:
            return f"The same address belongs to {' and '.join(users) or 'nobody'}; True was returned to {' and '.join(told) or 'nobody'}."
        return None

    mistakes = {
        "asks the user's item about the address": (
            lambda client, table_name, user_id, email: (
                not _refused(
                    client.put_item,
                    TableName=table_name,
                    Item={"pk": f"USER#{user_id}", "email": email},
                    ConditionExpression="attribute_not_exists(email)",
                )
            ),
            "The table has no 'EMAIL#bo@example.com'",
        ),
        "writes one after the other": (
            lambda client, table_name, user_id, email: _two_puts(client, table_name, user_id, email),
            "Half of it is done",
        ),
        "looks for the address first": (
            lambda client, table_name, user_id, email: _looks_first(client, table_name, user_id, email),
            ["at once", "belongs to"],
        ),
        "scans the table before the right transaction": (
            lambda client, table_name, user_id, email: (
                email not in [item.get("email") for item in client.scan(TableName=table_name)["Items"]]
                and UniqueEmail.solution(client, table_name, user_id, email)
            ),
            "takes 2 calls",
        ),
        "has no condition on the user": (
            lambda client, table_name, user_id, email: _put_both(
                client, table_name, user_id, email, ["", "attribute_not_exists(pk)"]
            ),
            "a user who is there already",
        ),
        "has no condition on the address": (
            lambda client, table_name, user_id, email: _put_both(
                client, table_name, user_id, email, ["attribute_not_exists(pk)", ""]
            ),
            "an address that is taken",
        ),
        "looks for the user first": (
            lambda client, table_name, user_id, email: (
                not _item_of(client, table_name, f"USER#{user_id}")
                and _put_both(client, table_name, user_id, email, ["", "attribute_not_exists(pk)"])
            ),
            ["one user registers two addresses", "One user holds EMAIL#home@example.com and EMAIL#work"],
        ),
        "makes the token from user and address": (
            lambda client, table_name, user_id, email: _put_both(
                client, table_name, user_id, email, ["attribute_not_exists(pk)"] * 2, f"{user_id}{email}"[:36]
            ),
            ["once more", "True was returned twice"],
        ),
        "takes a conflict for a no": (
            lambda client, table_name, user_id, email: _put_both(
                client, table_name, user_id, email, ["attribute_not_exists(pk)"] * 2
            ),
            ["in its hands", "A conflict is no failed condition"],
        ),
        "writes small letters": (
            lambda client, table_name, user_id, email: UniqueEmail.solution(
                client, table_name, user_id, email.lower()
            ),
            ["an address with capitals", "The table has no 'EMAIL#Cy@Example.com'"],
        ),
        "swallows every error": (
            lambda client, table_name, user_id, email: _or_else(
                lambda: UniqueEmail.solution(client, table_name, user_id, email), False
            ),
            "swallows every error",
        ),
    }


def _user_and_address(user_id, email):
    return (
        {"pk": f"USER#{user_id}", "email": email},
        {"pk": f"EMAIL#{email}", "user_id": user_id},
    )


def _put_both(client, table_name, user_id, email, conditions, token=None):
    actions = [
        {"Put": {"TableName": table_name, "Item": item, **({"ConditionExpression": text} if text else {})}}
        for item, text in zip(_user_and_address(user_id, email), conditions, strict=True)
    ]
    try:
        client.transact_write_items(TransactItems=actions, **({"ClientRequestToken": token} if token else {}))
    except client.exceptions.TransactionCanceledException:
        return False
    return True


def _two_puts(client, table_name, user_id, email):
    user, address = _user_and_address(user_id, email)
    once = {"TableName": table_name, "ConditionExpression": "attribute_not_exists(pk)"}
    if _item_of(client, table_name, user["pk"]) or _refused(client.put_item, Item=address, **once):
        return False
    return not _refused(client.put_item, Item=user, **once)


def _looks_first(client, table_name, user_id, email):
    user, address = _user_and_address(user_id, email)
    if any(_item_of(client, table_name, item["pk"]) for item in (user, address)):
        return False
    return _put_both(client, table_name, user_id, email, ["", ""])


def _item_of(client, table_name, pk):
    return client.get_item(TableName=table_name, Key={"pk": pk}, ConsistentRead=True).get("Item")


@contextmanager
def _dies_after(writes):
    """The network is gone once so many writes were made."""
    made = []

    def layer(call, proceed):
        if call.operation not in READS:
            if len(made) >= writes:
                raise EndpointConnectionError(endpoint_url="DynamoDB")
            made.append(call.operation)
        return proceed()

    with wiring.around_calls(layer):
        yield


class Transfer(Exercise):
    """Move `amount` from the account `source` to the account `target` of the table Accounts, key `account_id`.

    Return "done", "not enough money", "no such account", or "same account", and never do half of it. Raise what is
    none of these. `token` names this transfer and no other: sent again with the same token, it is done once and
    "done" again. DynamoDB carries out a transaction with the same ClientRequestToken once.
    """

    hints = (
        "Two Update actions in one transact_write_items: one with balance >= :amount, one with attribute_exists(account_id).",
        "The same item twice in a transaction is refused. Compare the two names first; that takes no call.",
        'error.response["CancellationReasons"] has one entry for each action, in order. With ReturnValuesOnConditionCheckFailure="ALL_OLD" a reason brings the Item, if there is one.',
    )  # fmt: skip
    remember = (
        "All or nothing, and the reasons come in the order of the actions: the first is about the source."
    )

    @staticmethod
    def solution(client, source, target, amount, token):
        if source == target:
            return "same account"

        def add(account, change, condition, **more):
            return {
                "Update": {
                    "TableName": "Accounts",
                    "Key": {"account_id": account},
                    "UpdateExpression": "SET balance = balance + :change",
                    "ConditionExpression": condition,
                    "ExpressionAttributeValues": {":change": change, **more},
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }

        try:
            client.transact_write_items(
                TransactItems=[
                    add(source, -amount, "balance >= :amount", **{":amount": amount}),
                    add(target, amount, "attribute_exists(account_id)"),
                ],
                ClientRequestToken=token,
            )
        except client.exceptions.TransactionCanceledException as error:
            paying, receiving = error.response["CancellationReasons"]
            if receiving["Code"] == "ConditionalCheckFailed":
                return "no such account"
            if paying["Code"] == "ConditionalCheckFailed":
                return "not enough money" if "Item" in paying else "no such account"
            raise
        return "done"

    _held = {"ACC-1": 100, "ACC-2": 50, "ACC-3": 0}

    def check(self, answer):
        for about, source, target, amount, told in (
            ("enough money", "ACC-1", "ACC-2", 30, "done"),
            ("all of it, to an empty account", "ACC-2", "ACC-3", 50, "done"),
            ("not enough money", "ACC-2", "ACC-1", 51, "not enough money"),
            ("a target that is not there", "ACC-1", "ACC-9", 30, "no such account"),
            ("a source that is not there", "ACC-9", "ACC-1", 30, "no such account"),
            ("the same account twice", "ACC-1", "ACC-1", 30, "same account"),
        ):
            with self.case(about):
                table = self._accounts()
                run = self.run(answer, table.meta.client, source, target, amount, "transfer-1")
                self._expect_moved(table, source, target, amount if told == "done" else 0)
                self.expect(run, told)
        with self.case("the program dies after its first write"):
            table = self._accounts()
            with _dies_after(1):
                self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, "t", raises=EndpointConnectionError)
            total = sum(self._balances(table).values())
            if total != 150:
                self.wrong(f"Half of it is done: there was 150 in the bank, and now there is {total}.")
        with self.case("sent again with the same token, because the answer got lost"):
            table = self._accounts()
            for _ in range(2):
                self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, "transfer-7")
            self._expect_moved(table, "ACC-1", "ACC-2", 30)
        with self.case("two transfers of the same amount, each with its own token"):
            table = self._accounts()
            for token in ("monday", "tuesday"):
                self.expect(self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, token), "done")
            self._expect_moved(table, "ACC-1", "ACC-2", 60)
        self._check_beside_others(answer)
        with self.case("80 of 100, sent again with the same token: it was done, and is not done twice"):
            table = self._accounts()
            for _ in range(2):
                self.expect(self.run(answer, table.meta.client, "ACC-1", "ACC-2", 80, "transfer-8"), "done")
            self._expect_moved(table, "ACC-1", "ACC-2", 80)
        for about, codes in (
            ("another transaction has the source in its hands", ("TransactionConflict", "None")),
            ("another transaction has the target in its hands", ("None", "TransactionConflict")),
        ):
            with self.case(about):
                self._check_conflict(answer, codes)
        with self.case(DENIED):
            table = self._accounts()
            _lets_other_errors_out(self, answer, table, table.meta.client, "ACC-1", "ACC-2", 30, "t")
            _lets_other_errors_out(self, answer, table, table.meta.client, "ACC-1", "ACC-9", 30, "t")
        with self.case("the same token for another amount"):
            table = self._accounts()
            self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, "transfer-7")
            run = self.run(answer, table.meta.client, "ACC-1", "ACC-2", 40, "transfer-7", raises=Exception)
            self._expect_moved(table, "ACC-1", "ACC-2", 30)
            if run.error is None:
                self.wrong(
                    f"It says {run.value!r}, and 40 was not moved: raise what is none of the four answers."
                )

    def _check_beside_others(self, answer):
        with self.case("two transfers of 80 out of 100 at once"):
            table = self._accounts()
            self._last = None
            no_schedule(
                self,
                named("to_2", answer, table.meta.client, "ACC-1", "ACC-2", 80, "t-1"),
                named("to_3", answer, table.meta.client, "ACC-1", "ACC-3", 80, "t-2"),
                look=lambda: self._balances(table),
                breaks=self._not_conserved,
            )
        with self.case("the target is closed at the same time"):
            table = self._accounts()
            self._last = None
            no_schedule(
                self,
                named("transfer", answer, table.meta.client, "ACC-1", "ACC-3", 30, "t-1"),
                named("close", lambda: table.delete_item(Key={"account_id": "ACC-3"})),
                look=lambda: self._balances(table),
                breaks=self._opened_again,
            )

    def _check_conflict(self, answer, codes):
        """The first try meets a conflict: raise, or try again with the same token. Then the caller sends it again."""
        table = self._accounts()
        with _meets_a_conflict(*codes):
            run = self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, "transfer-9", raises=ClientError)
        if run.error is None and run.value != "done":
            self.wrong(
                f"It says {run.value!r}. There is money, and both accounts are there: "
                "raise what is none of the four answers, or try again.",
                reasons=", ".join(codes),
            )
        self.expect(self.run(answer, table.meta.client, "ACC-1", "ACC-2", 30, "transfer-9"), "done")
        self._expect_moved(table, "ACC-1", "ACC-2", 30)

    def _expect_moved(self, table, source, target, amount):
        held = dict(self._held)
        if amount:
            held[source] -= amount
            held[target] += amount
        self.holds(table, [{"account_id": name, "balance": balance} for name, balance in held.items()])

    @staticmethod
    def _opened_again(balances, run):
        if "ACC-3" in balances:
            return f"ACC-3 was closed, and an update made it anew: it holds {balances['ACC-3']}."
        if run.returned[0] not in ("done", "no such account"):
            return f"The account is there or closed, and it said {run.returned[0]!r}."
        if sum(balances.values()) != (120 if run.returned[0] == "done" else 150):
            return f"It said {run.returned[0]!r}, and the other accounts hold {sum(balances.values())}."
        return None

    def _accounts(self):
        items = [{"account_id": name, "balance": balance} for name, balance in self._held.items()]
        return self.table("Accounts", "account_id", items=items)

    def _balances(self, table):
        return {item["account_id"]: item["balance"] for item in self.items(table)}

    @staticmethod
    def _not_conserved(balances, run):
        total = sum(balances.values())
        if total != 150:
            return f"There was 150 in the bank, and now there is {total}."
        if min(balances.values()) < 0:
            return f"An account is overdrawn: {min(balances.values())}."
        if sorted(map(str, run.returned)) != ["done", "not enough money"]:
            return f"One of the two can be done. They returned {run.returned[0]!r} and {run.returned[1]!r}."
        return None

    mistakes = {
        "two updates": (
            lambda client, source, target, amount, token: _two_updates(client, source, target, amount),
            "Half of it is done",
        ),
        "forgets the same account": (
            lambda client, source, target, amount, token: Transfer.solution(client, source, target + "", amount, token)
            if source != target
            else client.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": "Accounts",
                            "Key": {"account_id": source},
                            "UpdateExpression": "ADD balance :change",
                            "ExpressionAttributeValues": {":change": change},
                        }
                    }
                    for change in (-amount, amount)
                ]
            ),
            ["the same account twice", "multiple operations on one item"],
        ),
        "takes every cancellation for poverty": (
            lambda client, source, target, amount, token: (
                "done" if (told := Transfer.solution(client, source, target, amount, token)) == "done"
                else "same account" if told == "same account" else "not enough money"
            ),
            ["a target that is not there", "The answer is 'not enough money'"],
        ),
        "reads the reasons in the wrong order": (
            lambda client, source, target, amount, token: {
                "not enough money": "no such account", "no such account": "not enough money",
            }.get(told := Transfer.solution(client, source, target, amount, token), told),
            "The answer is 'no such account'",
        ),
        "has a new token each time": (
            lambda client, source, target, amount, token: Transfer.solution(client, source, target, amount, _new_token()),
            ["because the answer got lost", "'balance' of the item ACC-1"],
        ),
        "reads and checks, then moves": (
            lambda client, source, target, amount, token: _reads_then_moves(client, source, target, amount, token),
            ["at once", "overdrawn: -60"],
        ),
        "takes a token that was used for something else as done": (
            lambda client, source, target, amount, token: _done_anyway(client, source, target, amount, token),
            ["the same token for another amount", "It says 'done', and 40 was not moved"],
        ),
        "makes the token from the amount": (
            lambda client, source, target, amount, token: Transfer.solution(
                client, source, target, amount, f"{source}-{target}-{amount}"
            ),
            ["each with its own token", "'balance' of the item ACC-1"],
        ),
        "looks at the balance before it sends": (
            lambda client, source, target, amount, token: (
                _may(client, source, target, amount)
                or Transfer.solution(client, source, target, amount, token)
            ),
            ["80 of 100, sent again", "The answer is 'not enough money', not 'done'"],
        ),
        "gives to whoever is there": (
            lambda client, source, target, amount, token: _gives(client, source, target, amount, token),
            ["closed at the same time", "made it anew: it holds 30"],
        ),
        "takes every error for the same account": (
            lambda client, source, target, amount, token: _or_else(
                lambda: Transfer.solution(client, source, target, amount, token), "same account"
            ),
            "It says 'same account'",
        ),
        "takes a refusal to write for the same account": (
            lambda client, source, target, amount, token: _or_else(
                lambda: Transfer.solution(client, source, target, amount, token),
                "same account",
                but="TransactionCanceledException",
            ),
            ["may not write", "swallows every error"],
        ),
        "takes every reason for a missing account": (
            lambda client, source, target, amount, token: _or_else(
                lambda: Transfer.solution(client, source, target, amount, token), "no such account"
            ),
            ["in its hands", "It says 'no such account'", "TransactionConflict"],
        ),
        "tries again with another token": (
            lambda client, source, target, amount, token: (
                _or_else(lambda: Transfer.solution(client, source, target, amount, token), None)
                or Transfer.solution(client, source, target, amount, token + "1")
            ),
            ["in its hands", "'balance' of the item ACC-1 is 40, not 70"],
        ),
    }  # fmt: skip


def _or_else(call, told, but=None):
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] == but:
            raise
        return told


def _gives(client, source, target, amount, token):
    if source != target and _balance(client, target) is None:
        return "no such account"
    actions = [{"Update": _add(source, -amount)}, {"Update": _add(target, amount)}]
    actions[0]["Update"]["ConditionExpression"] = "balance >= :amount"
    actions[0]["Update"]["ExpressionAttributeValues"][":amount"] = amount
    if source == target:
        return "same account"
    try:
        client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
    except client.exceptions.TransactionCanceledException as error:
        if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        return "not enough money" if _balance(client, source) is not None else "no such account"
    return "done"


def _done_anyway(client, *args):
    try:
        return Transfer.solution(client, *args)
    except client.exceptions.IdempotentParameterMismatchException:
        return "done"


_tokens = iter(range(10**9))


def _new_token():
    return f"new-{next(_tokens)}"


def _balance(client, account):
    item = client.get_item(TableName="Accounts", Key={"account_id": account}, ConsistentRead=True).get("Item")
    return item and int(item["balance"])


def _add(account, change):
    return {
        "TableName": "Accounts",
        "Key": {"account_id": account},
        "UpdateExpression": "ADD balance :change",
        "ExpressionAttributeValues": {":change": change},
    }


def _may(client, source, target, amount):
    if source == target:
        return "same account"
    paying, receiving = _balance(client, source), _balance(client, target)
    if paying is None or receiving is None:
        return "no such account"
    return None if paying >= amount else "not enough money"


def _two_updates(client, source, target, amount):
    if refusal := _may(client, source, target, amount):
        return refusal
    client.update_item(**_add(source, -amount))
    client.update_item(**_add(target, amount))
    return "done"


def _reads_then_moves(client, source, target, amount, token):
    if refusal := _may(client, source, target, amount):
        return refusal
    actions = [{"Update": _add(source, -amount)}, {"Update": _add(target, amount)}]
    client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
    return "done"


class ClaimJob(Exercise):
    """Claim the job at `key` for `worker`, until `now` + 60. Return True if the job is yours, False if it is not.

    Only a job whose `status` is "open" can be claimed, and only if nobody has it, or if the lease of who has it,
    `lease_until`, is before `now`. A lease that is not over is refused to everybody, its owner too. Write `owner`
    and `lease_until`, and nothing else. Times are whole seconds, and `now` is the time.
    """

    hints = (
        "One update writes owner and lease_until. Its condition says who may.",
        "Nobody has it: attribute_not_exists(lease_until). Or: lease_until < :now. And status = :open.",
        "status and owner can be reserved words: give them names with #. AND binds closer than OR, so use parentheses.",
    )
    remember = "A lease is a lock that ends by itself: a worker that dies does not keep its job for ever."

    @staticmethod
    def solution(table, key, worker, now):
        try:
            table.update_item(
                Key=key,
                UpdateExpression="SET #owner = :worker, lease_until = :until",
                ConditionExpression="#status = :open AND (attribute_not_exists(lease_until) OR lease_until < :now)",
                ExpressionAttributeNames={"#owner": "owner", "#status": "status"},
                ExpressionAttributeValues={
                    ":worker": worker,
                    ":until": now + 60,
                    ":now": now,
                    ":open": "open",
                },
            )
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def check(self, answer):
        key, now = {"job_id": "JOB-1"}, 1_767_225_600
        for about, job, claimed in (
            ("a job that nobody has", {"status": "open"}, True),
            ("a job under a lease", {"status": "open", "owner": "w-1", "lease_until": now + 1}, False),
            ("a job under its own lease", {"status": "open", "owner": "w-2", "lease_until": now + 1}, False),
            ("a lease that ends this second", {"status": "open", "owner": "w-1", "lease_until": now}, False),
            ("a lease that is over", {"status": "open", "owner": "w-1", "lease_until": now - 1}, True),
            ("a job that is done", {"status": "done"}, False),
            (
                "a job that is done, its lease over",
                {"status": "done", "owner": "w-1", "lease_until": now - 99},
                False,
            ),
            ("a job that is not there", None, False),
        ):
            with self.case(about):
                before = None if job is None else {**key, "task": "statement", **job}
                table = self.table("Jobs", "job_id", items=[before] if before else [])
                run = self.run(answer, table, key, "w-2", now)
                wanted = before | {"owner": "w-2", "lease_until": now + 60} if claimed else before
                if before is None and _item(table, key):
                    self.wrong(
                        "There was no such job, and now there is: an update of a new key is an insert."
                    )
                self.expect(_item(table, key), wanted, "the job")
                self.expect(run, claimed)
                run.at_most(calls=1)
        over = {"owner": "w-0", "lease_until": now - 5}
        for about, job, workers in (
            ("two workers want a job that nobody has", {}, ("w-1", "w-2")),
            ("two workers see that a lease is over", over, ("w-1", "w-2")),
            ("a lease is over; its owner and another want the job", over, ("w-0", "w-1")),
        ):
            with self.case(about):
                table = self.table("Jobs", "job_id", items=[{**key, "status": "open", **job}])
                self._last = None
                no_schedule(
                    self,
                    *(named(worker, answer, table, key, worker, now) for worker in workers),
                    look=lambda table=table: _item(table, key).get("owner"),
                    breaks=lambda owner, run, workers=workers: self._not_one(owner, run, workers),
                )
        for about, other in (
            ("the old owner is done at the same time", self._finish),
            ("somebody gives it a priority at the same time", self._prefer),
        ):
            with self.case(about):
                table = self.table("Jobs", "job_id", items=[{**key, "status": "open", **over}])
                self._last = None
                no_schedule(
                    self,
                    named("w-1", answer, table, key, "w-1", now),
                    named("other", other, table, key),
                    look=lambda table=table: _item(table, key),
                    breaks=self._clash,
                )
        with self.case("the lease is not over, and its owner is done at the same time"):
            held = {"owner": "w-0", "lease_until": now + 30}
            table = self.table("Jobs", "job_id", items=[{**key, "status": "open", **held}])
            self._last = None
            no_schedule(
                self,
                named("w-1", answer, table, key, "w-1", now),
                named("w-0", self._finish, table, key),
                look=lambda: _item(table, key),
                breaks=lambda job, run: self._in_the_way(job, run, {**key, "status": "done", **held}),
            )
        with self.case(DENIED):
            table = self.table("Jobs", "job_id", items=[{**key, "status": "open"}])
            _lets_other_errors_out(self, answer, table, table, key, "w-1", now)

    @staticmethod
    def _not_one(owner, run, workers):
        winners = [worker for worker, told in zip(workers, run.returned, strict=True) if told]
        if winners != [owner]:
            return f"The owner is {owner}, and the job was promised to {' and '.join(winners) or 'nobody'}."
        return None

    @staticmethod
    def _clash(job, run):
        claimed, other = run.returned
        if other == "done" and (claimed or job["status"] != "done"):
            return "The job was done, and it is claimed all the same."
        if other == "preferred" and "priority" not in job:
            return "A priority was written in between, and it is gone."
        if claimed != (job["owner"] == "w-1"):
            return f"The owner is {job['owner']}, and w-1 was told {claimed}."
        return None

    @staticmethod
    def _in_the_way(job, run, wanted):
        if run.returned[1] != "done":
            return "The lease of w-0 is not over, and w-0 could not finish its own job."
        if job != wanted:
            return "w-0 finished its job, and that is gone."
        return None

    @staticmethod
    def _finish(table, key):
        refused = _refused(
            table.update_item,
            Key=key,
            UpdateExpression="SET #status = :done",
            ConditionExpression="#owner = :me",
            ExpressionAttributeNames={"#status": "status", "#owner": "owner"},
            ExpressionAttributeValues={":done": "done", ":me": "w-0"},
        )
        return "too late" if refused else "done"

    @staticmethod
    def _prefer(table, key):
        table.update_item(
            Key=key, UpdateExpression="SET priority = :high", ExpressionAttributeValues={":high": "high"}
        )
        return "preferred"

    mistakes = {
        "looks first": (
            lambda table, key, worker, now: (
                _free(_item(table, key), now) and bool(_claim(table, key, worker, now))
            ),
            ["promised to w-1 and w-2", "UpdateItem"],
        ),
        "never ends a lease": (
            lambda table, key, worker, now: _claim(
                table, key, worker, now, "#status <> :done AND attribute_not_exists(lease_until)", done="done"
            ),
            "a lease that is over",
        ),
        "forgets the parentheses": (
            lambda table, key, worker, now: _claim(
                table,
                key,
                worker,
                now,
                "#status <> :done AND attribute_not_exists(lease_until) OR lease_until < :now",
                done="done",
                now_too=True,
            ),
            "its lease over",
        ),
        "takes a lease in its last second": (
            lambda table, key, worker, now: _claim(
                table,
                key,
                worker,
                now,
                "#status <> :done AND (attribute_not_exists(lease_until) OR lease_until <= :now)",
                done="done",
                now_too=True,
            ),
            "ends this second",
        ),
        "makes up a job": (
            lambda table, key, worker, now: _claim(
                table,
                key,
                worker,
                now,
                "#status <> :done AND (attribute_not_exists(lease_until) OR lease_until < :now)",
                done="done",
                now_too=True,
            ),
            ["a job that is not there", "is an insert"],
        ),
        "asks only whether the owner changed": (
            lambda table, key, worker, now: (
                _free(job := _item(table, key), now)
                and _claim_if(table, key, worker, now, "owner", job.get("owner"))
            ),
            ["its owner and another want the job", "promised to w-0 and w-1"],
        ),
        "asks only whether the lease changed": (
            lambda table, key, worker, now: (
                _free(job := _item(table, key), now)
                and _claim_if(table, key, worker, now, "lease_until", job.get("lease_until"))
            ),
            ["the old owner is done", "it is claimed all the same"],
        ),
        "puts the whole item back": (
            lambda table, key, worker, now: (
                _free(job := _item(table, key), now) and _puts_back(table, job, worker, now)
            ),
            ["gives it a priority", "it is gone"],
        ),
        "claims it, and gives it back": (
            lambda table, key, worker, now: (
                _item(table, key) is not None
                and (
                    _free(
                        old := table.update_item(
                            Key=key,
                            UpdateExpression="SET #owner = :worker, lease_until = :until",
                            ExpressionAttributeNames={"#owner": "owner"},
                            ExpressionAttributeValues={":worker": worker, ":until": now + 60},
                            ReturnValues="ALL_OLD",
                        )["Attributes"],
                        now,
                    )
                    or not _put_back(table, {"Attributes": old})
                )
            ),
            ["the lease is not over", "w-0"],
        ),
        "renews its own lease": (
            lambda table, key, worker, now: (
                ClaimJob.solution(table, key, worker, now)
                or _claim(table, key, worker, now, "#status <> :done AND #owner = :worker", done="done")
            ),
            "a job under its own lease",
        ),
        "swallows every error": (
            lambda table, key, worker, now: _or_else(
                lambda: ClaimJob.solution(table, key, worker, now), False
            ),
            "swallows every error",
        ),
        "waits for the lease to end": (
            lambda table, key, worker, now: _waits(table, key, worker, now),
            "It had not returned",
        ),
    }


def _free(job, now):
    return job is not None and job["status"] == "open" and job.get("lease_until", 0) < now


def _claim(table, key, worker, now, condition=None, done=None, now_too=False):
    values = {":worker": worker, ":until": now + 60}
    names = {"#owner": "owner"}
    if condition:
        names["#status"], values[":done"] = "status", done
    if now_too:
        values[":now"] = now
    return not _refused(
        table.update_item,
        Key=key,
        UpdateExpression="SET #owner = :worker, lease_until = :until",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
        **({"ConditionExpression": condition} if condition else {}),
    )


def _claim_if(table, key, worker, now, unchanged, seen):
    """Claim it if one attribute is as it was read; seen None: if it is absent."""
    condition = "#seen = :seen" if seen is not None else "attribute_not_exists(#seen)"
    values = {":worker": worker, ":until": now + 60} | ({":seen": seen} if seen is not None else {})
    return not _refused(
        table.update_item,
        Key=key,
        UpdateExpression="SET #owner = :worker, lease_until = :until",
        ConditionExpression=condition,
        ExpressionAttributeNames={"#owner": "owner", "#seen": unchanged},
        ExpressionAttributeValues=values,
    )


def _puts_back(table, job, worker, now):
    lease = job.get("lease_until")
    condition = "#status = :open AND " + (
        "attribute_not_exists(lease_until)" if lease is None else "lease_until = :lease"
    )
    return not _refused(
        table.put_item,
        Item={**job, "owner": worker, "lease_until": now + 60},
        ConditionExpression=condition,
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":open": "open"} | ({} if lease is None else {":lease": lease}),
    )


def _waits(table, key, worker, now):
    while not ClaimJob.solution(table, key, worker, now):
        time.sleep(0.05)
    return True

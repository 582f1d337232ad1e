"""The exercises of the lesson Update expressions."""

from decimal import Decimal

from helpers.exercises.comparing import difference, written
from helpers.exercises.exercise import Exercise
from helpers.exercises.racing import named, no_schedule
from helpers.rules import item_size

KB = 1024
SAVINGS = {"customer_id": "CUST-1001", "product_id": "SAV-01"}
LOAN = {"customer_id": "CUST-1002", "product_id": "LOAN-01"}
# Products that no cell of the lesson names: whoever writes one of its keys into the answer misses them.
OTHER = {"customer_id": "CUST-1007", "product_id": "SAV-07"}
OTHER_LOAN = {"customer_id": "CUST-1007", "product_id": "LOAN-07"}


def _item(table, key):
    return table.get_item(Key=key, ConsistentRead=True).get("Item", {})


def _put_back(table, key, **changed):
    """What not to do: read the item, change it here, put it back."""
    item = _item(table, key)
    table.put_item(Item={**item, **changed})


class _OnOneItem(Exercise):
    """Checks that look at one item of CustomerProducts before and after."""

    def changed(self, table, key, **expected):
        """The item is as it was but for the `expected` attributes; one whose value is None is gone."""
        before, now = self._before, _item(table, key)
        wanted = {name: value for name, value in (before | expected).items() if value is not None}
        lost = [name for name in wanted if name not in now]
        if lost and not set(lost) & set(expected):
            self.wrong(f"The item lost its {lost[0]}. Change what was asked for, and leave the rest.")
        for name in expected:  # one by one first: a whole item is long, and its verdict would be cut
            if name in wanted and name in now:
                self.expect(now[name], wanted[name], f"'{name}' of the item")
        self.expect(now, wanted, "the item")

    def start(self, key, **also):
        """The model's table; its item at `key` has the attributes `also` on top. None: it is not there."""
        table = self.load("customer_products")
        self._before = {**_item(table, key), **key, **also}
        self.fill(table, [self._before])
        return table

    def at_once(self, table, *writers, name, leaves, lost, key=SAVINGS):
        """Wrong if a schedule of the writers ends with an attribute `name` that is none of `leaves`.

        `lost` says what happened, with {} for what the attribute is then.
        """
        self._last = None  # the verdict shows the schedule, and not the run before it
        no_schedule(
            self,
            *writers,
            look=lambda: _item(table, key).get(name),
            breaks=lambda now, _: (
                None
                if any(difference(now, each) is None for each in leaves)
                else f"Right when you are alone. {lost.format('nothing' if now is None else written(now))}"
            ),
        )


class RaiseBalance(_OnOneItem):
    """Add `amount` to the `balance` of the product at `key`, and return the new balance.

    Other tellers may change it at the same time.
    """

    hints = (
        "An update expression can calculate: SET balance = balance + :amount.",
        'ReturnValues="UPDATED_NEW" brings the new balance back in the same answer, under "Attributes".',
    )
    remember = "DynamoDB does the sum, and the same call tells you the result. Nothing is read first."

    @staticmethod
    def solution(table, key, amount):
        answer = table.update_item(
            Key=key,
            UpdateExpression="SET balance = balance + :amount",
            ExpressionAttributeValues={":amount": amount},
            ReturnValues="UPDATED_NEW",
        )
        return answer["Attributes"]["balance"]

    def check(self, answer):
        for about, key, amount, expected in (
            ("a whole amount", SAVINGS, 250, Decimal(1750)),
            ("cents", SAVINGS, Decimal("0.05"), Decimal("1500.05")),
            ("a withdrawal", SAVINGS, -80, Decimal(1420)),
            ("another product", OTHER, 40, Decimal(1540)),
        ):
            with self.case(about):
                table = self.start(key, balance=1500)
                run = self.run(answer, table, key, amount)
                self.changed(table, key, balance=expected)
                self.expect(run, expected)
                run.at_most(calls=1)
        with self.case("two tellers at once"):
            table = self.start(SAVINGS)
            self.at_once(
                table,
                named("pays_in", answer, table, SAVINGS, 250),
                named("takes_out", answer, table, SAVINGS, -80),
                name="balance",
                leaves=[1670],
                lost="One teller adds 250 to 1500, one takes out 80, and the balance is {}, not 1670.",
            )

    mistakes = {
        "knows one key": (
            lambda table, key, amount: RaiseBalance.solution(table, SAVINGS, amount),
            ["another product", "'balance' of the item is 1500, not 1540"],
        ),
        "reads, adds, puts": (
            lambda table, key, amount: (
                balance := _item(table, key)["balance"] + amount,
                _put_back(table, key, balance=balance),
            )[0],
            ["Right when you are alone", "not 1670", "GetItem"],
        ),
        "reads, adds, sets": (
            lambda table, key, amount: (
                balance := _item(table, key)["balance"] + amount,
                table.update_item(
                    Key=key,
                    UpdateExpression="SET balance = :balance",
                    ExpressionAttributeValues={":balance": balance},
                ),
            )[0],
            ["Right when you are alone", "not 1670"],
        ),
        "sets the amount": (
            lambda table, key, amount: table.update_item(
                Key=key,
                UpdateExpression="SET balance = :amount",
                ExpressionAttributeValues={":amount": amount},
            ),
            "'balance' of the item is",
        ),
        "replaces the item": (
            lambda table, key, amount: table.put_item(
                Item={**key, "balance": _item(table, key)["balance"] + amount}
            ),
            "lost its",
        ),
        "returns the response": (
            lambda table, key, amount: table.update_item(
                Key=key,
                UpdateExpression="ADD balance :amount",
                ExpressionAttributeValues={":amount": amount},
                ReturnValues="UPDATED_NEW",
            ),
            "a dict, not a number",
        ),
        "returns the old balance": (
            lambda table, key, amount: table.update_item(
                Key=key,
                UpdateExpression="ADD balance :amount",
                ExpressionAttributeValues={":amount": amount},
                ReturnValues="UPDATED_OLD",
            )["Attributes"]["balance"],
            "The answer is 1500, not 1750",
        ),
        "reads the balance afterwards": (
            lambda table, key, amount: (
                table.update_item(
                    Key=key,
                    UpdateExpression="ADD balance :amount",
                    ExpressionAttributeValues={":amount": amount},
                ),
                _item(table, key)["balance"],
            )[1],
            "it takes 2 calls",
        ),
    }


class AppendEvent(_OnOneItem):
    """Append `event` to the list `events` of the product at `key`. A product may have no `events` yet.

    Two clerks may append at a time.
    """

    hints = (
        "list_append joins two lists. What stands in for the list that is not there?",
        "SET events = list_append(if_not_exists(events, :none), :new), where :none is [] and :new is a list of one.",
    )
    remember = "if_not_exists gives list_append something to start from. Both of its operands are lists."

    @staticmethod
    def solution(table, key, event):
        table.update_item(
            Key=key,
            UpdateExpression="SET events = list_append(if_not_exists(events, :none), :new)",
            ExpressionAttributeValues={":none": [], ":new": [event]},
        )

    def check(self, answer):
        event = {"day": "2026-04-02", "what": "address changed"}
        earlier = {"day": "2026-01-15", "what": "card sent"}
        for about, key, events in (
            ("a product with an event", SAVINGS, [earlier]),
            ("a product without the list", SAVINGS, None),
            ("a list that is empty", SAVINGS, []),
            ("another product", OTHER, [earlier]),
        ):
            with self.case(about):
                table = self.start(key, **({} if events is None else {"events": events}))
                run = self.run(answer, table, key, event)
                self.changed(table, key, events=[*(events or []), event])
                run.at_most(calls=1)
        other = {"day": "2026-04-02", "what": "card blocked"}
        for about, events in (("a product with an event", [earlier]), ("a product without the list", None)):
            with self.case(f"{about}, two clerks at once"):
                table = self.start(SAVINGS, **({} if events is None else {"events": events}))
                before = events or []
                self.at_once(
                    table,
                    named("clerk", answer, table, SAVINGS, event),
                    named("clerk", answer, table, SAVINGS, other),
                    name="events",
                    leaves=[[*before, event, other], [*before, other, event]],
                    lost="Two clerks append at once, and an event is lost. The list is {}.",
                )

    mistakes = {
        "knows one key": (
            lambda table, key, event: AppendEvent.solution(table, SAVINGS, event),
            ["another product", "1 element"],
        ),
        "needs the list": (
            lambda table, key, event: table.update_item(
                Key=key,
                UpdateExpression="SET events = list_append(events, :new)",
                ExpressionAttributeValues={":new": [event]},
            ),
            ["a product without the list", "does not exist in the item"],
        ),
        "appends something that is no list": (
            lambda table, key, event: table.update_item(
                Key=key,
                UpdateExpression="SET events = list_append(if_not_exists(events, :none), :new)",
                ExpressionAttributeValues={":none": [], ":new": event},
            ),
            "Incorrect operand type",
        ),
        "puts it first": (
            lambda table, key, event: table.update_item(
                Key=key,
                UpdateExpression="SET events = list_append(:new, if_not_exists(events, :none))",
                ExpressionAttributeValues={":none": [], ":new": [event]},
            ),
            "wrong order",
        ),
        "replaces the list": (
            lambda table, key, event: table.update_item(
                Key=key, UpdateExpression="SET events = :new", ExpressionAttributeValues={":new": [event]}
            ),
            "1 element",
        ),
        "reads, appends, writes": (
            lambda table, key, event: _put_back(
                table, key, events=[*_item(table, key).get("events", []), event]
            ),
            ["Right when you are alone", "an event is lost"],
        ),
        "sets the first event without looking again": (
            lambda table, key, event: table.update_item(
                Key=key,
                UpdateExpression="SET events = list_append(events, :new)"
                if "events" in _item(table, key)
                else "SET events = :new",
                ExpressionAttributeValues={":new": [event]},
            ),
            ["without the list, two clerks", "an event is lost"],
        ),
    }


def _taken_out_by_hand(table, key):
    loan = _item(table, key)
    del loan["last_payments"][0], loan["terms"]["collateral"]["city"]
    table.put_item(Item=loan)


class RemoveNested(_OnOneItem):
    """From the loan at `key` remove the oldest payment, element 0 of `last_payments`, and the `city` in the
    `collateral` in its `terms`. Leave the rest as it is. Payments may come in at the same time."""

    hints = (
        "REMOVE takes paths: a dot goes into a map, [0] into a list.",
        "One REMOVE may name several paths, separated by commas.",
    )
    remember = "REMOVE takes paths out of maps and lists. The elements that follow in a list move up."

    @staticmethod
    def solution(table, key):
        table.update_item(Key=key, UpdateExpression="REMOVE last_payments[0], terms.collateral.city")

    def check(self, answer):
        terms = {"months": 48, "rate": Decimal("0.049")}
        collateral = {"kind": "car", "value": 11900}
        for about, key, payments, more in (
            ("a loan with three payments", LOAN, [215, 210, 205], {}),
            (
                "another loan, with one payment, and more to its collateral",
                OTHER_LOAN,
                [300],
                {"plate": "1-ABC-234"},
            ),
        ):
            with self.case(about):
                table = self.start(
                    key,
                    last_payments=payments,
                    terms={**terms, "collateral": {**collateral, **more, "city": "Ghent"}},
                )
                run = self.run(answer, table, key)
                self.changed(
                    table,
                    key,
                    last_payments=payments[1:],
                    terms={**terms, "collateral": {**collateral, **more}},
                )
                run.at_most(calls=1)
        with self.case("a payment comes in at the same time"):
            table = self.start(LOAN, terms={**terms, "collateral": {**collateral, "city": "Ghent"}})

            def pays():
                table.update_item(
                    Key=LOAN,
                    UpdateExpression="SET last_payments = list_append(last_payments, :paid)",
                    ExpressionAttributeValues={":paid": [220]},
                )

            self.at_once(
                table,
                named("answer", answer, table, LOAN),
                pays,
                key=LOAN,
                name="last_payments",
                leaves=[[*self._before["last_payments"][1:], 220]],
                lost="A payment of 220 that comes in meanwhile is lost: the list is {}.",
            )

    mistakes = {
        "sets the city to null": (
            lambda table, key: table.update_item(
                Key=key,
                UpdateExpression="SET terms.collateral.city = :null REMOVE last_payments[0]",
                ExpressionAttributeValues={":null": None},
            ),
            "has 'city', which does not belong there",
        ),
        "removes the whole collateral": (
            lambda table, key: table.update_item(
                Key=key, UpdateExpression="REMOVE last_payments[0], terms.collateral"
            ),
            "has no 'collateral'",
        ),
        "counts from one": (
            lambda table, key: table.update_item(
                Key=key, UpdateExpression="REMOVE last_payments[1], terms.collateral.city"
            ),
            "'last_payments' of the item",
        ),
        "uses DELETE, which is for sets": (
            lambda table, key: table.update_item(
                Key=key,
                UpdateExpression="DELETE last_payments :first",
                ExpressionAttributeValues={":first": 215},
            ),
            "Incorrect operand type",
        ),
        "knows one key": (
            lambda table, key: RemoveNested.solution(table, LOAN),
            ["another loan", "'last_payments' of the item"],
        ),
        "takes both out by hand": (
            _taken_out_by_hand,
            ["Right when you are alone", "A payment of 220"],
        ),
        "reads and puts back": (
            lambda table, key: _put_back(
                table,
                key,
                last_payments=_item(table, key)["last_payments"][1:],
                terms={
                    **_item(table, key)["terms"],
                    "collateral": {
                        name: value
                        for name, value in _item(table, key)["terms"]["collateral"].items()
                        if name != "city"
                    },
                },
            ),
            ["Right when you are alone", "220"],
        ),
    }


class ReservedNames(_OnOneItem):
    """Set the attribute called `name` to `value`, whatever the name is. It is one attribute, not a path into a map."""

    hints = (
        "Names that come from outside never go into the text of an expression. What takes their place?",
        'ExpressionAttributeNames={"#name": name}, and #name in the expression.',
    )
    remember = "A name behind # is only a name: no reserved word, no dot and no trick in it is read as an expression."

    @staticmethod
    def solution(table, key, name, value):
        table.update_item(
            Key=key,
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )

    def check(self, answer):
        for about, key, name, value in (
            ("an ordinary name", SAVINGS, "nickname", "Rainy days"),
            ("a reserved word", SAVINGS, "status", "frozen"),
            ("a dot in the name", SAVINGS, "support.tier", "gold"),
            ("a space in the name", SAVINGS, "Date of birth", "1988-03-02"),
            ("a name that is half an expression", SAVINGS, "nickname = :value, balance", 1_000_000),
            ("another product", OTHER, "nickname", "Rainy days"),
        ):
            with self.case(about):
                table = self.start(key)
                run = self.run(answer, table, key, name, value)
                self.changed(table, key, **{name: value})
                run.at_most(calls=1)
        with self.case("a teller pays in 100 at the same time"):
            table = self.start(SAVINGS)
            self.at_once(
                table,
                named("answer", answer, table, SAVINGS, "nickname", "Rainy days"),
                named("pays_in", RaiseBalance.solution, table, SAVINGS, 100),
                name="balance",
                leaves=[1600],
                lost="The teller's 100 is lost: the balance is {}, not 1600.",
            )

    mistakes = {
        "knows one key": (
            lambda table, key, name, value: ReservedNames.solution(table, SAVINGS, name, value),
            ["another product", "has no 'nickname'"],
        ),
        "puts the name into the text": (
            lambda table, key, name, value: table.update_item(
                Key=key,
                UpdateExpression=f"SET {name} = :value",
                ExpressionAttributeValues={":value": value},
            ),
            ["a reserved word", "reserved keyword"],
        ),
        "only guards the reserved words it knows": (
            lambda table, key, name, value: table.update_item(
                Key=key,
                UpdateExpression="SET #n = :value" if name == "status" else f"SET {name} = :value",
                ExpressionAttributeValues={":value": value},
                **({"ExpressionAttributeNames": {"#n": name}} if name == "status" else {}),
            ),
            "a dot in the name",
        ),
        "splits the name at its dots": (
            lambda table, key, name, value: table.update_item(
                Key=key,
                UpdateExpression="SET "
                + ".".join(f"#p{i}" for i in range(name.count(".") + 1))
                + " = :value",
                ExpressionAttributeNames={f"#p{i}": part for i, part in enumerate(name.split("."))},
                ExpressionAttributeValues={":value": value},
            ),
            ["a dot in the name", "document path"],
        ),
        "tidies the name": (
            lambda table, key, name, value: ReservedNames.solution(table, key, name.lower(), value),
            ["a space in the name", "has no 'Date of birth'"],
        ),
        "strips what it does not like": (
            lambda table, key, name, value: table.update_item(
                Key=key,
                UpdateExpression="SET #n = :value",
                ExpressionAttributeNames={"#n": name.replace(".", "_").split(" ")[0]},
                ExpressionAttributeValues={":value": value},
            ),
            "has no 'support.tier'",
        ),
    }


class SwapTwo(_OnOneItem):
    """Let the attributes called `one` and `other` change places, in one call. Both are there."""

    hints = (
        "Every right-hand side sees the item as it was before the update. So no third place is needed.",
        'SET #one = #other, #other = #one, with both names in ExpressionAttributeNames.',
    )  # fmt: skip
    remember = "All right-hand sides read the item as it was. The order of the actions does not matter."

    @staticmethod
    def solution(table, key, one, other):
        table.update_item(
            Key=key,
            UpdateExpression="SET #one = #other, #other = #one",
            ExpressionAttributeNames={"#one": one, "#other": other},
        )

    def check(self, answer):
        for about, key, one, other, values in (
            ("two strings", SAVINGS, "first_contact", "second_contact", ("phone", "letter")),
            ("names that are reserved words", SAVINGS, "primary", "second", ("EUR", "USD")),
            ("a number and a map", SAVINGS, "limit", "exception", (Decimal(500), {"agreed": True})),
            ("names with a dot and a space", SAVINGS, "contact.first", "second contact", ("phone", "letter")),
            ("another product", OTHER, "first_contact", "second_contact", ("letter", "phone")),
        ):
            with self.case(about):
                table = self.start(key, **{one: values[0], other: values[1]})
                run = self.run(answer, table, key, one, other)
                self.changed(table, key, **{one: values[1], other: values[0]})
                run.at_most(calls=1)
        with self.case("a clerk sets the first contact to e-mail at the same time"):
            table = self.start(SAVINGS, first_contact="phone", second_contact="letter")
            sets = {
                "UpdateExpression": "SET first_contact = :new",
                "ExpressionAttributeValues": {":new": "e-mail"},
            }
            self._last = None
            no_schedule(
                self,
                named("swaps", answer, table, SAVINGS, "first_contact", "second_contact"),
                named("clerk", lambda: table.update_item(Key=SAVINGS, **sets)),
                look=lambda: [_item(table, SAVINGS).get(f"{which}_contact") for which in ("first", "second")],
                breaks=lambda contacts, _: (
                    None
                    if contacts in (["letter", "e-mail"], ["e-mail", "phone"])
                    else "Right when you are alone. A clerk sets the first contact to e-mail meanwhile, and they end "
                    f"as {contacts[0]} and {contacts[1]}: no swap before or after it leaves that."
                ),
            )

    mistakes = {
        "knows one key": (
            lambda table, key, one, other: SwapTwo.solution(table, SAVINGS, one, other),
            ["another product", "does not exist in the item"],
        ),
        "one after the other": (
            lambda table, key, one, other: [
                table.update_item(
                    Key=key,
                    UpdateExpression="SET #to = #from",
                    ExpressionAttributeNames={"#to": to, "#from": source},
                )
                for to, source in ((one, other), (other, one))
            ],
            "'second_contact' of the item",
        ),
        "writes the names out": (
            lambda table, key, one, other: table.update_item(
                Key=key, UpdateExpression=f"SET {one} = {other}, {other} = {one}"
            ),
            "reserved keyword",
        ),
        "puts # before the names": (
            lambda table, key, one, other: table.update_item(
                Key=key,
                UpdateExpression=f"SET #{one} = #{other}, #{other} = #{one}",
                ExpressionAttributeNames={f"#{one}": one, f"#{other}": other},
            ),
            ["a dot and a space", "invalid key"],
        ),
        "takes the names for values": (
            lambda table, key, one, other: table.update_item(
                Key=key,
                UpdateExpression="SET #one = :other, #other = :one",
                ExpressionAttributeNames={"#one": one, "#other": other},
                ExpressionAttributeValues={":one": one, ":other": other},
            ),
            "of the item is 'second_contact'",
        ),
        "reads both, sets both": (
            lambda table, key, one, other: (
                item := _item(table, key),
                table.update_item(
                    Key=key,
                    UpdateExpression="SET #one = :one, #other = :other",
                    ExpressionAttributeNames={"#one": one, "#other": other},
                    ExpressionAttributeValues={":one": item[other], ":other": item[one]},
                ),
            ),
            ["Right when you are alone", "letter and phone"],
        ),
        "reads and puts back": (
            lambda table, key, one, other: _put_back(
                table, key, **{one: _item(table, key)[other], other: _item(table, key)[one]}
            ),
            ["Right when you are alone", "e-mail"],
        ),
    }


_NUMBER = {2: "two", 3: "three"}


def _tries_twice(table, page):
    """Reads, and writes only if nobody came between; gives up after the second try."""
    for _ in range(2):
        seen = _item(table, {"page": page}).get("visits", 0)
        try:
            table.update_item(
                Key={"page": page},
                UpdateExpression="SET visits = :next",
                ConditionExpression="visits = :seen" if seen else "attribute_not_exists(visits)",
                ExpressionAttributeValues={":next": seen + 1} | ({":seen": seen} if seen else {}),
            )
            return seen + 1
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            continue
    return None


class CountVisits(Exercise):
    """Count one more visit of `page` in its attribute `visits`, and return the new number.

    The key of the table is `page`. A page that was never visited is not in the table. Many visitors come at once.
    """

    hints = (
        "Between a read and a write anybody may come in. Let DynamoDB do the sum.",
        "ADD creates what is not there: the item with its key, and the number from 0.",
        'UpdateExpression="ADD visits :one", ReturnValues="UPDATED_NEW".',
    )
    remember = (
        "ADD is one call: no schedule loses a visit. A counter that is read and written back loses some."
    )

    @staticmethod
    def solution(table, page):
        answer = table.update_item(
            Key={"page": page},
            UpdateExpression="ADD visits :one",
            ExpressionAttributeValues={":one": 1},
            ReturnValues="UPDATED_NEW",
        )
        return answer["Attributes"]["visits"]

    def check(self, answer):
        for about, page, visits in (
            ("a page with 41 visits", "/rates", 41),
            ("a page that nobody visited yet", "/loans", 0),
        ):
            items = [{"page": page, "visits": visits, "title": "Rates"}] if visits else []
            with self.case(about):
                table = self.table("Pages", "page", items=items)
                run = self.run(answer, table, page)
                wanted = {"page": page, **(items[0] if items else {}), "visits": visits + 1}
                self.expect(_item(table, {"page": page}), wanted, "the item")
                self.expect(run, visits + 1)
                run.at_most(calls=1)
            # Three visitors: an answer that tries again once is right for two of them.
            for many in (2, 3):
                with self.case(f"{about}, {_NUMBER[many]} visitors at once"):
                    table = self.table("Pages", "page", items=items)
                    self._last = None
                    no_schedule(
                        self,
                        *[named("visitor", answer, table, page)] * many,
                        look=lambda table=table, page=page: _item(table, {"page": page})["visits"],
                        breaks=lambda counted, run, visits=visits: self._lost(counted, visits, run),
                        limit=60,
                    )

    @staticmethod
    def _lost(counted, visits, run):
        many = len(run.returned)
        numbers = list(range(visits + 1, visits + many + 1))
        if counted != numbers[-1]:
            came = _NUMBER[many].capitalize()
            return f"{came} visitors came, and the page went from {visits} to {counted}: a visit is lost."
        if not all(number in run.returned for number in numbers):
            told = " and ".join(map(str, run.returned))
            return f"{_NUMBER[many].capitalize()} visitors were told {told}: each should get a number of its own."
        return None

    mistakes = {
        "knows one page": (
            lambda table, page: CountVisits.solution(table, "/rates"),
            "nobody visited yet",
        ),
        "reads, adds, puts": (
            lambda table, page: (
                count := _item(table, {"page": page}).get("visits", 0) + 1,
                table.put_item(Item={**_item(table, {"page": page}), "page": page, "visits": count}),
            )[0],
            ["a visit is lost", "GetItem", "PutItem", "schedule"],
        ),
        "reads, adds, sets": (
            lambda table, page: (
                count := _item(table, {"page": page}).get("visits", 0) + 1,
                table.update_item(
                    Key={"page": page},
                    UpdateExpression="SET visits = :count",
                    ExpressionAttributeValues={":count": count},
                ),
            )[0],
            ["a visit is lost", "SET visits = 42"],
        ),
        "tries twice and gives up": (_tries_twice, ["three visitors", "a visit is lost"]),
        "needs the first visit": (
            lambda table, page: table.update_item(
                Key={"page": page},
                UpdateExpression="SET visits = visits + :one",
                ExpressionAttributeValues={":one": 1},
                ReturnValues="UPDATED_NEW",
            )["Attributes"]["visits"],
            ["nobody visited yet", "does not exist in the item"],
        ),
        "counts right and tells by a read": (
            lambda table, page: (
                table.update_item(
                    Key={"page": page},
                    UpdateExpression="ADD visits :one",
                    ExpressionAttributeValues={":one": 1},
                ),
                _item(table, {"page": page})["visits"],
            )[1],
            "a number of its own",
        ),
        "returns the response": (
            lambda table, page: table.update_item(
                Key={"page": page},
                UpdateExpression="ADD visits :one",
                ExpressionAttributeValues={":one": 1},
                ReturnValues="UPDATED_NEW",
            ),
            "a dict, not a number",
        ),
    }


def _tags_read_and_written(table, key, tag, wanted):
    tags = _item(table, key).get("tags", set())
    tags = tags | {tag} if wanted else tags - {tag}
    table.update_item(
        Key=key,
        UpdateExpression="SET tags = :tags" if tags else "REMOVE tags",
        **({"ExpressionAttributeValues": {":tags": tags}} if tags else {}),
    )


def _tags_by_a_look(table, key, tag, wanted):
    if not wanted and _item(table, key).get("tags") == {tag}:
        return table.update_item(Key=key, UpdateExpression="REMOVE tags")
    return TagsAsSet.solution(table, key, tag, wanted)


def _tags_tidied(table, key, tag, wanted):
    TagsAsSet.solution(table, key, tag, wanted)
    if not _item(table, key).get("tags"):
        table.update_item(Key=key, UpdateExpression="REMOVE tags")


def _tags_set_first(table, key, tag, wanted):
    try:
        table.update_item(
            Key=key,
            UpdateExpression="ADD tags :tag" if wanted else "DELETE tags :tag",
            ConditionExpression="attribute_exists(tags)",
            ExpressionAttributeValues={":tag": {tag}},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        if wanted:
            table.update_item(
                Key=key, UpdateExpression="SET tags = :tag", ExpressionAttributeValues={":tag": {tag}}
            )


class TagsAsSet(_OnOneItem):
    """If `wanted`, put `tag` into the string set `tags` of the product at `key`; if not, take it out.

    A product may have no `tags` yet. Twice the same is the same as once, and two clerks may work at a time.
    """

    hints = (
        "Two actions work on sets: ADD puts members in, DELETE takes members out.",
        'Their operand is a set too: {":tag": {tag}} in Python.',
    )
    remember = "ADD and DELETE change a set in place. A set has no order, no twins, and is never empty."

    @staticmethod
    def solution(table, key, tag, wanted):
        table.update_item(
            Key=key,
            UpdateExpression="ADD tags :tag" if wanted else "DELETE tags :tag",
            ExpressionAttributeValues={":tag": {tag}},
        )

    def check(self, answer):
        for about, key, tags, tag, wanted, expected in (
            ("a new tag", SAVINGS, {"online", "holiday"}, "joint", True, {"online", "holiday", "joint"}),
            (
                "a tag that is there already",
                SAVINGS,
                {"online", "holiday"},
                "online",
                True,
                {"online", "holiday"},
            ),
            ("a product without tags", SAVINGS, None, "joint", True, {"joint"}),
            ("a tag to take out", SAVINGS, {"online", "holiday"}, "holiday", False, {"online"}),
            ("the last tag to take out", SAVINGS, {"online"}, "online", False, None),
            ("a tag to take out that is not there", SAVINGS, {"online"}, "joint", False, {"online"}),
            ("another product", OTHER, {"online"}, "joint", True, {"online", "joint"}),
        ):
            with self.case(about):
                table = self.start(key, tags=tags)
                if tags is None:
                    self._before.pop("tags")
                    table.put_item(Item=self._before)
                run = self.run(answer, table, key, tag, wanted)
                self.changed(table, key, tags=expected)
                run.at_most(calls=1)
        adds, takes = ("adds", "joint", True), ("takes_out", "holiday", False)
        for about, tags, writers, left in (
            (
                "one adds joint, one takes holiday out",
                {"online", "holiday"},
                [adds, takes],
                {"online", "joint"},
            ),
            ("one adds joint, one takes the last tag out", {"holiday"}, [takes, adds], {"joint"}),
            ("no tags yet, and each adds one", None, [adds, ("adds", "online", True)], {"joint", "online"}),
        ):
            with self.case(f"two clerks at once: {about}"):
                table = self.start(SAVINGS, tags=tags)
                if tags is None:
                    table.update_item(Key=SAVINGS, UpdateExpression="REMOVE tags")
                self.at_once(
                    table,
                    *[named(name, answer, table, SAVINGS, tag, wanted) for name, tag, wanted in writers],
                    name="tags",
                    leaves=[left],
                    lost=f"It should leave {' and '.join(sorted(left, reverse=True))}. It leaves {{}}.",
                )

    mistakes = {
        "knows one key": (
            lambda table, key, tag, wanted: TagsAsSet.solution(table, SAVINGS, tag, wanted),
            ["another product", "misses 'joint'"],
        ),
        "adds text": (
            lambda table, key, tag, wanted: table.update_item(
                Key=key,
                UpdateExpression="ADD tags :tag" if wanted else "DELETE tags :tag",
                ExpressionAttributeValues={":tag": tag},
            ),
            "Incorrect operand type",
        ),
        "keeps a list": (
            lambda table, key, tag, wanted: table.update_item(
                Key=key,
                UpdateExpression="SET tags = list_append(if_not_exists(tags, :none), :tag)",
                ExpressionAttributeValues={":none": [], ":tag": [tag]},
            ),
            "incorrect data type",
        ),
        "replaces the set": (
            lambda table, key, tag, wanted: table.update_item(
                Key=key,
                UpdateExpression="SET tags = :tag" if wanted else "DELETE tags :tag",
                ExpressionAttributeValues={":tag": {tag}},
            ),
            "misses 'holiday'",
        ),
        "removes all tags": (
            lambda table, key, tag, wanted: table.update_item(
                Key=key,
                UpdateExpression="ADD tags :tag" if wanted else "REMOVE tags",
                **({"ExpressionAttributeValues": {":tag": {tag}}} if wanted else {}),
            ),
            "'tags'",
        ),
        "reads, changes, writes": (
            _tags_read_and_written,
            ["two clerks", "It should leave online and joint"],
        ),
        "takes the attribute away with the last tag": (
            _tags_by_a_look,
            ["the last tag out", "It leaves nothing"],
        ),
        "tidies up behind itself": (_tags_tidied, ["the last tag out", "It leaves nothing"]),
        "sets the first tag without looking again": (
            _tags_set_first,
            ["no tags yet", "It should leave online and joint"],
        ),
    }


class UpdateCost(Exercise):
    """Predict the write units of five updates. Sizes are those of the whole item.

    small: SET balance in an item of 2.5 KB; its size stays.
    grow: SET notes in an item of 0.5 KB, which is 2.5 KB then.
    shrink: REMOVE notes from an item of 4.5 KB, which is 0.5 KB then.
    same: SET status to what it is already, in an item of 3.5 KB.
    new: UpdateItem of a key that nobody has; the new item has 100 bytes.
    """

    hints = (
        "An update costs by the whole item, not by what changed. A write unit is 1 KB, rounded up.",
        "The item before and the item after: the larger of the two counts.",
    )
    remember = "The larger of the item before and after, rounded up to whole KB, whatever changed."
    solution = {"small": 3, "grow": 3, "shrink": 5, "same": 4, "new": 1}

    _why = {
        "small": "What changed does not count. The whole item does: 2.5 KB, rounded up.",
        "grow": "The item after the update is the larger one: 2.5 KB, rounded up.",
        "shrink": "The item before the update is the larger one: 4.5 KB, rounded up.",
        "same": "A write that changes nothing is a write: 3.5 KB, rounded up.",
        "new": "The smallest write is one unit.",
    }

    def check(self, answer):
        if not isinstance(answer, dict) or answer.keys() != self._why.keys():
            self.wrong(f"The answer is a dict with a number for each of {', '.join(self._why)}.")
        with self.case():
            units = self._measured()
        self.predict(answer, units, why=self._why)

    def _measured(self):
        """What the five updates cost on items of these sizes."""
        table = self.table("Sized", "pk")

        def units(name, size, expression, **values):
            if size:
                item = {"pk": name, "balance": 1, "status": "active", "notes": ""}
                table.put_item(Item={**item, "notes": "." * (size - item_size(item))})
            given = {f":{key}": value for key, value in values.items()}
            answer = table.update_item(
                Key={"pk": name},
                UpdateExpression=expression,
                ReturnConsumedCapacity="TOTAL",
                **({"ExpressionAttributeNames": {"#status": "status"}} if "#status" in expression else {}),
                **({"ExpressionAttributeValues": given} if given else {}),
            )
            return answer["ConsumedCapacity"]["CapacityUnits"]

        return {
            "small": units("small", 5 * KB // 2, "SET balance = :two", two=2),
            "grow": units("grow", KB // 2, "SET more = :more", more="." * (2 * KB - 4)),
            "shrink": units("shrink", 9 * KB // 2, "REMOVE notes"),
            "same": units("same", 7 * KB // 2, "SET #status = :same", same="active"),
            "new": units("new", 0, "SET notes = :notes", notes="." * 90),
        }

    mistakes = {
        "counts what changed": ({**solution, "small": 1}, "What changed does not count"),
        "takes the item as it was": ({**solution, "grow": 1}, "after the update is the larger"),
        "takes the item as it is then": ({**solution, "shrink": 1}, "before the update is the larger"),
        "takes a change of nothing to be free": ({**solution, "same": 0}, "changes nothing is a write"),
        "does not round": ({**solution, "new": 0.1}, "smallest write is one unit"),
        "leaves some out": ({"small": 3}, "a number for each of"),
        "writes text": ({**solution, "small": "3"}, "'small' is text, not a number"),
    }

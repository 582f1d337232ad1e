'''Everything about one exercise in one class: statement, hints, solution, check, and the mistakes it must refuse.

    """Exercises of the lesson GetItem versus Query."""

    from boto3.dynamodb.conditions import Key
    from helpers.exercises.exercise import Exercise

    class OneCustomer(Exercise):                      # its id: one_customer
        """Return all products of one customer, as a list of items."""    # the statement, shown with TODO

        hints = (                                     # two or three, from general to specific
            "Which operation reads the items that share a partition key?",
            "table.query takes a KeyConditionExpression. The items are under \\"Items\\" in the answer.",
        )
        remember = "Query reads one item collection and nothing else."    # shown with the verdict right

        @staticmethod
        def solution(table, customer_id):             # shown to learners as `def one_customer(...)`
            return table.query(KeyConditionExpression=Key("customer_id").eq(customer_id))["Items"]

        def check(self, answer):
            for customer, count in (("CUST-1001", 3), ("CUST-9999", 0)):
                with self.case(f"a customer with {count} products"):      # an empty DynamoDB for the case
                    table = self.load("customer_products")                # data/models/customer_products.json
                    run = self.run(answer, table, customer)               # time limit, errors, printing: all handled
                    self.expect(run, [each for each in self.items(table) if each["customer_id"] == customer])
                    # self.holds(table, [...]): for an answer that writes
                    run.never("Scan", "a Scan reads the whole table")     # not met: the verdict is wasteful
                    run.at_most(calls=1, read_units=0.5)

        mistakes = {                                  # a name: the answer, words its verdict must contain
            "scans": (lambda table, customer_id: [...], "reads the whole table"),
            "forgets Items": (lambda table, customer_id: table.query(...), "a dict, not a list"),
        }

An answer may also be a plain value: then `solution` is that value, and `check` is one line.

    self.predict(answer, {"GetItem": 0.5, "Query": 1}, why={"Query": "A Query sums first, then rounds once."})
    self.choose(answer, {"A": (True, "one cart is one key."), "B": (False, "it joins tables.")})   # letters
    self.expect(answer, ["put", "read"], "the order")        # shows what is expected: for what may be told

`cases.py` has what makes tables (`case`, `load`, `table`, `fill`, `items`), `judging.py` what judges (`expect`, `holds`,
`choose`, `predict`, `wrong`, `wasteful`), `measuring.py` what a run can be held to (`only`, `never`, `at_most`).
The first thing that is wrong ends the check: `expect`, `run` and `wrong(...)` raise. Waste is noted, and told
when everything else was right. What a check needs beyond this it writes in plain boto3: inside `case` every call
goes to a DynamoDB that the learner's lab knows nothing of.
'''

import copy
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn

from botocore.exceptions import ClientError

from helpers.engines.guard import LabError
from helpers.exercises import running
from helpers.exercises.comparing import difference, written
from helpers.exercises.judging import Judging, Over
from helpers.exercises.measuring import Run, measured
from helpers.exercises.todo import begun, unanswered
from helpers.exercises.verdicts import Verdict

CLIENTS_FORM = '\n{"S": "…"} is how a client writes a value. A Table takes the plain value, "…".'
NO_END = ".\nDoes it call itself, or give boto3 a table where a name belongs? TableName is text: table.name"
_PLAIN = (str, bytes, bytearray, int, float, bool, type(None))


class Exercise(Judging):
    """One exercise. See the module's documentation for a complete example."""

    hints: ClassVar[tuple[str, ...]] = ()
    remember: ClassVar[str] = ""
    solution: ClassVar[Any] = None
    mistakes: ClassVar[dict[str, tuple[Any, str]]] = {}
    seconds: ClassVar[float] = 10  # time limit of one run

    def __init_subclass__(cls) -> None:
        taken = {name for name in vars(cls) if name in _OURS}
        if taken:
            raise TypeError(
                f"{cls.__name__} has an attribute {min(taken)!r}, which is the engine's: choose another name."
            )

    def check(self, answer: Any) -> None:
        """Judge the answer: return if it is right, else call `wrong` or `wasteful`, or what calls them."""
        raise NotImplementedError

    def run(
        self,
        answer: Callable,
        *args: Any,
        raises: type[BaseException] | tuple[type[BaseException], ...] = (),
        may_change_arguments: bool = False,
        shown: str | None = None,
    ) -> Run:
        """Call the answer with a copy of `args`; returns its value, calls and units.

        What it raises ends the check, but for `raises`: then it is in `.error`. So do TODO as its value, no end
        in `seconds`, and changed arguments. `shown` stands in the verdict for the call.
        """
        call = shown or self._call(args)
        self._last = run = Run(self, call)
        self._fits(answer, args)
        given = tuple(copy.deepcopy(arg) if _is_plain(arg) else arg for arg in args)
        with measured(run):
            outcome = running.run(answer, given, seconds=self.seconds)
        run.value, run.error, run.printed = outcome.value, outcome.error, outcome.printed
        if outcome.timed_out:
            self.wrong(
                f"It had not returned after {self.seconds:g} seconds, so it was stopped. Is there a loop without an end?"
            )
        if run.error is not None and not isinstance(run.error, raises):
            self._raised(run.error, outcome.line)
        if unanswered(run.value):
            raise Over(self._todo(answer))
        if not may_change_arguments:
            for before, after in zip(args, given, strict=True):
                if _is_plain(before) and difference(after, before):
                    self.wrong(
                        "It changes what it was given. Work on a copy.",
                        given=written(before),
                        afterwards=written(after),
                    )
        return run

    @classmethod
    def name(cls) -> str:
        """The id: the class's name in lower case with underscores."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def statement(cls) -> str:
        """What is asked, from the class's docstring."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def lesson(cls) -> str:
        """The name of the lesson: that of the module."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def solution_source(cls) -> str:
        """The solution as a learner would type it: a function, or a variable, named like the exercise."""
        if not callable(cls.solution):
            return f"{cls.name()} = {_laid_out(cls.solution)}"
        source = textwrap.dedent(inspect.getsource(cls.solution)).removeprefix("@staticmethod\n")
        return re.sub(r"\bsolution\b", cls.name(), source, count=1).rstrip()

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer. LabError where the lab is not started; nothing else is raised."""
        if unanswered(answer):
            return self._todo(answer)
        try:
            self._is_of_the_right_kind(answer)
            self.check(answer)
        except Over as over:
            return over.verdict
        except LabError:
            raise
        except ClientError as error:
            return self._unreadable(error)
        except Exception as error:
            message = f"The check could not read this answer ({type(error).__name__}: {error})."
            return self._verdict("wrong", message, {})
        if self._waste:
            return self._waste[0]
        return Verdict("right", self.name(), self.remember)

    def _todo(self, answer: Any) -> Verdict:
        ask = (
            "Write the function in place of TODO"
            if callable(self.solution)
            else "Put your answer in place of TODO"
        )
        if begun(answer):
            ask = "Your function still says TODO, so it was not tried. Replace that line, or delete it"
        return Verdict("todo", self.name(), f"{self.statement()}\n{ask}, then run this cell again.")

    def _verdict(self, kind: str, message: str, details: Mapping[str, str]) -> Verdict:
        rows = [("case", self._about)] if self._about else []
        if self._last:
            rows.append(("call", self._last.call))
        rows += [(label.replace("_", " "), text) for label, text in details.items()]
        if self._last and self._last.printed:
            rows.append(("printed", self._last.printed.rstrip()))
        if "_" not in message.split(" ", 1)[0]:  # a name keeps its letters
            message = message[:1].upper() + message[1:]
        return Verdict(kind, self.name(), message, tuple(rows))

    def _is_of_the_right_kind(self, answer: Any) -> None:
        name = self.name()
        if callable(self.solution) and not callable(answer):
            self.wrong(
                f"The answer is {written(answer, 60)}. Pass the function itself: check({name!r}, {name})"
            )
        if not callable(self.solution) and callable(answer):
            self.wrong(f"The answer is a function. Pass a value: check({name!r}, …)")

    def _fits(self, answer: Callable, args: tuple) -> None:
        try:
            inspect.signature(answer).bind(*args)
        except TypeError:
            takes = (
                inspect.signature(self.solution) if callable(self.solution) else f"({len(args)} arguments)"
            )
            self.wrong(f"It takes {inspect.signature(answer)}; it is called with {takes}.")
        except ValueError:  # a function written in C has no signature
            pass

    def _raised(self, error: BaseException, line: str) -> NoReturn:
        if isinstance(error, SystemExit):
            self.wrong(
                "It ends the whole program (SystemExit). A function ends with return.",
                **({"at": line} if line else {}),
            )
        told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        advice = CLIENTS_FORM if "actual: M" in told else NO_END if isinstance(error, RecursionError) else ""
        self.wrong(f"It raised {_without_addresses(told)[:600]}{advice}", **({"at": line} if line else {}))

    def _unreadable(self, error: ClientError) -> Verdict:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return self._verdict(
                "wrong", "The table is not there any more. The answer must not delete it.", {}
            )
        return self._verdict("wrong", f"Reading back what the answer left failed. {error}", {})

    def _call(self, args: tuple) -> str:
        names = list(inspect.signature(self.solution).parameters) if callable(self.solution) else []
        shown = [
            written(arg, 120)
            if _is_plain(arg)
            else (names[i] if i < len(names) else f"<{type(arg).__name__}>")
            for i, arg in enumerate(args)
        ]
        return f"{self.name()}({', '.join(shown)})"


# What a subclass may not replace by accident.
_OURS = {
    name for name in dir(Exercise) if callable(getattr(Exercise, name)) and not name.startswith("__")
} - {"check", "solution"}


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_plain(part) for part in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_plain, value))
    return isinstance(value, _PLAIN) or type(value).__module__ in ("decimal", "boto3.dynamodb.types")


def _without_addresses(text: str) -> str:
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)


def _laid_out(value: Any, width: int = 88) -> str:
    """The value as Python source, a member a line where it is long. Order as written by the author."""
    import pprint

    return pprint.pformat(value, width=width, sort_dicts=False)

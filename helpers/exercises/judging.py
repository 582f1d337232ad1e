"""What a check says of an answer: the first thing that is wrong ends it, waste is noted."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from helpers.exercises.cases import Cases
from helpers.exercises.comparing import difference, of_another_kind, written
from helpers.exercises.measuring import Run
from helpers.exercises.verdicts import Verdict


class Over(Exception):
    """Ends a check with a verdict."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.message)
        self.verdict = verdict


class Judging(Cases):
    """The part of an exercise that compares, and finds words for what differs."""

    def __init__(self) -> None:
        super().__init__()
        self._waste: list[Verdict] = []

    def expect(self, got: Any, expected: Any, what: str = "the answer", any_order: bool = False) -> None:
        """The verdict is wrong unless `got` (a value or a Run) equals `expected`. `what` names it in the message.

        Numbers are equal by value, whatever their Python type. `any_order`: of a list.
        """
        value = got.value if isinstance(got, Run) else got
        if any_order and isinstance(value, list | tuple) and isinstance(expected, list | tuple):
            value, expected = sorted(value, key=written), sorted(expected, key=written)
        found = difference(value, expected, what)
        if found:
            self.wrong(found, expected=written(expected), got=written(value))

    def holds(self, table: Any, expected: Iterable[Mapping]) -> None:
        """The verdict is wrong unless the table holds these items and no others; tells the first one that differs."""
        names = [key["AttributeName"] for key in table.key_schema]
        found, wanted = (
            {tuple(item[name] for name in names): item for item in each}
            for each in (self.items(table), expected)
        )
        for key, item in wanted.items():
            called = f"the item {' / '.join(map(str, key))}"
            if key not in found:
                self.wrong(f"The table has no item {called[9:]}.", expected=written(item))
            self.expect(found[key], item, called)
        for key in found:
            if key not in wanted:
                self.wrong(f"The table has an item {' / '.join(map(str, key))}, which does not belong there.")

    def choose(self, answer: Any, options: Mapping[str, tuple[bool, str]]) -> None:
        """The answer is the list or set of the letters whose options are true. Each has the clause that says why.

        A lower-case letter counts. The verdict tells one reason, and not whose: that is left to find out.
        """
        if not isinstance(answer, list | tuple | set | frozenset):
            letters = [each for each in options if isinstance(answer, str) and each in answer.upper()]
            self.wrong(
                f"Give a list with a letter each: {written(letters or list(options)[:2])}.",
                got=written(answer),
            )
        chosen = {each.strip().upper() if isinstance(each, str) else written(each) for each in answer}
        unknown = sorted(chosen - set(options))
        if unknown:
            self.wrong(f"There is no option {unknown[0]}. Choose from {', '.join(options)}.")
        extra = [why for option, (true, why) in options.items() if option in chosen and not true]
        missing = [why for option, (true, why) in options.items() if option not in chosen and true]
        if extra:
            self.wrong(_letters(extra, "too many"))
        if missing:
            self.wrong(_letters(missing, "missing"))

    def predict(self, answer: Any, expected: Any, why: Mapping[Any, str] | str = "") -> None:
        """Like `expect` for what a learner foretells: says which part is wrong and why, and not what is right.

        expected: a value with one reason, or a dict or list of values with a reason for each name or position.
        """
        if isinstance(expected, Mapping | list | tuple):
            if difference(answer, expected) and type(answer) is not type(expected):
                self.wrong(f"The answer is {written(answer, 60)}, not {_example(expected)}.")
            if isinstance(expected, list | tuple) and len(answer) != len(expected):
                self.wrong(difference(answer, expected) or "")
            parts, given, why = (
                each if isinstance(each, Mapping) else dict(enumerate(each))
                for each in (expected, answer, why or {})
            )
        else:
            parts, given, why = {"": expected}, {"": answer}, {"": why}
        for name in [*given, *parts]:
            called = (
                written(name) if isinstance(expected, Mapping) else f"element {name}" if name != "" else "It"
            )
            reason = f" {why[name]}" if name in why and why[name] else ""
            if name not in parts:
                self.wrong(f"{called} does not belong there.{reason}")
            if name not in given:
                self.wrong(f"{called} is missing.{reason}")
            if None not in (given[name], parts[name]):
                self._of_that_kind(given[name], parts[name], called)
            if difference(given[name], parts[name]):
                self.wrong(f"{called} is not {written(given[name], 80)}.{reason}")

    def _of_that_kind(self, got: Any, expected: Any, called: str) -> None:
        found = of_another_kind(got, expected, called)
        if found:
            self.wrong(found)

    def wrong(self, message: str, **details: str) -> NoReturn:
        """End the check: the answer is wrong. `details` are labelled lines below the message, as text."""
        raise Over(self._verdict("wrong", message, details))

    def wasteful(self, message: str, **details: str) -> None:
        """Note that a right answer took more than it needs. The check goes on: wrong comes before wasteful."""
        self._waste.append(self._verdict("wasteful", message, details))

    def _verdict(self, kind: str, message: str, details: Mapping[str, str]) -> Verdict:
        raise NotImplementedError


def _letters(reasons: list[str], what: str) -> str:
    if len(reasons) == 1:
        return f"1 letter is {what}: {reasons[0]}"
    return f"{len(reasons)} letters are {what}. One of them: {reasons[0]}"


def _example(expected: Any) -> str:
    if isinstance(expected, Mapping):
        return f"a dict with {', '.join(map(written, expected))}"
    return f"a list of {len(expected)}"

"""The grammar of expressions: text in, a tree of tuples out, or DynamoDB's syntax error.

    ("path", ("a", "#b", 0))    ("value", ":v")    ("call", "size", [operand, ...])
    ("=", left, right)  and <> < <= > >=    ("BETWEEN", x, low, high)    ("IN", x, operand, ...)
    ("AND", a, b, ...)  ("OR", a, b, ...)  ("NOT", a)  ("+", left, right)  ("-", left, right)

What can be said of an expression without its placeholders is said here, in DynamoDB's order: size, syntax,
redundant parentheses; then, from left to right, reserved words, functions, list indexes; then sections that are
there twice and the number of operators.
Sources: Developer Guide, "Condition and filter expressions, operators, and functions", "Update expressions",
"Reserved words in DynamoDB", "Service quotas"; messages as DynamoDB Local gives them.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from helpers.rules import limits

from ..errors import Refused, refuse_if

MAX_INDEX = 2**31 - 1
DEEP = 50_000  # calls within each other: an expression of 4096 bytes needs seven for each of its parentheses
_ONE_AT_A_TIME = Lock()  # the limit of calls is one for all threads
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
CONDITIONS = ("attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains")
UPDATES = ("if_not_exists", "list_append")
# Where each may stand: as a condition, as an operand, or as all of what is SET.
FUNCTIONS = {
    **dict.fromkeys(CONDITIONS, ("condition",)),
    "size": ("operand",),
    "if_not_exists": ("operand", "whole value"),
    "list_append": ("whole value",),
}
REDUNDANT = "The expression has redundant parentheses;"
SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")
RESERVED = frozenset(word.upper() for word in ReservedKeywords.get_reserved_keywords())

_WORDS = "|".join(("AND", "OR", "NOT", "BETWEEN", "IN", *SECTIONS))
_TOKEN = re.compile(
    rf"\s*(?:(?P<word>(?i:{_WORDS})(?![A-Za-z0-9_]))|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<key>\#[A-Za-z0-9_]+)"
    r"|(?P<value>:[A-Za-z0-9_]+)|(?P<index>[0-9]+)|(?P<sign><>|<=|>=|\S))"
)


@lru_cache(maxsize=1000)
def parse(text: str, what: str):
    """The tree of an expression. what: the parameter's name, which decides the grammar and heads messages.

    ConditionExpression, FilterExpression, KeyConditionExpression: one node. ProjectionExpression: a list of
    paths. UpdateExpression: a list of (section, path, operand or None).
    """
    refuse_if(not text, f"Invalid {what}: The expression can not be empty;")
    size = len(text.encode())
    too_large = "Expression size has exceeded the maximum allowed size; expression size:"
    refuse_if(size > limits.EXPRESSION_MAX_BYTES, f"Invalid {what}: {too_large} {size}")
    try:
        return _Parser(text, what).tree()
    except RecursionError:  # many parentheses within each other; they are legal
        with _deeply():
            return _Parser(text, what).tree()


@contextmanager
def _deeply() -> Iterator[None]:
    """Allow calls within each other to the depth that the longest expression needs."""
    with _ONE_AT_A_TIME:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(max(usual, DEEP))
        try:
            yield
        finally:
            sys.setrecursionlimit(usual)


class _Parser:
    """Recursive descent. Each method reads one rule of the grammar and returns its node."""

    def __init__(self, text: str, what: str):
        self.text, self.what = text, what
        self.tokens = [(m.lastgroup, m[m.lastgroup], m.start(m.lastgroup)) for m in _TOKEN.finditer(text)]
        self.tokens.append(("end", "<EOF>", len(text)))
        self.at = -1
        self.pair = None  # the parentheses closed last: positions of both
        self.seen = []  # what has to be looked at from left to right: ["path", elements] or [where, function]
        self.sections, self.operators = [], 0
        self.advance()

    def tree(self) -> tuple | list:
        start = {"ProjectionExpression": self.paths, "UpdateExpression": self.update}
        tree = start.get(self.what, self.disjunction)()
        if self.kind != "end":
            self.fail()
        self.check()
        return tree

    def advance(self) -> str:
        before = self.tokens[self.at][1]
        self.at += 1
        self.kind, self.token, _ = self.tokens[self.at]
        self.word = self.token.upper()
        return before

    def accept(self, *words: str) -> str | None:
        if self.word not in words:
            return None
        word = self.word
        self.advance()
        return word

    def expect(self, word: str) -> None:
        if not self.accept(word):
            self.fail()

    def fail(self):
        """The syntax error at this token, with the text from the token before to the token after it."""
        start = self.tokens[self.at - 1][2] if self.at else 0
        _, last, at = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        near = self.text[start:] if last == "<EOF>" else self.text[start : at + len(last)]
        raise self.refusal(f'Syntax error; token: "{self.token}", near: "{near}"')

    def refusal(self, reason: str) -> Refused:
        return Refused(f"Invalid {self.what}: {reason}")

    # Operands

    def path(self) -> tuple:
        elements = [self.element()]
        while sign := self.accept(".", "["):
            if sign == ".":
                elements.append(self.element())
            elif self.kind == "index":
                elements.append(int(self.advance()))
                self.expect("]")
            else:
                self.fail()
        self.seen.append(["path", elements])
        return ("path", tuple(elements))

    def element(self) -> str:
        if self.kind not in ("name", "key"):
            self.fail()
        return self.advance()

    def operand(self) -> tuple:
        """A path, a value, a function's result, or one of them in parentheses."""
        if self.kind == "value":
            return ("value", self.advance())
        if self.word == "(":
            return self.parenthesised(self.operand)
        if self.kind == "name" and self.tokens[self.at + 1][1] == "(":
            return self.call()
        return self.path()

    def call(self) -> tuple:
        seen = ["operand", self.advance()]
        self.seen.append(seen)
        operands = self.operands()
        self.operators += 1
        return ("call", seen[1], operands, seen)

    def operands(self) -> list:
        self.expect("(")
        operands = self.several(self.operand)
        self.expect(")")
        return operands

    def several(self, rule, *arguments) -> list:
        nodes = [rule(*arguments)]
        while self.accept(","):
            nodes.append(rule(*arguments))
        return nodes

    def parenthesised(self, rule) -> tuple:
        start = self.at
        self.expect("(")
        node = rule()
        inner, end = self.pair, self.at
        self.expect(")")
        if inner == (start + 1, end - 1):
            raise self.refusal(REDUNDANT)
        self.pair = (start, end)
        return node

    # Conditions

    def disjunction(self) -> tuple:
        return self.chain("OR", self.conjunction)

    def conjunction(self) -> tuple:
        return self.chain("AND", self.negation)

    def chain(self, word: str, rule) -> tuple:
        nodes = [rule()]
        while self.accept(word):
            nodes.append(rule())
        self.operators += len(nodes) - 1
        return (word, *nodes) if len(nodes) > 1 else nodes[0]

    def negation(self) -> tuple:
        if self.accept("NOT"):
            return self.operator("NOT", self.negation())
        return self.comparison()

    def comparison(self) -> tuple:
        start = self.at
        left = self.parenthesised(self.disjunction) if self.word == "(" else self.operand()
        if left[0] not in ("path", "value", "call"):
            return left
        if sign := self.accept(*COMPARATORS):
            return self.operator(sign, left, self.operand())
        if self.accept("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            return self.operator("BETWEEN", left, low, self.operand())
        if self.accept("IN"):
            return self.operator("IN", left, *self.operands())
        if self.word == ")" and self.tokens[start - 1][1] == "(":
            return left  # an operand alone will do within parentheses, as in `(a) = :a`
        if left[0] != "call":
            self.fail()
        left[3][0] = "condition"
        return left

    def operator(self, sign: str, *operands) -> tuple:
        self.operators += 1
        return (sign, *operands)

    # Projections and updates

    def paths(self) -> list:
        return self.several(self.path)

    def update(self) -> list:
        actions = []
        while self.kind != "end" or not self.sections:
            section = self.accept(*SECTIONS)
            if not section:
                self.fail()
            self.sections.append(section)
            actions += self.several(self.action, section)
        return actions

    def action(self, section: str) -> tuple:
        path = self.path()
        if section == "REMOVE":
            return (section, path, None)
        if section == "SET":
            self.expect("=")
            value = self.sum()
            if value[0] == "call":
                value[3][0] = "whole value"
            return (section, path, value)
        if self.kind != "value":
            self.fail()
        return (section, path, ("value", self.advance()))

    def sum(self) -> tuple:
        left = self.parenthesised(self.sum) if self.word == "(" else self.operand()
        if left[0] not in ("+", "-") and (sign := self.accept("+", "-")):
            return self.operator(sign, left, self.operand())
        return left

    # What is wrong in an expression that is well formed

    def check(self) -> None:
        for where, subject in self.seen:
            if where == "path":
                self.check_path(subject)
            else:
                self.check_function(subject, where)
        for at, section in enumerate(self.sections):
            if section in self.sections[:at]:
                raise self.refusal(f'The "{section}" section can only be used once in an update expression;')
        if self.operators > (most := limits.EXPRESSION_MAX_OPERATORS):
            raise self.refusal(f"The expression contains too many operators; operator count: {most + 1}")

    def check_path(self, elements: list) -> None:
        for element in elements:
            if isinstance(element, int) and element > MAX_INDEX:
                raise self.refusal(f"List index is not within the allowable range; index: [{element}]")
            if isinstance(element, str) and element.upper() in RESERVED:
                raise self.refusal(f"Attribute name is a reserved keyword; reserved keyword: {element}")
        if len(elements) > limits.NESTING_MAX_LEVELS:
            raise self.refusal(
                f"The document path has too many nesting levels; nesting levels: {len(elements)}"
            )

    def check_function(self, name: str, where: str) -> None:
        if name not in FUNCTIONS:
            raise self.refusal(f"Invalid function name; function: {name}")
        update = self.what == "UpdateExpression"
        if update != (name in UPDATES):
            kind = "an update" if update else "a condition"
            raise self.refusal(f"The function is not allowed in {kind} expression; function: {name}")
        if where not in FUNCTIONS[name]:
            raise self.refusal(
                f"The function is not allowed to be used this way in an expression; function: {name}"
            )


def parts(node: tuple) -> tuple:
    """The name of an operator or a function, and its operands."""
    return node[1:3] if node[0] == "call" else (node[0], node[1:])


@lru_cache(maxsize=1000)
def placeholders(text: str) -> frozenset:
    """The placeholders of an expression that is well formed."""
    return frozenset(re.findall(r"[#:][A-Za-z0-9_]+", text))

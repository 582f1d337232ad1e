"""Condition and projection expressions: parsed once, bound to placeholders, evaluated.

Items and values are wire dicts ({"S": "a"}, binary as base64 text) in the form that `values.checked` gives.
Every function raises `Refused` with DynamoDB's message when the expression is wrong.

    condition(text, names, values, what="ConditionExpression") -> Condition
        .matches(item | None) -> bool       None: the item does not exist
        .paths                              a path is a tuple like ("a", "b", 0)
    projection(text, names) -> documents.Projection
        .of(item) -> item
        .paths
    updates.update, key_conditions.key_condition: the others
"""

from collections.abc import Callable
from functools import partial
from operator import eq
from typing import NamedTuple

from helpers.rules import limits

from ..errors import Refused, refuse_if
from ..values import (
    ORDERED,
    SETS,
    TYPES,
    comparable,
    contains,
    kind_of,
    minus,
    ordered,
    plus,
    size_of,
    starts_with,
)
from . import grammar
from .documents import Projection, getter, path_text, tree_of

# attribute_type's messages list the types in orders of the service's own.
TYPE_NAMES = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
ANY_TYPE = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
BAD_OPERAND = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

# What each operator and function demands of its operands.
OF_ONE = ("attribute_exists", "attribute_not_exists", "size")
OF_A_PATH = ("attribute_exists", "attribute_not_exists", "if_not_exists")
OF_THE_SAME = ("list_append", "+", "-")  # the others do not take their first operand twice
OF_KINDS = {
    **dict.fromkeys(("<", "<=", ">", ">=", "BETWEEN"), ORDERED),
    "begins_with": ("S", "B"),
    "size": ("S", "B", *SETS, "L", "M"),
    "list_append": ("L",),
    "+": ("N",),
    "-": ("N",),
}


def present(test: Callable) -> Callable:
    """The test of values of which none is missing: what is missing compares with nothing."""
    return lambda *values: None not in values and test(*values)


def needed(value: dict | None, kind: str = "") -> dict:
    """A value that an update works with."""
    refuse_if(value is None, NO_ATTRIBUTE)
    refuse_if(kind and kind not in value, BAD_OPERAND)
    return value


# What they mean: each takes the values of its operands, None for what the item lacks. Those that have a value of
# their own stand with its type, where that is known.
TESTS = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "attribute_type": present(lambda value, kind: kind["S"] in value),
    "begins_with": present(starts_with),
    "contains": present(contains),
    "=": present(eq),
    "<>": lambda left, right: left is None or left != right,
    **{sign: present(partial(ordered, sign)) for sign in ("<", "<=", ">", ">=")},
    "BETWEEN": present(lambda value, low, high: ordered("<=", low, value) and ordered("<=", value, high)),
    "IN": lambda value, *others: value is not None and value in others,
}
RESULTS = {
    "size": (lambda value: value and size_of(value), "N"),
    "if_not_exists": (lambda value, default: value or default, None),
    "list_append": (lambda left, right: {"L": needed(left, "L")["L"] + needed(right, "L")["L"]}, "L"),
    "+": (lambda left, right: plus(needed(left, "N"), needed(right, "N")), "N"),
    "-": (lambda left, right: minus(needed(left, "N"), needed(right, "N")), "N"),
}


class Operand(NamedTuple):
    """`get(item)` is its value, None where there is none. kind: its type if known without an item."""

    get: Callable
    kind: str | None = None
    path: tuple | None = None
    value: dict | None = None


class Binder:
    """Resolves the placeholders of one expression and turns its tree into functions of an item."""

    def __init__(self, what: str, names: dict | None, values: dict | None):
        self.what, self.names, self.values = what, names or {}, values or {}
        self.paths = []

    def refusal(self, reason: str) -> Refused:
        return Refused(f"Invalid {self.what}: {reason}")

    def wrong_type(self, function: str, kind: str) -> Refused:
        return self.refusal(
            "Incorrect operand type for operator or function; "
            f"operator or function: {function}, operand type: {kind}"
        )

    def path(self, node: tuple) -> tuple:
        path = tuple(self.name(element) for element in node[1])
        self.paths.append(path)
        return path

    def name(self, element):
        if isinstance(element, int) or not element.startswith("#"):
            return element
        if element not in self.names:
            raise self.refusal(
                "An expression attribute name used in the document path is not defined; "
                f"attribute name: {element}"
            )
        return self.names[element]

    def operand(self, node: tuple) -> Operand:
        if node[0] == "path":
            path = self.path(node)
            return Operand(getter(path), path=path)
        if node[0] == "value":
            if node[1] not in self.values:
                raise self.refusal(
                    "An expression attribute value used in expression is not defined; "
                    f"attribute value: {node[1]}"
                )
            value = self.values[node[1]]
            return Operand(lambda item: value, kind_of(value), value=value)
        name, nodes = grammar.parts(node)
        meaning, kind = RESULTS[name]
        return Operand(self.applied(meaning, name, nodes), kind)

    def condition(self, node: tuple) -> Callable:
        """A function item -> bool."""
        name, nodes = grammar.parts(node)
        if name in ("AND", "OR"):
            tests = [self.condition(part) for part in nodes]
            every = all if name == "AND" else any
            return lambda item: every(test(item) for test in tests)
        if name == "NOT":
            test = self.condition(nodes[0])
            return lambda item: not test(item)
        return self.applied(TESTS[name], name, nodes)

    def applied(self, meaning: Callable, name: str, nodes) -> Callable:
        """What an operator or a function gives, as a function of the item."""
        operands = [self.operand(node) for node in nodes]
        self.check_operands(name, operands)
        gets = [operand.get for operand in operands]
        if len(gets) == 2:  # nearly all have two, and a scan asks them of each item
            left, right = gets
            return lambda item: meaning(left(item), right(item))
        return lambda item: meaning(*[get(item) for get in gets])

    def check_operands(self, name: str, operands: list[Operand]) -> None:
        """What can be said of them without an item."""
        count = len(operands)
        if name in grammar.FUNCTIONS and count != (1 if name in OF_ONE else 2):
            raise self.refusal(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {count}"
            )
        if name == "IN" and count - 1 > limits.IN_MAX_OPERANDS:
            raise self.refusal(
                f"The IN operator is provided with too many operands; number of operands: {count - 1}"
            )
        first, *others = operands
        if name in OF_A_PATH and first.path is None:
            raise self.refusal(f"Operator or function requires a document path; operator or function: {name}")
        for operand in operands:
            if operand.kind and operand.kind not in OF_KINDS.get(name, TYPES):
                raise self.wrong_type(name, operand.kind)
        if first.path and name not in OF_THE_SAME and any(first.path == other.path for other in others):
            raise self.refusal(
                "The first operand must be distinct from the remaining operands for this operator or function; "
                f"operator: {name}, first operand: {path_text(first.path)}"
            )
        if name == "BETWEEN":
            self.check_bounds(*others)
        if name == "attribute_type":
            self.check_type_name(*others)

    def check_bounds(self, low: Operand, high: Operand) -> None:
        if low.value is None or high.value is None:
            return
        if low.kind != high.kind:
            rule = "same data type for lower and upper bounds"
        elif comparable(low.value) > comparable(high.value):
            rule = "upper bound to be greater than or equal to lower bound"
        else:
            return
        raise self.refusal(
            f"The BETWEEN operator requires {rule}; lower bound operand: {value_text(low.value)}, "
            f"upper bound operand: {value_text(high.value)}"
        )

    def check_type_name(self, kind: Operand) -> None:
        if kind.kind != "S":
            raise self.wrong_type("attribute_type", kind.kind or ANY_TYPE)
        if (name := kind.value["S"]) not in TYPES:
            raise self.refusal(f"Invalid attribute type name found; type: {name}, valid types: {TYPE_NAMES}")


def value_text(value: dict) -> str:
    ((kind, content),) = value.items()
    return f"AttributeValue: {{{kind}:{content}}}"


class Condition:
    """What must hold of an item. An item that does not exist has no attribute."""

    def __init__(self, test: Callable, paths):
        self.test, self.paths = test, tuple(paths)

    def matches(self, item: dict | None) -> bool:
        return self.test(item or {})


def condition(text: str, names=None, values=None, what: str = "ConditionExpression") -> Condition:
    binder = Binder(what, names, values)
    return Condition(binder.condition(grammar.parse(text, what)), binder.paths)


def projection(text: str, names=None, values=None, what: str = "ProjectionExpression") -> Projection:
    binder = Binder(what, names, values)
    paths = [binder.path(node) for node in grammar.parse(text, binder.what)]
    return Projection(paths, tree_of(paths, binder.what))

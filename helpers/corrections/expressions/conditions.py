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
from typing import NamedTuple

from ..errors import Refused
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

# attribute_type's messages list the types in an order of the service's own.
TYPE_NAMES = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
BAD_OPERAND = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"


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

    # Operands

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
        if node[0] in ("+", "-"):
            return self.sum(node[0], self.operand(node[1]), self.operand(node[2]))
        _, name, arguments, _ = node
        return getattr(self, name)(*self.arguments(name, arguments))

    def arguments(self, name: str, nodes: list) -> list[Operand]:
        operands = [self.operand(node) for node in nodes]
        if len(operands) != (1 if name in ("size", "attribute_exists", "attribute_not_exists") else 2):
            raise self.refusal(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(operands)}"
            )
        return operands

    def need_path(self, name: str, operand: Operand) -> None:
        if operand.path is None:
            raise self.refusal(f"Operator or function requires a document path; operator or function: {name}")

    def need_kind(self, name: str, allowed: tuple, *operands: Operand) -> None:
        for operand in operands:
            if operand.kind and operand.kind not in allowed:
                raise self.wrong_type(name, operand.kind)

    def need_distinct(self, name: str, first: Operand, *others: Operand) -> None:
        if first.path and any(first.path == other.path for other in others):
            raise self.refusal(
                "The first operand must be distinct from the remaining operands for this operator or function; "
                f"operator: {name}, first operand: {path_text(first.path)}"
            )

    # Conditions: each method returns a function item -> bool

    def condition(self, node: tuple) -> Callable:
        kind, *parts = node
        if kind in ("AND", "OR"):
            tests = [self.condition(part) for part in parts]
            every = all if kind == "AND" else any
            return lambda item: every(test(item) for test in tests)
        if kind == "NOT":
            test = self.condition(parts[0])
            return lambda item: not test(item)
        if kind == "call":
            return getattr(self, parts[0])(*self.arguments(parts[0], parts[1]))
        operands = [self.operand(part) for part in parts]
        if kind == "IN" and len(operands) > grammar.MAX_IN + 1:
            raise self.refusal(
                f"The IN operator is provided with too many operands; number of operands: {len(operands) - 1}"
            )
        if kind not in ("=", "<>", "IN"):
            self.need_kind(kind, ORDERED, *operands)
        if kind == "BETWEEN":
            self.need_order(*operands[1:])
        self.need_distinct(kind, *operands)
        first, *others = [operand.get for operand in operands]
        if kind == "BETWEEN":
            low, high = others
            return lambda item: (
                ordered(">=", first(item), low(item)) and ordered("<=", first(item), high(item))
            )
        if kind == "IN":
            return lambda item: any(ordered("=", first(item), other(item)) for other in others)
        second = others[0]
        return lambda item: ordered(kind, first(item), second(item))

    def need_order(self, low: Operand, high: Operand) -> None:
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

    def attribute_exists(self, operand: Operand) -> Callable:
        self.need_path("attribute_exists", operand)
        return lambda item: operand.get(item) is not None

    def attribute_not_exists(self, operand: Operand) -> Callable:
        self.need_path("attribute_not_exists", operand)
        return lambda item: operand.get(item) is None

    def attribute_type(self, operand: Operand, kind: Operand) -> Callable:
        self.need_distinct("attribute_type", operand, kind)
        if kind.kind != "S":
            raise self.wrong_type("attribute_type", kind.kind or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
        name = kind.value["S"]
        if name not in TYPES:
            raise self.refusal(f"Invalid attribute type name found; type: {name}, valid types: {TYPE_NAMES}")
        return lambda item: name in (operand.get(item) or ())

    def begins_with(self, whole: Operand, start: Operand) -> Callable:
        self.need_kind("begins_with", ("S", "B"), whole, start)
        self.need_distinct("begins_with", whole, start)
        return lambda item: starts_with(whole.get(item), start.get(item))

    def contains(self, whole: Operand, part: Operand) -> Callable:
        self.need_distinct("contains", whole, part)
        return lambda item: contains(whole.get(item), part.get(item))

    # Functions that have a value

    def size(self, operand: Operand) -> Operand:
        self.need_kind("size", ("S", "B", *SETS, "L", "M"), operand)
        return Operand(lambda item: size_of(operand.get(item)), "N")

    def if_not_exists(self, operand: Operand, default: Operand) -> Operand:
        self.need_path("if_not_exists", operand)
        self.need_distinct("if_not_exists", operand, default)
        return Operand(lambda item: operand.get(item) or default.get(item))

    def list_append(self, left: Operand, right: Operand) -> Operand:
        self.need_kind("list_append", ("L",), left, right)
        return Operand(lambda item: {"L": needed("L", left, item)["L"] + needed("L", right, item)["L"]}, "L")

    def sum(self, sign: str, left: Operand, right: Operand) -> Operand:
        self.need_kind(sign, ("N",), left, right)
        total = plus if sign == "+" else minus
        return Operand(lambda item: total(needed("N", left, item), needed("N", right, item)), "N")


def needed(kind: str, operand: Operand, item: dict) -> dict:
    value = operand.get(item)
    if value is None:
        raise Refused(NO_ATTRIBUTE)
    if kind_of(value) != kind:
        raise Refused(BAD_OPERAND)
    return value


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

"""WHERE: conditions that know what they say of one attribute, so that those on a key can become a query."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import refuse_if
from ..expressions.conditions import Binder, Condition, Operand
from ..expressions.grammar import COMPARATORS, CONDITIONS, UPDATES
from ..expressions.key_conditions import key_terms
from ..values import kind_of

_OPERATORS = {"Update": ("+", "-"), "Condition": (*COMPARATORS, "BETWEEN", "IN", "AND", "OR", "NOT")}
# As KeyConditions calls them: where the attribute stands first, and where the value does.
_NAMES = {"=": ("EQ", "EQ"), "<": ("LT", "GT"), "<=": ("LE", "GE"), ">": ("GT", "LT"), ">=": ("GE", "LE")}

_NO_SIDES = "The arguments to AND/OR must be Expressions"


class TreeBinder(Binder):
    """Binds trees in which names and values stand themselves. what: "Condition" or "Update"."""

    def __init__(self, what: str):
        super().__init__(what, None, None)

    def name(self, element: str | int) -> str | int:
        return element

    def check(self, node: tuple) -> None:
        """Refuses the operators and functions of SQL that DynamoDB has not, or not here."""
        sign, update = node[0], self.what == "Update"
        if sign == "call":
            name, what = node[1], "an update" if update else "a condition"
            refuse_if(name not in (*CONDITIONS, "size", *UPDATES), f"Unrecognized function: {name}")
            not_here = f"The function is not allowed in {what} expression; function: {name}"
            refuse_if((name in UPDATES) != update, not_here)
        elif sign not in ("path", "value"):
            unsupported = f"Unsupported operator in {self.what} Expression. Operator: {sign.lower()}"
            refuse_if(sign not in _OPERATORS[self.what], unsupported)

    def condition(self, node: tuple) -> Callable:
        self.check(node)
        refuse_if(not _is_condition(node), "The argument to NOT must be a Type or Expression")
        refuse_if(node[0] in ("AND", "OR") and not all(map(_is_condition, node[1:])), _NO_SIDES)
        return super().condition(node)

    def operand(self, node: tuple) -> Operand:
        """A condition has a value, too."""
        self.check(node)
        if node[0] == "value":
            value = node[1]
            return Operand(lambda item: value, kind_of(value), value=value)
        if not _is_condition(node):
            return super().operand(node)
        test = self.condition(node)
        return Operand(lambda item: {"BOOL": test(item)}, "BOOL")


def _is_condition(tree: tuple) -> bool:
    """Whether it is true or false: not a path, a value, a sum, or what a function like size gives."""
    return tree[0] not in ("path", "value", "call", "+", "-") or tree[1] in CONDITIONS


class Conjunct(Condition):
    """One of the conditions that AND joins. says: (attribute, operator, values), see `compared`."""

    def __init__(self, tree: tuple):
        binder = TreeBinder("Condition")
        super().__init__(binder.condition(tree), binder.paths)
        self.says = compared(tree)


def conjuncts(tree: tuple | None) -> list[Conjunct]:
    terms = list(key_terms(tree)) if tree else []
    no_boolean = (
        _NO_SIDES if len(terms) > 1 else "WHERE clause must contain an expression that resolves to a boolean"
    )
    refuse_if(not all(map(_is_condition, terms)), no_boolean)
    return [Conjunct(term) for term in terms]


def compared(tree: tuple) -> tuple[str | None, str, list[dict]]:
    """What a condition says of an attribute: (attribute, operator, values); of none: (None, "", []).

    The operator is called as in KeyConditions; several equalities joined by OR are an IN.
    """
    sign, *operands = tree
    if sign == "OR":
        (name, one, values), (other_name, other, others) = map(compared, operands)
        same = name == other_name and {one, other} <= {"EQ", "IN"}
        return (name, "IN", values + others) if same else (None, "", [])
    if sign == "call":
        sign, operands = operands[:2]
    paths = [operand[1] for operand in operands if operand[0] == "path"]
    values = [operand[1] for operand in operands if operand[0] == "value"]
    if [len(path) for path in paths] != [1] or len(values) < len(operands) - 1:
        return None, "", []
    path_first, value_first = _NAMES.get(sign, (sign.upper(), ""))
    return paths[0][0], path_first if operands[0][0] == "path" else value_first, values


def joined(conjuncts: list[Conjunct], exists: bool = False) -> Condition | None:
    """All of them as one condition. exists: and of an item that is there."""
    if not conjuncts and not exists:
        return None
    paths = [path for conjunct in conjuncts for path in conjunct.paths]
    return Condition(
        lambda item: bool(item or not exists) and all(each.test(item) for each in conjuncts), paths
    )

"""WHERE: conditions that know what they say of one attribute, so that those on a key can become a query."""

from __future__ import annotations

from ..expressions.conditions import Binder, Condition, Operand
from ..expressions.grammar import CONDITIONS
from ..expressions.key_conditions import key_terms
from ..values import kind_of

_OPERATORS = {
    "=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "BETWEEN": "BETWEEN", "begins_with": "BEGINS_WITH",
    "IN": "IN",
}  # fmt: skip
_MIRROR = {"=": "EQ", "<": "GT", "<=": "GE", ">": "LT", ">=": "LE"}


class TreeBinder(Binder):
    """Binds trees in which names and values stand themselves. A condition has a value, too."""

    def name(self, element: str | int) -> str | int:
        return element

    def operand(self, node: tuple) -> Operand:
        kind, content = node[:2]
        if kind == "value":
            return Operand(lambda item: content, kind_of(content), value=content)
        if kind in ("path", "+", "-") or (kind == "call" and content not in CONDITIONS):
            return super().operand(node)
        test = self.condition(node)
        return Operand(lambda item: {"BOOL": test(item)}, "BOOL")


class Conjunct(Condition):
    """One of the conditions that AND joins. says: (attribute, operator, values), see `compared`."""

    def __init__(self, tree: tuple):
        binder = TreeBinder("ConditionExpression", None, None)
        super().__init__(binder.condition(tree), binder.paths)
        self.says = compared(tree)


def conjuncts(tree: tuple) -> list[Conjunct]:
    return [Conjunct(term) for term in key_terms(tree)]


def compared(tree: tuple) -> tuple[str | None, str | None, list[dict]]:
    """What a condition says of an attribute: (attribute, operator, values), with Nones for any other condition.

    The operator is called as in KeyConditions; several equalities joined by OR are an IN.
    """
    sign, *operands = tree
    if sign == "OR":
        (name, one, values), (other_name, other, others) = map(compared, operands)
        same = name == other_name and {one, other} <= {"EQ", "IN"}
        return (name, "IN", values + others) if same else (None, None, [])
    if sign == "call":
        sign, operands = operands[:2]
    paths = [operand[1] for operand in operands if operand[0] == "path"]
    values = [operand[1] for operand in operands if operand[0] == "value"]
    operator = (_OPERATORS if operands[0][0] == "path" else _MIRROR).get(sign)
    if operator is None or [len(path) for path in paths] != [1] or len(values) < len(operands) - 1:
        return None, None, []
    return paths[0][0], operator, values


def joined(conjuncts: list[Conjunct], exists: bool = False) -> Condition | None:
    """All of them as one condition. exists: and of an item that is there."""
    if not conjuncts and not exists:
        return None
    paths = [path for conjunct in conjuncts for path in conjunct.paths]
    return Condition(
        lambda item: bool(item or not exists) and all(each.test(item) for each in conjuncts), paths
    )

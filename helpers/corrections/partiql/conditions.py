"""WHERE: conditions that know what they say of one attribute, so that those on a key can become a query."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Refused, refuse_if
from ..expressions.conditions import RESULTS, TESTS, Binder, Condition, Operand
from ..expressions.grammar import FUNCTIONS, parts
from ..expressions.key_conditions import key_terms
from ..values import kind_of

_ALLOWED = {
    "Condition": {*TESTS, "AND", "OR", "NOT", "size", "path", "value"},
    "Update": {*RESULTS, "path", "value"} - {"size"},
}
# As KeyConditions calls them: where the attribute stands first, and where the value does.
_NAMES = {"=": ("EQ", "EQ"), "<": ("LT", "GT"), "<=": ("LE", "GE"), ">": ("GT", "LT"), ">=": ("GE", "LE")}


class TreeBinder(Binder):
    """Binds trees in which names and values stand themselves. what: "Condition" or "Update"."""

    def __init__(self, what: str):
        super().__init__(what, None, None)

    def name(self, element: str | int) -> str | int:
        return element

    def check(self, node: tuple) -> None:
        """Refuses the operators and functions of SQL that DynamoDB has not, or not here."""
        name, _ = parts(node)
        if name in _ALLOWED[self.what]:
            return
        if node[0] != "call":
            raise Refused(f"Unsupported operator in {self.what} Expression. Operator: {name.lower()}")
        refuse_if(name not in FUNCTIONS, f"Unrecognized function: {name}")
        what = "an update" if self.what == "Update" else "a condition"
        raise Refused(f"The function is not allowed in {what} expression; function: {name}")

    def condition(self, node: tuple) -> Callable:
        self.check(node)
        no_boolean = "WHERE clause must contain an expression that resolves to a boolean"
        refuse_if(not _is_condition(node), no_boolean)
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


def _is_condition(node: tuple) -> bool:
    """Whether it is true or false: not a path, a value, or what has a value of its own, as size and + have."""
    return parts(node)[0] not in ("path", "value", *RESULTS)


class Conjunct(Condition):
    """One of the conditions that AND joins. says: (attribute, operator, values), see `compared`."""

    def __init__(self, tree: tuple):
        binder = TreeBinder("Condition")
        super().__init__(binder.condition(tree), binder.paths)
        self.says = compared(tree)


def conjuncts(tree: tuple | None) -> list[Conjunct]:
    return [Conjunct(term) for term in key_terms(tree)] if tree else []


def compared(tree: tuple) -> tuple[str | None, str, list[dict]]:
    """What a condition says of an attribute: (attribute, operator, values); of none: (None, "", []).

    The operator is called as in KeyConditions; several equalities joined by OR are an IN.
    """
    sign, operands = parts(tree)
    if sign == "OR":
        (name, one, values), (other_name, other, others) = map(compared, operands)
        same = name == other_name and {one, other} <= {"EQ", "IN"}
        return (name, "IN", values + others) if same else (None, "", [])
    paths = [operand[1] for operand in operands if operand[0] == "path"]
    values = [operand[1] for operand in operands if operand[0] == "value"]
    if [len(path) for path in paths] != [1] or len(values) < len(operands) - 1:
        return None, "", []
    path_first, value_first = _NAMES.get(sign, (sign.upper(), ""))
    return paths[0][0], path_first if operands[0][0] == "path" else value_first, values


def taken(where: list[Conjunct], wanted: dict[str, tuple]) -> tuple[dict, list[Conjunct]]:
    """({attribute: (operator, values)}, the others): of each attribute the first with an operator that is wanted of it."""
    found: dict = {}
    rest = []
    for conjunct in where:
        name, operator, values = conjunct.says
        if operator in wanted.get(name, ()) and name not in found:
            found[name] = (operator, values)
        else:
            rest.append(conjunct)
    return found, rest


def joined(conjuncts: list[Conjunct], of_nothing: bool | None = None) -> Condition | None:
    """All of them as one condition. of_nothing: whether it holds where no item is; None: as of an empty one."""
    if not conjuncts and of_nothing is not False:
        return None
    paths = [path for conjunct in conjuncts for path in conjunct.paths]

    def test(item: dict) -> bool:
        if not item and of_nothing is not None:
            return of_nothing
        return all(each.test(item) for each in conjuncts)

    return Condition(test, paths)

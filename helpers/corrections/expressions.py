"""Condition, update, projection and key-condition expressions: parsed once, bound to placeholders, evaluated.

Items and values are wire dicts ({"S": "a"}, binary as base64 text) in the form that `values.checked` gives.
Every function raises `Refused` with DynamoDB's message when the expression is wrong; `.apply` also raises it
for what only an item can show.

    condition(text, names, values, what="ConditionExpression") -> Condition
        .matches(item | None) -> bool       None: the item does not exist
        .paths                              a path is a tuple like ("a", "b", 0)
    update(text, names, values) -> Update
        .apply(item) -> new item            the old one is never changed, parts may be shared
        .updated(item) -> item              only the parts that the update names: UPDATED_OLD and UPDATED_NEW
        .paths                              what it changes
        .mentioned                          that and what its operands read
    projection(text, names) -> Projection
        .of(item) -> item
        .paths
    key_condition(text, names, values) -> {attribute: (operator, [typed, ...])}, see `keys`
"""

from collections.abc import Callable
from typing import NamedTuple

from . import grammar
from .errors import Refused
from .values import TYPES, comparable, kind_of, minus, plus

ORDERED = ("S", "N", "B")
SETS = ("SS", "NS", "BS")
# attribute_type's messages list the types in an order of the service's own.
TYPE_NAMES = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
WORDS = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "L": "LIST", "M": "MAP", "BOOL": "BOOLEAN", "NULL": "NULL",
}  # fmt: skip
BAD_PATH = "The document path provided in the update expression is invalid for update"
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
        return Operand(lambda item: size(operand.get(item)), "N")

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


# Conditions


class Condition:
    """What must hold of an item. An item that does not exist has no attribute."""

    def __init__(self, test: Callable, paths):
        self.test, self.paths = test, tuple(paths)

    def matches(self, item: dict | None) -> bool:
        return self.test(item or {})


def condition(text: str, names=None, values=None, what: str = "ConditionExpression") -> Condition:
    binder = Binder(what, names, values)
    return Condition(binder.condition(grammar.parse(text, what)), binder.paths)


def getter(path: tuple) -> Callable:
    if len(path) == 1:
        name = path[0]
        return lambda item: item.get(name)
    return lambda item: at_path(item, path)


def at_path(item: dict, path: tuple) -> dict | None:
    value = {"M": item}
    for element in path:
        if isinstance(element, int):
            children = value.get("L", ())
            value = children[element] if element < len(children) else None
        else:
            value = value.get("M", {}).get(element)
        if value is None:
            return None
    return value


def ordered(sign: str, left: dict | None, right: dict | None) -> bool:
    """A comparison. A missing attribute is unequal to everything and neither below nor above anything."""
    if sign == "=":
        return left is not None and left == right
    if sign == "<>":
        return left is None or left != right
    if left is None or right is None:
        return False
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in ORDERED:
        return False
    first, second = comparable(left), comparable(right)
    return (
        first < second
        if sign == "<"
        else first <= second
        if sign == "<="
        else ordered("<" if sign == ">" else "<=", right, left)
    )


def starts_with(whole: dict | None, start: dict | None) -> bool:
    if whole is None or start is None or kind_of(whole) != kind_of(start) or kind_of(whole) not in ("S", "B"):
        return False
    return comparable(whole).startswith(comparable(start))


def contains(whole: dict | None, part: dict | None) -> bool:
    """A substring of S or B, a member of a set, an element of a list."""
    if whole is None or part is None:
        return False
    kind = kind_of(whole)
    if kind == "L":
        return part in whole["L"]
    if kind in SETS:
        return kind_of(part) == kind[0] and part[kind[0]] in whole[kind]
    return kind in ("S", "B") and kind == kind_of(part) and comparable(part) in comparable(whole)


def size(value: dict | None) -> dict | None:
    """Bytes of S and B, members of sets, lists and maps; numbers, booleans and null have no size."""
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(len(comparable(value) if kind == "B" else content))}


def path_text(path: tuple) -> str:
    return "[" + ", ".join(f"[{e}]" if isinstance(e, int) else e for e in path) + "]"


def value_text(value: dict) -> str:
    ((kind, content),) = value.items()
    return f"AttributeValue: {{{kind}:{content}}}"


# Trees of paths: {"a": {"b": leaf, "c": {0: leaf}}}


def tree_of(paths: list[tuple], binder: Binder) -> dict:
    """The paths as a tree; two that overlap, or see a list where the other sees a map, are refused."""
    for at, path in reversed(list(enumerate(paths))):
        for other in reversed(paths[:at]):
            shared = next((i for i, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), None)
            if shared is None:
                problem = "overlap"
            elif isinstance(path[shared], int) != isinstance(other[shared], int):
                problem = "conflict"
            else:
                continue
            raise binder.refusal(
                f"Two document paths {problem} with each other; must remove or rewrite one of these paths; "
                f"path one: {path_text(other)}, path two: {path_text(path)}"
            )
    tree = {}
    for path in paths:
        node = tree
        for element in path[:-1]:
            node = node.setdefault(element, {})
        node[path[-1]] = path
    return tree


class Projection:
    """Picks parts of an item; what is picked from a list moves up."""

    def __init__(self, paths: list[tuple], tree: dict):
        self.paths, self.tree = tuple(paths), tree

    def of(self, item: dict) -> dict:
        return pick({"M": item}, self.tree).get("M", {}) if item else {}


def projection(text: str, names=None) -> Projection:
    binder = Binder("ProjectionExpression", names, None)
    paths = [binder.path(node) for node in grammar.parse(text, binder.what)]
    return Projection(paths, tree_of(paths, binder))


def pick(value: dict, tree: dict) -> dict:
    """The part of a map or list that the tree names; {} where there is none."""
    kind = kind_of(value)
    found = {}
    if kind in ("M", "L"):
        for element in sorted(tree) if kind == "L" and isinstance(next(iter(tree)), int) else tree:
            child = at_path({"": value}, ("", element))
            if child is not None and isinstance(tree[element], dict):
                child = pick(child, tree[element])
            if child:
                found[element] = child
    if not found:
        return {}
    return {kind: found} if kind == "M" else {"L": list(found.values())}


# Updates

REMOVED = object()


class Update:
    """Changes to an item: {path: function of the old item that gives the new value, REMOVED or None}."""

    def __init__(self, changes: dict, tree: dict, mentioned=()):
        self.changes, self.tree, self.paths, self.mentioned = changes, tree, tuple(changes), tuple(mentioned)

    def apply(self, item: dict) -> dict:
        """The new item. Every operand sees the old item, whatever the order of the actions."""
        return self.changed({"M": item}, self.tree, item)["M"] if self.tree else item

    def changed(self, value: dict, tree: dict, item: dict) -> dict:
        """A copy of a map or list, changed where the tree says; the rest is shared with the old one."""
        kind = kind_of(value)
        if kind != ("L" if isinstance(next(iter(tree)), int) else "M"):
            raise Refused(BAD_PATH)
        children = dict(value["M"]) if kind == "M" else dict(enumerate(value["L"]))
        for element, node in tree.items():
            if isinstance(node, dict):
                if element not in children:
                    raise Refused(BAD_PATH)
                children[element] = self.changed(children[element], node, item)
            else:
                result = self.changes[node](item)
                if result is REMOVED:
                    children.pop(element, None)
                elif result is not None:
                    children[element] = result
        # A list closes up: what was removed leaves no hole, what was set beyond the end comes right after it.
        return {"M": children} if kind == "M" else {"L": [children[i] for i in sorted(children)]}

    def updated(self, item: dict) -> dict:
        return Projection(self.paths, self.tree).of(item)


def update(text: str, names=None, values=None) -> Update:
    binder = Binder("UpdateExpression", names, values)
    actions = grammar.parse(text, binder.what)
    paths = [binder.path(target) for _, target, _ in actions]
    tree, changes = tree_of(paths, binder), {}
    for path, (section, _, operand) in zip(paths, actions, strict=True):
        if section == "REMOVE":
            changes[path] = lambda item: REMOVED
        elif section == "SET":
            changes[path] = setting(binder.operand(operand))
        else:
            change = {"ADD": adding, "DELETE": deleting}[section]
            changes[path] = change(path, known(binder, section, operand))
    return Update(changes, tree, binder.paths)


def known(binder: Binder, section: str, operand: tuple) -> dict:
    """The value of ADD (a number or a set) or DELETE (a set)."""
    value = binder.operand(operand).value
    if kind_of(value) not in (SETS if section == "DELETE" else ("N", *SETS)):
        raise binder.refusal(
            f"Incorrect operand type for operator or function; operator: {section}, "
            f"operand type: {WORDS[kind_of(value)]}, typeSet: ALLOWED_FOR_{section}_OPERAND"
        )
    return value


def needed(kind: str, operand: Operand, item: dict) -> dict:
    value = operand.get(item)
    if value is None:
        raise Refused(NO_ATTRIBUTE)
    if kind_of(value) != kind:
        raise Refused(BAD_OPERAND)
    return value


def setting(operand: Operand) -> Callable:
    def change(item):
        value = operand.get(item)
        if value is None:
            raise Refused(NO_ATTRIBUTE)
        return value

    return change


def adding(path: tuple, value: dict) -> Callable:
    def change(item):
        old = at_path(item, path)
        if old is None:
            return value
        kind = kind_of(value)
        if kind_of(old) != kind:
            raise Refused(BAD_OPERAND)
        return plus(old, value) if kind == "N" else {kind: merged(kind, old[kind] + value[kind])}

    return change


def deleting(path: tuple, value: dict) -> Callable:
    def change(item):
        old = at_path(item, path)
        if old is None:
            return None
        kind = kind_of(value)
        if kind_of(old) != kind:
            raise Refused(BAD_OPERAND)
        left = [member for member in old[kind] if member not in value[kind]]
        return {kind: left} if left else REMOVED

    return change


def merged(kind: str, content: list) -> list:
    return sorted(set(content), key=lambda member: comparable({kind[0]: member}))


# Key conditions

_NAMES = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_MIRROR = {"EQ": "EQ", "LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE"}


def key_condition(text: str, names=None, values=None) -> dict:
    """{attribute: (operator, [typed, ...])}, as the older KeyConditions says it."""
    what = "KeyConditionExpression"
    tree = grammar.parse(text, what)
    binder, conditions = Binder(what, names, values), {}
    for node in key_terms(tree):
        sign = node[1] if node[0] == "call" else node[0]
        if sign not in (*_NAMES, "BETWEEN", "begins_with"):
            raise Refused(f"Invalid operator used in KeyConditionExpression: {sign}")
        parts = node[2] if node[0] == "call" else node[1:]
        if any(part[0] == "call" for part in parts):
            raise Refused("KeyConditionExpressions cannot contain nested operations")
        operands = [binder.operand(part) for part in parts]
        paths = [operand.path for operand in operands if operand.path]
        if len(paths) > 1:
            raise bad_key_condition("Multiple attribute names used in one condition")
        if not paths:
            raise bad_key_condition("No key attribute specified")
        operator = _NAMES.get(sign, sign.upper())
        if operands[0].path is None:
            if sign not in _NAMES:
                raise bad_key_condition(f"{sign} operator must have the key attribute as its first operand")
            operator = _MIRROR[operator]
        if len(paths[0]) > 1:
            raise Refused(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                f"Key: {paths[0][0]}"
            )
        if paths[0][0] in conditions:
            raise Refused("KeyConditionExpressions must only contain one condition per key")
        conditions[paths[0][0]] = (operator, [operand.value for operand in operands if operand.value])
    return conditions


def key_terms(node: tuple):
    if node[0] != "AND":
        yield node
    else:
        for part in node[1:]:
            yield from key_terms(part)


def bad_key_condition(reason: str) -> Refused:
    return Refused(f"Invalid condition in KeyConditionExpression: {reason}")

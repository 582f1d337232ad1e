"""Update expressions: SET, REMOVE, ADD and DELETE, all seeing the item as it was.

update(text, names, values) -> Update
    .apply(item) -> new item            the old one is never changed, parts may be shared; raises `Refused`
    .updated(item) -> item              only the parts that the update names: UPDATED_OLD and UPDATED_NEW
    .paths                              what it changes
    .mentioned                          that and what its operands read
"""

from collections.abc import Callable

from ..errors import Refused
from ..values import SETS, comparable, kind_of, plus
from . import grammar
from .conditions import BAD_OPERAND, NO_ATTRIBUTE, Binder, Operand
from .documents import Projection, at_path, tree_of

WORDS = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "L": "LIST", "M": "MAP", "BOOL": "BOOLEAN", "NULL": "NULL",
}  # fmt: skip
BAD_PATH = "The document path provided in the update expression is invalid for update"
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
    return bound(binder, grammar.parse(text, binder.what))


def bound(binder: Binder, actions: list[tuple]) -> Update:
    """The update that actions of the form of the grammar's tree make: (section, path, operand or None)."""
    paths = [binder.path(target) for _, target, _ in actions]
    tree, changes = tree_of(paths, binder.what), {}
    # Where several operands are wrong, the service tells the last one.
    for path, (section, _, operand) in reversed(list(zip(paths, actions, strict=True))):
        if section == "REMOVE":
            changes[path] = lambda item: REMOVED
        elif section == "SET":
            changes[path] = setting(binder.operand(operand))
        else:
            change = {"ADD": adding, "DELETE": deleting}[section]
            changes[path] = change(path, known(binder, section, operand))
    return Update({path: changes[path] for path in paths}, tree, binder.paths)


def known(binder: Binder, section: str, operand: tuple) -> dict:
    """The value of ADD (a number or a set) or DELETE (a set)."""
    value = binder.operand(operand).value
    if kind_of(value) not in (SETS if section == "DELETE" else ("N", *SETS)):
        raise binder.refusal(
            f"Incorrect operand type for operator or function; operator: {section}, "
            f"operand type: {WORDS[kind_of(value)]}, typeSet: ALLOWED_FOR_{section}_OPERAND"
        )
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

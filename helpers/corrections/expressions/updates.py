"""Update expressions: SET, REMOVE, ADD and DELETE, all seeing the item as it was.

update(text, names, values) -> Update
    .apply(item) -> new item            the old one is never changed, parts may be shared; raises `Refused`
    .updated(item) -> item              only the parts that the update names: UPDATED_OLD and UPDATED_NEW
    .paths                              what it changes
    .mentioned                          that and what its operands read
    .given                              {attribute: value} of what it sets to something known without the item
    .creates                            whether it makes an item where there is none; one that only takes away does not
"""

from collections.abc import Callable

from ..errors import refuse_if
from ..values import SETS, in_order, kind_of, plus
from . import grammar
from .conditions import BAD_OPERAND, Binder, Operand, needed
from .documents import Projection, at_path, tree_of

WORDS = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "L": "LIST", "M": "MAP", "BOOL": "BOOLEAN", "NULL": "NULL",
}  # fmt: skip
BAD_PATH = "The document path provided in the update expression is invalid for update"
REMOVED = object()


class Update:
    """Changes to an item: {path: function of the old item that gives the new value, REMOVED or None}."""

    def __init__(self, changes: dict, tree: dict, given: dict, mentioned=(), creates: bool = True):
        self.changes, self.tree, self.given, self.creates = changes, tree, given, creates
        self.paths, self.mentioned = tuple(changes), tuple(mentioned)

    def apply(self, item: dict) -> dict:
        """The new item. Every operand sees the old item, whatever the order of the actions."""
        results = {path: change(item) for path, change in self.changes.items()}
        return self.changed({"M": item}, self.tree, results)["M"] if results else item

    def changed(self, value: dict, tree: dict, results: dict) -> dict:
        """A copy of a map or list, changed where the tree says; the rest is shared with the old one."""
        kind = kind_of(value)
        refuse_if(kind != ("L" if isinstance(next(iter(tree)), int) else "M"), BAD_PATH)
        children = dict(value["M"]) if kind == "M" else dict(enumerate(value["L"]))
        for element, node in tree.items():
            if isinstance(node, dict):
                refuse_if(element not in children, BAD_PATH)
                children[element] = self.changed(children[element], node, results)
            else:
                result = results[node]
                if result is REMOVED:
                    children.pop(element, None)
                elif result is not None:
                    children[element] = result
        # A list closes up: what was removed leaves no hole, what was set beyond the end comes right after it.
        return {"M": children} if kind == "M" else {"L": [children[i] for i in sorted(children)]}

    def updated(self, item: dict) -> dict:
        return Projection(self.paths, self.tree).of(item)


def update(text: str, names=None, values=None, what: str = "UpdateExpression") -> Update:
    binder = Binder(what, names, values)
    return bound(binder, grammar.parse(text, binder.what))


def bound(binder: Binder, actions: list[tuple]) -> Update:
    """The update that actions of the form of the grammar's tree make: (section, path, operand or None)."""
    paths = [binder.path(target) for _, target, _ in actions]
    tree, changes, given = tree_of(paths, binder.what), {}, {}
    # Where several operands are wrong, the service tells the last one.
    for path, (section, _, node) in reversed(list(zip(paths, actions, strict=True))):
        if section == "REMOVE":
            changes[path] = lambda item: REMOVED
            continue
        operand = binder.operand(node)
        if section == "SET":
            changes[path] = lambda item, get=operand.get: needed(get(item))
        else:
            changes[path] = combining(section, path, known(binder, section, operand))
        if operand.kind and len(path) == 1:
            given[path[0]] = operand.value or {operand.kind: None}
    # What is set is found out before what is added to, or removed.
    first = [path for path, (section, _, _) in zip(paths, actions, strict=True) if section == "SET"]
    changes = {path: changes[path] for path in (*first, *paths)}
    creates = any(section in ("SET", "ADD") for section, _, _ in actions)
    return Update(changes, tree, given, binder.paths, creates)


def known(binder: Binder, section: str, operand: Operand) -> dict:
    """The value of ADD (a number or a set) or DELETE (a set)."""
    value = operand.value
    if kind_of(value) not in (SETS if section == "DELETE" else ("N", *SETS)):
        raise binder.refusal(
            f"Incorrect operand type for operator or function; operator: {section}, "
            f"operand type: {WORDS[kind_of(value)]}, typeSet: ALLOWED_FOR_{section}_OPERAND"
        )
    return value


def combining(section: str, path: tuple, value: dict, mismatch: str = BAD_OPERAND) -> Callable:
    """What ADD or DELETE makes of what is at the path. mismatch: what is said of a value of another type there."""
    kind = kind_of(value)

    def change(item):
        old = at_path(item, path)
        if old is None:
            return value if section == "ADD" else None
        refuse_if(kind not in old, mismatch)
        if section == "DELETE":
            left = [member for member in old[kind] if member not in value[kind]]
            return {kind: left} if left else REMOVED
        if kind == "N":
            return plus(old, value)
        members = old[kind] + value[kind]
        return {
            kind: members if kind == "L" else in_order(kind, set(members))
        }  # AttributeUpdates has lists, too

    return change

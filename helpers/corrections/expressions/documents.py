"""Paths into items, and trees of them: {"aa": {"b": leaf, 0: ...}}. A path is a tuple like ("aa", "b", 0)."""

from collections.abc import Callable

from ..errors import Refused
from ..values import kind_of


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


def path_text(path: tuple) -> str:
    return "[" + ", ".join(f"[{e}]" if isinstance(e, int) else e for e in path) + "]"


def tree_of(paths: list[tuple], what: str) -> dict:
    """The paths as a tree, each leaf its own path. Two that overlap, or see a list where the other sees a map,
    are refused: the last such pair is told. what: the name of the expression.
    """
    for at, path in reversed(list(enumerate(paths))):
        for other in reversed(paths[:at]):
            if problem := clash(path, other):
                raise Refused(
                    f"Invalid {what}: Two document paths {problem} with each other; must remove or rewrite one of "
                    f"these paths; path one: {path_text(other)}, path two: {path_text(path)}"
                )
    tree = {}
    for path in paths:
        node = tree
        for element in path[:-1]:
            node = node.setdefault(element, {})
        node[path[-1]] = path
    return tree


def clash(one: tuple, other: tuple) -> str | None:
    differing = next(((a, b) for a, b in zip(one, other, strict=False) if a != b), None)
    if differing is None:
        return "overlap"
    return "conflict" if isinstance(differing[0], int) != isinstance(differing[1], int) else None


class Projection:
    """Picks parts of an item; what is picked from a list moves up."""

    def __init__(self, paths: list[tuple], tree: dict):
        self.paths, self.tree = tuple(paths), tree

    def of(self, item: dict) -> dict:
        return pick({"M": item}, self.tree).get("M", {}) if item else {}


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

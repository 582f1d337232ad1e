"""Which schedule next: every one in depth-first order, or some drawn at random."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.engines.wiring import Call
from helpers.lenses.interleaving import Pruned
from helpers.lenses.touching import Touch

Choose = Callable[[list[int], list[Call | None]], int]


@dataclass
class Node:
    """A point of decision: who could move, which choices are done with, which one is being tried."""

    able: list[int]
    touches: dict[int, Touch]
    asleep: set[int]
    now: int = -1
    done: set[int] = field(default_factory=set)

    def rest(self) -> list[int]:
        return [number for number in self.able if number not in self.done | self.asleep]


class Search:
    """Depth first through all schedules. Each run follows the path to the last open decision, then goes on.

    touch: with it, schedules that differ only in the order of calls that do not meet are run once, by sleep sets
    (P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996): a choice that was tried
    need not be tried again until a call was made that meets it.
    """

    def __init__(self, touch: Callable[[Call], Touch] | None = None):
        self.touch = touch
        self.path: list[Node] = []
        self.depth = self.tried = 0
        self.open, self.pruned = True, False

    def choose(self, able: list[int], waiting: list[Call | None]) -> int:
        if self.depth == len(self.path):
            self._grow(able, waiting)
        node = self.path[self.depth]
        if node.now not in able:
            raise RuntimeError(
                "In the same schedule the writers did not make the same calls again. A race can be replayed "
                "only without random choices, and without anything that one run leaves for the next."
            )
        self.depth += 1
        return node.now

    def _grow(self, able: list[int], waiting: list[Call | None]) -> None:
        node = Node(able, {}, set())
        if self.touch:
            node.touches = {number: self.touch(waiting[number]) for number in able}
            if self.path:
                last = self.path[-1]
                moved = last.touches[last.now]
                over = (last.asleep | last.done) & node.touches.keys()
                node.asleep = {number for number in over if not last.touches[number].meets(moved)}
        if not node.rest():
            self.pruned = True
            raise Pruned
        node.now = node.rest()[0]
        self.path.append(node)

    def finish(self) -> bool:
        """Turn to the next schedule. Whether the run just made went to its end."""
        whole, self.pruned, self.depth = not self.pruned, False, 0
        self.tried += 1
        while self.path:
            node = self.path[-1]
            node.done.add(node.now)
            if node.rest():
                node.now = node.rest()[0]
                return whole
            self.path.pop()
        self.open = False
        return whole


def at_random(dice: random.Random, each: list[int]) -> Choose:
    """Every schedule is equally likely, if the writers make `each` calls; no schedule is impossible if they do not."""
    left = list(each)

    def choose(able: list[int], waiting: list[Call | None]) -> int:
        number = dice.choices(able, [max(left[number], 1) for number in able])[0]
        left[number] -= 1
        return number

    return choose

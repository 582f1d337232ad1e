"""The picture of what is done: a row a lesson."""

from collections.abc import Iterable
from textwrap import wrap

from helpers.exercises import record, registry
from helpers.exercises.verdicts import COLOURS, SIGNS
from helpers.show import style
from helpers.show.picture import Picture, element, picture


def overview() -> Picture:
    """A row a lesson: how many exercises are right, and the sign and name of each."""
    best, messages = record.read()
    if not record.writable():
        messages.append("Progress cannot be written here: it lasts until this kernel ends.")
    names = {lesson: list(exercises) for lesson, exercises in registry.lessons().items()}
    done = {lesson: sum(best.get(name) == "right" for name in each) for lesson, each in names.items()}
    total = sum(map(len, names.values()))
    alt = " ".join([f"{sum(done.values())} of {total} exercises are right.", *messages])
    title = {lesson: registry.title(lesson) for lesson in names}
    text = "\n".join(
        line
        for lesson, each in names.items()
        for line in (
            f"{title[lesson]}: {done[lesson]} of {len(each)}",
            *_wrapped(_marked(name, best) for name in each),
        )
    )
    rows = [
        element(
            "tr",
            element("td", title[lesson], style=style.cell),
            element("td", f"{done[lesson]} of {len(each)}", style=style.cell),
            element(
                "td",
                *[part for name in each for part in (_mark(name, best), " ")],
                style=f"{style.cell};white-space:normal",
            ),
            style=style.row,
        )
        for lesson, each in names.items()
    ]
    heading = element("div", alt, style="font-weight:600;margin-bottom:6px")
    return picture(alt, text, heading, element("table", *rows, style=style.table))


def _wrapped(marked: Iterable[str]) -> list[str]:
    """Lines of at most 78 columns; a sign stays with its name."""
    lines = wrap("  ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in marked), 76)
    return ["  " + line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _marked(name: str, best: dict[str, str]) -> str:
    return f"{SIGNS[best.get(name, 'todo')]} {name}"


def _mark(name: str, best: dict[str, str]) -> str:
    kind = best.get(name, "todo")
    return element("span", _marked(name, best), style=style.chip(COLOURS[kind]), title=kind)

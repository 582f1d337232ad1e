"""The picture of what is done: a row a lesson."""

from helpers.exercises import record, registry
from helpers.exercises.verdicts import COLOURS, SIGNS
from helpers.show import style
from helpers.show.picture import Picture, element, picture
from helpers.show.texts import text_table


def overview() -> Picture:
    """A row a lesson: how many exercises are right, and the sign and name of each."""
    best, messages = record.read()
    if not record.writable():
        messages.append("Progress cannot be written here: it lasts until this kernel ends.")
    names = {lesson: list(exercises) for lesson, exercises in registry.lessons().items()}
    done = {lesson: sum(best.get(name) == "right" for name in each) for lesson, each in names.items()}
    total = sum(map(len, names.values()))
    alt = " ".join([f"{sum(done.values())} of {total} exercises are right.", *messages])
    title = {lesson: lesson.replace("_", " ").capitalize() for lesson in names}
    plain = [
        [
            title[lesson],
            f"{done[lesson]} of {len(each)}",
            "  ".join(f"{SIGNS[best.get(name, 'todo')]} {name}" for name in each),
        ]
        for lesson, each in names.items()
    ]
    rows = [
        element(
            "tr",
            element("td", title[lesson], style=style.cell),
            element("td", f"{done[lesson]} of {len(each)}", style=style.cell),
            element(
                "td",
                *[part for name in each for part in (_mark(name, best.get(name, "todo")), " ")],
                style=f"{style.cell};white-space:normal",
            ),
            style=style.row,
        )
        for lesson, each in names.items()
    ]
    heading = element("div", alt, style="font-weight:600;margin-bottom:6px")
    return picture(
        alt,
        text_table(["lesson", "right", "exercises"], plain),
        heading,
        element("table", *rows, style=style.table),
    )


def _mark(name: str, kind: str) -> str:
    return element("span", f"{SIGNS[kind]} {name}", style=style.chip(COLOURS[kind]), title=kind)

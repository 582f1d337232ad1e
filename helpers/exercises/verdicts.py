"""The four verdicts, and how a notebook shows them. A word and a sign carry each one, colour only repeats it."""

from dataclasses import dataclass

from helpers.show import style
from helpers.show.picture import Html, Picture, element

_CODE = style.css(font_family=style.MONO, background="transparent", padding=0)
SIGNS = {"todo": "○", "wrong": "✗", "wasteful": "△", "right": "✓"}
COLOURS = {"todo": style.IDLE, "wrong": style.BAD, "wasteful": style.CHANGED, "right": style.GOOD}


class Drawn(str):
    """A detail that is a picture. As text it is the picture's text."""

    def __new__(cls, drawn: Picture) -> "Drawn":
        self = super().__new__(cls, drawn.text.partition("\n\n")[2])  # without its description
        self.html = drawn.html
        return self


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found: `kind` is todo, wrong, wasteful or right; `details` are labelled lines of code."""

    kind: str
    name: str
    message: str
    details: tuple[tuple[str, str], ...] = ()

    @property
    def help(self) -> str:
        """What to type next, for an answer that is not right yet; empty for any other."""
        return f'Stuck? `hint("{self.name}")`' if self.kind in ("wrong", "wasteful") else ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        widest = max((len(label) for label, _ in self.details), default=0)
        lines = [f"{SIGNS[self.kind]} {self.kind} · {self.name}", self.message]
        for label, code in self.details:
            indented = code.replace("\n", "\n" + " " * (widest + 4))
            lines.append(f"  {label:<{widest}}  {indented}")
        if self.help:
            lines.append(self.help.replace("`", ""))
        return "\n".join(lines)

    @property
    def html(self) -> Html:
        """All of it as one HTML element that needs no style sheet."""
        colour = COLOURS[self.kind]
        rows = (
            element(
                "tr",
                element("th", label, style=f"{style.cell};font-weight:normal;opacity:{style.QUIET}"),
                element("td", _drawn(code), style=f"{style.cell};white-space:normal"),
                style=style.row,
            )
            for label, code in self.details
        )
        table = [element("table", *rows, style=f"{style.table};margin-top:6px")] if self.details else []
        title = element(
            "div",
            element("span", f"{SIGNS[self.kind]} {self.kind}", style=style.badge(colour)),
            " ",
            element("b", self.name),
        )
        message = element("div", *_with_code(self.message), style="margin-top:4px;white-space:pre-line")
        quiet = f"margin-top:4px;{style.quiet}"
        stuck = [element("div", *_with_code(self.help), style=quiet)] if self.help else []
        edge = style.css(border_left=f"4px solid {colour}", padding="4px 0 4px 12px")
        return element("div", title, message, *table, *stuck, style=f"{style.frame};{edge}")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": str(self.html), "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def _drawn(detail: str) -> Html:
    return detail.html if isinstance(detail, Drawn) else element("code", detail, style=style.code)


@dataclass(frozen=True, repr=False)
class Shown:
    """A hint or a solution: a heading, a sentence, and code to copy."""

    heading: str
    message: str = ""
    code: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        parts = [element("b", self.heading)]
        if self.message:
            parts.append(
                element("div", *_with_code(self.message), style="margin-top:4px;white-space:pre-line")
            )
        if self.code:
            ground = style.css(background=style.tint(style.GREY), padding="8px 12px", margin="6px 0 0 0")
            parts.append(element("pre", self.code, style=f"{style.nowrap};{ground}"))
        return {"text/html": str(element("div", *parts, style=style.frame)), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return "\n\n".join(part for part in (self.heading, self.message, self.code) if part)


def _with_code(message: str) -> list[str]:
    """The message with what stands between backticks as code."""
    return [
        element("code", part, style=_CODE) if at % 2 else part for at, part in enumerate(message.split("`"))
    ]

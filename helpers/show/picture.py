"""What every function of `helpers.show` returns, and the one way HTML is written here.

Outputs are committed, compared byte for byte, and shown by JupyterLab first *untrusted*, that is, after its
sanitizer. So a picture holds no script, style sheet, SVG, id or clock: elements and inline styles only.
"""

from dataclasses import dataclass
from html import escape
from textwrap import fill


class Html(str):
    """Text that is HTML already. Any other string given to `element` is escaped."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str | int | None) -> Html:
    """One HTML element. Plain strings are escaped, so learners' data can never become markup.

    Attributes keep the order they are given in; one that is None is left out, and `aria_label` becomes `aria-label`.
    """
    written = "".join(
        f' {attribute.replace("_", "-")}="{escape(str(value))}"'
        for attribute, value in attributes.items()
        if value is not None
    )
    if name in ("br", "hr", "img", "col"):
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(parts) -> Html:
    """Several pieces of HTML or plain strings as one."""
    return Html("".join(part if isinstance(part, Html) else escape(str(part)) for part in parts))


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture for a notebook: HTML where it can be shown, text everywhere else.

    `alt` is one sentence that says what is to be seen. `text` holds every fact that the HTML holds.
    """

    alt: str
    text: str
    html: Html

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": str(self.html), "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def picture(alt: str, body_text: str, *body: str) -> Picture:
    """A picture made of HTML parts, framed so that screen readers announce `alt` and wide content scrolls."""
    from .style import frame

    # JupyterLab's sanitizer drops role and aria-label from untrusted output; what is inside is ordinary
    # tables, headings and lists, readable without them.
    html = element("div", *body, role="figure", aria_label=alt, style=frame)
    told = fill(alt, 80)
    return Picture(alt, f"{told}\n\n{body_text}" if body_text else told, html)

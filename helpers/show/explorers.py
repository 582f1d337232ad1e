"""Sliders beside a picture. A page without a kernel keeps what the lesson draws next to it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .picture import Picture

if TYPE_CHECKING:
    from ipywidgets import VBox


def explorer(draw: Callable[..., Picture], **choices: Sequence[Any]) -> "VBox":
    """A slider for each choice; `draw` is called with what they stand at, and its picture shown below.

    choices: a parameter of `draw` and the values it may take; each starts at the one in the middle.
    The picture is an HTML widget, not captured output: a run of the notebook then leaves no message that differs.
    """
    import ipywidgets

    class Explorer(ipywidgets.VBox):
        def __repr__(self) -> str:
            return f"Explorer: a picture with {len(choices)} sliders: {', '.join(choices)}."

    sliders = {
        name: ipywidgets.SelectionSlider(
            options=list(values), value=list(values)[len(values) // 2], description=name.replace("_", " "),
            continuous_update=False, style={"description_width": "120px"}, layout={"width": "440px"},
        )
        for name, values in choices.items()
    }  # fmt: skip
    shown = ipywidgets.HTML()

    def show(_=None) -> None:
        shown.value = str(draw(**{name: slider.value for name, slider in sliders.items()}).html)

    for slider in sliders.values():
        slider.observe(show, "value")
    show()
    return Explorer([*sliders.values(), shown])

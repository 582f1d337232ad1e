"""One look for every picture, readable on white and on JupyterLab's dark ground, whatever one's colour vision.

JupyterLab sanitizes the outputs of a notebook that it does not trust yet, which is what a learner sees first. Its
sanitizer keeps inline styles but drops `var(--jp-…)` and `currentColor`. So nothing here asks for the theme:

- text takes the colour it inherits, which is the theme's own; quiet text is the same ink at `QUIET` opacity;
- lines and grounds are translucent (`line`, `tint`), so they darken a light page and lighten a dark one;
- colour is for marks: bars, borders, and the ground of a badge, which brings its own ink.

The four hues are those of Okabe and Ito's palette ("Color Universal Design", 2008) that reach a contrast of 3 against
both white and #111, as WCAG 2.2 asks of graphical objects (1.4.11). No hue at all can reach the 4.5 that text needs
on both: it would have to be darker than a luminance of 0.183 and lighter than 0.200. Hence no coloured text, and
hence charts, whose pixels cannot follow the theme, stand on a light card of their own (`CARD`).
"""

BLUE = "#0072b2"
VERMILLION = "#d55e00"
GREEN = "#009e73"
PURPLE = "#cc79a7"
GREY = "#7f7f7f"

# What a hue stands for, the same in every picture. A word or a sign always says it as well.
KEY, SORT, SHARED, OWN = BLUE, PURPLE, GREY, VERMILLION
ADDED, REMOVED, CHANGED = GREEN, VERMILLION, BLUE
GOOD, BAD, IDLE = GREEN, VERMILLION, GREY

# The grounds and inks of JupyterLab's two themes, and of charts.
LIGHT_PAGE, LIGHT_INK = "#ffffff", "rgba(0,0,0,0.87)"
DARK_PAGE, DARK_INK = "#111111", "#ffffff"
CARD, CARD_INK, CARD_LINE = "#fafaf8", "#262626", "#d9d9d6"

QUIET = 0.74  # opacity of secondary text
TINT = 0.14  # opacity of a ground behind text
LINE = 0.45  # opacity of rules and borders

SANS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace"

BADGE_INKS = {BLUE: "#ffffff", VERMILLION: "#000000", GREEN: "#000000", PURPLE: "#000000", GREY: "#000000"}


def rgb(colour: str) -> tuple[int, int, int]:
    """The three channels, 0 to 255, of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def tint(colour: str, opacity: float = TINT) -> str:
    """A translucent ground of this hue."""
    return "rgba({},{},{},{})".format(*rgb(colour), opacity)


def css(**rules: str | int | float) -> str:
    """An inline style: css(font_size="12px", margin=0) is "font-size:12px;margin:0"."""
    return ";".join(f"{name.replace('_', '-')}:{value}" for name, value in rules.items())


line = f"1px solid {tint(GREY, LINE)}"
frame = css(font_family=SANS, font_size="13px", line_height="1.45", max_width="100%", overflow_x="auto")
quiet = css(opacity=QUIET)
code = css(
    font_family=MONO, font_size="12px", background="transparent", padding=0, white_space="pre-wrap",
    overflow_wrap="break-word",
)  # fmt: skip
nowrap = f"{code};white-space:pre"

# JupyterLab styles tables itself: centred, right-aligned, striped. Each rule here puts one of those back.
table = css(
    border_collapse="collapse", margin="0", font_size="13px", table_layout="auto", border="none",
)  # fmt: skip
row = css(background="transparent", text_align="left")
cell = css(
    text_align="left", vertical_align="top", padding="5px 14px 5px 0", border_bottom=line, line_height="1.45",
    white_space="nowrap",
)  # fmt: skip
number_cell = f"{cell};text-align:right"
head = css(
    text_align="left", vertical_align="bottom", padding="4px 14px 4px 0", border_bottom=f"2px solid {tint(GREY, 0.7)}",
    font_weight=600, line_height="1.35", white_space="nowrap",
)  # fmt: skip
caption = css(
    caption_side="top", text_align="left", padding="0 0 6px 0", font_weight=600, font_size="13px", white_space="nowrap",
)  # fmt: skip


def badge(colour: str) -> str:
    """A short word on a ground of its own, for verdicts and key roles."""
    return css(
        background=colour, color=BADGE_INKS[colour], border_radius="3px", padding="1px 6px", font_size="11px",
        font_weight=600, white_space="nowrap", line_height="1.5", display="inline-block",
    )  # fmt: skip


def chip(colour: str) -> str:
    """A quieter label: the theme's ink on a tint of this hue, edged with it."""
    return css(
        background=tint(colour), border=f"1px solid {colour}", border_radius="3px", padding="0 5px",
        font_size="11px", font_weight=400, white_space="nowrap", line_height="1.5", display="inline-block",
    )  # fmt: skip


def contrast(ink: str, ground: str) -> float:
    """The contrast ratio of two opaque colours, 1 to 21. Source: WCAG 2.2, "contrast ratio", "relative luminance"."""

    def luminance(colour: str) -> float:
        channels = [channel / 255 for channel in rgb(colour)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)

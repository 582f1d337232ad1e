"""Every ink on every ground, in JupyterLab's light and dark themes, by the arithmetic of WCAG 2.2."""

import re
from itertools import combinations

import pytest

from helpers.show import style

THEMES = {"light": (style.LIGHT_PAGE, "#000000", 0.87), "dark": (style.DARK_PAGE, "#ffffff", 0.87)}
HUES = [style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE, style.GREY]


def over(colour: str, opacity: float, ground: str) -> str:
    """The opaque colour that a translucent one shows on this ground."""
    mixed = zip(style.rgb(colour), style.rgb(ground), strict=True)
    return "#" + "".join(f"{round(top * opacity + under * (1 - opacity)):02x}" for top, under in mixed)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("strength", [1, style.QUIET], ids=["text", "quiet text"])
@pytest.mark.parametrize("hue", [None, *HUES])
def test_text_reads_on_the_page_and_on_every_tint(theme, strength, hue):
    page, ink, opacity = THEMES[theme]
    ground = over(hue, style.TINT, page) if hue else page
    assert style.contrast(over(ink, opacity * strength, ground), ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", HUES)
def test_marks_stand_out_from_the_page(theme, hue):
    assert style.contrast(hue, THEMES[theme][0]) >= 3


@pytest.mark.parametrize("hue", HUES)
def test_the_ink_of_a_badge_reads_on_it(hue):
    assert style.contrast(style.BADGE_INKS[hue], hue) >= 4.5


@pytest.mark.parametrize("hue", [style.CARD_INK, *HUES])
def test_charts_read_on_their_card(hue):
    assert style.contrast(hue, style.CARD) >= (4.5 if hue == style.CARD_INK else 2.9)


def test_no_coloured_text_could_read_in_both_themes():
    """Why text is never coloured: the greys stand for every luminance, and none reaches 4.5 on both pages."""
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    pages = (style.LIGHT_PAGE, style.DARK_PAGE)
    assert max(min(style.contrast(grey, page) for page in pages) for grey in greys) < 4.5


def test_contrast_is_the_one_of_the_standard():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert style.contrast("#ffffff", "#767676") == style.contrast("#767676", "#ffffff")


# What each kind of colour vision leaves of a colour. Source: Machado, Oliveira, Fernandes, "A Physiologically-based
# Model for Simulation of Color Vision Deficiency" (2009), severity 1.0, on linear RGB.
VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}  # fmt: skip


@pytest.mark.parametrize("vision", VISIONS)
def test_the_hues_stay_apart_for_every_colour_vision(vision):
    def lab(colour):
        linear = [
            (c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in style.rgb(colour)
        ]
        red, green, blue = (
            min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in VISIONS[vision]
        )
        xyz = (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        )
        x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
        return 116 * y - 16, 500 * (x - y), 200 * (y - z)

    for one, other in combinations(HUES[:4], 2):
        distance = sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5
        assert distance > 10, (one, other, distance)


def test_pictures_use_no_colour_outside_the_palette(every_picture):
    known = {*HUES, *style.BADGE_INKS.values()}
    tints = {"rgba({},{},{}".format(*style.rgb(hue)) for hue in HUES}
    for name, picture in every_picture.items():
        assert set(re.findall(r"#[0-9a-f]{6}\b", picture.html)) <= known, name
        assert set(re.findall(r"rgba\(\d+,\d+,\d+", picture.html)) <= tints, name


def test_pictures_colour_no_text_but_on_badges(every_picture):
    for name, picture in every_picture.items():
        for inline in re.findall(r'style="([^"]*)"', picture.html):
            rules = dict(rule.split(":", 1) for rule in inline.split(";"))
            assert "color" not in rules or rules["color"] == style.BADGE_INKS[rules["background"]], name

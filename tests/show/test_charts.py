import base64
import re
import struct
import subprocess
import sys

import pytest

from helpers import show


@pytest.fixture
def pyplot():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def png(picture) -> bytes:
    return base64.b64decode(re.search(r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"', picture.html)[1])


def test_a_figure_carries_its_alt_text_and_is_closed(pyplot):
    fig, axes = pyplot.subplots()
    axes.plot([1, 2])
    picture = show.figure(fig, 'A line "rises" <steeply>')
    assert picture._repr_mimebundle_()["text/plain"] == 'Figure: A line "rises" <steeply>'
    assert 'alt="A line &quot;rises&quot; &lt;steeply&gt;"' in picture.html
    assert pyplot.get_fignums() == []


def test_a_figure_that_cannot_be_drawn_is_closed_too(pyplot):
    fig, axes = pyplot.subplots()
    axes.set_title("$\\nonsense{$")
    with pytest.raises(ValueError, match="nonsense"):
        show.figure(fig, "Nothing")
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_alt_text_is_required(pyplot, alt):
    with pytest.raises(ValueError, match="alt text"):
        show.figure(pyplot.figure(), alt)


def test_a_chart_is_the_same_bytes_each_time(pyplot):
    drawn = [show.bars({"Get": 0.5, "Scan": 400}, "Costs.").html for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_nothing_but_the_image_varies_with_the_fonts_of_a_machine(pyplot):
    """The image's own bytes are not compared by the notebook gate; its width attribute would be."""
    fig, _ = pyplot.subplots(figsize=(5, 3))
    assert 'width="480"' in show.figure(fig, "Empty axes.").html


def test_a_chart_stands_on_its_own_light_card(pyplot):
    from io import BytesIO

    corner = pyplot.imread(BytesIO(png(show.bars({"a": 1}, "One bar."))))[0, 0]
    assert tuple(round(float(channel) * 255) for channel in corner) == (0xFA, 0xFA, 0xF8, 255)


def test_the_text_of_a_chart_holds_its_figures(pyplot):
    bars = show.bars({"GetItem": 0.5, "Scan": 400}, "Two costs.", title="Costs", unit="units")
    assert re.search(r"GetItem +0.5\nScan +400$", bars.text)
    lines = show.lines([1, 1000], {"Get": [1, 1], "Scan": [1, 250]}, "Two lines.", x_label="items")
    assert re.search(r"items +Get +Scan\n─.*\n +1 +1 +1\n1,000 +1 +250$", lines.text)


def test_a_long_line_lists_some_of_its_points_first_and_last_included(pyplot):
    text = show.lines(range(1000), {"y": range(1000)}, "A line.").text
    assert len(text.split("\n")) == 13 and text.endswith("999  999")


def test_more_lines_than_can_be_told_apart_are_refused(pyplot):
    with pytest.raises(ValueError, match="at most 4"):
        show.lines([1], {str(n): [1] for n in range(5)}, "Five lines.")


def test_names_are_not_read_as_mathematics(pyplot):
    assert show.bars({r"$\no$": 1, "100 % of $": 2}, "Two bars.").text
    assert show.lines([1], {r"$\no$": [1]}, "A line.").text


def test_charts_are_sharp_but_small(pyplot):
    image = png(show.lines([1, 2], {"a": [1, 2]}, "A line."))
    width, height = struct.unpack(">II", image[16:24])
    assert width > 2 * 480 * 0.9 and height > 400
    assert len(image) < 60_000


def test_drawing_leaves_matplotlibs_own_settings_alone(pyplot):
    before = dict(pyplot.rcParams)
    show.bars({"a": 1}, "One bar.")
    assert dict(pyplot.rcParams) == before


def test_pictures_of_items_load_neither_pandas_nor_matplotlib_nor_boto3():
    code = (
        "import sys; from helpers import show; loaded = set(sys.modules) & {'helpers.show.items', 'dataclasses'};"
        "assert not loaded, loaded;"
        "p = show.rows([{'pk': 'a'}], key='pk'), show.cards([{'pk': 'a'}]), show.sizes({'pk': 'a'});"
        "show.before_after({}, {'a': 1}), show.timeline([]), show.transaction(None, []);"
        "assert not {'pandas', 'matplotlib', 'numpy', 'boto3', 'IPython'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there_and_no_module_hides_a_picture():
    code = (
        "import importlib, pkgutil; from helpers import show\n"
        "names = {m.name for m in pkgutil.iter_modules(show.__path__)}\n"
        "[importlib.import_module('helpers.show.' + name) for name in names]\n"
        "assert all(callable(getattr(show, name)) for name in show.__all__)\n"
        "assert set(show.__all__) == set(show._HOMES) and not names & set(show.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no picture named 'pie'"):
        _ = show.pie


def test_the_names_of_lines_that_end_together_do_not_overlap(pyplot, monkeypatch):
    from helpers.show import charts

    kept = []
    monkeypatch.setattr(charts, "figure", lambda fig, alt: kept.append(fig) or show.Picture(alt, alt, ""))
    show.lines([1, 2], {"GetItem": [0.5, 0.5], "Query": [3, 3], "Scan": [1, 400]}, "Three lines.")
    kept[0].canvas.draw()
    boxes = sorted((text.get_window_extent() for text in kept[0].axes[0].texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 for low, high in zip(boxes, boxes[1:], strict=False))

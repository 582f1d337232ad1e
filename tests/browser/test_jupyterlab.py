"""Lesson 00 in JupyterLab, as a learner meets it: before anything has run, run whole, answered wrong, answered right."""

import json
import re

import pytest
from playwright.sync_api import expect

from helpers.show import style
from tests.browser.jupyterlab import ROOT, SECONDS

pytestmark = pytest.mark.browser
expect.set_options(timeout=SECONDS * 1000)

ANSWER = """from helpers.exercises import TODO, check


def first_item(table):
    {}


check("first_item", first_item)"""
WRONG = 'table.put_item(Item={"person_id": "PERSON-3", "name": "Mei Tanaka"})'
RIGHT = 'table.put_item(Item={"person_id": "PERSON-3", "name": "Mei Tanaka", "started": 2021})'


def committed_pictures():
    """(source of the cell, HTML) of each picture in the notebooks as they are committed."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                html = "".join(output.get("data", {}).get("text/html", ""))
                if 'role="figure"' in html:
                    yield "".join(cell["source"]).splitlines()[-1], html


def styles(html: str) -> list[str]:
    """Every inline style, in order, in one spelling."""
    return [
        re.sub(r"\s*([:;])\s*", r"\1", found).strip(";") for found in re.findall(r' style="([^"]*)"', html)
    ]


def ground_and_ink(lesson, place):
    """The luminance order of the page behind a place, and of the text in it: ("light", "dark") in a light theme."""
    ground = lesson.page.evaluate(
        "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
    )
    ink = place.evaluate("node => getComputedStyle(node).color")
    channels = [int(channel) for channel in re.findall(r"\d+", ink)[:3]]
    white = ground in ("white", "#fff", "#ffffff")
    return "light" if white else "dark", "dark" if sum(channels) < 384 else "light"


def test_every_committed_picture_keeps_its_look_before_its_notebook_is_trusted(start_here):
    """Put to the sanitizer that JupyterLab puts it to; lesson 00's are also looked at on its page."""
    page, written, kept = start_here.page, {}, {}
    for source, html in committed_pictures():
        safe = page.evaluate(
            "html => window.jupyterapp.shell.currentWidget.content.rendermime.sanitizer.sanitize(html)", html
        )
        written[source], kept[source] = styles(html), styles(safe)
    assert kept == written and len(written) > 3
    assert not page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.get(0).trusted")
    picture = start_here.cell("cards(table)").locator(".jp-OutputArea-output > div").first
    assert styles(picture.evaluate("node => node.outerHTML"))[0] == written["cards(table)"][0]


def test_a_learner_runs_the_lesson_errs_and_gets_it_right(start_here, screenshot):
    lesson = start_here
    lesson.use_theme("JupyterLab Light")
    assert lesson.page.locator(".jp-toast-button, .jp-Dialog").count() == 0, (
        "nothing asks before the lesson starts"
    )

    lesson.run_all()
    lesson.wait_for_output(lesson.cell("lab.start()"), "Lab: moto")
    picture = lesson.cell("cards(table)").get_by_role("figure")
    assert picture.get_attribute("aria-label") == "2 items as cards; partition key person_id."
    # Asked by text and not by `inner_text`, which is empty while the browser does not draw what is off the page.
    for words in ("PERSON-1", "Amara Okafor", "PERSON-2", "Jonas Weber"):
        expect(picture.get_by_text(words, exact=True)).to_be_visible()
    assert ground_and_ink(lesson, picture.locator("code").first) == ("light", "dark")
    lesson.rest_at('"started": 2016')
    screenshot(lesson, "lesson.png")

    lesson.wait_for_output(lesson.cell("def first_item"), "todo")
    wrong = lesson.type_into("def first_item", ANSWER.format(WRONG))
    lesson.wait_for_output(wrong, "wrong")
    expect(wrong.locator(".jp-OutputArea")).to_contain_text("started")
    right = lesson.type_into("def first_item", ANSWER.format(RIGHT))
    lesson.wait_for_output(right, "right")
    lesson.rest_at("## An exercise checks")
    screenshot(lesson, "exercise.png")

    assert lesson.errors == []
    assert lesson.hosts == {"127.0.0.1"}


def test_the_pictures_read_in_the_dark_theme(start_here, screenshot):
    lesson = start_here
    lesson.use_theme("JupyterLab Dark")
    lesson.run_all()
    picture = lesson.cell("cards(table)").get_by_role("figure")
    assert ground_and_ink(lesson, picture.locator("code").first) == ("dark", "light")
    page = lesson.page.evaluate(
        "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
    )
    assert page == style.DARK_PAGE[:4], "the ground that the contrasts are computed for"
    lesson.rest_at('"started": 2016')
    screenshot(lesson, "dark.png")
    assert lesson.errors == []


def test_a_call_before_the_lab_is_started_says_what_to_do(start_here):
    cell = start_here.type_into("lab.start()", 'import boto3\nboto3.client("dynamodb").list_tables()')
    start_here.wait_for_output(cell, "the-lab-is-not-started/run-the-first-cell")

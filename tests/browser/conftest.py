"""One JupyterLab and one browser for the module; a screenshot of what was on the page when a test failed."""

import os
from pathlib import Path

import pytest

from tests.browser import jupyterlab

ARTIFACTS = jupyterlab.ROOT / "test-artifacts"


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; a skip that says why, or in CI a failure, where there is none."""
    found = jupyterlab.chromium()
    if found is None:
        reason = "no Chromium: install it (apt-get install chromium), or name one in CHROMIUM"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=jupyterlab.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def course(browser, tmp_path_factory):
    """The address of a notebook in a running JupyterLab; `{}` stands for the notebook's name."""
    with jupyterlab.server(tmp_path_factory.mktemp("jupyterlab")) as address:
        yield address


@pytest.fixture
def start_here(browser, course, request):
    """Lesson 00 in a page of its own, opened as for the first time."""
    page = browser.new_page(viewport={"width": 1200, "height": 820})
    try:
        lesson = jupyterlab.Lesson(page, course.format("00_start_here.ipynb"))
        yield lesson
        lesson.shut_down()
    finally:
        if getattr(request.node, "failed", False):
            ARTIFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
        page.close()


@pytest.fixture
def screenshot(tmp_path):
    """Saves the page as a small PNG: into images/ when SAVE_IMAGES is set, which README shows; else for a moment."""
    folder = jupyterlab.ROOT / "images" if os.environ.get("SAVE_IMAGES") else tmp_path

    def save(lesson: jupyterlab.Lesson, name: str) -> Path:
        from PIL import Image

        path = folder / name
        path.parent.mkdir(exist_ok=True)
        lesson.page.screenshot(path=path)
        Image.open(path).convert("RGB").save(path, optimize=True)
        return path

    return save


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True

"""What every lesson promises: its parts, its lengths, its tags, its pictures, its links, its exercises."""

import re
from urllib.parse import urlsplit

import pytest

from helpers.exercises import registry
from tests.notebooks.kernel import LESSONS, ROOT, code_cells, read, tags, unexpected_error

TAGS = {
    "objectives", "setup", "demo", "predict", "exercise", "check", "on-aws", "recap", "instructor",
    "raises-exception", "nbval-ignore-output",
}  # fmt: skip
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
HOSTS = {"docs.aws.amazon.com", "aws.amazon.com", "www.usenix.org", "boto3.amazonaws.com", "docs.python.org"}

# What a machine, a clock or a run decides, and an account: none of it may stand in a committed output.
UNSTABLE = {
    "an account id": r"(?<![\d.])\d{12}(?![\d.])",
    "an address in memory": r"\bat 0x[0-9a-f]+",
    "a path of a machine": r"(/(?:home|root|Users|tmp)/|[A-Z]:\\\\|site-packages|\.venv)",
    "a request id": r"RequestId|ResponseMetadata|[A-Z0-9]{52}\b",
    "a random id": r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    "a bare plot object": r"<(Axes|Figure|matplotlib)",
    "a moment of this run": r"datetime\.datetime\(",
}
# Lesson 00 is a quarter of an hour; the others fill their minutes. Lesson 02 has the most of them.
CELLS = {"00_start_here": (15, 35)}
WORDS = {"00_start_here": (350, 1100), "02_key_design": (700, 2200)}


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem, scope="module")
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(lesson):
    return read(lesson)


def markdown(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def texts(output):
    """Everything readable in one output."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield output.evalue
        yield from output.traceback
    else:
        for kind, text in output.data.items():
            if not kind.startswith("image/"):
                yield re.sub(r"data:image/png;base64,[A-Za-z0-9+/=\s]+", "PNG", str(text))


def outputs(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            yield cell, output


def having(notebook, tag) -> list:
    return [cell for cell in notebook.cells if tag in tags(cell)]


def test_lessons_are_numbered_without_a_gap():
    assert [path.name[:2] for path in LESSONS] == [f"{number:02}" for number in range(len(LESSONS))]


def test_it_opens_with_title_promise_minutes_and_objectives(notebook, lesson):
    title, _, rest = notebook.cells[0].source.partition("\n")
    assert re.match(r"# \S.+", title), "the first cell begins with the title"
    assert rest.strip(), "the title is followed by a promise of one sentence"
    opening = "\n".join(cell.source for cell in notebook.cells[:3])
    assert re.search(r"\b\d+ minutes\b", opening), "the opening says how many minutes"
    (objectives,) = having(notebook, "objectives")
    assert 3 <= len(re.findall(r"^[-*] ", objectives.source, re.M)) <= 7


def test_the_readme_names_it_with_the_minutes_that_it_claims(notebook, lesson):
    opening = "\n".join(cell.source for cell in notebook.cells[:3])
    minutes = re.search(r"\b(\d+) minutes\b", opening)[1]
    row = re.search(
        rf"^\|.*\(notebooks/{lesson.name}\) \| ([^|]*) \|", (ROOT / "README.md").read_text(), re.M
    )
    assert row and row[1] == minutes


def test_the_lab_is_started_in_the_first_code_cell(notebook):
    assert having(notebook, "setup")[0] is code_cells(notebook)[0]
    assert "lab.start()" in code_cells(notebook)[0].source


def test_a_learner_can_ask_for_a_hint_and_a_solution_without_an_import(notebook):
    opening = "\n".join(cell.source for cell in code_cells(notebook))
    assert "from helpers.exercises import TODO, check, hint, solution" in opening


def test_it_closes_with_on_aws_key_points_further_reading_and_the_next_lesson(notebook, lesson):
    assert having(notebook, "on-aws"), "what is different on AWS"
    assert having(notebook, "recap"), "the objectives again, as key points"
    closing = "\n".join(cell.source for cell in notebook.cells[-5:] if cell.cell_type == "markdown")
    assert "docs.aws.amazon.com" in closing, "further reading"
    following = LESSONS[LESSONS.index(lesson) + 1 :]
    if following:
        assert f"]({following[0].name})" in closing, "a link to the next lesson"


def test_its_length_is_that_of_a_lesson(notebook, lesson):
    low, high = CELLS.get(lesson.stem, (25, 60))
    assert low <= len(notebook.cells) <= high, len(notebook.cells)
    low, high = WORDS.get(lesson.stem, (700, 1900))
    words = len(
        re.findall(r"\b[\w’'-]+\b", re.sub(r"\(https?://[^)]*\)|`[^`]*`|<[^>]*>", " ", markdown(notebook)))
    )
    assert low <= words <= high, words


def test_code_cells_are_short(notebook):
    long = [cell.source for cell in code_cells(notebook) if len(cell.source.strip().splitlines()) > 14]
    assert not long, "\n---\n".join(long)


def test_tags_and_slides_are_of_the_one_vocabulary(notebook):
    for cell in notebook.cells:
        assert set(tags(cell)) <= TAGS, cell.source
        assert cell.metadata.get("slideshow", {}).get("slide_type") in SLIDES, cell.source


def test_it_was_run_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_error_that_no_tag_expects_and_none_missing_that_a_tag_does(notebook):
    for cell in code_cells(notebook):
        assert not unexpected_error(cell), cell.source
        if "raises-exception" in tags(cell):
            assert any(output.output_type == "error" for output in cell.outputs), cell.source


def test_what_nbval_does_not_compare_has_a_reason(notebook):
    for cell in having(notebook, "nbval-ignore-output"):
        assert "#" in cell.source and "raises-exception" not in tags(cell), cell.source


@pytest.mark.parametrize("what", UNSTABLE)
def test_no_output_holds_what_a_machine_or_a_run_decides(notebook, what):
    for cell, output in outputs(notebook):
        for text in texts(output):
            found = re.search(UNSTABLE[what], text)
            assert not found, f"{what}, {found[0]!r}, in the output of:\n{cell.source}"


def test_nothing_is_written_to_stderr(notebook):
    assert not [cell.source for cell, o in outputs(notebook) if o.get("name") == "stderr"]


def test_every_picture_is_described(notebook):
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        assert not set(data) & {"image/png", "image/jpeg", "image/svg+xml"}, (
            f"show.figure gives alt text: {cell.source}"
        )
        for image in re.findall(r"<img\b[^>]*>", data.get("text/html", "")):
            assert len(re.search(r'\balt="([^"]*)"', image)[1]) > 20, image[:200]
        if "text/html" in data:
            assert data.get("text/plain", "").strip(), f"no text for who sees no picture: {cell.source}"
    for alt in re.findall(r"!\[([^\]]*)\]\(", markdown(notebook)):
        assert len(alt) > 20, alt


def test_every_lesson_has_a_picture(notebook):
    assert any("<img" in t or "<table" in t or "<div" in t for _, o in outputs(notebook) for t in texts(o))


def test_links_are_well_formed_and_lead_to_what_exists(notebook):
    for text, target in re.findall(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", markdown(notebook)):
        parts = urlsplit(target)
        if parts.scheme:
            assert parts.scheme == "https" and parts.netloc in HOSTS, target
        else:
            assert (ROOT / "notebooks" / parts.path).exists(), (text, target)


def test_its_exercises_are_registered_used_and_hinted(notebook, lesson):
    used = [
        found
        for cell in code_cells(notebook)
        for found in re.findall(r'^check\(\s*"(\w+)"', cell.source, re.M)
    ]
    assert len(used) == len(set(used)) and used
    defined = registry.lessons()[lesson.stem[3:]]
    assert used == list(defined), "the lesson's exercises, in the order of its module"
    for cell in code_cells(notebook):
        if re.search(r"^check\(", cell.source, re.M):
            assert "check" in tags(cell), cell.source
        assert not re.search(r"^(hint|solution|progress)\(", cell.source, re.M), (
            "a lesson does not give it away"
        )


def test_it_is_a_plain_python_notebook(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)

"""In a notebook's own kernel: bad answers get a verdict, and the kernel and the lab live on."""

import nbformat
import pytest

from tests.notebooks.kernel import kernel_of

START = """
from helpers import lab
from helpers.exercises import check
from helpers.exercises.exercise import Exercise

Exercise.seconds = 1
lab.start()
lab.load("people")
"""
ANSWERS = {
    "def first_item(table):\n    item = {}\n    return item['Items']": "line 3: return item['Items']",
    "def first_item(table):\n    exit()": "ends the whole program",
    "def first_item(table):\n    import os\n    os._exit(1)": "ends the whole program",
    "def first_item(table):\n    input('name? ')": "not from input()",
    "def first_item(table):\n    while True:\n        pass": "had not returned after 1 seconds",
    "def first_item(table):\n    print('x' * 10_000_000)": "10,000,001 characters",
    "def first_item(table):\n    return first_item(table)": "RecursionError",
    "def first_item(table):\n    lab.reset()": "leaves the lab alone",
    "def first_item(table):\n    table.delete()": "The table is not there any more",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each answer's cell shows, all run one after the other in one kernel, and a last look at the lab."""
    cells = [START, *(f'{answer}\n\n\ncheck("first_item", first_item)' for answer in ANSWERS), ""]
    cells[-1] = "boto3 = __import__('boto3'); boto3.client('dynamodb').scan(TableName='People')['Count']"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    with kernel_of(notebook) as run:
        return [run(cell) for cell in notebook.cells]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: ANSWERS[answer])
def test_a_bad_answer_gets_a_verdict_in_a_notebook(outputs, answer):
    (output,) = outputs[1 + list(ANSWERS).index(answer)]
    assert output.output_type == "execute_result", output
    assert output.data["text/plain"].startswith("✗ wrong · first_item")
    assert ANSWERS[answer] in output.data["text/plain"]


def test_the_kernel_and_the_lab_live_on(outputs):
    (output,) = outputs[-1]
    assert output.data["text/plain"] == "3"

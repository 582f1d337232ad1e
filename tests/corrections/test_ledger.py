"""Every cell of the ledger, asked again.

A failure here names the row and column to edit: after a new release of moto or of DynamoDB Local, look at
`python -m tests.corrections.probes`, and `--write` when the new answers are right.
"""

import pytest

from helpers.corrections import ledger
from tests.corrections.probes import PROBES, cell
from tests.oracle import sides

ROWS = {row["behaviour"]: row for row in ledger.rows()}
BEHAVIOURS = pytest.mark.parametrize("behaviour", ROWS)

# What only the service has, and an engine in one process cannot show. A lesson shows it by a lens or the
# simulator, or says so in an On AWS note.
BEYOND_AN_EMULATOR = {
    "An item whose TTL is long past",
    "The tenth write within a second, of a table with one write unit",
    "A read, eventually consistent, right after a write",
    "ItemCount right after a put",
}


@BEHAVIOURS
def test_moto_still_does_what_the_ledger_says(behaviour):
    assert cell(behaviour, sides.Moto()) == ROWS[behaviour]["moto"]


@BEHAVIOURS
def test_the_lab_does_what_the_ledger_says(behaviour):
    assert cell(behaviour, sides.Lab()) == ROWS[behaviour]["lab"]


@BEHAVIOURS
def test_the_lab_does_what_dynamodb_does_where_an_emulator_can(behaviour):
    row = ROWS[behaviour]
    assert (row["lab"] == row["dynamodb"]) == (behaviour not in BEYOND_AN_EMULATOR)


@pytest.mark.oracle
@pytest.mark.xdist_group("oracle")
@BEHAVIOURS
def test_dynamodb_local_does_what_the_ledger_says(behaviour, dynamodb_local):
    assert cell(behaviour, sides.Local(dynamodb_local)) == ROWS[behaviour]["dynamodb_local"]


@BEHAVIOURS
def test_each_row_is_a_difference(behaviour):
    row = ROWS[behaviour]
    assert {row["moto"], row["lab"], row["dynamodb_local"]} != {row["dynamodb"]}


def test_each_row_has_a_probe_and_each_probe_a_row():
    assert list(ROWS) == list(PROBES)


def test_each_row_cites_an_aws_page_and_names_a_lesson_or_none():
    for row in ROWS.values():
        assert row["aws_page"].startswith("https://docs.aws.amazon.com/amazondynamodb/latest/"), row
        assert row["lesson"] in ("", "01", "02", "03", "04", "05"), row


def test_the_page_is_the_ledger():
    """`python -m helpers.corrections.ledger` writes it."""
    assert ledger.PAGE.read_text(encoding="utf-8") == ledger.page()

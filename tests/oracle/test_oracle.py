"""The lab against DynamoDB Local: generated requests, the same answers, errors and consumed capacity.

The sequences are the same in every run, so that a failure in CI fails again on the next machine.
`ORACLE_OPERATIONS=50000` (`make oracle-long`) asks so many, from a new seed each time.
"""

import math
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle import dialects, local, operations, sides
from tests.oracle.compare import agree

AT_LEAST = int(os.environ.get("ORACLE_OPERATIONS", "3000"))
LONG = AT_LEAST > 3000
SCALE = math.ceil(AT_LEAST / 4000)  # the sequences below ask about 5,000 operations

# A failure in CI is told at once, whole: shrinking can take five minutes. `tests.oracle.explore` finds shorter ones.
PHASES = [Phase.generate, Phase.shrink] if LONG else [Phase.generate]

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("oracle")]
asked = {"operations": 0, "excused": {}, "tests": set()}

KINDS: list[str] = []


def sequences_of(requests, examples: int):
    """Run the test on this many generated sequences of these requests."""

    def decorate(test):
        told = settings(
            max_examples=examples * SCALE, derandomize=not LONG, database=None, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=LONG, phases=PHASES,
        )  # fmt: skip
        KINDS.append(test.__name__)
        return told(given(operations.sequences(requests))(test))

    return decorate


@pytest.fixture(scope="module")
def connection(local_port):
    opened = local.Local(local_port)
    yield opened
    opened.close()


@pytest.fixture
def parties(connection, request):
    asked["tests"].add(request.node.originalname)
    return sides.Lab(), sides.Local(connection)


def check(parties, generated) -> None:
    asked["operations"] += agree(*parties, *generated, excuses=asked["excused"])


@sequences_of(operations.writes, 120)
def test_puts_updates_deletes_and_their_conditions_agree(parties, generated):
    check(parties, generated)


@sequences_of(operations.reads, 80)
def test_queries_scans_filters_projections_and_pages_agree(parties, generated):
    check(parties, generated)


@sequences_of(operations.several, 45)
def test_batches_and_transactions_agree(parties, generated):
    check(parties, generated)


@sequences_of(dialects.legacy, 45)
def test_the_legacy_parameters_agree(parties, generated):
    check(parties, generated)


@sequences_of(dialects.partiql, 30)
def test_partiql_statements_agree(parties, generated):
    check(parties, generated)


@sequences_of(operations.mixed, 85)
def test_sequences_of_everything_and_of_mistakes_agree(parties, generated):
    check(parties, generated)


def test_enough_was_asked(connection, capsys):
    """The count is printed; and a change that makes the generators skip most of their work is noticed."""
    if asked["tests"] != set(KINDS):
        pytest.skip("only some of the kinds of sequences were run")
    with capsys.disabled():
        print(f"\n{asked['operations']} operations asked of the lab and of DynamoDB Local")
        for reason, times in sorted(asked["excused"].items(), key=lambda pair: -pair[1]):
            print(f"  excused {times} times: {reason}")
    assert asked["operations"] >= AT_LEAST

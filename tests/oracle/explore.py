"""Look for disagreements without stopping at the first: the shortest sequence for each kind.

python -m tests.oracle.explore [examples] [seed]
"""

import contextlib
import re
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle import local, sides
from tests.oracle.compare import Disagreement, agree
from tests.oracle.operations import sequences


def kind_of(found: Disagreement) -> str:
    """What makes two disagreements the same kind: the operation and both messages without their names."""

    def words(told: dict) -> str:
        if "error" not in told:
            differ = [
                key
                for key in told
                if told[key] != (found.local | found.lab).get(key) or key not in found.local
            ]
            differ = [key for key in told if found.lab.get(key) != found.local.get(key)]
            return f"gives {' '.join(differ)}"
        return (
            told["error"]
            + ": "
            + re.sub(r"[#:]\w+|\{.*?\}|\[[^]]*\]|'[^']*'|\"[^\"]*\"|\d+", "~", told["message"])
        )

    return f"{found.asked[-1][0]}\n    lab   {words(found.lab)}\n    Local {words(found.local)}"


def main(examples: int, first: int) -> None:
    found: dict[str, Disagreement] = {}
    times, asked, excuses = Counter(), Counter(), {}
    with local.running() as port, contextlib.closing(local.Local(port)) as connection:
        parties = sides.Lab(), sides.Local(connection)

        @seed(first)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(sequences())
        def look(generated):
            table, sequence = generated
            asked["sequences"] += 1
            try:
                asked["operations"] += agree(*parties, table, sequence, excuses)
            except Disagreement as problem:
                asked["operations"] += len(problem.asked)
                kind = kind_of(problem)
                times[kind] += 1
                if kind not in found or len(str(problem)) < len(str(found[kind])):
                    found[kind] = problem

        began = time.monotonic()
        look()
    for kind, count in times.most_common():
        print(f"\n== {count} times: {kind}\n{found[kind]}")
    print(f"\n{dict(asked)} in {time.monotonic() - began:.0f} s; {len(found)} kinds of disagreement")
    for reason, count in excuses.items():
        print(f"excused {count}: {reason}")


if __name__ == "__main__":
    main(*[int(given) for given in (sys.argv[1:] + ["200", "1"][len(sys.argv) - 1 :])])

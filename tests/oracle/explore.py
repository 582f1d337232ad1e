"""Look for disagreements without stopping at the first: the shortest sequence for each kind.

python -m tests.oracle.explore [examples] [seed]
"""

import contextlib
import re
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle import dialects, local, operations, sides
from tests.oracle.compare import Disagreement, agree


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


def main(examples: int = 200, first: int = 1, kind: str = "mixed") -> None:
    requests = getattr(operations, kind, None) or getattr(dialects, kind)
    found: dict[str, Disagreement] = {}
    times, asked, excuses = Counter(), Counter(), {}
    with local.running() as port, contextlib.closing(local.Local(port)) as connection:
        parties = sides.Lab(), sides.Local(connection)

        @seed(first)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(operations.sequences(requests))
        def look(generated):
            table, sequence = generated
            asked["sequences"] += 1
            try:
                asked["operations"] += agree(*parties, table, sequence, excuses)
            except Disagreement as problem:
                asked["operations"] += len(problem.asked)
                name = kind_of(problem)
                times[name] += 1
                if name not in found or len(str(problem)) < len(str(found[name])):
                    found[name] = problem

        began = time.monotonic()
        look()
    for kind, count in times.most_common():
        print(f"\n== {count} times: {kind}\n{found[kind]}")
    print(f"\n{dict(asked)} in {time.monotonic() - began:.0f} s; {len(found)} kinds of disagreement")
    for reason, count in excuses.items():
        print(f"excused {count}: {reason}")


if __name__ == "__main__":
    main(*[int(word) if word.isdigit() else word for word in sys.argv[1:]])

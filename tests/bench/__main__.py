"""`make bench`: every figure that the course promises, one line each, each beside its limit."""

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    modules = sorted(Path(__file__).parent.glob("bench_*.py"))
    chosen = [m for m in modules if not sys.argv[1:] or any(word in m.stem for word in sys.argv[1:])]
    # One process each, one after the other: none warms the other's caches or takes its core.
    codes = [subprocess.call([sys.executable, "-m", f"tests.bench.{module.stem}"]) for module in chosen]
    sys.exit(max(codes, default=0))

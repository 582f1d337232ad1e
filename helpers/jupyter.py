"""JupyterLab for the course: `python -m helpers.jupyter [jupyter lab's own arguments]`.

Its kernels start in an environment without an account: until a notebook has started the lab, a boto3 call
fails at once and says so. JupyterLab itself asks nothing of the network either.
"""

import os
import sys
from pathlib import Path

from helpers.engines import aws, guard

ROOT = Path(__file__).resolve().parent.parent

# As the page to open, not as a file argument: the address that a server prints leads to the lesson then.
FIRST = "--LabApp.default_url=/lab/tree/00_start_here.ipynb"

# Defaults of JupyterLab's own settings: no question about news on the first start. A learner's settings win.
DEFAULTS = ROOT / "helpers" / "jupyter_config"

OFFLINE = [
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=",
    "--LabApp.extension_manager=readonly",
]


def main(arguments: list[str]) -> None:
    """Run JupyterLab on the first notebook, in place of this process."""
    from jupyterlab.labapp import main as lab

    if os.environ.get(aws.CONFIRMATION):
        print(f"{aws.CONFIRMATION} is set: notebooks can reach that account by lab.start('aws').")
    else:
        closed = guard.closed_environment(os.environ)
        os.environ.clear()
        os.environ.update(closed)
    paths = [str(DEFAULTS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    os.chdir(ROOT / "notebooks")
    sys.exit(lab([FIRST, *OFFLINE, *arguments]))


if __name__ == "__main__":
    main(sys.argv[1:])

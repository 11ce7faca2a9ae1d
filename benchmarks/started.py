"""A command line → the modules it has loaded when it ends; these → a process that only loads them.

``python -m benchmarks.started run ARGUMENT...`` runs `handouts` and names the modules on standard
error; ``python -m benchmarks.started load MODULE...`` loads them in the same way. Both load nothing
else.
"""

from __future__ import annotations

import atexit
import gc
import sys

from handouts.__main__ import main, prepare


def run(words: list[str]) -> None:
    """Run a command line and name what it has loaded."""
    sys.argv = ["handouts", *words]
    atexit.register(_name)
    main()


def _name() -> None:
    own = ("__main__", "benchmarks", "benchmarks.started")
    print(*(name for name in sys.modules if name not in own), file=sys.stderr)


def load(names: list[str]) -> None:
    """Load modules as the command does that loads them."""
    prepare()
    for name in names:
        __import__(name)
    gc.freeze()


if __name__ == "__main__":
    {"run": run, "load": load}[sys.argv[1]](sys.argv[2:])

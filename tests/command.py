"""Run the command in a process of its own, forked from one that has imported the program.

Importing takes more than half of the time of a short command. That a command that starts from
nothing works, and how soon, is tried with the installed wheel (`tests/test_wheel.py`), with
`tests/cli/test_startup.py` and by `benchmarks/`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import NoReturn

import click

ROOT = Path(__file__).parents[1]
LIMIT = 300
"""Seconds after which a command hangs, and is killed."""


def run(
    here: Path, *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``handouts`` in a folder, for a clinic's folder if one is given; its input is empty."""
    environment = {name: text for name, text in os.environ.items() if name != "HANDOUTS_FOLDER"}
    if folder is not None:
        environment["HANDOUTS_FOLDER"] = str(folder.resolve())
    return run_with(sys.executable, environment, here, *arguments)


def run_with(
    python: str, environment: dict[str, str], here: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the ``handouts`` of an environment of Python's, in a folder; its input is empty."""
    with tempfile.TemporaryDirectory() as said:
        out, err = (Path(said, name) for name in ("out", "err"))
        process = _ask(python, "start", arguments, str(here.resolve()), environment, LIMIT,
                       str(out), str(err))  # fmt: skip
        code = _ask(python, "wait", process)
        texts = (path.read_text("utf-8") for path in (out, err))
        return subprocess.CompletedProcess(["handouts", *arguments], code, *texts)


class Started:
    """A ``handouts`` that runs in a folder beside the test; a test reads its ``out``."""

    def __init__(self, here: Path, *arguments: str) -> None:
        self._said = tempfile.TemporaryDirectory()
        pipe, self._errors = (Path(self._said.name, name) for name in ("out", "err"))
        os.mkfifo(pipe)
        self._process = _ask(sys.executable, "start", arguments, str(here.resolve()),
                             dict(os.environ), 0, str(pipe), str(self._errors))  # fmt: skip
        self.out = pipe.open(encoding="utf-8")
        self.exit_code: int | None = None

    def end(self, number: int) -> str:
        """Send a signal and wait for the end; return all else that it has said.

        It is killed if it does not end soon.
        """
        os.kill(self._process, number)
        killing = Timer(60, os.kill, (self._process, signal.SIGKILL))
        killing.start()
        said = self.out.read()
        self.out.close()
        self.exit_code = _ask(sys.executable, "wait", self._process)
        killing.cancel()
        said += self._errors.read_text("utf-8")
        self._said.cleanup()
        return said


def _ask(python: str, *order: object) -> int:
    """Give the process of an environment an order; return its answer."""
    server = _server(python)
    assert server.stdin is not None
    assert server.stdout is not None
    print(json.dumps(order), file=server.stdin, flush=True)
    return int(server.stdout.readline())


@cache
def _server(python: str) -> subprocess.Popen[str]:
    """Start the process that others are forked from; it ends with this one.

    With -P the ``handouts`` that it finds is the one that is installed, not this checkout.
    """
    server = subprocess.Popen(
        [python, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    """Start a command and tell its process, or wait for one and tell its exit code."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # as the command itself does first
    from handouts import (  # noqa: PLC0415
        Library,
        OrderRequest,
        Workspace,
        build,
        make_order,
    )
    from handouts.cli.main import COMMANDS, cli  # noqa: PLC0415

    for name in COMMANDS:
        cli.get_command(click.Context(cli), name)
    import_module("handouts.logos.svg")
    workspace = Workspace()  # fonts and metrics are read with the first handout
    build(make_order(Library(workspace), OrderRequest("si-joint-calm", "riverbend")), workspace)
    gc.freeze()
    for line in sys.stdin:
        what, *order = json.loads(line)
        if what == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(order[0], 0)[1])
        else:
            if "desk" in order[0]:
                # Once, before what is forked needs it; an installation may lack its packages.
                with suppress(ImportError):
                    import_module("handouts.desk.serve")
            answer = os.fork() or _obey(*order)
        print(answer, flush=True)  # noqa: T201


def _obey(
    arguments: list[str], here: str, environment: dict[str, str], limit: int, *said: str
) -> NoReturn:
    """Be the command; what was imported is not taken down at its end, which takes long."""
    from handouts.__main__ import main  # noqa: PLC0415

    signal.alarm(limit)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(said, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(here)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["handouts", *arguments]
    code: int | str | None = 0
    try:
        main()
    except SystemExit as stopped:
        code = stopped.code
    except BaseException:  # noqa: BLE001 - the interpreter would print it
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    _serve()

"""What the tests of the command line share: a runner in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.main import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in an empty folder; standard output and error are kept apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOUTS_FOLDER", raising=False)

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture(scope="session")
def maria(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return the handout that issue and README promise, built once, and what was printed."""
    path = tmp_path_factory.mktemp("maria") / "maria.pdf"
    words = "build si-joint-calm --clinic riverbend --side left --start 2026-12-01"
    command = [*words.split(), "--date", "2026-11-22", "--name", "Maria Nuñez-O'Brien"]
    return path, CliRunner().invoke(cli, [*command, "-o", str(path)])

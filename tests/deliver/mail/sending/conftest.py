"""What the tests of sending share: a batch that was made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handouts import Library, Workspace
from handouts.deliver.batch import run_batch as batch
from handouts.deliver.batch.run_batch import BatchOptions, run_batch
from handouts.deliver.batch.workers import thread_worker
from handouts.load.roster import read_roster
from tests.deliver.mail.sending.world import TODAY, World, patients, write_clinic
from tests.deliver.rosters import Told, write_csv, write_folder

PEOPLE = 4
SECRET = "open-sesame-17"  # noqa: S105 - of an invented patient


def make_batch(root: Path, rows: list[dict[str, str]], *, language: str = "en") -> None:
    """Make a batch in ``root/out`` from ``root/roster.csv``; its ``language`` was reviewed."""
    write_clinic(write_folder(root / "clinic"), language=language)
    roster = write_csv(root / "roster.csv", rows)
    workspace = Workspace(root / "clinic", today=TODAY)
    options = BatchOptions(str(root / "out"), root / "out", 1, rosters=(roster,))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batch, "local_workers", lambda setup, _: thread_worker(setup))
        patched.chdir(root)
        run_batch(read_roster(Library(workspace), [Path("roster.csv")]), workspace, options, Told())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a batch of four: P-000 to P-003, the last one's encrypted."""
    root = tmp_path_factory.mktemp("made")
    rows = patients(PEOPLE)
    for row in rows:
        row |= {"preferred_name": "", "shared_email": "", "status": "", "password": ""}
    rows[-1] |= {"password": SECRET, "email_consent": "no"}
    make_batch(root, rows)
    return root


@pytest.fixture
def world(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a copy of the batch, and move there."""
    root = tmp_path / "world"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return World(Path())

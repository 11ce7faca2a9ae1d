"""What the tests of delivery share: rosters of invented people, and batches run in one process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typing_extensions import override

from handouts import Library, Workspace
from handouts.deliver.batch.record import BatchReport
from handouts.deliver.batch.run_batch import BatchOptions, run_batch
from handouts.load.roster import read_roster
from tests.deliver.rosters import Rows, Told, write_csv, write_folder


class Bucket(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Storage of objects, in the memory of the tests."""

    protocol = "gs"

    @classmethod
    @override
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("gs://", "memory://")))


fsspec.register_implementation("gs", Bucket, clobber=True)
TODAY = dt.date(2026, 11, 22)
Runner = Callable[..., BatchReport]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def run(tmp_path: Path, told: Told) -> Runner:
    """Run a batch in this process: out of ``roster.csv`` into ``out``."""
    folder = write_folder(tmp_path / "clinic")

    def make(rows: Rows | Path, today: dt.date = TODAY, **choices: Any) -> BatchReport:
        roster = rows if isinstance(rows, Path) else write_csv(tmp_path / "roster.csv", rows)
        workspace = Workspace(folder, today=today)
        output = choices.pop("output", str(tmp_path / "out"))
        options = BatchOptions(
            output=output,
            state=choices.pop("state", tmp_path / "out"),
            jobs=1,
            rosters=(roster,),
            **choices,
        )
        return run_batch(read_roster(Library(workspace), [roster]), workspace, options, told)

    return make

"""What a batch is asked for, and what it needs of a roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from handouts.deliver.print_queue import Sort
from handouts.model.clinic import Mode, Paper
from handouts.model.roster import RosterRow, RowProblem

CHUNK = 64
"""Rows that a worker takes at a time."""


class Rows(Protocol):
    """What a batch needs of a roster; `handouts.load.roster.Roster` has it."""

    @property
    def names(self) -> Sequence[str]:
        """Headers for writing rows back."""
        ...

    @property
    def total(self) -> int:
        """How many rows there will be."""
        ...

    @property
    def skipped(self) -> Mapping[str, int]:
        """Rows that get no handout, by reason."""
        ...

    def rows(self) -> Iterator[RosterRow | RowProblem]:
        """Read the rows."""
        ...


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How to make a batch.

    ``output`` is a folder or an fsspec URL, ``state`` the folder of this machine that holds
    manifest, key and failures; ``scheduler`` the address of a Dask cluster. ``passphrases`` is
    where passphrases are written that rows without a password get; None leaves those open.
    ``rosters`` are the files that the rows come from: none of them is written over. ``prune``:
    handouts of patients who left these lists are removed, if every row is good.
    """

    output: str
    state: Path
    jobs: int
    scheduler: str | None = None
    passphrases: Path | None = None
    print_run: Path | None = None
    separators: bool = False
    sort: Sort | None = None
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    rosters: tuple[Path, ...] = ()
    prune: bool = False
    chunk: int = CHUNK

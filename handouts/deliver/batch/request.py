"""Request for a batch: its options, its listener, its report, and its day."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from handouts.deliver.print_run import Sort
from handouts.errors import ContentError, DeliveryError, HandoutError, Location, Problem
from handouts.files import write_whole
from handouts.model.clinic import Mode, Paper, Pictures

CHUNK = 64
"""Rows that a worker takes at a time."""
SETTINGS = "batch.json"


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
    pictures: Pictures | None = None
    rosters: tuple[Path, ...] = ()
    prune: bool = False
    chunk: int = CHUNK


def recorded_date(state: Path) -> dt.date | None:
    """Return the day of the batch in a folder; None if there is no batch.

    Raises:
        ContentError: if the file that says so is damaged.
        DeliveryError: if it cannot be read.
    """
    path = state / SETTINGS
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        try:
            return dt.date.fromisoformat(json.loads(path.read_text("utf-8"))["date"])
        except PermissionError as error:
            raise DeliveryError(f"{path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            hint = "remove it; the batch is then made with the date of today"
            raise ContentError(Problem("says no date", Location(str(path)), hint)) from None
    return None


def record_date(state: Path, date: dt.date) -> None:
    """Keep the day of a batch.

    Raises:
        DeliveryError: if the folder cannot be written.
    """
    if recorded_date(state) != date:
        _write(state, {**_settings(state), "date": date.isoformat()})


def noted_lists(state: Path, name: str) -> list[str]:
    """Return the digests of a list of failures as it was written, the newest last."""
    lists = _settings(state).get("lists")
    noted = lists.get(name) if isinstance(lists, dict) else None
    return [str(digest) for digest in noted] if isinstance(noted, list) else []


def note_list(state: Path, name: str, digest: str) -> None:
    """Note what a list of failures is going to hold; what it holds until then stays known.

    Raises:
        DeliveryError: if the folder cannot be written.
    """
    noted = [*noted_lists(state, name)[-1:], digest]
    settings = _settings(state)
    lists = settings.get("lists")
    lists = {**(lists if isinstance(lists, dict) else {}), name: list(dict.fromkeys(noted))}
    _write(state, {**settings, "lists": lists})


def _settings(state: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        settings = json.loads((state / SETTINGS).read_text("utf-8"))
        if isinstance(settings, dict):
            return settings
    return {}


def _write(state: Path, settings: dict[str, Any]) -> None:
    write_whole(state / SETTINGS, json.dumps(settings).encode() + b"\n")


@dataclass(slots=True)
class BatchReport:
    """How far a batch is, and in the end what became of it.

    ``made`` counts handouts of this run, ``laid_out`` those of them that were laid out in full, not
    stamped. ``unchanged``: complete and unchanged since an earlier run. ``drafts``: made or
    unchanged, and not reviewed by the clinic. ``skipped``: rows that get no handout, by reason.

    At the end: ``older`` are failed rows whose patient keeps the handout that an earlier run made;
    ``unlisted`` references of patients who have a handout and left the list, ``removed`` whether
    theirs were removed; ``other_lists`` handouts of lists that were not read now; ``stopped`` what
    ended the run.
    """

    total: int
    made: int = 0
    laid_out: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    pages: int = 0
    print_pages: int = 0
    started: float = field(default_factory=time.monotonic)
    interrupted: bool = False
    older: int = 0
    unlisted: tuple[str, ...] = ()
    removed: bool = False
    other_lists: int = 0
    drafts: int = 0
    stopped: HandoutError | None = None

    @property
    def done(self) -> int:
        """Rows that are settled."""
        return self.made + self.unchanged + self.failed

    def lose(self, count: int) -> None:
        """Count handouts no longer that are not there any more."""
        made = min(count, self.made)
        self.made, self.unchanged = self.made - made, self.unchanged - (count - made)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Handouts made in a second; 0.0 before the first."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """About how many seconds are left; None before anything is made."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None


class BatchListener(Protocol):
    """Who is told. The command line shows a bar, lines or JSON."""

    def begun(self, report: BatchReport) -> None:
        """Work begins."""
        ...

    def advanced(self, report: BatchReport) -> None:
        """More rows are settled."""
        ...

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """A row failed."""
        ...

    def printing(self, patients: int) -> None:
        """So many patients are in the print run; 0: it begins."""
        ...

"""Settings of a batch: what it is asked for, and its day, which is kept beside the manifest."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handouts.deliver.printing.queue import Sort
from handouts.errors import ContentError, Location, Problem
from handouts.files import write_whole
from handouts.model.clinic import Mode, Paper

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
    rosters: tuple[Path, ...] = ()
    prune: bool = False
    chunk: int = CHUNK


def recorded_date(state: Path) -> dt.date | None:
    """Return the day of the batch in a folder; None if there is no batch.

    Raises:
        ContentError: if the file that says so is damaged.
    """
    path = state / SETTINGS
    with contextlib.suppress(FileNotFoundError):
        try:
            return dt.date.fromisoformat(json.loads(path.read_text("utf-8"))["date"])
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

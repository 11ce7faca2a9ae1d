"""What a batch keeps beside its manifest: its day, and which lists of failures it wrote.

A run after midnight goes on with the same day, and a list that somebody has edited since it was
written is not written over.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from typing import Any

from handouts.deliver.files import write_whole
from handouts.errors import ContentError, Location, Problem

SETTINGS = "batch.json"


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

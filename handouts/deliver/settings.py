"""The day of a batch, kept beside its manifest: a run after midnight goes on with the same day."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path

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
        write_whole(state / SETTINGS, json.dumps({"date": date.isoformat()}).encode() + b"\n")

"""What options of all commands mean."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from handouts.workspace import Kind, Workspace


def workspace_of(folder: Path | None, today: dt.date | None = None) -> Workspace:
    """Return the workspace of ``--folder``, else of the current folder if it is a clinic's.

    A clinic's folder is known by a folder named ``clinics`` in it.
    """
    here = Path()
    if folder is None and (here / Kind.CLINICS).is_dir():
        folder = here
    return Workspace(folder, today=today)


def page_count(count: int) -> str:
    """Return ``1 page``, ``5 pages``."""
    return f"{count} page" + ("" if count == 1 else "s")

"""A clinic → its logo, read once in a process."""

from __future__ import annotations

from functools import lru_cache

from handouts.layout.look import Logo
from handouts.model.clinic import Clinic
from handouts.workspace import Workspace


def read_logo(clinic: Clinic, workspace: Workspace) -> Logo | None:
    """Return the logo of a clinic, None if it has none.

    Raises:
        ContentError: if the file cannot be drawn. (That it is a picture of sane size is checked
            when the clinic is loaded.)
    """
    found = workspace.logo(clinic)
    return None if found is None else _read(found[1], workspace.display(found[0]))


@lru_cache(maxsize=4)  # every patient of a clinic gets the same logo
def _read(data: bytes, name: str) -> Logo:
    # Imported here because the library that reads SVG takes longer to start than all of layout.
    from handouts.layout.logo_file import read_file  # noqa: PLC0415

    return read_file(data, name)

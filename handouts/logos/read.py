"""A clinic → its logo, read once in a process: what `check` finds is what `build` draws."""

from __future__ import annotations

from functools import lru_cache

from handouts.errors import ContentError
from handouts.logos.model import Logo, Unfit
from handouts.workspace import HasLogo, Workspace


def read_logo(clinic: HasLogo, workspace: Workspace) -> Logo | None:
    """Return the logo of a clinic, None if it has none.

    Raises:
        MissingError: if the file does not exist.
        ContentError: if it is too large, cannot be read, or cannot be drawn as it is meant.
    """
    found = workspace.logo(clinic)
    return None if found is None else read_file(found[1], workspace.display(found[0]))


@lru_cache(maxsize=4)  # every patient of a clinic gets the same logo
def read_file(data: bytes, name: str) -> Logo:
    """Return the logo that a file holds; ``name`` is the file's in messages.

    Raises:
        ContentError: if it cannot be drawn as it is meant.
    """
    # Imported here because most commands need neither, and a logo is one or the other.
    try:
        if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            from handouts.logos.raster import read_raster  # noqa: PLC0415

            return read_raster(data)
        from handouts.logos.svg import read_svg  # noqa: PLC0415

        return read_svg(data)
    except Unfit as error:
        raise ContentError(error.problem(name)) from None

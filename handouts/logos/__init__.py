"""Turn the logo and photographs of a clinic into plain paths or clean pixels.

A logo is read once per process, so that `build` draws what `check` found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem
from handouts.model.clinic import Clinic, Mode
from handouts.model.photo import Photo
from handouts.workspace import Workspace

SIDE: Final = 1000.0
"""The longer side of every vector logo, in its units, whatever the scale of its file."""

Command = tuple[str, tuple[float, ...]]
"""A path command: ``("M", (x, y))``, ``("L", (x, y))``, ``("C", (6 numbers))``, ``("Z", ())``."""

Matrix = tuple[float, float, float, float, float, float]
"""``x' = a x + c y + e`` and ``y' = b x + d y + f``, as in SVG and PDF."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; y downward."""

Cap = Literal["butt", "round", "square"]
Join = Literal["miter", "round", "bevel"]


class Clip(Struct, frozen=True):
    """A region outside of which nothing is seen; its ``box`` surrounds the commands."""

    commands: tuple[Command, ...]
    even_odd: bool
    box: Box


class LogoPath(Struct, frozen=True):
    """A path that is filled or stroked. Colours are ``#rrggbb``; ``alpha`` is 0 to 1.

    ``matrix`` maps commands, width and dashes to the logo's units if the line is wider in one
    direction than in the other, and is None otherwise.
    """

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    even_odd: bool = False
    width: float = 1.0
    dash: tuple[float, ...] = ()
    dash_from: float = 0.0
    cap: Cap = "butt"
    join: Join = "miter"
    miter: float = 4.0
    alpha: float = 1.0
    clips: tuple[Clip, ...] = ()
    matrix: Matrix | None = None


class VectorLogo(Struct, frozen=True, cache_hash=True):
    """A drawing of ``width`` by ``height`` units, the longer side `SIDE`, y downward."""

    width: float
    height: float
    paths: tuple[LogoPath, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in units."""
        return self.width, self.height

    @property
    def bounds(self) -> Box:
        """The whole drawing."""
        return 0.0, 0.0, self.width, self.height


class RasterLogo(Struct, frozen=True):
    """A PNG or JPEG: upright, 8 bits a channel, gray or RGB in sRGB; a PNG may have an alpha."""

    data: bytes
    width: int
    height: int


Logo = VectorLogo | RasterLogo


class Photograph(Struct, frozen=True):
    """A JPEG of a photograph: upright, gray or RGB in sRGB, nothing but pixels."""

    data: bytes
    width: int
    height: int
    gray: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels; only their ratio is used."""
        return float(self.width), float(self.height)


class PhotoLook(Struct, frozen=True):
    """How photographs are printed: the largest box, in points, and the mode.

    ``mirrored``: with left and right swapped.
    """

    box: tuple[float, float] = (288.0, 288.0)
    mode: Mode = Mode.COLOUR
    mirrored: bool = False


def clipped_runs(paths: Iterable[LogoPath]) -> Iterator[tuple[tuple[Clip, ...], list[LogoPath]]]:
    """Yield paths in order, consecutive ones together if they have the same clips."""
    for _, run in groupby(paths, lambda path: tuple(map(id, path.clips))):
        together = list(run)
        yield together[0].clips, together


class Unfit(Exception):
    """A logo that is refused: why, in which line (0 for the whole file), and what to do."""

    def __init__(self, message: str, line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.hint = message, line, hint

    def problem(self, name: str) -> Problem:
        """Return the problem; ``name`` is the file's in messages."""
        return Problem(self.message, Location(name, self.line), self.hint or AS_PICTURE)


AS_PICTURE: Final = "save it as a PNG at least 1200 pixels wide, or as an SVG of plain shapes"


def read_logo(clinic: Clinic, workspace: Workspace) -> Logo | None:
    """Return the logo of a clinic, None if it has none.

    Raises:
        MissingError: if the file does not exist.
        ContentError: if it is too large, cannot be read, or cannot be drawn exactly.
    """
    if clinic.brand.logo is None:
        return None
    path, data = workspace.logo(clinic.id, clinic.brand.logo)
    return read_file(data, workspace.display(path))


def read_file(data: bytes, name: str) -> Logo:
    """Return the logo in a file; ``name`` is the file's in messages.

    Raises:
        ContentError: if it cannot be drawn exactly.
    """
    found = _read(data)
    if isinstance(found, Unfit):
        raise ContentError(found.problem(name))
    return found


@lru_cache(maxsize=4)  # every patient of a clinic gets the same logo, or none for the same reason
def _read(data: bytes) -> Logo | Unfit:
    # Imported here, because most commands need neither, and a logo needs only one.
    try:
        if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            from handouts.logos.raster import read_raster  # noqa: PLC0415

            return read_raster(data)
        from handouts.logos.svg import read_svg  # noqa: PLC0415

        return read_svg(data)
    except Unfit as error:
        return error.with_traceback(None)


def clean_photo(data: bytes) -> bytes:
    """Return a photograph for a clinic's folder, without metadata such as where it was taken.

    If it cannot be read it is returned unchanged, and `read_photo` reports why.
    """
    from handouts.logos.photo import clean  # noqa: PLC0415 - as below

    cleaned = clean(data)
    return data if isinstance(cleaned, Unfit) else cleaned


def read_photo(photo: Photo, workspace: Workspace, look: PhotoLook) -> tuple[Photograph, ...]:
    """Return the frames of an exercise's photograph, ready for print.

    Raises:
        HandoutError: with a problem for each file that is missing or cannot be printed.
    """
    from handouts.logos.photo import read_photographs  # noqa: PLC0415 - most handouts have none

    files = [workspace.photo(frame.file) for frame in photo.all_frames]
    found = read_photographs([data for _, data in files], photo.all_frames, photo.shape, look)
    problems = [
        made.problem(workspace.display(path))
        for (path, _), made in zip(files, found, strict=True)
        if isinstance(made, Unfit)
    ]
    if problems:
        raise ContentError(problems)
    return tuple(made for made in found if isinstance(made, Photograph))

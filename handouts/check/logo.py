"""A clinic's logo into problems: it must be a small, harmless SVG, PNG or JPEG, by its content."""

from __future__ import annotations

import io
import re
import warnings
from typing import NoReturn
from xml.parsers import expat

from handouts.check.codes import finding
from handouts.errors import HandoutError, Location, MissingError, Problem
from handouts.model.clinic import Clinic
from handouts.workspace import Workspace

LIMIT_PIXELS = 4000
_SVG = "http://www.w3.org/2000/svg"
_ACTIVE = {"script", "foreignObject", "iframe", "animate", "set", "handler"}
_CSS_REFERENCE = re.compile(r"@import|url\(\s*['\"]?(?!#)", re.IGNORECASE)


class _Unfit(Exception):
    """A picture that is refused, and why."""


def check_logo(workspace: Workspace, clinic: Clinic) -> list[Problem]:
    """Return what is wrong with a clinic's logo: nothing, or one problem at its file.

    SVG may hold no document type, entity, script or reference outside itself; a bitmap at most
    4000 pixels a side, read from its header only, never decoded.
    """
    try:
        logo = workspace.logo(clinic)
    except HandoutError as error:
        found = error.problems[0]
        missing = isinstance(error, MissingError)
        hint = "put it beside the clinic's file, or remove brand: logo" if missing else found.hint
        return [finding("logo", f"logo: {found.message}", found.location, hint)]
    if logo is None:
        return []
    path, data = logo
    fault = _fault(data)
    if fault is None:
        return []
    where = Location(workspace.display(path))
    return [finding("logo", f"logo of {clinic.id}: {fault}", where, _HINT)]


_HINT = "use a plain SVG drawing, or a PNG or JPEG of at most 4000 x 4000 pixels"


def _fault(data: bytes) -> str | None:
    """Return what is wrong with a picture, if anything is."""
    try:
        _check(data)
    except _Unfit as error:
        return str(error)
    return None


def _check(data: bytes) -> None:
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        _check_bitmap(data)
    else:
        _check_svg(data)


def _check_bitmap(data: bytes) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only raster logos need it

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                width, height = image.size
                if max(width, height) <= LIMIT_PIXELS:
                    image.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _Unfit(f"more than {LIMIT_PIXELS} pixels a side") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            raise _Unfit("the picture is damaged") from None
    if max(width, height) > LIMIT_PIXELS:
        raise _Unfit(f"{width} x {height} pixels, more than {LIMIT_PIXELS} a side")


def _check_svg(data: bytes) -> None:
    reader = _SvgReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    parser.StartElementHandler = reader.element
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise _Unfit("not an SVG, PNG or JPEG picture") from None


class _SvgReader:
    """Walks an SVG and raises at the first thing that a logo may not hold."""

    def __init__(self) -> None:
        self.root_seen = False

    def doctype(self, *_args: object) -> NoReturn:
        raise _Unfit("the SVG has a DOCTYPE, which may hold entities")

    def instruction(self, *_args: object) -> NoReturn:
        raise _Unfit("the SVG has a processing instruction")

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _space, name = tag.rpartition(" ")
        if not self.root_seen and (namespace, name) != (_SVG, "svg"):
            raise _Unfit("not an SVG, PNG or JPEG picture")
        self.root_seen = True
        if name in _ACTIVE:
            raise _Unfit(f"the SVG has a <{name}> element")
        for key, value in attributes.items():
            short = key.rpartition(" ")[2].lower()
            if short.startswith("on"):
                raise _Unfit(f'the SVG has a script in "{short}"')
            if short in ("href", "src") and not value.startswith("#"):
                raise _Unfit("the SVG refers to something outside itself")
            self.characters(value)

    def characters(self, text: str) -> None:
        if _CSS_REFERENCE.search(text):
            raise _Unfit("the SVG refers to something outside itself")

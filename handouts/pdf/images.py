"""A raster logo → an image object in gray or RGB, its transparency as a soft mask."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from handouts.pdf.document import Document
from handouts.pdf.objects import Name, Ref, Stream, Value

if TYPE_CHECKING:
    from PIL import Image

_SPACES = {"L": "DeviceGray", "RGB": "DeviceRGB"}


def add_image(file: Document, data: bytes, *, gray: bool) -> Ref:
    """Add a PNG or JPEG picture. A JPEG in gray or RGB stays as it is, anything else is redone."""
    from PIL import Image  # noqa: PLC0415 - only raster logos need it

    with Image.open(io.BytesIO(data)) as picture:
        wanted = {"L"} if gray else set(_SPACES)
        if picture.format == "JPEG" and picture.mode in wanted:
            entries = _entries(picture.size, picture.mode)
            return file.add(Stream(data, {**entries, "Filter": Name("DCTDecode")}))
        alpha = _alpha(picture)
        colours = picture.convert("RGBA" if alpha else "RGB").convert("L" if gray else "RGB")
    entries = _entries(colours.size, colours.mode)
    if alpha is not None:
        entries["SMask"] = file.add(Stream(alpha.tobytes(), _entries(alpha.size, "L")))
    return file.add(Stream(colours.tobytes(), entries))


def _alpha(picture: Image.Image) -> Image.Image | None:
    """The transparency of a picture, None if all of it is opaque."""
    if not picture.has_transparency_data:
        return None
    alpha = picture.convert("RGBA").getchannel("A")
    return alpha if alpha.getextrema() != (255, 255) else None


def _entries(size: tuple[int, int], mode: str) -> dict[str, Value]:
    return {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": size[0],
        "Height": size[1],
        "ColorSpace": Name(_SPACES[mode]),
        "BitsPerComponent": 8,
    }

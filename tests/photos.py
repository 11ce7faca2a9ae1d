"""Photographs of an invented room and a wooden figure, as a camera or a program may store them."""

from __future__ import annotations

import io
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageFilter

PLACE = b"40.7128 N, 74.0060 W"
CAMERA = "Invented Camera 7"


def room(size: tuple[int, int] = (1600, 1200), *, up: float = 0.0) -> Image.Image:
    """Return a figure that stands at a counter, its heels lifted by ``up``; light from the left.

    A red ball lies at the lower left, and a blue one at the upper right: they tell how it lies.
    """
    wide, high = size
    wall = Image.linear_gradient("L").rotate(90).resize(size)
    picture = _tinted(wall, (200, 192, 176), 6)
    floor = Image.linear_gradient("L").resize((wide, high // 4))
    wood = _tinted(floor, (140, 105, 70), 5)
    picture.paste(wood, (0, high - high // 4))
    draw = ImageDraw.Draw(picture)
    unit = min(wide, high * 4 / 3) / 400

    def box(x0: float, y0: float, x1: float, y1: float, colour: str, radius: float = 0) -> None:
        left, top = wide / 2 + x0 * unit, high / 2 + y0 * unit
        right, bottom = wide / 2 + x1 * unit, high / 2 + y1 * unit
        draw.rounded_rectangle((left, top, right, bottom), radius * unit, fill=colour)

    lift = 12 * up
    box(40, 10, 150, 120, "#8b8f96", 3)
    box(34, 2, 156, 12, "#5b4a3a", 2)
    box(-40, 116, 60, 124, "#6d553d", 4)
    for x in (-16, 2):
        box(x, 50 - lift, x + 12, 118 - lift, "#2f4858", 6)
        box(x - 4, 112 - lift * 0.3, x + 22, 120, "#d8d2c4", 4)
    box(-20, -30 - lift, 18, 62 - lift, "#9fb8c8", 12)
    box(4, -22 - lift, 62, -10 - lift, "#c68f62", 6)
    box(-14, -70 - lift, 14, -34 - lift, "#c68f62", 13)
    picture = picture.filter(ImageFilter.GaussianBlur(unit * 0.7))
    draw = ImageDraw.Draw(picture)
    side = min(size) // 10
    draw.ellipse((20, high - side - 20, 20 + side, high - 20), fill="#d0202a")
    draw.ellipse((wide - side - 20, 20, wide - 20, 20 + side), fill="#2040d0")
    return picture


def _tinted(light: Image.Image, colour: tuple[int, int, int], share: int) -> Image.Image:
    """Return a surface of a colour that gets lighter with the light."""
    shades = [[base + level // share for level in range(256)] for base in colour]
    return Image.merge("RGB", [light.point(each) for each in shades])


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return the file of a picture."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def exif(flag: int = 1) -> Image.Exif:
    """Return what a camera writes: how it was held, its name, and where."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = flag
    data[ExifTags.Base.Model] = CAMERA
    data[ExifTags.Base.ImageDescription] = PLACE.decode()
    data.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (40.0, 42.0, 46.0)
    return data

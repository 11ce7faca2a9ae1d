"""Turn a clinic's photographs into clean ones: upright, cropped, in sRGB, as large as print needs.

The result is a new file made from pixels, without metadata that a camera or a program wrote into
the original, such as where it was taken.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from PIL import ExifTags, Image, ImageOps

from handouts.logos import Box, Photograph, PhotoLook, Unfit
from handouts.logos.raster import (
    BAD_DATA,
    check_parts,
    damaged,
    eight_bits,
    on_paper,
    to_srgb,
    upright,
)
from handouts.model.clinic import Mode
from handouts.model.photo import PhotoFrame, PhotoShape

MOST_PIXELS: Final = 64_000_000
"""A photograph with more pixels is refused before it is decoded."""
LEAST_SIDE: Final = 600
"""The least pixels on the longer side of the printed part of a photograph.

At 150 dots an inch that is 100 mm, about as large as a picture is ever printed.
"""
LARGEST_SIDE: Final = 3000
"""The most pixels on a side of a file in a clinic's folder: print needs less, even for a part."""
DOTS: Final = 300
"""Dots an inch of a photograph on paper, if it has enough pixels."""

_POINTS_PER_INCH = 72
_QUALITY = 88
_PALER = 0.55
"""In ink-saver mode the distance of a shade from white is multiplied by this."""
_LYING = range(5, 9)
"""Orientation flags of pictures that are stored on their side (EXIF 2.3, 4.6.4)."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_JPEGS = ("JPEG", "MPO")
"""Cameras join several pictures to an MPO, of which the first is the photograph, a JPEG."""
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")

T = TypeVar("T")


def read_photographs(
    files: Sequence[bytes], frames: Sequence[PhotoFrame], shape: PhotoShape | None, look: PhotoLook
) -> list[Photograph | Unfit]:
    """Return the frames of a photograph, cropped to one shape, or why one cannot be printed.

    Without ``shape``, the frames are tall if all photographs are upright, else wide.
    """
    sizes = [_guarded(data, partial(_measured, data)) for data in files]
    if shape is None:
        known = [size for size in sizes if not isinstance(size, Unfit)]
        tall = bool(known) and all(high > wide for wide, high in known)
        shape = PhotoShape.TALL if tall else PhotoShape.WIDE
    return [
        size
        if isinstance(size, Unfit)
        else _guarded(data, partial(_made, data, size, frame, shape, look))
        for data, size, frame in zip(files, sizes, frames, strict=True)
    ]


def clean(data: bytes) -> bytes | Unfit:
    """Return a photograph to store: all of it, as a JPEG of nothing but pixels."""
    return _guarded(data, partial(_cleaned, data))


def _cleaned(data: bytes) -> bytes:
    _measured(data)
    with _open(data) as opened:
        if opened.format in _JPEGS:
            opened.draft("", (LARGEST_SIDE, LARGEST_SIDE))
        turned = upright(opened)
        plain = turned if turned.mode == "CMYK" else on_paper(eight_bits(turned))
        plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
        picture = to_srgb(opened, plain)
    return _written(_inked(picture, PhotoLook()))


def _guarded(data: bytes, read: Callable[[], T]) -> T | Unfit:
    """Return what ``read`` returns for a file, or why it cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read()
        except Unfit as error:
            return error.with_traceback(None)
        except Image.DecompressionBombError:
            return _too_large()
        except BAD_DATA:
            return damaged() if _is_known(data) else _unknown(data)


def _is_known(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))


def _unknown(data: bytes) -> Unfit:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        hint = "save it as a JPEG, or set the telephone's camera to its most compatible format"
        return Unfit("a HEIC picture, which cannot be read here", hint=hint)
    return Unfit("not a JPEG, PNG or WebP picture", hint="save it as a JPEG")


def _too_large() -> Unfit:
    message = f"more than {MOST_PIXELS // 1_000_000} million pixels"
    return Unfit(message, hint="save it smaller: print needs less than 2 million")


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def _measured(data: bytes) -> tuple[int, int]:
    """Return width and height of a photograph as it is seen, after checking that it is intact."""
    with _open(data) as opened:
        wide, high = opened.size
        if wide * high > MOST_PIXELS:
            raise _too_large()
        is_jpeg = opened.format in _JPEGS
        if not is_jpeg and getattr(opened, "n_frames", 1) > 1:
            raise Unfit("the picture is animated", hint="save a single frame of it")
        if opened.format == "PNG":
            opened.verify()  # checks all checksums; after that it must be opened again
    if is_jpeg:
        check_parts(data)
    with _open(data) as opened:
        lies = opened.getexif().get(ExifTags.Base.Orientation, 1) in _LYING
    return (high, wide) if lies else (wide, high)


def _crop(size: tuple[int, int], frame: PhotoFrame, shape: PhotoShape) -> Box:
    """Return the largest part of a photograph that has the shape, as fractions of its sides."""
    wide, high = size
    left, top, right, bottom = frame.crop or (0.0, 0.0, 1.0, 1.0)
    width = min((right - left) * wide, (bottom - top) * high * shape.ratio)
    height = width / shape.ratio
    across, down = frame.focus or ((left + right) / 2, (top + bottom) / 2)
    x = min(max(across * wide - width / 2, left * wide), right * wide - width)
    y = min(max(down * high - height / 2, top * high), bottom * high - height)
    if max(width, height) < LEAST_SIDE:
        least = LEAST_SIDE * min(1.0, shape.ratio), LEAST_SIDE / max(1.0, shape.ratio)
        raise Unfit(
            f"{width:.0f} x {height:.0f} pixels are kept of {wide} x {high}, too few for print",
            hint=f"print needs {least[0]:.0f} x {least[1]:.0f} or more: use the file as the "
            "camera made it, or keep more of it",
        )
    return x / wide, y / high, (x + width) / wide, (y + height) / high


def _made(
    data: bytes, size: tuple[int, int], frame: PhotoFrame, shape: PhotoShape, look: PhotoLook
) -> Photograph:
    """Return the printed part, no larger than print needs, as a JPEG of nothing but pixels."""
    kept = _crop(size, frame, shape)
    full = (kept[2] - kept[0]) * size[0]
    width = min(full, min(look.box[0], look.box[1] * shape.ratio) / _POINTS_PER_INCH * DOTS)
    made = round(width), round(width / shape.ratio)
    with _open(data) as opened:
        if opened.format in _JPEGS:
            # Decode at half the size or less if that is enough, which takes less time and memory.
            wide, high = (math.ceil(side * width / full) for side in opened.size)
            opened.draft("", (wide, high))
        turned = upright(opened)
        plain = turned if turned.mode == "CMYK" else on_paper(eight_bits(turned))
        wide, high = plain.size
        box = (kept[0] * wide, kept[1] * high, kept[2] * wide, kept[3] * high)
        small = plain.resize(made, Image.Resampling.LANCZOS, box)
        picture = to_srgb(opened, small)
    inked = _inked(picture, look)
    return Photograph(_written(inked), *made, gray=inked.mode == "L")


def _inked(picture: Image.Image, look: PhotoLook) -> Image.Image:
    """Return the picture as printed: mirrored if asked, in colour, gray, or pale gray."""
    shown = ImageOps.mirror(picture) if look.mirrored else picture
    if look.mode is Mode.COLOUR:
        return shown if shown.mode in ("L", "RGB") else shown.convert("RGB")
    gray = shown.convert("RGB").convert("L")
    if look.mode is Mode.GRAY:
        return gray
    return gray.point([round(255 - (255 - shade) * _PALER) for shade in range(256)])


def _written(picture: Image.Image) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    stream = io.BytesIO()
    clean.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()

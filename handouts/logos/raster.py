"""Turn a PNG or JPEG into a clean one: upright, intact, 8 bits a channel, gray or RGB, in sRGB."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable
from typing import Any, Final

from PIL import ExifTags, Image, ImageCms, ImageOps

from handouts.logos import RasterLogo, Unfit

LIMIT_PIXELS: Final = 4000
"""The most pixels that a side of a picture may have."""

_SIXTEEN_BITS = 257
_WHITE = 0xF8
BAD_DATA: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, MemoryError),
    *(TypeError, ZeroDivisionError, struct.error),
)
"""What Pillow raises for broken files."""
_DAMAGED = "the picture is damaged"
_DAMAGED_HINT = "save it again from the program that made it"


def read_raster(data: bytes) -> RasterLogo:
    """Return the picture in a file; its size is checked first, so that a bomb is never decoded.

    Raises:
        Unfit: if it is damaged, too large, in CMYK, or nothing of it is visible.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(data)
        except Image.DecompressionBombError:
            raise Unfit(f"more than {LIMIT_PIXELS} pixels a side", hint=_SMALLER) from None
        except BAD_DATA:
            raise damaged() from None


def damaged() -> Unfit:
    """Return the error for a broken file."""
    return Unfit(_DAMAGED, hint=_DAMAGED_HINT)


_SMALLER = f"use a picture of at most {LIMIT_PIXELS} x {LIMIT_PIXELS} pixels"


def _read(data: bytes) -> RasterLogo:
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
        wide, high = opened.size
        if max(wide, high) > LIMIT_PIXELS:
            raise Unfit(f"{wide} x {high} pixels, more than {LIMIT_PIXELS} a side", hint=_SMALLER)
        if opened.format == "PNG":
            opened.verify()  # checks all checksums; after that it must be opened again
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
        if opened.format == "JPEG":
            _check_jpeg(data)
        picture = _plain(upright(opened))
        kept = picture is opened and opened.format == "JPEG" and not _has_bare_rgb(opened)
        clean = data if kept else _as_png(picture)
        _check_seen(picture)
    return RasterLogo(clean, *picture.size)


def upright(opened: Image.Image) -> Image.Image:
    """Return a picture as it is seen: the same object if it is stored like that."""
    opened.load()
    stored_so = int(opened.getexif().get(ExifTags.Base.Orientation, 1)) in (0, 1)
    return opened if stored_so else ImageOps.exif_transpose(opened)


def on_paper(picture: Image.Image) -> Image.Image:
    """Return a picture on white paper."""
    if picture.mode not in ("LA", "RGBA"):
        return picture
    mode = picture.mode.removesuffix("A")
    paper = Image.new(mode, picture.size, "white")
    paper.paste(picture.convert(mode), mask=picture.getchannel("A"))
    return paper


def _has_bare_rgb(opened: Image.Image) -> bool:
    """Return whether only the names of a JPEG's parts say that it is RGB: PDF would read YCbCr."""
    return [part[0] for part in getattr(opened, "layer", ())] == list(b"RGB")


def _plain(opened: Image.Image) -> Image.Image:
    """Return the picture in gray or RGB, with or without alpha: the same object if it is so."""
    if opened.mode in ("CMYK", "YCCK", "LAB", "HSV"):
        raise Unfit(
            "the picture is in CMYK, whose colours depend on a press", hint="save it in RGB (sRGB)"
        )
    picture = eight_bits(opened)
    return picture if picture.mode in ("L", "LA") else to_srgb(opened, picture)


def eight_bits(opened: Image.Image) -> Image.Image:
    """Return a picture with 8 bits a channel in gray or RGB, with alpha if it has transparency.

    Raises:
        Unfit: for a 16-bit gray picture with a transparent shade.
    """
    if opened.mode.startswith("I") or opened.mode == "F":
        if opened.has_transparency_data:
            raise Unfit(
                "a gray picture of 16 bits with a transparent shade cannot be drawn",
                hint="save it with 8 bits a channel",
            )
        return opened.convert("I").point(_eight_bits).convert("L")
    clear = opened.has_transparency_data
    gray = opened.mode in ("1", "L", "LA", "La")
    wanted = ("LA" if gray else "RGBA") if clear else ("L" if gray else "RGB")
    return opened if opened.mode == wanted else opened.convert(wanted)


def _eight_bits(value: Any) -> Any:
    # Pillow passes a stand-in for all values, which supports only a factor and an offset.
    return value * (1 / _SIXTEEN_BITS) + 0.5


_SPACES: Final = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""The colour space that the profile of a picture should have, by mode."""


def to_srgb(opened: Image.Image, picture: Image.Image) -> Image.Image:
    """Return a picture in sRGB, converted if the profile of the ``opened`` file needs it.

    Raises:
        Unfit: if the profile cannot be used.
    """
    stored = opened.info.get("icc_profile")
    if not stored:
        return picture
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(stored))
        if "srgb" in ImageCms.getProfileDescription(profile).lower():
            return picture
        space = profile.profile.xcolor_space.strip()
        if picture.mode != "RGB" and space != _SPACES.get(picture.mode):
            return picture
        srgb = ImageCms.createProfile("sRGB")
        source = picture.convert("RGB") if picture.mode == "RGBA" else picture
        changed = ImageCms.profileToProfile(source, profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        changed = None
    if changed is None:
        raise Unfit(
            "the colour profile of the picture cannot be used", hint="save it in RGB (sRGB)"
        )
    if picture.mode == "RGBA":
        changed.putalpha(picture.getchannel("A"))
    return changed


def _as_png(picture: Image.Image) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    stream = io.BytesIO()
    clean.save(stream, "PNG")
    return stream.getvalue()


def _check_seen(picture: Image.Image) -> None:
    """Refuse a picture that leaves white paper white."""
    if min(on_paper(picture).convert("L").tobytes()) >= _WHITE:
        raise Unfit(
            "nothing of the picture can be seen on white paper",
            hint="use the version of the logo that is meant for white paper",
        )


# -- JPEG: its parts, and whether they are complete

_PASSES, _SCAN, _END, _STUFFED = 0xC2, 0xDA, 0xD9, 0x00
_COEFFICIENTS = 64
_RESTARTS = range(0xD0, 0xD8)
_ALONE = {0x01, 0xD8, *_RESTARTS}
_ODD_FRAMES = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_TAIL_SHARE, _TAIL = 20, 24


def check_parts(data: bytes) -> None:
    """Refuse a JPEG whose parts do not follow one another to its end, or that lacks some.

    Raises:
        Unfit: if so.
        IndexError: if the file ends too early.
    """
    scans, _ = _scans(data)
    _check_filled(data, scans[-1:], _glanced)


def _check_filled(
    data: bytes, scans: list[tuple[int, int]], decoded: Callable[[bytes], bytes | None]
) -> bytes | None:
    """Refuse coded data that ends before the picture does: bytes added after it would then show.

    Returns:
        The decoded picture.
    """
    shown = decoded(data)
    for _start, stop in scans:
        if decoded(data[:stop] + b"\x5a\xa5\x3c\xc3" * 64 + data[stop:]) != shown:
            raise damaged()
    return shown


def _check_jpeg(data: bytes) -> None:
    """Refuse a JPEG whose parts are broken, because readers would fill the gaps with gray.

    The coded picture has no checksums. These checks are possible: its parts follow one another to
    the end; with other bytes after the coded data the picture stays the same (else the data ran
    out), and with other bytes in place of the last ones it changes (else they were never reached).
    """
    scans, one_pass = _scans(data)
    shown = _check_filled(data, scans, _decoded)
    if one_pass:
        start, stop = scans[-1]
        cut = max(start, stop - max(_TAIL, (stop - start) // _TAIL_SHARE))
        others = (bytes([filler]) * (stop - cut) for filler in (0x5A, 0x00, 0xB6, 0x93))
        if all(_decoded(data[:cut] + other + data[stop:]) == shown for other in others):
            raise damaged()


def _glanced(data: bytes) -> bytes | None:
    """Return the picture in gray at an eighth of its size: quicker, and enough to see a gap."""
    return _decoded(data, 8)


def _decoded(data: bytes, smaller: int = 1) -> bytes | None:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            if smaller > 1:
                wide, high = picture.size
                picture.draft("L", (wide // smaller, high // smaller))
            return picture.tobytes()
    except BAD_DATA:
        return None


def _scans(data: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Return where coded data starts and stops, and whether the picture is coded in one pass.

    Raises:
        Unfit: if the parts of the file do not follow one another to its end, or lack some.
        IndexError: if the file ends too early.
    """
    scans: list[tuple[int, int]] = []
    lacking: dict[tuple[int, int], int] = {}
    at, passes = 2, False
    while True:
        if data[at] != 0xFF:
            raise damaged()
        while data[at] == 0xFF:
            at += 1
        kind = data[at]
        at += 1
        if kind == _END:
            break
        if kind in _ODD_FRAMES:
            raise Unfit("a JPEG of an unusual kind", hint=_DAMAGED_HINT)
        if kind == _STUFFED or kind in _ALONE:
            raise damaged()
        size = int.from_bytes(data[at : at + 2])
        part = data[at + 2 : at + size]
        at += size
        if kind == _PASSES:
            passes = True
            lacking = {(c, k): 1 for c in part[6::3] for k in range(_COEFFICIENTS)}
        if kind == _SCAN:
            first, last, exact = part[-3:]
            shown = part[1 : 1 + 2 * part[0] : 2]
            lacking |= {(c, k): exact & 15 for c in shown for k in range(first, last + 1)}
            stop = _coded_end(data, at)
            scans.append((at, stop))
            at = stop
    if not scans or len(scans) > 100 or (passes and any(lacking.values())):
        raise damaged()
    return scans, len(scans) == 1 and not passes


def _coded_end(data: bytes, at: int) -> int:
    """Return where coded data stops: at the first marker that does not belong to it."""
    expected = 0
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise damaged()
        kind = data[at + 1]
        if kind in _RESTARTS:
            if kind != 0xD0 + expected:
                raise damaged()
            expected = (expected + 1) % 8
        elif kind not in (_STUFFED, 0xFF):
            return at
        at += 2 if kind != 0xFF else 1

"""Photographs come out upright, cropped, in sRGB and bare of all but pixels, or are refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageOps, ImageStat

from handouts.logos import Photograph, PhotoLook, Unfit
from handouts.logos.photo import LEAST_SIDE, MOST_PIXELS, read_photographs
from handouts.model.clinic import Mode
from handouts.model.photo import PhotoFrame, PhotoShape
from tests.photos import CAMERA, PLACE, exif, room, saved

ROOM = room((1200, 900))
RED, BLUE = (0.08, 0.92), (0.92, 0.08)
"""Where the balls lie in an upright photograph, in parts of it."""


def _read(
    data: bytes, look: PhotoLook | None = None, shape: PhotoShape | None = None, **frame: Any
) -> Photograph | Unfit:
    frames = [PhotoFrame(file="a.jpg", **frame)]
    (made,) = read_photographs([data], frames, shape, look or PhotoLook())
    return made


def _seen(data: bytes, **options: Any) -> Image.Image:
    made = _read(data, **options)
    assert isinstance(made, Photograph), made
    picture = Image.open(io.BytesIO(made.data))
    assert picture.size == (made.width, made.height)
    assert made.gray == (picture.mode == "L")
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return picture


def _refused(data: bytes, **options: Any) -> str:
    made = _read(data, **options)
    assert isinstance(made, Unfit)
    return f"{made.message}; {made.hint}"


def _at(picture: Image.Image, place: tuple[float, float]) -> tuple[int, ...]:
    point = int(place[0] * picture.width), int(place[1] * picture.height)
    found = picture.convert("RGB").getpixel(point)
    assert isinstance(found, tuple)
    return found


def _has_red(picture: Image.Image) -> bool:
    red, _, blue = _at(picture, RED)
    return red > 160 and blue < 90


def _has_blue(picture: Image.Image) -> bool:
    red, _, blue = _at(picture, BLUE)
    return blue > 160 and red < 90


def _is_upright(picture: Image.Image) -> bool:
    return _has_red(picture) and _has_blue(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("flag", range(1, 9))
def test_every_flag_of_orientation_is_honoured(kind: str, flag: int) -> None:
    back = {
        1: ROOM,
        2: ImageOps.mirror(ROOM),
        3: ROOM.rotate(180),
        4: ImageOps.flip(ROOM),
        5: ROOM.transpose(Image.Transpose.TRANSPOSE),
        6: ROOM.rotate(90, expand=True),
        7: ROOM.transpose(Image.Transpose.TRANSVERSE),
        8: ROOM.rotate(-90, expand=True),
    }
    picture = _seen(saved(back[flag], kind, exif=exif(flag)))
    assert picture.width > picture.height
    assert _is_upright(picture)


def test_nothing_that_a_camera_wrote_is_left() -> None:
    secrets = (PLACE, CAMERA.encode(), b"GPS", b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf>" + PLACE + b"</rdf></x:xmpmeta>"
    data = saved(ROOM, exif=exif(), icc_profile=profile, comment=PLACE, xmp=xmp)
    assert PLACE in data
    assert CAMERA.encode() in data
    for mode in Mode:
        made = _read(data, PhotoLook(mode=mode))
        assert isinstance(made, Photograph)
        assert [secret for secret in secrets if secret in made.data] == []


def test_it_is_the_same_each_time() -> None:
    assert _read(saved(ROOM)) == _read(saved(ROOM))


def test_it_has_as_many_pixels_as_print_needs() -> None:
    box = (144.0, 144.0)
    big = saved(room((3000, 2250)))
    assert _seen(big, look=PhotoLook(box)).size == (600, 450)
    assert _seen(big, look=PhotoLook(box), shape=PhotoShape.TALL).size == (450, 600)
    # Never more than there are.
    assert _seen(saved(room((800, 600))), look=PhotoLook((400.0, 400.0))).size == (800, 600)


def test_frames_have_one_shape() -> None:
    wide, tall = saved(ROOM), saved(room((900, 1200)))
    frames = [PhotoFrame(file="a.jpg"), PhotoFrame(file="b.jpg")]
    for files, ratio in (([wide, tall], 4 / 3), ([tall, tall], 3 / 4), ([wide, wide], 4 / 3)):
        for made in read_photographs(files, frames, None, PhotoLook()):
            assert isinstance(made, Photograph)
            assert made.width / made.height == pytest.approx(ratio, abs=0.01)


def test_focus_and_crop_say_what_is_kept() -> None:
    data = saved(room((1600, 800)))
    square = PhotoShape.SQUARE
    left, right = (_seen(data, shape=square, focus=(at, 0.5)) for at in (0.0, 1.0))
    assert (_has_red(left), _has_blue(left)) == (True, False)
    assert (_has_red(right), _has_blue(right)) == (False, True)
    corner = _seen(data, shape=square, crop=(0.0, 0.2, 0.4, 1.0))
    assert corner.size == (640, 640)
    assert _has_red(corner)


def test_it_is_turned_for_the_other_side() -> None:
    turned = _seen(saved(ROOM), look=PhotoLook(mirrored=True))
    assert _is_upright(ImageOps.mirror(turned))


def test_modes_have_their_ink() -> None:
    gray = _seen(saved(ROOM), look=PhotoLook(mode=Mode.GRAY))
    pale = _seen(saved(ROOM), look=PhotoLook(mode=Mode.SAVER))
    assert gray.mode == pale.mode == "L"
    ink, less = (255 - ImageStat.Stat(each).mean[0] for each in (gray, pale))
    assert less == pytest.approx(0.55 * ink, abs=3)


# -- colours


def _shifted(white: float) -> bytes:
    """A profile whose red and blue are not those of sRGB: a wide gamut, as Adobe RGB's."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    for number in range(count):
        name, place, _ = struct.unpack(">4sII", profile[132 + 12 * number : 144 + 12 * number])
        wide = {b"rXYZ": (0.6097, 0.3111, 0.0195), b"gXYZ": (0.2053, 0.6257, 0.0609)}
        wide |= {b"bXYZ": (0.1492, 0.0632, 0.7446)}
        if name in wide:
            values = [round(part * white * 65536) for part in wide[name]]
            profile[place + 8 : place + 20] = struct.pack(">3i", *values)
        if name == b"desc":
            size = bytes(profile).index("sRGB".encode("utf-16-be"), place)
            profile[size : size + 8] = "Wide".encode("utf-16-be")
    return bytes(profile)


def test_a_wide_gamut_is_brought_into_srgb() -> None:
    plain = Image.new("RGB", (800, 600), (100, 180, 90))
    shown = _at(_seen(saved(plain, "PNG", icc_profile=_shifted(1.0))), (0.5, 0.5))
    # Adobe's green is greener than that of sRGB: the same numbers become less red, not less green.
    assert shown[0] < 80
    assert abs(shown[1] - 180) < 12
    untagged = _at(_seen(saved(plain, "PNG")), (0.5, 0.5))
    assert max(abs(a - b) for a, b in zip(untagged, (100, 180, 90), strict=True)) < 4


def test_cmyk_becomes_rgb() -> None:
    picture = _seen(saved(ROOM.convert("CMYK")))
    assert picture.mode == "RGB"
    assert _is_upright(picture)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_other_modes_are_read(mode: str) -> None:
    picture = _seen(saved(ROOM.convert(mode), "PNG"))
    assert picture.mode == ("L" if mode in ("1", "L", "LA") else "RGB")


def test_what_is_clear_is_white() -> None:
    clear = Image.new("RGBA", (800, 600), (255, 0, 0, 0))
    assert min(_at(_seen(saved(clear, "PNG")), (0.5, 0.5))) > 250
    palette = ROOM.quantize(8)
    palette.info["transparency"] = palette.getpixel((600, 200))
    assert min(_at(_seen(saved(palette, "PNG")), (600 / 1200, 200 / 900))) > 250


def test_sixteen_bits_are_brought_down_to_eight() -> None:
    gray = Image.new("I;16", (800, 600), 40_000)
    assert abs(_at(_seen(saved(gray, "PNG")), (0.5, 0.5))[0] - 40_000 / 257) < 3


# -- what is refused


def _bomb(width: int, height: int) -> bytes:
    """A PNG that only claims its size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_bombs_never_open() -> None:
    for side in (8001, 20_000, 2**30):
        assert side * side > MOST_PIXELS
        assert "more than 64 million pixels" in _refused(_bomb(side, side))


@pytest.mark.parametrize("kind", ["JPEG", "progressive", "PNG", "WEBP"])
def test_what_is_cut_off_is_refused(kind: str) -> None:
    progressive = kind == "progressive"
    options = {"progressive": True} if progressive else {}
    data = saved(ROOM, "JPEG" if progressive else kind, **options)
    for share in (0.02, 0.5, 0.95):
        cut = data[: int(len(data) * share)]
        assert "damaged" in _refused(cut), share
    if kind == "JPEG":
        # Its end is there again, as programs write it that rescue files.
        assert "damaged" in _refused(data[: len(data) // 2] + b"\xff\xd9")


def test_what_is_too_small_says_what_print_needs() -> None:
    small = _refused(saved(room((590, 440))))
    assert "587 x 440 pixels are kept of 590 x 440, too few" in small
    assert f"{LEAST_SIDE} x 450 or more" in small
    assert "450 x 600 or more" in _refused(saved(room((440, 590))))
    assert "too few" in _refused(saved(room((1600, 1200))), crop=(0.0, 0.0, 0.3, 0.3))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a JPEG, PNG or WebP"),
        (b"%PDF-1.7", "not a JPEG, PNG or WebP"),
        (saved(ROOM.quantize(8), "GIF"), "not a JPEG, PNG or WebP"),
        (saved(ROOM, "TIFF"), "not a JPEG, PNG or WebP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "HEIC"),
        (saved(ROOM, "WEBP", save_all=True, append_images=[ImageOps.flip(ROOM)]), "is animated"),
        (saved(ROOM, "PNG", save_all=True, append_images=[ImageOps.flip(ROOM)]), "is animated"),
        (saved(ROOM, icc_profile=b"no profile at all"), "colour profile"),
    ],
    ids=["empty", "PDF", "GIF", "TIFF", "HEIC", "WebP moves", "PNG moves", "profile"],
)
def test_what_cannot_be_printed_is_refused_by_name(data: bytes, why: str) -> None:
    assert why in _refused(data)


def test_two_pictures_in_one_file_of_a_camera_are_the_first() -> None:
    picture = _seen(saved(ROOM, "MPO", save_all=True, append_images=[ImageOps.flip(ROOM)]))
    assert _is_upright(picture)

"""PNG and JPEG logos are shown upright, whole and in their colours, or refused."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw, ImageOps

from handouts import ContentError, HandoutError
from handouts.logos import RasterLogo, read_file
from tests.conftest import Builder
from tests.logos.pages import difference, on_page, rendered


def _picture(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> Image.Image:
    """An unsymmetrical drawing that ends in the middle of a JPEG's blocks."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(10, 190), (60, 10), (140, 190)], fill="navy")
    draw.rectangle((150, 20, 290, 90), fill="crimson")
    return picture.convert(mode)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _read(data: bytes) -> RasterLogo:
    logo = read_file(data, "logo.png")
    assert isinstance(logo, RasterLogo)
    return logo


def _opened(logo: RasterLogo) -> Image.Image:
    picture = Image.open(io.BytesIO(logo.data))
    assert picture.size == (logo.width, logo.height)
    return picture


def _refused(data: bytes) -> str:
    with pytest.raises(ContentError) as error:
        read_file(data, "logo.png")
    assert "hint: " in str(error.value)
    return str(error.value)


def _sixteen_bits(colours: int, shade: int) -> bytes:
    """A PNG with 16 bits a channel: the left half of a shade of 65535, the right half white."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    parts = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    clear = (65535,) if colours in (4, 6) else ()
    shown = parts - len(clear)
    left, right = (struct.pack(f">{parts}H", *(s,) * shown, *clear) for s in (shade, 65535))
    rows = (b"\0" + left * 20 + right * 20) * 20
    head = struct.pack(">IIBBBBB", 40, 20, 16, colours, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("colours", [0, 2, 4, 6])
@pytest.mark.parametrize("shade", [0, 12_000, 40_000])
def test_sixteen_bits_are_brought_down_to_eight(colours: int, shade: int) -> None:
    picture = _opened(_read(_sixteen_bits(colours, shade))).convert("RGB")
    dark, bright = picture.getpixel((5, 5)), picture.getpixel((35, 5))
    assert isinstance(dark, tuple)
    assert all(abs(part - shade / 257) <= 1 for part in dark)
    assert bright == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    data = _saved(_picture(), kind, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    shown = _opened(_read(data))
    assert shown.getexif().get(ExifTags.Base.Orientation, 1) == 1
    assert shown.convert("RGB").tobytes() == expected.tobytes()


def test_rasters_look_on_paper_as_they_are(handout_for: Builder) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    turned = _picture().rotate(90, expand=True)
    clear = _picture("RGBA")
    clear.putalpha(_picture("L").point(lambda value: 255 if value < 200 else 0))
    logos = [
        _read(data)
        for data in (
            _saved(_picture(), "PNG"),
            _saved(_picture(), "JPEG", quality=95),
            _saved(turned, "JPEG", quality=95, exif=exif),
            _saved(_picture(), "JPEG", quality=95, progressive=True),
            _saved(_picture(), "JPEG", quality=95, keep_rgb=True),
            _saved(_picture("P"), "PNG"),
            _saved(clear, "PNG"),
        )
    ]
    story = handout_for(layout="standard").laid_out
    for picture in rendered(on_page(story, list(logos)), list(logos)):
        assert difference(picture, _picture().resize(picture.size)) < 0.01


def test_a_jpeg_that_can_stay_is_not_coded_again() -> None:
    data = _saved(_picture(), "JPEG")
    assert _read(data).data == data


def test_other_colour_profiles_become_srgb() -> None:
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    assert "colour profile" in _refused(_saved(_picture(), "PNG", icc_profile=wide[:200]))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = _saved(_picture(), "JPEG", icc_profile=srgb)
    assert _read(data).data == data


def test_cmyk_is_refused() -> None:
    assert "CMYK" in _refused(_saved(_picture("CMYK"), "JPEG"))


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "1", "P"])
def test_a_picture_that_leaves_paper_white_is_refused(mode: str) -> None:
    if mode in ("LA", "RGBA"):
        picture = _picture(mode)
        picture.putalpha(0)
    else:
        picture = Image.new("RGB", (40, 40), "white").convert(mode)
    assert "cannot be seen" in _refused(_saved(picture, "PNG")).replace(
        "can be seen", "cannot be seen"
    )


# -- damage

JPEGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "fine": {"quality": 100, "subsampling": 0},
    "progressive": {"progressive": True},
    "with restarts": {"restart_marker_rows": 1},
    "tight": {"quality": 40, "optimize": True},
}


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("size", [(300, 200), (296, 193), (33, 17)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_whole_jpeg_is_taken(kind: str, size: tuple[int, int], mode: str) -> None:
    noise = Image.effect_noise(size, 90).convert(mode)
    for picture in (noise, _picture(mode).resize(size)):
        data = _saved(picture, "JPEG", **JPEGS[kind])
        assert _read(data).data == data


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_jpeg_that_lacks_a_part_is_refused(kind: str, share: float) -> None:
    data = _saved(_picture(), "JPEG", **JPEGS[kind])
    coded = data.index(b"\xff\xda") + 20
    at = coded + int((len(data) - coded) * share)
    assert "damaged" in _refused(data[:at])
    assert "damaged" in _refused(data[:at] + b"\xff\xd9")
    assert "damaged" in _refused(data[:at] + b"\xff\x37" + data[at + 2 :])
    if kind != "progressive":  # where what lies behind a gap is read as something else
        assert "damaged" in _refused(data[:at] + data[at + len(data) // 8 :])


def test_a_progressive_jpeg_that_lacks_its_last_scans_is_refused() -> None:
    data = _saved(_picture(), "JPEG", progressive=True)
    scans = [at for at in range(len(data)) if data[at : at + 2] == b"\xff\xda"]
    assert len(scans) > 3
    for at in scans[1:]:
        table = data.rfind(b"\xff\xc4", 0, at)
        assert "damaged" in _refused(data[:table] + b"\xff\xd9")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_spoiled_picture_is_shown_or_refused(kind: str) -> None:
    chance = random.Random(8)  # noqa: S311 - nothing is kept secret
    whole = _saved(_picture(), kind)
    taken = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        try:
            read_file(bytes(data), "logo.png")
            taken += 1
        except HandoutError:
            continue
    assert taken < (5 if kind == "PNG" else 100)  # a PNG has sums of its parts, a JPEG none


def test_a_png_that_lacks_rows_is_refused() -> None:
    data = _saved(Image.effect_noise((200, 200), 90), "PNG")
    assert "damaged" in _refused(data[: len(data) // 2])

"""Logos: harmless pictures pass, everything else is refused without being drawn."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from handouts.check.photos import check_logo
from handouts.workspace import Kind, Workspace

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 10 10">{}</svg>'
)
SHAPE = '<path d="M0 0h9v9z" fill="#123456"/>'


def bitmap(kind: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that only claims its size, as a decompression bomb does."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def problems(folder: Any, data: bytes | None, name: str = "logo.svg") -> list[str]:
    if data is not None:
        (folder.path / "clinics" / name).write_bytes(data)
    folder.edit("clinics", "north", ('"#0f7c8a"', f'"#0f7c8a", logo: {name}'))
    library = folder.library
    return [str(item) for item in check_logo(library.workspace, library.clinic("north"))]


@pytest.mark.parametrize(
    "data",
    [
        SVG.format(SHAPE).encode(),
        SVG.format(f'<g id="a">{SHAPE}</g><use xlink:href="#a"/><g fill="url(#b)"/>').encode(),
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + SVG.format(SHAPE).encode(),
        bitmap("PNG", (4000, 20)),
        bitmap("JPEG", (300, 200)),
    ],
)
def test_a_plain_picture_passes(data: bytes, folder: Any) -> None:
    assert problems(folder, data) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an SVG, PNG or JPEG picture"),
        (b"hello", "not an SVG, PNG or JPEG picture"),
        (b"GIF89a" + b"\0" * 50, "not an SVG, PNG or JPEG picture"),
        (b"%PDF-1.7", "not an SVG, PNG or JPEG picture"),
        (b"<html/>", "not an SVG, PNG or JPEG picture"),
        (b"<svg/>", "not an SVG, PNG or JPEG picture"),
        (SVG.format("<g>").encode(), "not an SVG, PNG or JPEG picture"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<text>&a;</text>").encode(),
            "DOCTYPE",
        ),
        (('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("")).encode("utf-16"), "DOCTYPE"),
        (
            b'<?xml-stylesheet href="a.css"?>' + SVG.format("").encode(),
            "an external style sheet",
        ),
        (SVG.format("<script>alert(1)</script>").encode(), "<script>"),
        (SVG.format('<g onload="x()"/>').encode(), 'a script in "onload"'),
        (SVG.format('<image xlink:href="http://x.example/a.png"/>').encode(), "something external"),
        (SVG.format('<image href="file:///etc/passwd"/>').encode(), "something external"),
        (SVG.format('<g style="fill: url(http://x.example/)"/>').encode(), "something external"),
        (SVG.format("<style>@import 'a.css';</style>").encode(), "something external"),
        (SVG.format("<foreignObject/>").encode(), "<foreignObject>"),
        (bitmap("PNG", (4001, 20)), "4001 x 20 pixels, more than 4000 a side"),
        (png_header(30_000, 30_000), "more than 4000 pixels a side"),
        (png_header(10_000, 10_000), "10000 x 10000 pixels, more than 4000 a side"),
        (bitmap("PNG", (30, 20))[:60], "damaged"),
        (b"\xff\xd8\xff" + b"\0" * 20, "damaged"),
    ],
)
def test_anything_else_is_refused(data: bytes, reason: str, folder: Any) -> None:
    (problem,) = problems(folder, data)
    assert re.match(r"clinics/logo\.svg(:1)?: logo: ", problem)
    assert reason in problem
    assert "hint: " in problem


def test_a_logo_that_is_not_there(folder: Any) -> None:
    (problem,) = problems(folder, None)
    assert problem.startswith("clinics/logo.svg: logo: there is no such file")


def test_a_logo_that_is_a_link_out_of_the_clinics_folder(
    folder: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.svg"
    secret.write_text(SVG.format(SHAPE), "utf-8")
    link = folder.path / "clinics" / "logo.svg"
    link.symlink_to(secret)
    (problem,) = problems(folder, None)
    assert problem.startswith("clinics/logo.svg: logo: is a link that leads out of the clinic's")
    assert "hint: put a copy" in problem
    link.unlink()
    inside = folder.path / "brand.svg"
    inside.write_text(SVG.format(SHAPE), "utf-8")
    link.symlink_to(inside)
    assert not check_logo(folder.library.workspace, folder.library.clinic("north"))


def test_a_logo_of_three_megabytes(folder: Any) -> None:
    (problem,) = problems(folder, b" " * (3 * 1024 * 1024))
    assert "logo: the file has 3.0 MB, more than the 2 MB allowed" in problem


@pytest.mark.parametrize("clinic", Workspace().ids(Kind.CLINICS))
def test_the_built_in_logos_are_fine(clinic: str, folder: Any) -> None:
    library = folder.library
    assert library.clinic(clinic).brand.logo
    assert check_logo(library.workspace, library.clinic(clinic)) == []

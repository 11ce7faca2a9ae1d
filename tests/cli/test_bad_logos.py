"""Bad logos through the command line: what is wrong with them, and nothing written."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from tests.cli.test_bad_input import BUILD, PATIENT, Run, folder, hint_below, refused

__all__ = ["folder"]


def png(width: int, height: int) -> bytes:
    """Return a black picture of one bit a pixel, whatever its size."""
    packer = zlib.compressobj(1)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(
            ">I", zlib.crc32(name + content)
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def drawing(inside: str) -> bytes:
    """Return an SVG with something inside."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    return f"{head}{inside}</svg>".encode()


LOGOS = {
    "no picture": (b"this is no picture", "not an SVG, PNG or JPEG picture"),
    "half a PNG": (png(40, 40)[:60], "the picture is damaged"),
    "another kind of picture": (b"GIF89a" + bytes(20), "not an SVG, PNG or JPEG picture"),
    "30,000 pixels": (png(30_000, 30_000), "pixels"),
    "wide and low": (png(30_000, 1), "30000 x 1 pixels, more than 4000 a side"),
    "a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        'the SVG has a script in "onload"',
    ),
    "a file of the machine": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        "the SVG has a DOCTYPE",
    ),
    "text": (drawing("<text>Clinic</text>"), "the SVG has text, which cannot be drawn"),
    "a gradient": (
        drawing('<linearGradient id="g"/><rect width="9" height="9" fill="url(#g)"/>'),
        "a fill with a gradient or pattern cannot be drawn",
    ),
    "a mask": (drawing('<g mask="url(#m)"/>'), 'the effect mask "url(#m)" cannot be drawn'),
    "groups in groups": (
        drawing("<g>" * 5000 + "</g>" * 5000), "more than 60 elements inside one another"
    ),
    "a use of itself": (drawing('<use id="a" href="#a"/>'), "is inside what it shows"),
    "eight levels of ten": (
        drawing('<g id="l0"><path d="M0 0h9"/></g>' + "".join(
            f'<g id="l{n}">' + f'<use href="#l{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)
        )),
        "draws more than 20,000 elements",
    ),
    "a path of 1.8 MB": (
        drawing(f'<path d="M0 0{" l1 1" * 300_000}"/>'), "more than 50,000 lines and curves"
    ),
    "nothing to see": (drawing(""), "nothing of the SVG can be seen"),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + bytes(3 << 20), "more than the 2 MB allowed"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGOS)
def test_a_bad_logo_is_refused(run: Run, tmp_path: Path, folder: Path, name: str) -> None:
    data, message = LOGOS[name]
    (folder / "clinics" / "riverbend.svg").write_bytes(data)
    said = refused(run, tmp_path, "--folder", folder, *BUILD, "--name", PATIENT, "-o", "x.pdf")
    (first, *_) = said
    assert first.startswith("clinics/riverbend.svg")
    assert message in first
    assert hint_below(said, "clinics/riverbend.svg")


@pytest.mark.usefixtures("few_built_in")
def test_check_finds_all_bad_logos(run: Run, folder: Path) -> None:
    clinics = folder / "clinics"
    text = (clinics / "riverbend.yaml").read_text("utf-8")
    for number, (data, _) in enumerate(LOGOS.values()):
        (clinics / f"own-{number}.svg").write_bytes(data)
        own = text.replace("logo: riverbend.svg", f"logo: own-{number}.svg")
        (clinics / f"own-{number}.yaml").write_text(own, "utf-8")
    checked = run("--folder", folder, "check", clinics)
    assert checked.exit_code == 1
    said = [line for line in checked.output.splitlines() if not line.startswith(" ")]
    for number, (name, (_, message)) in enumerate(LOGOS.items()):
        found = [line for line in said if line.startswith(f"clinics/own-{number}.svg")]
        assert any(message in line for line in found), name


def test_a_logo_that_is_not_there_is_refused(run: Run, tmp_path: Path, folder: Path) -> None:
    (folder / "clinics" / "riverbend.svg").unlink()
    said = refused(run, tmp_path, "--folder", folder, *BUILD, "-o", "x.pdf")
    assert "beside the clinic's file" in hint_below(
        said, "clinics/riverbend.svg: logo: there is no"
    )

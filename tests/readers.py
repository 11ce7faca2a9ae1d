"""Readers that do not forgive: poppler, MuPDF and qpdf open, draw and read a PDF without a word.

PDFium and pypdf repair what they read, and a file that only they read may print as boxes. MuPDF
comes as PyMuPDF, under the Affero GPL: it is a tool of the tests, and nothing that the product is
made of may import it. Poppler runs as processes of its own; qpdf comes as pikepdf.

Where one is missing a test is skipped, unless ``HANDOUTS_REQUIRE_READERS`` is set to 1, as
continuous integration does.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from handouts import Workspace

_REQUIRED = "HANDOUTS_REQUIRE_READERS"
_POPPLER = ("pdftoppm", "pdftotext", "pdffonts")
_DPI, _CLOSE_DPI = 50, 200
_FACES = ("Handout-Regular", "Handout-Bold", "HandoutFallback-Regular", "HandoutFallback-Bold")
_HEIGHT = 40
ALIKE = 30.0
"""How far a drawn word may be from the same word in the font itself: gray of 255, in the mean."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What strict readers found: the text of all pages by each reader, pages."""

    poppler: str
    mupdf: str
    pages: int


def _missing(what: str) -> None:
    if os.environ.get(_REQUIRED) == "1":
        pytest.fail(f"{what} is not installed, and {_REQUIRED} is set")
    pytest.skip(f"{what} is not installed: PDFs are not read by it")


@cache
def _mupdf() -> ModuleType | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its wrapper does at import is not ours to mend
        try:
            import pymupdf  # noqa: PLC0415
        except ImportError:
            return None
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return pymupdf


def strict_readers() -> ModuleType:
    """Return MuPDF; skip or fail the test if it or poppler is missing."""
    for tool in _POPPLER:
        if shutil.which(tool) is None:
            _missing(f"poppler's {tool}")
    mupdf = _mupdf()
    if mupdf is None:
        _missing("MuPDF (PyMuPDF)")
    assert mupdf is not None
    return mupdf


def assert_strict_readers_accept(pdf: bytes, password: str | None = None) -> Reading:
    """Assert that strict readers open, draw and read a PDF without a warning."""
    mupdf = strict_readers()
    _qpdf_accepts(pdf, password)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.pdf"
        path.write_bytes(pdf)
        given = ["-upw", password] if password else []
        _run("pdftoppm", "-gray", "-r", str(_DPI), *given, str(path), str(path.with_suffix("")))
        drawn = len(list(path.parent.glob("*.pgm")))
        fonts = _run("pdffonts", *given, str(path)).splitlines()[2:]
        assert [font for font in fonts if _embedded(font) != "yes"] == []
        text = _run("pdftotext", "-layout", *given, str(path), "-")
    words, pages = _mupdf_reads(mupdf, pdf, password)
    assert drawn == pages
    return Reading(text, words, pages)


def text_by_poppler(pdf: bytes) -> str:
    """Return the text of all pages as poppler reads it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return _run("pdftotext", "-layout", file.name, "-")


def _run(tool: str, *arguments: str) -> str:
    done = subprocess.run([tool, *arguments], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode(errors="replace")) == (0, ""), tool
    return done.stdout.decode(errors="replace")


def _embedded(row: str) -> str:
    """Return whether a font is embedded: the fifth column from the end of pdffonts' table."""
    return row.split()[-5]


def _qpdf_accepts(pdf: bytes, password: str | None) -> None:
    with pikepdf.open(io.BytesIO(pdf), password=password or "") as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.get_warnings() == []


def _mupdf_reads(mupdf: ModuleType, pdf: bytes, password: str | None) -> tuple[str, int]:
    mupdf.TOOLS.reset_mupdf_warnings()
    with mupdf.open(stream=pdf, filetype="pdf") as opened:
        if password:
            assert opened.authenticate(password)
        for page in opened:
            page.get_pixmap(dpi=_DPI)
        text = "\n".join(page.get_text() for page in opened)
        pages = opened.page_count
        assert not opened.is_repaired
    assert mupdf.TOOLS.mupdf_warnings() == ""
    return text, pages


# -- a word on the page, as it is drawn


def assert_word_is_drawn(pdf: bytes, word: str, password: str | None = None) -> None:
    """Assert that a word can be read by both readers, and that both draw its own letters."""
    mupdf = strict_readers()
    with mupdf.open(stream=pdf, filetype="pdf") as opened:
        if password:
            assert opened.authenticate(password)
        number, box = _found(opened, word)
        zoom = mupdf.Matrix(_CLOSE_DPI / 72, _CLOSE_DPI / 72)
        drawn = opened[number].get_pixmap(matrix=zoom, clip=box, colorspace=mupdf.csGRAY)
        by_mupdf = Image.frombytes("L", (drawn.width, drawn.height), drawn.samples)
    given = ["-upw", password] if password else []
    left, top, right, bottom = (round(side * _CLOSE_DPI / 72) for side in box)
    clip = ["-x", left, "-y", top, "-W", right - left, "-H", bottom - top]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.pdf"
        path.write_bytes(pdf)
        page = ["-f", number + 1, "-l", number + 1, "-r", _CLOSE_DPI, "-gray", "-singlefile"]
        _run("pdftoppm", *map(str, [*page, *clip]), *given, str(path), str(path.with_suffix("")))
        by_poppler = Image.open(path.with_suffix(".pgm")).convert("L")
    for reader, image in (("MuPDF", by_mupdf), ("poppler", by_poppler)):
        far = min(distance(image, _from_font(word, face)) for face in _faces_of(word))
        assert far < ALIKE, f"{reader} draws something else than {word}"


def _found(opened: Any, word: str) -> tuple[int, tuple[float, float, float, float]]:
    """Return the page and the box, in points from the top, of a word's first place."""
    for number, page in enumerate(opened):
        for box in page.search_for(word):
            return number, tuple(box)
    raise AssertionError(f"MuPDF does not read {word}")


@cache
def _letters(face: str) -> frozenset[int]:
    with TTFont(Workspace().font(f"{face}.ttf")) as font:
        return frozenset(font.getBestCmap())


def _faces_of(word: str) -> list[str]:
    return [face for face in _FACES if _letters(face).issuperset(map(ord, word))]


def _from_font(word: str, face: str) -> Image.Image:
    font = ImageFont.truetype(str(Workspace().font(f"{face}.ttf")), 48)
    image = Image.new("L", (60 * len(word) + 60, 120), 255)
    ImageDraw.Draw(image).text((20, 20), word, font=font, fill=0)
    return image


def distance(one: Image.Image, other: Image.Image) -> float:
    """How far two drawings of a word are from each other, whatever their size."""
    pair = [_ink(image) for image in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*pair)).mean[0])


def _ink(image: Image.Image) -> Image.Image:
    darkest = ImageChops.invert(image).point(lambda value: value if value > 60 else 0)
    box = darkest.getbbox()
    assert box is not None, "nothing is drawn"
    ink = darkest.crop(box)
    high = max(ink.getextrema()[1], 1)
    ink = ink.point(lambda value: value * 255 // high)
    return ink.resize((_HEIGHT * 5, _HEIGHT), Image.Resampling.LANCZOS)

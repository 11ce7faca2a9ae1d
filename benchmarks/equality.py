"""Compare what a reader sees in two PDFs: pages, letters, fonts, pictures.

Nothing is measured until all peers have made the same handouts for the same patients.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from dataclasses import dataclass

import pikepdf
from pypdf import PdfReader

LETTERS_APART = 0
"""How many characters may be missing or extra. Spaces do not count, because peers set them in
different ways."""

SEGMENTS_LESS = 0.1
"""The share of lines and curves that may be missing, because peers round corners differently."""

_SEGMENTS = {"l", "c", "v", "y", "re"}
_FAMILY = "Handout"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a PDF shows."""

    pages: int
    letters: Counter[str]
    fonts: frozenset[str]
    segments: int


def facts_of(pdf: bytes) -> Facts:
    """Return what a PDF shows."""
    reader = PdfReader(io.BytesIO(pdf))
    words = "".join(page.extract_text() for page in reader.pages)
    letters = Counter("".join(unicodedata.normalize("NFKC", words).split()))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = frozenset(
            _weight(str(item.FontName)[1:])
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/FontName") is not None
            and ("/FontFile2" in item or "/FontFile3" in item)
        )
        segments = sum(_segments(page.obj, {}) for page in opened.pages)
    return Facts(len(reader.pages), letters, fonts, segments)


def _weight(name: str) -> str:
    """Return regular or bold for a font of our family, whatever a peer calls it; else its name."""
    name = name.partition("+")[2] or name
    if not name.startswith(_FAMILY):
        return name
    return "bold" if name.endswith("Bold") else "regular"


def _segments(stream: pikepdf.Object, known: dict[pikepdf.ObjGen, int]) -> int:
    """Count the lines, curves and boxes of a page or form, and of the forms that it shows."""
    count = 0
    forms = stream.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    for step in pikepdf.parse_content_stream(stream):
        name = str(step.operator)
        if name in _SEGMENTS:
            count += 1
        elif name == "Do":
            form = forms[str(step.operands[0])]
            if form.get("/Subtype") == "/Form":
                if form.objgen not in known:
                    known[form.objgen] = _segments(form, known)
                count += known[form.objgen]
    return count


def differences(ours: Facts, other: Facts) -> list[str]:
    """Return the differences beyond the tolerance, in words."""
    found = []
    if other.pages != ours.pages:
        found.append(f"{other.pages} pages, not {ours.pages}")
    missing, extra = ours.letters - other.letters, other.letters - ours.letters
    if missing.total() + extra.total() > LETTERS_APART:
        found.append(f"letters missing {dict(missing)}, too many {dict(extra)}")
    if other.fonts != ours.fonts:
        found.append(f"fonts {sorted(other.fonts)}, not {sorted(ours.fonts)}")
    if other.segments < ours.segments * (1 - SEGMENTS_LESS):
        found.append(f"{other.segments} lines and curves, less than {ours.segments}")
    return found

"""Content → PDF with Typst, in this process: one compiler kept warm, patients as ``sys.inputs``."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from benchmarks.inputs import TYPST_SOURCE
from benchmarks.peers import Patient

_TOLD = {"words", "weeks", "qr_svg", "content"}


def prepare(folder: Path) -> Typst:
    """Return a maker of tagged PDFs: what Typst does unless told otherwise."""
    return Typst(folder, tags=True)


def prepare_untagged(folder: Path) -> Typst:
    """Return a maker of PDFs without tags."""
    return Typst(folder, tags=False)


def prepare_ua(folder: Path) -> Typst:
    """Return a maker of PDFs that Typst itself holds to PDF/UA-1."""
    return Typst(folder, tags=True, standards=["ua-1"])


class Typst:
    """Makes handouts of one content."""

    def __init__(self, folder: Path, *, tags: bool, standards: list[str] | None = None) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )
        self._compiler = typst.Compiler(folder / TYPST_SOURCE, root=folder, font_paths=fonts)
        self._tags, self._standards = tags, standards or []

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        told = {key: value for key, value in patient.items() if key in _TOLD}
        words = {"patient": json.dumps(told, ensure_ascii=False)}
        made = self._compiler.compile(
            sys_inputs=words, format="pdf", pdf_tags=self._tags, pdf_standards=self._standards
        )
        if not isinstance(made, bytes):
            raise TypeError("Typst made no PDF")
        return made

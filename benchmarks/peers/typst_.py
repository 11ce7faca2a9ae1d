"""Make handouts with Typst in this process, with one warm compiler; patients are ``sys.inputs``."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from benchmarks.inputs import TYPST_SOURCE
from benchmarks.peers import DOTS_PER_INCH, Patient

_TOLD = ("words", "qr_svg", "content")


def prepare(folder: Path) -> Typst:
    """Return a maker of tagged PDFs, which are Typst's default."""
    return Typst(folder)


def prepare_drawn(folder: Path) -> Typst:
    """Return a maker of all pages as pictures of the desk's size; Typst does not draw just one."""
    return Typst(folder, DOTS_PER_INCH)


def prepare_bare(folder: Path) -> Typst:
    """Return a maker of pages as pictures of a few dots, so that only typesetting takes time."""
    return Typst(folder, 1)


class Typst:
    """Makes handouts of one content or of a patient's own; PDF, or pictures at ``dots`` an inch."""

    def __init__(self, folder: Path, dots: int = 0) -> None:
        self._dots = dots
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )
        self._compiler = typst.Compiler(folder / TYPST_SOURCE, root=folder, font_paths=fonts)

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient, or the pictures of the pages, one after another."""
        told = {key: patient[key] for key in _TOLD if key in patient}
        words = {"patient": json.dumps(told, ensure_ascii=False)}
        if self._dots:
            drawn = self._compiler.compile(sys_inputs=words, format="png", ppi=self._dots)
            return b"".join(drawn)
        made = self._compiler.compile(sys_inputs=words, format="pdf", pdf_tags=True)
        if not isinstance(made, bytes):
            raise TypeError("Typst made no PDF")
        return made

"""Make handouts with Typst, in this process: one compiler kept warm, patients as ``sys.inputs``."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from benchmarks.inputs import TYPST_SOURCE
from benchmarks.peers import Patient

_TOLD = ("words", "qr_svg", "content")


def prepare(folder: Path) -> Typst:
    """Return a maker of tagged PDFs: what Typst makes unless told otherwise."""
    return Typst(folder)


class Typst:
    """Makes handouts of one content, or of what a patient brings."""

    def __init__(self, folder: Path) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )
        self._compiler = typst.Compiler(folder / TYPST_SOURCE, root=folder, font_paths=fonts)

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        told = {key: patient[key] for key in _TOLD if key in patient}
        words = {"patient": json.dumps(told, ensure_ascii=False)}
        made = self._compiler.compile(sys_inputs=words, format="pdf", pdf_tags=True)
        if not isinstance(made, bytes):
            raise TypeError("Typst made no PDF")
        return made

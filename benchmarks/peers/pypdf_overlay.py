"""A form and a patient's overlay → PDF with pypdf: each page merged with the one laid over it."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from benchmarks.peers import Patient
from benchmarks.peers.overlay import Overlays


def prepare(folder: Path) -> PypdfOverlay:
    """Return a maker."""
    return PypdfOverlay(folder)


class PypdfOverlay:
    """Makes handouts of one form."""

    def __init__(self, folder: Path) -> None:
        self.overlays = Overlays(folder)

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        template, overlay = self.overlays.overlay(patient)
        writer = PdfWriter(clone_from=io.BytesIO(template.pdf))
        for page, over in zip(writer.pages, PdfReader(io.BytesIO(overlay)).pages, strict=True):
            page.merge_page(over)
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()

"""A form and a patient's overlay → PDF with pikepdf: pages laid over pages as form XObjects."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from benchmarks.peers import Patient
from benchmarks.peers.overlay import Overlays


def prepare(folder: Path) -> PikepdfOverlay:
    """Return a maker."""
    return PikepdfOverlay(folder)


class PikepdfOverlay:
    """Makes handouts of one form."""

    def __init__(self, folder: Path) -> None:
        self.overlays = Overlays(folder)

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        template, overlay = self.overlays.overlay(patient)
        target = io.BytesIO()
        with (
            pikepdf.open(io.BytesIO(template.pdf)) as form,
            pikepdf.open(io.BytesIO(overlay)) as over,
        ):
            for page, words in zip(form.pages, over.pages, strict=True):
                page.add_overlay(words)
            form.save(target)
        return target.getvalue()

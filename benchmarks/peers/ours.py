"""A request → PDF with handouts itself: laid out anew, or stamped from a plate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.individuals import individual_request
from benchmarks.inputs import CLINIC
from benchmarks.patients import TODAY, request_of, workspace
from benchmarks.peers import Patient
from handouts import Library, OrderRequest, Workspace, make_order
from handouts.compose.compose import compose
from handouts.deliver.output import open_output
from handouts.layout.engine import lay_out
from handouts.pdf.press import Press
from handouts.pdf.write import write_pdf

Ask = Callable[[int], OrderRequest]
"""Gives the request for a patient's number."""


def prepare_full(_folder: Path) -> Full:
    """Return a maker that lays out, for patients of one program."""
    return Full(Library(workspace()), request_of)


def prepare_untagged(_folder: Path) -> Full:
    """Return a maker that lays out but writes no tags: what tags cost shows beside it."""
    return Full(Library(workspace()), request_of, tagged=False)


def prepare_full_own(folder: Path) -> Full:
    """Return a maker that lays out, for patients with programs of their own."""
    return Full(Library(Workspace(folder / CLINIC, today=TODAY)), individual_request)


def prepare_stamped(_folder: Path) -> Stamped:
    """Return a maker that stamps, for patients of one program."""
    return Stamped(Press(Library(workspace())), request_of)


@dataclass(frozen=True, slots=True)
class Full:
    """Lays out each handout. Only a patient's number counts: the rest is made while measured."""

    library: Library
    request: Ask
    tagged: bool = True

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        order = make_order(self.library, self.request(patient["number"]))
        story = lay_out(compose(order), order, self.library.workspace)
        return write_pdf(story, tagged=self.tagged).pdf


@dataclass(frozen=True, slots=True)
class Stamped:
    """Makes each handout as a batch does."""

    press: Press
    request: Ask

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        return self.press.make(self.request(patient["number"])).file.pdf

    def write(self, patient: Patient, folder: Path) -> int:
        """Make a handout and write it whole or not at all, for its owner only: as a batch does."""
        parts = self.press.make(self.request(patient["number"])).file.parts
        open_output(str(folder)).write(f"{patient['number']:07d}.pdf", *parts)
        return sum(map(len, parts))

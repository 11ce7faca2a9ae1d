"""Make handouts with handouts itself: laid out anew, or stamped as a batch does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from benchmarks.inputs import CLINIC
from benchmarks.patients import (
    CHANGED,
    PROGRAMS,
    desk_request,
    library,
    own_library,
    own_request,
    request_of,
    typed_dose,
)
from benchmarks.peers import DOTS_PER_INCH, Patient
from handouts import Library, OrderRequest, make_order
from handouts.compose.compose import compose
from handouts.desk import making, prescribing
from handouts.desk.making import page_picture
from handouts.desk.worksheet import Person, Worksheet
from handouts.layout.doc import lay_out
from handouts.stamp.build import write_pdf
from handouts.stamp.press import Press


def prepare_stamped(_folder: Path) -> Stamped:
    """Return a maker that stamps, for patients of one program."""
    return Stamped(Press(library()))


def prepare_full(_folder: Path) -> Full:
    """Return a maker that lays out, for patients of one program."""
    return Full(library(), request_of)


def prepare_untagged(_folder: Path) -> Full:
    """Return a maker that lays out but writes no tags, to measure what tags cost."""
    return Full(library(), request_of, tagged=False)


def prepare_full_own(folder: Path) -> Full:
    """Return a maker that lays out, for patients with their own doses and programs."""
    content = own_library(folder / CLINIC)
    # Read and check the content before the measurement, as for the other peers.
    for number in range(PROGRAMS):
        make_order(content, own_request(number))
    return Full(content, own_request)


@dataclass(frozen=True, slots=True)
class Full:
    """Lays out each handout. It uses only a patient's number and makes the rest on the clock."""

    library: Library
    request: Callable[[int], OrderRequest]
    tagged: bool = True

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        order = make_order(self.library, self.request(patient["number"]))
        pages = lay_out(compose(order), order, self.library.workspace)
        return write_pdf(pages, tagged=self.tagged).pdf


@dataclass(frozen=True, slots=True)
class Stamped:
    """Makes each handout as a batch does."""

    press: Press

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        return self.press.make(request_of(patient["number"])).file.pdf

    def parts(self, patient: Patient) -> tuple[bytes, ...]:
        """Return the PDF in the parts that a batch writes, which only the file joins."""
        return tuple(self.press.make(request_of(patient["number"])).file.parts)


def prepare_desk(folder: Path) -> Desk:
    """Return a maker of the page that the desk shows when a dose is changed."""
    library, asked = own_library(folder / CLINIC), desk_request(0)
    who = asked.patient
    person = Person(str(who.name), side="left", start=str(who.start_date))
    begun = prescribing.begin(library, asked.program, asked.clinic)
    return Desk(library, replace(begun, person=person))


_LETTER_INCHES = 8.5


@dataclass(frozen=True, slots=True)
class Desk:
    """Draws the page with the exercise whose dose was changed, starting from the typed dose."""

    library: Library
    sheet: Worksheet

    def make(self, patient: Patient) -> bytes:
        """Return the picture of a page."""
        (key,) = (item.key for item in self.sheet.items if item.exercise == CHANGED)
        typed = self.sheet.changed(key, dose=typed_dose(patient["number"]))
        made = making.make(self.library, typed)
        if made.laid_out is None:
            raise ValueError(made.problems)
        width = round(_LETTER_INCHES * DOTS_PER_INCH)
        return page_picture(made.laid_out, made.page_of[key] - 1, width)

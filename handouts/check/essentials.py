"""A layout into what every handout must say and this one would not: safety, and who to call."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from handouts.errors import Problem
from handouts.load.library import Library
from handouts.model.layout import BlockName, CardPart, Layout, Section
from handouts.workspace import Kind


class Essential(StrEnum):
    """What no handout may lack, whatever its layout; the disclaimer stands in every footer."""

    RED_FLAGS = "the red flags"
    STOP_RULE = "the stop rule"
    TELEPHONE = "the clinic's telephone number"
    CLINIC = "the clinic's name"
    PATIENT = "the patient's name"


_REMEDIES = {
    Essential.RED_FLAGS: "add red-flags to the blocks of a section",
    Essential.STOP_RULE: "add stop to the blocks of a section, or stop_strip: true",
    Essential.TELEPHONE: "give a section a head, or stop_strip: true",
    Essential.CLINIC: "give a section a head: letterhead, running, slim or banner",
    Essential.PATIENT: "add patient to the blocks of a section",
}


def check_essentials(library: Library, layout: Layout) -> list[Problem]:
    """Return a problem for each thing that every handout must say and this layout leaves out.

    They have no code: a file cannot switch them off.
    """
    said = {item for section in layout.sections for item in _said(section)}
    if all(section.head != "letterhead" for section in layout.sections):
        # A letterhead takes the place of another head where two sections share a page.
        said.update(item for section in layout.sections for item in _said_in_head(section))
    place = library.source(Kind.LAYOUTS, layout.id).key_location("sections")
    return [
        Problem(f"no section prints {item}", place, _REMEDIES[item])
        for item in Essential
        if item not in said
    ]


def _said(section: Section) -> Iterator[Essential]:
    """Yield what a section says on every handout."""
    names = section.sure_blocks
    if not names:
        return
    if BlockName.RED_FLAGS in names:
        yield Essential.RED_FLAGS
    if BlockName.PATIENT in names:
        yield Essential.PATIENT
    if BlockName.STOP in names or section.stop_strip:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)
    if section.cards.form == "cut-out":
        yield from _said_on_cards(section, names)
    elif section.head != "none":
        yield from (Essential.CLINIC, Essential.TELEPHONE)


def _said_in_head(section: Section) -> Iterator[Essential]:
    """Yield what heads other than the letterhead say too."""
    if section.head != "none" and section.cards.form != "cut-out":
        yield Essential.PATIENT


def _said_on_cards(section: Section, names: frozenset[BlockName]) -> Iterator[Essential]:
    """Yield what quarter pages say: they have no head, but each has a line at its foot."""
    yield Essential.CLINIC
    if names != {BlockName.EXERCISES}:
        yield Essential.TELEPHONE
    if BlockName.EXERCISES in names and CardPart.STOP in section.cards.parts:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)

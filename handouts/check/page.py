"""Find what a page must have and would not: safety, whom to call, room, and a sound logo."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from handouts.check.codes import finding
from handouts.errors import HandoutError, MissingError, Problem
from handouts.load.library import Library
from handouts.logos import read_logo
from handouts.model.clinic import Clinic, Paper
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, BlockName, Layout, Section
from handouts.model.order import PAPER_SIZES
from handouts.workspace import Kind, Workspace


class Essential(StrEnum):
    """What no handout may lack, whatever its layout; the disclaimer stands in every footer."""

    RED_FLAGS = "the emergency signs, or where they are"
    STOP_RULE = "the stop rule"
    TELEPHONE = "the clinic's telephone number"
    CLINIC = "the clinic's name"
    PATIENT = "the patient's name"
    NOTE = "the clinician's note"


_REMEDIES = {
    Essential.RED_FLAGS: "add red-flags to the blocks of a section, or pointer",
    Essential.STOP_RULE: "add pain-rule to the blocks of a section, or stop_strip: true",
    Essential.TELEPHONE: "give a section a head, or stop_strip: true",
    Essential.CLINIC: "give a section a head: letterhead, running, slim or banner",
    Essential.PATIENT: "add patient to the blocks of a section",
    Essential.NOTE: "add patient or note to the blocks of a section",
}


def check_essentials(library: Library, layout: Layout) -> list[Problem]:
    """Return a problem for each thing that every handout must say and this layout leaves out.

    So is what may be left out, if the layout does not say so. They have no code: a file cannot
    switch them off.
    """
    printed = {item for section in layout.sections for item in _printed(section)}
    if all(section.head != "letterhead" for section in layout.sections):
        # A letterhead takes the place of another head where two sections share a page.
        printed.update(item for section in layout.sections for item in _printed_in_heads(section))
    source = library.source(Kind.LAYOUTS, layout.id)
    place = source.key_location("sections")
    problems = [
        Problem(f"no section prints {item}", place, _REMEDIES[item])
        for item in Essential
        if item not in printed
    ]
    missing = layout.missing
    if set(missing) != set(layout.leaves_out):
        said = f"leaves_out: [{', '.join(missing)}]"
        message = "leaves_out must name what no section says" if missing else "nothing is left out"
        place = source.key_location("leaves_out" if layout.leaves_out else "sections")
        problems.append(
            Problem(message, place, f"write {said}" if missing else "remove leaves_out")
        )
    return problems


def _printed(section: Section) -> Iterator[Essential]:
    """Yield what a section says on every handout."""
    if {BlockName.PATIENT, BlockName.NOTE} & set(section.block_names):
        yield Essential.NOTE
    names = section.sure_blocks
    if not names:
        return
    if {BlockName.RED_FLAGS, BlockName.POINTER} & names:
        yield Essential.RED_FLAGS
    if BlockName.PATIENT in names:
        yield Essential.PATIENT
    if BlockName.PAIN_RULE in names or section.stop_strip:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)
    if section.cards.cut_out:
        yield from _printed_on_cards(names)
    elif section.head != "none":
        yield from (Essential.CLINIC, Essential.TELEPHONE)


def _printed_in_heads(section: Section) -> Iterator[Essential]:
    """Yield what heads other than the letterhead say too."""
    if section.head != "none" and not section.cards.cut_out:
        yield Essential.PATIENT


def _printed_on_cards(names: frozenset[BlockName]) -> Iterator[Essential]:
    """Yield what quarter pages say: they have no head, but each has a line at its foot."""
    yield Essential.CLINIC
    if names != {BlockName.EXERCISES}:
        yield Essential.TELEPHONE
    if BlockName.EXERCISES in names:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)


def check_room(library: Library, layout: Layout, *papers: Paper) -> list[Problem]:
    """Return the problem of side margins that leave no room on the narrowest of ``papers``.

    All papers if none are named. Height depends on what is set; the layout engine measures it.
    """
    narrowest = min(PAPER_SIZES[paper][0] for paper in papers or Paper)
    width = narrowest - 2 * layout.margins.side
    if width >= LEAST_WIDTH:
        return []
    return [
        Problem(
            f"the margins leave a width of {max(0.0, width) / POINTS_PER_MM:.0f} mm, "
            f"a page needs {LEAST_WIDTH / POINTS_PER_MM:.0f} mm",
            library.source(Kind.LAYOUTS, layout.id).location("margins", "side"),
            "make the margins smaller",
        )
    ]


def check_logo(workspace: Workspace, clinic: Clinic) -> list[Problem]:
    """Return what is wrong with a clinic's logo: nothing, or one problem in its file."""
    try:
        read_logo(clinic, workspace)
    except HandoutError as error:
        found = error.problems[0]
        missing = isinstance(error, MissingError)
        hint = "put it beside the clinic's file, or remove brand: logo" if missing else found.hint
        return [finding("logo", f"logo: {found.message}", found.location, hint)]
    return []

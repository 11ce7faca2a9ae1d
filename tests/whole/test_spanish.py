"""Handouts in Spanish: nothing in English, and the doses, sides and pages of the English ones."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from pypdf import PdfReader

from handouts import Handout, Library, Workspace
from handouts.compose.document import ExerciseCard, TrackingGrid
from handouts.compose.runs import leaves
from tests.conftest import MARIA, PAPERS, Builder
from tests.pdf.checks import conforms, is_accessible
from tests.readers import assert_strict_readers_accept

BUILT_IN = Workspace()
BUILT_IN_LIBRARY = Library(BUILT_IN)
PROGRAMS, LAYOUTS = BUILT_IN.ids("programs"), BUILT_IN.ids("layouts")
SIDES = ("left", "right", None)
CASES = [
    (program, LAYOUTS[number % len(LAYOUTS)], tuple(PAPERS)[number % 2], SIDES[number % 3])
    for number, program in enumerate(PROGRAMS)
]
"""Every program once: layouts, papers with their clinics, and sides take turns."""

FILES = CASES[3::12]
"""Those whose file is read, too."""

UNITS = {"am", "pm", "min", "kg", "lb"}
"""What is written alike in both languages, besides numbers and names."""

Pair = tuple[Handout, Handout]


@pytest.fixture(scope="module")
def in_both(new_handout_for: Builder) -> Callable[..., Pair]:
    """Return a maker of the English and the Spanish handout of a case, each laid out once."""

    @cache
    def make(program: str, layout: str, paper: str, side: str | None) -> Pair:
        english, spanish = (
            new_handout_for(
                program=program,
                layout=layout,
                paper=paper,
                clinic=PAPERS[paper],
                language=language,
                patient={"affected_side": side},
            )
            for language in ("en", "es")
        )
        return english, spanish

    return make


def texts(handout: Handout) -> set[str]:
    """Return all that stands on the pages of a handout."""
    return {leaf.plain for leaf in leaves(handout.laid_out.document)}


def own(clinic: str) -> set[str]:
    """Return what a clinic, its clinicians and the patient are called, and where they are."""
    found = BUILT_IN_LIBRARY.clinic(clinic)
    people = {name for each in found.clinicians for name in (each.name, each.short_name) if name}
    said = {found.name, found.phone, found.address, found.website, MARIA["name"], *people}
    return {text for text in said if text}


def cards(handout: Handout) -> list[ExerciseCard]:
    """Return the exercise cards of a handout: none of a fridge sheet."""
    sections = handout.laid_out.document.sections
    return [card for part in sections for card in part.blocks if isinstance(card, ExerciseCard)]


def plan(handout: Handout) -> Iterator[str]:
    """Yield the dose of each row of the grid; a set of cards has none."""
    for section in handout.laid_out.document.sections:
        for block in section.blocks:
            if isinstance(block, TrackingGrid):
                yield from (row.dose.plain for row in block.bands[0].rows if row.dose)


def numbers(*said: str) -> list[str]:
    """Return the numerals of texts; only English has a word for two times a day."""
    return sorted(re.findall(r"\d+", " ".join(said).replace("wice a day", "2")))


def sides(*said: str) -> Counter[str]:
    """Return how often texts name each side, in either language."""
    named = re.findall(
        r"\b(left|right(?! angle)|izquierd[oa]|derech[oa])\b", " ".join(said).lower()
    )
    return Counter({"i": "left", "d": "right"}.get(word[0], word) for word in named)


@pytest.mark.parametrize(("program", "layout", "paper", "side"), CASES)
def test_nothing_is_left_in_english(
    in_both: Callable[..., Pair], program: str, layout: str, paper: str, side: str | None
) -> None:
    english, spanish = in_both(program, layout, paper, side)
    document = spanish.laid_out.document
    assert document.language == "es"
    assert {run.lang for leaf in leaves(document) for run in leaf.runs} == {None}
    same = texts(english) & texts(spanish) - UNITS - own(PAPERS[paper])
    assert {said for said in same if not re.fullmatch(r"[\d_]+", said)} == set()


@pytest.mark.parametrize(("program", "layout", "paper", "side"), CASES)
def test_doses_sides_and_steps_are_those_of_the_english_one(
    in_both: Callable[..., Pair], program: str, layout: str, paper: str, side: str | None
) -> None:
    english, spanish = in_both(program, layout, paper, side)
    assert spanish.pages <= english.pages + 1
    for one, other in zip(plan(english), plan(spanish), strict=True):
        assert numbers(one) == numbers(other)
        assert sides(one) == sides(other)
    for card, same in zip(cards(english), cards(spanish), strict=True):
        assert numbers(*(x.plain for x in card.dose)) == numbers(*(x.plain for x in same.dose))
        steps, pasos = ([x.text.plain for x in each.steps] for each in (card, same))
        assert len(steps) == len(pasos)
        for step, paso in zip(steps, pasos, strict=True):
            assert (numbers(step), sides(step)) == (numbers(paso), sides(paso)), paso


LONGER = {"si-joint-loosen-and-hold"}
"""Programs of which a dose takes a line more in Spanish, and a page."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_standard_pages_are_as_many(in_both: Callable[..., Pair], program: str) -> None:
    english, spanish = in_both(program, "standard", "letter", "left")
    assert spanish.pages <= english.pages + (program in LONGER)


@pytest.mark.parametrize(("program", "layout", "paper", "side"), FILES)
def test_the_file_is_accessible_archivable_and_says_its_language(
    in_both: Callable[..., Pair], program: str, layout: str, paper: str, side: str | None
) -> None:
    _, spanish = in_both(program, layout, paper, side)
    conforms(spanish.pdf, "ua1", "2a")
    is_accessible(spanish.pdf, spanish.laid_out)
    assert_strict_readers_accept(spanish.pdf)
    assert str(PdfReader(io.BytesIO(spanish.pdf)).root_object["/Lang"]) == "es"

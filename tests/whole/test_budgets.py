"""How many pages a handout takes and how full they are: all programs and layouts."""

from __future__ import annotations

import pytest

from handouts import Handout
from handouts.layout.frames import PlannedPage
from handouts.layout.grid import GridTable
from handouts.layout.prose import NotesBlock
from handouts.model.layout import POINTS_PER_MM
from handouts.pdf.annotations import EntryKind
from tests.conftest import LIBRARY, PAPERS, PROGRAMS, Builder, every
from tests.layout.pages import empty
from tests.layout.recording import Page, pages_of
from tests.whole.test_keep import blocks_of, is_exercises

COUNTS = {name: len(LIBRARY.program(name).prescriptions) for name in PROGRAMS}

MOST = {
    "standard": {4: 4, 5: 5, 6: 6, 9: 8},
    "compact": {5: 4, 6: 5, 9: 6},
    "large-print": {5: 12, 9: 18},
}
"""The most pages for up to so many exercises."""

HIGHEST_LINE = {"standard": 34.0, "compact": 34.0, "large-print": 40.0}
"""A line of boxes of names alone grows to no more, in points."""


@pytest.fixture
def drafted(handout_for: Builder) -> Builder:
    """Return a maker of drafts, which say on each page that nobody has reviewed them."""

    def make(program: str, layout: str, paper: str) -> Handout:
        return handout_for(program=program, layout=layout, paper=paper, draft=True)

    return make


def kept(handout: Handout) -> list[tuple[PlannedPage, Page]]:
    """Return the pages to keep, as planned and as drawn."""
    story = handout.laid_out
    pairs = zip(story.planned, pages_of(story), strict=True)
    return [(planned, page) for planned, page in pairs if not is_exercises(planned)]


def sizes(page: Page, kind: EntryKind, side: str) -> list[float]:
    """Return the widths or heights of the boxes, or circles, of a page."""
    return [getattr(entry, side) for entry in page.entries if entry.kind is kind]


@pytest.mark.parametrize(("program", "layout", "paper"), every("standard", "compact"))
def test_the_plan_stands_on_page_1_and_pages_are_few(
    drafted: Builder, built_in: Builder, program: str, layout: str, paper: str
) -> None:
    count = COUNTS[program]
    for made in (drafted(program, layout, paper), built_in(program, layout, paper)):
        pages = kept(made)
        plan = next(block for block in blocks_of(pages[0][0]) if isinstance(block, GridTable))
        assert plan.plan
        assert plan.boxes
        assert len(pages) <= (2 if count <= 5 else 3)
        limit = next(most for exercises, most in MOST[layout].items() if count <= exercises)
        assert made.pages <= limit


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_paper_takes_more_pages(drafted: Builder, built_in: Builder, program: str) -> None:
    for make in (drafted, built_in):
        assert len({make(program, "standard", paper).pages for paper in PAPERS}) == 1


@pytest.mark.parametrize(("program", "layout", "paper"), every(*MOST))
def test_pages_to_keep_are_full_and_not_blown_up(
    drafted: Builder, program: str, layout: str, paper: str
) -> None:
    made = drafted(program, layout, paper)
    limit = next(most for exercises, most in MOST[layout].items() if COUNTS[program] <= exercises)
    assert made.pages <= limit
    for planned, page in kept(made):
        assert empty(page) < 1 / 3
        blocks = blocks_of(planned)
        lines = sum(
            item.height for plan in planned.frames for item in plan if isinstance(item, NotesBlock)
        )
        assert lines < 0.75 * page.height, "a page of lines"
        grids = [block for block in blocks if isinstance(block, GridTable)]
        rows = [row for grid in grids for row in grid.band.rows]
        if rows and not any(row.dose or row.when for row in rows):
            heights = sizes(page, EntryKind.TICK, "height") or [6 * POINTS_PER_MM]
            assert max(heights) <= HIGHEST_LINE[layout] + 0.1
            assert min(heights) >= 6 * POINTS_PER_MM
            assert min(sizes(page, EntryKind.NUMBER, "width")) >= 7 * POINTS_PER_MM

"""A tracking grid goes on over pages: what it puts on one fits there."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handouts import Library, Workspace
from handouts.compose.compose import compose
from handouts.compose.document import GridLine, TrackingGrid
from handouts.figures.vector import Path
from handouts.layout.block import Block
from handouts.layout.grid import GridTable
from handouts.layout.grid_row import LEAST_BOX
from handouts.layout.sheet import TextRun
from handouts.layout.theme import theme_of
from handouts.model.dosage import Dosage
from handouts.pdf.annotations import EntryKind
from tests.conftest import PAPERS, PROGRAMS, Builder, OrderMaker, ProgramWriter, every
from tests.layout.pages import path_box
from tests.layout.recording import pages_of

WIDTH = 734.0
_EXERCISES = [
    written.exercise
    for phase in Library(Workspace()).program("si-joint-mix").phases
    for written in phase.exercises
]
OFTEN = dict.fromkeys(_EXERCISES, Dosage.model_validate({"times_per_day": 3}))
"""Three lines of boxes for each side: a grid that no page holds."""


@pytest.mark.parametrize("layout", ["standard", "large-print", "fridge"])
def test_the_rows_of_a_page_fit_it_in_every_form(
    order_for: OrderMaker, workspace: Workspace, layout: str
) -> None:
    order = order_for(program="si-joint-mix", layout=layout, doses=OFTEN)
    document = compose(order)
    theme, _ = theme_of(order, document, workspace)
    blocks = [block for section in document.sections for block in section.blocks]
    grid = next(block for block in blocks if isinstance(block, TrackingGrid))
    form: Block | None = GridTable(theme, grid, grid.bands[0])
    forms, tried = 0, 0
    while form is not None:
        forms += 1
        for room in range(150, 1200, 9):
            parts = form.split(WIDTH, room)
            if parts:
                tried += 1
                assert parts[0].height_at(WIDTH) <= room
        form = form.tighter()
    assert forms > 2
    assert tried > 10


LEAST = 36.0
"""Least height of a line of boxes with its part of the head of a week, in points."""


@pytest.mark.parametrize("program", ["knee-arthritis-begin", "low-back-build"])
def test_later_weeks_in_large_print_have_the_room_of_their_page(
    built_in: Builder, program: str
) -> None:
    story = built_in(program, "large-print", "letter").laid_out
    weeks = [
        item.height / sum(len(row.lines) for row in item.rows)
        for page in story.planned
        for item in page.frames[0]
        if isinstance(item, GridTable) and item.band.rows[0].dose is None
    ]
    assert len(weeks) >= 3
    assert min(weeks) > LEAST


@pytest.mark.parametrize("paper", PAPERS)
def test_rows_below_a_phase_grow_as_others_do(handout_for: Builder, paper: str) -> None:
    """On a full fridge sheet, where each exercise has four lines: all lines are equally high."""
    blank = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))
    story = handout_for(
        program="hand-begin", layout="fridge", clinic=PAPERS[paper], paper=paper, patient=blank
    ).laid_out
    (page,) = pages_of(story)
    lines = [
        box.height
        for box in page.entries
        if box.kind is EntryKind.TICK and isinstance(box.owner, GridLine)
    ]
    assert len(lines) > 300
    assert max(lines) - min(lines) <= 0.5


@pytest.mark.parametrize(
    ("program", "known"),
    [("balance-build", True), ("chair-whole-body", False), ("si-joint-strength", False)],
)
def test_lines_that_are_too_low_for_a_pen_grow_before_others(
    handout_for: Builder, program: str, known: bool
) -> None:
    """On a full fridge sheet: while one has less than 6 mm, no higher one takes of the room."""
    patient = {} if known else dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))
    story = handout_for(program=program, layout="fridge", patient=patient).laid_out
    grown = 0
    for page in story.planned:
        for (_, _, width, _), plan in zip(story.frames.of(page), page.frames, strict=True):
            for grid in (block for block in plan if isinstance(block, GridTable)):
                rows, more = grid._set(width).rows, grid._extra(width, grid.height)
                lines = [
                    (row.height - row.above + extra) / len(row.row.lines)
                    for row, extra in zip(rows, more, strict=True)
                ]
                enough = min(LEAST_BOX, *lines) + 0.5
                assert [
                    line
                    for line, extra in zip(lines, more, strict=True)
                    if extra and line > enough and min(lines) < LEAST_BOX
                ] == []
                grown += any(more)
    assert grown


@pytest.mark.parametrize(("program", "layout", "paper"), every("fridge", "compact"))
def test_days_stand_after_the_dose_in_every_row(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    story = built_in(program, layout, paper).laid_out
    grids = (item for page in story.planned for item in page.frames[0])
    rows = [row for grid in grids if isinstance(grid, GridTable) and grid.plan for row in grid.rows]
    runs = [item for page in pages_of(story) for item in page.items if isinstance(item, TextRun)]
    places = {id(run.source): (round(run.y, 3), run.x) for run in reversed(runs)}
    dosed = [row for row in rows if row.dose and row.when]
    assert dosed
    for row in dosed:
        assert places[id(row.name)] < places[id(row.dose)] < places[id(row.when)]


def test_a_week_that_no_page_holds_leaves_no_few_rows_alone(
    write_program: ProgramWriter, build_own: Builder
) -> None:
    """Thirty exercises for one safety text, more than any program has."""
    library = Library(Workspace())
    programs = [library.program(name) for name in PROGRAMS]
    names = dict.fromkeys(
        item.exercise
        for program in programs
        if program.safety == "low-back"
        for item in program.prescriptions
    )
    program = write_program(*({"exercise": name} for name in [*names][:30]))
    story = build_own(program=program, layout="compact").laid_out
    grids = [
        block
        for page in story.planned
        for plan in page.frames
        for block in plan
        if isinstance(block, GridTable)
    ]
    assert sum(len(block.rows) for block in grids) == 2 * 30
    assert min(len(block.rows) for block in grids) >= 10


@pytest.mark.parametrize(("program", "layout", "paper"), every("large-print"))
def test_what_to_know_first_stands_in_front_of_later_weeks_in_large_print(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """Whose grids fill up to four pages: nobody looks for emergency signs behind them."""
    story = built_in(program, layout, paper).laid_out
    pages = {
        block.name: number
        for number, page in enumerate(story.planned, 1)
        for plan in page.frames
        for block in plan
    }
    assert pages["red-flags"] <= 4
    assert pages.get("precautions", 0) <= 4


@pytest.mark.parametrize(
    ("program", "paper"), [("low-back-begin", "letter"), ("low-back-chair", "a4")]
)
def test_before_you_start_stands_right_after_the_plan_in_large_print(
    built_in: Builder, program: str, paper: str
) -> None:
    story = built_in(program, "large-print", paper).laid_out
    names = [block.name for page in story.planned for plan in page.frames for block in plan]
    plan = next(number for number, name in enumerate(names) if name.startswith("grid"))
    assert names.index("precautions") <= plan + 1


@pytest.mark.parametrize(("program", "layout", "paper"), every("large-print", "fridge"))
def test_numbers_of_rows_stand_apart(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    for page in pages_of(built_in(program, layout, paper).laid_out):
        paths = (item for item in page.items if isinstance(item, Path) and item.fill == "tile")
        tiles = sorted(map(path_box, paths), key=lambda box: (box[0], box[1]))
        assert all(
            below[1] - above[3] > 1.5 for above, below in pairwise(tiles) if above[0] == below[0]
        )

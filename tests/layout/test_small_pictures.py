"""Pictures in rows of the fridge sheet and the plan: there, large enough, arrows readable."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import product

import pikepdf
import pytest
from shapely.geometry import Polygon
from shapely.ops import unary_union

from handouts import Handout
from handouts.compose.document import GridLine, GridRow, TrackingGrid
from handouts.figures.draw import HALO
from handouts.figures.drawings import Drawings, drawing_name, figures_of
from handouts.figures.part import OUTER
from handouts.figures.vector import GRID, Vector
from handouts.layout import arrows
from handouts.layout.arrows import bounds_of, fitted, growth
from handouts.layout.grid import GridTable
from handouts.model.layout import POINTS_PER_MM
from handouts.pdf.annotations import EntryKind
from tests.conftest import BUILT_IN, LIBRARY, PAPERS, Builder, every
from tests.layout.recording import Drawing, pages_of

DRAWINGS = Drawings(BUILT_IN)
FRAMES = {
    drawing_name(exercise, variant): DRAWINGS.frames(exercise, variant, figure)
    for exercise, variant, figure in figures_of(LIBRARY)
}
ARROWED = {name: frames for name, frames in FRAMES.items() if arrows.parted(frames[-1])[1]}
NOTE = (
    "Go slowly in the first week. Call me if the knee swells. "
    "Do not do the bridge on days when your back hurts in the morning."
)


def _rows(handout: Handout) -> dict[str, list[Drawing]]:
    """The drawings of each row of the grid, by the exercise's number."""
    shown: dict[str, list[Drawing]] = {}
    for page in pages_of(handout.laid_out):
        for item in page.items:
            if isinstance(item, Drawing) and isinstance(item.source, GridRow):
                shown.setdefault(item.source.number.plain, []).append(item)
    return shown


def _expected(handout: Handout) -> list[str]:
    blocks = (block for section in handout.laid_out.document.sections for block in section.blocks)
    grid = next(block for block in blocks if isinstance(block, TrackingGrid))
    return [row.number.plain for row in grid.bands[0].rows]


@pytest.mark.parametrize(("program", "layout", "paper"), every("fridge"))
def test_every_exercise_of_a_fridge_sheet_has_its_picture(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    rows = _rows(handout)
    phases = len(LIBRARY.program(program).phases)
    if len(_expected(handout)) + (phases if phases > 1 else 0) > 5 and not rows:
        return  # So many rows and headings are low, and no row has its picture.
    assert list(rows) == _expected(handout)
    for number, (body, *_) in rows.items():
        assert isinstance(body.vector, Vector)
        left, top, right, bottom = bounds_of(body.vector)
        longest = max(right - left, bottom - top) * body.scale
        assert longest >= 10 * POINTS_PER_MM, number
        assert body.scale >= arrows.LEAST_SCALE, number
    assert _smallest_box(handout) >= 6 * POINTS_PER_MM


@pytest.mark.parametrize(
    ("program", "paper"), [("balance-build", "letter"), ("frozen-shoulder", "a4")]
)
def test_a_fridge_sheet_without_pictures_has_room_for_the_pen_where_it_can(
    built_in: Builder, program: str, paper: str
) -> None:
    """Both have lines for each side, which come before higher rows for the other exercises."""
    assert _smallest_box(built_in(program, "fridge", paper)) >= 6 * POINTS_PER_MM


def _smallest_box(handout: Handout) -> float:
    pages = pages_of(handout.laid_out)
    pens = {EntryKind.TICK, EntryKind.AMOUNT}
    boxes = [box for page in pages for box in page.entries if box.kind in pens]
    return min(min(box.width, box.height) for box in boxes)


@pytest.mark.parametrize(("program", "layout", "paper"), every("fridge"))
def test_a_fridge_sheet_is_one_page(
    handout_for: Builder, built_in: Builder, program: str, layout: str, paper: str
) -> None:
    assert built_in(program, layout, paper).pages == 1
    patient = {"note": NOTE}
    assert handout_for(layout=layout, program=program, paper=paper, patient=patient).pages == 1


LOW = 15.0
"""Lines of boxes are no lower, in points, while the type of their grid can be smaller."""


@pytest.mark.parametrize(("program", "layout", "paper"), every("fridge"))
def test_a_fridge_sheet_to_fill_in_is_one_page_with_lines_for_a_pen(
    handout_for: Builder, program: str, layout: str, paper: str
) -> None:
    """Spanish words are longer, and lines for the name and side take the room of a printed name."""
    clinic = PAPERS[paper]
    usual = {"program": program, "layout": layout, "clinic": clinic, "paper": paper}
    blank = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))
    for language in ("en", "es"):
        handout = handout_for(**usual, language=language, patient=blank)
        (page,) = pages_of(handout.laid_out)
        lines = [box.height for box in page.entries if isinstance(box.owner, GridLine)]
        (grid,) = (
            item for item in handout.laid_out.planned[0].frames[0] if isinstance(item, GridTable)
        )
        assert min(lines) >= LOW or grid.tighter() is None


# -- arrows


def _shape(drawing: Vector, role: str) -> Polygon:
    """The area that the paths of a role cover, with their lines."""
    shapes = []
    for path in (path for path in drawing.paths if path.fill == role):
        runs: list[list[tuple[float, ...]]] = []
        for kind, numbers in drawing.commands(path):
            if kind == "M":
                runs.append([])
            if numbers:
                runs[-1].append(numbers)
        area = Polygon()
        for run in runs:
            area = area.symmetric_difference(Polygon(run).buffer(0))
        shapes.append(area.buffer(path.width / GRID / 2 if path.stroke else 0))
    return unary_union(shapes)


def _fitted(frame: Vector, scale: float) -> tuple[Polygon, Polygon]:
    """Rims and arrows of a frame as drawn at a scale, in its own units."""
    width, height = frame.size
    fit = fitted(frame, (0, 0, width * scale, height * scale))
    assert fit.arrows is not None
    assert fit.scale == pytest.approx(scale)
    return _shape(fit.arrows, "figure-halo"), _shape(fit.arrows, "figure-arrow")


@pytest.mark.parametrize("frames", ARROWED.values(), ids=ARROWED)
def test_the_white_rim_of_an_arrow_is_wide_enough_on_paper(frames: tuple[Vector, ...]) -> None:
    for scale in (0.31, 0.5, 0.96, 1.9):
        rims, drawn = _fitted(frames[-1], scale)
        least = 1.2 * 0.97 / scale  # a sixteenth of a unit is lost to the grid of stored drawings
        assert drawn.buffer(least).difference(rims).area < 0.05, scale


@pytest.mark.parametrize("scale", [0.3, 0.5, 1.0])
def test_no_arrow_is_a_hair(scale: float) -> None:
    """Lines grow outward on both sides until the tail is wide enough."""
    _, line = growth(scale)
    assert (arrows.DRAWN_TAIL + 2 * line) * scale >= arrows.LEAST_TAIL - 1e-9


def test_the_rim_that_is_reckoned_with_is_the_one_that_is_drawn() -> None:
    assert 0 < HALO - arrows.DRAWN_RIM <= 0.12


def test_a_tiny_picture_has_no_arrows_and_its_body_takes_their_room() -> None:
    frame = FRAMES["good-morning"][-1]
    height = frame.size[1] * arrows.LEAST_SCALE * 0.9
    fit = fitted(frame, (10, 20, 200, height))
    left, top, right, bottom = bounds_of(fit.body)
    assert fit.arrows is None
    assert (bottom - top) * fit.scale == pytest.approx(height)
    assert fit.y + top * fit.scale == pytest.approx(20)
    assert fit.x + (left + right) / 2 * fit.scale == pytest.approx(110)


def test_sizes_that_are_near_each_other_share_their_drawings() -> None:
    frame = FRAMES["bird-dog"][-1]
    width, height = frame.size
    fits = [fitted(frame, (0, 0, width * s, height * s)) for s in (0.51, 0.515, 1.9, 2.4)]
    assert len({id(fit.body) for fit in fits}) == 2
    assert len({id(fit.arrows) for fit in fits}) == 2
    assert fits[2].arrows is fits[3].arrows
    assert fits[2].body is fits[3].body


def test_frames_without_arrows_are_drawn_as_they_are() -> None:
    frame = FRAMES["bird-dog"][0]
    width, height = frame.size
    fit = fitted(frame, (0, 0, 2 * width, 3 * height))
    assert [path.operators for path in fit.body.paths] == [p.operators for p in frame.paths]
    assert (fit.arrows, fit.scale) == (None, 2.0)
    assert fit.y + 2 * frame.bounds[1] == pytest.approx(height / 2)


# -- lines


SCALES = (0.12, 0.3, 0.36, 0.5, 0.96, 1.05, 1.5, 2.7)


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_no_line_is_a_hair_at_any_size(frames: tuple[Vector, ...]) -> None:
    for frame, scale in product(frames, SCALES):
        width, height = frame.size
        fit = fitted(frame, (0, 0, width * scale, height * scale))
        pairs = zip(arrows.parted(frame)[0].paths, fit.body.paths, strict=True)
        for drawn, printed in (pair for pair in pairs if pair[0].stroke):
            outline = drawn.width >= OUTER * GRID
            assert printed.width / GRID * fit.scale >= (0.75 if outline else 0.5) - 0.001


def test_the_outline_that_is_reckoned_with_is_the_one_that_is_drawn() -> None:
    assert arrows.DRAWN_OUTLINE == OUTER


@pytest.mark.parametrize(("program", "layout", "paper"), every("compact", "fridge", "cards"))
def test_no_line_of_a_printed_picture_is_a_hair(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """Read from the PDF of the layouts that shrink pictures most: how wide each line is at last."""
    drawings = list(_line_widths(built_in(program, layout, paper).pdf))
    # A fridge sheet of many exercises has no picture at all.
    assert drawings or layout == "fridge"
    for widths in drawings:
        assert min(widths) >= 0.499
        assert max(widths) >= 0.749


def _line_widths(pdf: bytes) -> Iterator[list[float]]:
    """The widths of the lines of every drawing that is shown in a PDF, in points."""
    with pikepdf.open(io.BytesIO(pdf)) as read:
        for page in read.pages:
            scale, stack = 1.0, []
            for instruction in pikepdf.parse_content_stream(page):
                name = str(instruction.operator)
                if name == "q":
                    stack.append(scale)
                elif name == "Q":
                    scale = stack.pop()
                elif name == "cm":
                    scale *= abs(float(str(instruction.operands[0])))
                elif name == "Do":
                    widths = _stroked(page.resources.XObject[str(instruction.operands[0])], scale)
                    if widths:
                        yield widths


def _stroked(form: pikepdf.Object, scale: float) -> list[float]:
    """The widths of lines; not of those that only make an area wider, in its own colour."""
    code = form.read_bytes().decode("ascii") if form.Subtype == "/Form" else ""
    step = re.match(r"-?(0\.0625) 0 0 -0\.0625 ", code)
    if step is None:  # a logo: drawings are in sixteenths of a unit
        return []
    width, found = 1.0, []
    for line in code.splitlines():
        if line.endswith(" w"):
            width = float(line.removesuffix(" w"))
        elif line == "S":
            found.append(width * float(step[1]) * scale)
    return found

"""The sheet to keep: what stands on its pages, in every layout, and with much and little on it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from handouts import Handout, Workspace
from handouts.compose.document import (
    ExerciseCard,
    GridRow,
    PainRule,
    Pointer,
    Prose,
    TrackingGrid,
)
from handouts.figures.vector import Path
from handouts.layout.block import Block
from handouts.layout.frames import PlannedPage
from handouts.layout.grid import GridTable
from handouts.layout.grid_row import LEAST_BOX
from handouts.layout.guidance import PainRuleBlock, RedFlagsBlock
from handouts.layout.prose import NotesBlock, PointerBlock
from handouts.model.layout import LEAVABLE, POINTS_PER_MM, BlockName, CardPart
from tests.conftest import LAYOUTS, LIBRARY, PROGRAMS, TWELVE, Builder, ProgramWriter, every
from tests.layout.pages import empty, outside, overlaps, parted, path_box, texts
from tests.layout.recording import Drawing, Page, pages_of

SHEETS = ("standard", "compact", "large-print")
NOTE = "Go slowly and stop for a day if your back is sorer. " * 12
LONG = "Maria Magdalena Featherstonehaugh-Cholmondeley von Hohenzollern"
UNKNOWN = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))


def blocks_of(page: PlannedPage) -> list[Block]:
    found: list[Block] = []
    for plan in page.frames:
        for item in plan:
            parts = item.inside or (item,)
            found += parts
    return found


def nodes(handout: Handout) -> list[Any]:
    return [block for part in handout.laid_out.document.sections for block in part.blocks]


def is_exercises(page: PlannedPage) -> bool:
    return page.section.block_names[0] is BlockName.EXERCISES


def to_tick(page: PlannedPage) -> bool:
    return any(isinstance(block, GridTable) and block.boxes for block in blocks_of(page))


def check(handout: Handout) -> None:
    """What must hold of every sheet to keep."""
    story = handout.laid_out
    keep = [page for page in story.planned if not is_exercises(page)]
    for page in pages_of(story):
        assert list(outside(page)) == []
        assert list(overlaps(page)) == []
        assert list(parted(page)) == []
        _check_dates(page)
    for planned, page in zip(story.planned, pages_of(story), strict=True):
        if not is_exercises(planned):
            assert empty(page) < 1 / 3
            assert not all(isinstance(block, NotesBlock) for block in blocks_of(planned))
    tables = [b for page in keep for b in blocks_of(page) if isinstance(b, GridTable) and b.boxes]
    assert set(Counter(id(table.band) for table in tables).values()) == {1}, "a week is torn"
    bands = [b for grid in nodes(handout) if isinstance(grid, TrackingGrid) for b in grid.bands]
    assert {id(table.band) for table in tables} == {id(band) for band in bands}
    for front, back in pairwise(story.planned):
        assert not (is_exercises(front) and to_tick(back)), "a page to tick behind exercises"
    for front, back in zip(story.planned[::2], story.planned[1::2], strict=False):
        assert not (to_tick(front) and is_exercises(back)), "exercises behind a page to tick"
    _check_pictures(handout)
    _check_signs(handout)


def _check_dates(page: Page) -> None:
    """Who writes when a phase began has room for a date, on the line that asks for it."""
    for words, pen in pairwise(texts(page)):
        if pen.blank and words.text.endswith("started on\u00a0"):
            assert pen.width >= 30 * POINTS_PER_MM
            assert abs(pen.y - words.y) < 0.1


def _check_pictures(handout: Handout) -> None:
    """Pictures stand in all rows of the plan, or in none."""
    drawn = {
        id(item.source)
        for page in pages_of(handout.laid_out)
        for item in page.items
        if isinstance(item, Drawing) and isinstance(item.source, GridRow)
    }
    (first, *_) = [node for node in nodes(handout) if isinstance(node, TrackingGrid)]
    rows = {id(row) for row in first.bands[0].rows}
    assert drawn in (set(), rows)


def _check_signs(handout: Handout) -> None:
    """The emergency signs stand on one page; an earlier one names it, or there is no pointer."""
    story = handout.laid_out
    pointers = [node for node in nodes(handout) if isinstance(node, Pointer)]
    assert len(pointers) <= 1
    points = [n for n, page in enumerate(story.planned, 1) if _with(page, PointerBlock)]
    assert len(points) == len(pointers)
    found = [n for n, page in enumerate(story.planned, 1) if _with(page, RedFlagsBlock)]
    prose = [node for node in nodes(handout) if isinstance(node, Prose)]
    flags = [node for node in prose if node.name is BlockName.RED_FLAGS]
    assert len(found) == len(flags)
    for number in found:
        said = {id(item.source) for item in texts(pages_of(story)[number - 1])}
        assert {id(sign) for sign in flags[0].parts} <= said
        assert all(node.text.plain == f"Emergency signs: see page {number}." for node in pointers)
        assert all(point < number for point in points)
        assert points or number <= 2


def check_stop(handout: Handout) -> None:
    """Every page or quarter to tick has the pain rule, or says at least when to stop."""
    story = handout.laid_out
    rule = "".join(story.document.furniture.stop_rule.plain.split())
    for planned, page in zip(story.planned, pages_of(story), strict=True):
        printed = "".join("".join(run.text for run in texts(page)).split())
        frames = [replace(planned, frames=(frame,)) for frame in planned.frames]
        unsaid = [each for each in frames if to_tick(each) and not _with(each, PainRuleBlock)]
        assert printed.count(rule) >= len(unsaid)
        if planned.is_cut_out and not is_exercises(planned):
            rules = [each for each in frames if _with(each, PainRuleBlock)]
            assert printed.count(rule) == len(unsaid) + len(rules), "room for a strip is lost"
    assert any(_with(page, PainRuleBlock) for page in story.planned)


def _with(page: PlannedPage, kind: type[Block]) -> bool:
    return any(isinstance(block, kind) for block in blocks_of(page))


@pytest.mark.parametrize(("program", "layout", "paper"), every(*SHEETS, "fridge"))
def test_built_in_programs(built_in: Builder, program: str, layout: str, paper: str) -> None:
    handout = built_in(program, layout, paper)
    check(handout)
    check_stop(handout)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_page_of_a_blank_draft_that_is_full_says_when_to_stop(
    handout_for: Builder, program: str
) -> None:
    """A draft of nobody's has the least room: boxes, or what stands about them, give way."""
    made = handout_for(program=program, exercises=None, patient=UNKNOWN, draft=True)
    check(made)
    check_stop(made)


STRESS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]] = {
    "one": ([{"exercise": "knee-drop"}], {}, {}),
    "six": ([{"exercise": name} for name in TWELVE[:6]], {}, {"note": NOTE}),
    "twelve": ([{"exercise": name} for name in TWELVE], {}, {"name": LONG}),
    "eight weeks": ([{"exercise": name} for name in TWELVE[:4]], {"weeks": 8}, {}),
    "twice a day": (
        [{"exercise": name, "dosage": "2 x 8, twice a day"} for name in TWELVE[3:8]],
        {},
        {"name": LONG},
    ),
    "phases": (
        [],
        {
            "expect": ["It gets better in weeks.", "Moving helps."],
            "phases": [
                {"name": "Start", "exercises": [{"exercise": name} for name in TWELVE[:2]]},
                {"name": "Next", "from_week": 3, "exercises": [{"exercise": "bird-dog"}]},
                {"name": "Last", "from_week": 3, "when": "the rest feels easy",
                 "exercises": [{"exercise": "good-morning"}]},
            ],
        },
        {"note": NOTE},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("case", "layout", "paper"),
    [
        (case, layout, ("letter", "a4")[(row + column) % 2])
        for row, case in enumerate(STRESS)
        for column, layout in enumerate(SHEETS)
    ],
)
def test_much_and_little(
    write_program: ProgramWriter, build_own: Builder, case: str, layout: str, paper: str
) -> None:
    exercises, fields, patient = STRESS[case]
    program = write_program(*exercises, **fields)
    known = {"name": "Maria", "affected_side": "left", "start_date": "2026-12-01"}
    handout = build_own(program=program, layout=layout, paper=paper, patient={**known, **patient})
    check(handout)
    check_stop(handout)


# --- the fridge sheet


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("case", ["one", "six", "phases", "twice a day", "twelve", "eight weeks"])
def test_a_fridge_sheet_is_one_page_for_any_eyes(
    write_program: ProgramWriter, build_own: Builder, case: str, paper: str
) -> None:
    exercises, fields, _ = STRESS[case]
    program = write_program(*exercises, **fields)
    note = NOTE[:600]
    patient = {"name": LONG, "affected_side": "left", "start_date": "2026-12-01", "note": note}
    handout = build_own(program=program, layout="fridge", paper=paper, patient=patient)
    assert handout.pages == 1
    said = " ".join(item.text for item in texts(pages_of(handout.laid_out)[0]))
    assert "Maria’s exercises" in said
    assert "Feather" not in said
    assert "Emergency signs: see your handout." in said
    safety = LIBRARY.safety("low-back")
    assert not any(sign in said for sign in (*safety.emergency, *safety.same_day))
    # A note that has no room is in the handout.
    noted = "Note from your clinician: see your handout." in said
    assert noted == (case == "twelve")
    assert ("Go slowly and stop" in said) != noted
    assert ("Weeks 1 to 4 of 8." in said) == (case == "eight weeks")
    assert "Stop if pain reaches 6" in said


def test_a_page_to_tick_has_notes_behind_it_rather_than_exercises(
    own_folder: Workspace, write_program: ProgramWriter, build_own: Builder
) -> None:
    assert own_folder.folder is not None
    sections = [
        {"blocks": ["title", "patient", "tracking", "pointer", "notes"]},
        {"blocks": ["exercises"], "stop_strip": True},
    ]
    layout = {"schema": 1, "name": "Short", "description": "Short.", "extends": "standard"}
    left_out = sorted({name.value for name in LEAVABLE} - {"tracking", "exercises", "notes"})
    written = {**layout, "leaves_out": left_out, "sections": sections}
    (own_folder.folder / "layouts" / "short.yaml").write_text(yaml.safe_dump(written))
    program = write_program({"exercise": "knee-drop"})
    front, back, exercises = build_own(program=program, layout="short").laid_out.planned
    assert to_tick(front)
    assert _with(back, NotesBlock)
    assert is_exercises(exercises)


@pytest.mark.parametrize("cut_out", [False, True])
def test_every_page_to_tick_says_when_to_stop_however_many_there_are(
    cut_out: bool, own_folder: Workspace, write_program: ProgramWriter, build_own: Builder
) -> None:
    assert own_folder.folder is not None
    blocks = ["title", "patient", "pointer", "tracking"]
    safety = ["pain-rule", "red-flags"]
    grid = {"weeks_across": 1, "name_width": "80 pt", "pictures": False}
    first: dict[str, object] = {"blocks": blocks, "cards": {"cut_out": cut_out}}
    first["orientation"] = "portrait" if cut_out else "landscape"
    sections = [first, {"blocks": safety}]
    layout = {"schema": 1, "name": "Long", "description": "Long.", "extends": "standard"}
    left_out = [name.value for name in LEAVABLE if name.value not in (*blocks, *safety)]
    written = {**layout, "leaves_out": left_out, "grid": grid, "sections": sections}
    (own_folder.folder / "layouts" / "long.yaml").write_text(yaml.safe_dump(written))
    exercises = [{"exercise": name} for name in TWELVE[: 3 if cut_out else 7]]
    program = write_program(*exercises, weeks=12)
    handout = build_own(program=program, layout="long")
    assert len([page for page in handout.laid_out.planned if to_tick(page)]) > (1 if cut_out else 5)
    check_stop(handout)
    for page in pages_of(handout.laid_out) if cut_out else []:
        across = (box for item in page.items if isinstance(item, Path) for box in [path_box(item)])
        middle = page.width / 2
        cut = [box for box in across if box[0] + 10 < middle < box[2] - 10 and box[1] != box[3]]
        assert cut == [] or page is pages_of(handout.laid_out)[-1], "a strip that scissors part"


def test_safety_that_stands_in_columns_is_found(
    own_folder: Workspace, write_program: ProgramWriter, build_own: Builder
) -> None:
    assert own_folder.folder is not None
    blocks, beside = ["title", "patient", "tracking", "pointer"], ["pain-rule", "red-flags"]
    section = {"blocks": [*blocks, beside]}
    left_out = [name.value for name in LEAVABLE if name.value not in (*blocks, *beside)]
    layout = {"schema": 1, "name": "Side", "description": "Side.", "extends": "standard"}
    written = {**layout, "leaves_out": left_out, "sections": [section]}
    (own_folder.folder / "layouts" / "side.yaml").write_text(yaml.safe_dump(written))
    program = write_program({"exercise": "knee-drop"}, weeks=2)
    (page,) = build_own(program=program, layout="side").laid_out.planned
    assert to_tick(page)
    assert _with(page, PainRuleBlock)
    assert not page.section.stop_strip, "the pain rule stands on the page"
    assert not _with(page, PointerBlock), "the signs stand on the page"


@pytest.mark.parametrize("name", ["Dr. Maria Sample", "Maria", "Maria  Sample"])
def test_it_has_the_first_name_that_is_no_title(handout_for: Builder, name: str) -> None:
    handout = handout_for(layout="fridge", patient={"name": name})
    assert handout.laid_out.document.furniture.heading.plain == "Maria’s exercises"


# --- what is left out


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_says_what_it_leaves_out(layout: str) -> None:
    made = LIBRARY.layout(layout)
    parts = [part.cards.parts for part in made.sections if "exercises" in part.block_names]
    said = made.block_names.union(*parts) | (set() if parts else set(CardPart))
    assert set(made.leaves_out) == {*LEAVABLE, *CardPart} - said
    assert {BlockName.PATIENT, BlockName.NOTE} & made.block_names


# --- one pain rule


@pytest.mark.parametrize("layout", LAYOUTS)
def test_there_is_one_pain_rule(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout)
    document = handout.laid_out.document
    rules = [node for node in nodes(handout) if isinstance(node, PainRule)]
    assert len(rules) == 1
    cards = [node for node in nodes(handout) if isinstance(node, ExerciseCard) and node.stop]
    said = [document.furniture.stop_rule.plain, *(rule.rule.plain for rule in rules)]
    said += [card.stop.plain.partition("?")[0] for card in cards if card.stop]
    assert all(text.partition("(")[0].count("6") == 1 for text in said)
    for rule in rules:
        numbers = [number.plain for number in rule.zones[-1].numbers]
        assert numbers == ["6", "7", "8", "9", "10"]
    foot = document.furniture
    assert not any("hurt" in leaf.plain for leaf in (foot.disclaimer, foot.disclaimer_short))


@pytest.mark.parametrize("layout", SHEETS)
def test_page_1_begins_with_what_to_expect(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    exercises = [{"exercise": name} for name in TWELVE[:4]]
    program = write_program(*exercises, expect=["It gets better."])
    first = build_own(program=program, layout=layout).laid_out.planned[0]
    names = [block.name for block in blocks_of(first)]
    assert names[:3] == ["title", "patient", "expect"]
    assert "red-flags" not in names
    assert _with(first, PainRuleBlock)


# --- blanks


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_blank_handout_has_a_line_for_the_name_and_boxes_for_the_side(
    handout_for: Builder, layout: str
) -> None:
    page = pages_of(handout_for(layout=layout, patient=UNKNOWN).laid_out)[0]
    said = [item for item in texts(page) if item.text.strip()]
    (name,) = (item for item in said if item.text == "Name")
    assert {"Sore side", "left", "right"} <= {item.text for item in said}
    lines = [path_box(p) for p in page.items if isinstance(p, Path) and p.stroke == "box"]
    below = [box for box in lines if abs(box[0] - name.x) < 1 and 0 < box[1] - name.y < 40]
    assert max(box[2] - box[0] for box in below) >= 70 * POINTS_PER_MM - 0.1
    sides = [box for box in page.entries if box.label.startswith("Sore side")]
    assert len(sides) == 2
    assert min(min(box.width, box.height) for box in sides) >= LEAST_BOX
    assert not any(p.dash for p in page.items if isinstance(p, Path) and p.stroke == "box")

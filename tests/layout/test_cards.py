"""Exercise cards in all sizes: large pictures over their steps, nothing left out, full pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import cycle, pairwise, product
from typing import Any

import pytest
from msgspec.structs import replace

from handouts import Handout, OrderRequest, Workspace, build, make_order
from handouts.compose.document import URGENT, ExerciseCard, FactKind
from handouts.figures.vector import Vector
from handouts.layout.card import Card
from handouts.layout.flow import total
from handouts.layout.prose import NotesBlock
from handouts.layout.sheet import TextRun
from handouts.layout.storyboard import starts_of
from handouts.model.layout import POINTS_PER_MM, Cards
from tests.conftest import (
    BUILT_IN,
    LIBRARY,
    PAPERS,
    PROGRAMS,
    TWELVE,
    Builder,
    ProgramWriter,
    every,
    request_for,
)
from tests.layout.pages import Box, all_text, empty, outside, overlaps, texts
from tests.layout.recording import Drawing, Page, Placement, pages_of

SIZES = {"standard": (60, 40), "compact": (45, 25), "large-print": (60, 40)}
"""Least width of a picture wider than high, least height of any other; mm."""
SMALLER = 0.9
"""Pictures may be a tenth smaller where that saves a page."""

NOBODY = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))


def _cards(handout: Handout) -> list[ExerciseCard]:
    parts = handout.laid_out.document.sections
    return [block for part in parts for block in part.blocks if isinstance(block, ExerciseCard)]


def _size(handout: Handout) -> Cards:
    layout = handout.laid_out.frames.layout
    return next(part.cards for part in layout.sections if "exercises" in part.block_names)


def _places(handout: Handout) -> Iterator[tuple[Page, Placement, ExerciseCard]]:
    """Where cards stand: one that goes on stands on two pages."""
    named = {f"exercise {card.number.plain}": card for card in _cards(handout)}
    for page in pages_of(handout.laid_out):
        for box in page.placements:
            if box.kind == "block" and box.name in named:
                yield page, box, named[box.name]


def _on_pages(handout: Handout) -> list[int]:
    """How many cards stand on each page that has any."""
    pages = [id(page) for page, _, _ in _places(handout)]
    return [pages.count(page) for page in dict.fromkeys(pages)]


def _pictures(page: Page, place: Placement) -> list[Box]:
    """The boxes of the pictures of a card; an arrow is part of its picture."""
    boxes: list[Box] = []
    for item in page.items:
        if not isinstance(item, Drawing) or not isinstance(item.vector, Vector):
            continue
        wide, high = (each * item.scale for each in item.vector.size)
        inside = place.y - 1 <= item.y <= place.y + place.height
        if not (inside and place.x - 1 <= item.x <= place.x + place.width):
            continue
        box = (item.x, item.y, item.x + wide, item.y + high)
        touching = [other for other in boxes if _overlap(box, other)]
        boxes = [other for other in boxes if other not in touching]
        boxes.append(_around([box, *touching]))
    beside = max((box[1] for box in boxes), default=0) < min((box[3] for box in boxes), default=0)
    return sorted(boxes, key=lambda box: box[0] if beside else box[1])


def _overlap(one: Box, other: Box) -> bool:
    return all(min(one[i + 2], other[i + 2]) > max(one[i], other[i]) for i in (0, 1))


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _scales(handout: Handout) -> dict[str, float]:
    """Points a unit of the pictures of each exercise, the least of them."""
    scales: dict[str, float] = {}
    for page, place, card in _places(handout):
        drawn = [
            item.scale
            for item in page.items
            if isinstance(item, Drawing)
            and isinstance(item.vector, Vector)
            and place.y - 1 <= item.y <= place.y + place.height
            and place.x - 1 <= item.x <= place.x + place.width
        ]
        if drawn:
            scales[card.number.plain] = min(*drawn, scales.get(card.number.plain, math.inf))
    return scales


# -- pictures


SAVES_A_PAGE = {("si-joint-loosen-and-hold", "standard", "letter")}
"""Handouts that would need another page for pictures of the full size."""


@pytest.mark.parametrize(("program", "layout", "paper"), every(*SIZES))
def test_pictures_are_large(built_in: Builder, program: str, layout: str, paper: str) -> None:
    handout = built_in(program, layout, paper)
    wide, high = (size * POINTS_PER_MM for size in SIZES[layout])
    theme, scales = handout.laid_out.frames.theme, _scales(handout)
    assert set(scales) == {card.number.plain for card in _cards(handout)}
    on_one_page = len(scales) == _size(handout).per_page and len(_on_pages(handout)) == 1
    if on_one_page or (program, layout, paper) in SAVES_A_PAGE:
        wide, high = wide * SMALLER, high * SMALLER
    for card in _cards(handout):
        frames = theme.frames(card.figure)
        # Three share the width that two have.
        part = min(1.0, 2 / len(frames))
        for frame in frames:
            across, down = (size * scales[card.number.plain] for size in frame.size)
            assert across >= wide * part - 0.5 or down >= high - 0.5, card.name.plain


@pytest.mark.parametrize(("program", "layout", "paper"), SAVES_A_PAGE)
def test_pictures_are_smaller_where_two_cards_have_no_room(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """With pictures of the full size a page could not hold its cards."""
    handout = built_in(program, layout, paper)
    frames, named = handout.laid_out.frames, {card.number.plain: card for card in _cards(handout)}
    crowded = []
    for page in handout.laid_out.planned:
        numbers = [card.card.number.plain for card in page.frames[0] if isinstance(card, Card)]
        full = [Card(frames.theme, named[number], page.section.cards) for number in numbers]
        if total(full, frames.width(page.section)) > frames.height(page):
            crowded.append(numbers)
    assert [len(numbers) for numbers in crowded] == [_size(handout).per_page]


@pytest.mark.parametrize(("program", "layout", "paper"), every("large-print"))
def test_large_print_has_no_smaller_pictures(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """Than a page of two has: one that has a page for itself is large in any layout."""
    handout = built_in(program, "standard", paper)
    usual, counts = _scales(handout), _on_pages(handout)
    # The larger numbers of three pictures beside each other take of their width.
    three = {
        card.number.plain
        for card in _cards(handout)
        if len(handout.laid_out.frames.theme.frames(card.figure)) > 2
    }
    alone = {str(sum(counts))} if counts[-1] == 1 else set()
    for number, scale in _scales(built_in(program, layout, paper)).items():
        least = 0.95 if number in three else 0.98
        assert number in alone or scale >= usual[number] * least, number


@pytest.mark.parametrize(("program", "layout", "paper"), every(*SIZES))
def test_steps_stand_with_their_picture(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    for page, place, card in _places(handout):
        starts = starts_of(handout.laid_out.frames.theme, card)
        boxes = _pictures(page, place)
        if len(boxes) < 2:
            continue
        begins = [
            next(run for run in texts(page) if run.source is step.text) for step in card.steps
        ]
        first = begins[0]
        below = first.y - 0.7 * first.size > max(box[3] for box in boxes) - 1
        if boxes[1][1] < boxes[0][3] and len({round(run.x) for run in begins}) == 1:
            # Steps stand in one column for all pictures: each has the number of its step.
            assert card.figure is not None
            for index, number in enumerate(card.figure.steps):
                assert card.steps[number - 1].number.plain in _marks(page, boxes, index)
            continue
        for number, step in enumerate(card.steps):
            own = max(index for index, start in enumerate(starts) if start <= number)
            runs = [run for run in texts(page) if run.source is step.text]
            assert _belongs_to(runs, boxes, below=below) == own, step.text.plain


def _marks(page: Page, boxes: list[Box], index: int) -> list[str]:
    """Texts in the middle below a picture, or left of it and no further than another picture."""
    left, top, right, bottom = boxes[index]
    before = boxes[index - 1][2] if index else left - 2 * (boxes[1][0] - right)
    return [
        run.text
        for run in texts(page)
        if (left < run.x + run.width / 2 < right and 0 <= run.y - bottom <= 2 * run.size)
        or (before < run.x < left and top < run.y <= bottom)
    ]


def _belongs_to(runs: list[TextRun], boxes: list[Box], *, below: bool) -> int:
    """The picture that a step stands below, right of, or (pictures below each other) level with."""
    left, _, _, bottom = _around(
        [(run.x, run.y - 0.7 * run.size, run.x + run.width, run.y) for run in runs]
    )
    places = range(len(boxes))
    if boxes[1][1] >= boxes[0][3]:
        return max(place for place in places if boxes[place][1] < bottom)
    if below:
        return min(place for place in places if boxes[place][2] > left)
    return max(place for place in places if boxes[place][2] <= left)


@pytest.mark.parametrize(("program", "layout", "paper"), every("standard", "compact"))
def test_cautions_stand_on_one_line_if_it_holds_them(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    theme = handout.laid_out.frames.theme
    for page, place, card in _places(handout):
        for text in (fact.text for fact in card.facts if fact.kind is FactKind.CAUTION):
            lines = {round(run.y) for run in texts(page) if run.source is text}
            room = place.width - 1.5 * theme.type.fact.size
            assert len(lines) <= 1 or theme.setter.width(text, theme.type.fact) > room, text.plain


# -- pages


@pytest.mark.parametrize(("program", "paper"), [*zip(PROGRAMS, cycle(PAPERS), strict=False)])
def test_two_exercises_a_page(
    handout_for: Builder, built_in: Builder, program: str, paper: str
) -> None:
    usual: dict[str, Any] = {"program": program, "clinic": PAPERS[paper], "paper": paper}
    others = handout_for(**usual, patient=NOBODY), handout_for(**usual, language="es")
    for handout in (*(built_in(program, "standard", each) for each in PAPERS), *others):
        counts = _on_pages(handout)
        assert set(counts[:-1]) <= {2}
        assert counts[-1] == 2 - sum(counts) % 2


GERMAN = {
    "si-joint-build": [2, 2, 1],
    "si-joint-calm": [2, 2],
    "si-joint-loosen-and-hold": [2, 1, 1],
    "si-joint-mix": [2, 2, 2, 2, 1],
    "si-joint-move": [2, 2],
    "si-joint-strength": [2, 2, 1, 2, 1],
    "si-joint-stretch-then-steady": [2, 2],
}
"""How many exercises stand on each page: long ones in German stand alone."""


@pytest.mark.parametrize(("program", "paper"), [*product(GERMAN, PAPERS)])
def test_german_exercises_stand_alone_only_if_they_are_long(
    handout_for: Builder, program: str, paper: str
) -> None:
    handout = handout_for(program=program, clinic=PAPERS[paper], paper=paper, language="de")
    assert _on_pages(handout) == GERMAN[program]
    for page in handout.laid_out.planned:
        lines = sum(block.height for block in page.frames[0] if isinstance(block, NotesBlock))
        assert lines < 0.7 * handout.laid_out.frames.size(page.section)[1]


@pytest.mark.parametrize(("program", "layout", "paper"), every("compact"))
def test_four_small_cards_a_page(built_in: Builder, program: str, layout: str, paper: str) -> None:
    counts = _on_pages(built_in(program, layout, paper))
    assert max(counts) <= 4
    assert min(counts) >= 2
    if program in ("si-joint-calm", "si-joint-move", "si-joint-stretch-then-steady"):
        assert counts == [4]


@pytest.mark.parametrize(("program", "layout", "paper"), every(*SIZES, "fridge"))
def test_no_page_is_more_than_a_third_empty(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    for page in pages_of(built_in(program, layout, paper).laid_out):
        assert empty(page) < 1 / 3


@pytest.mark.parametrize(("program", "layout", "paper"), every("large-print"))
def test_an_exercise_in_large_print_fills_its_page(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """Where pictures cannot be larger, its steps and facts stand further apart."""
    pages = {id(page): page for page, _, _ in _places(built_in(program, layout, paper))}
    assert all(empty(page) < 0.19 for page in pages.values())


@pytest.mark.parametrize(("program", "layout", "paper"), every("cards"))
def test_sheets_of_cards_are_full(built_in: Builder, program: str, layout: str, paper: str) -> None:
    """Four cards a sheet, after all that is said of safety; notes take a quarter that is left."""
    handout = built_in(program, layout, paper)
    sheets = [page.frames for page in handout.laid_out.planned]
    cards = [[any(isinstance(item, Card) for item in frame) for frame in s] for s in sheets]
    assert all(len(frames) == 4 for frames in sheets[:-1])
    last = [item for frame in sheets[-1] for item in frame]
    notes = [block for block in last if isinstance(block, NotesBlock) and not block.left_out]
    assert len(notes) == (sum(cards[-1]) < 4)
    after_safety = [card for sheet in cards for card in sheet][: -1 if notes else None]
    assert after_safety == sorted(after_safety)


@pytest.mark.parametrize(("program", "layout", "paper"), every("cards"))
def test_the_stop_rule_of_every_card_stands_at_its_foot(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    for page, place, card in _places(built_in(program, layout, paper)):
        lines = [run.y for run in texts(page) if card.stop in (run.source, run.repeats)]
        inside = [base for base in lines if place.y <= base <= place.y + place.height]
        assert place.y + place.height - max(inside) < 6, card.name.plain
        assert place.y + place.height > page.height * (0.4 if place.y < page.height / 2 else 0.88)


@pytest.mark.parametrize(("program", "layout", "paper"), every("cards"))
def test_every_quarter_says_whose_it_is_and_whom_to_call(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    """Below its card: once cut out, it stands alone."""
    story = built_in(program, layout, paper).laid_out
    said, clinic = story.document.furniture, LIBRARY.clinic(PAPERS[paper])
    assert (said.clinic.plain, said.phone.plain) == (clinic.full_name, clinic.phone)
    sheets = [
        each for each in zip(story.planned, pages_of(story), strict=True) if each[0].is_cut_out
    ]
    assert sheets
    for planned, page in sheets:
        for (x, y, width, height), _ in zip(story.frames.of(planned), planned.frames, strict=False):
            below = {
                run.repeats.plain
                for run in texts(page)
                if run.repeats is not None
                and x <= run.x <= x + width
                and y + height < run.y < y + height + FOOT
            }
            assert said.phone.plain in below
            assert below & {said.clinic.plain, clinic.name}


FOOT = 60.0
"""Room for the foot of a quarter page (points)."""


@pytest.mark.parametrize(("program", "layout", "paper"), every("cards", "large-print"))
def test_a_dose_in_lines_leaves_no_phrase_alone_that_has_room_for_another(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    for page, place, card in _places(built_in(program, layout, paper)):
        runs = [
            run
            for run in texts(page)
            if place.y <= run.y <= place.y + place.height
            and place.x <= run.x <= place.x + place.width
        ]
        lines: dict[int, list[float]] = {}
        for phrase in card.dose:
            own = [run for run in runs if phrase in (run.source, run.repeats)]
            wide = max(run.x + run.width for run in own) - min(run.x for run in own)
            lines.setdefault(round(own[-1].y), []).append(wide)
        for above, below in pairwise(lines.values()):
            moved = sum(above[:-1]), above[-1] + sum(below)
            assert len(above) == 1 or max(moved) >= sum(above) - 20, card.name.plain


@pytest.mark.parametrize("program", ["neck-begin", "heel-pain", "hip-arthritis-build"])
def test_a_card_that_only_just_fills_its_quarter_is_whole(built_in: Builder, program: str) -> None:
    handout = built_in(program, "cards", "letter")
    names = [box.name for _, box, _ in _places(handout)]
    assert names == [f"exercise {card.number.plain}" for card in _cards(handout)]


@pytest.mark.parametrize("layout", BUILT_IN.ids("layouts"))
def test_each_card_of_a_blank_to_choose_from_has_a_box_to_mark(
    built_in: Builder, layout: str
) -> None:
    request = OrderRequest(program="si-joint-mix", layout=layout, clinic="riverbend")
    handout = build(make_order(LIBRARY, request), BUILT_IN)
    cards = [
        entry
        for page, place, card in _places(handout)
        for entry in page.entries
        if entry.owner is card and place.y <= entry.y <= place.y + place.height
    ]
    assert [entry.label for entry in cards] == ["box to mark"] * len(_cards(handout))
    assert not any(card.box_label for card in _cards(built_in("si-joint-mix", layout, "letter")))


@pytest.mark.parametrize(("program", "layout", "paper"), every("large-print"))
def test_a_spread_of_large_print_parts_no_single_step(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    for page, _, card in _places(handout):
        shown = {id(run.source) for run in texts(page)}
        steps = [step for step in card.steps if id(step.text) in shown]
        assert len(steps) != 1, card.name.plain
        if card.steps[0] in steps:
            urgent = [fact for fact in card.facts if fact.kind in URGENT]
            assert all(id(fact.text) in shown for fact in urgent), card.name.plain


# -- nothing left out


def _squeezed(words: str) -> str:
    return "".join(words.split()).lower()


@pytest.mark.parametrize(("program", "layout", "paper"), every(*SIZES, "cards"))
def test_cautions_notes_and_stop_rule_are_on_every_size(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    printed = _squeezed(all_text(handout.laid_out))
    request = request_for(program=program, layout=layout, clinic=PAPERS[paper])
    order = make_order(LIBRARY, request)
    for item in order.exercises:
        for words in (*item.exercise.cautions, item.prescription.note):
            assert words is None or "{" in words or _squeezed(words).rstrip(".") in printed
    rules = [handout.laid_out.document.furniture.stop_rule.plain]
    if layout == "cards":
        rules = [card.stop.plain for card in _cards(handout) if card.stop]
        assert len(rules) == len(order.exercises)
    for rule in rules:
        assert printed.count(_squeezed(rule)) >= len(_on_pages(handout))


NOTE = (
    "Roll a small towel and lay it under your neck. It is fine if one side goes further than the "
    "other; let the slower side set the pace, and stop at the first pull you would call sharp"
)


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("layout", [*SIZES, "cards"])
def test_twelve_exercises_with_notes_for_a_long_name(
    build_own: Builder, write_program: ProgramWriter, layout: str, paper: str
) -> None:
    exercises = [
        {"exercise": name, "note": NOTE, "dosage": "3 x 12, hold 10 s, 3 times a day"}
        if number % 3 == 0
        else {"exercise": name}
        for number, name in enumerate(TWELVE)
    ]
    handout = build_own(
        program=write_program(*exercises),
        layout=layout,
        paper=paper,
        patient={"name": "Wilhelmina Featherstonehaugh-Oyelaran of Lower Nether Wallop"},
    )
    for page in pages_of(handout.laid_out):
        assert list(outside(page, cut_out=layout == "cards")) == []
        assert list(overlaps(page)) == []
    assert _squeezed(all_text(handout.laid_out)).count(_squeezed(NOTE)) == 4
    assert max(_on_pages(handout)) <= _size(handout).per_page


def test_an_exercise_without_a_picture_has_its_steps_in_the_whole_width(
    build_own: Builder, write_program: ProgramWriter, own_folder: Workspace
) -> None:
    assert own_folder.folder is not None
    text = BUILT_IN.find("exercises", "clamshell").read_text(encoding="utf-8")
    own = text[: text.index("figure:")] + text[text.index("\nsources:") :]
    (own_folder.folder / "exercises" / "own-clamshell.yaml").write_text(own, encoding="utf-8")
    handout = build_own(program=write_program({"exercise": "own-clamshell"}))
    ((page, place, card),) = _places(handout)
    assert _pictures(page, place) == []
    lefts = {
        round(run.x) for run in texts(page) if run.source in [step.text for step in card.steps]
    }
    assert len(lefts) == 1


@pytest.mark.parametrize("count", range(3, 10, 2))
@pytest.mark.parametrize("layout", ["cards", "standard"])
def test_what_is_needed_stays_inside_its_card(layout: str, count: int) -> None:
    """Beside a short name it may take more lines than the name has."""
    order = make_order(LIBRARY, OrderRequest("si-joint-calm", "riverbend", layout))
    needed = {"name": "Sit", "equipment": ("folded towel",) * count}
    items = tuple(
        replace(item, exercise=item.exercise.model_copy(update=needed)) for item in order.exercises
    )
    handout = build(replace(order, exercises=items), BUILT_IN)
    lines = [
        (item.y, item.size, place)
        for page, place, card in _places(handout)
        for item in texts(page)
        if item.source is card.equipment
    ]
    assert len(lines) >= len(items)
    for base, size, place in lines:
        assert place.y <= base - 0.7 * size
        assert base + 0.2 * size <= place.y + place.height
    assert [pair for page in pages_of(handout.laid_out) for pair in overlaps(page)] == []

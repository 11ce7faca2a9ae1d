"""What many handouts show is drawn and written once: nobody can tell, and nobody is remembered."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageChops
from pypdf import PdfReader

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.compose.cards import CardBody, CardTop
from handouts.compose.checklist import GridLine, GridName, WeekHead
from handouts.compose.compose import compose
from handouts.deliver.tags import read_tags
from handouts.layout import looks, memory
from handouts.layout.engine import lay_out
from handouts.layout.items import Part, PartAt
from handouts.layout.story import Story
from handouts.model.dosage import Dosage, Quantity
from handouts.model.memory import forget
from handouts.pdf.prepared import is_preparable
from handouts.pdf.write import write_pdf
from tests.conftest import TODAY, Builder, request_for
from tests.pdf.checks import conforms, is_accessible
from tests.pdf.reached import texts_reached

WORKSPACE = Workspace(today=TODAY)
LIBRARY = Library(WORKSPACE)
LAYOUTS = WORKSPACE.ids("layouts")
NAME = "Zebulon Quickthorn"
FAINT = 24
"""Steps of 255 that edges differ by where a number was rounded twice; few pixels differ more."""


def _forget_all() -> None:
    forget()
    looks.forget_looks()


def _parts(story: Story) -> list[Part]:
    items = [item for page in story.composed for item in page.items]
    return [item.part for item in items if isinstance(item, PartAt)]


def _opened(story: Story) -> Story:
    return replace(story, composed=story.pages)


# -- what is drawn once is drawn right


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("program", WORKSPACE.ids("programs"))
def test_parts_give_the_pages_that_drawing_each_time_gives(
    handout_for: Builder, monkeypatch: pytest.MonkeyPatch, program: str, layout: str
) -> None:
    """The same page breaks, and every block, text and box in its place."""
    story = handout_for(program=program, layout=layout).story
    _forget_all()
    monkeypatch.setattr(memory, "is_shared", lambda _node: False)
    anew = handout_for(program=program, layout=layout).story
    _forget_all()
    assert _parts(story)
    assert not _parts(anew)
    assert len(story.pages) == len(anew.pages)
    for page, other in zip(story.pages, anew.pages, strict=True):
        boxes, others = _placed(page), _placed(other)
        assert [box[:2] for box in boxes] == [box[:2] for box in others]
        for box, same in zip(boxes, others, strict=True):
            assert box[2:] == pytest.approx(same[2:], abs=0.001)
        assert [type(item) for item in page.items] == [type(item) for item in other.items]
        assert len(page.entries) == len(other.entries)
        assert [slot.block.source.plain for slot in page.slots] == [
            slot.block.source.plain for slot in other.slots
        ]


def _placed(page: Any) -> list[tuple[Any, ...]]:
    boxes = [(box.kind, box.name, box.x, box.y, box.width, box.height) for box in page.placements]
    return sorted(boxes, key=lambda box: (*box[:2], *(round(side) for side in box[2:4])))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_prepared_parts_are_what_their_pages_would_be(handout_for: Builder, layout: str) -> None:
    """Text in reading order, tags and pixels, against a file in which no part is prepared."""
    story = handout_for(layout=layout).story
    prepared, drawn = write_pdf(story), write_pdf(_opened(story))
    assert any(map(is_preparable, _parts(story)))
    assert _texts(prepared.pdf) == _texts(drawn.pdf)
    tags, others = (read_tags(PdfReader(io.BytesIO(each.pdf))) for each in (prepared, drawn))
    assert [(t.role, t.depth, t.text, t.alt) for t in tags] == [
        (t.role, t.depth, t.text, t.alt) for t in others
    ]
    for tag, other in zip(tags, others, strict=True):
        assert tag.box == pytest.approx(other.box, abs=0.02)
    for page, other in zip(_pictures(prepared.pdf), _pictures(drawn.pdf), strict=True):
        different = sum(ImageChops.difference(page, other).convert("L").histogram()[FAINT:])
        assert different < page.width * page.height / 5000


def _texts(pdf: bytes) -> list[str]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _pictures(pdf: bytes) -> Iterator[Image.Image]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            yield page.render(scale=2).to_pil().convert("RGB")


# -- any choice of exercises, any dose


@st.composite
def requests(draw: st.DrawFn) -> OrderRequest:
    """Ask for a program whose doses are somebody's own, in any look."""
    program = LIBRARY.program(draw(st.sampled_from(WORKSPACE.ids("programs"))))
    doses = {}
    for item in (each for phase in program.phases for each in phase.exercises):
        usual = LIBRARY.exercise(item.exercise).dosage
        if usual.repetitions is not None and draw(st.booleans()):
            amount = draw(st.integers(3, 15))
            doses[item.exercise] = Dosage(repetitions=Quantity(amount, amount))
    start = draw(st.sampled_from([None, "2026-12-01", "2026-12-03"]))
    return request_for(
        program=program.id,
        clinic=draw(st.sampled_from(WORKSPACE.ids("clinics"))),
        layout=draw(st.sampled_from(LAYOUTS)),
        patient={"start_date": start},
        doses=doses,
    )


@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(requests())
def test_what_came_before_changes_nothing(request: OrderRequest) -> None:
    """With all that is remembered, and with nothing: the same bytes."""
    order = make_order(LIBRARY, request)
    story = lay_out(compose(order), order, WORKSPACE)
    handout = write_pdf(story)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, story)
    _forget_all()
    assert build(make_order(Library(WORKSPACE), request), WORKSPACE).pdf == handout.pdf


# -- what is remembered


def test_patients_share_what_is_the_same_for_both(handout_for: Builder) -> None:
    one = handout_for(patient={"name": "Ada Byron", "note": "Slowly."}).story
    other = handout_for(patient={"name": "Lin Wei", "start_date": "2027-01-04"}).story
    shared = set(_parts(one)) & set(_parts(other))
    kinds = Counter(type(part.node) for part in shared)
    assert kinds[CardTop] == kinds[CardBody] == len(one.document.sections[1].blocks)
    assert len(shared) > 0.6 * len(_parts(one))


def test_an_own_dose_draws_only_what_it_changes(handout_for: Builder) -> None:
    usual = handout_for().story
    dose = Dosage(repetitions=Quantity(7, 7))
    own = handout_for(doses={"glute-bridge": dose}).story
    assert own.document.code != usual.document.code
    new = [part.node for part in _parts(own) if part not in set(_parts(usual))]
    assert [node.name.plain for node in new if isinstance(node, CardTop)] == ["Bridge"]
    assert sum(isinstance(node, CardBody) for node in new) == 1
    heads = [node.name.plain for node in new if isinstance(node, GridName)]
    assert heads == ["Bridge"] * 2
    assert not [node for node in new if isinstance(node, GridLine)]


def test_another_weekday_draws_only_its_weeks_and_lines_with_rest_days(
    handout_for: Builder,
) -> None:
    one = handout_for(patient={"start_date": "2026-12-01"}).story
    other = handout_for(patient={"start_date": "2026-12-02"}).story
    known = set(_parts(one))
    new = [part.node for part in _parts(other) if part not in known]
    assert {type(node) for node in new} == {WeekHead, GridLine}
    lines = [node for node in new if isinstance(node, GridLine)]
    assert not [line for line in lines if all(line.boxes)]


def test_nobody_is_remembered() -> None:
    """Of what looks keep nothing leads to a patient's name or note."""
    _forget_all()
    patient = {"name": NAME, "preferred_name": "Zeb", "note": f"Well done, {NAME}."}
    for layout in LAYOUTS:
        build(make_order(LIBRARY, request_for(layout=layout, patient=patient)), WORKSPACE)
    found = texts_reached(looks._looks)
    assert "Stop" in " ".join(found)
    assert not [text for text in found if "Quickthorn" in text or "Zeb" in text]


def test_the_least_recently_used_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_KEPT", 20)
    _forget_all()
    requests = [request_for(doses={"glute-bridge": _times(amount)}) for amount in range(3, 16)]
    pdfs = [build(make_order(LIBRARY, each), WORKSPACE).pdf for each in requests]
    (known,) = looks._looks.values()
    assert len(known.look.memory) == 20
    monkeypatch.undo()
    _forget_all()
    assert [build(make_order(LIBRARY, each), WORKSPACE).pdf for each in requests] == pdfs


def _times(amount: int) -> Dosage:
    return Dosage(repetitions=Quantity(amount, amount))

"""What a screen reader says of a handout, and in which order."""

from __future__ import annotations

import io
from functools import partial
from itertools import takewhile
from typing import Any

import pytest
from pypdf import PdfReader

from handouts.deliver.tags import Tag, read_tags, spoken_lines
from handouts.stamp.build import write_pdf
from tests.conftest import LIBRARY, Builder

UNKNOWN = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))


def _tags(pdf: bytes) -> tuple[Tag, ...]:
    return read_tags(PdfReader(io.BytesIO(pdf)))


def _said(pdf: bytes) -> list[str]:
    return list(spoken_lines(_tags(pdf)))


def _after(lines: list[str], line: str, count: int) -> list[str]:
    start = lines.index(line)
    return lines[start : start + count]


def _is_below(top: Tag, tag: Tag) -> bool:
    return tag.depth > top.depth


def test_the_letterhead_comes_first(handout_for: Builder) -> None:
    lines = _said(handout_for(layout="standard").pdf)
    assert lines[:9] == [
        "picture: Logo of Riverbend Physiotherapy",
        "Riverbend",
        "Physiotherapy",
        "(555) 010-0142",
        "214 Mill Race Road, Salem",
        "riverbend-physio.example",
        "heading 1: Your home exercises",
        "for lower back and pelvis pain",
        "Name",
    ]


def test_an_exercise_is_heard_in_its_order(handout_for: Builder) -> None:
    lines = _said(handout_for(layout="standard").pdf)
    heard = _after(lines, "heading 2: 4 Bridge", 10)
    assert heard.pop(7).startswith("picture: Lying on your back")
    assert heard == [
        "heading 2: 4 Bridge",
        "Both sides together",
        "2 sets of 10",
        "1 minute rest",
        "hold 5 seconds",
        "Tuesday, Thursday, Saturday",
        "about 4 minutes",
        "1",
        "Lie on your back. Bend your knees. Keep both feet flat.",
    ]


def test_warnings_are_marked_and_heard_whole_in_their_order(handout_for: Builder) -> None:
    """How it should feel, with when to stop before whom to call; then the emergency signs."""
    tags = _tags(handout_for(layout="standard").pdf)
    safety = LIBRARY.safety(LIBRARY.program("si-joint-calm").safety)
    begun = [at for at, tag in enumerate(tags) if tag.role == "Warning"]
    rule, signs = (
        list(spoken_lines(list(takewhile(partial(_is_below, tags[at]), tags[at + 1 :]))))
        for at in begun
    )
    assert rule[0] == "heading 2: How it should feel"
    assert rule[-3:] == [
        safety.stop_rule_from(6), safety.next_day, "Call us: (555) 010-0142",
    ]  # fmt: skip
    assert signs[0].startswith("heading 2: Emergency: call 911 now")
    assert signs[1:] == list(safety.emergency)


def test_who_it_is_for_is_heard_once_with_dates_in_full(handout_for: Builder) -> None:
    for layout in ("standard", "compact", "cards", "large-print"):
        lines = _said(handout_for(layout=layout).pdf)
        assert lines.count("Maria Nuñez-O'Brien") == 1
        assert _after(lines, "Start", 4) == [
            "Start", "Tuesday, December 1", "Next visit", "Tuesday, December 29, 10:30\u00a0AM",
        ]  # fmt: skip


def test_the_next_visit_is_heard_once_without_a_start_too(handout_for: Builder) -> None:
    known = {"start_date": None, "clinician": "Ana Ruiz, PT"}
    lines = _said(handout_for(layout="compact", patient=known).pdf)
    assert sum("10:30" in line for line in lines) == 1


def test_a_line_of_the_checklist_without_boxes_says_from_when_on(handout_for: Builder) -> None:
    lines = _said(handout_for(program="achilles", layout="large-print").pdf)
    later = next(n for n, line in enumerate(lines) if line.startswith("2 Heel drop"))
    assert lines[later + 1 : later + 5] == [
        "left morning", "From week 2", "left afternoon or evening", "From week 2",
    ]  # fmt: skip


def test_lines_and_boxes_for_the_pen_have_words(handout_for: Builder) -> None:
    lines = _said(handout_for(layout="standard", patient=UNKNOWN).pdf)
    assert _after(lines, "Name", 7) == [
        "Name", "blank", "Sore side", "left, box to tick", "right, box to tick",
        "Clinician", "blank",
    ]  # fmt: skip
    lines = _said(handout_for(layout="large-print", patient=UNKNOWN).pdf)
    assert _after(lines, "What helped? What was hard?", 2)[1] == "blank"


def test_a_box_to_mark_is_a_word_of_its_own(handout_for: Builder) -> None:
    unknown = {"program": "si-joint-mix", "exercises": None, "patient": UNKNOWN}
    lines = _said(handout_for(layout="standard", **unknown).pdf)
    assert any(line.startswith("1 box to mark Knee to chest ") for line in lines)


def test_the_checklist_says_days_and_not_box_after_box(handout_for: Builder) -> None:
    lines = _said(handout_for(layout="standard").pdf)
    week = lines.index("Week 1: Dec 1\u00a0–\u00a07")
    assert lines[week - 1 : week + 3] == [
        "table",
        "Week 1: Dec 1\u00a0–\u00a07",
        "Week 2: Dec 8\u00a0–\u00a014",
        "1 Knee drop 3 times each side, hold 10 seconds Every\u00a0day: 1 minute",
    ]
    third = "3 Knee to chest 3 times each leg, hold 20 seconds Every\u00a0day: 3 minutes"
    heard = [line for line in _after(lines, third, 7) if not line.startswith("picture: ")]
    assert heard == [
        third,
        "left",
        "boxes to tick: Every day",
        "right",
        "boxes to tick: Every day",
        "4 Bridge 2 sets of 10, hold 5 seconds Tuesday,\u00a0Thursday,\u00a0Saturday: 4 minutes",
        "boxes to tick: Tuesday, Thursday, Saturday",
    ]
    assert lines.count("a circle for a number each day") == 2


@pytest.mark.parametrize("layout", ["standard", "compact", "fridge", "large-print"])
def test_the_running_foot_is_read_once(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout)
    lines = _said(handout.pdf)
    assert sum(handout.code in line for line in lines) == 1
    assert sum("does not replace" in line.lower() for line in lines) == 1
    assert len(lines[-6:]) == len(set(lines[-6:]))
    assert not any(line.startswith("Page ") for line in lines)


def test_a_sheet_without_letterhead_says_whose_it_is(handout_for: Builder) -> None:
    lines = _said(handout_for(layout="fridge").pdf)
    assert lines[:3] == [
        "Riverbend Physiotherapy",
        "(555) 010-0142",
        "heading 1: Maria’s exercises",
    ]


@pytest.mark.parametrize("layout", ["cards", "compact", "fridge"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_without_letterhead_the_telephone_is_heard_by_itself(
    handout_for: Builder, layout: str, language: str
) -> None:
    # On a narrow card the stop strip has it too, in one paragraph with the stop rule.
    lines = _said(handout_for(program="heel-pain", layout=layout, language=language).pdf)
    assert lines[1] == "(555) 010-0142"


def test_a_fillable_checklist_has_a_cell_for_each_day(handout_for: Builder) -> None:
    story = handout_for(layout="standard").laid_out
    tags = _tags(write_pdf(story, fillable=True).pdf)
    labels = [label for tag in tags for label in tag.labels]
    start = labels.index("Knee drop, Tuesday, December 1")
    assert labels[start + 1] == "Knee drop, Wednesday, December 2"
    assert "Knee to chest, left, Monday, December 28" in labels
    assert "Worst pain today (0 to 10), Tuesday, December 1" in labels
    assert len(labels) == len(set(labels))
    rests = [tag for tag in tags if tag.role == "TD" and not tag.spoken]
    assert rests


def test_without_dates_the_week_tells_boxes_apart(handout_for: Builder) -> None:
    story = handout_for(layout="standard", patient=UNKNOWN).laid_out
    labels = [label for tag in _tags(write_pdf(story, fillable=True).pdf) for label in tag.labels]
    assert "Bridge, Monday, Week 2" in labels
    assert "Sore side: left" in labels
    assert "Name" in labels
    assert len(labels) == len(set(labels))


def _attributes(tags: tuple[Tag, ...], role: str) -> list[dict[str, Any]]:
    return [dict(tag.attributes) for tag in tags if tag.role == role]


def test_lists_say_how_they_are_numbered(handout_for: Builder) -> None:
    tags = _tags(handout_for(layout="standard").pdf)
    kinds = {attributes["ListNumbering"] for attributes in _attributes(tags, "L")}
    assert kinds == {"/None", "/Decimal", "/Disc"}

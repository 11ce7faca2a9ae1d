"""A figure in a YAML file: every mistake is named with its line, and what to do about it."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.errors import ContentError
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.model.base import Model
from handouts.model.figure import Figure, FigureChange
from handouts.model.props import Prop


class _File(Model):
    figure: Figure


HEAD = "figure:\n  works: right\n  props: [mat]\n  start: {base: standing}\n"


def _read(text: str) -> Figure:
    return build_model(_File, parse(text.encode(), "x.yaml")).figure


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  end: {wrist: 3}", '5:9: unknown key "wrist"\n    hint: did you mean "wrists"?'),
        ("  end: {knees: 170}", "5:16: knees must be at most 160, not 170"),
        ("  end: {right_hip: {flexx: 3}}", 'unknown key "flexx"\n    hint: did you mean "flex"?'),
        ("  end: {base: quadrped}", "5:15: base must be one of"),
        (
            "  end: {plant: {feets: [1, null]}}",
            '5:17: "feets" is not a known hand or foot',
        ),
        ("  end: {rest: {buttocks: chair.seat}}", "5:26: rest of buttocks names chair.seat, but"),
        ("  end:\n    reach: {hands: {to: couch.edge}}", "6:20: reach of hands names couch.edge"),
        ("  end: {reach: {hands: chair.bak}}", 'hint: did you mean "chair.back"?'),
        ("  arrows: [{of: haed}]", '5:17: "haed" is not a known contact point of the body'),
        ("  arrows: [{of: head, at: head}]", "an arrow has exactly one of of, at, arc, path"),
        ("  arrows: [{at: head}]", 'an arrow with "at" needs "dir"'),
        ("  end: {plant: {left_knee: [1, null]}}", '5:17: "left_knee" is not a known hand or foot'),
        ("  end: {reach: {head: [1, 2, 3]}}", '5:17: "head" is not a known hand or foot'),
        ("  end: {plant: {feet: pelvis}}", "5:23: "),
        ("  end: {rest: {pelvis: knee}}", "5:24: "),
        (
            "  end: {base: standing_at_wall}",
            "5:15: the base standing_at_wall reaches for wall, but",
        ),
        ("  arrows: [{of: head, trim: [0.5, 0.5]}]", '"trim" leaves nothing of the arrow'),
        ("  closeup: [towel]", "5:12: the close-up names towel, but the figure has no towel"),
        (
            "  stretch: [buttock]",
            'is not a known area of the body\n    hint: did you mean "buttocks"?',
        ),
        ("  view: [10, 95]", "5:14: item 2 of view must be at most 80, not 95"),
    ],
)
def test_a_mistake_is_named_with_its_place(lines: str, expected: Any) -> None:
    with pytest.raises(ContentError) as caught:
        _read(HEAD + lines + "\n")
    assert expected in str(caught.value)
    assert str(caught.value).startswith("x.yaml:")


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        ("[matt]", '3:11: unknown key "matt"\n    hint: did you mean "mat"?'),
        ("[{chair: {heigth: 27}}]", '3:20: unknown key "heigth"\n    hint: did you mean "height"?'),
        ("[{chair: {}, mat: {}}]", "write one prop for each item of the list"),
        (
            "[{band: {through: [left_plam, [1, 2, 3]]}}]",
            '"left_plam" is not a known point of the body',
        ),
        ("[{strap: {around: head}}]", "around must be one of"),
        ("[{towel: {under: left_knee}}]", "under must be one of"),
        ("[{band: {through: [knee, head]}}]", '"knee" is not a known point of the body or a prop'),
    ],
)
def test_a_wrong_prop_is_named_with_its_place(props: str, expected: Any) -> None:
    with pytest.raises(ContentError) as caught:
        _read(HEAD.replace("[mat]", props))
    assert expected in str(caught.value)


def test_a_prop_may_be_a_bare_name() -> None:
    figure = _read(HEAD.replace("[mat]", "[mat, {wall: {x: 3}}, chair, {step: }]"))
    assert [prop.kind for prop in figure.props or ()] == ["mat", "wall", "chair", "step"]
    assert Prop.model_validate("chair").contacts == ("chair.seat", "chair.back", "chair.front")


def test_a_variant_says_only_what_differs() -> None:
    figure = _read(HEAD + "  end: {step: 2, knees: 20, hips: 30}\n  arrows: []\n")
    change = FigureChange.model_validate(
        {"end": {"step": 3, "knees": 50}, "props": ("mat", {"loop_band": {}})}
    )
    changed = figure.override(change)
    assert changed.end is not None
    assert (changed.end.step, changed.end.knees, changed.end.hips) == (3, 50, 30)
    assert [prop.kind for prop in changed.props or ()] == ["mat", "loop_band"]
    assert (changed.arrows, changed.works) == ((), figure.works)


def test_a_variant_can_take_the_end_away() -> None:
    figure = _read(HEAD + "  end: {step: 2, knees: 20}\n")
    assert figure.has_motion
    assert not figure.override(FigureChange.model_validate({"end": None})).has_motion


def test_steps_are_those_of_the_frames() -> None:
    figure = _read(HEAD.replace("base: standing", "step: 2, base: standing") + "  end: {step: 5}\n")
    assert figure.steps == (2, 5)

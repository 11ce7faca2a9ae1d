"""The guide to drawing names everything, and its examples are right."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from handouts.figures.lint import lint_figure
from handouts.load.yaml import parse
from handouts.model.anatomy import JOINTS, PROP_CONTACTS, SIDED_POINTS
from handouts.model.figure import AREAS, Arrow, Figure, FigureChange
from handouts.model.pose import BASES, Pose
from handouts.model.props import Prop

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "drawing-an-exercise.md").read_text("utf-8")
CODES = set(re.findall(r"figure-[a-z]+", (ROOT / "handouts/figures/lint.py").read_text("utf-8")))
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "figure_guide.py"))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(BASES, id="bases"),
        pytest.param(tuple(JOINTS.values()), id="joints"),
        pytest.param(tuple(AREAS), id="areas"),
        pytest.param(tuple(Prop.model_fields), id="props"),
        pytest.param(tuple(PROP_CONTACTS), id="contacts"),
        pytest.param(SIDED_POINTS, id="points"),
        pytest.param(tuple(FigureChange.model_fields), id="keys"),
        pytest.param(tuple(CODES), id="codes"),
        pytest.param(("of", "at", "arc", "path", "squeeze", "apart"), id="arrows"),
    ],
)
def test_the_guide_names_everything(words: tuple[str, ...]) -> None:
    assert [word for word in words if not re.search(rf"[`{{]{re.escape(word)}[`:]", GUIDE)] == []


def test_the_guide_names_every_key_of_a_pose_and_an_arrow() -> None:
    sided = re.compile(r"^(right|left)_")
    keys = {field.alias or name for name, field in Pose.model_fields.items()}
    keys |= {field.alias or name for name, field in Arrow.model_fields.items()}
    known = {key for key in keys if re.search(rf"\b{key}\b", GUIDE)}
    rare = {"right_fingers", "left_fingers"}
    assert {sided.sub("", key) for key in keys - known - rare} - {
        *(sided.sub("", key) for key in keys if sided.sub("", key) != key)
    } == set()


def test_every_base_and_prop_is_pictured() -> None:
    assert set(TOOL["base_figures"]()) == set(BASES)
    assert set(TOOL["prop_figures"]()) == set(Prop.model_fields)


def test_examples_of_the_guide_are_right() -> None:
    examples = TOOL["examples"]()
    assert list(examples) == ["Heel slide", "Sit to stand", "Wall push-up"]
    for name, figure in examples.items():
        assert [finding.message for finding in lint_figure(figure, 2)] == [], name


def test_pictures_of_the_guide_exist() -> None:
    names = re.findall(r"\]\((figure-\w+\.png)\)", GUIDE)
    assert len(names) == 4
    assert [name for name in names if not (ROOT / "docs" / name).is_file()] == []


def test_the_picture_in_the_example_exercise_is_right() -> None:
    text = (ROOT / "data" / "templates" / "exercise.yaml").read_text("utf-8")
    block = text[text.index("# figure:") :].partition("\n\n")[0]
    lines = re.sub(r"^# ?", "", block, flags=re.MULTILINE)
    value = parse(lines.encode(), "exercise.yaml").value["figure"]
    figure = Figure.model_validate_json(json.dumps(value), strict=True)
    assert [finding.message for finding in lint_figure(figure, 5)] == []

"""Every built-in picture: right by the lint, shipped, small, and as the engine draws it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from handouts.figures.draw import draw
from handouts.figures.emit import pdf_operators
from handouts.figures.library import SHIPPED, drawing_name, figures_of
from handouts.figures.lint import lint_figure
from handouts.figures.stored import Drawing, read_drawing
from handouts.figures.style import Body, dressed, figure_palette, roles
from handouts.load.library import Library
from handouts.model.clinic import Mode
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace

LIBRARY = Library(Workspace())
FIGURES = list(figures_of(LIBRARY))
PALETTE = figure_palette("#0f7c8a", Mode.COLOUR, Body())
LARGEST = 16_000
"""Bytes of a picture in the PDF."""

each = pytest.mark.parametrize(
    ("exercise", "variant", "figure"),
    FIGURES,
    ids=[drawing_name(exercise, variant) for exercise, variant, _ in FIGURES],
)


def _shipped(exercise: str, variant: str | None) -> Drawing:
    path: Path = LIBRARY.workspace.builtin(f"{SHIPPED}/{drawing_name(exercise, variant)}.json")
    drawing = read_drawing(path.read_bytes())
    assert drawing is not None
    return drawing


def test_every_exercise_has_a_picture() -> None:
    drawn = {exercise for exercise, variant, _ in FIGURES if variant is None}
    assert drawn == set(LIBRARY.workspace.ids(Kind.EXERCISES))


@each
def test_a_picture_is_right(exercise: str, variant: str | None, figure: Figure) -> None:
    steps = LIBRARY.exercise(exercise).variant(variant).steps
    assert [finding.message for finding in lint_figure(figure, len(steps))] == []


@each
def test_a_picture_is_shipped_and_small(exercise: str, variant: str | None, figure: Figure) -> None:
    frames = _shipped(exercise, variant).frames
    assert len(frames) == len(list(figure.frames()))
    used = {role for frame in frames for path in frame.paths for role in path.roles}
    assert used <= set(roles())
    operators = (pdf_operators(dressed(v, PALETTE), PALETTE.__getitem__) for v in frames)
    assert sum(len(zlib.compress(data.encode(), 9)) for data in operators) <= LARGEST


@pytest.mark.parametrize("exercise", ["bird-dog", "hip-thrust", "clamshell"])
def test_the_engine_still_draws_what_is_shipped(exercise: str) -> None:
    """Bounds and paths, not bytes: another version of shapely may round differently."""
    figure = LIBRARY.exercise(exercise).figure
    assert figure is not None
    for now, then in zip(draw(figure), _shipped(exercise, None).frames, strict=True):
        assert now.bounds == pytest.approx(then.bounds, abs=0.3)
        assert [(p.fill, p.stroke) for p in now.paths] == [(p.fill, p.stroke) for p in then.paths]

"""Every built-in picture: right by the lint, shipped, small, and as the engine draws it."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import ImageChops

from handouts.figures.colours import Body, figure_palette, roles
from handouts.figures.draw import draw
from handouts.figures.drawings import SHIPPED, drawing_name, figures_of
from handouts.figures.lint import lint_figure
from handouts.figures.preview import drawn, page
from handouts.figures.vector import NONE, Drawing, Vector, dressed, pdf_operators, read_drawing
from handouts.layout.arrows import bounds_of
from handouts.model.clinic import Mode
from handouts.model.figure import Figure
from handouts.workspace import Kind
from tests.conftest import LIBRARY

FIGURES = list(figures_of(LIBRARY))
PALETTE = figure_palette("#0f7c8a", Mode.COLOUR, Body())
LARGEST = 16_000
"""Bytes of a picture in the PDF."""
LEAST_SEEN = 9
"""Square units of a mark: at 60 mm across, a spot of a millimetre and a half."""

PERSON = re.compile(r"figure-(skin|shirt|shorts|shoe|hair|face)\b")
"""Roles of what a person is drawn with."""

each = pytest.mark.parametrize(
    ("exercise", "variant", "figure"),
    FIGURES,
    ids=[drawing_name(exercise, variant) for exercise, variant, _ in FIGURES],
)


def _shipped(exercise: str, variant: str | None) -> Drawing:
    path: Path = LIBRARY.workspace.builtin(f"{SHIPPED}/{drawing_name(exercise, variant)}.json")
    drawing = read_drawing(path.read_bytes(), roles())
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


@each
def test_the_muscle_that_a_picture_names_is_seen(
    exercise: str, variant: str | None, figure: Figure
) -> None:
    """In the printed picture, in gray too: so many square units look different with it."""
    last = _shipped(exercise, variant).frames[-1]
    for mode in Mode:
        _muscles_are_seen(last, figure, figure_palette("#0f7c8a", mode, Body()))


def _muscles_are_seen(last: Vector, figure: Figure, palette: dict[str, str]) -> None:
    for mark, named in (("working", figure.working), ("stretch", figure.stretch)):
        marks = {role for role in palette if role.startswith(f"figure-{mark}")}
        marked = tuple(path for path in last.paths if marks & set(path.roles))
        assert bool(marked) == bool(named)
        if marked:
            # Only the part of the picture round the marks is rendered, which is quicker.
            near = replace(last, bounds=bounds_of(replace(last, paths=marked)))
            bare = palette | dict.fromkeys(marks, NONE)
            assert _differing(near, palette, bare) >= LEAST_SEEN


def _differing(frame: Vector, one: dict[str, str], other: dict[str, str]) -> float:
    """Return how many square units of a frame look different in two palettes."""
    dots = 3
    shown = [drawn(page([[frame]], palette, dots), 72)[0].convert("L") for palette in (one, other)]
    changed = ImageChops.difference(*shown).point(lambda level: 255 if level > 25 else 0)
    return changed.histogram()[255] / dots**2


@each
def test_a_person_fills_the_picture_and_frames_stand_on_one_floor(
    exercise: str, variant: str | None, figure: Figure
) -> None:
    """Not a prop, a shadow or an arrow: frames are drawn side by side at one scale."""
    frames = _shipped(exercise, variant).frames
    assert len(frames) == len(list(figure.frames()))
    assert len({frame.bounds[3] for frame in frames}) == 1
    parts = []
    for frame in frames:
        person = [path for path in frame.paths if any(map(PERSON.match, path.roles))]
        left, low, right, high = bounds_of(Vector(frame.bounds, tuple(person)))
        wide, tall = frame.size
        parts.append(max((right - left) / wide, (high - low) / tall))
    # All frames are as large as the largest: a hand that closes fills less of its own.
    assert max(parts) >= 0.75
    assert min(parts) >= 0.55

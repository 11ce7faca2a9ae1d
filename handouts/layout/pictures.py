"""The figures of an order → their frames, mirrored where asked, without unwanted layers."""

from __future__ import annotations

from handouts.compose.cards import ExerciseCard
from handouts.compose.checklist import TrackingGrid
from handouts.compose.document import Document, Plan
from handouts.compose.node import Figure
from handouts.compose.steps import variant_of
from handouts.figures.library import Drawings
from handouts.figures.vector import Vector
from handouts.layout.brand import Brand
from handouts.layout.look import PictureKey, picture_key
from handouts.model.order import Order

_KEPT = 512
_DRESSED: dict[tuple[int, frozenset[str], bool], tuple[Vector, Vector]] = {}


def load_pictures(
    document: Document, order: Order, brand: Brand, drawings: Drawings
) -> dict[PictureKey, tuple[Vector, ...]]:
    """Return the frames of every figure that a document shows.

    Raises:
        MissingError: if a figure is not drawn yet and cannot be drawn here.
    """
    models = {
        (item.exercise.id, variant_of(item)): item.exercise.figure for item in order.exercises
    }
    pictures: dict[PictureKey, tuple[Vector, ...]] = {}
    for figure in _figures(document):
        key = picture_key(figure)
        model = models[figure.exercise, figure.variant]
        if key not in pictures and model is not None:
            frames = drawings.frames(figure.exercise, figure.variant, model)
            pictures[key] = tuple(_dressed(frame, brand, figure) for frame in frames)
    return pictures


def _figures(document: Document) -> list[Figure]:
    found: list[Figure | None] = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, ExerciseCard):
                found.append(block.figure)
            elif isinstance(block, Plan):
                found += [row.figure for row in block.rows]
            elif isinstance(block, TrackingGrid):
                found += [row.figure for band in block.bands for row in band.rows]
    return [figure for figure in found if figure]


def _dressed(frame: Vector, brand: Brand, figure: Figure) -> Vector:
    """A frame as a handout shows it: handouts of one clinic show the same."""
    key = (id(frame), brand.unwanted, figure.mirrored)
    if key not in _DRESSED:
        if len(_DRESSED) == _KEPT:
            _DRESSED.clear()
        shown = Vector(frame.bounds, tuple(path for path in frame.paths if brand.draws(path)))
        # The frame is kept with it, so that no other has its identity.
        _DRESSED[key] = (frame, shown.mirrored() if figure.mirrored else shown)
    return _DRESSED[key][1]

"""The figures of an order → their frames, mirrored where asked, without unwanted layers."""

from __future__ import annotations

from handouts.compose.cards import ExerciseCard
from handouts.compose.document import Document, Plan
from handouts.compose.steps import variant_of
from handouts.compose.text import Picture
from handouts.compose.tracking import TrackingGrid
from handouts.figures.library import Drawings
from handouts.figures.style import dressed
from handouts.figures.vector import Vector
from handouts.layout.brand import Brand
from handouts.layout.look import PictureKey, picture_key
from handouts.model.figure import Figure as FigureModel
from handouts.model.order import Order

Frames = tuple[Vector, ...]


class Pictures:
    """The frames of figures as a clinic shows them: each is read and dressed once."""

    def __init__(self, drawings: Drawings, brand: Brand) -> None:
        self._drawings, self._brand = drawings, brand
        self._known: dict[PictureKey, tuple[FigureModel, Frames]] = {}

    def of(self, document: Document, order: Order) -> dict[PictureKey, Frames]:
        """Return the frames of every figure that a document shows.

        Raises:
            MissingError: if a figure is not drawn yet and cannot be drawn here.
        """
        models = {
            (item.exercise.id, variant_of(item)): item.exercise.figure for item in order.exercises
        }
        pictures: dict[PictureKey, Frames] = {}
        for figure in _figures(document):
            key = picture_key(figure)
            model = models[figure.exercise, figure.variant]
            if key not in pictures and model is not None:
                pictures[key] = self._frames(key, model)
        return pictures

    def _frames(self, key: PictureKey, model: FigureModel) -> Frames:
        """Return the frames of a figure without unwanted layers, mirrored where that is asked."""
        known = self._known.get(key)
        if known is None or known[0] != model:
            exercise, variant, mirrored = key
            frames = self._drawings.frames(exercise, variant, model)
            made = (dressed(frame, self._brand.palette, mirrored=mirrored) for frame in frames)
            known = self._known[key] = (model, tuple(made))
        return known[1]


def _figures(document: Document) -> list[Picture]:
    found: list[Picture | None] = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, ExerciseCard):
                found.append(block.figure)
            elif isinstance(block, Plan):
                found += [row.figure for row in block.rows]
            elif isinstance(block, TrackingGrid):
                found += [row.figure for band in block.bands for row in band.rows]
    return [figure for figure in found if figure]

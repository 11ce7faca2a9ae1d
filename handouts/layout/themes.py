"""Turn an order into the theme of its clinic and layout, with the pictures of its exercises."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.cards import ExerciseCard
from handouts.compose.document import Document
from handouts.compose.steps import variant_of
from handouts.compose.text import Picture
from handouts.compose.tracking import TrackingGrid
from handouts.figures.library import Drawings
from handouts.figures.style import dressed
from handouts.figures.vector import Vector
from handouts.layout.theme import PictureKey, Theme, picture_key
from handouts.logos import read_logo
from handouts.model.figure import Figure as FigureModel
from handouts.model.order import Order
from handouts.text.brand import Brand, brand_of
from handouts.text.fonts import load_fonts
from handouts.text.setting import Typesetter
from handouts.workspace import Workspace

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
            elif isinstance(block, TrackingGrid):
                found += [row.figure for band in block.bands for row in band.rows]
    return [figure for figure in found if figure]


_KEPT = 8
"""Looks that are remembered: a clinic prints in few layouts."""


class _Known(Struct, frozen=True):
    """A theme without pictures, its brand, and its pictures.

    What it was made for is kept, so that no other has its identity.
    """

    made_for: tuple[object, ...]
    theme: Theme
    brand: Brand
    pictures: Pictures


_themes: dict[tuple[int, ...], _Known] = {}
"""The cache of this stage: it saves reading the logo and the drawings again for each patient."""


def theme_of(order: Order, document: Document, workspace: Workspace) -> tuple[Theme, Brand]:
    """Return the theme of an order with the pictures of its document, and the brand.

    Raises:
        ContentError: for a logo that is no picture, or brand colours that cannot be read.
        MissingError: if a figure is not drawn yet and cannot be drawn here.
    """
    made_for = (order.layout, order.clinic, order.mode, order.locale, workspace)
    key = tuple(map(id, made_for))
    known = _themes.get(key)
    if known is None:
        if len(_themes) == _KEPT:
            _themes.clear()
        brand = brand_of(order.clinic, order.mode)
        words = document.furniture
        fonts, logo = load_fonts(workspace), read_logo(order.clinic, workspace)
        theme = Theme(order.layout, Typesetter(fonts), words.continued, logo)
        pictures = Pictures(Drawings(workspace), brand)
        known = _themes[key] = _Known(made_for, theme, brand, pictures)
    return replace(known.theme, pictures=known.pictures.of(document, order)), known.brand

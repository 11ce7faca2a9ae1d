"""Turn an order into the theme of its clinic and layout, with the pictures of its exercises."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.card import variant_of
from handouts.compose.document import Document, ExerciseCard, TrackingGrid
from handouts.compose.text import Picture
from handouts.figures.library import Drawings
from handouts.figures.vector import dressed
from handouts.layout.storyboard import MOST
from handouts.layout.theme import PictureFrame, PictureKey, Theme, picture_key
from handouts.logos import PhotoLook, read_logo, read_photo
from handouts.model.figure import Figure as FigureModel
from handouts.model.layout import BlockName, Layout, TypeScale
from handouts.model.order import Order
from handouts.model.photo import Photo
from handouts.text.brand import Brand, brand_of
from handouts.text.fonts import load_fonts
from handouts.text.setting import Typesetter
from handouts.text.words import needs_order
from handouts.workspace import Workspace

Frames = tuple[PictureFrame, ...]


class Pictures:
    """The frames of figures as a clinic shows them: each is read, and dressed or cropped, once.

    ``look`` is how photographs are printed.
    """

    def __init__(self, drawings: Drawings, brand: Brand, look: PhotoLook) -> None:
        self._drawings, self._brand, self._look = drawings, brand, look
        self._known: dict[PictureKey, tuple[FigureModel | Photo, Frames]] = {}

    def of(self, document: Document, order: Order) -> dict[PictureKey, Frames]:
        """Return the frames of every figure that a document shows.

        Raises:
            MissingError: if a figure is not drawn yet and cannot be drawn here.
            ContentError: for a photograph that cannot be printed.
        """
        models = {
            (item.exercise.id, variant_of(item)): item.exercise.picture or item.exercise.figure
            for item in order.exercises
        }
        pictures: dict[PictureKey, Frames] = {}
        for figure in _figures(document):
            key = picture_key(figure)
            model = models[figure.exercise, figure.variant]
            if key not in pictures and model is not None:
                pictures[key] = self._frames(key, model)
        return pictures

    def _frames(self, key: PictureKey, model: FigureModel | Photo) -> Frames:
        """Return the frames of a figure without unwanted layers, mirrored where that is asked."""
        known = self._known.get(key)
        if known is not None and known[0] == model:
            return known[1]
        exercise, variant, mirrored = key
        made: Frames
        if isinstance(model, Photo):
            look = replace(self._look, mirrored=mirrored)
            made = read_photo(model, self._drawings.workspace, look)
        else:
            frames = self._drawings.frames(exercise, variant, model)
            palette = self._brand.palette
            made = tuple(dressed(frame, palette, mirrored=mirrored) for frame in frames)
        self._known[key] = (model, made)
        return made


def _figures(document: Document) -> list[Picture]:
    found: list[Picture | None] = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, ExerciseCard):
                found.append(block.figure)
            elif isinstance(block, TrackingGrid):
                found += [row.figure for band in block.bands for row in band.rows]
    return [figure for figure in found if figure]


def _largest(layout: Layout) -> tuple[float, float]:
    """The box of the largest picture that a layout prints, in points."""
    cards = [each.cards for each in layout.sections if BlockName.EXERCISES in each.block_names]
    width = max((each.picture_width for each in cards), default=_THUMBNAIL)
    height = max((each.picture_height for each in cards), default=_THUMBNAIL)
    return MOST * width, MOST * height


def _opened(scale: TypeScale, air: float) -> TypeScale:
    """Return a type scale with lines further apart."""
    styles = {name: replace(style, leading=style.leading * air) for name, style in scale}
    return scale.model_copy(update=styles)


_TALL = 1.08
"""Letters of other scripts, and their marks, reach further up and down than Latin ones."""

_THUMBNAIL = 72.0
"""Width and height of a picture beside the grid, at most, in points."""

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
        ContentError: for a logo or photograph that is no picture, or brand colours that cannot be
            read.
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
        fonts, logo = load_fonts(rtl=document.rtl), read_logo(order.clinic, workspace)
        layout, air = order.layout, _TALL if needs_order(order.locale.name) else 1.0
        if air > 1:
            layout = layout.model_copy(update={"type": _opened(layout.type, air)})
        theme = Theme(layout, Typesetter(fonts), words.continued, logo, air=air)
        look = PhotoLook(_largest(order.layout), order.mode)
        pictures = Pictures(Drawings(workspace), brand, look)
        known = _themes[key] = _Known(made_for, theme, brand, pictures)
    return replace(known.theme, pictures=known.pictures.of(document, order)), known.brand

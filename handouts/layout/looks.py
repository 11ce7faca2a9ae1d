"""An order → the look of its clinic and layout, which all handouts in it share."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.document import Document
from handouts.figures.library import Drawings
from handouts.layout.brand import Brand, brand_of
from handouts.layout.fonts import load_fonts
from handouts.layout.look import Look
from handouts.layout.pictures import Pictures
from handouts.layout.text import Setter
from handouts.logos import read_logo
from handouts.model.order import Order
from handouts.workspace import Workspace

_KEPT = 8
"""Looks that are remembered: a clinic prints in few layouts."""


class _Known(Struct, frozen=True):
    """A look without pictures, its brand, and its pictures.

    What it was made for is kept, so that no other has its identity.
    """

    made_for: tuple[object, ...]
    look: Look
    brand: Brand
    pictures: Pictures


_looks: dict[tuple[int, ...], _Known] = {}
"""The cache of this stage: it saves reading the logo and the drawings again for each patient."""


def look_of(order: Order, document: Document, workspace: Workspace) -> tuple[Look, Brand]:
    """Return the look of an order with the pictures of its document, and the brand.

    Raises:
        ContentError: for a logo that is no picture, or brand colours that cannot be read.
        MissingError: if a figure is not drawn yet and cannot be drawn here.
    """
    made_for = (order.layout, order.clinic, order.mode, order.locale, workspace)
    key = tuple(map(id, made_for))
    known = _looks.get(key)
    if known is None:
        if len(_looks) == _KEPT:
            _looks.clear()
        brand = brand_of(order.clinic, order.mode)
        words = document.furniture
        fonts, logo = load_fonts(workspace), read_logo(order.clinic, workspace)
        look = Look(order.layout, Setter(fonts), words.continued, words.turn_over, logo)
        pictures = Pictures(Drawings(workspace), brand)
        known = _looks[key] = _Known(made_for, look, brand, pictures)
    return replace(known.look, pictures=known.pictures.of(document, order)), known.brand

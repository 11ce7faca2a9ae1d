"""An order → the look of its clinic and layout, which all handouts in it share."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from msgspec import Struct

from handouts.compose.document import Document
from handouts.figures.library import Drawings
from handouts.layout.brand import Brand, brand_of
from handouts.layout.fonts import load_fonts
from handouts.layout.look import Look
from handouts.layout.pictures import load_pictures
from handouts.layout.text import Setter
from handouts.logos.read import read_logo
from handouts.model.order import Order
from handouts.workspace import Workspace

ONE_AT_A_TIME = Lock()
"""Handouts of one look share what is remembered of it."""

_KEPT = 4
"""Looks that are remembered, of some 100 MB each at most: a clinic prints in few layouts."""


class _Known(Struct, frozen=True):
    """A look and its brand. What it was made for is kept, so that no other has its identity."""

    made_for: tuple[object, ...]
    brand: Brand
    look: Look
    drawings: Drawings


_looks: OrderedDict[tuple[int, ...], _Known] = OrderedDict()


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
        brand = brand_of(order.clinic, order.mode)
        words = document.furniture
        fonts, logo = load_fonts(workspace), read_logo(order.clinic, workspace)
        look = Look(order.layout, Setter(fonts), words.continued, words.turn_over, logo)
        known = _looks[key] = _Known(made_for, brand, look, Drawings(workspace))
        if len(_looks) > _KEPT:
            _looks.popitem(last=False)
    else:
        _looks.move_to_end(key)
    known.look.pictures.update(load_pictures(document, order, known.brand, known.drawings))
    return known.look, known.brand


def forget_looks() -> None:
    """Forget every look, and with it whatever was drawn in it."""
    _looks.clear()

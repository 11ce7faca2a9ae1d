"""An Order → a finished Handout: the stages in their order."""

from __future__ import annotations

from handouts.compose.compose import compose
from handouts.layout.engine import lay_out
from handouts.model.order import Order
from handouts.pdf.write import Handout, write_pdf
from handouts.workspace import Workspace


def build(order: Order, workspace: Workspace, *, fillable: bool = False) -> Handout:
    """Return the handout of an order: the same order and date give the same bytes.

    ``fillable``: its boxes and lines are form fields, to be filled in on a screen.

    Raises:
        ContentError: for a letter no font has, or a brand or logo that cannot be used.
        DoesNotFit: if the content cannot be laid out.
    """
    return write_pdf(lay_out(compose(order), order, workspace), fillable=fillable)

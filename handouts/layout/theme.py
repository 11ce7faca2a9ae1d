"""Hold what every part of a page draws with: type scale, typesetter, logo, numbered marks."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from handouts.compose.document import Document, Letterhead
from handouts.compose.text import Picture, Text
from handouts.figures.vector import Vector
from handouts.layout.arrows import ArrowBook
from handouts.layout.sheet import Sheet
from handouts.logos import Logo, Photograph, VectorLogo
from handouts.model.layout import Layout, TypeScale, TypeStyle
from handouts.text.setting import SetText, Typesetter, replace_size, type_style

REGULAR_BODY = 12.0
"""The size of details in the standard layout, to which spacing is in proportion."""


_EDGE = 0.5
"""The edge of what is filled with the brand's colour (points)."""

CLINIC_SHARE = 0.85
"""A clinic's name that must shrink becomes no smaller than this part of its size."""

PictureFrame = Vector | Photograph
"""A frame of a picture: of a drawing, or of a photograph."""

PictureKey = tuple[str, str | None, bool]
"""What is drawn: exercise, variant, mirrored."""


def picture_key(figure: Picture) -> PictureKey:
    """Return what a figure shows, whatever its words."""
    return figure.exercise, figure.variant, figure.mirrored


class Theme(Struct, frozen=True):
    """A layout ready to draw with. ``pictures`` gives the frames of a figure by what is drawn.

    ``continued`` is the word for what goes on from the page before. ``air``: how much further
    apart lines are than those in Latin letters.
    """

    layout: Layout
    setter: Typesetter
    continued: Text
    logo: Logo | None = None
    pictures: dict[PictureKey, tuple[PictureFrame, ...]] = field(default_factory=dict)
    arrows: ArrowBook = field(default_factory=ArrowBook)
    air: float = 1.0

    @property
    def type(self) -> TypeScale:
        """The layout's type scale."""
        return self.layout.type

    @property
    def scale(self) -> float:
        """How much larger than in the standard layout type and space are."""
        return self.type.detail.size / REGULAR_BODY

    def frames(self, figure: Picture | None) -> tuple[PictureFrame, ...]:
        """The frames of a figure; none without a picture."""
        return self.pictures.get(picture_key(figure), ()) if figure else ()


def draw_frame(
    theme: Theme,
    sheet: Sheet,
    box: tuple[float, float, float, float],
    frame: PictureFrame,
    source: object | None = None,
) -> None:
    """Place a frame of a figure in the middle of a box (x, y, width, height), arrows readable.

    ``source`` is the node of the document that it pictures; without it, it only decorates.
    """
    if isinstance(frame, Photograph):
        sheet.photograph(frame, _middle(frame, box), source)
        return
    fitted = theme.arrows.fit(frame, box)
    with sheet.upright(box[0], box[2]):
        for part in (fitted.body, fitted.arrows):
            if part:
                left, top, _, _ = part.bounds
                wide, high = part.size
                sheet.drawing(
                    fitted.x + left * fitted.scale,
                    fitted.y + top * fitted.scale,
                    wide * fitted.scale,
                    high * fitted.scale,
                    part,
                    source,
                )


def _middle(
    photo: Photograph, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Where a photograph stands in a box, as large as it can be."""
    (x, y, width, height), (wide, high) = box, photo.size
    scale = min(width / wide, height / high)
    wide, high = wide * scale, high * scale
    return x + (width - wide) / 2, y + (height - high) / 2, wide, high


def bold(style: TypeStyle, size: float | None = None) -> TypeStyle:
    """Return a style in bold, at another size if given."""
    resized = replace_size(style, size) if size else style
    return type_style(resized.size, resized.leading, bold=True)


def plain(style: TypeStyle, size: float | None = None) -> TypeStyle:
    """Return a style in regular weight, at another size if given."""
    resized = replace_size(style, size) if size else style
    return type_style(resized.size, resized.leading, bold=False)


def centred(sheet: Sheet, x: float, y: float, block: SetText, colour: str) -> None:
    """Place one line with the middle of its figures and capitals at ``x, y``."""
    sheet.on_baseline(x, y + block.style.size * 0.335, block, colour, align="centre")


def tile(theme: Theme, sheet: Sheet, x: float, y: float, number: Text, side: float) -> None:
    """An exercise's number in a filled rounded square of ``side`` points."""
    sheet.rect(x, y, side, side, fill="tile", stroke="fill-edge", line=1, radius=side * 0.2)
    style = bold(theme.type.steps, side * 0.68)
    centred(sheet, x + side / 2, y + side / 2, theme.setter.line(number, style), "on-tile")


def disc(theme: Theme, sheet: Sheet, x: float, y: float, number: Text, radius: float) -> None:
    """A step's number in a filled circle round ``x, y``."""
    sheet.circle(x, y, radius - _EDGE / 2, fill="fill", stroke="fill-edge", line=_EDGE)
    style = bold(theme.type.steps, radius * 1.42)
    centred(sheet, x, y, theme.setter.line(number, style), "on-fill")


def brand_rule(sheet: Sheet, x: float, y: float, width: float, thick: float) -> None:
    """A rule in the brand's colour, ``thick`` points, its middle at ``y``."""
    top, high = y - (thick - _EDGE) / 2, thick - _EDGE
    sheet.rect(x, top, width, high, fill="fill", stroke="fill-edge", line=_EDGE)


def logo_size(theme: Theme, box: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the logo in a box, in points; nothing without a logo."""
    (width, height), logo = box, theme.logo
    if logo is None:
        return 0.0, 0.0
    scale = min(width / logo.width, height / logo.height)
    return logo.width * scale, logo.height * scale


def draw_logo(
    theme: Theme,
    sheet: Sheet,
    x: float,
    y: float,
    box: tuple[float, float],
    source: Letterhead | None = None,
) -> float:
    """Place the logo in a box, left aligned; return the width it takes (0 without a logo).

    ``source`` is the letterhead that it belongs to; elsewhere it is repeated and only decorates.
    """
    (wide, high), logo = logo_size(theme, box), theme.logo
    if logo is None:
        return 0.0
    y += (box[1] - high) / 2
    if isinstance(logo, VectorLogo):
        sheet.drawing(x, y, wide, high, logo, source)
    else:
        sheet.bitmap(logo.data, (x, y, wide, high), source)
    return wide


def clinic_name(theme: Theme, document: Document, style: TypeStyle, room: float) -> SetText:
    """The clinic's name for what repeats: with its kind if that fits a line, else without.

    It is never cut short: a name that is too long for one line takes more.
    """
    furniture, setter, least = document.furniture, theme.setter, style.size * CLINIC_SHARE
    full = setter.fitted(furniture.clinic, style, room, least)
    if len(full.lines) == 1:
        return full
    return setter.fitted(furniture.clinic_name, style, room, least)


def run_in(
    theme: Theme, parts: Sequence[tuple[Text, TypeStyle]], width: float, leading: float
) -> list[tuple[float, float, SetText]]:
    """Return the offset across and down of texts that follow each other while a line holds."""
    placed: list[tuple[float, float, SetText]] = []
    across = down = 0.0
    for leaf, style in parts:
        block = theme.setter.set(leaf, style, width, balance=False)
        if across and across + block.width > width:
            # Below a heading tall letters need all of its room.
            more = leading if theme.air == 1 else max(leading, placed[-1][2].style.leading)
            across, down = 0.0, down + more
        placed.append((across, down, block))
        down += (len(block.lines) - 1) * leading
        start = across if len(block.lines) == 1 else 0.0
        across = start + block.lines[-1].width + 7
    return placed

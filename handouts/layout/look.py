"""What every part of a page draws with: type scale, text setter, logo, and numbered marks."""

from __future__ import annotations

from msgspec import Struct, field

from handouts.compose.document import Letterhead
from handouts.compose.text import Picture, Text
from handouts.figures.vector import Vector
from handouts.layout.arrows import ArrowBook
from handouts.layout.sheet import Sheet
from handouts.layout.text import Setter, SetText, replace_size, type_style
from handouts.logos import Logo, VectorLogo
from handouts.model.layout import Layout, TypeScale, TypeStyle

REGULAR_BODY = 12.5
"""The steps' size in the standard layout, to which spacing elsewhere is in proportion."""


PictureKey = tuple[str, str | None, bool]
"""What is drawn: exercise, variant, mirrored."""


def picture_key(figure: Picture) -> PictureKey:
    """Return what a figure shows, whatever its words."""
    return figure.exercise, figure.variant, figure.mirrored


class Look(Struct, frozen=True):
    """A layout ready to draw with. ``pictures`` gives the frames of a figure by what is drawn.

    ``continued`` and ``turn_over`` are words for what goes on, on this page and on the next.
    """

    layout: Layout
    setter: Setter
    continued: Text
    turn_over: Text
    logo: Logo | None = None
    pictures: dict[PictureKey, tuple[Vector, ...]] = field(default_factory=dict)
    arrows: ArrowBook = field(default_factory=ArrowBook)

    @property
    def type(self) -> TypeScale:
        """The layout's type scale."""
        return self.layout.type

    @property
    def scale(self) -> float:
        """How much larger than in the standard layout type and space are."""
        return self.type.steps.size / REGULAR_BODY

    def frames(self, figure: Picture | None) -> tuple[Vector, ...]:
        """The frames of a figure; none without a picture."""
        return self.pictures.get(picture_key(figure), ()) if figure else ()


def draw_frame(
    look: Look,
    sheet: Sheet,
    box: tuple[float, float, float, float],
    frame: Vector,
    source: object | None = None,
) -> None:
    """Place a frame of a figure in the middle of a box (x, y, width, height), arrows readable.

    ``source`` is the node of the document that it pictures; without it, it only decorates.
    """
    fitted = look.arrows.fit(frame, box)
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


def tile(look: Look, sheet: Sheet, x: float, y: float, number: Text, side: float) -> None:
    """An exercise's number: white in a filled rounded square of ``side`` points."""
    sheet.rect(x, y, side, side, fill="tile", stroke="fill", line=1, radius=side * 0.2)
    style = bold(look.type.steps, side * 0.68)
    centred(sheet, x + side / 2, y + side / 2, look.setter.line(number, style), "on-tile")


def disc(
    look: Look, sheet: Sheet, x: float, y: float, number: Text, radius: float, *, filled: bool
) -> None:
    """A step's number in a circle round ``x, y``; filled if a picture shows the step."""
    if filled:
        sheet.circle(x, y, radius, fill="fill")
    else:
        sheet.circle(x, y, radius - 0.6, fill="white", stroke="fill", line=1.2)
    style = bold(look.type.steps, radius * 1.42)
    line = look.setter.line(number, style)
    centred(sheet, x, y, line, "white" if filled else "heading")


def chip(look: Look, sheet: Sheet, x: float, y: float, label: SetText) -> None:
    """A label in an outlined pill with its top left corner at ``x, y``."""
    width, height = label.width + 16 * look.scale, chip_height(look, label)
    radius = chip_height(look) / 2
    sheet.rect(x, y, width, height, fill="white", stroke="line", line=1, radius=radius)
    sheet.text(x + 8 * look.scale, y + (height - label.height) / 2, label)


def chip_label(look: Look, label: Text, room: float) -> SetText:
    """The label of a chip no wider than ``room`` points: smaller, then on more lines."""
    style = chip_style(look)
    return look.setter.fitted(label, style, room - 16 * look.scale, style.size * 0.9)


def chip_style(look: Look) -> TypeStyle:
    """Type of a chip's label."""
    return bold(look.type.label)


def chip_height(look: Look, label: SetText | None = None) -> float:
    """Height of a chip in points: that of one line, or of its label's lines."""
    more = (len(label.lines) - 1) * label.style.leading if label else 0.0
    return 19 * look.scale + more


def chip_width(look: Look, label: Text) -> float:
    """Width of a chip in points."""
    return look.setter.width(label, chip_style(look)) + 16 * look.scale


def logo_size(look: Look, box: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the logo in a box, in points; nothing without a logo."""
    (width, height), logo = box, look.logo
    if logo is None:
        return 0.0, 0.0
    scale = min(width / logo.width, height / logo.height)
    return logo.width * scale, logo.height * scale


def draw_logo(
    look: Look,
    sheet: Sheet,
    x: float,
    y: float,
    box: tuple[float, float],
    source: Letterhead | None = None,
) -> float:
    """Place the logo in a box, left aligned; return the width it takes (0 without a logo).

    ``source`` is the letterhead that it belongs to; elsewhere it is repeated and only decorates.
    """
    (wide, high), logo = logo_size(look, box), look.logo
    if logo is None:
        return 0.0
    y += (box[1] - high) / 2
    if isinstance(logo, VectorLogo):
        sheet.drawing(x, y, wide, high, logo, source)
    else:
        sheet.bitmap(x, y, wide, high, logo.data, source)
    return wide

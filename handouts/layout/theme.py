"""Turn an order into a theme: the type, typesetter, logo and pictures for its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from handouts.compose.card import variant_of
from handouts.compose.document import Document, ExerciseCard, TrackingGrid
from handouts.compose.runs import Picture, Text
from handouts.figures.drawings import Drawings
from handouts.figures.vector import Vector, dressed
from handouts.logos import Logo, Photograph, PhotoLook, read_logo, read_photo
from handouts.model.figure import Figure as FigureModel
from handouts.model.layout import BlockName, Layout, TypeScale, TypeStyle
from handouts.model.order import Order
from handouts.model.photo import Photo
from handouts.text.brand import Brand, brand_of
from handouts.text.faces import load_fonts
from handouts.text.setting import Placed, SetText, Typesetter, replace_size, type_style
from handouts.text.words import needs_order
from handouts.workspace import Workspace

_STANDARD_DETAIL = 12.0
"""The type size of details in the standard layout; spacing is proportional to it."""

LARGEST_PICTURE = 1.65
"""A picture grows to at most this many times its least size if a page has room."""

_THUMBNAIL = 72.0
"""The greatest width and height of a picture in the grid, in points."""

_TALL = 1.08
"""Extra leading for other scripts, whose letters and marks are taller than Latin ones."""

_CLINIC_SHARE = 0.85
"""The least size of a clinic's name that must shrink, as a share of its usual one."""

PictureFrame = Vector | Photograph
"""A frame of a picture: of a drawing, or of a photograph."""

Frames = tuple[PictureFrame, ...]

PictureKey = tuple[str, str | None, bool]
"""What identifies a picture: exercise, variant, and whether it is mirrored."""


def picture_key(figure: Picture) -> PictureKey:
    """Return the key of a figure's drawing, which does not depend on its words."""
    return figure.exercise, figure.variant, figure.mirrored


class Theme(Struct, frozen=True):
    """A layout ready to draw with. ``pictures`` has the frames of figures.

    ``continued`` is the word for content that continues from the page before. ``leading_factor``
    is more than 1 for other scripts than Latin.
    """

    layout: Layout
    setter: Typesetter
    continued: Text
    logo: Logo | None = None
    pictures: dict[PictureKey, Frames] = field(default_factory=dict)
    leading_factor: float = 1.0

    @property
    def type(self) -> TypeScale:
        """The layout's type scale."""
        return self.layout.type

    @property
    def scale(self) -> float:
        """The factor by which type and space are larger than in the standard layout."""
        return self.type.detail.size / _STANDARD_DETAIL

    def frames(self, figure: Picture | None) -> Frames:
        """Return the frames of a figure; empty without a picture."""
        return self.pictures.get(picture_key(figure), ()) if figure else ()


def bold(style: TypeStyle, size: float | None = None) -> TypeStyle:
    """Return a style in bold, at another size if given."""
    resized = replace_size(style, size) if size else style
    return type_style(resized.size, resized.leading, bold=True)


def plain(style: TypeStyle, size: float | None = None) -> TypeStyle:
    """Return a style in regular weight, at another size if given."""
    resized = replace_size(style, size) if size else style
    return type_style(resized.size, resized.leading, bold=False)


def clinic_name(theme: Theme, document: Document, style: TypeStyle, room: float) -> SetText:
    """Return the clinic's name for heads and feet, with its kind if both fit on one line.

    It is never cut short: a name that is too long for one line takes more lines.
    """
    furniture, setter, least = document.furniture, theme.setter, style.size * _CLINIC_SHARE
    full = setter.fitted(furniture.clinic, style, room, least)
    if len(full.lines) == 1:
        return full
    return setter.fitted(furniture.clinic_name, style, room, least)


def run_in(
    theme: Theme,
    parts: Sequence[tuple[Text, TypeStyle]],
    width: float,
    leading: float,
    *,
    headed: bool = False,
    gap: float = 7.0,
) -> list[Placed]:
    """Return texts one after another on lines of ``width`` points, with a ``gap`` between them.

    With ``headed`` the first is a heading.
    """
    placed: list[Placed] = []
    across = down = 0.0
    for leaf, style in parts:
        block = theme.setter.set(leaf, style, width, balance=False)
        if across and across + block.width > width:
            # Below a heading, tall letters need all of its leading.
            more = (
                leading
                if theme.leading_factor == 1
                else max(leading, placed[-1].block.style.leading)
            )
            across, down = 0.0, down + more
        placed.append(Placed(across, down, block, "text" if placed or not headed else "heading"))
        down += (len(block.lines) - 1) * leading
        start = across if len(block.lines) == 1 else 0.0
        across = start + block.lines[-1].width + gap
    return placed


def evenly(
    items: Sequence[SetText], count: int, size: Callable[[Sequence[SetText]], float]
) -> list[Sequence[SetText]]:
    """Split items, in order, into ``count`` parts so that the largest is as small as possible."""
    ways = ((0, *cuts, len(items)) for cuts in combinations(range(1, len(items)), count - 1))
    parted = ([items[start:end] for start, end in pairwise(cuts)] for cuts in ways)
    return min(parted, key=lambda parts: max(map(size, parts)))


# -- a clinic's pictures and theme


class FigurePictures:
    """The frames of figures as a clinic shows them, each read and dressed or cropped only once.

    ``look`` says how photographs are printed.
    """

    def __init__(self, drawings: Drawings, brand: Brand, look: PhotoLook) -> None:
        self._drawings, self._brand, self._look = drawings, brand, look
        self._known: dict[PictureKey, tuple[FigureModel | Photo, Frames]] = {}

    def of(self, document: Document, order: Order) -> dict[PictureKey, Frames]:
        """Return the frames of every figure that a document shows.

        Raises:
            MissingError: if a figure is not drawn yet and cannot be drawn here.
            ContentError: for a photograph that is not printable.
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
        """Return the frames of a figure in the clinic's look, mirrored if its key says so."""
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
    """Return the size of the largest picture that a layout prints, in points."""
    cards = [each.cards for each in layout.sections if BlockName.EXERCISES in each.block_names]
    width = max((each.picture_width for each in cards), default=_THUMBNAIL)
    height = max((each.picture_height for each in cards), default=_THUMBNAIL)
    return LARGEST_PICTURE * width, LARGEST_PICTURE * height


def _with_leading(scale: TypeScale, factor: float) -> TypeScale:
    """Return a type scale with more leading."""
    styles = {name: replace(style, leading=style.leading * factor) for name, style in scale}
    return scale.model_copy(update=styles)


_CACHE_SIZE = 8
"""The most themes in the cache; a clinic prints in few layouts."""


_themes: dict[tuple[int, ...], tuple[tuple[object, ...], Theme, Brand, FigurePictures]] = {}
"""The cache of this stage, which saves reading the logo and the drawings again for each patient.

It has themes without pictures or words of a handout, their brands, and the pictures. It also has
the objects whose ids are the key, so that no other object gets these ids.
"""


def theme_of(order: Order, document: Document, workspace: Workspace) -> tuple[Theme, Brand]:
    """Return the theme of an order with the pictures of its document, and the brand.

    Raises:
        ContentError: for a logo or photograph that is not a picture, or brand colours that are not
            legible.
        MissingError: if a figure is not drawn yet and cannot be drawn here.
    """
    made_for = (order.layout, order.clinic, order.mode, order.locale, workspace)
    key = tuple(map(id, made_for))
    known = _themes.get(key)
    if known is None:
        if len(_themes) >= _CACHE_SIZE:
            _themes.clear()
        brand = brand_of(order.clinic, order.mode)
        words = document.furniture
        fonts = load_fonts(rtl=document.rtl, numbered=order.locale.lists.numbered_words)
        logo = read_logo(order.clinic, workspace)
        layout, factor = order.layout, _TALL if needs_order(order.locale.name) else 1.0
        if factor > 1:
            layout = layout.model_copy(update={"type": _with_leading(layout.type, factor)})
        theme = Theme(layout, Typesetter(fonts), words.continued, logo, leading_factor=factor)
        look = PhotoLook(_largest(order.layout), order.mode)
        pictures = FigurePictures(Drawings(workspace), brand, look)
        known = _themes[key] = made_for, theme, brand, pictures
    _, theme, brand, pictures = known
    setter = Typesetter(theme.setter.fonts)
    return replace(theme, setter=setter, pictures=pictures.of(document, order)), brand

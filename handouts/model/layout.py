"""Define a layout, how a handout looks: sections, size of cards, grid, type scale and margins."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from typing_extensions import override

from handouts.errors import quoted
from handouts.model.base import FieldError, Id, LibraryFile, Line, Model, Parsed
from handouts.model.clinic import Pictures

POINTS_PER_MM = 72 / 25.4
LEAST_WIDTH = 60 * POINTS_PER_MM
"""The least width between the margins in which the content of a page fits, in points."""

_UNITS = {"pt": 1.0, "mm": POINTS_PER_MM, "cm": 10 * POINTS_PER_MM, "in": 72.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(pt|mm|cm|in)")
_TYPE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)\s*pt(\s+bold)?")


def _points(value: Any) -> float:
    """Return a length such as ``12 pt`` or ``15 mm`` in points."""
    if isinstance(value, float):
        return value
    match = _LENGTH.fullmatch(str(value).strip())
    if not match:
        raise ValueError(
            f"must be a length with its unit, such as 12 pt or 15 mm, not {quoted(value)}"
        )
    return float(match[1]) * _UNITS[match[2]]


class TypeStyle(Parsed, frozen=True, cache_hash=True):
    """A size of type: size and leading in points."""

    size: float
    leading: float
    bold: bool = False

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``12.5/15.5 pt`` or ``19/23 pt bold`` (size/leading)."""
        match = _TYPE.fullmatch(str(value).strip())
        if not match:
            raise ValueError(
                f"must be size/leading such as 12.5/15.5 pt or 19/23 pt bold, not {quoted(value)}"
            )
        return cls(size=float(match[1]), leading=float(match[2]), bold=bool(match[3]))

    def __str__(self) -> str:
        return f"{self.size:g}/{self.leading:g} pt" + " bold" * self.bold


Length = Annotated[
    float,
    Field(ge=0, le=2000),
    BeforeValidator(_points),
    PlainSerializer(lambda points: f"{points:g} pt", return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""A length in points; written with its unit."""


class BlockName(StrEnum):
    """What a section may contain, in reading order.

    ``tracking`` is the plan and its first weeks. The later weeks follow it, or come at
    ``later-weeks`` in the same section. ``pointer`` says where the emergency signs are. ``note``
    is ``patient`` without what the handout says about the patient elsewhere.
    """

    TITLE = "title"
    PATIENT = "patient"
    NOTE = "note"
    EXPECT = "expect"
    TRACKING = "tracking"
    PAIN_RULE = "pain-rule"
    POINTER = "pointer"
    LATER_WEEKS = "later-weeks"
    RED_FLAGS = "red-flags"
    SAME_DAY = "same-day"
    EXERCISES = "exercises"
    PRECAUTIONS = "precautions"
    VISIT = "visit"
    EDUCATION = "education"
    NOTES = "notes"
    CONTACT = "contact"


class CardPart(StrEnum):
    """The parts of an exercise card that a layout may leave out.

    Name, dose, steps, when to start, cautions and notes are on every card.
    """

    SIDE = "side"
    EQUIPMENT = "equipment"
    FEEL_IT = "feel-it"
    WATCH_OUT = "watch-out"
    EASIER = "easier"
    HARDER = "harder"
    VIDEO = "video"


class Cards(Model):
    """The size of exercise cards: how many fit on a page, and how large their pictures are.

    Each picture is above the steps that it shows. A picture that is wider than high is at least
    ``picture_width`` wide, any other at least ``picture_height`` high. A page with room to spare
    has larger pictures; pictures that are a tenth smaller may save a page. ``cut_out``: cards are
    quarters of a page to cut apart, as small as it takes.
    """

    per_page: Annotated[int, Field(ge=1, le=12)] = 2
    cut_out: bool = False
    steps: Literal["full", "short"] = "full"
    picture_width: Length = 60 * POINTS_PER_MM
    picture_height: Length = 40 * POINTS_PER_MM
    parts: tuple[CardPart, ...] = tuple(CardPart)


class Grid(Model):
    """The tracking grid: at most ``weeks`` (None: the program's), ``weeks_across`` side by side.

    ``row`` is the height of a row, ``side_row`` the height of each line in a row of several.
    ``ruled``: cells may be lower than is easy to write in, and as high as the page allows.
    """

    weeks: Annotated[int, Field(ge=1, le=12)] | None = None
    weeks_across: Annotated[int, Field(ge=1, le=4)] = 2
    row: Length = 24.0
    side_row: Length = 19.4
    name_width: Length = 186.0
    ruled: bool = False
    pictures: bool = True
    pain: bool = True


class LayoutSection(Model):
    """Pages that belong together; a section starts on a new page.

    ``blocks`` are in reading order; those in an inner list are side by side. ``head`` is what its
    pages begin with: the letterhead (first page, then the running head), a running head, one line
    (``slim``), whose sheet it is in large type (``banner``), or nothing.
    """

    blocks: Annotated[tuple[BlockName | tuple[BlockName, ...], ...], Field(min_length=1)]
    head: Literal["letterhead", "running", "slim", "banner", "none"] = "running"
    stop_strip: bool = False
    orientation: Literal["portrait", "landscape"] = "portrait"
    cards: Cards = Cards.model_construct()

    @property
    def block_names(self) -> tuple[BlockName, ...]:
        """All blocks in reading order, side-by-side groups opened."""
        names: list[BlockName] = []
        for block in self.blocks:
            names.extend(block if isinstance(block, tuple) else (block,))
        return tuple(names)

    @property
    def sure_blocks(self) -> frozenset[BlockName]:
        """The blocks that every handout has: without those that may be empty."""
        return frozenset(self.block_names) - _PERHAPS


_PERHAPS = {
    BlockName.NOTE, BlockName.EXPECT, BlockName.LATER_WEEKS, BlockName.PRECAUTIONS,
    BlockName.EDUCATION, BlockName.CONTACT,
}  # fmt: skip
LEAVABLE = (
    BlockName.EXPECT, BlockName.TRACKING, BlockName.PAIN_RULE, BlockName.RED_FLAGS,
    BlockName.SAME_DAY, BlockName.EXERCISES, BlockName.PRECAUTIONS, BlockName.VISIT,
    BlockName.EDUCATION, BlockName.NOTES,
)  # fmt: skip
"""Blocks about program and safety: a layout without one lists it in ``leaves_out``."""


class TypeScale(Model):
    """Sizes of type by role, in points."""

    title: TypeStyle = TypeStyle(size=27, leading=32, bold=True)
    subtitle: TypeStyle = TypeStyle(size=14, leading=18)
    section: TypeStyle = TypeStyle(size=17, leading=21, bold=True)
    exercise: TypeStyle = TypeStyle(size=22, leading=26, bold=True)
    dose: TypeStyle = TypeStyle(size=15, leading=18)
    unit: TypeStyle = TypeStyle(size=13, leading=16, bold=True)
    steps: TypeStyle = TypeStyle(size=14, leading=17)
    fact: TypeStyle = TypeStyle(size=13, leading=16)
    detail: TypeStyle = TypeStyle(size=12, leading=14.5)
    label: TypeStyle = TypeStyle(size=11, leading=13.5)
    value: TypeStyle = TypeStyle(size=13.5, leading=17, bold=True)
    grid: TypeStyle = TypeStyle(size=12.5, leading=14, bold=True)
    grid_detail: TypeStyle = TypeStyle(size=11, leading=12.5)
    head: TypeStyle = TypeStyle(size=11, leading=14)
    foot: TypeStyle = TypeStyle(size=9, leading=10.6)
    folio: TypeStyle = TypeStyle(size=11.5, leading=14, bold=True)


class Margins(Model):
    """White space around the type area; ``bottom`` is measured to the last line of the footer."""

    side: Length = 36.0
    top: Length = 24.0
    bottom: Length = 24.0


class Layout(LibraryFile):
    """How a handout looks. With ``extends``, a layout gives only its differences from another.

    ``leaves_out`` lists blocks, and parts of exercise cards, that a full handout has and this
    layout lacks; lists of layouts show them. ``pictures`` overrides the clinic's choice.
    """

    name: Line
    description: Line
    extends: Id | None = None
    margins: Margins = Margins.model_construct()
    type: TypeScale = TypeScale.model_construct()
    grid: Grid = Grid.model_construct()
    leaves_out: tuple[BlockName | CardPart, ...] = ()
    pictures: Pictures | None = None
    sections: Annotated[tuple[LayoutSection, ...], Field(min_length=1)]

    @property
    def block_names(self) -> frozenset[BlockName]:
        """The blocks of all sections."""
        return frozenset(name for section in self.sections for name in section.block_names)

    @property
    def missing(self) -> tuple[BlockName | CardPart, ...]:
        """The blocks and parts of cards that a full handout has, and no section of this one."""
        name = BlockName.EXERCISES
        cards = [each.cards.parts for each in self.sections if name in each.block_names]
        return (
            *(name for name in LEAVABLE if name not in self.block_names),
            *(part for part in CardPart if cards and not any(part in parts for parts in cards)),
        )

    @override
    def model_post_init(self, _context: object) -> None:
        headed = [n for n, each in enumerate(self.sections) if each.head == "letterhead"]
        for place, number in enumerate(headed):
            section, path = self.sections[number], ("sections", number, "head")
            if place:
                message = "a layout can have only one letterhead"
                raise FieldError(message, "write head: running", *path)
            if section.cards.cut_out or not section.sure_blocks:
                message = "the letterhead needs a section that always has its own page"
                raise FieldError(message, "put it on the section with the title", *path)

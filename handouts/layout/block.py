"""Turn the content of pages, also ReportLab's own flowables, into blocks that fill them well."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import nullcontext
from copy import copy
from functools import wraps
from typing import Any, Self, TypeVar, cast

from reportlab.platypus import Flowable, Image, Paragraph, Preformatted, Table, XPreformatted
from typing_extensions import override

from handouts.errors import ContentError, Problem
from handouts.layout.sheet import PageCanvas, Sheet
from handouts.pdf.canvas import TaggedCanvas, Untagged
from handouts.pdf.elements import Element
from handouts.pdf.objects import Name
from handouts.pdf.pdf_document import NotEmbedded

_Method = TypeVar("_Method", bound=Callable[..., Any])

_ANSWERS = "_answers"
"""The attribute in which an object caches what its methods returned."""


def cached(method: _Method) -> _Method:
    """Cache what a method returns in its object, because filling a page calls it often.

    Calls with equal arguments return the same object. `Block.changed` clears the cache.
    """

    @wraps(method)
    def cached_method(self: Any, *arguments: Any) -> Any:
        answers = self.__dict__.get(_ANSWERS)
        if answers is None:
            answers = self.__dict__[_ANSWERS] = {}
        key = method, arguments
        if key not in answers:
            answers[key] = method(self, *arguments)
        return answers[key]

    return cast("_Method", cached_method)


class Block(Flowable, ABC):  # type: ignore[misc]  # ReportLab has no types
    """Our own flowable: it knows its least height at a width, and draws itself in `paint`.

    Two optional methods help to fill pages: ``stretch`` returns how much more than its least
    height it can use well, and ``tighter`` returns a form that needs less height. ``gap`` is the
    space above it, which may grow by ``gap_stretch``. On a page it has a ``height`` and a
    ``space_above`` (see `on_page`). All lengths are in points.

    ``bookmark`` is its entry in the PDF's outline.
    ``pinned``: it stays on the page of the blocks before it, if they can make room.
    ``keep_with_next``: it does not end a page.
    ``may_follow``: it may go to the next page to make room for a pinned block.
    ``whole``: it is split only if no page has room for it.
    ``free``: it may go to an earlier page that has room left.
    ``may_wait``: it may go after one or two blocks that are not free, if that saves a page.
    ``gives_way``: blocks with a higher number are tightened first.
    ``divided``: a line separates it from what is above.
    ``inside``: the blocks that it puts side by side.
    """

    name: str = "block"
    bookmark: str = ""
    gap: float = 12.0
    gap_stretch: float = 8.0
    pinned: bool = False
    keep_with_next: bool = False
    may_follow: bool = False
    whole: bool = False
    free: bool = False
    may_wait: bool = False
    gives_way: int = 0
    divided: bool = False
    inside: tuple[Block, ...] = ()
    space_above: float = 0.0

    # -- ReportLab's methods, for a block with its place on a page

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """Return its width and its height on the page."""
        self.width = availWidth
        return self.width, self.height

    def split(self, width: float, room: float) -> list[Block]:  # noqa: ARG002 - parts know both
        """Return a part no higher than ``room`` and the rest; empty if it cannot be split."""
        return []

    def getSpaceBefore(self) -> float:  # noqa: N802
        """Return the space above it."""
        return self.space_above

    def drawOn(self, canvas: PageCanvas, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803
        """Draw the block with its lower left corner at ``x, y``."""
        top, sheet = round(canvas.height - y - self.height, 6), canvas.sheet
        if self.bookmark:
            canvas.bookmark(self.bookmark, top)
        if self.divided and self.space_above:
            middle = top - self.space_above / 2 - 2
            sheet.line(x, middle, x + self.width, middle, "divider", 2.5)
        self.paint(sheet, x, top, self.width, self.height)

    # -- how pages are filled

    def on_page(self, space_above: float, height: float) -> Self:
        """Return the block with its height on a page and the space above it there."""
        block = copy(self)
        block.space_above, block.height = space_above, height
        return block

    @cached
    def height_at(self, width: float) -> float:
        """Return the least height at a width."""
        return self._height_at(width)

    @abstractmethod
    def _height_at(self, width: float) -> float:
        """Compute the least height at a width."""

    @abstractmethod
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """Draw the block with its top left corner at ``x, y``, in at most ``height`` points."""

    def stretch(self, width: float) -> float:  # noqa: ARG002 - the width matters to some
        """Return how much more than its least height it can use well."""
        return 0.0

    def usual_stretch(self, width: float) -> float:
        """Return how much it can use well where other blocks could use the room too."""
        return self.stretch(width)

    def at_top(self) -> Block:
        """Return the block as it is at the top of a page."""
        return self

    def later(self) -> Block:
        """Return the block as it is on a page that is not the first of its section."""
        return self

    @cached
    def tighter(self) -> Block | None:
        """Return the block in a form that needs less height; None if it has none."""
        return self._tighter()

    def _tighter(self) -> Block | None:
        """Compute its tighter form."""
        return None

    def closer(self) -> Block:
        """Return the block with less space between its parts and above it."""
        return self

    def changed(self, **values: object) -> Self:
        """Return a copy with other values and an empty cache."""
        block = copy(self)
        block.__dict__.update({**values, _ANSWERS: {}})
        return block


_GAP = 8.0
"""Space above a flowable that does not ask for any, in points."""

_HIGH = 1e6
"""More room than any flowable needs, in points."""

_HINT = "docs/extending-layouts.md lists the flowables that can, and what they need"
_TEXTS = (Paragraph, XPreformatted, Preformatted)
_SHARE = {"CENTER": 0.5, "CENTRE": 0.5, "RIGHT": 1.0}


class StockFlowable(Block):
    """A flowable of ReportLab, which has no tighter form and does not stretch.

    A `Paragraph` is tagged as P, or as its ``role`` ("H2"). A `Table` has rows and cells, with
    heads in the rows of ``repeatRows``. An `Image` is a Figure and must have an ``alt``. Lines and
    boxes are artifacts. ``section`` is the section that it is added to. The parts of a split
    flowable share their ``elements``.
    """

    def __init__(
        self, flowable: Flowable, section: int, elements: list[Element] | None = None
    ) -> None:
        if isinstance(flowable, Image) and not getattr(flowable, "alt", ""):
            raise ContentError(Problem("an Image has no alternative text", hint="set its alt"))
        self.flowable, self.section = flowable, section
        self.elements = [] if elements is None else elements
        self.rest = elements is not None
        self.name = type(flowable).__name__
        self.gap = flowable.getSpaceBefore() or _GAP
        self.keep_with_next = bool(flowable.getKeepWithNext())

    @override
    def _height_at(self, width: float) -> float:
        height: float = self.flowable.wrapOn(None, width, _HIGH)[1]
        return height

    @override
    def split(self, width: float, room: float) -> list[Block]:
        self.flowable.wrapOn(None, width, room)
        parts = self.flowable.splitOn(None, width, room)
        if len(parts) != 2:
            return []
        first = StockFlowable(parts[0], self.section, self.elements)
        first.rest = self.rest
        return [first, StockFlowable(parts[1], self.section, self.elements)]

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        canvas, flowable = sheet.canvas, self.flowable
        x = sheet.left(x, width)
        wide, high = flowable.wrapOn(canvas, width, height)
        spare, low = max(0.0, width - wide), canvas.height - y - high
        element = self._element(sheet.tree.section_ends[self.section]) if sheet.tree else None
        if element is not None and isinstance(flowable, Image):
            left = x + spare * _SHARE.get(str(flowable.hAlign).upper(), 0.0)
            element.widen((left, low, left + wide, low + high))
        if element is not None and isinstance(flowable, Table):
            _tag_cells(flowable, canvas, element, self.rest)
            element = None
        canvas.close()
        canvas.saveState()
        canvas.fill_colour("#000000")  # as on a new page, which flowables expect
        try:
            with canvas.tagged(element) if element else nullcontext():
                flowable.drawOn(canvas, x, low, _sW=spare)
        except (Untagged, NotEmbedded) as error:
            problem = Problem(f"a {self.name} cannot be used in a handout: {error}", hint=_HINT)
            raise ContentError(problem) from error
        canvas.close()
        canvas.restoreState()

    def _element(self, parent: Element) -> Element | None:
        """Return its element, None if it only draws; the parts of a split flowable share one."""
        flowable = self.flowable
        role = getattr(flowable, "role", "") or (
            "P" if isinstance(flowable, _TEXTS)
            else "Table" if isinstance(flowable, Table)
            else "Figure" if isinstance(flowable, Image)
            else ""
        )  # fmt: skip
        if role and not self.elements:
            self.elements.append(parent.add(role, alt=getattr(flowable, "alt", None)))
        return self.elements[0] if role else None


def _tag_cells(table: Table, canvas: TaggedCanvas, element: Element, rest: bool) -> None:  # noqa: FBT001
    """Make a table draw each cell in an element; with ``rest`` its heads were read before."""
    draw: Callable[..., None] = table._drawCell  # noqa: SLF001 - only it knows the place of a cell
    rows: dict[int, Element] = {}
    heads = table.repeatRows if isinstance(table.repeatRows, int) else len(table.repeatRows)

    def tagged(value: Any, style: Any, at: tuple[float, float], size: tuple[float, float]) -> None:
        row = _nearest(table._rowpositions, at[1] + size[1])  # noqa: SLF001
        column = _nearest(table._colpositions, at[0])  # noqa: SLF001
        cell = None
        if row >= heads or not rest:
            if row not in rows:
                rows[row] = element.add("TR")
            cell = _cell(rows[row], _spans(table, column, row), head=row < heads)
        with canvas.tagged(cell):
            draw(value, style, at, size)

    table._drawCell = tagged  # noqa: SLF001


def _cell(row: Element, spans: dict[str, int], *, head: bool) -> Element:
    if head:
        return row.add("TH", keep=True, Table={"Scope": Name("Column"), **spans})
    return row.add("TD", keep=True, Table={**spans})


def _spans(table: Table, column: int, row: int) -> dict[str, int]:
    """Return how many columns and rows a cell spans, if more than one."""
    spans = getattr(table, "_spanRanges", {}).get((column, row))
    if not spans:
        return {}
    left, top, right, bottom = spans
    counts = {"ColSpan": right - left + 1, "RowSpan": bottom - top + 1}
    return {key: count for key, count in counts.items() if count > 1}


def _nearest(places: list[float], place: float) -> int:
    return min(range(len(places)), key=lambda index: abs(places[index] - place))

"""Something that stands on a page: how high it is, how it may change, and how it is drawn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable

from handouts.layout.items import Page, Part
from handouts.layout.memory import Kept
from handouts.layout.sheet import Sheet

Asked = tuple[tuple[float, ...], ...]
"""Widths that a flowable was asked about, then those of its tighter forms."""

_SIZES = 16
"""In so many sizes a flowable that is kept remembers how it is drawn."""


class Flowable(Kept, ABC):
    """A part of a page that knows its height at a width, and draws itself.

    ``gap`` is the space above it, which may grow by ``gap_stretch``; ``stretch`` is how much more
    than its height it can use well. All in points. ``bookmark``: its entry in the PDF's outline;
    ``pinned``: stays on the page of what stands
    before it, if that can make room; ``keep_with_next``: does not end a page;
    ``may_follow``: may go to the next page to make room for what is pinned; ``gives_way``: what
    has more is tightened first. ``kept``: the node that it shows alone, if other handouts show it
    too; then it is drawn once for each size.
    """

    name: str = "block"
    bookmark: str = ""
    gap: float = 12.0
    gap_stretch: float = 8.0
    pinned: bool = False
    keep_with_next: bool = False
    may_follow: bool = False
    gives_way: int = 0
    _heights: dict[float, float] | None = None
    _tighter_form: tuple[Flowable | None] | None = None
    _parts: dict[tuple[float, float], Part] | None = None

    def height(self, width: float) -> float:
        """Least height at a width: it is asked for often while a page is filled."""
        if self._heights is None:
            self._heights = {}
        if width not in self._heights:
            self._heights[width] = self._height(width)
        return self._heights[width]

    @abstractmethod
    def _height(self, width: float) -> float:
        """Work out the least height at a width."""

    @abstractmethod
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """Draw itself with its top left corner at ``x, y``, in ``height`` points or less."""

    def stretch(self, width: float) -> float:  # noqa: ARG002 - the width matters to some
        """How much more than its least height it can use well."""
        return 0.0

    def put(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """Draw itself, or place what was drawn before."""
        if self.kept is None or sheet.is_furniture:
            self.draw(sheet, x, y, width, height)
        else:
            sheet.put(self.drawn((width, height)), x, y)

    def drawn(self, size: tuple[float, float]) -> Part:
        """Return itself as it is drawn in a width and height; it has to be kept."""
        if self._parts is None or len(self._parts) == _SIZES:
            self._parts = {}
        if size not in self._parts:
            own = Sheet(Page(0, 0, (0, 0, 0, 0)))
            self.draw(own, 0, 0, *size)
            self._parts[size] = own.part(self.kept)
        return self._parts[size]

    def size_of(self, part: Part) -> tuple[float, float] | None:
        """Return the width and height in which a part was drawn, None if it is another's."""
        sizes = (size for size, known in (self._parts or {}).items() if known is part)
        return next(sizes, None)

    @property
    def was_asked(self) -> Asked:
        """The widths at which it was asked for its height, then those of its tighter forms."""
        mine = tuple(self._heights or ())
        if self._tighter_form is None:
            return (mine,)
        tighter = self.tighter()
        return (mine, *(tighter.was_asked if tighter else ((),)))

    def answers(self, asked: Asked) -> tuple[Hashable, ...]:
        """Return what laying out may learn of it at some widths, and of its tighter forms.

        Pages are the same with another in its place that gives the same answers.
        """
        widths, *more = asked
        mine = tuple(self.answer(width) for width in widths)
        if not more:
            return (mine,)
        tighter = self.tighter()
        return (mine, *(tighter.answers(tuple(more)) if tighter else (None,)))

    def answer(self, width: float) -> tuple[float, ...]:
        """Return what laying out may learn of it at one width."""
        return self.height(width), self.stretch(width)

    def tighter(self) -> Flowable | None:
        """Return itself in a form that needs less height, None if it has none."""
        if self._tighter_form is None:
            tighter = self._tighter()
            if tighter is not None:
                tighter.kept = self.kept
            self._tighter_form = (tighter,)
        return self._tighter_form[0]

    def _tighter(self) -> Flowable | None:
        """Work out its tighter form."""
        return None

    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:  # noqa: ARG002 - as above
        """Return a part no higher than ``room`` and the rest, or None if it cannot be split."""
        return None

"""Something that stands on a page: how high it is, how it may change, and how it is drawn."""

from __future__ import annotations

from abc import ABC, abstractmethod

from handouts.layout.sheet import Sheet


class Flowable(ABC):
    """A part of a page that knows its height at a width, and draws itself.

    ``gap`` is the space above it, which may grow by ``gap_stretch``; ``stretch`` is how much more
    than its height it can use well. All in points. ``bookmark``: its entry in the PDF's outline;
    ``pinned``: stays on the page of what stands
    before it, if that can make room; ``keep_with_next``: does not end a page;
    ``may_follow``: may go to the next page to make room for what is pinned; ``gives_way``: what
    has more is tightened first.
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

    def tighter(self) -> Flowable | None:
        """Return itself in a form that needs less height, None if it has none."""
        if self._tighter_form is None:
            self._tighter_form = (self._tighter(),)
        return self._tighter_form[0]

    def _tighter(self) -> Flowable | None:
        """Work out its tighter form."""
        return None

    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:  # noqa: ARG002 - as above
        """Return a part no higher than ``room`` and the rest, or None if it cannot be split."""
        return None

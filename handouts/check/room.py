"""A layout's margins into a problem where they leave a page too narrow to set anything."""

from __future__ import annotations

from handouts.errors import Problem
from handouts.load.library import Library
from handouts.model.clinic import Paper
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, Layout
from handouts.model.order import PAPER_SIZES
from handouts.workspace import Kind


def check_room(library: Library, layout: Layout, *papers: Paper) -> list[Problem]:
    """Return the problem of side margins that leave no room on the narrowest of ``papers``.

    All papers if none are named. Height depends on what is set; the layout engine measures it.
    """
    narrowest = min(PAPER_SIZES[paper][0] for paper in papers or Paper)
    width = narrowest - 2 * layout.margins.side
    if width >= LEAST_WIDTH:
        return []
    return [
        Problem(
            f"the margins leave a width of {max(0.0, width) / POINTS_PER_MM:.0f} mm, "
            f"a page needs {LEAST_WIDTH / POINTS_PER_MM:.0f} mm",
            library.source(Kind.LAYOUTS, layout.id).location("margins", "side"),
            "make the margins smaller",
        )
    ]

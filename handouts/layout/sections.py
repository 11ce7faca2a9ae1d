"""Sections of a layout → head and foot of their pages, also where two sections share one."""

from __future__ import annotations

from handouts.errors import DoesNotFit
from handouts.model.layout import POINTS_PER_MM, Section


def may_go_on(section: Section, following: Section) -> bool:
    """Whether a section may start below the last lines of the one before it."""
    same = section.orientation == following.orientation
    return same and following.cards.form != "cut-out"


def later(section: Section) -> Section:
    """A section's furniture after its first page: the letterhead stands there once."""
    return (
        section.model_copy(update={"head": "running"}) if section.head == "letterhead" else section
    )


def head_of(section: Section, *, first: bool) -> str:
    """The head of a section's first page, or of its later ones."""
    return section.head if first else later(section).head


def joined(section: Section, following: Section) -> Section:
    """The furniture of a page that two sections share."""
    keeps_head = following.head == "none" or section.head == "letterhead"
    head = section.head if keeps_head else following.head
    strip = section.stop_strip or following.stop_strip
    return following.model_copy(update={"head": head, "stop_strip": strip})


def no_room(what: str, needed: float, available: float) -> DoesNotFit:
    """Return the error for margins that leave too little; points."""
    return DoesNotFit(
        f"the margins leave a {what} of {max(0.0, available) / POINTS_PER_MM:.0f} mm, "
        f"a page needs {needed / POINTS_PER_MM:.0f} mm",
        hint="make the layout's margins smaller",
    )

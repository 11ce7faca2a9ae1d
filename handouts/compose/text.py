"""Texts of a document: leaves made of runs, each with what is known of its words."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handouts.compose import values


class FieldName(StrEnum):
    """Per-patient strings: everything else is the same for all patients of a program."""

    NAME = values.NAME
    PREFERRED_NAME = values.PREFERRED_NAME
    AFFECTED_SIDE = "affected-side"
    CLINICIAN = values.CLINICIAN
    START = values.START
    NEXT_VISIT = values.NEXT_VISIT
    NOTE = values.NOTE
    REFERENCE = "reference"
    MADE = "made"
    GRID_DATE = "grid-date"


class Run(Struct, frozen=True):
    """A piece of text set alike. ``field`` marks a per-patient string; ``lang`` another language.

    ``blank`` asks for a line for the pen instead of text (``text`` is what the twin prints).
    ``own`` names a text that is the patient's own: another patient has another in its place.
    """

    text: str
    strong: bool = False
    field: FieldName | None = None
    lang: str | None = None
    blank: bool = False
    own: str = ""

    def saying(self, text: str) -> Run:
        """Return a run like this one with other text; itself where the text is the same."""
        if text == self.text:
            return self
        return Run(text, self.strong, self.field, self.lang, self.blank, self.own)

    def goes_on(self, other: Run) -> bool:
        """Whether another run only continues this one; lines for the pen stay apart."""
        return not self.blank and (self.strong, self.field, self.lang, self.blank, self.own) == (
            other.strong,
            other.field,
            other.lang,
            other.blank,
            other.own,
        )


class Text(Struct, frozen=True):
    """A leaf of the document: a line or paragraph of runs.

    ``spoken`` is what a screen reader says instead of the printed sign ("left" for "L"). ``link``
    is the address (URI) that it leads to on a screen.
    """

    runs: tuple[Run, ...]
    spoken: str | None = None
    link: str | None = None

    @property
    def plain(self) -> str:
        """The printed characters."""
        return "".join(run.text for run in self.runs)

    @property
    def personal(self) -> bool:
        """Whether any of it is the patient's own."""
        return any(run.own for run in self.runs)


NOTHING = Text(())
"""Where a value has no text of its own; no leaf to be placed."""


def text(content: str, *, strong: bool = False, field: FieldName | None = None) -> Text:
    """Return a leaf of one run."""
    return Text((Run(content, strong=strong, field=field),))

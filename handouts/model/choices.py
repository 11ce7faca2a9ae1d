"""Choices that a handout is asked for with; nothing heavy is imported for them."""

from __future__ import annotations

from enum import StrEnum


class AffectedSide(StrEnum):
    """The side that hurts; BOTH means that both do."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Mode(StrEnum):
    """Colour, plain grayscale, or ink saver (white panels, black lines)."""

    COLOUR = "colour"
    GRAY = "gray"
    SAVER = "saver"


class Paper(StrEnum):
    """Paper sizes of a handout."""

    LETTER = "letter"
    A4 = "a4"

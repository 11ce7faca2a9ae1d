"""What somebody says about a roster on the command line, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class DayOrder(StrEnum):
    """How dates with slashes are written in a file: ``3/4/2026``."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True)
class RosterOptions:
    """How to read a roster.

    ``mapping`` gives the header of a column, or its position as ``#3``; ``defaults`` the value of
    a column (program, clinic, layout, language, affected_side, start_date, clinician) where its
    cell is empty. ``join`` are files with headers and more columns of the same patients: without
    ``only_joined`` every reference must be on both sides, with it patients that a joined file
    lacks are skipped and counted. ``encoding`` None means UTF-8, or UTF-16 with its mark. Without
    ``header`` the first row is a patient and ``mapping`` gives positions. ``sheet`` names one of
    a workbook. ``dates`` None refuses what may be read in two ways.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    join: tuple[Path, ...] = ()
    only_joined: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    sheet: str | None = None
    dates: DayOrder | None = None

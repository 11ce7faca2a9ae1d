"""Say how a list of patients is to be read, how it was understood, and what a mail says."""

from __future__ import annotations

from msgspec import Struct, field

from handouts.deliver.check_handouts import CheckedRow
from handouts.errors import Problem
from handouts.load.roster import RosterOptions
from handouts.load.roster.cells import DayOrder


class Reading(Struct):
    """How a list is to be read, and what its rows get that name nothing themselves."""

    clinic: str = ""
    program: str = ""
    layout: str = ""
    mode: str = "colour"
    clinician: str = ""
    start: str = ""
    dates: str = ""
    encoding: str = ""
    sheet: str = ""
    sort: str = ""
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def options(self) -> RosterOptions:
        """The same for who reads lists."""
        names = ("clinic", "program", "layout", "clinician")
        defaults = {**{name: getattr(self, name) for name in names}, "start_date": self.start}
        return RosterOptions(
            mapping=self.mapping,
            encoding=self.encoding or None,
            defaults={name: value for name, value in defaults.items() if value},
            sheet=self.sheet or None,
            dates=DayOrder(self.dates) if self.dates else None,
        )

    @property
    def arguments(self) -> list[str]:
        """The same on a command line: nothing of it is a patient's."""
        names = ["clinic", "program", "layout", "clinician", "start", "dates", "encoding", "sheet"]
        given = {name: getattr(self, name) for name in names}
        pairs = [f"--{name}={value}" for name, value in given.items() if value]
        return pairs + [f"--map={column}={header}" for column, header in self.mapping.items()]


class Looked(Struct):
    """A list as it is understood, before anything is made.

    ``rows``: the first ones, by column; ``wrong``: all rows that are wrong. ``whole``: what is
    wrong with all of it. ``encodings``: names as each possible encoding reads them, where one has
    to be chosen.
    """

    total: int = 0
    rows: list[dict[str, str]] = field(default_factory=list)
    wrong: list[CheckedRow] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    whole: list[Problem] = field(default_factory=list)
    encodings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> int:
        """How many handouts can be made."""
        return self.total - len(self.wrong)


class Mail(Struct, frozen=True):
    """A message as its reader sees it."""

    sender: str
    to: str
    subject: str
    text: str
    files: list[str]

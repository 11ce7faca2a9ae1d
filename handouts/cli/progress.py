"""Turn the progress of a batch or of sending into a bar, lines, or JSON for scripts."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click._termui_impl import ProgressBar

from handouts.cli.report import coloured, print_problems, say
from handouts.deliver.batch.request import Progress
from handouts.errors import Location, Problem

if TYPE_CHECKING:
    from handouts.deliver.mail.request import Tally, Unsent
    from handouts.deliver.mail.send_plan import Planned

_EVERY = 5.0
"""Seconds between two plain lines."""
_OFTEN = 0.5
"""Seconds between two JSON events of progress."""
_SHOWN = 20
"""Problems that are shown at once; all of them are in the list of failures."""


def listener(*, as_json: bool) -> Lines | JsonLines:
    """Return who shows progress: what suits standard error, or JSON lines on standard output."""
    if as_json:
        return JsonLines()
    return Bar() if sys.stderr.isatty() else Lines()


def duration(seconds: float) -> str:
    """Return seconds in words as short as they are of use: ``45 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def so_far(progress: Progress) -> str:
    """Return ``312 of 1000, 2 failed, 25.1 a second, about 27 s left``."""
    parts = [f"{progress.done} of {progress.total}"]
    if progress.unchanged:
        parts.append(f"{progress.unchanged} unchanged")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.rate:
        parts.append(f"{progress.rate:.1f} a second")
    if progress.left is not None and progress.done < progress.total:
        parts.append(f"about {duration(progress.left)} left")
    return ", ".join(parts)


class Lines:
    """A line now and then, and one for each row that fails, on standard error."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._failed = 0

    def begun(self, progress: Progress) -> None:
        """Say how much there is to do."""
        self._say(f"{progress.total} handouts to make")

    def advanced(self, progress: Progress) -> None:
        """Say how far it is, every few seconds."""
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            self._say(so_far(progress))

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Show what is wrong with a row; after the first few, only the list of failures does."""
        self._failed += 1
        if self._failed <= _SHOWN:
            print_problems(named(reference, problems, Location(roster, row)))
        elif self._failed == _SHOWN + 1:
            self._say("more rows failed; the list of failures has all of them")

    def printing(self, patients: int) -> None:
        """Say that the print run begins."""
        if patients == 0:
            self._say("writing the print run")

    def close(self) -> None:
        """Leave the terminal as it was."""

    def _say(self, text: str) -> None:
        say(text, err=True)


class Bar(Lines):
    """A bar with rate and time left."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: ProgressBar[int] | None = None

    def begun(self, progress: Progress) -> None:
        """Show the empty bar."""
        self._bar = click.progressbar(
            length=progress.total,
            label="handouts",
            show_pos=True,
            show_eta=False,
            item_show_func=lambda _: so_far(progress).partition(", ")[2],
            file=sys.stderr,
            color=coloured(),
        )
        self._bar.render_progress()

    def advanced(self, progress: Progress) -> None:
        """Move the bar; end its line when all is done."""
        if self._bar is not None:
            self._bar.update(progress.done - self._bar.pos, progress.done)
            if progress.done == progress.total:
                self.close()

    def close(self) -> None:
        """End the line of the bar and show the cursor again, also after Ctrl-C."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Show what is wrong on a line of its own; the bar is drawn again below."""
        say("", err=True)
        super().failed(roster, row, reference, problems)


class Count:
    """How many rows were looked at, on one line of a terminal's standard error; else nothing."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._shown = sys.stderr.isatty()
        self._last = -math.inf
        self._wide = 0

    def at(self, count: int) -> None:
        """Say how many: the first at once, then a few times a second at most."""
        if not self._shown or time.monotonic() - self._last < _OFTEN:
            return
        self._last = time.monotonic()
        of = f" of {self._total:,}" if self._total else ""
        self._write(f"{self._what}: {count:,}{of} rows")

    def close(self) -> None:
        """Take the line away, also after an error."""
        if self._wide:
            self._write("")

    def _write(self, text: str) -> None:
        line = text.ljust(self._wide)
        click.echo(f"\r{line}" if text else f"\r{line}\r", err=True, nl=False)
        self._wide = len(text)


class JsonLines:
    """One JSON object a line on standard output: begun, progress, failed, print-run."""

    def __init__(self) -> None:
        self._last = 0.0

    def begun(self, progress: Progress) -> None:
        """Tell how much there is to do."""
        event("begun", total=progress.total)

    def advanced(self, progress: Progress) -> None:
        """Tell how far it is, a few times a second at most."""
        now = time.monotonic()
        if now - self._last < _OFTEN and progress.done < progress.total:
            return
        self._last = now
        left = progress.left
        event(
            "progress",
            total=progress.total,
            made=progress.made,
            kept=progress.unchanged,
            failed=progress.failed,
            rate=round(progress.rate, 2),
            seconds_left=None if left is None else round(left, 1),
        )

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Tell what is wrong with a row."""
        event(
            "failed",
            roster=roster,
            row=row,
            reference=reference,
            problems=_plain(problems),
        )

    def printing(self, patients: int) -> None:
        """Tell that the print run begins."""
        if patients == 0:
            event("print-run")

    def close(self) -> None:
        """Tell nothing: the summary follows."""


def event(name: str, **values: Any) -> None:
    """Print one event."""
    click.echo(json.dumps({"event": name, **values}, ensure_ascii=False))


class MailLines:
    """A line now and then, and one for each handout that somebody has to look after."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._failed = 0

    def begun(self, tally: Tally) -> None:
        """Say nothing: the first message follows at once."""
        del tally

    def warned(self, item: Planned) -> None:
        """Show what looks strange about a handout."""
        row = item.row
        if row is not None:
            place = Location(row.file, row.row)
            print_problems(named(item.entry.reference, item.warnings, place))

    def sent(self, item: Planned, tally: Tally) -> None:
        """Say how far it is, every few seconds; at a terminal always."""
        if sys.stderr.isatty() or time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            say(f"{tally.sent} of {tally.total} sent: {item.entry.reference}", err=True)

    def failed(
        self, item: Planned, what: Unsent, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """Show what is wrong; after the first few only the list of failures does."""
        del what, tally
        self._failed += 1
        if self._failed <= _SHOWN:
            print_problems(named(item.entry.reference, problems))
        elif self._failed == _SHOWN + 1:
            say("there are more; the list of failures has all of them", err=True)

    def waiting(self, seconds: float, messages: int) -> None:
        """Say why nothing happens."""
        count = "1 message" if messages == 1 else f"{messages} messages"
        say(f"waiting {duration(seconds)}, to try {count} again", err=True)


class JsonMailLines:
    """One JSON object a line on standard output: begun, warning, sent, failed, waiting."""

    def begun(self, tally: Tally) -> None:
        """Tell how many there are."""
        event("begun", total=tally.total)

    def warned(self, item: Planned) -> None:
        """Tell what looks strange."""
        event("warning", reference=item.entry.reference, problems=_plain(item.warnings))

    def sent(self, item: Planned, tally: Tally) -> None:
        """Tell of each."""
        event("sent", reference=item.entry.reference, sent=tally.sent, total=tally.total)

    def failed(
        self, item: Planned, what: Unsent, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """Tell of each."""
        del tally
        row = item.row
        event(
            "failed",
            kind=what.value,
            reference=item.entry.reference,
            roster=row.file if row else None,
            row=row.row if row else None,
            problems=_plain(problems),
        )

    def waiting(self, seconds: float, messages: int) -> None:
        """Tell why nothing happens."""
        event("waiting", seconds=round(seconds), messages=messages)


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"message": item.placed, "hint": item.hint} for item in problems]


def named(
    reference: str, problems: Iterable[Problem], place: Location | None = None
) -> list[Problem]:
    """Return problems with the reference they are about in front, all at one place if given."""
    who = f"{reference}: " if reference else ""
    return [
        problem._replace(message=f"{who}{problem.placed}", location=place)
        if place
        else problem._replace(message=f"{who}{problem.message}")
        for problem in problems
    ]

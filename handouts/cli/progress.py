"""Turn the progress of a batch or of sending into a bar, lines, or JSON for scripts."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from handouts.cli.report import (
    OFTEN,
    NotPrinted,
    as_json,
    coloured,
    counted,
    print_problems,
    redraws,
    say,
    terminal_width,
)
from handouts.deliver.batch.record import BatchReport
from handouts.errors import Location, Problem

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from handouts.deliver.mail.request import SendReport, Unsent
    from handouts.deliver.mail.send_plan import Planned

_EVERY = 5.0
"""Seconds between two plain lines of progress."""
_WIDEST, _NARROWEST = 36, 10
"""The width of a bar in characters: the usual one, and the least before words are left out."""
_SHOWN = 20
"""For how many rows problems are shown; the list of failures has all rows."""


def listener(*, as_json: bool) -> Lines | JsonLines:
    """Return the listener for JSON lines, else for a bar on a terminal, else for plain lines."""
    if as_json:
        return JsonLines()
    return Bar() if redraws() else Lines()


def duration(seconds: float) -> str:
    """Return seconds as ``45 s``, ``12 min`` or ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def so_far(report: BatchReport) -> str:
    """Return ``312 of 1000, 2 failed, 25.1 a second, about 27 s left``."""
    parts = [f"{report.done} of {report.total}"]
    if report.unchanged:
        parts.append(f"{report.unchanged} unchanged")
    if report.failed:
        parts.append(f"{report.failed} failed")
    if report.rate:
        parts.append(f"{report.rate:.1f} a second")
    if report.left is not None and report.done < report.total:
        parts.append(f"about {duration(report.left)} left")
    return ", ".join(parts)


class _FirstProblems:
    """Shows the problems of the first rows on standard error; the list of failures has all."""

    def __init__(self, more: str) -> None:
        self._more, self._count = more, 0

    def show(self, problems: Iterable[Problem]) -> None:
        """Show the problems of one row; after `_SHOWN` rows say once that there are more."""
        self._count += 1
        if self._count <= _SHOWN:
            print_problems(problems)
        elif self._count == _SHOWN + 1:
            say(f"{self._more}; see the list of failures", err=True)


class Lines:
    """Lines on standard error: progress every few seconds, and each row that fails."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._problems = _FirstProblems("more rows failed")

    def begun(self, report: BatchReport) -> None:
        """Say how much there is to do."""
        say(f"{counted(report.total, 'handout')} to make", err=True)

    def advanced(self, report: BatchReport) -> None:
        """Print the progress every few seconds."""
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            say(so_far(report), err=True)

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Print the problems of a row."""
        self._problems.show(named(reference, problems, Location(roster, row)))

    def printing(self) -> None:
        """Say that the print run begins."""
        say("writing the print run", err=True)

    def close(self) -> None:
        """Do nothing: lines need no cleaning up."""


class Bar(Lines):
    """A bar on a terminal, with rate and time left.

    It is never wider than the terminal, because a line that wraps cannot be drawn again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bar: ProgressBar[int] | None = None
        self._words = ""

    def begun(self, report: BatchReport) -> None:
        """Show the empty bar."""
        self._bar = click.progressbar(
            length=report.total,
            label="handouts",
            show_pos=True,
            show_eta=False,
            item_show_func=lambda _: self._words,
            file=sys.stderr,
            color=coloured(),
        )
        self._fit(report)
        # The terminal may have been closed: the work goes on.
        with contextlib.suppress(OSError):
            self._bar.render_progress()

    def advanced(self, report: BatchReport) -> None:
        """Move the bar; end its line when everything is done."""
        if self._bar is not None:
            self._fit(report)
            with contextlib.suppress(OSError):
                self._bar.update(report.done - self._bar.pos, report.done)
            if report.done == report.total:
                self.close()

    def _fit(self, report: BatchReport) -> None:
        """Fit bar and words into the terminal's width; the time left is the last to go."""
        if self._bar is None:
            return
        total = str(report.total)
        # The last column stays free: some terminals begin a new line when it is written.
        room = terminal_width() - 1 - len(f"handouts  []  {total}/{total}  ")
        words = so_far(report).partition(", ")[2]
        while words and len(words) > room - _NARROWEST:
            words = words.partition(", ")[2]
        self._words = words
        self._bar.width = max(1, min(_WIDEST, room - len(words)))

    def close(self) -> None:
        """End the line of the bar and show the cursor again, also after Ctrl-C."""
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.render_finish()
            self._bar = None

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Print the problems on new lines; the bar is drawn again below."""
        say("", err=True)
        super().failed(roster, row, reference, problems)


class JsonLines:
    """One JSON object a line on standard output: begun, progress, failed, print-run."""

    def __init__(self) -> None:
        self._last = 0.0

    def begun(self, report: BatchReport) -> None:
        """Print the number of handouts to make."""
        event("begun", total=report.total)

    def advanced(self, report: BatchReport) -> None:
        """Print the progress, at most a few times a second."""
        now = time.monotonic()
        if now - self._last < OFTEN and report.done < report.total:
            return
        self._last = now
        left = report.left
        event(
            "progress",
            total=report.total,
            made=report.made,
            unchanged=report.unchanged,
            failed=report.failed,
            rate=round(report.rate, 2),
            seconds_left=None if left is None else round(left, 1),
        )

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Print the problems of a row."""
        event(
            "failed",
            roster=roster,
            row=row,
            reference=reference,
            problems=_plain(problems),
        )

    def printing(self) -> None:
        """Print that the print run begins."""
        event("print-run")

    def close(self) -> None:
        """Do nothing: the summary follows."""


def event(name: str, **values: Any) -> None:
    """Print one event.

    Raises:
        NotPrinted: if it cannot be written, so that the reader does not wait in vain.
    """
    try:
        click.echo(as_json({"event": name, **values}))
    except OSError as error:
        raise NotPrinted(error) from None


class MailLines:
    """Lines on standard error: progress every few seconds, and each handout with a problem."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._problems = _FirstProblems("there are more")

    def begun(self, report: SendReport) -> None:
        """Print nothing, because the first message follows at once."""
        del report

    def warned(self, item: Planned) -> None:
        """Show the warnings about a handout."""
        row = item.row
        if row is not None:
            place = Location(row.file, row.row)
            print_problems(named(item.entry.reference, item.warnings, place))

    def sent(self, item: Planned, report: SendReport) -> None:
        """Print the progress, on a terminal for each message, else every few seconds."""
        if sys.stderr.isatty() or time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            say(f"{report.sent} of {report.total} sent: {item.entry.reference}", err=True)

    def failed(self, item: Planned, what: Unsent, problems: Sequence[Problem]) -> None:
        """Print the problems."""
        del what
        self._problems.show(named(item.entry.reference, problems))

    def waiting(self, seconds: float, messages: int) -> None:
        """Print how long the next message waits."""
        why = f"to try {counted(messages, 'message')} again" if messages else "to spare the server"
        say(f"waiting {duration(seconds)}, {why}", err=True)

    def stopping(self) -> None:
        """Say that we wait for an answer, and how to stop waiting."""
        say(
            "stopping: waiting for the server's answer about the last message, up to 5 minutes;"
            "\npress Ctrl-C again to stop at once: then nobody knows whether the patient gets it",
            err=True,
        )


class JsonMailLines:
    """One JSON object a line on standard output: begun, warning, sent, failed, waiting."""

    def begun(self, report: SendReport) -> None:
        """Print the number of messages."""
        event("begun", total=report.total)

    def warned(self, item: Planned) -> None:
        """Print the warnings about a handout."""
        event("warning", reference=item.entry.reference, problems=_plain(item.warnings))

    def sent(self, item: Planned, report: SendReport) -> None:
        """Print a message that was sent."""
        event("sent", reference=item.entry.reference, sent=report.sent, total=report.total)

    def failed(self, item: Planned, what: Unsent, problems: Sequence[Problem]) -> None:
        """Print a handout that was not sent."""
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
        """Print how long the next message waits."""
        event("waiting", seconds=round(seconds), messages=messages)

    def stopping(self) -> None:
        """Print that we wait for the answer to the last message."""
        event("stopping")


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"message": item.placed, "hint": item.hint} for item in problems]


def named(
    reference: str, problems: Iterable[Problem], place: Location | None = None
) -> list[Problem]:
    """Return problems with the patient's reference in front, and at ``place`` if it is given."""
    who = f"{reference}: " if reference else ""
    return [
        problem._replace(message=f"{who}{problem.placed}", location=place)
        if place
        else problem._replace(message=f"{who}{problem.message}")
        for problem in problems
    ]

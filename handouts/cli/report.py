"""Turn problems, bugs, tables and values into lines of the terminal."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import click

from handouts import errors
from handouts.errors import DeliveryError, HandoutError, Problem, Severity

OFTEN = 0.5
"""Minimum seconds between two updates of a count or of JSON progress."""
_LISTED = 8
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def coloured() -> bool | None:
    """Return False if NO_COLOR is set (no-color.org), else None, so that click asks the terminal.

    With ``TERM=dumb`` also return False: such a terminal would show, or read aloud, colour codes.
    """
    return False if os.environ.get("NO_COLOR") or _is_dumb() else None


class NotPrinted(DeliveryError):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"cannot write the output: {str(error.strerror).lower()}")


def say(text: str, *, err: bool = False, nl: bool = True, **style: bool | str) -> None:
    """Print a line, styled on a terminal; a failure to write to standard error is ignored."""
    text = _printable(text)
    with contextlib.suppress(*[OSError] if err else []):
        click.secho(text, err=err, nl=nl, color=coloured(), **style)  # type: ignore[arg-type]  # fg is a str, bold a bool


def print_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Print each problem with its place and hint: errors in red, warnings in yellow."""
    for problem in problems:
        first, *rest = str(problem).split("\n")
        say(first, err=err, fg=_COLOURS[problem.severity])
        for line in rest:
            say(line, err=err)


def print_error(error: HandoutError) -> None:
    """Print all problems of an error and a closing line with their number."""
    print_problems(error.problems)
    say(errors.summary(error.problems), err=True, bold=True)


def print_bug(error: Exception) -> None:
    """Print a bug report that is safe to send, because the error's own text may name a patient."""
    say(f"handouts has a bug: {type(error).__name__} at {errors.where(error)}", err=True, fg="red")
    say(
        "    hint: please report this line with the command you ran, without the patient's details",
        err=True,
    )


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    click.echo(as_json(value, indent=2))


def as_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON."""
    import json  # noqa: PLC0415 - only where --json is given

    return _printable(json.dumps(value, indent=indent, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return a text with undecodable bytes, as in some file names, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip())


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are: ``P-1, P-2 and 3 more``."""
    first, more = ", ".join(names[:_LISTED]), len(names) - _LISTED
    return f"{first} and {more} more" if more > 0 else first


def counted(count: int, noun: str) -> str:
    """Return ``1 page``, ``5 pages``."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def redraws() -> bool:
    """Return whether standard error is a terminal on which a line can be drawn again.

    A terminal that is read aloud, or cannot redraw, has ``TERM=dumb``.
    """
    return sys.stderr.isatty() and not _is_dumb()


def terminal_width() -> int:
    """Return the columns of the terminal of standard error; 80 where it does not say."""
    wide = 0
    with contextlib.suppress(OSError, ValueError):
        wide = os.get_terminal_size(sys.stderr.fileno()).columns
    return wide or 80


def _is_dumb() -> bool:
    return os.environ.get("TERM") == "dumb"


class Count:
    """Shows how many rows were read, on one line of standard error if it can be redrawn."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._shown = redraws()
        self._last = -math.inf
        self._wide = 0

    def at(self, count: int) -> None:
        """Show the count at once, then at most a few times a second."""
        if not self._shown or time.monotonic() - self._last < OFTEN:
            return
        self._last = time.monotonic()
        of = f" of {self._total:,}" if self._total else ""
        self._write(f"{self._what}: {count:,}{of} rows")

    def close(self) -> None:
        """Clear the line."""
        if self._wide:
            self._write("")

    def _write(self, text: str) -> None:
        line = text.ljust(self._wide)
        say(f"\r{line}" if text else f"\r{line}\r", err=True, nl=False)
        self._wide = len(text)

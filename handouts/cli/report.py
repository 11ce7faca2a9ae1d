"""Turn problems and bugs into lines on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from handouts import errors
from handouts.errors import HandoutError, Problem, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def coloured() -> bool | None:
    """Return False where NO_COLOR is set (no-color.org), else None: click asks the terminal."""
    return False if os.environ.get("NO_COLOR") else None


def say(text: str, *, err: bool = False, **style: bool | str) -> None:
    """Print a line, styled on a terminal only."""
    click.secho(text, err=err, color=coloured(), **style)  # type: ignore[arg-type]  # fg is a str, bold a bool


def print_problems(problems: Iterable[Problem], *, err: bool = True) -> None:
    """Print each problem with its place and hint: errors in red, warnings in yellow."""
    for problem in problems:
        first, *rest = str(problem).split("\n")
        say(first, err=err, fg=_COLOURS[problem.severity])
        for line in rest:
            say(line, err=err)


def print_error(error: HandoutError) -> None:
    """Print all problems of an error and a closing line that counts them."""
    print_problems(error.problems)
    say(errors.summary(error.problems), err=True, bold=True)


def print_bug(error: Exception) -> None:
    """Print a report of a bug that is safe to send: the error's own text may name a patient."""
    say(f"handouts has a bug: {type(error).__name__} at {errors.where(error)}", err=True, fg="red")
    say(
        "    hint: please report this line with the command you ran, without the patient's details",
        err=True,
    )

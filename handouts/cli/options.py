"""Options that several commands share: clinic, layout, language, paper and mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from handouts.cli.context import complete_ids
from handouts.model.clinic import Mode, Paper
from handouts.workspace import Kind

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

MODE: Decorator = click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.COLOUR.value,
    show_default=True,
    help="gray for a copier, saver for little ink.",
)

_APPEARANCE: tuple[Decorator, ...] = (
    click.option(
        "--clinic",
        metavar="ID",
        shell_complete=complete_ids(Kind.CLINICS),
        help="Whose letterhead: see handouts list clinics.",
    ),
    click.option(
        "--layout",
        metavar="ID",
        shell_complete=complete_ids(Kind.LAYOUTS),
        default="standard",
        show_default=True,
        help="How it looks: see handouts list layouts.",
    ),
    click.option("--language", metavar="TAG", help="Such as en-GB. Without it: the clinic's."),
    click.option(
        "--paper",
        type=click.Choice([paper.value for paper in Paper]),
        help="Paper size. Without it: the clinic's.",
    ),
    MODE,
)


def appearance(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a handout looks."""
    for option in reversed(_APPEARANCE):
        command = option(command)
    return command

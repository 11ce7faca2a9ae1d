"""Turn options into ids, days and a clinic, or into a usage error; print tables and JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import click

from handouts.cli.basics import moment_of, own_clinics, workspace_of
from handouts.cli.report import say
from handouts.workspace import Kind, Workspace

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def date(text: str) -> dt.date:
    """Return the day that ``2026-12-01`` writes; BadParameter for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-12-01") from None


def moment(text: str) -> dt.date | dt.datetime:
    """Return the day, or day and time, that ``2026-12-01 14:30`` writes; BadParameter otherwise."""
    try:
        return moment_of(text)
    except ValueError:
        wrong = f"{text!r} is not a date such as 2026-12-01 or 2026-12-01 14:30"
        raise click.BadParameter(wrong) from None


def complete_ids(*kinds: Kind) -> Completer:
    """Return what completes an argument or option that takes an id of one of ``kinds``."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        workspace = workspace_of(ctx.find_root().params.get("folder"))
        known = (name for kind in kinds for name in workspace.ids(kind))
        return [name for name in known if name.startswith(incomplete)]

    return complete


def chosen_clinic(workspace: Workspace, clinic: str | None) -> str:
    """Return ``--clinic``, or the one clinic of the clinic's own folder.

    The built-in clinics are invented: none of them may end up on a patient's sheet unasked.
    """
    if clinic is not None:
        return clinic
    own = own_clinics(workspace)
    if len(own) == 1:
        return own[0]
    known = ", ".join(own or workspace.ids(Kind.CLINICS))
    raise click.UsageError(f"say which clinic the handout is from, with --clinic: {known}")


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    import json  # noqa: PLC0415 - only where --json is given

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns two spaces apart; the last column is as wide as it likes."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip())

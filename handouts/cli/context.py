"""Turn options into ids, days and a clinic, or into a usage error; print tables and JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from handouts.cli.basics import workspace_of
from handouts.cli.report import say
from handouts.errors import ContentError
from handouts.model.clinic import AffectedSide
from handouts.workspace import Kind, Workspace

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


class Value(click.ParamType[Any]):
    """What may stand in a column of a list, read as it is read there; in a message it is not shown.

    A date that may be read in two ways is refused, unless the command has ``--dates``.
    """

    def __init__(self, name: str, column: str) -> None:
        self.name, self._column = name, column

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value that a text of the command line means."""
        if not isinstance(value, str):
            return value
        # Most command lines have no such value, and are answered without what reads lists.
        from handouts import Library  # noqa: PLC0415
        from handouts.load.roster.row import read_value  # noqa: PLC0415

        asked = ctx.params.get("dates") if ctx else None
        order = asked if isinstance(asked, str) else None
        try:
            return read_value(Library(Workspace()), self._column, value, order)
        except ContentError as error:
            problem = error.problems[0]
        hint = problem.hint
        if "column" in hint or ("--dates" in hint and not (ctx and _has(ctx.command, "dates"))):
            hint = "write it like 2026-12-01"
        return self.fail(f"{problem.message}; {hint}" if hint else problem.message, param, ctx)


def complete_sides(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the sides that a shell may complete."""
    return [side.value for side in AffectedSide if side.value.startswith(incomplete)]


def _has(command: click.Command, name: str) -> bool:
    return any(parameter.name == name for parameter in command.params)


date = Value("date", "start_date")
moment = Value("moment", "next_visit")
side = Value("side", "affected_side")


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
    own = workspace.own_clinics()
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

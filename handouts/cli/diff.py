"""Turn two batches or two programs into what changed, in the sentences that patients read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from handouts import Library, OrderRequest, make_order
from handouts.cli.options import workspace_of
from handouts.cli.report import print_json, say
from handouts.deliver.batch.diff import (
    BatchDiff,
    CodeChange,
    WordChange,
    batch_diff,
    word_changes,
    words_of,
)
from handouts.model.clinic import AffectedSide
from handouts.model.order import Patient
from handouts.workspace import Kind, Workspace

_NAMED = 8
"""References that are listed before the rest is counted."""


@click.command
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--clinic", metavar="ID", help="Of two programs; without it your own clinic.")
@click.option("--layout", metavar="ID", default="standard", show_default=True, help="Of programs.")
@click.option(
    "--side",
    type=click.Choice([side.value for side in AffectedSide]),
    help="The side that hurts, of two programs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.pass_obj
def diff(
    folder: Path | None,
    *,
    before: str,
    after: str,
    clinic: str | None,
    layout: str,
    side: str | None,
    as_json: bool,
) -> None:
    """Tell what changed between two batches or two programs.

    A and B are folders that `handouts batch` made (or their manifests), or ids of two programs.
    Only words that all patients read are compared, no names and dates.

    \b
    Examples:
      handouts diff monday tuesday
      handouts diff si-joint-calm si-joint-strength --side left

    \b
    Exit codes: 0 done · 1 there is no such batch or program · 2 wrong command line
    """
    if Path(before).exists() or Path(after).exists():
        found = batch_diff(Path(before), Path(after))
        if as_json:
            print_json(asdict(found))
        else:
            _tell(found)
        return
    workspace = workspace_of(folder)
    texts = [_words(workspace, name, clinic, layout, side) for name in (before, after)]
    changes = word_changes(*texts)
    if as_json:
        print_json([asdict(change) for change in changes])
    else:
        _tell_changes(changes)


def _words(
    workspace: Workspace, program: str, clinic: str | None, layout: str, side: str | None
) -> str:
    chosen = clinic or (workspace.own_clinics() or workspace.ids(Kind.CLINICS)[-1:])[0]
    patient = Patient(affected_side=AffectedSide(side)) if side else Patient()
    request = OrderRequest(program=program, clinic=chosen, layout=layout, patient=patient)
    return words_of(make_order(Library(workspace), request))


def _tell(found: BatchDiff) -> None:
    for change in found.changed:
        say(f"{_listed(change.references)}: {change.was} is now {change.now}", bold=True)
        _tell_code(change)
    if found.new:
        say(f"new: {_listed(found.new)}")
    if found.gone:
        say(f"gone: {_listed(found.gone)}")
    say(f"{found.same} handouts say the same")


def _tell_code(change: CodeChange) -> None:
    if change.changes is None:
        say("  what they said was not kept")
    else:
        _tell_changes(change.changes)


def _tell_changes(changes: Sequence[WordChange]) -> None:
    heading: str | None = None
    for change in changes:
        if change.heading in (change.was, change.now) and change.heading:
            say(f"  {'no longer' if change.was else 'new'}: {change.heading}")
            continue
        if change.heading != heading:
            heading = change.heading
            say(f"  {heading or 'at the top'}")
        if change.was:
            say(f"    was: {change.was}")
        if change.now:
            say(f"    now: {change.now}")
    if not changes:
        say("  the words are the same")


def _listed(references: Sequence[str]) -> str:
    listed = ", ".join(references[:_NAMED])
    more = len(references) - _NAMED
    return f"{listed} and {more} more" if more > 0 else listed

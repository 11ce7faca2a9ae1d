"""Turn two batches, programs or exercises into what changed, in sentences that patients read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from handouts import Library, OrderRequest, make_order
from handouts.check.references import safety_for, variant_names
from handouts.cli.options import OneOf, workspace_of
from handouts.cli.report import listed, print_json, say
from handouts.deliver.batch.diff import BatchDiff, CodeChange, WordChange, batch_diff, order_changes
from handouts.errors import ContentError, MissingError, did_you_mean
from handouts.model.clinic import AffectedSide
from handouts.model.order import Order, Patient
from handouts.workspace import Kind, Workspace


@click.command
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--clinic", metavar="ID", help="Of two programs; without it your own clinic.")
@click.option("--layout", metavar="ID", default="standard", show_default=True, help="Of programs.")
@click.option(
    "--side",
    type=OneOf(AffectedSide),
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
    side: AffectedSide | None,
    as_json: bool,
) -> None:
    """Tell what changed between two batches, programs or exercises.

    A and B are folders that `handouts batch` made (or their manifests), or ids of two programs or
    exercises. Only words that all patients read are compared, no names and dates.

    \b
    Examples:
      handouts diff monday tuesday
      handouts diff si-joint-calm si-joint-strength --side left
      handouts diff figure-four-seated figure-four-supine

    \b
    Exit codes: 0 done · 1 there is no such batch, program or exercise · 2 wrong command line
    """
    if Path(before).exists() or Path(after).exists():
        found = batch_diff(Path(before), Path(after))
        if as_json:
            print_json(asdict(found))
        else:
            _tell(found)
        return
    library = Library(workspace_of(folder))
    orders = [_order(library, name, clinic, layout, side) for name in (before, after)]
    changes = order_changes(*orders)
    if as_json:
        print_json([asdict(change) for change in changes])
    else:
        _tell_changes(changes)


def tell_difference(
    workspace: Workspace,
    name: str,
    other: str | None,
    *,
    clinic: str | None,
    layout: str,
    side: AffectedSide | None,
) -> None:
    """Print how a program or exercise differs from another, or from what it is made from.

    Raises:
        MissingError: if there is no such program or exercise.
        ContentError: if it is made from nothing, or a file is wrong.
    """
    kind = kind_of(workspace, name)
    now = Library(workspace)
    was, what = now, other
    if other is None:
        base = now.base(kind, name)
        if base is None:
            raise ContentError(
                f"{name} extends nothing, is no copy, and lies over nothing",
                hint=f"name what to compare it with: handouts show --diff {name} OTHER",
            )
        was, what = Library(workspace, (kind, name)), base.file
    before = _order(was, other or name, clinic, layout, side)
    changes = order_changes(before, _order(now, name, clinic, layout, side))
    say(f"{name} now, {what} was:", bold=True)
    _tell_changes(changes)


def _order(
    library: Library,
    name: str,
    clinic: str | None,
    layout: str,
    side: AffectedSide | None,
) -> Order:
    library = with_preview(library, name, every_variant=True)
    chosen = clinic or example_clinic(library.workspace)
    patient = Patient(affected_side=side)
    request = OrderRequest(program=name, clinic=chosen, layout=layout, patient=patient)
    return make_order(library, request)


def _tell(found: BatchDiff) -> None:
    for change in found.changed:
        say(f"{listed(change.references)}: {change.was} is now {change.now}", bold=True)
        _tell_code(change)
    if found.new:
        say(f"new: {listed(found.new)}")
    if found.gone:
        say(f"gone: {listed(found.gone)}")
    say(f"{found.same} handouts say the same")


def _tell_code(change: CodeChange) -> None:
    if change.changes is None:
        say("  what they said was not kept")
    else:
        _tell_changes(change.changes)


def _tell_changes(changes: Sequence[WordChange]) -> None:
    heading: str | None = None
    for change in changes:
        whole = not (change.was and change.now) and change.heading in (change.was, change.now)
        if change.heading and whole:
            say(f"  {'no longer' if change.was else 'new'}: {change.heading}")
            continue
        if change.heading != heading:
            heading = change.heading
            say(f"  {heading or 'at the top'}")
        what = "dose " if change.dose else ""
        if change.was:
            say(f"    {what}was: {change.was}")
        if change.now:
            say(f"    {what}now: {change.now}")
    if not changes:
        say("  the words are the same")


# -- an exercise, as a program of that one exercise


def with_preview(library: Library, name: str, *, every_variant: bool = False) -> Library:
    """Return a library in which the id of an exercise is also a program of that one exercise.

    ``every_variant``: the program has all its variants, one after the other.

    Raises:
        MissingError: if there is neither a program nor an exercise of that id.
    """
    if kind_of(library.workspace, name) is Kind.PROGRAMS:
        return library

    def said(spoken: Library) -> dict[str, Any]:
        return _program_of(spoken, name, every_variant=every_variant)

    return library.with_program(name, said)


def _program_of(library: Library, name: str, *, every_variant: bool) -> dict[str, Any]:
    shown = library.exercise(name)
    variants = variant_names(shown) if every_variant else ()
    listed = [{"exercise": name, "variant": variant} for variant in variants]
    return {
        "schema": 1,
        "name": shown.name,
        "title": shown.name,
        "subtitle": shown.purpose,
        "code": "PREVIEW",
        "safety": safety_for(library, [shown.regions]) or library.workspace.ids(Kind.SAFETY)[0],
        "phases": [{"exercises": listed or [{"exercise": name}]}],
        "sources": [{"title": f"preview of {name}"}],
    }


def kind_of(workspace: Workspace, name: str) -> Kind:
    """Return whether an id is that of a program or of an exercise; a program comes first.

    Raises:
        MissingError: if it is of neither.
    """
    programs, exercises = (workspace.ids(kind) for kind in (Kind.PROGRAMS, Kind.EXERCISES))
    if name in programs:
        return Kind.PROGRAMS
    if name in exercises:
        return Kind.EXERCISES
    raise MissingError(
        f'there is no program or exercise "{name}"',
        hint=did_you_mean(name, [*programs, *exercises]),
    )


def example_clinic(workspace: Workspace) -> str:
    """Return the clinic's own first clinic, else the last built-in one."""
    return (workspace.own_clinics() or workspace.ids(Kind.CLINICS)[-1:])[0]

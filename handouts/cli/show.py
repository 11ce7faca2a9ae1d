"""Turn programs and exercises into a picture of their pages, or into their differences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins
from PIL import Image

from handouts import Library, OrderRequest, make_order
from handouts import build as build_handout
from handouts.check.references import safety_for, variant_names
from handouts.cli.options import (
    Ending,
    appearance,
    complete_ids,
    dpi_option,
    side_option,
    workspace_of,
)
from handouts.cli.report import counted, listed, print_json, say
from handouts.deliver.batch.diff import BatchDiff, WordChange, batch_diff, order_changes
from handouts.errors import ContentError, MissingError, did_you_mean
from handouts.figures.preview import drawn, png
from handouts.files import PNG, check_target, write_whole
from handouts.model.clinic import AffectedSide
from handouts.model.order import Order, Patient
from handouts.workspace import Kind, Workspace

_POINTS_PER_INCH = 72
_GAP = 12
"""Between pages on a sheet, in points."""
_SURROUND = "#c9ced3"


@click.command
@click.argument(
    "name",
    metavar="PROGRAM|EXERCISE",
    shell_complete=complete_ids(Kind.PROGRAMS, Kind.EXERCISES),
)
@click.option("--diff", is_flag=True, help="Show what differs from what the file is made from.")
@click.option(
    "--page", type=click.IntRange(1), metavar="N", help="One page. Default: all, side by side."
)
@appearance
@side_option("The side that hurts.")
@dpi_option(96)
@click.option(
    "-o",
    "--output",
    type=Ending(".png"),
    help="The PNG to write. Default: PROGRAM.png in the current folder.",
)
@click.pass_obj
def show(
    folder: Path | None,
    /,
    *,
    name: str,
    diff: bool,
    page: int | None,
    dpi: int,
    output: Path | None,
    **look: Any,
) -> None:
    """Draw a program or an exercise as a PNG picture.

    Without --clinic, it uses your own clinic, or an invented one. With --diff, nothing is drawn: it
    shows how words and doses differ from the file that yours extends, copies or replaces. To
    compare any two, use `handouts diff`.

    \b
    Examples:
      handouts show si-joint-calm
      handouts show --diff calm-at-home
      handouts show si-joint-calm --page 1 --layout large-print -o page.png
      handouts show bird-dog --page 2

    \b
    Exit codes: 0 written · 1 wrong content, or the file cannot be written · 2 wrong command line
    """
    workspace = workspace_of(folder)
    library, request = Library(workspace), _request(workspace, name, **look)
    if diff:
        _print_difference(library, request)
        return
    target = output or Path(f"{name}.png")
    check_target(target, PNG)
    handout = build_handout(make_order(_with_preview(library, name), request), workspace)
    if page and page > handout.pages:
        raise click.BadParameter(f"{name} has {handout.pages} pages", param_hint="--page")
    pages = drawn(handout.pdf, dpi, page - 1 if page else None)
    write_whole(target, png(pages[0] if page else _side_by_side(pages, dpi)))
    say(f"wrote {target}")


def _side_by_side(pages: list[Image.Image], dots_per_inch: int) -> Image.Image:
    gap = _GAP * dots_per_inch // _POINTS_PER_INCH
    width = sum(page.width + gap for page in pages) + gap
    height = max(page.height for page in pages) + 2 * gap
    sheet = Image.new("RGB", (width, height), _SURROUND)
    left = gap
    for page in pages:
        sheet.paste(page, (left, gap))
        left += page.width + gap
    return sheet


# -- what differs


@click.command
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--clinic", metavar="ID", help="For two programs. Default: your own clinic.")
@click.option("--layout", metavar="ID", default="standard", show_default=True, help="For programs.")
@side_option("The side that hurts, for two programs.")
@click.option("--language", metavar="TAG", help="For programs. Default: the clinic's.")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.pass_obj
def diff(folder: Path | None, /, *, before: str, after: str, as_json: bool, **look: Any) -> None:
    """Show what changed between two batches, programs or exercises.

    A and B are folders that `handouts batch` made (or their manifests), or ids of two programs or
    exercises. Only words that all patients read are compared, not names and dates.

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
            print_json(to_builtins(found))
        else:
            _print_batch_diff(found)
        return
    library = Library(workspace_of(folder))
    requests = (_request(library.workspace, name, **look) for name in (before, after))
    changes = order_changes(*(_order(library, request) for request in requests))
    if as_json:
        print_json(to_builtins(changes))
    else:
        _print_changes(changes)


def _print_difference(now: Library, request: OrderRequest) -> None:
    """Print how a program or exercise differs from its original.

    Raises:
        MissingError: if there is no such program or exercise.
        ContentError: if it has no original, or a file is wrong.
    """
    name = request.program
    kind = _kind_of(now.workspace, name)
    base = now.base(kind, name)
    if base is None:
        raise ContentError(
            f"{name} extends nothing, is not a copy, and replaces no built-in file",
            hint=f"name what to compare it with: handouts diff OTHER {name}",
        )
    was = Library(now.workspace, (kind, name))
    changes = order_changes(_order(was, request), _order(now, request))
    say(f"{name} now, {base.file} was:", bold=True)
    _print_changes(changes)


def _order(library: Library, request: OrderRequest) -> Order:
    return make_order(_with_preview(library, request.program, every_variant=True), request)


def _print_batch_diff(found: BatchDiff) -> None:
    for change in found.changed:
        say(f"{listed(change.references)}: {change.was} is now {change.now}", bold=True)
        if change.changes is None:
            say("  their earlier texts were not kept")
        else:
            _print_changes(change.changes)
    if found.new:
        say(f"new: {listed(found.new)}")
    if found.gone:
        say(f"gone: {listed(found.gone)}")
    say(f"{counted(found.same, 'handout')} {'says' if found.same == 1 else 'say'} the same")


def _print_changes(changes: Sequence[WordChange]) -> None:
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


def _with_preview(library: Library, name: str, *, every_variant: bool = False) -> Library:
    """Return a library in which the id of an exercise is also a program of that one exercise.

    With ``every_variant``, the program has all its variants in order.

    Raises:
        MissingError: if there is neither a program nor an exercise of that id.
    """
    if _kind_of(library.workspace, name) is Kind.PROGRAMS:
        return library

    def program(spoken: Library) -> dict[str, Any]:
        exercise = spoken.exercise(name)
        variants = variant_names(exercise) if every_variant else ()
        prescribed = [{"exercise": name, "variant": variant} for variant in variants]
        safety = safety_for(spoken, [exercise.regions])
        return {
            "schema": 1,
            "name": exercise.name,
            "title": exercise.name,
            "subtitle": exercise.purpose,
            "code": "PREVIEW",
            "safety": safety or spoken.workspace.ids(Kind.SAFETY)[0],
            "phases": [{"exercises": prescribed or [{"exercise": name}]}],
            "sources": [{"title": f"preview of {name}"}],
        }

    return library.with_program(name, program)


def _kind_of(workspace: Workspace, name: str) -> Kind:
    """Return whether an id is that of a program or of an exercise; a program comes first.

    Raises:
        MissingError: if it is neither.
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


def _request(
    workspace: Workspace,
    name: str,
    *,
    clinic: str | None,
    side: AffectedSide | None,
    **look: Any,
) -> OrderRequest:
    """Return a request; without a clinic, for the first one of the folder, else an invented one."""
    clinics = (clinic,) if clinic else workspace.own_clinics() or workspace.ids(Kind.CLINICS)[-1:]
    return OrderRequest(name, clinics[0], patient=Patient(affected_side=side), **look)

"""Turn a program or an exercise into a picture of its pages, or into what differs in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from PIL import Image

from handouts import Library, OrderRequest, make_order
from handouts import build as build_handout
from handouts.cli.diff import example_clinic, tell_difference, with_preview
from handouts.cli.options import FILE, appearance, complete_ids, complete_sides, side, workspace_of
from handouts.cli.report import say
from handouts.figures.preview import drawn, png
from handouts.files import PNG, check_target, write_whole
from handouts.model.clinic import AffectedSide
from handouts.model.order import Patient
from handouts.workspace import Kind

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
@click.argument(
    "other",
    metavar="[OTHER]",
    required=False,
    shell_complete=complete_ids(Kind.PROGRAMS, Kind.EXERCISES),
)
@click.option(
    "--diff", is_flag=True, help="Tell what differs from OTHER, or from what the file is made from."
)
@click.option("--page", type=click.IntRange(min=1), help="One page. Without it: all, side by side.")
@appearance
@click.option("--side", type=side, shell_complete=complete_sides, help="The side that hurts.")
@click.option(
    "--dpi", type=click.IntRange(36, 600), default=96, show_default=True, help="Dots per inch."
)
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="The PNG to write. Without it: PROGRAM.png in the current folder.",
)
@click.pass_obj
def show(  # noqa: PLR0913 - one parameter for each option
    folder: Path | None,
    /,
    *,
    name: str,
    other: str | None,
    diff: bool,
    page: int | None,
    clinic: str | None,
    layout: str,
    side: AffectedSide | None,
    dpi: int,
    output: Path | None,
    **look: Any,
) -> None:
    """Draw a program or an exercise as a PNG picture.

    Without --clinic, your own clinic is drawn, or an invented one. With --diff nothing is drawn: it
    tells what differs in words and doses from what your file extends, is a copy of, or lies over,
    or from OTHER.

    \b
    Examples:
      handouts show si-joint-calm
      handouts show --diff my-program si-joint-calm
      handouts show si-joint-calm --page 1 --layout large-print -o page.png
      handouts show bird-dog --page 2

    \b
    Exit codes: 0 written · 1 wrong content, or the file cannot be written · 2 wrong command line
    """
    workspace = workspace_of(folder)
    if diff:
        tell_difference(workspace, name, other, clinic=clinic, layout=layout, side=side)
        return
    if other is not None:
        raise click.UsageError("OTHER is for --diff; one program or exercise is drawn at a time")
    library = with_preview(Library(workspace), name)
    target = output or Path(f"{name}.png")
    check_target(target, PNG)
    request = OrderRequest(
        program=name,
        clinic=clinic or example_clinic(workspace),
        layout=layout,
        patient=Patient(affected_side=side),
        **look,
    )
    handout = build_handout(make_order(library, request), workspace)
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

"""Turn the options of ``handouts build`` into one PDF on disk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli.context import chosen_clinic, complete_ids, date, moment, workspace_of
from handouts.cli.lazy import uncollected
from handouts.cli.options import appearance
from handouts.cli.report import page_count, say
from handouts.deliver.again import Again, Stamped
from handouts.deliver.files import check_target, write_whole
from handouts.model.choices import AffectedSide
from handouts.workspace import Kind

if TYPE_CHECKING:
    from handouts.pdf.write import Handout

_OWN = ("name", "preferred_name", "note", "reference")
"""Options that are the patient's own words."""


@click.command
@click.argument("program", shell_complete=complete_ids(Kind.PROGRAMS))
@click.option(
    "--patient",
    type=click.Path(path_type=Path),
    help="A patient's YAML file (handouts new patient); the options below win over it.",
)
@click.option("--name", help="The patient's name as it is to be printed.")
@click.option("--preferred-name", help="What the patient likes to be called.")
@click.option(
    "--side",
    type=click.Choice([side.value for side in AffectedSide]),
    help="The side that hurts. Without it: boxes to tick by hand.",
)
@click.option("--start", type=date, help="First day, such as 2026-12-01: dates the grid.")
@click.option("--next-visit", type=moment, help='Such as "2026-12-15 14:30".')
@click.option("--note", help="A note from the clinician, up to 1200 characters.")
@click.option("--reference", help="Your own number for the patient.")
@click.option("--clinician", metavar="ID|NAME", help="Who hands it out: a clinician of the clinic.")
@appearance
@click.option("--fillable", is_flag=True, help="Boxes and lines as fields to fill in on a screen.")
@click.option("--date", "made_on", type=date, help="The day it is made. Without it: today.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The PDF to write. Without it: PROGRAM-CODE.pdf in the current folder.",
)
@click.pass_obj
def build(  # noqa: PLR0913 - one parameter for each option
    folder: Path | None,
    /,
    *,
    program: str,
    patient: Path | None,
    side: str | None,
    start: dt.date | None,
    clinic: str | None,
    layout: str,
    language: str | None,
    paper: str | None,
    mode: str,
    clinician: str | None,
    fillable: bool,
    made_on: dt.date | None,
    output: Path | None,
    **person: Any,
) -> None:
    """Make one handout as a PDF.

    PROGRAM is an id of `handouts list programs`. What is not known about the patient becomes a
    line to write on.

    \b
    Examples:
      handouts build si-joint-calm --clinic riverbend
      handouts build si-joint-calm --clinic oldmill --layout large-print --mode saver
      handouts build si-joint-calm --clinic riverbend --name "Maria Nuñez-O'Brien" \\
        --side left --start 2026-12-01 -o maria.pdf
      handouts build si-joint-calm --clinic riverbend --fillable -o on-screen.pdf

    \b
    Exit codes: 0 written · 1 wrong content, or the file cannot be written (nothing is written) ·
    2 wrong command line
    """
    check_target(output or Path("handout.pdf"))
    workspace = workspace_of(folder, made_on)
    asked = {
        "program": program,
        "clinic": chosen_clinic(workspace, clinic),
        "layout": layout,
        "language": language,
        "paper": paper,
        "mode": mode,
        "clinician": clinician,
        "affected_side": side,
        "start_date": start,
        "fillable": fillable,
    }
    own = {name.replace("_", "-"): person[name] for name in _OWN}
    again = Again(workspace, asked, own, person["next_visit"])
    handout: Stamped | Handout | None = None
    if not patient:
        handout = again.stamped()
    if handout is None:
        with uncollected():
            # Reading, checking and laying out are imported where none of the kind was made before.
            from handouts.cli.making import lay_out  # noqa: PLC0415

            handout, told = lay_out(workspace, asked, patient, person)
        if not fillable and not patient:
            again.keep(handout.plate, told)
    target = output or Path(f"{program}-{handout.code}.pdf")
    write_whole(target, *handout.file.parts)
    say(f"wrote {target} ({page_count(handout.pages)}, {handout.code})")

"""The options of ``handouts build``; what it does with them is `handouts.cli.single`.

Plain command lines are read by `handouts.cli.plain`: an option that is added here is added there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from handouts.cli.basics import workspace_of
from handouts.cli.context import chosen_clinic, complete_ids, complete_sides, date, moment, side
from handouts.cli.options import appearance
from handouts.cli.report import say
from handouts.cli.single import check_output, make
from handouts.workspace import Kind


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
    type=side,
    metavar="left|right|both",
    shell_complete=complete_sides,
    help="The side that hurts. Without it: boxes to tick by hand.",
)
@click.option("--start", type=date, help="First day, such as 2026-12-01: dates the grid.")
@click.option("--next-visit", type=moment, help='Such as "2026-12-15 14:30".')
@click.option("--note", help="A note from the clinician, up to 1200 characters.")
@click.option("--reference", help="Your own number for the patient.")
@click.option(
    "--clinician", metavar="ID|NAME", help="Who hands it out: one of the clinic's, or any name."
)
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
def build(folder: Path | None, /, **options: Any) -> None:
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
    check_output(options["output"])
    workspace = workspace_of(folder, options["made_on"])
    clinic = chosen_clinic(workspace, options["clinic"])
    say(make(workspace, {**options, "clinic": clinic}))

"""Make one handout: ``handouts build``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handouts import Library, OrderRequest, make_order
from handouts import build as build_handout
from handouts.cli.options import (
    appearance,
    chosen_clinic,
    complete_ids,
    complete_sides,
    date,
    moment,
    side,
    workspace_of,
)
from handouts.cli.report import page_count, say
from handouts.errors import ContentError, Problem
from handouts.files import check_target, write_whole
from handouts.load.messages import Complaint, describe
from handouts.model.clinic import Mode, Paper
from handouts.model.order import Patient
from handouts.workspace import Kind

OPTIONS = {
    "reference": "--reference",
    "name": "--name",
    "preferred_name": "--preferred-name",
    "affected_side": "--side",
    "clinician": "--clinician",
    "start_date": "--start",
    "next_visit": "--next-visit",
    "note": "--note",
}


def patient_from(library: Library, file: Path | None, options: Mapping[str, Any]) -> Patient:
    """Return the patient of ``file`` (if any) with every option that was given in its place.

    Raises:
        ContentError: for a wrong file or an option that cannot be printed; never with its text.
    """
    known = library.patient(file).model_dump() if file else {}
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Patient.model_validate({**known, **given})
    except ValidationError as error:
        problems = [_problem(details) for details in error.errors(include_url=False)]
    raise ContentError(problems)


def _problem(details: ErrorDetails) -> Problem:
    """Return the problem of one option, in our words and without the patient's."""
    option = OPTIONS[str(details["loc"][0])]
    complaint = Complaint(
        kind=details["type"],
        path=(option,),
        context=details.get("ctx", {}),
        value=details["input"],
        key=option,
        known=(),
        private=True,
    )
    message, hint = describe(complaint)
    return Problem(message if option in message else f"{option}: {message}", hint=hint)


_PERSON = ("name", "preferred_name", "next_visit", "note", "reference", "clinician")
"""Options that the patient's model knows by the same name."""


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
@click.option(
    "--booklet",
    is_flag=True,
    help="Two pages on a sheet, to be printed on both sides (short edge) and folded in the middle; "
    "type becomes two thirds of its size. A screen reader needs the file without it.",
)
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
      handouts build si-joint-calm --clinic riverbend --layout large-print --booklet -o fold.pdf

    Until a clinician of the clinic has checked its texts (`handouts review`) it is marked DRAFT.

    \b
    Exit codes: 0 written · 1 wrong content, or the file cannot be written (nothing is written) ·
    2 wrong command line
    """
    if options["booklet"] and options["fillable"]:
        raise click.UsageError("--booklet is for paper, --fillable for a screen: choose one")
    # Before the work: whether the file can be written.
    check_target(options["output"] or Path("handout.pdf"))
    workspace = workspace_of(folder, options["made_on"])
    library = Library(workspace)
    person = {name: options[name] for name in _PERSON}
    person |= {"affected_side": options["side"], "start_date": options["start"]}
    request = OrderRequest(
        program=options["program"],
        clinic=chosen_clinic(workspace, options["clinic"]),
        layout=options["layout"],
        patient=patient_from(library, options["patient"], person),
        language=options["language"],
        paper=Paper(options["paper"]) if options["paper"] else None,
        mode=Mode(options["mode"]),
    )
    order = make_order(library, request)
    handout = build_handout(order, workspace, fillable=options["fillable"])
    target = options["output"] or Path(f"{options['program']}-{handout.code}.pdf")
    made = page_count(handout.pages)
    if options["booklet"]:
        # What takes files apart is imported only for this.
        from handouts.deliver.printing.booklet import booklet  # noqa: PLC0415

        write_whole(target, booklet(handout.pdf))
        count = -(-handout.pages // 4)
        made += f" on {count} sheet" + ("" if count == 1 else "s")
    else:
        write_whole(target, *handout.file.parts)
    say(f"wrote {target} ({made}, {handout.code})")
    if order.checked is None:
        program, clinic = request.program, request.clinic
        say(
            f"a draft: no clinician of {clinic} has checked its texts yet; "
            f"handouts review {program} --clinic {clinic}",
            err=True,
        )

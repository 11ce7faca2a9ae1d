"""Turn a FHIR R4 request into a handout and its DocumentReference: ``handouts fhir``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from handouts.cli.options import (
    FILE,
    PDF_OUTPUT,
    appearance,
    chosen_clinic,
    complete_ids,
    workspace_of,
)
from handouts.cli.report import page_count, print_problems, say
from handouts.desk import fhir_orders
from handouts.desk.fhir import LARGEST, Issue, document
from handouts.desk.worksheet import Worksheet
from handouts.errors import ContentError, DeliveryError, Location, Problem, Severity
from handouts.files import PDF, check_target, write_whole
from handouts.load.library import Library
from handouts.workspace import Kind


@click.command
@click.argument("file", type=FILE)
@click.option(
    "--program",
    shell_complete=complete_ids(Kind.PROGRAMS),
    help="What the patient gets, where the request names nothing of ours.",
)
@click.option("--clinician", metavar="ID", help="Who hands it out: one of the clinic's.")
@appearance
@PDF_OUTPUT
@click.pass_obj
def fhir(folder: Path | None, /, file: Path, output: Path | None, **options: Any) -> None:
    """Make the handout that a FHIR R4 request asks for.

    FILE is a Bundle of a Patient and a ServiceRequest or CarePlan, as practice systems export it
    (docs/desk.md says what is read). Beside the PDF a .fhir.json is written: a DocumentReference
    that holds the PDF, and the text for the chart.

    \b
    Examples:
      handouts fhir fhir/request.json --clinic riverbend -o maria.pdf

    \b
    Exit codes: 0 written · 1 the request or content is wrong, or the files cannot be written ·
    2 wrong command line
    """
    check_target(output or Path("handout.pdf"), PDF)
    workspace = workspace_of(folder)
    library = Library(workspace)
    options["clinic"] = chosen_clinic(workspace, options["clinic"])
    start = Worksheet.asked(**options)
    asked = fhir_orders.read(library, workspace.read(file, LARGEST), start)
    made = fhir_orders.make(library, asked)
    problems = [_problem(file, each) for each in asked.issues]
    if made.handout is None or made.order is None:
        raise ContentError(problems)
    print_problems([*problems, *made.warnings])
    target = output or Path(f"{asked.sheet.program or 'handout'}-{made.handout.code}.pdf")
    told = document(asked, made, now=dt.datetime.now().astimezone())
    beside = target.with_suffix(".fhir.json")
    check_target(beside)
    if beside.exists() and beside.samefile(file):
        raise DeliveryError(f"{beside} is the request itself", hint="give another file")
    write_whole(target, made.handout.pdf)
    write_whole(beside, json.dumps(told, ensure_ascii=False, indent=1).encode())
    say(f"wrote {target} ({page_count(made.handout.pages)}, {made.handout.code}) and {beside}")


def _problem(file: Path, issue: Issue) -> Problem:
    where = f"{issue.where}: " if issue.where else ""
    severity = Severity.ERROR if issue.stops else Severity.WARNING
    return Problem(where + issue.message, Location(str(file)), issue.hint, severity=severity)

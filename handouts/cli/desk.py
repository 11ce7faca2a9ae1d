"""Open the desk in the browser, or turn a FHIR R4 request into its handout as the desk does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from handouts.cli.build import PDF_OUTPUT, say_if_draft
from handouts.cli.options import (
    FILE,
    PLAIN_FILE,
    appearance,
    chosen_clinic,
    complete_ids,
    workspace_of,
)
from handouts.cli.report import counted, print_problems, say
from handouts.desk import fhir_orders
from handouts.desk.fhir import LARGEST, Issue, document
from handouts.desk.worksheet import Worksheet
from handouts.errors import (
    ContentError,
    DeliveryError,
    Location,
    MissingError,
    Problem,
    Severity,
    to_install,
)
from handouts.files import PDF, check_target, write_whole
from handouts.load.library import Library
from handouts.workspace import Kind


@click.command
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    default=0,
    help="The port. Default: a free one.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option(
    "--secret-file",
    type=PLAIN_FILE,
    help="The file with the secret for other programs, so that it stays the same; made if missing.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="ADDRESS|NAME",
    help="Open it to the office's network under this name. May be repeated.",
)
@click.option("--certificate", type=PLAIN_FILE, help="The TLS certificate for --host (PEM).")
@click.option("--key", type=PLAIN_FILE, help="The key of the certificate (PEM).")
@click.option(
    "--trust-host",
    "trusted",
    multiple=True,
    metavar="NAME",
    help="A name under which a reverse proxy on this computer asks for it. May be repeated.",
)
@click.option("--add-account", metavar="NAME", help="Add an account, or change its password.")
@click.option("--remove-account", metavar="NAME", help="Remove an account.")
@click.pass_obj
def desk(
    folder: Path | None,
    /,
    *,
    no_browser: bool,
    add_account: str | None,
    remove_account: str | None,
    **options: Any,
) -> None:
    """Open a page in the browser that makes handouts.

    The desk runs on this computer only, needs no account and no network, and stores nothing about a
    patient. Ctrl-C closes it. Other programs can make handouts through its HTTP API at /api,
    described at /api/openapi.json; docs/desk.md explains how.

    It can be opened to the office's network for people with an account, over TLS only; docs/desk.md
    explains how.

    \b
    Examples:
      handouts desk
      handouts desk --port 8765
      handouts desk --add-account reception
      handouts desk --host 0.0.0.0 --certificate desk.pem --key desk.key

    \b
    Exit codes: 0 closed · 1 it cannot be opened · 2 wrong command line
    """
    try:
        from handouts.desk.accounts import Accounts  # noqa: PLC0415 - what serves is an extra
        from handouts.desk.serve import Where, serve  # noqa: PLC0415
        from handouts.desk.state import Desk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        problem = Problem(f"{error.name} is not installed, and the desk needs it")
        raise MissingError(problem._replace(hint=to_install("desk"))) from None
    own = workspace_of(folder).folder
    if add_account is None and remove_account is None:
        serve(Desk(own), Where(**options), opens=not no_browser, say=say)
        return
    if own is None:
        raise click.UsageError("accounts are stored in the clinic's folder: use --folder FOLDER")
    accounts = Accounts(own)
    if remove_account is not None:
        accounts.remove(remove_account)
        say(f"{remove_account} is removed, and signed out")
    if add_account is not None:
        asked = "Password (at least 12 characters)"
        password = click.prompt(asked, hide_input=True, confirmation_prompt="Once more")
        accounts.add(add_account, password)
        say(f"{add_account} can sign in now")


# -- a request of a practice system


@click.command
@click.argument("file", type=FILE)
@click.option(
    "--program",
    shell_complete=complete_ids(Kind.PROGRAMS),
    help="The program, if the request names none of ours.",
)
@click.option("--clinician", metavar="ID", help="Who gives it to the patient: one of the clinic's.")
@appearance
@PDF_OUTPUT
@click.pass_obj
def fhir(folder: Path | None, /, file: Path, output: Path | None, **options: Any) -> None:
    """Make the handout that a FHIR R4 request asks for.

    FILE is a Bundle with a Patient and a ServiceRequest or CarePlan, as practice systems export it
    (docs/desk.md lists what is read). Beside the PDF, the command writes a .fhir.json: a
    DocumentReference with the PDF and the text for the chart.

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
    start = Worksheet.with_values(**options)
    asked = fhir_orders.read(library, workspace.read(file, LARGEST), start)
    made = fhir_orders.make(library, asked)
    problems = [_problem(file, each) for each in asked.issues]
    if made.handout is None or made.order is None:
        raise ContentError(problems)
    print_problems([*problems, *made.warnings])
    target = output or Path(f"{asked.sheet.program or 'handout'}-{made.handout.code}.pdf")
    resource = document(asked, made, now=dt.datetime.now().astimezone())
    beside = target.with_suffix(".fhir.json")
    check_target(beside)
    if beside.exists() and beside.samefile(file):
        raise DeliveryError(f"{beside} is the request file", hint="give another file")
    write_whole(target, made.handout.pdf)
    write_whole(beside, json.dumps(resource, ensure_ascii=False, indent=1).encode())
    say(f"wrote {target} ({counted(made.handout.pages, 'page')}, {made.handout.code}) and {beside}")
    say_if_draft(made.order)


def _problem(file: Path, issue: Issue) -> Problem:
    where = f"{issue.where}: " if issue.where else ""
    severity = Severity.ERROR if issue.stops else Severity.WARNING
    return Problem(where + issue.message, Location(str(file)), issue.hint, severity=severity)

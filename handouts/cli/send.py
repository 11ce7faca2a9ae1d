"""Turn a batch and its roster into a dry run, or into sent messages; or test the settings."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.cli.main import INTERRUPTED, SOME_FAILED
from handouts.cli.options import (
    FOLDER,
    PLAIN_FILE,
    chosen_clinic,
    id_option,
    opened_roster,
    reading,
    workspace_of,
)
from handouts.cli.progress import JsonMailLines, MailLines, event
from handouts.cli.report import counted, listed, print_problems, print_table, say
from handouts.deliver.batch.record import FAILED
from handouts.deliver.guards import terminated_as_interrupted
from handouts.deliver.mail.ledger import LEDGER
from handouts.deliver.mail.office import Offices, send_trial
from handouts.deliver.mail.request import SendOptions, SendReport, Services, change_check
from handouts.deliver.mail.send_batch import send_batch
from handouts.deliver.mail.send_plan import Domains
from handouts.deliver.manifest import MANIFEST, Status, read_manifest
from handouts.errors import Problem
from handouts.workspace import Kind

_LISTED = 50
"""How many handouts of a dry run are listed at most."""


def _rate(_: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """Return messages a minute from ``20`` or ``20/min``."""
    if value is None:
        return None
    number = value.removesuffix("/min").strip()
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 600):
        raise click.BadParameter(f'"{value}" is not 1 to 600 a minute', param=option)
    return int(number)


@click.command
@click.argument("folder", required=False, metavar="[DIR]", type=FOLDER)
@click.option(
    "--roster",
    "rosters",
    multiple=True,
    metavar="ROSTER",
    type=PLAIN_FILE,
    help="The list of patients as it is now. May be repeated.",
)
@click.option("--send", is_flag=True, help="Send. Without this option nothing is sent.")
@click.option(
    "--test", metavar="ADDRESS", help="Send an invented patient's handout to this address, now."
)
@click.option(
    "--send-drafts",
    is_flag=True,
    help="Also send drafts: handouts whose texts no clinician of the clinic has checked.",
)
@click.option(
    "--limit", metavar="N", type=click.IntRange(1), help="Send at most this many messages."
)
@click.option(
    "--only", metavar="REFERENCE", multiple=True, help="Only this patient. May be repeated."
)
@click.option(
    "--resend",
    metavar="REFERENCE",
    multiple=True,
    help="Send again what was sent to this patient, or may have been. May be repeated.",
)
@click.option(
    "--rate",
    metavar="N/min",
    callback=_rate,
    help="Messages per minute. Default: the clinic's.",
)
@click.option(
    "--passphrases",
    type=PLAIN_FILE,
    help="The passphrases that the batch wrote; needed to open and check the files.",
)
@click.option("--files", metavar="DIR|URL", help="Where the PDFs are, if not in DIR.")
@click.option(
    "--ledger",
    type=PLAIN_FILE,
    help="The record of what was sent. Default: ledger.sqlite3 in DIR.",
)
@id_option("--clinic", Kind.CLINICS, "The same as for the batch.")
@id_option("--layout", Kind.LAYOUTS, "The same as for the batch.")
@click.option("--language", metavar="TAG", help="The same as for the batch.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object per line.")
@reading
@click.pass_context
def send(
    ctx: click.Context,
    /,
    *,
    folder: Path | None,
    rosters: tuple[Path, ...],
    test: str | None,
    **options: Any,
) -> None:
    """E-mail the handouts of a batch, each to its patient, once.

    DIR is a folder that `handouts batch` made. Without --send, nothing is sent: the command says
    how many messages would go, to whom and from whom, and writes the first ones as .eml files to
    DIR/send-preview. Look at them, then add --send. The list of patients is read again: give the
    newest, with the same options as for the batch.

    Drafts, whose texts no clinician of the clinic has checked (`handouts review`), are refused
    unless you add --send-drafts.

    Each PDF is opened before it is sent: it must be the file that was made, contain the patient's
    token and show the patient's name. Unencrypted files go only to patients who agreed, on a day
    that the list gives. The ledger records what was sent, and nothing is sent twice. If it is
    unknown whether a message arrived, a person decides: see `handouts ledger`. send-failed.csv
    lists the rows to correct.

    \b
    Examples:
      handouts send --test me@clinic.example
      handouts send monday --roster monday.csv
      handouts send monday --roster monday.csv --send --limit 1
      handouts send monday --roster monday.csv --send

    \b
    Exit codes: 0 done · 1 stopped: settings, server, ledger or list · 2 wrong command line ·
    3 some were not sent or are unknown · 130 stopped with Ctrl-C (the same command,
    without --resend, goes on)
    """
    if test is not None:
        _test(ctx, test, options["clinic"], options["program"])
        return
    if folder is None or not rosters:
        raise click.UsageError("name the batch and the list: handouts send DIR --roster ROSTER")
    if options["resend"] and not options["send"]:
        raise click.UsageError("--resend needs --send")
    report, library = _sent(ctx, folder, rosters, options)
    if options["as_json"]:
        _print_events(report)
    else:
        print_problems(_missing_handouts(report, folder))
        # With --resend the same command would send again what has already gone.
        same = "the same command without --resend" if options["resend"] else "the same command"
        _print_summary(report, library, f"to continue, run {same}", dry=not options["send"])
    if report.stopped is not None:
        print_problems(report.stopped.problems)
        ctx.exit(report.stopped.exit_code)
    if report.interrupted:
        ctx.exit(INTERRUPTED)
    ctx.exit(SOME_FAILED if report.failed or report.without else 0)


def _sent(
    ctx: click.Context, folder: Path, rosters: tuple[Path, ...], options: dict[str, Any]
) -> tuple[SendReport, Library]:
    """Read the list, then send or do a dry run."""
    workspace = workspace_of(ctx.obj)
    files = (*rosters, *options["join"])
    unchanged = change_check(files)
    given = {name: value for name, value in options.items() if value is not None}
    roster = opened_roster(workspace, rosters, {**options, **_common_columns(folder), **given})
    if not options["as_json"]:
        print_problems(roster.warnings)
    library = Library(workspace)
    settings = SendOptions(
        folder=folder,
        output=options["files"] or str(folder),
        ledger=options["ledger"] or folder / LEDGER,
        rosters=files,
        passphrases=options["passphrases"],
        send=options["send"],
        limit=options["limit"],
        only=options["only"],
        resend=options["resend"],
        rate=options["rate"],
        drafts=options["send_drafts"],
    )
    # Nobody may be there to sign in with a browser, so a sign-in that is needed stops the run.
    with terminated_as_interrupted(), Offices(library, folder) as offices:
        listener = JsonMailLines() if options["as_json"] else MailLines()
        services = Services(library, offices, listener, unchanged)
        return send_batch(roster, settings, services), library


def _common_columns(folder: Path) -> dict[str, str]:
    """Return program, clinic and layout of a batch, each only if all its handouts share it.

    Raises:
        DeliveryError: if the manifest cannot be read.
        ContentError: if it has an invalid line.
    """
    columns = ("program", "clinic", "layout")
    found: dict[str, set[str]] = {column: set() for column in columns}
    path = folder / MANIFEST
    for entry in read_manifest(path) if path.exists() else ():
        if entry.status is Status.MADE:
            for column, values in found.items():
                values.add(getattr(entry, column))
    alone = {column: next(iter(values)) for column, values in found.items() if len(values) == 1}
    return {column: value for column, value in alone.items() if value}


def _missing_handouts(report: SendReport, folder: Path) -> list[Problem]:
    """Return a problem that names the listed patients without a handout, if there are any."""
    if not report.without:
        return []
    count = len(report.without)
    named = [row.reference or f"row {row.row} of {row.file}" for row in report.without]
    who = "1 patient of the list has" if count == 1 else f"{count} patients of the list have"
    return [
        Problem(
            f"{who} no handout: {listed(named)}",
            hint=(
                f"correct {folder / FAILED}, run the batch with the list, that file and --resume, "
                "and give both to --roster"
            ),
        )
    ]


def _test(ctx: click.Context, address: str, clinic: str | None, program: str | None) -> None:
    workspace = workspace_of(ctx.obj)
    library = Library(workspace)
    name = chosen_clinic(workspace, clinic)
    with Offices(library, Path(), partial(say, err=True)) as offices:
        receipt = send_trial(library, offices(name), name, address, program)
    say(f"taken: {receipt.reply}", bold=True)
    say("look at the message there: sender, text, and whether the PDF opens")


def _print_summary(report: SendReport, library: Library, goes_on: str, *, dry: bool) -> None:
    if dry:
        _print_ready(report, library)
    rows = [] if dry else [("sent", str(report.sent), "")]
    rows += [(what.value, str(count), "") for what, count in sorted(report.failures.items())]
    rows += [("not sent", str(count), reason) for reason, count in sorted(report.skipped.items())]
    if report.without:
        rows.append(("no handout", str(len(report.without)), "patients of the list"))
    if report.left:
        rows.append(("left", str(report.left), goes_on))
    if report.to_correct is not None:
        rows.append(("to correct", "", str(report.to_correct)))
    if dry and report.previews:
        rows.append(("previews", str(len(report.previews)), str(report.previews[0].parent)))
    print_table(rows)
    if dry:
        say("this was a dry run: nothing was sent; send with --send", bold=True)
    elif report.interrupted:
        say(f"stopped; {goes_on}", err=True, bold=True)


def _print_ready(report: SendReport, library: Library) -> None:
    """Print what would go to whom, and on a terminal the text of the first message."""
    domains = Domains(library.workspace)
    rows = [
        (
            item.entry.reference,
            domains.masked(item.mailbox) if item.mailbox else "",
            counted(item.entry.pages, "page"),
            "encrypted" if item.entry.encrypted else "open",
        )
        for item in report.ready[:_LISTED]
    ]
    print_table(rows)
    if len(report.ready) > _LISTED:
        say(f"and {len(report.ready) - _LISTED} more")
    if report.first is None:
        return
    message = report.first.message
    say(f"from     {report.first.office.sender}")
    say(f"subject  {message['Subject']}")
    body = message.get_body(("plain",))
    if body is not None and sys.stdout.isatty():
        for line in body.get_content().splitlines():
            say(f"  {line}".rstrip())


def _print_events(report: SendReport) -> None:
    event(
        "summary",
        ready=[item.entry.reference for item in report.ready],
        sent=report.sent,
        left=report.left,
        without=[row.reference for row in report.without],
        failures={what.value: count for what, count in report.failures.items()},
        skipped=dict(report.skipped),
        failed=str(report.to_correct) if report.to_correct else None,
        previews=[str(path) for path in report.previews],
        interrupted=report.interrupted,
        stopped=[problem.message for problem in report.stopped.problems]
        if report.stopped
        else None,
    )

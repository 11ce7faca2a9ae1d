"""Turn a roster into a folder of handouts, or into the problems of its rows."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import asdict, replace

from handouts import Library
from handouts.check.photos import refused_photos
from handouts.cli.main import INTERRUPTED, SOME_FAILED
from handouts.cli.options import (
    FILE,
    FOLDER,
    PLAIN_FILE,
    Ending,
    OneOf,
    appearance,
    date,
    opened_roster,
    reading,
    workspace_of,
)
from handouts.cli.progress import duration, event, listener, named
from handouts.cli.report import Count, counted, listed, print_problems, print_table, say
from handouts.deliver.batch.record import BatchReport, failures_file
from handouts.deliver.batch.run_batch import CHUNK, BatchOptions, run_batch
from handouts.deliver.check_handouts import check_rows
from handouts.deliver.guards import terminated_as_interrupted
from handouts.deliver.manifest import MANIFEST, BatchState, holds_batch
from handouts.deliver.output import is_url
from handouts.deliver.print_run import Sort
from handouts.deliver.tokens import check_list
from handouts.errors import DeliveryError, Location
from handouts.files import PDF, check_target, real_path
from handouts.load.roster import Roster

_RESUME = "to continue, run the same command with --resume"
_PREVIEWED = 3
_PASSED_ON = (
    *("scheduler", "passphrases", "print_run", "separators", "sort", "prune"),
    *("mode", "paper", "pictures"),
)
"""Options that have the same name in `BatchOptions`."""


@click.command
@click.argument("rosters", nargs=-1, required=True, type=FILE, metavar="ROSTER...")
@click.option(
    "-o", "--output", metavar="DIR|URL", help="Where the PDFs go; the folder is made if needed."
)
@reading
@appearance
@click.option("--resume", is_flag=True, help="Continue the batch in the folder.")
@click.option("--prune", is_flag=True, help="Remove handouts of patients who left the list.")
@click.option("--check", is_flag=True, help="Only list what is wrong with the rows.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 512),
    metavar="N",
    help=f"Number of processes. Default: one per core, for up to {CHUNK} rows only one.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Work on a Dask cluster: tcp://10.0.0.5:8786 (needs the package distributed).",
)
@click.option(
    "--state",
    type=FOLDER,
    help="The folder for manifest and key, if the output is a URL.",
)
@click.option(
    "--print-run",
    type=Ending(".pdf"),
    help="Also write one PDF for the printer, in which every patient starts on a front page.",
)
@click.option(
    "--separators", is_flag=True, help="Put a separator sheet before each patient of the print run."
)
@click.option(
    "--sort",
    type=OneOf(Sort),
    help="The order of the print run. Default: that of the roster.",
)
@click.option(
    "--passphrases",
    type=PLAIN_FILE,
    help="Encrypt every file; write passphrases for rows without a password to this file.",
)
@click.option("--date", "made_on", type=date, help="The day it is made. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object per line.")
@click.pass_context
def batch(
    ctx: click.Context,
    /,
    *,
    rosters: tuple[Path, ...],
    output: str | None,
    made_on: dt.date | None,
    check: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Make a handout for every patient of a list.

    ROSTER is a CSV or XLSX file with one patient per row; several files are read as one. Columns:
    reference, name, preferred_name, email, language, affected_side, program, exercises, from_week,
    layout, clinic, start_date, clinician, next_visit, note, email_consent, password, and
    dose:EXERCISE. Only known columns are read. A row with a password gets an encrypted file.

    DIR gets a PDF for each patient, named by reference and code; manifest.jsonl, which lists them;
    failed.csv, the rows to correct and then give beside the list with --resume; and batch.key, the
    secret that turns references into tokens: keep it.

    \b
    Examples:
      handouts batch today.csv --check
      handouts batch today.csv -o out --print-run print.pdf --sort clinician
      handouts batch patients.xlsx --join plans.csv -o out --clinic riverbend
      handouts batch today.csv -o out --program si-joint-mix --exercises 1,3-5
      handouts batch today.csv out/failed.csv -o out --resume

    \b
    Exit codes: 0 all made · 1 the roster cannot be read, or files cannot be written ·
    2 wrong command line · 3 some rows failed · 130 stopped with Ctrl-C (--resume goes on)
    """
    if check:
        _check(ctx, rosters, made_on, options, as_json=as_json)
        return
    if output is None:
        raise click.UsageError("choose a folder for the handouts with -o DIR")
    settings = _settings(output, rosters, options)
    workspace = workspace_of(ctx.obj, made_on or BatchState.read_known(settings.state).date)
    roster = opened_roster(workspace, rosters, options)
    if options["jobs"] is None and roster.total <= CHUNK:
        # One worker would make them all, and take a second to start.
        settings = replace(settings, jobs=1)
    if not as_json:
        print_problems((*roster.warnings, *refused_photos(Library(workspace))))
        _preview(roster)
    with terminated_as_interrupted(), contextlib.closing(listener(as_json=as_json)) as shown:
        try:
            report = run_batch(roster, workspace, settings, shown)
        except KeyboardInterrupt:
            # Ctrl-C came again during the stop, or when only the end was left.
            say(f"stopped; {_RESUME}", err=True, bold=True)
            ctx.exit(INTERRUPTED)
    _print_summary(report, settings, as_json=as_json)
    ctx.exit(_exit_code(report))


def _settings(output: str, rosters: tuple[Path, ...], options: Mapping[str, Any]) -> BatchOptions:
    """Return the settings of the batch; refuse impossible ones before any work."""
    if options["print_run"] is None and (options["separators"] or options["sort"]):
        option = "--separators" if options["separators"] else "--sort"
        raise click.UsageError(f"{option} applies to the print run: add --print-run FILE")
    folder = _state_folder(output, options["state"])
    _refuse_unasked(folder, resume=options["resume"])
    _check_targets(output, folder, options)
    return BatchOptions(
        output=output,
        state=folder,
        jobs=options["jobs"] or os.cpu_count() or 1,
        rosters=(*rosters, *options["join"]),
        **{name: options[name] for name in _PASSED_ON},
    )


def _exit_code(report: BatchReport) -> int:
    if report.interrupted:
        return INTERRUPTED
    if report.stopped is not None:
        return report.stopped.exit_code
    return SOME_FAILED if report.failed else 0


def _state_folder(output: str, state: Path | None) -> Path:
    if not is_url(output):
        if state is not None:
            raise click.UsageError("--state is for an output that is a URL")
        return Path(output)
    if state is None:
        raise click.UsageError("choose a folder for the manifest and the key with --state DIR")
    return state


def _refuse_unasked(folder: Path, *, resume: bool) -> None:
    """Refuse to continue the batch in a folder without --resume."""
    if holds_batch(folder) and not resume:
        raise DeliveryError(
            f"{folder} already contains a batch",
            hint=(
                "continue it with --resume, which makes what is new or changed; or choose another "
                "DIR"
            ),
        )


def _check_targets(output: str, folder: Path, options: Mapping[str, Any]) -> None:
    """Refuse files that cannot be written, and passphrases beside the files that they open."""
    if options["print_run"] is not None:
        check_target(options["print_run"], PDF)
    passphrases: Path | None = options["passphrases"]
    if passphrases is not None:
        check_target(passphrases)
        check_list(passphrases)
        if real_path(passphrases).parent in (real_path(folder), real_path(Path(output))):
            raise click.UsageError("keep --passphrases out of the folder of the handouts")


def _preview(roster: Roster) -> None:
    """Show the first rows as they were read; on a terminal only, because they name patients."""
    rows = roster.preview(_PREVIEWED) if sys.stderr.isatty() else ()
    for number, cells in enumerate(rows, 1):
        say(f"patient {number} of the list:", err=True, bold=True)
        for name, text in cells.items():
            say(f"  {name}: {text}", err=True)


def _check(
    ctx: click.Context,
    rosters: tuple[Path, ...],
    made_on: dt.date | None,
    options: Mapping[str, Any],
    *,
    as_json: bool,
) -> None:
    """Check every row without making anything."""
    workspace = workspace_of(ctx.obj, made_on)
    roster = opened_roster(workspace, rosters, options)
    if not as_json:
        print_problems(roster.warnings, err=False)
        _preview(roster)
    good = bad = 0
    count = Count("checking", roster.total)
    for row in check_rows(Library(workspace), roster.rows(), options["pictures"]):
        good, bad = good + (not row.problems), bad + bool(row.problems)
        count.at(good + bad)
        if not row.problems:
            continue
        count.close()
        if as_json:
            listener(as_json=True).failed(row.roster, row.row, row.reference, row.problems)
        else:
            place = Location(row.roster, row.row)
            print_problems(named(row.reference, row.problems, place), err=False)
    count.close()
    if as_json:
        event("summary", good=good, failed=bad, skipped=dict(roster.skipped))
    else:
        verbs = ["is" if count == 1 else "are" for count in (good, bad)]
        told = f"{counted(good, 'row')} {verbs[0]} good, {bad} {verbs[1]} not"
        say(f"{told}{_skipped(roster.skipped)}", bold=True)
    ctx.exit(SOME_FAILED if bad else 0)


def _skipped(skipped: Mapping[str, int]) -> str:
    parts = [f"{count} {reason}" for reason, count in sorted(skipped.items())]
    return f"; skipped: {', '.join(parts)}" if parts else ""


def _print_summary(report: BatchReport, options: BatchOptions, *, as_json: bool) -> None:
    if as_json:
        stopped = report.stopped
        messages = [problem.message for problem in stopped.problems] if stopped else None
        values = asdict(replace(report, stopped=None))
        del values["started"]
        event("summary", **{**values, "seconds": report.seconds, "stopped": messages})
        return
    if report.stopped is not None:
        print_problems(report.stopped.problems)
    print_table(_rows(report, options))
    if report.drafts:
        verb, whose = ("is a draft", "its") if report.drafts == 1 else ("are drafts", "their")
        count = f"{report.drafts} of {report.made + report.unchanged} {verb}"
        why = f"no clinician of the clinic has checked {whose} texts; handouts review lists them"
        say(f"{count}: {why}", err=True)
    if report.interrupted:
        say(f"stopped; {_RESUME}", err=True, bold=True)
    elif report.stopped is not None:
        done = f"{report.made + report.unchanged} of {report.total} are finished"
        say(f"stopped: {done}; {_RESUME}", err=True, bold=True)


def _rows(report: BatchReport, options: BatchOptions) -> list[tuple[str, ...]]:
    """Return the lines of the closing table: what, how many, and details."""
    rows: list[tuple[str, ...]] = [("made", str(report.made), f"in {duration(report.seconds)}")]
    if report.made:
        count = report.made - report.laid_out
        rows.append(("stamped", str(count), f"the others laid out in full: {report.laid_out}"))
    if report.unchanged:
        rows.append(("unchanged", str(report.unchanged), "made before"))
    if report.failed:
        rows.append(("failed", str(report.failed), str(_failed_file(report, options))))
    if report.older:
        rows.append(("", str(report.older), "of these keep the handout made earlier"))
    rows += _absent(report, options)
    rows += [("skipped", str(count), reason) for reason, count in sorted(report.skipped.items())]
    if report.print_pages:
        rows.append(("print run", f"{report.print_pages} pages", str(options.print_run)))
    elif options.print_run and not (report.interrupted or report.stopped):
        rows.append(("print run", "none", "no handout to print"))
    if options.passphrases:
        rows.append(("passphrases", "", str(options.passphrases)))
    rows.append(("manifest", "", str(options.state / MANIFEST)))
    return rows


def _absent(report: BatchReport, options: BatchOptions) -> Iterator[tuple[str, ...]]:
    """Yield a table line for handouts in the folder whose patients are not in the list."""
    who = listed(report.unlisted)
    if report.removed:
        yield "removed", str(len(report.unlisted)), who
    elif report.unlisted:
        todo = "kept while rows fail" if options.prune else "kept; --prune removes them"
        yield "not listed", str(len(report.unlisted)), f"{who}: {todo}"
    if report.other_lists:
        yield "others", str(report.other_lists), "from lists not read this time: kept"


def _failed_file(report: BatchReport, options: BatchOptions) -> str:
    if report.interrupted or report.stopped:
        return "listed when the batch has finished"
    return str(failures_file(options.state, options.rosters))

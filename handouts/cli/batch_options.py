"""Options of ``handouts batch``: how a roster is read and opened, and how a batch is run."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.cli.options import complete_ids, complete_sides, date, exercises, side
from handouts.cli.progress import Count
from handouts.cli.report import say
from handouts.deliver.printing.queue import Sort
from handouts.load.roster import DayOrder, EncodingNeeded, Roster, RosterOptions, read_roster
from handouts.workspace import Kind, Workspace


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        column, equals, header = value.partition("=")
        if not (column and equals and header):
            raise click.BadParameter(f'"{value}" is not COLUMN=HEADER', param=option)
        pairs[column] = header
    return pairs


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how the roster is read."""
    options = (
        click.option(
            "--map",
            "mapping",
            metavar="COLUMN=HEADER",
            multiple=True,
            callback=_pairs,
            help="Which header means a column, or its position: --map name=#2. May be repeated.",
        ),
        click.option("--no-header", is_flag=True, help="The first row is a patient: see --map."),
        click.option("--encoding", metavar="NAME", help="Of a CSV that is not UTF-8: cp1252."),
        click.option("--sheet", metavar="NAME", help="Of a workbook with several."),
        click.option(
            "--dates",
            type=click.Choice([order.value for order in DayOrder]),
            # Known before the dates on the command line are read.
            is_eager=True,
            help="What 3/4/2026 means: dmy or mdy. Without it such a date is refused.",
        ),
        click.option(
            "--join",
            type=click.Path(path_type=Path),
            multiple=True,
            help="A file with more columns of the same patients. May be repeated.",
        ),
        click.option(
            "--only-joined", is_flag=True, help="Skip patients that the joined file has not."
        ),
        click.option(
            "--program",
            metavar="ID",
            shell_complete=complete_ids(Kind.PROGRAMS),
            help="For rows that name none.",
        ),
        click.option(
            "--exercises",
            type=exercises,
            metavar="1,3,5|ID,ID|all",
            help="Those of the program that a patient gets, for rows that name none.",
        ),
        click.option(
            "--side",
            type=side,
            metavar="left|right|both",
            shell_complete=complete_sides,
            help="The side that hurts, for rows that name none.",
        ),
        click.option("--start", type=date, help="First day, for rows that name none."),
        click.option("--clinician", metavar="ID|NAME", help="For rows that name none."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def running(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how the batch is run."""
    options = (
        click.option("--resume", is_flag=True, help="Go on with the batch in the folder."),
        click.option(
            "--prune", is_flag=True, help="Remove handouts of patients who left the list."
        ),
        click.option("--check", is_flag=True, help="Only say what is wrong with the rows."),
        click.option(
            "--jobs", type=click.IntRange(1, 512), help="Processes. Without it: one a core."
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Work on a Dask cluster: tcp://10.0.0.5:8786 (it needs the package distributed).",
        ),
        click.option(
            "--state",
            type=click.Path(path_type=Path, file_okay=False),
            help="The folder for manifest and key, where the output is a URL.",
        ),
        click.option(
            "--print-run",
            type=click.Path(path_type=Path, dir_okay=False),
            help="One PDF for the printer too; every patient starts on a front page.",
        ),
        click.option("--separators", is_flag=True, help="A sheet before each patient in it."),
        click.option(
            "--sort",
            type=click.Choice([sort.value for sort in Sort]),
            help="The order of the print run. Without it: that of the roster.",
        ),
        click.option(
            "--passphrases",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Encrypt every file; write passphrases here for rows without a password.",
        ),
        click.option("--date", "made_on", type=date, help="The day it is made. Without it: today."),
        click.option("--json", "as_json", is_flag=True, help="Print events, one JSON a line."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def opened_roster(
    workspace: Workspace, rosters: tuple[Path, ...], options: Mapping[str, Any]
) -> Roster:
    """Return a roster as the options of `handouts.cli.batch_options.reading` say.

    ``options`` has ``clinic``, ``layout`` and ``language`` too, for rows that name none.

    Raises:
        HandoutError: as `read_roster`.
    """
    clinics = workspace.own_clinics()
    single = clinics[0] if len(clinics) == 1 else None
    defaults = {
        "program": options["program"],
        "exercises": str(options["exercises"]) if options["exercises"] is not None else None,
        "clinic": options["clinic"] or single,
        "layout": options["layout"],
        "language": options["language"],
        "affected_side": options["side"],
        "start_date": options["start"].isoformat() if options["start"] else None,
        "clinician": options["clinician"],
    }
    reading = RosterOptions(
        mapping=options["mapping"],
        encoding=options["encoding"],
        join=options["join"],
        only_joined=options["only_joined"],
        defaults={name: value for name, value in defaults.items() if value},
        header=not options["no_header"],
        sheet=options["sheet"],
        dates=DayOrder(options["dates"]) if options["dates"] else None,
    )
    try:
        with contextlib.closing(Count("reading the list")) as count:
            return read_roster(Library(workspace), rosters, reading, count.at)
    except EncodingNeeded as error:
        show_encodings(error)
        raise


def show_encodings(error: EncodingNeeded) -> None:
    """Show how each encoding would read the names, to the eyes at a terminal only."""
    for encoding, names in error.samples.items() if sys.stderr.isatty() else ():
        say(f"  {encoding}: {', '.join(names) or 'no name of its own letters'}", err=True)

"""Turn options of the command line into an open list of patients."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.cli.options import (
    FILE,
    date,
    exercises,
    from_week_option,
    id_option,
    side_option,
    together,
)
from handouts.cli.report import Count, say
from handouts.errors import ContentError
from handouts.load.roster import DayOrder, EncodingNeeded, Roster, RosterOptions, read_roster
from handouts.workspace import Kind, Workspace


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        column, equals, header = value.partition("=")
        if not (column and equals):
            raise click.BadParameter(f'"{value}" is not COLUMN=HEADER', param=option)
        pairs[column] = header
    return pairs


reading = together(
    click.option(
        "--map",
        "mapping",
        metavar="COLUMN=HEADER",
        multiple=True,
        callback=_pairs,
        help="The header of a column, by text or position (--map name=#2), or none (--map name=). "
        "May be repeated.",
    ),
    click.option("--no-header", is_flag=True, help="The first row is a patient: see --map."),
    click.option(
        "--encoding",
        metavar="NAME",
        help="The encoding of a CSV that is not UTF-8, for example cp1252.",
    ),
    click.option("--sheet", metavar="NAME", help="Which sheet of a workbook to read."),
    click.option(
        "--dates",
        type=click.Choice(["dmy", "mdy"]),
        # Read before the dates on the command line.
        is_eager=True,
        help="What 3/4/2026 means: dmy (3 April) or mdy (March 4). By default it is refused.",
    ),
    click.option(
        "--join",
        type=FILE,
        multiple=True,
        help="A file with more columns for the same patients. May be repeated.",
    ),
    click.option(
        "--only-joined", is_flag=True, help="Skip patients who are not in the joined file."
    ),
    id_option("--program", Kind.PROGRAMS, "For rows that name none."),
    click.option(
        "--exercises",
        type=exercises,
        metavar="1,3,5|ID,ID|all",
        help="The exercises that a patient gets, for rows that name none.",
    ),
    from_week_option(
        "The week of the program in which the handout begins, for rows that name none."
    ),
    side_option("The side that hurts, for rows that name none."),
    click.option("--start", type=date, help="The first day, for rows that name none."),
    click.option("--clinician", metavar="ID|NAME", help="For rows that name none."),
)
"""Options for reading a list of patients."""


def opened_roster(
    workspace: Workspace, rosters: tuple[Path, ...], options: Mapping[str, Any]
) -> Roster:
    """Return the roster of some files, read by the options in `reading`.

    ``options`` also has ``clinic``, ``layout`` and ``language``, for rows that do not name any.

    Raises:
        HandoutError: as `read_roster`.
    """
    for path in (*rosters, *options["join"]):
        if str(path).encode("utf-8", "ignore").decode() != str(path):
            # The name is recorded with each row, and undecodable bytes cannot be.
            hint = "give the file, and its folders, a plain name"
            raise ContentError(f"{str(path)!a}: the name of the list is not text", hint)
    clinics = workspace.own_clinics()
    single = clinics[0] if len(clinics) == 1 else None
    defaults = {
        "program": options["program"],
        "exercises": str(options["exercises"]) if options["exercises"] is not None else None,
        "from_week": options["from_week"] and str(options["from_week"]),
        "clinic": options["clinic"] or single,
        "layout": options["layout"],
        "language": options["language"],
        "affected_side": options["side"],
        "start_date": options["start"].isoformat() if options["start"] else None,
        "clinician": options["clinician"],
    }
    settings = RosterOptions(
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
            return read_roster(Library(workspace), rosters, settings, count.at)
    except EncodingNeeded as error:
        show_encodings(error.samples)
        raise


def show_encodings(samples: Mapping[str, Sequence[str]]) -> None:
    """Show the names of a list as each encoding reads them, on a terminal only."""
    for encoding, names in samples.items() if sys.stderr.isatty() else ():
        say(f"  {encoding}: {', '.join(names) or 'no names with special letters'}", err=True)

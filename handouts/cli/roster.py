"""Turn the options that say how a roster is read into an opened roster."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handouts import Library
from handouts.cli.progress import Count
from handouts.cli.report import say
from handouts.load.roster import DayOrder, EncodingNeeded, Roster, RosterOptions, read_roster
from handouts.workspace import Workspace


def opened_roster(
    workspace: Workspace, rosters: tuple[Path, ...], options: Mapping[str, Any]
) -> Roster:
    """Return a roster as the options of `handouts.cli.batch_options.reading` say.

    ``options`` has ``clinic``, ``layout`` and ``language`` too, for rows that name none.

    Raises:
        HandoutError: as `read_roster`.
    """
    own = workspace.own_clinics()
    only = own[0] if len(own) == 1 else None
    defaults = {
        "program": options["program"],
        "clinic": options["clinic"] or only,
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

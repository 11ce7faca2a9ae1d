"""Turn a ledger into a list or a file of what was e-mailed; check it, add to it, purge it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from handouts.cli.options import FILE, Decorator, Ending, OneOf, date
from handouts.cli.report import print_json, print_table, say
from handouts.deliver.mail.events import COLUMNS, Event, EventKind, Head
from handouts.deliver.mail.ledger import LEDGER, read_ledger, sending_ledger
from handouts.deliver.mail.ledger import purge as purge_ledger
from handouts.errors import MissingError
from handouts.files import check_target, write_whole
from handouts.load.roster import csv_line

PLACE: Decorator = click.argument("place", metavar="DIR", type=FILE)
"""The folder of a batch, or the file of a ledger elsewhere."""
_COLUMNS = ("at", "kind", "reference", "code", "reply")


@click.group
def ledger() -> None:
    """Show what was e-mailed, and settle unknown outcomes.

    DIR is the folder of a batch, or the file of a ledger. `handouts send` writes the ledger. It
    contains references, tokens, times and the servers' answers, but no names, no addresses and
    nothing clinical.

    \b
    Examples:
      handouts ledger show monday
      handouts ledger show monday --kind unknown
      handouts ledger arrived monday R-17
      handouts ledger export monday -o sent.csv
      handouts ledger verify monday
      handouts ledger purge monday --before 2026-01-01

    \b
    Exit codes: 0 done · 1 there is no ledger, or it does not agree with itself ·
    2 wrong command line
    """


@ledger.command
@PLACE
@click.option("--kind", type=OneOf(EventKind), help="Only handouts that ended this way.")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
def show(place: Path, *, kind: str | None, as_json: bool) -> None:
    """Show where each handout stands: its last row.

    \b
    Examples:
      handouts ledger show monday
      handouts ledger show monday --kind unknown

    \b
    Exit codes: 0 done · 1 there is no ledger · 2 wrong command line
    """
    with read_ledger(_file(place)) as opened:
        last = {event.delivery: event for event in opened.events()}
    events = [event for event in last.values() if kind in (None, event.kind)]
    events.sort(key=lambda event: event.number)
    if as_json:
        print_json([event.values() for event in events])
    elif events:
        print_table([tuple(_cells(event, _COLUMNS)) for event in events])
    else:
        say("nothing")


@ledger.command
@PLACE
@click.option(
    "-o",
    "--output",
    required=True,
    type=Ending(".csv", ".json"),
    help="The .csv or .json to write.",
)
def export(place: Path, *, output: Path) -> None:
    """Write every row into a CSV or JSON file.

    \b
    Examples:
      handouts ledger export monday -o sent.csv

    \b
    Exit codes: 0 written · 1 there is no ledger, or the file cannot be written ·
    2 wrong command line
    """
    as_json = output.suffix.lower() == ".json"
    check_target(output, b"[" if as_json else COLUMNS[0].encode())
    with read_ledger(_file(place)) as opened:
        events = list(opened.events())
    if as_json:
        rows = [event.values() for event in events]
        text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    else:
        lines = (COLUMNS, *(_cells(event, COLUMNS) for event in events))
        text = "".join(map(csv_line, lines))
    write_whole(output, text.encode())
    say(f"wrote {output} ({len(events)} rows)")


@ledger.command
@PLACE
@click.option("--head", metavar="N:LINK", help="What an earlier verify printed.")
def verify(place: Path, *, head: str | None) -> None:
    """Check that no row was changed, added or removed.

    Store what it prints somewhere else: with --head, missing rows are noticed even if the whole
    folder was replaced by an older copy.

    \b
    Examples:
      handouts ledger verify monday

    \b
    Exit codes: 0 all rows agree · 1 a row does not: which is said · 2 wrong command line
    """
    earlier = None
    if head is not None:
        try:
            earlier = Head.read(head)
        except ValueError:
            raise click.UsageError(f'"{head}" is not what verify prints') from None
    with read_ledger(_file(place)) as opened:
        found = opened.verify(earlier)
    say(f"all {found.number} rows agree")
    say(f"{found}")


@ledger.command
@PLACE
@click.argument("references", metavar="REFERENCE...", nargs=-1, required=True)
def arrived(place: Path, *, references: tuple[str, ...]) -> None:
    """Note that a patient has it, where that was unknown.

    It is not sent again.

    \b
    Examples:
      handouts ledger arrived monday R-17

    \b
    Exit codes: 0 written · 1 nothing is unknown of that patient · 2 wrong command line
    """
    with sending_ledger(_existing(place)) as opened:
        unknown = {event.delivery.reference for event in opened.open_deliveries()}
        strange = [name for name in references if name not in unknown]
        if strange:
            raise MissingError(
                f"no outcome is unknown for {', '.join(strange)}",
                hint="to list unknown outcomes: handouts ledger show DIR --kind unknown",
            )
        for reference in references:
            opened.arrived(reference)
            say(f"{reference}: arrived")


@ledger.command
@PLACE
@click.option(
    "--before",
    required=True,
    type=date,
    help="Remove rows from before this day, for example 2026-01-01.",
)
def purge(place: Path, *, before: dt.date) -> None:
    """Remove old rows.

    What was sent is still not sent again, because a keyed hash of it stays.

    \b
    Examples:
      handouts ledger purge monday --before 2026-01-01

    \b
    Exit codes: 0 removed · 1 something before that day is unknown, or the ledger does not agree ·
    2 wrong command line
    """
    with sending_ledger(_existing(place)) as opened:
        count = purge_ledger(opened, before)
        head = opened.verify()
    say(f"removed {count} rows")
    say(f"{head}")


def _file(place: Path) -> Path:
    return place / LEDGER if place.is_dir() else place


def _existing(place: Path) -> Path:
    """Return the file of an existing ledger, because `sending_ledger` would begin a new one."""
    path = _file(place)
    with read_ledger(path):
        return path


def _cells(event: Event, columns: Iterable[str]) -> Iterator[str]:
    values = event.values()
    for column in columns:
        value = values[column]
        yield "" if value is None else str(value)

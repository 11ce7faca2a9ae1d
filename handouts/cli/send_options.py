"""Options of ``handouts send``: what is sent, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from handouts.cli.options import complete_ids
from handouts.workspace import Kind


def sending(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is sent, and how."""
    options = (
        click.option("--send", is_flag=True, help="Send. Without it nothing is sent."),
        click.option(
            "--test", metavar="ADDRESS", help="Send one invented patient's handout there, now."
        ),
        click.option(
            "--send-drafts",
            is_flag=True,
            help="Drafts too: handouts whose texts no clinician of the clinic has checked.",
        ),
        click.option(
            "--limit", metavar="N", type=click.IntRange(1), help="Send at most so many messages."
        ),
        click.option(
            "--only", metavar="REFERENCE", multiple=True, help="Only this patient. May be repeated."
        ),
        click.option(
            "--resend",
            metavar="REFERENCE",
            multiple=True,
            help="Send this patient again what was sent, or may have been. May be repeated.",
        ),
        click.option(
            "--rate",
            metavar="N/min",
            callback=_rate,
            help="Messages a minute. Without it: the clinic's.",
        ),
        click.option(
            "--passphrases",
            type=click.Path(path_type=Path, dir_okay=False),
            help="The file that the batch wrote; its key opens the files, to check them.",
        ),
        click.option("--files", metavar="DIR|URL", help="Where the PDFs are, if not in DIR."),
        click.option(
            "--ledger",
            type=click.Path(path_type=Path, dir_okay=False),
            help="What was sent is written there. Without it: ledger.sqlite3 in DIR.",
        ),
        click.option(
            "--clinic",
            metavar="ID",
            shell_complete=complete_ids(Kind.CLINICS),
            help="As given to the batch.",
        ),
        click.option(
            "--layout",
            metavar="ID",
            shell_complete=complete_ids(Kind.LAYOUTS),
            help="As given to the batch.",
        ),
        click.option("--language", metavar="TAG", help="As given to the batch."),
        click.option("--json", "as_json", is_flag=True, help="Print events, one JSON a line."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _rate(_: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """Return messages a minute: ``20`` and ``20/min`` say the same."""
    if value is None:
        return None
    number = value.removesuffix("/min").strip()
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 600):
        raise click.BadParameter(f'"{value}" is not 1 to 600 a minute', param=option)
    return int(number)

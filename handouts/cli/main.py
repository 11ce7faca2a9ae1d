"""Turn a command line into one command: the group, its global options and the exit codes."""

from __future__ import annotations

from pathlib import Path

import click

from handouts import __version__
from handouts.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "demo": Entry(
        "handouts.cli.demo:demo", "Make handouts of every layout for both example clinics."
    ),
    "build": Entry("handouts.cli.build:build", "Make one handout as a PDF."),
    "batch": Entry("handouts.cli.batch:batch", "Make a handout for every patient of a list."),
    "send": Entry(
        "handouts.cli.send:send", "E-mail the handouts of a batch, each to its patient, once."
    ),
    "ledger": Entry(
        "handouts.cli.ledger:ledger", "Tell what was e-mailed, and settle what nobody knows."
    ),
    "diff": Entry(
        "handouts.cli.diff:diff", "Tell what changed between two batches or two programs."
    ),
    "check": Entry("handouts.cli.check:check", "Check content and list every problem."),
    "list": Entry(
        "handouts.cli.listing:listing", "List exercises, programs, clinics, layouts or languages."
    ),
    "show": Entry("handouts.cli.show:show", "Draw a program or an exercise as a PNG picture."),
    "figures": Entry("handouts.cli.figures:figures", "Draw and check the pictures of exercises."),
    "new": Entry("handouts.cli.new:new", "Start a file in your clinic's folder from an example."),
    "init": Entry("handouts.cli.new:init", "Make a folder for your own clinic."),
    "inspect": Entry("handouts.cli.inspect:inspect", "Say what a finished PDF holds."),
    "schema": Entry("handouts.cli.schema:schema", "Print the JSON Schema of a kind of file."),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="handouts %(version)s")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="HANDOUTS_FOLDER",
    help="Your clinic's own folder; its files come before the built-in ones. "
    "Without it: the current folder, if it holds a folder named clinics.",
)
@click.pass_context
def cli(ctx: click.Context, folder: Path | None) -> None:
    """Turn exercise programs into printed handouts for physiotherapy patients.

    \b
    Examples:
      handouts demo
      handouts list programs
      handouts build si-joint-calm --clinic riverbend --side left -o calm.pdf

    \b
    Exit codes:
      0   done
      1   content or input is wrong, or a file cannot be written
      2   the command line is wrong
      3   some rows of a list failed or were not sent, the others were
      70  a bug in handouts
      130 stopped with Ctrl-C

    \b
    NO_COLOR switches colours off. Completion of commands and options, for bash:
      eval "$(_HANDOUTS_COMPLETE=bash_source handouts)"
    (zsh_source and fish_source likewise).
    """
    ctx.obj = folder


def main() -> None:
    """Run the command line; it exits with one of the codes above."""
    cli(prog_name="handouts")

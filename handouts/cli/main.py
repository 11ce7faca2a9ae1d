"""Turn a command line into a call of one command, and errors into messages and exit codes.

A command is imported only when it runs, so that ``handouts --help`` and shell completion do not
wait for the import of the pipeline.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts import __version__
from handouts.cli.report import NotPrinted, print_bug, print_error, print_problems, say
from handouts.errors import DeliveryError, HandoutError, did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SOME_FAILED = 3
"""Exit code if some rows of a list failed or were not sent, but the others were."""

BUG = 70
"""Exit code for a bug (EX_SOFTWARE of sysexits.h)."""


INTERRUPTED = 130
"""Exit code after Ctrl-C (128 and the number of the signal)."""


class LazyGroup(click.Group):
    """The group of `COMMANDS`, which turns errors into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a new user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None if there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = _ELSEWHERE.get(cmd_name, f"{cmd_name}:{cmd_name}").partition(":")
        command: click.Command = getattr(import_module(f"handouts.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete command names from the table, without importing the commands."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell needs it

        names = [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        # The group's own method would import every command to get its help.
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the one that was meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            hint = did_you_mean(name, COMMANDS)
            raise click.UsageError(f'there is no command "{name}"; {hint}', ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line, which may print help."""
        with _exit_codes():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _exit_codes():
            return super().invoke(ctx)


@contextlib.contextmanager
def _exit_codes() -> Iterator[None]:
    """Print problems and bugs in our own words, and exit with the matching code."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        # Also at a prompt, where click raises Abort.
        say("stopped", err=True, bold=True)
        code = INTERRUPTED
    except NotPrinted as error:
        print_problems(error.problems)
        code = error.exit_code
    except HandoutError as error:
        print_error(error)
        code = error.exit_code
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise
    except OSError as error:
        if not isinstance(error.strerror, str):
            print_bug(error)
            code = BUG
        else:
            # An error without a file name comes from standard output. With one, the system refuses
            # a file or folder: its name is too long, or nobody may look at it.
            why = f"{error.filename} cannot be used: {error.strerror.lower()}"
            found = NotPrinted(error) if error.filename is None else DeliveryError(why)
            print_problems(found.problems)
            code = found.exit_code
    except Exception as error:  # noqa: BLE001 - any other error is a bug, which must not show patient text
        print_bug(error)
        code = BUG
    else:
        return
    raise SystemExit(code)


COMMANDS = {
    "demo": "Make handouts in every layout for both example clinics.",
    "build": "Make one handout as a PDF.",
    "desk": "Open a page in the browser that makes handouts.",
    "fhir": "Make the handout that a FHIR R4 request asks for.",
    "batch": "Make a handout for every patient of a list.",
    "review": "Record that a clinician has read a program's texts and found them right.",
    "send": "E-mail the handouts of a batch, each to its patient, once.",
    "ledger": "Show what was e-mailed, and settle unknown outcomes.",
    "diff": "Show what changed between two batches, programs or exercises.",
    "check": "Check content and list every problem.",
    "list": "List exercises, programs, safety texts, clinics, layouts or languages.",
    "show": "Draw a program or an exercise as a PNG picture.",
    "figures": "Draw and check the pictures of exercises.",
    "new": "Start a file in your clinic's folder from an example.",
    "copy": "Copy a file into your clinic's folder, to change it.",
    "translation": "Show how complete a translation is; export and import its texts.",
    "import": "Turn a collection of exercises into files of your clinic's folder.",
    "init": "Make a folder for your own clinic.",
    "inspect": "Show what a finished PDF contains.",
    "schema": "Print the JSON Schema of a kind of file.",
}
"""Commands in the order in which a new user meets them, each with its line in the list."""
_ELSEWHERE = {
    "demo": "new:demo",
    "diff": "show:diff",
    "list": "listing:listing",
    "copy": "new:copy",
    "fhir": "desk:fhir",
    "import": "importing:import_",
    "init": "new:init",
    "inspect": "listing:inspect",
    "schema": "listing:schema",
}
"""``module:function`` of commands that are not in a module of the same name."""


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="handouts %(version)s")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="HANDOUTS_FOLDER",
    show_envvar=True,
    help="Your clinic's own folder; its files take precedence over the built-in ones. "
    "Default: the environment variable, else the current folder if it contains a folder named "
    "clinics.",
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
      3   some rows of a list failed or were not sent; the others were
      70  a bug in handouts
      130 stopped with Ctrl-C

    \b
    NO_COLOR switches off colours; TERM=dumb switches off colours and moving progress bars.
    To complete commands and options in bash (also: zsh_source, fish_source):
      eval "$(_HANDOUTS_COMPLETE=bash_source handouts)"
    """
    ctx.obj = folder


def main() -> None:
    """Run the command line, which exits with one of the codes above."""
    cli(prog_name="handouts")

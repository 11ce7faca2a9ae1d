"""Turn a command's name into the command, importing its module only when it is run.

The pipeline takes several times as long to import as the rest; ``handouts --help`` and shell
completion do without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from handouts.cli.report import print_bug, print_error, say
from handouts.errors import HandoutError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

BUG = 70
"""Exit code for an error of our own making (EX_SOFTWARE of sysexits.h)."""


INTERRUPTED = 130
"""Exit code after Ctrl-C (128 and the number of the signal)."""


class Entry(NamedTuple):
    """Where a command lives, and its line in the list of commands."""

    target: str
    help: str


class LazyGroup(click.Group):
    """A group of commands given as names; errors become messages and exit codes here."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **options: Any) -> None:
        super().__init__(*args, **options)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order a new user meets them."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None if there is none of that name."""
        del ctx
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete command names from the table, without importing the commands."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - a shell asks, nobody else

        names = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        # The group's own method would import every command for its help.
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line; Ctrl-C meanwhile ends the process in our own way."""
        try:
            return super().make_context(*args, **options)
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print problems and bugs in our own words and set the exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("stopped", err=True, bold=True)
            ctx.exit(INTERRUPTED)
        except HandoutError as error:
            print_error(error)
            ctx.exit(error.exit_code)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - any other error is a bug, which must not show patient text
            print_bug(error)
            ctx.exit(BUG)

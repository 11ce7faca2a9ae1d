"""Open the desk in the browser: ``handouts desk``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from handouts.cli.options import PLAIN_FILE, workspace_of
from handouts.cli.report import say
from handouts.errors import MissingError, Problem, to_install


@click.command
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port. Without it: a free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option(
    "--secret-file",
    type=PLAIN_FILE,
    help="Has the secret for programs, the same every day; it is made if it is not there.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="ADDRESS|NAME",
    help="Open it for the office's network. May be repeated, for all names it is asked for by.",
)
@click.option("--certificate", type=PLAIN_FILE, help="The TLS certificate for --host (PEM).")
@click.option("--key", type=PLAIN_FILE, help="Its key (PEM).")
@click.option(
    "--trust-host",
    "trusted",
    multiple=True,
    metavar="NAME",
    help="The name that a reverse proxy on this computer asks for. May be repeated.",
)
@click.option("--add-account", metavar="NAME", help="Add an account, or change its password.")
@click.option("--remove-account", metavar="NAME", help="Remove an account.")
@click.pass_obj
def desk(
    folder: Path | None,
    /,
    *,
    no_browser: bool,
    add_account: str | None,
    remove_account: str | None,
    **options: Any,
) -> None:
    """Open a page in the browser that makes handouts.

    It runs on this computer alone, needs no account and no network, and keeps nothing of a
    patient. Ctrl-C closes it. Programs of the practice make handouts at its address with /api,
    described at /api/openapi.json; docs/desk.md says how.

    In the office's network it is open for who has an account, over TLS only; docs/desk.md says how.

    \b
    Examples:
      handouts desk
      handouts desk --port 8765
      handouts desk --add-account reception
      handouts desk --host 0.0.0.0 --certificate desk.pem --key desk.key

    \b
    Exit codes: 0 closed · 1 it cannot be opened · 2 wrong command line
    """
    try:
        from handouts.desk.accounts import Accounts  # noqa: PLC0415 - what serves is an extra
        from handouts.desk.serve import Where, serve  # noqa: PLC0415
        from handouts.desk.state import Desk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        problem = Problem(f"{error.name} is not installed, and the desk needs it")
        raise MissingError(problem._replace(hint=to_install("desk"))) from None
    own = workspace_of(folder).folder
    if add_account is None and remove_account is None:
        serve(Desk(own), Where(**options), opens=not no_browser, say=say)
        return
    if own is None:
        raise click.UsageError("accounts are kept in the clinic's folder: --folder FOLDER")
    accounts = Accounts(own)
    if remove_account is not None:
        accounts.remove(remove_account)
        say(f"{remove_account} is removed, and signed out")
    if add_account is not None:
        asked = "Password (at least 12 characters)"
        password = click.prompt(asked, hide_input=True, confirmation_prompt="Once more")
        accounts.add(add_account, password)
        say(f"{add_account} can sign in now")

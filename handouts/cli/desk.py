"""Open the desk in the browser: ``handouts desk``."""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli.options import workspace_of
from handouts.cli.report import say
from handouts.errors import MissingError, Problem, to_install


@click.command
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port. Without it: a free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option(
    "--secret-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Has the secret for programs, the same every day; it is made if it is not there.",
)
@click.pass_obj
def desk(folder: Path | None, /, *, port: int, no_browser: bool, secret_file: Path | None) -> None:
    """Open a page in the browser that makes handouts.

    It runs on this computer alone, needs no account and no network, and keeps nothing of a
    patient. Ctrl-C closes it. Programs of the practice make handouts at its address with /api,
    described at /api/openapi.json; docs/desk.md says how.

    \b
    Examples:
      handouts desk
      handouts desk --port 8765

    \b
    Exit codes: 0 closed · 1 it cannot be opened · 2 wrong command line
    """
    try:
        from handouts.desk.serve import serve  # noqa: PLC0415 - what serves is an extra
        from handouts.desk.state import Desk  # noqa: PLC0415
    except ModuleNotFoundError as error:
        problem = Problem(f"{error.name} is not installed, and the desk needs it")
        raise MissingError(problem._replace(hint=to_install("desk"))) from None
    opened = Desk(workspace_of(folder).folder)
    serve(opened, port, opens=not no_browser, say=say, secret_file=secret_file)

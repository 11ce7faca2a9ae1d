"""Turn the ids of the library into one line each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from handouts import Library
from handouts.cli.basics import workspace_of
from handouts.cli.context import print_json, print_table
from handouts.workspace import Kind

TITLES: dict[str, tuple[Kind, Callable[[Library, str], str]]] = {
    "exercises": (Kind.EXERCISES, lambda library, name: library.exercise(name).name),
    "programs": (Kind.PROGRAMS, lambda library, name: library.program(name).name),
    "clinics": (Kind.CLINICS, lambda library, name: library.clinic(name).full_name),
    "layouts": (Kind.LAYOUTS, lambda library, name: library.layout(name).name),
    "languages": (Kind.LOCALES, lambda library, name: library.locale(name).name),
}


@click.command("list")
@click.argument("kind", type=click.Choice(list(TITLES)))
@click.option("--json", "as_json", is_flag=True, help="Print a list of {id, name} as JSON.")
@click.pass_obj
def listing(folder: Path | None, *, kind: str, as_json: bool) -> None:
    """List exercises, programs, clinics, layouts or languages.

    One a line, id first.

    \b
    Examples:
      handouts list programs
      handouts list exercises | grep bridge
      handouts list clinics --json

    \b
    Exit codes: 0 done · 1 a file is wrong · 2 wrong command line
    """
    workspace = workspace_of(folder)
    library = Library(workspace)
    content, title = TITLES[kind]
    rows = [(name, title(library, name)) for name in workspace.ids(content)]
    if as_json:
        print_json([{"id": name, "name": words} for name, words in rows])
    else:
        print_table(rows)

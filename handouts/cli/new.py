"""Turn the commented examples into files of a clinic's own folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from handouts.cli.listing import write_schemas
from handouts.cli.options import workspace_of
from handouts.cli.report import say
from handouts.errors import ContentError, DeliveryError
from handouts.files import make_folder, write_whole
from handouts.model.base import ID_PATTERN
from handouts.workspace import SHARED, Kind, Workspace

FOLDERS = {
    "exercise": "exercises",
    "program": "programs",
    "safety": "safety",
    "clinic": "clinics",
    "layout": "layouts",
    "patient": "patients",
    "roster": "rosters",
    "fhir": "fhir",
}
PRIVATE = ("patient", "roster", "fhir")
"""Kinds that hold personal data: they are the owner's only, and no kind of content."""
TEXT_BYTES = 100_000


def _example(workspace: Workspace, name: str) -> bytes:
    return workspace.read(workspace.builtin(f"data/templates/{name}"), TEXT_BYTES)


@click.command
@click.argument("kind", type=click.Choice(list(FOLDERS)))
@click.argument("name", metavar="ID")
@click.pass_obj
def new(folder: Path | None, *, kind: str, name: str) -> None:
    """Start a file in your clinic's folder from an example.

    The example is complete and explains itself. An existing file is never overwritten. The ID of a
    built-in exercise, program, clinic or layout is allowed: yours then replaces it. With the ID of
    a built-in safety text, or base for what all of them share, yours gives only what differs.

    \b
    Examples:
      handouts new exercise heel-raise
      handouts new safety low-back
      handouts new patient room-3
      handouts new roster monday
      handouts new fhir request

    \b
    Exit codes: 0 written · 1 the file exists, or there is no clinic's folder · 2 wrong command line
    """
    workspace = workspace_of(folder)
    if not re.fullmatch(ID_PATTERN, name):
        raise ContentError(
            f'"{name}" is not an id',
            hint="an id is lower-case letters, digits and hyphens, such as heel-raise",
        )
    if workspace.folder is None:
        raise ContentError(
            "this is not a clinic's folder",
            hint="handouts init my-clinic makes one; then cd my-clinic, or use --folder",
        )
    ending = {"roster": ".csv", "fhir": ".json"}.get(kind, ".yaml")
    path = workspace.folder / FOLDERS[kind] / f"{name}{ending}"
    if path.exists():
        raise DeliveryError(f"{path} exists", hint="choose another id, or edit that file")
    make_folder(path.parent, private=False)
    builtin = kind not in PRIVATE and _is_builtin(Kind(FOLDERS[kind]), name)
    if builtin and kind == "safety":
        example = _example(workspace, "safety-over.yaml").replace(b"low-back", name.encode())
        write_whole(path, example, private=False)
        say(f"wrote {path}\nit gives what differs from the built-in {name}")
        return
    write_whole(path, _example(workspace, f"{kind}{ending}"), private=kind in PRIVATE)
    say(f"wrote {path}")
    if builtin:
        say(f"it replaces the built-in {kind} of that name")


def _is_builtin(kind: Kind, name: str) -> bool:
    """Return whether there is a built-in file of that name, also one that others extend."""
    workspace = Workspace()
    return name in workspace.ids(kind) or name == SHARED.get(kind)


@click.command
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
def init(directory: Path) -> None:
    """Make a folder for your own clinic.

    It holds an example of everything: read its README.md first.

    \b
    Examples:
      handouts init my-clinic

    \b
    Exit codes: 0 written · 1 DIR exists and is not empty, or cannot be written ·
    2 wrong command line
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DeliveryError(f"{directory} exists and is not empty", hint="choose another name")
    workspace = Workspace()
    for target, example in _starter(directory):
        make_folder(target.parent, private=False)
        write_whole(target, _example(workspace, example), private="patients" in target.parts)
        say(f"wrote {target}")
    make_folder(directory / "schemas", private=False)
    write_schemas(directory / "schemas")
    say(f"\nNext:\n  cd {directory}\n  handouts check\n  handouts build my-program -o first.pdf")


def _starter(directory: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of a new clinic's folder and the example it is made from."""
    yield directory / "README.md", "README.md"
    yield directory / "clinics" / "my-clinic.yaml", "clinic.yaml"
    yield directory / "exercises" / "my-exercise.yaml", "exercise.yaml"
    yield directory / "programs" / "my-program.yaml", "program.yaml"
    yield directory / "patients" / "example.yaml", "patient.yaml"

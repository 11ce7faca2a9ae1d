"""Turn what is built in into files: examples and copies for a clinic's folder, a demonstration."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec.structs import replace

from handouts import Library, OrderRequest, Patient
from handouts.cli.listing import write_schemas
from handouts.cli.options import FILE, FOLDER, date, own_folder, workspace_of
from handouts.cli.report import counted, say
from handouts.cli.translation import new_translation
from handouts.errors import ContentError, DeliveryError
from handouts.files import PDF, check_target, make_folder, write_whole
from handouts.load.extends import digest_of
from handouts.load.yaml import LIMIT_BYTES
from handouts.model.base import ID_PATTERN
from handouts.model.clinic import AffectedSide, Mode
from handouts.workspace import LOGO_BYTES, SHARED, Kind, Workspace

FOLDERS = {
    **{kind.noun: kind.value for kind in Kind if kind is not Kind.LOCALES},
    "patient": "patients",
    "roster": "rosters",
    "fhir": "fhir",
}
PRIVATE = ("patient", "roster", "fhir")
"""Kinds with personal data: only the owner can read them, and they are not content."""
TEXT_BYTES = 100_000


EXTENDABLE = {
    "exercise": "exercise-over.yaml",
    "program": "program-over.yaml",
    "safety": "safety-over.yaml",
    "layout": "layout.yaml",
}
"""Kinds with an example that gives only the differences from the file that it extends."""
COPIED = tuple(noun for noun in FOLDERS if noun not in PRIVATE)


def _example(workspace: Workspace, name: str) -> bytes:
    """Return an example; its patients' days are as far from today as when it was written.

    They move by whole weeks, because an exercise may be for certain days of the week.
    """
    example = workspace.read(workspace.builtin(f"data/templates/{name}"), TEXT_BYTES)
    if name.partition(".")[0] not in PRIVATE:
        return example
    later = dt.timedelta(weeks=math.ceil((workspace.today - _WRITTEN_ON).days / 7))

    def moved(day: re.Match[bytes]) -> bytes:
        return (dt.date.fromisoformat(day[0].decode()) + later).isoformat().encode()

    return _DAY.sub(moved, example)


_WRITTEN_ON = dt.date(2026, 11, 29)
_DAY = re.compile(rb"\d{4}-\d{2}-\d{2}")


@click.command
@click.argument("kind", type=click.Choice([*FOLDERS, "translation"]), metavar="KIND")
@click.argument("names", nargs=-1, required=True, metavar="[LANGUAGE] ID")
@click.option("--extends", metavar="ID", help="Write only what differs from this one.")
@click.pass_obj
def new(folder: Path | None, *, kind: str, names: tuple[str, ...], extends: str | None) -> None:
    """Start a file in your clinic's folder from an example.

    KIND is exercise, program, safety, clinic, layout, patient, roster, fhir or translation. The
    example is complete and has comments that explain it. An existing file is never overwritten.

    With --extends, your file contains only what differs from another exercise, program, safety text
    or layout. If it has the same ID, it replaces that one; otherwise the ID of a built-in file is
    refused, and `handouts copy` makes a copy that you can change. A safety text always extends the
    built-in one with its ID; base is what all of them share.

    \b
    Examples:
      handouts new exercise rowing-machine
      handouts new program calm-at-home --extends si-joint-calm
      handouts new safety low-back
      handouts new patient room-3
      handouts new roster monday
      handouts new fhir request
      handouts new translation fr bird-dog

    \b
    Exit codes: 0 written · 1 the file exists, or there is no clinic's folder · 2 wrong command line
    """
    if kind == "translation":
        if len(names) != len(("language", "id")) or extends is not None:
            raise click.UsageError(
                "give the language and the id: handouts new translation fr bird-dog"
            )
        new_translation(folder, *names)
    elif len(names) > 1:
        raise click.UsageError(f"one id at a time, not {len(names)}")
    else:
        _new_file(workspace_of(folder), kind, names[0], extends)


def _new_file(workspace: Workspace, kind: str, name: str, extends: str | None) -> None:
    """Write a new file from an example.

    Raises:
        HandoutError: if the file exists, is built in, or extends nothing that exists.
    """
    path = _target(workspace, kind, name)
    builtin = kind not in PRIVATE and _is_builtin(Kind(FOLDERS[kind]), name)
    if builtin and kind == "safety" and extends is None:
        extends = name
    if extends is not None:
        _write_extending(workspace, path, kind, extends)
        which = "the built-in " if builtin and extends == name else ""
        say(f"wrote {path}\nit states what differs from {which}{extends}")
        return
    if builtin:
        ways = [f"handouts copy {kind} {name} makes a copy to change"]
        if kind in EXTENDABLE:
            ways.append(f"handouts new {kind} {name} --extends {name} states only what differs")
        raise ContentError(f'"{name}" is a built-in {kind}', hint="; ".join(ways))
    make_folder(path.parent, private=False)
    write_whole(path, _example(workspace, f"{kind}{path.suffix}"), private=kind in PRIVATE)
    say(f"wrote {path}")


def _write_extending(workspace: Workspace, path: Path, kind: str, extends: str) -> None:
    """Write an example that gives only the differences from another file.

    Raises:
        MissingError: if there is no such file.
    """
    if kind not in EXTENDABLE:
        raise click.UsageError(f"--extends is for {', '.join(EXTENDABLE)}")
    workspace.find(Kind(FOLDERS[kind]), extends)
    example = _example(workspace, EXTENDABLE[kind])
    now = re.sub(rb"(?m)^extends: \S+", f"extends: {extends}".encode(), example)
    make_folder(path.parent, private=False)
    write_whole(path, now, private=False)


def _target(workspace: Workspace, kind: str, name: str) -> Path:
    """Return the path for a new file in the clinic's folder.

    Raises:
        ContentError: if the id is not valid, or this is not a clinic's folder.
        DeliveryError: if the file exists.
    """
    if not re.fullmatch(ID_PATTERN, name):
        raise ContentError(
            f'"{name}" is not an id',
            hint="an id is lower-case letters, digits and hyphens, such as heel-raise",
        )
    ending = {"roster": ".csv", "fhir": ".json"}.get(kind, ".yaml")
    path = own_folder(workspace) / FOLDERS[kind] / f"{name}{ending}"
    if path.exists():
        raise DeliveryError(f"{path} exists", hint="choose another id, or edit that file")
    return path


@click.command("copy")
@click.argument("kind", type=click.Choice(COPIED), metavar="KIND")
@click.argument("name", metavar="ID")
@click.option("--as", "copy_name", metavar="ID", help="The id of the copy. Default: the same.")
@click.pass_obj
def copy(folder: Path | None, *, kind: str, name: str, copy_name: str | None) -> None:
    """Copy a file into your clinic's folder, to change it.

    KIND is exercise, program, safety, clinic or layout. Comments are copied too, and a clinic's
    logo. Without --as, your copy replaces the built-in file; an existing file is never overwritten.
    The copy notes what it was made from: `handouts check` says if that has changed since, and
    `handouts show --diff` shows what differs. If only a few lines differ, `handouts new --extends`
    leaves you less to maintain.

    \b
    Examples:
      handouts copy program si-joint-calm --as our-calm
      handouts copy exercise bird-dog
      handouts copy clinic riverbend --as our-clinic

    \b
    Exit codes: 0 written · 1 there is no such file, the copy exists, or no clinic's folder ·
    2 wrong command line
    """
    workspace = workspace_of(folder)
    target, of = _target(workspace, kind, copy_name or name), Kind(FOLDERS[kind])
    library, origin = Library(workspace), workspace.find(of, name)
    source = library.file(of, origin)
    written = {target: _copied(workspace, origin, name, digest_of(source))}
    logo = source.get("brand", "logo") if of is Kind.CLINICS else None
    if isinstance(logo, str):
        picture = workspace.read(origin.parent / logo, LOGO_BYTES)
        beside = target.parent / logo
        if not beside.exists():
            written[beside] = picture
        elif workspace.read(beside, LOGO_BYTES) != picture:
            raise DeliveryError(f"{beside} exists", hint="it is another logo: rename one of them")
    make_folder(target.parent, private=False)
    for path, data in written.items():
        write_whole(path, data, private=False)
        say(f"wrote {path}")


def _copied(workspace: Workspace, origin: Path, name: str, digest: str) -> bytes:
    """Return a file for a copy in a clinic's folder, with a note of its origin."""
    text = workspace.read(origin, LIMIT_BYTES).decode("utf-8-sig")
    text = text.replace("$schema=../data/schemas/", "$schema=../schemas/", 1)
    text = re.sub(r"^copied_from:.*\n", "", text, flags=re.MULTILINE)
    note = f"copied_from: {{id: {name}, digest: {digest}}} # handouts check compares with it\n"
    return re.sub(r"^(schema:.*\n)", rf"\g<1>{note}", text, count=1, flags=re.MULTILINE).encode()


def _is_builtin(kind: Kind, name: str) -> bool:
    """Return whether there is a built-in file of that name, also one only for others to extend."""
    workspace = Workspace()
    return name in workspace.ids(kind) or name == SHARED.get(kind)


@click.command
@click.argument("directory", type=FILE, metavar="DIR")
def init(directory: Path) -> None:
    """Make a folder for your own clinic.

    It contains an example of everything: read its README.md first.

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
    typed = shlex.quote(str(directory)) if os.name == "posix" else f'"{directory}"'
    say(f"\nNext:\n  cd {typed}\n  handouts check\n  handouts build my-program -o first.pdf")


def _starter(directory: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of a new clinic's folder, and the example that it is made from."""
    yield directory / "README.md", "README.md"
    yield directory / "clinics" / "my-clinic.yaml", "clinic.yaml"
    yield directory / "exercises" / "my-exercise.yaml", "exercise.yaml"
    yield directory / "programs" / "my-program.yaml", "program.yaml"
    yield directory / "patients" / "example.yaml", "patient.yaml"


# -- a demonstration


@click.command
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("demo"),
    show_default=True,
    help="The folder to write to; made if needed.",
)
@click.option("--date", "made_on", type=date, help="The day. Default: today.")
def demo(output: Path, made_on: dt.date | None) -> None:
    """Make handouts in every layout for both example clinics.

    Only built-in content is used. The patient and the clinics are invented.

    \b
    Examples:
      handouts demo
      handouts demo -o somewhere/else

    \b
    Exit codes: 0 written · 1 the folder cannot be written · 2 wrong command line
    """
    # Imported here, because the code that makes handouts takes long to import.
    from handouts import build, make_order  # noqa: PLC0415

    workspace = Workspace(today=made_on)
    library = Library(workspace)
    make_folder(output)
    samples = list(_samples(workspace))
    say(f"making {len(samples)} handouts in {output.resolve()}")
    for name, request in samples:
        target = output / f"{name}.pdf"
        check_target(target, PDF)
        handout = build(make_order(library, request), workspace)
        write_whole(target, handout.pdf)
        say(f"{target}  {counted(handout.pages, 'page')}")


def _samples(workspace: Workspace) -> Iterator[tuple[str, OrderRequest]]:
    """Yield each sample's name and request: an invented patient starts next Monday."""
    monday = workspace.today + dt.timedelta(days=7 - workspace.today.weekday())
    patient = Patient(
        # Not every font has these letters.
        name="Maria Nuñez-O'Brien",
        affected_side=AffectedSide.LEFT,
        start_date=monday,
        next_visit=monday + dt.timedelta(days=14),
    )
    clinics = workspace.ids(Kind.CLINICS)
    first = OrderRequest("si-joint-stretch-then-steady", clinics[0], patient=patient)
    for clinic in clinics:
        for layout in workspace.ids(Kind.LAYOUTS):
            yield f"{clinic}-{layout}", replace(first, clinic=clinic, layout=layout)
    for mode in (Mode.GRAY, Mode.SAVER):
        yield f"{first.clinic}-standard-{mode}", replace(first, mode=mode)
    yield f"{first.clinic}-standard-blank", replace(first, patient=Patient())

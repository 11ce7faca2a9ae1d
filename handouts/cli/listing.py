"""Turn content into lists of ids and JSON Schemas, and a finished PDF into its facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import WithDefaultSchema
from typing_extensions import override

from handouts import Library
from handouts.check.search import Found, Place, Search, Wish, places
from handouts.cli.options import FILE, OneOf, workspace_of
from handouts.cli.report import print_json, print_table, say
from handouts.errors import DeliveryError, HandoutError, Problem
from handouts.files import write_whole
from handouts.load.library import MODELS as CONTENT
from handouts.model.base import Region
from handouts.model.clinic import Reviews
from handouts.model.exercise import ExerciseKind, Limits, WordLists
from handouts.model.mail import MailCodes, MailDomains
from handouts.model.order import PatientFile
from handouts.model.roster import RosterWords
from handouts.workspace import Kind

MODELS: dict[str, type[BaseModel]] = {
    **{kind.noun: model for kind, model in CONTENT.items()},
    "patient": PatientFile,
    "limits": Limits,
    "reviews": Reviews,
    "words": WordLists,
    "roster": RosterWords,
    "mail-codes": MailCodes,
    "mail-domains": MailDomains,
}
PARTIAL = {"limits"}
"""Kinds whose files in a clinic's folder may give only what differs."""
DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Writes defaults as they look in a file: ``12 pt``."""

    @override
    def get_default_value(self, schema: WithDefaultSchema) -> Any:
        default = super().get_default_value(schema)
        write = schema["schema"].get("serialization", {}).get("function")
        return default if write is None or schema.get("default") is None else write(default)


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file.

    It has no ``id``, which is the file's name. A file that extends another needs no other key; nor
    does one of the kinds in `PARTIAL`.
    """
    schema = MODELS[kind].model_json_schema(by_alias=True, schema_generator=_AsWritten)
    schema["properties"].pop("id", None)
    required = [name for name in schema.pop("required", []) if name != "id"]
    if "extends" in schema["properties"]:
        schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    elif required and kind not in PARTIAL:
        schema["required"] = required
    return {"$schema": DRAFT, **schema}


def schema_text(kind: str) -> str:
    """Return the JSON Schema of one kind of file as text, with keys in the model's order."""
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write ``exercise.json`` and the other schemas into ``folder`` and return their paths.

    Raises:
        DeliveryError: if the folder does not exist or cannot be written.
    """
    if not folder.is_dir():
        raise DeliveryError(f"folder {folder} does not exist", hint="make the folder first")
    paths = [folder / f"{kind}.json" for kind in MODELS]
    for path in paths:
        write_whole(path, schema_text(path.stem).encode(), private=False)
    return paths


@click.command
@click.argument("kind", type=click.Choice(list(MODELS)), metavar="[KIND]", required=False)
@click.option(
    "--write", type=FILE, metavar="DIR", help="Write the schemas of all kinds into a folder."
)
def schema(kind: str | None, *, write: Path | None) -> None:
    """Print the JSON Schema of a kind of file.

    KIND is exercise, program, clinic, layout, locale, safety, patient, limits, reviews, words,
    roster, mail-codes or mail-domains.

    With it, editors complete and check files as you type. The first line of a YAML file names its
    schema:
    `# yaml-language-server: $schema=../schemas/exercise.json`

    \b
    Examples:
      handouts schema exercise
      handouts schema --write schemas

    \b
    Exit codes: 0 done · 1 the folder cannot be written · 2 wrong command line
    """
    if write:
        for path in write_schemas(write):
            say(f"wrote {path}")
    elif kind:
        click.echo(schema_text(kind), nl=False)
    else:
        raise click.UsageError(f"choose a kind of file ({', '.join(MODELS)}), or --write DIR")


TITLES: dict[str, tuple[Kind, Callable[[Library, str], str]]] = {
    "exercises": (Kind.EXERCISES, lambda library, name: library.exercise(name).name),
    "programs": (Kind.PROGRAMS, lambda library, name: library.program(name).name),
    "safety": (Kind.SAFETY, lambda library, name: ", ".join(library.safety(name).regions)),
    "clinics": (Kind.CLINICS, lambda library, name: library.clinic(name).full_name),
    "layouts": (Kind.LAYOUTS, lambda library, name: library.layout(name).name),
    "languages": (Kind.LOCALES, lambda library, name: library.locale(name).name),
}
REGIONS: dict[str, Callable[[Library, str], tuple[Region, ...]]] = {
    "programs": lambda library, name: library.safety(library.program(name).safety).regions,
    "safety": lambda library, name: library.safety(name).regions,
}
"""Kinds besides exercises that have regions; a program has those of its safety text."""


@click.command("list")
@click.argument("kind", type=click.Choice(list(TITLES)), metavar="KIND")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option(
    "--region", type=OneOf(Region), help="Only exercises, programs or safety texts for this region."
)
@click.option("--position", type=OneOf(Place), help="Only exercises in this position.")
@click.option(
    "--equipment",
    metavar="WORD",
    help="Only exercises with this. none: nothing but what the patient lies, sits or stands on.",
)
@click.option("--kind", "sort", type=OneOf(ExerciseKind), help="Only exercises of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def listing(ctx: click.Context, /, *, kind: str, as_json: bool, **wishes: Any) -> None:
    """List exercises, programs, safety texts, clinics, layouts or languages.

    KIND is exercises, programs, safety, clinics, layouts or languages. Each line begins with an id;
    exercises also list their regions. WORDs find exercises by name, other names, purpose and
    equipment, even in the plural or with a typing error; the best matches come first. If only a
    variant matches, it is named.

    \b
    Examples:
      handouts list programs
      handouts list exercises --region knee
      handouts list exercises --region low-back --position chair --equipment none
      handouts list exercises hamstring stretch
      handouts list safety
      handouts list clinics --json

    \b
    Exit codes: 0 done · 1 a file is wrong: the others are listed · 2 wrong command line
    """
    library = Library(workspace_of(ctx.obj))
    if kind == "exercises":
        wrong = _list_exercises(library, as_json=as_json, **wishes)
    else:
        extra = [f"--{name}" for name in ("position", "equipment") if wishes[name]]
        extra += ["--kind"] if wishes["sort"] else []
        if extra:
            raise click.UsageError(f"{', '.join(extra)}: only for exercises")
        wrong = _list_others(library, kind, wishes["region"], wishes["words"], as_json=as_json)
    if wrong:
        files = len({problem.location.file for problem in wrong})
        say(f"{files} file{'s are' if files > 1 else ' is'} wrong: see handouts check", err=True)
        ctx.exit(1)


def _list_others(
    library: Library, kind: str, region: str | None, words: Sequence[str], *, as_json: bool
) -> list[Problem]:
    content, title = TITLES[kind]
    regions_of = REGIONS.get(kind)
    if region and regions_of is None:
        known = ", ".join(("exercises", *REGIONS))
        raise click.UsageError(f"{kind} have no region: --region is for {known}")
    listed, wrong = [], list[Problem]()
    for name in library.workspace.ids(content):
        try:
            row = (name, title(library, name), regions_of(library, name) if regions_of else None)
        except HandoutError as error:
            wrong += error.problems
            continue
        text = " ".join(row[:2]).casefold()
        if (not region or region in (row[2] or ())) and all(w.casefold() in text for w in words):
            listed.append(row)
    if as_json:
        print_json(
            [
                {"id": name, "name": words} | ({} if regions is None else {"regions": regions})
                for name, words, regions in listed
            ]
        )
    elif listed:
        print_table([(name, words) for name, words, _ in listed])
    return wrong


def _list_exercises(
    library: Library,
    *,
    as_json: bool,
    words: tuple[str, ...],
    region: Region | None,
    position: Place | None,
    equipment: str | None,
    sort: ExerciseKind | None,
) -> list[Problem]:
    known, wrong = [], list[Problem]()
    for name in library.workspace.ids(Kind.EXERCISES):
        try:
            known.append(library.exercise(name))
        except HandoutError as error:
            wrong += error.problems
    search = Search(known, library.words())
    wish = Wish(region=region, place=position, equipment=equipment, kind=sort, words=words)
    for word, meant in search.index.guessed(words):
        taken = f": these have {' or '.join(sorted(meant))}" if meant else ""
        say(f'no exercise has "{word}"{taken}', err=True)
    found = search.find(wish)
    if as_json:
        print_json([_as_data(each, library) for each in found])
    elif found:
        print_table([_row(each) for each in found])
    return wrong


def _row(found: Found) -> tuple[str, ...]:
    exercise = found.exercise
    name = exercise.name if found.itself else f"as variant {', '.join(found.variants)}"
    return exercise.id, name, ", ".join(exercise.regions)


def _as_data(found: Found, library: Library) -> dict[str, Any]:
    exercise = found.exercise
    return {
        "id": exercise.id,
        "name": exercise.name,
        "also_known_as": exercise.also_known_as,
        "regions": exercise.regions,
        "kind": exercise.kind.value,
        "positions": places(exercise, library.words()),
        "equipment": exercise.equipment,
        "fits": found.itself,
        "variants": found.variants,
    }


# -- what a finished PDF contains

_PDF_BYTES = 100 * 1024 * 1024


@click.command
@click.argument("pdf", type=FILE)
@click.option("--text", is_flag=True, help="Also print the text of each page.")
@click.option("--reading", is_flag=True, help="Print what a screen reader says, in its order.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the text.")
@click.pass_obj
def inspect(folder: Path | None, *, pdf: Path, text: bool, reading: bool, as_json: bool) -> None:
    """Show what a finished PDF contains.

    Pages, title, author, language, code, the standards it claims to meet (checked if
    page-validation is installed), tags, pictures, fonts and form fields; with --text the words of
    each page, with --reading the words in the order a screen reader says them.

    \b
    Examples:
      handouts inspect maria.pdf
      handouts inspect maria.pdf --text
      handouts inspect maria.pdf --reading
      handouts inspect maria.pdf --json

    \b
    Exit codes: 0 done · 1 not a PDF, or it cannot be read · 2 wrong command line
    """
    # Imported here, because the PDF readers take long to import.
    from handouts.deliver.inspect import lines_of, read_back  # noqa: PLC0415

    workspace = workspace_of(folder)
    facts = read_back(workspace.read(pdf, _PDF_BYTES), workspace.display(pdf))
    if as_json:
        print_json(to_builtins(facts, enc_hook=str))  # texts of pypdf are kinds of str
        return
    print_table(lines_of(facts))
    if text:
        for number, page in enumerate(facts.text, 1):
            say(f"\n--- page {number} of {facts.pages} ---", bold=True)
            say(page)
    if reading:
        say("\n--- as a screen reader says it ---", bold=True)
        say("\n".join(facts.reading))

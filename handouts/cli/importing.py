"""Turn an open collection of exercises, or a table, into files of a clinic's folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
import yaml
from typing_extensions import override

from handouts.cli.main import SOME_FAILED
from handouts.cli.options import FILE, own_folder, workspace_of
from handouts.cli.report import counted, print_json, print_problems, say
from handouts.errors import MissingError, Problem, Severity, did_you_mean
from handouts.files import make_folder, write_whole
from handouts.load.collections import (
    LANGUAGES,
    LIMIT,
    REQUIRED,
    Collection,
    ExerciseDraft,
    read_collection,
)
from handouts.load.yaml import parse
from handouts.model.base import normalized
from handouts.model.exercise import Exercise
from handouts.workspace import Kind, Workspace

HINTS = {
    "name": "plain name, printed large",
    "kind": "stretch, mobility or strength",
    "dose_kind": "which dose limits apply: handouts schema exercise lists them",
    "stage": "1 calm, 2 steady, 3 build",
    "regions": "what it is for, such as [knee, hip]: handouts schema exercise lists them",
    "position": "such as: lying on your back, knees bent",
    "purpose": "one line, no promise of a cure",
    "steps": "plain words, the verb first; the last step ends with {repeat}",
    "feel_it": 'continues "Feel it:"',
    "watch_out": 'continues "Check:"',
    "sides": "both, each, alternate, or affected",
    "dosage": "such as: 2 x 10, hold 3 s, 3 days a week; a ? leaves a line for your pen",
    "dosage_from": "article, corrected or conventional",
}
"""Hints for what to fill in where a collection says nothing."""
OPTIONAL = {
    "short_steps": "for cards to cut out: as many as steps",
    "cautions": "who should ask first",
}


@click.command("import")
@click.argument("source", metavar="FILE", type=FILE)
@click.option(
    "--only",
    multiple=True,
    metavar="ID|NAME",
    help="Only this one; * stands for any text. May be repeated.",
)
@click.option(
    "--prefix", default="", metavar="TEXT", help="Put this before each id, for example fed-."
)
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="en",
    show_default=True,
    help="The language of the texts to take from wger.",
)
@click.option("--dry-run", is_flag=True, help="Only list what would be written.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {id, file, missing}.")
@click.pass_context
def import_(
    ctx: click.Context,
    /,
    *,
    source: Path,
    only: tuple[str, ...],
    prefix: str,
    language: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Turn a collection of exercises into files of your clinic's folder.

    FILE is free-exercise-db's JSON, wger's exerciseinfo, or a CSV of your own (docs/importing.md
    lists its columns). Nothing is invented: doses, sides, regions and anything else that a
    collection does not give are left empty, and an exercise cannot be used until you have filled
    them in; `handouts check` lists what is missing. Author and licence are kept. No file is
    overwritten.

    \b
    Examples:
      handouts import exercises.json --only "*hamstring*" --dry-run
      handouts import exercises.json --only Cat_Stretch --prefix fed-
      handouts import our-exercises.csv

    \b
    Exit codes: 0 written · 1 the file cannot be read, or this is no clinic's folder ·
    2 wrong command line · 3 some exercises were not written, the others were
    """
    workspace = workspace_of(ctx.obj)
    own = own_folder(workspace)
    if not re.fullmatch(r"([a-z][a-z0-9]*-)*", prefix):
        message = "must be lower-case letters and digits and end with a hyphen, such as fed-"
        raise click.BadParameter(message, param_hint="--prefix")
    data = workspace.read(source, LIMIT)
    read = read_collection(source, source.as_posix(), data, language, prefix)
    drafts, problems = _chosen(read, only)
    written: list[tuple[ExerciseDraft, Path]] = []
    for draft in drafts:
        path = own / Kind.EXERCISES / f"{draft.id}.yaml"
        if taken := _file_exists(draft, path):
            problems.append(taken)
            continue
        _write(draft, path, dry_run=dry_run)
        written.append((draft, path))
    _report(written, dry_run=dry_run, as_json=as_json)
    print_problems([*(note for draft, path in written for note in _notes(draft, path)), *problems])
    ctx.exit(SOME_FAILED if problems else 0)


def _chosen(read: Collection, only: tuple[str, ...]) -> tuple[list[ExerciseDraft], list[Problem]]:
    """Return the requested exercises; if all are requested, also the problems of the others.

    Raises:
        MissingError: if a requested one is not there.
    """
    if not only:
        return list(read.drafts), list(read.problems)
    chosen: dict[str, ExerciseDraft] = {}
    absent = []
    for asked in only:
        plain = asked.casefold()
        found = [
            draft
            for draft in read.drafts
            if any(fnmatchcase(name.casefold(), plain) for name in _called(draft))
        ]
        chosen |= {draft.id: draft for draft in found}
        if not found:
            known = [name for draft in read.drafts for name in (draft.id, draft.name)]
            absent.append(
                Problem(f'there is no exercise "{asked}"', hint=did_you_mean(asked, known))
            )
    if absent:
        # With all problems, because the exercise may be in the file but wrong.
        raise MissingError([*absent, *read.problems])
    return list(chosen.values()), []


def _called(draft: ExerciseDraft) -> tuple[str, ...]:
    return draft.id, draft.name, draft.origin


def _file_exists(draft: ExerciseDraft, path: Path) -> Problem | None:
    what = f'exercise {draft.number}, "{draft.name}": '
    if path.exists():
        hint = "existing files are not overwritten: remove it, or use another --prefix"
        return Problem(f"{what}{path} exists", draft.place, hint)
    if draft.id in Workspace().ids(Kind.EXERCISES):
        hint = "give it another id with --prefix"
        return Problem(f"{what}{draft.id} is a built-in exercise", draft.place, hint)
    return None


def _notes(draft: ExerciseDraft, path: Path) -> Iterator[Problem]:
    """Yield what somebody must do by hand about an exercise that was written."""
    what = f'exercise {draft.number}, "{draft.name}"'
    if draft.missing:
        lacks = ", ".join((*draft.missing, *(key for key in OPTIONAL if key not in draft.values)))
        hint = f"fill in {path}; handouts check {path} says what each needs"
        message = f"{what} does not say: {lacks}"
        yield Problem(message, draft.place, hint, severity=Severity.WARNING)
    for source in draft.values["sources"]:
        if "BY-SA" in source.get("licence", ""):
            yield Problem(
                f"{what} is under {source['licence']}: what you make from it stays under that "
                "licence",
                draft.place,
                "its authors are named on its card; it is passed on under the same licence",
                severity=Severity.WARNING,
            )


def _report(written: list[tuple[ExerciseDraft, Path]], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {"id": draft.id, "file": str(path), "missing": draft.missing}
                for draft, path in written
            ]
        )
        return
    for _, path in written:
        say(f"{'would write' if dry_run else 'wrote'} {path}")
    incomplete = sum(bool(draft.missing) for draft, _ in written)
    count = counted(len(written), "exercise")
    say(f"{count}, {incomplete} to be completed", bold=True)


# -- the file


def _write(draft: ExerciseDraft, path: Path, *, dry_run: bool) -> None:
    text = "\n".join(_lines(draft)) + "\n"
    # If YAML does not read the file back as intended, that is a bug.
    if parse(text.encode(), path.name).value != _stated(draft):
        raise AssertionError(f"{draft.id} is not written as it was read")
    if not dry_run:
        make_folder(path.parent, private=False)
        write_whole(path, text.encode(), private=False)


def _stated(draft: ExerciseDraft) -> dict[str, Any]:
    return {**dict.fromkeys(draft.missing), **draft.values}


_AFTER = {"steps": ("short_steps",), "cautions": ("easier", "harder")}
_ORDER = [each for key in Exercise.__annotations__ for each in (key, *_AFTER.get(key, ()))]
"""Keys in the order of the example file."""


def _lines(draft: ExerciseDraft) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../schemas/exercise.json"
    yield f"# Imported from {_comment(draft.place.file)}, exercise {draft.number}."
    if draft.missing:
        yield "# Fill in what is empty: until then no handout can be made from it."
    for fact in draft.comments:
        yield f"#   {_comment(fact)}"
    yield "schema: 1"
    for key in _ORDER:
        if key in draft.values:
            yield _value(key, draft.values[key])
        elif key in REQUIRED:
            yield f"# {HINTS.get(key, 'to be filled in')}"
            yield f"{key}:"
        elif key in OPTIONAL:
            yield f"# {key}: # {OPTIONAL[key]}"


def _comment(text: str) -> str:
    """Return a text for a comment: on one line, without control and direction characters."""
    return "".join(char for char in normalized(text) if char.isprintable())


class _Indented(yaml.SafeDumper):
    """Indents the items of a list more than its key, as our examples do."""

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Quote text that may be a number, because PyYAML knows only the numbers of YAML 1.1."""
        style = "'" if text[:1] in "+-.0123456789" else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Indented.add_representer(str, _Indented.represent_text)


def _value(key: str, value: Any) -> str:
    """Return a key with its value as YAML, each text on one line."""
    written: str = yaml.dump(
        {key: value}, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=10_000
    )
    return written.rstrip("\n")

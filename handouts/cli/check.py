"""Turn content files and their pictures into a list of problems: lines of the terminal or JSON.

Built-in pictures are proven before they are shipped, so they are measured only where a path names
them.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from handouts import Library
from handouts.check.check import check_all, folders_of, in_file_order, within
from handouts.check.translations import check_translations
from handouts.cli.options import workspace_of
from handouts.cli.report import counted, print_json, print_problems, say
from handouts.deliver.check_handouts import check_content
from handouts.errors import (
    ContentError,
    HandoutError,
    MissingError,
    Problem,
    Severity,
    did_you_mean,
    to_install,
)
from handouts.figures.drawings import figures_of_exercise, missing_tools
from handouts.load.extends import placed_at_extends
from handouts.load.models import build_model
from handouts.model.clinic import language_tag
from handouts.model.exercise import Exercise
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace


@click.command
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]..."
)
@click.option(
    "--language",
    metavar="TAG",
    help="Check the texts in this language, and list what is not translated.",
)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of problems as JSON.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    language: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Check content and list every problem.

    Each problem has its file, line and column. Without PATH, everything is checked, built-in and
    your own; with it, only those files and folders. Handouts that use your own files are laid out
    too, so if check passes, build works. If a rule does not suit you, switch it off in the file
    that it complains about, with a reason:

    \b
      lint:
        - code: step-too-long
          reason: our patients know this exercise

    The pictures of your own exercises are checked too, if numpy and shapely are installed.

    \b
    Examples:
      handouts check
      handouts check programs/my-program.yaml
      handouts check --json
      handouts check --language es

    \b
    Exit codes: 0 no errors (warnings are printed) · 1 errors · 2 wrong command line
    """
    library = Library(workspace_of(ctx.obj))
    if language is None:
        problems = _problems(library, paths)
    else:
        problems = _problems_in(library.in_language(language_tag(language)), paths)
    if as_json:
        print_json([_as_data(problem) for problem in problems])
    else:
        print_problems(problems, err=False)
        say(_count(problems), bold=True)
    errors = [item for item in problems if strict or item.severity is Severity.ERROR]
    ctx.exit(1 if errors else 0)


def _problems(library: Library, paths: tuple[Path, ...]) -> list[Problem]:
    """Return all problems; an error that stops checking becomes problems too."""
    try:
        problems = [*check_content(library, paths), *figure_problems(library, paths)]
    except HandoutError as error:
        return list(error.problems)
    return in_file_order(problems)


def _problems_in(library: Library, paths: tuple[Path, ...]) -> list[Problem]:
    """Return the problems of texts in one language, and the texts that are missing."""
    if paths:
        raise click.UsageError("--language checks all content: leave out PATH")
    return in_file_order([*check_translations(library), *check_all(library)])


def _count(problems: list[Problem]) -> str:
    """Return the closing line: ``1 error, 2 warnings in 2 files``."""
    if not problems:
        return "no problems"
    counts = Counter(problem.severity for problem in problems)
    parts = [counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    files = len({problem.location.file for problem in problems})
    return f"{', '.join(parts)} in {counted(files, 'file')}"


def _as_data(problem: Problem) -> dict[str, Any]:
    place = problem.location
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


# -- pictures


class Picked(Struct, frozen=True):
    """The figure of an exercise or of one of its variants, and the file that contains it."""

    name: str
    variant: str | None
    figure: Figure
    file: Path


def pick(workspace: Workspace, name: str, variant: str | None) -> Picked:
    """Return a figure by the id of its exercise, or from an exercise's YAML file.

    Raises:
        MissingError: if there is no such exercise, file or variant.
        ContentError: if the exercise is wrong, or has no figure.
    """
    path = Path(name)
    if path.suffix == ".yaml":
        source = Library(workspace).file(Kind.EXERCISES, path)
        exercise = build_model(Exercise, source, name=path.stem)
    else:
        exercise = Library(workspace).exercise(name)
        path = workspace.find(Kind.EXERCISES, name)
    if variant is not None and variant not in {*exercise.variants, exercise.default_variant}:
        hint = did_you_mean(variant, exercise.variants)
        raise MissingError(f'{exercise.id} has no variant "{variant}"', hint=hint)
    figure = exercise.variant(variant).figure
    if figure is None:
        raise ContentError(f"{exercise.id} has no figure", hint='add a key "figure"')
    return Picked(exercise.id, variant, figure, path)


def findings(workspace: Workspace, picked: Picked) -> Iterator[Problem]:
    """Yield the problems of a figure, each at its line; needs numpy and shapely."""
    # Imported here, because showing a shipped drawing does not need numpy, but the lint does.
    from handouts.figures.lint import lint_figure  # noqa: PLC0415

    source = Library(workspace).file(Kind.EXERCISES, picked.file)
    prefix: tuple[str, ...] = ("figure",)
    if picked.variant and source.has("variants", picked.variant, "figure"):
        prefix = ("variants", picked.variant, "figure")
    exercise = build_model(Exercise, source, name=picked.file.stem)
    steps = len(exercise.variant(picked.variant).steps)
    found = (finding.problem(source, prefix) for finding in lint_figure(picked.figure, steps))
    yield from placed_at_extends(source, found)


def figure_problems(library: Library, paths: Sequence[Path]) -> list[Problem]:
    """Return what is wrong with pictures: of a clinic's own exercises, or of those under ``paths``.

    Without numpy and shapely nothing is measured; a line on standard error says so once.
    """
    folder = library.workspace.folder
    folders = folders_of(library, paths)
    if not paths and folder:
        folders = [(library, [folder])]
    chosen = [
        (each.workspace, picked)
        for each, places in folders
        for picked in _pictures(each, within(places))
    ]
    if not chosen:
        return []
    if missing := missing_tools():
        say(f"pictures were not checked, {missing} missing: {to_install('figures')}", err=True)
        return []
    return [problem for workspace, picked in chosen for problem in findings(workspace, picked)]


def _pictures(library: Library, inside: Callable[[Path], bool]) -> Iterator[Picked]:
    """Yield the figures of exercises in some places; other checks report unreadable files."""
    workspace = library.workspace
    for name in workspace.ids(Kind.EXERCISES):
        file = workspace.find(Kind.EXERCISES, name)
        if not inside(file):
            continue
        with contextlib.suppress(HandoutError):
            for variant, figure in figures_of_exercise(library.exercise(name)):
                yield Picked(name, variant, figure, file)

"""Turn the problems of content files into lines or JSON."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.check.check import check_all
from handouts.check.translations import check_translations
from handouts.cli.figure_check import figure_problems
from handouts.cli.options import workspace_of
from handouts.cli.report import print_json, print_problems, say
from handouts.deliver.check_handouts import check_content
from handouts.errors import HandoutError, Problem, Severity
from handouts.model.clinic import language_tag


@click.command
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]..."
)
@click.option(
    "--language",
    metavar="TAG",
    help="Check the texts of this language, and list what is not translated.",
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

    Each has its file, line and column. Without PATH: everything, built-in and your own; with it,
    those files and folders. Handouts that use a file of your own are laid out too: what check lets
    pass, build makes. A rule that does not suit you is switched off in the file it complains
    about, with a reason:

    \b
      lint:
        - code: step-too-long
          reason: our patients know this exercise

    Pictures of your own exercises are measured too, if numpy and shapely are installed.

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
    """Return what is wrong, also where it is so wrong that checking stopped."""
    try:
        problems = [*check_content(library, paths), *figure_problems(library, paths)]
    except HandoutError as error:
        return list(error.problems)
    return sorted(problems, key=lambda item: (item.location, item.code, item.message))


def _problems_in(library: Library, paths: tuple[Path, ...]) -> list[Problem]:
    """Return what is wrong with the texts of one language, and which are missing."""
    if paths:
        raise click.UsageError("--language checks all content: leave PATH away")
    found = [*check_translations(library), *check_all(library)]
    return sorted(dict.fromkeys(found), key=lambda item: (item.location, item.code, item.message))


def _count(problems: list[Problem]) -> str:
    """Return the closing line: ``1 error, 2 warnings in 2 files``."""
    if not problems:
        return "no problems"
    counts = Counter(problem.severity for problem in problems)
    parts = [
        f"{counts[severity]} {severity.value}{'' if counts[severity] == 1 else 's'}"
        for severity in Severity
        if counts[severity]
    ]
    files = len({problem.location.file for problem in problems})
    return f"{', '.join(parts)} in {files} file{'' if files == 1 else 's'}"


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

"""Turn figures into findings, a table of facts, and the drawings that are shipped.

Built-in pictures are proven before they are shipped, so those of ``handouts check`` are measured
only where a path names them. A figure is not measured again until it, the number of its steps, or a
rule changes.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import click

from handouts import Library, figures
from handouts.check.check import folders_of, within
from handouts.cli.options import complete_ids, workspace_of
from handouts.cli.report import print_problems, say
from handouts.errors import (
    ContentError,
    HandoutError,
    MissingError,
    Problem,
    did_you_mean,
    to_install,
)
from handouts.figures.library import (
    CACHE,
    SHIPPED,
    drawing_name,
    engine_digest,
    figures_of,
    generate,
    missing_tools,
    need_tools,
    stale,
)
from handouts.files import write_whole
from handouts.load.extends import placed_at_extends
from handouts.load.models import build_model
from handouts.model.exercise import Exercise
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace


@dataclass(frozen=True, slots=True)
class Picked:
    """One figure to show: of an exercise by id, or of a file in the making."""

    name: str
    variant: str | None
    figure: Figure
    file: Path


def pick(workspace: Workspace, name: str, variant: str | None) -> Picked:
    """Return a figure by the id of its exercise, or from the YAML file of one.

    Raises:
        MissingError: if there is no such exercise, file or variant.
        ContentError: if it is wrong, or has no figure.
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
    """Yield what is wrong with a figure, each at its line; needs numpy and shapely."""
    # Imported here because a shipped drawing is shown without numpy, which the lint needs.
    from handouts.figures.lint import lint_figure  # noqa: PLC0415

    source = Library(workspace).file(Kind.EXERCISES, picked.file)
    prefix: tuple[str, ...] = ("figure",)
    if picked.variant and source.has("variants", picked.variant, "figure"):
        prefix = ("variants", picked.variant, "figure")
    exercise = build_model(Exercise, source, name=picked.file.stem)
    steps = len(exercise.variant(picked.variant).steps)
    found = (finding.problem(source, prefix) for finding in lint_figure(picked.figure, steps))
    yield from placed_at_extends(source, found)


RIGHT: Final = "right.txt"
"""Digests of the figures in which nothing was found, one a line, in the folder of drawings."""
_LIMIT: Final = 4 * 1024 * 1024


def figure_problems(library: Library, paths: Sequence[Path]) -> list[Problem]:
    """Return what is wrong with pictures: of a clinic's own exercises, or of those under ``paths``.

    Without numpy and shapely nothing is measured; a line on standard error says so once.
    """
    folder = library.workspace.folder
    folders = folders_of(library, paths)
    if not paths and folder:
        folders = [(library, [folder])]
    chosen: dict[Path, tuple[Workspace, list[Picked]]] = {}
    for each, places in folders:
        for picked in _pictures(each, within(places)):
            chosen.setdefault(picked.file, (each.workspace, []))[1].append(picked)
    if not chosen:
        return []
    if missing := missing_tools():
        say(f"pictures were not checked, {missing} missing: {to_install('figures')}", err=True)
        return []
    problems: list[Problem] = []
    for workspace, pictures in chosen.values():
        # Nothing is left behind in folders that are only looked at.
        own = workspace is library.workspace
        problems += _checked(workspace, pictures, _right_file(workspace) if own else None)
    return problems


def _pictures(library: Library, inside: Callable[[Path], bool]) -> Iterator[Picked]:
    """Yield the figures of exercises in some places; what cannot be read is said elsewhere."""
    workspace = library.workspace
    for name in workspace.ids(Kind.EXERCISES):
        file = workspace.find(Kind.EXERCISES, name)
        if not inside(file):
            continue
        with contextlib.suppress(HandoutError):
            exercise = library.exercise(name)
            if exercise.figure is not None:
                yield Picked(name, None, exercise.figure, file)
            for variant, change in exercise.variants.items():
                figure = exercise.variant(variant).figure
                if change.figure is not None and figure is not None:
                    yield Picked(name, variant, figure, file)


def _checked(
    workspace: Workspace, pictures: Iterable[Picked], memory: Path | None
) -> Iterator[Problem]:
    right = _remembered(workspace, memory)
    known = len(right)
    for picked in pictures:
        digest = _digest(picked)
        if digest in right:
            continue
        found = list(findings(workspace, picked))
        yield from found
        if not found:
            right.add(digest)
    if memory and len(right) > known and memory.parent.is_dir():
        # A folder that cannot be written is no harm.
        with contextlib.suppress(OSError, HandoutError):
            lines = "".join(f"{one}\n" for one in sorted(right))
            write_whole(memory, lines.encode("ascii"), private=False)


def _digest(picked: Picked) -> str:
    """Return a digest of all that a finding may come from: figure, file and rules."""
    parts = (picked.figure.model_dump_json().encode(), picked.file.read_bytes(), _rules())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


@cache
def _rules() -> bytes:
    """Return a digest of the engine with its lint."""
    found = hashlib.sha256(engine_digest().encode())
    for path in sorted(Path(next(iter(figures.__path__))).glob("*.py")):
        found.update(path.read_bytes())
    return found.digest()


def _remembered(workspace: Workspace, memory: Path | None) -> set[str]:
    if memory and memory.is_file():
        with contextlib.suppress(HandoutError):
            return set(workspace.read(memory, _LIMIT).decode("ascii", "ignore").split())
    return set()


def _right_file(workspace: Workspace) -> Path | None:
    return workspace.folder / CACHE / RIGHT if workspace.folder else None


@click.command
@click.argument("names", nargs=-1, metavar="[ID]...", shell_complete=complete_ids(Kind.EXERCISES))
@click.pass_context
def check(ctx: click.Context, *, names: tuple[str, ...]) -> None:
    """Check that pictures are possible and agree with what they say.

    Found are hands that do not reach, bodies in the floor or in a prop, joints bent too far, a body
    that would fall, and the wrong side moving.

    \b
    Examples:
      handouts figures check
      handouts figures check bird-dog

    \b
    Exit codes: 0 nothing found · 1 something found · 2 wrong command line
    """
    need_tools("measuring pictures")
    workspace = workspace_of(ctx.obj)
    library = Library(workspace)
    problems: list[Problem] = []
    checked = 0
    for name, variant, figure in figures_of(library):
        if not names or name in names:
            picked = Picked(name, variant, figure, workspace.find(Kind.EXERCISES, name))
            problems += list(findings(workspace, picked))
            checked += 1
    print_problems(problems, err=False)
    found = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
    say(f"{found} in {checked} figures", bold=True)
    ctx.exit(1 if problems else 0)


@click.command
@click.pass_context
def table(ctx: click.Context) -> None:
    """Print what touches and moves in every figure, as a Markdown table.

    \b
    Exit codes: 0 printed · 1 wrong content · 2 wrong command line
    """
    need_tools("measuring pictures")
    # Imported here because it needs numpy.
    from handouts.figures.facts import table as facts_table  # noqa: PLC0415

    workspace = workspace_of(ctx.obj)
    rows = (
        (drawing_name(name, variant), figure)
        for name, variant, figure in figures_of(Library(workspace))
    )
    click.echo(facts_table(rows), nl=False)


@click.command("generate")
@click.option("--check", "only_check", is_flag=True, help="Only say what is not up to date.")
@click.pass_context
def generate_command(ctx: click.Context, *, only_check: bool) -> None:
    """Draw the built-in figures again, as they are shipped.

    This is for people who change handouts itself: a clinic's own figures are drawn when needed.

    \b
    Exit codes: 0 done · 1 not up to date, or wrong content · 2 wrong command line
    """
    workspace = Workspace()
    folder = workspace.builtin(SHIPPED)
    library = Library(workspace)
    if only_check:
        problems = stale(library, folder)
        print_problems(problems, err=False)
        ctx.exit(1 if problems else 0)
    changed = generate(library, folder)
    for path in changed:
        say(f"wrote {workspace.display(path)}" if path.exists() else f"removed {path.name}")
    say(f"{len(changed)} files changed")

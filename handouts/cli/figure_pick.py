"""Turn the name of an exercise, or a file in the making, into a figure and its findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handouts import Library
from handouts.errors import ContentError, MissingError, Problem, did_you_mean
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.model.exercise import Exercise
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace

LIMIT = 256 * 1024


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
        source = parse(workspace.read(path, LIMIT), str(path))
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

    source = parse(workspace.read(picked.file, LIMIT), workspace.display(picked.file))
    prefix: tuple[str, ...] = ("figure",)
    if picked.variant and source.has("variants", picked.variant, "figure"):
        prefix = ("variants", picked.variant, "figure")
    exercise = build_model(Exercise, source, name=picked.file.stem)
    steps = len(exercise.variant(picked.variant).steps)
    for finding in lint_figure(picked.figure, steps):
        yield finding.problem(source, prefix)

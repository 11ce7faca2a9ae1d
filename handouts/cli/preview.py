"""Turn an exercise into a program of that one exercise, to be drawn or compared."""

from __future__ import annotations

from typing import Any

from handouts import Library, Workspace
from handouts.check.references import safety_for, variant_names
from handouts.errors import MissingError, did_you_mean
from handouts.workspace import Kind


def with_preview(library: Library, name: str, *, every_variant: bool = False) -> Library:
    """Return a library in which the id of an exercise is also a program of that one exercise.

    ``every_variant``: the program has all its variants, one after the other.

    Raises:
        MissingError: if there is neither a program nor an exercise of that id.
    """
    if kind_of(library.workspace, name) is Kind.PROGRAMS:
        return library

    def said(spoken: Library) -> dict[str, Any]:
        return _program_of(spoken, name, every_variant=every_variant)

    return library.with_program(name, said)


def _program_of(library: Library, name: str, *, every_variant: bool) -> dict[str, Any]:
    shown = library.exercise(name)
    variants = variant_names(shown) if every_variant else ()
    listed = [{"exercise": name, "variant": variant} for variant in variants]
    return {
        "schema": 1,
        "name": shown.name,
        "title": shown.name,
        "subtitle": shown.purpose,
        "code": "PREVIEW",
        "safety": safety_for(library, [shown.regions]) or library.workspace.ids(Kind.SAFETY)[0],
        "phases": [{"exercises": listed or [{"exercise": name}]}],
        "sources": [{"title": f"preview of {name}"}],
    }


def kind_of(workspace: Workspace, name: str) -> Kind:
    """Return whether an id is that of a program or of an exercise; a program comes first.

    Raises:
        MissingError: if it is of neither.
    """
    programs, exercises = (workspace.ids(kind) for kind in (Kind.PROGRAMS, Kind.EXERCISES))
    if name in programs:
        return Kind.PROGRAMS
    if name in exercises:
        return Kind.EXERCISES
    raise MissingError(
        f'there is no program or exercise "{name}"',
        hint=did_you_mean(name, [*programs, *exercises]),
    )


def example_clinic(workspace: Workspace) -> str:
    """Return the clinic's own first clinic, else the last built-in one."""
    return (workspace.own_clinics() or workspace.ids(Kind.CLINICS)[-1:])[0]

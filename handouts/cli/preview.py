"""Turn an exercise into a program of that one exercise, to be drawn or compared."""

from __future__ import annotations

import json
from typing import Any

from handouts import Library, Workspace
from handouts.check.references import safety_for, variant_names
from handouts.errors import MissingError, did_you_mean
from handouts.load.source import SourceFile
from handouts.load.yaml import parse
from handouts.workspace import Kind


class PreviewLibrary(Library):
    """A library in which the id of an exercise is also a program of that one exercise.

    ``every_variant``: the program has all its variants, one after the other.
    """

    def __init__(
        self,
        workspace: Workspace,
        beneath: tuple[Kind, str] | None = None,
        *,
        every_variant: bool = False,
    ) -> None:
        super().__init__(workspace, beneath)
        self._every_variant = every_variant

    def source(self, kind: str, name: str) -> SourceFile:
        """Return the tree of a file, or of the program that an exercise makes.

        Raises:
            MissingError: if there is neither a program nor an exercise of that id.
        """
        if Kind(kind) is not Kind.PROGRAMS or kind_of(self.workspace, name) is Kind.PROGRAMS:
            return super().source(kind, name)
        # JSON is YAML: the program is read and checked like any other.
        return parse(json.dumps(self._program_of(name)).encode(), f"preview of {name}")

    def _program_of(self, exercise: str) -> dict[str, Any]:
        shown = self.exercise(exercise)
        variants = variant_names(shown) if self._every_variant else ()
        listed = [{"exercise": exercise, "variant": name} for name in variants]
        return {
            "schema": 1,
            "name": shown.name,
            "title": shown.name,
            "subtitle": shown.purpose,
            "code": "PREVIEW",
            "safety": safety_for(self, [shown.regions]) or self.workspace.ids(Kind.SAFETY)[0],
            "phases": [{"exercises": listed or [{"exercise": exercise}]}],
            "sources": [{"title": f"preview of {exercise}"}],
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

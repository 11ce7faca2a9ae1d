"""A clinic's logo into problems: it is read as it is for printing, so that both agree."""

from __future__ import annotations

from handouts.check.codes import finding
from handouts.errors import HandoutError, MissingError, Problem
from handouts.logos.read import read_logo
from handouts.model.clinic import Clinic
from handouts.workspace import Workspace


def check_logo(workspace: Workspace, clinic: Clinic) -> list[Problem]:
    """Return what is wrong with a clinic's logo: nothing, or one problem in its file."""
    try:
        read_logo(clinic, workspace)
    except HandoutError as error:
        found = error.problems[0]
        missing = isinstance(error, MissingError)
        hint = "put it beside the clinic's file, or remove brand: logo" if missing else found.hint
        return [finding("logo", f"logo: {found.message}", found.location, hint)]
    return []

"""A clinic into its mail settings."""

from __future__ import annotations

from handouts.errors import ContentError, Location, Problem
from handouts.model.clinic import Clinic
from handouts.model.mail import Mail
from handouts.workspace import Kind, Workspace


def mail_of(workspace: Workspace, clinic: Clinic) -> Mail:
    """Return a clinic's mail settings.

    Raises:
        ContentError: if its file has none.
    """
    if clinic.mail is None:
        place = Location(workspace.display(workspace.find(Kind.CLINICS, clinic.id)))
        hint = "add a mail block to the clinic's file: see docs/emailing.md"
        raise ContentError(Problem("says nothing about e-mail", place, hint))
    return clinic.mail

"""Turn a patient's file and options of the command line into a Patient."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handouts.errors import ContentError, Problem
from handouts.load.library import Library
from handouts.load.messages import Complaint, describe
from handouts.model.order import Patient

OPTIONS = {
    "reference": "--reference",
    "name": "--name",
    "preferred_name": "--preferred-name",
    "affected_side": "--side",
    "clinician": "--clinician",
    "start_date": "--start",
    "next_visit": "--next-visit",
    "note": "--note",
}


def patient_from(library: Library, file: Path | None, options: Mapping[str, Any]) -> Patient:
    """Return the patient of ``file`` (if any) with every option that was given in its place.

    Raises:
        ContentError: for a wrong file or an option that cannot be printed; never with its text.
    """
    known = library.patient(file).model_dump() if file else {}
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Patient.model_validate({**known, **given})
    except ValidationError as error:
        problems = [_problem(details) for details in error.errors(include_url=False)]
    raise ContentError(problems)


def _problem(details: ErrorDetails) -> Problem:
    """Return the problem of one option, in our words and without the patient's."""
    option = OPTIONS[str(details["loc"][0])]
    complaint = Complaint(
        kind=details["type"],
        path=(option,),
        context=details.get("ctx", {}),
        value=details["input"],
        key=option,
        known=(),
        private=True,
    )
    message, hint = describe(complaint)
    return Problem(message if option in message else f"{option}: {message}", hint=hint)

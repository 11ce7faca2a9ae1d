"""Say in FHIR R4 what a finished handout becomes, and what is wrong with a request."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from handouts.desk import making
from handouts.desk.making import Made
from handouts.desk.worksheet import Worksheet
from handouts.errors import ContentError

EXERCISE, PROGRAM = "urn:handouts:exercise", "urn:handouts:program"
"""Code systems of ours: a code is an id, as ``bird-dog``, or id and variant, ``bird-dog/cable``."""
CODE = "urn:handouts:code"
"""The system of the code that stands on a sheet."""

LARGEST = 2 * 1024 * 1024
"""A request with its patient is smaller (bytes)."""

_INSTRUCTIONS = {"system": "http://loinc.org", "code": "69730-0", "display": "Instructions"}


class Issue(Struct, frozen=True):
    """What is wrong, or what was left out; ``where`` is a FHIRPath, and ``kind`` FHIR's own word.

    ``stops``: without a remedy there is no handout.
    """

    where: str
    message: str
    hint: str = ""
    kind: str = "invalid"
    stops: bool = True


class Asked(Struct):
    """What a body asks for: a worksheet, and all there is to say of it.

    ``places`` is where each exercise of the worksheet stands, by its key; ``subject`` and
    ``requests`` are references to what was sent.
    """

    sheet: Worksheet = field(default_factory=Worksheet)
    issues: list[Issue] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    subject: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether no handout can be made."""
        return any(issue.stops for issue in self.issues)


def document(asked: Asked, made: Made, *, now: dt.datetime) -> dict[str, Any]:
    """Return a finished handout as a Bundle: a DocumentReference, and what was left out.

    Raises:
        ContentError: if there is no handout.
    """
    order, handout = made.order, made.handout
    if order is None or handout is None:
        raise ContentError("there is no handout")
    title = f"{order.program.name} ({handout.code})"
    text = made.text.encode()
    reference = {
        "resourceType": "DocumentReference",
        "identifier": [{"system": CODE, "value": handout.code}],
        "status": "current",
        # A handout that no clinician of the clinic has reviewed says so on its first page.
        "docStatus": "final" if order.checked else "preliminary",
        "type": {"coding": [_INSTRUCTIONS], "text": "Home exercise program"},
        "subject": asked.subject,
        "date": now.isoformat(timespec="seconds"),
        "author": [{"display": order.clinician.name if order.clinician else order.clinic.name}],
        "custodian": {"display": order.clinic.full_name},
        "description": making.chart_text(made),
        "content": [
            {"attachment": _attachment("application/pdf", handout.pdf, title, order.language, now)},
            {"attachment": _attachment("text/plain; charset=utf-8", text, title, order.language,
                                       now)},
        ],
        "context": {"related": [each for each in asked.requests if each]},
    }  # fmt: skip
    if not asked.subject:
        del reference["subject"]
    if not any(asked.requests):
        del reference["context"]
    entries = [{"resource": reference}]
    issues = [*asked.issues, *_warnings(made)]
    if issues:
        entries.append({"resource": outcome(issues)})
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": reference["date"],
        "entry": entries,
    }


def _attachment(
    kind: str, content: bytes, title: str, language: str, now: dt.datetime
) -> dict[str, Any]:
    return {
        "contentType": kind,
        "language": language,
        "data": base64.b64encode(content).decode(),
        "size": len(content),
        # FHIR wants SHA-1 here, to see whether a file is whole.
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": title,
        "creation": now.isoformat(timespec="seconds"),
    }


def _warnings(made: Made) -> Iterator[Issue]:
    for each in made.warnings:
        yield Issue("", each.message, each.hint, "business-rule", stops=False)


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """Return an OperationOutcome: what is wrong, where it stands, and what to do about it."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(each) for each in issues]}


def _issue(issue: Issue) -> dict[str, Any]:
    severity = "error" if issue.stops else "warning"
    if issue.kind == "informational":
        severity = "information"
    told: dict[str, Any] = {"severity": severity, "code": issue.kind}
    said = f"{issue.message}; {issue.hint}" if issue.hint else issue.message
    told["diagnostics"] = said
    if issue.where:
        told["expression"] = [issue.where]
    return told

"""Say in FHIR R4 what is read of requests, and what a finished handout becomes.

The fields are those of the HL7 Physical Activity Implementation Guide 1.0 (PAServiceRequest,
PACarePlan) that mean something for a handout; `handouts.desk.fhir_orders` reads them.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

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


# -- what is read of FHIR


class Element(BaseModel):
    """A part of a resource. What it has beside these fields is not read, with one exception.

    A ``modifierExtension`` or ``implicitRules`` may turn the meaning of all else round: who does
    not know it must not act (FHIR R4, 2.4.1).
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    modifier_extension: Annotated[tuple[Any, ...], Field(max_length=0)] = ()
    implicit_rules: None = None


Text = Annotated[str, Field(max_length=20_000)]
Few = Field(max_length=50)
Many = Field(max_length=500)


class Coding(Element):
    """A code of a system."""

    system: Text = ""
    code: Text = ""
    display: Text = ""


class Concept(Element):
    """Codes for one thing, or words."""

    coding: Annotated[tuple[Coding, ...], Few] = ()
    text: Text = ""


class Identifier(Element):
    """A number that somebody gives."""

    use: Text = ""
    type: Concept = Concept()
    system: Text = ""
    value: Text = ""


class Reference(Element):
    """What refers to a resource."""

    reference: Text = ""
    identifier: Identifier | None = None
    display: Text = ""


class Period(Element):
    """From when on."""

    start: Text = ""


class Repeat(Element):
    """How often; what else it says is kept, to be refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True)

    bounds_period: Period = Period()
    frequency: Annotated[int, Field(ge=1, le=99)] | None = None
    period: Annotated[float, Field(gt=0, le=999)] | None = None
    period_unit: Text = ""


class Timing(Element):
    """When something is done."""

    repeat: Repeat = Repeat()


class HumanName(Element):
    """One name of a person."""

    use: Text = ""
    text: Text = ""
    family: Text = ""
    given: Annotated[tuple[Text, ...], Few] = ()
    suffix: Annotated[tuple[Text, ...], Few] = ()


class Communication(Element):
    """A language that a patient speaks."""

    language: Concept = Concept()
    preferred: bool = False


class Resource(Element):
    """What all resources have."""

    id: Text = ""
    identifier: Annotated[tuple[Identifier, ...], Few] = ()


class Patient(Resource):
    """Who the handout is for."""

    resource_type: Literal["Patient"]
    active: bool = True
    name: Annotated[tuple[HumanName, ...], Few] = ()
    communication: Annotated[tuple[Communication, ...], Few] = ()
    deceased_boolean: bool = False
    deceased_date_time: Text = ""


class Request(Resource):
    """What a ServiceRequest and a CarePlan have in common."""

    status: Text
    intent: Text
    subject: Reference
    instantiates_canonical: Annotated[tuple[Text, ...], Few] = ()
    instantiates_uri: Annotated[tuple[Text, ...], Few] = ()
    contained: Annotated[tuple[dict[str, Any], ...], Few] = ()
    note: Annotated[tuple[Any, ...], Many] = ()


class ServiceRequest(Request):
    """An order: PAServiceRequest."""

    resource_type: Literal["ServiceRequest"]
    do_not_perform: bool = False
    code: Concept = Concept()
    order_detail: Annotated[tuple[Concept, ...], Few] = ()
    occurrence_date_time: Text = ""
    occurrence_period: Period = Period()
    occurrence_timing: Timing = Timing()
    body_site: Annotated[tuple[Concept, ...], Few] = ()
    requester: Reference = Reference()
    performer: Annotated[tuple[Reference, ...], Few] = ()
    patient_instruction: Text = ""
    quantity_quantity: Any = None
    quantity_ratio: Any = None
    quantity_range: Any = None


class Detail(Element):
    """An activity of a plan that stands in it."""

    kind: Text = ""
    instantiates_canonical: Annotated[tuple[Text, ...], Few] = ()
    instantiates_uri: Annotated[tuple[Text, ...], Few] = ()
    code: Concept = Concept()
    status: Text
    do_not_perform: bool = False
    scheduled_timing: Timing = Timing()
    scheduled_string: Text = ""
    description: Text = ""
    quantity: Any = None
    daily_amount: Any = None


class Activity(Element):
    """One thing to do of a plan."""

    reference: Reference | None = None
    detail: Detail | None = None


class CarePlan(Request):
    """A plan: PACarePlan."""

    resource_type: Literal["CarePlan"]
    period: Period = Period()
    activity: Annotated[tuple[Activity, ...], Many] = ()


class Entry(Element):
    """A resource in a Bundle."""

    full_url: Text = ""
    resource: dict[str, Any] = {}


class Bundle(Element):
    """Resources that are sent together."""

    resource_type: Literal["Bundle"]
    entry: Annotated[tuple[Entry, ...], Many] = ()


READ: dict[str, type[Patient | ServiceRequest | CarePlan]] = {
    "Patient": Patient,
    "ServiceRequest": ServiceRequest,
    "CarePlan": CarePlan,
}


# -- what comes of it


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

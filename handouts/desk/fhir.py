"""Turn a FHIR R4 body into its known resources, and a handout into a DocumentReference."""

from __future__ import annotations

import base64
import codecs
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field
from pydantic import TypeAdapter, ValidationError

from handouts.desk import making
from handouts.desk.fhir_models import READ, Bundle, CarePlan, FhirPatient, ServiceRequest
from handouts.desk.making import Made
from handouts.desk.worksheet import Worksheet
from handouts.errors import ContentError
from handouts.load.messages import describe_private
from handouts.model.order import Order
from handouts.stamp.build import Handout

EXERCISE, PROGRAM = "urn:handouts:exercise", "urn:handouts:program"
"""Our code systems: a code is an id, ``bird-dog``, or id and variant, ``bird-dog/cable``."""
CODE = "urn:handouts:code"
"""The system of the code that is printed on a handout."""

LARGEST = 2 * 1024 * 1024
"""Bytes; a request with its patient is smaller."""

_INSTRUCTIONS = {"system": "http://loinc.org", "code": "69730-0", "display": "Instructions"}
_NO_ORDERS = frozenset({"proposal", "option"})
_TREE: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class Issue(Struct, frozen=True):
    """What is wrong or was left out; ``where`` is a FHIRPath, ``kind`` an issue type of FHIR.

    ``stops`` is True if no handout can be made until it is corrected.
    """

    where: str
    message: str
    hint: str = ""
    kind: str = "invalid"
    stops: bool = True


class FhirOrder(Struct):
    """The order in a body: a worksheet, and the issues that were found.

    ``places`` maps the key of each exercise in the worksheet to its FHIRPath. ``subject`` and
    ``requests`` are references to the patient and the requests that were sent.
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


# -- the answer


def document(asked: FhirOrder, made: Made, *, now: dt.datetime) -> dict[str, Any]:
    """Return a handout as a Bundle: a DocumentReference, and an OperationOutcome of warnings.

    Raises:
        ContentError: if there is no handout.
    """
    if made.order is None or made.handout is None:
        raise ContentError("there is no handout")
    reference = _document_reference(asked, made, made.order, made.handout, now)
    warnings = (
        Issue("", each.message, each.hint, "business-rule", stops=False) for each in made.warnings
    )
    entries = [{"resource": reference}]
    if issues := [*asked.issues, *warnings]:
        entries.append({"resource": outcome(issues)})
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": reference["date"],
        "entry": entries,
    }


def _document_reference(
    asked: FhirOrder, made: Made, order: Order, handout: Handout, now: dt.datetime
) -> dict[str, Any]:
    title = f"{order.program.name} ({handout.code})"
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
            {"attachment": _attachment(kind, content, title, order.language, now)}
            for kind, content in (
                ("application/pdf", handout.pdf),
                ("text/plain; charset=utf-8", made.text.encode()),
            )
        ],
        "context": {"related": [each for each in asked.requests if each]},
    }  # fmt: skip
    if not asked.subject:
        del reference["subject"]
    if not any(asked.requests):
        del reference["context"]
    return reference


def _attachment(
    kind: str, content: bytes, title: str, language: str, now: dt.datetime
) -> dict[str, Any]:
    return {
        "contentType": kind,
        "language": language,
        "data": base64.b64encode(content).decode(),
        "size": len(content),
        # FHIR asks for SHA-1 here, to check that a file is complete.
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": title,
        "creation": now.isoformat(timespec="seconds"),
    }


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """Return an OperationOutcome: each problem, its place, and what to do about it."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(each) for each in issues]}


def _issue(issue: Issue) -> dict[str, Any]:
    severity = "error" if issue.stops else "warning"
    if issue.kind == "informational":
        severity = "information"
    diagnostics = f"{issue.message}; {issue.hint}" if issue.hint else issue.message
    place = {"expression": [issue.where]} if issue.where else {}
    return {"severity": severity, "code": issue.kind, "diagnostics": diagnostics, **place}


# -- the request


class LocatedResource(Struct):
    """A resource, its FHIRPath, and the fullUrl with which others refer to it."""

    where: str
    url: str
    resource: Any

    def is_meant(self, reference: str) -> bool:
        """Return whether a reference means this resource: by its fullUrl, else by type and id."""
        if not reference or reference == self.url:
            return bool(reference)
        if "://" in self.url:
            # Absolute addresses must be equal; a relative one is on the same server.
            return "://" not in reference and self.url.endswith(f"/{reference}")
        short = f"{self.resource.resource_type}/{self.resource.id}"
        has_id = bool(self.resource.id)
        return has_id and (reference == short or reference.endswith(f"/{short}"))

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the resource, as it was sent; empty if it has none."""
        kind, name = self.resource.resource_type, self.resource.id
        if self.url and not self.url.startswith("#"):
            return {"reference": self.url}
        if name and not self.url:
            return {"reference": f"{kind}/{name}"}
        for each in self.resource.identifier:
            if each.value:
                named = {"system": each.system} if each.system else {}
                return {"type": kind, "identifier": {**named, "value": each.value}}
        return {}


class Sent:
    """The resources of a body, and their issues."""

    def __init__(self, body: bytes) -> None:
        self.issues: list[Issue] = []
        self._found: list[LocatedResource] = []
        try:
            # A mark of UTF-8 in front, as some systems write it into files, says nothing.
            tree = _TREE.validate_json(body.removeprefix(codecs.BOM_UTF8))
        except ValidationError:
            hint = "give a FHIR R4 resource as JSON, in UTF-8"
            self.issues.append(Issue("", "this is not a JSON object", hint, "structure"))
            return
        kind = str(tree.get("resourceType"))
        if twice := list(_twice(json.loads(body, object_pairs_hook=_Object), kind)):
            hint = "keep one of the two: readers of JSON differ in which one counts"
            self.issues += [Issue(each, "a key is given twice", hint) for each in twice]
            return
        if kind == "Bundle":
            bundle = self._model(Bundle, tree, "Bundle")
            for number, entry in enumerate(bundle.entry if bundle else ()):
                self._add(f"Bundle.entry[{number}].resource", entry.full_url, entry.resource)
        elif kind in READ:
            self._add(kind, "", tree)
        else:
            message = "this is no Bundle, ServiceRequest or CarePlan"
            hint = "send a Bundle with the Patient and the request"
            self.issues.append(Issue("", message, hint, "not-supported"))

    def of(self, kind: type[Any]) -> list[LocatedResource]:
        """Return the resources of a kind."""
        return [each for each in self._found if isinstance(each.resource, kind)]

    def resolve(self, reference: str) -> LocatedResource | None:
        """Return the resource that a reference means, among those that were sent."""
        return next((each for each in self._found if each.is_meant(reference)), None)

    def say(self, where: str, message: str, hint: str = "", kind: str = "invalid") -> None:
        """Add an issue that stops the handout."""
        self.issues.append(Issue(where, message, hint, kind))

    def tell(self, where: str, message: str) -> None:
        """Add a note about what is not printed; the handout can still be made."""
        self.issues.append(Issue(where, message, kind="informational", stops=False))

    def patient(self) -> LocatedResource | None:
        """Return the patient; add an issue if there is none, or more than one."""
        patients = self.of(FhirPatient)
        if len(patients) == 1:
            return patients[0]
        if patients:
            hint = "send a Bundle for each patient; many patients at once need a list (a roster)"
            self.say(patients[1].where, "there is more than one patient", hint, "multiple-matches")
        else:
            hint = "put the Patient into the Bundle, or contain it"
            self.say("", "there is no Patient", hint, "required")
        return None

    def requests(self) -> list[LocatedResource]:
        """Return active orders, plans first; add notes about those over or only proposed."""
        found = []
        for each in (*self.of(CarePlan), *self.of(ServiceRequest)):
            if each.resource.status != "active":
                self.tell(f"{each.where}.status", "this request is not active: it is left out")
            elif each.resource.intent in _NO_ORDERS:
                self.tell(f"{each.where}.intent", "this is no order yet: it is left out")
            else:
                found.append(each)
        if not found:
            hint = "send a ServiceRequest or CarePlan that is active"
            self.say("", "there is no request to act on", hint, "required")
        return found

    def check_subject(self, patient: LocatedResource, request: LocatedResource) -> None:
        """Add an issue if a request is for somebody else."""
        subject = request.resource.subject
        same = self.resolve(subject.reference) is patient
        if not same and subject.identifier is not None and subject.identifier.value:
            wanted = (subject.identifier.system, subject.identifier.value)
            same = wanted in {(each.system, each.value) for each in patient.resource.identifier}
        if not same:
            hint = "refer to the Patient by its fullUrl, by type and id, or by an identifier"
            message = "this is for another patient than the one that was sent"
            self.say(f"{request.where}.subject", message, hint)

    def _add(self, where: str, url: str, tree: dict[str, Any]) -> None:
        """Store a resource of a known kind, and the resources that it contains."""
        model = READ.get(str(tree.get("resourceType")))
        resource = self._model(model, tree, where) if model else None
        if resource is None:
            return
        self._found.append(LocatedResource(where, url, resource))
        for number, inner in enumerate(getattr(resource, "contained", ())):
            self._add(f"{where}.contained[{number}]", f"#{inner.get('id', '')}", inner)

    def _model(self, model: type[Any], tree: dict[str, Any], where: str) -> Any:
        try:
            return model.model_validate(tree)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                message, kind = _described(detail)
                self.issues.append(Issue(path_of(where, detail["loc"]), message, kind=kind))
        return None


class _Object(dict[str, Any]):
    """An object of JSON with its keys as they were sent; pydantic silently takes the last value."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.keys_sent = [key for key, _ in pairs]


def _twice(tree: Any, where: str) -> Iterator[str]:
    """Yield the FHIRPath of each object that has a key twice."""
    if isinstance(tree, _Object):
        if len(tree.keys_sent) > len(tree):
            yield where
        for key, value in tree.items():
            yield from _twice(value, f"{where}.{key}")
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from _twice(value, f"{where}[{number}]")


def path_of(where: str, steps: Iterable[int | str]) -> str:
    """Return the FHIRPath of a part of a resource."""
    for step in steps:
        where += f"[{step}]" if isinstance(step, int) else f".{step}"
    return where


def _described(detail: Any) -> tuple[str, str]:
    """Return message and issue type for an error of pydantic, without any value that was sent."""
    name = next((each for each in reversed(detail["loc"]) if isinstance(each, str)), "")
    if name in ("modifierExtension", "implicitRules"):
        return f"{name} may change the meaning, and is not understood", "not-supported"
    if detail["type"] == "missing":
        return f"{name} is missing", "required"
    return describe_private(detail, name)[0], "structure"

"""Turn FHIR R4 requests (ServiceRequest, CarePlan) and their Patient into a worksheet.

Nothing is guessed: it is a problem if a request names no exercise or program of ours, or has a dose
that our shorthand cannot express. What a handout does not print is left out with a note. No message
repeats text that was sent; instead it gives the FHIRPath.
"""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace
from pydantic.alias_generators import to_camel

from handouts.desk import making, prescribing
from handouts.desk.fhir import EXERCISE, PROGRAM, FhirOrder, Issue, LocatedResource, Sent
from handouts.desk.fhir_models import (
    Activity,
    Concept,
    Detail,
    Request,
    ServiceRequest,
)
from handouts.desk.fhir_named import PLAIN, SHORTHAND, SNOMED, Named, dose_of, person_of, sides_of
from handouts.desk.making import Made
from handouts.desk.worksheet import Item, Person, Worksheet
from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.model.clinic import AffectedSide

_SERVICES = frozenset({
    "819961005", "398636004", "435551000124105", "390893007", "426866005", "229095001",
    "229065009", "91251008",
})  # fmt: skip
"""Kinds of service in the guide (SNOMED CT), such as exercise therapy; none is an exercise."""
_OVER = frozenset({"completed", "cancelled", "stopped", "revoked", "on-hold", "entered-in-error"})

_NO_QUANTITY = ("a quantity is not read as a dose", SHORTHAND, "not-supported")
_NOT_DONE = ("a handout cannot say what is not to be done", "leave it out", "not-supported")


def read(library: Library, body: bytes, start: Worksheet) -> FhirOrder:
    """Return the order in a resource or Bundle.

    ``start`` has what requests do not say: clinic and layout, and program and clinician for
    requests that name none of ours.
    """
    reading = _Reading(library, Sent(body), start)
    reading.read()
    return reading.asked


def make(library: Library, asked: FhirOrder) -> Made:
    """Return the handout of an order, and add its problems to the issues."""
    if asked.refused:
        return Made()
    try:
        made = making.make(library, prescribing.filled(library, asked.sheet))
    except HandoutError as error:
        asked.issues += [Issue("", each.message, each.hint) for each in error.problems]
        return Made()
    for each in made.problems:
        where = asked.places.get(each.key, "Patient" if each.field in _OF_PATIENT else "")
        asked.issues.append(Issue(where, each.message, each.hint))
    return made


_OF_PATIENT = frozenset(Person.__struct_fields__)


class _Reading:
    """Reads one body, and collects all its issues."""

    def __init__(self, library: Library, sent: Sent, start: Worksheet) -> None:
        self._library, self._sent = library, sent
        self._names, self._say, self._tell = Named(library), sent.say, sent.tell
        self._given = bool(start.program)
        self.asked = FhirOrder(sheet=start, issues=sent.issues)
        self._items: list[Item] = []
        self._sides: set[AffectedSide] = set()
        self._person = Person()
        self._people: list[str] = []
        self._done: set[str] = set()

    def read(self) -> None:
        """Read the whole body."""
        if self.asked.refused:
            return
        patient, requests = self._sent.patient(), self._sent.requests()
        if patient is None or not requests:
            return
        for each in requests:
            self._sent.check_subject(patient, each)
        self._read_patient(patient)
        for each in requests:
            self._read_request(each)
        self._finish(patient, requests[0])

    # -- the patient

    def _read_patient(self, found: LocatedResource) -> None:
        patient = found.resource
        if patient.deceased_boolean or patient.deceased_date_time:
            self._say(f"{found.where}.deceased", "the patient has died", kind="business-rule")
        if not patient.active:
            message = "this record is not used any more"
            self._say(f"{found.where}.active", message, kind="business-rule")
        self._person = person_of(patient)
        language = self._names.language(patient)
        if language is None:
            message = "there are no texts in this language: the handout is in the clinic's"
            self._tell(f"{found.where}.communication", message)
        self.asked.sheet = replace(self.asked.sheet, language=language or self.asked.sheet.language)

    # -- requests

    def _read_request(self, found: LocatedResource) -> None:
        if found.where in self._done:
            return
        self._done.add(found.where)
        request, where = found.resource, found.where
        self.asked.requests.append(found.reference)
        if request.note:
            self._tell(f"{where}.note", "notes are between clinicians: they are not printed")
        if isinstance(request, ServiceRequest):
            self._read_service(request, where)
            return
        self._begin_on(request.period.start, f"{where}.period.start")
        self._read_definitions(request, where)
        for number, activity in enumerate(request.activity):
            self._read_activity(activity, f"{where}.activity[{number}]")

    def _read_service(self, request: ServiceRequest, where: str) -> None:
        if request.do_not_perform:
            self._say(f"{where}.doNotPerform", *_NOT_DONE)
            return
        self._refuse_quantities(request, where, "quantity_quantity quantity_ratio quantity_range")
        begins = (
            request.occurrence_date_time
            or request.occurrence_period.start
            or request.occurrence_timing.repeat.bounds_period.start
        )
        self._begin_on(begins, f"{where}.occurrence")
        for number, site in enumerate(request.body_site):
            self._read_side(site, f"{where}.bodySite[{number}]")
        self._people += [each.display for each in (*request.performer, request.requester)]
        dose = dose_of(self._sent, request.occurrence_timing, f"{where}.occurrenceTiming.repeat")
        instruction = " ".join(request.patient_instruction.split())
        before, items = len(self.asked.issues), len(self._items)
        named = self._named(request.code, f"{where}.code", dose, instruction)
        if len(self._items) > items:
            return
        unknown = len(self.asked.issues) > before
        named |= self._read_definitions(request, where)
        for number, detail in enumerate(request.order_detail):
            named |= self._must_name(detail, f"{where}.orderDetail[{number}]")
        self._person = replace(self._person, note=instruction or self._person.note)
        if dose:
            hint = "give each exercise a ServiceRequest or an activity of its own"
            message = "a dose needs the exercise that it is for"
            self._say(f"{where}.occurrenceTiming", message, hint)
        if self._given and not named and not unknown:
            message = "this names nothing of ours: the program that was asked for is printed"
            self._tell(f"{where}.code", message)
        elif not named and not unknown:
            self._must_name(request.code, f"{where}.code")

    def _read_activity(self, activity: Activity, where: str) -> None:
        if activity.reference is not None:
            referred = self._sent.resolve(activity.reference.reference)
            if referred is not None and isinstance(referred.resource, ServiceRequest):
                if referred.resource.status == "active":
                    self._read_request(referred)
            elif "ServiceRequest/" in activity.reference.reference:
                message = "this ServiceRequest was not sent"
                self._say(f"{where}.reference", message, "put it into the Bundle", "not-found")
            else:
                self._tell(f"{where}.reference", "this activity is no exercise: it is left out")
        detail, where = activity.detail, f"{where}.detail"
        if detail is None:
            return
        if detail.status in _OVER:
            self._tell(f"{where}.status", "this activity is over or on hold: it is left out")
        elif detail.kind not in ("", "ServiceRequest"):
            self._tell(f"{where}.kind", "this activity is no exercise: it is left out")
        elif detail.do_not_perform:
            self._say(f"{where}.doNotPerform", *_NOT_DONE)
        else:
            self._read_detail(detail, where)

    def _read_detail(self, detail: Detail, where: str) -> None:
        self._refuse_quantities(detail, where, "quantity daily_amount")
        timed = dose_of(self._sent, detail.scheduled_timing, f"{where}.scheduledTiming.repeat")
        dose = detail.scheduled_string.strip() or timed
        if self._read_definitions(detail, where, dose):
            return
        concept, place = detail.code, f"{where}.code"
        if not concept.coding and not concept.text:
            # A description is used only if there is no code.
            concept, place = Concept(text=detail.description), f"{where}.description"
        elif detail.description:
            self._tell(f"{where}.description", "descriptions are not printed")
        self._must_name(concept, place, dose)

    def _refuse_quantities(self, element: Detail | ServiceRequest, where: str, names: str) -> None:
        for name in names.split():
            if getattr(element, name) is not None:
                self._say(f"{where}.{to_camel(name)}", *_NO_QUANTITY)

    # -- exercises and programs

    def _must_name(self, concept: Concept, where: str, dose: str = "") -> bool:
        """Read a concept that has to name an exercise or a program; add an issue if it does not."""
        before = len(self.asked.issues)
        if self._named(concept, where, dose):
            return True
        if any(each.system == SNOMED and each.code in _SERVICES for each in concept.coding):
            self._tell(where, "this is a kind of service, not an exercise: it is left out")
        elif len(self.asked.issues) == before:
            codes = [each.code for each in concept.coding if PLAIN.fullmatch(each.code)]
            named = f" ({', '.join(codes)})" if codes else ""
            hint = f"use a code of {EXERCISE}, as GET /api/exercises lists them, or leave it out"
            message = f"this is no exercise or program of ours{named}"
            self._say(where, message, hint, "not-found")
        return False

    def _named(self, concept: Concept, where: str, dose: str = "", note: str = "") -> bool:
        """Take the exercise or program that a concept names; add an issue for a wrong code."""
        found = self._names.named_by(concept, where)
        if isinstance(found, Issue):
            self.asked.issues.append(found)
            return False
        return self._accept(found, where, dose, note)

    def _accept(self, found: Item | str | None, where: str, dose: str, note: str = "") -> bool:
        """Take an exercise, or begin with a program; return whether there was one."""
        if isinstance(found, Item):
            self._items.append(replace(found, dose=dose, note=note))
            self.asked.places[found.key] = where
        elif found is not None:
            if self.asked.sheet.program not in ("", found):
                hint = "send a Bundle for each program"
                self._say(where, "this is another program than before", hint, "conflict")
            self.asked.sheet = replace(self.asked.sheet, program=found)
        return found is not None

    def _read_definitions(self, element: Request | Detail, where: str, dose: str = "") -> bool:
        """Take the exercise or program that a request instantiates."""
        return self._accept(self._names.defined(element), f"{where}.instantiatesCanonical", dose)

    # -- values

    def _begin_on(self, text: str, where: str) -> None:
        if not text or self._person.start:
            return
        try:
            day = dt.date.fromisoformat(text[:10])
        except ValueError:
            self._tell(where, "this is not a day: it is not printed")
            return
        if day < self._library.workspace.today:
            # Plans go on for months, and nobody needs a grid of past weeks.
            self._tell(where, "this day has passed: the first day is left to write on")
        else:
            self._person = replace(self._person, start=day.isoformat())

    def _read_side(self, site: Concept, where: str) -> None:
        sides = sides_of(site)
        if len(self._sides | sides) > 1:
            hint = "use one code of SNOMED CT: 7771000 left, 24028007 right, 51440002 both"
            self._say(where, "more than one side is named", hint, "conflict")
        elif not sides:
            self._tell(where, "this names no side: the handout has boxes to mark it")
        self._sides |= sides

    # -- the end

    def _finish(self, patient: LocatedResource, first: LocatedResource) -> None:
        asked = self.asked
        if not asked.sheet.program and not self._items and not asked.refused:
            hint = f"give a code of {PROGRAM} or {EXERCISE}, or add ?program=ID to the address"
            message = "neither a program nor an exercise of ours is named"
            self._say(first.where, message, hint, "required")
        asked.subject = patient.reference
        asked.sheet = replace(
            asked.sheet,
            items=tuple(self._items),
            person=replace(self._person, side="".join(self._sides)),
            clinician=asked.sheet.clinician
            or self._names.clinician(asked.sheet.clinic, self._people),
        )

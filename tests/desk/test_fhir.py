"""FHIR R4 requests become handouts; what is not understood is said.

The first two requests are those of the HL7 Physical Activity Implementation Guide 1.0.0 (Scenario
1, and its simple care plan), in the public domain (CC0), without their narratives and notes.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

from handouts import Library, Workspace
from handouts.desk import fhir_orders
from handouts.desk.fhir import FhirOrder
from handouts.desk.making import Made
from handouts.desk.worksheet import Worksheet

Tree = dict[str, Any]

SNOMED = "http://snomed.info/sct"
ACTIVITY = {
    "system": "http://hl7.org/fhir/us/physical-activity/CodeSystem/pa-temporary-codes",
    "code": "PhysicalActivity",
}
THERAPY = {"coding": [{"system": SNOMED, "code": "229065009", "display": "Exercise therapy"}]}

PATIENT: Tree = {
    "resourceType": "Patient",
    "id": "Scen1PatientKhatun",
    "identifier": [{"system": "http://hospital.example.org/patients", "value": "123456"}],
    "active": True,
    "name": [{"family": "Khatun", "given": ["Jorin"], "prefix": ["Mr."]}],
    "gender": "male",
    "birthDate": "1967-05-20",
}
PRESCRIPTION: Tree = {
    "resourceType": "ServiceRequest",
    "id": "Scen1ExerciseRx",
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal",
            "valueReference": {"reference": "Goal/Scen1GoalV1"},
        }
    ],
    "basedOn": [{"reference": "CarePlan/Scen1CarePlanV1"}],
    "status": "active",
    "intent": "order",
    "category": [{"coding": [ACTIVITY]}],
    "priority": "routine",
    "code": THERAPY,
    "subject": {"reference": "Patient/Scen1PatientKhatun", "display": "Jorin Khatun"},
    "occurrencePeriod": {"start": "2022-12-01", "end": "2023-05-01"},
    "authoredOn": "2022-12-01",
    "requester": {
        "reference": "Practitioner/Scen1PractitionerPatel",
        "display": "Dr. Rajesh Patel",
    },
    "performer": [{"reference": "Patient/Scen1PatientKhatun", "display": "Jorin Khatun"}],
    "reasonCode": [{"coding": [{"system": SNOMED, "code": "38341003"}]}],
}
PLAN: Tree = {
    "resourceType": "CarePlan",
    "id": "ExampleCarePlan",
    "status": "active",
    "intent": "plan",
    "category": [{"coding": [ACTIVITY]}],
    "subject": {"reference": "http://example.org/fhir/Patient/Scen1PatientKhatun"},
    "period": {"start": "2022-06-08", "end": "2023-06-08"},
    "goal": [{"reference": "Goal/ExampleGoal"}],
    "activity": [{"detail": {"code": THERAPY, "status": "not-started", "description": "More."}}],
    "note": [{"authorReference": {"display": "Mother"}, "time": "2022-12-15", "text": "Well."}],
}
PROGRAM = {"system": "urn:handouts:program", "code": "si-joint-calm"}


def exercise(code: str) -> Tree:
    return {"coding": [{"system": "urn:handouts:exercise", "code": code}]}


def activity(**detail: Any) -> Tree:
    return {"detail": {"status": "not-started", **detail}}


def bundle(*resources: Tree) -> Tree:
    entries = [
        {
            "fullUrl": f"http://example.org/fhir/{each['resourceType']}/{each['id']}",
            "resource": each,
        }
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.fixture(scope="module")
def library() -> Library:
    """Return the built-in content, on a day before the guide's requests begin."""
    return Library(Workspace(today=dt.date(2022, 6, 7)))


def ask(library: Library, tree: Any, **start: Any) -> tuple[FhirOrder, Made]:
    """Return what a body asks for and what is made of it; no message holds the patient."""
    sheet = Worksheet(clinic="riverbend", weeks=0, **start)
    asked = fhir_orders.read(library, json.dumps(tree).encode(), sheet)
    made = fhir_orders.make(library, asked)
    said = str(asked.issues)
    assert not any(word in said for word in ("Khatun", "Jorin", "123456", "Mother", "More."))
    assert asked.refused is (made.handout is None)
    return asked, made


def refused(library: Library, tree: Any, **start: Any) -> dict[str, str]:
    """Return why there is no handout: messages by place."""
    asked, made = ask(library, tree, **start)
    assert made.handout is None
    return {each.where.rpartition("resource.")[2]: each.message for each in asked.issues
            if each.stops}  # fmt: skip


def left_out(asked: FhirOrder) -> set[str]:
    return {each.where.rpartition("resource.")[2] for each in asked.issues if not each.stops}


def changed(tree: Tree, **values: Any) -> Tree:
    return {**copy.deepcopy(tree), **values}


# -- the guide's examples


def test_the_guides_prescription_names_no_exercise(library: Library) -> None:
    """Exercise therapy is a kind of service: which exercises nobody guesses."""
    assert "neither a program nor an exercise" in str(
        refused(library, bundle(PATIENT, PRESCRIPTION))
    )
    asked, made = ask(library, bundle(PATIENT, PRESCRIPTION), program="si-joint-calm")
    assert "Name: Jorin Khatun" in made.text
    assert made.order is not None
    assert made.order.patient.reference == "123456"
    assert str(made.order.patient.start_date) == "2022-12-01"
    assert left_out(asked) == {"code"}
    assert asked.requests == [
        {"reference": "http://example.org/fhir/ServiceRequest/Scen1ExerciseRx"}
    ]


def test_the_guides_care_plan_too(library: Library) -> None:
    asked, made = ask(library, bundle(PATIENT, PLAN), program="si-joint-calm")
    assert made.order is not None
    assert str(made.order.patient.start_date) == "2022-06-08"
    assert left_out(asked) == {"note", "activity[0].detail.code", "activity[0].detail.description"}
    assert "Well." not in made.text
    assert "More." not in made.text


def test_a_first_day_that_has_passed_is_left_to_write_on() -> None:
    later = Library(Workspace(today=dt.date(2022, 12, 2)))
    asked, made = ask(later, bundle(PATIENT, PRESCRIPTION), program="si-joint-calm")
    assert made.order is not None
    assert made.order.patient.start_date is None
    assert "occurrence" in left_out(asked)


# -- what a request may say


def test_a_plan_lists_exercises_by_code_name_and_definition(library: Library) -> None:
    activities = [
        activity(code=exercise("bird-dog"), scheduledString="2 x 6, hold 7 s"),
        activity(code={"text": "bridge WITH  band"}),
        activity(description="Knee drop"),
        activity(
            instantiatesCanonical=["http://ehr.example/ActivityDefinition/figure-four-supine|1"],
            scheduledTiming={"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        ),
        activity(code=exercise("clamshell"), status="stopped"),
        activity(kind="NutritionOrder", code={"text": "More."}),
        {"reference": {"reference": "Appointment/1"}},
    ]
    asked, made = ask(library, bundle(PATIENT, changed(PLAN, activity=activities, note=[])))
    assert made.order is not None
    done = [(item.exercise.id, item.prescription.variant) for item in made.order.exercises]
    assert done == [
        ("bird-dog", None), ("glute-bridge", "band"), ("knee-drop", None),
        ("figure-four-supine", None),
    ]  # fmt: skip
    first, *_, last = made.doses.values()
    assert "2 sets of 6" in first
    assert "hold 7 seconds" in first
    assert "twice a day" in last
    assert left_out(asked) == {
        "activity[4].detail.status", "activity[5].detail.kind", "activity[6].reference",
    }  # fmt: skip


def test_requests_of_single_exercises_are_one_handout(library: Library) -> None:
    """In the order of the plan; each with its dose and note."""

    def request(name: str, code: str, **more: Any) -> Tree:
        return changed(PRESCRIPTION, id=name, code=exercise(code), **more)

    timing = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}}
    requests = [
        request("a", "bird-dog", patientInstruction="Slowly.", occurrenceTiming=timing),
        request("b", "clamshell"),
        request("c", "glute-bridge", status="revoked"),
    ]
    order = [{"reference": {"reference": f"ServiceRequest/{name}"}} for name in "bac"]
    plan = changed(PLAN, activity=order, note=[])
    _, made = ask(library, bundle(PATIENT, *requests, plan))
    assert made.order is not None
    second = made.order.exercises[1]
    assert [item.exercise.id for item in made.order.exercises] == ["clamshell", "bird-dog"]
    assert second.prescription.note == "Slowly."
    assert str(second.dosage.days_per_week) == "3"


def test_a_program_with_side_language_note_and_clinician(library: Library) -> None:
    patient = changed(
        PATIENT,
        identifier=[
            {"value": "old-1", "use": "old"},
            {"value": "123456"},
            {"value": "MR-7", "type": {"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}},
        ],
        name=[
            {"use": "maiden", "text": "Jorin Former"},
            {"use": "usual", "text": "Jo Khatun"},
            {"use": "official", "given": ["Jorin", "B."], "family": "Khatun"},
            {"use": "nickname", "given": ["Jojo"]},
        ],
        communication=[{"language": {"coding": [{"code": "en-GB"}]}, "preferred": True}],
    )  # fmt: skip
    request = changed(
        PRESCRIPTION,
        code={"coding": [*THERAPY["coding"], PROGRAM]},
        bodySite=[{"coding": [{"system": SNOMED, "code": "24028007"}]}],
        requester={"display": "Luis Herrera, PT"},
        patientInstruction="Begin\ngently.",
    )
    asked, made = ask(library, bundle(patient, request))
    assert made.order is not None
    person = made.order.patient
    assert (person.name, person.preferred_name) == ("Jorin B. Khatun", "Jojo")
    assert (person.reference, person.affected_side) == ("MR-7", "right")
    assert person.note == "Begin gently."
    assert made.order.language == "en-GB"
    assert made.order.clinician is not None
    assert made.order.clinician.id == "luis-herrera"
    assert asked.issues == []


@pytest.mark.parametrize(
    ("site", "side"),
    [
        ({"text": "Left knee"}, "left"),
        ({"coding": [{"system": SNOMED, "code": "51440002"}]}, "both"),
        ({"coding": [{"system": SNOMED, "code": "6757004", "display": "Right knee"}]}, "right"),
        ({"text": "knee"}, None),
    ],
)
def test_sides_are_read_or_left_to_mark(library: Library, site: Tree, side: str | None) -> None:
    request = changed(PRESCRIPTION, code={"coding": [PROGRAM]}, bodySite=[site])
    asked, made = ask(library, bundle(PATIENT, request))
    assert made.order is not None
    assert made.order.patient.affected_side == side
    assert ("bodySite[0]" in left_out(asked)) is (side is None)


# -- what is not understood is said, and nothing is made


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "completed"}, ""),
        ({"status": "entered-in-error"}, ""),
        ({"intent": "proposal"}, ""),
        ({"doNotPerform": True}, "doNotPerform"),
        ({"modifierExtension": [{"url": "x:y", "valueBoolean": True}]}, "modifierExtension"),
        ({"implicitRules": "http://x.example"}, "implicitRules"),
        ({"subject": {"reference": "Patient/another"}}, "subject"),
        ({"subject": None}, "subject"),
        ({"code": exercise("bird-dogg")}, "code"),
        ({"code": {"coding": [{**PROGRAM, "code": "none"}]}}, "code"),
        ({"code": {"coding": [{"system": "urn:other", "code": "X1"}], "text": "Jorin"}}, "code"),
        ({"orderDetail": [{"text": "Khatun's walk"}]}, "orderDetail[0]"),
        ({"quantityQuantity": {"value": 3}}, "quantityQuantity"),
        ({"bodySite": [{"text": "left and right"}]}, "bodySite[0]"),
        ({"bodySite": [{"text": "left"}, {"text": "right"}]}, "bodySite[1]"),
        ({"occurrenceTiming": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}},
         "occurrenceTiming"),
    ],
)  # fmt: skip
def test_what_a_request_may_not_say(library: Library, change: Tree, place: str) -> None:
    request = changed(PRESCRIPTION, code={"coding": [PROGRAM]})
    assert place in refused(library, bundle(PATIENT, changed(request, **change)))


@pytest.mark.parametrize(
    ("detail", "place"),
    [
        ({"code": {"text": "Jorin's walk"}}, "code"),
        ({"description": "Jorin's walk"}, "description"),
        ({"code": exercise("bird-dog"), "doNotPerform": True}, "doNotPerform"),
        ({"code": exercise("bird-dog/none")}, "code"),
        ({"code": exercise("bird-dog"), "scheduledString": "Jorin"}, "code"),
        ({"code": exercise("bird-dog"), "dailyAmount": {"value": 1}}, "dailyAmount"),
        ({"code": exercise("bird-dog"),
          "scheduledTiming": {"repeat": {"frequency": 1, "period": 3, "periodUnit": "d"}}},
         "scheduledTiming.repeat"),
        ({"code": exercise("bird-dog"), "scheduledTiming": {"repeat": {"dayOfWeek": ["mon"]}}},
         "scheduledTiming.repeat.dayOfWeek"),
    ],
)  # fmt: skip
def test_what_an_activity_may_not_say(library: Library, detail: Tree, place: str) -> None:
    plan = changed(PLAN, activity=[activity(**detail)])
    assert f"activity[0].detail.{place}" in refused(library, bundle(PATIENT, plan))


def test_codes_that_are_unknown_are_named_and_texts_are_not(library: Library) -> None:
    other = {"coding": [{"system": "urn:other", "code": "WALK-1"}], "text": "Jorin's walk"}
    plan = changed(PLAN, activity=[activity(code=other), activity(code=exercise("bird-dogg"))])
    found = refused(library, bundle(PATIENT, plan))
    assert found["activity[0].detail.code"] == "this is no exercise or program of ours (WALK-1)"
    assert found["activity[1].detail.code"] == 'there is no exercise "bird-dogg"'


@pytest.mark.parametrize(
    "change",
    [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-01-01"}, {"active": False},
     {"name": [{"text": "Jorin\u202e"}]}, {"name": 7}],
)  # fmt: skip
def test_for_whom_no_handout_is_made(library: Library, change: Tree) -> None:
    request = changed(PRESCRIPTION, code={"coding": [PROGRAM]})
    assert refused(library, bundle(changed(PATIENT, **change), request))


@pytest.mark.parametrize(
    "tree",
    [
        [], "Jorin", {}, {"resourceType": "Observation"}, {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "entry": "Jorin"}, PRESCRIPTION, bundle(PATIENT),
        bundle(PATIENT, changed(PATIENT, id="2"), PRESCRIPTION),
        bundle(PATIENT, *[PRESCRIPTION] * 600),
        json.loads('{"resourceType":' + "[" * 150 + "]" * 150 + "}"),
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_request_is_refused(library: Library, tree: Any) -> None:
    assert refused(library, tree, program="si-joint-calm")


@pytest.mark.parametrize(
    ("once", "twice", "place"),
    [
        ('"status": "active"', '"status": "active", "status": "draft"', "Bundle.entry[1].resource"),
        ('"family": "', '"family": "Doe", "family": "', "Bundle.entry[0].resource.name[0]"),
        ('"entry": [', '"entry": [], "entry": [', "Bundle"),
    ],
)
def test_a_key_that_is_given_twice_is_refused(
    library: Library, once: str, twice: str, place: str
) -> None:
    """Whichever value counted, the other one would be lost without a word."""
    sent = json.dumps(bundle(PATIENT, changed(PRESCRIPTION, code={"coding": [PROGRAM]})))
    assert once in sent
    body = sent.replace(once, twice, 1).encode()
    asked = fhir_orders.read(library, body, Worksheet(clinic="riverbend"))
    assert [(each.where, each.message) for each in asked.issues] == [
        (place, "a key is given twice")
    ]
    assert asked.refused


def test_no_hint_names_what_only_another_program_knows(library: Library) -> None:
    """The command line prints the same issues as the HTTP API."""
    two = bundle(PATIENT, changed(PATIENT, id="2"), PRESCRIPTION)
    asked, _ = ask(library, two, program="si-joint-calm")
    (hint,) = [each.hint for each in asked.issues if "more than one patient" in each.message]
    assert "roster" in hint
    assert "/api" not in hint


def test_a_patient_on_another_server_is_another_patient(library: Library) -> None:
    elsewhere = {"reference": "http://other.example/fhir/Patient/Scen1PatientKhatun"}
    request = changed(PRESCRIPTION, code={"coding": [PROGRAM]}, subject=elsewhere)
    assert "subject" in refused(library, bundle(PATIENT, request))
    contained = changed(PRESCRIPTION, code={"coding": [PROGRAM]}, contained=[PATIENT])
    _, made = ask(library, changed(contained, subject={"reference": "#Scen1PatientKhatun"}))
    assert "Jorin Khatun" in made.text

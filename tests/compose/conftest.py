"""What the tests of composing share: small orders made without files, and the English locale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from handouts.compose.wording import Wording, wording
from handouts.model.clinic import Clinic, Mode, Paper
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.order import Order, OrderedExercise, Patient, Side
from handouts.model.program import Prescription, Program, Safety

DATA = Path(__file__).parents[2] / "data"
SOURCE = {"title": "Own words"}

Make = Callable[..., Any]


@pytest.fixture(scope="session")
def raw_locale() -> dict[str, Any]:
    """Return the English locale as it stands in its file."""
    text = (DATA / "locales" / "en.yaml").read_text(encoding="utf-8")
    return {**yaml.safe_load(text), "id": "en"}


@pytest.fixture(scope="session")
def english(raw_locale: dict[str, Any]) -> Locale:
    """Return the English locale."""
    return Locale.model_validate(raw_locale)


@pytest.fixture(scope="session")
def words(english: Locale) -> Wording:
    """Return English as used in the United States."""
    return wording(english, "en-US")


@pytest.fixture(scope="session")
def make_exercise() -> Make:
    """Return a maker of exercises; keywords change the fields of a plain bridge."""

    def make(**changes: Any) -> Exercise:
        fields: dict[str, Any] = {
            "id": "bridge",
            "name": "Bridge",
            "also_known_as": ["glute bridge", "hip lift"],
            "kind": "strength",
            "dose_kind": "reps",
            "stage": 1,
            "family": "bridge",
            "regions": ["low-back"],
            "position": "lying on your back",
            "purpose": "Makes your buttocks stronger.",
            "steps": [
                "Lie on your back.",
                "Lift {leg:your_side}. {hold}",
                "Lower slowly. {repeat}",
            ],
            "short_steps": ["Lie down.", "Lift. {hold}", "Lower. {repeat}"],
            "feel_it": "{buttock:your_side} working.",
            "watch_out": "do not arch your back",
            "cautions": ["Ask us first if you feel dizzy."],
            "easier": {"text": "lift less"},
            "harder": {"exercises": ["hip-thrust"]},
            "equipment": ["loop band", "chair"],
            "sides": "both",
            "dosage": {},
            "dosage_from": "conventional",
            "sources": [SOURCE],
        }
        return Exercise.model_validate({**fields, **changes})

    return make


@pytest.fixture(scope="session")
def make_item(make_exercise: Make) -> Make:
    """Return a maker of ordered exercises: a dose, a side, and fields of the exercise."""

    def make(
        dose: dict[str, Any] | None = None,
        side: Side = Side.TOGETHER,
        *,
        number: int = 1,
        note: str | None = None,
        phase: str | None = None,
        **changes: Any,
    ) -> OrderedExercise:
        exercise = make_exercise(**changes)
        dosage = Dosage.model_validate(dose or {"sets": 2, "repetitions": 10, "days_per_week": 3})
        prescription = Prescription(exercise=exercise.id, note=note)
        return OrderedExercise(number, exercise, prescription, dosage, side, phase)

    return make


@pytest.fixture(scope="session")
def make_order(make_item: Make, english: Locale) -> Make:
    """Return a maker of orders: exercises, and changes to program, clinic, safety and patient."""

    def make(
        *items: OrderedExercise,
        program: dict[str, Any] | None = None,
        clinic: dict[str, Any] | None = None,
        safety: dict[str, Any] | None = None,
        layout: dict[str, Any] | None = None,
        date: dt.date = dt.date(2026, 11, 22),
        clinician: bool = True,
        **patient: Any,
    ) -> Order:
        exercises = items or (make_item(),)
        resolved = Clinic.model_validate({**CLINIC, **(clinic or {})})
        return Order(
            program=Program.model_validate({**PROGRAM, **(program or {})}),
            exercises=exercises,
            patient=Patient.model_validate(patient),
            clinic=resolved,
            clinician=resolved.clinicians[0] if clinician else None,
            safety=Safety.model_validate({**SAFETY, **(safety or {})}),
            layout=Layout.model_validate({**LAYOUT, **(layout or {})}),
            locale=english,
            paper=Paper.LETTER,
            mode=Mode.COLOUR,
            date=date,
            language=resolved.locale,
        )

    return make


CLINIC: dict[str, Any] = {
    "id": "riverbend",
    "name": "Riverbend",
    "kind": "Physiotherapy",
    "phone": "(555) 010-0142",
    "emergency_number": "911",
    "address": "214 Mill Race Road, Salem",
    "paper": "letter",
    "locale": "en-US",
    "brand": {"primary": "#0f7c8a"},
    "clinicians": [{"id": "dana", "name": "Dana Whitfield, PT", "short_name": "Dana"}],
}
PROGRAM: dict[str, Any] = {
    "id": "calm",
    "name": "Calm",
    "title": "Your home exercises",
    "subtitle": "for lower back pain",
    "code": "SIJ-CALM",
    "safety": "low-back",
    "phases": [{"exercises": [{"exercise": "bridge"}]}],
    "education": [{"heading": "Your back", "text": ["It is strong."]}],
    "precautions": ["Keep a phone near."],
    "weeks": 4,
    "sources": [SOURCE],
}
SAFETY: dict[str, Any] = {
    "id": "low-back",
    "regions": ["low-back"],
    "feeling": ["A mild stretch is fine.", "Pain from 0 to 10:"],
    "stop_rule": "Stop if pain reaches {stop}.",
    "stop_short": "Pain {stop} or more? Stop.",
    "next_day": "Still sore? Do less.",
    "emergency_lead": "Emergency: call {number} now if your back pain comes with",
    "emergency": ["chest pain", "a bad fall"],
    "same_day_lead": "See a doctor the same day if it comes with",
    "same_day": ["a fever", "weight loss without trying", "past cancer"],
    "visit_lead": "Call us for a visit if",
    "visit": ["it is no better"],
    "disclaimer": "This sheet does not replace advice.",
    "disclaimer_short": "Does not replace advice.",
    "sources": [SOURCE],
}
LAYOUT: dict[str, Any] = {
    "id": "standard",
    "name": "Standard",
    "description": "All blocks",
    "sections": [
        {
            "head": "letterhead",
            "blocks": [
                "title",
                "patient",
                "tracking",
                "pain-rule",
                "pointer",
                "later-weeks",
                "red-flags",
            ],
        },
        {"blocks": ["exercises"]},
        {"blocks": ["same-day", "precautions", "visit", "education"]},
        {"blocks": ["notes"]},
    ],
}

"""Limits of doses: what was read elsewhere passes or only asks for a look; slips are errors."""

from __future__ import annotations

import pytest

from handouts.check.lint_dose import DosePlace, lint_dose
from handouts.errors import Severity
from handouts.load.yaml import parse
from handouts.model.dosage import Dosage
from handouts.model.exercise import DoseKind
from tests.conftest import LIBRARY

LIMITS = LIBRARY.limits()
PLACE = DosePlace(parse(b"dosage: x", "test.yaml"), ("dosage",), "test")


def findings(kind: str, dose: str) -> set[tuple[str, Severity]]:
    dosage = Dosage.model_validate(dose)
    found = lint_dose(dosage, DoseKind(kind), LIMITS, PLACE)
    return {(problem.code, problem.severity) for problem in found}


@pytest.mark.parametrize(
    ("kind", "dose"),
    [
        ("stretch", "3 x 20 s, daily"),
        ("stretch", "2 x 4 x 30 s, daily"),
        ("stretch", "3 x 15-30 s"),
        ("stretch", "5 x 10 s"),
        ("mobility", "4 x 15 s"),
        ("mobility", "2-4 reps, hold 15-30 s"),
        ("mobility", "8-10 reps, hold 1 breath, daily"),
        ("mobility", "5 reps, 3 times a day"),
        ("reps", "8-12 reps, hold 6 s"),
        ("reps", "2 x 15, hold 5 s"),
        ("reps", "4 x 15, daily"),
        ("reps", "3 x 6, hold 10 s"),
        ("hold", "8-10 reps, hold 5-10 s"),
        ("loaded", "2 x 8, 2-3 days a week"),
        ("activity", "20 min walk, 5 days a week"),
        ("activity", "? min"),
        ("activity", "3 x 10 min walk, 2-3 days a week"),
        ("activity", "2000 steps, daily"),
        ("activity", "0.5 mile"),
        ("activity", "as long as is comfortable"),
        ("mobility", "10 reps, every 2 hours"),
        ("mobility", "10 reps, morning and evening"),
        ("reps", "3 x 10, 2 kg, tempo 3-1-3"),
        ("reps", "2 sets, as many as is comfortable"),
        ("reps", "1 x 8, from week 2: 2 x 8"),
        ("stretch", "?"),
        ("reps", "2 x ?, 3 days a week"),
    ],
)
def test_doses_of_the_sources_pass(kind: str, dose: str) -> None:
    assert findings(kind, dose) == set()


WARN, ERROR = Severity.WARNING, Severity.ERROR


@pytest.mark.parametrize(
    ("kind", "dose", "expected"),
    [
        ("stretch", "2-3 reps, hold 5 s, twice a day", {("dose-hold", WARN), ("dose-total", WARN)}),
        ("reps", "30 reps", {("dose-repetitions", WARN)}),
        ("reps", "3 x 10, 3 times a day", {("dose-times-per-day", WARN), ("dose-total", WARN)}),
        ("reps", "5 x 10", {("dose-sets", WARN)}),
        ("hold", "3 x 60 s", {("dose-total", WARN)}),
        ("loaded", "2 x 8, 5 days a week", {("dose-days", WARN)}),
        ("stretch", "10 x 60 s", {("dose-total", WARN)}),
        ("stretch", "8 reps, hold 10 breaths", {("dose-total", WARN)}),
        ("mobility", "5 reps, hold 8 breaths", {("dose-hold", WARN), ("dose-total", WARN)}),
        ("reps", "10 reps, 1 day a week", {("dose-days", WARN)}),
        ("activity", "90 min", {("dose-amount", WARN)}),
        ("activity", "4 steps", {("dose-amount", WARN)}),
        ("reps", "10 reps, 15 kg", {("dose-load", WARN)}),
        ("reps", "10 reps, tempo 1-0-1", {("dose-tempo", WARN)}),
        ("mobility", "10 reps, every hour", {("dose-times-per-day", WARN)}),
        ("reps", "1 x 8, from week 6: 5 x 8", {("dose-sets", WARN)}),
    ],
)
def test_unusual_doses_ask_for_a_look(
    kind: str, dose: str, expected: set[tuple[str, Severity]]
) -> None:
    assert findings(kind, dose) == expected


@pytest.mark.parametrize(
    ("kind", "dose", "code"),
    [
        ("stretch", "3 reps, hold 10 minutes", "dose-minutes"),
        ("stretch", "3 reps, hold 1 min", "dose-minutes"),
        ("stretch", "3 reps, hold 2 s", "dose-hold"),
        ("stretch", "1 x 121 s", "dose-hold"),
        ("stretch", "21 x 20 s", "dose-repetitions"),
        ("stretch", "3 x 20 s, 9 times a day", "dose-times-per-day"),
        ("stretch", "6 sets, 3 x 20 s", "dose-sets"),
        ("stretch", "5 x 5 x 60 s", "dose-total"),
        ("mobility", "3 x 61 s", "dose-hold"),
        ("mobility", "31 reps", "dose-repetitions"),
        ("reps", "51 reps", "dose-repetitions"),
        ("reps", "7 x 10", "dose-sets"),
        ("reps", "10 reps, hold 31 s", "dose-hold"),
        ("reps", "10 reps, 5 times a day", "dose-times-per-day"),
        ("reps", "6 x 20, twice a day", "dose-total"),
        ("hold", "1 x 181 s", "dose-hold"),
        ("hold", "6 x 60 s", "dose-total"),
        ("loaded", "2 x 21", "dose-repetitions"),
        ("loaded", "2 x 8, daily", "dose-days"),
        ("loaded", "2 x 8, 3 times a day", "dose-times-per-day"),
        ("loaded", "6 x 16", "dose-total"),
        ("reps", "2 sets", "dose-incomplete"),
        ("stretch", "3 reps", "dose-incomplete"),
        ("hold", "3 reps, no hold", "dose-incomplete"),
        ("reps", "10 reps, mon wed, 3 days a week", "dose-days-differ"),
        ("reps", "10 reps, mon, mon", "dose-days-differ"),
        ("activity", "3 h", "dose-amount"),
        ("activity", "10 miles", "dose-amount"),
        ("activity", "25000 steps", "dose-amount"),
        ("activity", "10 reps", "dose-kind"),
        ("activity", "3 x 10 min", "dose-kind"),
        ("activity", "daily", "dose-incomplete"),
        ("reps", "20 min", "dose-kind"),
        ("reps", "10 reps, 45 kg", "dose-load"),
        ("reps", "10 reps, 100 lb", "dose-load"),
        ("reps", "10 reps, tempo 15-5-15", "dose-tempo"),
        ("loaded", "10 reps, every 2 hours", "dose-times-per-day"),
        ("reps", "1 x 8, from week 4: 7 x 8", "dose-sets"),
    ],
)
def test_slips_are_errors(kind: str, dose: str, code: str) -> None:
    assert (code, ERROR) in findings(kind, dose)


def test_a_message_says_the_value_and_the_limit() -> None:
    dosage = Dosage.model_validate("8 reps, hold 45 s")
    (found, *_others) = lint_dose(dosage, DoseKind.REPS, LIMITS, PLACE)
    assert found.message == "test: hold of 45 s is above the limit of 30 s"
    assert found.hint == "usual is 0 to 10 s"


def test_a_message_has_the_unit_of_its_limit() -> None:
    dosage = Dosage.model_validate("10 reps, 100 lb")
    (found, *_others) = lint_dose(dosage, DoseKind.REPS, LIMITS, PLACE)
    assert found.message == "test: load of 45.4 kg is above the limit of 40 kg"


def test_minutes_are_read_as_a_slip_for_seconds() -> None:
    dosage = Dosage.model_validate("3 reps, hold 10 minutes")
    found = next(iter(lint_dose(dosage, DoseKind.STRETCH, LIMITS, PLACE)))
    assert found.message == "test: a hold of 10 minutes"
    assert found.hint.startswith("is it 10 s?")

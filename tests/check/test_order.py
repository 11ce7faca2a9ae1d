"""Orders: everything resolved, or every problem at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from handouts.check.order import make_order
from handouts.errors import ContentError, MissingError
from handouts.load.library import Library
from handouts.model.clinic import AffectedSide, Paper
from handouts.model.dosage import Dosage
from handouts.model.order import Order, OrderRequest, Patient, Side
from handouts.workspace import Workspace


def order(folder: Any, **request: object) -> Order:
    library = Library(Workspace(folder.path, today=dt.date(2026, 3, 2)))
    chosen = {"program": "heels", "clinic": "north", **request}
    return make_order(library, OrderRequest(**chosen))  # type: ignore[arg-type]


def test_an_order_has_everything_resolved(folder: Any) -> None:
    made = order(folder, patient=Patient(affected_side=AffectedSide.LEFT))
    assert [item.exercise.id for item in made.exercises] == [
        "heel-glide",
        "knee-drop",
        "figure-four-supine",
    ]
    assert [item.number for item in made.exercises] == [1, 2, 3]
    assert [item.side for item in made.exercises] == [Side.EACH, Side.ALTERNATE, Side.LEFT]
    assert [item.phase for item in made.exercises] == ["Loosen", None, None]
    assert (made.clinic.id, made.layout.id, made.locale.id) == ("north", "standard", "en")
    assert made.safety.id == "low-back"
    assert made.paper is Paper.LETTER
    assert made.date == dt.date(2026, 3, 2)


def test_paper_and_layout_can_be_chosen(folder: Any) -> None:
    made = order(folder, paper=Paper.A4, layout="cards", language="en-GB")
    assert (made.paper, made.layout.id, made.locale.id) == (Paper.A4, "cards", "en-GB")


def test_content_is_said_in_the_words_of_the_region(folder: Any) -> None:
    text = "Stand near a Counter. Do not counteract. Slide {heel:your_side} toward the couch."
    variant = "variants: {wall: {watch_out: do not lean on the counter.}}\nsides: each"
    folder.edit(
        "exercises",
        "heel-glide",
        ("Slide {heel:your_side} away from you.", text),
        ("sides: each", variant),
    )
    folder.edit("programs", "heels", ("Move a little every day.", "Sit on your couch."))
    here, there = order(folder), order(folder, language="en-GB")
    assert here.exercises[0].exercise.steps[1] == text
    said = "Stand near a Worktop. Do not counteract. Slide {heel:your_side} towards the sofa."
    first = there.exercises[0].exercise
    assert first.steps[1] == said
    assert first.variants["wall"].watch_out == "do not lean on the worktop."
    assert first.figure == here.exercises[0].exercise.figure
    assert there.program.education[0].text == ("Sit on your sofa.",)
    # The clinic is American: a number of Britain is none that its patients can call.
    assert "NHS 111" not in there.safety.same_day_lead
    assert "NHS 111" not in here.safety.same_day_lead
    # The library keeps what the files say.
    assert folder.library.exercise("heel-glide").steps[1] == text


def test_a_language_without_a_country_is_written_as_in_the_clinics_country(folder: Any) -> None:
    own = order(folder).clinic.locale
    assert order(folder, language="en").language == own
    assert order(folder, language="en-AU").language == "en-AU"


def test_doses_and_variants_are_overridden(folder: Any) -> None:
    item = "- exercise: heel-glide"
    more = f"{item}\n        variant: wall\n        dosage: 3 sets, mon fri\n"
    variant = "variants: {wall: {name: Wall slide, dosage: {repetitions: 6}}}\nsides: each"
    folder.edit("exercises", "heel-glide", ("sides: each", variant))
    folder.edit("programs", "heels", (item, more))
    first = order(folder).exercises[0]
    assert first.exercise.name == "Wall slide"
    assert (str(first.dosage.sets), str(first.dosage.repetitions)) == ("3", "6")
    assert str(first.dosage.days_per_week) == "2"


def test_a_dose_for_the_sore_side_counts_each_side_where_both_are_sore(folder: Any) -> None:
    item = order(folder, patient=Patient(affected_side=AffectedSide.BOTH)).exercises[2]
    assert item.side is Side.EACH
    assert item.dosage.per_side is True


def test_an_unknown_side_is_the_sore_side(folder: Any) -> None:
    assert order(folder).exercises[2].side is Side.SORE


def test_a_required_side_is_asked_for(folder: Any) -> None:
    old = "- exercise: figure-four-supine"
    folder.edit("programs", "heels", (old, f"{old}\n        side_required: true"))
    with pytest.raises(ContentError) as caught:
        order(folder)
    assert str(caught.value) == (
        "programs/heels.yaml:14:24: heels needs the affected side, for figure-four-supine\n"
        "    hint: add --side left or --side right, or affected_side to the patient's file"
    )
    made = order(folder, patient=Patient(affected_side=AffectedSide.RIGHT))
    assert made.exercises[2].side is Side.RIGHT


@pytest.mark.parametrize(
    ("asked", "patients", "expected"),
    [
        (None, None, "ann-lee"),
        ("ann-lee", None, "ann-lee"),
        ("Ann  Lee, PT", None, "ann-lee"),
        ("ann", "Somebody", "ann-lee"),
        (None, "ANN", "ann-lee"),
        (None, "Dr. Elsewhere", None),
    ],
)
def test_the_clinician(
    folder: Any, asked: str | None, patients: str | None, expected: str | None
) -> None:
    made = order(folder, clinician=asked, patient=Patient(clinician=patients))
    assert (made.clinician.id if made.clinician else None) == expected
    assert made.patient.clinician == patients


def test_a_clinic_of_two_has_no_clinician_unasked(folder: Any) -> None:
    folder.edit("clinics", "north", more='  - {id: bo-ray, name: "Bo Ray, PT"}\n')
    assert order(folder).clinician is None
    assert order(folder, clinician="bo-ray").clinician is not None


def test_a_clinician_asked_for_must_be_the_clinics(folder: Any) -> None:
    with pytest.raises(MissingError, match="that clinician does not belong to north") as caught:
        order(folder, clinician="bo-ray")
    assert caught.value.problems[0].hint == "known: ann-lee"


def test_all_problems_come_at_once(folder: Any) -> None:
    slide = "- exercise: heel-glide"
    folder.edit(
        "programs",
        "heels",
        ("- exercise: knee-drop", "- exercise: knee-dorp"),
        ("- exercise: figure-four-supine", "- {exercise: cobra, side: left, variant: fast}"),
        (slide, f"{slide}\n        dosage: 3 reps, hold 10 minutes"),
        ("safety: low-back", "safety: low-bakc"),
    )
    folder.edit("clinics", "north", ('"#0f7c8a"', '"#0f7c8a", logo: no.svg'))
    with pytest.raises(ContentError) as caught:
        order(folder, layout="standrad")
    said = [(str(problem.location), problem.message) for problem in caught.value.problems]
    assert said == [
        ("", 'there is no layout "standrad"'),
        ("clinics/no.svg", "logo: there is no such file"),
        ("programs/heels.yaml:6:9", 'there is no safety "low-bakc"'),
        ("programs/heels.yaml:11:17", "heel-glide: a hold of 10 minutes"),
        ("programs/heels.yaml:13:19", 'there is no exercise "knee-dorp"'),
        (
            "programs/heels.yaml:14:33",
            'cobra works both sides together and cannot be done on side "left"',
        ),
        ("programs/heels.yaml:14:48", 'cobra has no variant "fast"'),
    ]


def test_only_missing_names_are_a_missing_error(folder: Any) -> None:
    with pytest.raises(MissingError) as caught:
        order(folder, program="heals", layout="cardz")
    assert {problem.hint for problem in caught.value.problems} == {
        'did you mean "heels"?',
        'did you mean "cards"?',
    }


def test_an_exercise_that_is_wrong_stops_the_order(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("stage: 1", "stage: 5"))
    with pytest.raises(ContentError) as caught:
        order(folder)
    (problem,) = caught.value.problems
    assert str(problem.location) == "exercises/heel-glide.yaml:5:8"
    assert problem.message == "stage must be one of 1, 2, 3, not 5"
    assert problem.hint == "write one of these"


def test_a_placeholder_that_nothing_fills_stops_the_order(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("do not arch", "keep {sid} still"))
    with pytest.raises(ContentError, match=r"unknown placeholder \{sid\}"):
        order(folder)


def test_an_error_limit_can_be_switched_off_with_a_reason(folder: Any) -> None:
    dose = ("repetitions: 10, hold: 5 s", "repetitions: 60, hold: 5 s")
    folder.edit("exercises", "heel-glide", dose)
    with pytest.raises(ContentError, match="repetitions of 60 is above the limit of 50"):
        order(folder)
    exceptions = "lint:\n  - {code: dose-repetitions, reason: athletes}\n"
    folder.edit("exercises", "heel-glide", more=exceptions)
    assert str(order(folder).exercises[0].dosage.repetitions) == "60"


def test_a_dose_that_only_asks_for_a_look_is_ordered(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("sets: 2", "sets: 5"))
    assert str(order(folder).exercises[0].dosage.sets) == "5"


def test_a_patients_own_dose_goes_over_that_of_the_program(folder: Any) -> None:
    old = "- exercise: heel-glide"
    folder.edit("programs", "heels", (old, f"{old}\n        dosage: 3 sets, mon fri\n"))
    own = {"heel-glide": Dosage.model_validate("7 times, hold 5 s")}
    plain, changed = (order(folder, doses=doses).exercises for doses in ({}, own))
    assert str(changed[0].dosage.repetitions) == "7"
    assert str(changed[0].dosage.hold) == "5"
    assert (changed[0].dosage.sets, changed[0].dosage.days) == (
        plain[0].dosage.sets,
        plain[0].dosage.days,
    )
    assert changed[1:] == plain[1:]


def test_a_dose_for_an_exercise_the_program_has_not_is_refused(folder: Any) -> None:
    with pytest.raises(ContentError) as caught:
        order(folder, doses={"heel-slid": Dosage.model_validate("7 times")})
    assert str(caught.value) == (
        'dose:heel-slid: heels has no exercise "heel-slid"\n    hint: did you mean "heel-glide"?'
    )


def test_a_patients_own_dose_has_the_same_limits_and_its_column_as_place(folder: Any) -> None:
    with pytest.raises(ContentError) as caught:
        order(folder, doses={"heel-glide": Dosage.model_validate("900 times")})
    problem = caught.value.problems[0]
    assert str(problem.location) == "dose:heel-glide"
    assert problem.message.startswith("the patient's own dose of heel-glide")
    assert problem.code == "dose-repetitions"


def test_the_token_is_handed_on(folder: Any) -> None:
    assert order(folder, token="7QK2M9XD4TRV0HBN").reference_token == "7QK2M9XD4TRV0HBN"  # noqa: S105, S106


@pytest.mark.parametrize(
    ("edits", "doses", "expected"),
    [
        ([], {"heel-glide": "900 times"}, "repetitions of 900 is above the limit"),
        ([("{heel:your_side}", "{heel:my_side}")], {}, "unknown placeholder {heel:my_side}"),
        ([("hold: 5 s", "hold: 1 min")], {}, "a hold of 1 minutes"),
    ],
)
def test_what_is_wrong_is_said_each_time(
    edits: list[tuple[str, str]], doses: dict[str, str], expected: str, folder: Any
) -> None:
    folder.edit("exercises", "heel-glide", *edits)
    library = Library(Workspace(folder.path))
    own = {name: Dosage.model_validate(dose) for name, dose in doses.items()}
    said = []
    for _ in range(2):
        with pytest.raises(ContentError, match=expected) as caught:
            make_order(library, OrderRequest("heels", "north", doses=own))
        said.append(caught.value.problems)
    assert said[0] == said[1]

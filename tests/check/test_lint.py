"""Every lint rule: one spoiled line, one finding of the right code at that line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handouts.check.check import check_all
from handouts.check.codes import CODES
from handouts.check.lint_words import grade
from handouts.errors import Severity

FIRST = "Lie on your back. Bend {knee:your_side}."
STEP = f"steps:\n  - {FIRST}\n  - Slide {{heel:your_side}} away from you."
SHORT = "  - Slide your heel away.\n"

HARD = (
    "Individuals experiencing inflammatory symptomatology should discontinue participation "
    "immediately and request professional consultation."
)

# code, the words that are changed, what they become, and text of the finding
EXERCISE_RULES: list[tuple[str, str, str, str]] = [
    ("step-too-long", " away from you", " slowly away from you until it is as far as it can", "15"),
    ("step-verb", "Slide {heel:your_side} away", "Your heel slides away", '"your"'),
    ("step-verb", "- Slide your heel away.", "- Heel goes away.", "short step"),
    (
        "words-jargon",
        "Bend {knee:your_side}.\n  - Slide {",
        "Engage your core.\n  - Slide {",
        "core",
    ),
    ("words-jargon", "lying on your back", "supine", "supine"),
    ("words-mixed", "do not arch", "do not hold your stomach in or arch", "your stomach"),
    ("number-typed", "{hold} Keep", "Hold for 5 seconds. Keep", "5 seconds"),
    ("number-typed", "Slide your heel back. {", "Do ten times. {", "ten times"),
    ("number-typed", "slide only part of the way", "do 2 sets only", "2 sets"),
    ("side-typed", "the back of your thigh", "the back of your left thigh", '"left"'),
    ("side-typed", "Makes your leg", "Makes the right leg", '"right"'),
    ("side-typed", "the back of your thigh", "the back of your sore leg", '"sore leg"'),
    ("ways-not-counted", "away from you.", "away, then the other way.", '"other way"'),
    (
        "new-hip-missing",
        "sides: each",
        "figure: {works: right, start: {base: supine}, end: {right_hip: 118}}\nsides: each",
        "by 118 degrees",
    ),
    (
        "new-hip-missing",
        "sides: each",
        "figure: {works: right, start: {base: sitting}, end: {lean: -20}}\nsides: each",
        "by 110 degrees",
    ),
    (
        "weak-bones-missing",
        "sides: each",
        "figure: {works: right, start: {base: quadruped, lumbar: 20, thoracic: 20}}\nsides: each",
        "by 40 degrees",
    ),
    (
        "pregnancy-missing",
        "sides: each",
        "figure: {works: right, start: {base: prone}, end: {right_hip: -8}}\nsides: each",
        "lies face down",
    ),
    ("placeholder-unknown", "do not arch", "keep {yoursside} still, do not arch", "{yoursside}"),
    ("placeholder-unknown", "do not arch", "do not {repeat} arch", "not filled here"),
    ("placeholder-unknown", "{heel:your_side}", "{your_side} heel", "does not say of what"),
    ("placeholder-unknown", "{hold} Keep", "{leg:hold} Keep", "takes no noun"),
    ("placeholder-unknown", "heel back. {repeat}", "heel back. {{repeat}", 'a single "{"'),
    ("repeat-missing", "heel back. {repeat}", "heel back.", "{repeat}"),
    ("repeat-missing", "away from you.", "away from you. {repeat}", "{repeat}"),
    ("hold-missing", '- "{hold} Keep breathing."', "- Keep breathing.", "{hold}"),
    ("short-steps-differ", SHORT, "", "3 short steps for 4 steps"),
    (
        "short-step-too-long",
        "Slide it back. {",
        "Slide your heel all the way back to where it was. {",
        "of 74 characters",
    ),
    ("short-step-limit", " away from you", " away until it pulls", '"until"'),
    ("short-step-limit", "Slide your heel back. {", "Stop before it hurts. {", '"Stop"'),
    ("short-step-limit", "Slide your heel back. {", "Do not rush. {", '"Do not"'),
    (
        "short-step-limit",
        "Slide {heel:your_side} away from you",
        "Slide {heel:your_side} only as far as feels good",
        '"as far as"',
    ),
    ("text-too-long", "Makes your leg move", f"Makes your {'very ' * 12}stiff leg move", "purpose"),
    ("text-too-long", "do not arch", f"do not {'ever ' * 12}arch", "watch_out"),
    ("text-form", "watch_out: do", "watch_out: Do", "capital"),
    ("text-form", "thigh working.", "thigh working", "full stop"),
    ("side-not-per-side", ", per_side: true", "", "is the dose for each side"),
    ("side-in-both", "sides: each", "sides: both", "works both sides together"),
    ("side-not-per-side", "sides: each", "sides: both", "both sides work together"),
    ("link-unknown", "slide only part of the way", "slide less, exercises: [bird-dgo]", "bird-dgo"),
    ("link-circle", "slide only part of the way", "slide less, exercises: [heel-glide]", "itself"),
    ("variant-unused", "sides: each", "default_variant: a\nvariants: {a: {}}\nsides: each", '"a"'),
    ("never-print", "Makes your leg", "Cures your leg", "cannot be promised"),
    ("dose-sets", "sets: 2", "sets: 5", "sets of 5"),
    ("dose-incomplete", "repetitions: 10, ", "", "no repetitions"),
    (
        "staging-typed",
        "sides: each",
        "cautions: [Skip this until you walk well.]\nsides: each",
        "until",
    ),
    ("words-hard", "sides: each", f"cautions:\n  - {HARD}\nsides: each", "grade"),
    ("words-hard", "  - Slide your heel away.", f"  - Slide. {HARD}", "grade"),
]


def test_what_is_spoiled_below_is_right_before(folder: Any) -> None:
    assert folder.problems("exercises", "heel-glide") == []
    assert folder.problems("programs", "heels") == []


@pytest.mark.parametrize(("code", "old", "new", "said"), EXERCISE_RULES)
def test_an_exercise_rule_finds_what_it_is_for(
    code: str, old: str, new: str, said: str, folder: Any
) -> None:
    folder.edit("exercises", "heel-glide", (old, new))
    found = [item for item in folder.problems("exercises", "heel-glide") if item.code == code]
    assert found, "the rule found nothing"
    assert any(said in item.message for item in found)
    assert all(item.location.line > 0 for item in found)
    assert all(item.hint for item in found)


def test_a_short_step_that_keeps_the_limit_is_enough(folder: Any) -> None:
    full, short = "Slide {heel:your_side} away from you.", "Slide your heel away."
    limit = "Slide it only as far as feels good."
    folder.edit("exercises", "heel-glide", (full, f"{limit} Keep breathing."), (short, limit))
    assert folder.problems("exercises", "heel-glide") == []


DEEP = """\
figure:
  works: right
  start: {base: quadruped, lumbar: 20, thoracic: 20, hips: 118}
  end: {base: prone}
"""
ASKED = ("new-hip-missing", "weak-bones-missing", "pregnancy-missing")


def test_the_caution_that_a_check_asks_for_is_enough(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", more=DEEP)
    found = [p for p in folder.problems("exercises", "heel-glide") if p.code in ASKED]
    assert [(p.code, p.severity, p.location.line) for p in found] == [
        (code, Severity.WARNING, 29) for code in ASKED
    ]
    cautions = [found.hint.split('"')[1] for found in found]
    folder.edit("exercises", "heel-glide", more=f"cautions: {json.dumps(cautions)}\n")
    codes = {p.code for p in folder.problems("exercises", "heel-glide")}
    assert codes.isdisjoint(ASKED)


@pytest.mark.parametrize(
    ("own", "of_variant", "lines"),
    [
        ("[New hip? Ask us first.]", "", []),
        ("[Go slowly.]", "cautions: [New hip? Ask us first.], ", []),
        ("[Go slowly.]", "", [31]),
        ("[New hip? Ask us first.]", "cautions: [Go slowly.], ", [31]),
    ],
)
def test_a_variant_is_asked_about_by_its_own_picture_and_cautions(
    own: str, of_variant: str, lines: list[int], folder: Any
) -> None:
    variant = f"{of_variant}figure: {{end: {{hips: 118}}}}"
    figure = "figure: {works: right, start: {base: supine}, end: {hips: 20}}"
    more = f"{figure}\nvariants:\n  deep: {{{variant}}}\ncautions: {own}\n"
    folder.edit("exercises", "heel-glide", more=more)
    found = [p for p in folder.problems("exercises", "heel-glide") if p.code in ASKED]
    assert [p.location.line for p in found] == lines


@pytest.mark.parametrize(
    "text",
    [
        "Move a little when you wake up, not on an empty stomach.",
        "Call us if pain wakes you or someone who wakes up beside you.",
    ],
)
def test_words_in_another_sense_are_no_mixed_words(text: str, folder: Any) -> None:
    folder.edit("programs", "heels", ("Move a little every day.", text))
    assert folder.problems("programs", "heels") == []


def test_too_many_steps(folder: Any) -> None:
    more = "\n".join("  - Slide your heel." for _ in range(5))
    folder.edit("exercises", "heel-glide", (STEP, f"{STEP}\n{more}"))
    found = folder.problems("exercises", "heel-glide")
    assert "9 steps, more than 8" in [item.message for item in found]


DROP = "exercise: knee-drop"
EDUCATION = """\
education:
  - heading: Your leg
    text:
      - Move a little every day.
"""
PRECAUTIONS = """\
precautions:
  - Ask us first if you are not sure.
"""
PROGRAM_RULES: list[tuple[str, str, str, str]] = [
    ("link-unknown", "knee-drop", "knee-dorp", "knee-dorp"),
    ("link-unknown", "low-back", "low-bakc", "low-bakc"),
    ("link-unknown", DROP, "exercise: glute-bridge\n        variant: bnad", "bnad"),
    ("side-not-possible", DROP, "exercise: cobra\n        side: left", '"left"'),
    ("education-missing", EDUCATION, "", "explains"),
    ("precautions-missing", PRECAUTIONS, "", "ask first"),
    ("never-print", "Move a little every day.", "The joint slips out of place.", "does not slip"),
    ("never-print", "Move a little every day.", "This will correct the SI joint.", "position"),
    ("never-print", "Move a little every day.", "Pain drops by 68% in weeks.", "promised"),
    ("never-print", "Move a little every day.", "The sacrum is your tailbone.", "not the sacrum"),
    ("never-print", "Move a little every day.", "The nerve runs through the SI joint.", "nerve"),
    ("words-jargon", "Move a little", "Perform this", "Perform"),
    ("side-typed", "Move a little", "Move your left leg", "left"),
    ("placeholder-unknown", "Move a little", "Move {side}", "{side}"),
    ("number-typed", DROP, f"{DROP}\n        note: Do 3 sets.", "3 sets"),
    ("dose-hold", DROP, f"{DROP}\n        dosage: 3 x 45 s", "45 s"),
    ("staging-typed", DROP, f"{DROP}\n        note: Start this when you walk well.", "Start this"),
    ("staging-typed", "Move a little every day.", "Go on to the next part soon.", "Go on to"),
    ("staging-typed", "name: Loosen", "name: From week 2", "From week"),
    ("staging-typed", "name: Loosen", "name: First two weeks", "First two weeks"),
    ("exercise-not-here", "Move a little every day.", "Do the bridge every day.", '"bridge"'),
    ("exercise-not-here", DROP, f"{DROP}\n        note: Do bird dogs before.", '"bird dog"'),
    (
        "exercise-not-here",
        DROP,
        f"{DROP}\n        note: Knee drop or cobra, or lumbar roll.",
        '"lumbar roll"',
    ),
    (
        "positions-mixed",
        DROP,
        f"{DROP}\n      - exercise: good-morning\n      - exercise: hip-hinge-stick",
        "2 changes of position, 1 would do: lying, then standing, then lying",
    ),
    ("choose-too-large", "phases:", "choose: 3\nphases:", "choose is 3, and the program has 3"),
]


@pytest.mark.parametrize(("code", "old", "new", "said"), PROGRAM_RULES)
def test_a_program_rule_finds_what_it_is_for(
    code: str, old: str, new: str, said: str, folder: Any
) -> None:
    folder.edit("programs", "heels", (old, new))
    found = [item for item in folder.problems("programs", "heels") if item.code == code]
    assert found, "the rule found nothing"
    assert any(said in item.message for item in found)
    assert all(item.location.line > 0 for item in found)


@pytest.mark.parametrize(
    "text",
    [
        "Build a bridge of trust. A cobra is a snake.",
        "Do the heel slide, then the knee drop, then lie with one figure four.",
        "Hold the position until your back is straight, and stop when it hurts.",
        "Do not let your bird dog, or any dog, go first.",
    ],
)
def test_words_that_are_no_exercise_and_no_start_are_let_through(text: str, folder: Any) -> None:
    folder.edit("programs", "heels", ("Move a little every day.", text))
    codes = {item.code for item in folder.problems("programs", "heels")}
    assert codes.isdisjoint({"staging-typed", "exercise-not-here"})


def test_a_list_to_choose_from_names_no_other_exercise(folder: Any) -> None:
    note = f"{DROP}\n        note: Do the heel slide before."
    folder.edit("programs", "heels", (DROP, note))
    assert folder.problems("programs", "heels") == []
    folder.edit("programs", "heels", ("phases:", "choose: 2\nphases:"))
    (found,) = folder.problems("programs", "heels")
    assert found.message == '"heel slide" is named, which a patient may not get'


def test_a_list_to_choose_from_is_as_long_as_what_one_patient_gets(folder: Any) -> None:
    more = "\n".join("      - exercise: knee-stir" for _ in range(10))
    place = "      - exercise: figure-four-supine"
    folder.edit("programs", "heels", (place, f"{place}\n{more}"))
    assert [p.code for p in folder.problems("programs", "heels")] == ["too-many-exercises"]
    folder.edit("programs", "heels", ("phases:", "choose: 6\nphases:"))
    assert folder.problems("programs", "heels") == []


@pytest.mark.parametrize(
    ("count", "severity"), [(6, None), (7, Severity.WARNING), (13, Severity.ERROR)]
)
def test_the_number_of_exercises(count: int, severity: Severity | None, folder: Any) -> None:
    more = "\n".join("      - exercise: knee-stir" for _ in range(count - 3))
    place = "      - exercise: figure-four-supine"
    folder.edit("programs", "heels", (place, f"{place}\n{more}"))
    found = [p for p in folder.problems("programs", "heels") if p.code == "too-many-exercises"]
    assert [item.severity for item in found] == ([severity] if severity else [])


def test_the_length_of_a_session(folder: Any) -> None:
    folder.edit(
        "programs",
        "heels",
        ("exercise: heel-glide", "{exercise: heel-glide, dosage: 6 x 20}"),
        ("exercise: knee-drop", "{exercise: knee-drop, dosage: 5 x 12}"),
    )
    (found,) = [p for p in folder.problems("programs", "heels") if p.code == "session-length"]
    # 6 x 20 x 2 x 9 s, 5 x 12 x 2 x 14 s and 5 x 15 s are 65 minutes.
    assert found.message == "about 65 minutes, more than the limit of 60 minutes"
    assert found.severity is Severity.ERROR


def test_links_that_contradict_each_other(folder: Any) -> None:
    links = "easier: {text: less, exercises: [cobra]}\nharder: {text: more, exercises: [cobra]}"
    folder.edit("exercises", "heel-glide", ("easier: {text: slide only part of the way}", links))
    found = [p for p in check_all(folder.library, [folder.path]) if p.code == "link-circle"]
    assert [(str(p.location), p.message) for p in found] == [
        (
            "exercises/heel-glide.yaml:22:34",
            "cobra cannot be easier than heel-glide: other links say the opposite",
        ),
        (
            "exercises/heel-glide.yaml:23:34",
            "cobra cannot be harder than heel-glide: other links say the opposite",
        ),
    ]


WORDS = "you can go over, right over it, right away, at a right angle, what is left over, all right"


def test_a_right_that_is_no_side_is_let_through(folder: Any) -> None:
    folder.edit("programs", "heels", ("Move a little every day.", f"So {WORDS}."))
    assert [p for p in folder.problems("programs", "heels") if p.code == "side-typed"] == []


def test_a_rule_is_switched_off_with_a_reason(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("sets: 2", "sets: 5"))
    file = folder.path / "exercises" / "heel-glide.yaml"
    assert [p.code for p in check_all(folder.library, [file])] == ["dose-sets"]
    folder.edit(
        "exercises", "heel-glide", more="lint:\n  - {code: dose-sets, reason: as in the source}\n"
    )
    assert check_all(folder.library, [file]) == []


def test_exceptions_that_do_nothing_or_do_not_exist_are_found(folder: Any) -> None:
    more = "lint:\n  - {code: dose-sets, reason: none}\n  - {code: dose-set, reason: none}\n"
    folder.edit("exercises", "heel-glide", more=more)
    found = check_all(folder.library, [folder.path / "exercises" / "heel-glide.yaml"])
    assert [(p.code, p.location.line, p.hint) for p in found] == [
        ("lint-unused", 30, "remove this exception"),
        ("lint-unknown", 31, 'did you mean "dose-sets"?'),
    ]


def test_a_yml_file_is_not_passed_over_in_silence(folder: Any) -> None:
    (folder.path / "exercises" / "other.yml").write_text("schema: 1\n")
    found = check_all(folder.library, [folder.path])
    assert [(p.code, str(p.location)) for p in found] == [("file-ignored", "exercises/other.yml")]


def test_every_code_is_registered_with_a_meaning() -> None:
    assert all(code.meaning[0].islower() and len(code.meaning) < 90 for code in CODES.values())
    assert {code.level for code in CODES.values()} == {"error", "warning", "warning or error"}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Lie down.", 0, 0),
        ("Lie on your back. Bend your knees. Keep both feet flat on the floor.", -2, 3),
        (
            "Ask us first if you have weak bones or if you are not sure what is safe for you.",
            2,
            7,
        ),
        (HARD, 18, 40),
    ],
)
def test_grades_rise_with_long_words(text: str, low: float, high: float) -> None:
    assert low <= grade(text) <= high


def test_of_a_file_all_is_told_that_checking_everything_tells_of_it(folder: Any) -> None:
    """Also what comes to light beside other files: a dose by week where a program gives none."""
    folder.edit(
        "exercises",
        "heel-glide",
        (
            _DOSE,
            'dosage: "weeks 1-2: 2 x 8 each side, hold 5 s; from week 3: 3 x 8 each side"',
        ),
    )
    folder.edit("programs", "heels", ("  - name: Loosen", "  - name: Loosen\n    when: it is easy"))
    everything = check_all(folder.library)
    for file in ("exercises/heel-glide.yaml", "programs/heels.yaml", "clinics/north.yaml"):
        alone = check_all(folder.library, [folder.path / file])
        assert alone == [each for each in everything if each.location.file == file]
    assert "dose-weeks" in {each.code for each in everything}, everything


_DOSE = "dosage: {sets: 2, repetitions: 10, hold: 5 s, days_per_week: 3, per_side: true}"

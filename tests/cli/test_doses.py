"""The installed command: doses as therapists write them, from the words typed to the page."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_choice import text_of
from tests.command import run
from tests.deliver.rosters import people, write_csv

EXERCISES: dict[str, dict[str, Any]] = {
    "walk": {"dose_kind": "activity", "dosage": "20 min walk, 5 days a week"},
    "heel-raise": {"dose_kind": "reps", "first_move": "up", "dosage": "2 x 10, 3 days a week"},
    "turn-out": {
        "dose_kind": "loaded", "sides": "each", "limb": "arm",
        "dosage": "2 x 10 each arm, 3 days a week",
    },
    "balance": {
        "dose_kind": "hold", "sides": "each", "limb": "leg",
        "dosage": "3 x 20 s each leg, daily",
    },
    "pumps": {"dose_kind": "mobility", "dosage": "10 reps, daily"},
}  # fmt: skip
OTHERS = {
    "schema": 1, "kind": "strength", "stage": 1, "family": "any", "regions": ["low-back"],
    "position": "standing", "purpose": "Makes you stronger.", "feel_it": "your legs working.",
    "watch_out": "stand tall.", "sides": "both", "dosage_from": "conventional",
    "steps": ["Stand at a counter.", "Lift slowly. {hold} Lower. {repeat}"],
    "sources": [{"title": "Own practice"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clinic's folder with a program of one exercise of each kind of dose."""
    made = tmp_path_factory.mktemp("doses")
    for name, changes in EXERCISES.items():
        _write(made / f"exercises/{name}.yaml", {**OTHERS, "name": name.capitalize(), **changes})
    program = {
        "schema": 1, "name": "Doses", "title": "Your home exercises", "subtitle": "for your back",
        "code": "DOSES", "safety": "low-back", "weeks": 4, "sources": [{"title": "x"}],
        "phases": [{"exercises": [{"exercise": name} for name in EXERCISES]}],
        "education": [{"heading": "Why", "text": ["It helps."]}], "precautions": ["Ask us first."],
    }  # fmt: skip
    _write(made / "programs/doses.yaml", program)
    return made


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def build(
    here: Path, name: str, dose: str, clinic: str = "riverbend"
) -> subprocess.CompletedProcess[str]:
    words = ("--clinic", clinic, "--start", "2026-11-30", "--exercises", name, "-o", "made.pdf")
    return run(here, "--folder", ".", "build", "doses", *words, "--dose", f"{name}={dose}")


WISHES = {
    "walk=20 min walk, 5 days a week": [
        "Keep going for 20 minutes.", "Mon to Fri", "Where a box has a line, write your number.",
    ],
    "heel-raise=3 x 10 with 2 kg at tempo 3-1-3": [
        "3 sets of 10", "use 4 lb", "take 3 seconds up, hold 1 second, 3 seconds down",
        "Hold for 1 second.",
    ],
    "pumps=10 reps, every 2 hours by day": ["every 2 hours in the daytime", "times"],
    "heel-raise=week 1: 1 x 10, week 2: 2 x 10, from week 3: 3 x 10": [
        "10 times", "from week 2: 2 sets of 10", "from week 3: 3 sets of 10",
        "To start, Mon, Wed, Fri: 1 exercise, about 1 minute.",
        "From week 3, Mon, Wed, Fri: 1 exercise, about 2 minutes.",
    ],
    "turn-out=2 x 10, red band, until it feels hard": [
        "use red band", "until it feels hard", "Stop when it feels hard.",
    ],
    "balance=3 x 30 s each side, rest 30 s between sides, morning and evening": [
        "3 times each leg", "Hold for 30 seconds.",
        "Do 3 with this leg. Rest for 30 seconds. Change legs and do the same.",
        "In the morning and in the evening",
    ],
    "turn-out=as many as is comfortable, RPE 3-4": [
        "Do as many as is comfortable with this arm, then change arms.",
        "The effort should feel a little hard: 3 to 4, where 0 is rest and 10 is all you can do.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_is_a_command_and_a_page(wish: str, folder: Path) -> None:
    name, _, dose = wish.partition("=")
    done = build(folder, name, dose)
    assert done.returncode == 0, done.stderr
    text = text_of(folder / "made.pdf")
    for said in WISHES[wish]:
        assert said in text


def test_units_are_those_of_the_clinics_country(folder: Path) -> None:
    said = {}
    for clinic in ("riverbend", "oldmill"):
        assert build(folder, "walk", "500 m", clinic).returncode == 0
        said[clinic] = text_of(folder / "made.pdf")
    assert "Go ¼ mile." in said["riverbend"]
    assert "Go 500 m." in said["oldmill"]


@pytest.mark.parametrize(
    ("name", "dose", "said"),
    [
        ("walk", "20 min, 3 reps", "cannot be: amount and repetitions cannot both be given"),
        ("walk", "10 reps", "repetitions in the dose of an activity [dose-kind]"),
        ("pumps", "20 min", "an amount of 20 min, but this exercise counts repetitions"),
        ("heel-raise", "tempo 3-1-3, hold 5 s", "cannot be: tempo and hold cannot both be given"),
        (
            "pumps",
            "every 2 hours, twice a day",
            "every hours and times per day cannot both be given",
        ),
        ("pumps", "week 1: 5 reps, week 3: 8 reps", "is not understood as a dose"),
        ("pumps", "5 reps, from week 6: 8 reps", "a dose from week 6, but the program has 4 weeks"),
        ("heel-raise", "5 stone", "is not understood as a dose"),
        ("heel-raise", "45 kg", "load of 45 kg is above the limit of 40 kg [dose-load]"),
        ("turn-out", "every hour", "times per day of 14 is above the limit of 2"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(name: str, dose: str, said: str, folder: Path) -> None:
    (folder / "made.pdf").unlink(missing_ok=True)
    done = build(folder, name, dose)
    assert done.returncode == 1
    assert f"--dose {name}: " in done.stderr
    assert said in done.stderr
    assert not (folder / "made.pdf").exists()


def test_a_wrong_dose_in_a_file_is_said_with_its_place(folder: Path, tmp_path: Path) -> None:
    for name, dosage in {
        "mixed": "{amount: 20 min, repetitions: 3, tempo: 3-1, load: 5 stone}",
        "weeks": "{repetitions: 8, from_week: {1: {sets: 2}, 3: {hold: soon}}}",
        "both": "{repetitions: 8, times_per_day: 3, times_of_day: [morning, midnight]}",
        "between": "{repetitions: 8, rest_between_sides: 30 s}",
    }.items():
        text = (folder / "exercises/pumps.yaml").read_text("utf-8")
        text = text.replace("dosage: 10 reps, daily\n", "")
        _write(tmp_path / "clinics/none.yaml", {})
        path = tmp_path / f"exercises/{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"dosage: {dosage}\n{text}", encoding="utf-8")
    done = run(tmp_path, "--folder", ".", "check", "exercises")
    assert done.returncode == 1
    for said in (
        "exercises/mixed.yaml:1:49: tempo must be seconds to move, hold and move back",
        "exercises/mixed.yaml:1:60: load must be a weight such as 2 kg or 5 lb",
        "exercises/weeks.yaml:1:38: from_week has weeks from 2 to 12",
        "exercises/weeks.yaml:1:62: hold must be a time with its unit",
        "exercises/both.yaml:1:68: item 2 of times_of_day must be one of morning, noon",
        "exercises/between.yaml:1:9: between: a rest between sides, but the sides are not",
    ):
        assert said in done.stdout + done.stderr


DAY = ("--jobs", "1", "--date", "2026-11-22")


def test_a_list_of_patients_has_such_doses_too(folder: Path) -> None:
    doses = {
        "dose:walk": "week 1: 10 min walk, from week 2: 15 min",
        "dose:heel-raise": "3 x 10, 2 kg, tempo 3-1-3",
        "dose:turn-out": "2 x 8, load ?",
    }
    rows = [{**row, "program": "doses", "layout": "standard", **doses} for row in people(2)]
    rows[1]["dose:walk"] = "20 min, hold 5 s"
    write_csv(folder / "list.csv", rows)
    done = run(folder, "--folder", ".", "batch", "list.csv", "-o", "out", *DAY)
    assert done.returncode == 3, done.stderr
    assert "P-001: dose:walk cannot be: amount and hold cannot both be given" in done.stderr
    (made,) = (folder / "out").rglob("*.pdf")
    text = text_of(made)
    for said in ("from week 2: 15 minutes", "use 4 lb", "2 sets of 8"):
        assert said in text

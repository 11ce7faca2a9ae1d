"""The installed command: which exercises a patient gets, their own doses, and what it says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from handouts.workspace import Kind
from tests.command import run
from tests.conftest import BUILT_IN, LIBRARY
from tests.deliver.rosters import people, write_csv, write_folder

NAMES = {name: LIBRARY.exercise(name).name for name in BUILT_IN.ids(Kind.EXERCISES)}
ANN = ("--name", "Ann Other")


def text_of(pdf: Path) -> str:
    """Return the text of all pages."""
    return " ".join("\n".join(page.extract_text() for page in PdfReader(pdf).pages).split())


def build(here: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = ("--clinic", "riverbend", "--date", "2026-11-22", "-o", "made.pdf")
    return run(here, "build", program, *words, *arguments)


def a_draft(program: str) -> str:
    """Return what is said of a handout that nobody has reviewed: no other warning stands there."""
    review = f"handouts review {program} --clinic riverbend"
    return f"a draft: no clinician of riverbend has checked its texts yet; {review}\n"


def test_only_what_is_chosen_is_printed_with_doses_of_ones_own(tmp_path: Path) -> None:
    chosen = ("--exercises", "2,5-6", "--dose", "bird-dog=3 x 7", "--dose", "dead-bug=1 x 4")
    done = build(tmp_path, "si-joint-mix", *ANN, *chosen)
    assert (done.returncode, done.stderr) == (0, a_draft("si-joint-mix"))
    text = text_of(tmp_path / "made.pdf")
    for said in (
        NAMES["dead-bug"],
        NAMES["bird-dog"],
        NAMES["hip-thrust"],
        "3 sets of 7",
        "4 times",
    ):
        assert said in text
    for name in (
        NAMES["single-knee-to-chest"],
        NAMES["banded-side-step"],
        NAMES["figure-four-seated"],
    ):
        assert name not in text


def test_a_patient_does_not_get_a_whole_list_to_choose_from(tmp_path: Path) -> None:
    done = build(tmp_path, "si-joint-strength", *ANN)
    assert done.returncode == 1
    assert "--exercises: si-joint-strength is a list of 8 exercises to choose from" in done.stderr
    assert "8 kickstand-rdl" in done.stderr
    assert not list(tmp_path.iterdir())
    done = build(tmp_path, "si-joint-strength", *ANN, "--exercises", "all")
    assert done.returncode == 0
    assert "warning: 8 exercises, but si-joint-strength is for at most 6" in done.stderr


def test_a_blank_is_made_and_needs_no_choice(tmp_path: Path) -> None:
    done = build(tmp_path, "si-joint-mix", "--side", "left")
    assert (done.returncode, done.stderr) == (0, a_draft("si-joint-mix"))
    text = text_of(tmp_path / "made.pdf")
    assert NAMES["banded-side-step"] in text
    assert NAMES["single-knee-to-chest"] in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--exercises", "1,12"), 1, "--exercises: si-joint-calm has no exercise 12, only 4"),
        (("--exercises", "bridge"), 1, "--exercises: an exercise is chosen that"),
        (("--exercises", "1/2"), 2, "--exercises': must be numbers and ids of exercises"),
        (("--dose", "knee-dorp=2 x 8"), 1, 'did you mean "knee-drop"?'),
        (("--dose", "knee-drop=much"), 1, "--dose knee-drop: is not understood as a dose"),
        (("--dose", "knee-drop=900 times"), 1, "--dose knee-drop: the patient's own dose"),
        (("--dose", "knee-drop"), 2, 'write it like bird-dog="2 x 8"'),
        (("--dose", "knee-drop=1 x 2", "--dose", "knee-drop=1 x 3"), 2, "two doses for knee-drop"),
        (("--exercises", "2", "--dose", "knee-drop=2 x 8"), 1, "knee-drop: a dose for knee-drop"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_option(
    arguments: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    done = build(tmp_path, "si-joint-calm", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_patients_file_chooses_too_and_options_win(tmp_path: Path) -> None:
    file = tmp_path / "ann.yaml"
    file.write_text(
        "name: Ann Other\nexercises: [1, bird-dog]\ndoses: {bird-dog: 3 x 7}\n", "utf-8"
    )
    done = build(tmp_path, "si-joint-mix", "--patient", "ann.yaml")
    assert done.returncode == 0, done.stderr
    text = text_of(tmp_path / "made.pdf")
    assert NAMES["bird-dog"] in text
    assert "3 sets" in text
    assert NAMES["dead-bug"] not in text
    done = build(tmp_path, "si-joint-mix", "--patient", "ann.yaml", "--exercises", "2,5")
    assert NAMES["dead-bug"] in text_of(tmp_path / "made.pdf")
    file.write_text("name: Ann Other\nexercises: 1, 99\n", "utf-8")
    done = build(tmp_path, "si-joint-mix", "--patient", "ann.yaml")
    assert done.returncode == 1
    assert done.stderr.startswith("ann.yaml: si-joint-mix has no exercise 99")
    file.write_text("name: Ann Other\ndoses: {bird-dog: Ann, Ann: 2 x 8, cobra: 0 x 3}\n", "utf-8")
    done = build(tmp_path, "si-joint-mix", "--patient", "ann.yaml")
    assert done.returncode == 1
    assert "ann.yaml:2:19: bird-dog is not understood as a dose" in done.stderr
    assert "Ann" not in done.stderr
    file.write_text("name: Ann Other\nexercises: 2026-02-04\n", "utf-8")
    done = build(tmp_path, "si-joint-mix", "--patient", "ann.yaml")
    assert done.returncode == 1
    assert done.stderr.startswith("ann.yaml:2:12: exercises must be numbers and ids")


def test_the_first_day_is_no_rest_day_unless_days_are_named(tmp_path: Path) -> None:
    start = ("--start", "2026-12-01", "--date", "2026-11-22", "--exercises", "glute-bridge")
    done = build(tmp_path, "si-joint-calm", *start)
    assert (done.returncode, done.stderr) == (0, a_draft("si-joint-calm"))
    assert "Tue, Thu, Sat" in text_of(tmp_path / "made.pdf")
    done = build(tmp_path, "si-joint-calm", *start, "--dose", "glute-bridge=2 x 8, mon wed fri")
    assert done.returncode == 0
    said = "warning: the first day is a rest day: no exercise is planned for a Tuesday\n"
    assert done.stderr.startswith(said)
    assert "Mon, Wed, Fri" in text_of(tmp_path / "made.pdf")


DAY = ("--date", "2026-11-22")
CHOICES = ["1, 3", "bird-dog", "", "all", "4 to 6", "cobra", "1/2"]


def entries(out: Path) -> dict[str, dict[str, str]]:
    lines = (out / "manifest.jsonl").read_text("utf-8").splitlines()
    return {entry["reference"]: entry for entry in map(json.loads, lines)}


def test_a_list_chooses_row_by_row_and_a_changed_choice_is_made_again(tmp_path: Path) -> None:
    write_folder(tmp_path / "clinic")
    rows = [
        {**row, "program": "si-joint-mix", "exercises": choice, "dose:bird-dog": dose}
        for row, choice, dose in zip(
            people(len(CHOICES)), CHOICES, ["", "3 x 7", *[""] * 5], strict=True
        )
    ]
    write_csv(tmp_path / "list.csv", rows)
    command = ("--folder", "clinic", "batch", "list.csv", "-o", "out", "--jobs", "1")
    done = run(tmp_path, *command, *DAY)
    assert done.returncode == 3, done.stderr
    made = entries(tmp_path / "out")
    failed = {name for name, entry in made.items() if entry["status"] == "failed"}
    assert failed == {"P-002", "P-005", "P-006"}
    assert "P-002: si-joint-mix is a list of 9 exercises to choose from" in done.stderr
    assert "P-005: an exercise is chosen that si-joint-mix does not have" in done.stderr
    assert "P-006: exercises must be numbers and ids" in done.stderr
    assert "1/2" not in done.stderr
    assert len({entry["code"] for entry in made.values() if entry["status"] == "made"}) == 4
    text = text_of(tmp_path / "out" / made["P-001"]["file"])
    assert NAMES["bird-dog"] in text
    assert NAMES["dead-bug"] not in text
    checked = run(tmp_path, "--folder", "clinic", "batch", "list.csv", "--check", *DAY)
    assert checked.returncode == 3
    assert checked.stdout.endswith("4 rows are good, 3 are not\n")

    for row, choice in zip(rows, ["1, 3", "bird-dog, 2", "5", "all", "4-6", "1", "2"], strict=True):
        row["exercises"] = choice
    write_csv(tmp_path / "list.csv", rows)
    done = run(tmp_path, *command, "--resume", *DAY)
    assert done.returncode == 0, done.stderr
    assert "unchanged  3" in done.stdout
    again = entries(tmp_path / "out")
    assert {name for name in made if again[name] != made[name]} == failed | {"P-001"}
    assert NAMES["dead-bug"] in text_of(tmp_path / "out" / again["P-001"]["file"])


def test_one_choice_for_all_rows_that_have_none(tmp_path: Path) -> None:
    write_folder(tmp_path / "clinic")
    rows = [{**row, "program": "si-joint-mix", "exercises": ""} for row in people(3)]
    rows[1]["exercises"] = "2"
    write_csv(tmp_path / "list.csv", rows)
    words = "batch list.csv -o out --exercises bird-dog --date 2026-11-22"
    done = run(tmp_path, "--folder", "clinic", *words.split())
    assert done.returncode == 0, done.stderr
    files = [entry["file"] for entry in entries(tmp_path / "out").values()]
    texts = [text_of(tmp_path / "out" / file) for file in files]
    assert [NAMES["bird-dog"] in text for text in texts] == [True, False, True]
    assert [NAMES["dead-bug"] in text for text in texts] == [False, True, False]

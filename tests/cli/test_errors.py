"""Exit codes and messages when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from handouts import files
from handouts.cli.main import BUG
from handouts.cli.report import coloured

Run = Callable[..., Result]

PATIENT = "Zaphod Beeblebrox"
BUILD = ("build", "si-joint-calm", "--clinic", "riverbend")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bild"], 'there is no command "bild"; did you mean "build"?'),
        ([*BUILD, "-o", "x.png"], "the name must end with .pdf"),
        (["show", "si-joint-calm", "-o", "x.pdf"], "the name must end with .png"),
        (["ledger", "export", "monday", "-o", "x"], "the name must end with .csv or .json"),
        (["build"], "Missing argument 'PROGRAM'"),
        ([*BUILD, "--side", "up"], "must be left, right or both"),
        (
            [*BUILD, "--start", "1/12/2026"],
            "could be day/month or month/day; write it like",
        ),
        ([*BUILD, "--next-visit", "2026-12-15 25:00"], "write it like 2026-12-01 14:30"),
        ([*BUILD, "--next-visit", "soon"], "must be a date; write it like 2026-12-01"),
        (["build", "si-joint-calm"], "with --clinic: oldmill, riverbend"),
        (["list", "users"], "'users' is not one of"),
        (["schema"], "choose a kind of file (exercise, program,"),
        (["--folder", "nowhere", "list", "programs"], "Directory 'nowhere' does not exist"),
    ],
)
def test_wrong_command_line_is_exit_2(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["build", "si-joint-clam", "--clinic", "riverbend"], '"si-joint-clam"', "si-joint-calm"),
        (["build", "si-joint-calm", "--clinic", "riverbent"], '"riverbent"', "riverbend"),
        ([*BUILD, "--layout", "cart"], '"cart"', "cards"),
        (["build", "../etc/passwd", "--clinic", "riverbend"], '"../etc/passwd"', "hyphens"),
        ([*BUILD, "--patient", "gone.yaml"], "gone.yaml", ""),
        ([*BUILD, "-o", "no/where.pdf"], "folder no does not exist", "make the folder first"),
        ([*BUILD, "-o", "."], ". is a folder", "handout.pdf"),
        ([*BUILD, "--name", "x\u200fy"], "--name: character U+200F cannot be printed", ""),
        ([*BUILD, "--name", ""], "--name must not be empty", ""),
        ([*BUILD, "--note", "x" * 1201], "--note must have at most 1200 characters", ""),
        (["show", "bird-dock"], '"bird-dock"', "bird-dog"),
        (["inspect", "gone.pdf"], "gone.pdf: there is no such file", ""),
        (["new", "exercise", "heel-raise"], "this is not a clinic's folder", "handouts init"),
    ],
)
def test_wrong_input_is_exit_1_with_a_hint(
    run: Run, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 1, done.output
    assert message in done.stderr
    assert hint in done.stderr
    assert "1 problem" in done.stderr
    assert "nothing was written" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.output
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    ["build si-joint-calm -o {}", "inspect {}", "check {}", "batch {} -o out", "batch a.csv -o {}",
     "send {} --roster a.csv", "ledger show {}", "diff {} si-joint-calm", "init {}",
     "fhir {} --clinic oldmill", "show si-joint-calm -o {}", "schema exercise --write {}",
     "translation export es {}", "translation import es {}", "--folder {} list programs",
     "new exercise {}"],
)  # fmt: skip
def test_a_name_that_no_file_can_have_is_no_bug(run: Run, tmp_path: Path, command: str) -> None:
    done = run(*command.replace("{}", "W" * 300).split())
    assert done.exit_code in {1, 2}, done.output
    assert "W" * 40 in done.stderr
    assert "bug" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_bug_is_exit_70_and_tells_nothing_of_the_patient(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise KeyError(PATIENT)

    monkeypatch.setattr("handouts.cli.build.make_order", explode)
    done = run(*BUILD, "--name", PATIENT, "-o", "out.pdf")
    assert done.exit_code == BUG
    assert "handouts has a bug: KeyError at handouts/cli/build.py:" in done.stderr
    assert PATIENT not in done.output
    assert "Zaphod" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_found_before_the_work(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "_beside", refuse)
    monkeypatch.setattr("handouts.cli.build.make_order", lambda *_: pytest.fail("worked first"))
    done = run(*BUILD, "-o", "out.pdf")
    assert done.exit_code == 1
    assert ". cannot be written: permission denied" in done.stderr


def test_messages_have_no_colour_codes_when_not_on_a_terminal(run: Run) -> None:
    assert "\x1b" not in run("build", "si-joint-clam", "--clinic", "riverbend").output


@pytest.mark.parametrize(("value", "wanted"), [("1", False), ("", None), (None, None)])
def test_no_color_wins_over_the_terminal(
    monkeypatch: pytest.MonkeyPatch, value: str | None, wanted: bool | None
) -> None:
    if value is None:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", value)
    assert coloured() is wanted

"""Which folder a command works in, and what the shell completes from it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from handouts.cli.main import cli
from handouts.cli.options import chosen_clinic, workspace_of
from handouts.workspace import Workspace

Run = Callable[..., Result]


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """Return a clinic's folder with one program of its own."""
    assert run("init", "own").exit_code == 0
    return tmp_path / "own"


def programs(run: Run, *options: str | Path) -> list[str]:
    return [line.split()[0] for line in run(*options, "list", "programs").stdout.splitlines()]


def test_option_names_the_folder(run: Run, own: Path) -> None:
    assert "my-program" not in programs(run)
    assert "my-program" in programs(run, "--folder", own)
    assert "si-joint-calm" in programs(run, "--folder", own)


def test_variable_names_the_folder(run: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOUTS_FOLDER", str(own))
    assert "my-program" in programs(run)
    monkeypatch.setenv("HANDOUTS_FOLDER", str(own / "gone"))
    assert "env var: 'HANDOUTS_FOLDER'" in run("list", "programs").output


def test_current_folder_counts_if_it_holds_clinics(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own)
    assert "my-program" in programs(run)
    monkeypatch.chdir(own / "programs")
    assert "my-program" not in programs(run)


def test_the_one_clinic_of_the_folder_needs_no_option(own: Path) -> None:
    assert chosen_clinic(workspace_of(own), None) == "my-clinic"
    assert chosen_clinic(workspace_of(own), "riverbend") == "riverbend"


def test_with_two_clinics_the_option_is_needed(run: Run, own: Path) -> None:
    assert run("--folder", own, "new", "clinic", "second").exit_code == 0
    with pytest.raises(click.UsageError, match=r"--clinic: my-clinic, second$"):
        chosen_clinic(workspace_of(own), None)


def test_invented_clinic_is_never_taken_unasked() -> None:
    with pytest.raises(click.UsageError, match=r"--clinic: oldmill, riverbend$"):
        chosen_clinic(Workspace(), None)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            "",
            {"demo", "build", "check", "list", "show", "figures", "new", "init", "inspect"}
            | {
                "schema",
                "copy",
                "import",
                "batch",
                "diff",
                "review",
                "send",
                "ledger",
                "desk",
                "fhir",
                "translation",
            },
        ),
        ("in", {"init", "inspect"}),
        ("build si-joint-c", {"si-joint-calm"}),
        ("build x --clinic r", {"riverbend"}),
        ("build x --layout fr", {"fridge"}),
        ("show bird", {"bird-dog"}),
        ("build x --side l", {"left"}),
    ],
)
def test_shell_completes(run: Run, typed: str, wanted: set[str]) -> None:
    assert run("--version").exit_code == 0, "the runner moves to an empty folder"
    *words, last = typed.split(" ")
    completer = ShellComplete(cli, {}, "handouts", "_HANDOUTS_COMPLETE")
    assert {item.value for item in completer.get_completions(words, last)} == wanted


def test_what_init_says_to_type_can_be_typed(run: Run) -> None:
    said = run("init", "Müller & Söhne").stdout
    (line,) = (line for line in said.splitlines() if line.startswith("  cd "))
    assert shlex.split(line) == ["cd", "Müller & Söhne"]

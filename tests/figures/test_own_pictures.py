"""``handouts check`` measures the pictures of a clinic's own exercises, each once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handouts.cli import check as checking
from handouts.cli.main import cli
from handouts.errors import Problem, to_install
from handouts.figures import drawings
from handouts.figures.drawings import CACHE
from handouts.workspace import Kind, Workspace
from tests.conftest import keep

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-folder"
LYING = "start: {step: 1, base: supine, shoulders"
FLOATING = "start: {step: 1, base: supine, raise: 9, shoulders"
Check = Callable[..., Result]


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example folder, in which the person of the heel slide can be made to float."""
    mine = tmp_path / "mine"
    shutil.copytree(EXAMPLE, mine)
    (mine / "clinics").mkdir()
    monkeypatch.chdir(mine)
    monkeypatch.delenv("HANDOUTS_FOLDER", raising=False)
    return mine


@pytest.fixture
def folder(beside: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two of its exercises, without built-in programs and exercises, which take longer to check."""
    shutil.rmtree(beside / "programs")
    shutil.rmtree(beside / CACHE)
    for path in (beside / "exercises").glob("*.yaml"):
        if path.stem not in ("own-heel-slide", "own-calf-stretch"):
            path.unlink()
    keep(monkeypatch, {Kind.PROGRAMS: (), Kind.EXERCISES: (), Kind.LAYOUTS: ("standard",)})
    return beside


def _float(folder: Path) -> None:
    path = folder / "exercises" / "own-heel-slide.yaml"
    text = path.read_text("utf-8")
    assert LYING in text
    path.write_text(text.replace(LYING, FLOATING), "utf-8")


def check(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, words)])


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the exercises whose pictures were measured."""
    names: list[str] = []
    findings = checking.findings

    def counted(workspace: Workspace, picked: Any) -> Iterator[Problem]:
        names.append(picked.name)
        return findings(workspace, picked)

    monkeypatch.setattr(checking, "findings", counted)
    return names


def test_right_pictures_are_no_problem(folder: Path, measured: list[str]) -> None:
    done = check()
    assert (done.output, done.exit_code) == ("no problems\n", 0)
    assert measured == sorted(path.stem for path in (folder / "exercises").glob("*.yaml"))


def test_a_wrong_picture_is_an_error_at_its_line(folder: Path) -> None:
    _float(folder)
    line = (folder / "exercises/own-heel-slide.yaml").read_text().split(FLOATING)[0].count("\n") + 1
    for paths in ((), ("exercises/own-heel-slide.yaml",), ("exercises",), (".",)):
        done = check(*paths)
        assert done.exit_code == 1
        assert done.output.startswith(f"exercises/own-heel-slide.yaml:{line}:"), paths
        assert "nothing touches the floor or a prop; the body floats" in done.output
        assert "[figure-floor]" in done.output
    (problem, *_) = json.loads(check("--json").stdout)
    assert problem["code"] == "figure-floor"
    assert problem["severity"] == "error"


def test_another_file_does_not_measure_the_picture(folder: Path, measured: list[str]) -> None:
    _float(folder)
    assert check("exercises/own-calf-stretch.yaml").exit_code == 0
    assert measured == ["own-calf-stretch"]


def test_a_folder_that_is_only_looked_at_is_left_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _float(folder)
    monkeypatch.chdir(folder.parent)
    done = check(folder)
    assert "[figure-floor]" in done.output
    assert not (folder / ".figures").exists()


def test_without_the_drawing_tools_it_is_said_once(
    beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, {Kind.PROGRAMS: (), Kind.EXERCISES: (), Kind.LAYOUTS: ("standard",)})
    _float(beside)
    assert "[figure-floor]" in check().output  # and all are drawn now, for the program
    monkeypatch.setattr(drawings, "find_spec", lambda name: None if name == "shapely" else 1)
    done = check()
    assert done.exit_code == 0
    assert done.stdout == "no problems\n"
    hint = to_install("figures")
    assert done.stderr == f"pictures were not checked, shapely missing: {hint}\n"


@pytest.mark.usefixtures("few_built_in")
def test_built_in_pictures_are_measured_only_if_named(beside: Path, measured: list[str]) -> None:
    for name in ("exercises", "programs"):
        shutil.rmtree(beside / name)
    assert check().exit_code == 0
    assert measured == []
    built_in = Workspace().find("exercises", "dead-bug")
    assert check(built_in).exit_code == 0
    assert measured == ["dead-bug", "dead-bug"]

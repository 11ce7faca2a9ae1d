"""The example of a clinic's own folder is clean, and its four pictures are short and possible."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handouts import Library, Workspace
from handouts.cli.main import cli
from handouts.figures.colours import roles
from handouts.figures.drawings import (
    CACHE,
    engine_digest,
    figure_digest,
    figures_of,
    figures_of_exercise,
)
from handouts.figures.vector import read_drawing
from tests.conftest import FEW, LIBRARY, keep

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-folder"
IDS = sorted(path.stem for path in (EXAMPLE / "exercises").glob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy without its drawings, so that they are drawn now."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "own", ignore=lambda *_: {".figures"}))


def _say(*words: str | Path) -> str:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_is_clean_and_makes_a_handout(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, FEW)
    assert "no problems" in _say("--folder", folder, "check")
    out = tmp_path / "own.pdf"
    _say("--folder", folder, "build", "own-exercises", "--clinic", "riverbend", "-o", out)
    assert out.read_bytes().startswith(b"%PDF")


def test_its_drawings_are_shipped_and_of_today() -> None:
    """Bytes are not compared: another version of shapely may round differently."""
    own_exercises = Library(Workspace(EXAMPLE))
    figures = [f for name in IDS for _, f in figures_of_exercise(own_exercises.exercise(name))]
    assert len(figures) == len(IDS) == 4
    # What has the pose of a built-in picture is not drawn again.
    built_in = {figure_digest(figure) for _, _, figure in figures_of(LIBRARY)}
    own = {figure_digest(figure) for figure in figures} - built_in
    assert own
    expected = {f"{digest}-{engine_digest()}.json" for digest in own}
    shipped = {path.name for path in (EXAMPLE / CACHE).glob("*.json")}
    assert shipped == expected, "run make figures"
    for name in shipped:
        drawing = read_drawing((EXAMPLE / CACHE / name).read_bytes(), roles())
        assert drawing
        assert name.startswith(f"{drawing.digest}-")


@pytest.mark.parametrize("own", IDS)
def test_a_picture_takes_at_most_fifteen_lines(own: str) -> None:
    text = (EXAMPLE / "exercises" / f"{own}.yaml").read_text(encoding="utf-8")
    figure = re.search(r"^figure:\n(?:  .*\n)+", text, re.MULTILINE)
    assert figure
    assert figure[0].count("\n") <= 15

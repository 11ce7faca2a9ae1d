"""Where a drawing comes from: shipped, cached in the clinic's folder, or drawn now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from handouts.errors import MissingError, to_install
from handouts.figures import draw as draw_module
from handouts.figures import drawings as drawings_module
from handouts.figures.drawings import (
    CACHE,
    ENGINE,
    ENGINE_MODULES,
    Drawings,
    drawing_name,
    engine_digest,
    generate,
    stale,
)
from handouts.load.library import Library
from handouts.model.figure import Figure
from handouts.workspace import Workspace
from tests.figures.conftest import draw_once

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_module, "draw", draw_once)


FIGURE = """
figure:
  works: both
  props: [mat]
  start: {step: 1, base: hooklying}
  end: {step: 2, lean: 20, keep: [upper_back, feet]}
variants:
  flat:
    figure: {end: {lean: 8}}
"""
EXERCISE = """schema: 1
name: My bridge
kind: strength
dose_kind: reps
stage: 1
family: bridge
regions: [hip, low-back]
position: on your back
purpose: Makes your buttocks strong.
steps: [Lie on your back., Lift your hips.]
feel_it: your buttocks working.
watch_out: do not hold your breath.
sides: both
dosage: {sets: 2, repetitions: 8, times_per_day: 1, days_per_week: 3}
dosage_from: conventional
sources: [{title: our own}]
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    folder = tmp_path / "clinic"
    (folder / "exercises").mkdir(parents=True)
    (folder / "exercises" / "my-bridge.yaml").write_text(EXERCISE + FIGURE)
    return Workspace(folder)


def _folder(clinic: Workspace) -> Path:
    assert clinic.folder is not None
    return clinic.folder


@pytest.fixture
def figure(clinic: Workspace) -> Figure:
    found = Library(clinic).exercise("my-bridge").figure
    assert found is not None
    return found


@pytest.fixture
def no_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings_module, "find_spec", lambda name: None if name == "numpy" else 1)


def test_a_clinics_own_figure_is_drawn_once(
    clinic: Workspace, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = Drawings(clinic).frames("my-bridge", None, figure)
    assert len(frames) == 2
    (file,) = (_folder(clinic) / CACHE).iterdir()
    assert file.name.endswith(f"-{engine_digest()}.json")
    monkeypatch.setattr(drawings_module, "draw_now", None)
    assert Drawings(clinic).frames("my-bridge", None, figure) == frames


def test_a_cached_figure_needs_no_numpy(
    clinic: Workspace, figure: Figure, request: pytest.FixtureRequest
) -> None:
    frames = Drawings(clinic).frames("my-bridge", None, figure)
    request.getfixturevalue("no_numpy")
    assert Drawings(clinic).frames("my-bridge", None, figure) == frames


def test_a_desk_that_cannot_draw_prints_what_an_older_engine_drew(
    clinic: Workspace, figure: Figure, request: pytest.FixtureRequest
) -> None:
    frames = Drawings(clinic).frames("my-bridge", None, figure)
    (file,) = (_folder(clinic) / CACHE).iterdir()
    file.rename(file.with_name(file.name.replace(engine_digest(), "0" * 24)))
    assert Drawings(clinic).frames("my-bridge", None, figure) == frames
    assert len(list((_folder(clinic) / CACHE).iterdir())) == 2, "who can draw draws it anew"
    (_folder(clinic) / CACHE / file.name).unlink()
    request.getfixturevalue("no_numpy")
    assert Drawings(clinic).frames("my-bridge", None, figure) == frames


@pytest.mark.usefixtures("no_numpy")
def test_without_numpy_a_new_figure_says_what_to_install(clinic: Workspace, figure: Figure) -> None:
    with pytest.raises(MissingError) as caught:
        Drawings(clinic).frames("my-bridge", None, figure)
    message = 'the picture of "my-bridge" is not drawn yet, and drawing it needs numpy'
    assert str(caught.value).startswith(message)
    assert caught.value.problems[0].hint == to_install("figures")


def test_a_broken_cache_is_drawn_again(clinic: Workspace, figure: Figure) -> None:
    frames = Drawings(clinic).frames("my-bridge", None, figure)
    (file,) = (_folder(clinic) / CACHE).iterdir()
    file.write_bytes(b"{")
    assert Drawings(clinic).frames("my-bridge", None, figure) == frames
    assert len(file.read_bytes()) > 10_000


FULL = """
import resource, signal, sys
from pathlib import Path
from handouts.figures.drawings import Drawings
from handouts.load.library import Library
from handouts.workspace import Workspace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
place = Workspace(Path(sys.argv[1]))
figure = Library(place).exercise("my-bridge").figure
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
print(len(Drawings(place).frames("my-bridge", None, figure)))
"""


def test_a_full_disk_keeps_no_half_of_a_drawing(clinic: Workspace) -> None:
    # -B: or the limit would cut compiled modules of the package short, too.
    command = [sys.executable, "-B", "-c", FULL, str(_folder(clinic))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
    assert list((_folder(clinic) / CACHE).iterdir()) == []


def test_the_engine_is_what_drawing_imports() -> None:
    code = "import sys, handouts.figures.draw; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.startswith("handouts.figures.")}
    assert loaded == {f"handouts.figures.{name}" for name in ENGINE_MODULES}


def test_a_variant_is_a_drawing_of_its_own(clinic: Workspace, figure: Figure) -> None:
    variant = Library(clinic).exercise("my-bridge").variant("flat").figure
    assert variant is not None
    drawings = Drawings(clinic)
    assert drawing_name("my-bridge", "flat") == "my-bridge--flat"
    assert drawings.frames("my-bridge", "flat", variant) != drawings.frames(
        "my-bridge", None, figure
    )


def test_shipped_drawings_are_fresh() -> None:
    workspace = Workspace()
    assert stale(Library(workspace), workspace.builtin("data/figures")) == []


def test_generating_writes_only_what_changed_and_says_when_stale(
    clinic: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = Library(clinic)
    monkeypatch.setattr(Workspace, "ids", lambda *_: ("my-bridge",))
    folder = tmp_path / "drawn"
    folder.mkdir()
    (folder / "gone.json").write_text("{}")
    assert [problem.message for problem in stale(only, folder)] == [
        "the drawing my-bridge.json is missing",
        "the drawing my-bridge--flat.json is missing",
        "the drawing gone.json belongs to no exercise",
        "the drawings were made by an older engine",
    ]
    names = {path.name for path in generate(only, folder)}
    assert names == {"my-bridge.json", "my-bridge--flat.json", ENGINE, "gone.json"}
    assert generate(only, folder) == []
    assert stale(only, folder) == []
    path = _folder(clinic) / "exercises" / "my-bridge.yaml"
    path.write_text(path.read_text().replace("lean: 20", "lean: 19"))
    (problem,) = [p for p in stale(Library(clinic), folder) if "--flat" not in p.message]
    assert problem.message == "the drawing my-bridge.json was made from an older figure"

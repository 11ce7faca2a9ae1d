"""The built wheel, alone in an empty environment, makes a handout and reads it back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(*command: str | Path, folder: Path) -> str:
    """Run a command in ``folder`` without this checkout on its path and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the build backend that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    python = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    run(*python, "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone, without the packages for development, and return its folder."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder / "env", folder=folder)
    pip = [folder / "env" / "bin" / "python", "-m", "pip", "install", "--quiet"]
    run(*pip, "--constraint", ROOT / "constraints.txt", wheel, folder=folder)
    return folder


def test_wheel_holds_content_layouts_fonts_and_licences(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"handouts/resources/{path.relative_to(ROOT).as_posix()}"
        for top in ("data", "layouts")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
    } | {f"handouts/fonts/{path.name}" for path in (ROOT / "handouts" / "fonts").iterdir()}
    assert len(wanted) > 50
    assert wanted - packed == set()
    assert any(name.endswith("licenses/LICENSE") for name in packed)
    assert not any(name.startswith(("tests/", "tools/")) for name in packed)


def test_installed_wheel_makes_a_handout(installed: Path) -> None:
    handouts = installed / "env" / "bin" / "handouts"
    command = [handouts, "build", "si-joint-calm", "--clinic", "riverbend", "-o", "calm.pdf"]
    assert run(*command, "--name", "Maria", folder=installed).startswith("wrote calm.pdf (")
    facts = json.loads(run(handouts, "inspect", "calm.pdf", "--json", folder=installed))
    assert facts["pages"] >= 2
    assert facts["code"].startswith("SIJ-CALM-")
    assert all(font["embedded"] for font in facts["fonts"])
    assert "Riverbend" in facts["text"][0]


def test_installed_wheel_starts_a_clinic_folder(installed: Path) -> None:
    handouts = installed / "env" / "bin" / "handouts"
    run(handouts, "init", "own", folder=installed)
    assert run(handouts, "check", "--strict", folder=installed / "own") == "no problems\n"
    assert "glute-bridge" in run(handouts, "list", "exercises", folder=installed)

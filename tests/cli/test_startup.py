"""What starting costs: a command imports what it needs and nothing that others need."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import handouts
from handouts import Workspace

PACKAGE = Path(handouts.__file__).parent

UNUSED = (
    "distributed",
    "fontTools.ttLib",
    "fsspec",
    "handouts.cli.batch",
    "handouts.deliver.batch.run_batch",
    "handouts.load.roster",
    "handouts.model.roster",
    "http.client",
    "numpy",  # drawings that are not drawn yet
    "openpyxl",
    "pikepdf",
    "pypdf",
    "pypdfium2",
    "reportlab.graphics",
    "shapely",
    "smtplib",
    "sqlite3",
    "ssl",
    "urllib.request",
)


def imported(arguments: list[str], folder: Path) -> set[str]:
    """Return the modules that a command has loaded when it ends."""
    run = "from handouts.cli.main import cli\ncli(sys.argv[1:], standalone_mode=False)\n"
    code = f"import sys\n{run}print(*sys.modules, file=sys.stderr)\n"
    # What measures the coverage of tests imports modules of its own.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=kept,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("layout", ["standard", "cards"])
def test_a_build_imports_only_what_it_uses(tmp_path: Path, layout: str) -> None:
    known = imported(
        [
            *("build", "si-joint-calm", "--clinic", "riverbend", "--layout", layout),
            *("--side", "left", "--start", "2026-12-01", "--next-visit", "2026-12-15"),
            *("-o", "a.pdf"),
        ],
        tmp_path,
    )
    assert (tmp_path / "a.pdf").is_file()
    assert "handouts.layout.planner" in known
    assert [name for name in UNUSED if name in known] == []


def test_a_clinic_without_a_logo_needs_no_svg(tmp_path: Path) -> None:
    text = Workspace().find("clinics", "riverbend").read_text("utf-8")
    (tmp_path / "clinics").mkdir()
    plain = "".join(line for line in text.splitlines(True) if not line.strip().startswith("logo:"))
    assert plain != text
    (tmp_path / "clinics" / "plain.yaml").write_text(plain, "utf-8")
    known = imported(["build", "si-joint-calm", "--clinic", "plain", "-o", "a.pdf"], tmp_path)
    assert "handouts.layout.planner" in known
    assert {"tinycss2", "handouts.logos.svg"} & known == set()


@pytest.mark.parametrize("switch", [None, ""])
def test_no_plugin_sees_what_is_checked(tmp_path: Path, switch: str | None) -> None:
    """Those of pydantic would see every value, patients' too; they are any installed package's."""
    about = tmp_path / "spy-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: spy\nVersion: 1.0\n", "ascii")
    (about / "entry_points.txt").write_text("[pydantic]\nspy = spy:plugin\n", "ascii")
    (tmp_path / "spy.py").write_text("open('seen', 'w').close()\nplugin = None\n", "ascii")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYDANTIC")}
    own["PYTHONPATH"] = str(tmp_path)
    if switch is not None:
        own["PYDANTIC_DISABLE_PLUGINS"] = switch

    def run(*words: str) -> None:
        command = [sys.executable, *words]
        subprocess.run(command, check=False, capture_output=True, cwd=tmp_path, env=own)

    run("-m", "handouts", "build", "si-joint-calm", "--clinic", "riverbend", "-o", "a.pdf")
    assert (tmp_path / "a.pdf").is_file()
    assert not (tmp_path / "seen").exists()
    run("-c", "import pydantic; pydantic.create_model('A')")
    assert (tmp_path / "seen").exists(), "pydantic finds this one where it looks for plugins"


def test_help_defines_no_records(tmp_path: Path) -> None:
    run = "from handouts.__main__ import main\nmain()\n"
    code = f"import atexit, sys\natexit.register(lambda: print(*sys.modules))\n{run}"
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        check=True, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    known = set(done.stdout.split())
    assert "handouts.errors" in known
    unused = {"dataclasses", "difflib", "handouts.workspace", "hashlib", "json", "msgspec"}
    assert {*unused, "pydantic", "reportlab", "traceback"} & known == set()


@pytest.mark.parametrize("stage", ["model", "compose", "figures", "text", "pdf", "layout", "stamp"])
def test_records_are_structs(stage: str) -> None:
    """A dataclass takes half a millisecond to define, in every process."""
    sources = {path.name: path.read_text("utf-8") for path in (PACKAGE / stage).glob("*.py")}
    assert any("Struct" in text for text in sources.values())
    # The parts of a drawing are extended, and drawn once.
    allowed = {"part.py"} if stage == "figures" else set()
    assert {name for name, text in sources.items() if "@dataclass" in text} <= allowed


def test_models_are_not_read_as_text() -> None:
    sources = {path.name: path.read_text("utf-8") for path in (PACKAGE / "model").glob("*.py")}
    models = {
        name for name, text in sources.items() if re.search(r"\((Model|ContentFile)\):", text)
    }
    assert len(models) > 10
    late = "\nfrom __future__ import annotations"
    assert {name for name in models if late in sources[name]} == set()


def test_a_list_imports_neither_layout_nor_pdf(tmp_path: Path) -> None:
    known = imported(["list", "layouts"], tmp_path)
    assert {"handouts.layout.planner", "handouts.stamp.build", "tinycss2"} & known == set()

"""What starting costs: a command imports what it needs and nothing that others need."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handouts import Workspace
from handouts.cli.lazy import uncollected

UNUSED = (
    "PIL",  # raster logos only
    "distributed",
    "fontTools",
    "fsspec",
    "handouts.cli.batch",
    "handouts.deliver.batch",
    "handouts.load.roster",
    "handouts.model.roster",
    "numpy",  # drawings that are not drawn yet
    "openpyxl",
    "pikepdf",
    "pypdf",
    "pypdfium2",
    "reportlab",
    "shapely",
    "smtplib",
    "sqlite3",
)


def imported(arguments: list[str], folder: Path, cache: str = "off") -> set[str]:
    """Return the modules that a command has imported when it ends."""
    code = (
        "import sys\n"
        "from handouts.cli.main import cli\n"
        f"cli({arguments!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "HANDOUTS_CACHE": cache},
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("layout", ["standard", "cards"])
def test_a_build_imports_only_what_it_uses(tmp_path: Path, layout: str) -> None:
    known = imported(
        ["build", "si-joint-calm", "--clinic", "riverbend", "--layout", layout, "-o", "a.pdf"],
        tmp_path,
    )
    assert (tmp_path / "a.pdf").is_file()
    assert "handouts.layout.engine" in known
    assert [name for name in UNUSED if name in known] == []


def test_a_clinic_without_a_logo_needs_no_svg(tmp_path: Path) -> None:
    text = Workspace().find("clinics", "riverbend").read_text("utf-8")
    (tmp_path / "clinics").mkdir()
    plain = "".join(line for line in text.splitlines(True) if not line.strip().startswith("logo:"))
    assert plain != text
    (tmp_path / "clinics" / "plain.yaml").write_text(plain, "utf-8")
    known = imported(["build", "si-joint-calm", "--clinic", "plain", "-o", "a.pdf"], tmp_path)
    assert "handouts.layout.engine" in known
    assert {"svgelements", "handouts.layout.logo_file"} & known == set()


def test_a_repeated_build_imports_neither_models_nor_layout(tmp_path: Path) -> None:
    arguments = ["build", "si-joint-calm", "--clinic", "riverbend", "-o", "a.pdf"]
    cache = str(tmp_path / "cache")
    first = imported(arguments, tmp_path, cache)
    again = imported(arguments, tmp_path, cache)
    heavy = {"pydantic", "babel", "yaml", "handouts.layout.engine", "handouts.pdf.write"}
    assert heavy <= first
    assert heavy & again == set()


def test_collecting_garbage_is_switched_on_again() -> None:
    with contextlib.suppress(ZeroDivisionError), uncollected():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_list_imports_neither_layout_nor_pdf(tmp_path: Path) -> None:
    known = imported(["list", "layouts"], tmp_path)
    assert {"handouts.layout.engine", "handouts.pdf.write", "svgelements"} & known == set()

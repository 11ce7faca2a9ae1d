"""The built wheel, alone in an empty environment, does what documents show; so does help."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import token
import zipfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from tokenize import tokenize

import openpyxl
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from handouts.deliver.mail.ledger import sending_ledger
from tests import command
from tests.examples import DOCUMENTS, Example, not_printed, of_document, of_help

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


def _needed(name: str, extras: frozenset[str], known: set[tuple[str, frozenset[str]]]) -> None:
    """Add to ``known`` what a package needs here, and what that needs."""
    if (name, extras) in known:
        return
    known.add((name, extras))
    for line in metadata.requires(name) or ():
        needs = Requirement(line)
        if needs.marker is None or any(
            needs.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            _needed(canonicalize_name(needs.name), frozenset(needs.extras), known)


def test_every_package_that_is_needed_is_pinned_at_the_version_that_is_tested() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned: dict[str, Version] = {
        canonicalize_name(name): Version(version) for name, version in pins.items()
    }
    known: set[tuple[str, frozenset[str]]] = set()
    _needed("handouts", frozenset({"dev"}), known)
    names = {name for name, _ in known} - {"handouts"}
    assert len(names) > 100
    assert {name: pinned.get(name) for name in names} == {
        name: Version(metadata.version(name)) for name in names
    }


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
    """Install the wheel alone, without the packages for development, and return its folder.

    What it needs is linked from the environment of the tests, where all is pinned: pip would
    unpack and Python compile the same files again.
    """
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "env/bin/python"
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", folder=folder)
    # The pip of the tests: one of the environment's own takes as long to install as all the rest.
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python]
    run(*pip, "install", "--quiet", "--no-compile", "--no-deps", wheel, folder=folder)
    place = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder
    )
    known: set[tuple[str, frozenset[str]]] = set()
    _needed("handouts", frozenset(), known)
    for name in {name for name, _ in known} - {"handouts"}:
        _link(name, Path(place.strip()))
    # What the wheel itself says that it needs.
    run(*pip, "check", folder=folder)
    return folder


def _link(name: str, place: Path) -> None:
    """Put links to the files of an installed package into a folder of packages."""
    for file in metadata.files(name) or ():
        if ".." not in file.parts:  # commands stand in another folder
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).symlink_to(file.locate())


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


# -- every example that help and documents show

SETS_UP = ("make", "pip", "pipx", "python", "source", "keyring")
"""Commands that set a machine up, or ask for a password; they are not run."""
NEED_MORE = ("handouts desk", "handouts figures ", "handouts batch million.csv -o s3://")
"""What may ask for packages that a plain install leaves out."""
MAY_FIND = "handouts check --language"
"""What tells of the folder that its texts are not translated."""
INSTALL = re.compile(r"(?:-m pip install|pipx inject handouts) \S+")
MAIL = "\nmail:\n  from: handouts@clinic.example\n"


def plain(installed: Path) -> dict[str, str]:
    """Return the environment of a reader: the plain install's commands are found first."""
    own = ("PYTHON", "HANDOUTS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return environment | {
        "PATH": f"{installed / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(installed),
    }


def shell(installed: Path, line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of an example as a reader would."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=plain(installed),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def do(installed: Path, line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of an example; a command of ours is forked from a plain install that has started.

    That it starts from nothing, and its workers, is seen where the folder is made that examples
    begin in.
    """
    if not line.startswith("handouts "):
        return shell(installed, line, folder)
    words = shlex.split(line, comments=True)
    if words[1] == "batch" and "-o" in words:
        words += ["--jobs", "1"]  # a process takes longer to start than to make three handouts
    python = installed / "env" / "bin" / "python"
    return command.run_with(str(python), plain(installed), folder, *words[1:])


Runner = Callable[[Path, str, Path], subprocess.CompletedProcess[str]]


def contents(folder: Path) -> dict[str, int]:
    """Return all files and folders with the time of their last change."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*")
    }


def faults(installed: Path, example: Example, folder: Path) -> Iterator[str]:
    """Run an example and yield what is wrong: it does what it says, or names what to install."""
    before = contents(folder)
    done = do(installed, example.line, folder)
    said = f"{example.line}: exit code {done.returncode}\n{done.stdout[-300:]}{done.stderr[-600:]}"
    if done.returncode == 1 and example.line.startswith(NEED_MORE):
        if len(INSTALL.findall(done.stderr)) != 1:
            yield f"does not say in one line what to install: {said}"
        if contents(folder) != before:
            yield f"wrote something and did not end: {said}"
    elif done.returncode not in (0, 3) and not example.line.startswith(MAY_FIND):
        yield said
    elif missing := not_printed(example, done.stdout):
        yield f"did not print {missing}: {said}"


def stage(installed: Path, folder: Path) -> Path:
    """Make a clinic's folder with all that the examples speak of."""

    def make(line: str, codes: tuple[int, ...] = (0,), by: Runner = do) -> None:
        done = by(installed, line, folder)
        assert done.returncode in codes, done.stdout + done.stderr

    folder.mkdir()
    make("handouts init .", by=shell)
    with (folder / "clinics" / "my-clinic.yaml").open("a", encoding="utf-8") as file:
        file.write(MAIL)
    shutil.copytree(ROOT / "docs" / "example-folder", folder / "docs" / "example-folder")
    make("handouts new roster monday")
    who = [["R-17", "Maria Moss"], ["R-18", "Jo Reed"], ["R-19", "Al Roe"]]
    plan = [["si-joint-calm", side] for side in ("left", "right", "nowhere")]
    mail = [["maria@example.org", "yes 2026-11-20"], ["jo@example.org", "no"], ["", "no"]]
    headers = ["reference", "name", "program", "affected_side", "email", "email_consent"]
    day = [headers, *(a + b + c for a, b, c in zip(who, plan, mail, strict=True))]
    write_rows(folder / "monday.csv", day)
    for name in ("today", "million"):
        write_rows(folder / f"{name}.csv", day)
    write_rows(folder / "patients.csv", [row[:2] for row in day])
    write_rows(folder / "plans.csv", [[row[0], *row[2:4]] for row in day[:3]])
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in day[:3]:
        sheet.append(row[:2])
    book.save(folder / "patients.xlsx")
    exercise = {"id": "Cat_Stretch", "name": "Hamstring bow", "instructions": ["Bow slowly."]}
    (folder / "exercises.json").write_text(json.dumps([exercise]), "utf-8")
    (folder / "our-exercises.csv").write_text("name,steps\nHeel lift,Lift your heels.\n", "utf-8")
    make("handouts review si-joint-calm my-program --by alex-example --yes")
    make("handouts batch monday.csv -o monday", (3,), by=shell)
    correct(folder)
    for name in ("out", "tuesday"):
        shutil.copytree(folder / "monday", folder / name)
    make("handouts build si-joint-calm --clinic riverbend -o maria.pdf")
    make("handouts send monday --roster monday.csv --send", (3,))
    with sending_ledger(folder / "monday" / "ledger.sqlite3") as ledger:
        # A message was begun, and nobody knows what became of it.
        ledger.begin(ledger.delivery("R-17", "0" * 16, "0" * 64, "maria@example.org"), "<a@b>")
    return folder


def correct(folder: Path) -> None:
    """Correct the rows that failed, as documents ask for."""
    for path in folder.glob("*/failed.csv"):
        path.write_bytes(path.read_bytes().replace(b"nowhere", b"both"))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    """Write a list of patients."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def make_way(example: Example, folder: Path) -> None:
    """Write what an example reads, and remove what it is about to make if that is there."""
    words = shlex.split(example.line, comments=True)
    if words[1:3] == ["figures", "show"]:
        bridge = (ROOT / "data" / "exercises" / "glute-bridge.yaml").read_text("utf-8")
        for name in ("my-bridge", "my-exercise"):
            (folder / "exercises" / f"{name}.yaml").write_text(bridge, "utf-8")
    if words[1:] == ["show", "--diff", "calm-at-home"]:
        over = "schema: 1\nextends: si-joint-calm\nname: Calm at home\ncode: CALM-HOME\n"
        (folder / "programs" / f"{words[3]}.yaml").write_text(over, "utf-8")
    if words[1:3] == ["translation", "import"]:
        row = ["exercises/bird-dog", "name", "Hands-and-knees reach", "Vierfüßler"]
        write_rows(folder / words[4], [["file", "text", "original", "translation"], row])
    if words[1:2] == ["new"]:
        for path in folder.glob(f"*/{words[3]}.*"):
            path.unlink()
    if "-o" in words and "--resume" not in words:
        shutil.rmtree(folder / words[words.index("-o") + 1], ignore_errors=True)


@pytest.fixture(scope="module")
def staged(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder that examples begin in."""
    return stage(installed, tmp_path_factory.mktemp("staged") / "clinic")


def run_series(series: list[Example], installed: Path, staged: Path, folder: Path) -> list[str]:
    """Run examples one after the other and return what is wrong with them."""
    if any(example.line.startswith("handouts init") for example in series):
        folder.mkdir()
    else:
        shutil.copytree(staged, folder)
    found: list[str] = []
    for example in series:
        words = shlex.split(example.line, comments=True)
        if words[0] == "cd":
            folder /= words[1]
            with (folder / "clinics" / "my-clinic.yaml").open("a", encoding="utf-8") as file:
                file.write(MAIL)
        elif words[0] not in SETS_UP:
            make_way(example, folder)
            found += faults(installed, example, folder)
            correct(folder)
    return found


SERIES = {path.relative_to(ROOT).as_posix(): of_document(path) for path in DOCUMENTS}


def stands_in(series: list[Example], longer: list[Example]) -> bool:
    """Return whether examples are shown one after the other in a longer series too."""
    starts = range(len(longer) - len(series) + 1) if len(series) < len(longer) else ()
    return any(
        all(
            one.line == other.line and set(one.shown) <= set(other.shown)
            for one, other in zip(series, longer[start:], strict=False)
        )
        for start in starts
    )


TO_RUN = [
    name
    for name, series in SERIES.items()
    if series and not any(stands_in(series, longer) for longer in SERIES.values())
]
"""Documents with examples of their own: the page in a new folder shows README's."""


def asked(example: Example) -> tuple[str, ...]:
    """Return the words of a line, but for where it writes to."""
    words = shlex.split(example.line, comments=True)
    at = words.index("-o") if "-o" in words else len(words)
    return (*words[:at], *words[at + 2 :])


SHOWN = {asked(example) for series in SERIES.values() for example in series}


def test_the_install_is_plain(installed: Path) -> None:
    assert shell(installed, "python -c 'import numpy'", installed).returncode == 1


@pytest.mark.parametrize("document", TO_RUN)
def test_examples_of_a_document_run_after_each_other(
    installed: Path, staged: Path, tmp_path: Path, document: str
) -> None:
    found = run_series(SERIES[document], installed, staged, tmp_path / "folder")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("line", [each.line for each in of_help() if asked(each) not in SHOWN])
def test_an_example_of_help_stands_alone(
    installed: Path, staged: Path, tmp_path: Path, line: str
) -> None:
    found = run_series([Example(line)], installed, staged, tmp_path / "folder")
    assert not found, "\n".join(found)


def test_letters_that_need_more_are_refused_with_what_to_install(
    installed: Path, staged: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(staged, folder)
    names = {"R-1": "محمد علي", "R-2": "李小龙", "R-3": "प्रिया", "R-4": "Maria Moss"}
    rows = [[*each, "si-joint-calm"] for each in names.items()]
    write_rows(folder / "day.csv", [["reference", "name", "program"], *rows])
    looked = do(installed, "handouts batch day.csv --check", folder)
    made = do(installed, "handouts batch day.csv -o day", folder)
    failed = (folder / "day" / "failed.csv").read_text("utf-8-sig")
    assert (looked.returncode, made.returncode) == (3, 3), looked.stderr + made.stderr
    for said in (looked.stderr + looked.stdout, failed):
        assert said.count("no font has the character U+") == len(INSTALL.findall(said)) == 3
    arabic = do(installed, "handouts build si-joint-calm --clinic riverbend --language ar", folder)
    assert arabic.returncode == 1, arabic.stderr
    assert len(INSTALL.findall(arabic.stderr)) == 1


def test_no_pattern_is_read_otherwise_by_an_older_python() -> None:
    """A possessive repetition (``*+``) refuses what it should take before Python 3.11.5."""
    possessive, found = re.compile(r"(?:[*?+]|\{\d+(?:,\d*)?\})\+"), []
    for file in sorted((ROOT / "handouts").rglob("*.py")):
        with file.open("rb") as source:
            texts = [each for each in tokenize(source.readline) if each.type == token.STRING]
        found += [
            f"{file.name}:{each.start[0]}" for each in texts if possessive.search(each.string)
        ]
    assert found == []

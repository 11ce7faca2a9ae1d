"""Every kind of bad input through the command line: where it is, what to do, and nothing written.

A case spoils one file of a clinic's own folder. ``@@`` in the spoiled text marks the place that
the message must name, and is taken out before the file is written.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
PATIENT = "Zaphod Beeblebrox"
MARK = "@@"
BUILD = ("build", "si-joint-calm", "--clinic", "riverbend")
BRIDGE, PROGRAM = "exercises/glute-bridge.yaml", "programs/si-joint-calm.yaml"
STRETCH, CLINIC = "exercises/figure-four-supine.yaml", "clinics/riverbend.yaml"


@dataclass(frozen=True)
class Spoiled:
    """One file with ``old`` replaced by ``new``, and what must be said about it."""

    file: str
    old: str
    new: str
    message: str
    hint: str


CASES = {
    "unknown key": Spoiled(
        BRIDGE, "\n  sets: 2", "\n  sets: 2\n  @@repetition: 4",
        'unknown key "repetition"', 'did you mean "repetitions"?',
    ),
    "unknown key at the top": Spoiled(
        PROGRAM, "\nweeks: 4", "\n@@week: 4", 'unknown key "week"', 'did you mean "weeks"?'
    ),
    "missing key": Spoiled(
        BRIDGE, "schema: 1\nname: Bridge", "@@schema: 1",
        'missing key "name"', 'add a line "name: ..." here',
    ),
    "wrong type, text for a list": Spoiled(
        STRETCH, "\nsteps:\n", "\nsteps: @@rest\nequipment:\n", "steps must be a list", '"- "'
    ),
    "wrong type, number for text": Spoiled(
        PROGRAM, "\ntitle: Your home exercises", "\ntitle: @@12", "title must be text, not 12",
        "put it in quotes",
    ),
    "no sets": Spoiled(
        BRIDGE, "\n  sets: 2", "\n  sets: @@0", "sets must be at least 1, not 0", "sets"
    ),
    "a hold of ten minutes": Spoiled(
        STRETCH, "\n  hold: 10 s", "\n  hold: @@10 minutes",
        "figure-four-supine: a hold of 10 minutes", "is it 10 s?",
    ),
    "unknown exercise": Spoiled(
        PROGRAM, "exercise: glute-bridge", "exercise: @@glute-brigde",
        'there is no exercise "glute-brigde"', 'did you mean "glute-bridge"?',
    ),
    "unknown variant": Spoiled(
        PROGRAM, "exercise: glute-bridge", "exercise: glute-bridge\n        variant: @@bnad",
        'glute-bridge has no variant "bnad"', 'did you mean "band"?',
    ),
    "id that leads out of its folder": Spoiled(
        PROGRAM, "exercise: glute-bridge", "exercise: @@../../secret",
        'exercise must be an id, not "../../secret"', "lower-case letters, digits and hyphens",
    ),
    "logo outside the folder": Spoiled(
        CLINIC, "logo: riverbend.svg", "logo: @@../../secret.svg",
        "logo must be the name of a file beside this one", "put the picture in the same folder",
    ),
    "duplicate key": Spoiled(
        BRIDGE, "\nkind: strength", "\nkind: strength\n@@kind: strength",
        '"kind" is given twice, first on line', "keep one of the two",
    ),
    "tab for indentation": Spoiled(
        BRIDGE, "\n  sets: 2", "\n@@\tsets: 2", "a tab is used to indent", "two spaces"
    ),
    "not UTF-8": Spoiled(
        BRIDGE, "\nkind: strength", "\nkind: str@@\udcffength", "the file is not UTF-8 text",
        'save it with the encoding "UTF-8"',
    ),
    "a tag": Spoiled(
        BRIDGE, "\nkind: strength", "\nkind: @@!!python/object/apply:os.getcwd []",
        "tags (a word after !) are not allowed here", "remove it",
    ),
    "aliases that explode": Spoiled(
        PROGRAM, "\nweeks: 4",
        "\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"a{n}: {MARK if n == 4 else ''}&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n"
            for n in range(1, 12)
        ),
        "more than 50000 values, with aliases written out", "write",
    ),
    "a side that must be known": Spoiled(
        PROGRAM, "- exercise: figure-four-supine",
        "- exercise: figure-four-supine\n        side: affected\n        side_required: @@true",
        "si-joint-calm needs the affected side, for figure-four-supine", "add --side left or",
    ),
    "unknown safety text": Spoiled(
        PROGRAM, "safety: low-back", "safety: @@low-bak", 'there is no safety "low-bak"',
        'did you mean "low-back"?',
    ),
    "unknown language": Spoiled(
        CLINIC, "locale: en-US", "locale: @@english", "locale must be a language tag", "en-GB"
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clinic's folder with its own copy of some built-in content."""
    own = tmp_path / "own"
    for name in (BRIDGE, STRETCH, PROGRAM, CLINIC, "clinics/riverbend.svg"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / name, own / name)
    return own


def spoil(folder: Path, case: Spoiled) -> str:
    """Write the spoiled file; return file, line and column of the mark."""
    path = folder / case.file
    good = path.read_text("utf-8")
    assert good.count(case.old) == 1, f"{case.file} has changed"
    bad = good.replace(case.old, case.new)
    before, _, after = bad.partition(MARK)
    path.write_bytes((before + after).encode("utf-8", "surrogateescape"))
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{case.file}:{line}:{column}"


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Return all that lies under a folder, with size and time of its last change."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {
        str(path): (stat.st_size, 0 if path.is_dir() else stat.st_mtime_ns)
        for path, stat in found.items()
    }


def refused(run: Run, tmp_path: Path, *arguments: str | Path) -> list[str]:
    """Run a command that must refuse its input; return the lines of what it says."""
    before = everything(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    assert PATIENT not in done.output
    assert not re.search("Zaphod|Beeblebrox", done.output, re.IGNORECASE)
    assert done.stdout == ""
    assert everything(tmp_path) == before
    *said, last = done.stderr.splitlines()
    counted = re.fullmatch(r"(\d+) problems?( in \d+ files?)?; nothing was written", last)
    assert counted
    assert sum(line.startswith("    hint: ") for line in said) == int(counted[1]), "\n".join(said)
    return said


def hint_below(said: list[str], start: str) -> str:
    """Return the hint below the one line that begins with ``start``."""
    places = [number for number, line in enumerate(said) if line.startswith(start)]
    assert len(places) == 1, "\n".join(said)
    below = said[places[0] + 1] if places[0] + 1 < len(said) else ""
    assert below.startswith("    hint: "), "\n".join(said)
    return below.removeprefix("    hint: ")


# --- content -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_spoiled_file_is_refused_at_its_place(
    run: Run, tmp_path: Path, folder: Path, case: Spoiled
) -> None:
    place = spoil(folder, case)
    said = refused(
        run, tmp_path, "--folder", folder, *BUILD, "--name", PATIENT, "-o", "handout.pdf"
    )
    assert case.hint in hint_below(said, f"{place}: {case.message}")


@pytest.mark.usefixtures("few_built_in")
def test_check_finds_all_spoiled_files_at_their_places(
    run: Run, tmp_path: Path, folder: Path
) -> None:
    wanted = []
    for number, (name, case) in enumerate(CASES.items()):
        if name != "a side that must be known":
            original, own = Path(case.file).stem, f"own-{number}"
            copy = replace(case, file=case.file.replace(original, own))
            shutil.copy(folder / case.file, folder / copy.file)
            wanted.append((spoil(folder, copy), case.message.replace(original, own)))
    before = everything(tmp_path)
    done = run("--folder", folder, "check")
    assert done.exit_code == 1, done.output
    for place, message in wanted:
        line = rf"^{re.escape(place)}: .*{re.escape(message)}"
        assert re.search(line, done.stdout, re.MULTILINE), f"{place}: {message}"
    assert everything(tmp_path) == before


def test_all_spoiled_files_are_said_at_once(run: Run, tmp_path: Path, folder: Path) -> None:
    names = ("no sets", "a hold of ten minutes", "logo outside the folder")
    places = [spoil(folder, CASES[name]) for name in names]
    said = refused(run, tmp_path, "--folder", folder, *BUILD, "--layout", "cart", "-o", "x.pdf")
    assert all(any(line.startswith(place) for line in said) for place in places)
    assert any('there is no layout "cart"' in line for line in said)


# --- files that are no text at all ---------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    ["review --clinic riverbend", "review si-joint-calm --clinic riverbend --show",
     "show si-joint-calm", "diff si-joint-calm si-joint-move", "check programs"],
)  # fmt: skip
@pytest.mark.usefixtures("few_built_in")
def test_every_command_says_what_is_wrong_with_a_program(
    run: Run, tmp_path: Path, folder: Path, command: str
) -> None:
    case = CASES["unknown variant"]
    place = spoil(folder, case)
    words = [str(folder / each) if each == "programs" else each for each in command.split()]
    before = everything(tmp_path)
    done = run("--folder", folder, *words)
    assert done.exit_code == 1, done.output
    assert f"{place}: {case.message}" in done.output
    assert everything(tmp_path) == before


def test_an_empty_file_is_refused(run: Run, tmp_path: Path, folder: Path) -> None:
    (folder / PROGRAM).write_bytes(b"")
    said = refused(run, tmp_path, "--folder", folder, *BUILD, "-o", "x.pdf")
    assert "handouts new" in hint_below(said, f"{PROGRAM}: the file is empty")


def test_a_file_of_50_megabytes_is_refused(run: Run, tmp_path: Path, folder: Path) -> None:
    with (folder / PROGRAM).open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    said = refused(run, tmp_path, "--folder", folder, *BUILD, "-o", "x.pdf")
    message = f"{PROGRAM}: the file has 50.0 MB, more than the 1 MB allowed"
    assert hint_below(said, message)


# --- the patient ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("name: Zaphod Beeblebrox\nBeeblebrox: 1\n", "2:1", "unknown key"),
        ("name: Zaphod Beeblebrox\nname: Zaphod\n", "2:1", "a key is given twice"),
        ("name: Zaphod\naffected_side: Beeblebrox\n", "2:16", "affected_side must be one of left"),
        ("name: Zaphod: Beeblebrox\n", "1:13", "a second key on this line"),
        ("name:\n\tZaphod Beeblebrox: 1\n", "2:1", "a tab is used to indent"),
        ("name: [Zaphod Beeblebrox]\n", "1:7", "name must be text"),
        ("name: Zaphod\nstart_date: Beeblebrox\n", "2:13", "start_date must be a date"),
    ],
)
def test_a_bad_patient_file_is_refused_without_its_words(
    run: Run, tmp_path: Path, text: str, place: str, message: str
) -> None:
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    said = refused(run, tmp_path, *BUILD, "--patient", "p.yaml", "-o", "x.pdf")
    assert f"p.yaml:{place}: {message}" in said[0]


@pytest.mark.parametrize("day", ["9999-12-20", "0226-12-01"])
def test_a_start_that_cannot_be_meant_is_refused(run: Run, tmp_path: Path, day: str) -> None:
    (tmp_path / "p.yaml").write_text(f"name: {PATIENT}\nstart_date: {day}\n", "utf-8")
    said = refused(run, tmp_path, *BUILD, "--patient", "p.yaml", "-o", "x.pdf")
    assert hint_below(said, "p.yaml:2:13: start_date must be")


# --- names on the command line -------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ((*BUILD, "--layout", "standrad"), 'there is no layout "standrad"', '"standard"?'),
        ((*BUILD, "--layout", "../layouts/standard"), "is not an id of layout", '"standard"?'),
        ((*BUILD, "--language", "../en"), "is not an id of locale", '"en"?'),
        (("build", "SI joint: calm", "--clinic", "riverbend"), "is not an id of", '-calm"?'),
        (("build", "../calm", "--clinic", "riverbend"), "is not an id of program", "hyphens"),
        (("build", "si-joint-calm", "--clinic", "../r"), "is not an id of clinic", "hyphens"),
        (("build", "si-joint-clam", "--clinic", "riverbend"), "there is no program", '-calm"?'),
        (("build", "bird-dog", "--clinic", "riverbend"), "there is no program", "the exercises;"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    said = refused(run, tmp_path, *arguments, "--name", PATIENT, "-o", "x.pdf")
    (first, *_) = said
    assert message in first
    assert hint in hint_below(said, first)


def test_a_language_that_is_not_known_is_one_problem(run: Run, tmp_path: Path) -> None:
    """Nothing is said of texts that are not translated into it."""
    said = refused(run, tmp_path, *BUILD, "--language", "sp", "-o", "x.pdf")
    assert len(said) == 2, "\n".join(said)
    assert said[0] == 'there is no locale "sp"'


def test_margins_that_leave_no_room_are_refused_in_millimetres(
    run: Run, tmp_path: Path, folder: Path
) -> None:
    (folder / "layouts").mkdir()
    (folder / "layouts" / "narrow.yaml").write_text(
        "schema: 1\nname: Narrow\ndescription: Too narrow.\nextends: standard\n"
        "margins: {side: 90 mm, top: 9 mm, bottom: 9 mm}\n"
    )
    said = refused(
        run, tmp_path, "--folder", folder, *BUILD, "--layout", "narrow", "--name", PATIENT,
        "-o", "x.pdf",
    )  # fmt: skip
    place = "layouts/narrow.yaml:5:17"
    hint = hint_below(said, f"{place}: the margins leave a width of 36 mm, a page needs 60 mm")
    assert "margins" in hint


def test_a_letter_that_no_font_has_is_refused(run: Run, tmp_path: Path) -> None:
    said = refused(run, tmp_path, *BUILD, "--name", f"{PATIENT} 🙂", "-o", "x.pdf")
    assert "U+1F642" in said[0]
    assert "write it in" in said[1]


# --- where it is to be written -------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("gone/x", "folder gone does not exist"),
        ("gone/deeper/x", "folder gone/deeper does not exist"),
        ("file/x", "file is not a folder"),
        (".", ". is a folder"),
        ("/dev/null", "/dev/null is not a regular file"),
    ],
)
@pytest.mark.parametrize(
    ("command", "ending"),
    [(BUILD, ".pdf"), (("show", "si-joint-calm"), ".PNG")],
    ids=["build", "show"],
)
def test_a_target_that_cannot_be_written_is_refused(
    run: Run, tmp_path: Path, command: tuple[str, ...], ending: str, target: str, message: str
) -> None:
    (tmp_path / "file").write_text("x")
    said = refused(run, tmp_path, *command, "-o", target + ending * target.endswith("x"))
    assert hint_below(said, message)


@pytest.mark.parametrize(
    "command",
    [
        ("batch", "loop", "-o", "out"),
        (*BUILD, "--patient", "loop", "-o", "x.pdf"),
        ("fhir", "loop", "--clinic", "riverbend", "-o", "x.pdf"),
        ("inspect", "loop"),
    ],
    ids=lambda command: command[0],
)
def test_a_link_to_itself_is_refused(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert any("loop: " in line for line in refused(run, tmp_path, *command))


@pytest.fixture
def locked() -> Iterator[Path]:
    """Return a folder that nobody may write to, not even a test that runs as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_folder_that_may_not_be_written_is_refused(
    run: Run, request: pytest.FixtureRequest
) -> None:
    assert run("build", "--help").exit_code == 0, "commands are loaded before rights are given up"
    locked: Path = request.getfixturevalue("locked")
    done = run(*BUILD, "--name", PATIENT, "-o", locked / "x.pdf")
    assert done.exit_code == 1, done.output
    assert f"{locked} cannot be written: permission denied" in done.stderr
    assert "or choose another folder" in done.stderr
    assert PATIENT not in done.output
    assert list(locked.iterdir()) == []


def test_a_refused_input_leaves_the_old_handout_alone(
    run: Run, tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF old")
    spoil(folder, CASES["no sets"])
    refused(run, tmp_path, "--folder", folder, *BUILD, "-o", "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes() == b"%PDF old"


def test_a_real_process_says_the_same(tmp_path: Path, folder: Path) -> None:
    place = spoil(folder, CASES["no sets"])
    before = everything(tmp_path)
    words = [sys.executable, "-m", "handouts", "--folder", "own", *BUILD]
    done = subprocess.run(
        [*words, "--name", PATIENT, "-o", "x.pdf"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{place}: sets must be at least 1, not 0\n" in done.stderr
    assert done.stderr.splitlines()[-1] == "1 problem in 1 file; nothing was written"
    assert PATIENT not in done.stderr
    assert everything(tmp_path) == before

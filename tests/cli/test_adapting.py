"""Copies of content, files that extend others, and what differs: by the installed command."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from handouts import Library, Workspace
from handouts.check.check import check_all
from handouts.cli.new import FOLDERS
from handouts.workspace import Kind
from tests.command import run

pytestmark = [pytest.mark.usefixtures("few_built_in"), pytest.mark.slow]
COPIED = [
    ("program", "si-joint-calm"),
    ("exercise", "bird-dog"),
    ("safety", "low-back"),
    ("layout", "compact"),
    ("clinic", "riverbend"),
]


def handouts(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command in a clinic's folder."""
    done = run(folder, *arguments, folder=folder)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clinic's folder with a clinic."""
    made = tmp_path / "ours"
    (made / "clinics").mkdir(parents=True)
    text = Workspace().find(Kind.CLINICS, "riverbend").read_text("utf-8")
    (made / "clinics" / "ours.yaml").write_text(re.sub(r" *logo:.*\n", "", text), "utf-8")
    return made


def problems(folder: Path) -> list[str]:
    """Return what `handouts check` says of single files; it would lay handouts out as well."""
    return list(map(str, check_all(Library(Workspace(folder)), [folder])))


def write(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_copy_says_the_same_and_lies_over_the_built_in_file(folder: Path) -> None:
    builtin = Library(Workspace())
    for kind, name in COPIED:
        place = FOLDERS[kind]
        handouts(folder, "copy", kind, name)
        handouts(folder, "copy", kind, name, "--as", f"our-{name}")
        origin = builtin.workspace.find(place, name).read_text("utf-8")
        copy = (folder / place / f"{name}.yaml").read_text("utf-8")
        # With its comments: only the note is new, and the schema is the folder's.
        kept = re.sub(r"copied_from: .*\n", "", copy, count=1)
        assert kept == origin.replace("../data/schemas/", "../schemas/")
        own = Library(Workspace(folder))
        for each in (name, f"our-{name}"):
            unlike = {"id": name, "copied_from": None}
            assert own.load(place, each).model_copy(update=unlike) == builtin.load(place, name)
        again = handouts(folder, "copy", kind, name, code=1)
        assert f"{name}.yaml exists" in again.stderr
    assert (folder / "clinics" / "riverbend.svg").is_file()
    assert problems(folder) == []


def test_new_does_not_hide_a_built_in_file(folder: Path) -> None:
    for kind, name in COPIED[:2]:
        said = handouts(folder, "new", kind, name, code=1).stderr
        assert f'"{name}" is a built-in {kind}' in said
        assert f"handouts copy {kind} {name}" in said
        assert f"--extends {name}" in said
        assert not (folder / f"{kind}s").exists()
        handouts(folder, "new", kind, name, "--extends", name)
    assert problems(folder) == []
    said = handouts(folder, "show", "--diff", "si-joint-calm").stdout
    assert said.splitlines()[1:] == ["  the words are the same"]
    # A file that somebody put there by hand.
    origin = Workspace().find(Kind.EXERCISES, "cobra")
    write(folder, "exercises/cobra", origin.read_text("utf-8"))
    said = handouts(folder, "check", "exercises").stdout
    assert "exercises/cobra.yaml:2:9: warning: it replaces the built-in exercise cobra" in said
    (note,) = re.findall(r"copied_from: \{.*?\}", said)
    write(folder, "exercises/cobra", origin.read_text("utf-8") + note)
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.EXERCISES, "cobra"), (Kind.PROGRAMS, "si-joint-calm"), (Kind.LAYOUTS, "standard")],
)
def test_a_file_that_extends_nothing_is_a_whole_one(kind: Kind, name: str, folder: Path) -> None:
    """An empty ``extends:`` names no file, and does not hide what else is wrong."""
    text = Workspace().find(kind, name).read_text("utf-8") + "extends:\n"
    write(folder, f"{kind}/{name}", text)
    said = handouts(folder, "check").stdout
    assert f"warning: it replaces the built-in {kind.noun} {name}" in said
    write(folder, f"{kind}/{name}", f"{text}odd: 1\n")
    assert 'unknown key "odd"' in handouts(folder, "check", code=1).stdout


def test_a_clinic_hears_that_the_original_of_a_copy_has_changed(folder: Path) -> None:
    handouts(folder, "copy", "program", "si-joint-calm", "--as", "first")
    handouts(folder, "copy", "program", "first", "--as", "second")
    first = folder / "programs" / "first.yaml"
    first.write_text(first.read_text("utf-8").replace("weeks: 4", "weeks: 5"), "utf-8")
    said = "\n".join(problems(folder))
    assert "second.yaml:3:14: warning: the program first, of which this is a copy, has" in said
    assert "handouts show --diff second" in said
    assert "Week 5" in handouts(folder, "show", "--diff", "second").stdout
    (note,) = re.findall(r"copied_from: \{.*?\}", said)
    second = folder / "programs" / "second.yaml"
    second.write_text(re.sub(r"copied_from: \{.*?\}", note, second.read_text("utf-8")), "utf-8")
    assert problems(folder) == []
    first.unlink()
    assert "the program first, of which this is a copy, no longer exists" in str(problems(folder))
    with second.open("a", encoding="utf-8") as file:
        file.write("remove: [knee-drop]\n")
    assert '"remove" is for a program that extends another' in str(problems(folder))


PROGRAM = """\
schema: 1
extends: si-joint-calm
subtitle: for your back
remove: [figure-four-supine]
change:
  glute-bridge: {dosage: 3 x 8, note: Slowly.}
add:
  - {exercise: lumbar-roll, before: knee-drop}
  - {exercise: bird-dog, dosage: {sets: 1}}
"""


def test_a_program_gives_only_what_differs(folder: Path) -> None:
    write(folder, "programs/ours", PROGRAM)
    said = handouts(folder, "show", "--diff", "ours").stdout
    for line in (
        "ours now, data/programs/si-joint-calm.yaml was:",
        "    was: for lower back and pelvis pain",
        "    now: for your back",
        "  no longer: 2. Lying figure four stretch",
        (
            "    dose was: 2 sets of 10 · 1 minute rest · hold 5 seconds"
            " · Mon, Wed, Fri · about 4 minutes"
        ),
        (
            "    dose now: 3 sets of 8 · 1 minute rest · hold 5 seconds"
            " · Mon, Wed, Fri · about 6 minutes"
        ),
        "    now: Tip: Slowly.",
        "  new: 5. Hands-and-knees reach",
    ):
        assert line in said.splitlines()
    program = Library(Workspace(folder)).program("ours")
    assert [item.exercise for item in program.prescriptions] == [
        "lumbar-roll",
        "knee-drop",
        "single-knee-to-chest",
        "glute-bridge",
        "bird-dog",
    ]
    handouts(folder, "build", "ours", "-o", "x.pdf", "--side", "left")
    data = json.loads(handouts(folder, "diff", "si-joint-calm", "ours", "--json").stdout)
    assert [change["now"][:11] for change in data if change["dose"]] == ["3 sets of 8"]


EXERCISE = """\
schema: 1
extends: glute-bridge
name: Bridge our way
steps:
  - Lie on your back. Bend your knees.
  - Lift your hips slowly.
  - "{hold} Keep breathing."
  - Lower slowly. {repeat}
dosage: {sets: 1, days: [mon, thu]}
variants: {band: {dosage: 3 x 9}}
"""


def test_an_exercise_gives_only_what_differs(folder: Path) -> None:
    write(folder, "exercises/ours", EXERCISE)
    write(folder, "exercises/further", "schema: 1\nextends: ours\nname: Bridge further\n")
    library = Library(Workspace(folder))
    ours, base = library.exercise("ours"), library.exercise("glute-bridge")
    # Short steps are those of other steps; the picture is the built-in one, and needs no numpy.
    assert (ours.short_steps, ours.figure, ours.regions) == (None, base.figure, base.regions)
    assert (str(ours.dosage.sets), str(ours.dosage.repetitions)) == ("1", "10")
    assert (ours.dosage.days_per_week, ours.dosage.hold) == (None, base.dosage.hold)
    assert str(ours.variant("band").dosage.repetitions) == "9"
    assert library.exercise("further").steps == ours.steps
    assert not (folder / ".figures").exists()
    # A value of the other file that is wrong beside ours is said where ours begins.
    write(folder, "exercises/both", "schema: 1\nextends: clamshell\nname: A\nsides: both\n")
    found = [said for said in problems(folder) if said.startswith("exercises/both.yaml:2:10: ")]
    assert any("(at data/exercises/clamshell.yaml:" in said for said in found)
    said = handouts(folder, "show", "--diff", "ours").stdout
    assert "    now: Bridge our way" in said
    assert "    dose now: 10 times · hold 5 seconds · Mon, Thu" in said


WRONG = [
    ("extends: si-joint-clam\n", '2:10: there is no program "si-joint-clam"'),
    (
        "extends: si-joint-calm\nremove: [cobra, glute-bridgee]\nchange: {bird-dog: {}}\n",
        '3:10: si-joint-calm has no exercise "cobra"',
    ),
    (
        "extends: si-joint-calm\nchange:\n  glute-bridge: {dosage: 3 x}\n",
        '4:26: "3 x" is not understood in a dose',
    ),
    (
        "extends: si-joint-calm\nchange:\n  glute-bridge:\n    dosage: {sets: 30}\n",
        "5:20: glute-bridge: sets of 30 is above the limit",
    ),
    (
        "extends: si-joint-calm\nadd: [{exercise: glute-bridge}]\n",
        "3:18: si-joint-calm already has glute-bridge",
    ),
    (
        "extends: si-joint-calm\nadd: [{exercise: cobra, after: bird-dog}]\n",
        '3:25: si-joint-calm has no exercise "bird-dog"',
    ),
    ("extends: si-joint-calm\nweks: 3\n", '3:1: unknown key "weks"'),
]
"""What stands in a program, and what is said of it."""


def test_what_is_wrong_is_said_in_the_file_that_makes_it(folder: Path) -> None:
    for number, (text, _) in enumerate(WRONG):
        write(folder, f"programs/wrong-{number}", f"schema: 1\n{text}")
    write(folder, "programs/one", "schema: 1\nextends: two\n")
    write(folder, "programs/two", "schema: 1\nextends: one\n")
    found = problems(folder)
    out = "\n".join(found)
    for number, (_, said) in enumerate(WRONG):
        assert f"programs/wrong-{number}.yaml:{said}" in out
    circle = "two.yaml:2:10: programs extend each other in a circle: one -> two -> one"
    assert f"programs/{circle}" in out
    assert not any(line.startswith("data/") for line in found)
    assert out.count("has no exercise") == 3 + 1


def test_a_review_ends_when_what_yours_stands_instead_of_changes(folder: Path) -> None:
    handouts(folder, "copy", "exercise", "glute-bridge", "--as", "base-bridge")
    write(
        folder, "exercises/ours", "schema: 1\nextends: base-bridge\nfeel_it: your bottom working.\n"
    )
    handouts(folder, "copy", "exercise", "base-bridge", "--as", "copied")
    copied = folder / "exercises" / "copied.yaml"
    copied.write_text(re.sub("feel_it: .*", "feel_it: it working.", copied.read_text()), "utf-8")
    change = (
        "change: {glute-bridge: {note: Slowly.}}\nadd: [{exercise: ours}, {exercise: copied}]\n"
    )
    write(folder, "programs/first", f"schema: 1\nextends: si-joint-calm\n{change}")
    handouts(folder, "review", "first", "--clinic", "ours", "--by", "Dana Whitfield, PT", "--yes")
    base = folder / "exercises" / "base-bridge.yaml"
    base.write_text(re.sub("feel_it: .*", "feel_it: other words.", base.read_text()), "utf-8")
    said = handouts(folder, "review", "first", "--clinic", "ours", "--show").stdout
    states = dict(re.findall(r"^(exercise \S+|program \S+)  +(\w+)", said, re.MULTILINE))
    assert states.pop("exercise ours") == states.pop("exercise copied") == "changed"
    assert set(states.values()) == {"checked"}
    assert "exercises/ours.yaml feel_it instead of: other words." in said.replace(
        "feel it", "feel_it"
    )

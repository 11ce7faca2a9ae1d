"""What `handouts import` makes of collections and tables, by the installed command."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pypdf
import pytest

from handouts import Library, Workspace
from handouts.check.check import check_all
from handouts.errors import ContentError
from tests.cli.test_adapting import folder, handouts

__all__ = ["folder"]

FREE: list[dict[str, Any]] = [
    {
        "id": "Door_Lean",
        "name": "Door Lean: no. 1",
        "force": "static",
        "level": "beginner",
        "mechanic": None,
        "equipment": "body only",
        "primaryMuscles": ["chest"],
        "secondaryMuscles": [],
        "instructions": ['Stand: 1e3 "x" # y.', "yes", "010"],
        "category": "stretching",
        "images": ["Door_Lean/0.jpg"],
    },
    {"id": "Pull", "name": "Band Pull", "equipment": "bands", "instructions": ["Pull."]},
    {"id": "cobra", "name": "Cobra", "instructions": ["Lift."]},
    {"id": "turned", "name": "Turned \u202e about", "instructions": ["Turn.", 7]},
]
LICENCE = {"id": 2, "full_name": "Share Alike 4", "short_name": "CC-BY-SA 4", "url": ""}
WGER: dict[str, Any] = {
    "id": 41,
    "uuid": "0f",
    "category": {"id": 9, "name": "Legs"},
    "muscles": [{"id": 1, "name": "Quadriceps", "name_en": "Quads", "is_front": True}],
    "muscles_secondary": [],
    "equipment": [{"id": 7, "name": "none (bodyweight exercise)"}, {"id": 8, "name": "Bench"}],
    "license": LICENCE,
    "license_author": "Kim Doe",
    "images": [],
    "translations": [
        {"language": 1, "name": "Aufstehen", "description": "<p>Auf.</p>", "aliases": []},
        {
            "language": 2,
            "name": "Chair rise",
            "description": "<p>Sit.</p><ul><li>Rise &amp; <b>wait</b>.</li><li>Sit.</li></ul>",
            "aliases": [{"id": 1, "alias": "sit to stand"}],
        },
    ],
}
FILLED = {
    "kind": "strength",
    "dose_kind": "reps",
    "stage": "1",
    "regions": "[low-back, hip]",
    "position": "sitting on a chair",
    "purpose": "Makes your legs strong.",
    "feel_it": "your thighs working.",
    "watch_out": "do not drop.",
    "sides": "both",
    "dosage": "2 x 10, 3 days a week",
    "dosage_from": "conventional",
}


def written(folder: Path, name: str) -> str:
    return (folder / "exercises" / f"{name}.yaml").read_text("utf-8")


def test_a_collection_becomes_files_to_be_completed(folder: Path) -> None:
    (folder / "fed.json").write_text(json.dumps(FREE, indent=1), "utf-8")
    tried = handouts(folder, "import", "fed.json", "--dry-run", code=3)
    assert "would write" in tried.stdout
    assert not (folder / "exercises").exists()
    done = handouts(folder, "import", "fed.json", code=3)
    assert done.stdout.endswith("2 exercises, 2 to be completed\n")
    for said in (
        'fed.json:2:2: warning: exercise 1, "Door Lean: no. 1" does not say: position, purpose,',
        'exercise 3, "Cobra": cobra is a built-in exercise',
        "exercise 4: character U+202E cannot be printed",
        "exercise 4: item 2 of instructions must be text, not 7",
    ):
        assert said in done.stderr
    text = written(folder, "door-lean")
    for kept in ("#   force: static", "#   muscles: chest", "#   pictures: Door_Lean/0.jpg"):
        assert kept in text
    assert "licence: Unlicense" in text
    # It is read as it was: no text is a number or a comment.
    source = Library(Workspace(folder)).source("exercises", "door-lean")
    assert source.get("name") == "Door Lean: no. 1"
    assert source.get("steps") == ['Stand: 1e3 "x" # y.', "yes", "010"]
    assert (source.get("kind"), source.has("equipment")) == ("stretch", False)
    # Nothing is invented, no handout is made of it, and each gap is named with its line.
    with pytest.raises(ContentError) as caught:
        Library(Workspace(folder)).exercise("door-lean")
    gaps = {str(problem).split(" ")[1] for problem in caught.value.problems}
    assert gaps == FILLED.keys() - {"kind"}
    assert all(problem.location.line for problem in caught.value.problems)
    again = handouts(folder, "import", "fed.json", "--only", "Band *", code=3)
    assert "exercises/pull.yaml exists" in again.stderr
    prefixed = handouts(
        folder, "import", "fed.json", "--only", "cobra", "--prefix", "fed-", "--json"
    )
    assert [each["id"] for each in json.loads(prefixed.stdout)] == ["fed-cobra"]
    assert "--prefix" in handouts(folder, "import", "fed.json", "--prefix", "Fed", code=2).stderr
    absent = handouts(folder, "import", "fed.json", "--only", "band pul", code=1)
    assert 'did you mean "Band Pull"?' in absent.stderr


def test_a_text_under_a_licence_names_its_author_on_paper(folder: Path) -> None:
    page = {"count": 1, "next": None, "previous": None, "results": [WGER]}
    (folder / "wger.json").write_text(json.dumps(page), "utf-8")
    done = handouts(folder, "import", "wger.json")
    assert "is under CC BY-SA 4.0: what you make from it stays under that licence" in done.stderr
    path = folder / "exercises" / "chair-rise.yaml"
    text = path.read_text("utf-8")
    for key, value in FILLED.items():
        text = re.sub(rf"^{key}:$", f"{key}: {value}", text, flags=re.MULTILINE)
    path.write_text(text.replace("  - Sit.\n#", '  - "Sit. {repeat}"\n#'), "utf-8")
    exercise = Library(Workspace(folder)).exercise("chair-rise")
    assert exercise.steps == ("Sit.", "Rise & wait.", "Sit. {repeat}")
    assert (exercise.also_known_as, exercise.equipment) == (("sit to stand",), ("bench",))
    warned = check_all(Library(Workspace(folder)), [folder])
    assert {problem.code for problem in warned} >= {"licence"}
    program = "schema: 1\nextends: si-joint-calm\nadd: [{exercise: chair-rise}]\n"
    (folder / "programs").mkdir()
    (folder / "programs" / "ours.yaml").write_text(program, "utf-8")
    handouts(folder, "build", "ours", "--side", "left", "--layout", "cards", "-o", "x.pdf")
    read = " ".join(page.extract_text() for page in pypdf.PdfReader(folder / "x.pdf").pages)
    credit = "Text after Kim Doe, wger: Chair rise, CC BY-SA 4.0."
    assert " ".join(read.replace("\u00a0", " ").split()).count(credit) == 1
    german = handouts(folder, "import", "wger.json", "--language", "de")
    assert "aufstehen.yaml" in german.stdout


CSV = """\
Name;Kind;Dose kind;Stage;Regions;Position;Purpose;Steps;Feel it;Watch out;Sides;Dosage;\
Dosage from;Source
Heel lift;strength;reps;1;ankle-foot, balance;standing at a counter;Makes your calves strong.;\
"Stand at a counter.
Lift both heels.
Lower slowly. {repeat}";your calves working.;do not lean.;both;2 x 10, 3 days a week;\
conventional;Our practice
Bad one;strenght;reps;1;ankle;;;Stand.;;;;3 x;;
"""


def test_a_table_of_ones_own_is_complete_at_once(folder: Path) -> None:
    (folder / "own.csv").write_text(CSV, "utf-8-sig")
    done = handouts(folder, "import", "own.csv", code=3)
    assert done.stdout.endswith("heel-lift.yaml\n1 exercise, 0 to be completed\n")
    for said in (
        'own.csv:3:2: exercise 2: kind must be one of stretch, mobility, strength, not "strenght"',
        "own.csv:3:5: exercise 2: item 1 of regions must be one of",
        'own.csv:3:12: exercise 2: "3 x" is not understood in a dose',
    ):
        assert said in done.stderr
    exercise = Library(Workspace(folder)).exercise("heel-lift")
    assert exercise.steps[1:] == ("Lift both heels.", "Lower slowly. {repeat}")
    assert str(exercise.dosage.repetitions) == "10"
    assert exercise.sources[0].title == "Our practice"
    (folder / "own.csv").write_text("Name,Knid\nx,y\n", "utf-8")
    shutil.rmtree(folder / "exercises")
    wrong = handouts(folder, "import", "own.csv", code=1)
    assert 'own.csv:1: unknown column "knid"' in wrong.stderr
    assert 'did you mean "kind"?' in wrong.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"name": "x", "name": "y"}]', '1:2: the key "name" appears twice'),
        ('[\n {"name": NaN}]', "2:2: NaN is not JSON"),
        ('[{"name": "x"} 1]', "1:16: this is not JSON"),
        ('[{"name": "x"},]', "1:1"),  # at the comma or behind it: Pythons differ
        ('[{"name": "x"}', "1:15: this is not JSON"),
        ('[{"name": "x"}] []', "1:17: this is not JSON"),
        ('{"results": []} 1', "1:17: this is not JSON"),
        ('{"results": [{"name": "x"}], "results": []}', '1:1: the key "results" appears twice'),
        ('[{"id": ' + "1" * 5000 + "}]", "1:1: this is not JSON"),
        ('\xef\xbb\xbf[{"name": "\xc3\xa9\xff"}]', "1:13: the file is not UTF-8 text"),
        ("[" * 100_000, "1:1: it is nested too deeply"),
        ("[]", ": the file contains no exercises"),
        ("[]".encode("utf-16").decode("latin-1"), "1:1: the file is not UTF-8 text"),
    ],
)
def test_what_is_no_collection_is_refused_whole(folder: Path, content: str, said: str) -> None:
    (folder / "x.json").write_bytes(content.encode("latin-1"))
    done = handouts(folder, "import", "x.json", code=1)
    assert f"x.json:{said}".replace("::", ":") in done.stderr
    assert "nothing was written" in done.stderr
    assert not (folder / "exercises").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"license": None}, "it does not state its licence"),
        ({"translations": []}, "it has no text in en"),
        (
            {"translations": [{"language": 2, "name": "x", "description": "<script>a()</script>"}]},
            "its description contains <script>",
        ),
        (
            {"translations": [{"language": 2, "name": "x", "description": "<p>a\u0007</p>"}]},
            "character U+0007 cannot be printed",
        ),
    ],
)
def test_a_record_that_is_not_right_is_left_out(
    folder: Path, change: dict[str, Any], said: str
) -> None:
    (folder / "wger.json").write_text(json.dumps([WGER | change, WGER]), "utf-8")
    done = handouts(folder, "import", "wger.json", code=3)
    assert said in done.stderr
    assert [path.name for path in (folder / "exercises").iterdir()] == ["chair-rise.yaml"]

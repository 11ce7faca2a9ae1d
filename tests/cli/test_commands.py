"""What each command prints and writes."""

from __future__ import annotations

import io
import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from handouts import Library, Workspace
from handouts.cli.listing import MODELS, json_schema, schema_text
from handouts.cli.new import FOLDERS
from handouts.deliver.inspect import CODE, FontFact, read_back
from handouts.workspace import Kind

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


# --- build ---------------------------------------------------------------------------------


def test_build_says_what_it_wrote(maria: tuple[Path, Result]) -> None:
    path, done = maria
    assert done.exit_code == 0, done.output
    pages = len(PdfReader(path).pages)
    code = done.stdout.rstrip(")\n").split()[-1]
    assert CODE.fullmatch(code)
    assert code.startswith("SIJ-CALM-")
    assert done.stdout == f"wrote {path} ({pages} pages, {code})\n"
    assert done.stderr.startswith("a draft: no clinician of riverbend has checked")
    assert done.stderr.count("\n") == 1


def test_built_file_is_for_its_owner_only(maria: tuple[Path, Result]) -> None:
    assert stat.S_IMODE(maria[0].stat().st_mode) == 0o600


def test_build_without_output_is_named_by_code_not_by_patient(run: Run, tmp_path: Path) -> None:
    done = run("build", "si-joint-calm", "--clinic", "oldmill", "--name", "Maria Lopez")
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("si-joint-calm-SIJ-CALM-")
    assert "aria" not in path.name
    assert f"wrote {path.name} (" in done.stdout


def test_options_win_over_the_patient_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("name: Anna Berg\naffected_side: right\n", "utf-8")
    done = run(
        *"build si-joint-calm --clinic riverbend --patient p.yaml -o p.pdf --name".split(),
        "Bea Holm",
    )
    assert done.exit_code == 0, done.output
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "p.pdf").pages)
    assert "Bea Holm" in text
    assert "Anna Berg" not in text
    assert "right" in text


def test_same_day_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        done = run(
            *"build si-joint-calm --clinic riverbend --date 2026-11-22 -o".split(), tmp_path / name
        )
        assert done.exit_code == 0, done.output
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


# --- check ---------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a clinic's folder with one exercise that has a wrong number of sets."""
    good = (ROOT / "data" / "exercises" / "glute-bridge.yaml").read_text("utf-8")
    assert "\n  sets: 2\n" in good
    folder = tmp_path / "own"
    (folder / "exercises").mkdir(parents=True)
    (folder / "clinics").mkdir()
    (folder / "exercises" / "glute-bridge.yaml").write_text(
        good.replace("\n  sets: 2\n", "\n  sets: 0\n", 1), "utf-8"
    )
    return folder


def test_check_of_the_built_in_content_is_clean(run: Run) -> None:
    done = run("check", "--strict")
    assert done.exit_code == 0, done.stdout
    assert done.stdout == "no problems\n"


@pytest.mark.usefixtures("few_built_in")
def test_check_gives_place_and_limit(run: Run, broken: Path) -> None:
    done = run("--folder", broken, "check")
    assert done.exit_code == 1
    text = (broken / "exercises" / "glute-bridge.yaml").read_text("utf-8")
    line = text.splitlines().index("  sets: 0") + 1
    assert f"exercises/glute-bridge.yaml:{line}:9: sets must be at least 1, not 0" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"\d+ errors?(, \d+ warnings?)? in \d+ files?", last)


@pytest.mark.usefixtures("few_built_in")
def test_check_as_json(run: Run, broken: Path) -> None:
    done = run("--folder", broken, "check", "--json")
    assert done.exit_code == 1
    problems = json.loads(done.stdout)
    (problem,) = [item for item in problems if item["file"] == "exercises/glute-bridge.yaml"]
    assert problem["severity"] == "error"
    assert problem["message"] == "sets must be at least 1, not 0"
    assert problem["column"] == 9


@pytest.mark.usefixtures("few_built_in")
def test_check_of_one_file(run: Run, broken: Path) -> None:
    fine = ROOT / "data" / "exercises" / "bird-dog.yaml"
    assert run("check", fine).exit_code == 0
    assert (
        run("--folder", broken, "check", broken / "exercises" / "glute-bridge.yaml").exit_code == 1
    )


# --- list ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("exercises", Kind.EXERCISES),
        ("programs", Kind.PROGRAMS),
        ("safety", Kind.SAFETY),
        ("clinics", Kind.CLINICS),
        ("layouts", Kind.LAYOUTS),
        ("languages", Kind.LOCALES),
    ],
)
def test_list_has_one_item_a_line_id_first(run: Run, kind: str, content: Kind) -> None:
    done = run("list", kind)
    ids = [line.split()[0] for line in done.stdout.splitlines()]
    assert tuple(ids) == Workspace().ids(content)
    assert all(len(line.split(maxsplit=1)) == 2 for line in done.stdout.splitlines())


def test_list_as_json(run: Run) -> None:
    listed = json.loads(run("list", "clinics", "--json").stdout)
    assert {"id": "riverbend", "name": "Riverbend Physiotherapy"} in listed


def test_list_of_a_region(run: Run) -> None:
    rows = run("list", "exercises", "--region", "knee").stdout.splitlines()
    assert 0 < len(rows) < len(Workspace().ids(Kind.EXERCISES))
    assert all("knee" in row.split("  ")[-1].strip().split(", ") for row in rows)
    assert run("list", "safety", "--region", "balance").stdout == "balance-falls  balance\n"
    listed = json.loads(run("list", "programs", "--region", "low-back", "--json").stdout)
    assert {"si-joint-calm", "si-joint-mix"} <= {each["id"] for each in listed}
    assert all("low-back" in each["regions"] for each in listed)
    wrong = run("list", "layouts", "--region", "knee")
    assert (wrong.exit_code, "layouts have no region" in wrong.stderr) == (2, True)


# --- show ----------------------------------------------------------------------------------


def test_show_draws_one_page(run: Run, tmp_path: Path) -> None:
    done = run(*"show si-joint-calm --page 1 --clinic riverbend --dpi 36 -o page.png".split())
    assert done.exit_code == 0, done.output
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.size == (306, 396)


def test_show_draws_all_pages_of_an_exercise_side_by_side(run: Run, tmp_path: Path) -> None:
    done = run("show", "bird-dog", "--dpi", "36", "--paper", "letter")
    assert done.exit_code == 0, done.output
    assert done.stdout == "wrote bird-dog.png\n"
    with Image.open(tmp_path / "bird-dog.png") as picture:
        assert picture.width > picture.height


def test_show_refuses_a_page_that_is_not_there(run: Run, tmp_path: Path) -> None:
    done = run("show", "si-joint-calm", "--page", "99")
    assert done.exit_code == 2
    assert "si-joint-calm has " in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- init and new --------------------------------------------------------------------------


@pytest.fixture
def clinic(run: Run, tmp_path: Path) -> Path:
    """Return a folder that handouts init made."""
    done = run("init", "my-clinic")
    assert done.exit_code == 0, done.output
    return tmp_path / "my-clinic"


@pytest.mark.usefixtures("few_built_in")
def test_new_clinic_folder_passes_check_and_builds(
    run: Run, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clinic)
    done = run("check", "--strict")
    assert (done.exit_code, done.stdout) == (0, "no problems\n")
    done = run("build", "my-program", "--patient", "patients/example.yaml", "-o", "handout.pdf")
    assert done.exit_code == 0, done.output
    text = PdfReader(clinic / "handout.pdf").pages[0].extract_text()
    assert "Example Clinic" in text


def test_init_keeps_what_is_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    done = run("init", "mine")
    assert done.exit_code == 1
    assert "mine exists and is not empty" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.usefixtures("few_built_in")
def test_new_files_pass_check_and_are_never_overwritten(run: Run, clinic: Path) -> None:
    kinds = ("exercise", "program", "safety", "clinic", "layout", "patient")
    paths = {kind: clinic / FOLDERS[kind] / "brand-new.yaml" for kind in kinds}
    for kind, path in paths.items():
        done = run("--folder", clinic, "new", kind, "brand-new")
        assert done.exit_code == 0, done.output
        assert done.stdout == f"wrote {path}\n"
    library = Library(Workspace(clinic))
    patient = paths["patient"]
    assert library.patient(patient).name == "Maria Nuñez-O'Brien"
    assert stat.S_IMODE(patient.stat().st_mode) == 0o600
    for kind in paths.keys() - {"patient"}:
        assert library.load(FOLDERS[kind], "brand-new").id == "brand-new"
    assert run("--folder", clinic, "check", "--strict").output == "no problems\n"
    for kind, path in paths.items():
        path.write_text("mine", "utf-8")
        again = run("--folder", clinic, "new", kind, "brand-new")
        assert again.exit_code == 1
        assert "brand-new.yaml exists" in again.stderr
        assert path.read_text("utf-8") == "mine"


@pytest.mark.usefixtures("few_built_in")
@pytest.mark.parametrize("name", ["low-back", "base"])
def test_new_safety_of_a_built_in_one_gives_only_what_differs(
    run: Run, clinic: Path, name: str
) -> None:
    done = run("--folder", clinic, "new", "safety", name)
    path = clinic / "safety" / f"{name}.yaml"
    assert done.stdout == f"wrote {path}\nit states what differs from the built-in {name}\n"
    assert run("--folder", clinic, "check", "--strict").stdout == "no problems\n"
    library, builtin = Library(Workspace(clinic)), Library(Workspace())
    unchanged = {"extends": "base"}
    own = library.safety("low-back").model_copy(update=unchanged)
    assert own == builtin.safety("low-back")
    with path.open("a", encoding="utf-8") as file:
        file.write("disclaimer_short: Ask us.\n")
    assert Library(Workspace(clinic)).safety("low-back").disclaimer_short == "Ask us."


@pytest.mark.parametrize("name", ["../up", "Heel Raise", "a--b", ".hidden"])
def test_new_refuses_a_name_that_is_no_id(run: Run, clinic: Path, name: str) -> None:
    done = run("--folder", clinic, "new", "exercise", name)
    assert done.exit_code == 1
    assert f'"{name}" is not an id' in done.stderr


@pytest.mark.parametrize(
    ("kind", "left_out"),
    [
        ("exercise", set()),
        ("program", {"lint"}),
        ("safety", {"lint", "feeling"}),
        ("clinic", {"lint"}),
        ("layout", {"lint"}),
        ("patient", set()),
    ],
)
def test_examples_show_every_key(kind: str, left_out: set[str]) -> None:
    files = (ROOT / "data" / "templates").glob(f"{kind}*.yaml")
    text = "".join(path.read_text("utf-8") for path in files)
    keys = json_schema(kind)["properties"]
    # What handouts copy and new translation write by themselves.
    written = {"copied_from", "language"}
    assert {key for key in keys if f"{key}:" not in text} - written == left_out


@pytest.mark.usefixtures("few_built_in")
def test_what_a_layout_example_shows_in_comments_is_right(run: Run, clinic: Path) -> None:
    assert run("--folder", clinic, "new", "layout", "all").exit_code == 0
    file = clinic / "layouts" / "all.yaml"
    keys = re.sub(r"^# (?=  |\w+:)", "", file.read_text("utf-8"), flags=re.MULTILINE)
    assert "\nsections:" in keys
    file.write_text(keys, "utf-8")
    done = run("--folder", clinic, "check", file)
    assert (done.output, done.exit_code) == ("no problems\n", 0)


# --- inspect -------------------------------------------------------------------------------


def test_inspect_reads_a_handout_back(run: Run, maria: tuple[Path, Result]) -> None:
    path, built = maria
    done = run("inspect", path, "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["pages"] == len(facts["text"]) == len(PdfReader(path).pages)
    assert facts["code"] in built.stdout
    assert facts["language"] == "en-US"
    assert {font["embedded"] for font in facts["fonts"]} == {True}
    assert {"HandoutHyperlegible-Regular", "HandoutHyperlegible-Bold"} <= {
        font["name"] for font in facts["fonts"]
    }
    assert "Maria" in facts["text"][0]


def test_inspect_prints_the_text_when_asked(run: Run, maria: tuple[Path, Result]) -> None:
    path, _ = maria
    short, long = run("inspect", path).stdout, run("inspect", path, "--text").stdout
    assert short.splitlines()[0].split() == ["pages", str(len(PdfReader(path).pages))]
    assert "--- page 1 of" not in short
    assert long.startswith(short)
    assert "--- page 1 of" in long
    assert "Maria" in long.removeprefix(short)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n1 0 obj\n<<", b"\x00" * 2000])
def test_inspect_refuses_what_is_no_pdf(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(content)
    done = run("inspect", "x.pdf")
    assert done.exit_code == 1
    assert "x.pdf: is not a PDF, or is damaged" in done.stderr


def test_inspect_says_that_a_pdf_needs_a_password(run: Run, tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    done = run("inspect", "locked.pdf")
    assert done.exit_code == 1
    assert "locked.pdf: needs a password" in done.stderr


def test_inspect_says_which_fonts_are_not_in_the_file() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(50, 50, "SIJ-CALM-3F9A2C")
    canvas.save()
    facts = read_back(stream.getvalue(), "x.pdf")
    assert facts.fonts == (FontFact("Helvetica", embedded=False),)
    assert (facts.pages, facts.code, facts.language) == (1, "SIJ-CALM-3F9A2C", None)


# --- schema --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MODELS)
def test_schema_in_the_project_is_fresh(kind: str) -> None:
    on_disk = (ROOT / "data" / "schemas" / f"{kind}.json").read_text("utf-8")
    assert on_disk == schema_text(kind), "run make schemas"


def test_every_schema_that_content_names_exists() -> None:
    files = [*ROOT.glob("data/*.yaml"), *ROOT.glob("data/*/*.yaml"), *ROOT.glob("layouts/*.yaml")]
    assert len(files) > 30
    for file in files:
        first = file.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), file
        schema = first.partition("$schema=")[2]
        # The examples are copied into a clinic's folder, where schemas stand beside theirs.
        assert (file.parent / schema).is_file(), file


def test_schema_knows_no_id_and_asks_for_what_is_required() -> None:
    schema = json.loads(schema_text("exercise"))
    assert "id" not in schema["properties"]
    assert "schema" in schema["properties"]
    extending, whole = (choice["required"] for choice in schema["anyOf"])
    assert extending == ["extends"]
    assert {"name", "steps", "dosage"} <= set(whole)
    assert "id" not in whole
    assert schema["additionalProperties"] is False


JSON_TYPES = {"string": str, "number": int | float, "integer": int, "boolean": bool}


@pytest.mark.parametrize("kind", MODELS)
def test_what_holds_for_a_key_that_is_not_given_may_stand_in_a_file(kind: str) -> None:
    def default_types(part: Any) -> Iterator[tuple[object, Any]]:
        if isinstance(part, list):
            for item in part:
                yield from default_types(item)
        elif isinstance(part, dict):
            if "default" in part and part.get("type") in JSON_TYPES:
                yield part["default"], JSON_TYPES[part["type"]]
            for item in part.values():
                yield from default_types(item)

    found = list(default_types(json.loads(schema_text(kind))))
    assert found or kind not in {"layout", "program", "exercise"}
    assert [default for default, kinds in found if not isinstance(default, kinds)] == []


def test_lengths_and_type_sizes_are_given_as_a_file_says_them() -> None:
    parts = json.loads(schema_text("layout"))["$defs"]
    assert parts["Margins"]["properties"]["side"]["default"] == "36 pt"
    assert parts["TypeScale"]["properties"]["steps"]["default"] == "14/17 pt"
    assert parts["TypeScale"]["properties"]["title"]["default"] == "27/32 pt bold"


def test_schemas_are_written_into_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    done = run("schema", "--write", "out")
    assert done.exit_code == 0, done.output
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(MODELS)
    assert stat.S_IMODE((tmp_path / "out" / "clinic.json").stat().st_mode) == 0o644
    again = run("schema", "--write", "gone")
    assert again.exit_code == 1
    assert "folder gone does not exist" in again.stderr


def test_schema_is_printed(run: Run) -> None:
    assert run("schema", "clinic").stdout == schema_text("clinic")


# --- demo ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_demo_makes_every_layout_for_both_clinics(run: Run, tmp_path: Path) -> None:
    done = run("demo", "-o", "out", "--date", "2026-11-22")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    workspace = Workspace()
    for clinic in workspace.ids(Kind.CLINICS):
        for layout in workspace.ids(Kind.LAYOUTS):
            assert f"{clinic}-{layout}.pdf" in names
    assert all(f"out/{name}" in done.stdout for name in names)

"""A language is translated from files or a table; what is missing, stale or wrong is found."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from pypdf import PdfReader

from handouts import ContentError, Library, OrderRequest, Workspace, make_order
from handouts.check.check import content_problems
from handouts.check.translations import State, check_translations, translations
from handouts.cli.main import cli
from handouts.deliver.check_handouts import check_content
from handouts.workspace import Kind
from tests.conftest import FewBuiltIn

if TYPE_CHECKING:
    from tests.cli.conftest import Run

pytestmark = pytest.mark.slow
OURS = """\
schema: 1
name: Heel glide
also_known_as: [sliding heel]
kind: strength
dose_kind: reps
stage: 1
family: heel
regions: [knee, hip, low-back]
position: lying on your back
purpose: Makes your leg move more easily.
steps:
  - Lie on your back. Bend {knee:your_side}.
  - Slide your heel away. {hold} Ask us if you are over 65.
  - Slide your heel back. {repeat}
feel_it: the back of your thigh working.
watch_out: do not arch your back.
easier: {text: slide only part of the way}
sides: each
limb: leg
dosage: {sets: 2, repetitions: 10, hold: 5 s, days_per_week: 3, per_side: true}
dosage_from: conventional
sources: [{title: Ours}]
"""
SPANISH = """\
schema: 1
translates: DIGEST
name: Deslizar el talón
also_known_as: ["talón, que se desliza", "el talón: deslizarlo"]
position: boca arriba
purpose: Ayuda a mover la pierna.
steps:
  - Acuéstese boca arriba. Doble {rodilla:your_side}.
  - Aleje el talón. {hold} Pregúntenos si tiene más de 65.
  - Regrese el talón. {repeat}
feel_it: esfuerzo atrás del muslo.
watch_out: no arquee la espalda.
easier: {text: deslícelo solo un poco}
lint: [{code: step-verb, reason: nuestros pacientes lo entienden}]
"""
WRONG = [
    ("65", "56", "it has the numbers 56, the original 65"),
    ("{rodilla:your_side}", "{rodilla:your_other_side}", "placeholders your_other_side"),
    ("{hold} ", "", "it has the placeholders none, the original hold"),
    ("  - Regrese el talón. {repeat}\n", "", "steps 3 is not translated"),
    ("el talón. {repeat}\n", "el talón. {repeat}\n  - Ya está.\n", "the original has no steps 4"),
    ("feel_it: esfuerzo atrás del muslo.", "feel_it: ''", "feel_it is not translated"),
    ("purpose:", "porpuse:", "the original has no porpuse"),
    ("solo un poco", "solo un poco, ²: más", "the original has no easier ²"),
    ("{rodilla:your_side}", "{cabeza:your_side}", '"cabeza" in {cabeza:your_side} is not a noun'),
    ("no arquee", "no mueva la pierna izquierda, no arquee", '"izquierda" is typed in a text'),
    ("Regrese el", "Su", 'a step starts with "su", which is not a known verb'),
    ("translates: ", "translates: 0", "has changed since this was translated"),
]
"""What is put in the place of a right text, and what is said of it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clinic's folder with an exercise of its own and a Spanish file for it."""
    folder = tmp_path_factory.mktemp("made") / "clinic"
    assert CliRunner().invoke(cli, ["init", str(folder)]).exit_code == 0
    (folder / "exercises" / "heel-glide.yaml").write_text(OURS, "utf-8")
    words = ["--folder", str(folder), "new", "translation", "es", "heel-glide"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def clinic(tmp_path: Path, made: Path) -> Path:
    """Return a copy of it that a test may change."""
    return shutil.copytree(made, tmp_path / "clinic")


def spanish(clinic: Path, *edits: tuple[str, str]) -> Path:
    """Fill in the Spanish of the exercise, with some of it said otherwise."""
    path = clinic / "exercises" / "es" / "heel-glide.yaml"
    digest = path.read_text("utf-8").split("translates: ")[1].split()[0]
    text = SPANISH.replace("DIGEST", digest)
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return path


def check(clinic: Path) -> str:
    """Return what is said of the Spanish of the exercise."""
    library = Library(FewBuiltIn(clinic)).in_language("es")
    found = [
        *check_translations(library),
        *content_problems(library, Kind.EXERCISES, "heel-glide"),
    ]
    return "\n".join(item.message for item in found if "heel-glide" in item.location.file)


def test_a_new_translation_is_the_original_to_fill_in(clinic: Path, run: Run) -> None:
    text = (clinic / "exercises" / "es" / "heel-glide.yaml").read_text("utf-8")
    assert "# Lie on your back. Bend {knee:your_side}.\n  - ''" in text
    assert "name is not translated" in check(clinic)
    again = run("--folder", clinic, "new", "translation", "es", "heel-glide")
    assert again.exit_code == 1
    assert "exists" in again.output
    unknown = run("--folder", clinic, "new", "translation", "es", "heel-glyde")
    assert 'did you mean "heel-glide"?' in unknown.output
    (clinic / "exercises" / "es" / "heel-glide.yaml").unlink()
    # English steps are not measured by Spanish words.
    assert check(clinic) == "exercises/heel-glide has no text in Spanish"


def test_a_right_translation_is_right(clinic: Path) -> None:
    spanish(clinic)
    assert check(clinic) == ""
    library = Library(Workspace(clinic)).in_language("es-MX")
    assert library.exercise("heel-glide").name == "Deslizar el talón"
    assert (
        library.exercise("heel-glide").dosage
        == Library(Workspace(clinic)).exercise("heel-glide").dosage
    )


def test_what_is_wrong_is_found(clinic: Path) -> None:
    """Each in a copy of the exercise."""
    exercises, right = clinic / "exercises", spanish(clinic).read_text("utf-8")
    for number, (old, new, _) in enumerate(WRONG):
        assert right.count(old) == 1, old
        (exercises / f"wrong-{number}.yaml").write_text(OURS, "utf-8")
        (exercises / "es" / f"wrong-{number}.yaml").write_text(right.replace(old, new), "utf-8")
    library = Library(Workspace(clinic)).in_language("es")
    found = check_translations(library)
    for number, (*_, said) in enumerate(WRONG):
        name = f"wrong-{number}"
        told = [*found, *content_problems(library, Kind.EXERCISES, name)]
        assert any(
            said in each.message and Path(each.location.file).stem == name for each in told
        ), said


def test_a_changed_original_makes_its_translation_stale(clinic: Path) -> None:
    spanish(clinic)
    original = clinic / "exercises" / "heel-glide.yaml"
    original.write_text(OURS.replace("Slide your heel back.", "Pull it back."), "utf-8")
    assert "exercises/heel-glide.yaml has changed since this was translated" in check(clinic)
    # What a patient does not read makes nothing stale.
    original.write_text(OURS.replace("title: Ours", "title: Mine"), "utf-8")
    assert check(clinic) == ""


def test_mails_are_translations_too(clinic: Path) -> None:
    def said(language: str) -> str:
        library = Library(Workspace(clinic)).in_language(language)
        return "\n".join(map(str, check_translations(library)))

    assert "the e-mail has no text in French" in said("fr")
    assert "mail" not in said("es")
    own = clinic / "mail" / "en" / "message.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Hello, your exercises are in {{ file }}.", "utf-8")
    assert "mail/en/message.txt has changed since this was translated" in said("es")


def test_a_handout_is_in_one_language_or_refused(clinic: Path, run: Run) -> None:
    spanish(clinic)
    command = ("--folder", clinic, "build", "knee-arthritis-begin", "--clinic", "riverbend")
    assert run(*command, "--language", "es", "-o", "es.pdf").exit_code == 0
    extended = clinic / "programs" / "knee-arthritis-begin.yaml"
    extended.write_text(
        "schema: 1\nextends: knee-arthritis-begin\nadd: [{exercise: heel-glide}]\n", "utf-8"
    )
    assert run(*command, "--language", "es", "-o", "es.pdf").exit_code == 0
    (clinic / "exercises" / "es" / "heel-glide.yaml").unlink()
    refused = run(*command, "--language", "es", "-o", "no.pdf")
    assert refused.exit_code == 1
    assert "the exercise heel-glide has no text in Spanish" in refused.output
    assert not Path("no.pdf").exists()
    assert run(*command, "--language", "en", "-o", "en.pdf").exit_code == 0
    # A sentence of the clinic's own is to be translated too.
    extended.write_text(
        "schema: 1\nextends: knee-arthritis-begin\nsubtitle: for your knee\n", "utf-8"
    )
    refused = run(*command, "--language", "es", "-o", "no.pdf")
    assert "the program knee-arthritis-begin has no text in Spanish" in refused.output
    # A list that was put together from that program has its sentences.
    listed = {
        "schema": 1, "name": "Mi lista", "title": "Mi lista", "subtitle": "en casa", "code": "OWN",
        "safety": "knee", "phases": [{"exercises": [{"exercise": "quad-set"}]}],
        "sources": [{"title": "nosotros"}],
    }  # fmt: skip
    library = Library(Workspace(clinic)).with_program("composed", lambda _: listed)
    request = OrderRequest("composed", "riverbend", language="es")
    assert make_order(library, request).program.title == "Mi lista"
    with pytest.raises(ContentError, match="knee-arthritis-begin has no text in Spanish"):
        make_order(library, replace(request, composed_from="knee-arthritis-begin"))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "po"])
def test_a_table_goes_out_and_comes_back(clinic: Path, run: Run, ending: str) -> None:
    """What a translator fills in becomes the same file as one that was written by hand."""
    path = spanish(clinic)
    wanted = Library(Workspace(clinic)).in_language("es").exercise("heel-glide")
    table = clinic / f"all.{ending}"
    export = ("--folder", clinic, "translation", "export", "es", table, "--only", "heel-glide")
    assert run(*export).exit_code == 0
    assert run(*export).exit_code == 1, "a file that exists is not overwritten"
    path.write_text(path.read_text("utf-8").replace("Deslizar el talón", "Otro"), "utf-8")
    result = run("--folder", clinic, "translation", "import", "es", table)
    assert result.exit_code == 0, result.output
    assert Library(Workspace(clinic)).in_language("es").exercise("heel-glide") == wanted
    assert check(clinic) == ""


def test_the_words_of_the_program_are_in_the_table(clinic: Path, run: Run) -> None:
    """Also plural forms, and what agrees with a noun: a locale comes back as it was."""
    table = clinic / "words.csv"
    assert run("--folder", clinic, "translation", "export", "es", table).exit_code == 0
    text = table.read_text("utf-8-sig")
    lines = [line for line in text.splitlines() if line.startswith(("file,", "locales/"))]
    assert len(lines) > 300
    files = sorted(clinic.rglob("*.yaml"))
    for said in ("Su plan", "Su plan en casa"):
        table.write_text("\n".join(lines).replace(",Su plan,", f",{said},"), "utf-8")
        result = run("--folder", clinic, "translation", "import", "es", table)
        assert result.exit_code == 0, result.output
        written = set(clinic.rglob("*.yaml")).difference(files)
        # What the table leaves as it was is not written: it would hide what is built in.
        assert written == ({clinic / "locales" / "es.yaml"} if said == "Su plan en casa" else set())
    ours, builtin = (
        Library(workspace).locale("es").model_dump(exclude={"regional", "lint", "extends"})
        for workspace in (Workspace(clinic), Workspace())
    )
    assert ours["plan"].pop("heading") == "Su plan en casa" != builtin["plan"].pop("heading")
    assert ours == builtin
    path = clinic / "locales" / "es.yaml"
    assert "extends: es" in path.read_text("utf-8"), "what it does not say stays as it is built in"
    path.write_text(f"{path.read_text('utf-8')}regional: {{piso: suelo}}\n", "utf-8")
    table.write_text("\n".join(lines).replace(",Su plan,", ",Su programa,"), "utf-8")
    assert run("--folder", clinic, "translation", "import", "es", table).exit_code == 0
    locale = Library(Workspace(clinic)).locale("es")
    assert (locale.plan.heading, locale.regional) == ("Su programa", {"piso": "suelo"})
    russian = clinic / "ru.csv"
    run("--folder", clinic, "translation", "export", "ru", russian)
    rows = csv.DictReader(io.StringIO(russian.read_text("utf-8-sig")))
    forms = {row["text"] for row in rows if row["text"].startswith("dose span minutes")}
    assert forms == {f"dose span minutes {form}" for form in ("few", "many", "one", "other")}


def test_a_wrong_table_changes_nothing(clinic: Path, run: Run) -> None:
    path = spanish(clinic)
    before = path.read_bytes()
    table = clinic / "all.xlsx"
    run("--folder", clinic, "translation", "export", "es", table, "--only", "heel-glide")
    book = openpyxl.load_workbook(table)
    sheet = book.active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=2):
        if "65" in str(row[3].value):
            row[3].value = str(row[3].value).replace("65", "75")
        if row[1].value == "name":
            row[2].value = "Heel glide, as it was"
        if row[1].value == "steps 3":
            row[1].value = "steps 33"
    book.save(table)
    result = run("--folder", clinic, "translation", "import", "es", table)
    assert result.exit_code == 1
    for said in ("numbers 75", "has changed since the table was exported", 'no text "steps 33"'):
        assert said in result.output
    assert path.read_bytes() == before


def test_a_table_is_no_formula(clinic: Path, run: Run) -> None:
    """A text that a spreadsheet would run is kept from it, and comes back as it was."""
    original = clinic / "exercises" / "heel-glide.yaml"
    original.write_text(OURS.replace("Makes your leg", "=Makes your leg"), "utf-8")
    table = clinic / "all.csv"
    run("--folder", clinic, "translation", "export", "es", table, "--only", "heel-glide")
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    assert next(row for row in rows if row[1] == "purpose")[2].startswith("'=Makes")
    filled = table.read_text("utf-8-sig").replace("easily.,", "easily.,Ayuda a moverse.")
    table.write_text(filled, "utf-8")
    assert run("--folder", clinic, "translation", "import", "es", table).exit_code == 0


def test_progress_is_told(clinic: Path, run: Run) -> None:
    result = run("--folder", clinic, "translation", "status", "es")
    assert result.exit_code == 0
    assert "1 wrong" in next(line for line in result.output.splitlines() if "exercises" in line)
    french = run("--folder", clinic, "translation", "status", "fr")
    assert "there is no locales/fr.yaml yet" in french.output
    for wrong in ("xx-nonsense", "es-MX"):
        refused = run("--folder", clinic, "translation", "status", wrong)
        assert refused.exit_code == 1


def test_all_built_in_content_is_in_spanish(run: Run) -> None:
    """Nothing is missing, stale or wrong, but for what is still to be said in a better way."""
    states = {
        each.name: each.state for each in translations(Library(Workspace()).in_language("es"))
    }
    assert len(states) > 150
    assert {name for name, state in states.items() if state is not State.DONE} == set()
    assert run("check", "--language", "es").output == "no problems\n"


def test_what_is_in_german_is_right(run: Run) -> None:
    """Some is missing; of what is there nothing is stale or wrong, also by the look of it."""
    listed = translations(Library(Workspace()).in_language("de"))
    states = {each.name: each.state for each in listed}
    assert State.WRONG not in states.values()
    assert sum(state is State.DONE for state in states.values()) >= 32
    found = run("check", "--language", "de").output.splitlines()
    said = [line for line in found if not line.startswith(" ")]
    assert [line for line in said[:-1] if not line.endswith("[translation-missing]")] == []


def test_the_texts_of_one_program(clinic: Path, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "one.csv"
    export = ("--folder", clinic, "translation", "export", "fr", table, "--for", "walking-plan")
    assert run(*export).exit_code == 0
    with table.open(encoding="utf-8-sig") as lines:
        files = {row["file"] for row in csv.DictReader(lines)}
    program = Library(Workspace()).program("walking-plan")
    exercises = {f"exercises/{each.exercise}" for each in program.prescriptions}
    safety = {f"safety/{program.safety}", "safety/base"}
    assert files == {"programs/walking-plan", "locales/en", *exercises, *safety}


def test_a_clinic_whose_language_has_few_programs(tmp_path: Path) -> None:
    """What is built in and not in it is no fault; what the clinic says itself is named."""
    builtin = Workspace()
    text = builtin.find("clinics", "oldmill").read_text("utf-8").replace("logo: oldmill.svg", "")
    for folder in ("clinics", "safety"):
        (tmp_path / folder).mkdir()
    ours = tmp_path / "clinics" / "ours.yaml"
    ours.write_text(text.replace("locale: en-GB", "locale: fr-CA"), "utf-8")
    (unknown,) = check_content(Library(Workspace(tmp_path)), [ours])
    assert "en-CA is English there" in unknown.hint
    ours.write_text(text.replace("locale: en-GB", "locale: ar-EG"), "utf-8")
    assert check_content(Library(Workspace(tmp_path)), [ours]) == []
    base = tmp_path / "safety" / "base.yaml"
    base.write_text("schema: 1\nextends: base\nnext_day: Sore the next day? Do half.\n", "utf-8")
    with pytest.raises(ContentError) as caught:
        make_order(Library(Workspace(tmp_path)), OrderRequest("si-joint-calm", "ours"))
    (problem,) = caught.value.problems
    assert problem.location.file == "safety/base.yaml"
    assert "language: ar" in problem.hint


def test_two_files_or_one(run: Run, tmp_path: Path) -> None:
    command = ("build", "si-joint-calm", "--clinic", "riverbend", "--languages", "en,es")
    result = run(*command, "-o", "calm.pdf")
    assert result.exit_code == 0, result.output
    pages = [len(PdfReader(tmp_path / f"calm.{tag}.pdf").pages) for tag in ("en", "es")]
    assert pages[0] == pages[1]
    assert run(*command, "--facing", "-o", "both.pdf").exit_code == 0
    both = PdfReader(tmp_path / "both.pdf").pages
    assert len(both) == 2 * pages[0]
    assert "Your home exercises" in both[0].extract_text()
    assert "Ejercicios en casa" in both[1].extract_text()
    for wrong in (("--language", "es"), ("--booklet",)):
        assert run(*command, *wrong).exit_code == 2
    assert run("build", "si-joint-calm", "--languages", "en", "-o", "x.pdf").exit_code == 2
    # Where one of the two cannot be written, neither is.
    (tmp_path / "half.es.pdf").mkdir()
    assert run(*command, "-o", "half.pdf").exit_code == 1
    assert not (tmp_path / "half.en.pdf").exists()
    assert run("build", "si-joint-calm", "--facing", "-o", "x.pdf").exit_code == 2

"""From the first draft to a reviewed handout and back, through the installed command."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from handouts import ContentError, Library, Workspace, make_order
from handouts.check.review import texts_of_program
from handouts.model.clinic import Mode
from handouts.workspace import Kind
from tests.command import run
from tests.conftest import Builder, request_for
from tests.readers import assert_strict_readers_accept
from tests.reviews import DANA, review_all

COMMAND = [sys.executable, "-m", "handouts"]
LAYOUTS = Workspace().ids(Kind.LAYOUTS)
MARK, WHY = "DRAFT", "Exercise texts not yet checked by a clinician of Riverbend."
CALM = ("si-joint-calm", "--clinic", "riverbend")
PATIENT = ("--name", "Maria Nuñez-O'Brien", "--side", "left", "--start", "2026-12-07")


def handouts(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command in a clinic's folder."""
    done = run(folder, *arguments, folder=folder)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a clinic's folder that holds nothing yet."""
    made = tmp_path / "ours"
    made.mkdir()
    return made


def built(folder: Path, *options: str) -> tuple[pypdf.PdfReader, str]:
    """Build a handout; return it and what was said beside."""
    done = handouts(folder, "build", *CALM, "-o", "x.pdf", "--date", "2026-11-29", *options)
    return pypdf.PdfReader(folder / "x.pdf"), done.stderr


def words(page: pypdf.PageObject) -> str:
    """Return what a page shows, on one line."""
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def subject(reader: pypdf.PdfReader) -> str:
    """Return what a file says it is."""
    assert reader.metadata
    return str(reader.metadata.subject)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_draft_says_so_on_its_first_page_and_nowhere_else(
    layout: str, handout_for: Builder
) -> None:
    pdf = handout_for(layout=layout, draft=True).pdf
    assert_strict_readers_accept(pdf)
    drafted = pypdf.PdfReader(io.BytesIO(pdf))
    first, *others = map(words, drafted.pages)
    assert first.count(MARK) == 1
    assert WHY in first
    assert not any(MARK in page or "not yet checked" in page for page in others)
    assert subject(drafted).startswith("Draft of handout SIJ-CALM-")

    checked = pypdf.PdfReader(io.BytesIO(handout_for(layout=layout).pdf))
    assert not any(MARK in words(page) for page in checked.pages)
    assert any(f"Checked by {DANA}, Nov 20, 2026." in words(page) for page in checked.pages)
    assert subject(checked).startswith("Handout SIJ-CALM-")


def test_what_build_and_inspect_say_of_a_draft(folder: Path) -> None:
    reader, said = built(folder, *PATIENT)
    assert words(reader.pages[0]).count(MARK) == 1
    assert said.splitlines()[-1] == (
        "a draft: no clinician of riverbend has checked its texts yet; "
        "handouts review si-joint-calm --clinic riverbend"
    )
    read = handouts(folder, "inspect", "x.pdf", "--reading").stdout
    assert f"{MARK} {WHY}" in read

    review_all(folder, "riverbend")
    reader, said = built(folder, *PATIENT)
    assert not any(MARK in words(page) for page in reader.pages)
    assert "draft" not in said


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("layout", ["standard", "cards"])
def test_the_mark_is_black_on_white_for_every_printer(
    mode: Mode, layout: str, handout_for: Builder
) -> None:
    pdf = handout_for(layout=layout, mode=mode.value, draft=True).pdf
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0]
        text = page.get_textpage()
        finder = text.search(MARK)
        start, length = finder.get_next() or (0, 0)
        boxes = [text.get_charbox(start + at) for at in range(length)]
        shade = page.render(scale=2, grayscale=True).to_numpy()
        left, top = 2 * boxes[0][0], 2 * (page.get_height() - boxes[0][3])
        right, bottom = 2 * boxes[-1][2], 2 * (page.get_height() - boxes[-1][1])
        inked = shade[int(top) : int(bottom), int(left) : int(right)]
        around = shade[int(top) - 4 : int(bottom) + 4, int(left) - 6 : int(left) - 3]
    assert inked.min() < 60, "the word is not dark"
    assert inked.max() > 245, "the word is not on white"
    assert around.min() > 245


def test_nothing_speaks_to_the_clinic_in_a_patients_foot(handout_for: Builder) -> None:
    for draft in (True, False):
        pages = pypdf.PdfReader(io.BytesIO(handout_for(draft=draft).pdf)).pages
        text = " ".join(map(words, pages))
        for gone in ("Review by", "please do not share", "Not yet checked by a clinician"):
            assert gone not in text


def test_a_clinician_reviews_a_program_and_a_changed_sentence_asks_again(folder: Path) -> None:
    done = handouts(folder, "review", *CALM)
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["program", "si-joint-calm", "not", "reviewed"]
    assert lines[-2] == "6 of 6 texts still need a review: handouts are drafts"

    # Read: every word that any layout prints.
    shown = handouts(folder, "review", *CALM, "--show").stdout
    exercise = Library(Workspace()).exercise("glute-bridge")
    for sentence in (*exercise.steps, *(exercise.short_steps or ()), exercise.watch_out):
        assert sentence in shown
    assert "numb or tingling genitals" in shown

    recorded = ("--by", "dana-whitfield", "--yes", "--date", "2026-11-29")
    done = handouts(folder, "review", *CALM, *recorded)
    assert done.stdout.count(f"checked by {DANA}, 2026-11-29") == 6
    written = (folder / "reviews.yaml").read_bytes()
    # Again: nothing is left, and nothing is written.
    handouts(folder, "review", *CALM, "--by", "luis-herrera", "--yes", "--date", "2026-12-24")
    assert (folder / "reviews.yaml").read_bytes() == written
    assert MARK not in words(built(folder)[0].pages[0])

    # Our own bridge: the same words, other comments and order of keys.
    source = Workspace().find("exercises", "glute-bridge").read_text("utf-8")
    own = folder / "exercises" / "glute-bridge.yaml"
    own.parent.mkdir()
    own.write_text(source.replace("schema: 1\n", "") + "\n# as we teach it\nschema: 1\n", "utf-8")
    assert MARK not in words(built(folder)[0].pages[0])

    own.write_text(source.replace(exercise.watch_out, "do not hold your breath."), "utf-8")
    assert MARK in words(built(folder)[0].pages[0])
    done = handouts(folder, "review", *CALM)
    assert f"changed since {DANA} checked it, 2026-11-29" in done.stdout
    assert "1 of 6 texts still need a review" in done.stdout
    handouts(folder, "review", *CALM, "--by", "Luis Herrera, PT", "--yes", "--date", "2026-12-01")
    text = words(built(folder)[0].pages[0])
    assert MARK not in text
    foot = f"Checked by {DANA} and Luis Herrera, PT, Dec 1, 2026."
    assert foot in text
    assert "1 warning in 1 file" in handouts(folder, "check", "exercises").stdout


def test_a_clinics_own_sentence_is_printed_and_asks_again(folder: Path) -> None:
    review_all(folder, "riverbend")
    done = handouts(folder, "new", "safety", "low-back")
    assert done.stdout.splitlines()[1] == "it states what differs from the built-in low-back"
    assert MARK not in words(built(folder)[0].pages[0])
    with (folder / "safety" / "low-back.yaml").open("a", encoding="utf-8") as file:
        file.write("next_day: Sorer the next day? Do half.\n")
    reader, _ = built(folder)
    assert MARK in words(reader.pages[0])
    assert "Sorer the next day? Do half." in words(reader.pages[0])
    done = handouts(folder, "review", *CALM, "--show")
    assert "next day instead of: Still sorer after 24 hours? Do less next time." in done.stdout
    assert "1 of 6 texts still need a review" in done.stdout


def test_a_program_whose_safety_text_is_for_another_region_is_not_built(folder: Path) -> None:
    calm = Workspace().find("programs", "si-joint-calm").read_text("utf-8")
    (folder / "programs").mkdir()
    own = folder / "programs" / "si-joint-calm.yaml"
    own.write_text(calm.replace("safety: low-back", "safety: neck"), "utf-8")
    for command in (("check", "programs"), ("build", *CALM, "-o", "x.pdf")):
        done = handouts(folder, *command, code=1)
        assert (
            "programs/si-joint-calm.yaml:7:9: the safety text neck is for neck, but no exercise "
            "of the program is\n    hint: they are for low-back, hip, knee: write safety: low-back"
        ) in done.stdout + done.stderr
    assert not (folder / "x.pdf").exists()


def test_a_pose_or_a_dose_asks_again_and_a_source_does_not(folder: Path) -> None:
    review_all(folder, "riverbend")
    source = Workspace().find("exercises", "glute-bridge").read_text("utf-8")
    (folder / "exercises").mkdir()
    own = folder / "exercises" / "glute-bridge.yaml"

    def left(text: str) -> int:
        assert text != source
        own.write_text(text, "utf-8")
        done = json.loads(handouts(folder, "review", *CALM, "--json").stdout)
        assert {item["state"] for item in done} <= {"checked", "changed"}
        return sum(item["state"] == "changed" for item in done)

    assert left(source.replace("publisher: ", "publisher: The ", 1)) == 0
    exercise = Library(Workspace()).exercise("glute-bridge")
    assert exercise.figure is not None
    assert left(source.replace("repetitions: ", "repetitions: 1", 1)) == 1
    assert left(source.replace("hold: 5 s", "hold: 5 breaths", 1)) == 1
    shown = handouts(folder, "review", *CALM, "--show").stdout
    assert "\n  hold: 5 breaths\n  rest: 1 min\n" in shown
    texts = {text.label: text for text in texts_of_program(Library(Workspace()), "si-joint-calm")}
    assert "figure" in texts["exercise glute-bridge"].words


def test_a_review_holds_for_the_clinic_that_gave_it(folder: Path) -> None:
    review_all(folder, "riverbend")
    done = handouts(folder, "review", "--clinic", "oldmill")
    assert "si-joint-calm                 draft: 6 of 6 texts to review" in done.stdout
    done = handouts(folder, "review", "--clinic", "riverbend")
    assert all(line.endswith("  reviewed") for line in done.stdout.splitlines())
    handouts(folder, "build", "si-joint-calm", "--clinic", "oldmill", "-o", "mill.pdf")
    assert MARK in words(pypdf.PdfReader(folder / "mill.pdf").pages[0])


def test_a_language_is_reviewed_in_its_own_texts_alone(folder: Path) -> None:
    """Who reads English where there is no Arabic has not reviewed the Arabic."""
    as_dana = ("--by", "Dana Whitfield, PT", "--yes")
    for language, why in (("ar", "has no text in Arabic"), ("zz", 'no locale "zz"')):
        asked = ("review", "shoulder-begin", "--clinic", "riverbend", "--language", language)
        assert why in handouts(folder, *asked, *as_dana, code=1).stderr
    assert list(folder.iterdir()) == []
    listed = handouts(folder, "review", "--clinic", "riverbend", "--language", "ar").stdout
    assert "si-joint-calm" in listed
    assert "shoulder-begin" not in listed


def test_each_text_is_asked_for_at_a_terminal(folder: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "review", *CALM, "--by", "dana-whitfield", "--date", "2026-11-29"],
        cwd=folder,
        env={**os.environ, "HANDOUTS_FOLDER": str(folder), "NO_COLOR": "1"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.write(ours, b"y\nn\ny\ny\nn\ny\n")
    output, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, output
    assert "exercise glute-bridge: have you read it, with its picture, and is it right?" in output
    assert "2 of 6 texts still need a review: handouts are drafts" in output
    done = json.loads(handouts(folder, "review", *CALM, "--json").stdout)
    states = [item["state"] == "checked" for item in done]
    assert states == [True, False, True, True, False, True]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["review", *CALM, "--by", "dana-whitfield"], 2, "use --yes to record all remaining"),
        (["review", *CALM, "--yes"], 2, "say who has read the texts, with --by"),
        (["review", "--clinic", "riverbend", "--by", "x", "--yes"], 2, "name the program"),
        (["review", *CALM, "--by", "Doctor No", "--yes"], 1, "does not belong to riverbend"),
        (["review", "no-such", "--clinic", "riverbend"], 1, 'there is no program "no-such"'),
        (["review", "si-joint-calm", "--clinic", "x"], 1, 'there is no clinic "x"'),
    ],
)
def test_what_cannot_be_recorded(
    arguments: list[str], code: int, message: str, folder: Path
) -> None:
    done = handouts(folder, *arguments, code=code)
    assert message in " ".join(done.stderr.split())
    assert "Doctor No" not in done.stderr
    assert list(folder.iterdir()) == []


def test_reviews_need_a_clinics_folder(tmp_path: Path) -> None:
    done = run(tmp_path, "review", *CALM, "--by", "dana-whitfield", "--yes")
    assert done.returncode == 1
    assert "this is not a clinic's folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


GOOD = (
    "- {clinic: riverbend, kind: program, id: si-joint-calm, "
    "digest: 0123456789abcdef0123456789abcdef, by: Dana, date: 2026-11-29}"
)


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("reviews: []\n", "1:1", 'missing key "schema"'),
        ("schema: 1\nreviews:\n  - {clinic: a}\n", "3:5", 'missing key "kind"'),
        (f"schema: 1\nreviews:\n  {GOOD}\n  {GOOD}\n", "4:5", "reviewed twice for riverbend"),
        (
            "schema: 1\nreviews:\n  " + GOOD.replace("2026-11-29", "2026-11-31"),
            "3:117",
            "date must be a date",
        ),
        (
            "schema: 1\nreviews:\n  " + GOOD.replace("0123", "xyz"),
            "3:67",
            "digest must be 32 digits",
        ),
        ("schema: 1\nreviews: {a: [}\n", "2:15", "a [ or { is not closed"),
    ],
)
def test_a_broken_file_of_reviews_is_told_with_its_place(
    content: str, place: str, message: str, folder: Path
) -> None:
    (folder / "reviews.yaml").write_text(content, "utf-8")
    with pytest.raises(ContentError) as error:
        make_order(Library(Workspace(folder)), request_for())
    assert f"reviews.yaml:{place}: " in str(error.value)
    assert message in str(error.value)


def test_every_command_refuses_a_broken_file_of_reviews_and_leaves_it_alone(folder: Path) -> None:
    content = "schema: 1\nreviews: {a: [}\n"
    (folder / "reviews.yaml").write_text(content, "utf-8")
    for command in (
        ["build", *CALM, "-o", "x.pdf"],
        ["review", *CALM, "--by", "dana-whitfield", "--yes"],
        ["check"],
    ):
        done = handouts(folder, *command, code=1)
        said = done.stdout + done.stderr
        assert "reviews.yaml:2:15: a [ or { is not closed" in said
    assert (folder / "reviews.yaml").read_text("utf-8") == content
    assert not (folder / "x.pdf").exists()


def test_a_batch_says_how_many_drafts_it_made_and_makes_them_anew_once_reviewed(
    folder: Path,
) -> None:
    columns = "reference,name,program,clinic,layout,affected_side\n"
    rows = "".join(f"P-{n},Maria Zq{n},si-joint-calm,riverbend,fridge,left\n" for n in range(3))
    (folder / "list.csv").write_text(columns + rows, "utf-8")
    first = handouts(folder, "batch", "list.csv", "-o", "out", "--jobs", "1")
    assert "3 of 3 are drafts: no clinician of the clinic has checked their texts" in first.stderr
    handouts(folder, "review", *CALM, "--by", "dana-whitfield", "--yes")
    again = handouts(folder, "batch", "list.csv", "-o", "out", "--jobs", "1", "--resume", "--json")
    summary = json.loads(again.stdout.splitlines()[-1])
    assert (summary["made"], summary["drafts"]) == (3, 0)
    lines = (folder / "out" / "manifest.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["draft"] for line in lines] == [True] * 3 + [False] * 3
    assert "Maria" not in (folder / "reviews.yaml").read_text("utf-8") + "".join(lines)
    for entry in map(json.loads, lines[3:]):
        page = pypdf.PdfReader(folder / "out" / entry["file"]).pages[0]
        assert MARK not in words(page)
        assert f"Checked by {DANA}" in words(page)

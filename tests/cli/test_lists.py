"""What the installed commands make of lists: each is run in a process of its own."""

from __future__ import annotations

import csv
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.command import run
from tests.load.roster.test_sheet import MAIN, written_by_hand
from tests.reviews import review_all

Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]
pytestmark = pytest.mark.slow
HEADER = "reference,name,program,side,note,preferred_name\n"
MAIL = """\
schema: 1
name: Example Clinic
phone: 01632 960 000
emergency_number: "112"
address: 1 Example Street, Exampletown
paper: a4
locale: en-GB
brand: {primary: "#1f5f8b"}
mail: {from: handouts@clinic.example}
clinicians: [{id: alex, name: "Alex Example, PT"}, {id: sam, name: "Sam Example, PT"}]
"""


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run handouts in a folder with one clinic."""
    (tmp_path / "clinics").mkdir()
    (tmp_path / "clinics" / "example.yaml").write_text(MAIL, "utf-8")
    review_all(tmp_path, "example")
    return partial(run, tmp_path)


def shown(folder: Path, file: str) -> str:
    """Return the words on the first page of a PDF, as poppler reads them."""
    done = subprocess.run(
        ["pdftotext", "-l", "1", file, "-"],
        cwd=folder,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return " ".join(done.stdout.split())


def test_a_cell_too_many_is_refused_also_if_it_is_empty(command: Command, tmp_path: Path) -> None:
    row = "A1,Al Roe,si-joint-calm,,Rest, please,\n"
    (tmp_path / "a.csv").write_text(HEADER + row, "utf-8")
    done = command("batch", "a.csv", "--check")
    assert done.returncode == 3
    assert "a.csv:2: A1: the row has 7 cells, the header has 6: a comma may be unquoted" in (
        done.stdout
    )
    assert "please" not in done.stdout


def test_a_dose_in_a_list_has_the_numbers_of_its_clinic(command: Command, tmp_path: Path) -> None:
    (tmp_path / "clinics" / "wien.yaml").write_text(MAIL.replace("en-GB", "de-AT"), "utf-8")
    rows = "".join(
        f'{clinic},{clinic},walking-plan,"2 x 1,5 km"\n' for clinic in ("example", "wien")
    )
    (tmp_path / "a.csv").write_text(f"reference,clinic,program,dose:walking\n{rows}", "utf-8")
    done = command("batch", "a.csv", "--check")
    assert "a.csv:2: example: dose:walking is not understood as a dose" in done.stdout
    assert "wien: dose:walking" not in done.stdout


@pytest.mark.parametrize(
    ("ending", "column"),
    [("csv", "reference"), ("csv", "note"), ("csv", "picture"), ("xlsx", "note")],
)
def test_a_cell_of_ten_megabytes_is_one_bad_row(
    command: Command, tmp_path: Path, ending: str, column: str
) -> None:
    """A column that is not read may hold anything."""
    file, size = f"a.{ending}", 10_000_000
    rows = [{"reference": name, "program": "si-joint-calm", "note": "", "picture": ""}
            for name in ("A1", "A2", "A3")]  # fmt: skip
    rows[1][column] = "A" * size
    if ending == "csv":
        lines = [",".join(row.values()) for row in rows]
        (tmp_path / file).write_text("\n".join((",".join(rows[0]), *lines)), "utf-8")
    else:
        cells = [
            f"<c t='inlineStr'><is><t>{text}</t></is></c>"
            for row in (list(rows[0]), *(list(each.values()) for each in rows))
            for text in row
        ]
        texts = iter(cells)
        bomb(
            tmp_path / file, (f"<row>{''.join(islice(texts, 4))}</row>".encode() for _ in range(4))
        )
    done = command("batch", file, "--check")
    if column == "picture":
        assert (done.returncode, done.stdout) == (0, "3 rows are good, 0 are not\n"), done.stderr
        return
    assert done.returncode == 3, done.stderr
    assert f"{column} is too long" in done.stdout
    assert done.stdout.startswith(f"{file}:3: ")
    assert "2 rows are good, 1 is not" in done.stdout
    assert len(done.stdout) < 1000


def test_a_cell_that_may_contain_rows_stops_the_list(command: Command, tmp_path: Path) -> None:
    rows = "A2,Bo,si-joint-calm,,,\n" * 10_000
    lost = f'A1,Al,si-joint-calm,,"no end\n{rows}A3,Cy,si-joint-calm,,",",",\n'
    (tmp_path / "a.csv").write_text(HEADER + lost, "utf-8")
    (tmp_path / "b.csv").write_text(f"{HEADER}A1,{'x,' * 10_000_000}\n", "utf-8")
    for file in ("a.csv", "b.csv"):
        done = command("batch", file, "--check")
        assert done.returncode == 1
        assert f"{file}:2: a cell or row is too long" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {
                "--side": "L",
                "--start": "1.12.2026",
                "--next-visit": "2026-12-15 2:30 PM",
                "--clinician": "Jane Doe, PT",
                "--language": "EN_gb",
                "--name": "\u018fli H\u0259s\u0259nov",
            },
            (
                "sore side: left",
                "Tue, 1 Dec",
                "Tue, 15 Dec, 14:30",
                "Jane Doe, PT",
                "\u018fli H\u0259s\u0259nov",
            ),
        ),
        (
            {"--side": "Right", "--start": "Dec 1, 2026", "--name": "Sto\ufb00el Ma\u00adria"},
            ("sore side: right", "Tue, 1 Dec", "Stoffel Maria"),
        ),
    ],
)
def test_build_reads_what_a_list_reads(
    command: Command, tmp_path: Path, options: dict[str, str], words: tuple[str, ...]
) -> None:
    line = (part for option in options.items() for part in option)
    given = ("--layout", "compact", "--date", "2026-11-22", "-o", "a.pdf")
    done = command("build", "si-joint-calm", *line, *given)
    assert (done.returncode, done.stderr) == (0, "layout compact leaves out: side, feel-it\n")
    page = shown(tmp_path, "a.pdf")
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--start", "3/4/2026"), "could be day/month or month/day; write it like"),
        (("--next-visit", "2026-12-15T14:30+02:00"), "has a time zone"),
        (("--start", "20261201"), "is a number, not a date; write it like 2026-12-01"),
        (("--side", "lefft"), "must be left, right or both"),
    ],
)
def test_build_refuses_what_a_list_refuses(
    command: Command, tmp_path: Path, options: tuple[str, str], message: str
) -> None:
    done = command("build", "si-joint-calm", *options, "-o", "a.pdf")
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert not (tmp_path / "a.pdf").exists()


def test_dates_of_the_command_line_follow_dates_wherever_it_stands(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("reference,program\n1,si-joint-calm\n", "utf-8")
    line = ("batch", "a.csv", "--check", "--start", "3/4/2026", "--date", "2026-03-02")
    assert command(*line).returncode == 2
    assert command(*line, "--dates", "dmy").returncode == 0


MONDAY = """\
reference,name,program,side,email,email_consent
R-1,Anna Bell,si-joint-calm,left,anna@clinic.example,yes 2026-11-20
R-2,Bo Carr,si-joint-clam,left,bo@clinic.example,yes 2026-11-20
,Cy Dunn,si-joint-calm,up,cy@clinic.example,yes 2026-11-20
17,Di Eck,si-joint-calm,left,di@clinic.example,yes 2026-11-20
017,Ed Fry,si-joint-calm,left,ed@clinic.example,yes 2026-11-20
"""


def corrected(path: Path) -> None:
    """Correct a list of failed rows as a clinic does: in its cells."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["program"] = "si-joint-calm"
        match row["name"]:
            case "Cy Dunn":
                row |= {"reference": "R-3", "affected_side": "right"}
            case "Ed Fry":
                row |= {"reference": "18"}
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_list_and_its_corrected_rows_are_given_together(command: Command, tmp_path: Path) -> None:
    (tmp_path / "monday.csv").write_text(MONDAY, "utf-8")
    batch = ("-o", "out", "--jobs", "1", "--layout", "fridge", "--date", "2026-11-23")
    first = command("batch", "monday.csv", *batch)
    assert first.returncode == 3
    told = command("send", "out", "--roster", "monday.csv")
    assert told.returncode == 3
    assert "4 patients of the list have no handout: R-2, 17, 017, row 4 of monday.csv" in (
        " ".join(told.stderr.split())
    )
    assert "run the batch with the list, that file" in told.stderr
    assert "Cy" not in told.stderr

    corrected(tmp_path / "out" / "failed.csv")
    both = ("monday.csv", "out/failed.csv")
    for _ in range(2):
        again = command("batch", *both, *batch, "--resume")
        assert again.returncode == 0, again.stderr
    made = sorted(path.name.split("_")[0] for path in (tmp_path / "out").glob("*.pdf"))
    assert made == ["17", "18", "R-1", "R-2", "R-3"]
    sent = command("send", "out", *(part for file in both for part in ("--roster", file)), "--send")
    assert sent.returncode == 0, sent.stderr
    assert len(list((tmp_path / "out" / "outbox").rglob("*.eml"))) == 5
    assert "no handout" not in sent.stdout + sent.stderr


def bomb(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a workbook whose one sheet is made of pieces."""
    whole = path.with_suffix(".part")
    whole.write_bytes(written_by_hand("", ""))
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != sheet:
                new.writestr(name, old.read(name))
        with new.open(sheet, "w", force_zip64=True) as stream:
            stream.write(f"<worksheet {MAIN}><sheetData>".encode())
            for piece in pieces:
                stream.write(piece)
            stream.write(b"</sheetData></worksheet>")


LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))
from handouts.cli.main import main
main()
"""


@pytest.mark.parametrize("what", ["cell", "rows", "size"])
def test_a_workbook_that_unpacks_to_more_is_refused_in_little_memory(
    tmp_path: Path, what: str
) -> None:
    header = b'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
    cell = b'<row r="2"><c r="A2" t="inlineStr"><is><t>'

    def pieces() -> Iterator[bytes]:
        yield header
        if what == "rows":
            yield from (b"<row><c><v>1</v></c></row>" * 11_000 for _ in range(100))
            return
        yield cell
        yield from (b"a" * (1 << 20) for _ in range(600 if what == "size" else 100))
        yield b"</t></is></c></row>"

    bomb(tmp_path / "a.xlsx", pieces())
    assert (tmp_path / "a.xlsx").stat().st_size < 1 << 20
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "batch", "a.xlsx", "--check"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    said = {
        "cell": "a cell of the workbook is too long",
        "rows": "the sheet has more rows or merged cells than a list needs",
        "size": "the workbook is too large",
    }
    assert said[what] in done.stderr


def test_what_a_spreadsheet_made_of_references_and_names_is_refused(
    command: Command, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["reference", "name", "program"],
        [8.5, "Al", "si-joint-calm"],
        [True, "Bo", "si-joint-calm"],
        ["7", "Cy", "si-joint-calm"],
        ["8", "", "si-joint-calm"],
        ["9", "Di", "si-joint-calm"],
    ):
        sheet.append(row)
    sheet["A6"].number_format = "@"
    sheet.merge_cells("B4:B5")
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("reference,program\nTRUE,si-joint-calm\n", "utf-8")
    done = command("batch", "a.xlsx", "--check")
    assert done.returncode == 3
    changed = "reference is stored in the spreadsheet as a date, a fraction, or yes or no"
    assert [line for line in done.stdout.splitlines() if line.startswith("a.xlsx:")] == [
        f"a.xlsx:2: 8.5: {changed}",
        f"a.xlsx:3: {changed}",
        "a.xlsx:5: 8: name is under the merged cells B4:B5",
    ]
    assert "2 rows are good, 3 are not" in done.stdout
    done = command("batch", "b.csv", "--check")
    assert "reference is yes or no (TRUE or FALSE in the spreadsheet)" in done.stdout


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        # What Linux says when the other side of a terminal is closed.
        return b""


def test_reading_a_long_list_is_shown_to_a_terminal_only(command: Command, tmp_path: Path) -> None:
    rows = "".join(f"R-{number},si-joint-calm\n" for number in range(12_000))
    (tmp_path / "a.csv").write_text(f"reference,program\n{rows}", "utf-8")
    quiet = command("batch", "a.csv", "--check")
    assert (quiet.returncode, quiet.stderr) == (0, "")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "handouts", "batch", "a.csv", "--check"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        said = b""
        while piece := _read(ours):
            said += piece
        os.close(ours)
    assert running.returncode == 0
    assert b" of 12,000 rows" in said


def test_a_row_that_its_clinic_stops_names_the_line_of_the_clinics_file(
    command: Command, tmp_path: Path
) -> None:
    clinic = tmp_path / "clinics" / "example.yaml"
    clinic.write_text(MAIL.replace("paper: a4", "paper: a9"), "utf-8")
    day, row = tmp_path / "day.csv", "R-1,Ann,si-joint-calm"
    day.write_text(f"reference,name,program\n{row}\n", "utf-8")
    wrong = "clinics/example.yaml:6:8: paper must be one of letter, a4, not "
    for options in (["--check"], ["-o", "day"]):
        alone = command("batch", "day.csv", *options)
        assert (alone.returncode, alone.stdout, alone.stderr.count(wrong)) == (1, "", 1)
        assert alone.stderr.startswith(wrong)
    assert not (tmp_path / "day").exists()
    # Where the list says of which clinic each row is, others may be right.
    (clinic.parent / "other.yaml").write_text(MAIL, "utf-8")
    day.write_text(f"reference,name,program,clinic\n{row},example\n", "utf-8")
    looked = command("batch", "day.csv", "--check")
    assert looked.stdout.startswith(f"day.csv:2: R-1: {wrong}")
    made = command("batch", "day.csv", "-o", "day", "--jobs", "1")
    assert f"day.csv:2: R-1: {wrong}" in made.stderr
    with (tmp_path / "day" / "failed.csv").open(encoding="utf-8-sig", newline="") as file:
        (failed,) = csv.DictReader(file)
    assert failed["problem"].startswith(wrong)
    assert (looked.returncode, made.returncode) == (3, 3)


def test_no_list_of_patients_is_written_over(command: Command, tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    # As an editor saves it that ends no last line.
    day.write_text("reference,name,program\nR-1,Ann,si-joint-calm", "utf-8")
    before = day.read_bytes()
    for options in (
        ["batch", "day.csv", "-o", "out", "--print-run", "day.csv"],
        ["batch", "day.csv", "-o", "out", "--passphrases", "day.csv"],
        ["batch", "day.csv", "-o", "day.csv"],
        ["build", "si-joint-calm", "-o", "day.csv"],
        ["show", "si-joint-calm", "-o", "day.csv"],
        ["build", "si-joint-calm", "-o", "-"],
    ):
        done = command(*options)
        assert done.returncode in (1, 2), done.stderr
        assert "hint: " in done.stderr or "the name must end with " in done.stderr
        assert day.read_bytes() == before
    assert not list(tmp_path.glob("**/*.pdf"))
    assert not (tmp_path / "day.csv.key").exists()
    assert command("batch", "day.csv", "-o", "out", "--jobs", "1").returncode == 0
    assert command("send", "out", "--roster", "day.csv", "--send").returncode == 0
    assert command("ledger", "export", "out", "-o", "day.csv").returncode == 1
    assert day.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [["list", "layouts"], ["--help"], ["build", "--help"]])
def test_a_full_disk_behind_the_output_is_no_bug(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "handouts", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "cannot write the output: no space left on device\n",
    )

"""What the command makes of lists as practice systems and front desks leave them.

Each is read by the command in a process of its own. What nobody has asked for must not be made:
a handout for a heading, for the foot of a report, with a telephone number for a name.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.command import run
from tests.readers import text_by_poppler

Done = subprocess.CompletedProcess[str]
HEADER = "Patient ID,Patient Name,Email,Side\n"
GIVEN = ("--program", "si-joint-calm", "--clinic", "riverbend", "--date", "2026-11-30")
ONE = ("--jobs", "1")
HEADING = "the row has only text in the reference column: is it a heading?"
NAME = "must be only a name: it also contains a number, a date or an address"


def checked(folder: Path, file: str, *options: str) -> tuple[list[str], str]:
    """Return what `batch --check` says of a list: of its rows, and in its last line."""
    done = run(folder, "batch", file, *GIVEN, "--check", *options)
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith(file)]
    return [line.removeprefix(f"{file}:") for line in lines], (done.stdout + done.stderr)


def book(*rows: list[object]) -> bytes:
    """Return a workbook with these rows."""
    stream, made = io.BytesIO(), Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(stream)
    return stream.getvalue()


def all_shown(folder: Path) -> str:
    """Return the words of all handouts in a folder."""
    texts = (text_by_poppler(path.read_bytes()) for path in sorted(folder.glob("*.pdf")))
    return " ".join(" ".join(texts).split())


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name in names:
            opened.writestr(name, "Patient ID,Patient Name\nA1,Zqanna\n")
    return stream.getvalue()


def test_headings_and_sums_of_a_report_are_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(
        book(
            ["Patients of the week"],
            ["Patient", "", "Visit"],
            ["Patient ID", "Patient Name", "Email"],
            ["Provider: Zqweiss"],
            ["A1", "Zqanna Bell", "a@example.com"],
            ["2026-12-01"],
            ["Patient ID", "Patient Name", "Email"],
            ["A2", "Zqbo Bell", ""],
            ["Total patients: 2", "", 2],
            ["Printed 11/30/2026 by Zqsmith"],
        )
    )
    rows, said = checked(tmp_path, "a.xlsx")
    assert rows == [f"4: {HEADING}", f"6: {HEADING}", f"10: {HEADING}"]
    assert "2 rows are good, 3 are not; skipped: 1 total" in said
    assert "Zq" not in said


def test_patients_who_are_called_like_a_sum_are_patients(tmp_path: Path) -> None:
    rows = "Total Knee 12,Zqanna,\nSum 17,Zqbo,b@example.com\nCount-3,,\nTotals,Zqcy,\n"
    sums = "Total,3,\nGrand Total: 3,,\nTotal patients,3,\n"
    (tmp_path / "a.csv").write_text(f"Patient ID,Name,Email\n{rows}{sums}", "utf-8")
    assert "4 rows are good, 0 are not; skipped: 3 total" in checked(tmp_path, "a.csv")[1]
    (tmp_path / "b.csv").write_text("Name\nSum Li\nTotal Bell\nTotal: 2\n", "utf-8")
    said = checked(tmp_path, "b.csv", "--map", "reference=Name", "--map", "name=Name")[1]
    assert "2 rows are good, 0 are not; skipped: 1 total" in said


def test_a_heading_fails_once_until_it_is_corrected(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADER}Zqanna Bell,,,\nA2,Bo,,\n", "utf-8")
    words = ("-o", "out", "--layout", "fridge", *ONE)
    assert "failed    1" in run(tmp_path, "batch", "a.csv", *GIVEN, *words).stdout
    both = ("batch", "a.csv", "out/failed.csv", *GIVEN, *words, "--resume")
    again = run(tmp_path, *both)
    assert "failed     1" in again.stdout
    assert "Zq" not in again.stdout + again.stderr
    failed = tmp_path / "out" / "failed.csv"
    text = failed.read_text("utf-8-sig")
    failed.write_text(text.replace("Zqanna Bell,,", "A1,Zqanna Bell,"), "utf-8")
    corrected = run(tmp_path, *both)
    assert corrected.returncode == 0, corrected.stderr
    assert "corrected" in corrected.stdout
    names = sorted(path.name[:2] for path in (tmp_path / "out").glob("*.pdf"))
    assert names == ["A1", "A2"]


def test_a_patient_who_is_struck_through_gets_none(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["Patient ID", "Patient Name", "Phone"], ["A1", "Zqanna", 1], ["A2", "Zqbo", 2]):
        sheet.append(row)
    sheet["C2"].font = sheet["B3"].font = Font(strike=True)
    sheet["B2"].font = Font(strike=False, bold=True)
    made.save(tmp_path / "a.xlsx")
    rows, said = checked(tmp_path, "a.xlsx")
    assert rows == ["3: A2: name is struck through"]
    assert "hint: delete what no longer applies" in said
    sheet["B3"] = None
    made.save(tmp_path / "a.xlsx")
    assert "2 rows are good" in checked(tmp_path, "a.xlsx")[1]


def test_a_row_of_references_alone_is_a_list_of_patients(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Patient ID,Name\nA1,\n0017,\nMR-2/3,\n", "utf-8")
    (tmp_path / "b.csv").write_text("Patient ID\nanna\nbo\n", "utf-8")
    assert checked(tmp_path, "a.csv")[0] == []
    assert checked(tmp_path, "b.csv")[0] == []


@pytest.mark.parametrize(
    "second",
    ["Patient ID,Last Name,First Name", "Last Name,First Name,Patient Number", "ID,Name,Email"],
)
def test_two_lists_in_one_file_are_never_mixed(tmp_path: Path, second: str) -> None:
    first = "Patient ID,First Name,Last Name\nA1,Zqanna,Bell\n"
    (tmp_path / "a.csv").write_text(f"{first}{second}\nA2,Zqroe,Rick\n", "utf-8")
    done = run(tmp_path, "batch", "a.csv", *GIVEN, "-o", "out")
    assert done.returncode == 1
    assert "a.csv:3: the header of another list starts here; the rows below it" in done.stderr
    assert not (tmp_path / "out").exists()
    assert "Zq" not in done.stderr


def test_a_patient_in_idaho_is_no_header(tmp_path: Path) -> None:
    rows = "Name,State,Postcode,Status\nAnna Bell,ID,83702,Active\nBo Roe,ID,83702,Active\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    said = checked(tmp_path, "a.csv", "--map", "reference=Name", "--map", "name=Name")[1]
    assert "2 rows are good, 0 are not" in said


def test_what_keeps_zeros_for_excel_is_no_part_of_a_cell(tmp_path: Path) -> None:
    rows = '="00017","Zqanna Bell",,L\n"=""00018""",="Zqbo Roe",,(R)\n\'00019,Zqcy Roe,,bilat\n'
    (tmp_path / "a.csv").write_text(HEADER + rows, "utf-8")
    made = run(tmp_path, "batch", "a.csv", *GIVEN, "-o", "out", "--layout", "compact", *ONE)
    assert made.returncode == 0, made.stderr
    lines = (tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines()
    files = {entry["reference"]: entry["file"] for entry in map(json.loads, lines)}
    assert list(files) == ["00017", "00018", "00019"]
    sides = [("Zqanna Bell", "Left"), ("Zqbo Roe", "Right"), ("Zqcy Roe", "Both")]
    for file, (name, side) in zip(files.values(), sides, strict=True):
        shown = " ".join(text_by_poppler((tmp_path / "out" / file).read_bytes()).split())
        first, _, _ = name.partition(" ")
        assert f"{name} {side}" in shown
        assert shown.count("Zq") == shown.count(first)


@pytest.mark.parametrize(
    "name",
    [
        "Zqanna Bell (555) 123-4567", "BELL, ZQANNA (02/03/1950)", "Zqanna 2.3.50",
        "Zqanna a.bell@example.com", "MRN 123456 Zqanna",
    ],
)  # fmt: skip
def test_a_name_is_nothing_but_a_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text(
        f'Patient ID,Patient Name,Preferred Name\nA1,"{name}",\nA2,Bo,"{name}"\n', "utf-8"
    )
    rows, said = checked(tmp_path, "a.csv")
    assert [row.partition("; ")[0] for row in rows] == [
        f"2: A1: name {NAME}", f"3: A2: preferred_name {NAME}",
    ]  # fmt: skip
    assert "Zq" not in said
    assert "ZQ" not in said


def test_names_with_digits_and_marks_are_names(tmp_path: Path) -> None:
    names = ["Sumiko254 Reynolds644", "Ann Lee III", "Bell, Ann, Jr.", "King-Lee, Mary (Polly)",
             "Bo 2nd", "X Æ A-12"]  # fmt: skip
    rows = "".join(f'A{number},"{name}",,\n' for number, name in enumerate(names))
    (tmp_path / "a.csv").write_text(HEADER + rows, "utf-8")
    assert checked(tmp_path, "a.csv")[0] == []


def test_words_for_none_are_no_name_and_no_address(tmp_path: Path) -> None:
    rows = "A1,Zqanna,N/A,Bell,none,\nA2,Zqbo,-,Roe,Bob,noemail@noemail.com\nA3,Na,,Null,Nil,\n"
    header = "ID,First Name,Middle Name,Last Name,Preferred Name,Email\n"
    (tmp_path / "a.csv").write_text(header + rows, "utf-8")
    lines, _ = checked(tmp_path, "a.csv")
    assert [line.partition(", not")[0] for line in lines] == [
        "3: A2: email must be one e-mail address"
    ]
    done = run(tmp_path, "batch", "a.csv", *GIVEN, "-o", "out", "--layout", "fridge", *ONE)
    assert done.returncode == 3
    shown = all_shown(tmp_path / "out")
    assert "Zqanna’s exercises" in shown
    assert "Nil’s exercises" in shown
    assert "none" not in shown.lower()
    assert "N/A" not in shown


def test_languages_by_their_names(tmp_path: Path) -> None:
    words = ["English", "Spanish", "español", "eng", "spa", "EN_us", "Spanish (Mexico)", "Klingon"]
    rows = "".join(f"A{number},Bo,{word}\n" for number, word in enumerate(words))
    (tmp_path / "a.csv").write_text(f"ID,Name,Preferred Language\n{rows}", "utf-8")
    lines, said = checked(tmp_path, "a.csv")
    assert [line.partition("; ")[0] for line in lines] == [
        "9: A7: language is not a known language"
    ]
    assert "Klingon" not in said


def test_days_that_cannot_be_meant_are_another_list_or_a_wrong_year(tmp_path: Path) -> None:
    rows = (
        "A1,Zqanna,,2026-11-30 9:00\nA2,Zqbo,2026-10-01,2025-12-15 14:30\nA3,Zqcy,2026-12-01,\n"
        "A4,Zqdi,2062-12-01,\nA5,Zqed,2025-12-01,2062-12-15\n"
    )
    (tmp_path / "a.csv").write_text(f"ID,Name,Start,Next Appointment\n{rows}", "utf-8")
    lines, _ = checked(tmp_path, "a.csv")
    assert [line.partition("; ")[0] for line in lines] == [
        "3: A2: next_visit is a day that has passed",
        "5: A4: start_date is more than half a year from now",
        "6: A5: start_date is more than half a year ago",
        "6: A5: next_visit is more than a year from now",
    ]
    for sure in ("2026-11-29", "2062-11-29"):
        words = f"build si-joint-calm --clinic riverbend --start 2062-12-01 --date {sure} -o a.pdf"
        said = run(tmp_path, *words.split()).stderr
        assert ("more than half a year from now" in said) == (sure < "2060")
        assert "for a list" not in said
    done = run(tmp_path, "batch", "a.csv", *GIVEN, "-o", "out", "--layout", "fridge", *ONE)
    assert done.returncode == 3
    assert [path.name[:2] for path in sorted((tmp_path / "out").glob("*.pdf"))] == ["A1", "A3"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Patient Deceased?", "deceased"), ("Date Deceased", "deceased"),
        ("Is Deleted", "archived"), ("Inactive", "archived"),
        ("Opted Out of Email", "unsubscribed"),
        ("Date of Discharge", "discharged"),
    ],
)  # fmt: skip
def test_who_gets_none_by_the_headers_of_exports(tmp_path: Path, header: str, reason: str) -> None:
    (tmp_path / "a.csv").write_text(f"ID,Name,{header}\nA1,Anna,Yes\nA2,Bo,No\n", "utf-8")
    assert f"1 row is good, 0 are not; skipped: 1 {reason}" in checked(tmp_path, "a.csv")[1]


def test_a_header_that_may_say_who_gets_none_is_pointed_out(tmp_path: Path) -> None:
    header = "ID,Name,Deceased Per Registry,Family Doctor Email\n"
    (tmp_path / "a.csv").write_text(f"{header}A1,Anna,Yes,d@example.com\n", "utf-8")
    lines, said = checked(tmp_path, "a.csv")
    assert lines == ['1: warning: column "Deceased Per Registry" is not read']
    assert '--map "deceased=Deceased Per Registry"' in said


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf\r\n<html><table><tr><th>Patient ID</th></tr></table>", "a web page or XML"),
        (b'<?xml version="1.0"?>\n<Workbook></Workbook>', "a web page or XML"),
        (b'[{"reference": "A1"}]', "JSON"),
        (b'{\n  "patients": [\n    {"reference": "A1"}\n  ]\n}\n', "JSON"),
        (b'[\r\n  {\r\n    "reference": "A1"\r\n  }\r\n]', "JSON"),
        (b"{\\rtf1 Patient ID}", "a word-processor document"),
        (gzip.compress(b"Patient ID\nA1\n", mtime=0), "packed"),
        (archive("patients.csv"), "an archive, not an .xlsx workbook"),
        (archive("mimetype", "content.xml"), "an archive, not an .xlsx workbook"),
    ],
)  # fmt: skip
def test_what_is_no_list_says_what_it_is(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "export.xls").write_bytes(data)
    done = run(tmp_path, "batch", "export.xls", *GIVEN, "--check")
    assert done.returncode == 1
    assert f"export.xls: the file is {message}" in done.stderr
    assert "hint:" in done.stderr

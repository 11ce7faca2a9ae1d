"""Workbooks: values as a person would type them, and nothing that a sheet only seems to say."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from handouts.errors import ContentError, MissingError
from tests.load.roster.conftest import Reader, good, only, wrong


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - sheets have no zone


def workbook(*rows: list[Any]) -> Workbook:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    return book


def changed(book: Workbook, part: str, old: str, new: str) -> bytes:
    """Return a workbook with one text of one part replaced."""
    stream, out = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            target.writestr(name, data)
    return out.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def written_by_hand(rows: str, shared: str) -> bytes:
    """Return a workbook with shared strings, as Excel writes it: openpyxl writes another kind."""
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{PART}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{PART}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{PART}.sharedStrings+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships {RELATIONS}><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Today" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f"<Relationships {RELATIONS}>"
            f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
        "xl/sharedStrings.xml": f"<sst {MAIN}>{shared}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (17, "General", "17"),
        (17, "00000", "00017"),
        (17, "#,##0", "17"),
        (17.0, "General", "17"),
        (1.5, "General", "1.5"),
        (True, "General", "yes"),
        (False, "General", "no"),
        ("00017", "General", "00017"),
        ("_x0041_nna", "General", "Anna"),
        (at(2026, 12, 1), "dd/mm/yyyy", "2026-12-01"),
        (at(2026, 12, 1, 14, 30), "General", "2026-12-01 14:30"),
        (at(2026, 12, 1, 14, 29, 59, 999_600), "General", "2026-12-01 14:30"),
        (at(2026, 12, 1, 14, 30, 5), "General", "2026-12-01 14:30:05"),
        (dt.time(14, 30), "General", "14:30:00"),
        (12345678901234567890, "General", "1.23456789012346E+19"),
    ],
)
def test_values_are_turned_into_text_on_purpose(
    read: Reader, value: Any, number_format: str, text: str
) -> None:
    book = workbook(["id", "note"], [1, value])
    assert book.active is not None
    if number_format != "General":
        book.active["B2"].number_format = number_format
    (row,) = read(book).rows()
    assert row.cells["note"] == text


def test_a_sheet_with_numbers_dates_and_a_title(read: Reader) -> None:
    book = workbook(
        ["Patients of today"],
        [],
        ["Patient ID", "Name", "Start Date", "Next visit", "Side", "Secret", "dose:bird-dog"],
        [17, "Zoë Núñez", dt.date(2026, 12, 1), at(2026, 12, 15, 14, 30), "L", "x"],
        [18, "Bo", None, None, None, None, "2 x 8"],
    )
    assert book.active is not None
    book.active["A5"].number_format = "000000"
    first, second = good(read(book))
    assert (first.row, first.reference, first.name) == (4, "17", "Zoë Núñez")
    assert (first.start_date, first.next_visit) == (dt.date(2026, 12, 1), at(2026, 12, 15, 14, 30))
    assert first.affected_side == "left"
    assert "x" not in first.cells.values()
    assert (second.row, second.reference, list(second.doses)) == (5, "000018", ["bird-dog"])


def test_a_day_without_a_date_format_is_refused(read: Reader) -> None:
    roster = read(workbook(["id", "start date"], [1, 46357]))
    assert wrong(roster) == {2: ["start_date is a number, not a date"]}


def test_dates_counted_from_1904(read: Reader) -> None:
    book = workbook(["id", "start date"])
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active.append([1, dt.date(2026, 12, 1)])
    assert only(read(book)).start_date == dt.date(2026, 12, 1)


def test_references_that_lost_digits_are_refused(read: Reader) -> None:
    roster = read(workbook(["id"], [12345678901234567890]))
    assert wrong(roster)[2][0].startswith("reference is a number that a spreadsheet shortened")


def test_formulas_give_their_results_or_a_problem(read: Reader) -> None:
    book = workbook(["id", "name"], [1, '="An"&"na"'], [2, "Bo"], [3, "#N/A"])
    assert wrong(read(book)) == {
        2: ["name contains a formula that was never calculated"],
        4: ["name contains #N/A, a spreadsheet error"],
    }


def test_a_workbook_as_excel_writes_it(read: Reader) -> None:
    rows = (
        '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="3" hidden="1"><c r="A3"><v>7</v></c><c r="B3" t="s"><v>2</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>"0"&amp;"8"</f><v>08</v></c>'
        '<c r="B4"><f>1/0</f></c></row>'
        '<row r="5"><c r="A5"><v>9</v></c><c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    shared = (
        "<si><t>Patient ID</t></si><si><t>Name</t></si>"
        "<si><r><t>Zo\u00eb </t></r><r><rPr><b/></rPr><t>N\u00fa\u00f1ez</t></r></si>"
    )
    roster = read(written_by_hand(rows, shared))
    assert [getattr(row, "name", None) for row in roster.rows()] == [
        "Zo\u00eb N\u00fa\u00f1ez",
        None,
        None,
    ]
    assert wrong(roster) == {
        4: ["name contains a formula that was never calculated"],
        5: ["name contains #DIV/0!, a spreadsheet error"],
    }
    assert [row.reference for row in roster.rows()] == ["7", "08", "9"]
    assert [warning.message for warning in roster.warnings] == ["1 hidden row is read too"]


def test_a_workbook_may_have_its_parts_in_any_folder(read: Reader) -> None:
    rows = '<row><c t="str"><v>Patient ID</v></c></row><row><c><v>17</v></c></row>'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written_by_hand(rows, ""))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            moved = name.replace("xl/", "book/")
            target.writestr(moved, source.read(name).replace(b"xl/", b"book/"))
    assert only(read(out.getvalue())).reference == "17"


def test_hidden_rows_are_pointed_out(read: Reader) -> None:
    book = workbook(["id"], [1], [2], [3])
    assert book.active is not None
    for row in (2, 4):
        book.active.row_dimensions[row].hidden = True
    roster = read(book)
    assert [warning.message for warning in roster.warnings] == ["2 hidden rows are read too"]
    assert roster.total == 3


def test_hidden_rows_and_merged_cells_are_seen_in_any_spelling_of_xml(read: Reader) -> None:
    rows = (
        "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>"
        "<row r='2' hidden = 'true'><c r='A2'><v>7</v></c><c r='B2' t='s'><v>2</v></c></row>"
        "<row r='3'><c r='A3'><v>8</v></c></row>"
    )
    shared = "<si><t>Patient ID</t></si><si><t>Name</t></si><si><t>Ann</t></si>"
    data = written_by_hand(rows, shared)
    end, out = b"</sheetData>", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            merges = end + b"<mergeCells><mergeCell ref = 'B2:B3'/></mergeCells>"
            target.writestr(name, source.read(name).replace(end, merges))
    roster = read(out.getvalue())
    assert [warning.message for warning in roster.warnings] == ["1 hidden row is read too"]
    assert ["B2:B3" in message for message in wrong(roster)[3]] == [True]


def test_which_sheet(read: Reader) -> None:
    book = workbook(["id"], [1])
    book.create_sheet("Empty")
    hidden = book.create_sheet("Lists")
    hidden.append(["id"])
    hidden.sheet_state = "hidden"
    assert only(read(book)).reference == "1"
    book.create_sheet("Tomorrow").append(["id"])
    with pytest.raises(ContentError) as caught:
        read(book)
    assert caught.value.problems[0].message == "2 sheets contain data: Sheet, Tomorrow"
    assert read(book, sheet="Tomorrow").total == 0
    with pytest.raises(MissingError, match='there is no sheet "Tomorow"\n'):
        read(book, sheet="Tomorow")
    with pytest.raises(ContentError, match="the workbook is empty"):
        read(Workbook())


def test_a_size_that_the_sheet_states_wrongly_hides_no_row(read: Reader) -> None:
    book = workbook(["id"], *([n] for n in range(1, 30)))
    data = changed(book, "xl/worksheets/sheet1.xml", 'ref="A1:A30"', 'ref="A1:A2"')
    assert read(data).total == 29


def test_rows_shorter_than_the_header_are_complete(read: Reader) -> None:
    assert [row.name for row in good(read(workbook(["id", "name", "note"], [1], [2, "Bo"])))] == [
        None,
        "Bo",
    ]
    assert wrong(read(workbook(["id", "name"], [1, "Anna", "beyond"]))) == {
        2: ["the row has 3 cells, the header has 2"]
    }


@pytest.mark.parametrize(
    "change",
    [
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><"),
        ("xl/worksheets/sheet1.xml", '<c r="A2"', '<c r="?"'),
        ("xl/workbook.xml", "<sheets>", "<nosheets>"),
    ],
)
def test_a_damaged_workbook_is_a_problem(read: Reader, change: tuple[str, str, str]) -> None:
    with pytest.raises(ContentError, match=r"the workbook (cannot be read|is empty)"):
        list(read(changed(workbook(["id"], [1]), *change)).rows())


def test_half_a_workbook_is_a_problem(read: Reader) -> None:
    data = changed(workbook(["id"], [1]), "xl/workbook.xml", "<sheets>", "<sheets>")
    for size in range(4, len(data), len(data) // 20):
        with pytest.raises(ContentError, match="the workbook cannot be read"):
            read(data[:size])


def test_entities_are_refused(read: Reader) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    data = changed(workbook(["id"], [1]), "xl/worksheets/sheet1.xml", "<worksheet", laughs)
    with pytest.raises(ContentError, match="holds a document type"):
        read(data)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handouts.load.roster.archive._UNPACKED_BYTES", 1000)
    with pytest.raises(ContentError, match="the workbook is too large"):
        read(workbook(["id"], [1]))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", "<fill><patternFill/></fill>", "<fill/>"),
        ("xl/styles.xml", '<family val="2"/>', '<family val="34"/><color rgb="red"/>'),
        ("xl/styles.xml", 'numFmtId="14"', 'numFmtId="31"'),
        ("xl/workbook.xml", "<sheets>", '<fileSharing hashValue="?"/><sheets>'),
        ("xl/workbook.xml", "<sheets>", '<workbookPr showObjects="some" odd="1"/><sheets>'),
        ("xl/workbook.xml", "</sheets>", '<sheet name="Old" sheetId="9"/></sheets>'),
        ("[Content_Types].xml", "spreadsheetml.styles+xml", "of-ours+xml"),
    ],
)
def test_what_openpyxl_does_not_know_hides_no_list(
    read: Reader, part: str, old: str, new: str
) -> None:
    """Exports of practice systems have them, and Excel opens them."""
    book = workbook(["id", "start date"], [7, dt.date(2026, 12, 1)])
    assert book.active is not None
    book.active["A2"].number_format = "0000;-0000"
    book.active["B2"].number_format = "mm-dd-yy"
    row = only(read(changed(book, part, old, new)))
    assert (row.reference, row.start_date) == ("0007", dt.date(2026, 12, 1))


def test_texts_that_stand_where_they_should_not_are_read(read: Reader) -> None:
    """Programs write them that are no spreadsheets; a name must not be lost without a word."""
    rows = (
        '<row><c t="inlineStr"><v>Patient ID</v></c><c t="str"><is><t>Name</t></is></c></row>'
        "<row><c><v>17</v></c><c><is><t>Ana</t></is></c></row>"
    )
    row = only(read(written_by_hand(rows, "")))
    assert (row.reference, row.name) == ("17", "Ana")


def test_a_workbook_of_the_strict_kind(read: Reader) -> None:
    """Excel has it among its kinds of files: other namespaces, the same words."""
    data = written_by_hand(
        '<row><c t="s"><v>0</v></c></row><row><c><v>17</v></c></row>', "<si><t>Patient ID</t></si>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            for old, new in (
                (
                    "schemas.openxmlformats.org/spreadsheetml/2006/",
                    "purl.oclc.org/ooxml/spreadsheetml/",
                ),
                (
                    OFFICE.removeprefix("http://"),
                    "purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            ):
                text = text.replace(old.encode(), new.encode())
            target.writestr(name, text)
    assert only(read(out.getvalue())).reference == "17"

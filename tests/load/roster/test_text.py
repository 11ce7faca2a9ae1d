"""CSV files as they come: delimiters, encodings, line ends, quotation marks, rows that are off."""

from __future__ import annotations

import codecs
import os
import pickle
from pathlib import Path

import pytest

from handouts import Library
from handouts.errors import ContentError, MissingError
from handouts.load.roster import EncodingNeeded, read_roster
from tests.load.roster.conftest import Reader, good, only, wrong

NAMES = "id,name\n1,Zoë Núñez\n2,Jürgen Groß\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_out(read: Reader, delimiter: str) -> None:
    text = "id,name,note\n1,Anna,a\n2,Bo,b\n".replace(",", delimiter)
    assert [(row.reference, row.name, row.note) for row in good(read(text))] == [
        ("1", "Anna", "a"),
        ("2", "Bo", "b"),
    ]


def test_delimiter_is_that_of_the_headers_not_of_the_texts(read: Reader) -> None:
    text = "id;name;note\n1;Anna;one, two, three, four\n2;Bo;five, six, seven, eight\n"
    assert [row.note for row in good(read(text))] == [
        "one, two, three, four",
        "five, six, seven, eight",
    ]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_excels_own_line_names_the_delimiter(read: Reader, line: str) -> None:
    row = only(read(f"{line}\r\nid;name\r\n7;Anna, Bo\r\n"))
    assert (row.row, row.reference, row.name) == (3, "7", "Anna, Bo")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(read: Reader, end: str) -> None:
    assert [row.name for row in good(read(f"id,name{end}1,Anna{end}2,Bo{end}"))] == ["Anna", "Bo"]


def test_spaces_round_the_delimiter_are_ignored(read: Reader) -> None:
    row = only(read('id , name , note\n 1 , Anna , "a, b"\n'))
    assert (row.reference, row.name, row.note) == ("1", "Anna", "a, b")


@pytest.mark.parametrize(
    "data",
    [
        NAMES.encode("utf-8"),
        NAMES.encode("utf-8-sig"),
        NAMES.encode("utf-16"),
        codecs.BOM_UTF16_BE + NAMES.encode("utf-16-be"),
        NAMES.replace(",", "\t").encode("utf-16"),
    ],
)
def test_unicode_is_read_without_asking(read: Reader, data: bytes) -> None:
    assert [row.name for row in good(read(data))] == ["Zoë Núñez", "Jürgen Groß"]


def test_other_encodings_are_asked_for_with_the_names_they_would_give(read: Reader) -> None:
    with pytest.raises(EncodingNeeded) as caught:
        read(NAMES.encode("cp1252"))
    samples = caught.value.samples
    assert samples["cp1252"] == ("Zoë Núñez", "Jürgen Groß")
    assert samples["cp1250"] == ("Zoë Núńez", "Jürgen Groß")
    assert "mac_roman" not in samples, "dashes and signs within names betray it"
    assert "--encoding cp1252" in caught.value.problems[0].hint
    assert "Zo" not in str(caught.value), "names are for a terminal, never part of the text"
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
    assert str(copy) == str(caught.value)


def test_greek_is_never_read_as_cyrillic_unasked(read: Reader) -> None:
    data = "id,name\n1,Ελένη\n2,Γιώργος\n".encode("cp1253")
    with pytest.raises(EncodingNeeded) as caught:
        read(data)
    assert caught.value.samples["cp1253"] == ("Ελένη", "Γιώργος")
    assert [row.name for row in good(read(data, encoding="cp1253"))] == ["Ελένη", "Γιώργος"]


def test_utf_16_without_its_mark_is_asked_for(read: Reader) -> None:
    with pytest.raises(EncodingNeeded) as caught:
        read(NAMES.encode("utf-16-le"))
    assert list(caught.value.samples) == ["utf-16-le"]
    assert len(good(read(NAMES.encode("utf-16-le"), encoding="utf-16-le"))) == 2


def test_one_wrong_byte_far_down_is_found(read: Reader) -> None:
    rows = "".join(f"{n},Anna\n" for n in range(200_000))
    data = b"id,name\n" + rows.encode() + "x,Zoë\n".encode("cp1252")
    with pytest.raises(EncodingNeeded):
        read(data)


def test_mark_of_a_file_wins_over_the_encoding_given(read: Reader) -> None:
    assert len(good(read(NAMES.encode("utf-8-sig"), encoding="cp1252"))) == 2
    assert good(read(NAMES.encode("utf-16"), encoding="cp1252"))[0].name == "Zoë Núñez"


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("windows", '"windows" is not an encoding'),
        ("rot13", '"rot13" is not an encoding'),
        ("ascii", "the file is not ascii text"),
    ],
)
def test_wrong_encoding_is_refused(read: Reader, encoding: str, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(NAMES.encode("cp1252"), encoding=encoding)
    assert caught.value.problems[0].message == message


@pytest.mark.parametrize("text", ['id,name\n1,"Anna\n2,Bo\n', 'id,name\n1,Anna\n2,"Bo" x,\n'])
def test_quotation_mark_out_of_place_stops_the_work(read: Reader, text: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(text)
    assert caught.value.problems[0].message == "a quotation mark is not closed, or out of place"


def test_quotation_marks_within_an_unquoted_cell_are_text(read: Reader) -> None:
    assert only(read("id,name,note\n1,Anna,walk 5'10\" tall\n")).note == "walk 5'10\" tall"


def test_line_break_within_quotes_is_one_row_of_a_spreadsheet(read: Reader) -> None:
    rows = good(read('id,name,note\n1,Anna,"first\nsecond"\n2,Bo,\n'))
    assert [(row.row, row.note) for row in rows] == [(2, "first second"), (3, None)]


def test_row_with_shifted_cells_is_wrong_and_nothing_else_is_said_of_it(read: Reader) -> None:
    roster = read("id,name,start date\n1,Anna,\n2,Nuñez, Maria,2026-12-01\n3,Bo\n4,Cy,,,\n")
    assert wrong(roster) == {
        3: ["the row has 4 cells, the header has 3: a comma may be unquoted"],
        4: ["the row has 2 cells, the header has 3: a line break may be unquoted"],
        5: ["the row has 5 cells, the header has 3: a comma may be unquoted"],
    }
    assert roster.total == 4


def test_empty_rows_are_no_rows(read: Reader) -> None:
    roster = read("id,name\n\n1,Anna\n,\n   ,\n2,Bo\n\n")
    assert [(row.row, row.reference) for row in good(roster)] == [(3, "1"), (6, "2")]
    assert (roster.total, roster.skipped) == (2, {})


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b"\xef\xbb\xbf", b" , , \n"])
def test_file_without_anything_says_so(read: Reader, data: bytes) -> None:
    with pytest.raises(ContentError, match="the file is empty"):
        read(data)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an old .xls workbook, or one with a"),
        (b"%PDF-1.7", "the file is a PDF"),
    ],
)
def test_other_files_are_named(read: Reader, start: bytes, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(start + b" and more")
    assert caught.value.problems[0].message.startswith(message)


def test_missing_file_and_folder(library: Library, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no such file"):
        read_roster(library, [tmp_path / "none.csv"])
    with pytest.raises(ContentError, match="is a folder"):
        read_roster(library, [tmp_path])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_or_a_device_is_not_waited_for(library: Library, tmp_path: Path) -> None:
    """Nobody may ever write into the pipe, and a list is read more than once."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(ContentError, match="not a regular file"):
            read_roster(library, [path])


def test_of_two_files_only_the_other_needs_the_encoding(read: Reader) -> None:
    roster = read(NAMES.encode("cp1252"), "id,name\n3,Łukasz\n", encoding="cp1252")
    assert [row.name for row in good(roster)] == ["Zoë Núñez", "Jürgen Groß", "Łukasz"]
    (warning,) = roster.warnings
    assert warning.message == "the file is utf-8 and was read as that, not as cp1252"


def short_rows(first: int, last: int, cells: str) -> str:
    return "".join(f"{n},{cells}\n" for n in range(first, last + 1))


def test_columns_that_excel_leaves_out_sixteen_rows_at_a_time_are_empty(read: Reader) -> None:
    head = "id,name,side,start date,note\n" + short_rows(2, 16, "Anna,L,,")
    full = head + short_rows(17, 32, "Bo,L,2026-12-01") + short_rows(33, 40, "Cy,L,2026-12-01")
    rows = good(read(full))
    assert len(rows) == 39
    assert rows[20].note is None
    assert str(rows[20].start_date) == "2026-12-01"
    shifted = full.replace("20,Bo,L,2026-12-01", "20,Bo,L")
    assert sorted(wrong(read(shifted))) == list(range(17, 33)), "what is not even is not trusted"


def test_lines_broken_in_equal_parts_are_no_patients(read: Reader) -> None:
    head = "id,name,note,side,program\n" + short_rows(2, 16, "Anna,,,")
    broken = "".join(f"{n},Bo,first\nsecond,left,si-joint-mix\n" for n in range(17, 33))
    assert sorted(wrong(read(head + broken))) == list(range(17, 49))


def test_place_of_a_quotation_mark_far_down(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("id,name\n" + short_rows(2, 40, "Anna") + '41,"Bo" x\n')
    assert caught.value.problems[0].location.line == 41


def test_excels_own_line_may_name_the_tab(read: Reader) -> None:
    assert only(read("sep=\t\nid\tname\n7\tAnna, Bo\n")).name == "Anna, Bo"


def test_names_of_another_encoding_are_those_of_the_name_columns_only(read: Reader) -> None:
    text = 'id,last_first,alert\n1,"Núñez, Zoë",días\n2,Müller,x\n3,Bell,é\n'
    with pytest.raises(EncodingNeeded) as caught:
        read(text.encode("cp1252"))
    assert caught.value.samples["cp1252"] == ("Zoë Núñez", "Müller")
    with pytest.raises(EncodingNeeded) as caught:
        read("1,Zoë\n2,Bo\n".encode("cp1252"))
    assert set(caught.value.samples.values()) == {()}

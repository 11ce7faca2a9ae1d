"""Cells into a patient: every value, every refusal, and never a patient's text in a message."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import pickle
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

import handouts.deliver
import handouts.desk
import handouts.load
from handouts.errors import HandoutError
from handouts.load.roster.table import guard
from handouts.model.dosage import Dosage
from handouts.model.roster import EmailConsent, RosterRow, RowProblem
from tests.load.roster.conftest import DEFAULTS, Reader, good, only, wrong

SECRET = "correct horse"  # noqa: S105 - of nobody


def one(read: Reader, **cells: str) -> RosterRow:
    return only(read(table({"reference": "1", **cells})))


def problems(read: Reader, **cells: str) -> list[str]:
    return wrong(read(table({"reference": "1", **cells}))).get(2, [])


def table(*rows: dict[str, str]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def test_a_full_row(read: Reader) -> None:
    row = one(
        read,
        name="Maria Nuñez-O'Brien",
        preferred_name="Maria",
        email="maria@example.org",
        language="en_us",
        side="L",
        program="si-joint-build",
        layout="large-print",
        clinic="oldmill",
        start_date="1 Dec 2026",
        clinician="Alex Example",
        next_visit="2026-12-15 14:30",
        note="Take your time.",
        email_consent="Yes, 2026-11-20",
        shared_email="no",
        password=SECRET,
        **{"dose:bird-dog": "2 x 8 each side", "dose:dead-bug": "?"},
    )
    patient = row.patient
    assert (row.file.endswith("roster1"), row.row, row.reference) == (True, 2, "1")
    assert (row.program, row.clinic, row.layout) == ("si-joint-build", "oldmill", "large-print")
    assert (row.email, row.language, row.shared_email) == ("maria@example.org", "en-US", False)
    assert row.email_consent == EmailConsent(given=True, date=dt.date(2026, 11, 20))
    assert row.password is not None
    assert row.password.get_secret_value() == SECRET
    assert row.doses["bird-dog"] == Dosage.model_validate("2 x 8 each side")
    assert row.doses["dead-bug"].sets is not None
    assert row.doses["dead-bug"].sets.blank
    assert patient.model_dump(exclude_none=True) == {
        "reference": "1",
        "name": "Maria Nuñez-O'Brien",
        "preferred_name": "Maria",
        "affected_side": "left",
        "clinician": "Alex Example",
        "start_date": dt.date(2026, 12, 1),
        "next_visit": dt.datetime(2026, 12, 15, 14, 30),  # noqa: DTZ001 - the clinic's own time
        "note": "Take your time.",
    }


def test_a_row_tells_nothing_of_the_patient_and_travels(read: Reader) -> None:
    row = one(read, name="Maria Nuñez", password=SECRET)
    for text in (repr(row), str(row), f"{row}", str([row])):
        assert "row=2" in text
        assert "Maria" not in text
        assert "horse" not in text
    copy = pickle.loads(pickle.dumps(row))  # noqa: S301 - made here
    assert copy == row
    assert copy.password.get_secret_value() == SECRET


@pytest.mark.parametrize("package", [handouts.load, handouts.deliver, handouts.desk])
def test_records_of_patients_show_nothing_of_them(package: ModuleType) -> None:
    """In a traceback, which prints records as `repr` does."""
    held = {"cells", "note", "pdf", "recipient"}
    found = [
        each
        for module in walk_packages(package.__path__, f"{package.__name__}.")
        for each in vars(import_module(module.name)).values()
        if isinstance(each, type) and issubclass(each, Struct)
        if not held.isdisjoint(each.__struct_fields__)
    ]
    assert found
    assert [each.__name__ for each in found if each.__repr__ is Struct.__repr__] == []


def test_defaults_stand_where_a_cell_is_empty(read: Reader) -> None:
    defaults = {**DEFAULTS, "affected_side": "right", "start_date": "2026-12-01"}
    text = "id,side,program,start date\n1,,,\n2,left,si-joint-mix,2027-01-02\n3,n/a,-,unknown\n"
    rows = good(read(text, defaults=defaults))
    assert [(row.affected_side, row.program, str(row.start_date)) for row in rows] == [
        ("right", "si-joint-calm", "2026-12-01"),
        ("left", "si-joint-mix", "2027-01-02"),
        ("right", "si-joint-calm", "2026-12-01"),
    ]


@pytest.mark.parametrize("name", ["Na", "Null", "None", "X", "No", "-"])
def test_people_may_have_names_that_mean_nothing_elsewhere(read: Reader, name: str) -> None:
    assert one(read, name=name).name == name


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"first name": "Anna", "last name": "Bell"}, "Anna Bell"),
        ({"first name": "Anna", "middle name": "B.", "last name": "Carr"}, "Anna B. Carr"),
        ({"first name": "", "last name": "Bell"}, "Bell"),
        ({"name": "Bell, Anna"}, "Bell, Anna"),
        ({"last_first": "Bell, Anna"}, "Anna Bell"),
        ({"name": " Anna \n Bell "}, "Anna Bell"),
        ({"name": "e\u0301va"}, "éva"),
        ({"name": ""}, None),
    ],
)
def test_names(read: Reader, cells: dict[str, str], name: str | None) -> None:
    assert one(read, **cells).name == name


def test_names_with_a_comma_are_pointed_out(read: Reader) -> None:
    (warning,) = read('id,name\n1,"Bell, Anna"\n2,"Carr, Bo"\n3,Di\n').warnings
    assert warning.message == "2 names have a comma and will be printed as written"


@pytest.mark.parametrize(
    ("cells", "consent"),
    [
        ({"email_consent": ""}, None),
        ({"email_consent": "n/a"}, None),
        ({"email_consent": "yes"}, EmailConsent(given=True)),
        ({"email_consent": "N"}, EmailConsent(given=False)),
        ({"email_consent": "2026-11-20"}, EmailConsent(given=True, date=dt.date(2026, 11, 20))),
        ({"email_consent": "20 Nov 2026"}, EmailConsent(given=True, date=dt.date(2026, 11, 20))),
        (
            {"email_consent": "no; 20.11.2026"},
            EmailConsent(given=False, date=dt.date(2026, 11, 20)),
        ),
        (
            {"email_consent": "yes", "email_consent_date": "2026-11-20"},
            EmailConsent(given=True, date=dt.date(2026, 11, 20)),
        ),
    ],
)
def test_consent(read: Reader, cells: dict[str, str], consent: EmailConsent | None) -> None:
    assert one(read, **cells).email_consent == consent


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"side": "lefft"}, "affected_side must be left, right or both"),
        ({"program": "si-joint-clam"}, "program is not a known program"),
        ({"clinic": "riverbed"}, "clinic is not a known clinic"),
        ({"layout": "huge"}, "layout is not a known layout"),
        ({"language": "tlh"}, "language is not a known language"),
        ({"start_date": "3/4/2026"}, "start_date could be day/month or month/day"),
        ({"start_date": "46357"}, "start_date is a number, not a date"),
        ({"next_visit": "soon"}, "next_visit must be a date"),
        ({"email": "a@x.org, b@x.org"}, "email must be one e-mail address"),
        ({"email": "Anna <a@x.org>"}, "email must be one e-mail address"),
        ({"email": "a@localhost"}, "email must be one e-mail address"),
        ({"email": "a@x.org\nBcc: b@x.org"}, "email must be one e-mail address"),
        ({"email_consent": "maybe"}, "email_consent must be yes or no, with the day"),
        ({"email_consent": "yes 3/4/2026"}, "email_consent could be day/month or month"),
        ({"email_consent_date": "2026-11-20"}, "email_consent has a date but no yes"),
        (
            {"email_consent": "yes 2026-11-20", "email_consent_date": "2026-11-21"},
            "email_consent differs from its date column",
        ),
        ({"shared_email": "perhaps"}, "shared_email must be yes or no"),
        ({"password": "short"}, "password must have at least 8 characters"),
        ({"password": "é" * 64}, "password must have at most 127 bytes of UTF-8"),
        ({"name": "x" * 401}, "name must have at most 400 characters, not 401"),
        ({"name": "\u202eanna"}, "name: character U+202E cannot be printed"),
        ({"name": "Anna\x07"}, "name: character U+0007 cannot be printed"),
        ({"last_first": "Bell Anna"}, "name must be the last name, one comma, and the first"),
        ({"note": "x" * 1201}, "note must have at most 1200 characters, not 1201"),
        ({"name": "#N/A"}, "name contains #N/A, a spreadsheet error"),
        ({"side": "#REF!"}, "affected_side contains #REF!, a spreadsheet error"),
        ({"status": "Zombie"}, "status is not a known status"),
        # On sick leave, or no patient any more?
        ({"status": "de baja"}, "status is not a known status"),
        ({"dose:bird-dog": "some"}, "dose:bird-dog is not understood as a dose"),
        ({"dose:bird-dog": "0 x 10"}, "dose:bird-dog cannot be: sets must be at least 1"),
        ({"dose:bird-dog": "2 x 10, 3 sets"}, "dose:bird-dog is not understood as a dose"),
        ({"reference": "", "name": "Anna"}, "reference is empty"),
        ({"reference": "1.23E+15"}, "reference is a number that a spreadsheet shortened"),
        ({"reference": "x" * 81}, "reference must have at most 80 characters, not 81"),
    ],
)
def test_every_refusal_is_one_plain_sentence(
    read: Reader, cells: dict[str, str], message: str
) -> None:
    (found,) = problems(read, **cells)
    assert found.startswith(message)


def test_all_problems_of_a_row_at_once_with_its_place_and_cells(read: Reader) -> None:
    text = "id,name,side,email,program\n7,Anna,up,nobody,si-joint-clam\n"
    (row,) = read(text).rows()
    assert isinstance(row, RowProblem)
    assert (row.row, row.reference, len(row.problems)) == (2, "7", 3)
    assert all(problem.location.line == 2 for problem in row.problems)
    assert row.cells == {
        "reference": "7",
        "name": "Anna",
        "affected_side": "up",
        "email": "nobody",
        "program": "si-joint-clam",
    }
    assert row.problems[1].hint == 'did you mean "si-joint-calm"?'


@pytest.mark.parametrize(
    ("dose", "hint"),
    [
        ("3 x 8,8,10lb", "write 2.5 and 2000 without a comma"),
        ("week 1: 8 reps, week 3: 9 reps", "leave no week out"),
        ("some", 'write it like "2 x 10'),
    ],
)
def test_a_dose_is_refused_with_its_own_hint(read: Reader, dose: str, hint: str) -> None:
    header = "id,name,program,clinic,dose:bird-dog\n"
    (row,) = read(f'{header}7,Anna,si-joint-mix,riverbend,"{dose}"\n').rows()
    assert isinstance(row, RowProblem)
    assert row.problems[0].hint.startswith(hint)


def test_missing_program_of_one_row(read: Reader) -> None:
    roster = read("id,program\n1,si-joint-mix\n2,\n", defaults={"clinic": "riverbend"})
    assert wrong(roster) == {3: ["program is empty"]}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "=cmd|' /C calc'!A0", "'=1", "+49", "-", "@x", "'", "O'Brien", "x" * 300],
)
def test_odd_names_are_names(read: Reader, name: str) -> None:
    assert one(read, name=guard(name)).name == name


def test_what_is_written_back_is_read_again_as_it_is(read: Reader) -> None:
    text = "Patient Number;Client;Side;Email;dose:bird-dog\n007;=1+1;up;;2 x 8\n8;Bo;L;x;nonsense\n"
    before = list(read(text, mapping={"name": "Client"}).rows())
    assert all(isinstance(row, RowProblem) for row in before)
    names = read(text, mapping={"name": "Client"}).names
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["row", *names, "problem"])
    for row in before:
        writer.writerow([row.row, *(guard(row.cells.get(name, "")) for name in names), "wrong"])
    assert "'=1+1" in stream.getvalue()
    after = read(stream.getvalue())
    assert [row.cells for row in after.rows()] == [row.cells for row in before]
    assert after.warnings == ()
    corrected = read(stream.getvalue().replace("up", "right").replace(",x,nonsense", ",,"))
    assert [(row.reference, row.name) for row in good(corrected)] == [("007", "=1+1"), ("8", "Bo")]


CELL = st.text(alphabet=st.characters(codec="utf-8"), max_size=20).map(lambda text: f"Zq{text}qZ")
COLUMNS = (
    "reference name preferred_name email language side program layout clinic start_date clinician"
    " next_visit note email_consent shared_email password status dose:bird-dog"
).split()


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)))
def test_no_message_quotes_a_cell(read: Reader, cells: dict[str, str]) -> None:
    for row in read(table(cells)).rows():
        assert isinstance(row, RowProblem)
        text = "".join(f"{problem.message} {problem.hint}" for problem in row.problems)
        assert "Zq" not in text
        assert "qZ" not in text


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
@given(
    st.binary(max_size=200) | st.text(alphabet='id,name;\t"\n\r #é', max_size=60).map(str.encode)
)
def test_any_bytes_are_a_roster_or_a_problem(read: Reader, data: bytes) -> None:
    with contextlib.suppress(HandoutError):
        rows: list[Any] = list(read(b"id,name\n" + data).rows())
        assert all(isinstance(row, RosterRow | RowProblem) for row in rows)

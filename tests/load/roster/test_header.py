"""Headers into columns: what practice systems write, what is refused, what is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from handouts import Library, Workspace
from handouts.errors import ContentError
from handouts.load.roster import Roster, RosterOptions, read_roster
from handouts.load.roster.cells import read_lookups
from handouts.load.roster.table import plain
from handouts.model.roster import Column, EmailConsent, RosterWords
from tests.load.roster.conftest import DEFAULTS, Reader, good, only

JANE = (
    "Patient Number,Member Since,First Name,Middle Name,Last Name,Email,Home Phone,Mobile Phone,"
    "Work Phone,Fax Phone,Street Address,Street Address 2,City,Province,Postal,Country,Birth Date,"
    "Sex,Identifying Gender,Personal Health Number,Referral Source,Referred To,"
    "Marketing Email Opt-In,Family Doctor Name,Family Doctor Phone,Family Doctor Email,"
    "Guardian Name,Medical Alert,Emergency Contact Name,Emergency Contact Phone,"
    "Emergency Contact Relationship,Occupation,Employer,Referring Professional Name,"
    "Referring Professional Email,Referring Professional Phone,Deceased At,Discharged At,"
    "Active/Inactive,Preferred Name,Pronouns"
)
NOOKAL = (
    "Title,First Name,Middle Name,Last Name,Gender (M/F/O),Date of Birth (YYYY-MM-DD),Notes,"
    "Date Registered (YYYY-MM-DD),Address Line 1,Address Line 2,City / Suburb,State,Country,"
    "Postcode,Home Phone,Mobile Phone,Work Phone,Email Address"
)
SPANISH = (
    "Nº de historia;Nombre;Primer apellido;Segundo apellido;Fecha de nacimiento;Teléfono;"
    "Correo electronico;Idioma;Lado;Programa;Inicio;Próxima cita;Terapeuta;Notas;Estado;"
    "Consentimiento para el correo"
)
ARABIC = "رقم المريض,الاسم,اسم العائلة,البريد الإلكتروني,الجهة,الموعد القادم"
OSCAR = (
    "File Number,First Name,Last Name,DOB,H/Cversion,Home Phone,Address 1,Address 2,City,Province,"
    "Patient Rostered,Rostered Date,Sex"
)


def columns(roster: Roster) -> dict[str, str]:
    return {column.name: column.header for column in roster.columns}


def test_export_of_jane_is_read_without_a_mapping(read: Reader) -> None:
    assert columns(read(JANE)) == {
        "reference": "Patient Number",
        "first_name": "First Name",
        "middle_name": "Middle Name",
        "last_name": "Last Name",
        "email": "Email",
        "deceased": "Deceased At",
        "discharged": "Discharged At",
        "status": "Active/Inactive",
        "preferred_name": "Preferred Name",
    }
    assert read(JANE).warnings == ()


def test_a_spanish_export_is_read_as_an_english_one(read: Reader) -> None:
    """Headers and values, also where accents are lost; notes and other people's are not read."""
    text = (
        f"{SPANISH}\n00017;María;Núñez;Soto;1.2.1950;600;m@x.org;espanol;izquierda;si-joint-mix;"
        "1 de diciembre de 2026;martes, 15 dic 2026 a las 2:30 p. m.;Ana;Delicada;Activa;"
        "sí 20.11.2026\n00018;Juan;Gil;;;;;inglés;AMBOS;;;;;;Fallecido;\n"
    )
    roster = read(text)
    assert "Notas" not in columns(roster).values()
    assert columns(roster)["first_name"] == "Nombre"
    assert columns(roster)["email"] == "Correo electronico"
    assert roster.warnings == ()
    assert roster.skipped == {"deceased": 1}
    row = only(roster)
    assert (row.reference, row.name) == ("00017", "María Núñez Soto")
    assert (row.affected_side, row.language, row.clinician) == ("left", "es", "Ana")
    assert row.start_date == dt.date(2026, 12, 1)
    assert row.next_visit == dt.datetime(2026, 12, 15, 14, 30)  # noqa: DTZ001 - the clinic's
    assert row.email_consent == EmailConsent(given=True, date=dt.date(2026, 11, 20))


def test_a_german_export_is_read_as_an_english_one(read: Reader) -> None:
    """Name is the last name beside Vorname; alone it is the whole one."""
    text = (
        "Patienten-Nr.;Name;Vorname;Straße;Geburtsdatum;E-Mail-Adresse;Sprache;Seite;Beginn;"
        "Nächster Termin;Gewicht;Einwilligung E-Mail;Bemerkung;Verstorben\n"
        "00017;Weißmüller;Jörg;Lindenstraße 1;3.12.1950;j@x.org;Deutsch;li.;1. Dezember 2026;"
        "Di., 15. Dez. 2026 14:30 Uhr;72,5;ja 20.11.2026;eilig;\n"
        "00018;Größ;Änne;;;;;beidseits;3. März 2027;;;;;ja\n"
    )
    roster = read(text)
    assert {"Straße", "Bemerkung", "Gewicht", "Geburtsdatum"}.isdisjoint(columns(roster).values())
    assert columns(roster)["last_name"] == "Name"
    assert roster.warnings == ()
    assert roster.skipped == {"deceased": 1}
    row = only(roster)
    assert (row.reference, row.name) == ("00017", "Jörg Weißmüller")
    assert (row.affected_side, row.language) == ("left", "de")
    assert row.start_date == dt.date(2026, 12, 1)
    assert row.next_visit == dt.datetime(2026, 12, 15, 14, 30)  # noqa: DTZ001 - the clinic's
    assert row.email_consent == EmailConsent(given=True, date=dt.date(2026, 11, 20))
    assert columns(read("Patientennummer;Name\n1;Jörg Groß\n"))["name"] == "Name"
    for whole, first in (
        ("Name", "First Name"), ("Vollständiger Name", "Vorname"), ("Name", "Rufname"),
        ("Patientenname", "Vorname"),
    ):  # fmt: skip
        with pytest.raises(ContentError, match="is given twice"):
            read(f"Patient ID,{whole},{first}\n1,Ana Gil,Ana\n")


def test_a_word_for_the_name_that_means_the_first_name_beside_a_last_name(read: Reader) -> None:
    """Alone it is the whole name; where somebody says what it is, it is that."""
    assert columns(read("Referencia,Nombre\n1,Ana Gil\n"))["name"] == "Nombre"
    both = "Referencia,Nombre,Apellidos\n1,Ana,Gil\n"
    assert only(read(both)).name == "Ana Gil"
    whole = {"name": "Nombre", "last_name": ""}
    assert only(read(both, mapping=whole)).name == "Ana"
    own = both.replace("Apellidos", "Los apellidos")
    assert only(read(own, mapping={"last_name": "Los apellidos"})).name == "Ana Gil"
    with pytest.raises(ContentError, match="is given twice"):
        read("Referencia,Nombre completo,Apellidos\n1,Ana Gil,Gil\n")
    row = only(read(f"{ARABIC}\n7,هدى,منصور,h@x.org,يسار,2026-12-15\n"))
    assert (row.name, row.affected_side) == ("هدى منصور", "left")


def test_the_family_doctors_address_is_never_the_patients(read: Reader) -> None:
    row = only(
        read("Patient Number,Name,Family Doctor Email,Invoice_email\n1,A,doc@x.org,pay@x.org")
    )
    assert row.email is None
    assert set(row.cells) == {"reference", "name"}


def test_export_without_a_patient_number_asks_for_one(read: Reader) -> None:
    with pytest.raises(ContentError, match="no column is recognised as the patient's reference"):
        read(NOOKAL)
    mapped = columns(read(NOOKAL, mapping={"reference": "Mobile Phone"}))
    assert mapped["reference"] == "Mobile Phone"
    assert mapped["email"] == "Email Address"


def test_references_of_oscar_keep_zeros_and_dash(read: Reader) -> None:
    row = only(read(f"{OSCAR}\n00031447-00,Anna,Bell,1950-01-01,,,,,,,,,\n"))
    assert (row.reference, row.name) == ("00031447-00", "Anna Bell")


@pytest.mark.parametrize("header", ["First_Name", "FIRST NAME", " first  name: ", "First Name*"])
def test_spelling_of_a_header_in_other_case_or_with_underscore(read: Reader, header: str) -> None:
    assert only(read(f"id,{header}\n1,Anna\n")).name == "Anna"


@pytest.mark.parametrize("header", ["Email of doctor", "Patient Email 2", "Emails", "My name"])
def test_headers_that_only_contain_a_name_are_not_read(read: Reader, header: str) -> None:
    assert set(columns(read(f"id,{header}\n1,x\n"))) == {"reference"}


def test_two_candidates_are_refused_and_a_mapping_decides(read: Reader) -> None:
    text = "id,Email,E-mail address\n1,a@x.org,b@x.org\n"
    with pytest.raises(ContentError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert problem.message == '2 columns may be email: "Email" (#2) and "E-mail address" (#3)'
    assert problem.hint == 'choose one with --map "email=#2"'
    assert only(read(text, mapping={"email": "e-mail address"})).email == "b@x.org"
    assert only(read(text, mapping={"email": "#2"})).email == "a@x.org"


def test_whole_name_beside_its_parts_is_refused_and_a_mapping_decides(read: Reader) -> None:
    text = 'id,Client Name,First Name,Last Name\n1,"Bell, Anna",Anna,Bell\n'
    with pytest.raises(ContentError) as caught:
        read(text)
    assert caught.value.problems[0].message == "the name is given twice, whole and in parts"
    assert only(read(text, mapping={"name": "Client Name"})).name == "Bell, Anna"
    assert only(read(text, mapping={"last_first": "Client Name"})).name == "Anna Bell"
    parts = {"first_name": "First Name", "last_name": "Last Name"}
    assert only(read(text, mapping=parts)).name == "Anna Bell"


def test_every_problem_of_a_header_is_told_at_once(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("name,email,mail,dose:bird-dgo\n")
    assert [problem.message for problem in caught.value.problems] == [
        'a dose column names the exercise "bird-dgo", which does not exist',
        '2 columns may be email: "email" (#2) and "mail" (#3)',
        "no column is recognised as the patient's reference",
    ]
    assert caught.value.problems[0].hint == 'did you mean "bird-dog"?'


def test_near_misses_are_warnings_with_the_mapping_that_helps(read: Reader) -> None:
    (warning,) = read("id,name,Emial\n1,Anna,a@x.org\n").warnings
    assert warning.message == 'column "Emial" is not read'
    assert warning.hint == 'did you mean "email"? then use --map "email=Emial"'


def test_near_miss_of_the_reference_is_in_the_error(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("Refrence,Name,Email\n1,Anna,\n")
    assert caught.value.problems[0].hint.startswith('did you mean "refrence"?')


def test_a_mapped_reference_that_is_not_there_is_named(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("Pat Nr,Name,Email\n1,Anna,\n", mapping={"reference": "Pat No"})
    (problem,) = caught.value.problems
    assert problem.message == 'no column has the header "Pat No"'
    assert problem.hint == 'did you mean "pat nr"?'


def test_rows_above_the_header_are_passed_over(read: Reader) -> None:
    text = "Patient list\nPrinted 22 November\n\n# reference, name\nreference,name\n1,Anna\n"
    row = only(read(text))
    assert (row.row, row.name) == (6, "Anna")


def test_file_without_a_header_shows_none_of_its_cells(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("1,Anna Bell,anna@x.org\n2,Bo Carr,bo@x.org\n")
    assert "Anna" not in str(caught.value)
    assert "--no-header" in caught.value.problems[0].hint


def test_columns_by_position_without_a_header(read: Reader) -> None:
    mapping = {"reference": "1", "first_name": "#2", "last_name": "#3", "email": "#6"}
    text = "7,Anna,Bell,1950,f,a@x.org\n8,Bo,Carr,1951,m,\n"
    rows = good(read(text, header=False, mapping=mapping))
    assert [(row.row, row.reference, row.name, row.email) for row in rows] == [
        (1, "7", "Anna Bell", "a@x.org"),
        (2, "8", "Bo Carr", None),
    ]


@pytest.mark.parametrize(
    ("mapping", "options", "message"),
    [
        ({"naem": "Name"}, {}, 'a roster has no column "naem"'),
        ({"dose:bird-dgo": "x"}, {}, 'a dose column names the exercise "bird-dgo", which does'),
        ({"reference": "Nr"}, {}, 'no file has the header "Nr", mapped to reference'),
        ({"email": "Mial"}, {}, 'no file has the header "Mial", mapped to email'),
        ({"note": "Remarks"}, {}, 'no file has the header "Remarks", mapped to note'),
        ({"note": "#9"}, {}, 'no file has the header "#9", mapped to note'),
        ({"reference": "id"}, {"header": False}, "without a header a column is mapped by position"),
        ({}, {"header": False}, "no column is recognised as the patient's reference"),
    ],
)
def test_mappings_that_lead_nowhere(
    read: Reader, mapping: dict[str, str], options: dict[str, bool], message: str
) -> None:
    with pytest.raises(ContentError) as caught:
        read("id,name,email\n1,Anna,\n", mapping=mapping, **options)
    assert caught.value.problems[0].message.startswith(message)


def test_mapping_knows_columns_by_their_other_names(read: Reader) -> None:
    row = only(read("id,Which\n1,left\n", mapping={"Side": "Which"}))
    assert row.affected_side == "left"


def test_without_a_header_no_cell_of_a_patient_is_said(read: Reader) -> None:
    places = {"reference": "1", "name": "2", "first_name": "3", "last_name": "4"}
    with pytest.raises(ContentError) as caught:
        read("1,Anna Bell,Anna,Bell\n", mapping=places, header=False)
    assert caught.value.problems[0].hint.startswith('use --map "name=#2" for the whole name')
    assert "Anna" not in str(caught.value)


def test_columns_are_counted_from_one(read: Reader) -> None:
    with pytest.raises(ContentError, match='no file has the header "#0", mapped to name'):
        read("id,x\n1,Anna\n", mapping={"name": "#0"})


def test_a_column_may_be_read_from_nowhere(read: Reader) -> None:
    row = only(read("id,start,Who\n1,10:30,Anna\n", mapping={"start_date": "", "name": "Who"}))
    assert (row.start_date, row.name) == (None, "Anna")


def test_a_roster_says_what_to_make_and_for_whom(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read("id,name\n1,Anna\n", defaults={})
    assert [problem.message for problem in caught.value.problems] == [
        "the program of the handouts is not given",
        "the clinic of the handouts is not given",
    ]


@pytest.mark.parametrize(
    ("defaults", "message"),
    [
        (
            {"program": "si-joint-clam"},
            "the program given for all patients is not a known program",
        ),
        (
            {"affected_side": "up"},
            "the affected_side given for all patients must be left, right or both",
        ),
        ({"email": "a@x.org"}, '"email" cannot be the same for all patients'),
    ],
)
def test_wrong_defaults_stop_the_work(read: Reader, defaults: dict[str, str], message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read("id,name\n1,Anna\n", defaults={**DEFAULTS, **defaults})
    assert caught.value.problems[0].message == message


@pytest.mark.parametrize("kind", ["program", "clinic", "layout"])
def test_a_broken_file_for_all_patients_is_told_once(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"{kind}s").mkdir()
    (tmp_path / f"{kind}s" / "broken.yaml").write_text("schema: 1\nnmae: x\n", "utf-8")
    (tmp_path / "list.csv").write_text("id,name\n1,Anna\n2,Bo\n", "utf-8")
    options = RosterOptions(defaults={**DEFAULTS, kind: "broken"})
    with pytest.raises(ContentError) as caught:
        read_roster(Library(Workspace(tmp_path)), [tmp_path / "list.csv"], options)
    problems = caught.value.problems
    assert f"{kind}s/broken.yaml:2:1" in {str(problem.location) for problem in problems}
    assert len(set(problems)) == len(problems)


def test_preview_shows_three_rows_and_no_password(read: Reader) -> None:
    text = "id,name,status,password\n1,Anna,inactive,\n2,Bo,,open sesame\n3,Cy,,\n4,Di,,\n5,Ed,,\n"
    assert read(text).preview() == (
        {"reference": "2", "name": "Bo", "status": "", "password": "••••••••"},
        {"reference": "3", "name": "Cy", "status": "", "password": ""},
        {"reference": "4", "name": "Di", "status": "", "password": ""},
    )


def test_every_column_has_headers_and_none_of_them_is_anothers(library: Library) -> None:
    words = read_lookups(library)
    assert {words.columns[plain(column)] for column in Column} == set(Column)
    assert not words.others & words.columns.keys()
    assert not words.active & words.inactive.keys()
    fields = dict.fromkeys((Column.REFERENCE, Column.CLINIC), ("id",))
    with pytest.raises(ValidationError, match="a header can be mapped to only one column: id"):
        RosterWords(
            id="roster",
            columns=fields,
            others=(),
            yes=(),
            no=(),
            blank=(),
            sides={},
            active=(),
            inactive={},
        )


def test_a_position_is_that_of_the_one_file_it_was_said_of(read: Reader) -> None:
    text = "id,Email,E-mail\n1,a@x.org,b@x.org\n"
    mapping = {"email": "#3"}
    row = only(read(text, mapping=mapping, join=["id,name,program\n1,Anna,si-joint-mix\n"]))
    assert (row.email, row.program) == ("b@x.org", "si-joint-mix")
    with pytest.raises(ContentError, match="columns cannot be mapped by position"):
        read(text, text, mapping=mapping)


def test_a_list_without_header_may_be_joined_with_a_file_that_has_one(read: Reader) -> None:
    mapping = {"reference": "#1", "name": "#2"}
    joined = "program,id\nsi-joint-mix,7\n"
    row = only(read("7,Anna\n", header=False, mapping=mapping, join=[joined]))
    assert (row.reference, row.name, row.program) == ("7", "Anna", "si-joint-mix")


def test_a_header_may_be_a_number(read: Reader) -> None:
    assert only(read("id,2,1\n7,x,Anna\n", mapping={"name": "1"})).name == "Anna"
    assert only(read("?,a,side\n7,x,left\n", mapping={"reference": "#1"})).affected_side == "left"

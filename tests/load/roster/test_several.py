"""Several files as one roster, joins, repeats, contradictions, and who gets no handout."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from handouts import Library, make_order
from handouts.errors import ContentError
from handouts.load.roster import EncodingNeeded, Roster, RosterOptions, read_roster
from handouts.load.roster.roster import SeenRows
from handouts.model.roster import RowProblem
from tests.load.roster.conftest import DEFAULTS, Reader, good, only, wrong

EXPORT = (
    "Patient Number,First Name,Last Name,Email,Active/Inactive,Deceased At\n"
    "00017,Anna,Bell,anna@x.org,Active,\n"
    "00018,Bo,Carr,,Active,\n"
    "00019,Cy,Day,,Inactive,\n"
)


def references(roster: Roster) -> list[str]:
    return [row.reference for row in good(roster)]


def stop(read: Reader, *contents: str, **options: object) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(*contents, **options)
    return [problem.message for problem in caught.value.problems]


# --- who gets none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Active/Inactive", "Inactive", "inactive"),
        ("Active", "No", "inactive"),
        ("Is Active", "N", "inactive"),
        ("Status", "Discharged", "discharged"),
        ("Status", "DECEASED", "deceased"),
        ("Appointment Status", "No Show", "cancelled"),
        ("Deceased At", "2020-01-02", "deceased"),
        ("Deceased", "yes", "deceased"),
        ("Deceased", "1", "deceased"),
        ("Discharged At", "2/3/2026", "discharged"),
        ("archived_at", "2026-01-02T03:04:05Z", "archived"),
        ("Email Unsubscribed", "TRUE", "unsubscribed"),
    ],
)
def test_who_is_skipped_is_counted_by_reason(
    read: Reader, header: str, value: str, reason: str
) -> None:
    roster = read(f"id,{header}\n1,{value}\n2,\n3,{value}\n")
    assert references(roster) == ["2"]
    assert (roster.skipped, roster.total) == ({reason: 2}, 1)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Active/Inactive", "Active"),
        ("Active?", "Y"),
        ("Deceased", "no"),
        ("Deceased", "False"),
        ("Deceased At", "n/a"),
        ("Email Unsubscribed", "0"),
        ("Marketing Email Opt-In", "no"),
        ("Appointment Status", "Arrived"),
    ],
)
def test_who_is_not_skipped(read: Reader, header: str, value: str) -> None:
    assert references(read(f"id,{header}\n1,{value}\n")) == ["1"]


# --- the same reference again --------------------------------------------------------------


def test_several_files_are_one_roster(read: Reader) -> None:
    roster = read("id,name\n1,Anna\n", "Name;Patient ID\nBo;2\n")
    assert [(Path(row.file).name, row.row, row.name) for row in good(roster)] == [
        ("roster1", 2, "Anna"),
        ("roster2", 2, "Bo"),
    ]
    assert roster.names == ("reference", "name")


def test_exact_repeats_are_skipped_and_counted(read: Reader) -> None:
    roster = read("id,name\n1,Anna\n2,Bo\n1,Anna\n", "id,name\n2,Bo\n3,Cy\n")
    assert references(roster) == ["1", "2", "3"]
    assert (roster.skipped, roster.total) == ({"repeated": 2}, 3)
    assert references(roster) == ["1", "2", "3"], "rows can be read again"


def test_rows_of_one_reference_that_differ_are_all_refused(read: Reader) -> None:
    roster = read("id,name\n1,Anna\n2,Bo\n1,Anne\n", "id,name\n1,Anna\n")
    bad = [row for row in roster.rows() if isinstance(row, RowProblem)]
    assert [(Path(row.file).name, row.row, row.reference) for row in bad] == [
        ("roster1", 2, "1"),
        ("roster1", 4, "1"),
        ("roster2", 2, "1"),
    ]
    assert [row.problems[0].message for row in bad[:2]] == [
        "reference is also in row 4, with different details",
        "reference is also in row 2, with different details",
    ]
    assert "roster1, row 2, with" in bad[2].problems[0].message
    assert roster.total == 4


def test_zeros_in_front_make_no_other_patient(read: Reader) -> None:
    assert set(wrong(read("id,name\n17,Anna\n00017,Anna\n18,Bo\n"))) == {2, 3}
    assert references(read("id,name\nA17,Anna\nA0017,Anna\n")) == ["A17", "A0017"]


def test_who_is_dead_in_one_file_gets_none_from_another(read: Reader) -> None:
    roster = read("id,status\n1,active\n2,active\n", "id,status\n1,deceased\n")
    assert wrong(roster) == {
        2: [f"reference is also in {roster.columns[-1].file}, row 2, with different details"]
    }


def test_a_cancelled_appointment_does_not_cancel_another(read: Reader) -> None:
    text = "id,status,next visit\n1,cancelled,2026-12-01\n1,booked,2026-12-08\n"
    roster = read(text)
    assert str(only(roster).next_visit) == "2026-12-08"
    assert roster.skipped == {"cancelled": 1}


def test_what_is_kept_of_a_row_is_small() -> None:
    seen = SeenRows()
    for number in range(1000):
        seen.add(f"reference {number}", ("name", str(number)), (0, number))
    arrays = (seen.keys, seen.digests, seen.files, seen.rows)
    assert sum(len(kept) * kept.itemsize for kept in arrays) <= 30 * 1000
    assert not seen.duplicates().repeats
    assert not seen.duplicates().conflicts


# --- joins ---------------------------------------------------------------------------------

PLAN = "patient id;program;side;dose:bird-dog\n00017;si-joint-build;L;2 x 8\n00018;si-joint-mix;;\n"


def test_a_small_file_is_joined_to_the_export(read: Reader) -> None:
    roster = read(EXPORT, join=[PLAN], defaults={"clinic": "riverbend"})
    first, second = good(roster)
    assert (first.reference, first.name, first.email) == ("00017", "Anna Bell", "anna@x.org")
    assert (first.program, first.affected_side) == ("si-joint-build", "left")
    assert list(first.doses) == ["bird-dog"]
    assert (second.program, second.affected_side) == ("si-joint-mix", None)
    assert roster.skipped == {"inactive": 1}
    assert set(roster.names) >= {"reference", "first_name", "program", "dose:bird-dog"}
    assert first.cells["dose:bird-dog"] == "2 x 8"


def test_references_on_one_side_only_stop_the_work(read: Reader) -> None:
    plan = PLAN.replace("00018", "20")
    assert stop(read, EXPORT, join=[plan]) == [
        'reference "20" is here but in no patient\'s row',
        'reference "00018" is in the roster but not here',
    ]
    assert stop(read, EXPORT, join=[plan], only_joined=True) == [
        'reference "20" is here but in no patient\'s row'
    ]


def test_long_lists_of_references_are_cut(read: Reader) -> None:
    ids = "".join(f"{n}\n" for n in range(100, 120))
    (message,) = stop(read, f"id\n1\n{ids}", join=["id\n1\n"])
    assert message.startswith('references "100", "101", ')
    assert message.endswith('"107" and 12 more are in the roster but not here')


def test_only_those_of_the_joined_file(read: Reader) -> None:
    plan = "\n".join(PLAN.splitlines()[:2])
    roster = read(EXPORT, join=[plan], only_joined=True)
    assert references(roster) == ["00017"]
    (reason,) = set(roster.skipped) - {"inactive"}
    assert (Path(reason).name, roster.skipped[reason]) == ("joined1", 1)
    assert reason.startswith("not in ")


def test_lost_zeros_are_the_hint(read: Reader) -> None:
    with pytest.raises(ContentError) as caught:
        read(EXPORT, join=[PLAN.replace("000", "")])
    assert {problem.hint for problem in caught.value.problems} == {
        "some differ only by leading zeros: format both columns as text"
    }


def test_someone_inactive_may_stand_in_the_joined_file(read: Reader) -> None:
    roster = read(EXPORT, join=[PLAN + "00019;si-joint-mix;;\n"])
    assert references(roster) == ["00017", "00018"]


def test_the_joined_file_may_say_who_is_to_get_none(read: Reader) -> None:
    plan = "id,status\n00017,active\n00018,discharged\n"
    roster = read("id,name\n00017,Anna\n00018,Bo\n", join=[plan])
    assert (references(roster), roster.skipped) == (["00017"], {"discharged": 1})


def test_names_that_differ_between_the_files_are_refused(read: Reader) -> None:
    plan = 'id,name\n00017,"bell, anna"\n00018,Bea Carr\n'
    assert wrong(read(EXPORT, join=[plan])) == {3: ["name differs between the joined files"]}
    both = "id,name\n1,Anna\n2,Bo\n"
    assert wrong(read(both, join=[both.replace("Bo", "Bea")])) == {
        3: ["name differs between the joined files"]
    }


@pytest.mark.parametrize(
    ("plan", "messages"),
    [
        ("id,side\n1,L\n1,R\n", ['reference "1" is also in row 2, with different details']),
        ("id,side\n1,L\n,R\n", ["reference is empty"]),
        ("id,side\n1,L,x\n", ["the row has 3 cells, the header has 2: a comma may be unquoted"]),
    ],
)
def test_a_joined_file_must_be_right(read: Reader, plan: str, messages: list[str]) -> None:
    assert stop(read, "id\n1\n", join=[plan]) == messages


def test_repeats_in_a_joined_file_are_one(read: Reader) -> None:
    assert only(read("id\n1\n", join=["id,side\n1,L\n1,L\n"])).affected_side == "left"


def test_who_has_a_cell_in_one_of_joined_files_is_no_heading(read: Reader) -> None:
    rows = good(
        read("id,email\nanna b,\nbo c,b@example.org\n", join=["id,name\nanna b,Anna\nbo c,"])
    )
    assert [(row.reference, row.name) for row in rows] == [("anna b", "Anna"), ("bo c", None)]
    messages = stop(read, "id,name\nanna b,Anna\n", join=["id,email\nSent by Roe,\nanna b,\n"])
    assert messages == ['reference "row 2" is here but in no patient\'s row']


def test_a_row_that_is_wrong_does_not_stop_a_join(read: Reader) -> None:
    roster = read("id,name\n1,Anna\n2,Bo,x\n,Cy\n", join=["id,side\n1,L\n2,R\n"])
    assert set(wrong(roster)) == {3, 4}


def test_problems_of_all_files_are_told_at_once(read: Reader) -> None:
    assert len(stop(read, "name\nAnna\n", "id,email,mail\n")) == 2


# --- while it is read ----------------------------------------------------------------------


def test_a_file_changed_meanwhile_is_noticed(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("id,name\n1,Anna\n2,Bo\n")
    roster = read_roster(library, [path], RosterOptions(defaults=DEFAULTS))
    rows = roster.rows()
    next(rows)
    path.write_text("id,name\n1,Anna\n3,Cy\n")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ContentError, match="the file changed while it was being read"):
        list(rows)
    path.unlink()
    with pytest.raises(ContentError, match="the file changed while it was being read"):
        next(roster.rows())


def test_memory_does_not_grow_with_the_rows(library: Library, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.csv"
        path.write_text("id,name\n" + "".join(f"{n},Patient {n}\n" for n in range(count)))
        roster = read_roster(library, [path], RosterOptions(defaults=DEFAULTS))
        tracemalloc.start()
        try:
            assert sum(1 for _ in roster.rows()) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    assert peak(4000) - peak(400) < 20_000, "bytes for 3,600 rows more"


def test_the_example_is_a_roster(library: Library) -> None:
    path = library.workspace.builtin("data/templates/roster.csv")
    roster = read_roster(library, [path], RosterOptions(defaults={"clinic": "riverbend"}))
    rows = good(roster)
    assert [row.reference for row in rows] == ["A-1001", "A-1002"]
    assert list(rows[1].doses) == ["bird-dog"]
    assert roster.warnings == ()
    for row in rows:
        assert make_order(library, row.request).patient.name == row.name


def test_encoding_of_one_of_several_files_is_asked_for_with_all_other_problems(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("name\nAnna\n")
    (tmp_path / "b.csv").write_bytes("id,name\n1,Zoë\n".encode("cp1252"))
    with pytest.raises(EncodingNeeded) as caught:
        read_roster(library, sorted(tmp_path.glob("*.csv")), RosterOptions(defaults=DEFAULTS))
    assert len(caught.value.problems) == 2
    assert caught.value.samples["cp1252"] == ("Zoë",)

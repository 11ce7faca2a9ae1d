"""Lists of rows that failed, read beside the list that they came from."""

from __future__ import annotations

from handouts.load.roster.roster import CORRECTED
from tests.load.roster.conftest import Reader, good, wrong

ROWS = "id,name,side\nR-1,Anna,L\nR-2,Bo,up\n,Cy,L\n"
HEAD = "roster,row,reference,name,affected_side,problem,what to do\n"
FIRST = f"{HEAD}roster1,3,R-2,Bo,right,no,\nroster1,4,R-3,Cy,left,no,\n"


def test_corrected_rows_take_the_place_of_those_that_failed(read: Reader) -> None:
    for lists in ((ROWS, FIRST), (ROWS, FIRST.replace("R-2", "R-2 "))):
        roster = read(*lists)
        assert [(row.reference, row.affected_side) for row in good(roster)] == [
            ("R-1", "left"),
            ("R-2", "right"),
            ("R-3", "left"),
        ]
        assert (roster.total, roster.skipped) == (3, {CORRECTED: 2})
        assert list(roster.left_out()) == []


def test_the_order_of_list_and_failures_does_not_matter(read: Reader) -> None:
    after = FIRST.replace("roster1", "roster2")
    assert sorted(row.reference for row in good(read(after, ROWS))) == ["R-1", "R-2", "R-3"]


def test_of_two_lists_of_failures_the_later_counts(read: Reader) -> None:
    again = f"{HEAD}roster2,2,R-2,Bo,both,no,\n"
    roster = read(ROWS, FIRST, again)
    assert {row.reference: row.affected_side for row in good(roster)}["R-2"] == "both"
    assert roster.total == 3


def test_a_row_that_was_not_corrected_fails_again_and_once(read: Reader) -> None:
    assert wrong(read(ROWS, FIRST.replace("right", "up"))) == {
        2: ["affected_side must be left, right or both"]
    }


def test_a_row_that_is_not_in_the_failures_stays(read: Reader) -> None:
    only = f"{HEAD}roster1,3,R-2,Bo,right,no,\n"
    assert wrong(read(ROWS, only)) == {4: ["reference is empty"]}


def test_a_row_whose_number_is_named_stays_if_it_is_somebody_elses(read: Reader) -> None:
    """The list may have been sorted since."""
    sorted_since = "id,name,side\nR-2,Bo,up\nR-1,Anna,L\nR-9,Di,L\n"
    assert sorted(row.reference for row in good(read(sorted_since, FIRST))) == [
        "R-1",
        "R-2",
        "R-3",
        "R-9",
    ]


def test_another_list_that_names_the_same_patient_is_refused_as_before(read: Reader) -> None:
    assert sorted(wrong(read("id,name\nR-1,Anna\n", "id,name\nR-1,Bo\n"))) == [2]


def test_failures_of_a_list_without_header_and_of_joined_files(read: Reader) -> None:
    roster = read(
        "R-1,Anna\nR-2,\n",
        f"{HEAD}roster1,2,R-2,Bo,left,no,\n",
        header=False,
        mapping={"reference": "1", "name": "2"},
    )
    assert [row.name for row in good(roster)] == ["Anna", "Bo"]
    roster = read("id\nR-1\nR-2\n", FIRST, join=["id,name,side\nR-1,Anna,L\nR-2,Bo,up\n"])
    assert [row.name for row in good(roster)] == ["Anna", "Bo", "Cy"]

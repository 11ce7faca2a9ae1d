"""Only what is known to be shared by many patients is remembered for the next."""

from __future__ import annotations

import pytest

from handouts.compose.runs import (
    SHORT_CLINICIAN,
    SPOKEN_START,
    SPOKEN_VISIT,
    FieldName,
    days_among,
    grid_day,
    grid_week,
    sources_of,
)


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (
            [FieldName.START, grid_day(3), SPOKEN_START, grid_week(0)],
            (FieldName.START,),
        ),
        ([SHORT_CLINICIAN, FieldName.CLINICIAN], (FieldName.CLINICIAN,)),
        ([FieldName.START, FieldName.CLINICIAN], (FieldName.CLINICIAN, FieldName.START)),
        ([FieldName.START, FieldName.NEXT_VISIT], ()),
        ([FieldName.START, SPOKEN_VISIT], ()),
        (["something-new"], ()),
        ([], ()),
    ],
)
def test_what_values_are_made_from(names: list[str], sources: tuple[str, ...]) -> None:
    assert sources_of(names) == sources


def test_every_other_field_may_tell_who_a_patient_is() -> None:
    shared = {field for field in FieldName if sources_of([str(field)])}
    assert shared == {FieldName.START, FieldName.CLINICIAN}


def test_a_grid_has_as_many_days_as_the_last_one_says() -> None:
    names = frozenset({FieldName.NAME, grid_day(0), grid_day(27)})
    assert days_among(names) == 28
    assert days_among(frozenset({FieldName.NAME})) == 0

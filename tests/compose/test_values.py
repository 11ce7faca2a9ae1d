"""Only what is known to be shared by many patients is remembered for the next."""

from __future__ import annotations

import pytest

from handouts.compose import values
from handouts.compose.text import FieldName


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (
            [values.START, values.day(3), values.said_day(3), values.week(0)],
            (values.START,),
        ),
        ([values.SHORT_CLINICIAN, values.CLINICIAN], (values.CLINICIAN,)),
        ([values.START, values.CLINICIAN], (values.CLINICIAN, values.START)),
        ([values.START, values.NEXT_VISIT], ()),
        (["something-new"], ()),
        ([], ()),
    ],
)
def test_what_values_are_made_from(names: list[str], sources: tuple[str, ...]) -> None:
    assert values.sources_of(names) == sources


def test_every_other_field_may_tell_who_a_patient_is() -> None:
    shared = {field for field in FieldName if values.sources_of([str(field)])}
    assert shared == {FieldName.START, FieldName.CLINICIAN}


def test_a_grid_has_as_many_days_as_the_last_one_says() -> None:
    names = frozenset({values.NAME, values.day(0), values.day(27), values.said_day(30)})
    assert values.days_among(names) == 28
    assert values.days_among(frozenset({values.NAME})) == 0

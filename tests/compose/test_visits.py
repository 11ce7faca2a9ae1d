"""Visits in words that were made beforehand are the words the calendar gives."""

from __future__ import annotations

import datetime as dt

import pytest

from handouts import Library
from handouts.compose.dates import appointment
from handouts.compose.own import visits_from
from handouts.compose.wording import wording

DAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize("language", ["en-US", "en-GB"])
def test_words_for_visits_are_those_of_the_calendar(library: Library, language: str) -> None:
    words = wording(library.locale("en-US"), language)
    visits = visits_from(DAY, words)
    for number in range(0, 120, 7):
        date = DAY + dt.timedelta(days=number)
        assert visits.words(date) == appointment(date, words)
        for hour, minute in ((6, 0), (10, 30), (12, 45), (21, 15)):
            moment = dt.datetime.combine(date, dt.time(hour, minute))
            assert visits.words(moment) == appointment(moment, words)
        assert visits.words(dt.datetime.combine(date, dt.time())) == appointment(date, words)


def test_what_is_not_among_them_is_not_guessed(library: Library) -> None:
    visits = visits_from(DAY, wording(library.locale("en-US"), "en-US"))
    assert visits.words(DAY - dt.timedelta(days=1)) is None
    for moment in ("2026-12-01T10:31", "2026-12-01T10:30:01", "2026-12-01T05:00"):
        assert visits.words(dt.datetime.fromisoformat(moment)) is None

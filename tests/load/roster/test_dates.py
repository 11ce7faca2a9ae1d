"""Dates as exports write them: read in one way, or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.load.roster.cells import DateError, DayOrder, read_day, read_moment

FIRST = dt.date(2026, 12, 1)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - the clinic's own time


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026-12-1",
        "2026/12/01",
        "2026.12.01",
        "01.12.2026",
        "1.12.2026",
        "1. 12. 2026",
        "1 Dec 2026",
        "01-Dec-2026",
        "1st December 2026",
        "Tue, 1 Dec 2026",
        "December 1, 2026",
        "Dec. 1 2026",
        "Tuesday, December 1st, 2026",
        "2026-12-01T00:00:00",
        "2026-12-01 00:00:00.000",
        "1 Dec 2026 12:00:00 AM",
    ],
)
def test_days_that_can_be_read_in_one_way(text: str) -> None:
    assert read_day(text, None) == FIRST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13/12/2026", dt.date(2026, 12, 13)),
        ("12/13/2026", dt.date(2026, 12, 13)),
        ("12-31-2026", dt.date(2026, 12, 31)),
        ("5/5/2026", dt.date(2026, 5, 5)),
    ],
)
def test_slashes_are_read_if_only_one_order_is_possible(text: str, day: dt.date) -> None:
    assert read_day(text, None) == day


@pytest.mark.parametrize("text", ["3/4/2026", "03/04/2026", "3-4-2026", "12/1/2026 00:00"])
def test_slashes_that_may_be_either_are_refused(text: str) -> None:
    with pytest.raises(DateError, match="day/month or month/day") as caught:
        read_day(text, None)
    assert caught.value.ambiguous


def test_order_is_as_said() -> None:
    assert read_day("3/4/2026", DayOrder.DMY) == dt.date(2026, 4, 3)
    assert read_day("3/4/2026", DayOrder.MDY) == dt.date(2026, 3, 4)
    with pytest.raises(DateError, match="a date that exists"):
        read_day("13/12/2026", DayOrder.MDY)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01 14:30", at(2026, 12, 1, 14, 30)),
        ("2026-12-01T14:30:59", at(2026, 12, 1, 14, 30)),
        ("1.12.2026, 9:05", at(2026, 12, 1, 9, 5)),
        ("December 1, 2026 at 2:30 PM", at(2026, 12, 1, 14, 30)),
        ("1 Dec 2026 12:15 a.m.", at(2026, 12, 1, 0, 15)),
        ("1 Dec 2026 12 pm", at(2026, 12, 1, 12, 0)),
        ("2026-12-01", FIRST),
        ("2026-12-01 00:00", FIRST),
    ],
)
def test_moments(text: str, moment: dt.date) -> None:
    read = read_moment(text, None)
    assert read == moment
    assert type(read) is type(moment)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.12.26", "must be a date"),
        ("12/26", "must be a date"),
        ("46357", "must be a date"),
        ("tomorrow", "must be a date"),
        ("2026-12-01 14", "must be a date"),
        ("2026-02-30", "must be a date that exists"),
        ("1 Foo 2026", "must be a date that exists"),
        ("1 ² 2026", "must be a date that exists"),
        ("1926-12-01", "must be in the years 2000 to 2100"),
        ("2026-12-01T09:30:00Z", "has a time zone"),
        ("2026-12-01 09:30+01:00", "has a time zone"),
        ("2026-12-01 25:00", "must have a time such as 14:30"),
        ("2026-12-01 13:00 PM", "must have a time such as 14:30"),
    ],
)
def test_what_is_no_date(text: str, message: str) -> None:
    with pytest.raises(DateError) as caught:
        read_moment(text, None)
    assert str(caught.value).startswith(message)


ODD = st.sampled_from(["1", "12", "²", "①", "٣", "２", "½", "Ⅻ", "Dec", "dic."])
BETWEEN = st.sampled_from([" ", "-", "/", ".", ". ", " de ", ", "])


@given(ODD, BETWEEN, ODD, BETWEEN, st.sampled_from(["2026", "²026", "26"]))
def test_odd_digits_are_read_or_refused(
    day: str, mark: str, month: str, other: str, year: str
) -> None:
    text = f"{day}{mark}{month}{other}{year}"
    with contextlib.suppress(DateError):
        assert read_moment(text, DayOrder.DMY).year == 2026


def test_start_is_a_day_without_a_time() -> None:
    with pytest.raises(DateError, match="without a time"):
        read_day("2026-12-01 14:30", None)


@settings(deadline=None)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(list(DayOrder)))
def test_every_day_reads_back_in_every_form(day: dt.date, order: DayOrder) -> None:
    slashes = "%d/%m/%Y" if order is DayOrder.DMY else "%m/%d/%Y"
    for form in ("%Y-%m-%d", "%d.%m.%Y", slashes):
        assert read_day(day.strftime(form), order) == day


@settings(deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[0-9./ -]{4,12}( [0-9:apm ]{3,8})?", fullmatch=True))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with contextlib.suppress(DateError):
        assert read_moment(text, None).year in range(2000, 2101)

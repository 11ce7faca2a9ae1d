"""Days and dates become words: ``Mon, Mar 2``, ``Mar 2 – 8``, ``Review by May 2027``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_day_names,
)

from handouts.compose.runs import Runs, fill, plain
from handouts.compose.wording import Wording

DAYS_PER_WEEK = 7
_LONG_RUN = 4
"""From this many days in a row on, only the first and the last are named."""

_SPACES = str.maketrans({"\u2009": "\u00a0", "\u202f": "\u00a0"})
"""CLDR's thin spaces are in few fonts; a no-break space keeps what they keep together."""


def short_day(weekday: int, words: Wording) -> str:
    """``Mon`` for 0."""
    return _day_name("abbreviated", weekday, words)


def day_letters(weekday: int, words: Wording) -> str:
    """``Mo`` for 0, as heads a column of the grid."""
    return _day_name("short", weekday, words)


def full_day(weekday: int, words: Wording) -> str:
    """``Monday`` for 0."""
    return _day_name("wide", weekday, words)


def listed_days(days: Sequence[int], words: Wording) -> Runs:
    """``Mon, Wed, Fri``; from four days in a row on, ``Mon to Fri``."""
    if len(days) >= _LONG_RUN and days[-1] - days[0] == len(days) - 1:
        first, last = short_day(days[0], words), short_day(days[-1], words)
        return fill(words.locale.days.run, first=first, last=last)
    return words.commas([short_day(day, words) for day in days])


def day_and_date(date: dt.date, words: Wording) -> str:
    """``Mon, Mar 2`` in the US, ``Mon, 2 Mar`` in Britain."""
    day = _skeleton("MMMd", date, words.region)
    return plain(fill(words.locale.days.dated, weekday=short_day(date.weekday(), words), date=day))


def appointment(when: dt.date | dt.datetime, words: Wording) -> str:
    """``Mon, Mar 30, 10:30 AM``; without the time if that is midnight or not given."""
    date = day_and_date(when, words)
    if not isinstance(when, dt.datetime) or when.time() == dt.time(0):
        return date
    time = _short_time(when.time(), words.region)
    return plain(fill(words.locale.days.timed, date=date, time=time))


def medium_date(date: dt.date, words: Wording) -> str:
    """``Mar 2, 2026``."""
    return _clean(format_date(date, "medium", locale=words.region))


def full_date(date: dt.date, words: Wording) -> str:
    """``Monday, March 2`` in the US, ``Monday, 2 March`` in Britain."""
    day = _skeleton("MMMMd", date, words.region)
    weekday = full_day(date.weekday(), words)
    return plain(fill(words.locale.days.dated, weekday=weekday, date=day))


def month(date: dt.date, words: Wording) -> str:
    """``May 2027``."""
    return _skeleton("yMMM", date, words.region)


def week_of(start: dt.date, words: Wording) -> str:
    """``Mar 2 – 8``: the seven days from ``start`` on."""
    end = start + dt.timedelta(days=DAYS_PER_WEEK - 1)
    return _clean(format_interval(start, end, "MMMd", locale=words.region))


def months_later(date: dt.date, months: int) -> dt.date:
    """Return the first day of the month that is ``months`` after that of ``date``."""
    index = date.year * 12 + date.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def _day_name(width: Literal["abbreviated", "short", "wide"], weekday: int, words: Wording) -> str:
    return _day_names(width, words.region)[weekday]


# The days of a grid are asked for again and again, and are the same for all patients.
@lru_cache(maxsize=64)
def _day_names(width: Literal["abbreviated", "short", "wide"], region: Locale) -> tuple[str, ...]:
    names = get_day_names(width, "stand-alone", region)
    return tuple(str(names[day]) for day in range(DAYS_PER_WEEK))


@lru_cache(maxsize=4096)
def _skeleton(skeleton: str, date: dt.date, region: Locale) -> str:
    return _clean(format_skeleton(skeleton, date, locale=region))


@lru_cache(maxsize=256)
def _short_time(time: dt.time, region: Locale) -> str:
    return _clean(format_time(time, "short", locale=region))


def _clean(text: str) -> str:
    return text.translate(_SPACES)

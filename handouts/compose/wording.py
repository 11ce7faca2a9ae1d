"""Turn numbers, lists, times, days and dates into words, by a locale and its CLDR data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from string import digits as ascii_digits
from typing import Literal

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_day_names
from babel.numbers import format_decimal
from msgspec import Struct

from handouts.compose.runs import BLANK, Run, Runs, Value, fill, joined_by, plain
from handouts.model.locale import Locale
from handouts.model.phrases import Ordinal, Plural
from handouts.model.quantity import Measured, Quantity


class Wording(Struct, frozen=True):
    """The phrases of ``locale``, with dates and numbers as used in ``region``.

    ``country`` is the clinic's, whatever the language: it decides the units, which must be those
    of weights sold there.
    """

    locale: Locale
    region: BabelLocale
    country: str = ""

    @property
    def language(self) -> str:
        """The tag of language and region (BCP 47): ``en-GB``."""
        return str(self.region).replace("_", "-")

    @property
    def rtl(self) -> bool:
        """Whether the language is read from right to left."""
        return self.region.text_direction == "rtl"

    @property
    def digits(self) -> str:
        """The digits of the region, from 0 to 9: ``٠١٢٣٤٥٦٧٨٩`` in Egypt."""
        return _digits_of(self.region)

    def in_digits(self, text: str) -> str:
        """Return a text with the region's digits where it has those of ASCII."""
        return _in_region(text, self.region)

    def number(self, number: float, unit: str = "") -> str:
        """Return a number in the digits of the region; miles get fractions, as on road signs."""
        whole, fraction = divmod(number, 1)
        if unit == "mi" and fraction in _FRACTIONS:
            return (_digits(whole, self.region) if whole else "") + _FRACTIONS[fraction]
        return _digits(number, self.region)

    def low(self, quantity: Quantity | Measured) -> Runs:
        """Return the number to start with, or a line for the pen."""
        number = quantity.low
        return BLANK if number is None else fill(self.number(number, quantity.unit))

    def high(self, quantity: Quantity | Measured) -> Runs:
        """Return the number to build up to, or a line for the pen."""
        number = quantity.high
        return BLANK if number is None else fill(self.number(number, quantity.unit))

    def form(self, phrase: Plural, number: float | None) -> str:
        """Return the form of a phrase that goes with a number; None is a blank.

        Less than one takes the form of one: "½ mile".
        """
        rule = self.region.ordinal_form if isinstance(phrase, Ordinal) else self.region.plural_form
        if number is None:
            return phrase.other
        return phrase.form(rule(1 if 0 < number < 1 else number))

    def counted(self, phrase: Plural, quantity: Quantity | Measured, **values: Value) -> Runs:
        """Return a phrase with the number to start with as ``{n}``."""
        return fill(self.form(phrase, quantity.low), n=self.low(quantity), **values)

    def build_up(self, phrase: Plural, quantity: Quantity | Measured, **values: Value) -> Runs:
        """Return a phrase with the number to build up to as ``{n}``."""
        return fill(self.form(phrase, quantity.high), n=self.high(quantity), **values)

    def count(self, phrase: Plural, number: int) -> str:
        """Return a phrase with ``number`` as its ``{n}``."""
        return self.form(phrase, number).replace("{n}", self.number(number))

    def time(self, quantity: Quantity) -> Runs:
        """Return a time with its unit, as its author wrote it: ``5 seconds``, ``1 minute``."""
        spans = self.locale.dose.span
        phrase = {"min": spans.minutes, "breaths": spans.breaths}.get(quantity.unit, spans.seconds)
        return self.counted(phrase, quantity.in_unit)

    def commas(self, items: Sequence[Value]) -> Runs:
        """Return ``Mon, Wed, Fri``."""
        return joined_by(self.locale.lists.comma, items)

    def conjoined(self, items: Sequence[Value]) -> Runs:
        """Return ``1, 2 and 6``."""
        lists = self.locale.lists
        return joined_by(lists.comma, items, last=lists.last_and)


_FRACTIONS = {0.25: "¼", 0.5: "½", 0.75: "¾"}


_ZEROS = {
    "arab": 0x660, "arabext": 0x6F0, "beng": 0x9E6, "deva": 0x966, "mymr": 0x1040, "tibt": 0xF20,
}  # fmt: skip
"""The digit 0 of each numbering system that is some region's default (CLDR 45)."""

_DIGITS = {
    system: "".join(chr(zero + number) for number in range(10)) for system, zero in _ZEROS.items()
}


def _digits_of(region: BabelLocale) -> str:
    return _DIGITS.get(region.default_numbering_system, ascii_digits)


@lru_cache(maxsize=4096)
def _digits(number: float, region: BabelLocale) -> str:
    return _in_region(format_decimal(number, locale=region, numbering_system="default"), region)


def upper_end(quantity: Quantity) -> Quantity:
    """Return the upper end of a range as a plain number."""
    return Quantity(quantity.high, quantity.high, quantity.unit)


def wording(locale: Locale, tag: str, clinic_tag: str = "") -> Wording:
    """Return the wording of a locale for a language's tag, with the units of the clinic's country.

    Dates and numbers follow the locale's own country, or that of ``tag`` if CLDR knows the
    language there, or else the language alone.
    """
    country = _parsed(clinic_tag or tag).territory or ""
    region = _region(locale.id, tag)
    return Wording(locale, region, country or region.territory or "")


# The caches below have the region in their keys, and are faster if it is the same object.
@lru_cache(maxsize=64)
def _region(language: str, tag: str) -> BabelLocale:
    spoken, asked = _parsed(language), _parsed(tag)
    if spoken.territory or not asked.territory:
        return spoken
    try:
        return BabelLocale.parse(f"{spoken}_{asked.territory}")
    except UnknownLocaleError:
        return spoken


@lru_cache(maxsize=64)
def _parsed(tag: str) -> BabelLocale:
    return BabelLocale.parse(tag, sep="-")


DAYS_PER_WEEK = 7
_LONGEST_LETTERS = 4
"""The most letters of a day's short name that a column of the grid has room for."""

_LONG_RUN = 4
"""Of this many days in a row, or more, only the first and the last are named."""

_SPACES = str.maketrans({"\u2009": "\u00a0", "\u202f": "\u00a0"})
"""Few fonts have CLDR's thin spaces; a no-break space keeps the same words together."""


def short_day(weekday: int, words: Wording) -> str:
    """Return ``Mon`` for 0."""
    return _day_name("abbreviated", weekday, words)


def day_letters(weekday: int, words: Wording) -> str:
    """Return ``Mo`` for 0, to head a column of the grid; one letter if CLDR's name is longer."""
    return _letters(words.region)[weekday]


def full_day(weekday: int, words: Wording) -> str:
    """Return ``Monday`` for 0."""
    return _day_name("wide", weekday, words)


def listed_days(days: Sequence[int], words: Wording) -> Runs:
    """Return ``Mon, Wed, Fri``; for four or more days in a row ``Mon to Fri``, even past Sunday."""
    firsts = [day for day in days if (day - 1) % DAYS_PER_WEEK not in days]
    if len(days) >= _LONG_RUN and len(firsts) == 1:
        first, last = firsts[0], (firsts[0] + len(days) - 1) % DAYS_PER_WEEK
        named = {"first": _abbreviated(first, words), "last": _abbreviated(last, words)}
        return fill(words.locale.days.run, **named)
    return words.commas([_abbreviated(day, words) for day in days])


def _abbreviated(weekday: int, words: Wording) -> Run:
    """Return ``Mon`` for 0, spoken as "Monday"; as one word, since each word of a run is spoken."""
    short, full = short_day(weekday, words), full_day(weekday, words)
    return Run(short.replace(" ", "\u00a0"), spoken="" if short == full else full)


def day_and_date(date: dt.date, words: Wording) -> str:
    """Return ``Mon, Mar 2`` in the US, ``Mon, 2 Mar`` in Britain."""
    day = _skeleton("MMMd", date, words.region)
    return plain(fill(words.locale.days.dated, weekday=short_day(date.weekday(), words), date=day))


def appointment(when: dt.date | dt.datetime, words: Wording, *, in_full: bool) -> str:
    """Return ``Mon, Mar 30, 10:30 AM``; without the time if that is midnight or not given."""
    date = full_date(when, words) if in_full else day_and_date(when, words)
    if not isinstance(when, dt.datetime) or when.time() == dt.time(0):
        return date
    time = _short_time(when.time(), words.region)
    return plain(fill(words.locale.days.timed, date=date, time=time))


def medium_date(date: dt.date, words: Wording) -> str:
    """Return ``Mar 2, 2026``, which stays on one line."""
    date_in_words = _clean(format_date(date, "medium", locale=words.region), words.region)
    return date_in_words.replace(" ", "\u00a0")


def full_date(date: dt.date, words: Wording) -> str:
    """Return ``Monday, March 2`` in the US, ``Monday, 2 March`` in Britain."""
    day = _skeleton("MMMMd", date, words.region)
    weekday = full_day(date.weekday(), words)
    return plain(fill(words.locale.days.dated, weekday=weekday, date=day))


def week_of(start: dt.date, words: Wording) -> str:
    """Return ``Mar 2 – 8``: the seven days from ``start`` on."""
    end = start + dt.timedelta(days=DAYS_PER_WEEK - 1)
    return _clean(format_interval(start, end, "MMMd", locale=words.region), words.region)


def _in_region(text: str, region: BabelLocale) -> str:
    """Return a text in the digits of a region: Babel formats with ASCII digits."""
    digits = _digits_of(region)
    return text if digits == ascii_digits else text.translate(str.maketrans(ascii_digits, digits))


def _letters(region: BabelLocale) -> tuple[str, ...]:
    # The head of a column has no full stop: German "Mo." becomes "Mo".
    short = tuple(name.removesuffix(".") for name in _day_names("short", region))
    narrow = _day_names("narrow", region)
    long = max(map(len, short)) > _LONGEST_LETTERS and len(set(narrow)) == DAYS_PER_WEEK
    return narrow if long else short


def _day_name(width: Literal["abbreviated", "wide"], weekday: int, words: Wording) -> str:
    return _day_names(width, words.region)[weekday]


# Every grid needs the names of days again and again, and all patients have the same.
@lru_cache(maxsize=64)
def _day_names(
    width: Literal["abbreviated", "short", "narrow", "wide"], region: BabelLocale
) -> tuple[str, ...]:
    names = get_day_names(width, "stand-alone", region)
    return tuple(str(names[day]) for day in range(DAYS_PER_WEEK))


@lru_cache(maxsize=4096)
def _skeleton(skeleton: str, date: dt.date, region: BabelLocale) -> str:
    return _clean(format_skeleton(skeleton, date, locale=region), region)


def _short_time(time: dt.time, region: BabelLocale) -> str:
    return _clean(format_time(time, "short", locale=region), region)


def _clean(text: str, region: BabelLocale) -> str:
    return _in_region(text.translate(_SPACES), region)

"""Wording: a locale and its CLDR data turn numbers, lists and times into words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from babel.numbers import format_decimal
from msgspec import Struct

from handouts.compose.runs import BLANK, Runs, Value, fill, folded
from handouts.model.dosage import Quantity
from handouts.model.locale import Locale
from handouts.model.phrases import Ordinal, Plural

SECONDS_PER_MINUTE = 60


class Wording(Struct, frozen=True):
    """The phrases of ``locale``, with dates and numbers as used in ``region``."""

    locale: Locale
    region: BabelLocale

    @property
    def language(self) -> str:
        """The tag of language and region (BCP 47): ``en-GB``."""
        return str(self.region).replace("_", "-")

    def number(self, number: int) -> str:
        """A whole number in the digits of the region."""
        return _digits(number, self.region)

    def low(self, quantity: Quantity) -> Runs:
        """The number to start with, or a line for the pen."""
        return BLANK if quantity.low is None else fill(self.number(quantity.low))

    def high(self, quantity: Quantity) -> Runs:
        """The number to build up to, or a line for the pen."""
        return BLANK if quantity.high is None else fill(self.number(quantity.high))

    def form(self, phrase: Plural, number: int | None) -> str:
        """The form of a phrase that goes with a number; None is a blank."""
        rule = self.region.ordinal_form if isinstance(phrase, Ordinal) else self.region.plural_form
        return phrase.other if number is None else phrase.form(rule(number))

    def counted(self, phrase: Plural, quantity: Quantity, **values: Value) -> Runs:
        """A phrase with the number to start with as ``{n}``."""
        return fill(self.form(phrase, quantity.low), n=self.low(quantity), **values)

    def build_up(self, phrase: Plural, quantity: Quantity, **values: Value) -> Runs:
        """A phrase with the number to build up to as ``{n}``."""
        return fill(self.form(phrase, quantity.high), n=self.high(quantity), **values)

    def count(self, phrase: Plural, number: int) -> str:
        """A phrase with ``number`` as its ``{n}``."""
        return self.form(phrase, number).replace("{n}", self.number(number))

    def time(self, quantity: Quantity) -> Runs:
        """A time with its unit, as its author wrote it: ``5 seconds``, ``1 minute``."""
        spans = self.locale.dose.span
        phrase = {"min": spans.minutes, "breaths": spans.breaths}.get(quantity.unit, spans.seconds)
        return self.counted(phrase, in_unit(quantity))

    def commas(self, items: Sequence[Value]) -> Runs:
        """``Mon, Wed, Fri``."""
        return folded(self.locale.lists.comma, items)

    def conjoined(self, items: Sequence[Value]) -> Runs:
        """``1, 2 and 6``."""
        lists = self.locale.lists
        return folded(lists.comma, items, last=lists.last_and)

    def alternatives(self, items: Sequence[Value]) -> Runs:
        """``a fever; weight loss; or a new lump``."""
        lists = self.locale.lists
        return folded(lists.clause, items, last=lists.last_or)


@lru_cache(maxsize=4096)
def _digits(number: int, region: BabelLocale) -> str:
    return format_decimal(number, locale=region)


def in_unit(quantity: Quantity) -> Quantity:
    """Return a time in the unit its author wrote: minutes as minutes, not seconds."""
    if quantity.unit != "min" or quantity.low is None or quantity.high is None:
        return quantity
    low, high = quantity.low // SECONDS_PER_MINUTE, quantity.high // SECONDS_PER_MINUTE
    return Quantity(low, high, quantity.unit)


def upper_end(quantity: Quantity) -> Quantity:
    """Return the upper end of a range as a plain number."""
    return Quantity(quantity.high, quantity.high, quantity.unit)


def wording(locale: Locale, clinic_tag: str) -> Wording:
    """Return the wording of a locale in the clinic's country.

    A handout in another language than the clinic's own keeps that language's own customs, unless
    CLDR knows the language in the clinic's country.
    """
    language = BabelLocale.parse(locale.id, sep="-")
    clinic = BabelLocale.parse(clinic_tag, sep="-")
    if language.territory or not clinic.territory:
        return Wording(locale, language)
    try:
        region = BabelLocale.parse(f"{language}_{clinic.territory}")
    except UnknownLocaleError:
        region = language
    return Wording(locale, region)

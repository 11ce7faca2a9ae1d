"""Define a locale: every word the program prints itself, in one language; complete or refused."""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from pydantic import field_validator, model_validator

from handouts.model.base import ContentFile, FieldError, FieldErrors, Line, LocaleTag, Model
from handouts.model.phrases import (
    Counted,
    DosePhrases,
    Ordinal,
    Pair,
    Phrase,
    Plural,
    SidePhrases,
    holds,
)

_NUMBERS_TO = 200
"""Plural rules depend on a small number itself, and on the last two digits of a larger one.

Below a thousand these are all the cases (CLDR 45), and numbers on a handout are smaller than that:
the "many" of a million needs no translation.
"""


_WORD = re.compile(r"\w+")


def plural_forms(tag: str) -> tuple[set[str], set[str]]:
    """Return a language's plural forms for counting, and those for ranks (1st, 2nd)."""
    language = BabelLocale.parse(tag, sep="-")
    # Babel looks each of them up at every access.
    count, rank = language.plural_form, language.ordinal_form
    cardinal = {count(n) for n in range(_NUMBERS_TO)} | {"other"}
    return cardinal, {rank(n) for n in range(1, _NUMBERS_TO)} | {"other"}


class ListPhrases(Model):
    """How to join things: with commas only, or with "and" before the last.

    ``numbered`` lists words that stay on one line with the number after them, which is a name and
    counts nothing: "week 4".
    """

    comma: Pair
    last_and: Pair
    numbered: Line = ""

    @property
    def numbered_words(self) -> frozenset[str]:
        """The words of ``numbered``, in lower case."""
        return frozenset(_WORD.findall(self.numbered.casefold()))


class DayPhrases(Model):
    """Words for days and dates; names of days and months come from CLDR."""

    every_day: Phrase
    every_other_day: Phrase
    run: Annotated[Line, holds("first", "last")]
    per_week: Counted
    as_agreed: Phrase
    dated: Annotated[Line, holds("weekday", "date")]
    timed: Annotated[Line, holds("date", "time")]


class PlanPhrases(Model):
    """Words of the plan: what is beside the boxes of the tracking grid, and the time it takes.

    ``began`` says when a phase begins; ``stage`` leads the total of the phases that have begun.
    """

    heading: Phrase
    continued: Phrase
    lead: Phrase
    marked: Phrase
    from_week: Annotated[Line, holds("n")]
    after: Annotated[Line, holds("n")]
    began: Annotated[Line, holds("when")]
    to_start: Phrase
    all_of_it: Phrase
    stage: Annotated[Line, holds("stage", "days")]
    minutes: Counted
    short_minutes: Counted
    days: Annotated[Line, holds("days")]
    other_days: Phrase
    rest: Phrase
    together: Phrase
    all: Counted
    both: Phrase
    some: Annotated[Plural, holds("numbers")]
    total: Annotated[Line, holds("which", "minutes")]
    total_often: Annotated[Line, holds("which", "minutes", "often")]
    total_untimed: Annotated[Line, holds("which")]


class PanelPhrases(Model):
    """Words of the patient panel and of notes."""

    name: Phrase
    sore_side: Phrase
    clinician: Phrase
    start: Phrase
    next_visit: Phrase
    left: Phrase
    right: Phrase
    both: Phrase
    choose_left: Phrase
    choose_right: Phrase
    note_from: Annotated[Line, holds("name")]
    note_elsewhere: Phrase
    tip: Phrase
    your_clinician: Phrase


class EffortPhrases(Model):
    """Words of the effort guide."""

    heading: Phrase
    go_on: Phrase
    do_less: Phrase
    stop: Phrase


class StopPhrases(Model):
    """Words around the stop rule, which is content itself, and to point to the emergency signs."""

    sign: Phrase
    pointer: Annotated[Line, holds("page")]
    elsewhere: Phrase
    call_us: Annotated[Line, holds("phone")]
    call: Annotated[Line, holds("phone")]


class SpokenSign(Model):
    """The letters before a line of boxes, and what a screen reader says for them."""

    sign: Phrase
    spoken: Phrase


class UnitSigns(Model):
    """The signs before a line of cells to write in, by unit, and what a screen reader says."""

    kg: SpokenSign
    lb: SpokenSign
    h: SpokenSign
    min: SpokenSign
    steps: SpokenSign
    m: SpokenSign
    km: SpokenSign
    mi: SpokenSign
    yd: SpokenSign
    ft: SpokenSign
    rounds: SpokenSign
    laps: SpokenSign
    times: SpokenSign


class GridPhrases(Model):
    """Words of the tracking grid."""

    bring: Phrase
    tick: Phrase
    write: Phrase
    units: UnitSigns
    rest: Phrase
    left: SpokenSign
    right: SpokenSign
    morning: SpokenSign
    noon: SpokenSign
    afternoon: SpokenSign
    evening: SpokenSign
    bedtime: SpokenSign
    nth: Annotated[Ordinal, holds("n")]
    nth_spoken: Annotated[Ordinal, holds("n")]
    side_and_time: Annotated[Line, holds("side", "time")]
    pain: Phrase
    pain_scale: Phrase
    week: Annotated[Line, holds("n")]
    some_weeks: Annotated[Line, holds("first", "last", "all")]
    one_week: Annotated[Line, holds("n", "all")]
    week_dates: Annotated[Line, holds("dates")]
    days: Annotated[Line, holds("days")]
    boxes: Annotated[Line, holds("labels")]


class SpokenPhrases(Model):
    """What a screen reader says where the page shows a line, a box or a circle."""

    blank: Phrase
    choice: Annotated[Line, holds("choice")]
    boxes: Annotated[Line, holds("days")]
    numbers: Annotated[Line, holds("days")]
    none: Phrase
    circles: Phrase
    mark: Phrase
    picture: Annotated[Plural, holds("position", "numbers")]


class NotesPhrases(Model):
    """Words above the patient's own notes."""

    heading: Phrase
    prompt: Phrase


class FactPhrases(Model):
    """Lead-ins of a card's facts."""

    feel_it: Phrase
    watch_out: Phrase
    caution: Phrase
    easier: Phrase
    harder: Phrase
    equipment: Annotated[Line, holds("items")]
    watch: Annotated[Line, holds("address")]
    picture_left: Annotated[Line, holds("yours")]
    picture_right: Annotated[Line, holds("yours")]
    credit: Annotated[Line, holds("credit")]
    start_when: Annotated[Line, holds("when")]
    start_week: Annotated[Line, holds("n")]


class FurniturePhrases(Model):
    """Words of heads and feet."""

    logo: Annotated[Line, holds("clinic")]
    expect: Phrase
    precautions: Phrase
    made_for: Annotated[Line, holds("name")]
    made: Annotated[Line, holds("date")]
    checked: Annotated[Line, holds("names", "date")]
    draft: Phrase
    draft_why: Annotated[Line, holds("clinic")]
    code: Annotated[Line, holds("code")]
    scan_web: Annotated[Line, holds("address")]
    scan_phone: Annotated[Line, holds("phone")]
    page: Annotated[Line, holds("page", "pages")]
    continued: Phrase
    heading_named: Annotated[Line, holds("name")]
    heading: Phrase
    sore_side: Annotated[Line, holds("side")]
    left: Phrase
    right: Phrase
    both: Phrase
    start: Annotated[Line, holds("date")]
    next_visit: Annotated[Line, holds("date")]
    join: Pair


class Locale(ContentFile):
    """The words of one language. ``id`` is its tag: ``en`` serves both en-US and en-AU.

    A region's file ``extends`` that of its language and gives the phrases that differ. ``regional``
    replaces whole words of the content, such as counter by worktop, and keeps their capitals.
    """

    id: LocaleTag
    extends: LocaleTag | None = None
    name: Line
    regional: dict[Phrase, Phrase] = {}
    side: SidePhrases
    dose: DosePhrases
    days: DayPhrases
    lists: ListPhrases
    plan: PlanPhrases
    panel: PanelPhrases
    effort: EffortPhrases
    stop: StopPhrases
    grid: GridPhrases
    spoken: SpokenPhrases
    notes: NotesPhrases
    facts: FactPhrases
    furniture: FurniturePhrases

    @property
    def keeps_capitals(self) -> bool:
        """Whether a text keeps its capital after a lead-in, because every noun has one (German)."""
        return self.id.split("-")[0] in ("de", "lb")

    @field_validator("id")
    @classmethod
    def _known_to_babel(cls, tag: str) -> str:
        try:
            BabelLocale.parse(tag, sep="-")
        except UnknownLocaleError:
            raise ValueError(
                f'there are no rules for dates and plurals in the language "{tag}"'
            ) from None
        return tag

    @model_validator(mode="after")
    def _plurals_complete(self) -> Self:
        needed, _ = plural_forms(self.id)
        faults: list[FieldError] = []
        for path, phrase in _plurals(self, ()):
            if isinstance(phrase, Ordinal):
                continue  # versions of Babel differ here, and other replaces a missing form
            given, name = set(phrase.forms), ".".join(path)
            for form in sorted(needed - given):
                message = f"{name} is missing its form {form}"
                faults.append(FieldError(message, f'add a line "{form}: ..."', *path))
            for form in sorted(given - needed):
                message = f"{name} has a form {form} that this language does not use"
                faults.append(FieldError(message, "remove it", *path, form))
        if faults:
            raise FieldErrors(faults)
        return self


def _plurals(model: Model, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Plural]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Plural):
            yield (*path, name), value
        elif isinstance(value, Model):
            yield from _plurals(value, (*path, name))


def has_decimal_comma(tag: str) -> bool:
    """Return whether numbers of a language have a decimal comma; for an unknown one False."""
    try:
        return str(BabelLocale.parse(tag, sep="-").number_symbols["latn"]["decimal"]) == ","
    except (UnknownLocaleError, ValueError):
        return False

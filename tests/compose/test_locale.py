"""A locale is complete, its placeholders are checked, its plurals fit its language."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
from babel import Locale as BabelLocale
from babel.plural import PluralRule
from pydantic import ValidationError

from handouts import Library, Workspace
from handouts.compose.wording import day_and_date, week_of, wording
from handouts.model.locale import Locale


def _changed(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(raw)
    *way, last = path.split(".")
    place = changed
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("plan.heading", None, "Field required"),
        ("side.leg.swap", None, "Field required"),
        ("plan.heading", "Your {plan}", "placeholder {plan} is not known here (known: none)"),
        ("dose.repeat.rest", "Rest.", "placeholder {time} is missing"),
        ("dose.repeat.rest", "Rest {time} {time}.", "placeholder {time} may appear only once"),
        ("dose.repeat.rest", "Rest {tme}.", "placeholder {tme} is not known here (known: {time})"),
        ("dose.repeat.rest", "Rest {time.", "a placeholder must be one word in braces"),
        ("dose.repeat.do.other", "Do it", "placeholder {n} is missing"),
        ("dose.repeat.do.one", "Do {m}", "placeholder {m} is not known here"),
        ("dose.repeat.do.one", None, "dose.repeat.do is missing its form one"),
        ("dose.repeat.do.few", "Do {n}", "dose.repeat.do has a form few"),
        ("plan.surprise", "x", "Extra inputs are not permitted"),
        ("plan.heading", "", "at least 1 character"),
        ("id", "xx", 'there are no rules for dates and plurals in the language "xx"'),
    ],
)
def test_faults_are_refused(
    path: str, value: str | None, message: str, raw_locale: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Locale.model_validate(_changed(raw_locale, path, value))
    assert message in str(caught.value)


@pytest.mark.parametrize("language", ["en", "es", "de", "ar"])
def test_another_release_of_babel_may_know_other_forms_for_places_in_a_row(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[dict[str, str]] = [
        {},
        {"one": "n mod 10 in 1,3"},
        {"one": "n is 1", "many": "n in 2..9"},
    ]
    for forms in kinds:
        monkeypatch.setattr(BabelLocale, "ordinal_form", PluralRule(forms))
        words = wording(Library(Workspace()).locale(language), language)
        assert words.count(words.locale.grid.nth, 5)


def test_a_plural_form_may_leave_its_number_out(raw_locale: dict[str, Any]) -> None:
    locale = Locale.model_validate(raw_locale)
    assert locale.dose.repeat.do.one == "Do it once"


@pytest.mark.parametrize(
    ("language", "clinic", "expected"),
    [
        ("en", "en-US", "en-US"),
        ("en", "en-GB", "en-GB"),
        ("en", "en", "en"),
        ("en", "de-AT", "en-AT"),
        ("es", "en-US", "es-US"),
        ("fi", "en-US", "fi"),
        ("pt-BR", "en-US", "pt-BR"),
    ],
)
def test_language_is_spoken_in_the_clinics_country(
    language: str, clinic: str, expected: str, english: Locale
) -> None:
    locale = english.model_copy(update={"id": language})
    assert wording(locale, clinic).language == expected


def test_dates_follow_the_country(english: Locale) -> None:
    day = dt.date(2026, 3, 2)
    american, british = wording(english, "en-US"), wording(english, "en-GB")
    assert (day_and_date(day, american), day_and_date(day, british)) == ("Mon, Mar 2", "Mon, 2 Mar")
    # Releases of CLDR differ in the space about the dash.
    assert week_of(day, british).replace("\u00a0", "") == "2–8 Mar"


def test_no_thin_spaces(english: Locale) -> None:
    """CLDR's thin spaces are in few fonts."""
    said = week_of(dt.date(2026, 3, 30), wording(english, "en-US"))
    assert not {"\u2009", "\u202f"} & set(said)

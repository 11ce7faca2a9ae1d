"""Turn a dose as a clinician writes it (``2 x 10, hold 5 s``) into the fields of a Dosage.

A dose is a list of pieces between commas or semicolons, each of a form in `_FORMS`; letter case
does not matter and ``×`` is ``x``. What no form fits is refused: a dose is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

EXAMPLE = "2 x 10, hold 5 s, 3 days a week"

Fields = dict[str, Any]


class DoseError(ValueError):
    """A dose that is not understood; ``hint`` shows one that is."""

    def __init__(self, message: str, hint: str = f'write it like "{EXAMPLE}"') -> None:
        super().__init__(message)
        self.hint = hint


# Parts of the forms: a quantity, a time with its unit, "each side" and "a day" in their spellings.
# "10 each" alone is refused: it may mean each side or each set.
_Q = r"(\?|\d+(?:\s*(?:-|–|to)\s*\d+)?)"
_UNIT = r"(?:s|secs?|seconds?|mins?|minutes?|breaths?)"
_T = rf"(\?|\d+(?:\s*(?:-|–|to)\s*\d+)?\s*{_UNIT})(?:(?<=\?)\s*{_UNIT})?"
_BODY = r"(?:side|leg|arm|direction|way|hand|foot|hip|knee)"
_EACH = rf"\s+(?:(?:on|for|to|with)\s+)?(?:each|per|every)\s+{_BODY}"
_SIDE = rf"({_EACH})?"
_REPS = r"\s*(?:reps?|repetitions?|times)"
_A = r"\s*(?:a\b|per|each|every|/)\s*"
_ONCE = {"once": "1", "twice": "2", "thrice": "3"}
_DAYS = {
    name: day
    for day, names in {
        "mon": "mon monday mondays",
        "tue": "tue tues tuesday tuesdays",
        "wed": "wed weds wednesday wednesdays",
        "thu": "thu thur thurs thursday thursdays",
        "fri": "fri friday fridays",
        "sat": "sat saturday saturdays",
        "sun": "sun sunday sundays",
    }.items()
    for name in names.split()
}
_DAY = rf"(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
_AND = r"(?:\s*(?:and|&|/)\s*|\s+)"


def _named(*names: str) -> Callable[[re.Match[str]], Fields]:
    """Return a reader that names the groups of a match; ``side`` means each side."""

    def read(match: re.Match[str]) -> Fields:
        fields = dict(zip(names, match.groups(), strict=True))
        if fields.pop("side", ""):
            fields["per_side"] = True
        return fields

    return read


def _often(name: str) -> Callable[[re.Match[str]], Fields]:
    return lambda match: {name: _ONCE.get(match[1], match[1])}


def _always(**fields: Any) -> Callable[[re.Match[str]], Fields]:
    return lambda _match: dict(fields)


def _weekdays(match: re.Match[str]) -> Fields:
    return {"days": [_DAYS[name] for name in re.findall(_DAY, match[0])]}


_TIMES = rf"(once|twice|thrice|{_Q[1:-1]})(?:\s*(?:x|times))?"
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], Fields]], ...] = (
    (r"\?", _always(sets="?", repetitions="?", hold="?")),
    (rf"{_Q}\s*x\s*{_Q}{_REPS}?{_SIDE}", _named("sets", "repetitions", "side")),
    (rf"{_Q}\s*sets?(?:\s+of|\s*x)\s*{_Q}{_REPS}?{_SIDE}", _named("sets", "repetitions", "side")),
    (rf"{_Q}\s*x\s*{_Q}\s*x\s*{_T}{_SIDE}", _named("sets", "repetitions", "hold", "side")),
    (rf"{_Q}\s*x\s*(?:hold\s+)?{_T}{_SIDE}", _named("repetitions", "hold", "side")),
    (rf"(?:hold\s+(?:for\s+)?)?{_T}\s*x\s*{_Q}{_SIDE}", _named("hold", "repetitions", "side")),
    (rf"{_Q}\s*sets?", _named("sets")),
    (rf"{_Q}{_REPS}{_SIDE}", _named("repetitions", "side")),
    (rf"{_Q}({_EACH})", _named("repetitions", "side")),
    (rf"(?:(?:on|for|to|with)\s+)?(?:each|per|every)\s+{_BODY}", _always(per_side=True)),
    (rf"hold\s+(?:for\s+)?{_T}(?:\s+each\s+time)?{_SIDE}", _named("hold", "side")),
    (rf"{_T}\s*holds?{_SIDE}", _named("hold", "side")),
    (r"no\s+hold(?:ing)?|without\s+holding", _always(no_hold=True)),
    (rf"rest\s+(?:for\s+)?{_T}(?:\s+between(?:\s+sets)?)?", _named("rest")),
    (rf"{_T}\s*rest(?:\s+between(?:\s+sets)?)?", _named("rest")),
    (rf"{_TIMES}{_A}day", _often("times_per_day")),
    (r"(once|twice|thrice)\s+daily", _often("times_per_day")),
    (r"daily|(?:every|each)\s+day", _always(days_per_week="7")),
    (rf"{_TIMES}{_A}week", _often("days_per_week")),
    (rf"{_Q}\s*days?{_A}week", _named("days_per_week")),
    (rf"(?:on\s+)?{_DAY}(?:{_AND}{_DAY})*", _weekdays),
)
# The only free words of a dose: they keep their capitals.
_FREE: tuple[tuple[str, Callable[[re.Match[str]], Fields]], ...] = (
    (r"load\s+(\S.*)", _named("load")),
    (r"(\d+(?:\.\d+)?\s*(?:kg|lbs?))", _named("load")),
    (r"tempo\s+(\S.*)", _named("tempo")),
)


def parse_dose(text: str) -> Fields:
    """Return the fields of a `Dosage` that a shorthand dose states, unchecked.

    ``?`` alone leaves sets, repetitions and hold for the clinician's pen.

    Raises:
        DoseError: for a piece that is not understood, or a field stated twice.
    """
    stated: Fields = {}
    for piece in re.split(r"[,;]", text):
        for name, value in _read(" ".join(piece.split())).items():
            if name == "days" and name in stated:
                stated["days"] = [*stated["days"], *value]
            elif stated.get(name, value) != value:
                raise DoseError(f'"{text}" gives {name.replace("_", " ")} twice')
            else:
                stated[name] = value
    if stated.get("no_hold") and "hold" in stated:
        raise DoseError(f'"{text}" gives a hold and "no hold"')
    return stated


def _read(piece: str) -> Fields:
    plain = piece.replace("×", "x").rstrip(". ")
    if not plain:
        raise DoseError("a dose has an empty piece between its commas")
    for forms, text in ((_FORMS, plain.lower()), (_FREE, plain)):
        for form, read in forms:
            if match := re.fullmatch(form, text, re.IGNORECASE):
                return read(match)
    raise DoseError(f'"{piece}" is not understood in a dose')

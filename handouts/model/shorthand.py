"""Turn a dose as a clinician writes it (``2 x 10, hold 5 s``) into the fields of a Dosage.

A dose is a list of pieces between commas or semicolons, each in a form of `_FORMS`; letter case
does not matter and ``×`` is ``x``. ``week 1: …, weeks 2-3: …`` says what changes from week to week.
A piece may also be in Spanish or German, with the words of `handouts.model.dose_words`.
A piece that fits no form is refused: a dose is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any

from handouts.errors import quoted
from handouts.model.dose_words import MEASURES, TIMES, in_english
from handouts.model.quantity import (
    AMOUNT_UNITS,
    BANDS,
    BODY_WEIGHT,
    NUMBER,
    TO,
    WEIGHT_UNITS,
    spellings,
)

EXAMPLE = "2 x 10, hold 5 s, 3 days a week"

Fields = dict[str, Any]
_Forms = tuple[tuple[str, Callable[["re.Match[str]"], Fields]], ...]


class DoseError(ValueError):
    """A dose that is not understood; ``hint`` shows one that is."""

    def __init__(self, message: str, hint: str = f'write it like "{EXAMPLE}"') -> None:
        super().__init__(message)
        self.hint = hint


# Parts of the forms: a quantity, a time with its unit, "each side" and "a day" in their spellings.
# "10 each" alone is refused: it may mean each side or each set.
_Q = rf"(\?|\d+(?:{TO}\d+)?)"
_UNIT = r"(?:s|secs?|seconds?|mins?|minutes?|breaths?)"
_T = rf"(\?|\d+(?:{TO}\d+)?\s*{_UNIT})(?:(?<=\?)\s*{_UNIT})?"
_BODY = r"(?:side|leg|arm|direction|way|hand|foot|hip|knee)"
_EACH = rf"\s+(?:(?:on|for|to|with)\s+)?(?:each|per|every)\s+{_BODY}"
_SIDE = rf"({_EACH})?"
_REPS = r"\s*(?:reps?|repetitions?|times)"
_A = r"\s*(?:a\b|per|each|every|/)\s*"
_MEASURE = rf"((?:{NUMBER}(?:{TO}{NUMBER})?|\?)\s*(?:UNITS))"
_AMOUNT = _MEASURE.replace("UNITS", spellings(AMOUNT_UNITS, but=("s",)))
_LENGTH = _MEASURE.replace("UNITS", spellings(AMOUNT_UNITS, but=("s", "min", "h")))
_FOR = _MEASURE.replace("UNITS", spellings(AMOUNT_UNITS))
_WEIGHT = _MEASURE.replace("UNITS", spellings(WEIGHT_UNITS))
_USE = r"(?:with\s+|use\s+|load\s+)?"
_COLOURED = rf"(?:an?\s+|the\s+)?(?:{'|'.join(BANDS)}|grey|beige)\s+band"
_HOURLY = r"every\s+(?:(\d|two|three|four|five|six)\s*(?:h|hours?)|hour)|hourly"
_BY_DAY = r"(?:\s+(?:by\s+day|(?:during|in)\s+the\s+day(?:time)?|while\s+awake))?"
_WITH = (
    rf"with\s+(?:[\d?]|{_COLOURED}|body)|at\s+tempo\b"
    r"|(?:con|mit)\s+(?:[\d.]+\s*(?:kg|lb)|\w+\s+(?:thera)?band|banda\s)\b"
)
_PIECES = re.compile(rf"[,;]|(?<![,;\s])\s+(?={_WITH})", re.IGNORECASE)
_WALK = r"(?:\s+(?:of\s+)?(?:walks?|walking))"
_BETWEEN = rf"\s+between\s+{_BODY}s"
_ONCE = {"once": "1", "twice": "2", "thrice": "3"}
_SYNONYMS = {
    "am": "morning",
    "midday": "noon",
    "lunchtime": "noon",
    "pm": "evening",
    "night": "bedtime",
}
_HOURS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_TIME_OF_DAY = rf"(?:(?:morning|afternoon|evening)s?|noon|bedtime|{'|'.join(_SYNONYMS)})\b"
_TIME = rf"(?:(?:every|each)\s+)?{_TIME_OF_DAY}"
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)"
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
    return {"days": [name[:3] for name in re.findall(_DAY, match[0])]}


def _times_of_day(match: re.Match[str]) -> Fields:
    names = (name.removesuffix("s") for name in re.findall(_TIME_OF_DAY, match[0]))
    return {"times_of_day": [_SYNONYMS.get(name, name) for name in names]}


def _every_hours(match: re.Match[str]) -> Fields:
    hours = match[1] or "1"
    return {"every_hours": int(_HOURS.get(hours, hours))}


def _comfort(match: re.Match[str]) -> Fields:
    return {"comfort": match[1]}


_TIMES = rf"(once|twice|thrice|{_Q[1:-1]})(?:\s*(?:x|times))?"
_FORMS: _Forms = (
    (r"\?", _always(sets="?", repetitions="?", hold="?")),
    (rf"(?:walk\s+(?:for\s+)?)?{_AMOUNT}{_WALK}?{_SIDE}", _named("amount", "side")),
    (rf"for\s+{_FOR}{_SIDE}", _named("amount", "side")),
    (rf"{_Q}\s*x\s*{_LENGTH}{_WALK}?{_SIDE}", _named("sets", "amount", "side")),
    (rf"{_Q}\s*x\s*{_AMOUNT}{_WALK}{_SIDE}", _named("sets", "amount", "side")),
    (
        rf"{_Q}\s*(?:sets?|rounds?|times)\s+(?:of\s+)?{_AMOUNT}{_WALK}?{_SIDE}",
        _named("sets", "amount", "side"),
    ),
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
    (rf"rest\s+(?:for\s+)?{_T}{_BETWEEN}", _named("rest_between_sides")),
    (rf"{_T}\s*rest{_BETWEEN}", _named("rest_between_sides")),
    (rf"rest\s+(?:for\s+)?{_T}(?:\s+between(?:\s+sets)?)?", _named("rest")),
    (rf"{_T}\s*rest(?:\s+between(?:\s+sets)?)?", _named("rest")),
    (rf"{_USE}{_WEIGHT}", _named("load")),
    (rf"{_USE}({_COLOURED})", _named("load")),
    (rf"{_USE}(?:your\s+)?body\s*weight(?:\s+only)?", _always(load=BODY_WEIGHT)),
    (r"((?:rpe|borg)\s*\d+.*|effort\s+\d.*|until\s+.*\bhard)", _named("effort")),
    (r"as\s+(far|many|long)\s+as\s+(?:is\s+|feels\s+|you\s+can\s+)?comfortabl[ey]", _comfort),
    (rf"(?:{_HOURLY}){_BY_DAY}", _every_hours),
    (
        rf"(?:in\s+the\s+|at\s+|before\s+)?{_TIME}(?:{_AND}(?:(?:in\s+the|at)\s+)?{_TIME})*",
        _times_of_day,
    ),
    (rf"{_TIMES}{_A}day", _often("times_per_day")),
    (r"(once|twice|thrice)\s+daily", _often("times_per_day")),
    (r"daily|(?:every|each)\s+day", _always(days_per_week="7")),
    (
        r"(?:on\s+)?(?:every\s+(?:other|second|2nd)\s+day|alternate\s+days)",
        _always(every_other_day=True),
    ),
    (rf"{_TIMES}{_A}week", _often("days_per_week")),
    (rf"{_Q}\s*days?{_A}week", _named("days_per_week")),
    (rf"(?:on\s+)?{_DAY}(?:{_AND}{_DAY})*", _weekdays),
)
# The only free words of a dose: they keep their capitals.
_FREE: _Forms = (
    (r"load\s+(\S.*)", _named("load")),
    (r"(?:at\s+)?tempo\s+(\S.*)", _named("tempo")),
)


def parse_dose(text: str, *, decimal_comma: bool = False) -> Fields:
    """Return the fields of a `Dosage` that a shorthand dose states, unchecked.

    ``?`` alone leaves sets, repetitions and hold for the clinician's pen. With ``decimal_comma``
    numbers have one where it was written, so it parts no pieces that are no dose together:
    ``2 x 1,5 km``.

    Raises:
        DoseError: for a piece that is not understood, a comma that may be a decimal comma or part
            two pieces, a field stated twice, or weeks that do not follow each other from the first
            on.
    """
    parts = _WEEK.split(text)
    before = parts[0] if len(parts) == 1 else parts[0].rstrip(" ,;")
    fields = partial(_fields, decimal_comma=decimal_comma)
    stated = fields(before) if before or len(parts) == 1 else {}
    weeks = _weeks(text, list(zip(*(iter(parts[1:]),) * 4, strict=True)), fields)
    if 1 in weeks:
        first = weeks.pop(1)
        if twice := sorted(stated.keys() & first.keys()):
            raise DoseError(f"{quoted(text)} gives {twice[0].replace('_', ' ')} twice")
        stated |= first
    return stated | ({"from_week": weeks} if weeks else {})


_OF_STEPS = r"\s*(?:steps?|pasos|schritte)\b"
_DOTTED_STEPS = re.compile(rf"(?:(?<=\b\d)|(?<=\b\d\d))\.(?=\d{{3}}{_OF_STEPS})", re.IGNORECASE)
_MEASURED_IN = "|".join(
    (spellings(AMOUNT_UNITS, but=("steps", "rounds", "laps", "s", "min", "h")),
     spellings(WEIGHT_UNITS), MEASURES)
)  # fmt: skip
_TIMED_IN = "|".join((spellings({unit: AMOUNT_UNITS[unit] for unit in ("s", "min", "h")}), TIMES))
_RANGE_ENDS = rf"(?:(?:{TO}|\s+(?:a|bis)\s+)\d+(?:[.,]\d{{1,2}})?)?\s*"
_COMMA = re.compile(
    rf"(?<=\d),(?=(\d{{1,2}}){_RANGE_ENDS}(?:{_MEASURED_IN})\b"
    rf"|\d{_RANGE_ENDS}(?:{_TIMED_IN})\b|(\d{{3}}){_OF_STEPS})",
    re.IGNORECASE,
)
"""A comma that may be in a number: ``2,5 kg``, ``2,000 steps``; with hundredths or thousands.

Nobody writes hundredths of a second: ``2 x 10,30 s hold`` has two pieces. With three digits, a
comma of other units may be a decimal comma or stand between thousands.
"""
_HUNDREDTHS = ("25", "50", "75")
"""The hundredths of weights and distances; ``8,10 lb`` may be two weights."""


def _with_points(text: str, *, decimal_comma: bool) -> str:
    """Return a dose with a point for each decimal comma, and without marks between thousands.

    Raises:
        DoseError: if one of its commas may be in a number or part two pieces.
    """
    text = _DOTTED_STEPS.sub("", text.strip())
    commas = list(_COMMA.finditer(text))
    plain = _COMMA.sub(lambda comma: "" if comma[2] else ".", text)
    if commas and (
        re.search(r",(?=\S)", plain)
        or any(len(comma[1] or "") > 1 and comma[1] not in _HUNDREDTHS for comma in commas)
        or any(_parts_pieces(text, comma, decimal_comma=decimal_comma) for comma in commas)
    ):
        raise DoseError(
            f"{quoted(text)} has a comma that may be in a number or between two pieces",
            "write 2.5 and 2000 without a comma, and a space after each comma between pieces",
        )
    return plain


def _parts_pieces(text: str, comma: re.Match[str], *, decimal_comma: bool) -> bool:
    """Return whether a comma that may be in a number may also part two pieces."""
    ends = _PIECES.split(text[: comma.start()])[-1], _PIECES.split(text[comma.end() :])[0]
    before, after = (_known(piece.strip().lower()) for piece in ends)
    if before and decimal_comma and not comma[2]:
        # An amount has no repetitions.
        return not ("repetitions" in before and "amount" in (after or ()))
    return bool(before)


_WEEK = re.compile(
    rf"\b(from\s+|desde\s+la\s+|ab\s+)?(?:weeks?|semanas?|wochen?)\s+(\d{{1,2}})"
    rf"(?:{TO}(\d{{1,2}}))?(?:\s+on)?\s*:",
    re.IGNORECASE,
)
_WEEKS_HINT = (
    'leave no week out: "week 1: 1 x 8, weeks 2-3: 2 x 8, week 4: 3 x 8"; for a dose that stays '
    'to the end write "from week 4: 3 x 8"'
)


def _weeks(
    text: str, parts: list[tuple[str, str, str, str]], fields: Callable[[str], Fields]
) -> dict[int, Fields]:
    """Return the fields of each week from which a dose changes."""
    weeks: dict[int, Fields] = {}
    due, is_open = 1, True
    for number, (start, first, last, dose) in enumerate(parts, 1):
        week = int(first)
        follows = week == due or (start and is_open and week > due)
        if not follows or (last and int(last) < week):
            raise DoseError(f"{quoted(text)} has weeks that do not follow each other", _WEEKS_HINT)
        weeks[week] = fields(dose if number == len(parts) else dose.rstrip(" ,;"))
        due = int(last or week) + 1
        is_open = bool(start) or week == due - 1
    return weeks


def _fields(text: str, *, decimal_comma: bool) -> Fields:
    stated: Fields = {}
    for piece in _PIECES.split(_with_points(text, decimal_comma=decimal_comma)):
        for name, value in _read(" ".join(piece.split())).items():
            if name in ("days", "times_of_day") and name in stated:
                stated[name] = [*stated[name], *value]
            elif stated.get(name, value) != value:
                raise DoseError(f"{quoted(text)} gives {name.replace('_', ' ')} twice")
            else:
                stated[name] = value
    return stated


def _read(piece: str) -> Fields:
    plain = piece.replace("×", "x").rstrip(". ")
    if not plain:
        raise DoseError("a dose has nothing between two of its commas")
    known = plain.lower()
    stated = _known(known) or _matched(_FREE, plain)
    if stated is None:
        raise DoseError(f'"{piece}" is not understood in a dose')
    return stated


def _known(piece: str) -> Fields | None:
    """Return the fields of a piece in lower case; None if it fits no form in any language."""
    texts = chain([piece], in_english(piece))
    return next(filter(None, (_matched(_FORMS, text) for text in texts)), None)


def _matched(forms: _Forms, text: str) -> Fields | None:
    for form, read in forms:
        if match := re.fullmatch(form, text, re.IGNORECASE):
            return read(match)
    return None

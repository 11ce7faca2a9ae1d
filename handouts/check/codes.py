"""Turn a code into a finding at its level: all codes with what they mean, and exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from msgspec import Struct

from handouts.errors import Location, Problem, Severity, did_you_mean
from handouts.load.source import SourceFile


class Code(Struct, frozen=True):
    """A lint code, how bad its findings are, and what it means in one line.

    ``varies``: findings are warnings or errors, by how far off a number is.
    """

    name: str
    severity: Severity
    meaning: str
    varies: bool = False

    @property
    def level(self) -> str:
        """The level in words, for lists."""
        return "warning or error" if self.varies else self.severity.value


_E, _W = Severity.ERROR, Severity.WARNING
_ALL = (
    Code("dose-hold", _W, "a hold is shorter or longer than usual", varies=True),
    Code("dose-repetitions", _W, "fewer or more repetitions than usual", varies=True),
    Code("dose-sets", _W, "fewer or more sets than usual", varies=True),
    Code("dose-times-per-day", _W, "more times a day than usual", varies=True),
    Code("dose-days", _W, "fewer or more days a week than usual", varies=True),
    Code("dose-total", _W, "the total dose of a day or session is unusual", varies=True),
    Code("dose-minutes", _E, "a hold in minutes, usually a slip for seconds"),
    Code("dose-incomplete", _E, "repetitions, hold or amount that the exercise needs are missing"),
    Code("dose-kind", _E, "an amount where repetitions count, or the other way round"),
    Code("dose-amount", _W, "an activity has a smaller or larger amount than usual", varies=True),
    Code("dose-load", _W, "a weight is heavier than usual", varies=True),
    Code("dose-tempo", _W, "a repetition takes less or more time than usual", varies=True),
    Code("dose-weeks", _E, "a dose changes in a week that the program lacks or cannot number"),
    Code("dose-days-differ", _E, "days and days_per_week do not agree, or a day is named twice"),
    Code("too-many-exercises", _W, "more exercises than people keep up with", varies=True),
    Code("choose-too-large", _W, "the patient may choose as many exercises as the program has"),
    Code("positions-mixed", _W, "the patient gets down and up more often than they must"),
    Code("staging-typed", _W, "a text says when something begins; the plan is data"),
    Code("exercise-not-here", _W, "a text names an exercise that is not in the program"),
    Code("session-length", _W, "the program takes less or more time than usual", varies=True),
    Code("side-typed", _E, "a text says left, right or the sore side; sides are data"),
    Code("side-not-per-side", _E, "the dose does not say whether it counts for each side"),
    Code("ways-not-counted", _E, "steps go both ways and do not say what counts as one"),
    Code("side-in-both", _E, "a side placeholder in an exercise that works both sides together"),
    Code("side-not-possible", _E, "a side is prescribed for an exercise that has none"),
    Code("placeholder-unknown", _E, "a { } placeholder is unknown"),
    Code("translation-missing", _E, "a text is missing in the language of the handout"),
    Code("repeat-missing", _E, "the last step lacks {repeat}, or another text has it"),
    Code("hold-missing", _E, "the dose has a hold, and no step has {hold}"),
    Code("steps-too-many", _W, "there are more than 8 steps"),
    Code("step-too-long", _W, "a step has more than 12 words"),
    Code("step-verb", _W, "a step does not start with a verb"),
    Code("short-steps-differ", _E, "there are not as many short_steps as steps"),
    Code("short-step-too-long", _W, "a short step does not fit on two lines"),
    Code("short-step-limit", _E, "a short step leaves out a limit of its full step"),
    Code("text-too-long", _W, "a text is longer than its place on the sheet"),
    Code("text-form", _W, "a fact does not continue the sentence of its lead-in"),
    Code("words-jargon", _W, "a clinical word has a plain alternative"),
    Code("words-mixed", _W, "a text uses an idiom, or another word than the other texts"),
    Code("words-hard", _W, "a text is harder to read than sixth grade"),
    Code("never-print", _E, "a text makes a claim that is wrong or promises too much"),
    Code("region-words", _E, "a text names pain in a region that the safety text is not for"),
    Code("number-typed", _E, "a text gives sets, repetitions or seconds; they are data"),
    Code("new-hip-missing", _W, "a hip bends deeply, and no caution names a new hip"),
    Code("weak-bones-missing", _W, "the spine bends forward, and no caution names weak bones"),
    Code("pregnancy-missing", _W, "the patient lies on the belly, and no caution names pregnancy"),
    Code("education-missing", _W, "the program explains nothing"),
    Code("precautions-missing", _W, "the program does not say who should ask first"),
    Code("variant-unused", _E, "the default variant has its own words, which are never printed"),
    Code("link-unknown", _E, "a file names something that does not exist"),
    Code("link-circle", _E, "easier and harder links contradict each other"),
    Code("logo", _E, "the logo is missing, or cannot be printed as intended"),
    Code("photo", _E, "a photograph is missing, broken, or too small to print"),
    Code("photo-consent", _W, "nobody consented to a photograph: the drawing is printed"),
    Code("photo-consent-soon", _W, "the consent for a photograph ends within 60 days"),
    Code("photo-words", _E, "a caption, or the alt of a mirrored picture, names a side"),
    Code("photo-twice", _W, "two frames show the same part of a photograph"),
    Code("video-long", _W, "the address of a video is too long to type"),
    Code("copy-changed", _W, "the original of a copy has changed since, or is gone"),
    Code("replaces-builtin", _W, "a file hides a built-in one, so nobody notices its changes"),
    Code("licence", _W, "the licence of an imported text has conditions"),
    Code("file-ignored", _W, "a file in a content folder is not read"),
    Code("lint-unknown", _E, "a file switches off a code that does not exist"),
    Code("lint-unused", _W, "a file switches off a code that finds nothing"),
)
CODES = MappingProxyType({code.name: code for code in _ALL})


def finding(
    code: str, message: str, location: Location, hint: str = "", *, severity: Severity | None = None
) -> Problem:
    """Return a problem of a registered code, at its level unless ``severity`` is given."""
    level = CODES[code].severity if severity is None else severity
    return Problem(message, location, hint, code=code, severity=level)


def switched_off(source: SourceFile) -> frozenset[str]:
    """Return the codes that a file switches off with a reason."""
    stated = source.get("lint")
    items = stated if isinstance(stated, list) else []
    return frozenset(str(item.get("code")) for item in items if isinstance(item, dict))


def without_exceptions(problems: Iterable[Problem], source: SourceFile) -> list[Problem]:
    """Return findings without those that the file switches off."""
    off = switched_off(source)
    return [problem for problem in problems if problem.code not in off]


def exception_problems(source: SourceFile, found: Iterable[Problem]) -> list[Problem]:
    """Return what is wrong with a file's exceptions: unknown codes, and codes not needed."""
    needed = {problem.code for problem in found}
    problems = []
    for number, item in enumerate(source.get("lint") or []):
        name = str(item.get("code"))
        place = source.location("lint", number, "code")
        if name not in CODES:
            hint = did_you_mean(name, CODES)
            problems.append(finding("lint-unknown", f'unknown code "{name}"', place, hint))
        elif name not in needed:
            message = f'"{name}" is switched off here and finds nothing'
            problems.append(finding("lint-unused", message, place, "remove this exception"))
    return problems

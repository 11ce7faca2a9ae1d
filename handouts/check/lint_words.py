"""Turn texts into findings of plain language: long steps, jargon, typed data, claims, hard words.

The rules are steps of at most 12 words that start with a verb, sixth grade, and whole numbers with
units. They follow PEMAT-P, and health bodies that advise writing for sixth to eighth grade. No text
may contain what code fills in: numbers, sides, when something begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from handouts.check.codes import finding
from handouts.errors import Problem
from handouts.load.source import KeyPath, SourceFile, Step
from handouts.load.texts import PrintedText, TextRole, as_read, phrase_pattern, wordings
from handouts.model.base import Region
from handouts.model.exercise import Exercise, WordLists

MOST_WORDS = 12
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FROM_DATA = frozenset(
    {TextRole.STEP, TextRole.SHORT_STEP, TextRole.FACT, TextRole.CHANGE, TextRole.NOTE}
)
_NAMES = frozenset({TextRole.ALIAS, TextRole.NAME})

_Fault = tuple[str, str, str]
"""Code, message and hint of a finding."""


def lint_words(
    texts: Iterable[PrintedText], source: SourceFile, words: WordLists, *, doses: bool
) -> Iterator[Problem]:
    """Check texts of one file.

    Args:
        texts: its printed texts.
        source: the file, for places.
        words: the lists to check with.
        doses: whether numbers of a dose must be data in all texts, as in an exercise.
    """
    lists: dict[KeyPath, list[str]] = {}
    for text in texts:
        for code, message, hint in _faults(text, words, doses=doses):
            yield finding(code, message, source.location(*text.path), hint)
        if isinstance(text.path[-1], int) and text.part is not TextRole.ALIAS:
            lists.setdefault(text.path[:-1], []).append(text.text)
    # Steps and bullets are also read one after the other.
    for path, blocks in lists.items():
        for code, message, hint in _hard(blocks, words) if len(blocks) > 1 else ():
            yield finding(code, message, source.location(*path), hint)


def _faults(text: PrintedText, words: WordLists, *, doses: bool) -> Iterator[_Fault]:
    part = text.part
    # A caption describes a photograph, whatever the patient's side: see `lint_photos`.
    if part is not TextRole.CAPTION:
        yield from _sides(text.text, words)
    if part not in (TextRole.STEP, TextRole.SAFETY) and text.path[-1] != "when":
        yield from _staging(text.text, words)
    if part is TextRole.STEP:
        yield from _step_length(text.text, words)
    if part in (TextRole.STEP, TextRole.SHORT_STEP):
        yield from _step_verb(text, words)
    if part is not TextRole.ALIAS:
        yield from _replaced(text.text, words)
    if part in _FROM_DATA or (doses and part not in _NAMES):
        yield from _numbers(text.text, words)
    yield from _claims(text.text, words)
    if part not in _NAMES:
        yield from _hard([text.text], words)


def _sides(text: str, words: WordLists) -> Iterator[_Fault]:
    for match in re.finditer(words.sides, text, re.IGNORECASE):
        hint = "write the noun and whose side, as {leg:your_side} or {leg:your_other_side}"
        yield "side-typed", f'"{match[0]}" is typed in a text', hint


def _staging(text: str, words: WordLists) -> Iterator[_Fault]:
    if match := re.search(words.staging, text, re.IGNORECASE):
        message = f'"{match[0]}" is typed in a text, but it is not in the plan'
        yield (
            "staging-typed",
            message,
            "set it with from_week or when of a phase, or leave it out",
        )


def _step_length(text: str, words: WordLists) -> Iterator[_Fault]:
    count, most = len(_WORD.findall(as_read(text))), int(MOST_WORDS * words.longer)
    if count > most:
        hint = "say one thing a step: cut it, or make two steps"
        yield "step-too-long", f"a step of {count} words, more than {most}", hint


def _step_verb(text: PrintedText, words: WordLists) -> Iterator[_Fault]:
    found = [word.lower() for word in _WORD.findall(as_read(text.text))]
    openers = set(words.openers)
    while found and found[0] in openers:
        found = found[1:]
    if found and found[0] not in words.verbs:
        message = f'a {text.part.value} starts with "{found[0]}", which is not a known verb'
        yield (
            "step-verb",
            message,
            'start with what to do, such as "Lift", "Keep" or "Slowly lower"',
        )


def _replaced(text: str, words: WordLists) -> Iterator[_Fault]:
    for word, plain in _listed(text, words.jargon):
        yield "words-jargon", f'"{word}" is a clinic\'s word', f'plain: "{plain}"'
    for word, plain in _listed(text, words.one_word):
        yield "words-mixed", f'"{word}" is not the word that other texts use', f'plain: "{plain}"'


def _listed(text: str, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the words of a list that a text contains, each with its replacement."""
    better = {word.lower(): replacement for word, replacement in words.items()}
    for match in phrase_pattern(tuple(better)).finditer(text):
        yield match[0], better[match[0].lower()]


def _numbers(text: str, words: WordLists) -> Iterator[_Fault]:
    number = rf"(?:\d+|{'|'.join(map(re.escape, words.numbers))})"
    amount = "|".join(map(re.escape, words.amounts))
    for match in re.finditer(rf"\b{number}(?:\s+more)?\s?(?:{amount})\b", text, re.IGNORECASE):
        hint = "numbers are data: put them in the dosage, and {hold} or {repeat} in a step"
        yield "number-typed", f'"{match[0]}" is typed in a text', hint


def _claims(text: str, words: WordLists) -> Iterator[_Fault]:
    for claim in words.never_print:
        if match := re.search(claim.pattern, text, re.IGNORECASE):
            yield "never-print", f'"{match[0]}": {claim.why}', claim.instead


def _hard(blocks: Iterable[str], words: WordLists) -> Iterator[_Fault]:
    level = grade(map(as_read, blocks), words.id)
    if level > MOST_GRADE:
        message = f"reads like grade {level:.1f}, more than {MOST_GRADE:.0f}"
        yield "words-hard", message, "use shorter sentences and shorter words"


def lint_short_limits(
    exercise: Exercise, source: SourceFile, words: WordLists
) -> Iterator[Problem]:
    """Check that a short step keeps the limits of its step: only, as far as, until, stop, keep."""
    for path, wording in wordings(exercise):
        steps = wording.steps or exercise.steps
        for number, (step, short) in enumerate(zip(steps, wording.short_steps or (), strict=False)):
            for limit in words.limits:
                found = re.search(limit, step, re.IGNORECASE)
                if found and not re.search(limit, short, re.IGNORECASE):
                    yield finding(
                        "short-step-limit",
                        f'the step says "{found[0]}", but its short step does not',
                        source.location(*path, "short_steps", number),
                        f'leave the limit in: "{step}"',
                    )


def lint_both_ways(exercise: Exercise, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    """Check that steps with a movement in both directions say that both count as one.

    Otherwise "Do it 10 times" may mean ten each way, or five and five.
    """
    for path, wording in wordings(exercise):
        for name in ("steps", "short_steps"):
            steps: tuple[str, ...] = getattr(wording, name) or ()
            counted = any(re.search(words.as_one, step, re.IGNORECASE) for step in steps)
            for number, step in enumerate(() if counted else steps):
                if found := re.search(words.other_way, step, re.IGNORECASE):
                    yield finding(
                        "ways-not-counted",
                        f'"{found[0]}": no step says whether both ways are one repetition',
                        source.location(*path, name, number),
                        'say it, as "Circle the other way. Both together count as one."',
                    )


def lint_regions(
    texts: Iterable[PrintedText],
    regions: Collection[Region],
    source: SourceFile,
    words: WordLists,
    *exercise: Step,
) -> Iterator[Problem]:
    """Check that texts name pain only in the regions that the safety text is for.

    Args:
        texts: the printed texts.
        regions: those of the safety text.
        source: the file, for places.
        words: what patients call the regions.
        exercise: the path at which a program names the exercise that has these texts. Such a text
            may say where a movement must not hurt, but not "back pain" on a sheet for a knee.
    """
    region_of = {
        name.casefold(): region for region, names in words.regions.items() for name in names
    }
    for text in texts:
        for pattern in _pains(words.pains, tuple(region_of))[: 1 if exercise else None]:
            for match in pattern.finditer(text.text):
                region = region_of[match["place"].casefold()]
                if region not in regions:
                    yield finding(
                        "region-words",
                        f'"{match[0]}" is in the region {region}, but the safety text is for '
                        + ", ".join(regions),
                        source.location(*(exercise or text.path)),
                        "say what the sheet is for, or name a safety text for that region",
                    )


def _pains(forms: tuple[str, ...], places: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return patterns for a pain that is named after a place, then for pain in a place."""
    place = f"(?P<place>{'|'.join(sorted(map(re.escape, places), key=len, reverse=True))})"
    return tuple(re.compile(form.replace("{place}", place), re.IGNORECASE) for form in forms)


# -- the school grade that a text asks of a reader: English, Spanish and German

MOST_GRADE = 6.0
"""Health bodies ask for sixth to eighth grade at most; we keep to the lower of the two."""

FEW_WORDS = 12
"""A formula of averages says nothing about fewer words."""

_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
_TOKEN = re.compile(r"[^\W\d_][^\W\d_'’]*(?:['’][^\W\d_]+)*|\d+")
_VOWELS = re.compile(r"[aeiouy]+")
# Two vowels that are two syllables: se-ri-ous, vid-e-o, u-su-al; easi-er; ly-ing.
_APART = re.compile(
    r"(?<![tscghx])i(?=[ao])|e(?=o)|(?<![gq])u(?=a)|(?<=[^aeiou])i(?=e(?:r|st)$)|[aeiouy](?=ing$)"
)
# An e at the end that is not heard: move, bones, moved; but ta-ble, a-gree, pla-ces, need-ed.
_SILENT = re.compile(
    r"(?:[^aeiouy](?<![^aeiouyl]l)e|[^aeiouyszcgx](?<![cs]h)(?<![^aeiouyl]l)es"
    r"|[^aeiouytd](?<![^aeiouyl]l)ed)$"
)
_AS_SPOKEN = {
    "aches": 1, "area": 3, "areas": 3, "beyond": 2, "create": 2, "diet": 2, "every": 2,
    "everyday": 3, "fluid": 2, "idea": 3, "ideas": 3, "people": 2, "physio": 3,
    "physiotherapist": 6, "physiotherapy": 6, "quiet": 2, "sacroiliac": 5, "science": 2,
    "sometimes": 2, "someone": 2, "something": 2, "the": 1,
}  # fmt: skip
"""Words that the rules would count wrong."""


def grade(blocks: str | Iterable[str], language: str = "en") -> float:
    """Return the school grade of a text; 0 for one too short to judge, or in no known language.

    English: Flesch-Kincaid, 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al.
    1975). Spanish: Crawford's, 0.049 syllables - 0.205 sentences - 3.407, both in a hundred words
    (Crawford 1984, Lectura y Vida 5). German: the fourth formula of Vienna, 0.2656 words a sentence
    + 0.2744 words in a hundred with three syllables or more - 1.693 (Bamberger and Vanecek 1984).

    Args:
        blocks: a paragraph, or the lead and bullets of a list: each ends a sentence, whether or
            not it has a full stop. A colon or a semicolon ends none.
        language: that of the text.
    """
    listed = (blocks,) if isinstance(blocks, str) else tuple(blocks)
    words = [word for block in listed for word in _TOKEN.findall(block)]
    if len(words) < FEW_WORDS or language not in _SYLLABLES:
        return 0.0
    parts = [part for block in listed for part in _SENTENCE.split(block)]
    sentences = sum(1 for part in parts if _TOKEN.search(part))
    syllable_count = sum(map(_SYLLABLES[language], words))
    if language == "es":
        return 100 * (0.049 * syllable_count - 0.205 * sentences) / len(words) - 3.407
    if language == "de":
        long = sum(1 for word in words if _german_syllables(word) >= _LONG)
        return 0.2656 * len(words) / sentences + 27.44 * long / len(words) - 1.693
    return 0.39 * len(words) / sentences + 11.8 * syllable_count / len(words) - 15.59


def syllables(word: str) -> int:
    """Return how many syllables an English word has, by rules of spelling: right for most."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    if lower in _AS_SPOKEN:
        return _AS_SPOKEN[lower]
    groups = len(_VOWELS.findall(lower)) + len(_APART.findall(lower))
    return max(1, groups - bool(_SILENT.search(lower)))


_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
# Two vowels that are two syllables: both strong (le-er, ca-er), or a weak one with an accent.
_HIATUS = re.compile(r"(?<=[aeoáéó])(?=[aeoáéó])|(?<=[aeoáéó])(?=[íú])|(?<=[íú])(?=[aeoáéó])")
_SILENT_U = re.compile(r"(?<=[gq])u(?=[eiéí])")


def _spanish_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has."""
    lower = _SILENT_U.sub("", word.lower())
    lower = re.sub(r"y$", "i", lower)
    groups = _SPANISH_VOWELS.findall(lower)
    return max(1, sum(1 + len(_HIATUS.findall(group)) for group in groups))


_GERMAN_VOWELS = re.compile(r"a[aiuy]|äu|e[eiuy]|ie|oo|[aeioäöü]|(?<!q)u|y(?![aeou])")
_LONG = 3


def _german_syllables(word: str) -> int:
    """Return how many syllables a German word has."""
    return max(1, len(_GERMAN_VOWELS.findall(word.lower())))


_SYLLABLES: dict[str, Callable[[str], int]] = {
    "en": syllables,
    "es": _spanish_syllables,
    "de": _german_syllables,
}

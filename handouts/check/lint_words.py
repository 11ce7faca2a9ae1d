"""Turn texts into findings of plain language: long steps, jargon, numbers, claims, hard words.

Steps of at most 12 words that start with a verb, sixth grade, whole numbers with units: PEMAT-P
and the advice of health bodies to write for sixth to eighth grade.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from handouts.check.codes import finding
from handouts.check.reading import MOST_GRADE, grade
from handouts.check.texts import Part, PrintedText, any_of, as_read, wordings
from handouts.errors import Problem
from handouts.load.source import Path, SourceFile, Step
from handouts.model.base import Region
from handouts.model.exercise import Exercise
from handouts.model.limits import WordLists

MOST_WORDS = 12
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FROM_DATA = frozenset({Part.STEP, Part.SHORT_STEP, Part.FACT, Part.CHANGE, Part.NOTE})
_NAMES = frozenset({Part.ALIAS, Part.NAME})


def lint_words(
    texts: Iterable[PrintedText], source: SourceFile, words: WordLists, *, doses: bool
) -> Iterator[Problem]:
    """Check texts of one file.

    Args:
        texts: what is printed of it.
        source: the file, for places.
        words: the lists to check with.
        doses: whether numbers of a dose belong to data here, as in an exercise.
    """
    listed = tuple(texts)
    for text in listed:
        if text.part is Part.STEP:
            yield from _step_length(text, source, words)
        if text.part in (Part.STEP, Part.SHORT_STEP):
            yield from _step_verb(text, source, words)
        if text.part is not Part.ALIAS:
            yield from _jargon(text, source, words)
        if text.part in _FROM_DATA or (doses and text.part not in _NAMES):
            yield from _numbers(text, source, words)
        yield from _claims(text, source, words)
        if text.part not in _NAMES:
            yield from _hard((text.text,), text.path, source, words)
    yield from _hard_lists(listed, source, words)


def lint_short_limits(
    exercise: Exercise, source: SourceFile, words: WordLists
) -> Iterator[Problem]:
    """Check that a step cut short still says how far: only as far as, until, stop, do not, keep."""
    for path, wording in wordings(exercise):
        steps = wording.steps or exercise.steps
        for number, (step, short) in enumerate(zip(steps, wording.short_steps or (), strict=False)):
            for limit in words.limits:
                found = re.search(limit, step, re.IGNORECASE)
                if found and not re.search(limit, short, re.IGNORECASE):
                    yield finding(
                        "short-step-limit",
                        f'the step says "{found[0]}", and cut short it does not',
                        source.location(*path, "short_steps", number),
                        f'leave the limit in: "{step}"',
                    )


def lint_regions(
    texts: Iterable[PrintedText],
    regions: Collection[Region],
    source: SourceFile,
    words: WordLists,
    *exercise: Step,
) -> Iterator[Problem]:
    """Check that texts name pain only where the safety text is for.

    Args:
        texts: what is printed.
        regions: those of the safety text.
        source: the file, for places.
        words: what patients call the regions.
        exercise: where a program names the exercise whose texts these are. An exercise may say
            where a movement must not hurt, but not "back pain" on a sheet for a knee.
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
                        f'"{match[0]}" is of the region {region}, the safety text is for '
                        + ", ".join(regions),
                        source.location(*(exercise or text.path)),
                        "say what the sheet is for, or name a safety text for that region",
                    )


@lru_cache(maxsize=8)
def _pains(forms: tuple[str, ...], places: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return what finds a pain that is called after a place, then pain in a place."""
    place = f"(?P<place>{'|'.join(sorted(map(re.escape, places), key=len, reverse=True))})"
    return tuple(re.compile(form.replace("{place}", place), re.IGNORECASE) for form in forms)


def _step_length(text: PrintedText, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    count, most = len(_WORD.findall(as_read(text.text))), int(MOST_WORDS * words.longer)
    if count > most:
        yield finding(
            "step-too-long",
            f"a step of {count} words, more than {most}",
            source.location(*text.path),
            "say one thing a step: cut it, or make two steps",
        )


def _step_verb(text: PrintedText, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    found = [word.casefold() for word in _WORD.findall(as_read(text.text))]
    openers = set(words.openers)
    while found and found[0] in openers:
        found = found[1:]
    if found and found[0] not in words.verbs:
        hint = 'start with what to do, as "Lift", "Keep" or "Slowly lower"'
        message = f'a {text.part.value} starts with "{found[0]}", which is no verb we know'
        yield finding("step-verb", message, source.location(*text.path), hint)


def _jargon(text: PrintedText, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    plain = {word.casefold(): replacement for word, replacement in words.jargon.items()}
    for match in any_of(tuple(plain)).finditer(text.text):
        replacement = plain[match[0].casefold()]
        yield finding(
            "words-jargon",
            f'"{match[0]}" is a clinic\'s word',
            source.location(*text.path),
            f'plain: "{replacement}"',
        )


def _numbers(text: PrintedText, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    number = rf"(?:\d+|{'|'.join(map(re.escape, words.numbers))})"
    amount = "|".join(map(re.escape, words.amounts))
    for match in re.finditer(rf"\b{number}(?:\s+more)?\s?(?:{amount})\b", text.text, re.IGNORECASE):
        yield finding(
            "number-typed",
            f'"{match[0]}" is typed in a text',
            source.location(*text.path),
            "numbers are data: put them in the dosage, and {hold} or {repeat} in a step",
        )


def _claims(text: PrintedText, source: SourceFile, words: WordLists) -> Iterator[Problem]:
    for claim in words.never_print:
        if match := re.search(claim.pattern, text.text, re.IGNORECASE):
            yield finding(
                "never-print",
                f'"{match[0]}": {claim.why}',
                source.location(*text.path),
                claim.instead,
            )


def _hard(
    blocks: Sequence[str], path: Path, source: SourceFile, words: WordLists
) -> Iterator[Problem]:
    level = grade([as_read(block) for block in blocks], words.id)
    if level > MOST_GRADE:
        yield finding(
            "words-hard",
            f"reads like grade {level:.1f}, more than {MOST_GRADE:.0f}",
            source.location(*path),
            "use shorter sentences and shorter words",
        )


def _hard_lists(
    texts: Iterable[PrintedText], source: SourceFile, words: WordLists
) -> Iterator[Problem]:
    """Check steps and bullets as they are printed, all of a list together."""
    lists: dict[Path, list[str]] = {}
    for text in texts:
        if isinstance(text.path[-1], int) and text.part is not Part.ALIAS:
            lists.setdefault(text.path[:-1], []).append(text.text)
    for path, blocks in lists.items():
        if len(blocks) > 1:
            yield from _hard(blocks, path, source, words)

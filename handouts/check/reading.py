"""Turn an English text, as printed, into the school grade that it asks of a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_GRADE = 6.0
"""Health bodies ask for sixth to eighth grade at most; a stranger's handout should be easier."""

FEW_WORDS = 12
"""Below this a formula of averages says nothing."""

_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'’]*|\d+")
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


def grade(blocks: str | Iterable[str]) -> float:
    """Return the Flesch-Kincaid grade of a text; 0 for one too short to judge.

    Formula: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).

    Args:
        blocks: a paragraph, or the lead and bullets of a list: each ends a sentence, whether or
            not it has a full stop. A colon or a semicolon ends none.
    """
    listed = (blocks,) if isinstance(blocks, str) else tuple(blocks)
    words = [word for block in listed for word in _TOKEN.findall(block)]
    if len(words) < FEW_WORDS:
        return 0.0
    parts = [part for block in listed for part in _SENTENCE.split(block)]
    sentences = sum(1 for part in parts if _TOKEN.search(part))
    heard = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * heard / len(words) - 15.59


def syllables(word: str) -> int:
    """Return how many syllables an English word has, by rules of spelling: right for most."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    if lower in _AS_SPOKEN:
        return _AS_SPOKEN[lower]
    groups = len(_VOWELS.findall(lower)) + len(_APART.findall(lower))
    return max(1, groups - bool(_SILENT.search(lower)))

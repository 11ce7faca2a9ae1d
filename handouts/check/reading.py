"""English text into a school grade: how many years of school it takes to read it."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?;:]+(?:\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")
_FEW_WORDS = 12
"""Below this a formula of averages says nothing."""


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text; 0 for one too short to judge.

    Formula: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).
    """
    words = _WORD.findall(text)
    if len(words) < _FEW_WORDS:
        return 0.0
    sentences = max(1, len([part for part in _SENTENCE.split(text) if part.strip()]))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, silent e left out."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    count = len(_VOWELS.findall(lower))
    silent_e = lower.endswith("e") and not lower.endswith("le")
    silent_ed = lower.endswith("ed") and not lower.endswith(("ted", "ded"))
    silent_es = lower.endswith("es") and not lower.endswith(("ses", "zes", "ches", "shes", "ges"))
    return max(1, count - (silent_e or silent_ed or silent_es))

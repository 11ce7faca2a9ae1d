"""Words: the lists behind the plain-language checks, in the language of the content."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from handouts.model.base import ContentFile, Line, Model


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from None
    return text


Pattern = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_pattern)]
"""A regular expression, matched anywhere in a text, without regard to case."""

WordList = Annotated[tuple[Line, ...], Field(min_length=1)]


class Claim(Model):
    """Something never to be printed: ``pattern`` finds it, ``why`` says what is wrong with it."""

    pattern: Pattern
    why: Line
    instead: Line


class Words(ContentFile):
    """Word lists of one language.

    ``verbs`` may start a step; ``openers`` may stand before the verb (slowly, then); ``jargon``
    gives plain words for those of the clinic; ``numbers`` are number words; ``amounts`` what a
    number of a dose counts; ``never_print`` are claims that are wrong or do harm.
    """

    verbs: WordList
    openers: WordList
    jargon: dict[str, Line]
    numbers: WordList
    amounts: WordList
    sides: Pattern
    never_print: tuple[Claim, ...]

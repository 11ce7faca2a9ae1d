"""Shared pieces of the models: strict frozen base, identifiers, printable text."""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from handouts.model.rules import After, Text

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


# Soft hyphen, zero-width space, word joiner, byte order mark: pasted with a text, seen by nobody.
_UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
# How a letter is drawn, not which it is: full width, the four forms of Arabic, bold of mathematics.
_DRAWN = re.compile(r"<(?:wide|narrow|initial|medial|final|isolated)>")
_LIGATURES, _STYLED = range(0xFB00, 0xFB50), range(0x1D400, 0x1D800)


def one_way(text: str) -> str:
    """Return ``text`` as it is compared and printed: Unicode NFC on one line.

    Places for a line break that nobody sees are dropped; ligatures and other forms that Unicode
    has for how a letter is drawn become the letters. What says something else (``½``, ``™``) stays.
    """
    text = " ".join(text.split())
    if text.isascii():
        return text
    plain = "".join(map(_letters, text.translate(_UNSEEN)))
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def _letters(char: str) -> str:
    if char.isascii():
        return char
    drawn = ord(char) in _LIGATURES or ord(char) in _STYLED
    if drawn or _DRAWN.match(unicodedata.decomposition(char)):
        return unicodedata.normalize("NFKC", char)
    return char


def printable(text: str) -> str:
    """Return ``text`` as `one_way` does; control characters are refused.

    Raises:
        ValueError: for a control or formatting character (as a right-to-left mark), and if nothing
            is left.
    """
    text = one_way(text)
    if not text:
        raise ValueError("has no character that can be printed")
    if text.isascii() and text.isprintable():
        return text
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            raise ValueError(f"character U+{ord(char):04X} cannot be printed")
    return text


Id = Annotated[str, Text(ID_PATTERN, most=60)]
"""Lower-case words joined by hyphens: also the name of the file."""

Line = Annotated[
    str,
    Text(least=1, most=400, strip=True),
    After(printable),
]
"""One printable line of text."""

Paragraph = Annotated[
    str,
    Text(least=1, most=1200, strip=True),
    After(printable),
]
"""A printable paragraph."""


class Model(BaseModel):
    """Frozen, and nothing it does not know is let in.

    What holds where a key is not given is made with ``model_construct``: checking it would build
    a validator that nothing else needs, in every process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class LintException(Model):
    """A lint rule switched off for this file, with the reason."""

    code: Id
    reason: Line


class Review(Model):
    """Whether a clinician has checked this content."""

    status: Literal["not reviewed", "reviewed"] = "not reviewed"
    by: Line | None = None
    date: Annotated[str, Text(r"^\d{4}-\d{2}-\d{2}$")] | None = None

    @override
    def model_post_init(self, _context: Any) -> None:
        if self.status == "reviewed" and not (self.by and self.date):
            raise ValueError("reviewed content must say by whom and on what date")


class Source(Model):
    """Where content comes from: ``title`` and, if known, publisher, address and what it gave."""

    title: Line
    publisher: Line | None = None
    url: Annotated[str, Text(r"^https?://\S+$")] | None = None
    used_for: Line | None = None


class ContentFile(Model):
    """What every YAML file has; ``id`` is the file's name and is set by the loader."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    id: Id
    lint: tuple[LintException, ...] = ()

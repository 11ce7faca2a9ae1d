"""Shared pieces of the models: strict frozen base, identifiers, printable text."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from handouts.model.rules import After, Text

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


def printable(text: str) -> str:
    """Return ``text`` in Unicode NFC on one line; control characters are refused.

    Raises:
        ValueError: for a control or formatting character (as a right-to-left mark).
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
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

"""Define what all models share: a strict frozen base class, ids, printable texts, sources."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema
from typing_extensions import override

from handouts.errors import ContentError, Location, Problem, did_you_mean

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


# Soft hyphen, zero-width space, word joiner, byte order mark: invisible, but pasted with a text.
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
# Zero-width joiners: Persian and the scripts of India need them to join or separate letters.
_JOINERS = "\u200c\u200d"
# Forms of one letter: full and half width, and the four forms of Arabic.
_DRAWN = re.compile(r"<(?:wide|narrow|initial|medial|final|isolated)>")
_EAST_ASIAN = "\u3040\u3100\u3400\ua000\uf900\ufb00\U00020000\U00040000"
"""Where each range of East Asian letters begins and ends. (A pattern takes long to compile.)"""
_LIGATURES, _STYLED = range(0xFB00, 0xFB50), range(0x1D400, 0x1D800)


def normalized(text: str) -> str:
    """Return ``text`` as it is compared and printed: Unicode NFC on one line.

    It drops invisible characters, and replaces ligatures and other forms of a letter by the letter.
    Signs with their own meaning (``½``, ``™``) stay.
    """
    text = " ".join(text.split())
    if text.isascii():
        return text
    east_asian = any(bisect(_EAST_ASIAN, char) % 2 for char in set(text))
    letters = _letters_only if east_asian else _letters
    plain = "".join(map(letters, text.translate(_INVISIBLE)))
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def _letters_only(char: str) -> str:
    """Do the same as `_letters`, but keep punctuation as wide as the East Asian letters around."""
    return char if unicodedata.category(char)[0] == "P" else _letters(char)


def _letters(char: str) -> str:
    if char.isascii():
        return char
    drawn = ord(char) in _LIGATURES or ord(char) in _STYLED
    if drawn or _DRAWN.match(unicodedata.decomposition(char)):
        return unicodedata.normalize("NFKC", char)
    return char


def printable(text: str) -> str:
    """Return ``text`` as `normalized` does, but refuse control characters.

    Raises:
        ValueError: for a control or formatting character (such as a right-to-left mark), or if
            nothing is left.
    """
    text = normalized(text)
    if not text:
        raise ValueError("has no character that can be printed")
    if text.isascii() and text.isprintable():
        return text
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in _JOINERS:
            raise ValueError(f"character U+{ord(char):04X} cannot be printed")
    return text


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
"""Lower-case words joined by hyphens: also the name of the file."""


class FieldError(ValueError):
    """A wrong value, with a message of our own; ``hint`` says what to do.

    ``path`` leads from the model that raises it to the wrong key or value.
    """

    def __init__(self, message: str, hint: str = "", *path: str | int) -> None:
        super().__init__(message)
        self.hint, self.path = hint, path


class FieldErrors(ValueError):
    """Several wrong values, found together."""

    def __init__(self, faults: Sequence[FieldError]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def as_tuple(value: Any) -> Any:
    """Return a list as a tuple, and anything else unchanged.

    In strict mode, pydantic accepts a list for a tuple in JSON but not in Python values.
    """
    return tuple(value) if isinstance(value, list) else value


class Printable:
    """The annotation of a printable text of at most ``most`` characters.

    Several hundred fields share its schema. Otherwise pydantic makes one for each, which takes a
    tenth of the time needed to read content.
    """

    def __init__(self, most: int) -> None:
        text = core_schema.str_schema(min_length=1, max_length=most, strip_whitespace=True)
        self.schema = core_schema.no_info_after_validator_function(printable, text)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Return the shared schema."""
        return self.schema


Line = Annotated[str, Printable(400)]
"""One printable line of text."""

Paragraph = Annotated[str, Printable(1200)]
"""A printable paragraph."""


class Model(BaseModel):
    """The base of all models: frozen, and strict about unknown keys.

    Default values that are models are made with ``model_construct``. To validate them, every
    process would have to build validators that it may not need.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class PublicModel(Model):
    """A model that callers make in Python; its problems quote no value.

    ``expected`` says in words what each field must be. A field without an entry is a `Line`.
    """

    expected: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **fields: Any) -> None:
        """Validate the fields.

        Raises:
            ContentError: with a problem for each wrong field.
        """
        try:
            super().__init__(**fields)
        except ValidationError as error:
            problems = dict.fromkeys(map(self._problem, error.errors(include_url=False)))
        else:
            return
        # Raised outside the handler, without pydantic's error: that quotes values of patients.
        raise ContentError(problems)

    # Readers of files and tables call pydantic's validation, and locate wrong values themselves.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def _problem(cls, details: ErrorDetails) -> Problem:
        place = Location(cls.__name__)
        if not details["loc"]:
            # Several fields contradict each other: use our own message, which quotes no value.
            error = details["ctx"]["error"]
            fault = error.faults[0] if isinstance(error, FieldErrors) else error
            return Problem(str(error), place, str(getattr(fault, "hint", "")))
        name = str(details["loc"][0])
        if details["type"] == "extra_forbidden":
            hint = did_you_mean(name, cls.model_fields)
            return Problem(f'there is no field "{name}"', place, hint)
        expected = cls.expected.get(name, "one line of 1 to 400 printable characters")
        return Problem(f"{name} must be {expected}", place, "change it, or leave it out")


class Sealed(Struct, frozen=True):
    """A record that may hold patient data: its `repr`, which tracebacks print, shows none of it."""

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Parsed(Struct, frozen=True):
    """A value that is written as text: `read` parses it, ``str`` writes it back.

    ``_parse`` raises `ValueError` for any other text; ``written`` is the JSON schema.
    """

    written: ClassVar[dict[str, Any]] = {"type": "string"}

    @classmethod
    def read(cls, value: Any) -> Self:
        """Return the value that a text stands for, or the number or list that YAML made of it."""
        return value if isinstance(value, cls) else cls._parse(value)

    @classmethod
    def _parse(cls, value: Any) -> Self:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        """Return a schema that accepts text as well as a parsed value."""
        return core_schema.no_info_plain_validator_function(
            cls.read,
            ref=f"{cls.__module__}.{cls.__name__}",
            serialization=core_schema.to_string_ser_schema(when_used="always"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the JSON schema, for editors."""
        return dict(cls.written)


class Region(StrEnum):
    """What exercises and safety texts are for: a part of the body, or keeping one's balance."""

    LOW_BACK = "low-back"
    NECK = "neck"
    SHOULDER = "shoulder"
    ELBOW_WRIST_HAND = "elbow-wrist-hand"
    HIP = "hip"
    KNEE = "knee"
    ANKLE_FOOT = "ankle-foot"
    BALANCE = "balance"


Regions = Annotated[tuple[Region, ...], Field(min_length=1)]


class LintException(Model):
    """A lint rule switched off for this file, with the reason."""

    code: Id
    reason: Line


_ASKS_CREDIT = re.compile(r"\bCC[ -]?BY\b|\battribution\b", re.IGNORECASE)


class Source(Model):
    """Where content comes from: ``title``, author, address; ``used_for`` says what was taken.

    ``licence`` is that of copied text, in its official spelling (CC BY-SA 4.0).
    """

    title: Line
    author: Line | None = None
    publisher: Line | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    used_for: Line | None = None
    licence: Line | None = None

    @property
    def credit(self) -> str | None:
        """Author, title and licence to print with the text; None if no licence asks for it."""
        if self.licence is None or not _ASKS_CREDIT.search(self.licence):
            return None
        return ", ".join(filter(None, (self.author, self.title, self.licence)))


class ContentFile(Model):
    """The keys of every YAML file; the loader sets ``id`` to the name of the file."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    id: Id
    lint: tuple[LintException, ...] = ()


class CopiedFrom(Model):
    """The file that this one was copied from, and the digest of its content at that time."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


LocaleTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
"""A language tag such as ``en-GB`` (BCP 47)."""

WRITTEN_IN = "en"
"""The language of a file that does not say which one it is in."""


class LibraryFile(ContentFile):
    """A file that `handouts copy` can copy; it writes ``copied_from`` into the copy."""

    copied_from: CopiedFrom | None = None


class TextFile(LibraryFile):
    """A file with texts for patients; ``language`` is the language that they are written in."""

    language: LocaleTag = WRITTEN_IN

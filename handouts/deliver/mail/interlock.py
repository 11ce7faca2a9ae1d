"""A finished PDF and what manifest and roster say of it, into everything that does not agree."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pypdf import PdfReader

from handouts.deliver.encrypt import open_pdf
from handouts.deliver.fingerprint import sha256
from handouts.deliver.inspect import opened
from handouts.deliver.mail.shown import page_text, shows
from handouts.deliver.manifest import Entry
from handouts.errors import ContentError, Problem

_AGAIN = "make it again: remove it, and run the batch with --resume"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must be. ``names`` are those of which its first page must show one.

    ``password`` opens it if the manifest says that it is encrypted.
    """

    entry: Entry
    names: tuple[str, ...] = field(repr=False)
    password: str | None = field(default=None, repr=False)


def check_pdf(pdf: bytes, expected: Expected) -> None:
    """Make sure that a file is the one that was made, for this patient, locked as it should be.

    Raises:
        ContentError: with all that does not agree; never with what the pages say.
    """
    entry = expected.entry
    name = entry.file or entry.reference
    if sha256(pdf) != entry.sha256:
        raise ContentError(Problem(f"{name} is not the file that was made", hint=_AGAIN))
    plain = _unlocked(pdf, expected, name)
    with opened(plain, Problem(f"{name} is not a PDF, or is damaged", hint=_AGAIN)) as reader:
        problems = tuple(_problems(reader, expected, name))
    if problems:
        raise ContentError(problems)


def _unlocked(pdf: bytes, expected: Expected, name: str) -> bytes:
    """Return a file without its lock, in memory only.

    Raises:
        ContentError: if it opens without a password and should not, or the other way round.
    """
    locked = expected.entry.encrypted
    if locked and _opens(pdf, ""):
        raise ContentError(Problem(f"{name} should be encrypted, and is not", hint=_AGAIN))
    if not locked and not _opens(pdf, ""):
        raise ContentError(Problem(f"{name} needs a password, and should not", hint=_AGAIN))
    if not locked:
        return pdf
    if expected.password is None:
        raise ContentError(
            Problem(
                f"{name} is encrypted, and nobody knows its password",
                hint="say --passphrases FILE as with the batch, or give the roster its password",
            )
        )
    if not _opens(pdf, expected.password):
        raise ContentError(
            Problem(
                f"{name} does not open with the password of its row",
                hint="is it the right patient? then run the batch again with --resume",
            )
        )
    plain = io.BytesIO()
    with open_pdf(pdf, expected.password, name) as unlocked:
        unlocked.save(plain, encryption=False)
    return plain.getvalue()


def _opens(pdf: bytes, password: str) -> bool:
    try:
        pikepdf.open(io.BytesIO(pdf), password=password).close()
    except pikepdf.PasswordError:
        return False
    except pikepdf.PdfError:
        # Damage is found where the file is read.
        return True
    return True


def _problems(reader: PdfReader, expected: Expected, name: str) -> Iterator[Problem]:
    entry = expected.entry
    subject = str(reader.metadata.subject or "").split() if reader.metadata else []
    if entry.token not in subject:
        yield Problem(f"{name} does not hold the token of {entry.reference}", hint=_AGAIN)
    if entry.code not in subject:
        yield Problem(f"{name} does not hold the code {entry.code}", hint=_AGAIN)
    pages = len(reader.pages)
    if pages != entry.pages:
        yield Problem(f"{name} has {pages} pages, the manifest says {entry.pages}", hint=_AGAIN)
    language = str(reader.root_object.get("/Lang", ""))
    if language != entry.language:
        yield Problem(
            f'{name} is in "{language}", the manifest says "{entry.language}"', hint=_AGAIN
        )
    text = page_text(reader.pages[0]) if pages else ""
    if not any(shows(text, each) for each in expected.names):
        yield Problem(
            f"the first page of {name} does not show the name that the roster has now",
            hint="is it the right patient? then run the batch again with --resume",
        )

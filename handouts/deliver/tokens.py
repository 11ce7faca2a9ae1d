"""Turn a reference into token, file name and passphrase, and a handout's data into a fingerprint.

All of them are keyed hashes (HMAC-SHA-256, RFC 2104). The same key gives the same values; without
the key nobody can make one, or find out which reference it belongs to.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from handouts import __version__
from handouts.compose.compose import base32
from handouts.deliver.guards import Journal, held
from handouts.errors import ContentError, DeliveryError, Location, Problem
from handouts.figures.drawings import SHIPPED
from handouts.files import open_plain, read_plain, unreadable, write_whole
from handouts.load.roster.table import csv_line, guard
from handouts.model.base import Sealed
from handouts.model.roster import RosterRow
from handouts.workspace import Kind, Workspace

_KEY_BYTES = 32
_TOKEN_CHARACTERS = 16
_PASS_GROUPS, _PASS_GROUP = 3, 4
_TELL_APART = 4

_SAFE = re.compile(r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
"""On Windows a name that begins with ``con.`` means a device."""
_HEAD = ("reference", "passphrase")
_NO_KEY = "without its key the batch cannot go on; choose a new folder with -o"


class Key(Sealed, frozen=True):
    """The secret of one output folder; never printed."""

    secret: bytes

    def token(self, reference: str) -> str:
        """Return a token of 16 characters (80 bits) for a reference."""
        return self._letters("token", reference, _TOKEN_CHARACTERS)

    def passphrase(self, reference: str) -> str:
        """Return a passphrase of 60 bits for a reference: ``7QK2-M9XD-4TRV``."""
        letters = self._letters("passphrase", reference, _PASS_GROUPS * _PASS_GROUP)
        starts = range(0, len(letters), _PASS_GROUP)
        return "-".join(letters[start : start + _PASS_GROUP] for start in starts)

    def _letters(self, purpose: str, reference: str, count: int) -> str:
        return base32(int(self.digest(purpose, reference), 16), count)

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed hash of a text in hexadecimal digits, different for each purpose."""
        return hmac.digest(self.secret, f"{purpose}:{text}".encode(), hashlib.sha256).hex()


def read_key(path: Path, *, make: bool, hint: str = _NO_KEY) -> Key:
    """Return the key in a file of its owner; ``make``: make a random one if there is none.

    Raises:
        DeliveryError: if there is none (``hint`` is then the hint), or it cannot be read or
            written.
        ContentError: if the file contains something else.
    """
    if not path.exists():
        if not make:
            raise DeliveryError(f"there is no {path}", hint)
        key = Key(secrets.token_bytes(_KEY_BYTES))
        write_whole(path, key.secret.hex().encode("ascii") + b"\n")
        return key
    try:
        secret = bytes.fromhex(read_plain(path).decode("ascii"))
    except OSError as error:
        raise unreadable(path, error) from None
    except ValueError:
        secret = b""
    if len(secret) != _KEY_BYTES:
        raise ContentError(
            Problem("contains no key", Location(str(path)), "restore it from a backup")
        )
    return Key(secret)


def file_name(reference: str, token: str, code: str) -> str:
    """Return the name of a patient's PDF: reference and code, safe on every system.

    If a reference cannot be part of a file name, its token is used instead. A system may take
    ``a7`` and ``A7`` for one file, so a reference with small letters gets a piece of the token. The
    only ``_`` in the name separates reference and code.
    """
    name = reference if _SAFE.fullmatch(reference) and not reference.endswith(".") else token
    if name != name.upper():
        name = f"{name}.{token[:_TELL_APART]}"
    return f"{name}_{code}.pdf"


_LOST = "restore it from a backup, or give a new FILE to --passphrases"


class Passphrases:
    """A CSV of references and passphrases that only grows, readable only by its owner.

    The passphrases are made with a key beside the file (``FILE.key``), not with that of the output
    folder, so that somebody who gets the PDFs does not get the passphrases too. A reference always
    has the same passphrase, so a list never gets another key. Only one batch at a time writes into
    it.

    Raises:
        DeliveryError: if another batch writes into it, or its key is gone.
        ContentError: if it is another file.
    """

    def __init__(self, path: Path) -> None:
        check_list(path)
        with ExitStack() as closing:
            busy = f"another batch is writing to {path}"
            closing.enter_context(held(path.with_name(f".{path.name}.lock"), busy))
            self._known = {_short(row[0] if row else "") for row in csv.reader(_lines(path))}
            is_new = len(self._known) <= 1
            # Without its key no file is begun.
            self._key = read_key(path.with_name(f"{path.name}.key"), make=is_new, hint=_LOST)
            self._file = closing.enter_context(contextlib.closing(Journal(path)))
            if not self._known:
                self._file.append(csv_line(_HEAD))
            self._closing = closing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def of(self, reference: str) -> str:
        """Return the passphrase of a reference, recorded before it is used.

        Raises:
            DeliveryError: if the file cannot be written.
        """
        passphrase = self._key.passphrase(reference)
        if _short(guard(reference)) not in self._known:
            self._known.add(_short(guard(reference)))
            self._file.append(csv_line((reference, passphrase)))
        return passphrase


def _lines(path: Path) -> Iterator[str]:
    """Yield the whole lines of a list of passphrases; none if there is no such file."""
    with contextlib.suppress(FileNotFoundError), open_plain(path) as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line.decode("utf-8", "replace")


def check_list(path: Path) -> None:
    """Check that a file is a list of passphrases, or does not exist.

    A patient whose reference is in some other file would count as recorded, and their passphrase
    would be lost.

    Raises:
        ContentError: if it is another file.
        DeliveryError: if it cannot be read.
    """
    head = ",".join(_HEAD)
    try:
        with open_plain(path) as stream:
            first = stream.read(len(codecs.BOM_UTF8) + len(head) + 1).removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(path, error) from None
    # After a kill there may be only a part of the head.
    if not first.startswith(head.encode()) and not head.encode().startswith(first):
        raise ContentError(
            Problem(
                "is not a list of passphrases", Location(str(path)), f"its first line is {head}"
            )
        )


def _short(reference: str) -> bytes:
    """Return a digest of eight bytes, so that a million references fit in memory."""
    return hashlib.sha256(reference.encode()).digest()[:8]


_NOT_PRINTED = {"file", "row", "cells", "email", "email_consent", "shared_email", "password"}
"""Fields of a row that do not affect any page."""
_SORTED = json.JSONEncoder(sort_keys=True)
"""Made once: with these settings `json.dumps` would make a new encoder for each row."""


def content_digest(workspace: Workspace) -> str:
    """Return the digest of all content, built-in and the clinic's own, and of the software."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(_content(workspace), key=workspace.display):
        digest.update(f"\n{workspace.display(path)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _content(workspace: Workspace) -> set[Path]:
    kinds = (folder for kind in Kind for folder in workspace.folders(kind))
    folders = [folder for folder in (*kinds, workspace.builtin(SHIPPED)) if folder.is_dir()]
    files = {path for folder in folders for path in folder.iterdir() if path.is_file()}
    reviews = workspace.reviews()
    reviewed = {reviews} if reviews and reviews.is_file() else set()
    return files | reviewed | set(workspace.limits()) | set(workspace.photos)


def fingerprint(digest: str, password: str | None, shared: str, key: Key) -> str:
    """Return the digest of one handout, keyed so that nobody can find the patient by trying names.

    ``digest`` is that of the row (`row_digest`), and ``shared`` is what all rows of the batch
    share.
    """
    return key.digest("fingerprint", json.dumps([digest, password, shared]))[:32]


def row_digest(row: RosterRow, key: Key) -> str:
    """Return the digest of what a row alone gives to its handout, keyed as well."""
    printed = row.model_dump(mode="json", exclude=_NOT_PRINTED)
    return key.digest("row", _SORTED.encode(printed))[:32]

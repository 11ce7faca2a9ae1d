"""Turn references into passphrases, and keep those in a file of their own for the front desk."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from pathlib import Path
from typing import Self

from handouts.deliver.files import OWNER_ONLY, drop_torn_line
from handouts.deliver.token import read_key
from handouts.errors import DeliveryError
from handouts.load.roster.guard import guard

_HEAD = ("reference", "passphrase")


class Passphrases:
    """A CSV of references and passphrases that only grows, readable by its owner.

    They are made under a key beside the file (``FILE.key``), not under that of the output folder:
    who has the PDFs has not the passphrases. A repeat gives the same.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = read_key(path.with_name(f"{path.name}.key"), make=True)
        self._known: set[bytes] = set()
        try:
            path.touch(OWNER_ONLY)
            path.chmod(OWNER_ONLY)
            self._stream = path.open("r+b")
            drop_torn_line(self._stream)
        except OSError as error:
            raise self._refused(error) from None
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _read(self) -> None:
        """Learn who is in the file."""
        self._stream.seek(0)
        lines = (line.decode("utf-8", "replace") for line in self._stream)
        for row in csv.reader(lines):
            self._known.add(_short(row[0] if row else ""))
        if not self._known:
            self._write(_HEAD)

    def of(self, reference: str) -> str:
        """Return the passphrase of a reference, written down before it is used.

        Raises:
            DeliveryError: if the file cannot be written.
        """
        passphrase = self._key.passphrase(reference)
        if _short(guard(reference)) not in self._known:
            self._known.add(_short(guard(reference)))
            self._write((guard(reference), passphrase))
        return passphrase

    def _write(self, cells: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        try:
            self._stream.seek(0, os.SEEK_END)
            self._stream.write(line.getvalue().encode())
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> DeliveryError:
        reason = (error.strerror or type(error).__name__).lower()
        return DeliveryError(f"{self.path} cannot be written: {reason}", retry=True)


def _short(reference: str) -> bytes:
    """Eight bytes in place of a reference: a million of them fit in memory."""
    return hashlib.sha256(reference.encode()).digest()[:8]

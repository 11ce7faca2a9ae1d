"""Turn references into passphrases, and keep those in a file of their own for the front desk."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Self

from handouts.deliver.growing import GrowingFile
from handouts.deliver.token import read_key
from handouts.load.roster.table import guard

_HEAD = ("reference", "passphrase")


class Passphrases:
    """A CSV of references and passphrases that only grows, readable by its owner.

    They are made under a key beside the file (``FILE.key``), not under that of the output folder:
    who has the PDFs has not the passphrases. A repeat gives the same.
    """

    def __init__(self, path: Path) -> None:
        self._key = read_key(path.with_name(f"{path.name}.key"), make=True)
        self._known: set[bytes] = set()
        self._file = GrowingFile(path)
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self) -> None:
        """Learn who is in the file."""
        lines = (line.decode("utf-8", "replace") for line in self._file)
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
        self._file.append(line.getvalue())


def _short(reference: str) -> bytes:
    """Eight bytes in place of a reference: a million of them fit in memory."""
    return hashlib.sha256(reference.encode()).digest()[:8]

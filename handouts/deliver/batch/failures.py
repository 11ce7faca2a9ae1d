"""Turn rows that failed into a CSV that can be corrected and fed back in as it is."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from handouts.deliver.batch.settings import note_list, noted_lists
from handouts.errors import HandoutError, Problem
from handouts.files import refused, sha256_of, whole_file
from handouts.load.roster.table import guard
from handouts.model.roster import FAILURE_PLACE, FAILURE_REASON, Column

FAILED = "failed.csv"
_HIDDEN = "?"
"""Stands in place of a password. It is too short for one: a row fed back with it is refused again,
where an empty cell would let the handout be made for everybody to open."""
_RETYPE = "type the password again: it is not repeated here"
_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the letters of Windows."""


def failures_file(folder: Path, rosters: Sequence[Path], name: str = FAILED) -> Path:
    """Return where the rows go that fail: ``failed.csv``.

    Beside it if that is being read, or is not as it was written: somebody is correcting it.
    """
    read = {path.resolve() for path in rosters}
    numbers = itertools.count(2)
    path = first = folder / name
    while path.resolve() in read or (path.exists() and not _is_ours(path)):
        path = first.with_stem(f"{first.stem}-{next(numbers)}")
    return path


class Failures:
    """The rows that failed in this run; without any, the list of the run before is removed.

    Columns: where the row stood, the columns of the roster, what is wrong and what to do. Of a
    password only that there was one.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path, self.names, self.count = path, tuple(names), 0
        self._closing = ExitStack()
        self._stream: BinaryIO | None = None
        self._is_put = False
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the file in place; not after an error, when it may lack rows."""
        if kind is None:
            self.put()
            return
        # What a full disk no longer takes is not wanted any more.
        with contextlib.suppress(HandoutError):
            self._closing.__exit__(kind, error, trace)

    def put(self) -> None:
        """Put the file in place of the one before, which goes if no row failed; once.

        Raises:
            DeliveryError: if the disk refuses.
        """
        if self._is_put:
            return
        self._is_put = True
        if self.count:
            try:
                note_list(self.path.parent, self.path.name, self._digest.hexdigest())
            except HandoutError as error:
                self.__exit__(type(error), error, None)
                raise
        self._closing.close()
        if not self.count and _is_ours(self.path):
            try:
                self.path.unlink()
            except OSError as reason:
                raise refused(self.path, reason) from None

    def keep_old(self) -> None:
        """Leave the file of the run before in place: this run did not come to its end."""
        if not self._is_put:
            self._is_put = True
            self.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    def add(
        self, roster: str, row: int, cells: Mapping[str, str], problems: Sequence[Problem]
    ) -> None:
        """Add a row with its cells as they were read.

        Raises:
            DeliveryError: if the file cannot be written.
        """
        if self._stream is None:
            self._stream = self._closing.enter_context(whole_file(self.path))
            self._put(_MARK)
            self._write((*FAILURE_PLACE, *self.names, *FAILURE_REASON))
        values = {name: cells.get(name, "") for name in self.names}
        why = "; ".join(problem.message for problem in problems)
        hints = [problem.hint for problem in problems if problem.hint]
        if values.get(Column.PASSWORD):
            values[Column.PASSWORD] = _HIDDEN
            hints.append(_RETYPE)
        self._write((roster, str(row), *values.values(), why, "; ".join(dict.fromkeys(hints))))
        self.count += 1

    def _write(self, cells: Sequence[str]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerow([guard(cell) for cell in cells])
        self._put(text.getvalue().encode())

    def _put(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.write(data)
            self._digest.update(data)


def _is_ours(path: Path) -> bool:
    """Return whether a file is as it was written here: if not it is not ours to replace."""
    try:
        digest = sha256_of(path.read_bytes())
    except OSError:
        return False
    return digest in noted_lists(path.parent, path.name)

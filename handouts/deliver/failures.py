"""Turn rows that failed into a CSV that can be corrected and fed back in as it is."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from handouts.deliver.files import whole_file
from handouts.errors import Problem
from handouts.load.roster.guard import guard
from handouts.model.roster import FAILURE_PLACE, FAILURE_REASON

FAILED = "failed.csv"
_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the letters of Windows."""


def failures_file(folder: Path, rosters: Sequence[Path], name: str = FAILED) -> Path:
    """Return where the rows go that fail: ``failed.csv``, or beside it if that is being read."""
    read = {path.resolve() for path in rosters}
    numbers = itertools.count(2)
    path = first = folder / name
    while path.resolve() in read:
        path = first.with_stem(f"{first.stem}-{next(numbers)}")
    return path


class Failures:
    """The rows that failed in this run; without any, the file of the run before is removed.

    Columns: where the row stood, the columns of the roster, what is wrong and what to do.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path, self.names, self.count = path, tuple(names), 0
        self._closing = ExitStack()
        self._stream: BinaryIO | None = None
        self._keep_old = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the file in place; not after an error, when it may lack rows."""
        if self._keep_old and kind is None:
            kind, error = KeyboardInterrupt, KeyboardInterrupt()
        self._closing.__exit__(kind, error, trace)
        if kind is None and not self.count:
            self.path.unlink(missing_ok=True)

    def keep_old(self) -> None:
        """Leave the file of the run before in place: this run did not come to its end."""
        self._keep_old = True

    def add(
        self, roster: str, row: int, cells: Mapping[str, str], problems: Sequence[Problem]
    ) -> None:
        """Add a row with its cells as they were read.

        Raises:
            DeliveryError: if the file cannot be written.
        """
        if self._stream is None:
            self._stream = self._closing.enter_context(whole_file(self.path))
            self._stream.write(_MARK)
            self._write((*FAILURE_PLACE, *self.names, *FAILURE_REASON))
        own = (cells.get(name, "") for name in self.names)
        why = "; ".join(problem.message for problem in problems)
        hints = "; ".join(dict.fromkeys(p.hint for p in problems if p.hint))
        self._write((roster, str(row), *own, why, hints))
        self.count += 1

    def _write(self, cells: Sequence[str]) -> None:
        if self._stream is not None:
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerow([guard(cell) for cell in cells])
            self._stream.write(text.getvalue().encode())

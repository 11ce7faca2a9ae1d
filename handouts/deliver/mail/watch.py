"""Files that were read into a check that they are still the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from handouts.errors import DeliveryError


def watched(paths: Iterable[Path]) -> Callable[[], None]:
    """Return what raises DeliveryError once one of the files is another than now.

    A night's sending takes hours: who must not get mail any more is to be known meanwhile.
    """
    before = {path: _state(path) for path in paths}

    def check() -> None:
        for path, state in before.items():
            if _state(path) != state:
                raise DeliveryError(
                    f"{path} was changed while messages were sent",
                    hint="the same command reads it again and goes on",
                    retry=True,
                )

    return check


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns

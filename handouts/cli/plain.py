"""A plain command line of ``build`` → its options, without the library that reads all others.

To import that library takes a fifth of the time of a stamped handout. Plain is: options and
their values as two words, each once, none of them wrong. Everything else is left to that library:
help, errors, other spellings, and what is never stamped.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from handouts.model.choices import AffectedSide, Mode, Paper

Reader = Callable[[str], Any]
"""Reads the value of an option; ValueError if it has to be refused."""

COMPLETION = "_HANDOUTS_COMPLETE"
"""Set where a shell asks what a command line may go on with."""


def _one_of(choices: type[StrEnum]) -> Reader:
    return lambda text: choices(text).value


def _day(text: str) -> dt.date:
    """Read a day that is written in full, of the years in which no day is a slip of the finger."""
    if len(text) != len("2026-12-01") or not "2000" <= text < "2101":
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _moment(text: str) -> dt.date | dt.datetime:
    """Read a day, or a day and a time, both written in full."""
    day, space, time = text.partition(" ")
    if not space:
        return _day(day)
    if len(time) != len("14:30") or time == "00:00":
        raise ValueError(text)
    return dt.datetime.combine(_day(day), dt.time.fromisoformat(time))


_OPTIONS: Mapping[str, tuple[str, Reader]] = {
    "--name": ("name", str),
    "--preferred-name": ("preferred_name", str),
    "--side": ("side", _one_of(AffectedSide)),
    "--start": ("start", _day),
    "--next-visit": ("next_visit", _moment),
    "--note": ("note", str),
    "--reference": ("reference", str),
    "--clinician": ("clinician", str),
    "--clinic": ("clinic", str),
    "--layout": ("layout", str),
    "--language": ("language", str),
    "--paper": ("paper", _one_of(Paper)),
    "--mode": ("mode", _one_of(Mode)),
    "--date": ("made_on", _day),
    "-o": ("output", Path),
    "--output": ("output", Path),
}
_PROGRAM: tuple[str, Reader] = ("program", str)
_UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(name for name, _ in _OPTIONS.values()),
    "layout": "standard",
    "mode": Mode.COLOUR.value,
    "patient": None,
    "fillable": False,
}
"""What holds for options that are not given."""


def read(words: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the options of ``build`` by the names of its parameters, and ``folder``.

    None for any other command, and for what is not plain: it may have to be refused.
    """
    # Windows leaves it to programs what asterisks in a command line stand for.
    if os.name == "nt" or COMPLETION in environment:
        return None
    folder = environment.get("HANDOUTS_FOLDER") or None
    if len(words) > 1 and words[0] == "--folder":
        folder, words = words[1], words[2:]
    if not words or words[0] != "build" or not (folder is None or _is_readable(folder)):
        return None
    try:
        given = _given(words[1:])
    except (KeyError, ValueError):
        return None
    return {**_UNSAID, **given, "folder": None if folder is None else Path(folder)}


def _is_readable(folder: str) -> bool:
    return not folder.startswith("-") and Path(folder).is_dir() and os.access(folder, os.R_OK)


def _given(words: Sequence[str]) -> dict[str, Any]:
    """Return what is given, by name.

    Raises:
        KeyError, ValueError: for what is not plain.
    """
    given: dict[str, Any] = {}
    left = iter(words)
    for word in left:
        is_option = word.startswith("-")
        name, reader = _OPTIONS[word] if is_option else _PROGRAM
        text = next(left, "") if is_option else word
        if name in given or not text or text.startswith("-"):
            raise ValueError(text)
        given[name] = reader(text)
    if "program" not in given:
        raise KeyError("program")
    return given

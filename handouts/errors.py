"""Turn problems found in content into errors a person can act on.

    HandoutError(problems)      never raised itself; str() gives one problem a line
      ContentError              data, layout, clinic or roster is wrong: edit the file
      MissingError              no exercise, layout, clinic or font of that name
      DoesNotFit                content cannot be laid out: what, needed and available
      DeliveryError             could not write or send; ``retry`` says whether to try again

A `Problem` is data: where it is, how bad it is, what it is, and what to do. Its message never
contains patient text: name the file, the key, the row and the limit, and quote only content.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from unicodedata import category

_PACKAGE = Path(__file__).parent

EXTRAS: Final = {
    "cjk": ("icu4py", "justmytype-intl-cjk", "manimgx-fonts", "python-bidi", "uharfbuzz"),
    "cluster": ("distributed",),
    "desk": ("fastapi", "python-multipart", "uvicorn", "argon2-cffi", "ruamel.yaml"),
    "figures": ("numpy", "shapely"),
    "google": ("google-auth-oauthlib",),
    "m365": ("msal",),
    "s3": ("s3fs",),
    "scripts": ("icu4py", "manimgx-fonts", "python-bidi", "uharfbuzz"),
}
"""Packages that a plain install leaves out, by the name of the extra in ``pyproject.toml``."""


class Severity(StrEnum):
    """How bad a problem is: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Location(NamedTuple):
    """A place in a file; ``line`` and ``column`` count from 1, and 0 means the whole file."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class Problem(NamedTuple):
    """One thing that is wrong: ``message`` starts with a small letter, ``hint`` is the remedy.

    ``code`` names a lint rule (``step-too-long``), which a clinic can switch off with a reason.
    """

    message: str
    location: Location = Location()
    hint: str = ""
    code: str = ""
    severity: Severity = Severity.ERROR

    @property
    def placed(self) -> str:
        """The message with its place in a content file, if it has one; for lists of rows."""
        of_content = self.location.file.endswith(".yaml")
        return f"{self.location}: {self.message}" if of_content else self.message

    def __str__(self) -> str:
        where = f"{_visible(str(self.location))}: " if str(self.location) else ""
        level = "warning: " if self.severity is Severity.WARNING else ""
        code = f" [{self.code}]" if self.code else ""
        hint = f"\n    hint: {_visible(self.hint)}" if self.hint else ""
        return f"{where}{level}{_visible(self.message)}{code}{hint}"


def quoted(value: Any) -> str:
    """Return a value in quotes, shortened to 40 characters."""
    text = str(value)
    return f'"{text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 3] + "..."}"'


_MOST_QUOTED = 40


def _visible(text: str) -> str:
    """Escape characters that would end the line, colour the terminal or reverse the text."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or category(char) == "Zs" else f"\\u{ord(char):04x}"
        for char in text
    )


class HandoutError(Exception):
    """One or more problems that stop the work. Never raised itself, only its children."""

    exit_code = 1

    def __init__(self, problems: Problem | str | Iterable[Problem], hint: str = "") -> None:
        if isinstance(problems, str):
            problems = Problem(problems, hint=hint)
        if isinstance(problems, Problem):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ContentError(HandoutError):
    """Data, a layout, a clinic or a roster is wrong."""


class MissingError(HandoutError):
    """Nothing of that name exists."""


class DoesNotFit(HandoutError):
    """The content cannot be laid out: the message says what, and the needed and available mm."""


class DeliveryError(HandoutError):
    """A file could not be written or a message not sent; ``retry``: trying again may help."""

    def __init__(
        self, problems: Problem | str | Iterable[Problem], hint: str = "", *, retry: bool = False
    ) -> None:
        super().__init__(problems, hint)
        self.retry = retry

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), retry=self.retry), (self.problems,)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the closest known name, else a short list of them."""
    # Imported only for a wrong name, because every command loads this module.
    from difflib import get_close_matches  # noqa: PLC0415

    names = sorted(set(known))
    close = get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    if not names:
        return ""
    shown, others = ", ".join(names[:8]), len(names[8:])
    return f"known: {shown} and {others} more" if others else f"known: {shown}"


def to_install(extra: str) -> str:
    """Return the command that installs an extra's packages into the running Python.

    It names the packages, because the project is on no index and its extras cannot be requested.
    """
    packages = " ".join(EXTRAS[extra])
    if (Path(sys.prefix) / "pipx_metadata.json").is_file():
        return f"pipx inject handouts {packages}"
    python = sys.executable or "python"
    if " " in python:
        python = f'"{python}"'
    return f"{python} -m pip install {packages}"


def summary(problems: Iterable[Problem]) -> str:
    """Return the closing line: ``2 problems in 1 file; nothing was written``."""
    listed = list(problems)
    places = {problem.location.file for problem in listed}
    files = sum(bool(place) and not place.startswith("--") for place in places)
    count = f"{len(listed)} problem" + ("" if len(listed) == 1 else "s")
    within = f" in {files} file" + ("" if files == 1 else "s") if files else ""
    return f"{count}{within}; nothing was written"


def where(error: BaseException) -> str:
    """Return the last place in our own code that an error passed: file, line and function."""
    import traceback  # noqa: PLC0415 - as in `did_you_mean`

    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            return f"handouts/{path.relative_to(_PACKAGE).as_posix()}:{frame.lineno} ({frame.name})"
    return "an unknown place"

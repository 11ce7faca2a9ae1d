"""What was asked for and a patient's words → the handout, stamped if one of its kind was made.

Nothing heavy is imported here: reading, checking and laying out are needed the first time only.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from handouts.compose import values
from handouts.deliver.plates import PlateCache, Told, cache_folder
from handouts.errors import HandoutError
from handouts.layout.fonts import load_fonts
from handouts.pdf.base import Completed
from handouts.pdf.lettering import NoRoom, Setting
from handouts.pdf.plate import Plate
from handouts.workspace import Kind, Workspace

_LONGEST = {values.NAME: 400, values.PREFERRED_NAME: 400, values.NOTE: 1200, "reference": 400}
"""As `handouts.model.patient.Patient` has it; a longer text is refused there."""


class Stamped(Struct, frozen=True):
    """A finished handout."""

    file: Completed
    pages: int
    code: str


class Again:
    """One request, in the words of the command line, and the plates kept for it.

    ``options``: all that was asked for but the patient's own words; ``own``: those, by field;
    ``visit``: when the patient comes next.
    """

    def __init__(
        self,
        workspace: Workspace,
        options: Mapping[str, Any],
        own: Mapping[str, str | None],
        visit: dt.date | dt.datetime | None = None,
    ) -> None:
        self._workspace, self._visit, folder = workspace, visit, cache_folder()
        self._values = {field: text for field, text in own.items() if text}
        name = self._values.get(values.PREFERRED_NAME) or self._values.get(values.NAME)
        if name:
            self._values[values.PREFERRED_NAME] = name
        asked = {
            **options,
            "own": sorted(field for field, text in own.items() if text),
            "visit": visit is not None,
            "day": workspace.today,
            "folder": workspace.folder.resolve() if workspace.folder else None,
            "listed": list(_listed(workspace)),
        }
        self._cache = PlateCache(folder, asked) if folder else None

    def stamped(self) -> Stamped | None:
        """Return the handout if it can be stamped, None if it has to be laid out."""
        plain = all(_plain(field, text) for field, text in self._values.items())
        if self._cache is None or not plain:
            return None
        fonts = load_fonts(self._workspace)

        for plate, told in self._cache.plates():
            given = {**told.shared, **self._values}
            if self._visit is not None:
                visit = told.visits.words(self._visit)
                if visit is None:
                    return None
                given[values.NEXT_VISIT] = visit
            try:
                file = plate.stamp(Setting(given, fonts.face), None)
            except (NoRoom, HandoutError):
                continue
            return Stamped(file, plate.pages, plate.code)
        return None

    def keep(self, plate: Plate, told: Told) -> None:
        """Keep the plate of the handout, made from what the workspace has read, for the next."""
        if self._cache is not None and plate.is_open:
            sources = {str(path): digest for path, digest in self._workspace.seen.items()}
            self._cache.keep(plate, told, sources)


def _plain(field: str, text: str) -> bool:
    """Whether a text is as the models would leave it, so that they need not be asked."""
    return (
        len(text) <= _LONGEST.get(field, 0)
        and text == " ".join(text.split())
        and unicodedata.is_normalized("NFC", text)
        and not any(unicodedata.category(char).startswith("C") for char in text)
    )


def _listed(workspace: Workspace) -> Iterator[str]:
    """The names of a clinic's own files: a new one may come before a built-in one."""
    folder = workspace.folder
    if folder is not None:
        for kind in Kind:
            yield from sorted(str(path) for path in (folder / kind.value).glob("*.yaml"))
        yield str((folder / "limits.yaml").is_file())

"""Turn finished handouts into one PDF for the printer, written as they come.

Each patient starts on a front page: a blank back is added where the handout before ends on a
front. Fonts, pictures and logos of all patients are shared. What a screen reader needs is left
out: paper has no use for it. Bookmarks hold references, no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from handouts.deliver.files import whole_file
from handouts.deliver.kinds import Size, reference
from handouts.deliver.page_tree import Bookmarks, PageTree
from handouts.deliver.recode import face_names
from handouts.deliver.sheets import Sheet, Sheets
from handouts.deliver.spool import Spool
from handouts.errors import ContentError
from handouts.layout.fonts import load_fonts
from handouts.pdf.objects import Name, Ref, Stream, Value, encode, number
from handouts.workspace import Workspace

_MARGIN, _LARGE, _SMALL = 54.0, 40.0, 16.0


@dataclass(frozen=True, slots=True)
class Patient:
    """One finished handout on its way to the printer. ``title`` stands in the bookmarks."""

    title: str
    token: str
    code: str
    pdf: bytes
    password: str | None = None


class PrintRun:
    """A print run that is being written to ``path``; whole at the end of the block, or absent."""

    def __init__(self, path: Path, workspace: Workspace, *, separators: bool = False) -> None:
        self._workspace, self._separators = workspace, separators
        self._whole = whole_file(path)
        self.patients = self.pages = 0

    def __enter__(self) -> Self:
        self._file = Spool(self._whole.__enter__())
        self._sheets = Sheets(self._file, face_names(load_fonts(self._workspace)))
        self._tree = PageTree(self._file)
        self._marks = Bookmarks(self._file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            with self._file:
                self._whole.__exit__(kind, error, trace)

    def _finish(self) -> None:
        file = self._file
        self._sheets.close()
        catalog: dict[str, Value] = {"Type": Name("Catalog"), "Pages": self._tree.close()}
        outline = self._marks.close()
        if outline is not None:
            catalog |= {"Outlines": outline, "PageMode": Name("UseOutlines")}
        catalog["ViewerPreferences"] = {"Duplex": Name("DuplexFlipLongEdge")}
        file.close(file.add(catalog), file.add({"Title": "Print run", "Producer": "handouts"}))

    def add(self, patient: Patient) -> None:
        """Add a patient's pages from the next front page on.

        Raises:
            ContentError: if the file is damaged, or its password another.
        """
        name = f"the handout {patient.token}"
        sheets = self._sheets.of(patient.pdf, patient.password, name)
        if self._separators:
            self._separator(patient, sheets[0].size)
        for index, sheet in enumerate(sheets):
            ref = self._put(sheet)
            if index == 0 and not self._separators:
                self._marks.add(patient.title, ref)
        self._blank_back(sheets[-1].size)
        self.patients += 1

    # -- pages

    def _put(self, sheet: Sheet) -> Ref:
        self.pages += 1
        return self._tree.add(
            b"/MediaBox %s/Resources %d 0 R%s"
            % (
                _box(sheet.size),
                sheet.resources.number,
                b"/Contents [%s]" % sheet.contents if sheet.contents else b"",
            )
        )

    def _blank_back(self, size: Size) -> None:
        if self.pages % 2:
            self._put(Sheet(size, b"", self._sheets.resources()))

    def _separator(self, patient: Patient, size: Size) -> None:
        """A sheet with the reference and the code, so that a stack of paper can be parted."""
        faces = load_fonts(self._workspace)
        try:
            face = faces.face(patient.title, bold=True).name
            title = patient.title
        except ContentError:
            face, title = faces.bold[0].name, patient.token
        below = f"{patient.code} {patient.token}"
        wide = faces.face(title, bold=True).width(title, _LARGE)
        large = _LARGE * min(1.0, (size[0] - 2 * _MARGIN) / wide)
        top = size[1] - 3 * _MARGIN
        content = self._line(face, large, top, title)
        content += self._line(faces.regular[0].name, _SMALL, top - 3 * _SMALL, below)
        written = self._file.add(Stream(content))
        ref = self._put(Sheet(size, reference(written), self._sheets.resources()))
        self._marks.add(patient.title, ref)
        self._blank_back(size)

    def _line(self, face: str, size: float, y: float, text: str) -> bytes:
        shown = " ".join(
            f"/{name} {number(size)} Tf({literal})Tj"
            for name, literal in self._sheets.fonts.encode(face, text)
        )
        return f"BT {number(_MARGIN)} {number(y)} Td {shown} ET\n".encode("latin-1")


@lru_cache(maxsize=16)
def _box(size: Size) -> bytes:
    return encode((0, 0, *size))

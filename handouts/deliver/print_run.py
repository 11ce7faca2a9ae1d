"""Turn finished handouts, in the order they are printed, into one PDF, with pikepdf.

Each patient starts on a front page: if the handout before ends on a front, a blank back is added.
Objects that are equal in several handouts, above all fonts and pictures, are written once. The tags
for screen readers are left out, because paper has no use for them. Bookmarks contain references,
not names.
"""

from __future__ import annotations

import contextlib
import io
import unicodedata
from collections.abc import Iterator
from copy import copy
from enum import StrEnum
from operator import itemgetter
from pathlib import Path

from msgspec.structs import replace
from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    OutlineItem,
    PasswordError,
    Pdf,
    PdfError,
)

from handouts.check.order import find_clinician
from handouts.deliver.finished_pdf import open_pdf
from handouts.deliver.manifest import ManifestEntry
from handouts.deliver.print_copies import DAMAGED, Copies, Plates, contents_of
from handouts.errors import ContentError
from handouts.files import real_path, refused, write_whole
from handouts.load.library import Library
from handouts.model.base import Sealed
from handouts.model.roster import Column, RosterRow
from handouts.text.faces import load_fonts
from handouts.workspace import Workspace


class Sort(StrEnum):
    """What a print run is sorted by."""

    CLINIC = "clinic"
    CLINICIAN = "clinician"
    NAME = "name"


class PrintQueue:
    """Finished handouts that wait for the printer, each with its password, in its order."""

    def __init__(self, sort: Sort | None, library: Library) -> None:
        self._sort, self._library = sort, library
        self._waiting: list[tuple[str, ManifestEntry, str | None]] = []

    def add(self, row: RosterRow, entry: ManifestEntry, password: str | None) -> None:
        """Add a finished handout."""
        self._waiting.append((_place(row, self._sort, self._library), entry, password))

    @property
    def empty(self) -> bool:
        """Whether no handout waits."""
        return not self._waiting

    def __iter__(self) -> Iterator[tuple[ManifestEntry, str | None]]:
        for _, entry, password in sorted(self._waiting, key=itemgetter(0)):
            yield entry, password


def _place(row: RosterRow, sort: Sort | None, library: Library) -> str:
    """Return the sort key of a row: patients of one clinic or clinician stay in their order.

    A clinician is sorted by the printed name, whether the list has an id or a name.
    """
    if sort is None:
        return ""
    if sort is Sort.CLINIC:
        return row.clinic
    if sort is Sort.CLINICIAN:
        person = find_clinician(library.clinic(row.clinic), row.request)
        return _plain(person.name if person else row.clinician or "")
    parts = (Column.LAST_NAME, Column.SECOND_LAST_NAME, Column.LAST_FIRST)
    last = " ".join(filter(None, map(row.cells.get, parts)))
    return _plain(f"{last} {row.name or row.preferred_name or ''}")


def _plain(text: str) -> str:
    """Return a text without case and accents, so that É sorts with e."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


_KIDS = 64
"""Pages, or groups of pages, in one group of the page tree."""
_MARGIN, _LARGE, _SMALL = 54.0, 40.0, 16.0
"""Margin and font sizes of a separator, in points."""


_ABOUT = ("Print run", "handouts")
"""Title and producer of a print run, by which it is known again."""


class PrintItem(Sealed, frozen=True):
    """One finished handout on its way to the printer; ``title`` appears in the bookmarks."""

    title: str
    token: str
    code: str
    pdf: bytes
    password: str | None = None


@contextlib.contextmanager
def open_print_run(
    path: Path, workspace: Workspace, *, separators: bool = False
) -> Iterator[PrintRun]:
    """Give a print run that is written to ``path`` if the block ends well, whole or not at all.

    Raises:
        DeliveryError: if the file cannot be written.
    """
    with Pdf.new() as pdf:
        run = PrintRun(pdf, workspace, separators=separators)
        yield run
        write_whole(path, run.finished())


def remove_print_run(path: Path) -> None:
    """Remove a print run, if there is one; another file of that name stays.

    Raises:
        DeliveryError: if it cannot be removed.
    """
    target = real_path(path)
    with contextlib.suppress(FileNotFoundError, PdfError, PasswordError):
        with Pdf.open(target) as pdf:
            about = (pdf.docinfo.get("/Title"), pdf.docinfo.get("/Producer"))
        if tuple(map(str, about)) == _ABOUT:
            try:
                target.unlink()
            except OSError as error:
                raise refused(target, error) from None


class PrintRun:
    """The pages of a print run, in memory without what is equal: some 30 kB a patient."""

    def __init__(self, pdf: Pdf, workspace: Workspace, *, separators: bool) -> None:
        self._pdf, self._workspace, self._separators = pdf, workspace, separators
        self._copies = Copies(pdf)
        self._plates = Plates(pdf, self._copies)
        self._pages: list[Object] = []
        self._starts: list[tuple[str, Object]] = []
        self._sheets: list[tuple[Object, PrintItem]] = []
        self.patients = 0

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self._pages)

    def add(self, patient: PrintItem) -> None:
        """Add a patient's pages from the next front page on.

        Raises:
            ContentError: if the file is damaged, or its password is wrong.
        """
        name = f"the handout {patient.token}"
        try:
            pages = self._plates.stamped(patient.pdf) or self._read(patient, name)
        except DAMAGED:
            raise ContentError(
                f"{name} is damaged", "remove it, and make it again with --resume"
            ) from None
        if self._separators:
            front = self._blank(pages[0])
            # Without the handout itself: those of a night would stay in memory.
            self._sheets.append((front, replace(patient, pdf=b"")))
            pages = [front, self._blank(front), *pages]
        self._starts.append((patient.title, pages[0]))
        self._pages += pages
        if len(pages) % 2:
            self._pages.append(self._blank(pages[-1]))
        self.patients += 1

    def _read(self, patient: PrintItem, name: str) -> list[Object]:
        """Copy the pages of a handout, and remember its plate for those that follow."""
        with open_pdf(patient.pdf, patient.password, name) as opened:
            known: dict[tuple[int, int], Object] = {}

            def copied(value: Object) -> Object:
                # All pages have the same resources, and some the same contents.
                if value.objgen not in known or not value.is_indirect:
                    known[value.objgen] = self._copies.of(value)
                return known[value.objgen]

            pages = []
            for page in opened.pages:
                made = self._page(self._copies.of(page.mediabox))
                made.Resources = copied(page.resources)
                made.Contents = Array(map(copied, contents_of(page.obj)))
                pages.append(made)
            if not pages:
                raise ValueError(name)
            if patient.password is None:
                self._plates.remember(opened, patient.pdf, pages)
        return pages

    def _page(self, size: Object) -> Object:
        page = Dictionary(Type=Name.Page, MediaBox=size, Resources=Dictionary())
        return self._pdf.make_indirect(page)

    def _blank(self, page: Object) -> Object:
        """Return an empty page of the size of another."""
        return self._page(copy(page.MediaBox))

    # -- the file

    def finished(self) -> bytes:
        """Return the file, when all patients are in it."""
        if self._sheets:
            self._write_separators()
        root, about = self._pdf.Root, self._pdf.docinfo
        root.Pages = self._tree()
        root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipLongEdge)
        if self._starts:
            root.PageMode = Name.UseOutlines
            with self._pdf.open_outline() as outline:
                outline.root += [
                    OutlineItem(title, Array([page, Name.Fit])) for title, page in self._starts
                ]
        about.Title, about.Producer = _ABOUT
        # In memory first: if a disk is full in the middle of it, qpdf ends the process.
        file, packed = io.BytesIO(), ObjectStreamMode.generate
        self._pdf.save(file, object_stream_mode=packed, deterministic_id=True)
        return file.getvalue()

    def _tree(self) -> Object:
        """Put pages into groups, and these into groups, until one is left (ISO 32000-1, 7.7.3)."""
        nodes, counts = self._pages, [1] * len(self._pages)
        while True:
            groups: list[Object] = []
            sums: list[int] = []
            for start in range(0, max(len(nodes), 1), _KIDS):
                kids, count = nodes[start : start + _KIDS], sum(counts[start : start + _KIDS])
                group = Dictionary(Type=Name.Pages, Kids=Array(kids), Count=count)
                groups.append(self._pdf.make_indirect(group))
                sums.append(count)
                for kid in kids:
                    kid.Parent = groups[-1]
            nodes, counts = groups, sums
            if len(nodes) == 1:
                return nodes[0]

    # -- separators

    def _write_separators(self) -> None:
        """Write reference and code on the sheets that separate a stack of paper."""
        # Imported here, because most print runs have no separators, and the import takes longer
        # than the start.
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        drawn = io.BytesIO()
        canvas = Canvas(drawn, invariant=True, pageCompression=True)
        for sheet, patient in self._sheets:
            width, height = (float(side) for side in list(sheet.MediaBox)[2:])
            canvas.setPageSize((width, height))
            canvas._preamble = ""  # noqa: SLF001 - it asks for a font that is not in the file
            title, font = self._printable(patient)
            wide = canvas.stringWidth(title, font, _LARGE)
            canvas.setFont(font, _LARGE * min(1.0, (width - 2 * _MARGIN) / wide))
            canvas.drawString(_MARGIN, height - 3 * _MARGIN, title)
            below = f"{patient.code} {patient.token}"
            canvas.setFont(self._font(below, bold=False), _SMALL)
            canvas.drawString(_MARGIN, height - 3 * (_MARGIN + _SMALL), below)
            canvas.showPage()
        canvas.save()
        with Pdf.open(drawn) as opened:
            for (sheet, _), page in zip(self._sheets, opened.pages, strict=True):
                fonts = page.resources.Font.items()
                whole = {name: font for name, font in fonts if "/FontDescriptor" in font}
                sheet.Resources = self._copies.of(Dictionary(Font=whole))
                sheet.Contents = self._copies.of(page.obj.Contents)

    def _printable(self, patient: PrintItem) -> tuple[str, str]:
        """Return a separator's heading with its font: the token if no font has the reference."""
        try:
            return patient.title, self._font(patient.title, bold=True)
        except ContentError:
            return patient.token, self._font(patient.token, bold=True)

    def _font(self, text: str, *, bold: bool) -> str:
        """Return ReportLab's name of the font that has all letters of a text."""
        from reportlab.pdfbase import pdfmetrics, ttfonts  # noqa: PLC0415 - as above

        face = load_fonts().family_face(text, bold=bold).name
        name = f"Separator-{face}"
        if name not in pdfmetrics.getRegisteredFontNames():
            file = self._workspace.font(f"{face}.ttf")
            # Set here, not by the process's settings, so that the same run always has the same
            # bytes.
            made = ttfonts.TTFont(name, str(file), asciiReadable=False, shapable=False)
            pdfmetrics.registerFont(made)
        return name

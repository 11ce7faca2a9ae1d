"""Turn finished handouts into one PDF for the printer, written as they come.

Each patient starts on a front page: a blank back is added where the handout before ends on a
front. Fonts, pictures and logos of all patients are shared. What a screen reader needs is left
out: paper has no use for it. Bookmarks hold references, no names.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf

from handouts.deliver.encrypt import open_pdf
from handouts.deliver.files import whole_file
from handouts.deliver.page_tree import Bookmarks, PageTree
from handouts.deliver.recode import SubsetFont, face_names, fonts_of, recoded
from handouts.deliver.spool import Spool
from handouts.errors import ContentError
from handouts.layout.fonts import load_fonts
from handouts.pdf.fonts import FontBook
from handouts.pdf.objects import Name, Ref, Stream, Value, number
from handouts.workspace import Workspace

_KEPT = 4096
"""Shared objects that are remembered; one that is forgotten is written a second time."""
_MARGIN, _LARGE, _SMALL = 54.0, 40.0, 16.0

Size = tuple[float, float]


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
        self._fonts, self._kept = FontBook(), OrderedDict[bytes, Ref]()
        self.patients = self.pages = 0

    def __enter__(self) -> Self:
        self._faces = face_names(load_fonts(self._workspace))
        self._file = Spool(self._whole.__enter__())
        self._shared = self._file.reserve()
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
        file.fill(self._shared, self._fonts.resources(file))
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
        with open_pdf(patient.pdf, patient.password, f"the handout {patient.token}") as pdf:
            pages = list(pdf.pages)
            if self._separators:
                self._separator(patient, _size(pages[0]))
            fonts: dict[tuple[int, int], dict[str, SubsetFont]] = {}
            for index, page in enumerate(pages):
                ref = self._page(page, fonts)
                if index == 0 and not self._separators:
                    self._marks.add(patient.title, ref)
            self._blank_back(_size(pages[-1]))
        self.patients += 1

    # -- pages

    def _put(self, size: Size, content: bytes, objects: dict[str, Ref] | None = None) -> Ref:
        resources: dict[str, Value] = {"Font": self._shared}
        if objects:
            resources["XObject"] = self._keep(repr(objects).encode(), dict(objects))
        page: dict[str, Value] = {
            "Type": Name("Page"),
            "MediaBox": (0, 0, *size),
            "Resources": self._keep(repr(resources).encode(), resources),
        }
        if content:
            page["Contents"] = self._file.add(Stream(content))
        self.pages += 1
        return self._tree.add(page)

    def _blank_back(self, size: Size) -> None:
        if self.pages % 2:
            self._put(size, b"")

    def _page(self, page: pikepdf.Page, known: dict[tuple[int, int], dict[str, SubsetFont]]) -> Ref:
        resources = page.obj.Resources
        if resources.objgen not in known:
            known[resources.objgen] = fonts_of(resources, self._faces)
        content = recoded(_content(page), known[resources.objgen], self._fonts)
        objects = {
            name.lstrip("/"): self._object(value)
            for name, value in resources.get("/XObject", pikepdf.Dictionary()).items()
        }
        return self._put(_size(page), content, objects)

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
        self._marks.add(patient.title, self._put(size, content))
        self._blank_back(size)

    def _line(self, face: str, size: float, y: float, text: str) -> bytes:
        shown = " ".join(
            f"/{name} {number(size)} Tf({literal})Tj"
            for name, literal in self._fonts.encode(face, text)
        )
        return f"BT {number(_MARGIN)} {number(y)} Td {shown} ET\n".encode("latin-1")

    # -- objects that patients share

    def _keep(self, content: bytes, value: Value) -> Ref:
        """Write an object, or return the equal one that was written before."""
        digest = hashlib.sha256(content).digest()
        ref = self._kept.get(digest)
        if ref is None:
            ref = self._kept[digest] = self._file.add(value)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(digest)
        return ref

    def _object(self, value: pikepdf.Object) -> Ref:
        """Copy a picture, as it is stored, with all it refers to."""
        if "/Font" in value.get("/Resources", pikepdf.Dictionary()):
            raise ContentError("a picture with text of its own cannot be shared")
        entries = {
            name.lstrip("/"): self._value(entry)
            for name, entry in value.items()
            if name not in ("/Length", "/StructParent", "/StructParents")
        }
        data = value.read_raw_bytes()
        stream = Stream(bytes(data), entries, plain=True)
        return self._keep(stream.encoded(), stream)

    def _value(self, value: object) -> Value:  # noqa: PLR0911 - one line for each kind of object
        match value:
            case pikepdf.Name():
                return Name(str(value).lstrip("/"))
            case pikepdf.Stream():
                return self._object(value)
            case pikepdf.Dictionary():
                return {name.lstrip("/"): self._value(entry) for name, entry in value.items()}
            case pikepdf.Array():
                return [self._value(entry) for entry in value]
            case pikepdf.String():
                return bytes(value)
            case bool() | int() | None:
                return value
        return float(str(value))


def _size(page: pikepdf.Page) -> Size:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return right - left, top - bottom


def _content(page: pikepdf.Page) -> bytes:
    contents = page.obj.Contents
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(bytes(part.read_bytes()) for part in parts)

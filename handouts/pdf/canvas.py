"""Draw the pages of a tagged PDF: everything shown is in an element or is an artifact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, Literal

from msgspec import Struct
from reportlab.lib.utils import ImageReader
from typing_extensions import override

from handouts.compose.runs import Text
from handouts.figures.vector import Path, Vector
from handouts.logos import Photograph, VectorLogo
from handouts.pdf.annotations import Box, Entry
from handouts.pdf.elements import Element, MarkedContent
from handouts.pdf.fonts import FontBook
from handouts.pdf.graphics import HandoutCanvas, path_operators
from handouts.pdf.objects import Ref, number
from handouts.pdf.pdf_document import Bookmark, PdfDocument, plain_settings
from handouts.pdf.pictures import Shape, drawn_shape, photo_shape, printable, qr_image
from handouts.pdf.slot import Slot, VariableText
from handouts.text.brand import Brand

Artifact = Literal["Layout", "Header", "Footer"]
"""Content that screen readers skip: shapes, and what repeats at the head or foot of pages."""

_ARTIFACTS: dict[Artifact, str] = {
    "Layout": "/Artifact BMC",
    "Header": "/Artifact<</Type/Pagination/Subtype/Header>>BDC",
    "Footer": "/Artifact<</Type/Pagination/Subtype/Footer>>BDC",
}


class Untagged(RuntimeError):
    """Something would be shown outside every tag, where a screen reader never finds it."""


class PageContent(Struct):
    """What was drawn on one page: operators, the element of each mark, links and form fields.

    A link is a leaf with the boxes of its pieces.
    """

    size: tuple[float, float]
    pieces: Sequence[bytes | VariableText]
    marks: Sequence[Element]
    links: Sequence[tuple[Text, list[Box]]]
    entries: Sequence[Entry]


def _artifact(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method that draws a shape draw it as an artifact."""

    @wraps(method)
    def draw(self: TaggedCanvas, *args: Any, **options: Any) -> Any:
        self.artifact("Layout")
        return method(self, *args, **options)

    return draw


class TaggedCanvas(HandoutCanvas):
    """A canvas that puts text and pictures in elements; with ``tagged=False`` nothing is tagged.

    Neighbours that belong together share a mark. ReportLab's own methods keep their meaning: what
    they show belongs to the element that `tagged` opened, and their shapes are artifacts.
    ``codes`` has the objects of QR codes that end in a token, by the part before the token.
    ``xobjects`` has pictures by the names of their resources.
    """

    def __init__(
        self, brand: Brand, size: tuple[float, float] = (0.0, 0.0), *, tagged: bool = True
    ) -> None:
        super().__init__(FontBook(), size)
        self.brand, self.strict = brand, tagged
        self.pages: list[PageContent] = []
        self.bookmarks: list[Bookmark] = []
        self.codes: dict[str, Ref] = {}
        self.xobjects: dict[str, Ref] = {}
        self._codes: dict[tuple[str, str], str] = {}
        self._scope: Element | None = None
        self._begin()

    @property
    def document(self) -> PdfDocument:
        """The document that the objects of all pages belong to."""
        return self.fonts.document

    @property
    def width(self) -> float:
        """The width of the page in points."""
        width: float = self._pagesize[0]
        return width

    @property
    def height(self) -> float:
        """The height of the page in points."""
        height: float = self._pagesize[1]
        return height

    # -- pages

    def _begin(self) -> None:
        self._open: Element | Artifact | None = None
        self._marks: list[Element] = []
        self._links: dict[int, tuple[Text, list[Box]]] = {}
        self._entries: list[Entry] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """End the page, and begin another with a fresh graphics state."""
        self.close()
        links = list(self._links.values())
        made = PageContent(self._pagesize, self.pieces(), self._marks, links, self._entries)
        self.pages.append(made)
        self._pageNumber += 1
        self.state_stack: list[Any] = []
        self.init_graphics_state()
        self._begin()

    def save(self) -> None:
        """Write nothing: the file is made later, together with its metadata."""

    def bookmark(self, title: str, y: float) -> None:
        """Add an outline entry that leads to ``y`` points below the top of this page."""
        self.bookmarks.append(Bookmark(title, len(self.pages), y))

    def link(self, leaf: Text, box: Box) -> None:
        """Add the box of a piece of a leaf to the leaf's link: left, bottom, right, top."""
        self._links.setdefault(id(leaf), (leaf, []))[1].append(box)

    def field(self, entry: Entry) -> None:
        """Add a place for the pen."""
        self._entries.append(entry)

    # -- marks

    def element(self, element: Element) -> None:
        """Put what follows in an element."""
        if self._open is element:
            return
        if isinstance(self._open, Element) and element.follows(self._open):
            self._open = element
            return
        self.close()
        number = len(self._marks)
        self._marks.append(element)
        element.kids.append(MarkedContent(len(self.pages), number))
        self._code.append(f"/{element.named.role}<</MCID {number}>>BDC")
        self._open = element

    def artifact(self, kind: Artifact) -> None:
        """Make what follows an artifact; shapes stay in any artifact that is open."""
        if self._open == kind or not self.strict:
            return
        if kind == "Layout" and isinstance(self._open, str):
            return
        self.close()
        self._code.append(_ARTIFACTS[kind])
        self._open = kind

    def close(self) -> None:
        """Close the open mark, if there is one."""
        if self._open is not None:
            self._code.append("EMC")
            self._open = None

    @contextmanager
    def tagged(self, element: Element | None) -> Iterator[None]:
        """Put what ReportLab's own methods show in the ``with`` block in an element.

        Without an element it repeats what was read before, and is an artifact.
        """
        before, strict, self._scope = self._scope, self.strict, element
        self.close()
        if element is None:
            self.artifact("Layout")
            self.strict = False
        try:
            yield
        finally:
            self._scope, self.strict = before, strict
            self.close()

    def show(self, what: str) -> None:
        """Put what follows in the element that `tagged` opened.

        Raises:
            Untagged: outside every element.
        """
        if not self.strict:
            return
        if self._scope is None:
            raise Untagged(f"{what} outside every tag")
        self.element(self._scope)

    def _inside(self, what: str) -> None:
        if self.strict and self._open is None:
            raise Untagged(f"{what} outside every tag")

    def linkURL(self, *_: Any, **__: Any) -> None:  # noqa: N802 - ReportLab's name
        """Refuse ReportLab's links, which would be untagged."""
        raise Untagged("a link of ReportLab's: only texts of the document lead somewhere")

    def saveState(self) -> None:  # noqa: N802 - ReportLab's name
        """Save the state; marks of ReportLab's own content end before it."""
        if self._scope is not None:
            self.close()
        super().saveState()

    def restoreState(self) -> None:  # noqa: N802 - ReportLab's name
        """Restore the saved state; marks of ReportLab's own content end before it."""
        if self._scope is not None:
            self.close()
        super().restoreState()

    line = _artifact(HandoutCanvas.line)
    lines = _artifact(HandoutCanvas.lines)
    bezier = _artifact(HandoutCanvas.bezier)
    rect = _artifact(HandoutCanvas.rect)
    drawPath = _artifact(HandoutCanvas.drawPath)  # noqa: N815 - ReportLab's name

    # -- content, in the mark that is open

    @override
    def text(self, x: float, y: float, face: str, size: float, string: str) -> None:
        self._inside("text")
        super().text(x, y, face, size, string)

    @override
    def leave_room(self, slot: Slot) -> None:
        self._inside("text")
        super().leave_room(slot)

    def shape(self, path: Path, x: float, y: float) -> None:
        """Paint a path in roles of the palette, with its origin at ``x, y`` and its y downward."""
        self.artifact("Layout")
        code = path_operators(path, self.brand)
        self._code.append(f"q 1 0 0 1 {number(x)} {number(y)} cm {code} Q")

    def vector(self, vector: Vector | VectorLogo, x: float, y: float, scale: float) -> None:
        """Show a drawing with its origin at ``x, y``, at ``scale`` points a unit."""
        self._inside("a drawing")
        self._shape(drawn_shape(vector, self.brand), (scale, 0, 0, scale, x, y))

    def photograph(self, photo: Photograph, box: Box) -> None:
        """Show a photograph in a box: left, bottom, width, height."""
        self._inside("a photograph")
        left, bottom, width, height = box
        self._shape(photo_shape(photo), (width, 0, 0, height, left, bottom))

    def _shape(self, shape: Shape, matrix: Sequence[float]) -> None:
        """Show a form or image, which the file has only once even if several pages show it."""
        if shape.name not in self.xobjects:
            self.xobjects[shape.name] = self.document.add(shape.form)
        self.place(shape.name, matrix)

    def qr_code(self, content: str, token: str, x: float, y: float, side: float) -> None:
        """Show a QR code in black, with its lower left corner at ``x, y``.

        ``token`` is the end of its content, if that differs by patient.
        """
        self.artifact("Layout")
        self.fill_colour("#000000")
        name = self._codes.get((content, token))
        if name is None:
            name = self._codes[content, token] = f"C{len(self._codes) + 1}"
            if token:
                ref = self.codes[content.removesuffix(token)] = self.document.reserve()
            else:
                ref = self.document.add(qr_image(content))
            self.xobjects[name] = ref
        self.place(name, (side, 0, 0, side, x, y))

    def bitmap(self, data: bytes, box: Box) -> None:
        """Show a PNG or JPEG picture in a box: left, bottom, width, height."""
        self._inside("an image")
        picture = ImageReader(printable(data, gray=self.brand.gray))
        self._image(picture, *box, mask="auto")

    def drawImage(self, image: Any, *args: Any, **options: Any) -> Any:  # noqa: N802 - ReportLab's name
        """Show an image in the element that is open."""
        self.show("an image")
        return self._image(image, *args, **options)

    def drawInlineImage(self, *args: Any, **options: Any) -> Any:  # noqa: N802 - ReportLab's name
        """Show an image as an object of the document, not inline."""
        return self.drawImage(*args, **options)

    def _image(self, image: Any, *args: Any, **options: Any) -> Any:
        scope, self._scope = self._scope, None
        with plain_settings():
            made = super().drawImage(image, *args, **options)
        self._scope = scope
        name = self._doc.getXObjectName(self._formsinuse[-1])
        self.xobjects[name] = self.document.numbered(name)
        return made

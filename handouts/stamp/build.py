"""Turn an order into a tagged PDF: PDF/UA-1, and PDF/A-2a unless it is fillable."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.compose import compose
from handouts.layout.bilingual import lay_out_bilingual
from handouts.layout.doc import LaidOut, lay_out
from handouts.layout.planner import Added
from handouts.model.order import Order
from handouts.pdf.annotations import FormWriter, link_annotation
from handouts.pdf.canvas import PageContent
from handouts.pdf.elements import Annotation, Element, Tree, TreeWriter
from handouts.pdf.objects import Name, Raw, Ref, Stream, Value, encode
from handouts.pdf.pdf_document import About, output_intent
from handouts.pdf.slot import VariableText
from handouts.pdf.structure import structure
from handouts.stamp.plate import (
    MetadataTemplate,
    Plate,
    Variable,
    VariableQrCode,
    VariableSpeech,
)
from handouts.stamp.update import Completed, shared_base
from handouts.workspace import Workspace

DRAFT = "Draft of handout"
"""The beginning of the subject in the metadata of a draft."""
_PLACEHOLDER = "~token~"
"""A placeholder for the patient's token in a plate."""


class Handout(Struct, frozen=True):
    """A finished handout. ``laid_out`` has its pages; ``plate`` stamps it for other patients."""

    file: Completed
    pages: int
    code: str
    laid_out: LaidOut
    plate: Plate

    @property
    def pdf(self) -> bytes:
        """The file's bytes."""
        return self.file.pdf

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file in hexadecimal digits."""
        return self.file.sha256


def write_pdf(laid_out: LaidOut, *, fillable: bool = False, tagged: bool = True) -> Handout:
    """Return the PDF of a laid-out handout, with no patient data in its metadata.

    With ``fillable`` boxes and lines become form fields. Such a file claims only PDF/UA-1, because
    an archived form would contradict itself. ``tagged=False`` gives the same pages without
    structure, to compare with.

    Raises:
        Untagged: if anything would be shown that no screen reader could find.
        UnknownGlyph: for a character that the chosen face lacks.
    """
    writer = _Writer(laid_out, fillable=fillable, tagged=tagged)
    plate = writer.plate()
    document = laid_out.document
    done = plate.complete(writer.lines, writer.values, document.token)
    return Handout(done, plate.pages, document.code, laid_out, plate)


def write_page(laid_out: LaidOut, number: int) -> bytes:
    """Return one page of a handout, counted from 0, as a file for preview, not for patients.

    It looks like that page of the handout, but has no tags.

    Raises:
        IndexError: if there is no such page.
    """
    if not 0 <= number < len(laid_out.planned):
        raise IndexError(number)
    writer = _Writer(laid_out, fillable=False, tagged=False, only=number)
    return writer.plate().complete(writer.lines, writer.values, laid_out.document.token).pdf


class _Writer:
    """Writes one plate: pages first, then the objects that need to know all pages.

    ``lines`` are the patient's lines in the plate's slots, and ``values`` the patient's values by
    name. With ``only`` just that page is written, counted from 0.
    """

    def __init__(
        self, laid_out: LaidOut, *, fillable: bool, tagged: bool, only: int | None = None
    ) -> None:
        self._laid_out, self._fillable = laid_out, fillable
        self._is_preview = only is not None
        self._tree = structure(laid_out.document, fillable=fillable) if tagged else None
        self._canvas = laid_out.draw(self._tree, only)
        self._file = self._canvas.document
        self._catalog, self._resources = self._file.reserve(), self._file.reserve()
        self._pages = [self._file.reserve() for _ in self._canvas.pages]
        self._form = FormWriter(self._file, self._resources, rtl=laid_out.document.rtl)
        self._annotated: list[Element] = []
        self._variables: dict[Variable, Ref] = {
            VariableQrCode(start): ref for start, ref in self._canvas.codes.items()
        }
        self._pieces: dict[bytes, Ref] = {}
        sheet = self._canvas.sheet
        self.lines, self.values = sheet.lines, sheet.values

    def plate(self) -> Plate:
        """Return the plate."""
        document, file = self._laid_out.document, self._file
        parent = file.reserve()
        self._add_pages(parent)
        file.fill(parent, {"Type": Name("Pages"), "Kids": self._pages, "Count": len(self._pages)})
        catalog: dict[str, Value] = {
            "Type": Name("Catalog"),
            "Pages": parent,
            "Lang": document.language,
            "ViewerPreferences": {
                "DisplayDocTitle": True,
                **({"Direction": Name("R2L")} if document.rtl else {}),
            },
            "PageLabels": {"Nums": (0, {"S": Name("D")})},
        }
        heights = [page.size[1] for page in self._canvas.pages]
        outline = file.add_outline(self._canvas.bookmarks, self._pages, heights)
        if outline is not None:
            catalog["Outlines"] = outline
        if self._form.fields:
            catalog["AcroForm"] = self._form.form()
        info, metadata = self._describe(catalog)
        resources = self._shared()
        file.fill(self._resources, resources)
        file.fill(self._catalog, catalog)
        about = (Ref(metadata.number),) if metadata else ()
        later = (Ref(info.number), *self._variables.values(), *about)
        numbers = {ref.number for ref in later}
        return Plate(
            base=shared_base(file.bodies(numbers), numbers, self._catalog.number, info.number),
            variables=tuple((ref.number, variable) for variable, ref in self._variables.items()),
            info=info,
            metadata=metadata,
            resources=(self._resources.number, encode(resources)),
            letters=self._canvas.fonts.codes,
            pages=len(self._pages),
            code=document.code,
            language=document.language,
            lacks_value=self._canvas.sheet.lacks_value,
        )

    def _add_pages(self, parent: Ref) -> None:
        for number, page in enumerate(self._canvas.pages):
            made: dict[str, Value] = {
                "Type": Name("Page"),
                "Parent": parent,
                "MediaBox": (0, 0, *page.size),
                "Resources": self._resources,
                "Contents": self._contents(page.pieces),
            }
            if self._tree is not None:
                made |= {"StructParents": number, "Tabs": Name("S")}
                annotations = self._annotations(number, page, self._tree)
                made |= {"Annots": annotations} if annotations else {}
            self._file.fill(self._pages[number], made)

    def _contents(self, pieces: Sequence[bytes | VariableText]) -> list[Ref]:
        """Add the pieces of a page's content; a piece that several pages have is written once."""
        made = []
        for piece in pieces:
            if isinstance(piece, VariableText):
                if piece not in self._variables:
                    self._variables[piece] = self._file.reserve()
                made.append(self._variables[piece])
            else:
                if piece not in self._pieces:
                    self._pieces[piece] = self._file.add(Stream(piece, plain=self._is_preview))
                made.append(self._pieces[piece])
        return made

    def _annotations(self, number: int, page: PageContent, tree: Tree) -> list[Ref]:
        """Add a page's links in the elements of their leaves, and fields in their own elements."""
        made = []
        for leaf, boxes in page.links:
            element = tree.of(leaf)
            if element is not None:
                link = link_annotation(leaf, boxes, self._pages[number], self._next_key)
                made.append(self._annotate(element, number, self._file.add(link)))
        for entry in page.entries:
            place = tree.of_field(entry.owner, entry.index)
            if place is not None:
                element, label = place
                named = replace(entry, label=label or entry.label)
                field = self._form.add(named, self._pages[number], page.size[1], self._next_key)
                made.append(self._annotate(element.add("Form"), number, field))
        return made

    @property
    def _next_key(self) -> int:
        """The next key of the parent tree: pages come first, then annotations."""
        return len(self._pages) + len(self._annotated)

    def _annotate(self, element: Element, number: int, ref: Ref) -> Ref:
        element.kids.append(Annotation(number, ref))
        self._annotated.append(element)
        return ref

    def _describe(
        self, catalog: dict[str, Value]
    ) -> tuple[MetadataTemplate, MetadataTemplate | None]:
        """Add structure, metadata and output intent to the catalogue; return Info and XMP."""
        document, file = self._laid_out.document, self._file
        metadata = None
        # The programs that send it look for this word, because the handout's words differ by
        # language.
        kind = "Handout" if document.draft is None else DRAFT
        about = About(
            title=document.title,
            author=document.author,
            subject=f"{kind} {document.code} {_PLACEHOLDER if document.token else ''}".rstrip(),
            language=document.language,
            made=self._laid_out.made,
            archival=not self._fillable,
        )
        if self._tree is not None:
            tree = TreeWriter(file, self._pages, self._tree.root)
            packet = file.reserve()
            metadata = MetadataTemplate(packet.number, _cut(about.xmp()))
            catalog |= {
                "MarkInfo": {"Marked": True},
                "StructTreeRoot": tree.write(
                    [page.marks for page in self._canvas.pages], self._annotated
                ),
                "Metadata": packet,
            }
            for name, (ref, words) in tree.variables.items():
                self._variables[VariableSpeech(name)] = ref
                self.values[name] = words
            if about.archival:
                catalog["OutputIntents"] = [output_intent(file)]
        return MetadataTemplate(file.reserve().number, _cut(encode(about.info()))), metadata

    def _shared(self) -> dict[str, Value]:
        """Return the resources that all pages share."""
        shared: dict[str, Value] = {"Font": self._canvas.fonts.resources()}
        pictures, states = self._canvas.xobjects, self._canvas.graphics_states()
        shared |= {"ExtGState": Raw(states)} if states else {}
        return {**shared, "XObject": pictures} if pictures else shared


def _cut(packet: bytes) -> tuple[bytes, ...]:
    return tuple(packet.split(_PLACEHOLDER.encode("ascii")))


def build(
    order: Order, workspace: Workspace, *, fillable: bool = False, added: Added | None = None
) -> Handout:
    """Return the handout of an order; the same order and date give the same bytes.

    With ``fillable`` boxes and lines are form fields, to fill in on a screen. ``added`` has
    ReportLab's flowables to put at the end of sections, by the section's number from 0.

    Raises:
        ContentError: for a letter that no font has, or an unusable brand or logo.
        DoesNotFit: if the content cannot be laid out.
    """
    return write_pdf(lay_out(compose(order), order, workspace, added), fillable=fillable)


def build_bilingual(
    orders: tuple[Order, Order], workspace: Workspace, *, fillable: bool = False
) -> tuple[Handout, Handout]:
    """Return one handout in two languages, with the same content on the same pages.

    Raises:
        ContentError: as in `build`.
        DoesNotFit: if one of the two cannot be laid out, or neither fits the other's pages.
    """
    documents = compose(orders[0]), compose(orders[1])
    first, second = lay_out_bilingual(documents, orders, workspace)
    return write_pdf(first, fillable=fillable), write_pdf(second, fillable=fillable)

"""A Story → the bytes of a tagged PDF: PDF/UA-1, and PDF/A-2a where it is to be printed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.text import Text
from handouts.layout.items import Bitmap, MatrixCode
from handouts.layout.story import Story
from handouts.layout.words import SetLine
from handouts.pdf.base import Completed
from handouts.pdf.document import Document
from handouts.pdf.elements import Annotation, Element
from handouts.pdf.fonts import FontBook
from handouts.pdf.forms import FormWriter
from handouts.pdf.images import add_image
from handouts.pdf.items import ItemWriter
from handouts.pdf.lettering import OwnText, Shape
from handouts.pdf.links import link_annotation, linked_leaves
from handouts.pdf.matrix import bits_of, stencil
from handouts.pdf.metadata import About, output_intent
from handouts.pdf.objects import Name, Ref, Stream, Value, encode
from handouts.pdf.own import Own, OwnCode, OwnSaid
from handouts.pdf.plate import Announced, Plate
from handouts.pdf.structure import structure
from handouts.pdf.tree import Tree
from handouts.pdf.tree_writer import TreeWriter

_MARK = "~token~"
"""Stands in for the patient's token until a file is made from the plate."""


class Handout(Struct, frozen=True):
    """A finished handout. ``story`` is what was drawn; ``plate`` makes it for others."""

    file: Completed
    pages: int
    code: str
    story: Story
    plate: Plate

    @property
    def pdf(self) -> bytes:
        """The file's bytes."""
        return self.file.pdf

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file in hexadecimal digits."""
        return self.file.sha256


def write_pdf(story: Story, *, fillable: bool = False, tagged: bool = True) -> Handout:
    """Return the PDF of a story. No patient data goes into its metadata.

    ``fillable``: boxes and lines become form fields. An archived form contradicts itself, so
    then only PDF/UA-1 is claimed. ``tagged=False`` gives the same pages without structure: the
    twin that tests measure against.

    Raises:
        Untagged: if anything would be shown that no screen reader could find.
        UnknownGlyph: for a character that the chosen face lacks.
    """
    writer = _Writer(story, fillable=fillable, tagged=tagged)
    plate = writer.plate()
    document = story.document
    done = plate.complete(writer.lines, writer.values, document.token)
    return Handout(done, len(story.pages), document.code, story, plate)


class _Writer:
    """Writes one plate: pages first, then what needs all of them to be known.

    ``lines`` is what the patient of the story has in the plate's slots, ``values`` what of it is
    the patient's own.
    """

    def __init__(self, story: Story, *, fillable: bool, tagged: bool) -> None:
        self._story, self._fillable = story, fillable
        self._file = Document()
        self._fonts = FontBook(self._file)
        self._tree = structure(story.document, fillable=fillable) if tagged else None
        self._catalog, self._resources = self._file.reserve(), self._file.reserve()
        self._pages = [self._file.reserve() for _ in story.pages]
        self._shapes: dict[str, Ref] = {}
        self._images: dict[bytes | tuple[str, str], tuple[str, Ref]] = {}
        self._form = FormWriter(self._file, self._fonts, self._resources)
        self._marks: list[list[Element]] = []
        self._annotated: list[Element] = []
        self._own: dict[Own, Ref] = {}
        self._pieces: dict[bytes, Ref] = {}
        self.lines: dict[Shape, tuple[SetLine, ...]] = {}
        self.values: dict[str, str] = {}

    def plate(self) -> Plate:
        """Return the plate."""
        document, file = self._story.document, self._file
        parent = file.reserve()
        self._draw(parent)
        file.fill(parent, {"Type": Name("Pages"), "Kids": self._pages, "Count": len(self._pages)})
        catalog: dict[str, Value] = {
            "Type": Name("Catalog"),
            "Pages": parent,
            "Lang": document.language,
            "ViewerPreferences": {"DisplayDocTitle": True},
            "PageLabels": {"Nums": (0, {"S": Name("D")})},
        }
        heights = [page.height for page in self._story.pages]
        outline = file.add_outline(self._story.bookmarks, self._pages, heights)
        if outline is not None:
            catalog["Outlines"] = outline
        if self._form.fields:
            catalog["AcroForm"] = self._form.form()
        info, metadata = self._describe(catalog)
        resources = self._shared()
        file.fill(self._resources, resources)
        file.fill(self._catalog, catalog)
        about = (Ref(metadata.number),) if metadata else ()
        later = (*self._own.values(), *about)
        return Plate(
            base=file.base(self._catalog, Ref(info.number), later),
            own=tuple((ref.number, own) for own, ref in self._own.items()),
            info=info,
            metadata=metadata,
            resources=(self._resources.number, encode(resources)),
            letters=self._fonts.codes,
            pages=len(self._pages),
            code=document.code,
            language=document.language,
        )

    def _draw(self, parent: Ref) -> None:
        repeated: set[Text] = set()
        for number, page in enumerate(self._story.pages):
            brand, image = self._story.brand, self._image
            writer = ItemWriter(page, number, brand, self._fonts, image, self._tree)
            writer.draw(repeated)
            self._shapes |= {
                name: self._file.add(form)
                for name, form in writer.shapes.used.items()
                if name not in self._shapes
            }
            self.lines |= writer.own
            self.values |= writer.values
            self._marks.append(writer.elements)
            made: dict[str, Value] = {
                "Type": Name("Page"),
                "Parent": parent,
                "MediaBox": (0, 0, page.width, page.height),
                "Resources": self._resources,
                "Contents": self._contents(writer.content.pieces()),
            }
            if self._tree is not None:
                made |= {"StructParents": number, "Tabs": Name("S")}
                annotations = self._annotations(number, self._tree)
                made |= {"Annots": annotations} if annotations else {}
            self._file.fill(self._pages[number], made)

    def _contents(self, pieces: Sequence[bytes | OwnText]) -> list[Ref]:
        """Add the pieces of a page's content; what stands on several pages is written once."""
        made = []
        for piece in pieces:
            if isinstance(piece, OwnText):
                if piece not in self._own:
                    self._own[piece] = self._file.reserve()
                made.append(self._own[piece])
            else:
                if piece not in self._pieces:
                    self._pieces[piece] = self._file.add(Stream(piece))
                made.append(self._pieces[piece])
        return made

    def _annotations(self, number: int, tree: Tree) -> list[Ref]:
        """Links and form fields of a page: links in their leaves, each field in its own element."""
        page, made = self._story.pages[number], []
        for leaf, boxes in linked_leaves(page):
            element = tree.of_leaf(leaf)
            if element is not None:
                link = link_annotation(leaf, boxes, self._pages[number], self._next_key)
                made.append(self._annotate(element, number, self._file.add(link)))
        for entry in page.entries:
            place = tree.of_field(entry.owner, entry.index)
            if place is not None:
                element, label = place
                named = replace(entry, label=label or entry.label)
                field = self._form.add(named, self._pages[number], page.height, self._next_key)
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

    def _describe(self, catalog: dict[str, Value]) -> tuple[Announced, Announced | None]:
        """Add structure, metadata and output intent to the catalogue; return Info and XMP."""
        document, file = self._story.document, self._file
        metadata = None
        about = About(
            title=document.title,
            author=document.author,
            subject=f"Handout {document.code} {_MARK if document.token else ''}".rstrip(),
            language=document.language,
            made=self._story.made,
            archival=not self._fillable,
        )
        if self._tree is not None:
            tree = TreeWriter(file, self._pages, self._tree.root)
            packet = file.reserve()
            metadata = Announced(packet.number, _cut(about.xmp()))
            catalog |= {
                "MarkInfo": {"Marked": True},
                "StructTreeRoot": self._write_tree(tree),
                "Metadata": packet,
            }
            if about.archival:
                catalog["OutputIntents"] = [output_intent(file)]
        return Announced(file.reserve().number, _cut(encode(about.info()))), metadata

    def _write_tree(self, tree: TreeWriter) -> Ref:
        root = tree.write(self._marks, self._annotated)
        for name, (ref, words) in tree.own.items():
            self._own[OwnSaid(name)] = ref
            self.values[name] = words
        return root

    def _image(self, item: Bitmap | MatrixCode) -> str:
        key = item.data if isinstance(item, Bitmap) else (item.content, item.own)
        if key not in self._images:
            ref = self._code(item) if isinstance(item, MatrixCode) else self._bitmap(item)
            self._images[key] = (f"I{len(self._images) + 1}", ref)
        return self._images[key][0]

    def _bitmap(self, item: Bitmap) -> Ref:
        return add_image(self._file, item.data, gray=self._story.brand.gray)

    def _code(self, item: MatrixCode) -> Ref:
        """Add a code; one that ends in something of the patient's own is made later."""
        if not item.own:
            return self._file.add(stencil(bits_of(item.content)))
        ref = self._file.reserve()
        self._own[OwnCode(item.content.removesuffix(item.own))] = ref
        return ref

    def _shared(self) -> dict[str, Value]:
        """Resources of all pages."""
        shared: dict[str, Value] = {"Font": self._fonts.resources()}
        objects = {**self._shapes, **dict(self._images.values())}
        return {**shared, "XObject": objects} if objects else shared


def _cut(packet: bytes) -> tuple[bytes, ...]:
    return tuple(packet.split(_MARK.encode("ascii")))

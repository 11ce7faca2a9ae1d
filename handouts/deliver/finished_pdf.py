"""Turn a finished PDF into another one: encrypted, as a booklet, or in two languages."""

from __future__ import annotations

import contextlib
import io
import secrets
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from handouts.errors import ContentError

_OWNER_BYTES = 24
_ARCHIVE = ("pdfaid:part", "pdfaid:conformance")
"""An archive must open without a key: PDF/A allows no encryption (ISO 19005-2, 6.1.3)."""
_EDGE = 8.0
"""Margin around each half of a sheet, in points.

A page's own margins are too small once the page is reduced.
"""
_FACTS = ("/Title", "/Author", "/Subject")


def encrypt(pdf: bytes, password: str) -> bytes:
    """Return a PDF that opens only with a password: AES-256 (ISO 32000-2, 7.6, revision 6).

    Anybody with the password may also print and copy: the owner's password is random and thrown
    away. The file no longer claims PDF/A.
    """
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        with opened.open_metadata(set_pikepdf_as_editor=False) as about:
            for claim in _ARCHIVE:
                with contextlib.suppress(KeyError):
                    del about[claim]
        lock = pikepdf.Encryption(
            user=password, owner=secrets.token_urlsafe(_OWNER_BYTES), R=6, aes=True, metadata=True
        )
        opened.save(stream, encryption=lock)
    return stream.getvalue()


def open_pdf(pdf: bytes, password: str | None, name: str) -> Pdf:
    """Return an opened PDF; ``name`` names it in messages.

    Raises:
        ContentError: if the password is wrong, or the file is damaged.
    """
    try:
        return pikepdf.open(io.BytesIO(pdf), password=password or "")
    except pikepdf.PasswordError:
        raise ContentError(f"{name} does not open with the password of its row") from None
    except pikepdf.PdfError:
        raise ContentError(
            f"{name} is not a PDF, or is damaged", "remove it, and make it again with --resume"
        ) from None


def booklet(pdf: bytes) -> bytes:
    """Return a handout as a booklet: two pages on each side of a sheet, front and back in turn.

    A sheet of the handout's own paper, turned, becomes two leaves of half its size: Letter a
    booklet of half letter, A4 one of A5. Print it on both sides, turned over the short edge, stack
    the sheets and fold them in the middle: then the pages are in order. The sheets have no tags,
    because their order is not a reading order; the handout itself is the accessible file.

    Raises:
        ContentError: if a page is wider than it is high, or the pages differ in size.
    """
    with Pdf.open(io.BytesIO(pdf)) as source, Pdf.new() as made:
        sizes = {tuple(map(float, page.mediabox[2:])) for page in source.pages}
        wide, high = max(sizes)
        if len(sizes) > 1 or wide > high:
            raise ContentError(
                "a booklet is made of upright pages of one size",
                hint="choose another layout, such as large-print",
            )
        # One copy of each page; fonts and pictures that they share stay shared.
        forms = [made.copy_foreign(_bare(source, page)) for page in source.pages]
        # A right-to-left booklet is bound on the right.
        reading = source.Root.get("/ViewerPreferences", Dictionary()).get("/Direction")
        step = -1 if reading == Name.R2L else 1
        for sides in sheets(len(forms)):
            numbers = sides[::step]
            _add_side(made, (wide, high), [forms[n] if n < len(forms) else None for n in numbers])
        made.Root.Lang = source.Root.Lang
        made.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipShortEdge)
        return _saved(made, source)


def sheets(pages: int) -> Iterator[tuple[int, int]]:
    """Yield the pages, from 0, on the left and right of each side; those beyond the last are blank.

    The order is that of a saddle stitch. For eight pages: 8 and 1, on the back of it 2 and 7, then
    6 and 3, 4 and 5.
    """
    count = -(-pages // 4) * 4
    for outer in range(0, count // 2, 2):
        yield count - 1 - outer, outer
        yield outer + 1, count - 2 - outer


def _add_side(made: Pdf, size: tuple[float, float], forms: list[Object | None]) -> None:
    """Add one side of a sheet with two pages, each in the middle of its half."""
    wide, high = size
    half = high / 2
    scale = min((half - 2 * _EDGE) / wide, (wide - 2 * _EDGE) / high)
    content, resources = [], Dictionary()
    for number, form in enumerate(forms):
        if form is None:
            continue
        x = half * number + (half - wide * scale) / 2
        y = (wide - high * scale) / 2
        resources[f"/P{number}"] = form
        content.append(f"q {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm /P{number} Do Q")
    _add_page(made, Array([0, 0, high, wide]), resources, "\n".join(content))


def facing(first: bytes, second: bytes) -> bytes:
    """Return a handout in two languages: each page in one, then the same page in the other.

    On a screen the two are side by side; printed on both sides of the paper they are front and
    back. They have no tags; the two handouts are the accessible files.
    """
    with (
        Pdf.open(io.BytesIO(first)) as one,
        Pdf.open(io.BytesIO(second)) as other,
        Pdf.new() as made,
    ):
        for pair in zip(one.pages, other.pages, strict=True):
            for source, page in zip((one, other), pair, strict=True):
                form = made.copy_foreign(_bare(source, page))
                _add_page(made, Array(list(page.mediabox)), Dictionary(P0=form), "/P0 Do")
        made.Root.PageLayout = Name.TwoPageLeft
        return _saved(made, one)


def _bare(source: Pdf, page: Page) -> Object:
    """Return a page as a form without links to the structure that is left behind."""
    form = source.make_indirect(page.as_form_xobject(handle_transformations=False))
    for key in ("/StructParent", "/StructParents"):
        if key in form:
            del form[key]
    return form


def _add_page(made: Pdf, box: Array, forms: Dictionary, content: str) -> None:
    """Add a page that shows forms by name."""
    page = Dictionary(
        Type=Name.Page,
        MediaBox=box,
        Resources=Dictionary(XObject=forms),
        Contents=made.make_stream(content.encode()),
    )
    made.pages.append(Page(made.make_indirect(page)))


def _saved(made: Pdf, source: Pdf) -> bytes:
    """Return a file with the title, author and subject of another."""
    for name in _FACTS:
        if name in source.docinfo:
            made.docinfo[name] = str(source.docinfo[name])
    file = io.BytesIO()
    made.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return file.getvalue()

"""Impose finished handouts: one as a booklet, or one in two languages page beside page.

A booklet has two pages on a sheet, in the order for a saddle stitch. A sheet of the handout's own
paper, turned, becomes two leaves of half its size: Letter a booklet of half letter, A4 one of A5.
Printed on both sides, turned over its short edge, laid on each other and folded in the middle, the
pages follow each other. What a screen reader needs is left out: the sheets are in no order that
could be read; the handout itself is the accessible file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from handouts.errors import ContentError

_EDGE = 8.0
"""Kept free around each half, in points; the margins of its page, made smaller, are not enough."""
_FIXED = ("Title", "Author", "Subject")


def booklet(pdf: bytes) -> bytes:
    """Return the sheets of a handout, front and back in turn.

    Raises:
        ContentError: if a page of it is wider than it is high.
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
        # What is read from right to left is bound at its right.
        step = -1 if _direction(source) == Name.R2L else 1
        for sides in sheets(len(forms)):
            numbers = sides[::step]
            _add(made, (wide, high), [forms[n] if n < len(forms) else None for n in numbers])
        for name in _FIXED:
            if f"/{name}" in source.docinfo:
                made.docinfo[f"/{name}"] = str(source.docinfo[f"/{name}"])
        made.Root.Lang = source.Root.Lang
        made.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipShortEdge)
        file = io.BytesIO()
        made.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return file.getvalue()


def facing(first: bytes, second: bytes) -> bytes:
    """Return a handout in two languages: each page of one, then the same page of the other.

    On a screen the two stand beside each other, printed on both sides of the paper they are front
    and back. What a screen reader needs is left out: the two handouts are the accessible files.
    """
    with (
        Pdf.open(io.BytesIO(first)) as one,
        Pdf.open(io.BytesIO(second)) as other,
        Pdf.new() as made,
    ):
        for pair in zip(one.pages, other.pages, strict=True):
            for source, page in zip((one, other), pair, strict=True):
                size = page.mediabox
                content = made.make_stream(b"/P0 Do")
                form = made.copy_foreign(_bare(source, page))
                resources = Dictionary(XObject=Dictionary(P0=form))
                sheet = Dictionary(
                    Type=Name.Page, MediaBox=size, Resources=resources, Contents=content
                )
                made.pages.append(Page(made.make_indirect(sheet)))
        for name in _FIXED:
            if f"/{name}" in one.docinfo:
                made.docinfo[f"/{name}"] = str(one.docinfo[f"/{name}"])
        made.Root.PageLayout = Name.TwoPageLeft
        file = io.BytesIO()
        made.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return file.getvalue()


def sheets(pages: int) -> Iterator[tuple[int, int]]:
    """Yield the pages, from 0, on the left and right of each side; those beyond the last are blank.

    Of eight: 8 and 1, on the back of it 2 and 7, then 6 and 3, 4 and 5.
    """
    count = -(-pages // 4) * 4
    for outer in range(0, count // 2, 2):
        yield count - 1 - outer, outer
        yield outer + 1, count - 2 - outer


def _direction(source: Pdf) -> Object | None:
    return source.Root.get("/ViewerPreferences", Dictionary()).get("/Direction")


def _bare(source: Pdf, page: Page) -> Object:
    """Return a page as a form without links to the structure that is left behind."""
    form = source.make_indirect(page.as_form_xobject(handle_transformations=False))
    for key in ("/StructParent", "/StructParents"):
        if key in form:
            del form[key]
    return form


def _add(made: Pdf, size: tuple[float, float], forms: list[Object | None]) -> None:
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
    sheet = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, high, wide]),
        Resources=Dictionary(XObject=resources),
        Contents=made.make_stream("\n".join(content).encode()),
    )
    made.pages.append(Page(made.make_indirect(sheet)))

"""Keep handouts as they were made, and draw their pages for the browser."""

from __future__ import annotations

import contextlib
import io
import threading
from collections import OrderedDict

import pypdfium2

from handouts.desk.making import Made, make
from handouts.desk.worksheet import Worksheet
from handouts.layout.doc import LaidOut
from handouts.load.library import Library
from handouts.stamp.build import write_page

_KEPT = 40
"""So many handouts are kept as they were made: a page is asked for after the other."""

WIDTHS = (408, 612, 816, 1224, 1632, 2448)
"""Pictures of pages are so wide, in dots: the browser asks for what its window shows."""

_QUALITY = 85
"""Of pictures of pages; PNG would take ten times as long."""


class Press:
    """Makes handouts of worksheets, each state once, as long as the content stays the same."""

    def __init__(self) -> None:
        self._made: OrderedDict[Worksheet, tuple[Library, Made]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, library: Library, sheet: Worksheet) -> Made:
        """Return what a worksheet makes."""
        with self._lock:
            known = self._made.get(sheet)
        if known is not None and known[0] is library:
            return known[1]
        made = make(library, sheet)
        with self._lock:
            self._made[sheet] = library, made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    def forget(self) -> None:
        """Forget all that was made, and the patients in it; what is asked for is made again."""
        with self._lock:
            self._made.clear()


_PAGES = threading.Lock()
"""PDFium draws for one thread at a time."""


def page_picture(laid_out: LaidOut, number: int, width: int) -> bytes:
    """Return a page, from 0, as JPEG, so many dots wide.

    It is drawn alone: the other pages may wait.

    Raises:
        IndexError: if there is no such page.
    """
    pdf = write_page(laid_out, number)
    with _PAGES, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0]
        drawn = page.render(scale=width / page.get_width(), rev_byteorder=True)
    stream = io.BytesIO()
    drawn.to_pil().save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()

"""Elements and artifacts → marks round the content of a page."""

from __future__ import annotations

from typing import Literal

from handouts.pdf.content import Content
from handouts.pdf.elements import Element, Mark

Artifact = Literal["Layout", "Header", "Footer"]
"""What is no part of the reading: shapes, and what repeats at the head or foot of pages."""

_ARTIFACTS: dict[Artifact, str] = {
    "Layout": "/Artifact BMC",
    "Header": "/Artifact<</Type/Pagination/Subtype/Header>>BDC",
    "Footer": "/Artifact<</Type/Pagination/Subtype/Footer>>BDC",
}


class Marker:
    """Opens and closes the marks of one page; neighbours that belong together share a mark."""

    def __init__(self, content: Content, page: int) -> None:
        self._content, self._page = content, page
        self._open: Element | Artifact | None = None
        self.elements: list[Element] = []

    def element(self, element: Element) -> None:
        """What follows belongs to an element."""
        if self._open is element:
            return
        if isinstance(self._open, Element) and element.follows(self._open):
            self._open = element
            return
        self.close()
        number = len(self.elements)
        self.elements.append(element)
        element.kids.append(Mark(self._page, number))
        self._content.begin(f"/{element.named.role}<</MCID {number}>>BDC")
        self._open = element

    def artifact(self, kind: Artifact) -> None:
        """What follows is no part of the reading; shapes stay in any artifact that is open."""
        if self._open == kind or (kind == "Layout" and isinstance(self._open, str)):
            return
        self.close()
        self._content.begin(_ARTIFACTS[kind])
        self._open = kind

    def close(self) -> None:
        """Close the open mark, if there is one."""
        if self._open is not None:
            self._content.end()
            self._open = None

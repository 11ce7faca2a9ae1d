"""Codes on printed pages are read by a decoder, also where the printer is a poor one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp

from handouts.layout.record import MatrixCode
from handouts.model.clinic import Mode
from tests.conftest import Builder

FAX = 98 / 72
"""Pixels a point: the coarsest paper that a handout comes back on (ITU-T T.4, 3.85 lines a mm)."""
STAND_IN = "0123456789ABCDEF"


def _read(pdf: bytes, scale: float) -> Iterator[str]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            picture = page.render(scale=scale, grayscale=True).to_numpy()
            yield from (found.text for found in zxingcpp.read_barcodes(picture))


@pytest.mark.parametrize("clinic", ["riverbend", "oldmill"])
@pytest.mark.parametrize("mode", list(Mode))
def test_the_code_on_every_page_is_read(handout_for: Builder, clinic: str, mode: str) -> None:
    handout = handout_for(clinic=clinic, mode=mode, token=STAND_IN)
    printed = [
        item.content
        for page in handout.laid_out.pages
        for item in page.items
        if isinstance(item, MatrixCode)
    ]
    assert printed == [f"{handout.code} {STAND_IN}"] * handout.pages
    assert list(_read(handout.pdf, FAX)) == printed

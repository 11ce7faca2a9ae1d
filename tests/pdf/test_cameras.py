"""Codes on printed pages are read by a decoder, also where the printer is a poor one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp

from handouts.layout.sheet import TextRun
from handouts.model.clinic import Mode
from tests.conftest import Builder
from tests.layout.recording import MatrixCode, pages_of

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
def test_codes_stand_once_and_are_read(handout_for: Builder, clinic: str, mode: str) -> None:
    """The clinic's page on the first page; the code for its files where the grid is."""
    handout = handout_for(clinic=clinic, mode=mode, token=STAND_IN)
    printed = [
        item.content
        for page in pages_of(handout.laid_out)
        for item in page.items
        if isinstance(item, MatrixCode)
    ]
    site = {"riverbend": "riverbend-physio.example", "oldmill": "oldmill-chiro.example"}[clinic]
    assert printed == [f"https://{site}", f"{handout.code} {STAND_IN}"]
    assert list(_read(handout.pdf, FAX)) == printed
    pages = [" ".join(run.text for run in page.items if isinstance(run, TextRun))
             for page in pages_of(handout.laid_out)]  # fmt: skip
    assert f"Scan for {site}" in pages[0]
    filed = f"For the clinic: {handout.code}"
    assert [filed in page for page in pages].count(True) == 1
    assert [handout.code in page for page in pages].count(True) == 1


@pytest.mark.parametrize("layout", ["large-print", "compact", "cards", "fridge"])
def test_the_code_for_the_clinic_stands_once_in_every_layout(
    handout_for: Builder, layout: str
) -> None:
    handout = handout_for(layout=layout)
    runs = [
        run.text
        for page in pages_of(handout.laid_out)
        for run in page.items
        if isinstance(run, TextRun)
    ]
    assert " ".join(runs).count(handout.code) == 1
    assert " ".join(runs).count("For the clinic:") == 1

"""Other readers take the tree as it is: poppler and pdfium."""

from __future__ import annotations

import contextlib
import ctypes
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from handouts.stamp.build import write_pdf
from tests.conftest import Builder


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler's pdfinfo is not installed")
def test_poppler_reads_the_tree(handout_for: Builder, tmp_path: Path) -> None:
    path = tmp_path / "handout.pdf"
    path.write_bytes(handout_for(layout="standard").pdf)
    done = subprocess.run(
        ["pdfinfo", "-struct-text", str(path)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert '"Hold for 5 seconds. Keep breathing."' in done.stdout
    assert "TH:" in done.stdout


@contextlib.contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        yield document


def test_pdfium_knows_that_it_is_tagged(handout_for: Builder) -> None:
    handout = handout_for(layout="standard")
    with _opened(handout.pdf) as document:
        assert pdfium.FPDFCatalog_IsTagged(document.raw)
    with _opened(write_pdf(handout.laid_out, tagged=False).pdf) as document:
        assert not pdfium.FPDFCatalog_IsTagged(document.raw)


def test_pdfium_finds_every_object_in_a_mark(handout_for: Builder) -> None:
    with _opened(handout_for(layout="standard").pdf) as document:
        for page in document:
            for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
                shown = pdfium.FPDFPage_GetObject(page.raw, index)
                assert pdfium.FPDFPageObj_CountMarks(shown) == 1


def test_pdfium_reads_roles_and_alternatives(handout_for: Builder) -> None:
    with _opened(handout_for(layout="standard").pdf) as document:
        page = document[0]  # the tree lives no longer than its page
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        try:
            found = list(_walk(tree))
        finally:
            pdfium.FPDF_StructTree_Close(tree)
            page.close()
    assert ("Figure", "Logo of Riverbend Physiotherapy") in found
    assert {"Document", "H1", "H2", "L", "LI", "Lbl", "LBody", "P"} <= {role for role, _ in found}


def _walk(tree: object) -> Iterator[tuple[str, str]]:
    waiting = [
        pdfium.FPDF_StructTree_GetChildAtIndex(tree, index)
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree))
    ]
    while waiting:
        element = waiting.pop()
        if not element:
            continue
        role = _string(pdfium.FPDF_StructElement_GetType, element)
        yield role, _string(pdfium.FPDF_StructElement_GetAltText, element)
        waiting += [
            pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
            for index in range(max(0, pdfium.FPDF_StructElement_CountChildren(element)))
        ]


def _string(function: Callable[..., int], element: object) -> str:
    size = function(element, None, 0)
    buffer = ctypes.create_string_buffer(max(2, size))
    function(element, buffer, size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le")

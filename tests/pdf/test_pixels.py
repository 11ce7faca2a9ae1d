"""Tags change nothing on paper, and a page drawn alone is that of the file: the same pixels."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import cycle

import pypdfium2
import pytest

from handouts.stamp.build import write_page, write_pdf
from tests.conftest import BUILT_IN, Builder

SCALE = 144 / 72


def _pixels(pdf: bytes, *, forms: bool = False) -> Iterator[tuple[tuple[int, int], bytes]]:
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        if forms:
            document.init_forms()
        for index in range(len(document)):
            bitmap = document[index].render(scale=SCALE, may_draw_forms=forms)
            yield (bitmap.width, bitmap.height), bytes(bitmap.buffer)


LOOKS = cycle([("riverbend", "colour"), ("oldmill", "saver")])


@pytest.mark.parametrize(
    ("layout", "clinic", "mode"),
    [(layout, *look) for layout, look in zip(BUILT_IN.ids("layouts"), LOOKS, strict=False)],
)
def test_the_untagged_twin_looks_the_same(
    handout_for: Builder, clinic: str, layout: str, mode: str
) -> None:
    handout = handout_for(program="si-joint-strength", clinic=clinic, layout=layout, mode=mode)
    twin = write_pdf(handout.laid_out, tagged=False)
    assert b"MCID" not in twin.pdf
    pages = list(_pixels(handout.pdf))
    alone = [next(_pixels(write_page(handout.laid_out, at))) for at in range(handout.pages)]
    assert pages == list(_pixels(twin.pdf))
    assert pages == alone
    with pytest.raises(IndexError):
        write_page(handout.laid_out, handout.pages)


def test_empty_fields_cover_nothing(handout_for: Builder) -> None:
    story = handout_for(layout="standard").laid_out
    fillable, printed = write_pdf(story, fillable=True), write_pdf(story)
    for page, other in zip(_pixels(fillable.pdf), _pixels(printed.pdf, forms=False), strict=True):
        assert page == other


def test_another_colour_is_seen(handout_for: Builder) -> None:
    colour = handout_for(layout="fridge")
    gray = handout_for(layout="fridge", mode="gray")
    assert list(_pixels(colour.pdf)) != list(_pixels(gray.pdf))

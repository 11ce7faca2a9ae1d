"""Every layout × program: it renders, fits, and nothing is lost or overlaps."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handouts.figures.vector import NONE, Vector
from handouts.layout.doc import LaidOut
from tests.conftest import EVERY, LAYOUTS, LIBRARY, Builder, every
from tests.layout.pages import filled, outside, overlaps, texts
from tests.layout.recording import Drawing, Item, Page, pages_of


def _is_cut_out(layout: str) -> bool:
    return LIBRARY.layout(layout).sections[0].cards.cut_out


def _check_page(page: Page, *, cut_out: bool) -> None:
    assert list(outside(page, cut_out=cut_out)) == []
    assert list(overlaps(page)) == []


def _headings_with_their_cards(story: LaidOut) -> list[str]:
    """Exercises whose name stands on another page than the first of their steps."""
    apart = []
    for section in story.document.sections:
        for card in section.blocks:
            steps = getattr(card, "steps", ())
            if steps and _page_of(story, card.name) != _page_of(story, steps[0].text):  # type: ignore[union-attr]
                apart.append(card.name.plain)  # type: ignore[union-attr]
    return apart


def _page_of(story: LaidOut, leaf: object) -> int:
    return next(
        number
        for number, page in enumerate(pages_of(story))
        if any(item.source is leaf for item in texts(page))
    )


@pytest.mark.parametrize(("program", "layout", "paper"), EVERY)
def test_every_combination_fits_its_pages(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    story = built_in(program, layout, paper).laid_out
    size = (612.0, 792.0) if paper == "letter" else (595.28, 841.89)
    assert {tuple(sorted((page.width, page.height))) for page in pages_of(story)} == {size}
    for page in pages_of(story):
        _check_page(page, cut_out=_is_cut_out(layout))
    assert [
        number for number, page in enumerate(pages_of(story)[:-1], 1) if filled(page) < 1 / 3
    ] == []
    assert _headings_with_their_cards(story) == []


@pytest.mark.parametrize("mode", ["colour", "gray", "saver"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_modes_change_colours_and_nothing_else(
    handout_for: Builder, layout: str, mode: str
) -> None:
    story = handout_for(layout=layout, mode=mode).laid_out
    colour = handout_for(layout=layout, mode="colour").laid_out
    assert [_placed(page) for page in pages_of(story)] == [
        _placed(page) for page in pages_of(colour)
    ]
    colours = [colour for colour in story.brand.palette.values() if colour != NONE]
    grays = [colour for colour in colours if len({*_parts(colour)}) == 1]
    assert (len(grays) == len(colours)) == (mode != "colour")


def _placed(page: Page) -> list[Item]:
    """Items, and of pictures where they stand: the ink saver leaves out some of their layers."""
    return [
        replace(item, vector=Vector(item.vector.bounds, ())) if isinstance(item, Drawing) else item
        for item in page.items
    ]


def _parts(colour: str) -> tuple[str, str, str]:
    return colour[1:3], colour[3:5], colour[5:7]


@pytest.mark.parametrize(("program", "layout", "paper"), every("standard", "large-print"))
def test_words_beside_the_code_for_files_have_half_the_width(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    story = built_in(program, layout, paper).laid_out
    page = pages_of(story)[0]
    size = story.frames.layout.type.foot.size
    foot = [run for run in texts(page) if run.y > page.height * 0.8 and run.size == size]
    lines = {round(run.y): run.x + run.width for run in foot if run.x < page.margin[0] + 1}
    assert max(lines.values()) - page.margin[0] > (page.width - 2 * page.margin[0]) / 2
    assert len(lines) <= 5

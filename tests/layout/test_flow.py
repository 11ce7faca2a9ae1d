"""Pages are filled from the top; what can be tightened gives way where that saves a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace
from typing_extensions import override

from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.layout.doc import LaidOut, LostText
from handouts.layout.flow import PagePlan, pack, paginate
from handouts.layout.sheet import Sheet
from tests.conftest import Builder

WIDTH = 400.0


class Box(Block):
    """Something of a height, and of lesser ones if need be."""

    gap, gap_stretch = 10.0, 0.0

    def __init__(self, name: str, *heights: float, pinned: bool = False) -> None:
        self.name, self.heights, self.pinned = name, heights, pinned
        self.asked = 0

    @override
    def _height_at(self, width: float) -> float:
        self.asked += 1
        return self.heights[0]

    @override
    def tighter(self) -> Block | None:
        return Box(self.name, *self.heights[1:]) if len(self.heights) > 1 else None

    @override
    def closer(self) -> Block:
        return self.tighter() or self

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        raise AssertionError("nothing is drawn here")


def _shown(pages: list[PagePlan]) -> list[list[tuple[str, float]]]:
    return [[(block.name, block.height) for block in page] for page in pages]


def test_nothing_is_tightened_that_saves_no_page() -> None:
    pages = paginate([Box("a", 60, 40), Box("b", 60, 57)], WIDTH, [100])
    assert _shown(pages) == [[("a", 60)], [("b", 60)]]


def test_what_stands_on_a_page_gives_way_where_that_saves_one() -> None:
    pages = paginate([Box("a", 60, 40), Box("b", 60, 50)], WIDTH, [100])
    assert _shown(pages) == [[("a", 40), ("b", 50)]]


@pytest.mark.parametrize(("least", "heights"), [(44, [[44, 44], [44]]), (46, [[48], [48], [48]])])
def test_cards_are_closer_where_that_saves_a_page(least: float, heights: list[list[float]]) -> None:
    pages = pack([Box(name, 48, least) for name in "abc"], WIDTH, [100], per_page=2)
    assert [[block.height for block in page] for page in pages] == heights


def test_gaps_of_what_makes_room_for_the_pinned_are_its_own() -> None:
    first, last = Box("a", 60), Box("b", 32, pinned=True)
    pages = paginate([first, last], WIDTH, [100])
    assert [block.space_above for block in pages[0]] == [0.0, 8.0]
    assert last.gap == 10.0, "another try would start from smaller gaps"


def test_a_height_is_worked_out_once_for_a_width() -> None:
    box = Box("a", 60)
    assert {box.height_at(WIDTH), box.height_at(WIDTH), box.height_at(WIDTH / 2)} == {60}
    assert box.asked == 2


def test_what_is_higher_than_a_page_is_told() -> None:
    with pytest.raises(DoesNotFit, match="a needs 53 mm of height, the page has 35 mm"):
        paginate([Box("a", 150)], WIDTH, [100])


class Careless(Box):
    """Something whose first part is higher than the room it was given."""

    @override
    def split(self, width: float, room: float) -> list[Block]:
        return [Box("first part", room + 1), Box("rest", 10)]


def test_what_would_stand_below_the_margin_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="first part needs"):
        paginate([Careless("careless", 900)], WIDTH, [700])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: {"planned": made.planned[:-1]}, r"[1-9]\d* texts lost, 0 on two"),
        (lambda made: {"planned": (*made.planned, made.planned[-1])}, r"0 texts lost, [1-9]"),
        (
            lambda made: {"document": replace(made.document, sections=())},
            r"0 texts lost, 0 on two pages, [1-9]",
        ),
    ],
)
def test_a_text_that_is_not_on_exactly_one_page_stops_the_build(
    handout_for: Builder, change: Callable[[LaidOut], dict[str, Any]], told: str
) -> None:
    laid_out = handout_for().laid_out
    wrong = replace(laid_out, **change(laid_out))
    with pytest.raises(LostText, match=rf"^{told}"):
        wrong.draw()


def test_no_block_has_a_name_that_reportlab_sets_while_it_is_drawn() -> None:
    """A frame and a document of Platypus put them on a flowable and take them away again."""
    import_module("handouts.layout.blocks")  # which loads all of them
    kinds = list(_kinds(Block))  # type: ignore[type-abstract]
    taken = {"canv", "_frame", "_postponed", "_doctemplateAttr"}
    named = [
        f"{block.__name__}.{name}"
        for block in kinds
        if block.__module__.startswith("handouts.")
        for name in taken & vars(block).keys()
    ]
    assert named == []
    assert len(kinds) > 10


def _kinds(block: type[Block]) -> Iterator[type[Block]]:
    yield block
    for each in block.__subclasses__():
        yield from _kinds(each)

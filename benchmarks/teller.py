"""One story → its words and pictures, asked for part by part."""

from __future__ import annotations

from typing import Any

from benchmarks import blocks as b
from benchmarks.blocks import Block
from benchmarks.drawn import whole
from benchmarks.pictures import Draw, picture, sign
from benchmarks.runs import open_runs
from benchmarks.svg import Picture
from handouts.compose import document
from handouts.compose.cards import FactKind
from handouts.compose.node import Figure, leaves
from handouts.compose.text import Text
from handouts.layout import icons
from handouts.layout.items import Drawing, Glyphs
from handouts.layout.story import Story
from handouts.model.order import Order

_HALF = 7.0
"""Half the size that signs are drawn at, in points."""


def _fact_sign(kind: FactKind) -> Draw:
    return lambda sheet: icons.FACT_ICONS[kind](sheet, _HALF, _HALF, _HALF)


_SIGNS: dict[str, Draw] = {
    "phone": lambda sheet: icons.phone(sheet, _HALF, _HALF, _HALF),
    "clock": lambda sheet: icons.clock(sheet, _HALF, _HALF, _HALF),
    "pen": lambda sheet: icons.pen(sheet, _HALF, _HALF, _HALF),
    "stop": lambda sheet: icons.stop(sheet, _HALF, _HALF, _HALF),
    "octagon": lambda sheet: icons.octagon(sheet, _HALF, _HALF, _HALF),
    "dot": lambda sheet: sheet.circle(_HALF, _HALF, 2.6, fill="heading"),
    "red-dot": lambda sheet: sheet.circle(_HALF, _HALF, 2.6, fill="safety"),
    "done": lambda sheet: icons.tick(sheet, _HALF, _HALF, _HALF),
    "rest": lambda sheet: sheet.rect(0, 0, 2 * _HALF, 2 * _HALF, fill="rest-day"),
    **{kind.value: _fact_sign(kind) for kind in FactKind},
    "pain": lambda sheet: sheet.circle(_HALF, _HALF, _HALF * 0.9, stroke="box"),
}


class Teller:
    """Knows an order and its story; keeps the pictures that blocks show."""

    def __init__(self, order: Order, story: Story) -> None:
        self.order, self.story, self.document = order, story, story.document
        self.parts = [part for section in story.document.sections for part in section.blocks]
        self.brand = story.brand
        self.pictures: dict[str, Picture] = {}
        self.drawn: dict[int, list[Drawing]] = {}
        self.page_of: dict[int, int] = {}
        for number, page in enumerate(story.pages):
            for item in page.items:
                if isinstance(item, Drawing):
                    self.drawn.setdefault(id(item.source), []).append(item)
                elif isinstance(item, Glyphs) and item.source is not None:
                    self.page_of.setdefault(id(item.source), number)

    def runs(self, leaf: Text, *, strong: bool = False) -> list[b.Run]:
        """The runs of a leaf, with the patient's words taken out."""
        return open_runs(leaf, self.order, strong=strong)

    def shown(self, leaf: Text) -> bool:
        """Whether a leaf was placed: a page may lack room for a second name."""
        return id(leaf) in self.story.placed

    def detail(self, leaf: Text, **look: Any) -> Block:
        """A leaf as text of the usual size."""
        return b.text(self.runs(leaf), 12, 14.5, **look)

    def heading(self, leaf: Text, **look: Any) -> Block:
        """A leaf as the heading of a section."""
        return b.text(self.runs(leaf, strong=True), 16, 20, color="heading", level=2, **look)

    def beside(self, block: Block, leaf: Text, *, bold: bool = False) -> Block:
        """A heading with more words on its line."""
        more = [[f"  {run[0]}", *run[1:3], run[3] or bold] for run in self.runs(leaf)]
        return {**block, "aside": b.text(more, 12, 14.5)}

    def sign(self, name: str, size: float) -> Block:
        """A small sign of ``size`` points."""
        if name not in self.pictures:
            self.pictures[name] = sign(_SIGNS[name], _HALF, self.brand)
        return b.shown(name, size, size)

    def frames(self, figure: Figure, drawn: list[Drawing]) -> list[tuple[Drawing, Block]]:
        """The pictures that the story draws of a figure, at their sizes."""
        made = []
        for item, vector in whole(drawn):
            name = "_".join(
                [figure.exercise, figure.variant or "", "m" if figure.mirrored else "",
                 *(f"{side:.1f}" for side in vector.bounds), str(len(vector.paths))]
            )  # fmt: skip
            if name not in self.pictures:
                self.pictures[name] = picture(vector, self.brand, figure.alt)
            wide, high = vector.size
            made.append((item, b.shown(name, wide * item.scale, high * item.scale)))
        return made

    def pages_of(self, part: document.Block) -> set[int]:
        """The pages on which a part of the document stands, counted from 0."""
        return {self.page_of[id(leaf)] for leaf in leaves(part) if id(leaf) in self.page_of}

    def on(self, number: int) -> list[document.Block]:
        """The parts of the document that stand on a page."""
        return [part for part in self.parts if number in self.pages_of(part)]

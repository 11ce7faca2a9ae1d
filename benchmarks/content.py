"""Turn orders into input for peers: pages of blocks, pictures, fonts, and each patient's words.

In the content of the shared program, a number replaces each string that differs by patient. It is
the string's index in the patient's ``words``. A patient's own program is written whole.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2

from benchmarks.blocks import Blocks
from benchmarks.inputs import (
    CLINIC,
    CONTENT,
    DESK,
    DRAWINGS,
    FONTS,
    OWN_PATIENTS,
    PATIENTS,
    PICTURES,
    TYPST_SOURCE,
)
from benchmarks.parts import body, foot, head
from benchmarks.patients import (
    desk_request,
    library,
    own_library,
    own_request,
    request_of,
    write_clinic,
)
from benchmarks.pictures import Picture, Pictures, qr_picture, svg
from handouts import Library, build, make_order
from handouts.compose.compose import compose
from handouts.compose.document import BlockNode as Part
from handouts.compose.document import Document, ExerciseCard, Prose
from handouts.compose.runs import leaves
from handouts.model.layout import BlockName
from handouts.model.order import PAPER_SIZES, Order
from handouts.pdf.pictures import modules_of

Content = dict[str, Any]


class Pages:
    """The pages of a finished PDF as text, to find which part of the document is on which page."""

    def __init__(self, pdf: bytes) -> None:
        with pypdfium2.PdfDocument(pdf) as opened:
            self.texts = [_dense(page.get_textpage().get_text_bounded()) for page in opened]

    def assign(self, parts: Iterable[Part]) -> list[list[Part]]:
        """Return the parts of each page; a part is on the page with most of its words.

        No part goes to an earlier page than the part before, except advice, which may fill the rest
        of one. A part on no page had no room: lines for notes, which only fill what is left.
        """
        found: list[list[Part]] = [[] for _ in self.texts]
        last = 0
        for part in parts:
            words = [_dense(leaf.plain) for leaf in leaves(part)]
            counts = [sum(len(word) for word in words if word in text) for text in self.texts]
            page = max(range(last, len(counts)), key=counts.__getitem__)
            if isinstance(part, Prose) and part.name is not BlockName.RED_FLAGS:
                page = max([page, *range(last)], key=counts.__getitem__)
            if counts[page]:
                found[page].append(part)
                last = max(last, page)
        return found

    def numbered(self, card: ExerciseCard) -> bool:
        """Return whether pictures have the numbers of their steps.

        If so, the last number comes right before a step's own number in the text of a page.
        """
        if card.figure is None:
            return False
        last = card.steps[card.figure.steps[-1] - 1]
        signs = [
            _dense(last.number.plain + step.number.plain + step.text.plain)
            for step in (card.steps[0], last)
        ]
        return any(sign in text for sign in signs for text in self.texts)


def _dense(words: str) -> str:
    """Return words without spaces, in composed letters."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def content_of(
    order: Order, document: Document, pages: Pages, pictures: Pictures
) -> tuple[Content, dict[str, Any]]:
    """Return the content of a handout's pages, and the pictures by their ids."""
    parts = [part for section in document.sections for part in section.blocks]
    cards = (part for part in parts if isinstance(part, ExerciseCard))
    numbered = {card.number.plain for card in cards if pages.numbered(card)}
    blocks, margins = Blocks(order, pictures, numbered), order.layout.margins
    made = [
        {
            "head": head(blocks, document) if number > 1 else [],
            "body": body(blocks, document, here, first=number == 1),
            "foot": foot(blocks, document, here, number, len(pages.texts)),
        }
        for number, here in enumerate(pages.assign(parts), 1)
    ]
    content = {
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "page": list(PAPER_SIZES[order.paper]),
        "margins": [margins.side, margins.top, margins.bottom],
        "alts": {name: one["alt"] for name, one in blocks.shown.items()},
        "pages": made,
    }
    return content, blocks.shown


def write_inputs(folder: Path, patients: int) -> None:
    """Write all input of peers into an empty folder, for this many patients of each kind."""
    (folder / PICTURES).mkdir()
    shared = library()
    for file in FONTS.values():
        (folder / file).write_bytes(shared.workspace.font(file).read_bytes())
    # Typst reads no files outside the folder of its source.
    shutil.copyfile(Path(__file__).parent / "peers" / TYPST_SOURCE, folder / TYPST_SOURCE)
    orders = [make_order(shared, request_of(number)) for number in range(patients)]
    pages = Pages(build(orders[0], shared.workspace).pdf)
    pictures = Pictures(orders[0], shared.workspace)
    made = [content_of(order, compose(order), pages, pictures) for order in orders]
    template, words = opened([content for content, _ in made])
    drawings = made[0][1]
    _write_pictures(folder, drawings)
    (folder / DRAWINGS).write_text(_json(drawings), "utf-8")
    (folder / CONTENT).write_text(_json(template), "utf-8")
    told = ({"words": each} for each in words)
    _write_patients(folder / PATIENTS, orders, told)
    write_clinic(folder / CLINIC)
    clinic = own_library(folder / CLINIC)
    for file, request in ((OWN_PATIENTS, own_request), (DESK, desk_request)):
        orders = [make_order(clinic, request(number)) for number in range(patients)]
        _write_patients(folder / file, orders, _own_contents(orders, clinic, folder))


def _own_contents(orders: list[Order], clinic: Library, folder: Path) -> Iterator[dict[str, Any]]:
    pictures = Pictures(orders[0], clinic.workspace)
    for order in orders:
        pages = Pages(build(order, clinic.workspace).pdf)
        content, drawings = content_of(order, compose(order), pages, pictures)
        _write_pictures(folder, drawings)
        yield {"content": content, "words": []}


def _write_pictures(folder: Path, drawings: dict[str, Picture]) -> None:
    """Write pictures as SVG; blocks only name them, since paths in blocks would slow peers down."""
    for name, drawing in drawings.items():
        file = folder / PICTURES / f"{name}.svg"
        if not file.exists():
            file.write_text(svg(drawing), "utf-8")


def _write_patients(file: Path, orders: list[Order], told: Iterable[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as target:
        for order, each in zip(orders, told, strict=True):
            words = f"{compose(order).code} {order.reference_token}"
            picture = qr_picture(modules_of(words))
            target.write(_json({**each, "qr": picture, "qr_svg": svg(picture)}) + "\n")


def _json(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False)


def opened(contents: list[Content]) -> tuple[Content, list[list[str]]]:
    """Return one content with numbers for strings that differ, and the strings of each patient."""
    told = list(zip(*(list(_strings(content)) for content in contents), strict=True))
    differs = [len(set(each)) > 1 for each in told]
    numbers = iter(differs)
    words = [each for each, open_ in zip(told, differs, strict=True) if open_]
    template: Content = _numbered(contents[0], numbers, iter(range(len(words))))
    return template, [list(each) for each in zip(*words, strict=True)]


def _strings(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict | list):
        for each in item.values() if isinstance(item, dict) else item:
            yield from _strings(each)


def _numbered(item: Any, differs: Iterator[bool], numbers: Iterator[int]) -> Any:
    if isinstance(item, str):
        return next(numbers) if next(differs) else item
    if isinstance(item, dict):
        return {name: _numbered(each, differs, numbers) for name, each in item.items()}
    if isinstance(item, list):
        return [_numbered(each, differs, numbers) for each in item]
    return item

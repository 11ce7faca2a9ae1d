"""The orders of the benchmark → the files that peers read: content, fonts, pictures, patients."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.content import Content, content_of
from benchmarks.individuals import individual_request, write_clinic
from benchmarks.inputs import (
    CLINIC,
    CONTENT,
    DRAWINGS,
    FONTS,
    INDIVIDUALS,
    PATIENTS,
    PICTURES,
    TYPST_SOURCE,
)
from benchmarks.patients import order_of, words_for, workspace
from benchmarks.svg import Picture, svg
from handouts import Library, Workspace, make_order
from handouts.compose.compose import compose
from handouts.layout.engine import lay_out
from handouts.model.order import Order


def write_inputs(folder: Path, patients: int, individuals: int = 0) -> None:
    """Write all that peers read into an empty folder."""
    (folder / PICTURES).mkdir()
    content, drawings = _content(order_of(0), workspace(), folder)
    (folder / CONTENT).write_text(_json(content), "utf-8")
    (folder / DRAWINGS).write_text(_json(drawings), "utf-8")
    # Typst reads nothing outside the folder of its source.
    shutil.copyfile(Path(__file__).parent / "peers" / TYPST_SOURCE, folder / TYPST_SOURCE)
    for file in FONTS.values():
        (folder / file).write_bytes(workspace().font(file).read_bytes())
    code = str(content["code"])
    _write_lines(folder / PATIENTS, [words_for(order_of(n), n, code) for n in range(patients)])
    if individuals:
        own = Library(write_clinic(folder / CLINIC))
        _write_lines(
            folder / INDIVIDUALS, [_individual(n, own, folder) for n in range(individuals)]
        )


def _individual(number: int, own: Library, folder: Path) -> dict[str, Any]:
    """What a peer is told of a patient with a program of their own: all of it."""
    order = make_order(own, individual_request(number))
    content, _ = _content(order, own.workspace, folder)
    return {**words_for(order, number, str(content["code"])), "content": content}


def _content(order: Order, place: Workspace, folder: Path) -> tuple[Content, dict[str, Picture]]:
    """The content of an order, and its pictures, which are also written as SVG.

    Content itself only knows what its pictures are called and what they show: typesetters compare
    what they are told with what they know, and paths would cost them much.
    """
    content = content_of(order, lay_out(compose(order), order, place))
    drawings: dict[str, Picture] = content.pop("pictures")
    for name, drawing in drawings.items():
        (folder / PICTURES / f"{name}.svg").write_text(svg(drawing), "utf-8")
    return {**content, "alts": {name: one["alt"] for name, one in drawings.items()}}, drawings


def _write_lines(file: Path, items: list[dict[str, Any]]) -> None:
    file.write_text("".join(f"{_json(item)}\n" for item in items), "utf-8")


def _json(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False)

"""Turn the drawings of a handout, its logo and its QR code into plain data and SVG for peers.

A picture has ``width``, ``height``, ``alt`` and ``paths``; y downward from its top left corner.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from handouts.compose import runs as nodes
from handouts.compose.card import variant_of
from handouts.figures.drawings import Drawings
from handouts.figures.vector import GRID, PaintedPath, Path, Vector, dressed
from handouts.logos import LogoPath, VectorLogo, read_logo
from handouts.model.order import Order
from handouts.text.brand import brand_of
from handouts.workspace import Workspace

Picture = dict[str, Any]


class Pictures:
    """The pictures of a clinic's handouts, each turned into data once."""

    def __init__(self, order: Order, workspace: Workspace) -> None:
        self.brand, self._drawings = brand_of(order.clinic, order.mode), Drawings(workspace)
        self._clinic, self._workspace = order.clinic, workspace
        self._known: dict[str, Picture] = {}

    def frames(self, figure: nodes.Picture, order: Order) -> dict[str, Picture]:
        """Return the frames of a figure by their ids."""
        model = next(
            item.exercise.figure
            for item in order.exercises
            if (item.exercise.id, variant_of(item)) == (figure.exercise, figure.variant)
        )
        if model is None:
            raise ValueError(f"{figure.exercise} has no figure")
        way = "mirrored" if figure.mirrored else "plain"
        named = {}
        frames = self._drawings.frames(figure.exercise, figure.variant, model)
        for number, frame in enumerate(frames):
            name = f"{figure.exercise}-{figure.variant or 'usual'}-{way}-{number}"
            if name not in self._known:
                drawn = dressed(frame, self.brand.palette, mirrored=figure.mirrored)
                self._known[name] = self._picture(drawn, figure.alt)
            named[name] = self._known[name]
        return named

    def logo(self, alt: str) -> Picture:
        """Return the logo of the clinic, which must be a vector drawing."""
        if "logo" not in self._known:
            logo = read_logo(self._clinic, self._workspace)
            if not isinstance(logo, VectorLogo):
                raise TypeError("the clinic of the benchmark has a vector logo")
            self._known["logo"] = self._picture(logo, alt)
        return self._known["logo"]

    def _picture(self, drawing: Vector | VectorLogo, alt: str) -> Picture:
        corner, (width, height) = drawing.bounds[:2], drawing.size
        if isinstance(drawing, Vector):
            shapes = [_seen(drawing, path) for path in drawing.paths]
        else:
            shapes = [_logo_path(path) for path in drawing.paths]
        paths = [self._path(shape, corner) for shape in shapes]
        return {"width": width, "height": height, "alt": alt, "paths": paths}

    def _path(self, path: Path, corner: tuple[float, ...]) -> dict[str, Any]:
        return {
            "d": [
                [kind, *(round(number - corner[i % 2], 3) for i, number in enumerate(numbers))]
                for kind, numbers in path.commands
            ],
            "fill": self.brand.colour(path.fill) if path.fill else None,
            "stroke": self.brand.colour(path.stroke) if path.stroke else None,
            "width": path.width,
            "dash": list(path.dash),
            "round": path.round_ends,
            "even_odd": path.even_odd,
        }


def _seen(drawing: Vector, path: PaintedPath) -> Path:
    fill, stroke, width = path.fill or None, path.stroke or None, path.width / GRID
    dash = tuple(part / GRID for part in path.dash)
    return Path(drawing.commands(path), fill, stroke, width, dash, bool(stroke), bool(fill))


def _logo_path(path: LogoPath) -> Path:
    cap = path.cap == "round"
    return Path(path.commands, path.fill, path.stroke, path.width, path.dash, cap, path.even_odd)


def qr_picture(rows: Iterable[Iterable[int]]) -> Picture:
    """Return the modules of a QR code as one path, with a strip for each run of dark ones."""
    modules = [list(row) for row in rows]
    data: list[list[Any]] = []
    for y, row in enumerate(modules):
        for dark, run in groupby(range(len(row)), key=row.__getitem__):
            if dark:
                places = list(run)
                left, right = places[0], places[-1] + 1
                data += [["M", left, y], ["L", right, y], ["L", right, y + 1],
                         ["L", left, y + 1], ["Z"]]  # fmt: skip
    path = {"d": data, "fill": "#000000", "stroke": None, "width": 0, "dash": [], "round": False,
            "even_odd": False}  # fmt: skip
    return {"width": len(modules), "height": len(modules), "alt": "", "paths": [path]}


def svg(picture: Picture) -> str:
    """Return a picture as an SVG file."""
    wide, high = picture["width"], picture["height"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}">{"".join(map(_shape, picture["paths"]))}</svg>'
    )


def _shape(path: dict[str, Any]) -> str:
    data = "".join(kind + " ".join(map(str, numbers)) for kind, *numbers in path["d"])
    look = f'fill="{path["fill"] or "none"}"'
    if path["even_odd"]:
        look += ' fill-rule="evenodd"'
    if path["stroke"]:
        look += f' stroke="{path["stroke"]}" stroke-width="{path["width"]}"'
        if path["dash"]:
            look += f' stroke-dasharray="{",".join(map(str, path["dash"]))}"'
        if path["round"]:
            look += ' stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{data}" {look}/>'

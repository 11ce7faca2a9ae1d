"""Turn one solved frame with its props into paint: ground, shadow, then the rest by depth.

Each part is filled, then its outline is drawn except where it joins its neighbour at a joint. This
gives seamless hips, knees and shoulders but keeps the creases that show a pose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Final

import numpy as np

from handouts.figures import furniture, gear
from handouts.figures.body import blades, body_parts, tints
from handouts.figures.contacts import contacts_of
from handouts.figures.geometry import (
    NO_SHAPE,
    Array,
    Camera,
    Shape,
    disc,
    grown,
    moved,
    polygons,
    union,
)
from handouts.figures.paint import Painter, painting_order
from handouts.figures.part import INNER, OUTER, PROP, THIN, Box, Chain, Mark, Part, View
from handouts.figures.points import centre, single, spots
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.model.figure import Figure
from handouts.model.props import Prop

_WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "head": ("head", "neck"),
    "hand": ("{side}_hand", "{side}_fingers"),
    "foot": ("{side}_foot",),
    "shoulder": ("{side}_sleeve",),
    "forearm": ("{side}_forearm",),
}
"""The parts that a close-up shows for a point of the body."""

_SPOT: Final = 1.0
"""The least that a close-up shows of a point of the body, in units to each side."""

_SKIPPED: Final = ("bun",)
"""Layers that most palettes leave out do not affect outlines, shadows or bounds."""


class Scene:
    """A frame ready to paint. ``skeletons`` are all frames, for what must be equal in all."""

    def __init__(
        self, figure: Figure, skeleton: Skeleton, skeletons: Sequence[Skeleton], camera: Camera
    ) -> None:
        self.camera = camera
        self.view = View(skeleton, camera)
        self.body = body_parts(self.view, barefoot=bool(figure.barefoot))
        if _shows_blades(figure):
            next(part for part in self.body if part.name == "shirt").marks += blades(self.view)
        if skeleton is skeletons[-1]:
            # The patient feels the exercise where the motion ends.
            for part, mark in reversed([*tints(figure, self.view, self.body)]):
                part.marks.insert(0, mark)
        self.ground, self.props = setting(figure.props or (), self.view, skeletons)
        self.parts = painting_order([*self.body, *self.props])
        self._names = {part.name for part in self.body}

    def flat(self, point: str) -> Array:
        """Return the position of a point of the body on the picture."""
        return self.camera.flat(centre(self.view.skeleton, point))

    @cached_property
    def silhouette(self) -> Shape:
        """The outline of the whole body."""
        return union(part.outline for part in self.body if part.name not in _SKIPPED)

    @cached_property
    def everything(self) -> Shape:
        """The outline of body and props, without the ground."""
        return union([self.silhouette, *(part.outline for part in self.props)])

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, low, right and high of everything drawn, without shadow and arrows."""
        left, low, right, high = union(
            [self.everything, *(part.outline for part in self.ground)]
        ).bounds
        edge = OUTER / 2
        return left - edge, low - edge, right + edge, high + edge

    def seen(self, point: str) -> Shape:
        """Return the outline of a point of the body (all of a hand, foot or head) or a prop."""
        held = [part.outline for part in self.props if part.name.startswith(point)]
        if held:
            return union(held)
        by_name = {part.name: part for part in self.body}
        shapes = []
        for one in single(point):
            side, _, limb = one.partition("_")
            names = _WHOLE.get(limb if side in SIDES else one, ())
            shapes += [by_name[name.format(side=side)].outline for name in names]
            if not names:
                thick = max(_SPOT, *(flesh for *_, flesh in spots(one)))
                shapes.append(disc(self.flat(one), thick))
        return union(shapes)

    def paint_ground(self, painter: Painter) -> None:
        """Paint mat or wall, and the soft shadow on them and on the floor."""
        for part in self.ground:
            self._paint_prop(painter, part)
        shadow = self._shadow()
        mats = [part for part in self.ground if isinstance(part, Box) and part.name == "mat"]
        beside = shadow.difference(grown(union(part.outline for part in self.ground), 0.3))
        painter.fill(beside, "shadow")
        on_mat = grown(union(part.top for part in mats), -0.25)
        painter.fill(shadow.intersection(on_mat), "mat-shadow")

    def _shadow(self) -> Shape:
        """Return the shadow straight below everything, with soft edges and without small parts."""
        turn = self.camera.turn
        flatten = turn @ np.diag([1.0, 0.0, 1.0]) @ turn.T
        cast = [part.shadow(flatten) for part in self.parts if part.name not in _SKIPPED]
        whole = union(shape for shape in cast if shape is not None)
        soft = grown(grown(grown(whole, 2.5), -2.7), 0.8)
        return union(polygons(soft, 8))

    def paint_ghost(self, painter: Painter) -> None:
        """Paint the body as a pale shape with a dashed outline, to show where the motion starts."""
        painter.fill(self.silhouette, "ghost")
        inner = [
            self._visible_outline(index)
            for index, part in enumerate(self.parts)
            if part.name in self._names and part.name not in _SKIPPED
        ]
        edge = grown(self.silhouette.boundary, 0.3)
        painter.line(union(inner).difference(edge), "ghost-line", THIN * 0.8)
        painter.line(self.silhouette.boundary, "ghost-line", INNER, dash=(1.6, 1.1))

    def _visible_outline(self, index: int) -> Shape:
        above = union(part.outline for part in self.parts[index + 1 :] if part.name in self._names)
        return self._outline(index).difference(above)

    def paint_body(self, painter: Painter) -> None:
        """Paint body and props."""
        edge = grown(self.silhouette.boundary, 0.22)
        shades = self._shades()
        for index, part in enumerate(self.parts):
            if part.name not in self._names:
                self._paint_prop(painter, part)
                continue
            tone = "-far" if part.far else ""
            painter.fill(part.outline, part.material + tone)
            shade = shades[part.group].intersection(part.outline)
            painter.fill(shade, f"{part.material}{tone}-shade")
            _paint_marks(painter, part.marks, tone)
            outline = self._outline(index)
            ink = "bun-line" if part.name == "bun" else f"line{tone}"
            painter.line(outline.difference(edge), ink, INNER, shortest=1.7)
            painter.line(outline.intersection(edge), ink, OUTER)

    def _paint_prop(self, painter: Painter, part: Part) -> None:
        painter.fill(part.outline, part.material)
        _paint_marks(painter, part.marks, "")
        width = THIN if part.material == "band" else PROP
        painter.line(part.outline.boundary, "line", width)

    def _outline(self, index: int) -> Shape:
        """Return a part's outline without the seams to parts painted before it."""
        part = self.parts[index]
        below = {other.name: other for other in self.parts[:index]}
        cuts = []
        for seam in part.seams:
            other = below.get(seam.other)
            keeps = seam.other == "shirt" and "sleeve" not in part.name
            if other is not None and not keeps:
                cuts.append(disc(seam.centre, seam.radius).intersection(grown(other.outline, -0.1)))
        for other in below.values():
            for seam in other.seams:
                if seam.other != part.name or (part.name == "shirt" and "sleeve" not in other.name):
                    continue
                surface = part.front(seam.centre[None, :2])[0]
                if not np.isnan(surface) and surface - seam.centre[2] > seam.radius * 1.35:
                    continue  # the joint lies well behind this part, which keeps its edge
                cuts.append(disc(seam.centre, seam.radius).intersection(grown(other.outline, -0.1)))
        boundary: Shape = part.outline.boundary
        return boundary.difference(union(cuts)) if cuts else boundary

    def _shades(self) -> dict[str, Shape]:
        """Return a crescent of shade for every limb, head and trunk; light is from upper left."""
        groups: dict[str, list[Chain]] = {}
        for part in self.body:
            groups.setdefault(part.group, []).append(part)
        roots = [part for part in self.body if part.name.endswith(("_sleeve", "_shorts"))]
        shades: dict[str, Shape] = {}
        for group, parts in groups.items():
            if group in ("neck", "bun"):
                shades[group] = NO_SHAPE
                continue
            trunk = group == "trunk"
            shape = union(part.outline for part in [*parts, *(roots if trunk else [])])
            step = 1.5 if trunk else 1.0
            shade = shape.difference(moved(shape, -step * 0.75, step))
            side, _, limb = group.partition("_")
            if limb:
                joint, radius = ("hip", 8.5) if limb == "leg" else ("shoulder", 7.0)
                shade = shade.difference(disc(self.view.point(f"{side}_{joint}"), radius))
            shades[group] = shade
        return shades


def _paint_marks(painter: Painter, marks: Iterable[Mark], tone: str) -> None:
    for mark in marks:
        if mark.fill:
            painter.fill(mark.shape, mark.fill + (tone if mark.fill == "sole" else ""))
        if mark.line:
            painter.line(mark.shape, mark.line, mark.width, shortest=mark.shortest)


def _shows_blades(figure: Figure) -> bool:
    """Return whether a figure names the shoulder blades."""
    named = [*(figure.closeup or ()), *(figure.working or ()), *(figure.stretch or ())]
    for arrow in figure.arrows or ():
        named += [name for name in (arrow.of, arrow.at, arrow.squeeze, arrow.apart) if name]
    return any("blade" in name for name in named)


_Makers = dict[str, Callable[..., list[Part]]]
# Props that stand by themselves, that the frames place, that follow the body, and that go through
# points of the body and of other props.
_STANDING: Final[_Makers] = {
    "wall": furniture.wall,
    "chair": furniture.chair,
    "couch": furniture.couch,
    "bed": furniture.bed,
    "counter": furniture.counter,
    "table": furniture.table,
    "rail": furniture.rail,
    "door_frame": furniture.door_frame,
    "block": partial(furniture.block, "block"),
    "step": partial(furniture.block, "step"),
    "stability_ball": furniture.stability_ball,
}
_PLACED: Final[_Makers] = {"mat": furniture.mat, "pillow": furniture.pillow, "roll": furniture.roll}
_WORN: Final[_Makers] = {
    "small_ball": furniture.small_ball,
    "loop_band": gear.loop_band,
    "strap": gear.strap,
    "dumbbell": gear.dumbbells,
    "kettlebell": gear.kettlebell,
    "stick": gear.stick,
    "hammer": gear.hammer,
    "hand_ball": gear.hand_ball,
    "ankle_weight": gear.ankle_weights,
}
_STRETCHED: Final[_Makers] = {"band": gear.band, "towel": gear.towel}


def setting(
    props: Sequence[Prop], view: View, skeletons: Sequence[Skeleton]
) -> tuple[list[Part], list[Part]]:
    """Return the parts on the ground (painted first) and those in depth order with the body."""
    ground: list[Part] = []
    parts: list[Part] = []
    given: tuple[tuple[_Makers, tuple[object, ...]], ...] = (
        (_STANDING, (view.camera,)),
        (_PLACED, (skeletons, view.camera)),
        (_WORN, (view,)),
        (_STRETCHED, (view, contacts_of(props))),
    )
    for prop in props:
        makers, known = next(pair for pair in given if prop.kind in pair[0])
        made = makers[prop.kind](prop.options, *known)
        (ground if prop.kind in ("mat", "wall") else parts).extend(made)
    return ground, parts

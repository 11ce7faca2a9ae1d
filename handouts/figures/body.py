"""Turn a skeleton and a camera into the parts of a dressed body.

Shirt, shorts and shoes divide the body into parts, which makes a pose readable: thigh against
trunk, near against far. Cut ends are flat discs, so that hems are foreshortened correctly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from shapely.geometry import LineString

from handouts.figures.geometry import (
    Ellipsoid,
    Shape,
    ball,
    closed,
    disc,
    grown,
    hull,
    largest,
    rows,
    smooth,
    union,
)
from handouts.figures.hands import bare_foot, hand, shoe
from handouts.figures.head import bun, head, neck
from handouts.figures.part import INNER, OUTER, Chain, Mark, Seam, View
from handouts.figures.skeleton import SIDES, SIGN, Offset
from handouts.model.figure import MIDLINE, Figure

SLEEVE = 0.62
SHORTS = 0.5
"""Where sleeves and shorts end, as a fraction of upper arm and thigh."""
HIP_CREASE = 8.5
"""Within this distance of the hip the shirt covers the thigh: the crease of a bent hip."""
_CREASE_ROUND = 1.6
_OVERLAP = 0.015
_SHIRT_HEM = 4.4


def body_parts(view: View, *, barefoot: bool = False) -> list[Chain]:
    """Return the parts of the body, in no particular order."""
    pelvis, shirt = _pelvis(view), _shirt(view)
    shirt.over.add(pelvis.name)
    skull = head(view)
    parts = [pelvis, shirt, neck(view, shirt), skull, bun(view, skull)]
    for side in SIDES:
        parts += _arm(view, side, shirt)
        parts += _leg(view, side, shirt, barefoot=barefoot)
    return parts


def _behind(view: View, segment: str, middle: str) -> float:
    """Return how far a joint is behind the middle of the body, as seen."""
    return float(view.point(middle)[2] - view.point(segment)[2])


def _pelvis(view: View) -> Chain:
    pieces = [
        view.ellipsoid("pelvis", (-0.2, 6.0, 0), (6.0, 0.6, 8.0)),
        view.ellipsoid("pelvis", (-0.2, 3.5, 0), (6.3, 2.5, 8.6)),
        view.ellipsoid("pelvis", (-0.5, 0, 0), (6.4, 4.2, 8.8)),
        view.ellipsoid("pelvis", (-2.6, -2.4, 4.2), (5.8, 5.4, 4.8)),
        view.ellipsoid("pelvis", (-2.6, -2.4, -4.2), (5.8, 5.4, 4.8)),
        view.ellipsoid("pelvis", (1.0, -3.0, 0), (5.0, 3.2, 7.6)),
    ]
    links = [(0, 1), (1, 2), (2, 3), (2, 4), (3, 4), (2, 5)]
    return Chain("pelvis", "shorts", pieces, links, 1.5, group="trunk")


def _shirt(view: View) -> Chain:
    pieces = [
        view.ellipsoid("pelvis", (-0.4, _SHIRT_HEM, 0), (6.9, 0.3, 9.3)),
        view.ellipsoid("pelvis", (-0.2, 6.4, 0), (6.3, 2.0, 8.7)),
        view.ellipsoid("s0", (0.1, 3.0, 0), (6.0, 4.0, 8.4)),
        view.ellipsoid("s1", (0.3, 3.2, 0), (6.1, 4.0, 8.5)),
        view.ellipsoid("s2", (0.5, 3.0, 0), (6.7, 4.0, 9.2)),
        view.ellipsoid("s3", (0.6, 1.0, 0), (7.0, 4.0, 9.9)),
        view.ellipsoid("s3", (0, 3.6, 0), (5.9, 3.2, 9.6)),
        view.ellipsoid("s3", (-0.6, 7.4, 0), (3.7, 1.4, 5.2)),
        *(ball(view.point(f"{side}_shoulder"), 3.4) for side in SIDES),
    ]
    links = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (6, 8), (6, 9), (7, 8), (7, 9)]
    return Chain("shirt", "shirt", pieces, links, 2.0, group="trunk")


def _layer(outer: Chain, inner: Chain, towards_viewer: float) -> None:
    """Put a limb over its sleeve if it comes towards the viewer, else under it."""
    if towards_viewer > 0.05:
        inner.over.add(outer.name)
    else:
        outer.over.add(inner.name)


def _piece(
    group: str, name: str, material: str, ellipsoids: list[Ellipsoid], *, far: bool
) -> Chain:
    """Return a piece of a limb, such as ``right_arm``, with rounded creases."""
    side, _, limb = group.partition("_")
    closing = 0.3 if limb == "arm" else 0.4
    return Chain(f"{side}_{name}", material, ellipsoids, closing=closing, group=group, far=far)


def _arm(view: View, side: str, shirt: Chain) -> list[Chain]:
    group = f"{side}_arm"
    far = _behind(view, f"{side}_shoulder", "s3") > 5.0
    shoulder = view.point(f"{side}_shoulder")
    bare = view.limb(side, "upper_arm", (SLEEVE - _OVERLAP, 1), cut_top=True)
    upper = _piece(group, "upper_arm", "skin", bare, far=far)
    dressed = view.limb(side, "upper_arm", (0, SLEEVE), wider=0.55, cut_bottom=True)
    sleeve = _piece(group, "sleeve", "shirt", dressed, far=far)
    sleeve.seams.append(Seam("shirt", shoulder, 6.0))
    _fill_armpit(shirt, sleeve, Seam("", shoulder, 7.5))
    _layer(sleeve, upper, float(view.axis(f"{side}_shoulder", (0, -1, 0))[2]))
    fore = _piece(group, "forearm", "skin", view.limb(side, "forearm", (0, 1)), far=far)
    fore.seams.append(Seam(upper.name, view.point(f"{side}_elbow"), 3.4))
    return [upper, sleeve, fore, *hand(view, side, fore.name, far=far)]


def _fill_armpit(shirt: Chain, sleeve: Chain, around: Seam) -> None:
    """Round the corners between a near sleeve and the shirt."""
    if sleeve.far:
        return
    both = union([shirt.outline, sleeve.outline])
    filling = closed(both, 2.6).intersection(disc(around.centre, around.radius))
    joined = union([shirt.outline, grown(filling.difference(both), 0.06)])
    shirt.outline = largest(grown(grown(grown(joined, 0.5), -1.0), 0.5))


def _creased(view: View, side: str) -> bool:
    """Return whether the shirt's hem shows at a hip: not if the thigh is in front of the belly."""
    thigh = -view.skeleton.axis(f"{side}_hip", 1)
    towards_viewer = float(view.axis(f"{side}_hip", (0, -1, 0))[2])
    headward = float(thigh @ view.skeleton.axis("pelvis", 1))
    from_above = float(view.axis("pelvis", (0, 1, 0))[2]) > 0
    return headward < 0.3 and (towards_viewer < 0.3 or from_above)


def _smoothed(shorts: Shape, crease: Shape) -> Shape:
    """Return shorts without the part that the shirt covers at a crease, with rounded corners."""
    cut = shorts.difference(crease)
    soft = grown(grown(grown(cut, _CREASE_ROUND), -2 * _CREASE_ROUND), _CREASE_ROUND)
    near = grown(crease, 2 * _CREASE_ROUND)
    inner = grown(shorts, -_CREASE_ROUND)
    rounded = soft.intersection(near).intersection(union([cut, inner]))
    return largest(union([rounded, cut.difference(near)]))


def _leg(view: View, side: str, shirt: Chain, *, barefoot: bool) -> list[Chain]:
    group = f"{side}_leg"
    far = _behind(view, f"{side}_hip", "pelvis") > 2.25
    hip = view.point(f"{side}_hip")
    bare = view.limb(side, "thigh", (SHORTS - _OVERLAP, 1), cut_top=True)
    thigh = _piece(group, "thigh", "skin", bare, far=far)
    dressed = view.limb(side, "thigh", (0, SHORTS), wider=0.5, cut_bottom=True)
    shorts = _piece(group, "shorts", "shorts", dressed, far=far)
    if _creased(view, side):
        crease = shirt.outline.intersection(disc(hip, HIP_CREASE))
        shorts.outline = _smoothed(shorts.outline, crease)
    shorts.seams += [Seam("pelvis", hip, 8.4), Seam("shirt", hip, 8.0)]
    skeleton = view.skeleton
    if float(skeleton.axis(f"{side}_hip", 1) @ skeleton.axis("pelvis", 1)) > 0.55:
        shirt.mild_over.add(shorts.name)
    _layer(shorts, thigh, float(view.axis(f"{side}_hip", (0, -1, 0))[2]))
    shank = _piece(group, "shank", "skin", view.limb(side, "shank", (0, 0.97)), far=far)
    shank.seams.append(Seam(thigh.name, view.point(f"{side}_knee"), 5.0))
    foot = bare_foot if barefoot else shoe
    return [thigh, shorts, shank, foot(view, side, shank.name, far=far)]


# Segment, middle, radii, outward direction, and the parts that show it. In a sided area, z is
# outward and the side is a prefix of its names.
_Area = tuple[str, Offset, Offset, Offset, tuple[str, ...]]
_SIDED: Final[dict[str, _Area]] = {
    "buttocks": ("pelvis", (-4.4, -2.2, 4.3), (4.2, 4.6, 4.4), (-1, 0, 0.2), ("pelvis", "_shorts")),
    "thigh_front": ("hip", (3.0, -12, 0), (3.4, 9.5, 4.0), (1, 0, 0), ("_thigh", "_shorts")),
    "thigh_back": ("hip", (-2.6, -13, 0), (3.4, 9.5, 4.0), (-1, 0, 0), ("_thigh", "_shorts")),
    "thigh_inner": ("hip", (0, -11, -2.6), (4.0, 9.5, 3.0), (0, 0, -1), ("_thigh", "_shorts")),
    "thigh_outer": ("hip", (-0.5, -3, 4.2), (4.2, 6.5, 3.2), (0, 0, 1), ("_shorts", "pelvis")),
    "calf": ("knee", (-2.4, -7.5, 0), (2.6, 6.5, 3.2), (-1, 0, 0), ("_shank",)),
    "hip_front": ("hip", (4.2, -2.5, 0), (3.2, 5.0, 4.0), (1, 0, 0), ("_shorts", "pelvis")),
    "waist": ("s0", (-0.5, 1.5, 6.0), (4.4, 6.0, 3.6), (0, 0, 1), ("shirt", "pelvis")),
    "chest": ("s3", (4.4, -0.5, 4.6), (3.2, 4.0, 4.2), (1, 0, 0), ("shirt",)),
    "shoulder": ("shoulder", (0, -2.0, 1.2), (3.4, 4.4, 3.0), (0, 0, 1), ("_sleeve",)),
    "shoulder_blade": ("blade", (0, -0.4, 0), (3.0, 4.8, 3.0), (-1, 0, 0), ("shirt",)),
    "upper_arm_front": ("shoulder", (2, -9, 0), (2, 6, 3), (1, 0, 0), ("_upper_arm", "_sleeve")),
    "upper_arm_back": ("shoulder", (-2, -9, 0), (2, 6, 3), (-1, 0, 0), ("_upper_arm", "_sleeve")),
    "forearm_top": ("elbow", (0.6, -5.6, 1.2), (1.9, 4.6, 1.9), (0.6, 0, 0.8), ("_forearm",)),
    "forearm_palm": ("elbow", (0.6, -5.6, -1.2), (1.9, 4.6, 1.9), (0.6, 0, -0.8), ("_forearm",)),
    "foot_arch": ("ankle", (2.6, -3.9, 0), (4.2, 1.3, 2.6), (0, -1, 0), ("_foot",)),
}
_MIDDLE: Final[dict[str, _Area]] = {
    "belly": ("s0", (4.6, 2.0, 0), (3.2, 6.5, 6.0), (1, 0, 0), ("shirt",)),
    "lower_back": ("s0", (-4.4, 1.5, 0), (3.0, 6.0, 6.0), (-1, 0, 0), ("shirt", "pelvis")),
    "upper_back": ("s3", (-4.6, -1.0, 0), (3.2, 6.0, 7.0), (-1, 0, 0), ("shirt",)),
    "neck": ("neck", (-1.6, 2.0, 0), (2.6, 3.2, 3.0), (-1, 0, 0), ("neck",)),
}
_RIMS: Final = {"working": "working-rim", "stretch": "stretch-line"}
_SLANTS: Final = {"working": (1, -1), "stretch": (1,)}
_FINE: Final = 0.4
_NEAR: Final = 0.3
_PITCH: Final = 2.8
"""Distance between the lines of a hatch, measured along the picture, in units."""
_SEEN: Final = -0.35
"""An area is shown unless it faces away from the viewer by more than this (a cosine)."""


def tints(figure: Figure, view: View, parts: Sequence[Chain]) -> Iterator[tuple[Chain, Mark]]:
    """Yield the patches of a figure's areas, each with the part that it is on."""
    by_name = {part.name: part for part in parts}
    for role, areas in (("working", figure.working), ("stretch", figure.stretch)):
        for area in areas or ():
            for side, name in _sides(area):
                yield from _patches(view, by_name, side, name, role)


def _sides(area: str) -> Iterator[tuple[str, str]]:
    side, _, name = area.partition("_")
    if area in MIDLINE:
        yield "", area
    elif side in SIDES:
        yield side, name
    else:
        for each in SIDES:
            yield each, area


def _patches(
    view: View, parts: dict[str, Chain], side: str, area: str, role: str
) -> Iterator[tuple[Chain, Mark]]:
    segment, offset, radii, outward, shown_on = (_SIDED if side else _MIDDLE)[area]
    sign = SIGN.get(side, 1.0)
    limb = segment in ("hip", "knee", "ankle", "shoulder", "elbow", "blade")
    name = f"{side}_{segment}" if limb else segment
    x, y, z = offset
    if float(view.axis(name, (outward[0], outward[1], outward[2] * sign))[2]) < _SEEN:
        return
    patch = hull(view.ellipsoid(name, (x, y, z * sign), radii).silhouette())
    for part_name in shown_on:
        part = parts[f"{side}{part_name}" if part_name.startswith("_") else part_name]
        shape = patch.intersection(part.outline)
        if shape.is_empty:
            continue
        yield part, Mark(shape, fill=role)
        # A patch that ends at the edge of its part continues on the next part, or the body ends
        # there.
        inside = grown(part.outline, -_NEAR)
        for slant in _SLANTS[role]:
            lines_across = _hatch(shape, slant).intersection(inside)
            yield part, Mark(lines_across, line=f"{role}-line", width=_FINE)
        rim = shape.boundary.intersection(inside)
        yield part, Mark(rim, line=_RIMS[role], width=OUTER if role == "working" else _FINE)


def _hatch(shape: Shape, way: int) -> Shape:
    """Return lines across a shape, rising to the right (1) or left (-1); neighbours' lines meet."""
    left, low, right, high = shape.bounds
    starts = sorted((low * way, high * way))
    first, last = (left - starts[1]) / _PITCH, (right - starts[0]) / _PITCH
    slants = [
        LineString([(low * way + step * _PITCH, low), (high * way + step * _PITCH, high)])
        for step in range(math.floor(first), math.ceil(last) + 1)
    ]
    return union(slants).intersection(shape)


_BLADE_SEEN: Final = 0.5
# The border along the spine, round the lower tip and up the outer side; then the ridge to the
# shoulder. Forward, headward, outward in the blade's axes.
_BLADE: Final = (
    ((0, 4.4, -1.2), (-0.4, 2.0, -2.3), (-0.6, -1.4, -2.3), (-0.2, -4.4, -1.2), (0.2, -5.6, 0.2),
     (0.4, -4.4, 1.3), (0.6, -2.2, 2.1)),
    ((-0.4, 2.4, -2.1), (-0.2, 3.1, 0), (0.6, 3.9, 2.4)),
)  # fmt: skip


def blades(view: View) -> Iterator[Mark]:
    """Yield the lines of both shoulder blades under the shirt, if the back is visible."""
    if float(view.axis("s3", (-1, 0, 0))[2]) < _BLADE_SEEN:
        return
    for side in SIDES:
        for run in _BLADE:
            places = rows([(x, y, z * SIGN[side]) for x, y, z in run])
            turn, origin = view.skeleton.frames[f"{side}_blade"]
            flat = view.camera.flat(origin + places @ turn.T)
            yield Mark(LineString(smooth(flat)), line="line", width=INNER)

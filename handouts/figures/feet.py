"""Ankle and toes into a shoe that bends at the ball of the foot, with its sole."""

from __future__ import annotations

from handouts.figures.build import View
from handouts.figures.outline import Ellipsoid, chain, closed, grown, largest, union
from handouts.figures.part import Chain, Mark
from handouts.figures.proportions import ANKLE_HEIGHT, SIGN
from handouts.figures.space import Array

_LINKS = ((0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (3, 4))
_SOLE_THICKNESS = 1.15


def shoe(view: View, side: str, shank: str, *, far: bool) -> Chain:
    """Return the shoe of a side; it covers the end of the shank."""
    ankle, toes, sign = f"{side}_ankle", f"{side}_toes", SIGN[side]
    floor = -ANKLE_HEIGHT
    upper = [
        view.ellipsoid(ankle, (-2.0, floor + 2.5, 0), 2.5),
        view.ellipsoid(ankle, (0, 0.6, 0), (2.75, 1.0, 2.7)),
        view.ellipsoid(ankle, (3.0, -1.9, 0), (2.3, 2.0, 2.5)),
        view.ellipsoid(toes, (1.0, 1.75, 0), (2.5, 1.75, 3.0)),
        view.ellipsoid(toes, (3.4, 1.3, -0.2 * sign), (1.9, 1.3, 2.4)),
    ]
    part = Chain(f"{side}_foot", "shoe", upper, _LINKS, 0.6, group=f"{side}_leg", far=far)
    part.over.add(shank)
    sole = chain(
        [
            view.ellipsoid(ankle, (-2.0, floor + 0.55, 0), (2.6, 0.6, 2.6)),
            view.ellipsoid(toes, (0.2, 0.55, 0), (2.2, 0.6, 3.1)),
            view.ellipsoid(toes, (1.4, 0.55, 0), (2.2, 0.6, 3.0)),
            view.ellipsoid(toes, (3.5, 0.6, -0.2 * sign), (1.95, 0.62, 2.5)),
        ],
        [(0, 1), (1, 2), (2, 3)],
    )
    part.outline = largest(closed(union([part.outline, sole]), 0.3))
    lift, lift_toes = (view.axis(name, (0, _SOLE_THICKNESS, 0)) for name in (ankle, toes))
    top = chain(_lifted(upper, (lift, lift, lift, lift_toes, lift_toes)), _LINKS, 0.6)
    rim = part.outline.difference(top)
    if lift[2] < 0:
        rim = union([rim, sole]).intersection(part.outline)
    part.marks.append(Mark(grown(grown(rim, -0.12), 0.12), fill="sole"))
    return part


def _lifted(pieces: list[Ellipsoid], ways: tuple[Array, ...]) -> list[Ellipsoid]:
    return [
        Ellipsoid(piece.centre + way, piece.spread) for piece, way in zip(pieces, ways, strict=True)
    ]

"""Parts: the pieces that body and props are painted from, with their depth towards the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.outline import Ellipsoid, Links, Shape, chain, chain_links
from handouts.figures.space import Array, rows

OUTER: Final = 0.72
INNER: Final = 0.46
PROP: Final = 0.5
THIN: Final = 0.34
"""Line weights in units: round the body, within it, round a prop, and for details."""


class Seam(Struct, frozen=True):
    """Where a part runs into another without a line: a disc round a joint, as seen."""

    other: str
    centre: Array
    radius: float


class Mark(Struct, frozen=True):
    """A shape painted on a part: filled, or drawn as lines of a width, or both, by roles."""

    shape: Shape
    fill: str | None = None
    line: str | None = None
    width: float = THIN
    shortest: float = 0.5


@dataclass(eq=False)
class Part:
    """A piece with an outline. ``over`` and ``under`` name parts that it must cover or lie below.

    ``mild_over`` is a wish that any measured depth overrules. ``group`` is the limb that is
    shaded as one; ``far`` tells that it is on the body's far side.
    """

    name: str
    material: str
    outline: Shape
    group: str = "prop"
    far: bool = False
    over: set[str] = field(default_factory=set)
    under: set[str] = field(default_factory=set)
    mild_over: set[str] = field(default_factory=set)
    seams: list[Seam] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def depth(self) -> float:
        """Mean distance towards the viewer."""
        raise NotImplementedError

    def front(self, points: Array) -> Array:
        """Return the distance towards the viewer of its surface at points; nan outside it."""
        raise NotImplementedError

    def shadow(self, flatten: Array) -> Shape | None:
        """Return its outline when flattened onto the floor; None if it casts no shadow."""
        del flatten
        return None


_QUARTERS = (0, 0.25, 0.5, 0.75, 1.0)
_SHADOW = 0.8
"""A shadow's ellipsoids, as a part of the body's: the light comes from all over the ceiling."""


class Chain(Part):
    """A part made of linked ellipsoids."""

    def __init__(
        self,
        name: str,
        material: str,
        ellipsoids: Sequence[Ellipsoid],
        links: Links | None = None,
        closing: float = 0.0,
        *,
        group: str = "prop",
        far: bool = False,
    ) -> None:
        self.ellipsoids = list(ellipsoids)
        self.links = links or chain_links(len(self.ellipsoids))
        super().__init__(
            name, material, chain(self.ellipsoids, self.links, closing), group=group, far=far
        )

    @property
    def depth(self) -> float:
        """Mean distance of its ellipsoids towards the viewer."""
        return float(np.mean([ellipsoid.centre[2] for ellipsoid in self.ellipsoids]))

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        centres, spreads = [], []
        for link in self.links:
            one, other = self.ellipsoids[link[0]], self.ellipsoids[link[-1]]
            for part in _QUARTERS if one is not other else (0,):
                centres.append(one.centre + (other.centre - one.centre) * part)
                spreads.append(one.spread + (other.spread - one.spread) * part)
        return rows(centres), rows(spreads)

    def front(self, points: Array) -> Array:
        """Return the depth of the ellipsoids' surface, taken densely along the links."""
        centres, spreads = self._dense
        a, b, d = spreads[:, 0, 0], spreads[:, 0, 1], spreads[:, 1, 1]
        determinant = np.maximum(a * d - b * b, 1e-9)
        ia, ib, id_ = d / determinant, -b / determinant, a / determinant
        zx, zy, zz = spreads[:, 2, 0], spreads[:, 2, 1], spreads[:, 2, 2]
        dx = points[:, None, 0] - centres[None, :, 0]
        dy = points[:, None, 1] - centres[None, :, 1]
        inside = ia * dx * dx + 2 * ib * dx * dy + id_ * dy * dy
        slope_x, slope_y = zx * ia + zy * ib, zx * ib + zy * id_
        thick = np.maximum(zz - (zx * slope_x + zy * slope_y), 0)
        height = np.where(inside <= 1.02, np.maximum(1 - inside, 0), -1.0)
        surface = centres[:, 2] + slope_x * dx + slope_y * dy + np.sqrt(np.abs(height) * thick)
        nearest = np.where(height >= 0, surface, -np.inf).max(axis=1)
        result: Array = np.where(np.isfinite(nearest), nearest, np.nan)
        return result

    def shadow(self, flatten: Array) -> Shape | None:
        """Return its outline flattened onto the floor."""
        flat = [
            Ellipsoid(
                flatten @ ellipsoid.centre,
                flatten @ ellipsoid.spread @ flatten.T * _SHADOW + np.eye(3) * 1e-4,
            )
            for ellipsoid in self.ellipsoids
        ]
        return chain(flat, self.links)

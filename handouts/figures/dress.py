"""A display list and a palette into what is drawn: wanted layers only, the right way round."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.figures.style import NONE
from handouts.figures.vector import Path, Vector, flipped


def dressed(vector: Vector, palette: Mapping[str, str], *, mirrored: bool = False) -> Vector:
    """Return a drawing without the layers that a palette leaves out, mirrored if asked.

    Roles stay roles; the layout's brand gives them their colours.
    """
    paths = [path for path in vector.paths if _shown(path, palette)]
    if not mirrored:
        return Vector(vector.bounds, tuple(paths))
    left, top, right, bottom = vector.bounds
    turned = tuple(flipped(path, left + right) for path in paths)
    return Vector((left, top, right, bottom), turned)


def _shown(path: Path, palette: Mapping[str, str]) -> bool:
    return any(palette.get(role, role) != NONE for role in (path.fill, path.stroke) if role)

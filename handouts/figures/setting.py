"""The props of a figure into parts: those on the ground, and those among the body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from handouts.figures import furniture, gear
from handouts.figures.build import View
from handouts.figures.part import Part
from handouts.figures.skeleton import Skeleton
from handouts.model.props import Prop

# What stands by itself, what is placed by the first frame, what follows the body.
_STANDING: Final[dict[str, Callable[..., list[Part]]]] = {
    "chair": furniture.chair,
    "couch": furniture.couch,
    "bed": furniture.bed,
    "counter": furniture.counter,
    "stability_ball": furniture.stability_ball,
}
_PLACED: Final[dict[str, Callable[..., list[Part]]]] = {
    "pillow": furniture.pillow,
    "roll": furniture.roll,
}
_WORN: Final[dict[str, Callable[..., list[Part]]]] = {
    "small_ball": furniture.small_ball,
    "loop_band": gear.loop_band,
    "band": gear.band,
    "strap": gear.strap,
    "dumbbell": gear.dumbbells,
    "kettlebell": gear.kettlebell,
}


def setting(
    props: Iterable[Prop], view: View, skeletons: Sequence[Skeleton]
) -> tuple[list[Part], list[Part]]:
    """Return the parts on the ground (painted first) and those in depth order with the body."""
    ground: list[Part] = []
    parts: list[Part] = []
    for prop in props:
        options: Any = prop.options
        if prop.kind == "mat":
            ground.append(furniture.mat(options, skeletons, view.camera))
        elif prop.kind == "wall":
            ground.append(furniture.wall(options, view.camera))
        elif prop.kind in ("block", "step"):
            parts += furniture.block(prop.kind, options, view.camera)
        elif prop.kind in _STANDING:
            parts += _STANDING[prop.kind](options, view.camera)
        elif prop.kind in _PLACED:
            parts += _PLACED[prop.kind](options, skeletons[0], view.camera)
        else:
            parts += _WORN[prop.kind](options, view)
    return ground, parts

"""Turn poses and props into solved skeletons, and two of these into the motion between them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from handouts.figures.contacts import HAND, ContactSurface, contacts_of
from handouts.figures.geometry import Array, rows, turned_part, vec
from handouts.figures.points import (
    TOUCHING,
    bend_leg,
    centre,
    keep_foot,
    keep_hand,
    lowest,
    plant_foot,
    plant_hand,
    reach_with_hand,
    single,
    underside,
)
from handouts.figures.skeleton import SIDES, SIGN, Skeleton, forward
from handouts.load.yaml import parse
from handouts.model.anatomy import POINTS, PRIMARY
from handouts.model.base import Model
from handouts.model.figure import Figure, FrameName
from handouts.model.pose import Planted, Pose, Reach, Reached
from handouts.model.props import Prop

MOST_LEVELLING = 80.0
"""Levelling turns the body by at most this many degrees."""
_LIMB_ENDS = ("foot", "feet", "hand", "hands")
_ONCE = ("rest", "level", "pelvis")


@cache
def base_poses() -> dict[str, Any]:
    """Return the base poses by name, as in their file."""
    path = Path(__file__).with_name("poses.yaml")
    return parse(path.read_bytes(), path.name).value


@cache
def base_pose(name: str) -> Pose:
    """Return a base pose, expanded with the bases that it is made from.

    Raises:
        KeyError: if there is no base of that name.
    """
    return expand(Pose.model_validate_json(json.dumps(base_poses()[name]), strict=True))


def expand(pose: Pose) -> Pose:
    """Return a pose laid over its base: angles of a joint are merged, all else is replaced."""
    if pose.base is None:
        return pose
    below = base_pose(pose.base)
    given: dict[str, Any] = {
        name: _merged(name, getattr(below, name), getattr(pose, name))
        for name in pose.model_fields_set - {"base"}
    }
    return Pose.model_construct(**given).over(below)


def _merged(name: str, below: object, above: object) -> object:
    """Return the angles of a joint laid over the base's; any other value replaces the base's."""
    if not isinstance(below, Model) or above is None:
        return above
    if isinstance(above, Model):
        fields = {key: getattr(above, key) for key in above.model_fields_set}
    else:
        joint = name.removeprefix("right_").removeprefix("left_").rstrip("s")
        fields = {PRIMARY.get(joint, "flex"): above}
    return below.model_copy(update=fields)


def solve_figure(figure: Figure) -> dict[FrameName, Skeleton]:
    """Return the solved skeleton of every frame, in order."""
    start = solve(figure.start, figure.props or ())
    solved = {FrameName.START: start}
    for name, pose in figure.frames():
        if name is not FrameName.START:
            solved[name] = solve(following(figure.start, pose), figure.props or (), start)
    return solved


def following(start: Pose, change: Pose) -> Pose:
    """Return a later frame's pose: the start pose with the changes laid over it.

    If the frame keeps anything in place, the start's plants, rests and levels no longer apply.
    """
    pose = change.over(start)
    if change.base is not None or not change.keep:
        return pose
    dropped = {"plant", *_ONCE} - change.model_fields_set
    given: dict[str, Any] = {
        name: getattr(pose, name) for name in pose.model_fields_set if name not in dropped
    }
    if "rest" in dropped:
        given["rest"] = {}  # nor does it rest where the base rests
    return Pose.model_construct(**given)


def solve(pose: Pose, props: Iterable[Prop] = (), start: Skeleton | None = None) -> Skeleton:
    """Return the skeleton of a pose; ``start`` is the frame that ``keep`` refers to.

    A hand or foot that cannot reach its target comes as near as it can: see `Skeleton.misses`.
    """
    contacts = contacts_of(props)
    full = expand(pose)
    if full.level:
        full = _levelled(full)
    skeleton = forward(full)
    _place(skeleton, contacts, start)
    _plant(skeleton, contacts)
    if start is not None:
        _keep(skeleton, start)
    _reach(skeleton, contacts)
    return skeleton


def _levelled(pose: Pose) -> Pose:
    """Return the pose turned in the picture until two contacts are level (secant method)."""
    assert pose.level is not None  # noqa: S101 - the caller has looked
    first, second = pose.level[:2]
    wanted = pose.level[2] if len(pose.level) == 3 else 0.0
    lean = pose.lean or 0.0

    def error(turn: float) -> float:
        turned = forward(pose.model_copy(update={"lean": lean + turn}))
        return lowest(turned, first) - lowest(turned, second) - wanted

    last, turn = 0.0, 4.0
    last_error, now = error(last), error(turn)
    for _ in range(30):
        if abs(now - last_error) < 1e-9 or abs(now) < 1e-3:
            break
        step = turn - now * (turn - last) / (now - last_error)
        last, last_error = turn, now
        turn = max(-MOST_LEVELLING, min(MOST_LEVELLING, step))
        now = error(turn)
    return pose.model_copy(update={"lean": lean + turn})


def _place(
    skeleton: Skeleton, contacts: Mapping[str, ContactSurface], start: Skeleton | None
) -> None:
    """Put the whole body where it rests, keeps its place, or stands."""
    pose = skeleton.pose
    kept = pose.kept()
    if start is not None and kept and not kept[0].endswith(_LIMB_ENDS):
        skeleton.shift(centre(start, kept[0]) - centre(skeleton, kept[0]))
        _rest(skeleton, contacts)
    elif pose.pelvis is not None:
        x, y, *z = pose.pelvis
        skeleton.shift(vec(x, y, z[0] if z else 0))
    else:
        x, z_at = pose.at or (0.0, 0.0)
        skeleton.shift(vec(x, 0, z_at))
        if not _rest(skeleton, contacts):
            skeleton.shift(vec(0, -min(lowest(skeleton, point) for point in TOUCHING), 0))
        skeleton.shift(vec(0, pose.lift or 0, 0))


def _rest(skeleton: Skeleton, contacts: Mapping[str, ContactSurface]) -> bool:
    """Lower the body onto what it rests on; an edge of a prop also sets the place along x."""
    for point, height in skeleton.pose.rests().items():
        contact = contacts.get(height) if isinstance(height, str) else None
        if contact:
            level = contact.height
        else:
            level = lowest(skeleton, height) if isinstance(height, str) else height
        skeleton.shift(vec(0, level - lowest(skeleton, point), 0))
        if contact and contact.edge:
            skeleton.shift(vec(contact.low[0] - underside(skeleton, point)[0], 0, 0))
        return True
    return False


def _each(targets: Mapping[str, Planted | Reached] | None) -> Iterator[tuple[str, str, object]]:
    """Yield side, limb and target of every hand or foot of a mapping."""
    for point, target in (targets or {}).items():
        for one in single(point):
            side, _, limb = one.partition("_")
            yield side, limb, target


def _plant(skeleton: Skeleton, contacts: Mapping[str, ContactSurface]) -> None:
    for side, limb, target in _each(skeleton.pose.plant):
        root = skeleton.point(f"{side}_hip" if limb == "foot" else f"{side}_shoulder")
        plant = plant_foot if limb == "foot" else plant_hand
        plant(skeleton, side, _planted(root, target, contacts))


def _planted(root: Array, target: object, contacts: Mapping[str, ContactSurface]) -> Array:
    """Return the place on the floor or a prop: ``(x, z, height)``; z of the joint if blank."""
    if isinstance(target, str):
        return contacts[target].nearest(root)
    assert isinstance(target, tuple)  # noqa: S101 - the model lets nothing else through
    x, z, height = (*target, None, 0.0)[:3] if len(target) < 3 else target
    return vec(x, height or 0.0, root[2] if z is None else z)


def _keep(skeleton: Skeleton, start: Skeleton) -> None:
    for point in skeleton.pose.kept():
        for one in single(point):
            side, _, limb = one.partition("_")
            if limb == "foot":
                keep_foot(skeleton, start, side)
            elif limb == "hand":
                keep_hand(skeleton, start, side)


def _reach(skeleton: Skeleton, contacts: Mapping[str, ContactSurface]) -> None:
    for side, limb, target in _each(skeleton.pose.reach):
        place = _reached(skeleton, side, limb, target, contacts)
        if limb == "hand":
            reach_with_hand(skeleton, side, place)
        else:
            bend_leg(skeleton, side, place, "reach")


def _reached(
    skeleton: Skeleton, side: str, limb: str, target: object, contacts: Mapping[str, ContactSurface]
) -> Array:
    """Return the place of a target: in the world, on a prop, or on the body (in its own axes)."""
    if isinstance(target, tuple):
        return vec(*target)
    name, (ahead, up, out) = (
        (target.to, target.offset) if isinstance(target, Reach) else (str(target), (0, 0, 0))
    )
    out = out * SIGN[side]
    if name in contacts:
        root = skeleton.point(f"{side}_hip" if limb == "foot" else f"{side}_shoulder")
        place = contacts[name].nearest(root)
        if limb != "hand":
            return place + vec(ahead, up, out)
        # The palm lies on top of a prop, but in front of a wall or the post of a door frame.
        off = vec(0, HAND, 0)
        if name == "wall" or name.startswith("door_frame"):
            across = 0 if contacts[name].low[0] == contacts[name].high[0] else 2
            off = vec(0, 0, 0)
            off[across] = -HAND if place[across] > root[across] else HAND
        return place + off + vec(ahead, up, out)
    point = name if name in POINTS else f"{side}_{name}"
    turn = skeleton.frames["pelvis"][0]
    goal: Array = centre(skeleton, point) + turn @ vec(ahead, up, out)
    return goal


_SPINE = {"s0": "pelvis", "s1": "s0", "s2": "s1", "s3": "s2", "neck": "s3", "head": "neck"}
PARENT: Final[dict[str, str]] = _SPINE | {
    f"{side}_{joint}": f"{side}_{above}" if above not in ("s3", "pelvis") else above
    for side in SIDES
    for joint, above in (
        ("shoulder", "s3"),
        ("blade", "s3"),
        ("elbow", "shoulder"),
        ("wrist", "elbow"),
        ("hip", "pelvis"),
        ("knee", "hip"),
        ("ankle", "knee"),
        ("toes", "ankle"),
    )
}
"""The segment that each segment hangs from, from the pelvis outward."""


def between(start: Skeleton, end: Skeleton, part: float) -> Skeleton:
    """Return the skeleton at ``part`` (0 to 1) of the way, with every joint turning evenly."""
    middle = Skeleton(end.pose)
    (turn0, place0), (turn1, place1) = start.frames["pelvis"], end.frames["pelvis"]
    middle.frames["pelvis"] = (turned_part(turn0, turn1, part), place0 + (place1 - place0) * part)
    for name, parent in PARENT.items():
        (above0, at0), (own0, place0) = start.frames[parent], start.frames[name]
        (above1, at1), (own1, place1) = end.frames[parent], end.frames[name]
        turn, at = middle.frames[parent]
        offset = above0.T @ (place0 - at0) * (1 - part) + above1.T @ (place1 - at1) * part
        own = turned_part(above0.T @ own0, above1.T @ own1, part)
        middle.frames[name] = (turn @ own, at + turn @ offset)
    return middle


class Motion:
    """The motion from a start to an end, and the paths of points in it."""

    STEPS: Final = 13

    def __init__(self, start: Skeleton, end: Skeleton) -> None:
        self.start, self.end = start, end

    @cached_property
    def skeletons(self) -> tuple[Skeleton, ...]:
        """The skeletons of the motion in even steps."""
        last = self.STEPS - 1
        inner = (between(self.start, self.end, step / last) for step in range(1, last))
        return (self.start, *inner, self.end)

    def path(self, point: str) -> Array:
        """Return the places of a contact point during the motion, in the world."""
        return rows([centre(skeleton, point) for skeleton in self.skeletons])

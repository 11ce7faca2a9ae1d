"""Turn bands, straps and weights of a figure into parts that follow the limbs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from shapely.geometry import LineString

from handouts.figures.contacts import ContactSurface
from handouts.figures.furniture import Ball
from handouts.figures.geometry import (
    Array,
    Shape,
    ball,
    grown,
    hull,
    largest,
    level_heading,
    rows,
    stepped,
    union,
    unit,
    vec,
)
from handouts.figures.part import Chain, Mark, Part, View, profile
from handouts.figures.points import centre
from handouts.figures.skeleton import BONES, SHANK, SIDES, SIGN
from handouts.model import props as kinds

_BAND_WIDTH: Final = 2.8
_LOOP_STEPS: Final = 13
_COVERED: Final = {"thigh": ("thigh", "shorts"), "shank": ("shank",)}


def loop_band(options: kinds.LoopBand, view: View) -> list[Part]:
    """Return the two halves of a loop round both legs: one behind them, one in front."""
    joint, long = BONES[options.around]
    ahead, thick = profile(options.around, np.linspace(0, 1, 21))
    at = options.t * 20
    forward = float(np.interp(at, range(21), ahead))
    radius = float(np.interp(at, range(21), thick)) + 0.35
    middles = {
        side: view.skeleton.point(f"{side}_{joint}", (forward, -options.t * long, 0))
        for side in SIDES
    }
    rims = [_rim(view, joint, middles, radius, off) for off in (-_BAND_WIDTH / 2, _BAND_WIDTH / 2)]
    halves = _halves(view, middles, rims)
    names = {f"{side}_{name}" for side in SIDES for name in _COVERED[options.around]}
    parts: list[Part] = []
    for name, (shapes, depths) in halves.items():
        if not shapes:
            continue
        outline = largest(grown(union(grown(shape, 0.05) for shape in shapes), -0.04))
        front = name == "band_front"
        part = Part(name, "band", outline, depth=max(depths) if front else min(depths))
        if front:
            part.over |= names | {"band_back"}
        else:
            part.under |= names
        parts.append(part)
    return parts


def _rim(view: View, joint: str, middles: dict[str, Array], radius: float, off: float) -> Array:
    """Return one edge of the loop: half round the right leg, then half round the left."""
    between = unit(middles["right"] - middles["left"])
    places = []
    for side, sign in (("right", 1), ("left", -1)):
        along = view.skeleton.axis(f"{side}_{joint}", 1)
        out = unit(between - along * float(between @ along))
        ahead = np.cross(along, out)
        for angle in np.radians(np.linspace(-90, 90, _LOOP_STEPS)):
            ring = sign * math.cos(angle) * out + sign * math.sin(angle) * ahead
            places.append(middles[side] + along * off + radius * ring)
    return view.camera.see(rows(places))


def _halves(
    view: View, middles: dict[str, Array], rims: list[Array]
) -> dict[str, tuple[list[Shape], list[float]]]:
    """Sort the quads of the loop by the side of it that the viewer sees."""
    low, high = rims
    whole = view.camera.see((middles["right"] + middles["left"]) / 2)
    seen = {side: view.camera.see(place) for side, place in middles.items()}
    halves: dict[str, tuple[list[Shape], list[float]]] = {
        "band_back": ([], []),
        "band_front": ([], []),
    }
    count = len(low)
    for index in range(count):
        after = (index + 1) % count
        quad = rows([low[index], low[after], high[after], high[index]])
        normal = np.cross(quad[1] - quad[0], quad[3] - quad[0])
        middle = quad.mean(0)
        bridge = index in (count // 2 - 1, count - 1)
        leg = seen["right" if index < count // 2 else "left"]
        if float(normal @ (middle - (whole if bridge else leg))) < 0:
            normal = -normal
        shapes, depths = halves["band_front" if normal[2] > 0 else "band_back"]
        shapes.append(hull(quad[:, :2]))
        depths.append(float(middle[2]))
    return halves


def _tube(name: str, view: View, places: list[Array], radius: float, material: str) -> Chain:
    return Chain(name, material, [ball(view.camera.see(place), radius) for place in places])


def band(options: kinds.Band, view: View, contacts: Mapping[str, ContactSurface]) -> list[Part]:
    """Return an open band through points of the body."""
    return [_tube("band", view, stepped(_through(options.through, view, contacts)), 0.55, "band")]


def _through(
    through: Sequence[str | tuple[float, float, float]],
    view: View,
    contacts: Mapping[str, ContactSurface],
) -> list[Array]:
    """Return the places of body points, of contacts of props (their middle), and of coordinates."""
    return [
        vec(*place)
        if isinstance(place, tuple)
        else contacts[place].nearest(contacts[place].low / 2 + contacts[place].high / 2)
        if place in contacts
        else centre(view.skeleton, place)
        for place in through
    ]


def strap(options: kinds.Strap, view: View) -> list[Part]:
    """Return a strap from the hands round the sole of a foot."""
    side = options.around.partition("_")[0]
    sole = view.skeleton.point(f"{side}_toes", (0.4, -0.5, 0))
    parts: list[Part] = []
    for hand in options.hands:
        grip = centre(view.skeleton, f"{hand}_palm")
        edge = sole + view.skeleton.axis(f"{side}_toes", 2) * 3.4 * SIGN[hand]
        part = _tube(f"strap_{hand}", view, [grip, edge, sole], 0.8, "band")
        part.under.add(f"{hand}_fingers")
        parts.append(part)
    return parts


def dumbbells(options: kinds.Dumbbell, view: View) -> list[Part]:
    """Return a dumbbell in each hand, with its bar between palm and fingers."""
    parts: list[Part] = []
    for side in options.hands:
        # The bar lies across the palm: its axes are the hand's x, y and z with x along the bar.
        turn, middle = view.skeleton.frames[f"{side}_wrist"][0], _grip(view, side)
        for name, start, end, radius in _DUMBBELL:
            ends = [
                view.turned(turn, middle + turn @ vec(along, 0, 0), (0.05, radius, radius))
                for along in (start, end)
            ]
            parts.append(Chain(f"{side}_{name}", "metal", ends))
        _held(parts[-1], [side])
    return parts


# Name, from and to along the bar, radius.
_DUMBBELL: Final = (
    ("weight_near", 3.0, 6.2, 3.0),
    ("weight_far", -6.2, -3.0, 3.0),
    ("bar", -3.2, 3.2, 0.8),
)


def kettlebell(options: kinds.Kettlebell, view: View) -> list[Part]:
    """Return a kettlebell that hangs from a hand, with its handle in the fingers."""
    side = options.hand
    skeleton = view.skeleton
    grip = skeleton.point(f"{side}_wrist", (0.2, -4.4, -1.4 * SIGN[side]))
    hanging = grip + vec(0, -8.6, 0)
    along = level_heading(skeleton.axis(f"{side}_wrist", 0))
    places = [
        hanging + along * -3.4 + vec(0, 3, 0),
        grip + along * -3.6 + vec(0, -1.2, 0),
        grip + along * -2.2 + vec(0, 0.4, 0),
        grip + along * 2.2 + vec(0, 0.4, 0),
        grip + along * 3.6 + vec(0, -1.2, 0),
        hanging + along * 3.4 + vec(0, 3, 0),
    ]
    handle = _tube("kettlebell_handle", view, places, 0.95, "metal")
    belly = zip((hanging, hanging + vec(0, -1.5, 0)), (5.2, 4.9), strict=True)
    balls = [ball(view.camera.see(place), radius) for place, radius in belly]
    return [_held(handle, SIDES), Chain("kettlebell", "metal", balls)]


def _grip(view: View, side: str) -> Array:
    """Return the middle of what a hand holds, in the world."""
    return view.skeleton.point(f"{side}_wrist", (0.2, -4.6, -1.7 * SIGN[side]))


def _held(part: Part, hands: Sequence[str]) -> Part:
    part.under |= {f"{side}_fingers" for side in hands}
    return part


_BEYOND: Final = 5.0
"""How far a stick that stands on the floor rises above the hand."""


def stick(options: kinds.Stick, view: View) -> list[Part]:
    """Return a stick: in both hands, along the grip of one, or from the floor into one."""
    grips = [_grip(view, side) for side in options.hands]
    if options.foot is not None:
        foot = vec(options.foot[0], 0.7, options.foot[1])
        ends = [foot, grips[0] + unit(grips[0] - foot) * _BEYOND]
    else:
        if len(grips) == 2:
            right, left = grips if options.hands[0] == "right" else grips[::-1]
            along, middle = unit(right - left), (right + left) / 2
        else:
            along, middle = view.skeleton.axis(f"{options.hands[0]}_wrist", 0), grips[0]
        middle = middle + along * options.shift
        ends = [middle - along * options.length / 2, middle + along * options.length / 2]
    return [_held(_tube("stick", view, stepped(ends), 0.8, "wood"), options.hands)]


def hammer(options: kinds.Hammer, view: View) -> list[Part]:
    """Return a hammer, with its handle in the fist and its head on the side of the thumb."""
    side = options.hand
    grip, up = _grip(view, side), view.skeleton.axis(f"{side}_wrist", 0)
    across = view.skeleton.axis(f"{side}_wrist", 1)
    handle = _tube("hammer_handle", view, stepped([grip - up * 4, grip + up * 13]), 0.75, "wood")
    top = grip + up * 13.5
    head = _tube(
        "hammer_head", view, stepped([top - across * 3.6, top + across * 3.2]), 1.6, "metal"
    )
    head.over.add("hammer_handle")
    return [_held(handle, [side]), head]


def hand_ball(options: kinds.HandBall, view: View) -> list[Part]:
    """Return a soft ball in a hand, which squeezes it if the fingers close."""
    side = options.hand
    firm = view.skeleton.pose.hand_shape(side) in ("grip", "fist")
    radius = options.radius * (0.86 if firm else 1)
    place = view.skeleton.point(f"{side}_wrist", (0.4, -4.9, -(0.9 + radius) * SIGN[side]))
    part = Ball("hand_ball", view.camera, place, radius, rings=False)
    return [_held(part, [side])]


def ankle_weights(options: kinds.Cuff, view: View) -> list[Part]:
    """Return a padded cuff round each of the ankles, above the shoe."""
    parts: list[Part] = []
    for side in options.legs:
        cuff = view.limb(side, "shank", (0.74, 0.94), wider=0.9, count=5)
        part = Chain(f"{side}_cuff", "band", cuff[1:-1], closing=0.3)
        part.over |= {f"{side}_shank"}
        part.mild_over.add(f"{side}_foot")
        seam = [view.point(f"{side}_knee", (3.4, -SHANK * at, 0))[:2] for at in (0.77, 0.91)]
        part.marks.append(Mark(LineString(seam), line="halo"))
        parts.append(part)
    return parts


_FOLDS: Final = 4
_FLOOR: Final = -1e3


def towel(options: kinds.Towel, view: View, contacts: Mapping[str, ContactSurface]) -> list[Part]:
    """Return a towel: flat under a foot or hand, stretched between hands, or tucked at the side."""
    if options.through is not None:
        places = stepped(_through(options.through, view, contacts), 1.6)
        part = _tube("towel", view, places, 1.7, "cushion")
        return [_held(part, ("right", "left"))]
    if options.tuck is not None:
        return [_tucked_towel(options.tuck.partition("_")[0], view)]
    return [_flat_towel(options, view)]


def _tucked_towel(side: str, view: View) -> Part:
    """Return a folded towel between elbow and side, seen below and in front of the arm."""
    inward = -view.skeleton.axis("s1", 2) * SIGN[side]
    along = view.skeleton.axis("s1", 1)
    middle = view.skeleton.point(f"{side}_elbow", (0.6, 2.0, 0)) + inward * 3.0
    ends = [middle - along * 4.6, middle + along * 3.6]
    part = _tube("towel", view, stepped(ends), 2.5, "prop-side")
    part.over |= {"shirt", "pelvis", f"{side}_shorts"}
    part.under |= {f"{side}_{name}" for name in ("sleeve", "upper_arm", "forearm")}
    return part


def _flat_towel(options: kinds.Towel, view: View) -> Part:
    """Return a towel on the floor (or a table), in folds if curling toes have gathered it."""
    point = options.under or "right_foot"
    side, _, limb = point.partition("_")
    middle = centre(view.skeleton, point)
    if limb == "foot":
        ahead = level_heading(view.skeleton.axis(f"{side}_toes", 0))
        curl = max(0.0, -view.skeleton.pose.joint(side, "toe").get("flex", 0))
    else:
        ahead, curl = -level_heading(view.skeleton.axis(f"{side}_wrist", 1)), 0.0
    across = np.cross(ahead, vec(0, 1, 0))
    gathered = min(0.32, curl / 120)
    back, front = -options.length * 0.35, options.length * (0.68 - gathered)
    half = options.width / 2

    def places(along: float, lift: float) -> list[Array]:
        """Return both edges of the towel."""
        spot = vec(middle[0], options.height + lift, middle[2]) + ahead * along
        return [spot + across * aside for aside in (-half, half)]

    corners = rows([places(along, lift) for along in (back, front) for lift in (0.05, 0.5)])
    flat = view.camera.flat(corners.reshape(-1, 3))
    # On the floor it is below everything; on a table it is sorted by depth.
    depth = float(view.camera.see(corners)[..., 2].mean()) if options.height else _FLOOR
    part = Part("towel", "cushion-top", hull(flat), depth=depth)
    if gathered:
        start = options.length * 0.25
        for fold in range(_FOLDS):
            along = start + (front - start) * (fold + 0.3) / _FOLDS
            ridge = hull(view.camera.flat(rows(places(along, 0.9)))).buffer(0.9)
            part.outline = union([part.outline, ridge])
            part.marks.append(Mark(ridge, fill="cushion", line="line"))
    part.over |= {"table_top", "worktop"}
    part.under |= {f"{one}_{name}" for one in SIDES for name in ("foot", "hand", "fingers")}
    return part

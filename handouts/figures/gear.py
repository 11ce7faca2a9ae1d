"""Bands, straps and weights of a figure into parts that follow the limbs."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from handouts.figures import skeleton as body
from handouts.figures.landmarks import centre
from handouts.figures.outline import Shape, ball, grown, hull, largest, union
from handouts.figures.part import Chain, Part, View, profile
from handouts.figures.skeleton import SIDES, SIGN
from handouts.figures.solids import Strip
from handouts.figures.space import Array, level_heading, rows, unit, vec
from handouts.model import props as kinds

_BAND_WIDTH: Final = 2.8
_LOOP_STEPS: Final = 13
_AROUND: Final = {
    "thigh": ("hip", "thigh", body.THIGH, ("thigh", "shorts")),
    "shank": ("knee", "shank", body.SHANK, ("shank",)),
}


def loop_band(options: kinds.LoopBand, view: View) -> list[Part]:
    """Return the two halves of a loop round both legs: one behind them, one before."""
    joint, limb, length, covered = _AROUND[options.around]
    ahead, thick = profile(limb, np.linspace(0, 1, 21))
    at = options.t * 20
    forward = float(np.interp(at, range(21), ahead))
    radius = float(np.interp(at, range(21), thick)) + 0.35
    middles = {
        side: view.skeleton.point(f"{side}_{joint}", (forward, -options.t * length, 0))
        for side in SIDES
    }
    rims = [_rim(view, joint, middles, radius, off) for off in (-_BAND_WIDTH / 2, _BAND_WIDTH / 2)]
    halves = _halves(view, middles, rims)
    names = {f"{side}_{name}" for side in SIDES for name in covered}
    parts: list[Part] = []
    for name, (shapes, depths) in halves.items():
        if not shapes:
            continue
        outline = largest(grown(union(grown(shape, 0.05) for shape in shapes), -0.04))
        if name == "band_back":
            part = Strip(name, outline, min(depths))
            part.under |= names
        else:
            part = Strip(name, outline, max(depths))
            part.over |= names | {"band_back"}
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


def band(options: kinds.Band, view: View) -> list[Part]:
    """Return an open band through points of the body."""
    places = [
        centre(view.skeleton, place) if isinstance(place, str) else vec(*place)
        for place in options.through
    ]
    return [_tube("band", view, places, 0.55, "band")]


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
    """Return a dumbbell in each hand, its bar between palm and fingers."""
    return [part for side in options.hands for part in _dumbbell(view, side)]


def _dumbbell(view: View, side: str) -> list[Part]:
    segment = f"{side}_wrist"
    turn = view.skeleton.frames[segment][0]
    middle = view.skeleton.point(segment, (0.2, -4.6, -1.7 * SIGN[side]))
    # The bar lies across the palm: its axes are the hand's x, y and z with x along the bar.
    parts: list[Part] = []

    def piece(name: str, start: float, end: float, radius: float) -> Chain:
        ends = [
            view.turned(turn, middle + turn @ vec(along, 0, 0), (0.05, radius, radius))
            for along in (start, end)
        ]
        return Chain(f"{side}_{name}", "metal", ends)

    for name, start, end in (("weight_near", 3.0, 6.2), ("weight_far", -6.2, -3.0)):
        parts.append(piece(name, start, end, 3.0))
    bar = piece("bar", -3.2, 3.2, 0.8)
    bar.under.add(f"{side}_fingers")
    parts.append(bar)
    return parts


def kettlebell(options: kinds.Kettlebell, view: View) -> list[Part]:
    """Return a kettlebell hanging from a hand, its handle in the fingers."""
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
    handle.under |= {f"{one}_fingers" for one in SIDES}
    belly = [
        ball(view.camera.see(hanging), 5.2),
        ball(view.camera.see(hanging + vec(0, -1.5, 0)), 4.9),
    ]
    return [handle, Chain("kettlebell", "metal", belly)]

"""Turn a figure into findings: what its picture shows wrongly, however pretty it is.

Codes: figure-reach, figure-floor, figure-prop, figure-limbs, figure-joint, figure-balance,
figure-side, figure-opposite, figure-step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import shapely
from msgspec import Struct

from handouts.errors import Location, Problem, Severity
from handouts.figures.contacts import Solid, solids_of
from handouts.figures.facts import FLOOR, Touch, Ways, centre_of_mass, touches, ways
from handouts.figures.geometry import rows
from handouts.figures.limits import clashes, measure
from handouts.figures.skeleton import Skeleton
from handouts.figures.solve import Motion, solve_figure
from handouts.load.source import SourceFile, Step
from handouts.model.figure import Figure, FrameName, Works

SINKS: Final = 1.8
"""How far a hard part of the body may be inside a surface in the drawing, in units (3 cm)."""
SINKS_SOFT: Final = 3.6
"""The same for a soft part, which gives way under weight, or any part on a prop."""
SINKS_BALL: Final = 5.5
"""The same for a large ball, which gives way under a body."""
MISSES: Final = 1.0
"""How far from its target a hand or foot may end, in units (1.7 cm)."""
LEANS: Final = 3.5
"""How far outside its support the body's centre of mass may be, in units (6 cm)."""
LEANS_ON_BALL: Final = 8.0
"""As `LEANS` on a large ball, which supports with an area and not at a point."""

Path = tuple[Step, ...]


class Finding(Struct, frozen=True):
    """One problem of a picture, and the key of the figure to look at."""

    code: str
    path: Path
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def problem(self, source: SourceFile | None = None, prefix: Path = ()) -> Problem:
        """Return it as a problem with its place in a file; ``prefix`` leads to the figure."""
        place = source.location(*prefix, *self.path) if source else Location()
        return Problem(self.message, place, self.hint, self.code, self.severity)


def lint_figure(figure: Figure, steps: int | None = None) -> list[Finding]:
    """Return the problems of a figure; ``steps`` is the number of steps of its exercise.

    Findings that the figure accepts are left out. Accepting something that is not found is a
    finding.
    """
    found = _found(figure, steps)
    codes = {finding.code for finding in found}
    accepted = [item.code for item in figure.accept or ()]
    kept = [finding for finding in found if finding.code not in accepted]
    for index, code in enumerate(accepted):
        if code not in codes:
            message = f'"{code}" is accepted here but not found'
            kept.append(Finding(code, ("accept", index), message, "remove it"))
    return kept


def _found(figure: Figure, steps: int | None) -> list[Finding]:
    skeletons = solve_figure(figure)
    solids = solids_of(figure.props or ())
    found = list(_steps(figure, steps))
    seats = dict(_seatless(figure))
    found += seats.values()
    for name, skeleton in skeletons.items():
        if name in seats:
            # Any other problem comes from this one.
            continue
        found += _reach(name, skeleton)
        found += _contact(name, skeleton, solids)
        found += _limbs(name, skeleton)
        found += _joints(name, skeleton)
        found += _balance(figure, name, skeleton, solids)
    if figure.has_motion:
        last = tuple(skeletons)[-1]
        found += _sides(figure, ways(Motion(skeletons[FrameName.START], skeletons[last])))
    return found


def _steps(figure: Figure, steps: int | None) -> Iterator[Finding]:
    shown = [(name, pose.step) for name, pose in figure.frames()]
    last = 0
    for name, step in shown:
        if step is None:
            message = f"{name} does not say which step it shows"
            yield Finding("figure-step", (name,), message, 'add "step: 1", a number of a step')
            continue
        if steps is not None and step > steps:
            message = f"{name} shows step {step}, but there are {steps} steps"
            yield Finding("figure-step", (name, "step"), message)
        if step < last:
            message = f"{name} shows step {step}, but the frame before it shows step {last}"
            yield Finding("figure-step", (name, "step"), message)
        last = step


_SEATS: Final = ("chair.seat", "couch.seat", "bed.top", "stability_ball.top", "step.top")


def _seatless(figure: Figure) -> Iterator[tuple[FrameName, Finding]]:
    """Yield frames that sit on nothing, because the base itself lowers the body onto the floor."""
    props = [prop.kind for prop in figure.props or ()]
    seat = next((seat for seat in _SEATS if seat.partition(".")[0] in props), None)
    for name, pose in figure.frames():
        placed = (pose.rest, pose.pelvis, pose.lift, pose.keep)
        if pose.base != "sitting" or any(item is not None for item in placed):
            continue
        message = f"{name}: the body sits on the floor, with its feet on the floor too"
        hint = f'add "rest: {{buttocks: {seat}}}"'
        if seat is None:
            hint = 'add "rest: {buttocks: chair.seat}" and a seat, such as "props: [chair]"'
        yield name, Finding("figure-prop", (name,), message, hint)


def _reach(name: FrameName, skeleton: Skeleton) -> Iterator[Finding]:
    for miss in skeleton.misses:
        if miss.distance > MISSES:
            message = f"{name}: the {miss.limb} misses its target by {miss.distance:.1f} units"
            hint = "bring the target nearer, or lean or turn the body towards it"
            yield Finding("figure-reach", (name, miss.key), message, hint)


def _contact(name: FrameName, skeleton: Skeleton, solids: list[Solid]) -> Iterator[Finding]:
    touching = touches(skeleton, solids)
    for touch in touching:
        if -touch.gap > _may_sink(touch):
            point = touch.point.replace("_", " ")
            code = "figure-floor" if touch.surface == FLOOR else "figure-prop"
            surface = touch.surface.replace("_", " ")
            message = f"{name}: the {point} is {-touch.gap:.1f} units inside the {surface}"
            hint = "rest or plant it on the surface, or move the prop"
            yield Finding(code, (name,), message, hint)
    if not touching:
        gap = min(touches(skeleton, solids, within=1e3), key=lambda touch: touch.gap).gap
        message = f"{name}: nothing touches the floor or a prop; the body floats {gap:.1f} units up"
        yield Finding("figure-floor", (name,), message, 'say what it lies on with "rest"')


def _may_sink(touch: Touch) -> float:
    if touch.surface == "stability_ball":
        return SINKS_BALL
    return SINKS_SOFT if touch.soft or touch.surface != FLOOR else SINKS


def _limbs(name: FrameName, skeleton: Skeleton) -> Iterator[Finding]:
    for clash in clashes(skeleton):
        one, other = (each.replace("_", " ") for each in (clash.one, clash.other))
        message = f"{name}: the {one} is {clash.depth:.1f} units inside the {other}"
        hint = 'move one of them away, or say with "reach" that one holds the other'
        yield Finding("figure-limbs", (name,), message, hint)


def _joints(name: FrameName, skeleton: Skeleton) -> Iterator[Finding]:
    for angle in measure(skeleton):
        if angle.beyond > 0:
            limits = angle.range
            message = (
                f"{name}: {limits.movement} of the {angle.name} is {angle.degrees:.0f} degrees; "
                f"people reach {limits.least:g} to {limits.most:g}"
            )
            yield Finding("figure-joint", (name,), message, limits.source)


def _balance(
    figure: Figure, name: FrameName, skeleton: Skeleton, solids: list[Solid]
) -> Iterator[Finding]:
    held = touches(skeleton, solids, within=2.2)
    if not held:
        return
    base = shapely.convex_hull(shapely.multipoints(rows([touch.place for touch in held])[:, ::2]))
    centre = centre_of_mass(skeleton)
    away = float(base.distance(shapely.Point(float(centre[0]), float(centre[2]))))
    ball = any(prop.kind == "stability_ball" for prop in figure.props or ())
    if away > (LEANS_ON_BALL if ball else LEANS):
        message = (
            f"{name}: the body would fall: its weight lies {away:.0f} units outside its support"
        )
        hint = "move the pelvis over the feet, or let a hand or prop carry weight"
        yield Finding("figure-balance", (name,), message, hint)


def _sides(figure: Figure, found: Ways) -> Iterator[Finding]:
    wanted = figure.moving
    key = "works" if figure.moves is None else "moves"
    leg, arm = found.leg, found.arm
    if wanted is Works.ALTERNATE:
        if leg in ("left", "right") and arm == leg:
            message = f"arm and leg of the same side ({leg}) move; they must be opposite"
            yield Finding("figure-opposite", ("end",), message, "swap right and left of the arm")
        return
    limb, side = ("leg", leg) if leg else ("arm", arm)
    if side is None:
        return
    if wanted is Works.BOTH and side != "both":
        message = f"only the {side} {limb} moves, but {key} says both"
        yield Finding("figure-side", (key,), message, f'write "{key}: {side}"')
    elif wanted in (Works.LEFT, Works.RIGHT) and side not in (str(wanted), "both"):
        message = f"the {side} {limb} moves, but {key} says {wanted}"
        yield Finding("figure-side", (key,), message, f'swap the sides, or write "moves: {side}"')

"""Define a figure, the drawing of an exercise as data: poses, props, camera, arrows, muscles."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field

from handouts.errors import did_you_mean
from handouts.model.anatomy import POINTS, Point, one_of, prop_of
from handouts.model.base import FieldError, Line, Model
from handouts.model.pose import BASE_CONTACTS, Pose, Reach, Triple
from handouts.model.props import Prop

Number = Annotated[float, Field(ge=-400, le=400)]
Part = Annotated[float, Field(ge=0, le=1)]
Pair = tuple[Number, Number]

AREAS: Final = [
    "buttocks", "thigh_front", "thigh_back", "thigh_inner", "thigh_outer", "calf", "hip_front",
    "belly", "waist", "lower_back", "upper_back", "chest", "shoulder", "neck", "shoulder_blade",
    "upper_arm_front", "upper_arm_back", "forearm_top", "forearm_palm", "foot_arch",
]  # fmt: skip
"""Areas that can be marked; ``left_`` or ``right_`` before the name marks one side."""

MIDLINE: Final = ("belly", "lower_back", "upper_back", "neck")
_SIDED = [f"{side}_{area}" for side in ("left", "right") for area in AREAS if area not in MIDLINE]


def _area(word: str) -> str:
    return one_of(word, [*AREAS, *_SIDED], "area of the body")


Area = Annotated[str, AfterValidator(_area)]

HELD: Final = ("towel", "stick", "hand_ball", "hammer", "band", "strap", "roll", "small_ball")
"""Small props that a close-up may show whole."""


def _seen(word: str) -> str:
    return one_of(word, POINTS | set(HELD), "point of the body or small prop")


Seen = Annotated[str, AfterValidator(_seen)]


class Works(StrEnum):
    """The side that moves or works in the picture as drawn."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    ALTERNATE = "alternate"


class FrameName(StrEnum):
    """The frames of a figure, in order."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


Couple = Literal["knees", "feet", "hands", "elbows", "shoulders", "blades"]


LEAST_TRIM: Final = 0.05
"""An arrow along a path keeps at least this part of it."""


class Arrow(Model):
    """One arrow: exactly one of ``of``, ``at``, ``arc``, ``path``, ``squeeze`` and ``apart``.

    ``of`` follows the true path of a point from start to end; ``at`` starts at a point and goes
    ``dir``; ``arc`` goes round a point ``from`` one angle ``to`` another; ``path`` goes through
    places of the picture; ``squeeze`` and ``apart`` put two arrows at a pair (``knees``).
    Offsets are in the picture: to the right, up. With ``of``, a single number is an offset to the
    left of the path.
    """

    of: Point | None = None
    at: Point | None = None
    arc: Point | None = None
    path: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=12)] | None = None
    squeeze: Couple | None = None
    apart: Couple | None = None
    shift: Triple = (0, 0, 0)
    trim: tuple[Part, Part] = (0.12, 0.88)
    offset: Pair | Number = 0
    dir: Pair | None = None
    bow: Number = 0
    radius: Annotated[float, Field(gt=0, le=60)] = 9
    ry: Annotated[float, Field(gt=0, le=60)] | None = None
    start_angle: Annotated[Number, Field(alias="from")] = 0
    end_angle: Annotated[Number, Field(alias="to")] = 270
    frame: FrameName | None = None
    both: bool = False
    behind: bool = False
    size: Annotated[float, Field(ge=0.4, le=2.5)] = 1

    def model_post_init(self, _context: Any) -> None:
        """Check that it is one kind of arrow, and that its keys agree."""
        kinds = ("of", "at", "arc", "path", "squeeze", "apart")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise ValueError(f"an arrow has exactly one of {', '.join(kinds)}")
        if self.at is not None and self.dir is None:
            raise ValueError('an arrow with "at" needs "dir", its direction as [right, up]')
        if self.trim[1] - self.trim[0] < LEAST_TRIM:
            raise ValueError('"trim" leaves nothing of the arrow; the second number is the larger')


ViewName = Literal["side", "threequarter", "front", "back", "high"]
Angle = Annotated[float, Field(ge=-180, le=180)]
Pitch = Annotated[float, Field(ge=-20, le=80)]


class Accepted(Model):
    """A finding of the picture checks to accept for this picture, with the reason."""

    code: Literal[
        "figure-reach", "figure-floor", "figure-prop", "figure-limbs", "figure-joint",
        "figure-balance", "figure-side", "figure-opposite", "figure-step",
    ]  # fmt: skip
    reason: Line


class FigureChange(Model):
    """What the picture of a variant changes; poses are laid over those of the exercise."""

    works: Works | None = None
    moves: Works | None = None
    view: ViewName | tuple[Angle, Pitch] | None = None
    closeup: Annotated[tuple[Seen, ...], Field(min_length=1, max_length=12)] | None = None
    barefoot: bool | None = None
    props: tuple[Prop, ...] | None = None
    start: Pose | None = None
    middle: Pose | None = None
    end: Pose | None = None
    arrows: tuple[Arrow, ...] | None = None
    ghost: bool | None = None
    alt: Line | None = None
    working: tuple[Area, ...] | None = None
    stretch: tuple[Area, ...] | None = None
    accept: tuple[Accepted, ...] | None = None


class Figure(FigureChange):
    """The picture of an exercise: ``start`` and, if it moves, ``end`` (and a ``middle``).

    ``working`` and ``stretch`` are areas that are marked in the last frame. Without ``arrows``,
    arrows are made from the motion; an empty list draws none. ``moves`` is the side whose limbs
    move, if another side works (in a lunge the front leg works and the other steps back).
    """

    works: Works
    start: Pose

    def model_post_init(self, _context: Any) -> None:
        """Check that the props are there that close-up and poses name."""
        self.check_props()

    def check_props(self, path: tuple[str, ...] = ()) -> None:
        """Check that each prop is there that the close-up or a pose names; ``path`` leads here.

        Raises:
            FieldError: for the first that is missing, with ``path`` before its own path.
        """
        kinds = {prop.kind for prop in self.props or ()}
        for word in self.closeup or ():
            if word in HELD and word not in kinds:
                message = f"the close-up names {word}, but the figure has no {word}"
                raise FieldError(message, f"add {word} to props", *path, "closeup")
        there = {contact for prop in self.props or () for contact in prop.contacts}
        for name, pose in self.frames():
            if pose.base in BASE_CONTACTS and "reach" not in pose.model_fields_set:
                contact = BASE_CONTACTS[pose.base]
                prop = prop_of(contact)
                if contact not in there:
                    message = f"the base {pose.base} reaches for {contact}, but there is no {prop}"
                    raise FieldError(message, f"add {prop} to props", *path, name.value, "base")
            for key, point, contact in contacts_of(pose):
                if contact not in there:
                    prop = prop_of(contact)
                    message = f"{key} of {point} names {contact}, but the figure has no {prop}"
                    hint = did_you_mean(contact, there) if there else f"add {prop} to props"
                    raise FieldError(message, hint, *path, name.value, key, point)

    def frames(self) -> Iterator[tuple[FrameName, Pose]]:
        """Yield the frames in order, as they are written."""
        for name in FrameName:
            pose = getattr(self, name)
            if pose is not None:
                yield name, pose

    @property
    def has_motion(self) -> bool:
        """Whether it has more than one frame."""
        return self.middle is not None or self.end is not None

    @property
    def moving(self) -> Works:
        """The side whose limbs move."""
        return self.moves or self.works

    @property
    def steps(self) -> tuple[int, ...]:
        """The number of the step that each frame shows, from 1; frames without one are left out."""
        return tuple(pose.step for _, pose in self.frames() if pose.step is not None)

    def override(self, change: FigureChange | None) -> Self:
        """Return this figure with the changes of a variant."""
        if change is None:
            return self
        changed: dict[str, Any] = {}
        for name in change.model_fields_set:
            value, old = getattr(change, name), getattr(self, name)
            if isinstance(value, Pose) and isinstance(old, Pose):
                value = value.over(old)
            if value is not None or name not in ("works", "start"):
                changed[name] = value
        return self.model_copy(update=changed)


def contacts_of(pose: Pose) -> Iterator[tuple[str, str, str]]:
    """Yield key, point and contact for each point of a pose that is put on a prop."""
    for key in ("rest", "plant", "reach"):
        placed = getattr(pose, key)
        for point, value in placed.items() if isinstance(placed, dict) else ():
            target = value.to if isinstance(value, Reach) else value
            if isinstance(target, str) and prop_of(target):
                yield key, point, target

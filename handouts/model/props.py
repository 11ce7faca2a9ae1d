"""Define props: what the person lies on, holds or leans against, with sizes and places."""

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from handouts.model.anatomy import CONTACTS, Point, PointOrContact
from handouts.model.base import Model

Size = Annotated[float, Field(gt=0, le=200)]
Place = Annotated[float, Field(ge=-200, le=200)]
Spot = tuple[Place, Place]
"""Where on the floor: to the right, towards the viewer."""
Way = Literal[1, -1]
Hand = Literal["right", "left"]
Foot = Literal["right_foot", "left_foot"]
Hands = Annotated[tuple[Hand, ...], Field(min_length=1, max_length=2)]
Course = Annotated[
    tuple[PointOrContact | tuple[Place, Place, Place], ...], Field(min_length=2, max_length=12)
]
"""Points of the body, contacts of props or places, one after the other."""


class Mat(Model):
    """An exercise mat; without a length, as long as the exercise needs."""

    length: Size | None = None
    width: Size = 40
    at: Spot | None = None


class Chair(Model):
    """A chair; ``dir`` 1 faces right. ``height`` is that of the seat."""

    height: Size = 27
    at: Spot = (1.5, 0)
    depth: Size = 25
    width: Size = 26
    dir: Way = 1
    back: bool = True


class Couch(Model):
    """A couch; ``dir`` 1 faces right. Its edge is the front of the seat."""

    height: Size = 24
    at: Spot = (0, 0)
    depth: Size = 26
    width: Size = 62
    dir: Way = 1
    arm: bool = True


class Bed(Model):
    """A bed or treatment table to lie on; its head end is to the left, with ``dir`` -1 right."""

    height: Size = 24
    at: Spot = (0, 0)
    length: Size = 122
    width: Size = 50
    dir: Way = 1


class StabilityBall(Model):
    """A large exercise ball."""

    radius: Size = 15
    at: Spot = (0, 0)
    y: Place | None = None


class SmallBall(Model):
    """A ball or cushion between the knees; without a radius it fills the gap."""

    radius: Size | None = None
    up: Place = 1.5


class SupportBlock(Model):
    """A block or step: length, height, width."""

    at: Spot = (0, 0)
    size: tuple[Size, Size, Size] = (22, 10, 14)


class StepPlatform(SupportBlock):
    """A step: length, height, width."""

    size: tuple[Size, Size, Size] = (34, 10, 40)


class Pillow(Model):
    """A pillow under a part of the body."""

    under: Point = "head"
    length: Size = 16
    height: Size = 5
    width: Size = 26


class Roll(Model):
    """A rolled towel under a part of the body; ``height`` is that of the bed it lies on."""

    under: Point = "knees"
    height: Place = 0
    radius: Size = 4
    width: Size = 26


class Wall(Model):
    """A wall; ``x`` is the side that the person touches, ``dir`` 1 faces right."""

    x: Place = -20
    z: Place = 0
    dir: Way = 1
    width: Size = 60
    height: Size = 104


class Counter(Model):
    """A kitchen counter to hold on to; ``dir`` 1 faces right."""

    height: Size = 50
    at: Spot = (34, 0)
    depth: Size = 24
    width: Size = 60
    dir: Way = -1


class Table(Counter):
    """A table on four legs, to sit or stand at; ``dir`` 1 faces right."""

    height: Size = 43
    depth: Size = 40
    width: Size = 56


class Rail(Model):
    """A hand rail on posts, along the way that the person faces; ``height`` is that of its top."""

    height: Size = 54
    at: Spot = (0, -16)
    length: Size = 60


class DoorFrame(Model):
    """A door frame that the person stands in or in front of; ``dir`` 1: its front faces right.

    ``turned``: its opening is along the picture. ``door`` closes it with a door, whose handle
    may hold a band.
    """

    at: Spot = (24, 0)
    opening: Size = 44
    height: Size = 108
    dir: Way = -1
    turned: bool = False
    door: bool = False


class LoopBand(Model):
    """A closed band round both thighs or shanks, at the part ``t`` of their length."""

    around: Literal["thigh", "shank"] = "thigh"
    t: Annotated[float, Field(ge=0.1, le=0.98)] = 0.84


class Band(Model):
    """An open band or tube through points of the body or places."""

    through: Course


class Strap(Model):
    """A strap or towel round a foot, held in the hands."""

    around: Foot = "right_foot"
    hands: Hands = ("right", "left")


class Stick(Model):
    """A stick held in both hands; in one hand along its grip, or standing on the floor at ``foot``.

    ``shift`` moves it along itself, towards the right hand.
    """

    hands: Hands = ("right", "left")
    length: Size = 62
    foot: Spot | None = None
    shift: Place = 0

    def model_post_init(self, _context: Any) -> None:
        """Check keys that depend on each other."""
        if self.foot is not None and len(self.hands) == 2:
            raise ValueError('a stick that stands at "foot" is held by one of the hands')


class Towel(Model):
    """A towel: lying under a foot or hand, between both hands, or folded between elbow and side."""

    under: Foot | Literal["right_hand", "left_hand"] | None = None
    through: Course | None = None
    tuck: Literal["right_elbow", "left_elbow"] | None = None
    height: Place = 0
    length: Size = 30
    width: Size = 20

    def model_post_init(self, _context: Any) -> None:
        """Check that the towel is used in one way."""
        if sum(item is not None for item in (self.under, self.through, self.tuck)) != 1:
            raise ValueError('a towel has exactly one of "under", "through" and "tuck"')


class Cuff(Model):
    """A weight strapped round one or both ankles."""

    legs: Hands = ("right", "left")


class HandBall(Model):
    """A soft ball in one hand."""

    hand: Hand = "right"
    radius: Size = 2.3


class Hammer(Model):
    """A hammer held upright in one hand: a weight at the end of a handle."""

    hand: Hand = "right"


class Dumbbell(Model):
    """A dumbbell in each of the hands."""

    hands: Hands = ("right", "left")


class Kettlebell(Model):
    """A kettlebell held by one hand, or by both with ``hand: right`` and the other beside it."""

    hand: Hand = "right"


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


class Prop(Model):
    """One prop: its name (``mat``), or its name and options (``chair: {height: 27}``)."""

    mat: Mat | None = None
    chair: Chair | None = None
    couch: Couch | None = None
    bed: Bed | None = None
    stability_ball: StabilityBall | None = None
    small_ball: SmallBall | None = None
    block: SupportBlock | None = None
    step: StepPlatform | None = None
    pillow: Pillow | None = None
    roll: Roll | None = None
    wall: Wall | None = None
    counter: Counter | None = None
    table: Table | None = None
    rail: Rail | None = None
    door_frame: DoorFrame | None = None
    loop_band: LoopBand | None = None
    band: Band | None = None
    strap: Strap | None = None
    dumbbell: Dumbbell | None = None
    kettlebell: Kettlebell | None = None
    stick: Stick | None = None
    towel: Towel | None = None
    ankle_weight: Cuff | None = None
    hand_ball: HandBall | None = None
    hammer: Hammer | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        """Accept the bare name of a prop without options."""
        if isinstance(value, str):
            return {value: {}}
        if isinstance(value, dict):
            # After this, pydantic validates the options as Python: strict mode accepts only tuples.
            return {
                key: _tuples({} if options is None else options) for key, options in value.items()
            }
        return value

    def model_post_init(self, _context: Any) -> None:
        """Check that exactly one prop is given."""
        if len(self.model_fields_set) != 1:
            raise ValueError("write one prop for each item of the list")

    @property
    def kind(self) -> str:
        """The name of the prop."""
        return next(iter(self.model_fields_set))

    @property
    def options(self) -> Model:
        """The sizes and the place of the prop."""
        options: Model = getattr(self, self.kind)
        return options

    @property
    def contacts(self) -> tuple[str, ...]:
        """The contacts that a pose may name on it."""
        parts = CONTACTS.get(self.kind, ())
        return tuple(f"{self.kind}.{part}" if part else self.kind for part in parts)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both forms, so that editors accept the bare name as well."""
        name = {"type": "string", "enum": sorted(cls.model_fields)}
        return {"anyOf": [handler(core_schema), name]}

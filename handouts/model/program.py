"""Define a program: exercises in order, with doses, sides and education; its safety text."""

import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints
from typing_extensions import override

from handouts.model.base import (
    ID_PATTERN,
    FieldError,
    FieldErrors,
    Id,
    Line,
    Model,
    Paragraph,
    Parsed,
    Regions,
    Source,
    TextFile,
)
from handouts.model.dosage import LAST_WEEK, Dosage

Lines = Annotated[tuple[Line, ...], Field(min_length=1)]


class Safety(TextFile):
    """A safety text: what no handout may leave out. Bullets continue their lead ("… if you have").

    ``emergency_lead`` and ``same_day_lead`` may contain ``{number}``, the clinic's emergency
    number. ``stop_short`` is the stop rule for where only one short line fits (cut-out cards).
    Both stop rules may contain ``{stop}``, the number of the pain scale from which a patient stops.
    ``next_day`` continues the pain rule: what to do if it still hurts on the next day.

    ``regions`` are what it is for. With ``extends`` it gives only the keys that differ from
    another text; its sources are added to those of that text.
    """

    extends: Id | None = None
    regions: Regions
    feeling: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    stop_rule: Line
    stop_short: Line
    next_day: Line
    emergency_lead: Line
    emergency: Lines
    same_day_lead: Line
    same_day: Lines
    visit_lead: Line
    visit: Lines
    disclaimer: Paragraph
    disclaimer_short: Line
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    def stop_rule_from(self, pain: int) -> str:
        """Return the stop rule in plain words, with the number of the pain scale it begins at."""
        return self.stop_rule.replace("{stop}", str(pain))


class PrescribedSide(StrEnum):
    """The side that a prescription asks for; without one, the exercise's ``sides`` rule holds."""

    LEFT = "left"
    RIGHT = "right"
    EACH = "each"
    AFFECTED = "affected"


class PrescriptionChange(Model):
    """What a program changes in one of its exercises.

    ``side_required``: a patient whose affected side is not known gets no handout.
    """

    variant: Id | None = None
    side: PrescribedSide | None = None
    side_required: bool = False
    dosage: Dosage | None = None
    note: Line | None = None


class Prescription(PrescriptionChange):
    """One exercise of a program."""

    exercise: Id


class Addition(Prescription):
    """An exercise that a program adds to those of another: at the end, ``after`` or ``before``."""

    after: Id | None = None
    before: Id | None = None


class ProgramChanges(Model):
    """How a program that ``extends`` another changes its exercises, by their ids."""

    remove: tuple[Id, ...] = ()
    change: dict[Id, PrescriptionChange] = {}
    add: tuple[Addition, ...] = ()


class Phase(Model):
    """Exercises that belong together; a ``name`` is printed above them in the plan.

    ``from_week`` is the week, from 1, in which they begin. ``when`` is what must be true before
    they begin ("the floor exercises feel easy"). It continues a sentence after "When", and the
    patient writes down the day.
    """

    name: Line | None = None
    from_week: Annotated[int, Field(ge=1, le=LAST_WEEK)] = 1
    when: Line | None = None
    exercises: Annotated[tuple[Prescription, ...], Field(min_length=1)]


class Education(Model):
    """A short section the patient reads: a heading and a few sentences."""

    heading: Line
    text: Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=6)]


class Program(TextFile, ProgramChanges):
    """A home exercise program; ``title`` and ``subtitle`` head the sheet, ``code`` its code.

    ``expect`` is what a patient reads first: what to expect and why it helps. If the program is a
    list to choose from, ``choose`` is the most exercises that one patient gets.

    With ``extends`` it gives only the keys that differ from another program. Once it is loaded,
    the phases contain what it removes, changes and adds: see `handouts.load.extends`.
    """

    extends: Id | None = None
    name: Line
    title: Line
    subtitle: Line
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=12)]
    safety: Id
    expect: Annotated[tuple[Line, ...], Field(max_length=4)] = ()
    choose: Annotated[int, Field(ge=1, le=12)] | None = None
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    education: tuple[Education, ...] = ()
    precautions: tuple[Line, ...] = ()
    weeks: Annotated[int, Field(ge=1, le=LAST_WEEK)] = 4
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @override
    def model_post_init(self, _context: Any) -> None:
        """Check that phases begin one after the other, within the weeks of the program."""
        faults = [
            FieldError(
                f'"{key}" is for a program that extends another',
                "write extends: and its id, or give the exercises under phases",
                key,
            )
            for key in ProgramChanges.model_fields
            if getattr(self, key)
        ]
        for number, phase in enumerate(self.phases):
            least = self.phases[number - 1].from_week if number else 1
            week, path = phase.from_week, ("phases", number, "from_week")
            if number == 0 and week > 1:
                fault = f"the first phase begins in week 1, not {week}"
                faults.append(FieldError(fault, "remove from_week", *path))
            elif week < least:
                fault = f"a phase from week {week} comes after one from week {least}"
                faults.append(FieldError(fault, "put phases in the order they begin", *path))
            elif week > self.weeks:
                fault = f"from_week is {week}, but the program has {self.weeks} weeks"
                faults.append(FieldError(fault, "begin earlier, or give it more weeks", *path))
        if faults:
            raise FieldErrors(faults)

    @property
    def is_choice(self) -> bool:
        """True if a patient gets only some of the exercises."""
        return self.choose is not None and self.choose < len(self.prescriptions)

    @property
    def prescriptions(self) -> tuple[Prescription, ...]:
        """All prescriptions in order, over all phases."""
        return tuple(item for _, item in self.prescription_paths)

    @property
    def prescription_paths(self) -> tuple[tuple[tuple[str | int, ...], Prescription], ...]:
        """All prescriptions, each with its path in the file."""
        return tuple(
            (("phases", phase, "exercises", number), item)
            for phase, each in enumerate(self.phases)
            for number, item in enumerate(each.exercises)
        )


# -- which exercises of a program one patient gets, by their numbers and ids

CHOICE_EXAMPLE = "1, 3, bird-dog"
CHOICE_EXPECTED = f'numbers and ids of exercises, such as "{CHOICE_EXAMPLE}" or 2-4, or all'

_ALL = "all"
_BETWEEN = re.compile(r"(?<=\d)\s*(?:-|–|\bto\b)\s*(?=\d)")
_SEPARATOR = re.compile(r"(?:[,;\s]|\band\b(?!-))+")
_NUMBERS = re.compile(r"([1-9]\d?)(?:-([1-9]\d?))?")


class Selection(Parsed, frozen=True):
    """Exercises by number, from 1 in the order of the program, or by id; no items mean all of them.

    All of them is a choice too: somebody made it, and did not forget it.
    """

    items: tuple[int | str, ...] = ()

    written: ClassVar = {
        "anyOf": [
            {"type": ["integer", "string"]},
            {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1},
        ],
        "examples": [CHOICE_EXAMPLE, _ALL],
    }

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``"1, 3, bird-dog"``, ``"2-4"``, ``[1, bird-dog]``, ``3`` or ``"all"`` as chosen.

        The message for anything else does not quote it.
        """
        pieces: list[str] = []
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, bool) or not isinstance(part, int | str):
                raise ValueError(f"must be {CHOICE_EXPECTED}")
            pieces += filter(None, _SEPARATOR.split(_BETWEEN.sub("-", str(part).strip().lower())))
        if pieces == [_ALL]:
            return cls()
        items = [item for piece in pieces for item in _items(piece)]
        if not items:
            raise ValueError(f"must be {CHOICE_EXPECTED}")
        return cls(tuple(dict.fromkeys(items)))

    def __str__(self) -> str:
        """Return the choice as it may be written."""
        return ", ".join(map(str, self.items)) or _ALL


ALL_EXERCISES = Selection()


def _items(piece: str) -> list[int | str]:
    if match := _NUMBERS.fullmatch(piece):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last:
            return list(range(first, last + 1))
    elif piece != _ALL and not piece[0].isdigit() and re.fullmatch(ID_PATTERN, piece):
        return [piece]
    raise ValueError(f"must be {CHOICE_EXPECTED}")

"""Program: the exercises of a home exercise program in order, with doses, sides and education."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handouts.model.base import ContentFile, Id, Line, Model, Paragraph, Review, Source
from handouts.model.dosage import Dosage
from handouts.model.rules import Text, Within


class PrescribedSide(StrEnum):
    """The side a prescription asks for; absent, the exercise's own ``sides`` rule holds."""

    LEFT = "left"
    RIGHT = "right"
    EACH = "each"
    AFFECTED = "affected"


class Prescription(Model):
    """One exercise of a program: variant, side, dose and note override those of the exercise.

    ``side_required`` refuses a handout for a patient whose affected side is not known.
    """

    exercise: Id
    variant: Id | None = None
    side: PrescribedSide | None = None
    side_required: bool = False
    dosage: Dosage | None = None
    note: Line | None = None


class Phase(Model):
    """Exercises that belong together; a ``name`` is printed above them in the plan."""

    name: Line | None = None
    exercises: Annotated[tuple[Prescription, ...], Field(min_length=1)]


class Education(Model):
    """A short section the patient reads: a heading and a few sentences."""

    heading: Line
    text: Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=6)]


class Program(ContentFile):
    """A home exercise program; ``title`` and ``subtitle`` head the sheet, ``code`` its code."""

    name: Line
    title: Line
    subtitle: Line
    code: Annotated[str, Text(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", most=12)]
    safety: Id
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    education: tuple[Education, ...] = ()
    precautions: tuple[Line, ...] = ()
    weeks: Annotated[int, Within(1, 12)] = 4
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    review: Review

    @property
    def prescriptions(self) -> tuple[Prescription, ...]:
        """All prescriptions in order, over all phases."""
        return tuple(item for phase in self.phases for item in phase.exercises)

"""Answer programs that ask what there is: exercises, programs, clinics, layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request

from handouts.check.search import NOTHING, Place
from handouts.desk.api_models import (
    ClinicOut,
    ExerciseOut,
    LayoutOut,
    PrescribedOut,
    ProgramOut,
)
from handouts.desk.views import desk_of
from handouts.model.base import Region
from handouts.model.exercise import Exercise
from handouts.workspace import Kind

router = APIRouter()


@router.get("/exercises", summary="Search exercises")
def exercises(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Region | None = None,
    place: Annotated[Place | None, Query(description="where it is done")] = None,
    equipment: Annotated[
        str, Query(max_length=100, description=f"`{NOTHING}`: those that need nothing")
    ] = "",
) -> list[ExerciseOut]:
    """Return exercises that have all words, the closest first."""
    found = desk_of(request).catalogue.find(q, region or "", place or "", equipment)
    return [_exercise(each.exercise, itself=each.itself, fitting=each.variants) for each in found]


def _exercise(exercise: Exercise, *, itself: bool, fitting: Sequence[str]) -> ExerciseOut:
    return ExerciseOut(
        id=exercise.id,
        name=exercise.name,
        also_known_as=list(exercise.also_known_as),
        regions=[region.value for region in exercise.regions],
        position=exercise.position,
        equipment=list(exercise.equipment),
        sides=exercise.sides,
        fits=itself,
        variants={name: exercise.variant(name).name for name in fitting},
    )


@router.get("/programs", summary="Search programs")
def programs(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> list[ProgramOut]:
    """Return programs that have all words."""
    return [
        ProgramOut(
            **program.model_dump(include={"id", "name", "title", "subtitle", "weeks", "choose"}),
            exercises=[
                PrescribedOut(
                    exercise=item.exercise, variant=item.variant, side=item.side, phase=phase.name
                )
                for phase in program.phases
                for item in phase.exercises
            ],
        )
        for program in desk_of(request).catalogue.find_programs(q)
    ]


@router.get("/clinics", summary="The clinics")
def clinics(request: Request) -> list[ClinicOut]:
    """Return the clinics of the folder, or the invented ones to try it with."""
    return [
        ClinicOut(
            id=clinic.id,
            name=clinic.full_name,
            language=clinic.locale,
            paper=clinic.paper,
            clinicians={person.id: person.name for person in clinic.clinicians},
        )
        for clinic in desk_of(request).clinics
    ]


@router.get("/layouts", summary="The layouts")
def layouts(request: Request) -> list[LayoutOut]:
    """Return the layouts."""
    library = desk_of(request).library
    found = [library.layout(name) for name in library.workspace.ids(Kind.LAYOUTS)]
    return [
        LayoutOut(
            id=layout.id,
            name=layout.name,
            description=layout.description,
            leaves_out=[str(each) for each in layout.leaves_out],
        )
        for layout in found
    ]

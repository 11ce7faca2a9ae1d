"""The steps of an ordered exercise → numbered leaves with doses and sides filled in."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.cards import Step
from handouts.compose.dose_text import hold_sentence, repeat_sentence, short_repeat
from handouts.compose.node import Figure
from handouts.compose.picture import compose_picture
from handouts.compose.runs import leaf, plain, tidied
from handouts.compose.side import filled
from handouts.compose.wording import Wording
from handouts.model.order import OrderedExercise


class PrintedSteps(Struct, frozen=True):
    """Steps as printed. ``numbers`` gives the printed number of each step in the data, from 1.

    A step that is nothing but a hold is not printed where the dose has none: it counts as the
    step before it.
    """

    texts: tuple[str, ...]
    steps: tuple[Step, ...]
    numbers: dict[int, int]


def printed_steps(item: OrderedExercise, words: Wording, *, short: bool) -> PrintedSteps:
    """Return the steps of an exercise, in their short form if asked for and there is one."""
    exercise = item.exercise
    one_line = short and bool(exercise.short_steps)
    texts = (exercise.short_steps if one_line else None) or exercise.steps
    hold = hold_sentence(item.dosage, words, short=one_line)
    repeat = short_repeat(item, words) if one_line else repeat_sentence(item, words)
    pictured = set(exercise.figure.steps) if exercise.figure else set()
    steps: list[Step] = []
    numbers: dict[int, int] = {}
    shown: set[int] = set()
    for number, text in enumerate(texts, start=1):
        runs = tidied(filled(text, item.side, words, hold=hold, repeat=repeat))
        if runs:
            steps.append(Step(leaf(words.number(len(steps) + 1)), leaf(runs)))
        numbers[number] = max(1, len(steps))
        if number in pictured:
            shown.add(numbers[number])
    marked = tuple(
        Step(step.number, step.text, pictured=place in shown)
        for place, step in enumerate(steps, start=1)
    )
    return PrintedSteps(tuple(plain(step.text.runs) for step in marked), marked, numbers)


def picture_of(item: OrderedExercise, words: Wording, printed: PrintedSteps) -> Figure | None:
    """Return the picture of an exercise beside its steps; None if it is not drawn."""
    exercise = item.exercise
    if exercise.figure is None:
        return None
    return compose_picture(
        exercise.figure,
        exercise=exercise.id,
        variant=variant_of(item),
        side=item.side,
        position=plain(filled(exercise.position, item.side, words)),
        steps=printed.texts,
        numbers=printed.numbers,
    )


def small_picture(item: OrderedExercise, words: Wording) -> Figure | None:
    """Return the picture of an exercise where its steps are not: in the plan and the grid."""
    return picture_of(item, words, printed_steps(item, words, short=False))


def variant_of(item: OrderedExercise) -> str | None:
    """The variant that is drawn, None for the exercise's own form."""
    variant = item.prescription.variant
    return None if variant == item.exercise.default_variant else variant

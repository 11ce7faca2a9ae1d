"""Turn an ordered exercise into its card: dose, steps, facts, note."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.cards import ExerciseCard, Fact, FactKind
from handouts.compose.dose import dose_cells, dose_words
from handouts.compose.fields import clinician_names, stop_at
from handouts.compose.side import filled, side_label
from handouts.compose.steps import picture_of, printed_steps
from handouts.compose.templates import (
    ended,
    fill,
    leaf,
    marked,
    runs_of,
    spaced,
    strong,
    tidied,
    variable,
)
from handouts.compose.text import SHORT_CLINICIAN, FieldName, Text
from handouts.compose.wording import Wording
from handouts.model.exercise import Change
from handouts.model.layout import CardPart, Cards
from handouts.model.order import Order, OrderedExercise


def exercise_card(
    item: OrderedExercise, order: Order, words: Wording, cards: Cards
) -> ExerciseCard:
    """Return the card of an exercise with the parts that ``cards`` asks for."""
    exercise, parts, facts = item.exercise, frozenset(cards.parts), words.locale.facts
    row = cards.form == "row"
    also_known_as = equipment = purpose = side = stop = label = None
    if CardPart.ALSO_KNOWN_AS in parts and exercise.also_known_as:
        also_known_as = leaf(fill(facts.also_known_as, name=exercise.also_known_as[0]))
    if CardPart.EQUIPMENT in parts and exercise.equipment:
        equipment = leaf(fill(facts.equipment, items=words.commas(exercise.equipment)))
    if CardPart.PURPOSE in parts:
        purpose = leaf(filled(exercise.purpose, item.side, words))
    if CardPart.SIDE in parts:
        side = leaf(side_label(item, words))
    if CardPart.STOP in parts:
        call = fill(words.locale.stop.call, phone=order.clinic.phone)
        stop = leaf(spaced(stop_at(order.safety.stop_short, order, words), call))
    # A note of the program is a tip; the line for the pen is the clinician's.
    tip = item.prescription.note if CardPart.NOTE in parts else None
    if tip:
        label = leaf(words.locale.panel.tip)
    elif CardPart.NOTE_LINE in parts:
        label = note_label(clinician_names(order.patient, order.clinician)[1], words)
    printed = printed_steps(item, words, short=cards.steps == "short")
    return ExerciseCard(
        number=leaf(words.number(item.number)),
        name=exercise_name(item, words),
        also_known_as=also_known_as,
        equipment=equipment,
        purpose=purpose,
        side=side,
        dose=() if row else dose_cells(item, words, brief=cards.form == "cut-out"),
        dose_words=dose_words(item, words) if row else (),
        figure=picture_of(item, words, printed),
        steps=printed.steps,
        facts=tuple(_facts(item, words, parts)),
        note_label=label,
        note=leaf(tip) if tip else None,
        stop=stop,
    )


def exercise_name(item: OrderedExercise, words: Wording) -> Text:
    """Return the plain name of the exercise."""
    return leaf(filled(item.exercise.name, item.side, words))


def note_label(clinician: str | None, words: Wording) -> Text:
    """``Note from Dana:``; the name is a per-patient string."""
    panel = words.locale.panel
    name = marked(panel.your_clinician, FieldName.CLINICIAN)
    if clinician:
        name = runs_of(variable(clinician, FieldName.CLINICIAN, SHORT_CLINICIAN))
    return leaf(fill(panel.note_from, name=name))


def _facts(item: OrderedExercise, words: Wording, parts: frozenset[CardPart]) -> Iterator[Fact]:
    exercise, facts = item.exercise, words.locale.facts
    listed: tuple[tuple[CardPart, FactKind, str, tuple[str, ...]], ...] = (
        (CardPart.FEEL_IT, FactKind.FEEL_IT, facts.feel_it, (exercise.feel_it,)),
        (CardPart.WATCH_OUT, FactKind.WATCH_OUT, facts.watch_out, (exercise.watch_out,)),
        (CardPart.CAUTIONS, FactKind.CAUTION, facts.caution, exercise.cautions),
        (CardPart.EASIER, FactKind.EASIER, facts.easier, _change(exercise.easier)),
        (CardPart.HARDER, FactKind.HARDER, facts.harder, _change(exercise.harder)),
    )
    for part, kind, lead, texts in listed:
        if part not in parts:
            continue
        for text in texts:
            sentence = filled(_lowered(text, kind), item.side, words, capital=False)
            yield Fact(kind, leaf(spaced(strong(lead), ended(tidied(sentence)))))


def _lowered(text: str, kind: FactKind) -> str:
    """A caution is a sentence of its own in the data, and goes on after a lead-in on the card."""
    return text[:1].lower() + text[1:] if kind is FactKind.CAUTION else text


def _change(change: Change | None) -> tuple[str, ...]:
    return (change.text,) if change is not None and change.text else ()

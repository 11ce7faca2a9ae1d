"""One ordered exercise becomes an exercise card: dose, steps, facts, note."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose import values
from handouts.compose.cards import CardBody, CardTop, ExerciseCard, Fact, FactKind
from handouts.compose.dose_cells import dose_cells
from handouts.compose.dose_words import dose_words
from handouts.compose.own import clinician_names
from handouts.compose.runs import ended, fill, leaf, marked, own, runs_of, spaced, strong, tidied
from handouts.compose.side import filled, side_label
from handouts.compose.steps import picture_of, printed_steps
from handouts.compose.text import FieldName, Text
from handouts.compose.wording import Wording
from handouts.model.exercise import Change
from handouts.model.layout import CardPart, Cards
from handouts.model.order import Order, OrderedExercise


def exercise_card(
    item: OrderedExercise, order: Order, words: Wording, cards: Cards
) -> ExerciseCard:
    """Return the card of an exercise with the parts that ``cards`` asks for."""
    # A note of the program is a tip; the line for the pen is the clinician's.
    tip = item.prescription.note if CardPart.NOTE in cards.parts else None
    label = None
    if tip:
        label = leaf(words.locale.panel.tip)
    elif CardPart.NOTE_LINE in cards.parts:
        label = note_label(clinician_names(order.patient, order.clinician)[1], words)
    stop = None
    if CardPart.STOP in cards.parts:
        call = fill(words.locale.stop.call, phone=order.clinic.phone)
        stop = leaf(spaced(order.safety.stop_short, call))
    return ExerciseCard(
        top=_top(item, cards, words),
        body=_body(item, cards, words),
        note_label=label,
        note=leaf(tip) if tip else None,
        stop=stop,
    )


def _top(item: OrderedExercise, cards: Cards, words: Wording) -> CardTop:
    exercise, asked, facts = item.exercise, frozenset(cards.parts), words.locale.facts
    row = cards.form == "row"
    also_known_as = equipment = purpose = side = None
    if CardPart.ALSO_KNOWN_AS in asked and exercise.also_known_as:
        also_known_as = leaf(fill(facts.also_known_as, name=exercise.also_known_as[0]))
    if CardPart.EQUIPMENT in asked and exercise.equipment:
        equipment = leaf(fill(facts.equipment, items=words.commas(exercise.equipment)))
    if CardPart.PURPOSE in asked:
        purpose = leaf(filled(exercise.purpose, item.side, words))
    if CardPart.SIDE in asked:
        side = leaf(side_label(item, words))
    return CardTop(
        number=leaf(words.number(item.number)),
        name=exercise_name(item, words),
        also_known_as=also_known_as,
        equipment=equipment,
        purpose=purpose,
        side=side,
        dose=() if row else dose_cells(item, words, brief=cards.form == "cut-out"),
        dose_words=dose_words(item, words) if row else (),
    )


def _body(item: OrderedExercise, cards: Cards, words: Wording) -> CardBody:
    printed = printed_steps(item, words, short=cards.steps == "short")
    return CardBody(
        figure=picture_of(item, words, printed),
        steps=printed.steps,
        facts=tuple(_facts(item, words, frozenset(cards.parts))),
    )


def exercise_name(item: OrderedExercise, words: Wording) -> Text:
    """Return the plain name of the exercise."""
    return leaf(filled(item.exercise.name, item.side, words))


def note_label(clinician: str | None, words: Wording) -> Text:
    """``Note from Dana:``; the name is a per-patient string."""
    panel = words.locale.panel
    name = marked(panel.your_clinician, FieldName.CLINICIAN)
    if clinician:
        name = runs_of(own(clinician, FieldName.CLINICIAN, values.SHORT_CLINICIAN))
    return leaf(fill(panel.note_from, name=name))


def _facts(item: OrderedExercise, words: Wording, asked: frozenset[CardPart]) -> Iterator[Fact]:
    exercise, facts = item.exercise, words.locale.facts
    listed: tuple[tuple[CardPart, FactKind, str, tuple[str, ...]], ...] = (
        (CardPart.FEEL_IT, FactKind.FEEL_IT, facts.feel_it, (exercise.feel_it,)),
        (CardPart.WATCH_OUT, FactKind.WATCH_OUT, facts.watch_out, (exercise.watch_out,)),
        (CardPart.CAUTIONS, FactKind.CAUTION, facts.caution, exercise.cautions),
        (CardPart.EASIER, FactKind.EASIER, facts.easier, _change(exercise.easier)),
        (CardPart.HARDER, FactKind.HARDER, facts.harder, _change(exercise.harder)),
    )
    for part, kind, lead, texts in listed:
        if part not in asked:
            continue
        for text in texts:
            sentence = filled(_lowered(text, kind), item.side, words, capital=False)
            yield Fact(kind, leaf(spaced(strong(lead), ended(tidied(sentence)))))


def _lowered(text: str, kind: FactKind) -> str:
    """A caution is a sentence of its own in the data, and goes on after a lead-in on the card."""
    return text[:1].lower() + text[1:] if kind is FactKind.CAUTION else text


def _change(change: Change | None) -> tuple[str, ...]:
    return (change.text,) if change is not None and change.text else ()

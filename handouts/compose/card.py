"""Turn an ordered exercise into its card: dose, steps, facts."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.document import ExerciseCard, Fact, FactKind
from handouts.compose.dose import card_dose
from handouts.compose.fields import stop_at
from handouts.compose.side import filled, side_label
from handouts.compose.steps import other_side, picture_of, printed_steps
from handouts.compose.templates import (
    Runs,
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
from handouts.model.exercise import Change, DoseKind
from handouts.model.layout import CardPart, Cards
from handouts.model.order import Order, OrderedExercise, Side
from handouts.model.photo import short_address


def exercise_card(
    item: OrderedExercise, order: Order, words: Wording, cards: Cards
) -> ExerciseCard:
    """Return the card of an exercise with the parts that ``cards`` asks for.

    When it begins, cautions and notes are on every card; the stop rule on every card to cut out.
    """
    exercise, parts, phrases = item.exercise, frozenset(cards.parts), words.locale
    equipment = side = stop = None
    if CardPart.EQUIPMENT in parts and exercise.equipment:
        items = words.commas(exercise.equipment)
        equipment = leaf(fill(phrases.facts.equipment, items=items))
    no_side = exercise.dose_kind is DoseKind.ACTIVITY and item.side is Side.TOGETHER
    if CardPart.SIDE in parts and not no_side:
        side = leaf(side_label(item, words))
    if cards.cut_out:
        call = fill(phrases.stop.call, phone=order.clinic.phone)
        stop = leaf(spaced(stop_at(order.safety.stop_short, order, words), call))
    printed = printed_steps(item, words, short=cards.steps == "short")
    return ExerciseCard(
        number=leaf(words.number(item.number)),
        name=exercise_name(item, words),
        equipment=equipment,
        side=side,
        dose=card_dose(item, words),
        other_side=other_side(item, words),
        figure=picture_of(item, words, printed),
        steps=printed.steps,
        facts=(*_advice(item, words, parts), *_urgent(item, words), *_credits(item, words)),
        video=_video(exercise.video, words) if CardPart.VIDEO in parts else None,
        stop=stop,
        mark=words.locale.spoken.mark if order.to_mark else "",
    )


def _video(address: str | None, words: Wording) -> Text | None:
    """Where the code of a card leads: short enough to be typed, and a link on a screen."""
    if address is None:
        return None
    watch = fill(words.locale.facts.watch, address=short_address(address))
    return leaf(watch, link=address)


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


def _advice(item: OrderedExercise, words: Wording, parts: frozenset[CardPart]) -> Iterator[Fact]:
    """What helps to do it well: as much of it as the layout asks for."""
    exercise, facts = item.exercise, words.locale.facts
    listed: tuple[tuple[CardPart, FactKind, str, str | None], ...] = (
        (CardPart.FEEL_IT, FactKind.FEEL_IT, facts.feel_it, exercise.feel_it),
        (CardPart.WATCH_OUT, FactKind.WATCH_OUT, facts.watch_out, exercise.watch_out),
        (CardPart.EASIER, FactKind.EASIER, facts.easier, _change(exercise.easier)),
        (CardPart.HARDER, FactKind.HARDER, facts.harder, _change(exercise.harder)),
    )
    for part, kind, lead, text in listed:
        if part in parts and text:
            yield Fact(kind, _led(lead, filled(text, item.side, words, capital=False)))


def _urgent(item: OrderedExercise, words: Wording) -> Iterator[Fact]:
    """Who must take care, when it begins, and what the program's author adds."""
    facts, panel = words.locale.facts, words.locale.panel
    for text in item.exercise.cautions:
        # A sentence of its own in the data; on the card it goes on after a lead-in.
        goes_on = text[:1].lower() + text[1:]
        sentence = filled(goes_on, item.side, words, capital=False)
        yield Fact(FactKind.CAUTION, _led(facts.caution, sentence))
    if item.when:
        yield Fact(FactKind.START, leaf(strong(fill(facts.start_when, when=item.when))))
    elif item.from_week > 1:
        week = words.number(item.from_week)
        yield Fact(FactKind.START, leaf(strong(fill(facts.start_week, n=week))))
    if item.prescription.note:
        yield Fact(FactKind.NOTE, _led(panel.tip, runs_of(item.prescription.note)))


def _credits(item: OrderedExercise, words: Wording) -> Iterator[Fact]:
    """Who wrote the text, where its licence asks for that beside it."""
    named = [source.credit for source in item.exercise.sources if source.credit]
    if named:
        credit = fill(words.locale.facts.credit, credit="; ".join(named))
        yield Fact(FactKind.CREDIT, leaf(credit))


def _led(lead: str, sentence: Runs) -> Text:
    return leaf(spaced(strong(lead), ended(tidied(sentence))))


def _change(change: Change | None) -> str | None:
    return change.text if change is not None else None

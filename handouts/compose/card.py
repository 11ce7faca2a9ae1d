"""Turn an ordered exercise into its card: dose, steps, picture, facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.document import ExerciseCard, Fact, FactKind, Step
from handouts.compose.dose import card_dose, hold_sentence, repeat_sentence, short_repeat
from handouts.compose.exercise_words import filled, side_in_sentence, side_label
from handouts.compose.patient import stop_at
from handouts.compose.runs import (
    Picture,
    Runs,
    Text,
    as_sentence,
    fill,
    leaf,
    plain,
    runs_of,
    spaced,
    strong,
    tidied,
)
from handouts.compose.wording import Wording
from handouts.model.exercise import Change
from handouts.model.figure import Figure, Works
from handouts.model.layout import CardPart, Cards
from handouts.model.order import Order, OrderedExercise, Side
from handouts.model.photo import Photo, Shows, short_address


def exercise_card(
    item: OrderedExercise, order: Order, words: Wording, cards: Cards
) -> ExerciseCard:
    """Return the card of an exercise with the parts that ``cards`` asks for.

    Every card says when the exercise begins, and has its cautions and note. A card to cut out
    has the stop rule too.
    """
    exercise, parts, phrases = item.exercise, frozenset(cards.parts), words.locale
    equipment = side = stop = None
    if CardPart.EQUIPMENT in parts and exercise.equipment:
        items = words.commas(exercise.equipment)
        equipment = leaf(fill(phrases.facts.equipment, items=items))
    label = side_label(item, words)
    if CardPart.SIDE in parts and label:
        side = leaf(label)
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
        box_label=words.locale.spoken.mark if order.to_mark else "",
    )


def _video(address: str | None, words: Wording) -> Text | None:
    """Return the address of the video, to type from paper or to follow on a screen."""
    if address is None:
        return None
    watch = fill(words.locale.facts.watch, address=short_address(address))
    return leaf(watch, link=address)


def exercise_name(item: OrderedExercise, words: Wording) -> Text:
    """Return the plain name of the exercise."""
    return leaf(filled(item.exercise.name, item.side, words))


def _advice(item: OrderedExercise, words: Wording, parts: frozenset[CardPart]) -> Iterator[Fact]:
    """Yield the advice that the layout asks for."""
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
    """Yield what every card has: the cautions, when it begins, and the program's note."""
    facts, panel = words.locale.facts, words.locale.panel
    for text in item.exercise.cautions:
        # The data has a whole sentence. On the card it continues a lead-in.
        capital = words.locale.keeps_capitals
        goes_on = text if capital else text[:1].lower() + text[1:]
        sentence = filled(goes_on, item.side, words, capital=capital)
        yield Fact(FactKind.CAUTION, _led(facts.caution, sentence))
    if item.when:
        yield Fact(FactKind.START, leaf(strong(fill(facts.start_when, when=item.when))))
    elif item.later:
        week = words.number(item.from_week)
        yield Fact(FactKind.START, leaf(strong(fill(facts.start_week, n=week))))
    if item.prescription.note:
        yield Fact(FactKind.NOTE, _led(panel.tip, runs_of(item.prescription.note)))


def _credits(item: OrderedExercise, words: Wording) -> Iterator[Fact]:
    """Yield the authors of the text, if its licence asks to name them."""
    named = [source.credit for source in item.exercise.sources if source.credit]
    if named:
        credit = fill(words.locale.facts.credit, credit="; ".join(named))
        yield Fact(FactKind.CREDIT, leaf(credit))


def _led(lead: str, sentence: Runs) -> Text:
    return leaf(spaced(strong(lead), as_sentence(tidied(sentence))))


def _change(change: Change | None) -> str | None:
    return change.text if change is not None else None


# -- steps and picture


class PrintedSteps(Struct, frozen=True):
    """Steps as printed. ``numbers`` gives the printed number of each step in the data, from 1.

    A step that is only a hold is not printed if the dose has no hold. It then has the number of
    the step before it.
    """

    steps: tuple[Step, ...]
    numbers: dict[int, int]


def printed_steps(item: OrderedExercise, words: Wording, *, short: bool) -> PrintedSteps:
    """Return the steps of an exercise; the short ones if ``short`` is set and there are any."""
    exercise = item.exercise
    one_line = short and bool(exercise.short_steps)
    texts = (exercise.short_steps if one_line else None) or exercise.steps
    hold = hold_sentence(item.in_week(item.from_week).dosage, words, short=one_line)
    repeat = short_repeat(item, words) if one_line else repeat_sentence(item, words)
    steps: list[Step] = []
    numbers: dict[int, int] = {}
    for number, text in enumerate(texts, start=1):
        runs = tidied(filled(text, item.side, words, hold=hold, repeat=repeat))
        if runs:
            steps.append(Step(leaf(words.number(len(steps) + 1)), leaf(runs)))
        numbers[number] = max(1, len(steps))
    return PrintedSteps(tuple(steps), numbers)


def picture_of(item: OrderedExercise, words: Wording, printed: PrintedSteps) -> Picture | None:
    """Return the picture of an exercise beside its steps; None if it has none."""
    exercise = item.exercise
    if exercise.picture is not None:
        return _photo_of(item, exercise.picture, printed)
    if exercise.figure is None:
        return None
    return compose_picture(
        exercise.figure,
        exercise=exercise.id,
        variant=variant_of(item),
        side=item.side,
        position=plain(filled(exercise.position, item.side, words)),
        words=words,
        numbers=printed.numbers,
    )


def _photo_of(item: OrderedExercise, photo: Photo, printed: PrintedSteps) -> Picture:
    captions = tuple(leaf(frame.caption) if frame.caption else None for frame in photo.all_frames)
    return Picture(
        exercise=item.exercise.id,
        variant=variant_of(item),
        mirrored=photo.mirror and _is_other_side(photo, item.side),
        alt=photo.alt,
        steps=tuple(printed.numbers.get(number, number) for number in photo.steps),
        captions=captions if any(captions) else (),
    )


def small_picture(item: OrderedExercise, words: Wording) -> Picture | None:
    """Return the picture of an exercise for the plan, where its steps are not printed.

    None for a photograph of the side that the patient does not work, since the plan has no
    sentence that says so.
    """
    photo = item.exercise.picture
    if photo is not None and not photo.mirror and _is_other_side(photo, item.side):
        return None
    picture = picture_of(item, words, printed_steps(item, words, short=False))
    return picture and replace(picture, captions=())


def other_side(item: OrderedExercise, words: Wording) -> Text | None:
    """Return a sentence that the photograph shows the side that the patient does not work.

    None if it does not. There is a sentence, too, while the patient's side is unknown. A
    photograph is mirrored only if its file allows it, because writing or the room in it may be
    wrong when mirrored.
    """
    photo, side = item.exercise.picture, item.side
    if photo is None or (photo.mirror and side is not Side.SORE):
        return None
    if side is not Side.SORE and not _is_other_side(photo, side):
        return None
    facts = words.locale.facts
    shown = {Shows.LEFT: facts.picture_left, Shows.RIGHT: facts.picture_right}
    said = shown.get(photo.shows or Shows.BOTH)
    return leaf(fill(said, yours=side_in_sentence(item, words))) if said else None


_SHOWN = {Shows.LEFT: Side.LEFT, Shows.RIGHT: Side.RIGHT}


def _is_other_side(photo: Photo, side: Side) -> bool:
    """Return whether a photograph shows one side and the patient works the other."""
    shown = _SHOWN.get(photo.shows or Shows.BOTH)
    return shown is not None and side in _SHOWN.values() and side is not shown


def variant_of(item: OrderedExercise) -> str | None:
    """Return the variant that is drawn; None for the default one."""
    variant = item.prescription.variant
    return None if variant == item.exercise.default_variant else variant


_DRAWN = {Works.LEFT: Side.LEFT, Works.RIGHT: Side.RIGHT}


def compose_picture(
    figure: Figure,
    *,
    exercise: str,
    variant: str | None,
    side: Side,
    position: str,
    words: Wording,
    numbers: Mapping[int, int] | None = None,
) -> Picture:
    """Return the picture of a card.

    Args:
        figure: the figure of the exercise, or of its variant.
        exercise: the id of the exercise.
        variant: the id of the variant; None if it is the default one.
        side: the side that the patient works.
        position: the patient's position, in words.
        words: the wording of the handout.
        numbers: the printed number of each step in the data, where they differ.
    """
    shown = tuple((numbers or {}).get(number, number) for number in figure.steps)
    return Picture(
        exercise=exercise,
        variant=variant,
        mirrored=is_mirrored(figure, side),
        alt=figure.alt or alternative_text(shown, position, words),
        steps=shown,
    )


def is_mirrored(figure: Figure, side: Side) -> bool:
    """Return whether the patient works the side that is not drawn."""
    drawn = _DRAWN.get(figure.works)
    return drawn is not None and side in (Side.LEFT, Side.RIGHT) and side is not drawn


def alternative_text(shown: Sequence[int], position: str, words: Wording) -> str:
    """Return the alternative text of a picture: ``Lying on your back. Steps 1, 3``.

    A screen reader reads the steps right after it, so they are not repeated here.
    """
    steps = dict.fromkeys(shown)
    phrase = words.form(words.locale.spoken.picture, len(steps))
    where = f"{position[:1].upper()}{position[1:]}".rstrip(".")
    numbers = words.conjoined([words.number(number) for number in steps])
    return plain(fill(phrase, position=where, numbers=numbers))

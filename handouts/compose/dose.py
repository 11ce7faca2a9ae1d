"""Turn a dose into the line of a card, sentences for steps, and one line for plan and grid.

Numbers come from the dose alone; a blank stays a line for the pen. For a range the words give the
number to start with, then "build up to" the other. "1 set" and "no hold" are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handouts.compose.exercise_words import (
    activity_in_words,
    amount_in_words,
    counted_in_all,
    effort_numbers,
    limb,
    load_in_words,
    one_set_in_words,
    side_after_number,
    side_in_sentence,
    takes_turns,
    tempo_in_words,
)
from handouts.compose.runs import Runs, Text, capitalised, fill, leaf, spaced, strong
from handouts.compose.schedule import exercise_days, is_daily, often
from handouts.compose.wording import Wording, listed_days, upper_end
from handouts.model.dosage import Comfort, Dosage
from handouts.model.order import OrderedExercise, Side
from handouts.model.quantity import SECONDS, Quantity


def card_dose(item: OrderedExercise, words: Wording) -> tuple[Text, ...]:
    """Return ``3 times each leg``, ``hold 10 seconds``, ``every day``, ``about 2 minutes``.

    The order is always the same: sets and times, rest, hold, load, tempo, effort, days, minutes,
    then what changes from a later week on. The values are bold.
    """
    first, *others = _parts(item.in_week(item.from_week), words).values()
    return (*map(leaf, (capitalised(first), *others)), *map(leaf, _changes(item, words)))


def _changes(item: OrderedExercise, words: Wording) -> Iterator[Runs]:
    """Yield ``from week 2: 2 sets of 8`` for each week in which the dose changes."""
    first = item.in_week(item.from_week)
    before = _parts(first, words, first.dosage)
    for week in item.weeks[1:]:
        parts = _parts(item.in_week(week), words, first.dosage)
        if new := _new(before, parts):
            number = words.number(week)
            yield fill(words.locale.dose.line.from_week, n=number, what=words.commas(new))
        before = parts


def _new(before: Mapping[str, Runs], parts: Mapping[str, Runs]) -> list[Runs]:
    """Return the phrases of a dose that differ from those of the weeks before.

    The sentence cannot name a part that is gone, so it then names all that are left.
    """
    changed = [key for key, part in parts.items() if before.get(key) != part]
    is_less = bool(before.keys() - parts.keys() - {"minutes"})
    if not is_less and changed in ([], ["minutes"]):
        return []
    return [part for key, part in parts.items() if is_less or key in changed]


def _parts(item: OrderedExercise, words: Wording, first: Dosage | None = None) -> dict[str, Runs]:
    """Return the phrases of a dose of one week, in order, with the name of each part.

    ``first`` is the dose of the first week if that was said before.
    """
    dosage, line = item.dosage, words.locale.dose.line
    amount = strong(_amount(dosage, words))
    side = "" if _side_is_known(item, first) else side_after_number(item, words)
    parts: dict[str, Runs] = {}
    if amount:
        parts["amount"] = words.commas([spaced(amount, side), _more(dosage, words)])
    if dosage.rest is not None and several(dosage.sets):
        parts["rest"] = fill(line.rest, time=strong(words.time(dosage.rest)))
    if dosage.hold is not None:
        hold = fill(line.hold, time=strong(words.time(dosage.hold)))
        more: Runs = ()
        if dosage.hold.is_range:
            more = fill(line.build_up, amount=words.time(upper_end(dosage.hold)))
        parts["hold"] = words.commas([spaced(hold, "" if amount else side), more])
    if dosage.rest_between_sides is not None and item.side is Side.EACH:
        between = strong(words.time(dosage.rest_between_sides))
        parts["rest_between_sides"] = fill(line.rest_between_sides, time=between)
    parts |= _with_what(item, words)
    if not amount and dosage.hold is None:
        parts["open"] = fill(line.open)
    parts["often"] = _how_often(dosage, words)
    taken = item.minutes
    if taken is not None and (amount or dosage.hold is not None) and not says_time(item):
        parts["minutes"] = fill(words.count(words.locale.plan.minutes, taken))
    return {key: part for key, part in parts.items() if part}


def _side_is_known(item: OrderedExercise, first: Dosage | None) -> bool:
    """Return whether a later dose needs no side, as that of the first week names it.

    A time needs it again: it could be the time that both sides take together.
    """
    dosage = item.dosage
    if first is None or any(counted_in_all(item.side, each) for each in (first, dosage)):
        return False
    if dosage.amount is not None:
        return dosage.amount.unit not in SECONDS
    return dosage.repetitions is not None


def _with_what(item: OrderedExercise, words: Wording) -> dict[str, Runs]:
    """Return the phrases for load, tempo, effort and comfort."""
    dosage, line = item.dosage, words.locale.dose.line
    parts: dict[str, Runs] = {}
    if dosage.load is not None:
        parts["load"] = fill(line.load, load=strong(load_in_words(dosage.load, words)))
    if dosage.tempo is not None:
        parts["tempo"] = tempo_in_words(dosage.tempo, item.exercise, words)
    if dosage.effort is not None and not dosage.until_hard:
        parts["effort"] = fill(line.effort, **effort_numbers(dosage.effort, words))
    elif dosage.stops_when_hard:
        parts["effort"] = fill(line.until)
    if dosage.comfort is Comfort.FAR:
        parts["far"] = fill(line.far)
    return parts


def says_time(item: OrderedExercise) -> bool:
    """Return whether the amount is already the time of the session, which is printed once."""
    amount, sets = item.dosage.amount, item.dosage.sets
    once = not (several(sets) or takes_turns(item.side))
    return amount is not None and amount.unit in SECONDS and once


def _more(dosage: Dosage, words: Wording) -> Runs:
    """Return ``build up to 3 sets of 12`` if sets, times or the amount grow; else nothing."""
    line, sets, times = words.locale.dose.line, dosage.sets, dosage.repetitions
    grow = sets is not None and sets.is_range, times is not None and times.is_range
    if grow == (True, True) and sets and times:
        most = words.build_up(line.sets_of, sets, times=words.high(times))
    elif grow[0] and sets:
        most = words.build_up(line.sets, sets)
    elif grow[1] and times:
        most = words.build_up(line.times, times)
    elif dosage.amount is not None and dosage.amount.is_range:
        most = amount_in_words(dosage.amount, words, high=True)
    else:
        return ()
    return fill(line.build_up, amount=most)


def _how_often(dosage: Dosage, words: Wording) -> Runs:
    """Return ``every day``, ``Mon, Wed, Fri``, ``twice a day``; empty if the dose has none."""
    line, days, times = words.locale.dose.line, exercise_days(dosage), dosage.times_per_day
    more: Runs = ()
    if times is not None and times.is_range:
        more = fill(line.build_up, amount=words.high(times))
    how = often(dosage, words)
    how = words.commas([strong(how), more]) if how else how
    if dosage.every_other_day:
        return words.commas([strong(line.every_other_day), how])
    if days is not None and is_daily(days):
        return how or strong(line.every_day)
    if days is not None:
        return words.commas([strong(listed_days(days, words)), how])
    week = dosage.days_per_week
    if week is None:
        return how
    more = fill(line.build_up, amount=words.high(week)) if week.is_range else ()
    return words.commas([strong(words.counted(words.locale.days.per_week, week)), more, how])


def several(quantity: Quantity | None) -> bool:
    """Return whether it is more than one, or a number that the clinician fills in."""
    return quantity is not None and (quantity.high is None or quantity.high > 1)


_ONCE = Quantity(1, 1)
_TWO_SETS = 2


def hold_sentence(dosage: Dosage, words: Wording, *, short: bool = False) -> Runs:
    """Return ``Hold for 5 seconds.``; a ``short`` one leaves out what to build up to."""
    phrases = words.locale.dose.repeat
    if dosage.hold is None:
        seconds = dosage.tempo.seconds[1] if dosage.tempo and dosage.tempo.seconds else 0
        held = words.time(Quantity(seconds, seconds, "s"))
        return fill(phrases.hold, time=held) if seconds else ()
    sentence = fill(phrases.hold, time=words.time(dosage.hold))
    if short or not dosage.hold.is_range:
        return sentence
    return spaced(sentence, fill(phrases.build_up_hold, time=words.time(upper_end(dosage.hold))))


def repeat_sentence(item: OrderedExercise, words: Wording) -> Runs:
    """Return ``Do 10. Rest for 1 minute. Do 10 more.``, how it feels, and what changes later."""
    first = item.in_week(item.from_week)
    dosage = first.dosage
    if not dosage.counts and not several(dosage.sets):
        done = fill(limb(item.exercise, words).change) if takes_turns(item.side) else ()
    else:
        done = spaced(_one_set(first, words), _more_sets(first, words), _build_up(first, words))
    return spaced(done, *_how_it_feels(dosage, words), *_later(item, words))


def _how_it_feels(dosage: Dosage, words: Wording) -> Iterator[Runs]:
    """Yield ``It should feel hard: 5 to 6, where 0 is rest and 10 is all you can do.``."""
    phrases = words.locale.dose.repeat
    if dosage.comfort is Comfort.FAR:
        yield fill(phrases.far)
    if dosage.effort is not None and not dosage.until_hard:
        yield fill(phrases.effort, **effort_numbers(dosage.effort, words))
    elif dosage.stops_when_hard:
        yield fill(phrases.stop_when_hard)


def _later(item: OrderedExercise, words: Wording) -> Iterator[Runs]:
    """Yield ``From week 2: 2 sets of 8.`` for each later week in which the amount changes."""
    phrases, before = words.locale.dose.repeat, _amount(item.in_week(item.from_week).dosage, words)
    for week in item.weeks[1:]:
        amount = _amount(item.in_week(week).dosage, words)
        if amount and amount != before:
            yield fill(phrases.from_week, n=words.number(week), what=amount)
        before = amount


def short_repeat(item: OrderedExercise, words: Wording) -> Runs:
    """Return ``Do 2 sets of 10.`` or ``Do 3 with each leg.``, for steps of one line."""
    item = item.in_week(item.from_week)
    phrases, dosage = words.locale.dose.repeat, item.dosage
    repetitions = dosage.repetitions or _ONCE
    turns = takes_turns(item.side)
    if dosage.sets is not None and several(dosage.sets) and not dosage.open_ended:
        times = (
            words.low(repetitions) if dosage.amount is None else activity_in_words(dosage, words)
        )
        if turns:
            side = side_after_number(item, words)
            return words.counted(phrases.short_sets_sided, dosage.sets, times=times, side=side)
        return words.counted(phrases.short_sets, dosage.sets, times=times)
    if not dosage.counts:
        return repeat_sentence(item, words)
    do = one_set_in_words(dosage, words)
    if counted_in_all(item.side, dosage):
        return fill(phrases.in_all, do=do)
    if turns:
        return fill(phrases.sided, do=do, where=side_in_sentence(item, words))
    return fill(phrases.plain, do=do)


def dose_line(
    item: OrderedExercise, words: Wording, *, first: int | None = None, last: int | None = None
) -> Runs:
    """Return what to do, for the plan: ``2 sets of 10, hold 5 seconds, from week 2: 3 sets``.

    It covers the weeks from ``first`` to ``last``, by default all of them.
    """
    first = first or item.from_week
    begun = item.in_week(first)
    lines = list(_line_parts(begun, words).values())
    before = _line_parts(begun, words, begun.dosage)
    for week in item.weeks:
        if not first < week <= (last or week):
            continue
        parts = _line_parts(item.in_week(week), words, begun.dosage)
        if new := _new(before, parts):
            from_week = words.locale.dose.line.from_week
            lines.append(fill(from_week, n=words.number(week), what=words.commas(new)))
        before = parts
    return capitalised(words.commas(lines))


def _line_parts(
    item: OrderedExercise, words: Wording, first: Dosage | None = None
) -> dict[str, Runs]:
    """Return the phrases of a line for one week; ``first``: as for `_parts`."""
    phrases, dosage = words.locale.dose.line, item.dosage
    amount = _amount(dosage, words)
    hold = fill(phrases.hold, time=words.time(dosage.hold)) if dosage.hold is not None else ()
    side = side_after_number(item, words)
    if not takes_turns(item.side):
        side = side_in_sentence(item, words)
    if _side_is_known(item, first):
        side = ""
    if side and amount:
        amount = fill(phrases.sided, amount=amount, side=side)
    elif side and hold:
        hold = fill(phrases.sided, amount=hold, side=side)
    load = () if dosage.load is None else load_in_words(dosage.load, words)
    parts = {"amount": amount, "hold": hold, "load": load}
    return {key: part for key, part in parts.items() if part} or {"open": fill(phrases.open)}


def _amount(dosage: Dosage, words: Wording) -> Runs:
    """Return ``2 sets of 10``, ``20 minutes`` or ``as many as is comfortable``; empty if none."""
    phrases, repetitions = words.locale.dose.line, dosage.repetitions
    activity = activity_in_words(dosage, words)
    if dosage.sets is not None and several(dosage.sets):
        times = words.low(repetitions) if repetitions is not None else activity
        if not times:
            return words.counted(phrases.sets, dosage.sets)
        return words.counted(phrases.sets_of, dosage.sets, times=times)
    return words.counted(phrases.times, repetitions) if repetitions is not None else activity


def _one_set(item: OrderedExercise, words: Wording) -> Runs:
    phrases, dosage = words.locale.dose.repeat, item.dosage
    repetitions = dosage.repetitions or _ONCE
    do = one_set_in_words(dosage, words)
    if counted_in_all(item.side, dosage):
        return fill(phrases.in_all, do=do)
    if item.side is Side.EACH and dosage.rest_between_sides is not None:
        each = limb(item.exercise, words)
        pause = fill(phrases.rest, time=words.time(dosage.rest_between_sides))
        return spaced(fill(each.first, do=do), pause, each.change)
    if item.side is Side.EACH:
        return fill(limb(item.exercise, words).swap, do=do)
    if item.side is not Side.TOGETHER:
        return fill(phrases.sided, do=do, where=side_in_sentence(item, words))
    if repetitions.is_range and not several(dosage.sets):
        return words.counted(phrases.start_with, repetitions)
    return fill(phrases.plain, do=do)


def _more_sets(item: OrderedExercise, words: Wording) -> Runs:
    phrases, dosage = words.locale.dose.repeat, item.dosage
    sets, rest = dosage.sets, dosage.rest
    if sets is None or sets.low == 1:
        return ()
    pause = fill(phrases.rest_untimed)
    if rest is not None:
        pause = fill(phrases.rest, time=words.time(rest))
    if sets.low != _TWO_SETS:
        again = words.counted(phrases.sets_in_all, sets)
    elif takes_turns(item.side) or (dosage.repetitions is None and dosage.counts):
        again = fill(phrases.all_again)
    else:
        again = words.counted(phrases.more, dosage.repetitions or _ONCE)
    return spaced(pause, again)


def _build_up(item: OrderedExercise, words: Wording) -> Runs:
    phrases, sets = words.locale.dose.repeat, item.dosage.sets
    repetitions = item.dosage.repetitions or _ONCE
    if sets is not None and sets.is_range and repetitions.is_range:
        return words.build_up(phrases.build_up_both, sets, times=words.high(repetitions))
    if sets is not None and sets.is_range:
        return words.build_up(phrases.build_up_sets, sets)
    amount = item.dosage.amount
    if amount is not None and amount.is_range:
        return fill(phrases.build_up_hold, time=amount_in_words(amount, words, high=True))
    if not repetitions.is_range:
        return ()
    phrase = phrases.build_up_in_each_set if several(sets) else phrases.build_up
    return words.build_up(phrase, repetitions)

"""Turn an order into what repeats on pages (heads, feet, stop strip), and words into a code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec.structs import replace

from handouts.compose.document import Draft, Furniture
from handouts.compose.fields import clinician_names, next_visit, start_words, stop_at
from handouts.compose.templates import (
    Runs,
    Value,
    fill,
    folded,
    leaf,
    marked,
    runs_of,
    spaced,
    variable,
)
from handouts.compose.text import FieldName, Text, text_for_all
from handouts.compose.wording import Wording, medium_date
from handouts.model.clinic import AffectedSide
from handouts.model.order import Order, first_name
from handouts.model.program import Safety


def furniture(order: Order, words: Wording, code: str) -> Furniture:
    """Return the running heads and feet of the handout."""
    patient = order.patient
    clinic, safety = order.clinic, order.safety
    phrases = words.locale.furniture
    return Furniture(
        clinic=leaf(clinic.full_name),
        clinic_name=leaf(clinic.name),
        patient=leaf(variable(patient.name, FieldName.NAME)) if patient.name else None,
        phone=leaf(clinic.phone),
        stop_rule=leaf(stop_at(safety.stop_rule, order, words)),
        call=leaf(fill(words.locale.stop.call, phone=clinic.phone)),
        disclaimer=_disclaimer(patient.name, safety, words),
        disclaimer_short=leaf(safety.disclaimer_short),
        made=_made(order, words),
        code=_code(code, words),
        page=phrases.page,
        continued=leaf(phrases.continued),
        heading=_heading(first_name(patient.name, patient.preferred_name), words),
        side=_side(patient.affected_side, words),
        dates=_dates(order, words),
    )


def with_code(foot: Furniture, code: str, words: Wording) -> Furniture:
    """Return furniture with another code."""
    return replace(foot, code=_code(code, words))


def _code(code: Value, words: Wording) -> Text:
    return leaf(fill(words.locale.furniture.code, code=code))


def draft(order: Order, words: Wording) -> Draft | None:
    """Return what marks a handout whose texts the clinic has not reviewed; None once it has."""
    if order.checked is not None:
        return None
    phrases = words.locale.furniture
    return Draft(leaf(phrases.draft), leaf(fill(phrases.draft_why, clinic=order.clinic.name)))


def _disclaimer(name: str | None, safety: Safety, words: Wording) -> Text:
    if name is None:
        return leaf(safety.disclaimer)
    sentence = fill(words.locale.furniture.made_for, name=variable(name, FieldName.NAME))
    # The space is the patient's too: without a name there is none.
    return leaf((*marked(fill("{a} ", a=sentence), FieldName.NAME), *runs_of(safety.disclaimer)))


def _checked(order: Order, words: Wording) -> Runs:
    """Who has reviewed all texts, and the day of the last review; nothing in a draft."""
    checked = order.checked
    if checked is None:
        return ()
    names, date = words.conjoined(checked.names), medium_date(checked.date, words)
    return fill(words.locale.furniture.checked, names=names, date=date)


def _made(order: Order, words: Wording) -> Text:
    """When it was made, and who has reviewed it."""
    date, checked = order.date, _checked(order, words)
    made = marked(fill(words.locale.furniture.made, date=medium_date(date, words)), FieldName.MADE)
    return leaf(spaced(made, checked) if checked else made)


def _heading(name: str | None, words: Wording) -> Text:
    phrases = words.locale.furniture
    heading = phrases.heading_named if name else phrases.heading
    whose = variable(name or "", FieldName.PREFERRED_NAME)
    return leaf(marked(fill(heading, name=whose), FieldName.PREFERRED_NAME))


def _side(side: AffectedSide | None, words: Wording) -> Text | None:
    if side is None:
        return None
    phrases = words.locale.furniture
    named = {
        AffectedSide.LEFT: phrases.left,
        AffectedSide.RIGHT: phrases.right,
        AffectedSide.BOTH: phrases.both,
    }
    return leaf(marked(fill(phrases.sore_side, side=named[side]), FieldName.AFFECTED_SIDE))


def _dates(order: Order, words: Wording) -> Text | None:
    """``Start Mon, Mar 2 · next visit Mon, Mar 30 · Dana Whitfield, PT``: what is known of it."""
    phrases, patient = words.locale.furniture, order.patient
    parts: list[Runs] = []
    first = start_words(patient.start_date, words)
    if first:
        start = fill(phrases.start, date=variable(first, FieldName.START))
        parts.append(marked(start, FieldName.START))
    date = next_visit(patient, words)
    if date:
        visit = fill(phrases.next_visit, date=variable(date, FieldName.NEXT_VISIT))
        parts.append(marked(visit, FieldName.NEXT_VISIT))
    name, _ = clinician_names(patient, order.clinician)
    if name:
        parts.append((variable(name, FieldName.CLINICIAN),))
    if not parts:
        return None
    # The joints are per-patient too: how many there are depends on what is known.
    joined = folded(phrases.join, parts)
    return leaf(tuple(replace(run, field=run.field or FieldName.START) for run in joined))


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that it can be read aloud."""
_CHARACTERS = 6


def handout_code(prefix: str, nodes: Iterable[object], *ids: str) -> str:
    """Return ``prefix`` and six characters that stand for the words of nodes and ``ids``.

    They are 30 bits of the SHA-256 of the words; per-patient strings do not count.
    """
    content = "\n".join((*ids, text_for_all(nodes)))
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4])
    return f"{prefix}-{base32(number, _CHARACTERS)}"


def base32(number: int, characters: int) -> str:
    """Return the last bits of a number, five a character, the last ones first."""
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * characters, 5)])

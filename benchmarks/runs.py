"""Leaves of the document → runs with the patient's words taken out (see `blocks` on runs)."""

from __future__ import annotations

from itertools import groupby

from benchmarks.blocks import Run
from handouts.compose.checklist import GridBand
from handouts.compose.text import FieldName, Text
from handouts.compose.text import Run as Piece
from handouts.model.order import Order


def open_runs(leaf: Text, order: Order, *, strong: bool = False) -> list[Run]:
    """Return the runs of a leaf of an order's document; ``key`` is None where all read alike."""
    return [_open_run(piece, order, strong=strong) for piece in leaf.runs]


def _open_run(piece: Piece, order: Order, *, strong: bool) -> Run:
    bold, patient, clinician = strong or piece.strong, order.patient, order.clinician
    known: dict[FieldName, dict[str, str | None]] = {
        FieldName.NAME: {"name": patient.name},
        FieldName.CLINICIAN: {
            "clinician": clinician.name if clinician else None,
            "clinician_short": clinician.short_name if clinician else None,
        },
        FieldName.START: {"start": piece.text},
        FieldName.NEXT_VISIT: {"next_visit": piece.text},
    }
    choices = known.get(piece.field, {}) if piece.field else {}
    for key, words in choices.items():
        if words and words in piece.text:
            before, after = piece.text.split(words, 1)
            return [before, key, after, bold]
    return [piece.text, None, "", bold]


def week_runs(title: Text, number: int) -> list[Run]:
    """Return the title of week ``number``, counted from 1, without its dates."""
    parts = groupby(title.runs, key=lambda run: run.field is None)
    return [
        ["".join(run.text for run in runs), None, "", True]
        if shared
        else ["", f"week_{number}", "", True]
        for shared, runs in parts
    ]


def grid_runs(band: GridBand, first_week: int) -> list[tuple[Text, list[Run]]]:
    """Return the leaves of a band that differ between patients, with their runs."""
    made = []
    for number, week in enumerate(band.weeks, first_week):
        made.append((week.title, week_runs(week.title, number)))
        for place, day in enumerate(week.days):
            made.append((day.weekday, [["", f"day_{number}_{place}", "", False]]))
            if day.date is not None:
                made.append((day.date, [["", f"date_{number}_{place}", "", True]]))
    return made


def filled(runs: list[Run], words: dict[str, str]) -> str:
    """Return the plain text of runs for a patient."""
    return "".join(f"{before}{words[key] if key else ''}{after}" for before, key, after, _ in runs)

"""Handouts from Python: a wrong call is a HandoutError with its place, and threads may share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics

import handouts
from handouts import (
    ContentError,
    Dosage,
    HandoutError,
    Library,
    Mode,
    OrderRequest,
    Paper,
    Patient,
    Workspace,
    build,
    make_order,
)
from handouts.model.order import Order
from handouts.pdf.fonts import font
from tests.conftest import TODAY

WHO = "Zaphod Beeblebrox"


def order(**fields: Any) -> Order:
    given = {"program": "si-joint-calm", "clinic": "riverbend", **fields}
    return make_order(Library(Workspace(today=TODAY)), OrderRequest(**given))


@pytest.mark.parametrize(
    ("wrong", "place", "words"),
    [
        (lambda: Patient(affected_side=WHO), "Patient", "affected_side must be left, right or"),
        (lambda: Patient(start_date=WHO), "Patient", "start_date must be a date from 2000"),
        (lambda: Patient(start_date=dt.date(1999, 1, 1)), "Patient", "start_date must be a date"),
        (lambda: Patient(next_visit="soon"), "Patient", "next_visit must be a date"),
        (lambda: Patient(name=WHO * 99), "Patient", "name must be one line"),
        (lambda: Patient(name=4), "Patient", "name must be one line"),
        (lambda: Patient(note=""), "Patient", "note must be text"),
        (lambda: Patient(side="left"), "Patient", 'there is no field "side"'),  # type: ignore[call-arg]
        (lambda: Dosage(sets="many"), "Dosage", "sets must be a whole number from 1, a range such"),
        (lambda: Dosage(hold="5"), "Dosage", "hold must be a time with its unit, such as 5 s"),
        (lambda: Dosage(days_per_week=9), "Dosage", "days_per_week must be a whole number from 1"),
        (lambda: Dosage(days=["Zaphod", "mon"]), "Dosage", "days must be a list of days"),
        (lambda: Dosage(load=WHO * 99), "Dosage", "load must be a weight such as 2 kg"),
        (lambda: Dosage(no_hold=WHO), "Dosage", "no_hold must be true or false"),
        (lambda: Dosage(reps=3), "Dosage", 'there is no field "reps"'),  # type: ignore[call-arg]
        (lambda: order(paper="a5"), "OrderRequest", 'paper must be one of letter, a4, not "a5"'),
        (lambda: order(paper=5), "OrderRequest", "paper must be one of letter, a4"),
        (lambda: order(mode="grey"), "OrderRequest", "mode must be one of colour, gray, saver"),
        (lambda: order(program=5), "OrderRequest", "program must be text"),
        (lambda: order(clinic=None), "OrderRequest", "clinic must be text"),
        (lambda: order(language=1), "OrderRequest", "language must be text"),
        (lambda: order(patient={"name": WHO}), "OrderRequest", "patient must be a Patient"),
        (lambda: order(doses={"bird-dog": 3}), "OrderRequest", "doses must be a mapping"),
        (lambda: Workspace(today="2026-12-01"), "Workspace", "today must be a date"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_wrong_call_is_a_problem_with_its_place(
    wrong: Callable[[], object], place: str, words: str
) -> None:
    with pytest.raises(ContentError) as caught:
        wrong()
    (problem,) = caught.value.problems
    assert problem.location.file == place
    assert problem.message.startswith(words)
    assert "Beeblebrox" not in str(caught.value)
    # Nor in what a traceback would print above it.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_names_that_do_not_exist_are_told() -> None:
    with pytest.raises(HandoutError, match="did you mean"):
        order(program="SI joint: calm")
    with pytest.raises(HandoutError, match="there is no folder"):
        Workspace("no-such-folder")


def test_choices_may_be_texts(tmp_path: Path) -> None:
    made = order(paper="a4", mode="gray", patient=Patient(affected_side="left"))
    assert (made.paper, made.mode) == (Paper.A4, Mode.GRAY)
    assert Workspace(str(tmp_path)).folder == tmp_path


def test_all_public_names_are_there() -> None:
    for name in handouts.__all__:
        assert getattr(handouts, name).__name__ == name


def test_threads_share_a_library() -> None:
    workspace = Workspace(today=TODAY)
    library = Library(workspace)
    asked = [
        OrderRequest(program, clinic, patient=Patient(name=f"Person {clinic}"))
        for program in workspace.ids("programs")[:3]
        for clinic in workspace.ids("clinics")
    ] * 2

    def make(request: OrderRequest) -> bytes:
        return build(make_order(library, request), workspace).pdf

    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(make, asked))
    assert pdfmetrics.getFont("Handout-Regular") is font("Handout-Regular"), "made twice"
    alone = Library(Workspace(today=TODAY))
    half = len(asked) // 2
    assert together[:half] == together[half:]
    for request, pdf in zip(asked[:half], together[:half], strict=True):
        assert build(make_order(alone, request), alone.workspace).pdf == pdf

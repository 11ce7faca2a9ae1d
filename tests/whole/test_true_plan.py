"""Plan, grid and card of an exercise say the same days, whenever a patient starts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handouts import ContentError, Library, OrderRequest, Patient, Workspace, make_order
from handouts.compose.compose import compose
from handouts.compose.document import Document, ExerciseCard, TrackingGrid
from handouts.compose.runs import leaves, plain
from handouts.compose.schedule import when
from handouts.compose.wording import listed_days, wording
from handouts.model.dosage import Dosage
from handouts.model.exercise import DoseKind
from handouts.model.order import Order
from handouts.workspace import Kind

LIBRARY = Library(Workspace(today=dt.date(2026, 11, 22)))
PROGRAMS = LIBRARY.workspace.ids(Kind.PROGRAMS)
STARTS = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
DOSES = st.sampled_from(
    [None, *(f"2 x 8, {number} days a week" for number in range(1, 8)), "2 x 8, tue sat",
     "2 x 8, 2-3 days a week", "2 x 8, twice a day"]
)  # fmt: skip
LAYOUTS = st.sampled_from(["standard", "compact"])


def blocks(document: Document) -> tuple[TrackingGrid, list[ExerciseCard]]:
    """Return the grid, with its first weeks, and the cards of a document."""
    found = [block for section in document.sections for block in section.blocks]
    grid = next(block for block in found if isinstance(block, TrackingGrid))
    return grid, [block for block in found if isinstance(block, ExerciseCard)]


def text_of(node: object) -> str:
    return " ".join(leaf.plain for leaf in leaves(node)).lower()


def check(order: Order) -> None:
    words = wording(order.locale, order.language)
    grid, cards = blocks(compose(order))
    start = order.patient.start_date
    first = start.weekday() if start else 0
    band = grid.bands[0]
    rows = {row.number.plain: row for row in band.rows}
    for item, card in zip(order.exercises, cards, strict=True):
        begins = item.from_week - order.from_week
        if begins >= len(band.weeks):
            continue
        row, week = rows[str(item.number)], begins * 7
        boxes = row.lines[0].boxes[week : week + 7]
        days = sorted((first + offset) % 7 for offset, box in enumerate(boxes) if box)
        said = plain(when(item.dosage, words)).lower()
        named = "every day" if len(days) == 7 else plain(listed_days(days, words)).lower()
        once = item.dosage.times_per_day is None or item.dosage.times_per_day.low == 1
        if once and not (item.dosage.days_per_week and item.dosage.days_per_week.is_range):
            assert said == named
            assert named in text_of(card)
        assert said in row.summary.lower()


@pytest.mark.parametrize("program", PROGRAMS)
@settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(start=STARTS, layout=LAYOUTS, dose=DOSES, data=st.data())
def test_plan_grid_and_card_agree(
    program: str, start: dt.date | None, layout: str, dose: str | None, data: st.DataObject
) -> None:
    names = [prescription.exercise for prescription in LIBRARY.program(program).prescriptions]
    changed = data.draw(st.sampled_from(names))
    doses = {changed: Dosage.model_validate(dose)} if dose else {}
    chosen = data.draw(st.sets(st.integers(1, len(names)), min_size=1)) | {names.index(changed) + 1}
    patient = Patient(name="Ann Other", start_date=start)
    request = OrderRequest(
        program,
        "riverbend",
        layout,
        patient,
        from_week=data.draw(st.sampled_from([1, 2, 3, 5, 9])),
        exercises=data.draw(st.sampled_from(["all", " ".join(map(str, chosen))])),
        doses=doses,
    )
    try:
        order = make_order(LIBRARY, request)
    except ContentError as error:
        refused = {problem.code for problem in error.problems}
    else:
        refused = set()
        check(order)
    # A walk has no repetitions, and strength every day is above the limits.
    wrong = {"dose-days"} if dose == "2 x 8, 7 days a week" else set()
    if dose and LIBRARY.exercise(changed).dose_kind is DoseKind.ACTIVITY:
        wrong = {"dose-kind"}
    assert refused in (set(), wrong)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_first_day_is_none_of_rest(program: str) -> None:
    for start in (dt.date(2026, 12, day) for day in range(1, 8)):
        patient = Patient(name="Ann Other", start_date=start)
        request = OrderRequest(program, "oldmill", patient=patient, exercises="all")
        order = make_order(LIBRARY, request)
        grid, _ = blocks(compose(order))
        for item, row in zip(order.exercises, grid.bands[0].rows, strict=False):
            if item.from_week == 1 and not item.dosage.days:
                assert all(line.boxes[0] for line in row.lines), start

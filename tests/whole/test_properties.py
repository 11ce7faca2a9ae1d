"""Whatever a clinic writes and whoever the patient is: it renders soundly, or is refused."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import re
import string
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from handouts import Handout, HandoutError, Library, OrderRequest, Workspace, build, make_order
from handouts.compose.document import ExerciseCard, TrackingGrid
from handouts.compose.runs import Text
from handouts.model.clinic import Mode, Paper
from handouts.model.dosage import Dosage
from handouts.model.order import Order, Patient
from handouts.model.quantity import Quantity
from tests.conftest import TODAY
from tests.layout.pages import outside, overlaps, texts
from tests.layout.recording import Page, pages_of

BUILT_IN = Workspace()
KINDS = ("exercises", "programs")

Content = tuple[dict[str, Any], list[dict[str, Any]]]
"""A program and its exercises, as their YAML says them."""

# --- what a clinic may write: structure by Hypothesis, words by a seed of its choice ----------

LETTERS = string.ascii_lowercase * 3 + string.ascii_uppercase + "éüñßçåøšćžŁő"
ODD = ["O'Brien", "L5/S1", "<b>", "&amp;", "100 %", "\\", "(slow)", "—", "…", "½", "%s", "a_b"]


def words(seed: int, most: int, longest: int) -> str:
    """Return 1 to ``most`` words, of at most ``longest`` characters in all; a few are odd ones."""
    chance = random.Random(seed)  # noqa: S311 - words, not secrets
    made = [
        chance.choice(ODD)
        if chance.random() < 0.05
        else "".join(chance.choices(LETTERS, k=chance.randint(1, 9)))
        for _ in range(chance.randint(1, most))
    ]
    if chance.random() < 0.02:
        made[-1] = "".join(chance.choices(string.ascii_lowercase, k=35))
    return " ".join(made)[:longest].strip()


def lines(most: int, longest: int = 400) -> st.SearchStrategy[str]:
    """Return lines of up to ``most`` words and ``longest`` characters."""
    return st.integers(0, 2**32 - 1).map(lambda seed: words(seed, most, longest))


def ranges(low: int, high: int, unit: str = "") -> st.SearchStrategy[str]:
    """Return a number, a range or a blank."""
    number = st.integers(low, high)
    pair = st.tuples(number, number).map(sorted).map(lambda two: f"{two[0]}-{two[1]}{unit}")
    return st.one_of(number.map(lambda one: f"{one}{unit}"), pair, st.just("?"))


DAYS = st.lists(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True
)
HOLDS = ranges(1, 20, " s") | ranges(1, 4, " breaths")
DOSES = st.fixed_dictionaries(
    {"repetitions": ranges(1, 15)},
    optional={
        "sets": ranges(1, 2),
        "hold": HOLDS,
        "rest": ranges(10, 90, " s") | st.just("1 min"),
        "load": st.sampled_from(["2 kg", "2-3 lb", "?", "red band", "a bottle of water"]),
        "tempo": st.just("slow and steady"),
        "effort": st.sampled_from(["until it feels hard", "RPE 5-6", "Borg 13"]),
        "comfort": st.just("far"),
        "times_per_day": ranges(1, 4),
        "per_side": st.booleans(),
        "from_week": st.dictionaries(
            st.integers(2, 4),
            st.fixed_dictionaries({"repetitions": ranges(1, 15)}, optional={"sets": ranges(1, 2)}),
            max_size=2,
        ),
    },
).flatmap(
    lambda dose: st.one_of(
        st.just(dose),
        ranges(1, 7).map(lambda days: {**dose, "days_per_week": days}),
        DAYS.map(lambda days: {**dose, "days": days}),
        st.just({**dose, "every_other_day": True}),
    )
)
CHANGES = st.fixed_dictionaries({"text": lines(10, 70)})
STEPS = st.one_of(
    st.lists(lines(10), min_size=1, max_size=5),
    st.lists(lines(12), min_size=3, max_size=8),
    st.lists(lines(7), min_size=8, max_size=12),
)


@st.composite
def exercises(draw: st.DrawFn) -> dict[str, Any]:
    """Return an exercise as its YAML says it."""
    sides = draw(st.sampled_from(["both", "each", "alternate", "affected"]))
    dose, steps = draw(DOSES), draw(STEPS)
    short = [draw(lines(6, 34)) for _ in steps]
    if sides != "both":
        steps[0] += draw(st.sampled_from(["", " {leg:your_side}", " {knee:other_side}"]))
    ending = " {hold} {repeat}" if "hold" in dose else " {repeat}"
    steps[-1] += ending
    short[-1] = ending.strip()
    exercise = {
        "schema": 1, "name": draw(lines(5, 50)), "kind": "mobility", "dose_kind": "mobility",
        "stage": 1, "family": "core", "regions": ["low-back"], "position": draw(lines(6)),
        "purpose": draw(lines(12)),
        "steps": steps, "short_steps": short, "feel_it": draw(lines(12)),
        "watch_out": draw(lines(12)), "sides": sides, "dosage": dose,
        "limb": draw(st.sampled_from(["leg", "arm", "side", "direction"])),
        "dosage_from": "conventional", "sources": [{"title": "x"}],
    }  # fmt: skip
    extra = st.fixed_dictionaries(
        {},
        optional={
            "easier": CHANGES,
            "harder": CHANGES,
            "cautions": st.lists(lines(14), min_size=1, max_size=2),
            "equipment": st.lists(lines(3, 25), min_size=1, max_size=3),
            "also_known_as": st.lists(lines(4, 40), min_size=1, max_size=2),
        },
    )
    return {**exercise, **draw(extra)}


def prescriptions(number: int, sides: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return an entry of a program for exercise ``number``."""
    allowed = st.sampled_from(["left", "right", "each", "affected"])
    optional: dict[str, st.SearchStrategy[Any]] = {"note": lines(20), "dosage": DOSES}
    if sides in ("each", "affected"):
        optional["side"] = allowed
    return st.fixed_dictionaries({"exercise": st.just(f"own-{number}")}, optional=optional)


@st.composite
def programs(draw: st.DrawFn) -> Content:
    """Return a program and the exercises it names, as their YAML says them."""
    made = draw(st.lists(exercises(), min_size=1, max_size=12))
    entries = [draw(prescriptions(number, own["sides"])) for number, own in enumerate(made)]
    cut = draw(st.integers(0, len(entries)))
    phases = [part for part in (entries[:cut], entries[cut:]) if part]
    education = st.fixed_dictionaries(
        {"heading": lines(6, 60), "text": st.lists(lines(60), min_size=1, max_size=3)}
    )
    program: dict[str, Any] = {
        "schema": 1, "name": "Own", "title": draw(lines(6, 60)), "subtitle": draw(lines(8, 80)),
        "code": "OWN", "safety": "low-back", "weeks": draw(st.integers(1, 6)),
        "phases": [{"exercises": part} for part in phases],
        "education": draw(st.lists(education, max_size=2)),
        "precautions": draw(st.lists(lines(25), max_size=3)),
        "sources": [{"title": "x"}],
    }  # fmt: skip
    if draw(st.booleans()):
        for phase in program["phases"]:
            phase["name"] = draw(lines(4, 40))
    return program, made


NAMES = st.sampled_from(
    ["Li", "Maria Nuñez-O'Brien", "Nguyễn Thị Hương", "Иван Петров", "Γιώργος Ωραίος", "A" * 60]
) | lines(4, 60)
DATES = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)).map(dt.date.isoformat)
PATIENTS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "affected_side": st.sampled_from(["left", "right", "both"]),
        "clinician": lines(3, 40),
        "start_date": DATES,
        "next_visit": DATES,
        "reference": lines(2, 20),
        "note": lines(80, 600),
    },
).map(Patient.model_validate)
CHOICES = st.fixed_dictionaries(
    {
        "clinic": st.sampled_from(BUILT_IN.ids("clinics")),
        "patient": PATIENTS,
        "paper": st.none() | st.sampled_from(Paper),
        "mode": st.sampled_from(Mode),
    }
)


def made_from(content: Content, request: OrderRequest) -> tuple[Order, Handout]:
    """Write a program and its exercises into a clinic's folder, and make a handout of them."""
    program, own = content
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KINDS:
            (folder / kind).mkdir()
        # JSON is YAML.
        (folder / "programs" / "own.yaml").write_text(json.dumps(program), "utf-8")
        for number, exercise in enumerate(own):
            path = folder / "exercises" / f"own-{number}.yaml"
            path.write_text(json.dumps(exercise), "utf-8")
        workspace = Workspace(folder, today=TODAY)
        order = make_order(Library(workspace), request)
        return order, build(order, workspace)


# --- what must hold --------------------------------------------------------------------------


def printed(page: Page, leaf: Text) -> str:
    """Return what stands on a page of one leaf."""
    return " ".join(item.text for item in texts(page) if item.source is leaf)


def on_all_pages(handout: Handout, leaf: Text) -> str:
    return " ".join(printed(page, leaf) for page in pages_of(handout.laid_out)).strip()


def check_pages(handout: Handout, *, cut_out: bool) -> None:
    for page in pages_of(handout.laid_out):
        assert list(outside(page, cut_out=cut_out)) == []
        assert list(overlaps(page)) == []


def check_numbering(handout: Handout) -> None:
    reader = PdfReader(io.BytesIO(handout.pdf))
    assert len(reader.pages) == handout.pages == len(pages_of(handout.laid_out))
    for number, page in enumerate(pages_of(handout.laid_out), 1):
        said = " ".join(item.text for item in texts(page))
        assert said.count(f"Page {number} of {handout.pages}") == 1


def cards_of(handout: Handout) -> list[ExerciseCard]:
    parts = handout.laid_out.document.sections
    return [block for part in parts for block in part.blocks if isinstance(block, ExerciseCard)]


def expected_numerals(dosage: Dosage) -> dict[str, Quantity]:
    """Return the numbers of a dose that must be shown; one set is not worth saying."""
    numbers: dict[str, Quantity] = {}
    for fact, quantity in (
        ("sets", dosage.sets),
        ("times", dosage.repetitions),
        ("hold", dosage.hold),
    ):
        one_set = fact == "sets" and quantity is not None and quantity.high == 1
        if quantity is not None and not one_set:
            numbers[fact] = quantity
    return numbers


def check_doses(handout: Handout, order: Order) -> None:
    """The numbers of the data stand on paper, and the upper end of a range beside its number."""
    for card, item in zip(cards_of(handout), order.exercises, strict=False):
        numbers = expected_numerals(item.dosage)
        check_phrases(handout, card.dose, numbers.values())
        said = " ".join(phrase.plain for phrase in card.dose)
        for quantity in numbers.values():
            if quantity.is_range:
                assert str(quantity.in_unit.high) in re.findall(r"\d+", said)


def check_phrases(handout: Handout, phrases: Iterable[Text], numbers: Iterable[Quantity]) -> None:
    said = " ".join(on_all_pages(handout, phrase) for phrase in phrases)
    for quantity in numbers:
        number = "(1|once)" if quantity.low == 1 else quantity.low
        assert number is None or re.search(rf"\b{number}\b", said, re.IGNORECASE)


def check_grid(handout: Handout, order: Order) -> None:
    """Every band of the grid has all exercises in order, the first with the numbers of the data."""
    parts = handout.laid_out.document.sections
    grids = [block for part in parts for block in part.blocks if isinstance(block, TrackingGrid)]
    for number, band in enumerate(band for grid in grids for band in grid.bands):
        for row, item in zip(band.rows, order.exercises, strict=True):
            assert on_all_pages(handout, row.number) == str(item.number)
            # The first weeks are the plan; later ones have names alone.
            assert (row.dose is None) == (number > 0)
            if row.dose is not None:
                numbers = expected_numerals(item.dosage)
                numbers.pop("hold", None)
                check_phrases(handout, [row.dose], numbers.values())


def check_order_of_exercises(handout: Handout, order: Order) -> None:
    cards = cards_of(handout)
    assert len(cards) in (0, len(order.exercises))
    pages = [
        next(n for n, page in enumerate(pages_of(handout.laid_out)) if printed(page, card.name))
        for card in cards
    ]
    assert pages == sorted(pages)


@pytest.mark.parametrize("layout", BUILT_IN.ids("layouts"))
def test_any_program_for_anybody(layout: str) -> None:
    rendered = 0

    # Shrinking a failure renders hundreds of handouts: add Phase.shrink to see the smallest one.
    @given(content=programs(), choices=CHOICES)
    @settings(
        max_examples=5,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    def check(content: Content, choices: dict[str, Any]) -> None:
        nonlocal rendered
        request = OrderRequest(program="own", layout=layout, **choices)
        try:
            order, handout = made_from(content, request)
        except HandoutError:
            return
        rendered += 1
        check_pages(handout, cut_out=order.layout.sections[0].cards.cut_out)
        check_numbering(handout)
        check_doses(handout, order)
        check_grid(handout, order)
        check_order_of_exercises(handout, order)
        if len(content[1]) <= 4:  # long programs take long, and have nothing of their own here
            assert made_from(content, request)[1].pdf == handout.pdf

    check()
    assert rendered, "everything was refused"

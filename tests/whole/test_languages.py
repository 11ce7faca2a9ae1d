"""Handouts in other languages: nothing in English; doses, sides and pages of the English ones."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
from pypdf import PdfReader

from handouts import Handout, Library, OrderRequest, Workspace, build, make_order
from handouts.compose.compose import compose
from handouts.compose.document import ExerciseCard, TrackingGrid
from handouts.compose.runs import leaves
from handouts.load.texts import printed_texts, rewording
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.program import Program, Safety
from handouts.model.shorthand import parse_dose
from handouts.workspace import Kind
from tests.conftest import BUILT_IN, LIBRARY, MARIA, PAPERS, Builder, OrderMaker
from tests.layout.pages import overlaps
from tests.layout.pages import texts as texts_of
from tests.layout.recording import pages_of
from tests.pdf.checks import conforms, is_accessible
from tests.readers import assert_strict_readers_accept

PROGRAMS, LAYOUTS = BUILT_IN.ids("programs"), BUILT_IN.ids("layouts")
SIDES = ("left", "right", None)
GERMAN = [
    name for name in PROGRAMS if (BUILT_IN.builtin("data/programs/de") / f"{name}.yaml").is_file()
]
"""Programs with German texts; Spanish ones have all."""
CASES = [
    (
        program,
        LAYOUTS[number % len(LAYOUTS)],
        tuple(PAPERS)[number % 2],
        SIDES[number % 3],
        language,
    )
    for language, programs in (("es", PROGRAMS), ("de", GERMAN))
    for number, program in enumerate(programs)
]
"""Every program once: layouts, papers with their clinics, and sides take turns."""

FILES = [*CASES[3:32:12], CASES[-1]]
"""Those whose file is read, too."""

UNITS = {"am", "pm", "min", "kg", "lb", "Name", "Mo", "Fr", "Sa"}
"""What is written alike in two languages, besides numbers and names."""

Pair = tuple[Handout, Handout]


@pytest.fixture(scope="module")
def in_both(new_handout_for: Builder) -> Callable[..., Pair]:
    """Return a maker of the English handout of a case and of another, each laid out once."""

    @cache
    def make(program: str, layout: str, paper: str, side: str | None, language: str) -> Pair:
        english, other = (
            new_handout_for(
                program=program,
                layout=layout,
                paper=paper,
                clinic=PAPERS[paper],
                language=each,
                patient={"affected_side": side},
            )
            for each in ("en", language)
        )
        return english, other

    return make


def texts(handout: Handout) -> set[str]:
    """Return all that stands on the pages of a handout."""
    return {leaf.plain for leaf in leaves(handout.laid_out.document)}


def own(clinic: str) -> set[str]:
    """Return what a clinic, its clinicians and the patient are called, and where they are."""
    found = LIBRARY.clinic(clinic)
    people = {name for each in found.clinicians for name in (each.name, each.short_name) if name}
    said = {found.name, found.phone, found.address, found.website, MARIA["name"], *people}
    return {text for text in said if text}


def cards(handout: Handout) -> list[ExerciseCard]:
    """Return the exercise cards of a handout: none of a fridge sheet."""
    sections = handout.laid_out.document.sections
    return [card for part in sections for card in part.blocks if isinstance(card, ExerciseCard)]


def plan(handout: Handout) -> Iterator[str]:
    """Yield the dose of each row of the grid; a set of cards has none."""
    for section in handout.laid_out.document.sections:
        for block in section.blocks:
            if isinstance(block, TrackingGrid):
                yield from (row.dose.plain for row in block.bands[0].rows if row.dose)


def numbers(*said: str) -> list[str]:
    """Return the numerals of texts; only English has a word for two times a day."""
    return sorted(re.findall(r"\d+", " ".join(said).replace("wice a day", "2")))


def sides(*said: str) -> Counter[str]:
    """Return how often texts name each side, in any of the languages."""
    named = re.findall(
        r"\b(left|right(?! angle)|izquierd[oa]|derech[oa]|link(?:s|e[rns]?)|recht(?:s|e[rns]?))\b",
        " ".join(said).lower(),
    )
    return Counter("left" if word[:2] in ("le", "iz", "li") else "right" for word in named)


@pytest.mark.parametrize(("program", "layout", "paper", "side", "language"), CASES)
def test_nothing_is_left_in_english(
    in_both: Callable[..., Pair],
    program: str,
    layout: str,
    paper: str,
    side: str | None,
    language: str,
) -> None:
    english, other = in_both(program, layout, paper, side, language)
    document = other.laid_out.document
    assert document.language == language
    assert {run.lang for leaf in leaves(document) for run in leaf.runs} == {None}
    same = texts(english) & texts(other) - UNITS - own(PAPERS[paper])
    assert {said for said in same if not re.fullmatch(r"[\d_]+", said)} == set()


@pytest.mark.parametrize(("program", "layout", "paper", "side", "language"), CASES)
def test_doses_sides_and_steps_are_those_of_the_english_one(
    in_both: Callable[..., Pair],
    program: str,
    layout: str,
    paper: str,
    side: str | None,
    language: str,
) -> None:
    english, other = in_both(program, layout, paper, side, language)
    assert other.pages <= english.pages + 1
    for one, said in zip(plan(english), plan(other), strict=True):
        assert numbers(one) == numbers(said)
        assert sides(one) == sides(said)
    for card, same in zip(cards(english), cards(other), strict=True):
        assert numbers(*(x.plain for x in card.dose)) == numbers(*(x.plain for x in same.dose))
        steps, pasos = ([x.text.plain for x in each.steps] for each in (card, same))
        assert len(steps) == len(pasos)
        for step, paso in zip(steps, pasos, strict=True):
            assert (numbers(step), sides(step)) == (numbers(paso), sides(paso)), paso


@pytest.mark.parametrize(("program", "paper"), [*zip(PROGRAMS, cycle(PAPERS), strict=False)])
def test_standard_pages_are_as_many_in_spanish(
    handout_for: Builder, built_in: Builder, program: str, paper: str
) -> None:
    english = built_in(program, "standard", paper)
    spanish = handout_for(program=program, clinic=PAPERS[paper], paper=paper, language="es")
    assert spanish.laid_out.document.language == "es"
    assert spanish.pages <= english.pages


@pytest.mark.parametrize(("program", "layout", "paper", "side", "language"), FILES)
def test_the_file_is_accessible_archivable_and_says_its_language(
    in_both: Callable[..., Pair],
    program: str,
    layout: str,
    paper: str,
    side: str | None,
    language: str,
) -> None:
    _, other = in_both(program, layout, paper, side, language)
    conforms(other.pdf, "ua1", "2a")
    is_accessible(other.pdf, other.laid_out)
    assert_strict_readers_accept(other.pdf)
    assert str(PdfReader(io.BytesIO(other.pdf)).root_object["/Lang"]) == language


def test_german_nouns_have_their_gender_and_case(new_handout_for: Builder) -> None:
    """A remark that tells a form is not printed; a caution keeps the capital of its noun."""
    patient = {"affected_side": "left"}
    said = texts(new_handout_for(program="si-joint-calm", language="de", patient=patient))
    joined = "\n".join(said)
    assert "Schlagen Sie das linke Bein über" in joined
    assert "zu einer Seite sinken" in joined
    assert "Dann sinken sie zur anderen Seite." in joined
    assert "Dativ" not in joined
    assert "Vorsicht: Eine neue Hüfte?" in joined
    assert {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"} <= said


def test_german_doses_have_the_right_case(order_for: OrderMaker) -> None:
    """A band is named alone in the plan, and with what to do with it on the card."""
    doses = {"glute-bridge": Dosage.model_validate(parse_dose("2-3 x 8-12, red band"))}
    order = order_for(program="si-joint-calm", language="de", doses=doses)
    said = {leaf.plain for leaf in leaves(compose(order))}
    assert "rotes Band benutzen" in said
    assert "2 Durchgänge, je 8, steigern auf 3 Durchgänge, je 12" in said
    assert not [text for text in said if "mit rotes" in text]


def clinic_in(folder: Path, locale: str) -> Workspace:
    """Return a folder with a clinic in another country, "ours"."""
    clinic = BUILT_IN.find("clinics", "oldmill").read_text("utf-8")
    (folder / "clinics").mkdir(parents=True)
    clinic = clinic.replace("kind: Chiropractic\n", "").replace("logo: oldmill.svg", "")
    there = re.sub("locale: .*", f"locale: {locale}", clinic)
    (folder / "clinics" / "ours.yaml").write_text(there, "utf-8")
    return Workspace(folder)


ON_CALL = {"de-DE": "116117", "de-AT": "1450", "de-CH": "", "en-GB": "NHS 111", "en-US": ""}
"""The number of the doctors on call where a country has one."""


def test_doctors_on_call_have_the_number_of_the_clinics_country(tmp_path: Path) -> None:
    """A number of another country is none that helps, whatever the patient's language."""
    for country, number in ON_CALL.items():
        library = Library(clinic_in(tmp_path / country, country))
        for language in ON_CALL:
            request = OrderRequest("si-joint-calm", "ours", language=language)
            lead = make_order(library, request).safety.same_day_lead
            wanted = number if language == country else ""
            assert wanted in lead
            assert re.findall(r"\d+", lead) == re.findall(r"\d+", wanted)


@pytest.mark.parametrize("region", ["de-DE", "de-AT", "de-CH"])
def test_every_regional_word_stands_in_the_german_texts(region: str) -> None:
    """A text that is worded anew would lose its number of doctors on call, and nobody would see."""
    library = LIBRARY.in_language("de")
    translated = (
        library.exercise(name)
        for name in BUILT_IN.ids("exercises")
        if library.source(Kind.EXERCISES, name).languages == {"de"}
    )
    content: tuple[Exercise | Program | Safety, ...]
    content = (library.safety("low-back"), *map(library.program, GERMAN), *translated)
    said = "\n".join(text.text for each in content for text in printed_texts(each))
    words = LIBRARY.locale(region).regional
    assert [word for word in words if not re.search(rf"\b{word}\b", said, re.IGNORECASE)] == []
    assert region != "de-CH" or "ß" not in rewording(words)(said)


def test_switzerland_has_no_sharp_s(tmp_path: Path) -> None:
    workspace = clinic_in(tmp_path, "de-CH")
    for program in ("si-joint-calm", "si-joint-build", "si-joint-strength"):
        request = OrderRequest(program, "ours")
        said = " ".join(texts(build(make_order(Library(workspace), request), workspace)))
        assert "Füsse" in said
        assert re.findall(r"\S*ß\S*", said) == []


@pytest.mark.parametrize(
    ("layout", "limits", "advice"),
    [
        ("cards", (3, 5), {"do_less": "do fewer of them"}),
        ("cards", (3, 5), {"go_on": "go on, but slowly", "do_less": "do half of what you do"}),
        ("cards", (0, 1), {}),
        ("cards", (8, 9), {"stop": "stop exercising"}),
        ("large-print", (3, 5), {"go_on": "carry on exercising slowly", "stop": "ring the clinic"}),
    ],
)
def test_advice_below_the_pain_scale_has_room(
    layout: str, limits: tuple[int, int], advice: dict[str, str], tmp_path: Path
) -> None:
    """Where a zone is narrow its advice takes two lines, or keeps off the next; no word is cut."""
    for folder in ("locales", "clinics"):
        (tmp_path / folder).mkdir()
    locale = {"schema": 1, "extends": "en", "effort": advice}
    (tmp_path / "locales" / "en.yaml").write_text(json.dumps(locale), "utf-8")
    clinic = BUILT_IN.find("clinics", "oldmill").read_text("utf-8").replace("logo: oldmill.svg", "")
    clinic += f"pain_limits: {{go_on: {limits[0]}, do_less: {limits[1]}}}\n"
    (tmp_path / "clinics" / "ours.yaml").write_text(clinic, "utf-8")
    workspace = Workspace(tmp_path)
    request = OrderRequest("si-joint-calm", "ours", layout)
    pages = pages_of(build(make_order(Library(workspace), request), workspace).laid_out)
    assert [pair for page in pages for pair in overlaps(page)] == []
    shown = {word for page in pages for item in texts_of(page) for word in item.text.split()}
    assert {word for words in advice.values() for word in words.split()} <= shown

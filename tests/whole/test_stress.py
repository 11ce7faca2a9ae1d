"""Long text, odd names, many exercises or one, no logo: every handout still looks right."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader

from handouts import ContentError, DoesNotFit, Handout, Workspace
from handouts.layout.sheet import TextRun
from tests.conftest import TWELVE, Builder, ProgramWriter
from tests.layout.pages import filled, outside, overlaps
from tests.layout.recording import Drawing, pages_of

LAYOUTS = Workspace().ids("layouts")
LONG_NOTE = ("Go slowly and breathe. Stop one short of tired. " * 13)[:600].strip()


def _sound(handout: Handout, *, cut_out: bool = False) -> None:
    for page in pages_of(handout.laid_out):
        assert list(outside(page, cut_out=cut_out)) == []
        assert list(overlaps(page)) == []
    assert all(filled(page) >= 1 / 3 for page in pages_of(handout.laid_out)[:-1])


def _text(handout: Handout) -> str:
    pages = PdfReader(io.BytesIO(handout.pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_note_of_the_test_is_long() -> None:
    assert 590 < len(LONG_NOTE) <= 600


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [1, 2, 7, 12])
def test_any_number_of_exercises(
    write_program: ProgramWriter, build_own: Builder, layout: str, count: int
) -> None:
    own = write_program(*({"exercise": name} for name in TWELVE[:count]))
    _sound(build_own(program=own, layout=layout), cut_out=layout == "cards")


@pytest.mark.parametrize("layout", ["standard", "compact"])
def test_ways_to_part_many_texts_into_columns_are_not_all_tried(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    names = [f"Part {n}" for n in range(1, 25)]
    parts = [{"heading": name, "text": [LONG_NOTE[: 20 * n]]} for n, name in enumerate(names, 1)]
    handout = build_own(
        program=write_program({"exercise": "knee-drop"}, education=parts), layout=layout
    )
    _sound(handout)
    said = _text(handout)
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("clinic", ["riverbend", "oldmill"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_week_that_no_page_holds(
    write_program: ProgramWriter, build_own: Builder, layout: str, clinic: str
) -> None:
    often = ({"exercise": name, "dosage": "2 x 8, twice a day"} for name in TWELVE)
    own, patient = write_program(*often), {"note": LONG_NOTE}
    made = build_own(program=own, layout=layout, clinic=clinic, patient=patient)
    _sound(made, cut_out=layout == "cards")
    if layout == "fridge":
        first, _ = pages_of(made.laid_out)
        assert filled(first) > 1 / 2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_note_of_600_characters(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout, patient={"note": LONG_NOTE})
    _sound(handout, cut_out=layout == "cards")
    assert LONG_NOTE in _text(handout)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "name",
    [
        "Wolfeschlegelsteinhausenbergerdorff-Maximiliana Featherstone",
        "Maria Esperanza de los Angeles Gutierrez y Fernandez de Cord",
        "Li",
    ],
)
def test_names_of_any_length(handout_for: Builder, layout: str, name: str) -> None:
    handout = handout_for(layout=layout, patient={"name": name})
    _sound(handout, cut_out=layout == "cards")
    assert name.split(maxsplit=1)[0][:12] in _text(handout)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hương", "Łukasz Żółć", "Иван Петров", "Γιώργος Ωραίος", "Zoë O’Neill"]
)
def test_names_in_other_letters_print(handout_for: Builder, name: str) -> None:
    handout = handout_for(patient={"name": name})
    _sound(handout)
    assert name in _text(handout)
    assert handout.pages == len(pages_of(handout.laid_out))


@pytest.mark.parametrize(
    ("name", "code"), [("محمد𒀀", "U+12000"), ("王🙂", "U+1F642"), ("Ana 🙂", "U+1F642")]
)
def test_letters_that_no_font_has_are_refused(handout_for: Builder, name: str, code: str) -> None:
    with pytest.raises(ContentError) as error:
        handout_for(patient={"name": name})
    message = str(error.value)
    assert code in message
    assert "tried Handout, HandoutFallback and the fonts for other scripts" in message
    assert "hint: write it in " in message
    assert name not in message


def _own_clinic(workspace: Workspace, **changes: Any) -> str:
    assert workspace.folder is not None
    source = Path(__file__).parents[2] / "data" / "clinics" / "riverbend.yaml"
    clinic = yaml.safe_load(source.read_text(encoding="utf-8"))
    brand = {**clinic["brand"], **changes.pop("brand", {})}
    clinic = {**clinic, "brand": {k: v for k, v in brand.items() if v is not None}, **changes}
    logo = source.with_suffix(".svg").read_bytes()
    (workspace.folder / "clinics" / "riverbend.svg").write_bytes(logo)
    (workspace.folder / "clinics" / "own-clinic.yaml").write_text(yaml.safe_dump(clinic))
    return "own-clinic"


def test_a_clinic_without_a_logo(own_folder: Workspace, build_own: Builder) -> None:
    clinic = _own_clinic(own_folder, brand={"logo": None})
    handout = build_own(clinic=clinic)
    _sound(handout)
    drawings = [i for i in pages_of(handout.laid_out)[0].items if isinstance(i, Drawing)]
    assert all(drawing.y > 150 for drawing in drawings)  # pictures of the plan, no logo
    name = next(i for i in pages_of(handout.laid_out)[0].items if isinstance(i, TextRun))
    assert pages_of(handout.laid_out)[0].margin[0] <= name.x


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_clinic_with_a_very_long_name(
    own_folder: Workspace, build_own: Builder, layout: str
) -> None:
    name = "The Royal Northumberland and Durham Coast Community Hospital"
    kind = "Department of Musculoskeletal Physiotherapy and Rehabilitation"
    clinic = _own_clinic(own_folder, name=name, kind=kind, address="1 Very Long Street Name, Town")
    _sound(build_own(clinic=clinic, layout=layout), cut_out=layout == "cards")


def test_long_steps_and_names_climb_the_ladder(
    own_folder: Workspace, write_program: ProgramWriter, build_own: Builder
) -> None:
    assert own_folder.folder is not None
    source = Path(__file__).parents[2] / "data" / "exercises" / "side-lying-hip-abduction.yaml"
    exercise = yaml.safe_load(source.read_text(encoding="utf-8"))
    exercise |= {
        "name": "Side-lying leg raise with loop band against a wall",
        "equipment": ["loop band", "pillow", "wall"],
        "steps": [
            "Lie on your side with your back, hips and heels against a wall and rest your head.",
            *exercise["steps"][1:-1],
            "Slide your heel up along the wall as far as it will go without turning your toes up.",
            exercise["steps"][-1],
        ],
        "watch_out": "do not let your leg drift forward, and do not let your waist sag or your "
        "top hip roll back toward the wall.",
        "lint": [
            {"code": code, "reason": "a test of long text"}
            for code in ("step-too-long", "text-too-long")
        ],
    }
    exercise.pop("variants"), exercise.pop("default_variant")
    (own_folder.folder / "exercises" / "long-raise.yaml").write_text(yaml.safe_dump(exercise))
    own = write_program({"exercise": "long-raise"}, {"exercise": "bird-dog"})
    handout = build_own(program=own)
    _sound(handout)
    assert all(step in _text(handout) for step in exercise["steps"] if "{" not in step)


def test_margins_that_leave_no_room_are_refused_in_millimetres(
    own_folder: Workspace, build_own: Builder
) -> None:
    assert own_folder.folder is not None
    layout = {
        "schema": 1, "name": "Narrow", "description": "Too narrow.", "extends": "standard",
        "margins": {"side": "85 mm", "top": "9 mm", "bottom": "9 mm"},
    }  # fmt: skip
    (own_folder.folder / "layouts" / "narrow.yaml").write_text(yaml.safe_dump(layout))
    with pytest.raises(
        DoesNotFit, match=r"layouts/narrow\.yaml:\d+:\d+: the margins leave a width of 46 mm"
    ):
        build_own(layout="narrow")


def test_a_fridge_sheet_of_four_exercises_shows_them(handout_for: Builder) -> None:
    for clinic in ("riverbend", "oldmill"):
        (page,) = pages_of(handout_for(clinic=clinic, layout="fridge").laid_out)
        drawn = [item for item in page.items if isinstance(item, Drawing) and item.source]
        assert len({id(item.source) for item in drawn}) == 4

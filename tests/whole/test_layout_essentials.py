"""Whatever a layout puts together: safety, clinic and patient are on it, or it is refused."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest
from pypdf import PdfReader

from handouts import HandoutError, Library, OrderRequest, Patient, Workspace, make_order
from handouts.compose.compose import compose
from handouts.deliver.tags import read_tags, spoken_lines
from handouts.layout.doc import LaidOut, lay_out
from handouts.model.layout import LEAVABLE, BlockName
from handouts.stamp.build import write_pdf
from handouts.workspace import Kind
from tests.conftest import TODAY
from tests.layout.pages import texts
from tests.layout.recording import pages_of

NAME = "Zaphod Beeblebrox"
LEAST = {"head": "letterhead", "blocks": ["title", "patient", "red-flags", "pain-rule"]}


def workspace_with(folder: Path, *sections: object) -> Workspace:
    path = folder / "layouts" / "own.yaml"
    path.parent.mkdir(exist_ok=True)
    layout = {"schema": 1, "name": "Own", "description": "Own", "extends": "standard"}
    words = json.dumps(sections)
    left_out = [name for name in LEAVABLE if f'"{name}"' not in words]
    path.write_text(json.dumps({**layout, "leaves_out": left_out, "sections": sections}), "utf-8")
    return Workspace(folder, today=TODAY)


def made(workspace: Workspace) -> LaidOut:
    """Return a handout in the layout."""
    request = OrderRequest("si-joint-calm", "riverbend", "own", Patient(name=NAME))
    order = make_order(Library(workspace), request)
    return lay_out(compose(order), order, workspace)


def said(workspace: Workspace) -> str:
    """Return all words of a handout in the layout, each text once for each page."""
    return " ".join(item.text for page in pages_of(made(workspace)) for item in texts(page))


@pytest.mark.parametrize(
    ("sections", "missing"),
    [
        (
            [{"blocks": ["exercises"], "head": "none"}],
            ["the emergency signs, or where they are", "the stop rule",
             "the clinic's telephone number", "the clinic's name", "the patient's name",
             "the clinician's note"],
        ),
        ([{**LEAST, "blocks": ["title", "patient", "red-flags"]}], ["the stop rule"]),
        (
            [{**LEAST, "blocks": ["title", "patient", "pain-rule"]}],
            ["the emergency signs, or where they are"],
        ),
        ([{**LEAST, "blocks": ["title", "red-flags", "pain-rule"]}],
         ["the patient's name", "the clinician's note"]),
        ([{**LEAST, "head": "none"}], ["the clinic's name"]),
        ([{**LEAST, "blocks": ["education"], "stop_strip": True, "head": "running"},
          {**LEAST, "blocks": ["patient", "red-flags"]}], ["the stop rule"]),
    ],
)  # fmt: skip
def test_what_no_section_prints_is_said(
    sections: list[object], missing: list[str], tmp_path: Path
) -> None:
    workspace = workspace_with(tmp_path, *sections)
    with pytest.raises(HandoutError) as caught:
        said(workspace)
    found = caught.value.problems
    assert sorted(problem.message for problem in found) == sorted(
        f"no section prints {item}" for item in missing
    )
    assert all(problem.location.file == "layouts/own.yaml" for problem in found)
    assert all(problem.location.line and problem.hint for problem in found)


def test_a_layout_that_is_taken_says_all_of_it(tmp_path: Path) -> None:
    taken = [number for number in range(40) if _says_all(number, tmp_path / f"{number}")]
    assert len(taken) >= 8, "nearly all were refused"


def _says_all(number: int, folder: Path) -> bool:
    """Assert that a layout at random says all of it; False if it was refused."""
    chance = random.Random(number)  # noqa: S311 - no secret
    blocks = list(BlockName)
    sections = [
        {
            "blocks": chance.sample(blocks, chance.randint(1, 5)),
            "head": chance.choice(("letterhead", "running", "slim", "banner", "none")),
            "stop_strip": chance.random() < 0.5,
            "cards": {"cut_out": chance.random() < 0.25},
        }
        for _ in range(chance.randint(1, 3))
    ]
    if number % 2:
        sections[0]["blocks"] = [*dict.fromkeys(("red-flags", "patient", *sections[0]["blocks"]))]  # type: ignore[misc]
    folder.mkdir()
    workspace = workspace_with(folder, *sections)
    try:
        words = said(workspace)
    except HandoutError:
        return False
    library = Library(workspace)
    safety = library.safety(library.program("si-joint-calm").safety)
    sign = safety.emergency[0].split()
    assert all(word in words for word in sign) or "Emergency signs: see" in words, number
    assert any(
        all(word in words for word in rule.replace("{stop}", "6").split())
        for rule in (safety.stop_rule, safety.stop_short)
    ), number
    clinic = library.clinic("riverbend")
    for item in (*clinic.phone.split(), *clinic.name.split(), NAME.partition(" ")[0]):
        assert item in words, number
    return True


def test_every_built_in_layout_says_all_of_it() -> None:
    workspace = Workspace(today=TODAY)
    for name in workspace.ids(Kind.LAYOUTS):
        request = OrderRequest("si-joint-calm", "riverbend", name)
        assert make_order(Library(workspace), request).layout.id == name


def test_a_stop_rule_that_stands_in_the_foot_only_is_heard(tmp_path: Path) -> None:
    sections = {**LEAST, "blocks": ["title", "patient", "red-flags"], "stop_strip": True}
    laid_out = made(workspace_with(tmp_path, sections))
    reader = PdfReader(io.BytesIO(write_pdf(laid_out).pdf))
    heard = list(spoken_lines(read_tags(reader)))
    furniture = laid_out.document.furniture
    assert heard.count(furniture.stop_rule.plain) == heard.count(furniture.call.plain) == 1


def test_parts_of_cards_that_are_left_out_are_named(tmp_path: Path) -> None:
    cards = {"blocks": ["exercises"], "cards": {"parts": ["side", "easier"]}}
    workspace = workspace_with(tmp_path, LEAST, cards)
    with pytest.raises(HandoutError) as caught:
        said(workspace)
    (problem,) = caught.value.problems
    assert problem.message == "leaves_out must list what no section prints"
    assert all(part in problem.hint for part in ("equipment", "feel-it", "watch-out", "harder"))
    assert "easier" not in problem.hint

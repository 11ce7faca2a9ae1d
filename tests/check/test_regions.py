"""Safety by region: what belongs together, what no sheet says, and a clinic's own sentences."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handouts import build
from handouts.check.check import check_all
from handouts.check.order import make_order
from handouts.check.review import texts_of_program
from handouts.errors import ContentError
from handouts.load.library import Library
from handouts.load.texts import printed_texts
from handouts.model.base import Region
from handouts.model.order import OrderRequest
from handouts.workspace import Kind, Workspace
from tests.conftest import LIBRARY
from tests.readers import assert_strict_readers_accept

SAFETY = LIBRARY.workspace.ids(Kind.SAFETY)
KNEE = (
    ("[knee, hip, low-back]", "[knee]"),
    (
        "  - Lie on your back. Bend {knee:your_side}.\n  - Slide {",
        "  - Lie down. Bend {knee:your_side}.\n  - Slide {",
    ),
    (
        "  - Lie on your back. Bend {knee:your_side}.\n  - Slide y",
        "  - Lie down. Bend {knee:your_side}.\n  - Slide y",
    ),
    ("lying on your back", "lying down"),
    ("do not arch your back", "go slowly"),
    ("the back of your thigh", "your thigh"),
    ("heel back", "heel home"),
    ("Slide it back", "Slide it home"),
)
"""What makes the exercise of the folder one for the knee that never says back."""
PLACES = {
    "low-back": r"back|pelvis|spine",
    "neck": "neck",
    "shoulder": "shoulder",
    "elbow-wrist-hand": "elbow|wrist|hand",
    "hip": "hip|groin",
    "knee": "knee",
    "ankle-foot": "ankle|foot|heel",
}
"""What a patient calls a region, written here anew: the test does not ask the list it tests."""


@pytest.fixture
def knee(folder: Any) -> Any:
    """Return a folder with an exercise for the knee alone, in a program for knees."""
    folder.edit("exercises", "heel-glide", *KNEE)
    text = (folder.path / "programs" / "heels.yaml").read_text("utf-8")
    text = text.replace("low-back", "knee").replace(
        "  - exercises:\n      - exercise: knee-drop\n      - exercise: figure-four-supine\n", ""
    )
    folder.write("programs", "heels", text)
    return folder


def said(library: Library, program: str) -> list[str]:
    """Return all texts of a program, its safety text and its exercises."""
    made = make_order(library, OrderRequest(program, "riverbend"))
    of_exercises = (text for item in made.exercises for text in printed_texts(item.exercise))
    texts = (*printed_texts(made.program), *printed_texts(made.safety), *of_exercises)
    return [text.text for text in texts]


def _read(pdf: bytes) -> str:
    """Return the words of all pages, as poppler reads them."""
    return " ".join(assert_strict_readers_accept(pdf).poppler.split())


def named_pains(texts: list[str]) -> set[str]:
    """Return the regions of which a pain is named: back pain, neck pain."""
    return {
        region
        for region, places in PLACES.items()
        if re.search(rf"\b(?:{places}) pain\b", "\n".join(texts), re.IGNORECASE)
    }


def test_every_region_has_a_safety_text() -> None:
    covered = {region for name in SAFETY for region in LIBRARY.safety(name).regions}
    assert covered == set(Region)
    assert "base" not in SAFETY


@pytest.mark.parametrize("name", SAFETY)
def test_a_safety_text_names_no_pain_elsewhere(name: str) -> None:
    text = LIBRARY.safety(name)
    assert named_pains([each.text for each in printed_texts(text)]) <= set(text.regions)


@pytest.mark.parametrize("name", LIBRARY.workspace.ids(Kind.PROGRAMS))
def test_a_program_names_no_pain_elsewhere_and_fits_its_safety_text(name: str) -> None:
    regions = set(LIBRARY.safety(LIBRARY.program(name).safety).regions)
    assert named_pains(said(LIBRARY, name)) <= regions
    for item in LIBRARY.program(name).prescriptions:
        assert regions & set(LIBRARY.exercise(item.exercise).regions), item.exercise


@pytest.mark.parametrize("name", SAFETY)
def test_one_pain_rule_whose_end_is_where_pain_may_spread(name: str) -> None:
    text = LIBRARY.safety(name)
    for rule in (text.stop_rule, text.stop_short):
        assert "{stop}" in rule
        spreads = {word for word in ("arm", "leg") if f"further down your {word}" in rule}
        expected = {
            "low-back": {"leg"}, "hip": {"leg"}, "hip-knee": {"leg"},
            "neck": {"arm"}, "shoulder": {"arm"}, "elbow-wrist-hand": {"arm"},
        }  # fmt: skip
        assert spreads == expected.get(name, set())
        # The neck holds arteries of the brain; who trains balance may fall.
        assert ("dizzy" in rule.lower()) == (name in {"neck", "balance-falls"})
    assert text.next_day == LIBRARY.safety("low-back").next_day
    assert text.disclaimer == LIBRARY.safety("low-back").disclaimer


@pytest.mark.parametrize("name", SAFETY)
def test_chest_pain_is_an_emergency_by_itself_in_every_region(name: str) -> None:
    assert any(re.match(r"chest pain\b(?! with)", sign) for sign in LIBRARY.safety(name).emergency)


@pytest.mark.parametrize("name", SAFETY)
def test_signs_have_sources_and_doubts_are_written_down(name: str) -> None:
    sources = LIBRARY.safety(name).sources
    assert all(source.used_for for source in sources)
    assert len([source for source in sources if source.publisher]) >= 3
    doubts = [source for source in sources if source.title.startswith("Common practice")]
    assert len(doubts) == (0 if name == "low-back" else 1)


def test_a_program_and_a_safety_text_that_share_nothing(folder: Any) -> None:
    folder.edit("programs", "heels", ("safety: low-back", "safety: neck"))
    found = [p for p in folder.problems("programs", "heels") if not p.code]
    assert str(found[0]) == (
        "programs/heels.yaml:6:9: the safety text neck is for neck, but no exercise of the program "
        "is\n    hint: they are for knee, hip, low-back: write safety: hip-knee"
    )
    assert len(found) == 1
    with pytest.raises(ContentError, match=r"heels\.yaml:6:9: the safety text neck is for neck"):
        make_order(folder.library, OrderRequest("heels", "north"))


def test_one_exercise_for_which_the_safety_text_is_not(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("[knee, hip, low-back]", "[ankle-foot]"))
    (found,) = folder.problems("programs", "heels")
    assert str(found) == (
        "programs/heels.yaml:10:19: heel-glide is for ankle-foot, but the safety text low-back is "
        "for low-back\n    hint: leave it out, or write a safety text that is for all of them"
    )
    own = "schema: 1\nextends: low-back\nregions: [low-back, ankle-foot]\n"
    folder.write("safety", "low-back", own)
    assert folder.problems("programs", "heels") == []


def test_base_is_no_safety_text(folder: Any) -> None:
    folder.edit("programs", "heels", ("safety: low-back", "safety: base"))
    (found,) = folder.problems("programs", "heels")
    assert (found.code, found.message) == ("link-unknown", 'there is no safety "base"')


@pytest.mark.parametrize(
    ("old", "new", "line", "quoted"),
    [
        ("subtitle: for your leg", "subtitle: for back pain", 4, "back pain"),
        ("Move a little every day.", "A stiff neck eases slowly.", 14, "stiff neck"),
        ("Ask us first if you are not sure.", "Ask us if your shoulder hurts.", 16, None),
    ],
)
def test_a_knee_sheet_names_no_other_pain(
    old: str, new: str, line: int, quoted: str | None, knee: Any
) -> None:
    assert knee.problems("programs", "heels") == []
    knee.edit("programs", "heels", (old, new))
    (found,) = knee.problems("programs", "heels")
    assert (found.code, found.location.line) == ("region-words", line)
    assert f'"{quoted or "shoulder hurts"}"' in found.message


def test_an_exercise_may_say_where_it_must_not_hurt_but_names_no_other_pain(knee: Any) -> None:
    knee.edit(
        "exercises", "heel-glide", ("watch_out: go slowly.", "watch_out: stop if your hip hurts.")
    )
    assert knee.problems("programs", "heels") == []
    knee.edit("exercises", "heel-glide", ("Makes your leg move more easily.", "Eases back pain."))
    (found,) = knee.problems("programs", "heels")
    assert str(found.location) == "programs/heels.yaml:10:19"
    assert (found.code, '"Eases back pain"' in found.message) == ("region-words", False)
    assert '"back pain"' in found.message


def test_a_safety_text_for_knees_says_nothing_of_backs(folder: Any) -> None:
    folder.write(
        "safety", "my-knee", 'schema: 1\nextends: low-back\nregions: [knee]\nsame_day_lead: "Go:"\n'
    )
    (found,) = folder.problems("safety", "my-knee")
    assert (found.code, found.location.file) == ("region-words", "data/safety/low-back.yaml")
    assert '"back pain"' in found.message


@pytest.mark.parametrize("layout", LIBRARY.workspace.ids(Kind.LAYOUTS))
def test_the_sheet_of_a_knee_never_says_back(layout: str, knee: Any) -> None:
    order = make_order(knee.library, OrderRequest("heels", "north", layout=layout))
    words = _read(build(order, knee.library.workspace).pdf)
    assert "Heel slide" in words
    assert re.findall(r"\S* \bback\b", words, re.IGNORECASE) == []
    assert "further down" not in words


# -- a clinic's own sentence


def digests(folder: Any) -> dict[str, str]:
    return {text.label: text.digest for text in texts_of_program(folder.library, "heels")}


def test_a_sentence_of_a_clinic_changes_the_page_and_asks_for_a_review(folder: Any) -> None:
    before = digests(folder)
    folder.write("safety", "low-back", "schema: 1\nextends: low-back\nnext_day: Sore? Do less.\n")
    assert check_all(folder.library, [folder.path]) == []
    after = digests(folder)
    assert {name for name in before if before[name] != after[name]} == {"safety low-back"}
    order = make_order(folder.library, OrderRequest("heels", "north"))
    builtin = LIBRARY.safety("low-back")
    assert order.safety.emergency == builtin.emergency
    assert order.safety.sources == builtin.sources
    words = _read(build(order, folder.library.workspace).pdf)
    assert "Sore? Do less." in words
    assert builtin.next_day not in words


def test_a_line_of_base_changes_every_safety_text(folder: Any) -> None:
    own = "schema: 1\nextends: base\ndisclaimer_short: For learning.\n"
    folder.write("safety", "base", own)
    library = folder.library
    assert check_all(library, [folder.path]) == []
    assert {library.safety(name).disclaimer_short for name in SAFETY} == {"For learning."}
    assert library.safety("knee").emergency == LIBRARY.safety("knee").emergency


def test_a_mistake_in_base_is_said_where_it_stands(folder: Any) -> None:
    folder.write("safety", "base", "schema: 1\nextends: base\ndisclaimr: Short.\n")
    found = check_all(folder.library, [folder.path / "safety"])
    assert [str(p) for p in found] == [
        'safety/base.yaml:3:1: unknown key "disclaimr"\n    hint: did you mean "disclaimer"?'
    ]


@pytest.mark.parametrize("changed", ["next_day", "visit"])
def test_a_clinic_hears_of_a_builtin_sentence_in_whose_place_its_own_stands(
    changed: str, folder: Any, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "schema: 1\nextends: low-back\nnext_day: Sore? Do less.\nvisit: [you are not sure]\n"
    folder.write("safety", "low-back", own)
    before = digests(folder)
    later = tmp_path_factory.mktemp("later")
    for name in ("low-back", "base"):
        text = LIBRARY.workspace.find(Kind.SAFETY, name).read_text("utf-8")
        text = (
            text.replace("Still sorer after", "Still sore after")
            if changed == "next_day"
            else (text.replace("  - your pain stops you from doing daily tasks\n", ""))
        )
        (later / f"{name}.yaml").write_text(text, "utf-8")
    folders = Workspace.folders
    monkeypatch.setattr(
        Workspace,
        "folders",
        lambda self, kind: (
            (later, folder.path / "safety") if kind == "safety" else folders(self, kind)
        ),
    )
    assert folder.library.safety("low-back").visit == ("you are not sure",)
    after = digests(folder)
    assert {name for name in before if before[name] != after[name]} == {"safety low-back"}


def test_regions_and_sources_ask_for_no_new_review(folder: Any) -> None:
    before = digests(folder)
    folder.write(
        "safety",
        "low-back",
        "schema: 1\nextends: low-back\nregions: [low-back, knee]\nsources: [{title: Ours}]\n",
    )
    assert folder.library.safety("low-back").sources[0].title == "Ours"
    assert len(folder.library.safety("low-back").sources) > 5
    assert digests(folder) == before

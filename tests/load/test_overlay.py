"""A clinic's folder over the built-in content, layouts that extend, languages that fall back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from handouts.errors import ContentError
from handouts.load.library import Library
from handouts.load.source import SourceFile, merge
from handouts.load.yaml import parse
from handouts.model.dosage import Dosage
from handouts.model.exercise import DoseKind
from handouts.workspace import Kind, Workspace

LAYOUT = """schema: 1
name: {name}
description: A layout for tests
{more}
"""
SECTIONS = "sections: [{blocks: [title]}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in Kind:
        (tmp_path / kind).mkdir()
    return tmp_path


def layout(folder: Path, name: str, more: str) -> None:
    text = LAYOUT.format(name=name, more=more)
    (folder / "layouts" / f"{name}.yaml").write_text(text)


def test_the_same_id_overrides_and_a_new_one_adds(folder: Path) -> None:
    builtin = Workspace()
    text = builtin.find(Kind.CLINICS, "oldmill").read_text(encoding="utf-8")
    text = text.replace("oldmill.svg", "none.svg")
    (folder / "clinics" / "oldmill.yaml").write_text(text, encoding="utf-8")
    (folder / "clinics" / "third.yaml").write_text(text, encoding="utf-8")
    library = Library(Workspace(folder))
    assert library.workspace.ids(Kind.CLINICS) == (*builtin.ids(Kind.CLINICS), "third")
    assert library.clinic("oldmill").brand.logo == "none.svg"
    assert library.source(Kind.CLINICS, "oldmill").file == "clinics/oldmill.yaml"
    assert library.source(Kind.CLINICS, "riverbend").file == "data/clinics/riverbend.yaml"


def test_today_is_the_day_that_was_given() -> None:
    assert Workspace(today=dt.date(2026, 3, 2)).today == dt.date(2026, 3, 2)


def test_mappings_merge_and_lists_replace() -> None:
    base = parse(b"a: {x: 1, y: 2}\nb: [1, 2]\nc: 3\n", "base.yaml")
    over = parse(b"a: {y: 5, z: 6}\nb: [9]\n", "over.yaml")
    merged = SourceFile("over.yaml", merge(base.root, over.root))
    assert merged.value == {"a": {"x": 1, "y": 5, "z": 6}, "b": [9], "c": 3}
    assert str(merged.location("a", "x")) == "base.yaml:1:8"
    assert str(merged.location("a", "y")) == "over.yaml:1:8"


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ("2 x 10, hold 5 s", "{sets: 3}", {"sets": 3, "repetitions": "10", "hold": "5 s"}),
        ("{sets: 2, rest: 1 min}", "3 x 8", {"sets": "3", "repetitions": "8", "rest": "1 min"}),
        ("2 x 10, 3 days a week", "{days: [mon]}", {"sets": "2", "repetitions": "10"}),
        ("hold 5 s", "{no_hold: true}", {"no_hold": True}),
        ("3 x 10", "20 min walk", {"sets": "3", "amount": "20 min"}),
        ('"week 1: 1 x 8, week 2: 2 x 8"', "{sets: 3}", {"sets": 3, "repetitions": "8"}),
        ("8 reps, as far as is comfortable", "9 reps", {"repetitions": "9", "comfort": "far"}),
    ],
)
def test_a_dose_is_laid_over_another_field_by_field(
    base: str, over: str, merged: dict[str, object]
) -> None:
    """As that of a prescription over that of its exercise."""
    trees = [parse(f"dosage: {dose}\n".encode(), "x.yaml").root for dose in (base, over)]
    dose = SourceFile("x.yaml", merge(*trees)).value["dosage"]
    later = {"from_week": {"2": {"repetitions": "8"}}} if "week 2" in base else {}
    days = {"days": ["mon"]} if "days" in over else {}
    assert dose == merged | later | days
    ready = [
        Dosage.model_validate(parse(f"d: {d}\n".encode(), "x").value["d"]) for d in (base, over)
    ]
    said = Dosage.model_validate(dose).model_dump(exclude={"days_per_week"})
    assert said == ready[0].override(ready[1]).model_dump(exclude={"days_per_week"})


def test_a_layout_states_only_what_differs(folder: Path) -> None:
    layout(folder, "base", f"margins: {{side: 10 mm, top: 20 pt}}\n{SECTIONS}")
    layout(folder, "child", "extends: base\nmargins: {top: 30 pt}")
    layout(folder, "grandchild", "extends: child\nmargins: {bottom: 40 pt}")
    built = Library(Workspace(folder)).layout("grandchild")
    assert built.id == "grandchild"
    assert built.name == "grandchild"
    assert built.margins.side == pytest.approx(28.35, abs=0.01)
    assert (built.margins.top, built.margins.bottom) == (30, 40)
    assert len(built.sections) == 1


def test_layouts_do_not_extend_each_other_in_a_circle(folder: Path) -> None:
    layout(folder, "one", "extends: two")
    layout(folder, "two", "extends: one")
    with pytest.raises(ContentError) as caught:
        Library(Workspace(folder)).layout("one")
    assert str(caught.value).startswith(
        "layouts/two.yaml:4:10: layouts extend each other in a circle: one -> two -> one"
    )


def test_a_layout_extends_one_that_exists(folder: Path) -> None:
    layout(folder, "child", "extends: standrad")
    with pytest.raises(ContentError) as caught:
        Library(Workspace(folder)).layout("child")
    assert str(caught.value) == (
        'layouts/child.yaml:4:10: there is no layout "standrad"\n    hint: did you mean "standard"?'
    )


def test_a_wrong_value_is_said_where_it_stands_in_the_parent(folder: Path) -> None:
    layout(folder, "base", f"margins: {{side: 10}}\n{SECTIONS}")
    layout(folder, "child", "extends: base")
    with pytest.raises(ContentError, match=r"layouts/base\.yaml:4:17: side must be a length"):
        Library(Workspace(folder)).layout("child")


def test_a_clinics_limits_change_only_what_they_state(folder: Path) -> None:
    (folder / "limits.yaml").write_text(
        "schema: 1\ndoses: {stretch: {hold: {warn: [15, 45]}}}\n", encoding="utf-8"
    )
    own = Library(Workspace(folder)).limits()
    builtin = Library(Workspace()).limits()
    hold = own.doses[DoseKind.STRETCH].hold
    assert hold
    assert (hold.warn, hold.error_above) == ((15, 45), 120)
    assert own.doses[DoseKind.REPS] == builtin.doses[DoseKind.REPS]


def test_limits_that_do_not_rise_are_refused(folder: Path) -> None:
    (folder / "limits.yaml").write_text("schema: 1\nexercises: {warn: [1, 20]}\n")
    with pytest.raises(ContentError, match=r"limits\.yaml:2:12: a limit runs error_below"):
        Library(Workspace(folder)).limits()


@pytest.mark.parametrize(
    ("tag", "served"), [("en", "en"), ("en-US", "en"), ("en-AU", "en"), ("en-GB", "en-GB")]
)
def test_a_language_serves_all_its_regions_but_those_of_their_own(tag: str, served: str) -> None:
    assert Library(Workspace()).locale(tag).id == served


def test_a_region_gives_only_what_differs(folder: Path) -> None:
    own = "schema: 1\nextends: en\nname: English (Australia)\nplan: {heading: The plan}\n"
    (folder / "locales" / "en-AU.yaml").write_text(own, encoding="utf-8")
    library = Library(Workspace(folder))
    region, language = library.locale("en-AU"), library.locale("en")
    assert (region.plan.heading, language.plan.heading) == ("The plan", "Your plan")
    assert region.grid == language.grid
    assert (region.regional, region.id) == ({}, "en-AU")


def test_locales_that_extend_each_other_are_refused(folder: Path) -> None:
    for name, other in (("en-AU", "en-NZ"), ("en-NZ", "en-AU")):
        text = f"schema: 1\nextends: {other}\nname: English\n"
        (folder / "locales" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="locales extend each other in a circle"):
        Library(Workspace(folder)).locale("en-AU")


def test_a_clinics_layout_lies_over_its_namesake(folder: Path) -> None:
    (folder / "layouts" / "standard.yaml").write_text(
        "schema: 1\nextends: standard\nmargins: {side: 17 mm}\n"
    )
    # What extends it, built in or not, lies over the clinic's.
    layout(folder, "mine", "extends: standard")
    own, builtin = Library(Workspace(folder)), Library(Workspace())
    assert own.layout("standard").margins.side > builtin.layout("standard").margins.side
    assert own.layout("standard").sections == builtin.layout("standard").sections
    assert own.layout("mine").margins.side == own.layout("standard").margins.side


def test_a_file_that_extends_itself_and_lies_over_none_is_refused(folder: Path) -> None:
    layout(folder, "mine", "extends: mine")
    with pytest.raises(
        ContentError, match=r"mine\.yaml:4:10: layouts .* in a circle: mine -> mine"
    ):
        Library(Workspace(folder)).layout("mine")


def test_safety_texts_that_extend_each_other_are_refused(folder: Path) -> None:
    (folder / "safety" / "base.yaml").write_text("schema: 1\nextends: low-back\n")
    with pytest.raises(ContentError) as caught:
        Library(Workspace(folder)).safety("low-back")
    assert str(caught.value).startswith(
        "safety/base.yaml:2:10: safety texts extend each other in a circle: "
        "low-back -> base -> low-back"
    )


def test_built_in_files_are_named_from_the_top() -> None:
    workspace = Workspace()
    assert workspace.display(workspace.find("layouts", "standard")) == "layouts/standard.yaml"
    assert workspace.display(workspace.limits()[0]) == "data/limits.yaml"


def test_words_of_a_region_hold_no_placeholder(folder: Path) -> None:
    text = "schema: 1\nextends: en\nname: English\nregional: {couch: '{side} sofa'}\n"
    (folder / "locales" / "en-AU.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"en-AU\.yaml:4:\d+: placeholder \{side\} is not known"):
        Library(Workspace(folder)).locale("en-AU")

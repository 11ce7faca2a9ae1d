"""The built-in content: all of it loads, and the check has nothing to say."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from handouts.check.check import check_all
from handouts.check.order import make_order
from handouts.errors import ContentError
from handouts.load.library import Library
from handouts.load.texts import printed_texts
from handouts.model.clinic import AffectedSide
from handouts.model.order import OrderRequest, Patient
from handouts.workspace import Kind, Workspace
from tests.conftest import LIBRARY


@pytest.mark.parametrize(
    ("kind", "least"),
    [("exercises", 24), ("programs", 7), ("clinics", 2), ("layouts", 5), ("safety", 1)],
)
def test_all_of_it_is_there_and_loads(kind: str, least: int) -> None:
    names = LIBRARY.workspace.ids(kind)
    assert len(names) >= least
    assert [LIBRARY.load(kind, name).id for name in names] == list(names)


def test_the_check_is_clean() -> None:
    assert [str(problem) for problem in check_all(LIBRARY)] == []


@pytest.mark.parametrize("program", LIBRARY.workspace.ids(Kind.PROGRAMS))
def test_every_program_can_be_ordered(program: str) -> None:
    for clinic, side in product(LIBRARY.workspace.ids(Kind.CLINICS), (None, *AffectedSide)):
        request = OrderRequest(program, clinic, patient=Patient(affected_side=side))
        made = make_order(LIBRARY, request)
        assert len(made.exercises) == len(made.program.prescriptions)


@pytest.mark.parametrize("program", LIBRARY.workspace.ids(Kind.PROGRAMS))
def test_named_days_stand_beside_none_that_move_with_the_start(program: str) -> None:
    """Three days a week from a Tuesday on are those of a walk on Tuesday: "the days between"."""
    doses = [
        item.dosage for item in make_order(LIBRARY, OrderRequest(program, "riverbend")).exercises
    ]
    named = [dose for dose in doses if dose.days]
    moving = [dose for dose in doses if dose.starting(0).days != dose.starting(1).days]
    assert not (named and moving)


def test_nothing_is_stretched_under_strong_or_pressed() -> None:
    """What a heading says of its exercises is so."""
    found = [
        (program, phase.name, prescription.exercise)
        for program in LIBRARY.workspace.ids(Kind.PROGRAMS)
        for phase in LIBRARY.program(program).phases
        for prescription in phase.exercises
        if re.search("strong|strength|press|band", phase.name or "")
        and "stretch" not in (phase.name or "")
        and LIBRARY.exercise(prescription.exercise).kind == "stretch"
    ]
    assert found == []


def test_whoever_trains_balance_can_hold_on_or_is_told_to_ask() -> None:
    """Standing, something fixed stands within reach; where nothing can, who may fall is named."""
    every = [LIBRARY.exercise(name) for name in LIBRARY.workspace.ids(Kind.EXERCISES)]
    standing = [item for item in every if "balance" in item.regions and "standing" in item.position]
    unsafe = [
        item.id
        for item in standing
        if not re.search("counter|rail|wall", " ".join(item.equipment))
        and not re.search("fall|stick or frame", " ".join(item.cautions or ()))
    ]
    assert len(standing) >= 15
    assert unsafe == []


def test_a_file_or_folder_is_checked_alone(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("sets: 2", "sets: 5"))
    folder.edit("programs", "heels", ("Move a little every day.", "Move your left leg."))
    library = Library(Workspace())
    exercise = folder.path / "exercises" / "heel-glide.yaml"
    assert [p.code for p in check_all(library, [exercise])] == ["dose-sets"]
    assert [p.code for p in check_all(library, [folder.path / "programs"])] == ["side-typed"]
    both = check_all(library, [folder.path])
    assert [p.location.file for p in both] == ["exercises/heel-glide.yaml", "programs/heels.yaml"]
    builtin = library.workspace.find("exercises", "cobra")
    assert check_all(library, [builtin]) == []


def test_a_patients_file_is_checked_by_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "maria.yaml"
    path.write_text("nam: Maria\n", encoding="utf-8")
    (problem,) = check_all(LIBRARY, [path])
    assert (problem.message, problem.hint) == ('unknown key "nam"', 'did you mean "name"?')
    path.write_text("name: Maria\nnetball: twice a week\n", encoding="utf-8")
    (problem,) = check_all(LIBRARY, [path])
    # What is not nearly a key of ours may be the patient's own words.
    assert (problem.message, problem.location.line) == ("unknown key", 2)
    path.write_text("name: Maria\n", encoding="utf-8")
    assert check_all(LIBRARY, [path]) == []


def test_a_folder_without_content_is_said(tmp_path: Path) -> None:
    (problem,) = check_all(LIBRARY, [tmp_path])
    assert problem.message == "this folder contains no content"


def test_one_broken_exercise_does_not_hide_the_others(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("stage: 1", "stage: 9"))
    folder.edit("programs", "heels", ("Move a little every day.", "Move your left leg."))
    found = check_all(folder.library, [folder.path])
    assert [(p.location.file, p.code) for p in found] == [
        ("exercises/heel-glide.yaml", ""),
        ("programs/heels.yaml", "side-typed"),
    ]
    with pytest.raises(ContentError):
        make_order(folder.library, OrderRequest("heels", "north"))


def test_broken_limits_do_not_hide_what_cannot_be_loaded(folder: Any) -> None:
    folder.edit("exercises", "heel-glide", ("stage: 1", "stage: 9"))
    (folder.path / "limits.yaml").write_text("schema: 1\nexercises: {warn: [1]}\n")
    found = check_all(folder.library, [folder.path])
    assert [(p.location.file, p.location.line) for p in found] == [
        ("exercises/heel-glide.yaml", 5),
        ("limits.yaml", 2),
    ]


_SAID = LIBRARY.locale("en-GB").regional


@pytest.mark.parametrize("program", LIBRARY.workspace.ids(Kind.PROGRAMS))
def test_each_country_reads_its_own_words_alone(program: str) -> None:
    here = _printed(program, "en-US")
    there = _printed(program, "en-GB")
    assert [word for word in _SAID.values() if _has(here, word)] == []
    assert [word for word in _SAID if _has(there, word)] == []
    assert here != there


def test_every_word_of_a_region_stands_somewhere_in_the_content() -> None:
    programs = LIBRARY.workspace.ids(Kind.PROGRAMS)
    all_of_it = "\n".join([_printed(name, "en-US") for name in programs])
    every = [LIBRARY.exercise(name) for name in LIBRARY.workspace.ids(Kind.EXERCISES)]
    all_of_it += "\n".join(text.text for item in every for text in printed_texts(item))
    assert [word for word in _SAID if not _has(all_of_it, word)] == []


def _printed(program: str, language: str) -> str:
    clinic = "oldmill" if language == "en-GB" else "riverbend"
    made = make_order(LIBRARY, OrderRequest(program, clinic, language=language))
    texts = [
        *printed_texts(made.program),
        *printed_texts(made.safety),
        *(text for item in made.exercises for text in printed_texts(item.exercise)),
    ]
    return "\n".join(text.text for text in texts)


def _has(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None

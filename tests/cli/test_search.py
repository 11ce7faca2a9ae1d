"""What `handouts list exercises` finds, by the installed command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handouts import Library, Workspace
from handouts.check.lint_handout import position_in
from handouts.check.search import PLACES, needed, places
from handouts.desk.language import languages
from handouts.workspace import Kind
from tests.command import run


def listed(folder: Path, *words: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    """Return what is listed as JSON, and what was said beside it."""
    done = run(folder, "list", "exercises", *words, "--json", folder=folder)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout), done.stderr


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


@pytest.mark.parametrize(
    ("words", "first", "said"),
    [
        ("HAMSTRINGS stretches", "seated-hamstring-stretch", ""),
        ("stretch hamstr", "seated-hamstring-stretch", ""),
        ("bird dog", "bird-dog", ""),
        ("bird-dog", "bird-dog", ""),
        ("hamstirng", "seated-hamstring-stretch", 'no exercise has "hamstirng": these have'),
        ("glute bridge", "glute-bridge", ""),
        # Another form of the word comes before one that is spelt alike and means the opposite.
        ("abductors side-lying", "side-lying-hip-abduction", 'no exercise has "abductors": these'),
        ("the glute bridge", "glute-bridge", ""),
    ],
)
def test_words_find_an_exercise(tmp_path: Path, words: str, first: str, said: str) -> None:
    found, beside = listed(tmp_path, *words.split())
    assert ids(found)[0] == first
    assert beside.startswith(said) if said else not beside


def test_a_word_that_no_exercise_has_finds_none(tmp_path: Path) -> None:
    for word in ("trampoline", "מתיחה", "колено"):
        assert listed(tmp_path, word) == ([], f'no exercise has "{word}"\n')


def test_what_is_wished_for_is_what_is_found(tmp_path: Path) -> None:
    library = Library(Workspace())
    found, _ = listed(tmp_path, "--position", "chair", "--equipment", "none", "--region", "knee")
    assert "seated-hamstring-stretch" in ids(found)
    for each in found:
        assert {"chair"} <= set(each["positions"])
        assert "knee" in each["regions"]
        assert needed(library.exercise(each["id"])) == ()
    found, _ = listed(tmp_path, "--equipment", "bands", "--kind", "strength")
    assert {"banded-side-step", "clamshell"} <= set(ids(found))
    assert {each["kind"] for each in found} == {"strength"}
    bed = {each["id"]: each for each in listed(tmp_path, "--position", "bed")[0]}
    knee = bed["single-knee-to-chest"]
    assert (knee["fits"], knee["variants"]) == (False, ["bed"])


def test_a_wrong_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "mine.yaml").write_text("schema: 1\nname: Mine\n", "utf-8")
    found, said = listed(tmp_path, code=1)
    assert "bird-dog" in ids(found)
    assert said == "1 file is wrong: see handouts check\n"


@pytest.mark.parametrize("language", languages())
def test_every_exercise_has_a_place(language: str) -> None:
    """What is translated is done where the English one is."""
    library = Library(Workspace()).in_language(language)
    english = Library(Workspace())
    words = library.words()
    assert set(words.positions) == set(PLACES)
    for name in library.workspace.ids(Kind.EXERCISES):
        if library.source(Kind.EXERCISES, name).languages != {language}:
            continue
        exercise = library.exercise(name)
        for form in (None, *exercise.variants):
            shown = exercise.variant(form)
            assert places(shown, words), f"{name}: {position_in(shown.position, words)}"
            meant = places(english.exercise(name).variant(form), english.words())
            assert {*places(shown, words)} == {*meant}, f"{name}: {shown.position}"

"""What changed is told in the sentences that patients read."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.deliver.batch.diff import WordChange, batch_diff, word_changes
from handouts.errors import MissingError
from tests.deliver.conftest import Runner
from tests.deliver.rosters import people

BEFORE = """Your plan
=========
1. Bridge: 2 sets of 10.

1. Bridge
---------
2 sets, 1 minute rest.
Lift your hips.

2. Cobra
--------
Press up.
"""


def test_equal_words_have_no_difference() -> None:
    assert word_changes(BEFORE, BEFORE) == []


def test_a_sentence_that_changed_stands_beside_the_old_one() -> None:
    now = BEFORE.replace("2 sets, 1 minute rest.", "3 sets, 1 minute rest.")
    changed = WordChange("1. Bridge", "2 sets, 1 minute rest.", "3 sets, 1 minute rest.")
    assert word_changes(BEFORE, now) == [changed]


def test_an_exercise_that_moved_is_not_new() -> None:
    now = BEFORE.replace("1. Bridge\n", "3. Bridge\n").replace("Lift your hips.\n", "")
    assert word_changes(BEFORE, now) == [WordChange("1. Bridge", "Lift your hips.", "")]


def test_exercises_come_and_go() -> None:
    now = BEFORE.replace("2. Cobra\n--------", "2. Bird dog\n-----------")
    assert word_changes(BEFORE, now) == [
        WordChange("2. Cobra", "2. Cobra", ""),
        WordChange("2. Bird dog", "", "2. Bird dog"),
    ]


def test_two_batches(run: Runner, tmp_path: Path) -> None:
    rows = [*people(4)]
    run(rows)
    later = [*rows[1:3], {**rows[3], "dose:glute-bridge": "3 x 9"}, *people(6)[5:]]
    run(later, output=str(tmp_path / "b"), state=tmp_path / "b")
    found = batch_diff(tmp_path / "out", tmp_path / "b")
    assert (found.new, found.gone, found.same) == (("P-005",), ("P-000",), 2)
    (change,) = found.changed
    assert change.references == ("P-003",)
    assert change.was != change.now
    assert change.changes is not None
    assert any("2 sets of 10" in item.was and "3 sets of 9" in item.now for item in change.changes)
    (tmp_path / "b" / "words" / f"{change.now}.txt").unlink()
    again = batch_diff(tmp_path / "out" / "manifest.jsonl", tmp_path / "b")
    assert again.changed[0].changes is None


def test_a_folder_without_a_batch_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no manifest in"):
        batch_diff(tmp_path, tmp_path)

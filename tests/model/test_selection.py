"""A choice of exercises: what is understood, and that nothing else is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.model.program import ALL_EXERCISES, Selection


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("1,3,5", (1, 3, 5)),
        ("1; 3 5", (1, 3, 5)),
        ("1, 3 and 5", (1, 3, 5)),
        ("2-4", (2, 3, 4)),
        ("2 – 4, 7", (2, 3, 4, 7)),
        ("2 to 4", (2, 3, 4)),
        ("Bird-Dog, 2", ("bird-dog", 2)),
        ("2, 2-3, bird-dog, bird-dog", (2, 3, "bird-dog")),
        (3, (3,)),
        ([1, "bird-dog", "4-5"], (1, "bird-dog", 4, 5)),
        ("all", ()),
        (" ALL ", ()),
    ],
)
def test_what_is_understood(written: Any, items: tuple[int | str, ...]) -> None:
    chosen = Selection.read(written)
    assert chosen.items == items
    assert Selection.read(str(chosen)) == chosen


@pytest.mark.parametrize(
    "written",
    ["", " , ", "0", "1.3", "2026-02-04", "4-2", "1-", "-3", "all, 2", "x/", "1e3", "100", True,
     1.5, [], [None], {}, "2-4 Anna!"],
)  # fmt: skip
def test_what_is_refused_without_being_quoted(written: Any) -> None:
    with pytest.raises(ValueError, match="must be numbers and ids") as caught:
        Selection.read(written)
    assert "Anna" not in str(caught.value)


def test_all_is_a_choice() -> None:
    assert str(ALL_EXERCISES) == "all"
    assert Selection.read(ALL_EXERCISES) is ALL_EXERCISES

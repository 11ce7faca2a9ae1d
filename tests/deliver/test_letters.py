"""Letters that no font has are found before anything is made, and only those."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.deliver.check_handouts import unprintable
from handouts.model.roster import RosterRow
from handouts.text.faces import load_fonts


def row(**fields: Any) -> RosterRow:
    known = {"file": "today.csv", "row": 7, "reference": "1", "clinic": "riverbend"}
    return RosterRow.model_validate({**known, "program": "si-joint-calm", **fields})


@pytest.mark.parametrize(
    "name",
    [
        *("Anna Bell", "Zoë Núñez", "Łukasz Żółć", "Ελένη Παππά", "Ольга Щукина", "Ngô Thị Ánh"),
        *("张无忌", "محمد", "नेहा", "李(Li) Wei"),
    ],
)
def test_letters_that_can_be_printed(name: str) -> None:
    assert not list(unprintable(load_fonts(), row(name=name, note=name)))


@pytest.mark.parametrize(
    ("name", "character"),
    [("Anna 🙂", "U+1F642"), ("𒀀𒁀", "U+12000"), ("محمد🙂", "U+1F642"), ("नेहा 𓀀", "U+13000")],
)
def test_letters_that_cannot(name: str, character: str) -> None:
    first, second = unprintable(load_fonts(), row(name=name, note=f"For {name}"))
    assert first.message.startswith(f"name: no font has the character {character}")
    assert second.message.startswith(f"note: no font has the character {character}")
    assert (first.location.file, first.location.line) == ("today.csv", 7)
    assert name not in f"{first}{second}"


def test_what_is_not_printed_may_be_anything() -> None:
    assert not list(unprintable(load_fonts(), row(password="🙂" * 8, email="a@例え.jp")))

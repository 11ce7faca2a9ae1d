"""Runs of text: templates filled, spaces tidied, nothing empty let through."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import FieldInfo, fields, replace

from handouts.compose.runs import (
    BLANK,
    FieldName,
    Run,
    as_sentence,
    capitalised,
    fill,
    joined_by,
    leaf,
    marked,
    plain,
    spaced,
    tidied,
)


def test_fill_keeps_runs_and_fills_once() -> None:
    name = Run("{n} Ward", field=FieldName.NAME)
    assert fill("For {name}: {n}.", name=name, n="3") == (
        Run("For "), name, Run(": "), Run("3"), Run("."),
    )  # fmt: skip


def test_fill_wants_every_value() -> None:
    with pytest.raises(KeyError):
        fill("Do {n}.")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "", "c"], "a and c"),
    ],
)
def test_folded(items: list[str], expected: str) -> None:
    assert plain(joined_by("{a}, {b}", items, last="{a} and {b}")) == expected


def test_tidied_across_runs() -> None:
    runs = (Run(" Do  "), Run(" "), Run(" 3", strong=True), Run(" . "), Run(" "))
    assert tidied(runs) == (Run("Do "), Run("3", strong=True), Run(" ."))


def test_tidied_merges_alike_but_no_blanks() -> None:
    assert tidied((Run("a"), Run("b"), *BLANK, *BLANK)) == (Run("ab"), *BLANK, *BLANK)


def test_small_helpers() -> None:
    assert plain(capitalised(fill("once"))) == "Once"
    assert capitalised(()) == ()
    assert plain(as_sentence(fill("Stop"))) == "Stop."
    assert plain(as_sentence(fill("Stop!"))) == "Stop!"
    assert plain(spaced("a", "", "b")) == "a b"
    assert {run.field for run in marked("x", FieldName.NOTE)} == {FieldName.NOTE}


@pytest.mark.parametrize("empty", ["", "  ", ()])
def test_a_leaf_is_never_empty(empty: str | tuple[Run, ...]) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        leaf(empty)


@pytest.mark.parametrize("changed", [field for field in fields(Run) if field.name != "text"])
def test_runs_that_differ_in_anything_but_text_stay_apart(changed: FieldInfo) -> None:
    other: dict[str, Any] = {"field": FieldName.NAME, "lang": "de"}
    run = replace(Run("Anna "), **{changed.name: other.get(changed.name, True)})
    assert run.saying("Berta ") == replace(run, text="Berta ")
    assert tidied((run, Run("Otto"))) == (run, Run("Otto"))
    assert tidied((run, run.saying("Otto"))) == (
        (run, run.saying("Otto")) if run.blank else (run.saying("Anna Otto"),)
    )

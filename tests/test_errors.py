"""An error that comes from another process says what it said there."""

from __future__ import annotations

import pickle

import pytest

from handouts.errors import (
    ContentError,
    DeliveryError,
    DoesNotFit,
    HandoutError,
    Location,
    MissingError,
    Problem,
)

FOUND = (Problem("is wrong", Location("a.yaml", 3), "correct it"), Problem("is missing"))


@pytest.mark.parametrize(
    "error",
    [
        ContentError(FOUND),
        MissingError(FOUND),
        DoesNotFit(FOUND),
        DeliveryError(FOUND),
        DeliveryError(FOUND, retry=True),
    ],
)
def test_an_error_is_the_same_in_another_process(error: HandoutError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert type(copy) is type(error)
    assert copy.problems == FOUND
    assert getattr(copy, "retry", None) == getattr(error, "retry", None)


def test_a_message_is_one_line_that_changes_nothing_on_a_terminal() -> None:
    problem = Problem('is not "a\nb\x1b[31m\u202e"', Location("x\x1b.yaml", 3), "say\rso\u00a0now")
    assert str(problem) == (
        'x\\u001b.yaml:3: is not "a\\u000ab\\u001b[31m\\u202e"\n    hint: say\\u000dso\u00a0now'
    )

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

"""Our rules are pydantic's: the same values, errors and schemas."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from handouts.model.rules import After, Before, Text, Within, Written


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


def _doubled(value: Any) -> Any:
    return value * 2


PAIRS: list[tuple[Any, Any]] = [
    (
        Annotated[str, Text(least=1, most=3, strip=True)],
        Annotated[str, StringConstraints(min_length=1, max_length=3, strip_whitespace=True)],
    ),
    (
        Annotated[str, Text(r"^[a-z]+$", most=4)],
        Annotated[str, StringConstraints(pattern=r"^[a-z]+$", max_length=4)],
    ),
    (
        Annotated[str, Text(r"^#\w+$", lower=True)],
        Annotated[str, StringConstraints(pattern=r"^#\w+$", to_lower=True)],
    ),
    (Annotated[int, Within(1, 4)], Annotated[int, Field(ge=1, le=4)]),
    (Annotated[float, Within(0.5, 4)], Annotated[float, Field(ge=0.5, le=4)]),
    (Annotated[int, After(_even)], Annotated[int, AfterValidator(_even)]),
    (
        Annotated[int, Before(_doubled)],
        Annotated[int, BeforeValidator(_doubled)],
    ),
]
VALUES = [
    '""',
    '"abc"',
    '" ab "',
    '"abcde"',
    '"ABC"',
    '"#AB"',
    "1",
    "2",
    "3.0",
    "4.5",
    "0",
    "null",
    "[]",
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_rule_reads_and_refuses_as_pydantic_does(ours: Any, theirs: Any) -> None:
    def outcome(adapter: TypeAdapter[Any], text: str) -> Any:
        try:
            return adapter.validate_json(text, strict=True)
        except ValidationError as error:
            return [(one["type"], one.get("ctx", {}).keys()) for one in error.errors()]
        except TypeError:
            return TypeError

    made, known = TypeAdapter(ours), TypeAdapter(theirs)
    found = [outcome(made, text) for text in VALUES]
    assert found == [outcome(known, text) for text in VALUES]
    assert any(isinstance(one, str | int | float) for one in found), "every value was refused"
    assert made.json_schema() == known.json_schema()


def test_a_value_is_written_as_pydantic_writes_it() -> None:
    ours: TypeAdapter[int] = TypeAdapter(Annotated[int, Within(1, 4), Written("{} times".format)])
    theirs: TypeAdapter[int] = TypeAdapter(
        Annotated[int, Field(ge=1, le=4), PlainSerializer("{} times".format)]
    )
    assert ours.dump_json(3) == theirs.dump_json(3) == b'"3 times"'
    assert ours.json_schema() == theirs.json_schema()

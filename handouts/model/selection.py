"""Selection: which exercises of a program one patient gets, by their numbers and ids."""

from __future__ import annotations

import re
from typing import Annotated, Any

from msgspec import Struct
from pydantic import BeforeValidator, GetCoreSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from handouts.model.base import ID_PATTERN

EXAMPLE = "1, 3, bird-dog"
EXPECTED = f'numbers and ids of exercises, such as "{EXAMPLE}" or 2-4, or all'

_ALL = "all"
_BETWEEN = re.compile(r"(?<=\d)\s*(?:-|–|\bto\b)\s*(?=\d)")
_SEPARATOR = re.compile(r"(?:[,;\s]|\band\b(?!-))+")
_NUMBERS = re.compile(r"([1-9]\d?)(?:-([1-9]\d?))?")


class Selection(Struct, frozen=True):
    """Exercises by number, from 1 in the order of the program, or id; without any: all of them.

    All of them is a choice too: it says that nobody forgot to choose.
    """

    items: tuple[int | str, ...] = ()

    def __str__(self) -> str:
        """The choice as it may be written."""
        return ", ".join(map(str, self.items)) or _ALL

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of what `parse_selection` has made: nothing is left to check."""
        return core_schema.is_instance_schema(cls, ref=f"{__name__}.Selection")


ALL = Selection()


def parse_selection(value: Any) -> Selection:
    """Return ``"1, 3, bird-dog"``, ``"2-4"``, ``[1, bird-dog]``, ``3`` or ``"all"`` as a choice.

    Raises:
        ValueError: if it is none of these; the message does not quote it.
    """
    if isinstance(value, Selection):
        return value
    pieces: list[str] = []
    for part in value if isinstance(value, list | tuple) else [value]:
        if isinstance(part, bool) or not isinstance(part, int | str):
            raise ValueError(f"must be {EXPECTED}")
        pieces += filter(None, _SEPARATOR.split(_BETWEEN.sub("-", str(part).strip().lower())))
    if pieces == [_ALL]:
        return ALL
    items = [item for piece in pieces for item in _items(piece)]
    if not items:
        raise ValueError(f"must be {EXPECTED}")
    return Selection(tuple(dict.fromkeys(items)))


def _items(piece: str) -> list[int | str]:
    if match := _NUMBERS.fullmatch(piece):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last:
            return list(range(first, last + 1))
    elif piece != _ALL and not piece[0].isdigit() and re.fullmatch(ID_PATTERN, piece):
        return [piece]
    raise ValueError(f"must be {EXPECTED}")


Choice = Annotated[
    Selection,
    BeforeValidator(parse_selection),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["integer", "string"]},
                {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1},
            ],
            "examples": [EXAMPLE, _ALL],
        }
    ),
]
"""A selection, written as text or as a list."""

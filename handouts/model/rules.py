"""Rules for values, as annotations that say pydantic's schema outright.

pydantic looks at the signature of every validator and works out every constraint anew wherever a
type is used; most of the fields of our models are texts and numbers under a few rules, and that
would take most of the time in which a handout is started.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class After:
    """A check of a value that was read: it returns the value or raises ValueError."""

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self.check = check

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Put the check after what the type itself asks for."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


class Before:
    """A change of a value before it is read as its type; it may raise ValueError."""

    def __init__(self, change: Callable[[Any], Any]) -> None:
        self.change = change

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Put the change before what the type itself asks for."""
        return core_schema.no_info_before_validator_function(self.change, handler(source))


class Written:
    """How a value that was read is written again: as the text of a file."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self.write = write

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let the type write its values so."""
        serialization = core_schema.plain_serializer_function_ser_schema(self.write)
        return cast("CoreSchema", {**handler(source), "serialization": serialization})


class Text:
    """A string of ``least`` to ``most`` characters, or of a pattern."""

    def __init__(
        self,
        pattern: str | None = None,
        *,
        least: int | None = None,
        most: int | None = None,
        strip: bool = False,
        lower: bool = False,
    ) -> None:
        self.schema = core_schema.str_schema(
            pattern=pattern,
            min_length=least,
            max_length=most,
            strip_whitespace=strip or None,
            to_lower=lower or None,
        )

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of such a string."""
        return self.schema


class Within:
    """A number from ``low`` to ``high``."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __get_pydantic_core_schema__(
        self, source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of such a whole number, or of any number for a float."""
        if source is int:
            return core_schema.int_schema(ge=int(self.low), le=int(self.high))
        return core_schema.float_schema(ge=self.low, le=self.high)

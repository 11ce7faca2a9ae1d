"""The bytes of a file → its characters: strict UTF-8 without control characters."""

from __future__ import annotations

import re

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem

# What YAML 1.2 does not allow in a file (section 5.1).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Text(Struct, frozen=True):
    """A decoded file: its name in messages and its characters."""

    file: str
    content: str

    @classmethod
    def decode(cls, data: bytes, file: str) -> Text:
        """Return UTF-8 bytes (with or without a byte order mark) as text.

        Raises:
            ContentError: if they are not UTF-8 or hold control characters, with the place.
        """
        try:
            content = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8-sig", "replace")
            raise ContentError(
                Problem(
                    "the file is not UTF-8 text",
                    _place(file, before, len(before)),
                    'save it with the encoding "UTF-8"',
                )
            ) from None
        if match := _UNPRINTABLE.search(content):
            raise ContentError(
                Problem(
                    f"control character U+{ord(match[0]):04X}",
                    _place(file, content, match.start()),
                    "delete it and type the text again",
                )
            )
        return cls(file, content)

    def line(self, number: int) -> str:
        """Return one line, counted from 1; empty beyond the end."""
        lines = self.content.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


def _place(file: str, content: str, offset: int) -> Location:
    before = content[:offset]
    return Location(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

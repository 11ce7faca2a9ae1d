"""What is wrong with a YAML text, in our words: encoding, tabs, quotes and indentation."""

from __future__ import annotations

import re

import yaml
from msgspec import Struct

from handouts.errors import ContentError, Location, Problem

_TAB_INDENT = re.compile(r"^ *\t[ \t]*\S")
# What YAML 1.2 does not allow in a file (section 5.1).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPECIAL_START = re.compile(r"""(?:^|[:\-])\s+([{\[*&!%@`|>])""")


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


def syntax_problem(error: yaml.YAMLError, text: Text) -> Problem:
    """Return what a parser error means for the person who wrote the file."""
    mark = getattr(error, "problem_mark", None)
    if tab := _tab(text, mark.line + 1 if mark else 0):
        return Problem(
            "a tab is used to indent",
            tab,
            "YAML indents with spaces: replace each tab by two spaces",
        )
    start = getattr(error, "context_mark", None) or mark
    line = mark.line + 1 if mark else 0
    column = mark.column + 1 if mark else 0
    here = Location(text.file, line, column)
    opened = Location(text.file, start.line + 1, start.column + 1) if start else here
    reason = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    if "quoted scalar" in context:
        return Problem("a quote is opened and not closed", opened, "close it, or double a ' in it")
    if "flow" in context:
        hint = "close it with ] or }, or put text that starts with [ or { in quotes"
        return Problem("a [ or { is not closed", opened, hint)
    if special := _SPECIAL_START.search(text.line(line)):
        hint = f"put text that starts with {special[1]} in quotes"
        return Problem("this line is not YAML", here, hint)
    if "mapping values" in reason:
        hint = 'put text that holds ": " in quotes; keys of one mapping start in one column'
        return Problem("a second key on this line, or wrong indentation", here, hint)
    hint = 'check the indentation, the "- " of lists and the ": " after keys, up to this line'
    return Problem("this line is not YAML", here, hint)


def _tab(text: Text, last: int) -> Location | None:
    for number, line in enumerate(text.content.splitlines()[:last], 1):
        if _TAB_INDENT.match(line):
            return Location(text.file, number, line.index("\t") + 1)
    return None


def _place(file: str, content: str, offset: int) -> Location:
    before = content[:offset]
    return Location(file, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

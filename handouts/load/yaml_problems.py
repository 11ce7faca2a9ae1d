"""What is wrong with a YAML text, in our words: tabs, quotes and indentation."""

from __future__ import annotations

import re

import yaml

from handouts.errors import Location, Problem
from handouts.load.text import Text

_TAB_INDENT = re.compile(r"^ *\t[ \t]*\S")
_SPECIAL_START = re.compile(r"""(?:^|[:\-])\s+([{\[*&!%@`|>])""")


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

"""Placeholders in texts into findings: unknown ones, and ones where nothing would fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.check.codes import finding
from handouts.check.texts import Part, PrintedText, exercise_texts, program_texts, safety_texts
from handouts.errors import Problem, did_you_mean
from handouts.load.tree import Source
from handouts.model.exercise import Exercise
from handouts.model.program import Program, Safety

SIDES = ("side", "your_side", "other_side", "your_other_side")
SENTENCES = ("hold", "repeat")
_BRACED = re.compile(r"\{([^{}]*)\}|[{}]")


def lint_placeholders(content: Exercise | Program | Safety, source: Source) -> Iterator[Problem]:
    """Check that every ``{placeholder}`` is one that is filled where it stands.

    Steps take all six; other texts of an exercise only the sides; of safety, only the two leads
    of doctor and emergency take ``{number}``; a program's texts take none.
    """
    for text, known in _texts(content):
        for match in _BRACED.finditer(text.text):
            if match[1] in known:
                continue
            shown = match[0]
            if match[1] is None:
                message = f'a single "{shown}"'
                hint = "a placeholder is a word between { and }, as {side}"
            elif match[1] in (*SIDES, *SENTENCES):
                message = f"{shown} is not filled here"
                hint = "only steps take {hold} and {repeat}, only exercises a side"
            else:
                message = f"unknown placeholder {shown}"
                hint = did_you_mean(match[1], known)
            yield finding("placeholder-unknown", message, source.location(*text.path), hint)


def _texts(
    content: Exercise | Program | Safety,
) -> Iterator[tuple[PrintedText, tuple[str, ...]]]:
    if isinstance(content, Exercise):
        for text in exercise_texts(content):
            in_step = text.part in (Part.STEP, Part.SHORT_STEP)
            yield text, (*SIDES, *SENTENCES) if in_step else SIDES
    elif isinstance(content, Program):
        for text in program_texts(content):
            yield text, ()
    else:
        for text in safety_texts(content):
            lead = text.path[0] in ("emergency_lead", "same_day_lead")
            yield text, ("number",) if lead else ()

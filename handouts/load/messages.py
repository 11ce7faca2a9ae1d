"""Turn pydantic's errors into our words, chosen by error type and never by English text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from pydantic_core import ErrorDetails

from handouts.errors import did_you_mean, quoted
from handouts.load.source import Step
from handouts.model.base import ID_PATTERN
from handouts.model.clinic import CODE_LINK_PATTERN
from handouts.model.photo import PHOTO_PATTERN
from handouts.model.shorthand import DoseError

_QUOTE_BRACE = "put text that starts with { in quotes"
_QUOTE_NUMBER = "put it in quotes to make it text"
_LIST = 'start each item on a line of its own with "- "'


_KEY = re.compile(r"[a-z0-9_.-]+")
"""A key in the form that our keys have."""


class Complaint(Struct, frozen=True):
    """One error of pydantic, with all that its message needs.

    ``key`` is the last step of its place, ``known`` the keys that its mapping may have.
    ``commented``: its value is empty because a comment is in its place.
    """

    kind: str
    path: tuple[Step, ...]
    context: Mapping[str, Any]
    value: Any
    key: str
    known: tuple[str, ...]
    private: bool
    commented: bool = False

    @property
    def name(self) -> str:
        """What the value is called in a message: ``sets``, ``item 2 of steps``, ``the file``."""
        named = [str(step) for step in self.path if isinstance(step, str)]
        if not self.path:
            return "the file"
        if isinstance(self.path[-1], int):
            return f"item {self.path[-1] + 1} of {named[-1]}" if named else "an item"
        # Other keys, such as a noun of a locale, must not read as words of the message.
        return named[-1] if _KEY.fullmatch(named[-1]) else f'"{named[-1]}"'

    @property
    def instead(self) -> str:
        """The end of a message that quotes the value: short, and empty for a patient's."""
        if self.private:
            return ""
        if isinstance(self.value, str):
            return f", not {quoted(self.value)}"
        if isinstance(self.value, bool):
            return f", not {str(self.value).lower()}"
        kinds = {type(None): "empty", dict: "a mapping (keys and values)", list: "a list"}
        return f", not {kinds.get(type(self.value), self.value)}"


# Other words for our keys, spelled too differently to be guessed.
_MEANT = {
    "reps": "repetitions", "repeats": "repetitions", "seconds": "hold", "duration": "hold",
    "frequency": "times_per_day", **dict.fromkeys(("minutes", "distance", "walk"), "amount"),
    **dict.fromkeys(("weight", "resistance", "band"), "load"),
    **dict.fromkeys(("rpe", "borg", "intensity"), "effort"),
    **dict.fromkeys(("progression", "week", "weeks"), "from_week"), "speed": "tempo",
    "dose": "dosage", "description": "purpose", "instructions": "steps", "title": "name",
    "side": "sides", "affected": "affected_side",
}  # fmt: skip

MessageAndHint = tuple[str, str]
"""Message and hint."""


def describe_private(detail: ErrorDetails, name: str) -> tuple[str, str]:
    """Return message and hint of a pydantic error in one field, without any value.

    ``name`` is what the field is called where it was typed: a column or an option.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    return describe(Complaint(kind, (name,), context, detail.get("input"), name, (), private=True))


def describe(complaint: Complaint) -> MessageAndHint:
    """Return the message of a complaint and what to do about it."""
    kind, name, context = complaint.kind, complaint.name, complaint.context
    message, hint = f"{name} cannot be read{complaint.instead}", ""
    if kind in _MUST_BE:
        message = f"{name} must be {_MUST_BE[kind]}{complaint.instead}"
        hint = _empty_value(complaint) if complaint.value is None else _of_type(complaint)
    elif kind in _WRITERS:
        message, hint = _WRITERS[kind](complaint)
    elif kind == "missing":
        message, hint = f'missing key "{complaint.key}"', f'add a line "{complaint.key}: ..." here'
    elif kind in _BOUNDS:
        bound = next(iter(context.values()))
        shown = f"{bound:g}" if isinstance(bound, float) else bound
        message = f"{name} must be {_BOUNDS[kind]} {shown}{complaint.instead}"
    elif kind == "too_short":
        items = "item" if context["min_length"] == 1 else "items"
        message, hint = f"{name} must have at least {context['min_length']} {items}", _LIST
    elif kind == "too_long":
        most, given = context["max_length"], context["actual_length"]
        message, hint = f"{name} must have at most {most} items, not {given}", "take some out"
    elif kind == "string_too_short":
        message, hint = f"{name} must not be empty", "write the text, or remove the key"
    elif kind == "string_too_long":
        most, hint = context["max_length"], "shorten it"
        message = f"{name} must have at most {most} characters"
        if isinstance(complaint.value, str):
            message = f"{name} must have at most {most} characters, not {len(complaint.value)}"
    return message, hint or f"change {name}, or remove it"


def _extra(complaint: Complaint) -> MessageAndHint:
    if complaint.private:
        # A key that is nearly one of ours is a slip; any other may be the patient's own words.
        hint = did_you_mean(complaint.key, complaint.known)
        slip = hint.startswith("did")
        return f'unknown key "{complaint.key}"' if slip else "unknown key", hint
    meant = _MEANT.get(complaint.key, "")
    hint = f'did you mean "{meant}"?' if meant in complaint.known else ""
    message = f'unknown key "{complaint.key}"'
    return message, hint or did_you_mean(complaint.key, complaint.known)


def _empty_value(complaint: Complaint) -> str:
    if complaint.commented:
        return "put it in quotes: # starts a comment"
    return "give it a value, or remove the key"


def _text(complaint: Complaint) -> MessageAndHint:
    hint = ""
    value = complaint.value
    if isinstance(value, dict):
        brace = len(value) == 1 and next(iter(value.values())) is None
        hint = _QUOTE_BRACE if brace else 'put text that contains ": " in quotes'
    elif isinstance(value, int | float):
        hint = _QUOTE_NUMBER
    elif value is None:
        hint = _empty_value(complaint)
    return f"{complaint.name} must be text{complaint.instead}", hint


def _choice(complaint: Complaint) -> MessageAndHint:
    choices = _choices(str(complaint.context.get("expected", "")))
    listed = ", ".join(choices)
    message = f"{complaint.name} must be one of {listed}"
    if len(choices) == 1:
        message = f"{complaint.name} must be {listed}"
    if complaint.private or not isinstance(complaint.value, str):
        return f"{message}{complaint.instead}", "write one of these"
    hint = did_you_mean(complaint.value, choices)
    hint = hint if hint.startswith("did") else "write one of these"
    return f"{message}{complaint.instead}", hint


def _choices(expected: str) -> list[str]:
    """Return the values in pydantic's ``'a', 'b' or 'c'``, or ``1, 2 or 3``."""
    return [value.strip(" '") for value in re.split(r",| or ", expected)]


def _pattern(complaint: Complaint) -> MessageAndHint:
    pattern = str(complaint.context.get("pattern", ""))
    what, hint = _PATTERNS.get(pattern, ("written otherwise", ""))
    if pattern == ID_PATTERN and complaint.key == "id":
        return (
            "the file name is not a valid id",
            "use lower-case letters, digits and hyphens, such as bird-dog.yaml",
        )
    name = complaint.name
    if complaint.key == "[key]":
        name = "a name" if complaint.private else f'the name "{complaint.path[-1]}"'
    instead = "" if complaint.key == "[key]" else complaint.instead
    return f"{name} must be {what}{instead}", hint


_PATTERNS: dict[str, MessageAndHint] = {
    "=": ("COLUMN=HEADER", "such as name=Full name"),
    ID_PATTERN: ("an id", "lower-case letters, digits and hyphens, such as bird-dog"),
    r"^#[0-9a-fA-F]{6}$": (
        "a colour such as #0f7c8a",
        'write # and six digits (0 to 9, a to f) in quotes, such as "#0f7c8a"',
    ),
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$": (
        "a language tag such as en-GB",
        "write the language in lower case, a hyphen, and the country in capitals, such as en-GB",
    ),
    CODE_LINK_PATTERN: (
        "phone, none, or a web address that starts with https://",
        "without the key the code leads to the website",
    ),
    PHOTO_PATTERN: (
        "the name of a file in the folder photos",
        "use letters without accents, digits, spaces, dots and hyphens; separate folders with /",
    ),
    r"^[0-9a-f]{32}$": ("32 digits (0 to 9, a to f)", "copy it from the hint that handouts prints"),
    r"^https?://\S+$": ("a web address that starts with https://", "copy it from the browser"),
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": (
        "the name of a file beside this one",
        (
            "put the picture in the same folder; use only letters, digits, dots and hyphens in its "
            "name"
        ),
    ),
    r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$": (
        "capitals and digits such as SIJ-CALM",
        "join parts in capitals with hyphens, such as SIJ-CALM",
    ),
}


def _custom(complaint: Complaint) -> MessageAndHint:
    """Return message and hint of our own validator; of private content, without the value."""
    error = complaint.context.get("error")
    message, hint = str(error), str(getattr(error, "hint", ""))
    if complaint.private:
        # The end of such a message may quote the value.
        message = message.split(", not ", maxsplit=1)[0]
        if isinstance(error, DoseError):
            message = f"{complaint.name} is not understood as a dose"
    if message.startswith("must"):
        name = complaint.name if complaint.key.isdigit() else complaint.key or complaint.name
        message = f"{name} {message}"
    return message, hint


def _of_type(complaint: Complaint) -> str:
    """Return what to do about a value of the wrong type."""
    if complaint.kind in ("tuple_type", "list_type"):
        return _LIST
    if complaint.key == "picture" and isinstance(complaint.value, str):
        return (
            "below it write file: with this name, alt: with what it shows, and people: none "
            "or consent: (docs/photographs.md)"
        )
    return ""


_BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}
_MUST_BE = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type"), "a mapping (keys and values)"
    ),
    **dict.fromkeys(
        (
            "date_type", "date_parsing", "date_from_datetime_parsing",
            "date_from_datetime_inexact", "datetime_type", "datetime_parsing",
            "datetime_from_date_parsing",
        ),
        "a date such as 2026-12-01",
    ),
}  # fmt: skip
"""What a value must be, by the type of the error."""

_WRITERS: dict[str, Callable[[Complaint], MessageAndHint]] = {
    "extra_forbidden": _extra,
    "string_type": _text,
    "string_pattern_mismatch": _pattern,
    "enum": _choice,
    "literal_error": _choice,
    "value_error": _custom,
}

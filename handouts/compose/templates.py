"""Turn templates and values into runs of text: filling, joining, tidying spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from handouts.compose.text import FieldName, Run, Text

Runs = tuple[Run, ...]
Value = str | Run | Runs

BLANK: Runs = (Run("____", blank=True),)
"""A line for the clinician's or the patient's pen."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SPACES = re.compile("  +")


def runs_of(value: Value) -> Runs:
    """Return ``value`` as runs."""
    if isinstance(value, str):
        return (Run(value),) if value else ()
    return (value,) if isinstance(value, Run) else value


def fill(template: str, **values: Value) -> Runs:
    """Return ``template`` with every ``{name}`` replaced by the value of that name.

    Raises:
        KeyError: for a placeholder without a value.
    """
    if "{" not in template:
        return runs_of(template)
    runs: list[Run] = []
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if index % 2:
            runs.extend(runs_of(values[piece]))
        elif piece:
            runs.append(Run(piece))
    return tuple(runs)


def marked(value: Value, field: FieldName) -> Runs:
    """Return the runs marked as a per-patient string."""
    return tuple(replace(run, field=field) for run in runs_of(value))


def variable(text: str, field: FieldName, name: str = "") -> Run:
    """Return text that varies: another patient has another in its place.

    ``name`` tells it from others of its field (`handouts.compose.text`).
    """
    return Run(text, field=field, variable=name or str(field))


def strong(value: Value) -> Runs:
    """Return the runs set in bold."""
    return tuple(replace(run, strong=True) for run in runs_of(value))


def folded(pair: str, items: Iterable[Value], *, last: str | None = None) -> Runs:
    """Join ``items`` two by two with the template ``pair`` of ``{a}`` and ``{b}``.

    The last two are joined with ``last`` if given. Empty items are left out.
    """
    listed = [runs for runs in map(runs_of, items) if runs]
    if not listed:
        return ()
    joined, *others = listed
    for index, item in enumerate(others, start=2):
        template = last if last is not None and index == len(listed) else pair
        joined = fill(template, a=joined, b=item)
    return joined


def spaced(*parts: Value) -> Runs:
    """Join ``parts`` with spaces, as sentences of a paragraph; empty parts are left out."""
    return folded("{a} {b}", parts)


def plain(runs: Iterable[Run]) -> str:
    """The characters of ``runs``."""
    return "".join(run.text for run in runs)


def capitalised(runs: Runs) -> Runs:
    """Return ``runs`` with a capital at the start."""
    if not runs or not runs[0].text:
        return runs
    first = runs[0]
    return (first.saying(first.text[0].upper() + first.text[1:]), *runs[1:])


def ended(runs: Runs, stop: str = ".") -> Runs:
    """Return ``runs`` as a sentence: with a full stop unless it ends one already."""
    return runs if plain(runs).endswith((".", "!", "?", "…", "؟")) else (*runs, Run(stop))


def tidied(runs: Iterable[Run]) -> Runs:
    """Return ``runs`` without doubled, leading or trailing spaces, equal neighbours merged."""
    runs = tuple(runs)
    if len(runs) == 1 and "  " not in runs[0].text:
        text = runs[0].text.strip(" ")
        return (runs[0].saying(text),) if text else ()
    kept: list[Run] = []
    for run in _single_spaced(runs):
        if kept and kept[-1].goes_on(run):
            kept[-1] = kept[-1].saying(kept[-1].text + run.text)
        else:
            kept.append(run)
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept:
        kept[-1] = kept[-1].saying(kept[-1].text.rstrip(" "))
    return tuple(kept)


def _single_spaced(runs: Iterable[Run]) -> Iterator[Run]:
    after_space = True
    for run in runs:
        text = _SPACES.sub(" ", run.text) if "  " in run.text else run.text
        text = text.lstrip(" ") if after_space else text
        if text:
            after_space = text.endswith(" ")
            yield run.saying(text)


def leaf(value: Value, *, spoken: str | None = None, link: str | None = None) -> Text:
    """Return a leaf of the document.

    Raises:
        ValueError: if nothing is left to print; a leaf is never empty.
    """
    runs = tidied(runs_of(value))
    if not runs:
        raise ValueError("a leaf of the document must not be empty")
    return Text(runs, spoken, link)

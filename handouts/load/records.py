"""Turn a JSON or CSV file into records, each with its place; HTML into paragraphs and steps."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from typing_extensions import override

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.load.roster.table import open_utf8

FORMS = "use free-exercise-db's JSON, wger's exerciseinfo, or a CSV: see docs/importing.md"


# -- JSON


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice[:40]}" appears twice')
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_refuse)
_SPACE = re.compile(r"[ \t\n\r,]*")


def json_records(text: str, file: str) -> Iterator[tuple[Location, Any]]:
    """Yield the records of strict JSON with their places: of a list, of its pages, or only one.

    Raises:
        ContentError: if it is not strict JSON, with the place.
    """
    try:
        whole = json.loads(text)
    except ValueError as error:
        # The error for a number with thousands of digits has no position.
        raise _refused("this is not JSON", text, getattr(error, "pos", 0), file) from None
    except RecursionError:
        raise _refused("it is nested too deeply", text, 0, file) from None
    listed = re.search(r'"(?:results|exercises)"\s*:\s*(?=\[)', text)
    if isinstance(whole, list):
        yield from _items(text, text.index("["), file)
    elif not isinstance(whole, dict):
        raise ContentError(Problem("it is not a list of exercises", Location(file), FORMS))
    elif listed and ("results" in whole or "exercises" in whole):
        yield from _items(text, listed.end(), file)
        # This also refuses faults around the list, such as a second list of the same name.
        _record(text, text.index("{"), file)
    else:
        at = text.index("{")
        yield _location(text, at, file), _record(text, at, file)[0]


def _items(text: str, at: int, file: str) -> Iterator[tuple[Location, Any]]:
    """Yield the items of a list that begins at ``at``, or of its pages, each with its place."""
    at = _next(text, at + 1)
    while text[at] != "]":
        place = _location(text, at, file)
        value, end = _record(text, at, file)
        pages = value.get("results") if isinstance(value, dict) else None
        yield from ((place, each) for each in (pages if isinstance(pages, list) else [value]))
        at = _next(text, end)


def _record(text: str, at: int, file: str) -> tuple[Any, int]:
    """Return the value that begins at ``at``, and where it ends; refuse JSON that is not strict."""
    try:
        return _DECODER.raw_decode(text, at)
    except ValueError as error:
        raise _refused(str(error), text, at, file) from None


def _refused(message: str, text: str, at: int, file: str) -> ContentError:
    hint = "download the file again: it must be JSON as the collection provides it"
    return ContentError(Problem(message, _location(text, at, file), hint))


def _next(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _location(text: str, at: int, file: str) -> Location:
    return Location(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


# -- texts

_LONGEST = 400
"""The most characters of a step; longer instructions are split where a sentence ends."""


class _Paragraphs(HTMLParser):
    """The text of HTML, by paragraph and list item; nothing in it is run or fetched."""

    _BLOCKS = frozenset({"p", "li", "ul", "ol", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
    _ACTIVE = frozenset({"script", "style", "iframe", "object", "embed", "form", "svg"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = [""]
        self.active = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._ACTIVE:
            self.active = tag
        if tag in self._BLOCKS:
            self.found.append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.found.append("")

    @override
    def handle_data(self, data: str) -> None:
        self.found[-1] += data


def paragraphs_of(html: str, place: Location) -> tuple[str, ...]:
    """Return the paragraphs and list items of a description in HTML.

    Raises:
        ContentError: if it contains anything that a browser would run.
    """
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    if parser.active:
        message = f"its description contains <{parser.active}>, which is not text"
        raise ContentError(Problem(message, place, "remove it from the description"))
    return tuple(" ".join(text.split()) for text in parser.found if text.strip())


def steps_of(paragraphs: tuple[str, ...]) -> list[str]:
    """Return paragraphs as steps; one that is too long for a step is split between sentences."""
    steps: list[str] = []
    for paragraph in paragraphs:
        step = ""
        whole = [paragraph] if len(paragraph) <= _LONGEST else re.split(r"(?<=[.!?])\s+", paragraph)
        for sentence in whole:
            if step and len(step) + len(sentence) >= _LONGEST:
                steps.append(step)
                step = ""
            step = f"{step} {sentence}".strip()
        steps.append(step)
    return steps


# -- CSV


def csv_records(
    path: Path, file: str, columns: Collection[str]
) -> Iterator[tuple[Location, dict[str, tuple[Location, str]]]]:
    """Yield the rows of a table: the place and text of each cell that is not empty, by column.

    The first row names the columns.

    Raises:
        ContentError: if it cannot be read, or has unknown columns.
    """
    table = open_utf8(path, file, lambda text: _column(text) in columns)
    header: list[str] = []
    for record in table.records():
        if record.empty:
            continue
        if not header:
            header = [_column(cell) for cell in record.cells]
            _check_header(header, columns, Location(file, record.row))
            continue
        place = Location(file, record.row)
        if len(record.cells) > len(header):
            message = f"the row has {len(record.cells)} cells, the header has {len(header)}"
            hint = "put cells that contain the separator in quotation marks"
            raise ContentError(Problem(message, place, hint))
        cells = zip(header, record.cells, strict=False)
        yield (
            place,
            {
                key: (Location(file, record.row, number), cell.strip())
                for number, (key, cell) in enumerate(cells, 1)
                if cell.strip()
            },
        )


def _column(text: str) -> str:
    return "_".join(text.replace("\ufeff", "").casefold().replace("_", " ").split())


def _check_header(header: list[str], columns: Collection[str], place: Location) -> None:
    problems = [
        Problem(f'unknown column "{name[:40]}"', place, did_you_mean(name, columns))
        for name in header
        if name not in columns
    ]
    problems += [
        Problem(f'two columns are called "{name}"', place, "keep one of them")
        for name in dict.fromkeys(header)
        if header.count(name) > 1 and name in columns
    ]
    if "name" not in header:
        hint = "the first row names the columns: see docs/importing.md"
        problems.append(Problem('there is no column "name"', place, hint))
    if problems:
        raise ContentError(problems)

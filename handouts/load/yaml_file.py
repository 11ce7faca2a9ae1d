"""Turn changes of content into changes of its YAML file, of which the rest stays as written."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from handouts.errors import ContentError
from handouts.load.source import Step, decoded
from handouts.load.yaml import parse


class YamlFile:
    """A YAML file that is changed in place: comments, order of keys and quotes stay."""

    def __init__(self, data: Any) -> None:
        self._data = data

    @classmethod
    def of(cls, content: bytes, file: str) -> YamlFile:
        """Return a file with its content; ``file`` is its name in messages.

        Raises:
            ContentError: if it is not valid YAML.
        """
        parse(content, file)
        return cls(_yaml().load(content.decode("utf-8-sig")))

    def put(self, value: Any, *path: Step) -> None:
        """Put a value at a path, or at the end of a list; None removes the value there."""
        place = self._data
        for key in path[:-1]:
            place = place[key] if isinstance(key, int) else place.setdefault(key, {})
        last = path[-1]
        there = last < len(place) if isinstance(last, int) else last in place
        if value is None:
            if there:
                del place[last]
        elif not there and isinstance(last, int):
            place.append(value)
        elif not there or place[last] != value:  # an equal one stays as it is written
            place[last] = value

    @property
    def content(self) -> bytes:
        """The file as it is now."""
        stream = io.BytesIO()
        _yaml().dump(self._data, stream)
        return stream.getvalue()


class NotInLines(Exception):
    """A list does not have its items on lines of their own."""


def with_items(
    content: bytes, file: str, items: Sequence[dict[str, Any]], key: str, *path: Step
) -> bytes:
    """Return a file with other mappings in the list at a path.

    An item that is there already keeps its lines, and the comments above it. One whose ``key`` has
    the value of another is that item changed, and keeps the comments above.

    Raises:
        NotInLines: if the items of the list are not on lines of their own.
    """
    source = parse(content, file)
    # Lines keep their breaks: another one within a text would be another text.
    lines = (decoded(content, file).removesuffix("\n") + "\n").splitlines(keepends=True)
    was: list[Any] = source.get(*path)
    starts = [source.location(*path, number).line - 1 for number in range(len(was))]
    indent = lines[starts[0]].partition("-")[0]
    dash = f"{indent}- "
    if indent.strip() or not all(lines[start].startswith(dash) for start in starts):
        raise NotInLines
    blocks, above = _blocks(lines, starts, indent)
    free = list(range(len(was)))
    written = []
    for item in items:
        same = [number for number in free if was[number].get(key) == item.get(key)]
        number = min(same, key=lambda each: was[each] != item, default=None)
        if number is not None:
            free.remove(number)
        if number is None or was[number] != item:
            dumped = YamlFile(item).content.decode().splitlines(keepends=True)
            margins = [dash, *[" " * len(dash)] * len(dumped)]
            block = [margin + line for margin, line in zip(margins, dumped, strict=False)]
        else:
            block = blocks[number]
        written += [*(above[number] if number is not None else ()), *block]
    first, last = starts[0] - len(above[0]), starts[-1] + len(blocks[-1])
    changed = "".join([*lines[:first], *written, *lines[last:]]).encode()
    with contextlib.suppress(ContentError):
        if parse(changed, file).get(*path) == list(items):
            return changed
    # Such as an item with an anchor that another refers to.
    raise NotInLines


def _blocks(
    lines: list[str], starts: Sequence[int], indent: str
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the lines of each item of a list, and the comments and empty lines above it."""
    blocks: list[list[str]] = []
    above: list[list[str]] = []
    before = starts[0]
    while before and _is_comment(lines[before - 1]) and lines[before - 1].startswith(f"{indent}#"):
        before -= 1
    for start, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = start + 1
        for number in range(start + 1, following):
            line = lines[number]
            # What is further in than the keys of an item may be text that looks like a comment.
            if _is_comment(line) and not line.startswith(f"{indent}   "):
                continue
            if not line.startswith(f"{indent} "):
                break
            end = number + 1
        blocks.append(lines[start:end])
        above.append(lines[before:start])
        before = end
    return blocks, above


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") or not line.strip()


def _yaml() -> Any:
    # Only the extra "desk" installs it: the command line never changes a YAML file.
    from ruamel.yaml import YAML  # noqa: PLC0415

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml

"""Change YAML files in place: comments, the order of keys and quotes stay."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from handouts.load.source import Step
from handouts.load.yaml import parse


class YamlFile:
    """A YAML file that is changed in place: comments, order of keys and quotes stay."""

    def __init__(self, data: Any) -> None:
        self._data = data

    @classmethod
    def of(cls, content: bytes) -> YamlFile:
        """Return a file that is known to be valid YAML."""
        return cls(_yaml().load(content.decode("utf-8-sig")))

    @classmethod
    def read(cls, path: Path) -> YamlFile:
        """Return an existing file.

        Raises:
            ContentError: if it is no valid YAML.
        """
        content = path.read_bytes()
        parse(content, path.name)
        return cls.of(content)

    def put(self, value: Any, *path: Step) -> None:
        """Put a value at a path; None removes what is there. An equal value is not rewritten.

        The place after the last of a list is a new one.
        """
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
        elif not there or place[last] != value:
            place[last] = value

    @property
    def content(self) -> bytes:
        """The file as it is now."""
        stream = io.BytesIO()
        _yaml().dump(self._data, stream)
        return stream.getvalue()


def _yaml() -> Any:
    # Only the extra "desk" installs it: the command line never changes a YAML file.
    from ruamel.yaml import YAML  # noqa: PLC0415

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml

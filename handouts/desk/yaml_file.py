"""Change values of a YAML file that a person wrote: comments, order and quotes stay."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from ruamel.yaml import YAML


class YamlFile:
    """A file of content, read to be changed."""

    def __init__(self, data: Any) -> None:
        self._data = data

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return a file that is there; it has been read as content before."""
        return cls(_yaml().load(path.read_text("utf-8")))

    @classmethod
    def new(cls, values: dict[str, Any]) -> Self:
        """Return a file of some values, in their order."""
        return cls(values)

    def put(self, value: Any, *path: str) -> None:
        """Put a value at a path of keys; None takes the key away. What is equal is not touched."""
        place = self._data
        for key in path[:-1]:
            place = place.setdefault(key, {})
        last = path[-1]
        if value is None:
            place.pop(last, None)
        elif place.get(last) != value:
            place[last] = value

    @property
    def content(self) -> bytes:
        """The file as it is now."""
        stream = io.BytesIO()
        _yaml().dump(self._data, stream)
        return stream.getvalue()


def _yaml() -> YAML:
    # A plain install does without: it asks for handouts, and changes no files.
    from ruamel.yaml import YAML  # noqa: PLC0415

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml

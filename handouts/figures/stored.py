"""Read and write the JSON in which drawings are shipped and cached.

A path is ``[fill, stroke, width, dash, operators]``: the operators that PDF draws it with, its
colours left open. Reading needs neither numpy nor shapely.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from handouts.figures.style import roles
from handouts.figures.vector import GRID, PaintedPath, Vector
from handouts.model.base import Model
from handouts.model.figure import Figure

_FORMAT: Final = 2
_WHOLE: Final = {"dir"}
"""Whole numbers of a figure: which way a prop faces."""


class Drawing(Struct, frozen=True):
    """The frames of a figure, and the digest of what they were drawn from."""

    digest: str
    frames: tuple[Vector, ...]


def digest_of(figure: Figure) -> str:
    """Return a digest of all of a figure that changes how it looks."""
    shape = _stated(figure)
    for word in ("alt", "works", "moves", "accept"):
        shape.pop(word, None)
    for frame in ("start", "middle", "end"):
        shape.get(frame, {}).pop("step", None)
    packed = msgspec.json.encode(shape, order="sorted")
    return hashlib.sha256(packed).hexdigest()[:24]


def _stated(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return what a model or mapping states as dicts, lists and scalars.

    pydantic's own way would first make a serializer for figures, which takes longer than all this.
    Lengths and angles are floats also where a default is written as a whole number.
    """
    return {
        name: value if name in _WHOLE else _plain(value)
        for name, value in items
        if value is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return _stated(value)
    if isinstance(value, dict):
        return _stated(value.items())
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return float(value) if type(value) is int else value


_Step = Annotated[int, Meta(ge=-99_999, le=99_999)]


class _Frame(Struct):
    bounds: tuple[_Step, _Step, _Step, _Step]
    paths: tuple[PaintedPath, ...]


class _File(Struct):
    format: Literal[2]
    figure: str
    frames: Annotated[tuple[_Frame, ...], Meta(min_length=1, max_length=3)]


_FILE: Final = msgspec.json.Decoder(_File)


def write_drawing(drawing: Drawing) -> bytes:
    """Return the file of a drawing, a path a line: the same drawing gives the same bytes."""
    encode = msgspec.json.encode
    frames = [
        b'{"bounds":%s,"paths":[\n%s]}'
        % (
            encode([round(number * GRID) for number in vector.bounds]),
            b",\n".join(map(encode, vector.paths)),
        )
        for vector in drawing.frames
    ]
    head = b'{"format":%d,"figure":%s,"frames":[' % (_FORMAT, encode(drawing.digest))
    return b"%s\n%s\n]}\n" % (head, b",\n".join(frames))


@lru_cache(maxsize=128)  # a batch shows the same drawings all night
def read_drawing(data: bytes) -> Drawing | None:
    """Return the drawing of a file; None if it is of another format, broken, or not one of ours.

    A clinic's own drawings lie in its folder: whatever stands there, only paths in the roles of
    figures come out.
    """
    try:
        found = _FILE.decode(data)
    except msgspec.DecodeError:
        return None
    frames = tuple(_vector(frame) for frame in found.frames)
    used = {role for frame in frames for path in frame.paths for role in path.roles}
    if not used <= _known() or not all(min(frame.size) > 0 for frame in frames):
        return None
    return Drawing(found.figure, frames)


def _vector(frame: _Frame) -> Vector:
    left, top, right, bottom = (number / GRID for number in frame.bounds)
    return Vector((left, top, right, bottom), frame.paths)


@cache
def _known() -> frozenset[str]:
    return frozenset(roles())

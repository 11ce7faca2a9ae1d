"""Nodes of a document: what several kinds of them have, and what can be asked of any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from handouts.compose.text import Text


class Figure(Struct, frozen=True):
    """A picture by exercise id; ``alt`` says what it shows, ``steps`` which step each frame."""

    exercise: str
    variant: str | None
    mirrored: bool
    alt: str
    steps: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"the figure of {self.exercise} has no alternative text")


class Labelled(Struct, frozen=True):
    """A label and its value: "Sore side: Right". A value may be blank, or ☐ left ☐ right.

    Beside ``choices`` (the boxes are drawn) the value is `NOTHING`.
    """

    label: Text
    value: Text
    choices: tuple[Text, ...] = ()


def leaves(node: object) -> Iterator[Text]:
    """Every `Text` below ``node`` in reading order (the order of the fields), but `NOTHING`."""
    if isinstance(node, Text):
        if node.runs:
            yield node
    elif isinstance(node, tuple):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from leaves(getattr(node, name))


def said_to_all(nodes: Iterable[object]) -> str:
    """Return what all patients of a program read alike below ``nodes``, a line for each leaf.

    Per-patient strings are left out, and leaves that hold nothing else.
    """
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append("".join([run.text for run in node.runs if run.field is None]))
        elif isinstance(node, tuple):
            parts.append(said_to_all(node))
        elif isinstance(node, Struct):
            parts.append(said_to_all(getattr(node, name) for name in node.__struct_fields__))
    return "\n".join([part for part in parts if part.strip()])

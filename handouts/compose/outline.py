"""A document → its outline: all of it but patients' words and what doses and weekday decide.

Documents of one outline differ in open nodes alone: where those take the same room, the pages
are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from handouts.compose.cards import CardBody, CardTop, ExerciseCard
from handouts.compose.checklist import DayHead, GridLine, GridName
from handouts.compose.document import Document, PlanRow, PlanTotals
from handouts.compose.node import Figure, SharedNode
from handouts.compose.text import Run, Text

Open = PlanRow | PlanTotals | ExerciseCard | CardTop | CardBody | GridName | GridLine
"""Nodes that a dose decides, or the weekday on which it begins; a card holds its top and body."""

_NOT_COUNTED = {"code", "token"}
_KNOWN = "outline"


class Outline(Struct, frozen=True):
    """``key`` is equal for documents of one outline. ``open``: their open nodes, in order.

    Nothing of it tells who somebody is, unless an open node holds a dose in words.
    """

    key: Hashable
    open: tuple[Open, ...]


def outline_of(document: Document) -> Outline:
    """Return the outline of a document."""
    found: list[Open] = []
    names = (name for name in document.__struct_fields__ if name not in _NOT_COUNTED)
    key = tuple([_key(getattr(document, name), found) for name in names])
    return Outline((document.token is None, key), tuple(found))


def _key(node: object, found: list[Open]) -> Hashable:
    """Return what tells a node from others; open nodes below it are added to those found."""
    if isinstance(node, SharedNode):
        key, below = _shared(node)
        found += below
        return key
    if isinstance(node, Text):
        # A leaf that is no patient's own is its own key.
        return (tuple(map(_run, node.runs)), node.spoken, node.link) if node.personal else node
    if isinstance(node, tuple):
        return tuple([_key(each, found) for each in node])
    if isinstance(node, DayHead) and node.own:
        return _key(node.weekday, found), _key(node.date, found), node.own
    if isinstance(node, Struct):
        return type(node), *[_key(each, found) for each in astuple(node)]
    return node


def _run(run: Run) -> Run:
    return run.saying("") if run.own else run


def _shared(node: SharedNode) -> tuple[str, tuple[Open, ...]]:
    """Return the key of a node that many documents have, as one string, and its open nodes."""
    known = node.__dict__.get(_KNOWN)
    if known is None:
        below: list[Open] = []
        if isinstance(node, Open):
            below.append(node)
        always = _ALWAYS.get(type(node))
        key = always(node) if always else tuple([_key(each, below) for each in astuple(node)])
        known = node.__dict__[_KNOWN] = (repr((type(node).__name__, key)), tuple(below))
    return known


def _pictured(figure: Figure | None) -> Hashable:
    """Return what a figure shows: its words tell the dose."""
    return (figure.exercise, figure.variant, figure.mirrored) if figure else None


_ALWAYS: Mapping[type, Callable[[Any], tuple[Hashable, ...]]] = {
    PlanRow: lambda row: (row.phase, row.number, row.name, _pictured(row.figure), row.roomy),
    PlanTotals: lambda _totals: (),
    CardTop: lambda top: (top.number, top.name),
    CardBody: lambda body: (_pictured(body.figure), body.roomy),
    GridName: lambda head: (head.number, head.name, _pictured(head.figure)),
    GridLine: lambda line: (line.label,),
}
"""What open nodes say whatever the dose; a card says what its parts do."""

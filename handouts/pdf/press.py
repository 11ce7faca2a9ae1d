"""Requests → finished handouts: one of a kind is laid out, the others are stamped from its plate.

What a stamp gives is what laying out gives, byte for byte. Where a patient's words do not keep
the shape of a plate (a longer note, a wider name) the handout is laid out, and its plate is kept
beside the first. Handouts with doses of a patient's own are of a kind if all else is the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from operator import is_
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from handouts.check.order import OrderRequest, find_clinician, make_order
from handouts.compose import values
from handouts.compose.compose import compose
from handouts.compose.document import Document
from handouts.compose.outline import Open, outline_of
from handouts.compose.own import own_words, shared_words
from handouts.compose.wording import Wording, wording
from handouts.layout.engine import lay_out
from handouts.layout.fonts import load_fonts
from handouts.load.library import Library
from handouts.model.order import Order
from handouts.model.patient import Patient
from handouts.pdf.base import Block, Completed
from handouts.pdf.frame import Frame, frame_of
from handouts.pdf.lettering import NoRoom, NoSharedRoom, Setting
from handouts.pdf.plate import Plate
from handouts.pdf.write import write_pdf

_PLATES, _ALL = 16, 512
"""How many plates of a kind are remembered, and of all kinds: 0.1 MB a plate."""
_SHARED = 256
"""Start dates with clinicians whose words are remembered for a kind."""


class Pressed(Struct, frozen=True):
    """A finished handout. ``order`` is one with the same words; ``laid_out``: not stamped."""

    file: Completed
    pages: int
    code: str
    language: str
    order: Order
    laid_out: bool


class _Shared(Struct, frozen=True):
    """Values that many patients share, and which plates of a kind have no room for them."""

    values: Mapping[str, str]
    refused: set[int] = msgspec.field(default_factory=set)


class _Forme(Struct, frozen=True):
    """A plate; where doses are a patient's own, with what shows them: ``apart`` shows ``nodes``.

    Other nodes are put into the ``frame``, if there is one.
    """

    plate: Plate
    nodes: tuple[Open, ...] = ()
    apart: tuple[Block, ...] = ()
    frame: Frame | None = None

    @property
    def is_remembered(self) -> bool:
        """Whether all that it needs is."""
        return self.frame is None or self.frame.is_remembered

    def filled(self, nodes: Sequence[Open]) -> Sequence[Block]:
        """Return the objects that show a patient's own doses.

        Raises:
            NoRoom: if they do not fit in.
        """
        if all(map(is_, nodes, self.nodes)):
            return self.apart
        if self.frame is None:
            raise NoRoom
        return self.frame.filled(nodes)


class _Kind(Struct, frozen=True):
    """What is the same for all handouts of a kind, and their plates."""

    order: Order
    words: Wording
    formes: list[_Forme]
    known: dict[tuple[Any, ...], _Shared] = msgspec.field(default_factory=dict)

    def shared(self, request: OrderRequest) -> _Shared:
        """Return what is the same for patients who start on a day with a clinician.

        Raises:
            MissingError: if the clinician is none of the clinic's.
        """
        patient = request.patient
        key = (patient.start_date, request.clinician, patient.clinician)
        found = self.known.get(key)
        if found is None:
            clinician = find_clinician(self.order.clinic, request)
            words = shared_words(patient, clinician, self.formes[0].plate.days, self.words)
            found = _Shared(words)
            if len(self.known) == _SHARED:
                self.known.clear()
            self.known[key] = found
        return found


class Press:
    """Makes handouts from the content of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._fonts = load_fonts(library.workspace)
        self._kinds: OrderedDict[Hashable, _Kind] = OrderedDict()

    def make(self, request: OrderRequest) -> Pressed:
        """Return the handout that a request asks for.

        Raises:
            HandoutError: as `make_order` and `build` do.
        """
        if request.doses:
            return self._individual(request)
        key = kind_of(request)
        kind = self._kinds.get(key)
        if kind is not None:
            found = self._stamped(key, kind, request, request.token)
            if found is not None:
                file, plate = found
                return Pressed(file, plate.pages, plate.code, plate.language, kind.order, False)
        order = make_order(self._library, request)
        return self._laid_out(compose(order), order, key)

    def _individual(self, request: OrderRequest) -> Pressed:
        """Return a handout whose doses are the patient's own."""
        order = make_order(self._library, request)
        document = compose(order)
        outline = outline_of(document)
        key = (id(order.layout), id(order.clinic), order.mode, order.paper, outline.key)
        kind = self._kinds.get(key)
        if kind is not None and not _has_words(order):
            found = self._stamped(key, kind, request, document.mark, outline.open, document.code)
            if found is not None:
                file, plate = found
                code, language = document.code, document.language
                return Pressed(file, plate.pages, code, language, order, False)
        return self._laid_out(document, order, key, outline.open)

    def _stamped(
        self,
        key: Hashable,
        kind: _Kind,
        request: OrderRequest,
        mark: str | None,
        nodes: Sequence[Open] = (),
        code: str = "",
    ) -> tuple[Completed, Plate] | None:
        """Return the handout and the plate that it is from; None if it fits none."""
        self._kinds.move_to_end(key)
        shared = kind.shared(request)
        own = own_words(request.patient, kind.words)
        setting = Setting({**shared.values, **own, values.CODE: code}, self._fonts.face)
        for index, forme in enumerate(kind.formes):
            if index in shared.refused:
                continue
            try:
                filled = partial(forme.filled, nodes)
                return forme.plate.stamp(setting, mark, filled), forme.plate
            except NoSharedRoom:
                shared.refused.add(index)
            except NoRoom:
                continue
        return None

    def _laid_out(
        self, document: Document, order: Order, key: Hashable, nodes: Sequence[Open] = ()
    ) -> Pressed:
        handout = write_pdf(lay_out(document, order, self._library.workspace))
        if handout.plate.is_open and not _has_words(order):
            forme = _Forme(handout.plate)
            if order.individual:
                frame = frame_of(handout, nodes)
                forme = _Forme(handout.plate, tuple(nodes), handout.apart, frame)
            self._keep(key, order, forme)
        language = handout.plate.language
        return Pressed(handout.file, handout.pages, handout.code, language, order, True)

    def _keep(self, key: Hashable, order: Order, forme: _Forme) -> None:
        kind = self._kinds.get(key)
        if kind is None:
            anybody = replace(order, patient=Patient(), reference_token=None)
            kind = _Kind(anybody, wording(order.locale, order.language), [])
            self._kinds[key] = kind
        if not all(known.is_remembered for known in kind.formes):
            kind.formes[:] = [known for known in kind.formes if known.is_remembered]
            kind.known.clear()
        if len(kind.formes) < _PLATES:
            kind.formes.append(forme)
        while sum(len(each.formes) for each in self._kinds.values()) > _ALL:
            self._kinds.popitem(last=False)


def _has_words(order: Order) -> bool:
    """Whether a dose is in words: they may tell of somebody, so that nothing of it is kept."""
    return any(item.own for item in order.exercises)


def kind_of(request: OrderRequest) -> tuple[Any, ...]:
    """Return all of a request that decides more than what `own_words` and `shared_words` give.

    It has no doses of the patient's own.

    Whether a patient has a name, a visit or a note is part of it: without, there is a line for
    the pen, or nothing. So is the weekday of the start: it decides where the grid has boxes.
    """
    patient = request.patient
    start = patient.start_date
    return (
        request.program,
        request.clinic,
        request.layout,
        request.language,
        request.paper,
        request.mode,
        request.clinician is None,
        patient.clinician is None,
        patient.affected_side,
        None if start is None else start.weekday(),
        patient.name is None,
        patient.preferred_name is None,
        patient.next_visit is None,
        patient.note is None,
        request.token is None,
    )

"""Turn requests into handouts: one of a kind is laid out, the others are stamped from its plate.

A stamped handout is the same, byte for byte, as one that is laid out. If a patient's words do not
fit a plate (a longer note, a wider name), the handout is laid out, and its plate is kept beside the
others. Handouts with a patient's own doses are always laid out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from handouts.check.order import find_clinician, make_order
from handouts.compose.compose import compose
from handouts.compose.patient import personal_values, shared_values
from handouts.compose.wording import Wording, wording
from handouts.layout.doc import lay_out
from handouts.load.library import Library
from handouts.model.order import Order, OrderRequest, Patient
from handouts.stamp.build import write_pdf
from handouts.stamp.plate import NoRoom, Plate, Setting
from handouts.stamp.update import Completed
from handouts.text.faces import Fonts, load_fonts

_PLATES, _ALL = 16, 512
"""The most plates kept of a kind, and of all kinds; a plate is about 0.1 MB."""
_BYTES = 128 * 1024 * 1024
"""The most bytes of all plates; photographs make a plate ten times as large."""
_SHARED = 256
"""The most pairs of start date and clinician whose words are cached for a kind."""


class Pressed(Struct, frozen=True):
    """A finished handout. ``order`` has the same words; ``laid_out`` is False if it was stamped."""

    file: Completed
    pages: int
    code: str
    language: str
    order: Order
    laid_out: bool


class _Kind(Struct, frozen=True):
    """What all handouts of a kind share, and their plates.

    ``shared`` has the values that many patients share, put into words once for each start date
    and clinician. ``fonts`` are those of the language.
    """

    order: Order
    words: Wording
    plates: list[Plate]
    fonts: Fonts
    shared: dict[tuple[Any, ...], Mapping[str, str]] = msgspec.field(default_factory=dict)

    def values(self, request: OrderRequest) -> Mapping[str, str]:
        """Return the values that differ by patient, by name.

        Raises:
            MissingError: if the clinic has no such clinician.
        """
        patient = request.patient
        key = (patient.start_date, request.clinician, patient.clinician)
        shared = self.shared.get(key)
        if shared is None:
            clinician = find_clinician(self.order.clinic, request)
            shared = shared_values(patient, clinician, self.plates[0].days, self.words)
            if len(self.shared) == _SHARED:
                self.shared.clear()
            self.shared[key] = shared
        return {**shared, **personal_values(patient, self.words)}


class Press:
    """Makes handouts from the content of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kinds: OrderedDict[Hashable, _Kind] = OrderedDict()

    def make(self, request: OrderRequest) -> Pressed:
        """Return the handout that a request asks for.

        Raises:
            HandoutError: as raised by `make_order` and `build`.
        """
        if request.doses:
            return self._laid_out(request)[0]
        key = kind_of(request)
        kind = self._kinds.get(key)
        if kind is not None:
            self._kinds.move_to_end(key)
            stamped = self._stamped(kind, request)
            if stamped is not None:
                return stamped
        made, plate = self._laid_out(request)
        if plate.is_open:
            self._keep(key, made.order, plate)
        return made

    def _stamped(self, kind: _Kind, request: OrderRequest) -> Pressed | None:
        """Return the handout from the first plate that it fits; None if it fits none."""
        setting = Setting(kind.values(request), kind.fonts)
        for plate in kind.plates:
            try:
                file = plate.stamp(setting, request.token)
            except NoRoom:
                continue
            return Pressed(
                file, plate.pages, plate.code, plate.language, kind.order, laid_out=False
            )
        return None

    def _laid_out(self, request: OrderRequest) -> tuple[Pressed, Plate]:
        order = make_order(self._library, request)
        handout = write_pdf(lay_out(compose(order), order, self._library.workspace))
        plate = handout.plate
        made = Pressed(
            handout.file, handout.pages, handout.code, plate.language, order, laid_out=True
        )
        return made, plate

    def _keep(self, key: Hashable, order: Order, plate: Plate) -> None:
        kind = self._kinds.get(key)
        if kind is None:
            anybody = replace(order, patient=Patient(), reference_token=None)
            words = wording(order.locale, order.language, order.clinic.locale)
            fonts = load_fonts(rtl=words.rtl, numbered=order.locale.lists.numbered_words)
            kind = _Kind(anybody, words, [], fonts)
            self._kinds[key] = kind
        if len(kind.plates) < _PLATES:
            kind.plates.append(plate)
        while len(self._kinds) > 1 and self._is_full():
            self._kinds.popitem(last=False)

    def _is_full(self) -> bool:
        plates = [plate for kind in self._kinds.values() for plate in kind.plates]
        return len(plates) > _ALL or sum(len(plate.base.body) for plate in plates) > _BYTES


def kind_of(request: OrderRequest) -> tuple[Any, ...]:
    """Return what a request decides beyond the values of `personal_values` and `shared_values`.

    Requests with equal results can share a plate. The result says whether a patient has a name, a
    visit or a note, because a missing one is a line for the pen, or nothing. It has the weekday of
    the start, which decides where the grid has boxes. It also has the choice of exercises, which,
    for a program to choose from, only a sheet without a name or a reference may lack.
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
        request.pictures,
        request.exercises,
        request.from_week,
        request.clinician is None,
        patient.clinician is None,
        patient.affected_side,
        None if start is None else start.weekday(),
        patient.reference is None,
        patient.name is None,
        patient.preferred_name is None,
        patient.next_visit is None,
        patient.note is None,
        request.token is None,
    )

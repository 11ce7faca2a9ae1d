"""Turn places for the pen into form fields, links into annotations (ISO 32000-1, 12.5, 12.7)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handouts.compose.runs import Text
from handouts.pdf.fonts import form_font
from handouts.pdf.objects import Name, Ref, Stream, Value, number
from handouts.pdf.pdf_document import PdfDocument

FORM_FACE = "Handout-Regular"
"""The face for typed text. It is embedded whole, in Windows Latin 1."""

_PRINT = 1 << 2
_MULTILINE = 1 << 12
_CENTRED, _AT_RIGHT = 1, 2


class EntryKind(StrEnum):
    """What a reader can enter: a tick, a number on a scale, an amount, one line of text or more."""

    TICK = "tick"
    NUMBER = "number"
    AMOUNT = "amount"
    LINE = "line"
    LINES = "lines"


class Entry(Struct, frozen=True):
    """A place for the pen, which is a form field in a fillable handout.

    Its box or line is drawn separately. ``label`` says in words what belongs there. ``owner`` is
    the node of the document that it belongs to, and ``index`` counts within that node.
    """

    kind: EntryKind
    x: float
    y: float
    width: float
    height: float
    label: str
    owner: object
    index: int = 0


_CHARACTERS = {EntryKind.NUMBER: 2, EntryKind.AMOUNT: 5}
"""The most characters of a number on the pain scale, and of one that a patient writes."""
_SIZES = {EntryKind.NUMBER: 0.62, EntryKind.AMOUNT: 0.42, EntryKind.LINE: 0.72}
"""The type size as a share of the field's height."""

_LARGEST, _IN_LINES = 14.0, 12.0


class FormWriter:
    """Makes the fields of one file; boxes of equal size share their appearances.

    With ``rtl`` typed text begins at the right.
    """

    def __init__(self, file: PdfDocument, resources: Ref, *, rtl: bool = False) -> None:
        self._file, self._resources, self._rtl = file, resources, rtl
        self._ticks: dict[tuple[float, float], tuple[Ref, Ref]] = {}
        self.fields: list[Ref] = []

    def add(self, entry: Entry, page: Ref, height: float, key: int) -> Ref:
        """Add the field of an entry on a page that is ``height`` points high.

        ``key`` is its place in the structure's parent tree.
        """
        top = height - entry.y
        made: dict[str, Value] = {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "Rect": (entry.x, top - entry.height, entry.x + entry.width, top),
            "P": page,
            "F": _PRINT,
            "T": f"{entry.kind.value}-{len(self.fields) + 1}",
            "TU": entry.label,
            "StructParent": key,
        }
        made |= self._tick(entry) if entry.kind is EntryKind.TICK else self._text(entry)
        ref = self._file.add(made)
        self.fields.append(ref)
        return ref

    def form(self) -> Ref:
        """Add the form itself, after all its fields."""
        fonts = {FORM_FACE: form_font(FORM_FACE).add_to(self._file)}
        return self._file.add(
            {
                "Fields": self.fields,
                "DR": {"Font": fonts},
                "DA": f"/{FORM_FACE} 0 Tf 0 g",
            }
        )

    # -- boxes to tick

    def _tick(self, entry: Entry) -> dict[str, Value]:
        size = (round(entry.width, 1), round(entry.height, 1))
        if size not in self._ticks:
            self._ticks[size] = self._drawn(size, _check_mark(*size)), self._drawn(size, b"")
        on, off = self._ticks[size]
        state = Name("Off")
        return {"FT": Name("Btn"), "V": state, "AS": state, "AP": {"N": {"Yes": on, "Off": off}}}

    def _drawn(self, size: tuple[float, float], code: bytes, **more: Value) -> Ref:
        return self._file.add(
            Stream(
                code,
                {"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": (0, 0, *size), **more},
            )
        )

    # -- text

    def _text(self, entry: Entry) -> dict[str, Value]:
        size = min(_LARGEST, entry.height * _SIZES.get(entry.kind, 1.0))
        made: dict[str, Value] = {"FT": Name("Tx")}
        if entry.kind is EntryKind.LINES:
            size = _IN_LINES
            made["Ff"] = _MULTILINE
        if entry.kind in _CHARACTERS:
            made |= {"MaxLen": _CHARACTERS[entry.kind], "Q": _CENTRED}
        elif self._rtl:
            made["Q"] = _AT_RIGHT
        box = (entry.width, entry.height)
        made |= {
            "DA": f"/{FORM_FACE} {number(size)} Tf 0 g",
            "V": "",
            "AP": {"N": self._drawn(box, b"/Tx BMC EMC", Resources=self._resources)},
        }
        return made


def _check_mark(width: float, height: float) -> bytes:
    """Return a tick drawn with lines, which needs no font."""
    side = min(width, height)
    left, low = (width - side) / 2, (height - side) / 2
    points = ((0.2, 0.5), (0.42, 0.26), (0.82, 0.8))
    across = [f"{number(left + x * side)} {number(low + y * side)}" for x, y in points]
    return (
        f"q {number(side * 0.11)} w 1 J 1 j {across[0]} m {across[1]} l {across[2]} l S Q"
    ).encode()


_ABOVE, _BELOW = 0.95, 0.29
"""From the baseline to the top and the bottom of a line, as a share of the type size."""

Box = tuple[float, float, float, float]


def box_of(x: float, base: float, width: float, size: float) -> Box:
    """Return the box of a piece of text: left, bottom, right, top."""
    return x, base - _BELOW * size, x + width, base + _ABOVE * size


def link_annotation(leaf: Text, boxes: list[Box], page: Ref, key: int) -> dict[str, Value]:
    """Return the annotation of a link; ``key`` is its place in the structure's parent tree.

    ``Contents`` says where the link leads, as PDF/UA requires (7.18.5).
    """
    lefts, lows, rights, tops = zip(*boxes, strict=True)
    corners = [
        number
        for left, low, right, top in boxes
        for number in (left, low, right, low, right, top, left, top)
    ]
    return {
        "Type": Name("Annot"),
        "Subtype": Name("Link"),
        "Rect": (min(lefts), min(lows), max(rights), max(tops)),
        "QuadPoints": corners,
        "Border": (0, 0, 0),
        "F": _PRINT,
        "P": page,
        "A": {"S": Name("URI"), "URI": leaf.link},
        "Contents": leaf.spoken or leaf.plain,
        "StructParent": key,
    }

"""Embed what a document shows of fonts for more scripts: composite fonts with glyphs as shaped."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from handouts.pdf.document import Document
from handouts.pdf.objects import Name, Ref, Stream, Value, number, unicode_map
from handouts.pdf.slot import GlyphRun, Shown, shown_in_base
from handouts.text.fonts import face_named
from handouts.text.scripts import Cluster, Program, ScriptFace, script_face

_SPACE_FACE = "Handout-Regular"
_EM = 1000
_SYMBOLIC, _STEM = 4, 80


class ScriptBook:
    """The composite fonts of one document: a code stands for a cluster as it is drawn."""

    def __init__(self, document: Document, prefix: str) -> None:
        self._document, self._prefix = document, prefix
        self._fonts: dict[str, tuple[str, ScriptFace, dict[Cluster, int]]] = {}

    def encode(self, face_name: str, text: str) -> Sequence[Shown]:
        """Return what shows a text, in the order of reading, and the space where its line ends."""
        word, face = text.rstrip(" "), script_face(face_name)
        # Both directions of a face are one font.
        known = face_name.partition("_")[0]
        if known not in self._fonts:
            self._fonts[known] = (f"{self._prefix}s{len(self._fonts) + 1}", face, {})
        resource, _, codes = self._fonts[known]
        strings = [
            (f"<{codes.setdefault(cluster, len(codes) + 1):04X}>", cluster.advance)
            for cluster in face.shaped(word)
        ]
        spaced = shown_in_base(_SPACE_FACE, " ") if word != text else None
        if not face.rtl:
            run = GlyphRun(resource, "".join(string for string, _ in strings))
            return [run, *(spaced or ())]
        space = face_named(_SPACE_FACE).width(" ", face.units) if spaced else 0.0
        array = _backwards(strings, space, _EM / face.units)
        return [GlyphRun(resource, array), *(spaced or ())]

    def resources(self) -> dict[str, Ref]:
        """Add all fonts to the document; return their resources by name."""
        return {
            resource: self._add(face, list(codes), f"{self._prefix}{number}")
            for number, (resource, face, codes) in enumerate(self._fonts.values(), 1)
        }

    def _add(self, face: ScriptFace, clusters: Sequence[Cluster], mark: str) -> Ref:
        add = self._document.add
        program = face.subset(clusters)
        tag = "".join(ascii_uppercase[int(sign)] if sign.isdigit() else sign for sign in mark)
        name = Name(f"{tag:A>6}+{face.postscript_name}")
        descendant: dict[str, Value] = {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
            "FontDescriptor": self._descriptor(name, program),
            "CIDToGIDMap": Name("Identity"),
            "W": (1, program.widths),
        }
        return add(
            {
                "Type": Name("Font"),
                "Subtype": Name("Type0"),
                "BaseFont": name,
                "Encoding": Name("Identity-H"),
                "DescendantFonts": (add(descendant),),
                "ToUnicode": add(
                    Stream(unicode_map(enumerate((one.text for one in clusters), 1), 4))
                ),
            }
        )

    def _descriptor(self, name: Name, program: Program) -> Ref:
        add = self._document.add
        return add(
            {
                "Type": Name("FontDescriptor"),
                "FontName": name,
                "Flags": _SYMBOLIC,
                "FontBBox": program.box,
                "ItalicAngle": 0,
                "Ascent": program.ascent,
                "Descent": program.descent,
                "CapHeight": program.ascent,
                "StemV": _STEM,
                "FontFile2": add(Stream(program.data, {"Length1": len(program.data)})),
            }
        )


def _backwards(strings: Sequence[tuple[str, int]], space: float, share: float) -> str:
    """Return an array that shows strings from the right on, and ends at their left.

    ``space``: how far left of that.
    """
    array, at, left = [], 0.0, float(sum(width for _, width in strings))
    for string, width in reversed(strings):
        left -= width
        array += [number((at - left) * share), string]
        at = left + width
    if space:
        array.append(number((at + space) * share))
    return " ".join(array)

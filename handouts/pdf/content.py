"""Drawing calls → the operators of one page's content (ISO 32000-1, 8 and 9), y downward."""

from __future__ import annotations

from handouts.figures.vector import Path
from handouts.pdf.fonts import FontBook
from handouts.pdf.lettering import Lettering, OwnText, joined
from handouts.pdf.objects import number
from handouts.pdf.paths import colour_code, line_code, paint_operator, path_code


class Untagged(RuntimeError):
    """Something was to be shown outside every mark: a screen reader would never know of it."""


class Content:
    """The content of a page. Settings that already hold are not written again.

    ``strict``: whatever is shown must stand inside a mark. ``cut`` into pieces where something of
    the patient's own stands, which is written later.
    """

    def __init__(self, height: float, fonts: FontBook, *, strict: bool) -> None:
        self.height, self.fonts, self.strict = height, fonts, strict
        self._code: list[str] = []
        self._pieces: list[bytes | Lettering] = []
        self._state: dict[str, str] = {}
        self._marked = False

    # -- marks

    def begin(self, mark: str) -> None:
        """Open a mark such as ``/P <</MCID 3>> BDC``; marks are never nested."""
        if self._marked:
            raise Untagged("a mark inside a mark")
        self._marked = True
        self._code.append(mark)

    def end(self) -> None:
        """Close the open mark."""
        self._marked = False
        self._code.append("EMC")

    def _show(self, what: str) -> None:
        if self.strict and not self._marked:
            raise Untagged(f"{what} outside every tag")

    # -- what is shown

    def text(self, x: float, y: float, face: str, size: float, string: str) -> None:
        """Show a string with its baseline from ``x, y`` in the fill colour.

        Raises:
            Untagged: outside every mark.
            UnknownGlyph: for a character the face lacks.
        """
        self._show("text")
        pieces = self.fonts.encode(face, string)
        shown = [f"BT{self._font(pieces[0][0], size)}"]
        shown.append(f" {number(x)} {number(self.height - y)} Td({pieces[0][1]})Tj")
        for resource, literal in pieces[1:]:
            shown.append(f"{self._font(resource, size)} ({literal})Tj")
        self._code.append("".join(shown) + " ET")

    def _font(self, resource: str, size: float) -> str:
        setting = f" /{resource} {number(size)} Tf"
        if self._state.get("font") == setting:
            return ""
        self._state["font"] = setting
        return setting

    def path(self, path: Path) -> None:
        """Paint a path in the colours that are set."""
        self._show("a path")
        if path.stroke:
            for setting, code in zip(("width", "dash", "ends"), line_code(path), strict=True):
                self._set(setting, code)
        self._code.append(f"{path_code(path.commands, self.height)} {paint_operator(path)}")

    def form(self, name: str, x: float, y: float, scale: float = 1.0) -> None:
        """Show a shared shape with its origin at ``x, y``."""
        self._show("a shape")
        self._placed(name, (scale, 0, 0, scale, x, self.height - y))

    def image(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Show an image resource in a box with its top left corner at ``x, y``."""
        self._show("an image")
        self._placed(name, (width, 0, 0, height, x, self.height - y - height))

    def _placed(self, name: str, matrix: tuple[float, ...]) -> None:
        *scales, x, y = matrix
        code = [*(number(part, 4) for part in scales), number(x), number(y)]
        self._code.append(f"q {' '.join(code)} cm /{name} Do Q")

    def own(self, lettering: Lettering) -> None:
        """Leave a place for words of the patient's own, which set their colour and font."""
        self._show("text")
        self._cut()
        self._pieces.append(lettering)
        self._state.pop("fill", None)
        self._state.pop("font", None)

    def _cut(self) -> None:
        if self._code:
            self._pieces.append("\n".join(self._code).encode("latin-1"))
            self._code = []

    # -- settings

    def fill_colour(self, colour: str) -> None:
        """Set the colour of fills and text, ``#rrggbb``."""
        self._set("fill", colour_code(colour, "g", "rg"))

    def stroke_colour(self, colour: str) -> None:
        """Set the colour of lines, ``#rrggbb``."""
        self._set("stroke", colour_code(colour, "G", "RG"))

    def _set(self, setting: str, code: str) -> None:
        if self._state.get(setting) != code:
            self._state[setting] = code
            self._code.append(code)

    def pieces(self) -> list[bytes | OwnText]:
        """Return the operators, cut where something of the patient's own goes."""
        self._cut()
        return joined(self._pieces)

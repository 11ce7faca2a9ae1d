"""Content → PDF with fpdf2: cells set one by one, pictures read once from SVG.

fpdf2 has no nested tables; what its users do is done here: set a cell, note how far it went down.
A ground must be drawn before the words on it, so boxes are measured first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.drawing import Transform
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.svg import SVGObject

from benchmarks.inputs import FONTS, PICTURES, read_content
from benchmarks.peers import Patient

_FAMILY = "Handout"
_ALIGN = {"left": "L", "center": "C", "right": "R"}
Colour = tuple[int, int, int]


def prepare(folder: Path) -> Fpdf:
    """Return a maker."""
    return Fpdf(folder)


class Fpdf:
    """Makes handouts of one content."""

    def __init__(self, folder: Path) -> None:
        self.content, self.folder = read_content(folder), folder
        self.colours = {role: _rgb(value) for role, value in self.content["palette"].items()}
        self.pictures = {
            name: SVGObject((folder / PICTURES / f"{name}.svg").read_text("utf-8"))
            for name in self.content["alts"]
        }

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        handout = _Handout(self, patient)
        for page in self.content["pages"]:
            handout.add_page()
            handout.show(page, handout.l_margin, handout.get_y(), handout.epw)
        return bytes(handout.output())


def _rgb(colour: str) -> Colour:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


class _Handout(FPDF):
    """One handout in the making."""

    def __init__(self, maker: Fpdf, patient: Patient) -> None:
        self.content, self.colours, self.pictures = maker.content, maker.colours, maker.pictures
        self.patient, self.words = patient, patient["words"]
        self.qr = SVGObject(patient["qr_svg"])
        super().__init__(unit="pt", format=tuple(self.content["page"]))
        for style, file in zip(("", "B"), FONTS.values(), strict=True):
            self.add_font(_FAMILY, style, maker.folder / file)
        side, above, _ = self.content["margins"]
        self.set_margins(side, above, side)
        self.set_auto_page_break(auto=False)
        self.c_margin = 0
        self.alias_nb_pages("{pages}")
        self.set_title(self.content["title"])
        self.set_author(self.content["author"])
        self.set_lang(self.content["language"])

    # -- heads and feet

    def header(self) -> None:
        """Draw the running head, but on the first page."""
        side, above, _ = self.content["margins"]
        if self.page_no() == 1:
            return
        head = self.content["head"]
        self._drawing(self.pictures[head["logo"]], side, above, 15, 15)
        self._set("heading", "B", 11)
        self.text(side + 22, above + 11, self._plain(head["clinic"]))
        self._set("text", "", 11)
        self.set_xy(side, above)
        self.cell(self.epw, 14, self._plain(head["right"]), align="R")
        self._rule(above + 19)
        self.set_xy(side, above + 24)

    def footer(self) -> None:
        """Draw the foot."""
        side, _, below = self.content["margins"]
        foot, top = self.content["foot"], self.h - below - 36
        self._rule(top)
        self._drawing(self.qr, side, top + 7, 29, 29)
        self._set("label", "", 9)
        self.set_xy(side + 39, top + 5)
        for runs in (foot["disclaimer"], foot["made"]):
            self.set_x(side + 39)
            self.multi_cell(380, 10.6, self._plain(runs), align="L", new_y=YPos.NEXT)
        self._set("text", "B", 11.5)
        self.set_xy(side, top + 6)
        words = foot["page"].format(page=self.page_no(), pages="{pages}")
        self.cell(self.epw, 14, words, align="R")
        self._set("label", "", 10)
        self.set_xy(side, top + 20)
        self.cell(self.epw, 14, self._plain(foot["code"]), align="R")

    def _rule(self, y: float) -> None:
        self.set_draw_color(*self.colours["rule"])
        self.set_line_width(0.7)
        self.line(self.l_margin, y, self.w - self.r_margin, y)

    # -- words and pictures

    def _plain(self, runs: list[list[Any]]) -> str:
        return "".join(
            f"{before}{self.words[key] if key else ''}{after}" for before, key, after, _ in runs
        )

    def _markdown(self, runs: list[list[Any]]) -> str:
        parts = []
        for run in runs:
            words = self._plain([run])
            bare = words.strip()
            parts.append(words.replace(bare, f"**{bare}**") if run[3] and bare else words)
        return "".join(parts)

    def _set(self, role: str, style: str, size: float) -> None:
        self.set_text_color(*self.colours[role])
        self.set_font(_FAMILY, style, size)

    def _drawing(self, picture: SVGObject, x: float, y: float, wide: float, high: float) -> None:
        _, _, path = picture.transform_to_rect_viewport(1, wide, high, ignore_svg_top_attrs=True)
        place = Transform.translation(x, y)
        path.transform = path.transform @ place if path.transform else place
        self.draw_path(path, copy=False)

    # -- blocks

    def show(self, blocks: list[dict[str, Any]], x: float, y: float, wide: float) -> float:
        """Draw blocks below each other; return where they end."""
        for block in blocks:
            y = getattr(self, f"_{block['k']}")(block, x, y, wide)
        return y

    def _height(self, blocks: list[dict[str, Any]], wide: float) -> float:
        """The height of blocks that are to stand on a ground."""
        taken = 0.0
        for block in blocks:
            kind = block["k"]
            if kind == "text":
                taken += self._text(block, 0, 0, wide, dry=True)
            elif kind == "table":
                for row in block["rows"]:
                    cells = zip(row, block["widths"], strict=True)
                    taken += max(self._height(cell, width) for cell, width in cells)
                    taken += 2 * block["pad"]
            elif kind == "box":
                taken += self._height(block["body"], wide - 2 * block["pad"]) + 2 * block["pad"]
            else:
                taken += block.get("height", block.get("size", 0.0))
        return taken

    def _text(
        self, block: dict[str, Any], x: float, y: float, wide: float, *, dry: bool = False
    ) -> float:
        self._set(block["color"], "", block["size"])
        self.set_xy(x, y)
        words = self._markdown(block["runs"])
        aside = block.get("aside")
        if aside:
            self.cell(None, block["leading"], words, markdown=True, new_x=XPos.RIGHT)
            self._set(aside["color"], "", aside["size"])
            self.cell(None, block["leading"], self._markdown(aside["runs"]), markdown=True)
            return y + block["leading"]
        taken = self.multi_cell(
            wide, block["leading"], words, align=_ALIGN[block["align"]], markdown=True,
            dry_run=dry, output=MethodReturnValue.HEIGHT,
        )  # fmt: skip
        return y + float(taken)

    def _table(self, block: dict[str, Any], x: float, y: float, _wide: float) -> float:
        for row in block["rows"]:
            left, end = x, y + block["pad"]
            for cell, width in zip(row, block["widths"], strict=True):
                end = max(end, self.show(cell, left, y + block["pad"], width))
                left += width
            y = end + block["pad"]
            if block["rule"]:
                self.set_draw_color(*self.colours[block["rule"]])
                self.set_line_width(0.7)
                self.line(x, y, left, y)
        return y

    def _box(self, block: dict[str, Any], x: float, y: float, wide: float) -> float:
        pad = block["pad"]
        high = self._height(block["body"], wide - 2 * pad) + 2 * pad
        if block["fill"]:
            self.set_fill_color(*self.colours[block["fill"]])
        if block["stroke"]:
            self.set_draw_color(*self.colours[block["stroke"]])
        self.set_line_width(1)
        self.rect(
            x, y, wide, high, style=("D" if block["stroke"] else "") + "F" * bool(block["fill"])
        )
        self.show(block["body"], x + pad, y + pad, wide - 2 * pad)
        return y + high

    def _picture(self, block: dict[str, Any], x: float, y: float, _wide: float) -> float:
        self._drawing(self.pictures[block["id"]], x, y, block["width"], block["height"])
        return y + float(block["height"])

    def _badge(self, block: dict[str, Any], x: float, y: float, _wide: float) -> float:
        size, filled = block["size"], block["filled"]
        self.set_draw_color(*self.colours["fill"])
        self.set_fill_color(*self.colours["fill" if filled else "white"])
        self.set_line_width(1)
        if block["square"]:
            self.rect(x, y, size, size, style="DF", round_corners=True, corner_radius=size / 5)
        else:
            self.ellipse(x, y, size, size, style="DF")
        self._set("white" if filled else "heading", "B", size * 0.7)
        self.set_xy(x, y)
        self.cell(size, size, self._plain(block["runs"]), align="C")
        return y + float(size)

    def _space(self, block: dict[str, Any], _x: float, y: float, _wide: float) -> float:
        return y + float(block["height"])

    def _lines(self, block: dict[str, Any], x: float, y: float, wide: float) -> float:
        self.set_draw_color(*self.colours["box"])
        self.set_line_width(0.8)
        self.set_dash_pattern(0.8, 1.6)
        for _ in range(block["count"]):
            y += block["step"]
            self.line(x, y, x + wide, y)
        self.set_dash_pattern()
        return y

    # -- the tracking grid

    def _grid(self, block: dict[str, Any], x: float, y: float, wide: float) -> float:
        first = block["first_week"] - 1
        weeks = self.patient["weeks"][first : first + len(block["weeks"])]
        days = [day for week in weeks for day in week]
        start, pitch = x + block["names"], (wide - block["names"]) / len(days)
        self.set_fill_color(*self.colours["fill"])
        self._set("white", "B", 12)
        left = start
        for runs, week in zip(block["weeks"], weeks, strict=True):
            self.set_xy(left, y)
            self.cell(pitch * len(week), 19, self._plain(runs), align="C", fill=True)
            left += pitch * len(week)
        for number, (day, date, _) in enumerate(days):
            self._set("label", "", 11)
            self.set_xy(start + number * pitch, y + 19)
            self.cell(pitch, 13, day, align="C")
            self._set("text", "B", 11)
            self.set_xy(start + number * pitch, y + 32)
            self.cell(pitch, 13, date, align="C")
        y += 46
        for row in block["rows"]:
            y = self._grid_row(block, row, days, (x, y, start, pitch))
        self._set("text", "", 12)
        self.set_xy(x, y)
        self.cell(block["names"], 20, self._markdown(block["pain"]), markdown=True)
        self.set_draw_color(*self.colours["box"])
        for number in range(len(days)):
            size = block["box"]
            self.ellipse(start + number * pitch + (pitch - size) / 2, y + 1.2, size, size)
        return y + 20

    def _grid_row(
        self, block: dict[str, Any], row: dict[str, Any], days: list[Any],
        place: tuple[float, float, float, float],
    ) -> float:  # fmt: skip
        """The lines of one exercise: its name, and boxes."""
        x, y, start, pitch = place
        size, high = block["box"], max(20.0, 27.0 / len(row["lines"]))
        self._set("text", "", 12)
        self.set_xy(x, y)
        head = f"{self._markdown(row['number'])} {self._markdown(row['name'])}"
        labels = "  ".join(self._markdown(line["label"]) for line in row["lines"])
        self.multi_cell(block["names"], 13, head, align="L", markdown=True, new_x=XPos.LMARGIN)
        words = f"{self._markdown(row['dose'])} {labels}"
        self.multi_cell(block["names"], 13, words, align="L", markdown=True)
        self.set_draw_color(*self.colours["box"])
        self.set_fill_color(*self.colours["rest-day"])
        self.set_line_width(0.8)
        for line in row["lines"]:
            for number, (_, _, weekday) in enumerate(days):
                left = start + number * pitch
                if weekday in line["days"]:
                    inset = (pitch - size) / 2
                    self.rect(
                        left + inset,
                        y + (high - size) / 2,
                        size,
                        size,
                        round_corners=True,
                        corner_radius=3,
                    )
                else:
                    self.rect(left, y, pitch, high, style="F")
            y += high
        return y

"""Content → HTML and CSS → PDF with WeasyPrint; style sheet, fonts and pictures are read once."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.inputs import FONTS, PICTURES, read_content
from benchmarks.peers import Patient

_SHEET = Path(__file__).with_name("handout.css")


def prepare(folder: Path) -> Weasy:
    """Return a maker of PDFs without tags: what WeasyPrint does unless told otherwise."""
    return Weasy(folder)


def _address(picture: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


class Weasy:
    """Makes handouts of one content."""

    def __init__(self, folder: Path) -> None:
        self.content = read_content(folder)
        side, above, below = self.content["margins"]
        regular, bold = (str(folder / file) for file in FONTS.values())
        wide, high = self.content["page"]
        number = {"page": '" counter(page) "', "pages": '" counter(pages) "'}
        values = {
            "regular": Path(regular).as_uri(), "bold": Path(bold).as_uri(), "wide": wide,
            "high": high, "side": side, "above": above, "later": above + 24, "below": below + 42,
            "page": self.content["foot"]["page"].format(**number), **self.content["palette"],
        }  # fmt: skip
        sheet = _SHEET.read_text("utf-8")
        for key, value in values.items():
            sheet = sheet.replace(f"{{{key}}}", str(value))
        self.fonts = FontConfiguration()
        self.sheet = CSS(string=sheet, font_config=self.fonts)
        self.pictures = {
            name: _address((folder / PICTURES / f"{name}.svg").read_text("utf-8"))
            for name in self.content["alts"]
        }
        self.kept: dict[Any, Any] = {}

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        page = HTML(string=_Handout(self, patient).html())
        made: bytes | None = page.write_pdf(
            stylesheets=[self.sheet], font_config=self.fonts, cache=self.kept
        )
        if made is None:
            raise TypeError("WeasyPrint made no PDF")
        return made


class _Handout:
    """One handout in the making."""

    def __init__(self, maker: Weasy, patient: Patient) -> None:
        self.content, self.pictures = maker.content, maker.pictures
        self.palette = self.content["palette"]
        self.patient, self.words = patient, patient["words"]

    def html(self) -> str:
        """Return the whole page."""
        head, foot = self.content["head"], self.content["foot"]
        sections = "".join(
            f"<section>{self._blocks(page)}</section>" for page in self.content["pages"]
        )
        return (
            f'<html lang="{self.content["language"]}"><head><title>{escape(self.content["title"])}'
            f'</title><meta name="author" content="{escape(self.content["author"])}"></head><body>'
            f'<div id="head"><img src="{self.pictures[head["logo"]]}" alt="">'
            f'<span class="clinic">{self._runs(head["clinic"])}</span>'
            f'<span class="right">{self._runs(head["right"])}</span></div>'
            f'<div id="foot"><img src="{_address(self.patient["qr_svg"])}" alt="">'
            f'<div class="words"><p>{self._runs(foot["disclaimer"])}</p>'
            f'<p>{self._runs(foot["made"])}</p></div><div class="right"><div class="page"></div>'
            f"{self._runs(foot['code'])}</div></div>{sections}</body></html>"
        )

    def _runs(self, runs: list[list[Any]]) -> str:
        parts = []
        for before, key, after, bold in runs:
            words = escape(f"{before}{self.words[key] if key else ''}{after}")
            parts.append(f"<b>{words}</b>" if bold else words)
        return "".join(parts)

    def _blocks(self, blocks: list[dict[str, Any]]) -> str:
        return "".join(getattr(self, f"_{block['k']}")(block) for block in blocks)

    def _text(self, block: dict[str, Any]) -> str:
        words = self._runs(block["runs"])
        if "aside" in block:
            aside = block["aside"]
            look = f"font-size:{aside['size']}pt;color:{self.palette[aside['color']]}"
            words += f'<span style="{look};white-space:pre-wrap">{self._runs(aside["runs"])}</span>'
        tag = f"h{block['level']}" if block["level"] else "p"
        look = (
            f"font-size:{block['size']}pt;line-height:{block['leading']}pt;"
            f"color:{self.palette[block['color']]};text-align:{block['align']}"
        )
        return f'<{tag} style="{look}">{words}</{tag}>'

    def _table(self, block: dict[str, Any]) -> str:
        columns = "".join(f'<col style="width:{width}pt">' for width in block["widths"])
        rule = f"border-bottom:.7pt solid {self.palette[block['rule']]};" if block["rule"] else ""
        look = f"{rule}padding:{block['pad']}pt 0"
        rows = "".join(
            "<tr>" + "".join(f'<td style="{look}">{self._blocks(c)}</td>' for c in row) + "</tr>"
            for row in block["rows"]
        )
        return f'<table style="width:{sum(block["widths"])}pt">{columns}{rows}</table>'

    def _box(self, block: dict[str, Any]) -> str:
        look = f"padding:{block['pad']}pt"
        if block["fill"]:
            look += f";background:{self.palette[block['fill']]}"
        if block["stroke"]:
            look += f";border:1pt solid {self.palette[block['stroke']]}"
        return f'<div style="{look}">{self._blocks(block["body"])}</div>'

    def _picture(self, block: dict[str, Any]) -> str:
        alt = escape(self.content["alts"][block["id"]])
        look = f"width:{block['width']}pt;height:{block['height']}pt"
        return f'<img src="{self.pictures[block["id"]]}" alt="{alt}" style="{look}">'

    def _badge(self, block: dict[str, Any]) -> str:
        size = block["size"]
        look = (
            f"width:{size}pt;height:{size}pt;line-height:{size - 2}pt;font-size:{0.7 * size:.2f}pt"
        )
        names = "badge" + " square" * block["square"] + " filled" * block["filled"]
        return f'<div class="{names}" style="{look}">{self._runs(block["runs"])}</div>'

    @staticmethod
    def _space(block: dict[str, Any]) -> str:
        return f'<div style="height:{block["height"]}pt"></div>'

    @staticmethod
    def _lines(block: dict[str, Any]) -> str:
        line = f'<div class="line" style="height:{block["step"] - 0.8}pt"></div>'
        return line * int(block["count"])

    # -- the tracking grid

    def _grid(self, block: dict[str, Any]) -> str:
        first = block["first_week"] - 1
        weeks = self.patient["weeks"][first : first + len(block["weeks"])]
        days = [day for week in weeks for day in week]
        bars = "".join(
            f'<th class="bar" colspan="{len(week)}">{self._runs(runs)}</th>'
            for runs, week in zip(block["weeks"], weeks, strict=True)
        )
        heads = "".join(f'<th class="day">{day}<br><b>{date}</b></th>' for day, date, _ in days)
        size = f"width:{block['box']}pt;height:{block['box']}pt"
        rows = "".join(self._grid_rows(row, days, size) for row in block["rows"])
        circles = f'<td><div class="tick circle" style="{size}"></div></td>' * len(days)
        return (
            f'<table class="grid"><col style="width:{block["names"]}pt">{"<col>" * len(days)}'
            f"<thead><tr><td></td>{bars}</tr><tr><td></td>{heads}</tr></thead><tbody>{rows}"
            f'<tr><td class="name">{self._runs(block["pain"])}</td>{circles}</tr></tbody></table>'
        )

    def _grid_rows(self, row: dict[str, Any], days: list[Any], size: str) -> str:
        """The lines of one exercise."""
        labels = " ".join(self._runs(line["label"]) for line in row["lines"])
        name = (
            f'<td class="name" rowspan="{len(row["lines"])}">{self._runs(row["number"])} '
            f"{self._runs(row['name'])}<br>{self._runs(row['dose'])} {labels}</td>"
        )
        made = []
        for index, line in enumerate(row["lines"]):
            boxes = "".join(
                f'<td><div class="tick" style="{size}"></div></td>'
                if weekday in line["days"]
                else '<td class="rest"></td>'
                for _, _, weekday in days
            )
            made.append(f"<tr>{name if not index else ''}{boxes}</tr>")
        return "".join(made)

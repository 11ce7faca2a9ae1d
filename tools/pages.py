"""Handouts → docs/pages.png: pages of a real program side by side, for the README."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pypdfium2
from PIL import Image

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.model.order import Patient

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pages.png"
DAY = dt.date(2026, 11, 22)
PATIENT = Patient.model_validate(
    {
        "name": "Maria Nuñez-O'Brien",
        "affected_side": "left",
        "start_date": "2026-12-01",
        "next_visit": "2026-12-29T10:30",
    }
)
PAGES = (
    ("si-joint-calm", "riverbend", "standard", "dana-whitfield", 1),
    ("si-joint-calm", "riverbend", "standard", "dana-whitfield", 2),
    ("si-joint-build", "oldmill", "standard", "tom-ashby", 2),
    ("si-joint-calm", "riverbend", "standard", "dana-whitfield", 4),
)
HEIGHT, GAP = 820, 18


def page(program: str, clinic: str, layout: str, clinician: str, number: int) -> Image.Image:
    """Return one page of a handout as a picture, `HEIGHT` pixels high."""
    workspace = Workspace(today=DAY)
    request = OrderRequest(
        program=program, clinic=clinic, layout=layout, patient=PATIENT, clinician=clinician
    )
    handout = build(make_order(Library(workspace), request), workspace)
    sheet = pypdfium2.PdfDocument(handout.pdf)[number - 1]
    picture: Image.Image = sheet.render(scale=HEIGHT / sheet.get_height()).to_pil()
    return picture.convert("RGB")


def main() -> None:
    """Write the picture."""
    pictures = [page(*choice) for choice in PAGES]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, HEIGHT + 2 * GAP), "#dfe4e7")
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    sheet.quantize(128, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()

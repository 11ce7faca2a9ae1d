"""Turn handouts into docs/pages.png, copies.png and languages.png: real pages side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.model.clinic import Mode
from handouts.model.order import Patient

DOCS = Path(__file__).resolve().parent.parent / "docs"
DAY = dt.date(2026, 11, 22)
PATIENT = Patient.model_validate(
    {
        "name": "Maria Nuñez-O'Brien",
        "affected_side": "left",
        "start_date": "2026-12-01",
        "next_visit": "2026-12-29T10:30",
    }
)
CLINICIANS = {"riverbend": "dana-whitfield", "oldmill": "tom-ashby"}
CALM, BUILD = "si-joint-calm", "si-joint-build"
Choice = tuple[str, str, str, int]
"""Program, clinic, layout and number of a page."""

PAGES: tuple[tuple[Choice, ...], ...] = (
    tuple((CALM, "riverbend", "standard", number) for number in (1, 2, 3, 4)),
    (
        (BUILD, "oldmill", "compact", 3),
        (BUILD, "oldmill", "large-print", 8),
        (BUILD, "oldmill", "cards", 2),
        (BUILD, "oldmill", "fridge", 1),
    ),
)
GRAY, COPIED, COPIED_SMALL = (
    (CALM, "oldmill", "standard", 3),
    (CALM, "riverbend", "standard", 1),
    (BUILD, "riverbend", "compact", 3),
)
SAME, LANGUAGES = (CALM, "riverbend", "standard", 4), ("en", "es", "ar")
WIDTH, GAP, COLOURS = 2000, 16, 128
COPY_WIDTH = 1500
COPY_DPI = 150


def page(
    choice: Choice, dpi: float, mode: Mode = Mode.COLOUR, language: str | None = None
) -> Image.Image:
    """Return one page of a handout as a picture."""
    program, clinic, layout, number = choice
    workspace = Workspace(today=DAY)
    request = OrderRequest(
        program=program, clinic=clinic, layout=layout, patient=PATIENT, mode=mode,
        clinician=CLINICIANS[clinic], language=language,
    )  # fmt: skip
    handout = build(make_order(Library(workspace), request), workspace)
    sheet = pypdfium2.PdfDocument(handout.pdf)[number - 1]
    picture: Image.Image = sheet.render(scale=dpi / 72).to_pil()
    return picture.convert("RGB")


def bad_copy(picture: Image.Image) -> Image.Image:
    """Return a page as from a bad copier: blurred, askew, only black and white."""
    blurred = picture.convert("L").filter(ImageFilter.GaussianBlur(1.2))
    askew = blurred.rotate(-0.6, Image.Resampling.BICUBIC, fillcolor=255)
    return askew.point(lambda level: 255 if level > 148 else 0).convert("RGB")


def sheet_of(rows: Sequence[Sequence[Image.Image]], width: int) -> Image.Image:
    """Return rows of pages, each row as wide as the sheet."""
    made: list[list[Image.Image]] = []
    for row in rows:
        ratios = sum(picture.width / picture.height for picture in row)
        high = round((width - GAP * (len(row) + 1)) / ratios)
        sizes = [(round(high * picture.width / picture.height), high) for picture in row]
        pairs = zip(row, sizes, strict=True)
        made.append([each.resize(size, Image.Resampling.LANCZOS) for each, size in pairs])
    height = sum(row[0].height + GAP for row in made) + GAP
    sheet, top = Image.new("RGB", (width, height), "#dfe4e7"), GAP
    for scaled in made:
        left = GAP
        for picture in scaled:
            sheet.paste(picture, (left, top))
            left += picture.width + GAP
        top += scaled[0].height + GAP
    return sheet


def save(sheet: Image.Image, name: str, colours: int) -> None:
    """Write a sheet with few colours, because every copy of the project has the file."""
    flat = sheet.quantize(colours, dither=Image.Dither.NONE)
    flat.save(DOCS / name, optimize=True)


def main() -> None:
    """Write the pictures."""
    pages = [[page(choice, COPY_DPI) for choice in row] for row in PAGES]
    save(sheet_of(pages, WIDTH), "pages.png", COLOURS)
    copies = [
        page(GRAY, COPY_DPI, Mode.GRAY),
        *(bad_copy(page(choice, COPY_DPI)) for choice in (COPIED, COPIED_SMALL)),
    ]
    save(sheet_of([copies], COPY_WIDTH), "copies.png", 16)
    languages = [page(SAME, COPY_DPI, language=language) for language in LANGUAGES]
    save(sheet_of([languages], COPY_WIDTH), "languages.png", COLOURS)


if __name__ == "__main__":
    main()

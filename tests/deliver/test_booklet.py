"""Booklets: pages in the order for a saddle stitch, read by strict readers, through the command."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest

from handouts.deliver.finished_pdf import booklet, sheets
from handouts.errors import ContentError
from tests.command import run
from tests.conftest import Builder
from tests.readers import assert_strict_readers_accept


def numbered(count: int, size: tuple[int, int] = (612, 792)) -> bytes:
    """Return pages that show nothing but their number."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
        )
    )
    for number in range(1, count + 1):
        page = made.add_blank_page(page_size=size)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.obj.Contents = made.make_stream(f"BT /F 30 Tf 300 400 Td (n{number}) Tj ET".encode())
    made.Root.Lang = pikepdf.String("en-US")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def halves(pdf: bytes) -> list[tuple[str, str]]:
    """Return what stands left and right on each side, by where it is drawn."""
    found = []
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            wide, text = page.get_width(), page.get_textpage()
            left = text.get_text_bounded(right=wide / 2)
            found.append((left.strip(), text.get_text_bounded(left=wide / 2).strip()))
    return found


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (1, [("", "n1"), ("", "")]),
        (4, [("n4", "n1"), ("n2", "n3")]),
        (6, [("", "n1"), ("n2", ""), ("n6", "n3"), ("n4", "n5")]),
        (8, [("n8", "n1"), ("n2", "n7"), ("n6", "n3"), ("n4", "n5")]),
    ],
)
def test_pages_follow_each_other_once_it_is_folded(
    pages: int, sides: list[tuple[str, str]]
) -> None:
    assert halves(booklet(numbered(pages))) == sides


def test_what_is_read_from_right_to_left_is_bound_at_its_right() -> None:
    with pikepdf.open(io.BytesIO(numbered(4))) as made:
        made.Root.ViewerPreferences = pikepdf.Dictionary(Direction=pikepdf.Name.R2L)
        made.save(file := io.BytesIO())
    assert halves(booklet(file.getvalue())) == [("n1", "n4"), ("n3", "n2")]


@pytest.mark.parametrize("pages", range(1, 30))
def test_every_page_stands_once_and_leaves_turn_in_order(pages: int) -> None:
    sides = list(sheets(pages))
    assert sorted(n for side in sides for n in side) == list(range(-(-pages // 4) * 4))
    # Folded: fronts inward on the right, then backs outward on the left.
    fronts, backs = sides[::2], sides[1::2]
    read = [n for front, back in zip(fronts, backs, strict=True) for n in (front[1], back[0])]
    read += [
        n
        for front, back in zip(reversed(fronts), reversed(backs), strict=True)
        for n in (back[1], front[0])
    ]
    assert read == list(range(len(read)))


@pytest.mark.parametrize("size", [(792, 612)])
def test_pages_that_lie_make_no_booklet(size: tuple[int, int]) -> None:
    with pytest.raises(ContentError, match="upright pages"):
        booklet(numbered(2, size))


def test_the_command_makes_one_that_strict_readers_take(tmp_path: Path) -> None:
    build = ["build", "si-joint-calm", "--clinic", "oldmill"]
    options = ["--name", "Maria Nuñez-O'Brien", "--side", "left", "--layout", "large-print"]
    for more in (["-o", "flat.pdf"], ["--booklet", "-o", "fold.pdf"]):
        done = run(tmp_path, *build, *options, *more)
        assert done.returncode == 0, done.stderr
    flat, fold = ((tmp_path / name).read_bytes() for name in ("flat.pdf", "fold.pdf"))
    count = len(pypdf.PdfReader(io.BytesIO(flat)).pages)
    on_sheets = -(-count // 4)
    assert f"wrote fold.pdf ({count} pages on {on_sheets} sheets, SIJ-CALM-" in done.stdout
    reading = assert_strict_readers_accept(fold)
    assert reading.pages == 2 * on_sheets
    for number in range(1, count + 1):
        assert reading.poppler.count(f"Page {number} of {count}") == 1
    # Two faces, each once: what pages share stays shared.
    reader = pypdf.PdfReader(io.BytesIO(fold))
    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {(842, 595)}
    assert len(fold) < 1.3 * len(flat)
    assert reader.metadata is not None
    assert "Maria" not in str(reader.metadata)
    # It claims nothing that it is not.
    root = reader.root_object
    assert "/StructTreeRoot" not in root
    assert "/Metadata" not in root


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--layout", "fridge", "--booklet"], 1, "upright pages of one size"),
        (["--fillable", "--booklet"], 2, "choose one"),
    ],
)
def test_what_is_no_booklet_is_refused(
    options: list[str], code: int, message: str, tmp_path: Path
) -> None:
    build = ["build", "si-joint-calm", "--clinic", "oldmill"]
    done = run(tmp_path, *build, *options, "-o", "x.pdf")
    assert done.returncode == code
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_same_handout_gives_the_same_booklet(handout_for: Builder) -> None:
    handout = handout_for(layout="large-print")
    assert booklet(handout.pdf) == booklet(handout.pdf)

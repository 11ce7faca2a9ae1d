"""Every sort of PDF is opened, drawn and read by poppler, MuPDF and qpdf without a warning."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pikepdf
import pytest

from handouts import Handout, Library, build
from handouts.deliver.finished_pdf import encrypt
from handouts.model.dosage import Dosage
from handouts.pdf.slot import BASE_FONTS
from handouts.stamp.press import Press
from handouts.workspace import Workspace
from tests.conftest import OrderMaker, request_for
from tests.deliver.rosters import GOOD, write_csv
from tests.readers import assert_strict_readers_accept, assert_word_is_drawn

Builder = Callable[..., Handout]
LAYOUTS = sorted(path.stem for path in (Path(__file__).parents[2] / "layouts").glob("*.yaml"))
NAMES = {
    "Latin": "Maria Nuñez",
    "Polish and Hungarian": "Łukasz Kovácsőry",
    "Turkish": "Şebnem Yıldızoğlu",
    "Vietnamese": "Nguyễn Phượng",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Ольга Кузнецова",
}
"""A name in every script that we print: the last word is the one that is looked at."""
PASSWORD = "open sesame"  # noqa: S105 - of no real file


def assert_name_is_there(pdf: bytes, name: str, password: str | None = None) -> None:
    """Assert that a PDF is accepted, and that all readers read and draw a name in it."""
    read = assert_strict_readers_accept(pdf, password)
    assert name in " ".join(read.poppler.split())
    assert name in " ".join(read.mupdf.split())
    assert_word_is_drawn(pdf, name.rsplit(maxsplit=1)[-1], password)


@pytest.mark.parametrize(
    ("layout", "clinic"), [*zip(LAYOUTS, cycle(["riverbend", "oldmill"]), strict=False)]
)
def test_laid_out_in_every_layout(handout_for: Builder, layout: str, clinic: str) -> None:
    name = NAMES["Greek" if clinic == "oldmill" else "Cyrillic"]
    handout = handout_for(layout=layout, clinic=clinic, patient={"name": name})
    if layout == "fridge":
        # A sheet for the door has the first name, as a part of its heading.
        read = assert_strict_readers_accept(handout.pdf)
        assert f"{name.split()[0]}’s" in read.poppler
        assert f"{name.split()[0]}’s" in read.mupdf
    else:
        assert_name_is_there(handout.pdf, name)


@pytest.fixture(scope="module")
def press(library: Library) -> Press:
    """Return a press that has the plate of all handouts here."""
    press = Press(library)
    assert press.make(request_for(layout="compact", token="0" * 16)).laid_out
    return press


@pytest.fixture(scope="module")
def stamped(press: Press) -> dict[str, bytes]:
    """Return a handout for each name, by its script, all from one plate."""
    made = {}
    for number, (script, name) in enumerate(NAMES.items()):
        request = request_for(layout="compact", patient={"name": name}, token=f"{number:016d}")
        pressed = press.make(request)
        assert not pressed.laid_out
        made[script] = pressed.file.pdf
    return made


@pytest.mark.parametrize("script", NAMES)
def test_stamped_in_every_script(stamped: dict[str, bytes], script: str) -> None:
    assert_name_is_there(stamped[script], NAMES[script])


@pytest.mark.parametrize("script", ["Latin", "Cyrillic"])
def test_encrypted(stamped: dict[str, bytes], script: str) -> None:
    assert_name_is_there(encrypt(stamped[script], PASSWORD), NAMES[script], PASSWORD)


@pytest.mark.parametrize("layout", ["standard", "large-print"])
def test_fillable(order_for: OrderMaker, workspace: Workspace, layout: str) -> None:
    name = NAMES["Vietnamese"]
    order = order_for(layout=layout, patient={"name": name})
    assert_name_is_there(build(order, workspace, fillable=True).pdf, name)


def test_own_doses_in_gray(handout_for: Builder) -> None:
    doses = {"glute-bridge": Dosage.model_validate({"repetitions": 9})}
    name = NAMES["Turkish"]
    made = handout_for(doses=doses, mode="gray", patient={"name": name, "note": "Ελένη, Ольга."})
    assert_name_is_there(made.pdf, name)


def test_print_run_of_the_command(tmp_path: Path) -> None:
    """As a clinic makes it, in a process of its own: each name, one of them encrypted."""
    layouts = ["compact", "standard"]
    rows = [
        {**GOOD, "reference": f"R-{number}", "name": name, "layout": layouts[number % 4 == 3],
         "password": PASSWORD * (number == 4)}
        for number, name in enumerate([*NAMES.values(), *reversed(NAMES.values())])
    ]  # fmt: skip
    write_csv(tmp_path / "list.csv", rows)
    command = [sys.executable, "-m", "handouts", "batch", "list.csv", "-o", "out", "--jobs", "1",
               "--date", "2026-11-22", "--print-run", "run.pdf", "--separators"]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    run = (tmp_path / "run.pdf").read_bytes()
    read = assert_strict_readers_accept(run)
    assert read.pages % 2 == 0
    assert read.pages >= 4 * len(rows), "a sheet before each patient, and blank backs"
    for name in NAMES.values():
        assert " ".join(read.poppler.split()).count(name) >= 2
        assert " ".join(read.mupdf.split()).count(name) >= 2
        assert_word_is_drawn(run, name.split()[-1])


# -- the readers do not forgive


def test_a_font_that_is_no_stream_is_refused(stamped: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(stamped["Cyrillic"])) as pdf:
        for font in pdf.pages[0].resources.Font.values():
            font.FontDescriptor.FontFile2 = pikepdf.Dictionary()
        broken = io.BytesIO()
        pdf.save(broken)
    with pytest.raises(AssertionError):
        assert_strict_readers_accept(broken.getvalue())
    with pytest.raises(AssertionError, match=r"something else|nothing is drawn"):
        assert_word_is_drawn(broken.getvalue(), NAMES["Cyrillic"].split()[-1])


def test_letters_of_another_word_are_refused(stamped: dict[str, bytes]) -> None:
    """The text says the name, and the letters that are drawn are others."""
    with pikepdf.open(io.BytesIO(stamped["Cyrillic"])) as pdf:
        fonts = pdf.pages[0].resources.Font
        latin = fonts[f"/{BASE_FONTS['Handout-Regular']}"].FontDescriptor.FontFile2
        for font in fonts.values():
            font.FontDescriptor.FontFile2 = latin
        broken = io.BytesIO()
        pdf.save(broken)
    with pytest.raises(AssertionError, match=r"something else|nothing is drawn"):
        assert_word_is_drawn(broken.getvalue(), NAMES["Cyrillic"].split()[-1])


def test_the_product_does_not_import_mupdf() -> None:
    """Its licence allows it as a tool of the tests only."""
    files = (Path(__file__).parents[2] / "handouts").rglob("*.py")
    assert [
        path for path in files if re.search(r"\b(pymupdf|fitz)\b", path.read_text("utf-8"))
    ] == []

"""The print run has every page as it was, patients on front pages, and shares what is equal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest

from handouts import Handout, Workspace
from handouts.deliver.finished_pdf import encrypt
from handouts.deliver.print_run import PrintItem, open_print_run
from handouts.errors import ContentError, DeliveryError
from handouts.pdf.slot import BASE_FONTS
from tests.command import run as command

Builder = Callable[..., Handout]
ROOT = Path(__file__).parents[2]
TOKEN = "7QK2M9XD4TRV0HBN"  # noqa: S105 - stands for a reference


@pytest.fixture(scope="module")
def handouts(handout_for: Builder) -> list[Handout]:
    """Return handouts of both clinics, papers and odd page counts, with letters from far away."""
    return [
        handout_for(layout="fridge"),
        handout_for(layout="compact", clinic="oldmill", patient={"name": "Ελένη Žofia Őry"}),
        handout_for(layout="fridge", clinic="oldmill", patient={"name": "Ольга (x) \\ y"}),
        handout_for(layout="cards", mode="gray"),
    ]


def write(path: Path, workspace: Workspace, made: list[Handout], **options: bool) -> None:
    with open_print_run(path, workspace, **options) as run:
        for number, handout in enumerate(made):
            run.add(PrintItem(f"R-{number}", TOKEN, handout.code, handout.pdf))


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, workspace: Workspace, handouts: list[Handout]
) -> Path:
    path = tmp_path_factory.mktemp("print") / "run.pdf"
    write(path, workspace, handouts)
    return path


def starts(path: Path) -> dict[str, int]:
    """Return the page (from 1) that each bookmark leads to."""
    reader = pypdf.PdfReader(path)
    return {
        str(mark.title): (reader.get_destination_page_number(mark) or 0) + 1
        for mark in reader.outline
        if isinstance(mark, pypdf.generic.Destination)
    }


def test_it_is_a_sound_file(run: Path) -> None:
    with pikepdf.open(run) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_every_patient_starts_on_a_front_page(run: Path, handouts: list[Handout]) -> None:
    first = 1
    wanted = {}
    for number, handout in enumerate(handouts):
        wanted[f"R-{number}"] = first
        first += handout.pages + handout.pages % 2
    assert starts(run) == wanted
    assert {page % 2 for page in wanted.values()} == {1}
    assert any(handout.pages % 2 for handout in handouts)
    with pikepdf.open(run) as pdf:
        assert len(pdf.pages) == first - 1


def test_inspect_tells_of_all_its_codes(run: Path, handouts: list[Handout]) -> None:
    done = command(run.parent, "inspect", run.name)
    assert done.returncode == 0
    lines = dict(line.split(None, 1) for line in done.stdout.splitlines())
    codes = {handout.code for handout in handouts}
    assert lines["codes"] == f"{len(codes)} in all"
    assert set(lines["code"].split(", ")) < codes
    facts = json.loads(command(run.parent, "inspect", run.name, "--json").stdout)
    assert set(facts["codes"]) == codes


def test_pages_look_the_same_and_have_their_size(run: Path, handouts: list[Handout]) -> None:
    whole = pypdfium2.PdfDocument(run)
    for number, first in enumerate(starts(run).values()):
        own = pypdfium2.PdfDocument(handouts[number].pdf)
        for page in range(len(own)):
            pictures = [
                document[index].render(scale=1).to_pil()
                for document, index in ((own, page), (whole, first - 1 + page))
            ]
            assert pictures[0].size == pictures[1].size
            assert pictures[0].tobytes() == pictures[1].tobytes()
        own.close()
    whole.close()


def test_words_stay_words(run: Path, handouts: list[Handout]) -> None:
    whole = pypdfium2.PdfDocument(run)
    for number, first in enumerate(starts(run).values()):
        own = pypdfium2.PdfDocument(handouts[number].pdf)
        for page in range(len(own)):
            texts = [
                document[index].get_textpage().get_text_bounded().split()
                for document, index in ((own, page), (whole, first - 1 + page))
            ]
            assert texts[0] == texts[1]
        own.close()
    whole.close()


def test_fonts_and_pictures_are_there_once(
    tmp_path: Path, workspace: Workspace, handouts: list[Handout]
) -> None:
    sizes = []
    for count in (2, 12):
        path = tmp_path / f"{count}.pdf"
        write(path, workspace, [handouts[0]] * count)
        with pikepdf.open(path) as pdf:
            streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
            fonts = [item for item in streams if "/Length1" in item]
            forms = [item for item in streams if item.get("/Subtype") == pikepdf.Name.Form]
        sizes.append((len(fonts), len(forms)))
    assert sizes[0] == sizes[1]
    more = (tmp_path / "12.pdf").stat().st_size - (tmp_path / "2.pdf").stat().st_size
    assert more / 10 < len(handouts[0].pdf) / 3


def test_separators_carry_reference_and_code(
    tmp_path: Path, workspace: Workspace, handouts: list[Handout]
) -> None:
    path = tmp_path / "run.pdf"
    with open_print_run(path, workspace, separators=True) as run:
        for title in ("R-17", "漢-1", "x" * 80):
            run.add(PrintItem(title, TOKEN, "X-1", handouts[0].pdf))
    reader = pypdf.PdfReader(path)
    assert list(starts(path).values()) == [1, 5, 9]
    texts = [reader.pages[page - 1].extract_text().split() for page in (1, 5, 9)]
    assert texts == [["R-17", "X-1", TOKEN], [TOKEN, "X-1", TOKEN], ["x" * 80, "X-1", TOKEN]]
    assert all("Maria" in reader.pages[page + 1].extract_text() for page in (1, 5, 9))
    assert reader.pages[1].extract_text() == ""


def test_encrypted_handouts_are_printed_with_their_password(
    tmp_path: Path, workspace: Workspace, handouts: list[Handout]
) -> None:
    locked = encrypt(handouts[0].pdf, "open sesame")
    with open_print_run(tmp_path / "run.pdf", workspace) as run:
        run.add(PrintItem("R-1", TOKEN, "X-1", locked, "open sesame"))
    text = pypdf.PdfReader(tmp_path / "run.pdf").pages[0].extract_text()
    assert "Maria" in text


def test_a_file_that_is_damaged_stops_it_and_leaves_nothing(
    tmp_path: Path, workspace: Workspace
) -> None:
    (tmp_path / "run.pdf").write_bytes(b"old")

    def go() -> None:
        with open_print_run(tmp_path / "run.pdf", workspace) as run:
            run.add(PrintItem("R-1", TOKEN, "X-1", b"%PDF-1.7 nothing"))

    with pytest.raises(ContentError, match="damaged"):
        go()
    assert (tmp_path / "run.pdf").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["run.pdf"]


def test_an_empty_run_is_a_file_without_pages(tmp_path: Path, workspace: Workspace) -> None:
    with open_print_run(tmp_path / "run.pdf", workspace):
        pass
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        assert len(pdf.pages) == 0


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, workspace: Workspace) -> None:
    with (
        pytest.raises(DeliveryError, match="cannot be written"),
        open_print_run(tmp_path / "no" / "run.pdf", workspace),
    ):
        pass


FULL = """
import resource, sys
from pathlib import Path
from handouts import Workspace
from handouts.deliver.print_run import PrintItem, open_print_run
from handouts.errors import DeliveryError
pdf = Path("one.pdf").read_bytes()
try:
    with open_print_run(Path("run.pdf"), Workspace()) as run:
        run.add(PrintItem("R-1", "7QK2M9XD4TRV0HBN", "X-1", pdf))
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
except DeliveryError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for a process's files")
def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, handouts: list[Handout]) -> None:
    (tmp_path / "one.pdf").write_bytes(handouts[0].pdf)
    done = subprocess.run(
        [sys.executable, "-c", FULL], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "run.pdf cannot be written" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["one.pdf"]


MEASURE = """
import resource, sys
from pathlib import Path
from handouts import Library, OrderRequest, Workspace
from handouts.deliver.print_run import PrintItem, open_print_run
from handouts.model.order import Patient as Person
from handouts.stamp.press import Press
workspace, target = Workspace(), Path("run.pdf")
press = Press(Library(workspace))
given = "Maria Žofia Łukasz Ольга Ελένη Jürgen Amara".split()

def run(count, **options):
    with open_print_run(target, workspace, **options) as run:
        for number in range(count):
            letters = "".join(chr(97 + int(digit)) for digit in str(number))
            name = f"{given[number % len(given)]} {letters.title()}"
            person = Person(name=name, affected_side="left")
            request = OrderRequest(
                program="si-joint-calm", clinic="riverbend", patient=person, token=f"{number:016}"
            )
            pdf = press.make(request).file.pdf
            run.add(PrintItem(f"R-{number}", request.token, "X-1", pdf))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak // (1024 if sys.platform == "darwin" else 1), target.stat().st_size, run.pages)

run(1000, separators=True) if "separators" in sys.argv else (run(100), run(1000))
"""


@pytest.mark.slow
def test_a_thousand_patients_take_little_memory_and_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (small, few, _), (large, many, pages) = (
        map(int, line.split()) for line in done.stdout.splitlines()
    )
    assert large - small <= 60_000
    assert (many - few) / 900 <= 3000
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        assert len(pdf.pages) == pages
        assert pdf.pages[pages - 2].obj.Parent.Count <= 64
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        names = [str(font.FontName) for font in fonts if "/FontFile2" in font]
        latin = pdf.pages[0].resources.Font[f"/{BASE_FONTS['Handout-Regular']}"]
        assert names.count(str(latin.FontDescriptor.FontName)) == 1
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "separators"], cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    divided, _, sheets = map(int, done.stdout.split())
    assert sheets == pages + 2000
    # Handouts of some 60 kB must not wait for their separators.
    assert divided - large <= 40_000

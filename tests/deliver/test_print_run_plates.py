"""Handouts from one plate share what is equal in a print run; nothing is lost, nothing mixed."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handouts import Handout, Workspace
from handouts.deliver import print_copies, print_run
from handouts.deliver.finished_pdf import encrypt, open_pdf
from handouts.deliver.print_run import PrintItem, open_print_run
from handouts.errors import ContentError
from handouts.model.dosage import Dosage

Builder = Callable[..., Handout]
TOKENS = [f"{number:016d}" for number in range(20)]
NAMES = ["Maria Nuñez", "Ольга (x) \\ y", "Łukasz Őry", "Peter O'Neil", "Ελένη Žofia", "Łukasz Őry"]


@pytest.fixture(scope="module")
def same(handout_for: Builder) -> list[Handout]:
    """Return handouts from one plate: names in letters of the shared fonts, and of none of them."""
    return [
        handout_for(layout="fridge", patient={"name": name}, token=TOKENS[number])
        for number, name in enumerate(NAMES)
    ]


@pytest.fixture(scope="module")
def others(handout_for: Builder) -> list[Handout]:
    """Return handouts from other plates, with other numbers of pages."""
    return [
        handout_for(layout="compact", clinic="oldmill", token=TOKENS[7]),
        handout_for(program="si-joint-strength", layout="cards", mode="gray", token=TOKENS[8]),
        handout_for(layout="compact", clinic="oldmill", patient={"name": "Ольга"}, token=TOKENS[9]),
        handout_for(patient={"note": "Slowly. " * 60}, token=TOKENS[10]),
    ]


def resaved(pdf: bytes) -> bytes:
    """Return a PDF with the same pages, built otherwise."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(stream)
    return stream.getvalue()


def printed(path: Path, workspace: Workspace, made: list[bytes], **options: bool) -> bytes:
    with open_print_run(path, workspace, **options) as run:
        for number, pdf in enumerate(made):
            run.add(PrintItem(f"R-{number}", TOKENS[number], "X-1", pdf))
    return path.read_bytes()


def assert_same_pages(run: bytes, made: list[bytes], lead: int = 0) -> None:
    """Assert that each handout's pages are in the run as they were, from a front page on."""
    whole, at = pypdfium2.PdfDocument(run), 0
    for pdf in made:
        own = pypdfium2.PdfDocument(pdf)
        at += lead
        for page in range(len(own)):
            left, right = own[page], whole[at + page]
            texts = [one.get_textpage().get_text_bounded().split() for one in (left, right)]
            assert texts[0] == texts[1]
            assert left.get_size() == right.get_size()
            pictures = [one.render(scale=1).to_pil().tobytes() for one in (left, right)]
            assert pictures[0] == pictures[1]
        at += len(own) + len(own) % 2
        own.close()
    assert len(whole) == at
    whole.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of files that were opened whole."""
    names: list[str] = []

    def noted(pdf: bytes, password: str | None, name: str) -> pikepdf.Pdf:
        names.append(name.removeprefix("the handout "))
        return open_pdf(pdf, password, name)

    monkeypatch.setattr(print_run, "open_pdf", noted)
    return names


@pytest.mark.parametrize("first", range(3))
def test_one_from_a_plate_is_opened_and_all_are_there(
    tmp_path: Path, workspace: Workspace, same: list[Handout], opened: list[str], first: int
) -> None:
    made = [handout.pdf for handout in same[first:] + same[:first]]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0]]
    assert_same_pages(run, made)


def test_own_doses_are_there(tmp_path: Path, workspace: Workspace, handout_for: Builder) -> None:
    doses = [{"glute-bridge": Dosage.model_validate({"repetitions": n})} for n in (8, 10, 12)]
    made = [
        handout_for(doses=dose, token=token).pdf for dose, token in zip(doses, TOKENS, strict=False)
    ]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert_same_pages(run, made)


def test_plates_and_other_files_mix(
    tmp_path: Path,
    workspace: Workspace,
    same: list[Handout],
    others: list[Handout],
    opened: list[str],
) -> None:
    mixed = [one for pair in zip(same, [*others, *others[:2]], strict=True) for one in pair]
    pdfs = [handout.pdf for handout in mixed]
    made = [*pdfs[:3], resaved(pdfs[0]), *pdfs[3:]]
    assert {handout.pages % 2 for handout in mixed} == {0, 1}
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0], TOKENS[1], TOKENS[3], TOKENS[4], TOKENS[8]]
    assert_same_pages(run, made)


def test_separators_stand_before_each(
    tmp_path: Path, workspace: Workspace, same: list[Handout], others: list[Handout]
) -> None:
    made = [same[0].pdf, others[0].pdf, same[1].pdf, others[1].pdf]
    run = printed(tmp_path / "run.pdf", workspace, made, separators=True)
    assert_same_pages(run, made, lead=2)


def test_encrypted_ones_are_opened_each(
    tmp_path: Path, workspace: Workspace, same: list[Handout], opened: list[str]
) -> None:
    with open_print_run(tmp_path / "run.pdf", workspace) as run:
        for number, handout in enumerate(same):
            password = "open sesame" if number % 2 else None
            pdf = encrypt(handout.pdf, password) if password else handout.pdf
            run.add(PrintItem(f"R-{number}", TOKENS[number], "X-1", pdf, password))
    assert opened == [TOKENS[0], TOKENS[1], TOKENS[3], TOKENS[5]]
    assert_same_pages((tmp_path / "run.pdf").read_bytes(), [one.pdf for one in same])


def test_a_plate_that_was_forgotten_is_read_again(
    tmp_path: Path,
    workspace: Workspace,
    same: list[Handout],
    others: list[Handout],
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(print_copies, "_PLATES", 1)
    made = [same[0].pdf, others[0].pdf, same[3].pdf, others[0].pdf]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == TOKENS[:4]
    assert_same_pages(run, made)
    assert len(run) < len(printed(tmp_path / "half.pdf", workspace, made[:2])) + 6000


def test_it_is_sound_small_and_the_same_each_time(
    tmp_path: Path, workspace: Workspace, same: list[Handout]
) -> None:
    made = [same[number % 4 and 3].pdf for number in range(20)]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert run == printed(tmp_path / "again.pdf", workspace, made)
    few = printed(tmp_path / "few.pdf", workspace, made[:2])
    assert (len(run) - len(few)) / 18 < 1500
    reader = pypdf.PdfReader(io.BytesIO(run), strict=True)
    assert len(reader.pages) == 20 * (same[0].pages + same[0].pages % 2)
    assert "/StructTreeRoot" not in reader.root_object
    with pikepdf.open(io.BytesIO(run)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert all("/StructParents" not in page.obj for page in pdf.pages)
        assert all("/Annots" not in page.obj for page in pdf.pages)


def test_a_run_of_no_more_than_pages_on_paper(tmp_path: Path, workspace: Workspace) -> None:
    """Objects in many streams, and page groups in more than one level."""
    with open_print_run(tmp_path / "run.pdf", workspace) as run:
        run._pages += [run._page(pikepdf.Array([0, 0, 612, 792])) for _ in range(70 * 64)]
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 70 * 64
        assert len(pdf.Root.Pages.Kids) == 2


# -- files that are no more of their kind


def updated(pdf: bytes, number: int, body: bytes) -> bytes:
    """Return a PDF to which another object with a number was added (ISO 32000-1, 7.5.6)."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        size, root = int(opened.trailer.Size), opened.Root.objgen[0]
    before = int(pdf.split(b"startxref")[-1].split()[0])
    added = pdf + b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return added + (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (number, len(pdf), size, root, before, len(added))


def first_content(handout: Handout) -> int:
    """Return the number of the first piece of content, which all from a plate share."""
    with pikepdf.open(io.BytesIO(handout.pdf)) as pdf:
        return int(pdf.pages[0].Contents[0].objgen[0])


def test_a_file_that_was_changed_later_is_read_whole(
    tmp_path: Path, workspace: Workspace, same: list[Handout], opened: list[str]
) -> None:
    body = b"<</Length 32>>\nstream\n/Artifact BMC 9 9 99 99 re f EMC\nendstream"
    changed = updated(same[1].pdf, first_content(same[1]), body)
    made = [same[0].pdf, changed, same[3].pdf]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0], TOKENS[1]]
    assert_same_pages(run, made)


def test_a_file_that_lacks_content_is_not_printed(
    tmp_path: Path, workspace: Workspace, same: list[Handout]
) -> None:
    less = updated(same[3].pdf, first_content(same[3]), b"null")
    with pytest.raises(ContentError, match="damaged"):
        printed(tmp_path / "run.pdf", workspace, [same[0].pdf, less])
    assert list(tmp_path.iterdir()) == []


@given(st.data())
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_a_damaged_file_is_read_or_refused(
    same: list[Handout], workspace: Workspace, data: st.DataObject
) -> None:
    file = same[1].file
    first = data.draw(st.sampled_from([0, len(file.shared)]))
    pdf = bytearray(file.pdf)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(first, len(pdf) - 1))
        pdf[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.pdf"
        try:
            printed(path, workspace, [same[0].pdf, bytes(pdf)])
        except ContentError:
            assert list(path.parent.iterdir()) == []
        else:
            with pikepdf.open(path) as run:
                assert len(run.pages) > same[0].pages + same[0].pages % 2

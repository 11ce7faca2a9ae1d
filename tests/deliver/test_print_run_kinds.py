"""Handouts of one kind stand in a print run once, with what is each one's own; nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
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
from handouts.deliver import sheets
from handouts.deliver.encrypt import encrypt, open_pdf
from handouts.deliver.parts import inflated, parts_of, stream_of
from handouts.deliver.print_run import Patient, PrintRun
from handouts.deliver.recent import Recent
from handouts.errors import ContentError
from handouts.model.dosage import Dosage
from handouts.pdf.base import block_of, plain_stream
from handouts.pdf.lettering import OwnText
from handouts.pdf.objects import compressed

Builder = Callable[..., Handout]
TOKENS = [f"{number:016d}" for number in range(20)]
NAMES = ["Maria Nuñez", "Ольга (x) \\ y", "Łukasz Őry", "Peter O'Neil", "Ελένη Žofia", "Łukasz Őry"]


@pytest.fixture(scope="module")
def same(handout_for: Builder) -> list[Handout]:
    """Return handouts of one kind: names in letters of the shared fonts, and of none of them."""
    return [
        handout_for(layout="fridge", patient={"name": name}, token=TOKENS[number])
        for number, name in enumerate(NAMES)
    ]


@pytest.fixture(scope="module")
def others(handout_for: Builder) -> list[Handout]:
    """Return handouts of other kinds, with other numbers of pages."""
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
    with PrintRun(path, workspace, **options) as run:
        for number, pdf in enumerate(made):
            run.add(Patient(f"R-{number}", TOKENS[number], "X-1", pdf))
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

    monkeypatch.setattr(sheets, "open_pdf", noted)
    return names


@pytest.mark.parametrize("first", range(3))
def test_one_of_a_kind_is_opened_and_all_are_there(
    tmp_path: Path, workspace: Workspace, same: list[Handout], opened: list[str], first: int
) -> None:
    made = [handout.pdf for handout in same[first:] + same[:first]]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0]]
    assert_same_pages(run, made)


def test_own_doses_are_of_one_kind(
    tmp_path: Path, workspace: Workspace, handout_for: Builder, opened: list[str]
) -> None:
    """Their parts stand apart from what they share, with elements in object streams."""
    doses = [{"glute-bridge": Dosage.model_validate({"repetitions": n})} for n in (8, 10, 12)]
    made = [
        handout_for(doses=dose, token=token).pdf for dose, token in zip(doses, TOKENS, strict=False)
    ]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0]]
    assert_same_pages(run, made)


def test_kinds_and_other_files_mix(
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
    with PrintRun(tmp_path / "run.pdf", workspace) as run:
        for number, handout in enumerate(same):
            password = "open sesame" if number % 2 else None
            pdf = encrypt(handout.pdf, password) if password else handout.pdf
            run.add(Patient(f"R-{number}", TOKENS[number], "X-1", pdf, password))
    assert opened == [TOKENS[0], TOKENS[1], TOKENS[3], TOKENS[5]]
    assert_same_pages((tmp_path / "run.pdf").read_bytes(), [one.pdf for one in same])


def test_a_kind_that_was_forgotten_is_read_again(
    tmp_path: Path,
    workspace: Workspace,
    same: list[Handout],
    others: list[Handout],
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "_KINDS", 1)
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
    with PrintRun(tmp_path / "run.pdf", workspace, separators=True) as run:
        blank = run._sheets.resources()
        for _ in range(70 * 64):
            run._put(sheets.Sheet((612, 792), b"", blank))
    with pikepdf.open(tmp_path / "run.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 70 * 64
        assert len(pdf.Root.Pages.Kids) == 2


# -- files that are no more of their kind


def own_of(handout: Handout) -> list[tuple[int, bytes]]:
    parts = parts_of(handout.pdf)
    assert parts is not None
    return list(parts.own.items())


def static_content(handout: Handout) -> int:
    """Return the number of a piece of content that all of a kind share."""
    own = dict(own_of(handout))
    with pikepdf.open(io.BytesIO(handout.pdf)) as pdf:
        numbers = [piece.objgen[0] for piece in pdf.pages[0].Contents]
    return next(number for number in numbers if number not in own)


def test_a_file_that_changes_more_than_its_own_is_read_whole(
    tmp_path: Path, workspace: Workspace, same: list[Handout], opened: list[str]
) -> None:
    changed = (static_content(same[1]), plain_stream(b"/Artifact BMC 9 9 99 99 re f EMC"))
    other = same[1].plate.base.complete([block_of([*own_of(same[1]), changed])])
    made = [same[0].pdf, other.pdf, same[3].pdf]
    run = printed(tmp_path / "run.pdf", workspace, made)
    assert opened == [TOKENS[0], TOKENS[1]]
    assert_same_pages(run, made)


def test_a_file_that_lacks_words_is_not_printed(
    tmp_path: Path, workspace: Workspace, same: list[Handout]
) -> None:
    words = {number for number, own in same[3].plate.own if isinstance(own, OwnText)}
    own = [(number, body) for number, body in own_of(same[3]) if number not in words]
    less = same[3].plate.base.complete([block_of(own)])
    with pytest.raises(ContentError, match="not made by this version"):
        printed(tmp_path / "run.pdf", workspace, [same[0].pdf, less.pdf])
    assert list(tmp_path.iterdir()) == []


def test_letters_that_cannot_be_read_are_not_printed(
    tmp_path: Path, workspace: Workspace, same: list[Handout]
) -> None:
    own = dict(own_of(same[1]))
    maps = {number for number, body in own.items() if b"beginbfchar" in (inflated(body) or b"")}
    assert maps
    empty = compressed(b"endcmap", {})
    garbled = plain_stream(b"garbled", b"/Filter /FlateDecode")
    for body in (empty, garbled):
        changed = [(number, body if number in maps else old) for number, old in own.items()]
        bad = same[1].plate.base.complete([block_of(changed)])
        with pytest.raises(ContentError, match=r"not made by this version|damaged"):
            printed(tmp_path / "run.pdf", workspace, [same[0].pdf, bad.pdf])
    assert list(tmp_path.iterdir()) == []


# -- parts


def test_parts_are_those_that_it_was_made_of(same: list[Handout], others: list[Handout]) -> None:
    for handout in (*same, *others):
        parts = parts_of(handout.pdf)
        assert parts is not None
        base = handout.plate.base
        assert parts.shared == hashlib.sha256(base.body).digest()
        assert (parts.first, parts.info) == (base.size, base.info)
        assert handout.plate.base.complete([block_of(parts.own.items())]).pdf == handout.pdf
        assert {number for number, _ in handout.plate.own} < parts.own.keys()


def test_files_of_another_make_have_no_parts(same: list[Handout]) -> None:
    pdf = same[0].pdf
    own = len(pdf) - len(same[0].file.own)
    for other in (
        b"",
        b"%PDF-1.7 nothing",
        b"startxref\n0\n%%EOF\n",
        pdf[:-1],
        pdf[: len(same[0].file.shared)],
        pdf[:own] + b" " + pdf[own:],
        pdf + b"\n",
        resaved(pdf),
        encrypt(pdf, "open sesame"),
    ):
        assert parts_of(other) is None


@given(st.data())
@settings(
    max_examples=60, deadline=None, derandomize=True,
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
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(ContentError):
        printed(Path(folder) / "run.pdf", workspace, [same[0].pdf, bytes(pdf)])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<</Length 2>>\nstream\nab\r\nendstream", (b"", b"ab")),
        (b"<</A 1/Length 2>>\nstream\nab\r\nendstream", (b"/A 1", b"ab")),
        (b"<</Length 3>>\nstream\nab\r\nendstream", (None, b"")),
        (b"<</Length 2>>\nstream\nab", (None, b"")),
        (b"<</A 1>>", (None, b"")),
    ],
)
def test_streams_are_read_as_they_are_written(
    body: bytes, expected: tuple[bytes | None, bytes]
) -> None:
    assert stream_of(body) == expected


def test_the_latest_are_remembered() -> None:
    recent: Recent[str, int] = Recent(2)
    for number, key in enumerate("abac"):
        assert recent.put(key, number) == number
    assert [recent.get(key) for key in "abc"] == [2, None, 3]
    recent.get("a")
    recent.put("d", 4)
    assert [recent.get(key) for key in "acd"] == [2, None, 4]

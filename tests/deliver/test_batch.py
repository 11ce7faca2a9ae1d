"""A roster becomes files, a manifest and a list of failures; a second run repeats nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import stat
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import fsspec
import pypdf
import pytest
from msgspec.structs import replace

from handouts import OrderRequest, Workspace, build
from handouts.deliver.batch import run_batch as batch
from handouts.deliver.batch.record import BatchReport, Failures
from handouts.deliver.batch.run_batch import BatchOptions
from handouts.deliver.finished_pdf import open_pdf
from handouts.deliver.manifest import ManifestEntry, Status, read_manifest
from handouts.deliver.output import Output
from handouts.deliver.print_run import Sort
from handouts.errors import DeliveryError
from handouts.model.order import Order
from handouts.pdf.pictures import modules_of
from handouts.stamp.press import Press, Pressed
from tests.deliver.conftest import Runner
from tests.deliver.rosters import GOOD, Told, people

TOKEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
STAND_IN = "7QK2M9XD4TRV0HBN"


def entries(folder: Path) -> list[ManifestEntry]:
    return list(read_manifest(folder / "manifest.jsonl"))


def pdfs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.glob("*.pdf")}


def text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_each_patient_gets_their_own_file(run: Runner, tmp_path: Path) -> None:
    rows = people(5)
    summary = run(rows)
    out = tmp_path / "out"
    assert (summary.total, summary.made, summary.failed, summary.pages) == (5, 5, 0, 5)
    found = entries(out)
    assert [entry.reference for entry in found] == [row["reference"] for row in rows]
    assert sorted(pdfs(out)) == sorted(str(entry.file) for entry in found)
    for row, entry in zip(rows, found, strict=True):
        pdf = (out / str(entry.file)).read_bytes()
        names = {other["name"] for other in rows if other["name"] in text(pdf)}
        assert names == {row["name"]}
        assert (entry.row, entry.roster) == (
            rows.index(row) + 2,
            (tmp_path / "roster.csv").as_posix(),
        )
        assert (entry.sha256, entry.bytes) == (sha256(pdf).hexdigest(), len(pdf))
        assert (entry.pages, entry.encrypted, entry.status) == (1, False, Status.MADE)
        assert str(entry.code).endswith(f"-{entry.revision}")
        assert (entry.program, entry.clinic, entry.language) == (
            "si-joint-calm",
            "riverbend",
            "en-US",
        )
        assert entry.file == f"{row['reference']}_{entry.code}.pdf"
        assert TOKEN.fullmatch(entry.token)
        assert not re.search("Person|Maria", entry.line())
    assert not (out / "failed.csv").exists()
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir() if path.is_file()} == {
        0o600
    }


def test_a_dose_of_ones_own_is_on_the_paper_and_changes_the_code(
    run: Runner, tmp_path: Path
) -> None:
    rows = [{**row, "dose:glute-bridge": ""} for row in people(2)]
    rows[1]["dose:glute-bridge"] = "7 times"
    run(rows)
    first, second = entries(tmp_path / "out")
    assert first.code != second.code
    one, two = (text(pdfs(tmp_path / "out")[str(entry.file)]) for entry in (first, second))
    assert "2 sets of 7" in two
    assert "2 sets of 7" not in one


def test_bad_rows_are_listed_and_the_rest_is_made(run: Runner, tmp_path: Path, told: Told) -> None:
    rows = [
        *people(2),
        {**GOOD, "reference": "R-3", "program": "si-joint-clam"},
        {**GOOD, "reference": "R-4", "name": "𒀀"},
        {**GOOD, "reference": ""},
        {**GOOD, "reference": "R-6", "dose:bird-dog": "2 x 9"},
        {**GOOD, "reference": "R-7", "name": "=1+1", "start_date": "3/4/2026"},
    ]
    summary = run(rows)
    assert (summary.made, summary.failed) == (2, 5)
    assert [failure[:2] for failure in told.failures] == [
        (4, "R-3"),
        (5, "R-4"),
        (6, ""),
        (7, "R-6"),
        (8, "R-7"),
    ]
    assert "no font has the character U+12000" in told.failures[1][2]
    assert 'has no exercise "bird-dog"' in told.failures[3][2]
    path = tmp_path / "out" / "failed.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        failed = list(csv.DictReader(stream))
    assert [row["row"] for row in failed] == ["4", "5", "6", "7", "8"]
    assert failed[4]["name"] == "'=1+1"
    statuses = [entry.status for entry in entries(tmp_path / "out")]
    assert statuses == [Status.MADE] * 2 + [Status.FAILED] * 5


def test_failures_are_corrected_and_fed_back_as_they_are(run: Runner, tmp_path: Path) -> None:
    out = tmp_path / "out"
    bad = {**GOOD, "reference": "R-9", "name": "=1+1", "program": "si-joint-clam"}
    run([*people(2), bad])
    path = out / "failed.csv"
    path.write_bytes(path.read_bytes().replace(b"si-joint-clam", b"si-joint-calm"))
    summary = run(path)
    assert (summary.total, summary.made, summary.failed) == (1, 1, 0)
    assert len(pdfs(out)) == 3
    made = [entry for entry in entries(out) if entry.status is Status.MADE]
    assert [entry.reference for entry in made] == ["P-000", "P-001", "R-9"]
    assert "=1+1" in text(pdfs(out)[str(made[2].file)])
    assert path.exists(), "the list that was read is the roster now"


def test_repaired_patients_outlive_the_list_that_they_failed_in(
    run: Runner, tmp_path: Path
) -> None:
    """The first list, run again, once removed them without a word."""
    out = tmp_path / "out"
    bad = [{**GOOD, "reference": f"R-{number}", "program": "si-joint-clam"} for number in range(6)]
    run([*people(4), *bad])
    path = out / "failed.csv"
    path.write_bytes(path.read_bytes().replace(b"si-joint-clam", b"si-joint-calm"))
    repaired = run(path)
    assert (repaired.made, repaired.unlisted, repaired.other_lists) == (6, (), 4)
    before = pdfs(out)
    again = run([*people(4), *bad], prune=True)
    assert (again.unchanged, again.failed, again.older) == (4, 6, 6)
    assert (again.unlisted, again.removed, again.other_lists) == ((), False, 0)
    assert pdfs(out) == before
    assert (out / "failed-2.csv").exists(), "what was corrected is not written over"
    assert run(out / "failed-2.csv", prune=True).failed == 6
    assert run(out / "failed.csv", prune=True).unchanged == 6
    assert pdfs(out) == before
    good = [{**row, "program": "si-joint-calm"} for row in bad]
    assert run([*people(4), *good]).unchanged == 10
    assert pdfs(out) == before


def test_who_left_the_list_is_told_and_removed_only_if_asked(run: Runner, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(people(4))
    before = pdfs(out)
    fewer = [people(4)[0], people(4)[3]]
    summary = run(fewer)
    assert (summary.unchanged, summary.unlisted, summary.removed) == (2, ("P-001", "P-002"), False)
    assert pdfs(out) == before
    wrong = {**GOOD, "reference": "", "name": "Who"}
    summary = run([*fewer, wrong], prune=True)
    assert (len(summary.unlisted), summary.removed) == (2, False), "the wrong row may be of either"
    assert pdfs(out) == before
    summary = run(fewer, prune=True)
    assert (summary.unlisted, summary.removed) == (("P-001", "P-002"), True)
    assert {name.partition("_")[0] for name in pdfs(out)} == {"P-000", "P-003"}
    assert run(fewer, prune=True).unlisted == ()
    assert run(people(4)).made == 2
    assert pdfs(out) == before


def test_files_that_are_none_of_ours_stay(run: Runner, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    own = ["notes.pdf", "P-000_OLD-ONE-2345AB.pdf", "failed.csv", ".film.part", "words.txt"]
    for name in own:
        (out / name).write_text("own", "utf-8")
    run([*people(2), {**GOOD, "reference": "BAD", "program": "no-such"}])
    run(people(1), prune=True)
    run(people(1, affected_side="right"), prune=True)
    assert {name: (out / name).read_text("utf-8") for name in own} == dict.fromkeys(own, "own")
    assert len(pdfs(out)) == 3


def test_a_file_that_vanishes_meanwhile_is_not_told_as_made(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Output.flush

    def flush(self: Output) -> None:
        real(self)
        min(self.path.glob("*.pdf")).unlink()

    with monkeypatch.context() as patched:
        patched.setattr(Output, "flush", flush)
        summary = run(people(3))
    assert (summary.made, summary.drafts, summary.pages) == (2, 2, 2)
    assert "1 of the handouts that were made are missing" in str(summary.stopped)
    assert run(people(3)).made in (1, 2)
    assert len(pdfs(tmp_path / "out")) == 3


def test_a_password_is_typed_again(run: Runner, tmp_path: Path, told: Told) -> None:
    out = tmp_path / "out"
    run([{**GOOD, "program": "si-joint-clam", "password": "correct horse"}])
    path = out / "failed.csv"
    path.write_bytes(path.read_bytes().replace(b"si-joint-clam", b"si-joint-calm"))
    assert run(path).failed == 1
    assert "password must have at least 8 characters" in told.failures[-1][2]
    assert pdfs(out) == {}
    path.write_bytes(path.read_bytes().replace(b"?", b"correct horse"))
    assert run(path).made == 1
    assert [entry.encrypted for entry in entries(out) if entry.status is Status.MADE] == [True]


def test_what_is_complete_and_unchanged_is_not_made_again(
    run: Runner, tmp_path: Path, told: Told
) -> None:
    rows = [*people(4), {**GOOD, "reference": "R-9", "program": "no-such"}]
    run(rows)
    before = inodes(tmp_path / "out")
    manifest = (tmp_path / "out" / "manifest.jsonl").read_bytes()
    again = run(rows)
    assert (again.made, again.unchanged, again.failed) == (0, 4, 1)
    assert inodes(tmp_path / "out") == before
    assert (tmp_path / "out" / "manifest.jsonl").read_bytes() == manifest
    assert told.done[-1] == 5


@pytest.mark.parametrize(
    ("change", "made"),
    [
        ({"name": "Somebody Else"}, 1),
        ({"affected_side": "right"}, 1),
        ({"program": "si-joint-move"}, 1),
        ({"note": "Ring me."}, 1),
        ({"password": "correct horse"}, 1),
        ({"email": "other@example.org"}, 0),
    ],
)
def test_a_changed_row_is_made_again_and_no_other(
    run: Runner, tmp_path: Path, change: dict[str, str], made: int
) -> None:
    rows = [*people(3)]
    run(rows)
    rows[1] = {**rows[1], **change}
    again = run(rows)
    assert (again.made, again.unchanged) == (made, 3 - made)
    assert len(pdfs(tmp_path / "out")) == 3, "the file of the code before is gone"


@pytest.mark.parametrize("damage", ["gone", "changed", "cut", "another's"])
def test_a_file_that_is_not_whole_is_made_again(run: Runner, tmp_path: Path, damage: str) -> None:
    run(people(2))
    before = pdfs(tmp_path / "out")
    path, other = sorted((tmp_path / "out").glob("*.pdf"))
    if damage == "gone":
        path.unlink()
    elif damage == "another's":
        path.unlink()
        path.symlink_to(other.name)
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[:-9] if damage == "cut" else whole[:-9] + b"x" * 9)
    assert run(people(2)).made == 1
    assert pdfs(tmp_path / "out") == before


def test_changed_content_or_another_day_makes_all_again(run: Runner, tmp_path: Path) -> None:
    run(people(2))
    assert run(people(2)).made == 0
    (tmp_path / "clinic" / "layouts" / "other.yaml").write_text("not read by anybody", "utf-8")
    assert run(people(2)).made == 2
    assert run(people(2), today=dt.date(2026, 11, 23)).made == 2


def test_the_same_key_gives_the_same_bytes(run: Runner, tmp_path: Path) -> None:
    run(people(2), print_run=tmp_path / "one.pdf")
    first = tmp_path / "out"
    second = first.rename(tmp_path / "first")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.key").write_bytes((second / "batch.key").read_bytes())
    run(people(2), print_run=tmp_path / "two.pdf")
    for path in second.iterdir():
        if path.is_file():
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_another_folder_has_other_tokens(run: Runner, tmp_path: Path) -> None:
    run(people(1))
    run(people(1), output=str(tmp_path / "b"), state=tmp_path / "b")
    assert entries(tmp_path / "out")[0].token != entries(tmp_path / "b")[0].token


def test_the_token_is_in_the_document_and_in_the_code_for_cameras(
    order_for: Callable[..., Order], workspace: Workspace
) -> None:
    order = replace(order_for(), reference_token=STAND_IN)
    handout = build(order, workspace)
    story = handout.laid_out
    assert story.document.token == STAND_IN
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    metadata = reader.metadata
    assert metadata is not None
    assert metadata.subject == f"Handout {story.document.code} {STAND_IN}"
    assert _packed(f"{story.document.code} {STAND_IN}") in _codes(reader)
    without = build(order_for(), workspace)
    reader = pypdf.PdfReader(io.BytesIO(without.pdf))
    assert _packed(without.code) in _codes(reader)


def _packed(content: str) -> bytes:
    """The modules of a code, each row filled up to whole bytes."""
    rows = ("".join(map(str, row)) for row in modules_of(content))
    return b"".join(
        int(row.ljust(-(-len(row) // 8) * 8, "0"), 2).to_bytes(-(-len(row) // 8)) for row in rows
    )


def _codes(reader: pypdf.PdfReader) -> list[bytes]:
    """The modules of all codes for cameras, each once."""
    pages: Any = reader.pages
    images = {
        each.get_object().get_data()
        for page in pages
        for each in page["/Resources"]["/XObject"].values()
        if "/ImageMask" in each.get_object()
    }
    return list(images)


def test_rows_with_a_password_are_encrypted(run: Runner, tmp_path: Path) -> None:
    rows = [*people(2)]
    rows[0] = {**rows[0], "password": "Grüße an Łukasz"}
    run(rows, print_run=tmp_path / "run.pdf")
    first, second = entries(tmp_path / "out")
    assert (first.encrypted, second.encrypted) == (True, False)
    with open_pdf((tmp_path / "out" / str(first.file)).read_bytes(), "Grüße an Łukasz", "x") as pdf:
        assert len(pdf.pages) == 1
    for path in (tmp_path / "out").glob("*.json*"):
        assert "Łukasz" not in path.read_text("utf-8")
    assert rows[0]["name"] in text((tmp_path / "run.pdf").read_bytes())


def test_passphrases_for_all(run: Runner, tmp_path: Path) -> None:
    book = tmp_path / "desk" / "pass.csv"
    book.parent.mkdir()
    run(people(3), passphrases=book, print_run=tmp_path / "run.pdf")
    with book.open(encoding="utf-8", newline="") as stream:
        passphrases = {row["reference"]: row["passphrase"] for row in csv.DictReader(stream)}
    for entry in entries(tmp_path / "out"):
        data = (tmp_path / "out" / str(entry.file)).read_bytes()
        with open_pdf(data, passphrases[entry.reference], "x") as pdf:
            assert pdf.is_encrypted
        assert passphrases[entry.reference] not in entry.line()
    assert len(set(passphrases.values())) == 3
    assert run(people(3), passphrases=book).unchanged == 3


def test_a_lock_is_not_taken_off_by_an_option_that_is_forgotten(
    run: Runner, tmp_path: Path, told: Told
) -> None:
    book, out = tmp_path / "pass.csv", tmp_path / "out"
    run(people(2), passphrases=book)
    before = pdfs(out)
    summary = run(people(2))
    assert (summary.made, summary.failed, summary.older) == (0, 2, 2)
    assert "opens with a password" in told.failures[-1][2]
    assert pdfs(out) == before
    min(out.glob("*.pdf")).unlink()
    assert run(people(2)).made == 1, "whoever wants it open removes the file"
    assert run(people(2), passphrases=book).made == 1


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, ["A", "B", "C", "D"]),
        ("name", ["C", "B", "D", "A"]),
        ("clinician", ["D", "A", "C", "B"]),
    ],
)
def test_the_print_run_is_sorted(
    run: Runner, tmp_path: Path, sort: str | None, order: list[str]
) -> None:
    people = [("A", "Zoë", "Cy"), ("B", "Émile", "dee"), ("C", "Anna", "Cy"), ("D", "Yan", "")]
    rows = [
        {**GOOD, "reference": reference, "name": name, "clinician": clinician}
        for reference, name, clinician in people
    ]
    run(rows, print_run=tmp_path / "run.pdf", sort=Sort(sort) if sort else None)
    outline: Any = pypdf.PdfReader(tmp_path / "run.pdf").outline
    titles = [str(mark["/Title"]) for mark in outline]
    assert titles == order


@pytest.mark.parametrize("change", [str, str.lower])
def test_a_print_run_never_replaces_a_handout(
    run: Runner, tmp_path: Path, change: Callable[[str], str]
) -> None:
    """It would be one patient's file with the pages of all; names may differ in case only."""
    run(people(2))
    out = tmp_path / "out"
    before = pdfs(out)
    first = min(before)
    summary = run(people(2), print_run=out / f"{change(first[:-4])}.pdf")
    assert f"{change(first[:-4])}.pdf is the handout of a patient" in str(summary.stopped)
    assert pdfs(out) == before
    assert run(people(2), print_run=out / "print.pdf").stopped is None


def test_the_print_run_is_sorted_by_both_last_names(run: Runner, tmp_path: Path) -> None:
    people = [("A", "Ana", "Soto"), ("B", "Zoe", "Abad"), ("C", "Eva", "")]
    others = {column: cell for column, cell in GOOD.items() if column != "name"}
    rows = [
        {**others, "reference": reference, "first_name": first, "last_name": "Gil",
         "second_last_name": second}
        for reference, first, second in people
    ]  # fmt: skip
    run(rows, print_run=tmp_path / "run.pdf", sort=Sort.NAME)
    outline: Any = pypdf.PdfReader(tmp_path / "run.pdf").outline
    assert [str(mark["/Title"]) for mark in outline] == ["B", "C", "A"]


def test_a_clinician_is_one_pile_by_id_and_by_name(run: Runner, tmp_path: Path) -> None:
    people = [("A", "luis-herrera"), ("B", "Dana"), ("C", "Luis Herrera, PT"), ("D", "Edith"),
              ("E", "DANA-WHITFIELD")]  # fmt: skip
    rows = [{**GOOD, "reference": name, "clinician": clinician} for name, clinician in people]
    run(rows, print_run=tmp_path / "run.pdf", sort=Sort.CLINICIAN)
    outline: Any = pypdf.PdfReader(tmp_path / "run.pdf").outline
    assert [str(mark["/Title"]) for mark in outline] == ["B", "E", "D", "A", "C"]


def test_files_go_to_other_storage_and_the_manifest_stays(run: Runner, tmp_path: Path) -> None:
    url = "gs://ward-7"
    summary = run(people(2), output=url, state=tmp_path / "state", print_run=tmp_path / "run.pdf")
    assert summary.print_pages == 4
    storage, root = fsspec.core.url_to_fs(url)
    names = {name.rpartition("/")[2] for name in storage.ls(root, detail=False)}
    found = entries(tmp_path / "state")
    assert names == {entry.file for entry in found}
    assert storage.cat_file(f"{root}/{found[0].file}").startswith(b"%PDF")
    assert run(people(2), output=url, state=tmp_path / "state").unchanged == 2


@pytest.mark.parametrize("lost", ["changed", "missing"])
@pytest.mark.parametrize("local", [True, False], ids=["folder", "storage"])
def test_a_file_that_is_not_the_one_that_was_made_is_not_printed(
    run: Runner, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str, local: bool
) -> None:
    url, path = str(tmp_path / "out") if local else f"gs://ward-{lost}", tmp_path / "run.pdf"
    storage, root = fsspec.core.url_to_fs(url)

    def change() -> None:
        """Change a letter of a handout when printing begins, or remove it."""
        name = min(name for name in storage.ls(root, detail=False) if name.endswith(".pdf"))
        good = storage.cat_file(name)
        storage.rm_file(name)
        if lost == "changed":
            storage.pipe_file(name, good[:-1] + b"?")

    monkeypatch.setattr(told, "printing", change)
    summary = run(people(2), output=url, state=tmp_path / "state", print_run=path)
    if local or lost == "changed":
        assert "1 of the handouts that were made are missing" in str(summary.stopped)
        assert (summary.made, summary.unchanged) == (1, 0)
    else:
        assert "cannot be read" in str(summary.stopped)
    assert not path.exists()


def test_what_is_said_is_kept_without_anything_of_the_patient(run: Runner, tmp_path: Path) -> None:
    run(people(2, note="Ring Zaphod.", next_visit="2026-12-24", clinician="Trillian"))
    code = entries(tmp_path / "out")[0].code
    words = [path.read_text("utf-8") for path in (tmp_path / "out" / "words").iterdir()]
    assert [path.name for path in (tmp_path / "out" / "words").iterdir()] == [f"{code}.txt"]
    assert "Knee drop" in words[0]
    assert not re.search("Person|Zaphod|Trillian|2026|Dec", words[0])


def test_one_job_is_done_in_the_process_that_was_started(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("another process was started")

    monkeypatch.setattr(batch, "local_workers", refuse)
    assert run(people(2)).made == 2


def test_files_go_to_the_disk_when_all_are_made(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(Output, "flush", lambda _: flushed.append(len(pdfs(tmp_path / "out"))))
    run(people(3))
    assert flushed == [3]


def test_two_batches_in_one_folder_do_not_mix(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second(_: object) -> None:
        run(people(1))

    monkeypatch.setattr(Output, "sweep", second)
    with pytest.raises(DeliveryError, match="another batch is writing to"):
        run(people(1))
    assert not (tmp_path / "out" / "manifest.jsonl").exists()


def test_a_list_of_failures_that_cannot_be_written_is_told_with_what_was_made(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Failures) -> None:
        raise DeliveryError("failed.csv cannot be written: no space left on device")

    monkeypatch.setattr(Failures, "put", refuse)
    summary = run([*people(2), {**GOOD, "reference": "BAD", "program": "no-such"}])
    assert (summary.made, str(summary.stopped)) == (
        2,
        "failed.csv cannot be written: no space left on device",
    )
    assert len(pdfs(tmp_path / "out")) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a folder with open files stays there")
def test_a_folder_that_is_removed_meanwhile_does_not_come_back(
    run: Runner, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files would be in no manifest."""

    def remove(_: BatchReport) -> None:
        limit = time.monotonic() + 60
        while len(pdfs(tmp_path / "out")) < 2 and time.monotonic() < limit:
            time.sleep(0.01)  # so that another handout is made, but not recorded
        (tmp_path / "out").rename(tmp_path / "gone")

    monkeypatch.setattr(told, "advanced", remove)
    rows = [*people(1), {**GOOD, "program": "si-joint-build"}, *people(9)[1:]]
    summary = run(rows, chunk=1)
    assert "cannot be written" in str(summary.stopped)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("chunk", [1, 2, 64])
def test_a_full_disk_stops_the_batch_and_what_was_made_is_known(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    real = Output.write
    written: list[str] = []

    def write(self: Output, name: str, *parts: bytes) -> None:
        if len(written) == 3:
            raise DeliveryError(f"{name} cannot be written: no space left on device", retry=True)
        written.append(name)
        real(self, name, *parts)

    monkeypatch.setattr(Output, "write", write)
    summary = run(people(6), chunk=chunk)
    assert "no space left" in str(summary.stopped)
    assert (summary.made, len(entries(tmp_path / "out"))) == (3, 3)
    monkeypatch.setattr(Output, "write", real)
    again = run(people(6))
    assert (again.unchanged, again.made) == (3, 3)


def test_a_bug_in_one_row_does_not_stop_the_others(
    run: Runner, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Press.make

    def explode(self: Press, request: OrderRequest) -> Pressed:
        if request.patient.reference == "P-001":
            raise KeyError("Zaphod Beeblebrox")
        return real(self, request)

    monkeypatch.setattr(Press, "make", explode)
    assert run(people(3)).made == 2
    assert told.failures[0][2].startswith(
        "handouts has a bug: KeyError at handouts/deliver/batch/jobs.py:"
    )
    assert "Zaphod" not in told.failures[0][2]


def test_options_hold_no_secret(tmp_path: Path) -> None:
    options = BatchOptions(str(tmp_path), tmp_path, 1)
    assert "password" not in json.dumps(str(options))


NAMES = [
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "x" * 300,
    "a\u200fb",
    "😀 Smile",
    "New\nLine",
    "CON",
    "O'Brien; DROP TABLE",
    "%2e%2e%2f",
    "<script>alert(1)</script>",
]


def test_hostile_names_stay_on_paper_or_are_refused(
    run: Runner, tmp_path: Path, told: Told
) -> None:
    rows = [{**GOOD, "reference": f"N-{i}", "name": name} for i, name in enumerate(NAMES)]
    rows += [{**GOOD, "reference": name, "name": "Good Name"} for name in NAMES]
    summary = run(rows)
    assert summary.made + summary.failed == len(rows)
    answers = {reference: why for _, reference, why in told.failures}
    assert "U+200F" in answers["N-3"]
    assert "U+1F600" in answers["N-4"]
    assert len(list(tmp_path.iterdir())) == 3
    for path in (tmp_path / "out").iterdir():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name)
    failed = (tmp_path / "out" / "failed.csv").read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(failed)):
        assert not any(cell.lstrip()[:1] in tuple("=+@") for cell in row if cell)

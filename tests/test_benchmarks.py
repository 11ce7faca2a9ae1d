"""What is measured against us makes the same handout, and promises are judged as they are meant."""

from __future__ import annotations

import csv
import dataclasses
import io
import platform
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from benchmarks.content import opened, write_inputs
from benchmarks.equality import Facts, differences, facts_of
from benchmarks.inputs import (
    CONTENT,
    OWN_PATIENTS,
    PATIENTS,
    read_json,
    read_patients,
)
from benchmarks.patients import REPEATS, STARTS, clinician_of, patient_of, request_of
from benchmarks.peers import BY_NAME, DESK, FULL, FULL_OWN, PEERS, PLATYPUS, STAMPED, Peer
from benchmarks.pictures import qr_picture, svg
from benchmarks.processes import Worker, run
from benchmarks.report import write_report
from benchmarks.rows import Row, ratios
from benchmarks.whole import write_roster

FACTS = Facts(5, Counter("abc"), frozenset({"regular", "bold"}), 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of what peers read, for two patients of each kind."""
    place = tmp_path_factory.mktemp("benchmark")
    write_inputs(place, 2)
    return place


def made_by(peer: Peer, folder: Path) -> bytes:
    (patient,) = read_patients(folder / (OWN_PATIENTS if peer.own else PATIENTS), 1, 1)
    return peer.prepare(folder).make(patient)


COMPARED = [peer for peer in PEERS if not peer.drawn]


@pytest.mark.parametrize("peer", COMPARED, ids=lambda peer: peer.name)
def test_peer_makes_the_same_handout(peer: Peer, folder: Path) -> None:
    if peer.missing:
        pytest.skip("not installed: typst (make bench sets it up)")
    ours = BY_NAME[FULL_OWN if peer.own else FULL]
    assert differences(facts_of(made_by(ours, folder)), facts_of(made_by(peer, folder))) == []


def test_the_desk_draws_another_page_for_another_dose(folder: Path) -> None:
    maker = BY_NAME[DESK].prepare(folder)
    pages = [Image.open(io.BytesIO(maker.make({"number": number}))) for number in range(2)]
    assert pages[0].size == pages[1].size == (612, 792)
    assert ImageChops.difference(*pages).getbbox() is not None


def words_in(told: Any) -> str:
    """All words of the runs in what a peer is told of a page."""
    if isinstance(told, list):
        return "".join(map(words_in, told))
    if not isinstance(told, dict):
        return ""
    if told.get("k") == "text":
        return "".join(run[0] for run in told["runs"])
    return "".join(map(words_in, told.values()))


def test_peers_are_told_all_that_our_pages_say(folder: Path) -> None:
    """Of programs of a patient's own too, which only Typst makes."""
    ours = BY_NAME[FULL_OWN].prepare(folder)
    for patient in read_patients(folder / OWN_PATIENTS, 0, 2):
        words = unicodedata.normalize("NFKC", words_in(patient["content"]["pages"]))
        assert Counter("".join(words.split())) == facts_of(ours.make(patient)).letters


def test_another_patients_handout_is_not_the_same(folder: Path) -> None:
    peer = BY_NAME[PLATYPUS]
    one, other = (
        facts_of(peer.prepare(folder).make(patient))
        for patient in read_patients(folder / PATIENTS, 0, 2)
    )
    (found,) = differences(one, other)
    assert found.startswith("letters missing")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"pages": 6}, ["6 pages, not 5"]),
        ({"letters": Counter("ab")}, ["letters missing {'c': 1}, too many {}"]),
        ({"letters": Counter("abcc")}, ["letters missing {}, too many {'c': 1}"]),
        ({"fonts": frozenset({"regular"})}, ["fonts ['regular'], not ['bold', 'regular']"]),
        ({"segments": 900}, []),
        ({"segments": 899}, ["899 lines and curves, less than 1000"]),
    ],
)
def test_differences(change: dict[str, Any], found: list[str]) -> None:
    assert differences(FACTS, dataclasses.replace(FACTS, **change)) == found


# --- what peers are told -----------------------------------------------------------------------


def test_what_differs_between_patients_is_left_open() -> None:
    contents = [
        {"title": "Same", "pages": [{"runs": [["For ", False], [name, True]]}, {"day": day}]}
        for name, day in (("Ann", "1"), ("Ben", "2"))
    ]
    content, words = opened(contents)
    assert content == {
        "title": "Same",
        "pages": [{"runs": [["For ", False], [0, True]]}, {"day": 1}],
    }
    assert words == [["Ann", "1"], ["Ben", "2"]]


def test_content_for_all_holds_nothing_of_a_patient(folder: Path) -> None:
    content = str(read_json(folder / CONTENT))
    for number, patient in enumerate(read_patients(folder / PATIENTS, 0, 2)):
        name = str(request_of(number).patient.name)
        assert name not in content
        assert name in patient["words"]


def test_patients_after_the_last_have_new_numbers(folder: Path) -> None:
    found = list(read_patients(folder / PATIENTS, 1, 3))
    assert [patient["number"] for patient in found] == [1, 2, 3]
    assert found[0]["words"] == found[2]["words"] != found[1]["words"]


def test_patients_come_again_after_all_kinds() -> None:
    first, again, other = (patient_of(number) for number in (5, 5 + REPEATS, 5 + STARTS))
    own = {"reference"}
    assert again.model_dump(exclude=own) == first.model_dump(exclude=own)
    assert other.model_dump(exclude=own) != first.model_dump(exclude=own)
    assert clinician_of(5) == clinician_of(5 + REPEATS)


def test_svg_of_a_code() -> None:
    assert svg(qr_picture([[True, True], [False, True]])) == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2" viewBox="0 0 2 2">'
        '<path d="M0 0L2 0L2 1L0 1ZM1 1L2 1L2 2L1 2Z" fill="#000000"/></svg>'
    )


# --- measuring ---------------------------------------------------------------------------------


def test_what_is_written_is_what_is_made(folder: Path, tmp_path: Path) -> None:
    with Worker("benchmarks.worker", STAMPED, str(folder)) as worker:
        for do in ("write", "floor"):
            taken = worker.ask(do=do, first=1, count=1, target=str(tmp_path / do))
            (path,) = (tmp_path / do).iterdir()
            assert path.read_bytes() == made_by(BY_NAME[STAMPED], folder)
            assert taken > 0


def test_a_command_is_measured_or_its_words_are_told() -> None:
    used = run([sys.executable, "-c", "bytearray(50_000_000)"])
    assert used.wall >= 0 < used.cpu
    assert 50e6 < used.peak < 200e6
    with pytest.raises(RuntimeError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_roster_is_of_one_kind(tmp_path: Path) -> None:
    write_roster(tmp_path / "roster.csv", 3)
    rows = list(csv.DictReader((tmp_path / "roster.csv").read_text("utf-8").splitlines()))
    assert len({row["reference"] for row in rows}) == 3
    assert len({(row["program"], row["start_date"], row["clinician"]) for row in rows}) == 1


# --- numbers and verdicts ----------------------------------------------------------------------


def test_ratio_is_taken_within_rounds() -> None:
    assert ratios([2.0, 8.0, 9.0], [1.0, 2.0, 3.0]) == (2.0, 4.0, 3.0)


@pytest.mark.parametrize(
    ("row", "aim", "found", "met"),
    [
        (Row(3, "a", 0.65, (0.9, 0.65, 0.1)), "≤ 0.65 x", "0.65 x (0.1 - 0.9)", True),
        (Row(3, "a", 0.65, (0.9, 0.66, 0.1)), "≤ 0.65 x", "0.66 x (0.1 - 0.9)", False),
        (Row(1, "a", 200, (200,), "x quicker", at_least=True), "≥ 200 x quicker",
         "200 x quicker", True),
        (Row(1, "a", 200, (199,), "x quicker", at_least=True), "≥ 200 x quicker",
         "199 x quicker", False),
        (Row(6, "a", 1.3, (1.0,), note="400 ms"), "≤ 1.3 x", "1 x; 400 ms", True),
    ],
)  # fmt: skip
def test_verdicts(row: Row, aim: str, found: str, met: bool) -> None:
    assert (row.aim, row.found, row.met) == (aim, found, met)


def test_report_tells_rows_and_nothing_of_where_it_was_made(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the report names the versions of all peers")
    rows = [Row(5, "tags", 1.25, (1.3,)), Row(1, "stamped", 200, (300.0,), at_least=True)]
    write_report(rows, [("peer", "CPU"), ("Typst", "90 ms")], tmp_path / "RESULTS.md")
    words = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "| 1 | stamped | ≥ 200 x | 300 x | met |\n| 5 | tags | ≤ 1.25 x | 1.3 x |" in words
    assert "| **not met** |" in words
    assert "| Typst | 90 ms |" in words
    assert "## Promises that we gave up on purpose" in words
    assert platform.node() not in words
    assert str(Path(__file__).parents[1]) not in words

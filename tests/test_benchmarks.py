"""What is measured against us makes the same handout, and promises are judged as they are meant."""

from __future__ import annotations

import dataclasses
import platform
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.content import Content, content_of
from benchmarks.equality import Facts, differences, facts_of
from benchmarks.growth import Point, extrapolated, measure_growth
from benchmarks.inputs import INDIVIDUALS, PATIENTS, read_patients
from benchmarks.many import Parallel, Printing
from benchmarks.patients import (
    REPEATS,
    STARTS,
    clinician_of,
    order_of,
    patient_of,
    words_for,
    workspace,
)
from benchmarks.peers import BY_NAME, FULL, FULL_OWN, PEERS, PLATYPUS, STAMPED, TYPST, Peer, writer
from benchmarks.promises import Results, promises
from benchmarks.report import write_report
from benchmarks.runs import filled
from benchmarks.starts import Start
from benchmarks.svg import svg
from benchmarks.warm import Warm, ratio
from benchmarks.write_inputs import write_inputs
from handouts.compose.compose import compose
from handouts.layout.engine import lay_out

FACTS = Facts(5, Counter("abc"), frozenset({"regular", "bold"}), 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of what peers read, for two patients of each kind."""
    place = tmp_path_factory.mktemp("benchmark")
    write_inputs(place, patients=2, individuals=2)
    return place


def made_by(peer: Peer, folder: Path) -> bytes:
    file = folder / (INDIVIDUALS if peer.individual else PATIENTS)
    (patient,) = read_patients(file, 1, 1)
    return peer.prepare(folder).make(patient)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the peers' own
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_peer_makes_the_same_handout(peer: Peer, folder: Path) -> None:
    if peer.missing:
        pytest.skip(f"not installed: {', '.join(peer.missing)} (make bench sets them up)")
    ours = BY_NAME[FULL_OWN if peer.individual else FULL]
    assert differences(facts_of(made_by(ours, folder)), facts_of(made_by(peer, folder))) == []


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
def test_differences(change: dict[str, object], found: list[str]) -> None:
    assert differences(FACTS, dataclasses.replace(FACTS, **change)) == found


def content_for(number: int) -> Content:
    order = order_of(number)
    return content_of(order, lay_out(compose(order), order, workspace()))


@pytest.mark.parametrize("number", [3, 12])
def test_content_is_the_same_for_all_patients(number: int) -> None:
    """Names, dates, rest days and clinicians are told with the patient, nothing else differs."""
    assert content_for(number) == content_for(0)


def test_words_of_a_patient_stand_in_the_document() -> None:
    order = order_of(12)
    furniture = compose(order).furniture
    told = words_for(order, 12, "CODE")
    assert told["words"]["name"] == order.patient.name
    runs = content_for(0)["foot"]["disclaimer"]
    assert filled(runs, told["words"]) == furniture.disclaimer.plain
    assert [len(week) for week in told["weeks"]] == [7] * 4
    start = order.patient.start_date
    assert start is not None
    assert told["weeks"][0][0][1:] == [str(start.day), start.weekday()]


def test_svg_of_a_picture() -> None:
    path = {
        "d": [["M", 0, 1], ["L", 2, 3], ["Z"]], "fill": None, "stroke": "#123456", "width": 2,
        "dash": [1, 2], "round": True, "even_odd": True,
    }  # fmt: skip
    assert svg({"width": 4, "height": 5, "alt": "", "paths": [path]}) == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="5" viewBox="0 0 4 5">'
        '<path d="M0 1L2 3Z" fill="none" fill-rule="evenodd" stroke="#123456" stroke-width="2"'
        ' stroke-dasharray="1,2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


# --- numbers and verdicts --------------------------------------------------------------------


def test_ratio_is_taken_within_rounds() -> None:
    assert dataclasses.astuple(ratio([2.0, 8.0, 9.0], [1.0, 2.0, 3.0])) == (3.0, 2.0, 4.0)


def test_extrapolation_leaves_the_start_out() -> None:
    points = [Point(10, 3.0, 3.0, 0), Point(110, 4.0, 4.0, 0)]
    assert extrapolated(points, 1110) == pytest.approx(14.0)


def warm(cpu: float, *, writing: float = 0.0, floor: float = 1.0) -> Warm:
    return Warm(
        wall=[cpu], cpu=[cpu], writing=[writing], floor=[floor],
        stored=[writing + 1.0], stored_floor=[floor + 1.0],
    )  # fmt: skip


HALF = Start([0.4], [0.2])


@pytest.mark.parametrize(
    ("results", "what", "met"),
    [
        (Results(warm={TYPST: warm(1.0), STAMPED: warm(0.01)}), "stamped, same", True),
        (Results(warm={TYPST: warm(1.0), STAMPED: warm(0.0101)}), "stamped, same", False),
        (Results(warm={TYPST: warm(1.0)}), "stamped, same", None),
        (Results(warm={STAMPED: warm(1.0, writing=2.0)}), "made and written", True),
        (Results(warm={STAMPED: warm(1.0, writing=2.1)}), "made and written", False),
        (Results(warm={TYPST: warm(1.0), FULL: warm(1.0)}), "full layout", True),
        (Results(warm={TYPST: warm(1.0), FULL: warm(1.1)}), "full layout", False),
        (Results(starts={"a": Start([0.4], [0.2])}), "first `build`", True),
        (Results(starts={"a": Start([0.4], [0.21])}), "first `build`", False),
        (Results(starts=dict.fromkeys("ab", HALF) | {"c": Start([0.4], [0.3])}), "first `b", True),
        (Results(printing=Printing(1000, 0.0005, 3000, 60_000_000)), "print run", True),
        (Results(printing=Printing(1000, 0.0006, 3001, 61_000_000)), "print run", False),
        (Results(parallel=Parallel(100, 1.7, 2.0)), "2 processes", True),
        (Results(parallel=Parallel(100, 1.6, 2.0)), "2 processes", False),
        (Results(parallel=Parallel(100, 1.2, 1.4)), "2 processes", True),
    ],
)
def test_verdicts(results: Results, what: str, met: bool | None) -> None:
    found = [promise.met for promise in promises(results) if promise.what.startswith(what)]
    assert found
    assert set(found) == {met}


def test_every_promise_is_told_even_if_nothing_was_measured() -> None:
    found = promises(Results())
    assert {promise.group for promise in found} == {1, 2, 3, 4, 5, 6}
    assert {promise.met for promise in found} == {None}


def test_a_million_is_foretold_from_a_hundred_thousand(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the report names the versions of all peers")
    points = [Point(1, 0.5, 0.5, 0), Point(10_000, 10.0, 9.0, 10**8), Point(100_000, 46.0, 45.0, 0)]
    results = Results(warm={TYPST: warm(0.5), STAMPED: warm(0.25, writing=3.0)})
    results.growth[STAMPED] = points
    (promise,) = [found for found in promises(results) if "1,000,000" in found.what]
    assert (promise.met, promise.found) == (True, "406 s, from 100,000 in 46 s")
    write_report(results, tmp_path / "RESULTS.md", [])
    words = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "| 0.5 s | 10 s | 46 s | 460 µs | 400 µs |" in words
    assert "would take 406 s (6.8 minutes) on one core" in words
    assert "one more goes on taking 400 µs" in words
    assert "is on the disk: 4 s a handout against 2 s, 2.00 x" in words


def test_a_million_is_not_foretold_from_less() -> None:
    results = Results(growth={STAMPED: [Point(1, 0.5, 0.5, 0), Point(99_999, 46.0, 45.0, 0)]})
    (promise,) = [found for found in promises(results) if "1,000,000" in found.what]
    assert promise.met is None


def test_growth_tells_each_count_and_leaves_nothing_on_the_disk(
    folder: Path, tmp_path: Path
) -> None:
    points = measure_growth(BY_NAME[STAMPED], folder, tmp_path, (1, 3), 60.0)
    assert [point.count for point in points] == [1, 3]
    assert 0 < points[0].wall < points[1].wall
    written = [path for path in tmp_path.rglob("*.pdf") if path.is_file()]
    assert [path.name for path in sorted(written)] == [f"{n:07d}.pdf" for n in range(3)]
    assert {path.stat().st_size for path in written} == {0}


def test_what_is_written_is_what_is_made(folder: Path, tmp_path: Path) -> None:
    for peer in (BY_NAME[STAMPED], BY_NAME[FULL]):
        maker = peer.prepare(folder)
        (patient,) = read_patients(folder / PATIENTS, 1, 1)
        place = tmp_path / peer.name
        place.mkdir()
        size = writer(maker)(patient, place)
        (path,) = place.iterdir()
        assert path.read_bytes() == maker.make(patient)
        assert path.stat().st_size == size


def test_patients_come_again_after_all_kinds() -> None:
    first, again, other = (patient_of(number) for number in (5, 5 + REPEATS, 5 + STARTS))
    own = {"reference"}
    assert again.model_dump(exclude=own) == first.model_dump(exclude=own)
    assert other.model_dump(exclude=own) != first.model_dump(exclude=own)
    assert clinician_of(5) == clinician_of(5 + REPEATS)


def test_report_says_nothing_of_where_it_was_made(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the report names the versions of all peers")
    results = Results(
        warm={TYPST: warm(0.5), FULL: warm(0.25)},
        growth={FULL: [Point(1, 0.5, 0.5, 50_000_000), Point(10, 2.0, 2.0, 60_000_000)]},
    )
    write_report(results, tmp_path / "RESULTS.md", ["a note"])
    words = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "| handouts, laid out | yes | 250 ms | 250 ms | 0.5 |" in words
    assert "| handouts, laid out | 0.5 s | 2 s | 200 ms | 167 ms | 60 MB |" in words
    assert platform.node() not in words
    assert str(Path(__file__).parents[1]) not in words

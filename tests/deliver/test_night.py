"""A night's work: a thousand patients of two clinics and three programs, twenty bad rows."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from handouts import Library, Workspace
from handouts.deliver.batch.record import BatchReport
from handouts.deliver.batch.run_batch import BatchOptions, run_batch
from handouts.deliver.manifest import ManifestEntry, Status, read_manifest
from handouts.load.roster import read_roster
from tests.deliver.conftest import TODAY
from tests.deliver.rosters import GOOD, Told, letters, write_csv, write_folder

PATIENTS = 1000
FIRST = (
    "Maria José Łukasz Žofia Şebnem Gáspár Ďuro Ελένη Ольга Nguyễn Zoë Øyvind Ana-Lucía Íñigo "
    "Çağla Bjørn Siân Nuñez D’Arcy Ångström Þóra Ħamrun Ğülşen Ѳеодоръ"
).split()
CLINICS, PROGRAMS = ("riverbend", "oldmill"), ("si-joint-calm", "si-joint-build", "si-joint-move")
BAD: list[dict[str, str]] = [
    {"reference": ""},
    {"reference": "P-0001", "name": "Two People One Number"},
    {"program": "si-joint-clam"},
    {"program": "../../etc/passwd"},
    {"clinic": "riverbent"},
    {"layout": "cart"},
    {"affected_side": "up"},
    {"start_date": "3/4/2026"},
    {"start_date": "soon"},
    {"start_date": "2026-02-30"},
    {"language": "Klingon"},
    {"email": "not an address"},
    {"email": "a@example.org, b@example.org"},
    {"password": "short"},
    {"dose:glute-bridge": "lots"},
    {"dose:glute-bridge": "900 times"},
    {"name": "𒀀𒁀"},
    {"name": "a\u200fb"},
    {"note": "x" * 1201},
]
"""Nineteen changes that spoil a row; the second spoils the row it repeats too."""


def roster() -> list[dict[str, str]]:
    """Return the rows, bad ones spread among the good."""
    rows = []
    for number in range(PATIENTS - len(BAD)):
        name = f"{FIRST[number % len(FIRST)]} {letters(number)}"
        rows.append(
            {
                **GOOD,
                "reference": f"P-{number:04}",
                "name": name,
                "clinic": CLINICS[number % 2],
                "program": PROGRAMS[number % 3],
                "layout": "slip",
                "affected_side": ("left", "right")[number % 2],
            }
        )
    chance = random.Random(7)  # noqa: S311 - places, not secrets
    for number, change in enumerate(BAD):
        bad = {**GOOD, "reference": f"BAD-{number}", "name": "Bad Row", "clinic": "riverbend"}
        if "dose:glute-bridge" in change:
            bad["program"] = "si-joint-calm"
        rows.insert(chance.randrange(2, len(rows)), {**bad, **change})
    return rows


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BatchReport]:
    """Make the night's handouts, with two processes."""
    folder = tmp_path_factory.mktemp("night")
    path = write_csv(folder / "roster.csv", roster())
    workspace = Workspace(write_folder(folder / "clinic"), today=TODAY)
    out = folder / "out"
    options = BatchOptions(str(out), out, 2, print_run=folder / "run.pdf", rosters=(path,))
    return folder, run_batch(read_roster(Library(workspace), [path]), workspace, options, Told())


@pytest.fixture(scope="module")
def entries(night: tuple[Path, BatchReport]) -> list[ManifestEntry]:
    return list(read_manifest(night[0] / "out" / "manifest.jsonl"))


@pytest.mark.slow
def test_980_are_made_and_20_are_listed(
    night: tuple[Path, BatchReport], entries: list[ManifestEntry]
) -> None:
    folder, summary = night
    assert (summary.total, summary.made, summary.failed) == (1000, 980, 20)
    assert sum(entry.status is Status.MADE for entry in entries) == 980
    assert len(list((folder / "out").glob("*.pdf"))) == 980
    with (folder / "out" / "failed.csv").open(encoding="utf-8-sig", newline="") as stream:
        failed = list(csv.DictReader(stream))
    assert len(failed) == 20
    assert [int(row["row"]) for row in failed] == sorted(int(row["row"]) for row in failed)
    assert all(row["problem"] for row in failed)
    wanted = {f"BAD-{number}" for number in range(2, len(BAD))} | {"", "P-0001"}
    assert {row["reference"] for row in failed} == wanted


@pytest.mark.slow
def test_each_file_holds_its_own_name_and_no_other(
    night: tuple[Path, BatchReport], entries: list[ManifestEntry]
) -> None:
    rows = {row["reference"]: row["name"] for row in roster()}
    words = {name.split()[-1] for name in rows.values()}
    for entry in entries:
        if entry.status is not Status.MADE:
            continue
        document = pypdfium2.PdfDocument(night[0] / "out" / str(entry.file))
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        said = {word for word in text.replace("’s", " ").split() if word in words}
        assert said == {rows[entry.reference].split()[-1]}
        assert rows[entry.reference].split()[0] in text


@pytest.mark.slow
def test_every_patient_starts_on_an_odd_page_of_one_print_run(
    night: tuple[Path, BatchReport], entries: list[ManifestEntry]
) -> None:
    folder, summary = night
    with pikepdf.open(folder / "run.pdf") as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        starts: dict[str, int] = {}
        mark: Any = pdf.Root.Outlines.First
        while mark is not None:
            starts[str(mark.Title)] = numbers[mark.Dest[0].objgen]
            mark = mark.get("/Next")
    made = [entry for entry in entries if entry.status is Status.MADE]
    assert list(starts) == [entry.reference for entry in made]
    assert {page % 2 for page in starts.values()} == {1}
    assert (
        summary.print_pages
        == len(numbers)
        == sum((entry.pages or 0) + (entry.pages or 0) % 2 for entry in made)
    )
    names = {row["reference"]: row["name"] for row in roster()}
    run = pypdfium2.PdfDocument(folder / "run.pdf")
    for reference, page in starts.items():
        assert names[reference].split()[-1] in run[page - 1].get_textpage().get_text_bounded()
    run.close()

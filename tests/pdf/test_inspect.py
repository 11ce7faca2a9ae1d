"""`handouts inspect`: conformance, tags, pictures, reading order and fields of a finished PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from handouts.cli.main import cli
from handouts.deliver import inspect as conformance
from handouts.deliver.inspect import read_back
from handouts.pdf import pdf_document
from handouts.stamp.build import write_pdf
from tests.conftest import Builder
from tests.layout.recording import pages_of

Inspect = Callable[..., str]


@pytest.fixture
def inspect(tmp_path: Path) -> Inspect:
    """Return a runner of the command on the bytes of a PDF; gives back what it prints."""

    def run(pdf: bytes, *options: str) -> str:
        path = tmp_path / "handout.pdf"
        path.write_bytes(pdf)
        done = CliRunner().invoke(cli, ["inspect", str(path), *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_it_says_what_a_handout_conforms_to(handout_for: Builder, inspect: Inspect) -> None:
    said = inspect(handout_for(layout="standard").pdf)
    assert "claims PDF/UA-1; page-validation agrees" in said
    assert "claims PDF/A-2A; page-validation agrees" in said
    assert "Logo of Riverbend Physiotherapy" in said
    assert "H1 1" in said
    assert "fields" not in said


def test_it_counts_fields(handout_for: Builder, inspect: Inspect) -> None:
    story = handout_for(layout="fridge").laid_out
    said = inspect(write_pdf(story, fillable=True).pdf)
    ticks = sum(entry.kind == "tick" for page in pages_of(story) for entry in page.entries)
    assert f"box {ticks}" in said
    assert "without a label" not in said
    assert "PDF/A" not in said


def test_it_reads_aloud(handout_for: Builder, inspect: Inspect) -> None:
    said = inspect(handout_for(layout="standard").pdf, "--reading").splitlines()
    start = said.index("heading 2: How it should feel")
    assert said[start + 1] == "A gentle stretch or tired muscle is fine."


def test_it_gives_all_as_json(handout_for: Builder, inspect: Inspect) -> None:
    story = handout_for(layout="standard").laid_out
    facts = json.loads(inspect(write_pdf(story, fillable=True).pdf, "--json"))
    assert facts["conformance"] == [{"standard": "PDF/UA-1", "passed": True, "failed": []}]
    assert facts["tags"]["Table"] == 2
    assert facts["pictures"][0] == "Logo of Riverbend Physiotherapy"
    labels = {field["label"] for field in facts["fields"]}
    assert "Knee drop, Tuesday, December 1" in labels
    assert facts["reading"][0] == "picture: Logo of Riverbend Physiotherapy"


def test_a_broken_claim_is_told(handout_for: Builder, inspect: Inspect) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(handout_for(layout="fridge").pdf))
    del writer.root_object["/Lang"]
    stream = io.BytesIO()
    writer.write(stream)
    assert "claims PDF/UA-1; page-validation finds broken: " in inspect(stream.getvalue())


def test_without_the_validator_claims_are_not_checked(
    handout_for: Builder, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(conformance, "version", missing)
    said = inspect(handout_for(layout="fridge").pdf)
    assert "claims PDF/UA-1; not checked, page-validation is not installed" in said


def test_a_pdf_of_others_has_no_tags(inspect: Inspect) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for y, line in ((99, "plain, for well-"), (85, "known reasons")):
        canvas.drawString(99, y, line)
    canvas.save()
    said = inspect(stream.getvalue(), "--reading")
    assert "none: a screen reader cannot tell its parts" in said
    assert "claims" not in said
    facts = read_back(stream.getvalue(), "other.pdf")
    assert (facts.tags, facts.fields, facts.conformance) == ({}, (), ())
    assert facts.text == ("plain, for well-\nknown reasons",)


def test_build_makes_a_form(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    words = ["build", "si-joint-calm", "--clinic", "riverbend", "--fillable", "-o", str(path)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert len(read_back(path.read_bytes(), "form.pdf").fields) > 100


def test_the_profile_is_a_small_srgb_of_a_fixed_day() -> None:
    profile = Path(pdf_document.__file__).with_name("srgb.icc").read_bytes()
    assert len(profile) == int.from_bytes(profile[:4]) < 1000
    assert profile[12:24] == b"mntrRGB XYZ "
    assert profile[24:36] == bytes.fromhex("07ea00010001000000000000")

"""Plain command lines of ``build`` are read without click, and mean what click makes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handouts.cli import plain, single
from handouts.cli.build import build
from handouts.errors import ContentError

OPTIONS = [
    *plain._OPTIONS,
    "--patient",
    "--fillable",
    "--help",
    "-h",
    "--nothing",
    "--",
    "-",
    "--nam",
    "-ox.pdf",
]
VALUES = [
    "si-joint-calm", "Maria Nuñez-O'Brien", "left", "LEFT", "both", "gray", "a4", "letter",
    "2026-12-01", "2026-12-01 14:30", "20261201", "2026-02-30", "today", "", " ", "x.pdf", "=",
    "--name", "-o", "-1", "a=b", ".", "é\udce9",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(OPTIONS),
    st.sampled_from(VALUES),
    st.builds("{}={}".format, st.sampled_from(OPTIONS), st.sampled_from(VALUES)),
)
pairs = st.tuples(st.sampled_from(OPTIONS), st.sampled_from(VALUES))
lines = st.one_of(
    st.lists(words, max_size=5),
    st.lists(pairs, max_size=4).map(lambda many: ["p", *(word for pair in many for word in pair)]),
)


def by_click(line: list[str]) -> dict[str, Any] | None:
    """Return what click reads; None if it refuses."""
    try:
        with build.make_context("build", list(line)) as context:
            return dict(context.params)
    except (click.UsageError, click.exceptions.Exit):
        return None


@settings(max_examples=600, deadline=None)
@given(lines)
@example(["p", "--side", "left", "--start", "2026-12-01", "--paper", "a4", "-o", "x.pdf"])
@example(["--name", "a", "p", "--name", "b"])
def test_a_plain_line_means_what_click_reads(line: list[str]) -> None:
    read = plain.read(["build", *line], {})
    if read is not None:
        assert read == {**(by_click(line) or {}), "folder": None}


def test_what_people_type_is_plain() -> None:
    line = (
        "build si-joint-calm --clinic riverbend --name Maria --preferred-name M --side left "
        "--start 2026-12-01 --note Rest. --reference 7 --clinician dana --layout large-print "
        "--language en-GB --paper a4 --mode gray --date 2026-11-30 -o m.pdf"
    ).split()
    line += ["--next-visit", "2026-12-15 14:30"]
    read = plain.read(line, {})
    assert read == {**(by_click(line[1:]) or {}), "folder": None}
    assert {param.name for param in build.params} == set(read) - {"folder"}
    assert {name for name, value in read.items() if not value} == {"folder", "patient", "fillable"}


@pytest.mark.parametrize(
    "line",
    [
        *("", "list programs", "--help", "--folder", "build", "build p q", "build p -h"),
        *("build p --side LEFT", "build p --name", "build p --name=M", "build p --name -M"),
        *("build p --fillable", "build p --patient p.yaml", "build p -o x.pdf --output x.pdf"),
    ],
)
def test_what_is_not_plain_is_left_to_click(line: str) -> None:
    assert plain.read(line.split(), {}) is None


def test_the_folder_is_that_of_the_option_else_of_the_variable(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    variable = {"HANDOUTS_FOLDER": str(one)}
    assert (plain.read(["build", "p"], variable) or {})["folder"] == one
    line = ["--folder", str(other), "build", "p"]
    assert (plain.read(line, variable) or {})["folder"] == other
    for folder in ("", str(tmp_path / "none"), "-h"):
        assert plain.read(["--folder", folder, "build", "p"], {}) is None
    assert plain.read(["build", "p"], {"HANDOUTS_FOLDER": str(tmp_path / "none")}) is None
    assert plain.read(["build", "p"], {plain.COMPLETION: "bash_complete"}) is None


def asked(folder: Path, *line: str) -> dict[str, Any]:
    read = plain.read(["build", "si-joint-calm", *line, "-o", str(folder / "a.pdf")], {})
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 1, "\nAborted!\n"),
        (ContentError("x is wrong", "change x"), 1, "x is wrong\n    hint: change x\n1 problem; "),
        (KeyError("Maria"), 70, "handouts has a bug: KeyError at handouts/cli/making.py:"),
    ],
)
def test_what_fails_is_told_as_by_any_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def explode(*_: object) -> None:
        raise error

    monkeypatch.setenv("HANDOUTS_CACHE", "off")
    monkeypatch.setattr("handouts.cli.making.make_order", explode)
    with pytest.raises(SystemExit) as ended:
        single.run(asked(tmp_path, "--clinic", "riverbend", "--name", "Maria"))
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (code, "")
    assert shown.err.startswith(said)
    assert "Maria" not in shown.err


def test_a_clinic_that_is_not_named_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = asked(tmp_path)
    monkeypatch.setattr(sys, "argv", ["handouts", "build", "si-joint-calm"])
    with pytest.raises(SystemExit, match="2"):
        single.run(options)
    assert "say which clinic the handout is from" in capsys.readouterr().err


def test_a_handout_is_the_same_read_either_way(tmp_path: Path) -> None:
    line = ["build", "si-joint-calm", "--clinic", "riverbend", "--date", "2026-11-30"]
    either = (["-m", "handouts"], ["-c", "from handouts.cli.main import main; main()"])
    told = []
    for index, start in enumerate(either):
        path = tmp_path / f"{index}é.pdf"
        done = subprocess.run(
            [sys.executable, *start, *line, "-o", str(path)],
            check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "HANDOUTS_CACHE": "off"},
        )  # fmt: skip
        told.append((done.stdout.replace(str(path), ""), done.stderr, path.read_bytes()))
    assert told[0] == told[1]
    assert told[0][0].startswith("wrote ")

"""Broken files: every problem is the one written in the file, at its line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.workspace import Workspace

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECT = re.compile(r"# expect: (\d+):(\d+) (.*?)(?: -> (.*))?$", re.MULTILINE)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_problems_are_those_written_in_the_file(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    kind = re.search(r"# load: (\w+)", text)
    assert kind
    copy = tmp_path / kind[1] / path.name
    copy.parent.mkdir()
    copy.write_text(text, encoding="utf-8")

    with pytest.raises(HandoutError) as caught:
        Library(Workspace(tmp_path)).load(kind[1], path.stem)

    found = caught.value.problems
    expected = EXPECT.findall(text)
    assert {problem.location.file for problem in found} == {f"{kind[1]}/{path.name}"}
    said = sorted((p.location.line, p.location.column, p.message) for p in found)
    assert said == sorted((int(line), int(column), words) for line, column, words, _ in expected)
    for line, column, message, hint in expected:
        (problem,) = [
            item
            for item in found
            if (item.location.line, item.location.column, item.message)
            == (int(line), int(column), message)
        ]
        assert hint in problem.hint


def test_there_are_broken_files() -> None:
    assert len(BROKEN) > 20

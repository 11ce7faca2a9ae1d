"""A patient who comes back gets the weeks that follow: other weeks, and the doses of those."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import run
from tests.readers import assert_strict_readers_accept

TOM = "--clinic riverbend --name Tom --side right --start 2026-12-29 --date 2026-12-28".split()


def words_of(folder: Path, program: str, *options: str) -> str:
    """Return the words of a handout that the command makes, as poppler reads them."""
    target = folder / "handout.pdf"
    done = run(folder, "build", program, *TOM, *options, "-o", str(target))
    assert done.returncode == 0, done.stderr
    return " ".join(assert_strict_readers_accept(target.read_bytes()).poppler.split())


def weeks_in(said: str) -> list[int]:
    return sorted({int(week) for week in re.findall(r"Week (\d+):", said)})


def test_a_handout_begins_in_a_later_week(tmp_path: Path) -> None:
    first, later, last = (
        words_of(tmp_path, "achilles", "--from-week", week) for week in ("1", "3", "5")
    )
    assert weeks_in(first) == [1, 2, 3, 4]
    assert "From week 2" in first
    assert "Start this in week 2" in first
    assert "from week 4: 3 sets of 15" in first

    # What began in week 2 has begun; what changes in week 4 still does.
    assert weeks_in(later) == [3, 4, 5, 6]
    assert "week 2" not in later.lower()
    assert "from week 4: 3 sets of 15" in later
    assert "Week 3: Dec 29" in later

    # After the weeks of the program it goes on with the doses of the last.
    assert weeks_in(last) == [5, 6, 7, 8]
    assert not re.search(r"[Ff]rom week|2 sets", last)
    assert "3 sets of 15" in last
    assert "After week 8, ask us" in last


def test_the_weeks_that_are_left_of_a_long_program(tmp_path: Path) -> None:
    said = words_of(tmp_path, "walking-plan", "--from-week", "4")
    assert weeks_in(said) == [4, 5, 6, 7, 8]
    assert "15 minutes" in said
    assert "from week 5: 20 minutes" in said
    assert "10 minutes" not in said
    fridge = words_of(tmp_path, "walking-plan", "--from-week", "4", "--layout", "fridge")
    assert weeks_in(fridge) == [4, 5, 6, 7]
    assert re.search(r"Weeks 4\b.* to 7 of 8\.", fridge)
    assert "From week 4, Tue to Sat: both, about 16 minutes. From week 5" in fridge


def test_a_list_has_patients_in_different_weeks(tmp_path: Path) -> None:
    rows = [("A-1", ""), ("A-2", "5"), ("A-3", "Week 3"), ("A-4", "5")]
    lines = [f"{number},Tom,achilles,riverbend,right,2026-12-29,{week}" for number, week in rows]
    header = "reference,name,program,clinic,affected side,start date,program week"
    roster = tmp_path / "list.csv"
    roster.write_text("\n".join([header, *lines]), "utf-8")
    command = ("batch", str(roster), "-o", "out", "--date", "2026-12-28")
    made = run(tmp_path, *command)
    assert made.returncode == 0, made.stderr
    found = {}
    for line in (tmp_path / "out" / "manifest.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if "reference" in entry:
            said = assert_strict_readers_accept(
                (tmp_path / "out" / entry["file"]).read_bytes()
            ).poppler
            found[entry["reference"]] = weeks_in(said)[0]
    assert found == {"A-1": 1, "A-2": 5, "A-3": 3, "A-4": 5}

    # The same list with another week for one of them: that handout alone is made again.
    roster.write_text(roster.read_text("utf-8").replace("A-4,Tom,achilles,riverbend,right,2026-12-29,5",
                      "A-4,Tom,achilles,riverbend,right,2026-12-29,9"), "utf-8")  # fmt: skip
    again = run(tmp_path, *command, "--resume")
    assert again.returncode == 0, again.stderr
    assert re.search(r"made +1\b", again.stdout)


@pytest.mark.parametrize("week", ["0", "53", "next", "2.5", "-1"])
def test_a_week_that_is_none_is_refused(tmp_path: Path, week: str) -> None:
    roster = tmp_path / "list.csv"
    roster.write_text(f"reference,program,clinic,from week\nA-1,achilles,riverbend,{week}\n")
    done = run(tmp_path, "batch", str(roster), "--check")
    assert done.returncode == 3
    assert "list.csv:2: A-1: from_week must be a week of the program, from 1 to 52" in done.stdout
    built = run(tmp_path, "build", "achilles", "--clinic", "riverbend", f"--from-week={week}")
    assert built.returncode == 2
    assert "--from-week" in built.stderr
    assert not list(tmp_path.glob("*.pdf"))

"""The commands batch and diff: what they print and how they exit."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handouts.cli.main import cli
from handouts.cli.progress import Bar, JsonLines, Lines, duration, listener, so_far
from handouts.deliver.batch import run_batch as batch
from handouts.deliver.batch.jobs import Chunk, Outcome, Setup
from handouts.deliver.batch.record import BatchReport
from handouts.deliver.batch.workers import Dispatcher, WorkerPool, thread_worker
from handouts.deliver.manifest import LOCK, holds_batch
from handouts.deliver.output import Output
from handouts.errors import DeliveryError, Problem
from tests import command
from tests.deliver.disturbed import COMMAND
from tests.deliver.rosters import GOOD, people, write_csv, write_folder

pytestmark = pytest.mark.slow
BAD = {**GOOD, "reference": "BAD", "program": "no-such"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_folder(tmp_path.parent / f"{tmp_path.name}-clinic")
    monkeypatch.setenv("HANDOUTS_FOLDER", str(folder))
    monkeypatch.setattr(batch, "local_workers", lambda setup, _: thread_worker(setup))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["batch", *arguments, "--date", "2026-11-22"])


def test_all_made_is_exit_0(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(3))
    done = run("today.csv", "-o", "out", "--print-run", "run.pdf", "--separators")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][:2] == ["made", "3"]
    assert ["print", "run", "12", "pages", "run.pdf"] in lines
    assert lines[-1] == ["manifest", "out/manifest.jsonl"]
    assert "3 handouts to make" in done.stderr
    assert "Person" not in done.output


def test_some_failed_is_exit_3_and_each_is_named(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", [*people(2), BAD])
    done = run("today.csv", "-o", "out")
    assert done.exit_code == 3, done.output
    assert "today.csv:4: BAD: program is not a known program" in done.stderr
    assert "failed    1  out/failed.csv" in done.stdout


def test_a_print_run_of_nobody_is_no_file(tmp_path: Path) -> None:
    printed, roster = tmp_path / "run.pdf", tmp_path / "today.csv"
    write_csv(roster, people(1))
    assert run("today.csv", "-o", "out", "--print-run", "run.pdf").exit_code == 0
    assert printed.exists()
    write_csv(roster, [BAD])
    for _ in range(2):
        done = run("today.csv", "-o", "out", "--print-run", "run.pdf", "--resume")
        assert done.exit_code == 3, done.output
        assert ["print", "run", "none", "no", "handout", "to", "print"] in [
            line.split() for line in done.stdout.splitlines()
        ]
        assert not printed.exists()
    assert "writing the print run" not in done.stderr
    # Only what a batch has printed is removed, no other file that has the name by mistake.
    for other in (b"%PDF-1.7 no print run", next((tmp_path / "out").glob("*.pdf")).read_bytes()):
        printed.write_bytes(other)
        assert run("today.csv", "-o", "out", "--print-run", "run.pdf", "--resume").exit_code == 3
        assert printed.read_bytes() == other


def test_what_is_one_is_told_as_one(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", [*people(1), BAD])
    assert "1 row is good, 1 is not" in run("today.csv", "--check").stdout
    write_csv(tmp_path / "today.csv", people(1))
    done = run("today.csv", "-o", "out")
    assert "1 handout to make" in done.stderr
    assert "1 of 1 is a draft: no clinician of the clinic has checked its texts" in done.stderr


def test_a_second_batch_in_the_folder_has_to_be_asked_for(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(1))
    assert run("today.csv", "-o", "out").exit_code == 0
    done = run("today.csv", "-o", "out")
    assert done.exit_code == 1
    assert "out already contains a batch" in done.stderr
    assert "--resume" in done.stderr
    done = run("today.csv", "-o", "out", "--resume")
    assert done.exit_code == 0
    assert "unchanged  1" in done.stdout


def test_a_batch_goes_on_with_its_day(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(1))
    assert run("today.csv", "-o", "out").exit_code == 0
    done = CliRunner().invoke(cli, ["batch", "today.csv", "-o", "out", "--resume"])
    assert "unchanged  1" in done.stdout, done.output
    state = tmp_path / "out" / "batch.json"
    for text in ("{}", "[]", '{"ledger": "of the run that sent"}', None):
        state.write_text(text or "", "utf-8") if text else state.unlink()
        done = CliRunner().invoke(cli, ["batch", "today.csv", "-o", "out", "--resume"])
        assert done.exit_code == 1
        assert f"batch.json: is {'damaged' if text == '[]' else 'lost'}" in done.stderr
    state.write_text('{"ledger": "of the run that sent"}', "utf-8")
    done = run("today.csv", "-o", "out", "--resume")
    assert done.exit_code == 0, done.stderr
    assert json.loads((tmp_path / "out" / "batch.json").read_text("utf-8")).keys() == {
        "ledger", "date",
    }  # fmt: skip


def test_check_makes_nothing(tmp_path: Path) -> None:
    rows = [*people(2), BAD, {**GOOD, "reference": "R-9", "dose:bird-dog": "2 x 9"}]
    write_csv(tmp_path / "today.csv", rows)
    done = run("today.csv", "--check")
    assert done.exit_code == 3
    assert "today.csv:4: BAD: program" in done.stdout
    assert 'today.csv:5: R-9: si-joint-calm has no exercise "bird-dog"' in done.stdout
    assert done.stdout.splitlines()[-1] == "2 rows are good, 2 are not"
    assert [path.name for path in tmp_path.iterdir()] == ["today.csv"]
    write_csv(tmp_path / "today.csv", people(2))
    assert run("today.csv", "--check").exit_code == 0


def test_json_events(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", [*people(2), BAD])
    done = run("today.csv", "-o", "out", "--json", "--print-run", "run.pdf")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["event"] for item in events] == [
        "begun",
        "failed",
        "progress",
        "print-run",
        "summary",
    ]
    assert events[0]["total"] == 3
    assert (events[1]["row"], events[1]["reference"]) == (4, "BAD")
    counts = {"total": 3, "made": 2, "unchanged": 0, "failed": 1}
    assert {name: events[2][name] for name in counts} == counts
    assert {name: events[-1][name] for name in counts} == counts
    assert (events[-1]["made"], events[-1]["failed"], events[-1]["interrupted"]) == (2, 1, False)
    checked = run("today.csv", "--check", "--json")
    assert json.loads(checked.stdout.splitlines()[-1])["good"] == 2


# -- streams and links that are not as usual


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the streams")
@pytest.mark.parametrize("closing", ["2>&-", "2>/dev/full", "<&- >&-"])
def test_a_batch_does_not_need_the_streams_that_it_has_not(tmp_path: Path, closing: str) -> None:
    write_csv(tmp_path / "today.csv", [*people(1), BAD])
    words = "batch today.csv -o out --jobs 2 --date 2026-11-22"
    done = subprocess.run(["sh", "-c", f'"{COMMAND}" {words} {closing}'], check=False)
    assert done.returncode == 3
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 1
    assert b"BAD" in (tmp_path / "out" / "failed.csv").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals that are files")
def test_a_batch_goes_on_when_the_terminal_of_its_bar_is_gone(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", [*people(3), BAD])
    here, terminal = os.openpty()
    words = [str(COMMAND), *"batch today.csv -o out --jobs 1 --date 2026-11-22".split()]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    shown = b""
    while b"handouts  [" not in shown:
        shown += os.read(here, 4096)
    os.close(here)
    assert process.wait(60) == 3
    assert b"BAD" in (tmp_path / "out" / "failed.csv").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals that are files")
def test_on_a_terminal_that_is_read_aloud_nothing_is_drawn_again(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(3))
    here, terminal = os.openpty()
    words = [str(COMMAND), *"batch today.csv -o out --jobs 1 --date 2026-11-22".split()]
    spoken = {**os.environ, "TERM": "dumb"}
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=terminal, env=spoken)
    assert process.wait(60) == 0
    os.close(terminal)
    said = os.read(here, 65536).replace(b"\r\n", b"\n")
    os.close(here)
    assert b"3 handouts to make" in said
    assert not set(b"\r\x1b\b") & set(said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(("end", "why"), [(">/dev/full", "no space left"), ("| true", "broken")])
def test_events_that_nobody_gets_stop_the_batch_and_blame_no_folder(
    tmp_path: Path, end: str, why: str
) -> None:
    write_csv(tmp_path / "today.csv", people(2))
    script = f'("{COMMAND}" batch today.csv -o out --json; echo "exit $?" >&2) {end}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.startswith(f"cannot write the output: {why}")
    assert done.stderr.endswith("\nexit 1\n")
    assert done.stderr.count("\n") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_list_of_failures_that_is_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", [*people(1), BAD])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "failed.csv").symlink_to("failed.csv")
    for more in ((), ("--resume",)):
        done = run("today.csv", "-o", "out", *more)
        assert done.exit_code == 3, done.output
        assert b"BAD" in (tmp_path / "out" / "failed.csv").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="names there are bytes")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    odd = os.fsdecode(b"o\xff")
    write_csv(tmp_path / f"{odd}.csv", people(1))
    done = run(f"{odd}.csv", "-o", "out")
    assert done.exit_code == 1
    assert "'o\\udcff.csv': the name of the list is not text" in done.stderr
    write_csv(tmp_path / "today.csv", [*people(1), BAD])
    done = run("today.csv", "-o", odd, "--json")
    assert done.exit_code == 3, done.output
    assert run("today.csv", "-o", odd, "--resume").exit_code == 3


def test_defaults_mapping_and_join_reach_the_roster(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("No;Who\n17;Anna Zed\n18;Ben Why\n", "utf-8")
    (tmp_path / "plans.csv").write_text("No;side\n17;left\n18;right\n", "utf-8")
    words = "patients.csv -o out --join plans.csv --map reference=No --map name=Who"
    more = "--program si-joint-calm --clinic oldmill --layout quick --start 2026-12-01"
    done = run(*words.split(), *more.split())
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "out").glob("*.pdf"))
    assert [name.partition("_")[0] for name in names] == ["17", "18"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["today.csv"], "choose a folder for the handouts with -o DIR"),
        ([], "Missing argument 'ROSTER...'"),
        (["today.csv", "-o", "out", "--map", "name"], '"name" is not COLUMN=HEADER'),
        (
            ["today.csv", "-o", "s3://x"],
            "choose a folder for the manifest and the key with --state DIR",
        ),
        (["today.csv", "-o", "out", "--state", "x"], "--state is for an output that is a URL"),
        (["today.csv", "-o", ".", "--passphrases", "p.csv"], "out of the folder of the handouts"),
        (["today.csv", "-o", "out", "--sort", "name"], "add --print-run FILE"),
        (["today.csv", "-o", "out", "--separators"], "add --print-run FILE"),
    ],
)
def test_wrong_command_line_is_exit_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.csv", "-o", "out"], "gone.csv: there is no such file"),
        (["today.csv", "-o", "out", "--print-run", "no/run.pdf"], "folder no does not exist"),
    ],
)
def test_wrong_input_is_exit_1_and_writes_nothing(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    write_csv(tmp_path / "today.csv", people(1))
    done = run(*arguments)
    assert done.exit_code == 1
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["today.csv"]


@pytest.mark.parametrize("option", ["--passphrases", "--scheduler"])
def test_a_batch_that_cannot_begin_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Else the same command would need --resume, and say that nothing was made before."""
    write_csv(tmp_path / "today.csv", people(1))
    (tmp_path / "list").write_text("reference,passphrase\nR-1,of another key\n", "utf-8")

    def unreachable(*_: object) -> None:
        raise DeliveryError("the scheduler does not answer")

    monkeypatch.setattr(batch, "dask", lambda: None)
    monkeypatch.setattr(batch, "cluster_workers", unreachable)
    done = run("today.csv", "-o", "out", option, "list")
    assert done.exit_code == 1
    assert not holds_batch(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [LOCK]


@pytest.mark.parametrize(
    ("broken", "content", "message"),
    [
        ("out/batch.key", None, "there is no out/batch.key"),
        ("out/batch.key", "no key", "out/batch.key: contains no key"),
        ("out/batch.json", "{", "out/batch.json: is damaged"),
        ("out/manifest.jsonl", "no line\n", "is not a line of a manifest"),
        ("desk.csv.key", "no key", "desk.csv.key: contains no key"),
    ],
)
def test_a_refused_resume_changes_no_file(
    tmp_path: Path, broken: str, content: str | None, message: str
) -> None:
    write_csv(tmp_path / "today.csv", people(1))
    order = ("batch", "today.csv", "-o", "out", "--date", "2026-11-22")
    folder = Path(os.environ["HANDOUTS_FOLDER"])
    assert command.run(tmp_path, *order, folder=folder).returncode == 0
    write_csv(tmp_path / "today.csv", people(2))
    if content is None:
        (tmp_path / broken).unlink()
    else:
        (tmp_path / broken).write_text(content, "utf-8")

    def files() -> dict[Path, bytes]:
        """Return all files but locks, which say nothing when nobody holds them."""
        found = (path for path in tmp_path.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in found if path.suffix != ".lock"}

    before = files()
    options = ("--resume", "--passphrases", "desk.csv")
    done = command.run(tmp_path, *order, *options, folder=folder)
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr
    assert files() == before


@pytest.mark.parametrize(
    ("rows", "jobs", "processes"), [(64, (), False), (65, (), True), (1, ("--jobs", "2"), True)]
)
def test_a_short_list_waits_for_no_other_process(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    jobs: tuple[str, ...],
    *,
    processes: bool,
) -> None:
    started: list[int] = []

    def local(setup: Setup, count: int) -> WorkerPool:
        started.append(count)
        return thread_worker(setup)

    monkeypatch.setattr(batch, "local_workers", local)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    write_csv(tmp_path / "today.csv", [{**BAD, "reference": f"BAD-{n}"} for n in range(rows)])
    assert run("today.csv", "-o", "out", *jobs).exit_code == 3
    assert started == ([2] if processes else [])


def test_ctrl_c_is_exit_130_and_resume_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(
        tmp_path / "today.csv",
        [{**BAD, "reference": "BAD-1"}, *people(300)[:99], BAD, *people(300)[99:]],
    )
    real = Dispatcher.outcomes
    calls: list[Chunk] = []

    def outcomes(self: Dispatcher, chunk: Chunk) -> tuple[Outcome, ...]:
        calls.append(chunk)
        made = real(self, chunk)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(Dispatcher, "outcomes", outcomes)
    done = run("today.csv", "-o", "out")
    assert done.exit_code == 130, done.output
    assert "stopped; to continue, run the same command with --resume" in done.stderr
    lines = (tmp_path / "out" / "manifest.jsonl").read_bytes().splitlines()
    assert len(lines) >= 128
    recorded = len(lines) - 2
    assert not (tmp_path / "out" / "failed.csv").exists()
    done = run("today.csv", "-o", "out", "--resume")
    assert done.exit_code == 3
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 300
    assert f"made       {300 - recorded}" in done.stdout


def test_who_left_the_list_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(3))
    assert run("today.csv", "-o", "out").exit_code == 0
    write_csv(tmp_path / "today.csv", [*people(1), BAD])
    done = run("today.csv", "-o", "out", "--resume", "--prune")
    assert done.exit_code == 3
    assert "not listed  2  P-001, P-002: kept while rows fail" in done.stdout
    write_csv(tmp_path / "today.csv", people(1))
    done = run("today.csv", "-o", "out", "--resume")
    assert done.exit_code == 0
    assert "not listed  2  P-001, P-002: kept; --prune removes them" in done.stdout
    write_csv(tmp_path / "other.csv", people(1))
    assert "others     2  from lists not read this time: kept" in (
        run("other.csv", "-o", "out", "--resume", "--prune").stdout
    )
    done = run("today.csv", "-o", "out", "--resume", "--prune", "--json")
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["unlisted"], told["removed"], told["other_lists"]) == (["P-001", "P-002"], True, 0)
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 1


def test_rows_that_fail_keep_what_was_made_before(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(2))
    assert run("today.csv", "-o", "out").exit_code == 0
    write_csv(tmp_path / "today.csv", people(2, program="no-such"))
    done = run("today.csv", "-o", "out", "--resume")
    assert done.exit_code == 3
    assert "2  of these keep the handout made earlier" in done.stdout
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 2


def test_what_stops_a_batch_is_told_with_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DeliveryError("x.pdf cannot be written: no space left on device")

    write_csv(tmp_path / "today.csv", people(2))
    with monkeypatch.context() as patched:
        patched.setattr(Output, "write", refuse)
        done = run("today.csv", "-o", "out")
        as_json = run("today.csv", "-o", "out", "--resume", "--json")
    assert done.exit_code == as_json.exit_code == 1
    assert done.stderr.endswith(
        "stopped: 0 of 2 are finished; to continue, run the same command with --resume\n"
    )
    assert "x.pdf cannot be written: no space left on device" in done.stderr
    told = json.loads(as_json.stdout.splitlines()[-1])
    assert told["stopped"] == ["x.pdf cannot be written: no space left on device"]


def test_diff_of_programs_and_of_batches(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(cli, ["diff", "si-joint-calm", "si-joint-move"])
    assert done.exit_code == 0
    assert "  new: 3. Face-down chest lift" in done.stdout.splitlines()
    same = runner.invoke(cli, ["diff", "si-joint-calm", "si-joint-calm"])
    assert same.stdout == "  the words are the same\n"
    as_json = runner.invoke(cli, ["diff", "si-joint-calm", "si-joint-move", "--json"])
    assert {"heading", "was", "now", "dose"} == set(json.loads(as_json.stdout)[0])
    write_csv(tmp_path / "today.csv", people(2))
    assert run("today.csv", "-o", "a").exit_code == 0
    write_csv(tmp_path / "today.csv", [*people(1), *people(3, affected_side="right")[1:]])
    assert run("today.csv", "-o", "b").exit_code == 0
    done = runner.invoke(cli, ["diff", "a", "b"])
    assert "new: P-002" in done.stdout
    assert "1 handout says the same" in done.stdout
    assert "with your right leg" in done.stdout
    assert runner.invoke(cli, ["diff", "a", "gone"]).exit_code == 1
    assert runner.invoke(cli, ["diff", "no-such", "si-joint-calm"]).exit_code == 1


def progress(made: int = 0, unchanged: int = 0, failed: int = 0) -> BatchReport:
    return BatchReport(1000, made=made, unchanged=unchanged, failed=failed)


def test_words_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchReport, "seconds", property(lambda _: 10.0))
    assert so_far(progress(made=250, failed=2, unchanged=60)) == (
        "312 of 1000, 60 unchanged, 2 failed, 25.0 a second, about 28 s left"
    )
    assert so_far(progress()) == "0 of 1000"
    assert [duration(seconds) for seconds in (3, 89, 600, 9000)] == [
        "3 s",
        "89 s",
        "10 min",
        "2.5 h",
    ]


class Terminal(io.StringIO):
    """Keeps what is drawn on a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True

    def fileno(self) -> int:
        """Be standard error."""
        return 2


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(listener(as_json=False), Lines)
    assert isinstance(listener(as_json=True), JsonLines)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(listener(as_json=False), Bar)


def test_a_bar_moves_and_problems_stand_below(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    state = progress(made=0)
    bar.begun(state)
    state.made, state.failed = 998, 1
    bar.advanced(state)
    for row in range(25):
        bar.failed("r.csv", row + 2, f"R-{row}", [Problem("bad")])
    state.failed = 2
    bar.advanced(state)
    err = capsys.readouterr().err
    assert "r.csv:21: R-19: bad" in err
    assert "R-20" not in err
    assert err.count("more rows failed") == 1


@pytest.mark.parametrize("wide", [30, 40, 60, 80, 100, 200])
def test_a_bar_is_never_wider_than_its_terminal(monkeypatch: pytest.MonkeyPatch, wide: int) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(os, "get_terminal_size", lambda _=0: os.terminal_size((wide, 24)))
    monkeypatch.setattr(BatchReport, "seconds", property(lambda _: 60.0))
    bar = Bar()
    bar.begun(progress())
    bar.advanced(progress(made=8))
    bar.advanced(progress(made=250, failed=20, unchanged=600))
    bar.close()
    drawn = re.sub(r"\x1b\[[^a-z]*[a-z]", "", terminal.getvalue()).split("\r")
    assert len([line for line in drawn if line]) > 2
    assert max(map(len, drawn)) < wide
    assert ("left" in drawn[-1]) == (wide >= 60)
    assert ("failed" in drawn[-1]) == (wide >= 80)
    assert ("unchanged" in drawn[-1]) == (wide >= 100)


def test_lines_come_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    lines = Lines()
    for now in (1.0, 4.9, 5.1, 6.0, 10.2):  # noqa: B007 - the clock reads it
        lines.advanced(progress(made=1))
    assert capsys.readouterr().err.count("1 of 1000") == 2


def test_the_preview_is_for_eyes_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "today.csv", people(5, password="correct horse"))  # noqa: S106 - invented
    assert "Person" not in run("today.csv", "--check").output
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: True)
    output = run("today.csv", "--check").output
    assert output.count("name: Person") == 3
    assert "horse" not in output


def test_passphrases_are_in_their_file_and_nowhere_else(tmp_path: Path) -> None:
    write_csv(tmp_path / "today.csv", people(2))
    done = run("today.csv", "-o", "out", "--passphrases", "desk.csv")
    assert done.exit_code == 0, done.output
    written = (tmp_path / "desk.csv").read_text("utf-8").splitlines()[1:]
    assert len(written) == 2
    said = done.output + (tmp_path / "out" / "manifest.jsonl").read_text("utf-8")
    assert not any(line.partition(",")[2] in said for line in written)
    assert "desk.csv" in done.stdout


def test_a_lost_connection_can_be_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_csv(tmp_path / "today.csv", people(1))

    def lose(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr("handouts.deliver.batch.workers.run_jobs", lose)
    done = run("today.csv", "-o", "out")
    assert done.exit_code == 1
    assert "the connection to the workers was lost" in done.stderr
    assert "--resume" in done.stderr

"""The commands send and ledger: what they print, how they exit, and what they never print."""

from __future__ import annotations

import csv
import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handouts.cli.main import cli
from handouts.cli.progress import MailLines
from handouts.deliver.batch import run_batch as batch
from handouts.deliver.batch.workers import thread_worker
from handouts.deliver.guards import SAME
from handouts.deliver.mail.events import EventKind
from handouts.deliver.mail.ledger import sending_ledger
from tests.command import run as run_forked
from tests.deliver.disturbed import COMMAND, unignored
from tests.deliver.mail.certificates import Certificates
from tests.deliver.mail.sending.conftest import PEOPLE, SECRET
from tests.deliver.mail.sending.test_mail_crash import clinic
from tests.deliver.mail.sending.world import World, write_clinic
from tests.deliver.mail.server import PASSWORD, MailServer
from tests.deliver.rosters import letters

NAMES = [letters(number) for number in range(PEOPLE)]


@pytest.fixture(autouse=True)
def folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the clinic of the copied batch."""
    monkeypatch.setenv("HANDOUTS_FOLDER", str((world.root / "clinic").resolve()))


def run(*arguments: str) -> Result:
    """Run a command, and read what it prints for what must not be in it."""
    done = CliRunner().invoke(cli, list(arguments))
    for secret in (*NAMES, SECRET, PASSWORD, "patients.example"):
        assert secret.lower() not in done.output.lower()
    return done


def send(*arguments: str) -> Result:
    return run("send", "out", "--roster", "roster.csv", *arguments)


def test_without_send_it_is_a_dry_run_and_says_so(world: World) -> None:
    done = send()
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["P-000", "z…@p….example", "1", "page", "open"]
    assert lines[3].split() == ["P-003", "z…@p….example", "1", "page", "encrypted"]
    assert "from     reception@clinic.example" in lines
    assert "subject  Your handout from Mine" in lines
    assert "previews  3  out/send-preview" in lines
    assert lines[-1] == "this was a dry run: nothing was sent; send with --send"
    assert not (world.out / "outbox").exists()
    assert not (world.out / "ledger.sqlite3").exists()


@pytest.mark.parametrize("refused", ["unlink", "read_text"])
def test_a_disk_that_refuses_is_told_in_a_line(
    world: World, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """Whatever a dry run asks of it, as in a folder that is only shared to read."""
    assert send().exit_code == 0

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "out/send-preview")

    monkeypatch.setattr(Path, refused, refuse)
    done = send()
    if refused == "read_text":
        assert done.exit_code == 0, "whose a preview is cannot be told: all stay"
        assert len(list((world.out / "send-preview").glob("*.eml"))) == 6
    else:
        assert done.exit_code == 1
        assert "out/send-preview cannot be written: read-only file system" in done.stderr


def test_send_and_again(world: World) -> None:
    done = send("--send")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["sent  4"]
    assert len(list((world.out / "outbox").glob("*.eml"))) == PEOPLE
    done = send("--send")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["sent      0", "not sent  4  sent before"]


def test_some_failed_is_exit_3_and_each_is_named(world: World) -> None:
    world.change("P-001", email_consent="")
    done = send("--send")
    assert done.exit_code == 3
    assert "roster.csv:3: P-001: the file is not encrypted, but email_consent" in done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [["sent", "3"], ["wrong", "1"], ["to", "correct", "out/send-failed.csv"]]
    with (world.out / "send-failed.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["reference"] for row in csv.DictReader(stream)] == ["P-001"]


def test_a_slip_in_a_domain_is_a_warning(world: World) -> None:
    world.change("P-001", email="somebody@gmial.com")
    done = send()
    assert done.exit_code == 0
    assert "warning: P-001: the address is at gmial.com, which looks like gmail.com" in done.stderr


def test_json_events(world: World) -> None:
    world.change("P-001", email_consent="", email="x@gmial.com")
    done = send("--send", "--json", "--limit", "2")
    assert done.exit_code == 3
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["event"] for item in events] == [
        "begun",
        "warning",
        "failed",
        "sent",
        "sent",
        "summary",
    ]
    assert (events[2]["kind"], events[2]["row"], events[2]["reference"]) == ("wrong", 3, "P-001")
    assert events[-1]["sent"] == 2
    assert events[-1]["failures"] == {"wrong": 1}
    assert events[-1]["stopped"] is None
    dry = [json.loads(line) for line in send("--json").stdout.splitlines()]
    assert dry[-1]["ready"] == ["P-003"]
    assert dry[-1]["skipped"] == {"sent before": 2}


def test_drafts_are_refused_unless_told(made: Path, tmp_path: Path) -> None:
    """In a process of its own, from the batch on: nobody has reviewed the texts."""
    root = tmp_path / "drafts"
    shutil.copytree(made / "clinic", root / "clinic")
    shutil.copy(made / "roster.csv", root)
    (root / "clinic" / "reviews.yaml").unlink()

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_forked(root, *arguments, folder=root / "clinic")

    done = command("batch", "roster.csv", "-o", "out", "--jobs", "1", "--date", "2026-11-22")
    assert done.returncode == 0, done.stderr
    assert f"{PEOPLE} of {PEOPLE} are drafts" in done.stderr
    sending = ("send", "out", "--roster", "roster.csv")
    for options in ([], ["--send"]):
        done = command(*sending, *options)
        assert done.returncode == 1
        assert (
            f"{PEOPLE} handouts are drafts: no clinician of the clinic had checked" in done.stderr
        )
        assert "handouts review si-joint-calm --clinic mine" in done.stderr
        assert not (root / "out" / "outbox").exists()
        assert not any(name in done.stdout + done.stderr for name in NAMES)
    done = command(*sending, "--send", "--send-drafts", "--only", "P-000")
    assert done.returncode == 0, done.stderr
    assert len(list((root / "out" / "outbox").glob("*.eml"))) == 1

    done = command("review", "si-joint-calm", "--by", "dana", "--yes")
    assert done.returncode == 0, done.stderr
    done = command("batch", "roster.csv", "-o", "out", "--jobs", "1", "--resume")
    assert done.returncode == 0, done.stderr
    assert "drafts" not in done.stderr
    done = command(*sending, "--send")
    assert "drafts" not in done.stderr
    assert len(list((root / "out" / "outbox").glob("*.eml"))) >= PEOPLE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["send"], "name the batch and the list"),
        (["send", "out"], "name the batch and the list"),
        (
            ["send", "out", "--roster", "roster.csv", "--resend", "P-000"],
            "--resend needs --send",
        ),
        (["send", "out", "--roster", "roster.csv", "--rate", "0"], "is not 1 to 600 a minute"),
        (["send", "out", "--roster", "roster.csv", "--limit", "0"], "0 is not in the range"),
        (["ledger", "export", "out", "-o", "x.txt"], "must end with .csv or .json"),
        (["ledger", "verify", "out", "--head", "x"], '"x" is not what verify prints'),
        (["ledger", "purge", "out"], "Missing option '--before'"),
    ],
)
def test_wrong_command_line_is_exit_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["send", "no", "--roster", "roster.csv"], "no contains no batch"),
        (["send", "out", "--roster", "gone.csv"], "gone.csv: there is no such file"),
        (["send", "out", "--roster", "roster.csv", "--only", "X"], 'no handout was made for "X"'),
        (["ledger", "show", "out"], "there is no out/ledger.sqlite3"),
        (["ledger", "arrived", "out", "P-000"], "there is no out/ledger.sqlite3"),
        (["ledger", "purge", "out", "--before", "2026-01-01"], "there is no out/ledger.sqlite3"),
        (["send", "--test", "nobody"], "email is not an address that mail can be sent to"),
    ],
)
def test_wrong_input_is_exit_1(world: World, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert message in done.stderr
    assert not (world.out / "ledger.sqlite3").exists()


def test_a_clinic_without_mail_settings_is_told_once(world: World) -> None:
    text = (world.root / "clinic" / "clinics" / "mine.yaml").read_text("utf-8")
    without = "\n".join(line for line in text.splitlines() if not line.startswith("mail:"))
    write_clinic(world.root / "clinic", without)
    done = send("--send")
    assert done.exit_code == 1
    assert done.stderr.count("says nothing about e-mail") == 1
    assert "docs/emailing.md" in done.stderr


def test_rate_is_read_with_and_without_its_unit(world: World) -> None:
    del world
    assert send("--rate", "20/min").exit_code == 0
    assert send("--rate", "20").exit_code == 0


def test_options_that_the_manifest_knows_need_not_be_said(world: World) -> None:
    """A list without program, clinic and layout: all handouts have the same."""
    rows = world.rows()
    for row in rows:
        for column in ("program", "clinic", "layout"):
            del row[column]
    with world.roster.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = send("--send")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["sent  4"]


def test_ctrl_c_is_exit_130_and_the_same_command_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(MailLines, "sent", interrupted)
        done = send("--send")
    assert done.exit_code == 130
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["sent", "1"], ["left", "3"]]
    assert "stopped; to continue, run the same command" in done.stderr
    assert send("--send").stdout.splitlines()[0] == "sent      3"
    assert len(list((world.out / "outbox").glob("*.eml"))) == PEOPLE
    with monkeypatch.context() as patched:
        patched.setattr(MailLines, "sent", interrupted)
        done = send("--send", "--resend", "P-000", "--resend", "P-001")
    assert "stopped; to continue, run the same command without --resend" in done.stderr
    assert send("--send").stdout.splitlines()[0] == "sent      1"


def test_a_list_that_is_saved_meanwhile_is_exit_1(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailLines, "sent", lambda *_: world.change("P-003", status="deceased"))
    done = send("--send")
    assert done.exit_code == 1
    assert "roster.csv changed while messages were being sent" in done.stderr


def test_an_invented_patient_is_sent_to_the_clinic(world: World) -> None:
    done = run("send", "--test", "me@clinic.example", "--program", "si-joint-calm")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("taken: written as ")
    (path,) = Path("outbox").glob("*.eml")
    text = path.read_text("utf-8")
    assert "To: me@clinic.example" in text
    assert not (world.out / "ledger.sqlite3").exists()


def test_files_and_ledger_may_lie_elsewhere(world: World) -> None:
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    for entry in world.entries():
        (world.out / entry["file"]).rename(elsewhere / entry["file"])
    assert send().exit_code == 3
    done = send("--files", "elsewhere", "--ledger", "sent.sqlite3", "--send")
    assert (done.exit_code, done.stdout) == (0, "sent  4\n")
    assert not (world.out / "ledger.sqlite3").exists()
    assert run("ledger", "verify", "sent.sqlite3").stdout.startswith("all 8 rows agree")


@pytest.mark.parametrize("more", [(), ("--send",)])
def test_a_folder_of_files_that_is_not_there_is_named_once(
    world: World, more: tuple[str, ...]
) -> None:
    """A slip made an empty folder, and each patient's handout was said to be wrong."""
    done = send("--files", "no-such", *more)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("there is no folder no-such") == 1
    assert not Path("no-such").exists()
    assert not (world.out / "send-failed.csv").exists()


def test_files_with_passphrases_are_opened_with_the_batchs_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "local_workers", lambda setup, _: thread_worker(setup))
    world.change("P-000", email_consent="")
    assert run("batch", "roster.csv", "-o", "locked", "--passphrases", "words.csv").exit_code == 0
    words = Path("words.csv").read_text("utf-8").split()[1].rpartition(",")[2]
    done = run("send", "locked", "--roster", "roster.csv", "--only", "P-000")
    assert done.exit_code == 3
    assert "its password is not known" in done.stderr
    named = ["--only", "P-000", "--passphrases", "words.csv", "--send"]
    done = run("send", "locked", "--roster", "roster.csv", *named)
    assert (done.exit_code, done.stdout) == (0, "sent  1\n"), done.stderr
    (message,) = Path("locked/outbox").glob("*.eml")
    assert len(words) == 14
    assert words.encode() not in message.read_bytes()
    assert words not in done.output


# -- ledger


def test_show_and_export(world: World) -> None:
    send("--send", "--limit", "2")
    shown = run("ledger", "show", "out")
    lines = [line.split()[1:3] for line in shown.stdout.splitlines()]
    assert lines == [["sent", "P-000"], ["sent", "P-001"]]
    assert run("ledger", "show", "out", "--kind", "unknown").stdout == "nothing\n"
    values = json.loads(run("ledger", "show", "out/ledger.sqlite3", "--json").stdout)
    assert [value["reference"] for value in values] == ["P-000", "P-001"]
    assert run("ledger", "export", "out", "-o", "rows.json").exit_code == 0
    exported = json.loads(Path("rows.json").read_text("utf-8"))
    assert [row["kind"] for row in exported] == ["sending", "sent"] * 2
    done = run("ledger", "export", "out", "-o", "rows.csv")
    assert done.stdout == "wrote rows.csv (4 rows)\n"
    with Path("rows.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["sha256"] for row in rows[::2]] == [
        world.entry("P-000")["sha256"],
        world.entry("P-001")["sha256"],
    ]
    assert Path("rows.csv").stat().st_mode & 0o777 == 0o600


def test_verify_prints_what_to_keep(world: World) -> None:
    del world
    send("--send", "--limit", "1")
    done = run("ledger", "verify", "out")
    assert done.exit_code == 0
    first, head = done.stdout.splitlines()
    assert first == "all 2 rows agree"
    send("--send")
    assert run("ledger", "verify", "out", "--head", head).exit_code == 0
    done = run("ledger", "verify", "out", "--head", "2:" + "0" * 64)
    assert done.exit_code == 1
    assert "row 2 is not the row that was there before" in done.stderr


def test_what_is_unknown_is_settled_by_a_person(world: World) -> None:
    send("--send", "--limit", "1")
    path = world.out / "ledger.sqlite3"
    with sending_ledger(path) as ledger:
        # As if the program had been killed with the second message on its way.
        entry = world.entry("P-001")
        there = ledger.delivery("P-001", entry["token"], entry["sha256"], "x@y.example")
        ledger.begin(there, "<x@clinic.example>")
    done = send("--send")
    assert done.exit_code == 3
    assert "P-001: nobody knows since" in done.stderr
    assert run("ledger", "arrived", "out", "P-002").exit_code == 1
    done = run("ledger", "arrived", "out", "P-001")
    assert (done.exit_code, done.stdout) == (0, "P-001: arrived\n")
    with sending_ledger(path) as ledger:
        assert ledger.standing(there).last is not None
        assert ledger.standing(there).done


def test_purge(world: World) -> None:
    send("--send")
    done = run("ledger", "purge", "out", "--before", "2100-01-01")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "removed 8 rows"
    assert run("ledger", "show", "out").stdout == "nothing\n"
    run("ledger", "export", "out", "-o", "rows.csv")
    assert Path("rows.csv").read_text("utf-8").startswith("number,at,kind,reference")
    done = send("--send")
    assert done.stdout.splitlines() == ["sent      0", "not sent  4  sent before"]
    assert len(list((world.out / "outbox").glob("*.eml"))) == PEOPLE


# -- a real server


@pytest.mark.loopback
def test_over_a_real_server_at_debug_level(
    world: World,
    mail_server: MailServer,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    write_clinic(world.root / "clinic", clinic(mail_server, certificates))
    monkeypatch.setenv("HANDOUTS_MAIL_PASSWORD", PASSWORD)
    full, later = (f"{letters(number).lower()}@patients.example" for number in (0, 1))
    mail_server.faults({full: "full", later: "drop_after"})
    done = send("--send", "--rate", "600")
    assert done.exit_code == 3, done.output
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == [
        "refused",
        "sent",
        "to",
        "unknown",
    ]
    assert world.kinds("P-000")[-1] in (EventKind.REFUSED, EventKind.LATER)
    assert world.kinds("P-001") == ["sending", "unknown"]
    taken = {message.recipients[0]: message for message in mail_server.accepted()}
    assert set(taken) == {later, *(f"{name.lower()}@patients.example" for name in NAMES[2:])}
    for number in (1, 2, 3):
        (part,) = taken[f"{NAMES[number].lower()}@patients.example"].message.iter_attachments()
        assert part.get_content() == world.pdf(f"P-{number:03}").read_bytes()
    for text in (caplog.text, *capfd.readouterr()):
        for secret in (*NAMES, SECRET, PASSWORD, "patients.example"):
            assert secret.lower() not in text.lower()


@pytest.mark.loopback
def test_a_wrong_password_is_exit_1_and_can_be_put_right(
    world: World,
    mail_server: MailServer,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_clinic(world.root / "clinic", clinic(mail_server, certificates))
    monkeypatch.setenv("HANDOUTS_MAIL_PASSWORD", "wrong-words")
    done = send("--send", "--rate", "600")
    assert done.exit_code == 1
    assert "does not accept this user and password" in done.stderr
    assert ["left", "4"] in [line.split()[:2] for line in done.stdout.splitlines()]
    assert "wrong-words" not in done.output
    monkeypatch.setenv("HANDOUTS_MAIL_PASSWORD", PASSWORD)
    done = send("--send", "--rate", "600")
    assert (done.exit_code, done.stdout) == (0, "sent  4\n")
    assert len(mail_server.accepted()) == PEOPLE


@pytest.mark.loopback
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_ctrl_c_while_the_server_holds_a_message_says_so_and_twice_leaves(
    world: World, mail_server: MailServer, certificates: Certificates
) -> None:
    write_clinic(world.root / "clinic", clinic(mail_server, certificates))
    mail_server.faults({"*": "slow"}, seconds=60)
    process = subprocess.Popen(
        [str(COMMAND), "send", "out", "--roster", "roster.csv", "--send"],
        cwd=world.root,
        env={**os.environ, "HANDOUTS_MAIL_PASSWORD": PASSWORD},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=unignored,  # noqa: PLW1509 - no other thread runs
    )
    assert process.stderr is not None
    while not mail_server.accepted() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert "waiting for the server's answer" in process.stderr.readline()
    time.sleep(SAME)
    assert world.kinds("P-000") == ["sending"]
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, world.kinds("P-000")) == (130, ["sending", "unknown"])
    assert "stopped before the server answered" in err
    assert ["left", "3"] in [line.split()[:2] for line in out.splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="kills with signals")
def test_what_a_killed_run_left_half_written_goes_with_the_next(world: World) -> None:
    """And nothing else: other programs call their files so too."""
    others = [world.out / ".film.part", world.out / ".x.0123.part"]
    for path in others:
        path.touch()
    world.change("P-001", email_consent="no")
    command = [str(COMMAND), "send", "out", "--roster", "roster.csv", "--send"]
    for _ in range(30):
        process = subprocess.Popen(
            command, cwd=world.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not halves(world):
            time.sleep(0.001)
        process.kill()
        process.wait()
        if halves(world):
            break
    else:
        pytest.fail("no kill fell between begin and end of a file")
    assert send("--send").exit_code == 3
    assert halves(world) == []
    assert all(path.exists() for path in others)


def halves(world: World) -> list[Path]:
    """Return the files of ours that are not whole yet."""
    return list(world.out.rglob(".*.????????????????.part"))

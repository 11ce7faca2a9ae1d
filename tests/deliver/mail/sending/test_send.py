"""Sending: what each answer leads to, and that nobody gets anything twice."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import logging
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handouts.cli.main import cli
from handouts.deliver import guards
from handouts.deliver.batch.record import FAILED as BATCH_FAILED
from handouts.deliver.batch.record import Failures
from handouts.deliver.guards import held
from handouts.deliver.mail import office
from handouts.deliver.mail.ledger import LEDGER, purge, sending_ledger
from handouts.deliver.mail.office import MailDir
from handouts.deliver.mail.request import Unsent
from handouts.deliver.mail.send_batch import FAILED
from handouts.deliver.mail.sender import MOST_CLOSED
from handouts.deliver.mail.transport import NotNow, Refused, Stopped, Unsure
from handouts.deliver.manifest import LOCK, STATE
from handouts.errors import ContentError, DeliveryError, HandoutError
from tests.deliver.mail.sending.conftest import PEOPLE, SECRET
from tests.deliver.mail.sending.world import World
from tests.deliver.rosters import letters

ONE, OTHER, LOCKED = "P-000", "P-001", f"P-{PEOPLE - 1:03}"
FIRST = f"{letters(0).lower()}@patients.example"


def test_a_second_run_sends_nothing(world: World) -> None:
    assert world.send().sent == PEOPLE
    report = world.send()
    assert (report.sent, report.failed) == (0, 0)
    assert report.skipped == {"sent before": PEOPLE}
    assert len(world.post.tried) == PEOPLE
    assert world.kinds(ONE) == ["sending", "sent"]


def test_each_message_has_one_recipient_and_an_id_of_its_own(world: World) -> None:
    world.send()
    ids = [str(message["Message-ID"]) for _, _, message in world.post.taken]
    assert len(set(ids)) == PEOPLE
    with world.ledger() as ledger:
        assert {event.message_id for event in ledger.events("kind = 'sent'")} == set(ids)
    assert {sender for sender, _, _ in world.post.taken} == {"reception@clinic.example"}
    assert len(set(world.post.recipients)) == PEOPLE


def test_intent_stands_before_and_answer_after(world: World) -> None:
    seen: list[list[str]] = []
    world.post.before = lambda _: seen.append(world.kinds(ONE))
    world.send(only=(ONE,))
    assert seen == [["sending"]]
    with world.ledger() as ledger:
        last = list(ledger.events())[-1]
    assert (last.kind, last.code, last.reply) == ("sent", 250, "2.0.0 Ok: queued")


# -- answers


def test_refused_is_listed_and_the_others_go(world: World) -> None:
    world.post.answers[FIRST] = [Refused("no such mailbox", code=550, hint="ask the patient")]
    report = world.send()
    assert (report.sent, report.failures) == (PEOPLE - 1, {Unsent.REFUSED: 1})
    assert world.told.failures == {ONE: (Unsent.REFUSED, "no such mailbox")}
    assert world.kinds(ONE) == ["sending", "refused"]
    world.change(ONE, email="right@patients.example")
    assert world.send().sent == 1
    assert world.post.recipients[-1] == "right@patients.example"


def test_put_off_is_tried_again_after_the_others(world: World) -> None:
    later = NotNow("greylisted", code=451)
    world.post.answers[FIRST] = [later, later]
    report = world.send(delays=(60.0, 300.0))
    assert (report.sent, report.failed) == (PEOPLE, 0)
    assert world.post.tried[0] == world.post.tried[-1] == world.post.tried[-2] == FIRST
    assert world.post.recipients[-1] == FIRST
    assert world.kinds(ONE) == ["sending", "to retry", "sending", "to retry", "sending", "sent"]
    assert sum(world.told.waits) == pytest.approx(60 + 300 - 2 * 3, abs=5)


def test_put_off_for_good_is_left_for_another_run(world: World) -> None:
    world.post.answers[FIRST] = [NotNow("greylisted", code=451)] * 3
    report = world.send(delays=(60.0, 300.0))
    assert (report.sent, report.failures) == (PEOPLE - 1, {Unsent.LATER: 1})
    assert world.told.failures == {ONE: (Unsent.LATER, "greylisted")}
    assert len(world.post.tried) == PEOPLE + 2
    assert world.send().sent == 1


def test_unknown_is_never_sent_by_itself(world: World) -> None:
    world.post.answers[FIRST] = [Unsure("the connection was lost after the message")]
    report = world.send()
    assert (report.sent, report.failures) == (PEOPLE - 1, {Unsent.UNKNOWN: 1})
    assert world.kinds(ONE) == ["sending", "unknown"]
    for _ in range(2):
        report = world.send()
        assert (report.sent, report.failures) == (0, {Unsent.UNKNOWN: 1})
        assert "nobody knows since 2026-11-22" in world.told.failures[ONE][1]
        assert "--resend" in world.told.hints[ONE]
    assert world.post.tried.count(FIRST) == 1


def test_unknown_blocks_a_new_address_and_a_new_file_too(world: World) -> None:
    world.post.answers[FIRST] = [Unsure("lost")]
    world.send(only=(ONE,))
    world.change(ONE, email="new@patients.example")
    report = world.send(only=(ONE,))
    assert (report.sent, report.failures) == (0, {Unsent.UNKNOWN: 1})


def test_unknown_is_sent_again_if_somebody_asks(world: World) -> None:
    world.post.answers[FIRST] = [Unsure("lost")]
    world.send()
    report = world.send(resend=(ONE,))
    assert (report.sent, world.told.sent_to) == (1, [ONE])
    assert world.kinds(ONE) == ["sending", "unknown", "released", "sending", "sent"]
    assert world.send().skipped == {"sent before": PEOPLE}


def test_sent_is_sent_again_if_somebody_asks_and_nobody_elses(world: World) -> None:
    world.send(only=(ONE,))
    assert world.send(resend=(ONE,)).sent == 1
    assert world.post.recipients == [FIRST, FIRST]
    first, second = (str(message["Message-ID"]) for _, _, message in world.post.taken)
    assert first != second


@pytest.mark.parametrize("changes", [{"draft": True}, {"clinic": "nowhere"}])
def test_a_run_that_is_refused_lets_no_later_one_send_again(
    world: World, changes: dict[str, object]
) -> None:
    world.send()
    was = {name: world.entry(ONE).get(name) for name in changes}
    world.change_entry(ONE, **changes)
    with contextlib.suppress(ContentError):
        world.send(resend=(ONE,))
    world.change_entry(ONE, **was)
    assert world.send().skipped == {"sent before": PEOPLE}
    assert world.kinds(ONE) == ["sending", "sent"]


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({"draft": True}, {}),
        ({}, {"only": ("nobody",)}),
        ({}, {"passphrases": Path("none.csv")}),
    ],
)
def test_a_run_that_is_refused_leaves_nothing_behind(
    world: World, changes: dict[str, object], options: dict[str, Any]
) -> None:
    """An empty ledger would look as if somebody had begun to send."""
    world.change_entry(ONE, **changes)
    before = sorted(world.out.iterdir())
    with pytest.raises(HandoutError):
        world.send(**options)
    assert sorted(world.out.iterdir()) == before
    assert not (world.out / LEDGER).exists()


def test_what_was_purged_is_sent_again_only_if_somebody_asks(world: World) -> None:
    world.send(only=(ONE,))
    with sending_ledger(world.out / LEDGER, world.clock.now) as ledger:
        assert purge(ledger, dt.date(2100, 1, 1))
    report = world.send(only=(ONE, OTHER))
    assert (report.stopped, report.sent, report.skipped) == (None, 1, {"sent before": 1})
    assert world.send(resend=(ONE,)).sent == 1
    assert world.send().skipped == {"sent before": 2}
    assert world.post.recipients.count(FIRST) == 2


def test_unknown_that_has_arrived_is_settled(world: World) -> None:
    world.post.answers[FIRST] = [Unsure("lost")]
    world.send()
    with sending_ledger(world.out / "ledger.sqlite3") as ledger:
        assert ledger.arrived(ONE) == 1
    report = world.send()
    assert (report.failed, report.skipped) == (0, {"sent before": PEOPLE})


def test_three_unknown_in_a_row_stop_the_run(world: World) -> None:
    world.post.always = Unsure("lost")
    report = world.send()
    assert report.failures == {Unsent.UNKNOWN: 3}
    assert report.left == PEOPLE - 3
    assert isinstance(report.stopped, DeliveryError)
    assert "nobody knows" in str(report.stopped)


def test_a_wrong_password_stops_the_run_and_harms_nobody(world: World) -> None:
    world.post.always = Stopped("the server does not accept the password", code=535)
    report = world.send()
    assert (report.sent, report.failed, report.left) == (0, 0, PEOPLE)
    assert str(report.stopped).startswith("the server does not accept the password")
    assert len(world.post.tried) == 1
    world.post.always = None
    assert world.send().sent == PEOPLE


def test_a_server_that_closes_every_connection_is_left_alone(world: World) -> None:
    world.post.always = NotNow("the connection was closed")
    report = world.send(delays=(60.0, 300.0, 900.0))
    assert len(world.post.tried) == MOST_CLOSED
    assert str(report.stopped).startswith("the server closes or refuses every connection")
    assert isinstance(report.stopped, DeliveryError)
    assert report.stopped.retry
    assert report.failures == {Unsent.LATER: PEOPLE}
    assert [round(seconds) for seconds in world.clock.slept[:3]] == [5, 10, 20]


def test_a_days_limit_stops_the_run_at_once(world: World) -> None:
    limit = Stopped("the day's limit is reached", code=550, retry=True)
    world.post.answers[f"{letters(1).lower()}@patients.example"] = [limit]
    report = world.send()
    assert report.stopped is limit
    assert (report.sent, len(world.post.tried)) == (1, 2)


def test_a_server_that_goes_away_is_waited_for_if_it_was_there(world: World) -> None:
    away = Stopped("the server cannot be reached", retry=True)
    away.connecting = True
    world.post.answers[FIRST] = [away]
    report = world.send()
    assert (report.sent, report.left, report.stopped) == (0, PEOPLE, away)
    world.post.answers = {f"{letters(1).lower()}@patients.example": [away, away]}
    assert world.send().sent == PEOPLE
    assert world.kinds(OTHER) == ["sending", "to retry"] * 2 + ["sending", "sent"]


def test_a_folder_that_cannot_be_written_stops_and_is_no_unknown(world: World) -> None:
    world.post.network = False
    world.post.always = DeliveryError("outbox cannot be written: disk full", retry=True)
    report = world.send()
    assert (report.failed, report.left) == (0, PEOPLE)
    assert world.kinds(ONE) == ["sending", "to retry"]


def test_a_list_of_failures_that_cannot_be_written_hides_nothing_that_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Failures) -> None:
        raise DeliveryError("send-failed.csv cannot be written: no space left on device")

    monkeypatch.setattr(Failures, "put", refuse)
    world.post.answers[FIRST] = [Refused("no such mailbox", code=550)]
    report = world.send()
    assert (report.sent, report.failed) == (PEOPLE - 1, 1)
    assert "send-failed.csv cannot be written" in str(report.stopped)


@pytest.mark.parametrize(("taken", "kind"), [(True, "unknown"), (False, "to retry")])
def test_a_bug_leaves_no_attempt_without_an_end(world: World, taken: bool, kind: str) -> None:
    """Before the message begins, as in a sign-in, it leaves nobody unsure."""
    world.post.always = RuntimeError("Maria Nunez")
    world.post.may_be_taken = taken
    with pytest.raises(RuntimeError):
        world.send()
    with world.ledger() as ledger:
        sending, end = ledger.events()
    assert (sending.kind, end.kind, end.reply) == ("sending", kind, "a bug: RuntimeError")


# -- pace


def test_messages_keep_their_distance(world: World) -> None:
    world.send()
    assert world.clock.slept == [2.0] * (PEOPLE - 1), "30 a minute, as the clinic says"


def test_rate_and_folders(world: World) -> None:
    world.send(rate=6)
    assert world.clock.slept == [10.0] * (PEOPLE - 1)
    world.clock.slept.clear()
    world.post.network = False
    world.send(resend=("P-000", "P-001"))
    assert world.clock.slept == []


def test_a_server_that_asks_for_time_gets_it(world: World) -> None:
    world.post.answers[FIRST] = [NotNow("too many requests", code=429, wait=400.0)]
    assert world.send().sent == PEOPLE
    assert world.clock.slept[0] == pytest.approx(400.0)
    assert world.post.tried[1] != FIRST


# -- interruptions


def test_ctrl_c_ends_between_two_messages(world: World) -> None:
    def interrupt(_: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    world.post.before = interrupt
    report = world.send()
    assert (report.sent, report.left) == (1, PEOPLE - 1)
    assert report.interrupted
    assert world.kinds(ONE) == ["sending", "sent"]
    world.post.before = lambda _: None
    assert world.send().sent == PEOPLE - 1
    assert sorted(world.post.recipients) == sorted(set(world.post.recipients))


@pytest.mark.parametrize(("taken", "last"), [(True, "unknown"), (False, "to retry")])
def test_a_second_ctrl_c_does_not_wait_for_the_server(
    world: World, monkeypatch: pytest.MonkeyPatch, *, taken: bool, last: str
) -> None:
    def interrupt_twice(_: str) -> None:
        world.post.may_be_taken = taken
        for _time in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            assert world.told.stops == 1, "two at once are one"
        monkeypatch.setattr(guards, "SAME", 0.0)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("it went on")

    world.post.before = interrupt_twice
    report = world.send()
    assert (report.interrupted, report.sent, report.left) == (True, 0, PEOPLE - 1)
    assert report.failures == {Unsent(last): 1}
    assert world.kinds(ONE) == ["sending", last]
    world.post.before = lambda _: None
    assert world.send().sent == PEOPLE - taken


def test_a_letter_that_a_mail_program_may_have_taken_up_is_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_twice(_: Path) -> None:
        for _time in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(guards, "SAME", 0.0)
    monkeypatch.setattr(office, "flush_folder", interrupt_twice)
    monkeypatch.setattr(world, "post", MailDir(world.root / "mail"))
    assert world.send().failures == {Unsent.UNKNOWN: 1}
    assert world.kinds(ONE) == ["sending", "unknown"]


def test_ctrl_c_does_not_hide_why_nothing_can_be_sent(world: World) -> None:
    world.post.before = lambda _: os.kill(os.getpid(), signal.SIGINT)
    world.post.always = Stopped("the password is wrong")
    assert str(world.send().stopped) == "the password is wrong"


def test_a_list_that_changes_while_the_server_is_spared_stops_the_run(world: World) -> None:
    world.post.answers[FIRST] = [NotNow("too many requests", code=429, wait=400.0)]

    def changed() -> None:
        if world.clock.slept:
            raise DeliveryError("roster.csv was changed")

    report = world.send(unchanged=changed)
    assert (report.sent, len(world.post.tried)) == (0, 1)
    assert world.told.waits == [pytest.approx(400.0)], "and so long a pause is told"
    assert str(report.stopped) == "roster.csv was changed"


def test_a_list_that_changes_meanwhile_stops_the_run(world: World) -> None:
    def changed() -> None:
        if world.post.taken:
            raise DeliveryError("roster.csv was changed")

    report = world.send(unchanged=changed)
    assert (report.sent, report.left) == (1, PEOPLE - 1)
    assert str(report.stopped) == "roster.csv was changed"


def test_a_ledger_that_was_edited_sends_nothing(world: World) -> None:
    world.send(only=(ONE,))
    head = world.out / "ledger.sqlite3.head"
    head.write_text("9:" + "0" * 64 + "\n", "ascii")
    for send in (True, False):
        with pytest.raises(
            ContentError, match="row 3 is missing, and so is everything up to row 9"
        ):
            world.send(send=send)
    assert len(world.post.tried) == 1


def test_a_batch_that_is_being_made_is_not_sent(world: World) -> None:
    with held(world.out / LOCK), pytest.raises(DeliveryError, match="is making or sending"):
        world.send()


def test_two_runs_at_once_are_told_apart_from_a_batch(world: World) -> None:
    world.send(only=(ONE,))
    path, message = world.out / "ledger.sqlite3", "another run is sending from"
    with sending_ledger(path), pytest.raises(DeliveryError, match=message):
        world.send()


def test_a_run_from_another_ledger_does_not_begin_while_one_sends(world: World) -> None:
    """It would not know what the first is about to send; its ledger is not even made."""
    other = world.root / "other.sqlite3"
    with (
        held(world.out / LOCK, "the other run"),
        pytest.raises(DeliveryError, match="another run is making or sending") as error,
    ):
        world.send(ledger=other)
    assert error.value.retry
    assert not other.exists()
    assert world.post.tried == []


def test_another_ledger_does_not_send_again(world: World) -> None:
    """It knows of nothing that was sent."""
    world.send(limit=1)
    for send in (True, False):
        with pytest.raises(ContentError, match="was sent with another ledger"):
            world.send(send=send, ledger=world.root / "other.sqlite3")
    assert not (world.root / "other.sqlite3").exists()
    files = [world.out / f"{LEDGER}{end}" for end in ("", ".key", ".head")]
    for file in files:
        file.rename(world.root / file.name)
    for send in (True, False):
        with pytest.raises(ContentError, match="was sent with another ledger"):
            world.send(send=send)
    assert world.send(ledger=world.root / LEDGER).sent == PEOPLE - 1


def test_a_batch_that_has_lost_what_it_knew_begins_no_new_ledger(world: World) -> None:
    """Its ledger may lie elsewhere."""
    (world.out / STATE).unlink()
    for send in (True, False):
        with pytest.raises(ContentError, match="is lost"):
            world.send(send=send)
    assert not (world.out / LEDGER).exists()


def test_a_dry_run_misses_a_ledger_too(world: World) -> None:
    world.send(limit=1)
    (world.out / LEDGER).unlink()
    with pytest.raises(ContentError, match="is missing, but existed before"):
        world.send(send=False)


def test_a_locked_file_that_was_lost_and_made_again_is_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has other bytes each time that it is made, and says the same."""
    monkeypatch.setenv("HANDOUTS_FOLDER", str((world.root / "clinic").resolve()))
    assert world.send().sent == PEOPLE
    before = world.pdf(LOCKED).read_bytes()
    world.pdf(LOCKED).write_bytes(before[:-9])
    batch = ["batch", "roster.csv", "-o", "out", "--resume", "--jobs", "1"]
    assert CliRunner().invoke(cli, batch).exit_code == 0
    assert world.pdf(LOCKED).read_bytes() != before
    assert world.send().skipped == {"sent before": PEOPLE}
    assert world.send(resend=(LOCKED,)).sent == 1
    world.change(LOCKED, password="another-word-18")  # noqa: S106 - as above
    assert CliRunner().invoke(cli, batch).exit_code == 0
    assert world.send().sent == 1, "the one before does not open with this password"


# -- the list of failures


def failed(world: World) -> list[dict[str, str]]:
    with (world.out / FAILED).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_rows_to_correct_are_listed_and_can_be_fed_back_in(world: World) -> None:
    world.post.answers[FIRST] = [Refused("no such mailbox", code=550, hint="ask the patient")]
    world.change(OTHER, email_consent="")
    report = world.send()
    assert report.to_correct == world.out / FAILED
    rows = failed(world)
    assert [(row["reference"], row["problem"]) for row in rows] == [
        (OTHER, "the file is not encrypted, but email_consent is empty"),
        (ONE, "no such mailbox"),
    ]
    text = (world.out / FAILED).read_text("utf-8-sig")
    corrected = text.replace(FIRST, "right@patients.example").replace(
        f"{letters(1).lower()}@patients.example,",
        f"{letters(1).lower()}@patients.example,yes 2026-11-02",
    )
    (world.root / "corrected.csv").write_text(corrected, "utf-8-sig")
    report = world.send(rosters=[Path("corrected.csv")])
    assert report.sent == 2, world.told.failures
    assert report.skipped == {"not in the roster": PEOPLE - 2}
    assert report.to_correct is None
    assert not (world.out / FAILED).exists()
    assert BATCH_FAILED != FAILED


def test_a_run_about_some_leaves_the_list_alone(world: World) -> None:
    world.change(OTHER, email_consent="")
    world.send()
    before = (world.out / FAILED).read_bytes()
    world.send(only=(ONE,))
    assert (world.out / FAILED).read_bytes() == before


# -- secrets


def test_nothing_of_a_patient_in_logs_ledger_or_messages(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    world.post.reply = f"queued for <{FIRST}>"
    world.post.answers[f"{letters(1).lower()}@patients.example"] = [
        Refused("no such mailbox", code=550)
    ]
    world.change("P-002", email_consent="")
    world.send()
    texts = [caplog.text, *capfd.readouterr(), repr(world.told.failures)]
    ledger = b"".join(path.read_bytes() for path in world.out.glob("*ledger*"))
    texts.append(ledger.decode("utf-8", "ignore"))
    for text in texts:
        for secret in (SECRET, "patients.example", *(letters(number) for number in range(PEOPLE))):
            assert secret.lower() not in text.lower()
    with world.ledger() as opened:
        assert [event.reply for event in opened.events("reference = ?", ONE)][-1] == "queued for …"

"""The ledger: what is in it stays, and what somebody does to it is noticed."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest

from handouts.deliver.mail.events import Delivery, Event, EventKind, Head
from handouts.deliver.mail.ledger import (
    ENDED,
    Ledger,
    empty_ledger,
    purge,
    read_ledger,
    sending_ledger,
)
from handouts.deliver.mail.store import uri_of
from handouts.errors import ContentError, DeliveryError
from handouts.files import sha256_of

ADDRESS = "maria.nunez@patients.example"
SHA = "5" * 64
START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
ADDED = """INSERT INTO events SELECT 7, at, kind, reference, token, sha256, address, 9, 1,
message_id, code, reply, link FROM events WHERE number = 6"""


class Days:
    """A clock that goes on by a day each time."""

    def __init__(self) -> None:
        self.day = START - dt.timedelta(days=1)

    def __call__(self) -> dt.datetime:
        """Return the next day."""
        self.day += dt.timedelta(days=1)
        return self.day


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with sending_ledger(path, Days()) as opened:
        yield opened


def delivery(ledger: Ledger, number: int = 1, address: str = ADDRESS, sha: str = SHA) -> Delivery:
    return ledger.delivery(f"R-{number}", f"{number:016}", sha, address)


def begin(ledger: Ledger, number: int = 1, **choices: str) -> Event:
    wanted = delivery(ledger, number, **choices)
    return ledger.begin(wanted, ledger.message_id(wanted, "clinic.example"))


def send(ledger: Ledger, number: int = 1, **choices: str) -> Event:
    return ledger.settle(begin(ledger, number, **choices), EventKind.SENT, 250, "queued")


def edit(path: Path, sql: str) -> None:
    """Change a ledger as somebody would who knows how to."""
    database = sqlite3.connect(path)
    for table in ("events", "marks", "anchors"):
        for action in ("UPDATE", "DELETE"):
            database.execute(f"DROP TRIGGER no_{action}_{table}")
    with database:
        database.execute(sql)
    database.close()


def filled(path: Path, count: int = 3) -> None:
    with sending_ledger(path, Days()) as ledger:
        for number in range(1, count + 1):
            send(ledger, number)


# -- what was sent


def test_sent_once_is_done(ledger: Ledger) -> None:
    before = ledger.standing(delivery(ledger))
    assert (before.done, before.attempts, before.last) == (False, 0, None)
    send(ledger)
    after = ledger.standing(delivery(ledger))
    assert (after.done, after.attempts, after.unsure) == (True, 1, None)
    with pytest.raises(DeliveryError, match=r"^R-1: was sent, or may have been$"):
        begin(ledger)
    assert [event.kind for event in ledger.events()] == [EventKind.SENDING, EventKind.SENT]


@pytest.mark.parametrize("change", [{"number": 2}, {"address": "b@b.example"}, {"sha": "6" * 64}])
def test_another_patient_address_or_file_is_another_delivery(
    ledger: Ledger, change: dict[str, str]
) -> None:
    send(ledger)
    assert not ledger.standing(delivery(ledger, **change)).done  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.LATER])
def test_what_was_not_taken_may_be_tried_again_with_the_same_id(
    ledger: Ledger, kind: EventKind
) -> None:
    first = begin(ledger)
    ledger.settle(first, kind, 450, "later")
    second = begin(ledger)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.message_id == second.message_id
    assert first.message_id.endswith("@clinic.example>")


def test_an_attempt_without_an_end_blocks_every_file_of_the_patient(ledger: Ledger) -> None:
    begin(ledger)
    standing = ledger.standing(delivery(ledger, address="other@b.example", sha="6" * 64))
    assert standing.unsure is not None
    assert standing.unsure.kind is EventKind.SENDING
    with pytest.raises(DeliveryError, match="may have been"):
        begin(ledger, address="other@b.example")
    assert ledger.standing(delivery(ledger, 2)).unsure is None


def test_a_killed_run_is_unknown_to_the_next(path: Path) -> None:
    with sending_ledger(path) as ledger:
        begin(ledger)
        ledger.database.close()
    with sending_ledger(path) as ledger:
        (event,) = ledger.open_deliveries()
        assert (event.kind, event.reply) == (EventKind.UNKNOWN, ENDED)
        assert [each.kind for each in ledger.events()] == [EventKind.SENDING, EventKind.UNKNOWN]
    with sending_ledger(path) as ledger:
        assert len(list(ledger.events())) == 2, "noted once"


def test_looking_settles_nothing(path: Path) -> None:
    with sending_ledger(path) as ledger:
        begin(ledger)
        with read_ledger(path) as other:
            assert [event.kind for event in other.events()] == [EventKind.SENDING]


def test_sending_again_is_a_message_of_its_own(ledger: Ledger) -> None:
    first = send(ledger)
    assert ledger.release(delivery(ledger))
    assert not ledger.standing(delivery(ledger)).done
    second = send(ledger)
    assert (first.release, second.release) == (0, 3), "the number of the row"
    assert first.message_id != second.message_id
    assert ledger.standing(delivery(ledger)).done


def test_nothing_is_released_that_was_not_sent(ledger: Ledger) -> None:
    ledger.settle(begin(ledger), EventKind.REFUSED, 550, "no such mailbox")
    assert not ledger.release(delivery(ledger))
    assert not ledger.release(delivery(ledger, 2))


def test_who_knows_that_it_arrived_says_so(ledger: Ledger) -> None:
    ledger.settle(begin(ledger), EventKind.UNKNOWN)
    send(ledger, 2)
    assert ledger.arrived("R-2") == 0
    assert ledger.arrived("R-1") == 1
    standing = ledger.standing(delivery(ledger))
    assert (standing.done, standing.unsure) == (True, None)
    assert ledger.open_deliveries() == []


def test_an_address_of_another_patient_is_known(ledger: Ledger) -> None:
    send(ledger)
    assert ledger.is_address_of_another(delivery(ledger, 2))
    assert not ledger.is_address_of_another(delivery(ledger, 1, sha="6" * 64))
    assert not ledger.is_address_of_another(delivery(ledger, 2, address="b@b.example"))


# -- what it holds


def test_it_holds_no_address_and_is_its_owners_only(path: Path) -> None:
    with sending_ledger(path) as ledger:
        send(ledger)
        for file in path.parent.glob("*ledger*"):
            content = file.read_bytes().lower()
            for part in (b"maria", b"nunez", b"patients.example"):
                assert part not in content, file
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert {file.name.rpartition(".")[2] for file in path.parent.iterdir()} == {
        "sqlite3",
        "key",
        "head",
        "lock",
    }


def test_equal_addresses_differ_under_another_key(path: Path, tmp_path: Path) -> None:
    with sending_ledger(path) as one, sending_ledger(tmp_path / "other.sqlite3") as two:
        assert delivery(one).address != delivery(two).address
        assert delivery(one) == delivery(one)
        assert len(delivery(one).address) == 32
        assert ADDRESS not in repr(delivery(one))


@pytest.mark.parametrize(
    "sql", ["UPDATE events SET kind = 'refused'", "DELETE FROM events WHERE number = 2"]
)
def test_rows_are_neither_changed_nor_removed(path: Path, sql: str) -> None:
    filled(path)
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="a ledger only grows"):
        database.execute(sql)
    database.close()


def test_it_is_on_the_disk_before_anybody_goes_on(ledger: Ledger) -> None:
    assert ledger.database.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert ledger.database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


# -- what is noticed


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE events SET reference = 'R-9' WHERE number = 3", "row 3 does not match"),
        ("UPDATE events SET kind = 'refused' WHERE number = 4", "row 4 does not match"),
        ("UPDATE events SET at = '2026-01-02T00:00:00+00:00' WHERE number = 1", "row 1 does not"),
        ("UPDATE events SET code = 251 WHERE number = 6", "row 6 does not match"),
        ("DELETE FROM events WHERE number = 2", "row 2 is missing: row 3 follows 1"),
        ("DELETE FROM events WHERE number = 1", "row 1 is missing: row 2 follows 0"),
        (
            "DELETE FROM events WHERE number > 4",
            "row 5 is missing, and so is everything up to row 6",
        ),
        ("DELETE FROM events", "row 1 is missing, and so is everything up to row 6"),
        ("UPDATE events SET number = number + 10 WHERE number > 4", "row 5 is missing: row 15"),
        (ADDED, "row 7 does not match"),
        ("INSERT INTO anchors VALUES (2, 'x', '2026-01-01', 'y')", "row 2 does not match"),
    ],
)
def test_a_change_is_refused_with_the_first_row_that_does_not_agree(
    path: Path, sql: str, message: str
) -> None:
    filled(path)
    edit(path, sql)
    with pytest.raises(ContentError, match=message) as caught, sending_ledger(path):
        pass
    assert "do not send with it" in caught.value.problems[0].hint
    with read_ledger(path) as ledger, pytest.raises(ContentError, match=message):
        ledger.verify()


def test_an_older_copy_is_refused(path: Path, tmp_path: Path) -> None:
    filled(path, 1)
    shutil.copy(path, tmp_path / "copy")
    with sending_ledger(path) as ledger:
        send(ledger, 2)
    shutil.copy(tmp_path / "copy", path)
    message = "row 3 is missing, and so is everything up to row 4"
    with pytest.raises(ContentError, match=message), sending_ledger(path):
        pass


def test_a_kept_head_notices_an_older_folder(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / path.name
    filled(path, 1)
    shutil.copytree(folder, tmp_path / "copy")
    with sending_ledger(path) as ledger:
        send(ledger, 2)
        head = ledger.verify()
    assert head.number == 4
    assert Head.read(str(head)) == head
    with read_ledger(path) as ledger:
        assert ledger.verify(head) == head
        forged = Head(2, "0" * 64)
        with pytest.raises(ContentError, match="row 2 is not the row that was there before"):
            ledger.verify(forged)
    with read_ledger(tmp_path / "copy" / path.name) as ledger:
        ledger.verify()
        with pytest.raises(ContentError, match="row 3 is missing"):
            ledger.verify(head)


def test_a_crash_between_row_and_head_is_no_damage(path: Path) -> None:
    filled(path, 1)
    old = path.with_name(f"{path.name}.head").read_bytes()
    with sending_ledger(path) as ledger:
        send(ledger, 2)
    path.with_name(f"{path.name}.head").write_bytes(old)
    with sending_ledger(path) as ledger:
        assert ledger.verify().number == 4


def test_a_ledger_that_is_gone_is_missed(path: Path) -> None:
    filled(path)
    path.unlink()
    with pytest.raises(ContentError, match="is missing, but existed before"), sending_ledger(path):
        pass


def test_without_its_key_it_is_not_used(path: Path) -> None:
    filled(path)
    key = path.with_name(f"{path.name}.key")
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(DeliveryError, match=r"there is no .*ledger\.sqlite3\.key"):
        read_ledger(path)
    key.write_bytes(b"ab" * 32 + b"\n")
    with pytest.raises(ContentError, match="row 1 does not match"), sending_ledger(path):
        pass
    key.write_bytes(kept)
    with sending_ledger(path) as ledger:
        assert ledger.verify().number == 6


@pytest.mark.parametrize(
    ("content", "message"), [(b"SQLite? no." * 100, "is not a ledger, or is damaged"), (b"", "")]
)
def test_a_file_that_is_none(path: Path, content: bytes, message: str) -> None:
    filled(path)
    path.write_bytes(content)
    with pytest.raises(ContentError, match=message or "row 1 is missing"), sending_ledger(path):
        pass


@pytest.mark.parametrize("content", [b"", b"9:nothing\n", b"\xff\n"])
def test_a_head_that_is_none(path: Path, content: bytes) -> None:
    filled(path)
    path.with_name(f"{path.name}.head").write_bytes(content)
    with pytest.raises(ContentError, match="is not the head of a ledger"), sending_ledger(path):
        pass


def test_a_newer_one_is_refused(path: Path) -> None:
    filled(path)
    edit(path, "PRAGMA user_version = 99")
    with pytest.raises(ContentError, match="was written by a newer version of handouts"):
        read_ledger(path)


def test_two_runs_do_not_send_at_once(path: Path) -> None:
    message = "another run is sending"
    with sending_ledger(path), pytest.raises(DeliveryError, match=message) as held:
        sending_ledger(path).__enter__()
    assert held.value.retry


def test_on_a_disk_that_cannot_be_written_it_is_read_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    before = {file: file.stat().st_mtime_ns for file in path.parent.iterdir()}
    monkeypatch.setattr("os.access", lambda *_: False)
    with read_ledger(path) as ledger:
        assert ledger.verify().number == 6
        with pytest.raises(DeliveryError, match="cannot be used: readonly"):
            begin(ledger, 9)
    assert {file: file.stat().st_mtime_ns for file in path.parent.iterdir()} == before


def test_a_run_that_goes_on_is_not_read_without_its_last_rows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    monkeypatch.setattr("os.access", lambda *_: False)
    with sending_ledger(path) as ledger:
        begin(ledger, 9)
        with pytest.raises(DeliveryError, match="is being written") as found:
            read_ledger(path)
        assert found.value.retry
    with read_ledger(path) as ledger:
        assert ledger.verify().number > 6


def test_a_folder_that_cannot_be_written_is_no_other_run(path: Path) -> None:
    path.with_name(f".{path.name}.lock").mkdir()
    with pytest.raises(DeliveryError, match="cannot be written"), sending_ledger(path):
        pass


def test_missing_ledger_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="there is no"):
        read_ledger(tmp_path / "ledger.sqlite3")
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "no" / "ledger.sqlite3"
    with pytest.raises(DeliveryError, match="does not exist"), sending_ledger(path):
        pass


def test_a_full_disk_is_told_in_our_words(ledger: Ledger, path: Path) -> None:
    ledger.database.execute("PRAGMA max_page_count = 1")
    long = delivery(ledger, sha="6" * 100_000)
    with pytest.raises(DeliveryError, match="cannot be used: full") as caught:
        ledger.begin(long, "<x@clinic.example>")
    assert caught.value.retry
    assert str(path) in str(caught.value)
    assert list(ledger.events()) == [], "all of it or nothing"
    send(ledger)


def test_a_dry_run_has_an_empty_one() -> None:
    with empty_ledger() as ledger:
        assert not ledger.standing(delivery(ledger)).done
        assert ledger.verify(None) == Head(0, "0" * 64)


# -- purging


def test_purged_rows_are_gone_and_what_was_sent_is_not_sent_again(path: Path) -> None:
    filled(path, 3)
    with sending_ledger(path, lambda: dt.datetime(2026, 6, 1, tzinfo=dt.UTC)) as ledger:
        # Two rows a day: the first two patients are before the fifth day.
        assert purge(ledger, dt.date(2026, 1, 5)) == 4
        assert [event.delivery.reference for event in ledger.events()] == ["R-3", "R-3"]
        standing = ledger.standing(delivery(ledger, 1))
        assert (standing.done, standing.purged, standing.last) == (True, True, None)
        assert not ledger.standing(delivery(ledger, 1, sha="6" * 64)).done
        assert ledger.standing(delivery(ledger, 3)).last is not None
        assert purge(ledger, dt.date(2026, 1, 5)) == 0
        send(ledger, 4)
        assert purge(ledger, dt.date(2026, 3, 1)) == 2
        assert ledger.standing(delivery(ledger, 1)).purged
        assert ledger.verify().number == 8
    assert b"R-1" not in path.read_bytes()
    with sending_ledger(path) as ledger:
        assert [event.number for event in ledger.events()] == [7, 8]


def test_nothing_of_purged_rows_is_left_on_the_disk(path: Path) -> None:
    """Not in pages that the database no longer uses, nor in the file that it writes first."""
    files = [sha256_of(bytes([number])) for number in range(60)]
    with sending_ledger(path, Days()) as ledger:
        for number, sha in enumerate(files):
            send(ledger, number, sha=sha)
        assert purge(ledger, dt.date(2026, 3, 2)) == 2 * 30
        left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [sha for sha in files if sha.encode() in left] == files[30:]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DELETE FROM marks", "what the purge left was changed"),
        ("UPDATE anchors SET number = 3", "what the purge left was changed"),
        ("DELETE FROM anchors", "row 1 is missing"),
        ("UPDATE events SET reply = 'x' WHERE number = 5", "row 5 does not match"),
    ],
)
def test_a_change_after_a_purge_is_noticed(path: Path, sql: str, message: str) -> None:
    filled(path)
    with sending_ledger(path) as ledger:
        purge(ledger, dt.date(2026, 1, 5))
    edit(path, sql)
    with pytest.raises(ContentError, match=message), sending_ledger(path):
        pass


def test_what_nobody_knows_is_not_purged(path: Path) -> None:
    with sending_ledger(path, Days()) as ledger:
        send(ledger, 1)
        ledger.settle(begin(ledger, 2), EventKind.UNKNOWN)
        with pytest.raises(DeliveryError, match="whether these have arrived: R-2"):
            purge(ledger, dt.date(2027, 1, 1))
        ledger.arrived("R-2")
        assert purge(ledger, dt.date(2027, 1, 1)) == 5
        assert ledger.standing(delivery(ledger, 2)).done


def test_released_and_sent_again_after_a_purge(path: Path) -> None:
    with sending_ledger(path, Days()) as ledger:
        ids = {send(ledger).message_id}
        for _ in range(2):
            assert ledger.release(delivery(ledger))
            ids.add(send(ledger).message_id)
            assert purge(ledger, dt.date(2100, 1, 1))
            assert ledger.standing(delivery(ledger)).done
    assert len(ids) == 3, "mail programs show a message of a known id once"


@pytest.mark.parametrize("name", ["what?#1%20 of.sqlite3", "Über ; 'Liste'.sqlite3", "file:x"])
def test_a_ledger_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "50 % & more"
    folder.mkdir()
    filled(folder / name)
    assert database_names(folder) == {name}
    with read_ledger(folder / name) as ledger:
        assert ledger.verify().number == 6
    database = sqlite3.connect(f"{uri_of(folder / name)}?mode=ro", uri=True)
    assert database.execute("SELECT COUNT(*) FROM events").fetchone() == (6,)
    database.close()


def database_names(folder: Path) -> set[str]:
    """Return the files of a folder that belong to SQLite."""
    return {path.name for path in folder.iterdir() if path.read_bytes()[:6] == b"SQLite"}


def test_a_network_drive_and_a_letter_have_the_uris_that_sqlite_takes() -> None:
    share, letter = PureWindowsPath(r"\\server\team\a b.sqlite3"), PureWindowsPath(r"C:\l#.sqlite3")
    assert uri_of(share) == "file:////server/team/a%20b.sqlite3"
    assert uri_of(letter) == "file:///C:/l%23.sqlite3"


def test_the_database_of_another_program_is_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE theirs (name TEXT)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(ContentError, match="not a ledger"), read_ledger(path):
        pass
    assert path.read_bytes() == before

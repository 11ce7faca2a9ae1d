"""Who gets mail is decided when it is sent: consent, addresses, people who must not get any."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from handouts.deliver.mail.request import Unsent
from handouts.deliver.mail.send_plan import may_go
from handouts.errors import ContentError, DeliveryError, MissingError
from handouts.model.roster import EmailConsent
from tests.deliver.mail.sending.conftest import PEOPLE, make_batch
from tests.deliver.mail.sending.world import TODAY, YES, World, patients
from tests.deliver.rosters import letters, write_csv

ONE, OTHER = "P-000", "P-001"
SAME = f"{letters(1).lower()}@patients.example"


@pytest.mark.parametrize(
    ("consent", "encrypted", "message"),
    [
        (EmailConsent(given=True, date=TODAY), False, None),
        (EmailConsent(given=True, date=dt.date(2020, 1, 1)), False, None),
        (EmailConsent(given=True), False, "email_consent says yes without a date"),
        (EmailConsent(given=True, date=dt.date(2026, 11, 23)), False, "which is in the future"),
        (EmailConsent(given=False, date=TODAY), False, "not encrypted, but email_consent says no"),
        (EmailConsent(given=False), False, "not encrypted, but email_consent says no"),
        (None, False, "not encrypted, but email_consent is empty"),
        (None, True, None),
        (EmailConsent(given=False), True, None),
        (EmailConsent(given=True), True, None),
    ],
)
def test_consent(consent: EmailConsent | None, encrypted: bool, message: str | None) -> None:
    problem = may_go(consent, encrypted=encrypted, today=TODAY)
    assert (problem is None) == (message is None)
    if problem is not None and message is not None:
        assert message in problem.message
        assert problem.hint


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"email_consent": ""}, "the file is not encrypted, but email_consent is empty"),
        ({"email_consent": "no"}, "the file is not encrypted, but email_consent says no"),
        ({"email_consent": "yes"}, "email_consent says yes without a date"),
        (
            {"email_consent": "yes 2027-01-01"},
            "email_consent is dated 2027-01-01, which is in the future",
        ),
        ({"email": "a..b@patients.example"}, "email must be one e-mail address"),
    ],
)
def test_a_row_that_must_not_go(world: World, cells: dict[str, str], message: str) -> None:
    world.change(ONE, **cells)
    report = world.send()
    assert report.sent == PEOPLE - 1
    assert world.told.failures == {ONE: (Unsent.WRONG, message)}
    assert world.told.hints[ONE]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"status": "deceased"}, "deceased"),
        ({"status": "inactive"}, "inactive"),
        ({"status": "opted out"}, "unsubscribed"),
        ({"unsubscribed": "2026-11-21"}, "unsubscribed"),
        ({"deceased": "yes"}, "deceased"),
        ({"email": ""}, "no address"),
    ],
)
def test_a_row_that_gets_none_by_now(world: World, cells: dict[str, str], reason: str) -> None:
    world.change(ONE, **cells)
    report = world.send()
    assert (report.sent, report.failed) == (PEOPLE - 1, 0)
    assert report.skipped == {reason: 1}
    assert not [name for name in world.post.recipients if name.startswith(letters(0).lower())]


def test_a_patient_who_is_gone_from_the_list(world: World) -> None:
    write_csv(world.root / "newer.csv", world.rows()[1:])
    report = world.send(rosters=[world.root / "newer.csv"])
    assert report.skipped == {"not in the roster": 1}
    assert report.sent == PEOPLE - 1


def test_two_lists_that_contradict_each_other(world: World) -> None:
    row = {**world.rows()[0], "status": "deceased"}
    write_csv(world.root / "more.csv", [row])
    report = world.send(rosters=[world.roster, world.root / "more.csv"])
    assert report.sent == PEOPLE - 1
    assert ONE in world.told.failures
    assert "with different details" in world.told.failures[ONE][1]


def test_a_row_that_cannot_be_read(world: World) -> None:
    world.change(ONE, email="a@b.example and c@d.example")
    assert world.send().sent == PEOPLE - 1
    assert world.told.failures[ONE] == (Unsent.WRONG, "email must be one e-mail address")


# -- one address for two


@pytest.mark.parametrize("written", [SAME, SAME.upper(), SAME.title()])
def test_one_address_for_two_is_refused_for_both(world: World, written: str) -> None:
    world.change(ONE, email=written)
    report = world.send()
    assert report.sent == PEOPLE - 2
    assert world.told.failures == {
        ONE: (Unsent.WRONG, "P-001 has the same address"),
        OTHER: (Unsent.WRONG, "P-000 has the same address"),
    }


def test_one_address_for_two_that_the_roster_allows(world: World) -> None:
    world.change(ONE, email=SAME, shared_email="yes")
    assert world.send().sent == PEOPLE - 1
    assert set(world.told.failures) == {OTHER}
    world.change(OTHER, shared_email="yes")
    assert world.send().sent == 1
    assert world.told.failures == {}
    assert world.post.recipients.count(SAME) == 2
    for _, recipient, message in world.post.taken:
        assert str(message["To"]).count("@") == 1
        assert recipient in str(message["To"])


def test_one_address_for_a_patient_of_the_list_who_gets_no_handout(world: World) -> None:
    newer = [*world.rows(), {**world.rows()[0], "reference": "NEW", "email": SAME}]
    write_csv(world.root / "newer.csv", newer)
    world.send(rosters=[world.root / "newer.csv"])
    assert world.told.failures == {OTHER: (Unsent.WRONG, "NEW has the same address")}


def test_an_address_that_another_patients_mail_went_to(world: World) -> None:
    """Yesterday's address of one patient is today's of another: a column was moved."""
    world.send(only=(OTHER,))
    world.change(OTHER, email="new@patients.example")
    world.change(ONE, email=SAME)
    world.send(only=(ONE,))
    message = "mail of another patient went to the same address"
    assert world.told.failures == {ONE: (Unsent.WRONG, message)}
    world.change(ONE, shared_email="yes")
    assert world.send(only=(ONE,)).sent == 1


def test_a_slip_warns_and_names_the_domain_alone(world: World) -> None:
    world.change(ONE, email="maria.nunez@gmial.com")
    assert world.send().sent == PEOPLE
    assert world.told.warnings == ["the address is at gmial.com, which looks like gmail.com"]


def test_a_patient_with_a_new_address_gets_it_there_too_and_that_is_said(world: World) -> None:
    world.send(only=(ONE,))
    world.change(ONE, email="new@patients.example")
    for send in (False, True):
        report = world.send(send=send, only=(ONE,))
        assert world.told.warnings == [
            "the address is a new one: this handout went to another before"
        ]
    assert (report.sent, world.post.recipients[-1]) == (1, "new@patients.example")
    assert world.send(only=(ONE,)).skipped == {"sent before": 1}
    assert world.told.warnings == []


# -- a dry run


def test_a_dry_run_sends_and_writes_nothing_but_previews(world: World) -> None:
    world.change(ONE, email_consent="")
    before = {path: path.read_bytes() for path in world.out.rglob("*") if path.is_file()}
    report = world.send(send=False)
    after = {path: path.read_bytes() for path in world.out.rglob("*") if path.is_file()}
    assert world.post.tried == []
    assert [item.entry.reference for item in report.ready] == ["P-001", "P-002", "P-003"]
    assert world.told.failures[ONE][0] is Unsent.WRONG
    previews = world.out / "send-preview"
    assert set(after) - set(before) == {*report.previews, previews / ".written"}
    assert {path: after[path] for path in before} == before
    assert (report.sent, len(report.previews)) == (0, 3)
    assert report.first is not None


def test_previews_are_the_first_ones_and_of_this_run(world: World) -> None:
    assert len(world.send(send=False, limit=2).previews) == 2
    report = world.send(send=False, only=("P-002",))
    assert [path.name for path in (world.out / "send-preview").glob("*.eml")] == [
        f"{world.pdf('P-002').stem}.eml"
    ]
    assert report.previews[0].stat().st_mode & 0o777 == 0o600


def test_only_what_a_dry_run_wrote_is_removed_by_the_next(world: World) -> None:
    mine, edited = world.send(send=False, limit=2).previews
    foreign = mine.with_name("from-my-mail-program.eml")
    foreign.write_text("kept by hand", "utf-8")
    edited.write_text("kept with my notes", "utf-8")
    again = world.send(send=False, limit=2).previews
    assert foreign.read_text("utf-8") == "kept by hand"
    assert edited.read_text("utf-8") == "kept with my notes"
    assert again == [mine, edited.with_stem(f"{edited.stem}-2")]
    world.send(send=False, only=("P-003",))
    assert not any(path.exists() for path in again)


def test_a_dry_run_opens_every_file(world: World) -> None:
    world.pdf(ONE).write_bytes(b"other")
    world.send(send=False)
    assert "is not the file that the batch made" in world.told.failures[ONE][1]


def test_a_dry_run_says_what_was_sent_before(world: World) -> None:
    world.send(only=(ONE,))
    report = world.send(send=False)
    assert report.skipped == {"sent before": 1}
    assert len(report.ready) == PEOPLE - 1


# -- which


def test_only_and_limit(world: World) -> None:
    assert world.send(only=("P-002", ONE)).sent == 2
    assert world.told.sent_to == [ONE, "P-002"]
    report = world.send(limit=1)
    assert (world.told.sent_to, report.sent) == (["P-001"], 1)
    world.send()
    assert world.told.sent_to == ["P-003"]


def test_a_reference_that_there_is_not(world: World) -> None:
    with pytest.raises(MissingError, match='no handout was made for "P-00"') as caught:
        world.send(only=("P-00",))
    assert caught.value.problems[0].hint.startswith("did you mean")


def test_passphrases_have_a_key(world: World) -> None:
    with pytest.raises(DeliveryError, match=r"there is no .*words\.csv\.key"):
        world.send(passphrases=world.root / "words.csv")


def test_the_last_of_an_encrypted_patients_passwords_is_asked_for(world: World) -> None:
    world.change("P-003", password="")
    report = world.send(only=("P-003",))
    assert report.sent == 0
    assert "its password is not known" in world.told.failures["P-003"][1]


def test_consent_is_as_in_the_newest_list(world: World) -> None:
    world.change(ONE, email_consent="no")
    world.send(only=(ONE,))
    assert world.post.taken == []
    world.change(ONE, email_consent=YES)
    world.send(only=(ONE,))
    assert len(world.post.taken) == 1


# -- in the patient's language


@pytest.mark.parametrize("reviewed", ["en", "es"])
def test_a_mail_is_in_the_language_of_its_handout(
    reviewed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its texts, the stop rule, and what the clinic calls itself; a review is of one language."""
    monkeypatch.chdir(tmp_path)
    make_batch(tmp_path, patients(1, language="es"), language=reviewed)
    world = World(Path())
    if reviewed == "en":
        with pytest.raises(ContentError, match="1 handout is a draft") as refused:
            world.send()
        assert "--language es" in refused.value.problems[0].hint
        return
    assert world.send().sent == 1
    (_, _, message) = world.post.taken[0]
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert message["Content-Language"].startswith("es")
    assert "Mine Fisioterapia" in text
    assert "Pare si el dolor llega a 6" in text
    for word in ("Stop", "exercises", "Physiotherapy"):
        assert word not in text

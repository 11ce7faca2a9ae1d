"""What somebody changed between the batch and its sending is refused, with what does not agree."""

from __future__ import annotations

import io
import os
import stat
import subprocess
from collections.abc import Callable
from email.message import EmailMessage

import pikepdf
import pytest

from handouts.deliver.finished_pdf import encrypt
from handouts.deliver.mail import send_plan as plan
from handouts.deliver.mail.message import Letter, MailMaker
from handouts.deliver.mail.request import Unsent
from handouts.errors import ContentError, DeliveryError
from tests.command import run
from tests.deliver.mail.sending.conftest import PEOPLE, SECRET
from tests.deliver.mail.sending.world import World
from tests.deliver.rosters import letters, write_csv

ONE, OTHER, LOCKED = "P-000", "P-001", "P-003"
NAME = f"Person {letters(0)}"


def refused(world: World, reference: str = ONE, others: int = PEOPLE - 1) -> str:
    """Send, and return what is wrong with a patient's handout; the others get theirs."""
    report = world.send()
    assert report.sent == others, world.told.failures
    assert list(world.told.failures) == [reference]
    what, message = world.told.failures[reference]
    assert what is Unsent.WRONG
    assert world.told.hints[reference] or "must be" in message
    assert not any(letters(0).lower() in recipient for recipient in world.post.recipients) or (
        reference != ONE
    )
    return message


def changed_pdf(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """Return a PDF after a change."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(stream)
    return stream.getvalue()


def test_nothing_changed_and_all_get_theirs(world: World) -> None:
    report = world.send()
    assert (report.sent, report.failed, report.left) == (PEOPLE, 0, 0)
    for _, recipient, message in world.post.taken:
        (part,) = message.iter_attachments()
        number = [letters(n).lower() for n in range(PEOPLE)].index(recipient.partition("@")[0])
        assert part.get_content() == world.pdf(f"P-{number:03}").read_bytes()


# -- the file


def test_a_file_that_was_swapped(world: World) -> None:
    world.swap(ONE, world.pdf(OTHER).read_bytes())
    assert "is not the file that the batch made" in refused(world)


def test_anothers_file_that_the_manifest_was_made_to_agree_with(world: World) -> None:
    world.swap(ONE, world.pdf(OTHER).read_bytes(), agreed=True)
    message = refused(world)
    assert "does not contain the token of P-000" in message
    assert "the first page of" in message


def test_a_file_that_is_gone(world: World) -> None:
    world.pdf(ONE).unlink()
    assert "cannot be read: no such file" in refused(world)


def test_a_file_with_a_page_more(world: World) -> None:
    def twice(pdf: pikepdf.Pdf) -> None:
        pdf.pages.append(pdf.pages[0])

    world.swap(ONE, changed_pdf(world.pdf(ONE).read_bytes(), twice), agreed=True)
    assert "has 2 pages, the manifest says 1" in refused(world)


def test_a_file_without_its_token(world: World) -> None:
    def bare(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Subject"] = "Handout"

    world.swap(ONE, changed_pdf(world.pdf(ONE).read_bytes(), bare), agreed=True)
    message = refused(world)
    assert "does not contain the token of P-000" in message
    assert "does not contain the code SIJ-CALM-" in message


def test_a_draft_of_which_the_manifest_says_nothing(world: World) -> None:
    """What the file says of itself is looked at, not only what was written down."""

    def change(opened: pikepdf.Pdf) -> None:
        subject = str(opened.docinfo["/Subject"])
        opened.docinfo["/Subject"] = subject.replace("Handout", "Draft of handout")

    world.swap(ONE, changed_pdf(world.pdf(ONE).read_bytes(), change), agreed=True)
    assert "is a draft, but the manifest says otherwise" in refused(world)


def test_one_draft_of_which_the_manifest_tells_stops_all(world: World) -> None:
    world.change_entry(ONE, draft=True)
    for send in (False, True):
        with pytest.raises(ContentError, match="1 handout is a draft"):
            world.send(send=send)
    assert world.post.tried == []
    # Told to send drafts, it still compares: this file is none.
    report = world.send(drafts=True)
    assert report.sent == PEOPLE - 1
    assert "is not a draft, but the manifest says otherwise" in world.told.failures[ONE][1]


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"])
def test_a_file_that_is_no_pdf(world: World, content: bytes) -> None:
    world.swap(ONE, content, agreed=True)
    assert "is not a PDF, or is damaged" in refused(world)


def test_an_open_file_that_should_be_locked(world: World) -> None:
    stream = io.BytesIO()
    with pikepdf.open(world.pdf(LOCKED), password=SECRET) as opened:
        opened.save(stream, encryption=False)
    world.swap(LOCKED, stream.getvalue(), agreed=True)
    assert "should be encrypted, and is not" in refused(world, LOCKED)


def test_a_locked_file_that_should_be_open(world: World) -> None:
    world.swap(ONE, encrypt(world.pdf(ONE).read_bytes(), "other-words"), agreed=True)
    assert "needs a password, and should not" in refused(world)


def test_a_file_locked_with_another_password(world: World) -> None:
    stream = io.BytesIO()
    with pikepdf.open(world.pdf(LOCKED), password=SECRET) as opened:
        opened.save(stream, encryption=False)
    world.swap(LOCKED, encrypt(stream.getvalue(), "other-words"), agreed=True)
    message = refused(world, LOCKED)
    assert "does not open with the password of its row" in message
    assert SECRET not in message


# -- the roster


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"name": "Somebody Else"}, "the row was changed after its handout was made"),
        ({"affected_side": "right"}, "the row was changed after its handout was made"),
        (
            {"program": "si-joint-build"},
            "program is si-joint-build now, but the handout was made with",
        ),
        ({"layout": "quick"}, "layout is quick now, but the handout was made with slip"),
        ({"clinic": "riverbend"}, "clinic is riverbend now, but the handout was made with mine"),
        ({"name": ""}, "there is no name to compare the first page with"),
        ({"password": "a-new-password"}, "has a password, but the file was made without one"),
        ({"affected_side": "upper"}, "affected_side must be left, right or both"),
    ],
)
def test_a_row_that_was_edited(world: World, cells: dict[str, str], message: str) -> None:
    world.change(ONE, **cells)
    assert message in refused(world)


def test_a_row_that_was_edited_is_found_though_content_is_newer(world: World) -> None:
    write = world.root / "clinic" / "clinics" / "mine.yaml"
    write.write_text(write.read_text("utf-8").replace("0142", "0143"), "utf-8")
    world.change(ONE, affected_side="right")
    assert "the row was changed after its handout was made" in refused(world)


def test_a_name_that_was_edited_is_found_on_the_page_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should manifest and row have been edited alike, the page still says who it is for."""
    digests = {entry["reference"]: entry["row_digest"] for entry in world.entries()}
    monkeypatch.setattr(plan, "row_digest", lambda row, _: digests[row.reference])
    world.change(ONE, name="Somebody Else")
    message = refused(world)
    assert "does not show the name that the roster has now" in message
    assert "Somebody" not in message
    assert letters(0) not in message


def test_a_new_address_is_no_change(world: World) -> None:
    world.change(ONE, email="new@patients.example")
    assert world.send().sent == PEOPLE
    assert "new@patients.example" in world.post.recipients


def test_rows_that_were_moved(world: World) -> None:
    rows = world.rows()
    write_csv(world.roster, [rows[1], rows[0], *rows[2:]])
    report = world.send()
    assert report.sent == PEOPLE - 2
    assert world.told.failures == {
        ONE: (Unsent.WRONG, "the row was in line 2 when its handout was made"),
        OTHER: (Unsent.WRONG, "the row was in line 3 when its handout was made"),
    }


def test_a_newer_list_may_have_other_rows(world: World) -> None:
    newer = world.root / "newer.csv"
    write_csv(newer, list(reversed(world.rows())))
    assert world.send(rosters=[newer]).sent == PEOPLE


def test_names_sorted_apart_from_their_rows(world: World) -> None:
    """A column sorted alone is the classic slip: everybody is refused."""
    rows = world.rows()
    names = [row["name"] for row in rows]
    for row, name in zip(rows, [*names[1:], names[0]], strict=True):
        row["name"] = name
    write_csv(world.roster, rows)
    report = world.send()
    assert (report.sent, report.failed) == (0, PEOPLE)
    assert world.post.taken == []


# -- the manifest


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"token": "0" * 16}, "the manifest gives the reference another patient's token"),
        ({"file": None}, "the manifest names no file of the batch"),
        ({"sha256": "0" * 64}, "is not the file that the batch made"),
        ({"sha256": None}, "the manifest does not say what the file is"),
        ({"pages": 2}, "has 1 pages, the manifest says 2"),
        ({"code": "SIJ-CALM-000000"}, "does not contain the code SIJ-CALM-000000"),
        ({"language": "de"}, 'is in "en-US", the manifest says "de"'),
        ({"clinic": "riverbend"}, "clinic is mine now, but the handout was made with riverbend"),
        ({"encrypted": True}, "should be encrypted, and is not"),
        ({"row": 3}, "the row was in line 3 when its handout was made"),
        ({"row_digest": "0" * 32}, "the row was changed after its handout was made"),
        ({"row_digest": None}, "the row was changed after its handout was made"),
    ],
)
def test_a_line_that_was_edited(world: World, values: dict[str, object], message: str) -> None:
    world.change_entry(ONE, **values)
    assert message in refused(world)


def test_a_line_that_names_anothers_file(world: World) -> None:
    theirs = world.entry(OTHER)
    world.change_entry(ONE, file=theirs["file"], sha256=theirs["sha256"])
    report = world.send()
    assert report.sent == PEOPLE - 2
    message = "the manifest gives two patients one file"
    assert {what for _, what in world.told.failures.values()} >= {message}
    assert set(world.told.failures) == {ONE, OTHER}


def test_references_that_were_exchanged(world: World) -> None:
    world.change_entry(ONE, reference="x")
    world.change_entry(OTHER, reference=ONE)
    world.change_entry("x", reference=OTHER)
    report = world.send()
    assert report.sent == PEOPLE - 2
    for _, message in world.told.failures.values():
        assert "another patient's token" in message


@pytest.mark.parametrize("file", [None, "../roster.csv", "..\\roster.csv"])
def test_a_line_that_is_none(world: World, file: str | None) -> None:
    """Nor is one that names a file of another folder: what is replaced is removed."""
    if file is None:
        with (world.out / "manifest.jsonl").open("a", encoding="utf-8") as stream:
            stream.write("nothing\n")
    else:
        world.change_entry(ONE, file=file)
    with pytest.raises(ContentError, match="is not a line of a manifest"):
        world.send()
    assert world.post.tried == []


def test_another_key(world: World) -> None:
    (world.out / "batch.key").write_text("ab" * 32 + "\n", "ascii")
    report = world.send()
    assert (report.sent, report.failed) == (0, PEOPLE)


def test_without_a_key_or_a_batch(world: World) -> None:
    (world.out / "batch.key").unlink()
    with pytest.raises(DeliveryError, match=r"there is no .*batch\.key"):
        world.send()
    (world.out / "manifest.jsonl").unlink()
    with pytest.raises(DeliveryError, match="contains no batch"):
        world.send()


# -- the message


class Careless(MailMaker):
    """Makes messages that go wrong in one way."""

    def __init__(self, world: World, spoil: Callable[[EmailMessage], None]) -> None:
        super().__init__(world.library, world.library.clinic("mine"))
        self.spoil = spoil

    def make(self, letter: Letter) -> EmailMessage:
        """Make a message and spoil it."""
        message = super().make(letter)
        self.spoil(message)
        return message


def _to(message: EmailMessage, *others: str) -> None:
    del message["To"]
    message["To"] = ", ".join(others)


def _set(name: str, value: str) -> Callable[[EmailMessage], None]:
    def change(message: EmailMessage) -> None:
        del message[name]
        message[name] = value

    return change


def _attach(message: EmailMessage) -> None:
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="other.pdf")


def _tell(message: EmailMessage) -> None:
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    body.set_content(f"The password is {SECRET}.")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: _to(m, "a@b.example"), "is not to the one address of the roster"),
        (
            lambda m: _to(m, str(m["To"]), "a@b.example"),
            "is not to the one address of the roster",
        ),
        (_set("Cc", "a@b.example"), "the message also goes to other recipients"),
        (_set("Bcc", "a@b.example"), "the message also goes to other recipients"),
        (_set("Sender", "a@b.example"), "the message also goes to other recipients"),
        (lambda m: m.__delitem__("Reply-To"), "the message lacks a header"),
        (_set("From", "a@b.example"), "is not from the clinic's address"),
        (_set("Message-ID", "<a@b.example>"), "does not have the id of its row in the ledger"),
        (_attach, "does not contain exactly the file that was checked"),
        (_tell, "the message contains the password of its file"),
        (_set("Subject", f"Password {SECRET}"), "the message contains the password of its file"),
    ],
)
def test_a_message_that_went_wrong_is_not_sent(
    world: World, spoil: Callable[[EmailMessage], None], message: str
) -> None:
    world.maker = Careless(world, spoil)
    report = world.send(only=(LOCKED,))
    assert report.sent == 0
    what, told = world.told.failures[LOCKED]
    assert (what, world.post.tried) == (Unsent.WRONG, [])
    assert message in told
    assert SECRET not in told


# -- what is no file


def by_command(world: World, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; one that hangs is killed."""
    words = ("send", "out", "--roster", "roster.csv")
    return run(world.root, *words, *options, folder=world.root / "clinic")


@pytest.mark.parametrize("make", ["pipe", "device", "socket", "folder"])
def test_what_is_named_like_a_handout_and_is_no_file_is_refused(world: World, make: str) -> None:
    path = world.pdf(ONE)
    path.unlink()
    match make:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case _:
            path.mkdir()
    done = by_command(world)
    assert done.returncode == 3, done.stderr
    assert f"{path.name} cannot be read: " in done.stdout + done.stderr
    assert len(list((world.out / "send-preview").glob("*.eml"))) == PEOPLE - 1


def test_a_manifest_that_is_no_file_is_refused(world: World) -> None:
    manifest = world.out / "manifest.jsonl"
    manifest.unlink()
    os.mkfifo(manifest)
    done = by_command(world)
    assert done.returncode == 1
    assert "manifest.jsonl cannot be read: it is not a regular file" in done.stderr

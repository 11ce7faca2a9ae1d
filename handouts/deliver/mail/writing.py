"""Turn a planned handout into a checked message: one recipient, the right file, no password in it.

The bytes that will be handed over are read back, as a mail program would read them: whatever made
the message, a mistake is found here. A dry run writes the first messages as files to look at.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from itertools import count
from pathlib import Path

from handouts.deliver.mail.interlock import check_pdf
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.mailbox import Mailbox, read_mailbox
from handouts.deliver.mail.message import Letter, addresses_of, decoded
from handouts.deliver.mail.office import Office, OfficeOf
from handouts.deliver.mail.send_plan import Planned
from handouts.deliver.output import Output
from handouts.errors import ContentError, DeliveryError, HandoutError, MissingError, Problem
from handouts.files import make_folder, read_plain, sha256_of, write_whole
from handouts.load.library import Library
from handouts.model.order import first_name
from handouts.model.roster import RosterRow

_ONCE = ("From", "Reply-To", "To", "Date", "Message-ID", "Subject")
"""Headers that a message has once."""
_NEVER = ("Cc", "Bcc", "Sender", "Resent-To", "Resent-Cc", "Resent-Bcc")
_HINT = "correct the clinic's mail templates; if it has none of its own, report this"


def check_message(
    message: EmailMessage, letter: Letter, mailbox: Mailbox, sender: str, password: str | None
) -> None:
    """Make sure that a message is what was asked for, and reads as it was meant.

    Raises:
        ContentError: with all that is not so; the message is then not sent.
    """
    content = message.as_bytes()
    head = HeaderParser(policy=policy.compat32).parsestr(content.decode("utf-8", "replace"))
    body = message_from_bytes(content, policy=policy.default)
    found = [*_damage(head, body), *_contradictions(head, body, letter, mailbox, sender)]
    if decoded(str(head["Subject"])) != str(message["Subject"]):
        found.append("the subject does not read as it was meant")
    if password and any(password in text for text in _texts(body)):
        found.append("the message holds the password of its file")
    if found:
        raise ContentError([Problem(text, hint=_HINT) for text in found])


def _damage(head: Message, body: Message) -> Iterator[str]:
    if any(len(head.get_all(name, [])) != 1 for name in _ONCE):
        yield "the message lacks a header, or has it twice"
    if any(name in head for name in _NEVER):
        yield "the message goes to others too"
    if any(part.defects for part in body.walk()):
        yield "the message is damaged"


def _contradictions(
    head: Message, body: Message, letter: Letter, mailbox: Mailbox, sender: str
) -> Iterator[str]:
    if _mailboxes(head, "To") != [mailbox.same]:
        yield "the message is not to the one address of the roster"
    if _mailboxes(head, "From") != [read_mailbox(sender).same]:
        yield "the message is not from the clinic's address"
    if str(head["Message-ID"]).strip() != letter.message_id:
        yield "the message does not have the id of its row in the ledger"
    if _attachments(body) != [letter.pdf]:
        yield "the message does not hold the one file that was checked"


def _mailboxes(head: Message, header: str) -> list[str]:
    """Return who stands in a header, in the form that is compared; "" for what is no address."""
    found = []
    for _, address in addresses_of(head, header):
        try:
            found.append(read_mailbox(address).same)
        except HandoutError:
            found.append("")
    return found


def _attachments(body: Message) -> list[object]:
    if not isinstance(body, EmailMessage):
        return []
    return [part.get_payload(decode=True) for part in body.iter_attachments()]


def _texts(body: Message) -> Iterator[str]:
    yield from (str(value) for value in body.values())
    for part in body.walk():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
            yield part.get_content()
        yield part.get_filename() or ""


_BANNER = "banner"
"""The head of a page that calls the patient by the preferred name, if there is one."""
FOLDER = "send-preview"


@dataclass(frozen=True, slots=True)
class ReadyMessage:
    """A message that agrees with everything, and who sends it."""

    message: EmailMessage = field(repr=False)
    message_id: str
    office: Office = field(repr=False)
    recipient: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the messages of a batch: the very file that was made goes into each."""

    library: Library
    output: Output
    ledger: Ledger
    offices: OfficeOf
    now: Callable[[], dt.datetime]

    def write(self, item: Planned) -> ReadyMessage:
        """Return the message of a handout that is ready.

        Raises:
            ContentError: with all that does not agree.
            DeliveryError: if the file cannot be read.
        """
        entry, row, mailbox, delivery = item.entry, item.row, item.mailbox, item.delivery
        if not isinstance(row, RosterRow) or mailbox is None or delivery is None:
            raise TypeError("only what is ready is written")
        office = self.offices(entry.clinic or row.clinic)
        pdf = self._read(entry.file or "")
        check_pdf(pdf, entry, self._names(row), item.password)
        letter = Letter(
            reference=entry.reference,
            token=entry.token,
            code=entry.code or "",
            language=entry.language or "",
            recipient=mailbox.address,
            display_name=row.name,
            pdf=pdf,
            encrypted=entry.encrypted,
            message_id=self.ledger.message_id(delivery, office.domain),
            when=self.now(),
            stop_rule=None if entry.encrypted else self._stop_rule(row, entry.language),
        )
        message = office.maker.make(letter)
        check_message(message, letter, mailbox, office.sender, item.password)
        return ReadyMessage(message, letter.message_id, office, mailbox.address)

    def _read(self, name: str) -> bytes:
        try:
            return self.output.read(name)
        except DeliveryError as error:
            hint = "is --files right? else make it again: run the batch with --resume"
            found = (Problem(problem.message, hint=hint) for problem in error.problems)
            raise DeliveryError(found, retry=True) from None

    def _names(self, row: RosterRow) -> tuple[str, ...]:
        """Return the names of which the first page of this layout shows one."""
        try:
            first = self.library.layout(row.layout).sections[0]
        except MissingError:
            first = None
        called = first_name(row.name, row.preferred_name)
        names = (row.name, called if first and first.head == _BANNER else None)
        return tuple(name for name in names if name)

    def _stop_rule(self, row: RosterRow, language: str | None) -> str | None:
        try:
            clinic = self.library.clinic(row.clinic)
            limits, library = (
                clinic.pain_limits,
                self.library.in_language(language or clinic.locale),
            )
            safety = library.safety(library.program(row.program).safety)
        except MissingError:
            return None
        return safety.stop_rule_from(limits.stop)


class Previews:
    """The first ``most`` messages of each clinic in a dry run as files, without earlier ones.

    A file that somebody else put there, or has edited, stays as it is.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.files: list[Path] = []
        self._counts = Counter[str | None]()
        self._digests: list[str] = []
        self._list = folder / ".written"
        for old in folder.glob("*.eml"):
            if self._is_ours(old):
                old.unlink()

    def _is_ours(self, path: Path) -> bool:
        try:
            return sha256_of(read_plain(path)) in self._list.read_text("ascii").split()
        except (OSError, ValueError):
            return False

    def add(self, item: Planned, written: ReadyMessage) -> None:
        """Write a message, named as its PDF is, if there are not enough of its clinic yet.

        Raises:
            DeliveryError: if it cannot be written.
        """
        self._counts[item.entry.clinic] += 1
        if self._counts[item.entry.clinic] > self.most:
            return
        make_folder(self.folder)
        stem = Path(item.entry.file or item.entry.token).stem
        path, numbers = self.folder / f"{stem}.eml", count(2)
        while path.exists():
            path = path.with_stem(f"{stem}-{next(numbers)}")
        content = written.message.as_bytes(policy=policy.SMTP)
        self._digests.append(sha256_of(content))
        write_whole(self._list, "\n".join(self._digests).encode())
        write_whole(path, content)
        self.files.append(path)

"""Check a finished message before it goes: one recipient, the right file, no password in it.

The bytes that will be handed over are read back, as a mail program would read them: whatever made
the message, a mistake is found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser

from handouts.deliver.mail.mailbox import Mailbox, read_mailbox
from handouts.deliver.mail.message import Letter, addresses_of, decoded
from handouts.errors import ContentError, HandoutError, Problem

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

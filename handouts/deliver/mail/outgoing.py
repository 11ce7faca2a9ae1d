"""The last look at a composed message: one recipient, the right file, no password in it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from handouts.deliver.fingerprint import sha256
from handouts.deliver.mail.letter import Letter
from handouts.deliver.mail.mailbox import Mailbox, read_mailbox
from handouts.errors import ContentError, HandoutError, Problem

_ELSE = ("cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_HINT = "correct the clinic's mail templates; if it has none of its own, report this"


def check_message(
    message: EmailMessage, letter: Letter, mailbox: Mailbox, sender: str, password: str | None
) -> None:
    """Make sure that a message is what was asked for, whatever made it.

    Raises:
        ContentError: with all that is not so; the message is then not sent.
    """
    found = tuple(_problems(message, letter, mailbox, sender, password))
    if found:
        raise ContentError([Problem(text, hint=_HINT) for text in found])


def _problems(
    message: EmailMessage, letter: Letter, mailbox: Mailbox, sender: str, password: str | None
) -> Iterator[str]:
    if _addresses(message, "to") != [mailbox.same]:
        yield "the message is not to the one address of the roster"
    if any(name in message for name in _ELSE):
        yield "the message goes to others too"
    if _addresses(message, "from") != [read_mailbox(sender).same]:
        yield "the message is not from the clinic's address"
    if str(message["message-id"]).strip() != letter.message_id:
        yield "the message does not have the id of its row in the ledger"
    files = [part.get_content() for part in message.iter_attachments()]
    digests = [sha256(content) for content in files if isinstance(content, bytes)]
    if len(files) != 1 or digests != [sha256(letter.pdf)]:
        yield "the message does not hold the one file that was checked"
    if password and any(password in text for text in _texts(message)):
        yield "the message holds the password of its file"


def _addresses(message: EmailMessage, name: str) -> list[str]:
    """Return who stands in a header, in the form that is compared; one that is none as it is."""
    found = []
    for header in message.get_all(name, []):
        for address in header.addresses:
            try:
                found.append(read_mailbox(address.addr_spec).same)
            except HandoutError:
                found.append("")
    return found


def _texts(message: EmailMessage) -> Iterator[str]:
    yield from (str(value) for value in message.values())
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield part.get_content()
        yield part.get_filename() or ""

"""The bytes of a finished message into what a mail program will make of them.

Read with the older of the stdlib's two parsers where a name is concerned: the newer one puts a
space between the parts of a long encoded name, where RFC 2047 (6.2) asks for none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.utils import getaddresses

ONCE = ("From", "Reply-To", "To", "Date", "Message-ID", "Subject")
"""Headers that a message of ours has once."""
NEVER = ("Cc", "Bcc", "Sender", "Resent-To", "Resent-Cc", "Resent-Bcc")


@dataclass(frozen=True, slots=True)
class Read:
    """A message as it was read: recipients as name and address, and what else must be right."""

    recipients: tuple[tuple[str, str], ...] = field(repr=False)
    subject: str
    message_id: str
    attachments: tuple[bytes, ...] = field(repr=False)
    sound: bool


def read_back(content: bytes) -> Read:
    """Return what a message says; ``sound`` is False for doubled, foreign or damaged headers."""
    try:
        head = HeaderParser(policy=policy.compat32).parsestr(content.decode("utf-8"))
    except UnicodeDecodeError:
        return Read((), "", "", (), sound=False)
    body = message_from_bytes(content, policy=policy.default)
    sound = (
        all(len(head.get_all(name, [])) == 1 for name in ONCE)
        and not any(name in head for name in NEVER)
        and not any(part.defects for part in body.walk())
    )
    return Read(
        recipients_of(head),
        _decoded(str(head["Subject"])),
        str(head["Message-ID"]),
        tuple(_attachments(body)),
        sound=sound,
    )


def recipients_of(head: Message) -> tuple[tuple[str, str], ...]:
    """Return name and address of everybody in the To headers."""
    unfolded = ["".join(str(text).splitlines()) for text in head.get_all("To", [])]
    return tuple((_decoded(name), address) for name, address in getaddresses(unfolded))


def _decoded(text: str) -> str:
    return str(make_header(decode_header("".join(text.splitlines()))))


def _attachments(body: Message) -> list[bytes]:
    if not isinstance(body, EmailMessage):
        return []
    found = (part.get_payload(decode=True) for part in body.iter_attachments())
    return [content if isinstance(content, bytes) else b"" for content in found]

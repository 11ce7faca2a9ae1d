"""A message into what goes over SMTP: two addresses, bytes, and what the server must be able to."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage

from handouts.deliver.mail.address import wire_address
from handouts.deliver.mail.faults import Refused

_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it goes over the wire; ``utf8``: it needs SMTPUTF8 (RFC 6531)."""

    sender: str
    recipient: str = field(repr=False)
    body: bytes = field(repr=False)
    utf8: bool

    def check(self, client: smtplib.SMTP) -> None:
        """Refuse what a server has said it does not take, before it is sent.

        Raises:
            Refused: for a message too large for it, or an address that it cannot take.
        """
        if self.utf8 and not client.has_extn("smtputf8"):
            raise Refused(
                "the address has letters before the @ that the server does not take (no SMTPUTF8)",
                hint="ask the patient for an address in plain letters",
            )
        limit = client.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(self.body):
            raise Refused(
                f"the message has {len(self.body):,} bytes, the server takes {int(limit):,}",
                hint="use a layout with fewer pages or hand it over another way",
            )

    def options(self, client: smtplib.SMTP) -> str:
        """Return what MAIL says of the message: its size (RFC 1870) and SMTPUTF8."""
        options = [f"SIZE={len(self.body)}"] if client.has_extn("size") else []
        if self.utf8:
            options += ["BODY=8BITMIME", "SMTPUTF8"]
        return "".join(f" {option}" for option in options)


def pack(message: EmailMessage, sender: str, recipient: str) -> Parcel:
    """Return a message as it goes over the wire.

    Raises:
        Refused: for an address that is none, or a line end of half a kind: servers differ in what
            ends a line, and such a message could become two (SMTP smuggling).
    """
    to, from_ = wire_address(recipient), wire_address(sender)
    body = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    if _BARE.search(body):
        raise Refused("the message holds a line end of half a kind", hint="correct the template")
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return Parcel(from_.text, to.text, body, utf8=to.utf8 or from_.utf8 or not body.isascii())

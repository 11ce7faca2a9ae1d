"""Turn messages into mail sent over one SMTP connection; know what the server may have taken.

smtplib's own ``data`` sends the message and the final dot together: if a server then hangs up,
nobody knows whether it took the message. Here the dot is sent alone (RFC 5321, 4.1.1.4).
"""

from __future__ import annotations

import contextlib
import re
import select
import smtplib
import ssl
import time
from email.message import EmailMessage
from pathlib import Path

from handouts.deliver.mail.connect import connect, tls_context
from handouts.deliver.mail.message import read_mailbox
from handouts.deliver.mail.transport import (
    Codes,
    NotNow,
    Receipt,
    Refused,
    Secret,
    Stage,
    Stopped,
    Transport,
    Unsure,
    cleaned,
)
from handouts.model.base import Sealed
from handouts.model.mail import Smtp

RENEW_AFTER = 50
"""Messages on one connection: Gmail closes one after 70 to 96."""
_IDLE_SECONDS = 25.0
_PIECE_BYTES = 32 * 1024
_LISTEN_SECONDS = 0.05
"""How long to listen, before the dot, for a server that hangs up: usually one round trip."""
_AFTER_DOT_SECONDS = 300.0
"""A server that is still checking may yet take the message. RFC 5321 (4.5.3.2.6) recommends that a
program without a person waits ten minutes for the answer."""
_DOT = re.compile(rb"^\.", re.MULTILINE)
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
# smtplib's own errors are OSErrors too.
_BROKEN = OSError
_DONE = 250
_GO_AHEAD = 354
_CLOSING = 421
_BEFORE = "the connection was lost before the message was sent"
_LATER = "try again later"


class Parcel(Sealed, frozen=True):
    """One message as it goes over the wire; ``utf8``: it needs SMTPUTF8 (RFC 6531)."""

    sender: str
    recipient: str
    body: bytes
    utf8: bool

    def check(self, client: smtplib.SMTP) -> None:
        """Refuse, before sending, a message that the server has said it does not take.

        Raises:
            Refused: if the message is too large for it, or it cannot take the address.
        """
        if self.utf8 and not client.has_extn("smtputf8"):
            raise Refused(
                "the address has characters before the @ that the server does not accept (no "
                "SMTPUTF8)",
                hint="ask the patient for an address with plain letters only",
            )
        limit = client.esmtp_features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(self.body):
            raise Refused(
                f"the message has {len(self.body):,} bytes, but the server accepts at most "
                f"{int(limit):,}",
                hint="use a layout with fewer pages or hand it over another way",
            )

    def options(self, client: smtplib.SMTP) -> list[str]:
        """Return the options for MAIL: the size of the message (RFC 1870) and SMTPUTF8."""
        size = [f"SIZE={len(self.body)}"] if client.has_extn("size") else []
        return [*size, *(["BODY=8BITMIME", "SMTPUTF8"] if self.utf8 else [])]


def pack(message: EmailMessage, sender: str, recipient: str) -> Parcel:
    """Return a message as it goes over the wire.

    Raises:
        Refused: if an address is invalid, or the message contains a bare CR or LF: servers differ
            in what ends a line, and such a message could become two (SMTP smuggling).
    """
    to, from_ = read_mailbox(recipient), read_mailbox(sender)
    body = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    if _BARE.search(body):
        raise Refused("the message contains a lone CR or LF", hint="correct the template")
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return Parcel(from_.wire, to.wire, body, utf8=to.utf8 or from_.utf8 or not body.isascii())


class SmtpTransport(Transport):
    """A clinic's mail server.

    Args:
        settings: the ``smtp`` block.
        user: the mailbox that signs in.
        secret: returns the password or token.
        codes: explains refusals.
        certificates: a PEM file with the clinic's own authority.
    """

    network = True

    def __init__(
        self,
        settings: Smtp,
        user: str,
        secret: Secret,
        codes: Codes,
        certificates: Path | None = None,
    ) -> None:
        self._settings, self._user, self._secret = settings, user, secret
        self._codes, self._certificates = codes, certificates
        self._client: smtplib.SMTP | None = None
        self._context: ssl.SSLContext | None = None
        self._sent = 0
        self._used = 0.0

    def __exit__(self, *error: object) -> None:
        self._close(politely=error[0] is None)

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Send one message: see `Transport`."""
        parcel = pack(message, sender, recipient)
        self.may_be_taken = False
        try:
            client = self._ready_for_body(parcel)
            self._send_body(client, parcel.body)
            return self._finish(client, parcel)
        except (Refused, NotNow) as fault:
            if isinstance(fault, NotNow) and fault.code in (None, _CLOSING):
                self._close(politely=False)
            self._reset()
            raise
        except BaseException:
            # Also after an interrupt, because the server may be waiting for the rest of the
            # message.
            self._close(politely=False)
            raise

    def _ready_for_body(self, parcel: Parcel) -> smtplib.SMTP:
        """Return a connection on which the server waits for the message.

        The server may have closed the connection of the last message in the meantime. Nothing of
        this message has been sent by then, so one new connection is tried.
        """
        if self._client is not None and self._is_used_up():
            self._close(politely=True)
        tries = 1 if self._client is None else 2
        for _ in range(tries):
            try:
                return self._start_message(parcel)
            except _Closed:
                self._close(politely=False)
        raise NotNow(_BEFORE, hint=_LATER)

    def _is_used_up(self) -> bool:
        return self._sent >= RENEW_AFTER or time.monotonic() - self._used > _IDLE_SECONDS

    def _start_message(self, parcel: Parcel) -> smtplib.SMTP:
        client = self._open()
        parcel.check(client)
        try:
            self._check(client.mail(parcel.sender, parcel.options(client)), Stage.SENDER)
        except _BROKEN:
            raise _Closed from None
        except NotNow as fault:
            if fault.code == _CLOSING and self._sent:
                raise _Closed from None
            raise
        try:
            self._check(client.rcpt(parcel.recipient), Stage.RECIPIENT)
            code, reply = client.docmd("DATA")
        except _BROKEN:
            raise NotNow(_BEFORE, hint=_LATER) from None
        if code != _GO_AHEAD:
            raise self._codes.fault(code, reply, Stage.MESSAGE)
        return client

    def _check(self, answer: tuple[int, bytes], stage: Stage) -> None:
        code, reply = answer
        if code not in (_DONE, 251):
            raise self._codes.fault(code, reply, stage)

    def _send_body(self, client: smtplib.SMTP, body: bytes) -> None:
        """Send the message without its final dot, before which a server cannot have taken it."""
        quoted = _DOT.sub(b"..", body)
        try:
            for start in range(0, len(quoted), _PIECE_BYTES):
                client.send(quoted[start : start + _PIECE_BYTES])
                if _server_spoke(client, 0):
                    raise NotNow(_BEFORE, hint=_LATER)
            if _server_spoke(client, _LISTEN_SECONDS):
                raise NotNow(_BEFORE, hint=_LATER)
        except _BROKEN:
            raise NotNow(_BEFORE, hint=_LATER) from None

    def _finish(self, client: smtplib.SMTP, parcel: Parcel) -> Receipt:
        """Send the final dot and return a receipt for the server's answer."""
        try:
            if client.sock is not None:
                client.sock.settimeout(max(_AFTER_DOT_SECONDS, self._settings.timeout))
            self.may_be_taken = True
            client.send(b".\r\n")
            code, reply = client.getreply()
            if client.sock is not None:
                client.sock.settimeout(self._settings.timeout)
        except _BROKEN:
            raise Unsure(
                "the connection was lost after the message was sent: the server may have it",
                hint="ask the patient or check the mailbox's sent mail before sending again",
            ) from None
        self._used = time.monotonic()
        if code not in range(200, 300):
            raise self._codes.fault(code, reply, Stage.END)
        self._sent += 1
        return Receipt(code, cleaned(code, reply, parcel.recipient))

    def _open(self) -> smtplib.SMTP:
        if self._client is not None:
            return self._client
        if self._context is None:
            self._context = tls_context(self._certificates)
        try:
            self._client = connect(
                self._settings, self._user, self._secret, self._codes, self._context
            )
        except Stopped as fault:
            fault.connecting = True
            raise
        self._sent = 0
        return self._client

    def _reset(self) -> None:
        """Reset the connection for the next message after a refusal, or close it."""
        try:
            ready = self._client is None or self._client.rset()[0] == _DONE
        except _BROKEN:
            ready = False
        self._used = time.monotonic()
        if not ready:
            self._close(politely=False)

    def _close(self, *, politely: bool) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(_BROKEN):
                if politely:
                    client.quit()
            client.close()


class _Closed(Exception):
    """The connection was closed before anything was sent on it."""


def _server_spoke(client: smtplib.SMTP, seconds: float) -> bool:
    """Return whether, in the middle of a message, the server speaks or hangs up within a time."""
    sock = client.sock
    if sock is None:
        return True
    pending = sock.pending() if isinstance(sock, ssl.SSLSocket) else 0
    if not pending and not select.select([sock], [], [], seconds)[0]:
        return False
    timeout = sock.gettimeout()
    sock.settimeout(0)
    try:
        # Whether it said something or hung up, this conversation is over.
        sock.recv(1)
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    finally:
        sock.settimeout(timeout)
    return True

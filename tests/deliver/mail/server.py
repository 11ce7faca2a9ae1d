"""A real SMTP server in its own process, with faults to order; every message is kept on disk.

In a test: ``with MailServer(folder, certificates) as server``; ``server.faults(...)`` changes what
goes wrong while it runs. It listens on 127.0.0.1 at ``server.ports["starttls" | "tls" | "none"]``,
asks for ``USER`` with ``PASSWORD`` or ``TOKEN``, and ends when its parent does.

Faults, by the address of the recipient or at random:

    refuse          550 after RCPT, the address in the reply        full        552 after RCPT
    greylist        451 after RCPT, ``times`` times (once)          unavailable 421 at RCPT, closed
    drop_mail       closed at RCPT                                  spam        554 after the dot
    drop_before     closed before the final dot                     later       451 after the dot
    drop_after      taken and kept, then closed without an answer
    lost            the dot has come, nothing is kept, closed without an answer
    slow            answers the dot after ``seconds``, or as soon as orders say fewer
    hang_up         taken and answered, then closed         gibberish   no code after the dot
    early           says 552 and closes before the dot      no_data     451 to DATA
    enough          ("*" only) 421 at MAIL, closed, if the connection has carried a message
    too_big         552 5.3.4 at MAIL                               day_limit   550 5.4.5 at MAIL
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import random
import ssl
import subprocess
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
USER = "handouts@clinic.example"
PASSWORD = "Pa55-wörd"  # noqa: S105 - of a server that lives as long as a test
TOKEN = "token-of-the-test"  # noqa: S105 - as above
REPLIES = {
    "refuse": "550 5.1.1 <{address}>: no such mailbox here",
    "full": "552 5.2.2 mailbox of {address} is full",
    "greylist": "451 4.7.1 {address} greylisted, come back later",
    "unavailable": "421 4.3.2 too many connections",
    "spam": "554 5.7.1 message to {address} looks like spam",
    "later": "451 4.3.0 try again",
    "too_big": "552 5.3.4 message too big",
    "day_limit": "550 5.4.5 daily sending quota exceeded",
}
AT_RECIPIENT = {"refuse", "full", "greylist", "unavailable", "drop_mail"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the server took, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message as the stdlib's parser reads it."""
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class MailServer:
    """The server process, as its parent sees it.

    Args:
        folder: what it writes goes here: ``accepted/``, ``events.jsonl``, ``faults.json``.
        authority: the test authority's PEM (unused by the server; kept for the clients).
        certificate: PEM with key and certificate.
        choices: ``smtputf8``, ``auth`` (False asks for none), ``mechanisms``, ``size``,
            ``starttls`` (False does not offer it), ``require_auth``.
    """

    def __init__(self, folder: Path, authority: Path, certificate: Path, **choices: Any) -> None:
        self.folder, self.authority = folder, authority
        self.certificate, self.choices = certificate, choices
        self.ports: dict[str, int] = {}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        (self.folder / "accepted").mkdir(parents=True, exist_ok=True)
        self.faults()
        settings = {**self.choices, "folder": str(self.folder), "pem": str(self.certificate)}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.ports = json.loads(self._process.stdout.readline())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process; a stopped server stays stopped."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def faults(
        self,
        addresses: dict[str, str] | None = None,
        *,
        at_random: dict[str, float] | None = None,
        seed: int = 0,
        times: int = 1,
        seconds: float = 1.0,
    ) -> None:
        """Say what goes wrong from the next message on: by address, else at random.

        ``at_random`` gives the share of attempts for each fault; "*" in ``addresses`` means all.
        """
        orders = {
            "addresses": addresses or {},
            "at_random": at_random or {},
            "seed": seed,
            "times": times,
            "seconds": seconds,
        }
        _write_durably(self.folder / "faults.json", json.dumps(orders).encode())

    def accepted(self) -> list[Accepted]:
        """Return the messages that were taken, in their order."""
        return [
            Accepted(
                record["sender"],
                tuple(record["recipients"]),
                tuple(record["options"]),
                base64.b64decode(record["content"]),
            )
            for path in sorted((self.folder / "accepted").glob("*.json"))
            for record in [json.loads(path.read_text("utf-8"))]
        ]

    def events(self, kind: str) -> int:
        """Return how often something happened: connect, auth, sign-in-failed, mail, fault."""
        path = self.folder / "events.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return sum(json.loads(line)["event"] == kind for line in lines)


def _write_durably(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


class _Book:
    """What the server process writes down, and what it is told to do wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tries: Counter[str] = Counter()
        self._random = random.Random()  # noqa: S311 - faults of a test, from a given seed
        self._orders = b""
        self.count = len(list((folder / "accepted").iterdir()))

    def orders(self) -> dict[str, Any]:
        text = (self.folder / "faults.json").read_bytes()
        orders: dict[str, Any] = json.loads(text)
        if text != self._orders:
            self._orders = text
            self._tries.clear()
            self._random.seed(orders["seed"])
        return orders

    def fault(self, address: str) -> str:
        orders = self.orders()
        named = orders["addresses"]
        fault: str = named.get(address, named.get("*", ""))
        if not fault:
            drawn = self._random.random()
            for candidate, share in orders["at_random"].items():
                drawn -= share
                if drawn < 0:
                    fault = candidate
                    break
        if fault == "greylist":
            self._tries[address] += 1
            if self._tries[address] > orders["times"]:
                return ""
        return fault

    def note(self, event: str, **facts: Any) -> None:
        with (self.folder / "events.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"event": event, **facts}) + "\n")

    def keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        record = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "content": base64.b64encode(content).decode(),
        }
        self.count += 1
        path = self.folder / "accepted" / f"{self.count:06}-{uuid.uuid4().hex}.json"
        _write_durably(path, json.dumps(record).encode())


class _Handler:
    """Answers commands; faults of MAIL, RCPT and the final dot."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.now = ""
        self.carried = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and arguments
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - as above
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del session
        self.book.note("mail")
        fault = self.book.orders()["addresses"].get("*", "")
        if fault == "enough" and self.carried:
            await server.push("421 4.7.0 enough for one connection")
            _cut(server)
        if fault in ("too_big", "day_limit"):
            return REPLIES[fault]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 - as above
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        del session, options
        self.now = self.book.fault(address)
        if self.now:
            self.book.note("fault", fault=self.now, address=address)
        if self.now == "drop_mail":
            _cut(server)
        elif self.now in AT_RECIPIENT:
            reply = REPLIES[self.now].format(address=address)
            if reply.startswith("421"):
                await server.push(reply)
                _cut(server)
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del session
        address = envelope.rcpt_tos[0]
        if self.now in ("spam", "later"):
            return REPLIES[self.now].format(address=address)
        if self.now == "gibberish":
            return "what?"
        self.carried += 1
        if self.now != "lost":
            self.book.keep(envelope)
        if self.now == "slow":
            begin = time.monotonic()
            while time.monotonic() - begin < self.book.orders()["seconds"]:  # noqa: ASYNC110 - a file
                await asyncio.sleep(0.02)
        if self.now == "hang_up":
            asyncio.get_running_loop().call_later(0.05, _cut, server)
        if self.now in ("drop_after", "lost"):
            _cut(server)
        return f"250 2.0.0 Ok: queued as 4F{self.book.count:04}Q for <{address}>"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - as above
        """Sign in with a token, as Google and Microsoft describe it."""
        wanted = f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01"
        if len(args) == 2 and base64.b64decode(args[1]).decode() == wanted:
            self.book.note("auth", mechanism="XOAUTH2")
            return AuthResult(success=True)
        self.book.note("sign-in-failed", mechanism="XOAUTH2")
        await server.push("334 eyJzdGF0dXMiOiI0MDAifQ==")
        await server._reader.readline()
        return AuthResult(
            success=False, handled=False, message="535 5.7.3 Authentication unsuccessful"
        )


def _cut(server: SMTP) -> None:
    """Close the connection at once; what was to be said is not said."""
    if server.transport is not None:
        server.transport.abort()  # type: ignore[attr-defined]


class _Server(SMTP):
    """One connection."""

    def connection_made(self, transport: Any) -> None:
        """Note that somebody has come; STARTTLS comes by here a second time."""
        if self.session is None:
            self.event_handler.book.note("connect")
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a message; or close in the middle of it."""
        fault = self.event_handler.now
        if fault == "no_data":
            await self.push("451 4.3.0 not now")
            return
        if fault in ("drop_before", "early"):
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            if fault == "early":
                await self.push("552 5.3.4 too much already")
            _cut(self)
            return
        await super().smtp_DATA(arg)


def _make(settings: dict[str, Any], book: _Book, *, starttls: bool, secure: bool) -> SMTP:
    context = _context(settings["pem"])
    signs_in = settings.get("auth", True)

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        del server, session, envelope
        good = isinstance(data, LoginPassword) and (
            data.login == USER.encode() and data.password == PASSWORD.encode()
        )
        book.note("auth" if good else "sign-in-failed", mechanism=mechanism)
        return AuthResult(success=good, handled=False)

    mechanisms = {"PLAIN", "LOGIN", "XOAUTH2"}
    return _Server(
        _Handler(book),
        hostname="mail.clinic.example",
        ident="test",
        enable_SMTPUTF8=settings.get("smtputf8", True),
        data_size_limit=settings.get("size", 10_000_000),
        tls_context=context if starttls else None,
        require_starttls=starttls,
        auth_required=signs_in,
        auth_require_tls=secure,
        auth_exclude_mechanism=mechanisms - set(settings.get("mechanisms", mechanisms)),
        authenticator=check,
    )


def _context(pem: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def _serve(settings: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    book = _Book(Path(settings["folder"]))
    offers = settings.get("starttls", True)
    kinds: dict[str, dict[str, Any]] = {
        "starttls": {"starttls": offers, "secure": offers},
        "tls": {"starttls": False, "secure": False, "ssl": True},
        "none": {"starttls": False, "secure": False},
    }
    ports = {}
    for kind, choices in kinds.items():
        context = _context(settings["pem"]) if choices.pop("ssl", False) else None
        listener = await loop.create_server(
            lambda choices=choices: _make(settings, book, **choices), HOST, 0, ssl=context
        )
        ports[kind] = listener.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)  # noqa: T201 - read by the parent
    # The parent holds the other end: when it is gone, so is this process.
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    logging.disable()
    asyncio.run(_serve(json.loads(sys.argv[1])))

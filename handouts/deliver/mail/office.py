"""Turn a clinic into its office for sending: address, messages, transport and password.

Passwords come from a command, the environment or the keyring, never from YAML. No error message
contains a password or the output of a command.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from msgspec import Struct

from handouts.check.order import make_order
from handouts.deliver.mail.graph import GraphTransport
from handouts.deliver.mail.interlock import check_message
from handouts.deliver.mail.message import Letter, MailMaker, mail_of, read_mailbox
from handouts.deliver.mail.sign_in import (
    GRAPH_LARGE_SCOPES,
    GRAPH_SCOPES,
    SERVICE,
    SMTP_SCOPES,
    GoogleTokens,
    MicrosoftTokens,
    Tell,
    from_keyring,
)
from handouts.deliver.mail.smtp import SmtpTransport
from handouts.deliver.mail.transport import Receipt, Secret, Stopped, Transport, read_codes
from handouts.deliver.tokens import Key
from handouts.files import (
    flush_folder,
    make_folder,
    reason_of,
    refused,
    sha256_of,
    sweep,
    write_whole,
)
from handouts.load.library import Library
from handouts.model.clinic import AffectedSide, Clinic
from handouts.model.mail import Graph, Smtp
from handouts.model.order import OrderRequest, Patient
from handouts.model.program import ALL_EXERCISES
from handouts.stamp.build import build
from handouts.workspace import Kind, Workspace

_COMMAND_SECONDS = 120
_NAME_CHARACTERS = 32
_MAILDIR = ("tmp", "new", "cur")


class Office(Struct, frozen=True):
    """What sends for one clinic: ``rate`` messages a minute, with ids in ``domain`` (ASCII)."""

    sender: str
    domain: str
    rate: int
    transport: Transport
    maker: MailMaker


OfficeOf = Callable[[str], Office]
"""Returns the office of a clinic by the clinic's id."""


class Offices:
    """The offices of all clinics of a batch.

    Args:
        library: finds clinics and templates.
        place: the batch's folder.
        tell: shows a person how to sign in.
    """

    def __init__(self, library: Library, place: Path, tell: Tell | None = None) -> None:
        self._library, self._place, self._tell = library, place, tell
        self._known: dict[str, Office] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __call__(self, clinic: str) -> Office:
        """Return the office of a clinic.

        Raises:
            MissingError: if there is no such clinic.
            ContentError: if its file is wrong or has no mail settings.
        """
        if clinic not in self._known:
            self._known[clinic] = self._opened(clinic)
        return self._known[clinic]

    def _opened(self, name: str) -> Office:
        workspace = self._library.workspace
        clinic = self._library.clinic(name)
        mail = mail_of(workspace, clinic)
        transport = open_transport(workspace, clinic, self._place, self._tell)
        return Office(
            sender=mail.from_,
            domain=read_mailbox(mail.from_).wire.rpartition("@")[2],
            rate=mail.rate,
            transport=self._closing.enter_context(transport),
            maker=MailMaker(self._library, clinic),
        )


def open_transport(
    workspace: Workspace, clinic: Clinic, place: Path, tell: Tell | None = None
) -> Transport:
    """Return the transport of a clinic, which connects at its first message.

    Args:
        workspace: the workspace with the clinic's file.
        clinic: the clinic whose settings are used.
        place: the batch's folder, which contains the folder of the transports ``folder`` and
            ``maildir``.
        tell: shows a person how to sign in; with None a sign-in that is needed stops the run.

    Raises:
        ContentError: if the clinic has no mail settings.
    """
    mail = mail_of(workspace, clinic)
    beside = workspace.find(Kind.CLINICS, clinic.id).parent
    if mail.transport == "smtp" and mail.smtp is not None:
        smtp = mail.smtp
        user = smtp.user or mail.from_
        secret = _secret(smtp, user, SMTP_SCOPES, beside, tell)
        certificates = beside / smtp.certificates if smtp.certificates else None
        return SmtpTransport(smtp, user, secret, read_codes(workspace), certificates)
    if mail.transport == "graph" and mail.graph is not None:
        graph = mail.graph
        scopes = GRAPH_LARGE_SCOPES if graph.large_files else GRAPH_SCOPES
        secret = _secret(graph, graph.user or mail.from_, scopes, beside, tell)
        codes = read_codes(workspace)
        return GraphTransport(secret, codes, graph.timeout, large_files=graph.large_files)
    folder = place / mail.folder
    return MailDir(folder) if mail.transport == "maildir" else EmlFolder(folder)


def _secret(
    block: Smtp | Graph, user: str, scopes: tuple[str, ...], beside: Path, tell: Tell | None
) -> Secret:
    """Return a function that gives the password or tokens: from a command, or after a sign-in."""
    if isinstance(block, Smtp) and block.auth != "xoauth2":
        return lambda _fresh: password_of(block, user)
    command, sign_in = block.token_command, block.sign_in
    if command is not None:
        return lambda _fresh: output_of(command, "token_command")
    if sign_in is None:
        # The model ensures that there is one of the two.
        raise TypeError("neither token_command nor sign_in")
    if sign_in.provider == "google":
        return GoogleTokens(beside / (sign_in.client_file or ""), user, tell)
    return MicrosoftTokens(sign_in, user, scopes, tell)


def password_of(smtp: Smtp, user: str) -> str:
    """Return the password of a mailbox: from the command, else the variable, else the keyring.

    Raises:
        Stopped: if there is none.
    """
    if smtp.password_command is not None:
        return output_of(smtp.password_command, "password_command")
    found = os.environ.get(smtp.password_variable) or from_keyring(user)
    if not found:
        raise Stopped(
            "there is no password for the mailbox",
            hint=f"keyring set {SERVICE} {user}; or set the variable {smtp.password_variable}",
        )
    return found


def output_of(command: tuple[str, ...], name: str) -> str:
    """Return the first line that a command prints; ``name`` is its key in messages.

    Its standard error goes to the terminal, because it may ask for a key or a touch.

    Raises:
        Stopped: if it cannot be run, fails, takes two minutes, or prints nothing.
    """
    hint = f"run it by hand: it must print only the secret; {name} is a list of words"
    try:
        # The clinic's own file gives the command as a list, so that no shell is involved.
        done = subprocess.run(  # noqa: S603
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except OSError as error:
        raise Stopped(f"{name} cannot be run: {reason_of(error)}", hint=hint) from None
    except subprocess.TimeoutExpired:
        raise Stopped(f"{name} did not end within two minutes", hint=hint, retry=True) from None
    if done.returncode:
        raise Stopped(f"{name} failed with exit code {done.returncode}", hint=hint)
    try:
        line = done.stdout.decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        line = ""
    if not line:
        raise Stopped(f"{name} printed no text", hint=hint)
    return line


class EmlFolder(Transport):
    """Writes each message as one .eml file, whole and readable only by its owner.

    The file is named after the Message-ID: the same letter replaces its earlier file.
    """

    network = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: set[Path] = set()

    def _prepare(self, folder: Path) -> None:
        """Make a folder and remove half-written files of killed runs in it, once per run."""
        if folder not in self._ready:
            make_folder(folder)
            sweep(folder)
            self._ready.add(folder)

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message; sender and recipient are in its headers.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        self._prepare(self.folder)
        name = f"{_file_stem(message)}.eml"
        write_whole(self.folder / name, message.as_bytes())
        return Receipt(None, f"written as {name}")


class MailDir(EmlFolder):
    """Writes each message into a Maildir, for a mail program or server to collect.

    As the standard requires (https://cr.yp.to/proto/maildir.html), it is written whole to ``tmp``,
    then moved to ``new``. The unique name comes from the Message-ID, so that a letter that is
    already there, read or unread, is not written again.
    """

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        for name in _MAILDIR:
            self._prepare(self.folder / name)
        stem = _file_stem(message)
        known = [path for part in ("new", "cur") for path in (self.folder / part).glob(f"{stem}*")]
        if not known:
            new = self.folder / "new" / stem
            write_whole(self.folder / "tmp" / stem, message.as_bytes())
            try:
                (self.folder / "tmp" / stem).replace(new)
            except OSError as error:
                raise refused(new, error) from None
            flush_folder(new.parent)
        return Receipt(None, f"written as {stem}")


def _file_stem(message: EmailMessage) -> str:
    """Return a file name derived from a message's id that reveals nothing about it."""
    return sha256_of(str(message["Message-ID"]).encode())[:_NAME_CHARACTERS]


REFERENCE = "TEST"
_SOMEBODY = Patient(
    reference=REFERENCE,
    name="Alex Example",
    preferred_name="Alex",
    affected_side=AffectedSide.LEFT,
)


def send_trial(
    library: Library, office: Office, clinic: str, address: str, program: str | None = None
) -> Receipt:
    """Send an invented patient's handout to an address of the clinic, without using the ledger.

    Without ``program`` it is the first program.

    Raises:
        ContentError: if the address or the content is wrong.
        DeliveryError: if it cannot be sent, in words for the desk.
    """
    mailbox = read_mailbox(address)
    order = make_order(
        library,
        OrderRequest(
            program=program or library.workspace.ids(Kind.PROGRAMS)[0],
            clinic=clinic,
            patient=_SOMEBODY,
            token=Key(secrets.token_bytes(32)).token(REFERENCE),
            exercises=ALL_EXERCISES,
        ),
    )
    handout = build(order, library.workspace)
    letter = Letter(
        code=handout.code,
        language=order.language,
        recipient=mailbox.address,
        display_name=None,
        pdf=handout.pdf,
        encrypted=False,
        message_id=f"<{secrets.token_hex(16)}@{office.domain}>",
        when=dt.datetime.now().astimezone(),
        stop_rule=order.safety.stop_rule_from(order.clinic.pain_limits.stop),
    )
    message = office.maker.make(letter)
    check_message(message, letter, mailbox, office.sender, None)
    return office.transport.deliver(message, office.sender, mailbox.address)

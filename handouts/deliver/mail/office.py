"""Turn a clinic into what sends for it: its address, its messages and its transport."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from handouts.deliver.mail.faults import read_codes
from handouts.deliver.mail.graph import GraphTransport
from handouts.deliver.mail.mailbox import sendable
from handouts.deliver.mail.message import MailMaker, mail_of
from handouts.deliver.mail.secrets import Secret, Tell, output_of, password_of
from handouts.deliver.mail.sign_in import (
    GRAPH_LARGE_SCOPES,
    GRAPH_SCOPES,
    SMTP_SCOPES,
    GoogleTokens,
    MicrosoftTokens,
)
from handouts.deliver.mail.smtp import SmtpTransport
from handouts.deliver.mail.transport import EmlFolder, MailDir, Transport
from handouts.load.library import Library
from handouts.model.clinic import Clinic
from handouts.model.mail import Graph, Smtp
from handouts.workspace import Kind, Workspace


@dataclass(frozen=True, slots=True)
class Office:
    """What sends for one clinic: ``rate`` messages a minute, ids in ``domain`` (ASCII)."""

    sender: str
    domain: str
    rate: int
    transport: Transport
    maker: MailMaker


OfficeOf = Callable[[str], Office]
"""Gives the office of a clinic's id."""


class Offices:
    """The offices of all clinics of a batch.

    Args:
        library: where clinics and templates are found.
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
            ContentError: if its file is wrong or says nothing of e-mail.
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
            domain=sendable(mail.from_).wire.rpartition("@")[2],
            rate=mail.rate,
            transport=self._closing.enter_context(transport),
            maker=MailMaker(self._library, clinic),
        )


def open_transport(
    workspace: Workspace, clinic: Clinic, place: Path, tell: Tell | None = None
) -> Transport:
    """Return the transport of a clinic; it connects at its first message.

    Args:
        workspace: where the clinic's file lies.
        clinic: whose settings count.
        place: the batch's folder, which the folder of ``folder`` and ``maildir`` lies in.
        tell: shows a person how to sign in; None: a sign-in that is needed stops the run.

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
    """Return what gives the password, or tokens: by a command of the clinic, else a sign-in."""
    if isinstance(block, Smtp) and block.auth != "xoauth2":
        return lambda _fresh: password_of(block, user)
    command, sign_in = block.token_command, block.sign_in
    if command is not None:
        return lambda _fresh: output_of(command, "token_command")
    if sign_in is None:
        # The model has seen to it: one of the two is there.
        raise TypeError("neither token_command nor sign_in")
    if sign_in.provider == "google":
        return GoogleTokens(beside / (sign_in.client_file or ""), user, tell)
    return MicrosoftTokens(sign_in, user, scopes, tell)

"""A clinic into what sends for it: its address, its letters, its transport; opened when needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self

from email_validator import validate_email

from handouts.deliver.mail.choose import Tell, mail_of, open_transport
from handouts.deliver.mail.compose_mail import MailMaker
from handouts.deliver.mail.letter import Letter
from handouts.deliver.mail.transport import Transport
from handouts.load.library import Library


class Maker(Protocol):
    """Makes messages; `MailMaker` is one."""

    def make(self, letter: Letter) -> EmailMessage:
        """Return the message of one letter."""
        ...


@dataclass(frozen=True, slots=True)
class Office:
    """What sends for one clinic: ``rate`` messages a minute, ids in ``domain`` (ASCII)."""

    sender: str
    domain: str
    rate: int
    transport: Transport
    maker: Maker


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
            domain=validate_email(mail.from_, check_deliverability=False).ascii_domain,
            rate=mail.rate,
            transport=self._closing.enter_context(transport),
            maker=MailMaker(self._library, clinic),
        )

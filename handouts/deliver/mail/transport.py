"""Turn a server's answer into a receipt or a fault: what every `Transport` promises.

    MailFault       never raised itself
      Refused       this recipient or message only: the row fails, the others go on
      NotNow        not now: wait and try again, then leave the row as "to retry"
      Unsure        connection lost after the message's end: outcome unknown, never sent again
      Stopped       nothing can be sent: stop the run, or with ``retry`` wait if it worked before

No fault contains an address, a name, a password or the server's own words, only its code and our
words.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from email.message import EmailMessage
from enum import StrEnum
from functools import partial
from typing import Any, Self

from msgspec import Struct
from typing_extensions import override

from handouts.errors import DeliveryError, Problem
from handouts.load.models import build_model
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.mail import MailCode, MailCodes, Meaning
from handouts.workspace import Workspace

Secret = Callable[[bool], str]
"""Returns a password or token; True asks for a fresh one because the last was refused."""


class MailFault(DeliveryError):
    """A message was not sent; ``message`` says why, in our words, and names no person.

    ``code`` is the server's. ``wait`` is how many seconds it asks us to wait, 0 if it does not say.
    """

    retries = False

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        hint: str = "",
        retry: bool | None = None,
        wait: float = 0.0,
    ) -> None:
        super().__init__(
            Problem(message, hint=hint), retry=self.retries if retry is None else retry
        )
        self.code = code
        self.wait = wait

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        (problem,) = self.problems
        kind = partial(
            type(self), code=self.code, hint=problem.hint, retry=self.retry, wait=self.wait
        )
        return kind, (problem.message,)


class Refused(MailFault):
    """This recipient or this message is refused for good: the row fails, the others go on."""


class NotNow(MailFault):
    """The server cannot take it now, or the connection broke before the message's end."""

    retries = True


class Unsure(MailFault):
    """The connection was lost after the message's end: the server may have taken it."""


class Stopped(MailFault):
    """No message can be sent, because of sign-in, certificate, server or a daily limit.

    ``connecting`` is True if it happened before a message was begun.
    """

    connecting = False


class Receipt(Struct, frozen=True):
    """The server's answer to the final dot: its ``code`` if any, and a cleaned ``reply``.

    ``reply`` is one line without addresses and names.
    """

    code: int | None
    reply: str


class Transport(ABC):
    """Carries one message to one recipient.

    A context manager: it connects at the first message and closes on exit. ``network`` is False if
    messages only become files. ``may_be_taken`` is True if the server may have taken the last
    message, however the attempt ended, or if that is not known.
    """

    network: bool
    may_be_taken = True

    def __enter__(self) -> Self:
        """Return itself; nothing is opened yet."""
        return self

    def __exit__(self, *error: object) -> None:  # noqa: B027 - most have nothing to close
        """Close what is open; never raises."""

    @abstractmethod
    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Hand one message over.

        Args:
            message: as `MailMaker.make` returned it; it is sent unchanged.
            sender: the envelope's sender, an address alone.
            recipient: the one address that gets it.

        Raises:
            Refused: for this recipient or message only.
            NotNow: if trying again later may help.
            Unsure: if the server may have taken the message.
            Stopped: if no message can be sent at all.
        """


FILE = "data/mail/codes.yaml"
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_TEMPORARY, _FOR_GOOD = range(400, 500), range(500, 600)
_TOO_LARGE = 552
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.=_-]*")
_MOST_WORDS = 3
_WORD_CHARACTERS = 80
ASK = "check the mail settings of the clinic's file, or ask the provider what the code means"


class Stage(StrEnum):
    """How far a conversation had come when the server refused."""

    GREETING = "the connection"
    SIGN_IN = "the sign-in"
    SENDER = "the sender"
    RECIPIENT = "the recipient"
    MESSAGE = "the message"
    END = "the finished message"


_OF_ALL = (Stage.GREETING, Stage.SIGN_IN, Stage.SENDER)
"""Stages that are the same for every message: a refusal there concerns the whole run."""


class Codes:
    """The known answers of servers."""

    def __init__(self, known: MailCodes) -> None:
        self._smtp = {(entry.code, entry.status): entry for entry in known.codes}
        self._graph = {entry.name: entry for entry in known.graph}

    def fault(self, code: int, reply: bytes, stage: Stage) -> MailFault:
        """Return the fault for an SMTP answer, which quotes only the status from ``reply``.

        An unknown answer is judged by its first digit: 4 is temporary, 5 permanent. Before the
        recipient is named it concerns every message. An answer to the message's end that is not a
        refusal leaves the outcome unknown.
        """
        status = status_of(reply)
        label = f"{code} {status}" if status else str(code)
        meaning = self._known(code, status)
        if meaning is None or _too_narrow(meaning, stage):
            return _unknown(code, label, stage)
        if meaning.then == "later" and stage in (Stage.GREETING, Stage.SIGN_IN):
            return Stopped(f"{meaning.means} ({label})", code=code, hint=meaning.do, retry=True)
        return _made(meaning, code, label)

    def _known(self, code: int, status: str | None) -> MailCode | None:
        if status is not None and not str(code).startswith(status[0]):
            # They contradict each other: every client must go by the code (RFC 2034, 4).
            status = None
        keys = ((code, status), (None, status), (code, None))
        return next((self._smtp[key] for key in keys if key in self._smtp), None)

    def graph_fault(self, code: int, name: str, wait: float) -> MailFault | None:
        """Return the fault for an answer of Microsoft Graph, None if it is unknown."""
        meaning = self._graph.get(name) or self._graph.get(str(code))
        fault = _made(meaning, code, f"{code} {name}".rstrip()) if meaning else None
        if fault is not None:
            fault.wait = wait
        return fault


def _too_narrow(meaning: MailCode, stage: Stage) -> bool:
    """Return whether a meaning is about one recipient, but every message would be refused here.

    A message that is too large may be refused as early as at its sender: that concerns only this
    message.
    """
    sized = meaning.status in {"5.3.4", "5.2.3"} or meaning.code == _TOO_LARGE
    return meaning.then == "row" and stage in _OF_ALL and not sized


def _made(meaning: Meaning, code: int, label: str) -> MailFault:
    words = f"{meaning.means} ({label})"
    if meaning.then == "stop":
        return Stopped(words, code=code, hint=meaning.do, retry=meaning.retry)
    kind = Refused if meaning.then == "row" else NotNow
    return kind(words, code=code, hint=meaning.do)


def _unknown(code: int, label: str, stage: Stage) -> MailFault:
    words = f"the server refused {stage} ({label})"
    temporary = code in _TEMPORARY
    if stage in (Stage.GREETING, Stage.SIGN_IN) or (stage is Stage.SENDER and code in _FOR_GOOD):
        return Stopped(words, code=code, hint=ASK, retry=temporary)
    if code in _FOR_GOOD:
        hint = "check the address with the patient, or ask the provider"
        return Refused(words, code=code, hint=hint)
    if temporary or stage is not Stage.END:
        return NotNow(words, code=code, hint="try again later")
    hint = "check the mailbox's sent mail before sending again"
    return Unsure(f"the server gave no valid answer ({label})", code=code, hint=hint)


def status_of(reply: bytes) -> str | None:
    """Return the enhanced status (RFC 2034) at the start of an answer: ``5.7.1``."""
    found = _STATUS.match(reply.decode("ascii", "replace").lstrip())
    return found[1] if found else None


def cleaned(code: int, reply: bytes, recipient: str) -> str:
    """Return what may be stored of the answer to a message that was taken.

    That is the code, the status, and words with two digits, which are the server's identifiers for
    asking the provider later. Names and addresses are left out, and every word that contains a part
    of the recipient's address.
    """
    private = [part for part in re.split(r"[@.]", recipient.casefold()) if len(part) > 2]
    text = reply.decode("ascii", "replace").replace("\n", " ")
    status = status_of(reply)
    words = [
        word
        for word in text.split()
        if _IDENTIFIER.fullmatch(word)
        and word != status
        and len(word) <= _WORD_CHARACTERS
        and sum(char.isdigit() for char in word) >= 2
        and not any(part in word.casefold() for part in private)
    ]
    return " ".join([str(code), *([status] if status else []), *words[:_MOST_WORDS]])


def read_codes(workspace: Workspace) -> Codes:
    """Return the known answers of servers.

    Raises:
        ContentError: if the file that lists them is wrong.
    """
    data = workspace.read(workspace.builtin(FILE), LIMIT_BYTES)
    return Codes(build_model(MailCodes, parse(data, FILE), name="mail-codes"))

"""Transports of messages: what each promises, and the two that write files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from handouts.files import make_folder, sha256_of, sweep, write_whole

_NAME_CHARACTERS = 32
_MAILDIR = ("tmp", "new", "cur")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's answer to the final dot: its ``code`` if there is one, and a cleaned ``reply``.

    ``reply`` is one line that holds no address and no name.
    """

    code: int | None
    reply: str


class Transport(ABC):
    """Carries one message to one recipient.

    A context manager: it opens lazily, at the first message, and closes on exit. ``network`` is
    False where messages only become files.
    """

    network: bool

    def __enter__(self) -> Self:
        """Return itself; nothing is opened yet."""
        return self

    def __exit__(self, *error: object) -> None:  # noqa: B027 - most have nothing to close
        """Close what is open; never raises."""

    @abstractmethod
    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Hand one message over.

        Args:
            message: as `MailMaker.make` made it; it is sent as it is.
            sender: the envelope's sender, an address alone.
            recipient: the one address that gets it.

        Raises:
            Refused: for this recipient or message only.
            NotNow: if trying again later may help.
            Unsure: if the message may have been taken, and nobody knows.
            Stopped: if no message can be sent at all.
        """


class EmlFolder(Transport):
    """Writes each message as one .eml file, whole and its owner's only.

    The file is named after the Message-ID: the same letter again takes the place of the first.
    """

    network = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: set[Path] = set()

    def _prepare(self, folder: Path) -> None:
        """Make a folder, and remove what a killed run left half-written in it; once in a run."""
        if folder not in self._ready:
            make_folder(folder)
            sweep(folder)
            self._ready.add(folder)

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message; the headers say who sends and who gets it.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        self._prepare(self.folder)
        name = f"{file_stem(message)}.eml"
        write_whole(self.folder / name, message.as_bytes())
        return Receipt(None, f"written as {name}")


class MailDir(EmlFolder):
    """Writes each message into a Maildir, for a mail program or server to take up.

    As the standard says (https://cr.yp.to/proto/maildir.html): whole in ``tmp``, then into
    ``new``. The unique name is made of the Message-ID, so that a letter that is there already,
    read or not, is not written again.
    """

    def deliver(self, message: EmailMessage, sender: str, recipient: str) -> Receipt:
        """Write one message.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        del sender, recipient
        for name in _MAILDIR:
            self._prepare(self.folder / name)
        stem = file_stem(message)
        known = [path for part in ("new", "cur") for path in (self.folder / part).glob(f"{stem}*")]
        if not known:
            write_whole(self.folder / "tmp" / stem, message.as_bytes())
            (self.folder / "tmp" / stem).replace(self.folder / "new" / stem)
        return Receipt(None, f"written as {stem}")


def file_stem(message: EmailMessage) -> str:
    """Return a file name that stands for a message's id, and says nothing of its own."""
    return sha256_of(str(message["Message-ID"]).encode())[:_NAME_CHARACTERS]
